"""The commands for experiments: plan, sweep, resume, status, verify, export, merge.

They stand apart from `sim/cli.py`, since what they share is how a sweep is watched, stopped and gone on with.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import running
from sim.commands.running import STOPPED, Posterior, StoredIn

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiment.design import Design
    from sim.experiment.store import Store
    from sim.experiment.sweeping import Progress
    from sim.scenario import Scenario

SOME_FAILED = 1
SECONDS_BETWEEN_LINES = 30

DesignFile = Annotated[Path, typer.Argument(help="A design file, as in scenarios/experiments.", show_default=False)]
Threads = Annotated[int | None, typer.Option(min=1, max=1_024, help="Runs at a time; as many as processors.")]
Engine = Annotated[str, typer.Option(help="threads, dask (processes here) or dask://host:port (a scheduler).")]
Shard = Annotated[str, typer.Option(help="Do one share alone, such as 1/8: for job arrays.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (plan, sweep, resume, status, verify, export, merge):
        app.command()(command)


def plan(design: DesignFile, threads: Threads = None, posterior: Posterior = False) -> None:
    """Say what an experiment will cost: runs, time of cores, disk and time, from a short measurement."""
    from sim.analysis.estimate import estimate
    from sim.experiment.replications import processors
    from sim.experiment.store import block_size
    from sim.report.numbers import bytes_in_words, time_in_words

    with plainly():
        chosen = _design(design, posterior)
        compile_first(chosen.scenario, chosen.seed)
        cost = estimate(chosen)
        at_once = threads or processors()
        per_block = block_size(chosen)
        lines = {
            "arms": f"{chosen.arms:,}, {_factors(chosen)}",
            "replications": f"{chosen.replications:,} of each arm, with the same seeds from {chosen.seed}",
            "runs": f"{chosen.runs:,}, each of {chosen.horizon}",
            "one run": f"{cost.seconds_of_run:.3g} s of a core, {bytes_in_words(cost.bytes_of_run)} of disk",
            "core time": _core_time(cost.core_seconds),
            "disk": bytes_in_words(cost.disk),
            "time": f"{time_in_words(cost.seconds(at_once))} with {at_once} at a time",
            "blocks": f"{-(-chosen.runs // per_block):,} of {per_block:,} runs: so many jobs can share it",
        }
        typer.echo(f"{chosen.title}\n" + "\n".join(f"  {name:<13} {value}" for name, value in lines.items()))


def sweep(
    design: DesignFile,
    out: Annotated[Path | None, typer.Option(help="Its folder; results/NAME of the design if left out.")] = None,
    engine: Engine = "threads",
    threads: Threads = None,
    shard: Shard = "1/1",
    posterior: Posterior = False,
) -> None:
    """Do all runs of an experiment that its folder does not hold yet."""
    from sim.analysis.sweeps import check_engine, reach
    from sim.experiment.identity import model_version
    from sim.experiment.store import create, shares

    with plainly():
        shares(shard)
        check_engine(engine)
        chosen = _design(design, posterior)
        reach(engine)  # before a folder is made
        store = create(out or Path("results") / design.stem, chosen, model_version())
        _carry_out(store, chosen, engine, threads, shard, False)


def resume(
    folder: StoredIn,
    failed: Annotated[bool, typer.Option("--failed", help="Try runs that failed again.")] = False,
    engine: Engine = "threads",
    threads: Threads = None,
    shard: Shard = "1/1",
) -> None:
    """Go on with an experiment that was stopped, killed or damaged."""
    from sim.analysis.sweeps import reach
    from sim.experiment.identity import model_version
    from sim.experiment.store import open_store, refuse_other_model, shares

    with plainly():
        shares(shard)
        store = open_store(folder)
        refuse_other_model(store, model_version())
        reach(engine)
        _carry_out(store, store.design(), engine, threads, shard, failed)


def status(folder: StoredIn) -> None:
    """Say how far an experiment is."""
    from sim.experiment.store import open_store

    with plainly():
        store = open_store(folder)
        _tell_status(store, wholly=False)


def verify(folder: StoredIn) -> None:
    """Read every byte of an experiment; set damaged shards aside, so that resume does their runs again."""
    from sim.experiment.store import open_store

    with plainly():
        store = open_store(folder)
        found = _tell_status(store, wholly=True)
        if not found:
            return
        with store.writing():
            store.set_aside(found)
        typer.echo(f"They were set aside. To do their runs again: {_again(store)}", err=True)
        raise typer.Exit(SOME_FAILED)


def export(
    folder: StoredIn,
    out: Annotated[Path, typer.Argument(help="A new folder for the tables.", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="parquet, or csv that is safe in a spreadsheet.")] = "parquet",
    table: Annotated[
        list[str] | None,
        typer.Option(help="runs, outcomes or series; repeat it for more. Left out: all.", show_default=False),
    ] = None,
) -> None:
    """Write the tables of an experiment into files to take along."""
    from sim.analysis.stored import TABLES, results
    from sim.experiment.store import StoreError
    from sim.report.export import FORMATS
    from sim.report.export import export as written
    from sim.scenario.words import did_you_mean, one_line, quoted

    with plainly():
        for what, given, known in (("format", [form], FORMATS), ("table", table or [], TABLES)):
            for name in given:
                if name not in known:
                    raise StoreError(f"{what} is {quoted(name)}{did_you_mean(name, known)}")
        found = results(folder)
        written(found, out, form, table or TABLES)
        left = found.store.status().left
        typer.echo(f"Written to {one_line(str(out))}{f'; {left:,} runs are not done yet' if left else ''}.", err=True)


def merge(
    folder: StoredIn,
    others: Annotated[list[Path], typer.Argument(help="Folders of the same design.", show_default=False)],
) -> None:
    """Copy into one folder what other folders of the same design hold, such as shares done on other machines."""
    from sim.experiment.store import open_store

    with plainly():
        store = open_store(folder)
        held = [open_store(other) for other in others]
        with store.writing():
            taken = sum(store.take_in(other) for other in held)
        typer.echo(f"{taken:,} shards were copied.", err=True)
        _tell_status(store, wholly=False)


def _design(path: Path, posterior: bool) -> "Design":
    from sim.analysis.outcomes import BY_NAME
    from sim.experiment import draws
    from sim.experiment.design_files import load_design, with_draws

    design = load_design(path, BY_NAME)
    return with_draws(design, draws.posterior()) if posterior else design


@contextmanager
def plainly() -> Iterator[None]:
    """Say the user's mistakes in one message; our own faults keep their traceback."""
    from sim.experiment.replications import RunError
    from sim.experiment.store import StoreError
    from sim.report.folder import FolderError
    from sim.scenario import ScenarioError

    with ending_cleanly(), running.plainly(StoreError, FolderError, RunError, ScenarioError):
        yield


