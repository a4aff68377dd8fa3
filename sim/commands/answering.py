"""The commands for answers to a stored experiment: map, and audit."""

from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.comparing import levels_asked
from sim.commands.running import Out, StoredIn, Where, command_line, plainly, say_where, wide_console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

By = Annotated[
    str | None,
    typer.Option(help="Factor whose levels are answered apart; left out, mode, or modes of care within wards."),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("map")(contingency_map)
    app.command()(audit)


def contingency_map(
    folder: StoredIn,
    outcome: Annotated[
        str | None, typer.Option(help="By which choices are ranked; left out, preventable adverse events.")
    ] = None,
    better: Annotated[
        str | None, typer.Option(help="lower or higher, where the outcome does not say which is better.")
    ] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option(
            help="Factor that is chosen; repeat it for more. Left out: style and devolution, or all levers.",
            show_default=False,
        ),
    ] = None,
    by: By = None,
    where: Where = None,
    out: Out = None,
) -> None:
    """Say which style and degree of devolution is best in each mode of care, how surely, and what a mismatch costs."""
    from sim.analysis.arms import ComparisonError
    from sim.analysis.contingency import contingency
    from sim.analysis.stored import results
    from sim.experiment.store import StoreError
    from sim.report.contingency import HOW_TO_READ, map_tables, map_words, save_map
    from sim.report.folder import FolderError, check

    with plainly(ComparisonError, StoreError, FolderError):
        if out is not None:
            check(out)
        stored = results(folder)
        found = contingency(stored, outcome, better, choose or None, by, levels_asked(where or ()))
        if out is not None:
            options = dict(outcome=outcome, better=better, choose=choose, by=by, where=where)
            save_map(found, stored, out, command_line("map", [folder], options))
        _show(map_words(found), map_tables(found), HOW_TO_READ)
        say_where(out)


def audit(
    folder: StoredIn,
    pair: Annotated[
        list[str] | None,
        typer.Option(
            help="An outcome of the true ledger and one of the observed; repeat it for more. Left out: a usual choice.",
            metavar="TRUE=OBSERVED",
            show_default=False,
        ),
    ] = None,
    rank: Annotated[
        list[str] | None,
        typer.Option(
            help="Factor whose levels are ranked; repeat it for more. Left out: style, or all levers.",
            show_default=False,
        ),
    ] = None,
    by: By = None,
    where: Where = None,
    out: Out = None,
) -> None:
    """Rank styles by what a hospital sees and by what happened; say where the ranking turns over."""
    from sim.analysis.arms import ComparisonError
    from sim.analysis.audit import audit as audited
    from sim.analysis.stored import results
    from sim.experiment.store import StoreError
    from sim.report.audit import HOW_TO_READ, audit_tables, audit_words, save_audit
    from sim.report.folder import FolderError, check

    with plainly(ComparisonError, StoreError, FolderError):
        if out is not None:
            check(out)
        stored = results(folder)
        pairs = _pairs(pair or ())
        found = audited(stored, pairs or None, rank or None, by, levels_asked(where or ()))
        if out is not None:
            options = dict(pair=pair, rank=rank, by=by, where=where)
            save_audit(found, stored, out, command_line("audit", [folder], options))
        _show(audit_words(found), audit_tables(found), HOW_TO_READ)
        say_where(out)


def _pairs(given: "Iterable[str]") -> list[tuple[str, str]]:
    from sim.analysis.arms import ComparisonError
    from sim.scenario.words import quoted

    pairs = []
    for text in given:
        true, _, observed = (part.strip() for part in text.partition("="))
        if not true or not observed:
            raise ComparisonError(f"--pair is {quoted(text)}; it should be such as errors_reached=incident_reports")
        pairs.append((true, observed))
    return pairs


def _show(words: "Iterable[str]", tables: "Iterable[Table]", how_to_read: str) -> None:
    from sim.report.contingency import LEAST_WIDTH

    console = wide_console(LEAST_WIDTH)
    for line in words:
        console.print(line, markup=False, soft_wrap=True)
    console.print()
    for table in tables:
        console.print(table)
    console.print(how_to_read, markup=False, soft_wrap=True)
