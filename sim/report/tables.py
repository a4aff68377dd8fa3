"""Tables for reading: the error funnel and outcomes by mode of care, with intervals."""

import math
from collections.abc import Iterable

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from sim.analysis.outcomes import ALL, FUNNEL, OUTCOMES, Outcome
from sim.analysis.results import Results
from sim.state.vocabulary import MODES

COLUMNS = (*MODES, ALL)
NARROW, TIGHT = 150, 105
LEAST_WIDTH = 80  # narrower, and numbers would be cut
LONGEST_WORD = len("Deteriorations,")
NUMBER = len("(123,456 to ")
NOTE = (
    "The true ledger is what happened; the observed one is what was recorded. "
    "Levels are not calibrated yet; compare published figures with the observed ledger only."
)


def funnel_table(results: Results, width: int) -> Table:
    """Stages of the error chain by mode of care, per 1,000 bed-days, for a terminal `width` characters wide."""
    table = _empty(f"{FUNNEL}, per 1,000 bed-days", width)
    _fill(table, results, [outcome for outcome in OUTCOMES if outcome.group == FUNNEL], width, units=False)
    return table


def outcome_table(results: Results, width: int) -> Table:
    """Outcomes by mode of care under their headings, for a terminal `width` characters wide."""
    table = _empty("Outcomes by mode of care", width)
    shown = [outcome for outcome in OUTCOMES if outcome.group != FUNNEL and not outcome.detail]
    for group in dict.fromkeys(outcome.group for outcome in shown):
        table.add_section()
        table.add_row(f"[bold]{group}[/bold]")
        _fill(table, results, [outcome for outcome in shown if outcome.group == group], width)
    return table


def in_words(mean: float, low: float, high: float, join: str = " ", most: float = math.inf) -> str:
    """A mean with its interval, as in ``8.1 (7.9 to 8.3)``; a dash where there was nothing to count.

    No outcome can be below nought or above `most`: an interval that reaches further is shown up to there.
    """
    if math.isnan(mean):
        return "–"
    places = _decimals(mean)
    if math.isnan(low):
        return f"{mean:,.{places}f}"
    return f"{mean:,.{places}f}{join}({max(low, 0.0):,.{places}f} to {min(high, most):,.{places}f})"


def _empty(title: str, width: int) -> Table:
    table = Table(title=title, title_style="bold", title_justify="left", box=SIMPLE_HEAD, padding=0)
    tight = width < TIGHT  # left to itself, the table would cut words and numbers
    table.add_column("", width=LONGEST_WORD if tight else None)
    table.add_column("ledger")
    for column in COLUMNS:
        table.add_column(column, justify="right", width=max(len(column), NUMBER) if tight else None)
    return table


def _fill(table: Table, results: Results, outcomes: Iterable[Outcome], width: int, units: bool = True) -> None:
    summary = results.summary(by="mode").set_index(["outcome", "mode"])
    join = "\n" if width < NARROW else " "
    for outcome in outcomes:
        cells = [_cell(summary, outcome, mode, join) for mode in COLUMNS]
        title = f"{outcome.title},{join}{outcome.unit}" if units else outcome.title
        table.add_row(title, outcome.ledger, *cells)


def _cell(summary: pd.DataFrame, outcome: Outcome, mode: str, join: str) -> str:
    if (outcome.name, mode) not in summary.index:
        return ""  # not counted by mode of care
    row = summary.loc[(outcome.name, mode)]
    return in_words(row["mean"], row["low"], row["high"], join, outcome.most)


def _decimals(mean: float) -> int:
    """Two or three digits that carry meaning: 0.052, 0.52, 8.1, 16.2, 120."""
    size = abs(mean)
    if size >= 100 or size == 0:
        return 0
    return 1 if size >= 1 else min(4, 1 - math.floor(math.log10(size)))
