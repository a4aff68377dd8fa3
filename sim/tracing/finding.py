"""Which run a history is of: one of an experiment, or that of a scenario."""

from pathlib import Path

from sim.experiment.design import Design
from sim.experiment.identity import model_version
from sim.experiment.replications import RunError, plan
from sim.experiment.store import Store, StoreError, open_store
from sim.scenario import load
from sim.scenario.words import did_you_mean, one_line, quoted
from sim.tracing.replay import Run

OF_SCENARIO = "is for a scenario file: the runs of an experiment have their own"
OF_EXPERIMENT = "is for the folder of an experiment: a scenario file is one run"


def run_of(
    result: Path,
    arm: str | None = None,
    replication: int | None = None,
    seed: int | None = None,
    years: float | None = None,
) -> Run:
    """The run that is asked for.

    Args:
        result: the folder of an experiment, or a scenario file.
        arm: of an experiment, by number or title; the first if left out.
        replication: of an experiment, from 0; 0 if left out.
        seed, years: of a scenario; its own if left out.

    Raises:
        StoreError: there is no experiment in the folder, no such arm or replication, or it is of another model.
        RunError: an option is for the other of both, or out of range.
        ScenarioError: the scenario cannot be read.
    """
    if result.is_dir():
        _refuse(OF_SCENARIO, seed=seed, years=years)
        return _of_experiment(open_store(result), arm or "0", replication or 0)
    _refuse(OF_EXPERIMENT, arm=arm, replication=replication)
    scenario = load(result)
    planned = plan(scenario, years, seed, 1)
    return Run(scenario, planned.seed, planned.days, planned.warm_up_days)


def _refuse(why: str, **options: object) -> None:
    for name, given in options.items():
        if given is not None:
            raise RunError(f"--{name} {why}")


def _of_experiment(store: Store, arm: str, replication: int) -> Run:
    if store.model != model_version() or store.replaced:
        raise StoreError(
            f"{store.shown} holds results of another model than this one, in which patients fare otherwise; "
            "sweep into a new folder, and trace that"
        )
    design = store.design()
    if not 0 <= replication < design.replications:
        raise StoreError(f"replication is {replication}; {store.shown} has 0 to {design.replications - 1}")
    chosen = design.arm(_arm(design, arm))
    scenario = design.scenario_of_run(chosen, replication)
    return Run(scenario, design.seed + replication, design.days, design.warm_up_days)


def _arm(design: Design, given: str) -> int:
    if given.isdigit() and int(given) < design.arms:
        return int(given)
    titles = [design.arm(index).title for index in range(design.arms)]
    if given in titles:
        return titles.index(given)
    raise StoreError(
        f"there is no arm {quoted(one_line(given))}{did_you_mean(given, titles)}; they are 0 to {design.arms - 1}"
    )
