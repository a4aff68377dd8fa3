"""Scenarios: what a run is to simulate, read from files that a policy analyst can read too."""

from sim.scenario.explain import UnknownName, explain, json_schema, parameter_table
from sim.scenario.faults import ScenarioError
from sim.scenario.loading import from_mapping, from_text, load, to_toml, with_changes
from sim.scenario.schema import (
    Division,
    Goals,
    Group,
    ModeMix,
    Pathway,
    RunPlan,
    Scenario,
    Shift,
    Staffing,
    Ward,
)

__all__ = [
    "Division",
    "Goals",
    "Group",
    "ModeMix",
    "Pathway",
    "RunPlan",
    "Scenario",
    "ScenarioError",
    "Shift",
    "Staffing",
    "UnknownName",
    "Ward",
    "explain",
    "from_mapping",
    "from_text",
    "json_schema",
    "load",
    "parameter_table",
    "to_toml",
    "with_changes",
]
