"""What the command does, in Python: run a scenario, see what its mechanisms carry, run a claim, keep what came."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sim.analysis import ablation, claims, sweeps
from sim.analysis.ablation import DEFAULT_OUTCOMES, Ablation
from sim.analysis.claims import Examination
from sim.analysis.outcomes import BY_NAME
from sim.analysis.results import Results
from sim.analysis.stored import StoredResults
from sim.experiment import draws
from sim.experiment.ablation import design as designed_ablation
from sim.experiment.claims import Claim, find, load_claim
from sim.experiment.design import Design
from sim.experiment.design_files import load_design, with_draws
from sim.experiment.draws import draws_if
from sim.experiment.identity import model_version, replaced_digest
from sim.experiment.replications import Progress, carry_out, known_names, plan
from sim.experiment.store import create, shares
from sim.experiment.sweeping import Tell
from sim.scenario import Scenario, load


def run(
    scenario: Scenario | str | Path,
    years: float | None = None,
    seed: int | None = None,
    reps: int | None = None,
    driver: str = "compiled",
    threads: int | None = None,
    posterior: bool = False,
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
        posterior: draw levels from the posterior that ships, one draw for each replication.
        progress: called with the ticks done and the ticks in all; may raise to stop the run.

    What is None comes from the scenario, apart from `threads`. Results stand in order of replication and
    do not depend on the number of threads.

    Raises:
        RunError: an argument is out of range.
        ScenarioError: the scenario file cannot be read or says something impossible.
    """
    chosen = _loaded(scenario)
    planned = plan(chosen, years, seed, reps, driver, threads, draws=draws_if(posterior))
    return Results(chosen, carry_out(planned, chosen, progress), planned.driver, planned.threads, planned.draws)


def ablate(
    scenario: Scenario | str | Path,
    mechanisms: str | Iterable[str] | None = None,
    outcomes: str | Iterable[str] = DEFAULT_OUTCOMES,
    years: float | None = None,
    seed: int | None = None,
    reps: int | None = None,
    driver: str = "compiled",
    threads: int | None = None,
    posterior: bool = False,
    progress: Progress | None = None,
) -> Ablation:
    """Run a scenario in full and with each mechanism switched off in turn, with the same seeds.

    Args:
        scenario: a scenario, or the path of a scenario file.
        mechanisms: names of those to switch off; by default all that the scenario has on.
        outcomes: names of the outcomes to compare; the first one ranks the mechanisms.
        years, seed, reps, driver, posterior, progress: as for `run`.
        threads: how many replications, of whichever mechanism, run at a time.

    Results do not depend on the number of threads.

    Raises:
        RunError: an argument is out of range, a name is unknown, or a mechanism that is named is off already.
        ScenarioError: the scenario file cannot be read or says something impossible.
    """
    designed = designed_ablation(_loaded(scenario), mechanisms)
    wanted = known_names("outcome", outcomes, BY_NAME)
    planned = plan(designed.full, years, seed, reps, driver, threads, len(designed.arms), draws_if(posterior))
    return ablation.carry_out(planned, designed, wanted, progress)


def sweep(
    design: Design | str | Path,
    folder: str | Path,
    engine: str = "threads",
    threads: int | None = None,
    shard: str = "1/1",
    failed: bool = False,
    posterior: bool = False,
    replace: Mapping[str, Callable] | None = None,
    progress: Tell | None = None,
) -> StoredResults:
    """Do all runs of an experiment that its folder does not hold yet; called again, it goes on.

    Args:
        design: a design, or the path of a design file.
        folder: a new folder, or one of the same design.
        engine: ``threads``, ``dask`` for processes on this machine, or ``dask://host:port``.
        threads: how many runs at a time, or how many processes; by default as many as there are processors.
        shard: which share to do, such as ``1/8``; several can work on one folder at once.
        failed: try runs that failed before again.
        posterior: as for `run`; a design can ask for it itself.
        replace: behaviours to replace for everybody, by name; with threads only.
        progress: called now and then with how far the sweep is; may raise to stop it.

    Results do not depend on the engine, the number of threads, or the shares.

    Raises:
        ScenarioError: the design or its scenario cannot be read or says something impossible.
        StoreError: the folder cannot be used, another process writes to it, or the engine cannot be reached.
    """
    chosen = load_design(design, BY_NAME) if isinstance(design, str | Path) else design
    if posterior:
        chosen = with_draws(chosen, draws.posterior())
    sweeps.reach(engine)
    store = create(folder, chosen, model_version(), replaced_digest(replace))
    tell = progress or (lambda done: None)
    sweeps.carry_out(store, tell, engine, threads, shares(shard), failed, replace, design=chosen)
    return StoredResults(folder)


def claim(name: str | Path) -> Claim:
    """A claim, by the name of one that ships (``h01`` or ``H1``) or by the path of a file; it is not run.

    Raises:
        ScenarioError: there is none, or its file cannot be used.
    """
    return load_claim(find(str(name)), claims.measures())


def examine(
    claim_or_name: Claim | str | Path,
    years: float | None = None,
    seed: int | None = None,
    reps: int | None = None,
    threads: int | None = None,
    at_failing_point: bool = False,
    posterior: bool = False,
    progress: Progress | None = None,
) -> Examination:
    """Run every arm of a claim with the same seeds, and judge it by its own rule.

    Args:
        claim_or_name: a claim, or what `claim` takes.
        years, seed, reps: in place of what the claim's file says.
        threads, progress: as for `ablate`.
        at_failing_point: run it at the point where its file says that it fails.
        posterior: as for `run`.

    Raises:
        RunError: an argument is out of range, or the claim cannot be run so.
        ScenarioError: there is no such claim, or its file cannot be used.
    """
    chosen = claim_or_name if isinstance(claim_or_name, Claim) else claim(claim_or_name)
    settled = claims.planned(chosen, at_failing_point, years, seed, reps, threads, draws_if(posterior))
    return claims.carry_out(settled, chosen, at_failing_point, progress)


def save(
    results: Results | Ablation | Examination | Sequence[Examination], folder: str | Path, command: Sequence[str] = ()
) -> Path:
    """Write tables, figure, scenario and provenance into a new `folder`: all of them, or nothing.

    Args:
        results: what a run, an ablation, a claim or several claims gave.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for the run, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    from sim.report import saving  # matplotlib takes a third of a second to import

    if isinstance(results, Ablation):
        return saving.save_ablation(results, folder, command)
    if not isinstance(results, Results):
        return saving.save_claims([results] if isinstance(results, Examination) else results, folder, command)
    return saving.save(results, folder, command)


def _loaded(scenario: Scenario | str | Path) -> Scenario:
    return load(scenario) if isinstance(scenario, str | Path) else scenario
