"""The commands of a workshop, under `microsystem workshop`: build its page, write the scenario of a setting, serve."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import running
from sim.commands.experiments import compile_first, plainly, watching
from sim.commands.running import STOPPED, command_line
from sim.commands.serving import serve

if TYPE_CHECKING:
    from sim.experiment.design import Design
    from sim.workshop.kept import Kept
    from sim.workshop.puzzles import Puzzle

workshop = typer.Typer(help="A room predicts, sees, and learns why.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    workshop.command()(serve)
    app.add_typer(workshop, name="workshop")


@workshop.command()
def build(
    page: Annotated[Path, typer.Option("--output", "-o", help="A new file for the page.")] = Path("workshop.html"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run all settings anew, and do not take the results that ship.")
    ] = False,
    reps: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="With --fresh: replications of each setting.")
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option(
            help="With --fresh: a folder for the runs, which the same command goes on with.", show_default=False
        ),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, max=1_024, help="With --fresh: runs at a time.")] = None,
) -> None:
    """Write the page of a workshop: one file that opens anywhere, without a network.

    It takes the results that ship, unless --fresh asks for new ones.
    """
    from sim.report.folder import check_file, whole_file
    from sim.scenario.words import one_line
    from sim.workshop import kept as keeping
    from sim.workshop.book import book, otherwise
    from sim.workshop.puzzles import puzzles
    from sim.workshop.settings import design

    with running.plainly(keeping.KeptError), plainly():
        options = dict(reps=reps, runs=runs, threads=threads)
        if not fresh:
            _refuse_without_fresh(options)
        check_file(page)
        chosen = puzzles()
        kept = _fresh(design(reps), chosen, runs, threads) if fresh else keeping.read(keeping.folder())
        told = book(kept, chosen, " ".join(command_line("workshop build", [], dict(fresh=fresh, reps=reps))))
        _warn(otherwise(kept, chosen), kept.replications)
        from sim.workshop.page import page as written

        html = written(told)
        with whole_file(page) as part:
            part.write_text(html, encoding="utf-8")
    typer.echo(f"Written to {one_line(str(page))} ({len(html.encode()) / 1e6:.1f} MB).", err=True)


@workshop.command()
def setting(
    key: Annotated[
        str,
        typer.Argument(
            help="A setting, as the page names it: style/mode/ and the levels of four dials.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option("--output", "-o", help="A new scenario file.", show_default=False)],
) -> None:
    """Write the scenario of a setting of the page, for the command run: it gives what the page shows."""
    from sim.report.folder import whole_file
    from sim.scenario import to_toml
    from sim.scenario.words import one_line
    from sim.workshop.settings import UnknownSetting, scenario_of

    with running.plainly(UnknownSetting), plainly():
        text = to_toml(scenario_of(key))
        with whole_file(out) as part:
            part.write_text(text, encoding="utf-8")
    typer.echo(f"Written to {one_line(str(out))}.", err=True)


def _refuse_without_fresh(options: Mapping[str, object]) -> None:
    from sim.experiment.replications import RunError

    for name, given in options.items():
        if given is not None:
            raise RunError(f"--{name} is for runs that are made anew; give --fresh as well, or leave it out")


def _fresh(designed: "Design", puzzles: "Mapping[str, Puzzle]", runs: Path | None, threads: int | None) -> "Kept":
    """Runs made now; a folder for them that somebody named is gone on with."""
    from rich.console import Console

    from sim.workshop.kept import KeptError, folder, read
    from sim.workshop.making import made, swept

    console = Console(stderr=True, highlight=False)
    with ExitStack() as held:
        place = runs or Path(held.enter_context(tempfile.TemporaryDirectory())) / "runs"
        compile_first(designed.scenario, designed.seed)
        console.print(f"{designed.title}: {designed.runs:,} runs of {designed.horizon}.", markup=False, soft_wrap=True)
        try:
            with watching(console) as tell:
                found = swept(designed, place, tell, threads)
        except KeyboardInterrupt:
            if runs is None:
                raise
            typer.echo(f"\nStopped; what was done is in {runs}, and the same command goes on with it.", err=True)
            raise typer.Exit(STOPPED) from None
        try:
            known = read(folder())
        except KeptError:  # of another version, or not there: days and patients are watched anew
            known = None
        return made(found, puzzles, lambda words: typer.echo(words, err=True), known)


def _warn(sentences: list[str], replications: int) -> None:
    """Say where few runs say otherwise than the words of puzzles, which were written for many."""
    if not sentences:
        return
    typer.echo(
        f"With {replications:,} replications results say otherwise than the puzzles do, in {len(sentences):,} of what "
        "they say. Such a page is for trying out, and not for a room.",
        err=True,
    )
