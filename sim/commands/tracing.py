"""The command trace: how harm came to one patient, and what another leader would have changed."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.experiments import SECONDS_BETWEEN_LINES, compile_first
from sim.commands.running import command_line, plainly, say_where

if TYPE_CHECKING:
    from sim.tracing.history import History
    from sim.tracing.replay import Progress, Run


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(trace)


def trace(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER | SCENARIO",
            help="The folder of an experiment or of `run --out`, or a scenario file.",
            show_default=False,
        ),
    ],
    patient: Annotated[
        int | None, typer.Option(help="Whose history; left out, those who were harmed are listed.", show_default=False)
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="The first who was harmed by this kind of error, such as 'dose slip'.")
    ] = None,
    under: Annotated[
        str | None, typer.Option(help="The same patient with the same luck under leads of this style.")
    ] = None,
    from_day: Annotated[
        int | None,
        typer.Option("--from", metavar="DAY", help="With --under: the other style begins on this day, from 0."),
    ] = None,
    arm: Annotated[str | None, typer.Option(help="Of an experiment: the arm, by number or title.")] = None,
    replication: Annotated[int | None, typer.Option(min=0, help="Of a folder: which replication, from 0.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of a scenario: the seed of the run.")] = None,
    years: Annotated[float | None, typer.Option(help="Of a scenario: years counted, after the warm-up.")] = None,
    out: Annotated[Path | None, typer.Option(help="A new folder for the history as text, figure and JSON.")] = None,
) -> None:
    """Tell how harm came to one patient: who made it, noticed it, kept silent and why; and the same under another lead.

    The run is done again, and watched while the patient is here.
    """
    from sim.experiment.replications import RunError
    from sim.experiment.store import StoreError
    from sim.report.folder import FolderError, check
    from sim.scenario import ScenarioError
    from sim.tracing.finding import run_of
    from sim.tracing.history import NoSuchPatient, check_kind
    from sim.tracing.parting import under as led_otherwise

    with plainly(NoSuchPatient, StoreError, RunError, FolderError, ScenarioError):
        if patient is None and kind is None and (under or out):
            raise NoSuchPatient("name a patient, or a kind of harm; without either, those who were harmed are listed")
        if from_day is not None and under is None:
            raise NoSuchPatient("--from says when another leader comes; name a style with --under")
        if out is not None:
            check(out)
        check_kind(kind)
        run = run_of(result, arm=arm, replication=replication, seed=seed, years=years)
        if under is not None:
            led_otherwise(run, under, from_day)  # refuses before anything is watched
        told = dict(patient=patient, kind=kind, under=under, arm=arm, replication=replication, seed=seed, years=years)
        command = command_line("trace", [result], told | {"from": from_day})
        compile_first(run.scenario, run.seed)
        if patient is None and kind is None:
            _list(run)
            return
        _tell(_watched(run, patient, kind), under, from_day, out, command)


def _list(run: "Run") -> None:
    """Those who were harmed."""
    from sim.report.trace import list_of_harms
    from sim.tracing.history import harms, of_kind

    with _following("Going through the run once more for those who were harmed", run) as tell:
        found = of_kind(harms(run, tell), None)
    typer.echo("\n".join(list_of_harms(found, run.warm_up_days)))


def _watched(run: "Run", patient: int | None, kind: str | None) -> "History":
    """The history of a patient, or of the first whom a kind of error harmed."""
    from sim.tracing.history import first_harmed, history

    if patient is not None:
        with _following(f"Watching patient {patient}", run) as tell:
            return history(run, patient, tell)
    with _following(f"Looking for the first who was harmed by {kind}, and watching the stay", run) as tell:
        return first_harmed(run, str(kind), tell)


def _tell(own: "History", under: str | None, from_day: int | None, out: Path | None, command: Sequence[str]) -> None:
    """Tell one history, and beside it the same under another leader, if one was named."""
    from sim.report.saving import save_trace
    from sim.report.trace import in_words
    from sim.tracing.trace import Trace, beside

    told = Trace(own)
    if under is not None:
        with _following(
            "Watching the same patient under the other leader, and where the hospitals part", own.run
        ) as tell:
            told = Trace(own, beside(own, under, from_day, tell))
    typer.echo("\n".join(in_words(told)))
    if out is not None:
        save_trace(told, out, command)
    say_where(out)


@contextmanager
def _following(what: str, run: "Run") -> Iterator["Progress"]:
    """What to call with ticks done: it shows the day of the run, or a line now and then where nobody watches."""
    from rich.console import Console

    from sim.tracing.events import clock

    console = Console(stderr=True, highlight=False)
    console.print(f"{what}.", markup=False, soft_wrap=True)
    last = time.perf_counter()
    with console.status("") as status:

        def tell(done: int, ticks: int) -> None:
            nonlocal last
            now = time.perf_counter()
            line = f"{clock(done, run.warm_up_days)} of {run.days} days"
            if console.is_terminal:
                status.update(line)
            elif now - last >= SECONDS_BETWEEN_LINES:
                last = now
                console.print(line, soft_wrap=True)

        yield tell
