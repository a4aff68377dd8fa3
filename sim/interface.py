"""What the command does, in Python: run a scenario, keep what came of it."""

from collections.abc import Sequence
from pathlib import Path

from sim.analysis.results import Results
from sim.experiment.replications import Progress, carry_out, plan
from sim.scenario import Scenario, load


def run(
    scenario: Scenario | str | Path,
    years: float | None = None,
    seed: int | None = None,
    reps: int | None = None,
    driver: str = "compiled",
    threads: int | None = None,
    progress: Progress | None = None,
) -> Results:
    """Run the replications of a scenario.

    Args:
        scenario: a scenario, or the path of a scenario file.
        years: years counted in each replication, after the warm-up.
        seed: of the first replication; replication k uses seed + k.
        reps: how many replications.
        driver: ``compiled`` (fast, in threads) or ``mesa`` (agents in plain Python, one at a time).
        threads: how many replications run at a time; by default as many as there are processors.
        progress: called with the ticks done and the ticks in all; may raise to stop the run.

    What is None comes from the scenario, apart from `threads`. Results stand in order of replication and
    do not depend on the number of threads.

    Raises:
        RunError: an argument is out of range.
        ScenarioError: the scenario file cannot be read or says something impossible.
    """
    chosen = load(scenario) if isinstance(scenario, str | Path) else scenario
    planned = plan(chosen, years, seed, reps, driver, threads)
    return Results(chosen, carry_out(planned, chosen, progress), planned.driver, planned.threads)


def save(results: Results, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write tables, figure, scenario and provenance into a new `folder`: all of them, or nothing.

    Args:
        results: what a run gave.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for the run, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    from sim.report import saving  # matplotlib takes a third of a second to import

    return saving.save(results, folder, command)
