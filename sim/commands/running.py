"""What commands share: the user's mistakes in one message, runs that are watched, and where results are kept."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from sim.experiment.replications import Plan, Progress
    from sim.scenario import Scenario

USER_MISTAKE = 2
STOPPED = 130
PIPED_WIDTH = 160

Years = Annotated[float | None, typer.Option(help="Years counted, after the warm-up.")]
Seed = Annotated[int | None, typer.Option(help="Seed of the first replication; each next has one more.")]
Reps = Annotated[int | None, typer.Option(help="Replications.")]
Threads = Annotated[int | None, typer.Option(help="Replications at a time; as many as processors.")]
Posterior = Annotated[
    bool, typer.Option("--posterior", help="Draw levels from the posterior, one draw for each replication.")
]
Out = Annotated[Path | None, typer.Option(help="A new folder for tables, figure and provenance.")]
StoredIn = Annotated[Path, typer.Argument(help="The folder of an experiment.", show_default=False)]
OtherArms = Annotated[
    list[str] | None, typer.Option(help="Another arm; repeat it for more. Left out: all.", show_default=False)
]
Within = Annotated[
    list[str] | None,
    typer.Option(help="Compare each arm with the reference that has its level of this factor.", show_default=False),
]
Where = Annotated[
    list[str] | None,
    typer.Option(help="Only arms with FACTOR=LEVEL; repeat it for more.", metavar="FACTOR=LEVEL", show_default=False),
]


class Found(Protocol):
    """What runs gave."""

    def digest(self) -> str:
        """Equal only if every count is."""
        ...


@contextmanager
def plainly(*mistakes: type[Exception]) -> Iterator[None]:
    """Say the user's mistakes in one message and a stop in one line; our own faults keep their traceback."""
    try:
        yield
    except mistakes as mistake:
        typer.echo(str(mistake), err=True)
        raise typer.Exit(USER_MISTAKE) from None
    except KeyboardInterrupt:
        typer.echo("\nStopped; nothing was written.", err=True)
        raise typer.Exit(STOPPED) from None


def command_line(name: str, about: Iterable[str | Path], options: Mapping[str, Any]) -> list[str]:
    """The command line that asks for these results, for keeping beside them; a list is an option given several times.

    It has no ``--out``, since where results are kept makes no difference to them, and no folders of this machine.
    """
    return ["microsystem", name, *(_from_here(Path(each)) for each in about), *_given(options)]


def _given(options: Mapping[str, Any]) -> Iterator[str]:
    for option, given in options.items():
        for value in given if isinstance(given, list) else [given]:
            if value is True:
                yield f"--{option}"
            elif value is not None and value is not False:
                yield from (f"--{option}", str(value).removesuffix(".0"))


def _from_here(path: Path) -> str:
    """An absolute `path` from the folder we are in, or its name alone if it lies elsewhere; any other as it is."""
    if not path.is_absolute():
        return path.as_posix()
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name


def watched[Result: Found](
    work: Callable[["Progress | None"], Result], planned: "Plan", scenario: "Scenario", what: str | None = None
) -> Result:
    """Do the planned `work` with a progress bar, or with a line before and after where nobody watches.

    `what` says what will run, where that is not a scenario or an ablation of it.
    """
    from rich.console import Console

    from sim.experiment.replications import COMPILING, compile_kernel, needs_compiling

    console = Console(stderr=True, highlight=False)
    console.print(what or _what_will_run(planned, scenario), markup=False, soft_wrap=True)
    if needs_compiling(planned):
        console.print(COMPILING)
        compile_kernel(planned, scenario)
    began = time.perf_counter()
    with _progress(console) as tell:
        found = work(tell)
    console.print(f"Done in {time.perf_counter() - began:.1f} s; results {found.digest()[:12]}.")
    return found


@contextmanager
def _progress(console: "Console") -> Iterator[Callable[[int, int], None] | None]:
    """What to call with ticks done and ticks in all; nothing unless a person is watching."""
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from sim.state.vocabulary import TICKS_PER_DAY

    rate = TextColumn("{task.fields[rate]}")
    columns = (BarColumn(), TaskProgressColumn(), rate, TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")
        began = time.perf_counter()

        def tell(done: int, ticks: int) -> None:
            days = done / TICKS_PER_DAY / max(time.perf_counter() - began, 1e-9)
            bar.update(task, completed=done, total=ticks, rate=f"{days:,.0f} days/s")

        yield tell


def wide_console(least_width: int) -> "Console":
    """Where tables are written: as wide as the terminal, or as is usual where nobody watches."""
    from rich.console import Console

    console = Console(highlight=False)
    console.width = max(console.width, least_width) if console.is_terminal else PIPED_WIDTH
    return console


def say_where(out: Path | None) -> None:
    """Say where results were written, if they were."""
    from sim.scenario.words import one_line

    if out is not None:
        typer.echo(f"Written to {one_line(str(out))}.", err=True)


def _what_will_run(planned: "Plan", scenario: "Scenario") -> str:
    from sim.scenario.words import one_line

    runs = "one replication" if planned.replications == 1 else f"{planned.replications:,} replications"
    if planned.arms > 1:
        others = planned.arms - 1
        runs = (
            f"in full and without {'one mechanism' if others == 1 else f'each of {others:,} mechanisms'}, {runs} each"
        )
    at_a_time = f", {planned.threads} at a time" if planned.threads > 1 else ""
    days = f"{planned.days:,} days after {planned.warm_up_days:,} of warm-up"
    return f"{one_line(scenario.title)}: {runs} of {days}, from seed {planned.seed}{at_a_time}."
