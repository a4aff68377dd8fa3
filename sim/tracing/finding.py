"""Which run a history is of: one of an experiment, one that `microsystem run --out` kept, or that of a scenario."""

import json
from pathlib import Path
from typing import Any

from sim.experiment.design import Design
from sim.experiment.identity import model_version
from sim.experiment.replications import RunError, plan
from sim.experiment.store import Store, StoreError, open_store
from sim.scenario import load
from sim.scenario.words import did_you_mean, one_line, quoted
from sim.tracing.replay import Run

OF_SCENARIO = "is for a scenario file: runs in a folder have their own"
OF_EXPERIMENT = "is for the folder of an experiment: there is one scenario here"
OF_FOLDER = "is for the folder of an experiment, or of a run: a scenario file is one run"
ORIGIN, SCENARIO = "provenance.json", "scenario.toml"  # of a folder that `run --out` has made


def run_of(
    result: Path,
    arm: str | None = None,
    replication: int | None = None,
    seed: int | None = None,
    years: float | None = None,
) -> Run:
    """The run that is asked for.

    Args:
        result: the folder of an experiment or of `run --out`, or a scenario file.
        arm: of an experiment, by number or title; the first if left out.
        replication: of an experiment or of `run --out`, from 0; 0 if left out.
        seed, years: of a scenario; its own if left out.

    Raises:
        StoreError: the folder holds no runs, no such arm or replication, or they are of another model.
        RunError: an option is for the other of both, or out of range.
        ScenarioError: the scenario cannot be read.
    """
    if result.is_dir():
        _refuse(OF_SCENARIO, seed=seed, years=years)
        if (result / ORIGIN).is_file():
            _refuse(OF_EXPERIMENT, arm=arm)
            return _of_kept(result, replication or 0)
        return _of_experiment(open_store(result), arm or "0", replication or 0)
    _refuse(OF_FOLDER, arm=arm, replication=replication)
    scenario = load(result)
    planned = plan(scenario, years, seed, 1)
    return Run(scenario, planned.seed, planned.days, planned.warm_up_days)


def _refuse(why: str, **options: object) -> None:
    for name, given in options.items():
        if given is not None:
            raise RunError(f"--{name} {why}")


def _of_experiment(store: Store, arm: str, replication: int) -> Run:
    if store.model != model_version() or store.replaced:
        raise _of_another_model(store.shown, "sweep")
    design = store.design()
    _check_replication(replication, design.replications, store.shown)
    chosen = design.arm(_arm(design, arm))
    scenario = design.scenario_of_run(chosen, replication)
    return Run(scenario, design.seed + replication, design.days, design.warm_up_days)


def _of_kept(folder: Path, replication: int) -> Run:
    shown = one_line(str(folder))
    origin = _origin(folder, shown)
    if "results" not in origin or "comparison" in origin or not (folder / SCENARIO).is_file():
        raise StoreError(f"{shown} holds no run; trace a scenario file, or the folder of `microsystem run --out`")
    if origin["model"] != model_version():
        raise _of_another_model(shown, "run")
    if origin["draws"]:
        advice = "trace an experiment that draws them"
        raise StoreError(f"each run in {shown} has its own levels, which were drawn; {advice}")
    _check_replication(replication, origin["replications"], shown)
    return Run(load(folder / SCENARIO), origin["seed"] + replication, origin["days"], origin["warm_up_days"])


def _origin(folder: Path, shown: str) -> dict[str, Any]:
    try:
        origin = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
        whole = {name: int(origin["run"][name]) for name in ("seed", "replications", "days", "warm_up_days")}
        return origin | whole | {"draws": origin["run"]["draws"], "model": origin["software"].get("model")}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StoreError(f"{shown}/{ORIGIN} tells of no run; trace the folder of `microsystem run --out`") from None


def _of_another_model(shown: str, again: str) -> StoreError:
    return StoreError(
        f"{shown} holds results of another model than this one, in which patients fare otherwise; "
        f"{again} into a new folder, and trace that"
    )


def _check_replication(given: int, there_are: int, shown: str) -> None:
    if not 0 <= given < there_are:
        raise StoreError(f"replication is {given}; {shown} has 0 to {there_are - 1}")


def _arm(design: Design, given: str) -> int:
    if given.isdigit() and int(given) < design.arms:
        return int(given)
    titles = [design.arm(index).title for index in range(design.arms)]
    if given in titles:
        return titles.index(given)
    raise StoreError(
        f"there is no arm {quoted(one_line(given))}{did_you_mean(given, titles)}; they are 0 to {design.arms - 1}"
    )
