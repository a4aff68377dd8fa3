"""The command report: one page about stored results that opens anywhere."""

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.running import OtherArms, Where, Within, command_line, plainly


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(report)


def report(
    results: Annotated[
        Path,
        typer.Argument(help="The folder of an experiment, or one kept by run or compare.", show_default=False),
    ],
    page: Annotated[Path, typer.Option("--output", "-o", help="A new file for the page.")] = Path("report.html"),
    figures: Annotated[Path | None, typer.Option(help="A new folder for its figures, as PNG and SVG.")] = None,
    static: Annotated[bool, typer.Option("--static", help="Leave out the figures that need a script.")] = False,
    reference: Annotated[
        str | None, typer.Option(help="Arm to compare with, by number or title; the first if left out.")
    ] = None,
    arm: OtherArms = None,
    within: Within = None,
    where: Where = None,
) -> None:
    """Write one page that answers in plain words, and shows what the answer rests on; it opens without a network."""
    from sim.analysis.arms import ComparisonError
    from sim.analysis.kept import KeptError
    from sim.commands.comparing import levels_asked
    from sim.experiment.store import StoreError
    from sim.report.folder import FolderError, check, check_file
    from sim.report.page.subject import subject_of
    from sim.report.page.writing import report as written
    from sim.report.page.writing import save_report
    from sim.scenario.words import one_line

    with plainly(ComparisonError, KeptError, StoreError, FolderError):
        check_file(page)
        if figures is not None:
            check(figures)
        subject = subject_of(results)
        options = dict(reference=reference, arm=arm, within=within, where=where)
        asked = dict(reference=reference, arms=arm or None, within=within or (), where=levels_asked(where or ()))
        command = command_line("report", [Path("RESULTS")], options | {"static": static})
        found = written(subject, asked, command, interactive=not static)
        save_report(found, page, figures)
    megabytes = len(found.html.encode()) / 1e6
    typer.echo(f"Written to {one_line(str(page))} ({megabytes:.1f} MB).", err=True)
    if figures is not None:
        typer.echo(f"Figures: {one_line(str(figures))}.", err=True)