def _carry_out(store: "Store", design: "Design", engine: str, threads: int | None, shard: str, retry: bool) -> None:
    from rich.console import Console

    from sim.analysis.sweeps import DASK, THREADS, carry_out
    from sim.experiment.store import StoreError, shares

    share = shares(shard)
    console = Console(stderr=True, highlight=False)
    again = _again(store, engine, shard)
    begun = False

    def begin(runs: int) -> None:
        nonlocal begun
        begun = True
        if design.replications < store.replications:
            held = f"{store.shown} was asked for {store.replications:,} replications of each arm before"
            typer.echo(f"{held}, and goes on with these; the design has {design.replications:,}.", err=True)
        if not runs:
            return
        words = f"{design.title}: {store.runs:,} runs of {design.horizon}, into {store.shown}."
        console.print(words, markup=False, soft_wrap=True)
        if engine in (THREADS, DASK):
            compile_first(design.scenario, design.seed)

    try:
        with watching(console) as tell:
            carry_out(store, tell, engine, threads, share, retry, design=design, begin=begin)
    except KeyboardInterrupt:
        done = store.status()
        typer.echo(f"\nStopped. {done.done:,} of {done.runs:,} runs are stored. To go on: {again}", err=True)
        raise typer.Exit(STOPPED) from None
    except StoreError as problem:
        raise StoreError(f"{problem}\nTo go on: {again}" if begun else str(problem)) from None
    _tell_status(store, wholly=False, engine=engine, shard=shard)
    if store.status(share=share).failed:
        raise typer.Exit(SOME_FAILED)


