"""How leadership on hospital wards turns into errors and outcomes: an agent-based simulation.

    import sim
    scenario = sim.load("scenarios/baseline.toml")
    results = sim.run(scenario, years=1, reps=10)
    results.summary(by="mode")

Names are imported when they are first used, so that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.people import Doctor, Manager, Nurse, Patient, Pharmacist
    from sim.analysis.ablation import Ablation
    from sim.analysis.arms import Comparison, Runs, compare_arms
    from sim.analysis.claims import Examination
    from sim.analysis.results import Results
    from sim.analysis.stored import StoredResults, results
    from sim.engine import run_once
    from sim.engine.mesa_driver import Hospital
    from sim.engine.overrides import OverrideError
    from sim.experiment.claims import Claim
    from sim.experiment.design import Design
    from sim.experiment.design_files import load_design
    from sim.experiment.replications import RunError
    from sim.experiment.store import StoreError
    from sim.interface import ablate, claim, examine, run, save, sweep
    from sim.scenario import Scenario, ScenarioError, explain, load, with_changes

_HOMES = {
    "Ablation": "sim.analysis.ablation",
    "Claim": "sim.experiment.claims",
    "Comparison": "sim.analysis.arms",
    "Design": "sim.experiment.design",
    "Doctor": "sim.agents.people",
    "Examination": "sim.analysis.claims",
    "Hospital": "sim.engine.mesa_driver",
    "Manager": "sim.agents.people",
    "Nurse": "sim.agents.people",
    "OverrideError": "sim.engine.overrides",
    "Patient": "sim.agents.people",
    "Pharmacist": "sim.agents.people",
    "Results": "sim.analysis.results",
    "RunError": "sim.experiment.replications",
    "Runs": "sim.analysis.arms",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "StoreError": "sim.experiment.store",
    "StoredResults": "sim.analysis.stored",
    "ablate": "sim.interface",
    "claim": "sim.interface",
    "compare_arms": "sim.analysis.arms",
    "examine": "sim.interface",
    "explain": "sim.scenario",
    "load": "sim.scenario",
    "load_design": "sim.experiment.design_files",
    "results": "sim.analysis.stored",
    "run": "sim.interface",
    "run_once": "sim.engine",
    "save": "sim.interface",
    "sweep": "sim.interface",
    "with_changes": "sim.scenario",
}

__all__ = [
    "Ablation",
    "Claim",
    "Comparison",
    "Design",
    "Doctor",
    "Examination",
    "Hospital",
    "Manager",
    "Nurse",
    "OverrideError",
    "Patient",
    "Pharmacist",
    "Results",
    "RunError",
    "Runs",
    "Scenario",
    "ScenarioError",
    "StoreError",
    "StoredResults",
    "ablate",
    "claim",
    "compare_arms",
    "examine",
    "explain",
    "load",
    "load_design",
    "results",
    "run",
    "run_once",
    "save",
    "sweep",
    "with_changes",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
