"""The command trace: how harm came to one patient, and what another leader would have changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.experiments import compile_first
from sim.commands.running import command_line, plainly, say_where

if TYPE_CHECKING:
    from sim.tracing.replay import Run


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(trace)


def trace(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER | SCENARIO", help="The folder of an experiment, or a scenario file.", show_default=False
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
    arm: Annotated[str | None, typer.Option(help="Of an experiment: the arm, by number or title.")] = None,
    replication: Annotated[int | None, typer.Option(min=0, help="Of an experiment: which replication, from 0.")] = None,
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

    with plainly(NoSuchPatient, StoreError, RunError, FolderError, ScenarioError):
        if patient is None and kind is None and (under or out):
            raise NoSuchPatient("name a patient, or a kind of harm; without either, those who were harmed are listed")
        if out is not None:
            check(out)
        check_kind(kind)
        run = run_of(result, arm=arm, replication=replication, seed=seed, years=years)
        told = dict(patient=patient, kind=kind, under=under, arm=arm, replication=replication, seed=seed, years=years)
        command = command_line("trace", [result], told)
        _tell(run, patient, kind, under, out, command)


def _tell(
    run: "Run", patient: int | None, kind: str | None, under: str | None, out: Path | None, command: Sequence[str]
) -> None:
    """Tell one history, or list who was harmed where nobody is named."""
    from sim.report.saving import save_trace
    from sim.report.trace import in_words, list_of_harms
    from sim.tracing.history import harms, of_kind
    from sim.tracing.trace import trace as traced

    compile_first(run.scenario, run.seed)
    if patient is None:
        typer.echo("Going through the run once more for those who were harmed.", err=True)
        found = of_kind(harms(run), kind)
        if kind is None:
            typer.echo("\n".join(list_of_harms(found, run.warm_up_days)))
            return
        patient = found[0].patient
    typer.echo(f"Watching patient {patient}; a day of a ward takes a second or less.", err=True)
    told = traced(run, patient, under)
    typer.echo("\n".join(in_words(told)))
    if out is not None:
        save_trace(told, out, command)
    say_where(out)