def _again(store: "Store", engine: str = "threads", shard: str = "1/1") -> str:
    import shlex

    more = [f"--engine {shlex.quote(engine)}"] * (engine != "threads") + [f"--shard {shard}"] * (shard != "1/1")
    return " ".join(["microsystem resume", shlex.quote(store.shown), *more])


def _tell_status(store: "Store", wholly: bool, engine: str = "threads", shard: str = "1/1") -> dict[str, str]:
    """Say how far an experiment is; its damaged shards, each with what is wrong."""
    from sim.experiment.store import WHOLE, shares
    from sim.experiment.work import commonest_failures
    from sim.report.numbers import how_far
    from sim.scenario.words import one_line

    found, share = store.status(wholly), shares(shard)
    typer.echo(how_far(found.runs, found.done, found.failed))
    if found.failed:
        for message, count in commonest_failures(store, found.damaged):
            typer.echo(f"  {count:,} × {one_line(message)}")
    for name, wrong in found.damaged.items():
        typer.echo(f"damaged: {store.shown}/shards/{name}: {wrong}", err=True)
    again = _again(store, engine, shard)
    if found.failed:
        typer.echo(f"To try those that failed again: {again} --failed", err=True)
    if found.left and share != WHOLE and not store.status(share=share).left:
        typer.echo("This share is complete; what is left is of other shares.", err=True)
    elif found.left:
        typer.echo(f"To go on: {again}", err=True)
    return found.damaged


def compile_first(scenario: "Scenario", seed: int) -> None:
    """Compile the model if need be, here and not in a thread, where Ctrl-C could not stop it."""
    from sim import engine
    from sim.experiment.replications import COMPILING

    if engine.is_warm():
        return
    typer.echo(COMPILING, err=True)
    engine.run_once(scenario, seed=seed, days=1, warm_up_days=0)


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Take a polite request to end, as job schedulers send it, for Ctrl-C; whoever asks again need not be heard."""

    def stop(number: int, frame: object) -> None:
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        heard.clear()
        raise KeyboardInterrupt

    heard = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    heard = {each: before for each, before in heard.items() if before is not signal.SIG_IGN}
    try:
        for each in heard:
            signal.signal(each, stop)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        for each, before in heard.items():
            signal.signal(each, before)


@contextmanager
def watching(console: "Console") -> "Iterator[Callable[[Progress], None]]":
    """What to call with how far a sweep is: a bar, or a line now and then where nobody watches."""
    began = time.perf_counter()
    if not console.is_terminal:
        last = began

        def say(progress: "Progress") -> None:
            nonlocal began, last
            now = time.perf_counter()
            if progress.note:
                console.print(progress.note, markup=False, soft_wrap=True)
            elif not progress.done:
                began = last = now
            elif now - last >= SECONDS_BETWEEN_LINES:
                last = now
                console.print(_in_a_line(progress, now - began), soft_wrap=True)

        yield say
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bar(*columns, TextColumn("left"), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(progress: "Progress") -> None:
            nonlocal began
            if progress.note:
                bar.console.print(progress.note, markup=False, soft_wrap=True)
            elif not progress.done:
                began = time.perf_counter()
            rate = progress.done / max(time.perf_counter() - began, 1e-9)
            words = f"{progress.done:,} of {progress.runs:,} runs, {rate:,.1f}/s, {progress.failed:,} failed"
            bar.update(task, completed=progress.done, total=progress.runs, description=words)

        yield show


def _in_a_line(progress: "Progress", seconds: float) -> str:
    from sim.report.numbers import time_in_words

    rate = progress.done / max(seconds, 1e-9)
    left = (progress.runs - progress.done) / max(rate, 1e-9)
    return (
        f"{progress.done:,} of {progress.runs:,} runs, {rate:,.1f} a second, {progress.failed:,} failed, "
        f"{time_in_words(left)} left"
    )


def _factors(design: "Design") -> str:
    from sim.experiment.design import Crossed

    named = [
        f"{factor.name} ({len(factor.levels)})" if isinstance(factor, Crossed) else factor.name
        for factor in design.factors
    ]
    drawn = f" ({len(design.points):,} points by {design.method})" if design.ranges else ""
    return " × ".join(named) + drawn


def _core_time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.2g} core-seconds"
    if seconds < 5_400:
        return f"{seconds / 60:.2g} core-minutes"
    return f"{seconds / 3_600:,.1f} core-hours"
