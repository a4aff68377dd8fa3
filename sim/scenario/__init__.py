"""Scenarios: what a run is to simulate, read from files that a policy analyst can read too."""

from sim.scenario.explain import UnknownName, explain, json_schema, parameter_table
from sim.scenario.faults import ScenarioError
from sim.scenario.leading import Dials, Hours, Leadership, Manner, Stance, Style, Target
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
from sim.scenario.styles import shipped_style, shipped_styles

__all__ = [
    "Dials",
    "Division",
    "Goals",
    "Group",
    "Hours",
    "Leadership",
    "Manner",
    "ModeMix",
    "Pathway",
    "RunPlan",
    "Scenario",
    "ScenarioError",
    "Shift",
    "Staffing",
    "Stance",
    "Style",
    "Target",
    "UnknownName",
    "Ward",
    "explain",
    "from_mapping",
    "from_text",
    "json_schema",
    "load",
    "parameter_table",
    "shipped_style",
    "shipped_styles",
    "to_toml",
    "with_changes",
]
