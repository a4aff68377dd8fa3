"""Tables for reading: the error funnel, outcomes by mode of care, and what mechanisms carry, with intervals."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.analysis.ablation import Ablation
from sim.analysis.outcomes import ALL, BY_NAME, FUNNEL, OUTCOMES, Outcome
from sim.analysis.results import CONFIDENCE, Results
from sim.report.numbers import PUBLISHED, decimals, in_words, with_interval
from sim.state.vocabulary import MODES

COLUMNS = (*MODES, ALL)
NARROW, TIGHT = 150, 105
LEAST_WIDTH = 80  # narrower, and numbers would be cut
LONGEST_WORD = len("Deteriorations,")
NUMBER = len("(123,456 to ")
FULL = "full model"
GAP, EDGES = 2, 3  # between the columns of an ablation, and around them
NOTE = f"The true ledger is what happened; the observed one is what was recorded. {PUBLISHED}"


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


def ablation_tables(ablation: Ablation, width: int) -> list[Table]:
    """What each mechanism carries: a row each and a column for each outcome, in as many tables as `width` asks for.

    A cell is the full model less the model without the mechanism, in the unit of the outcome, ± half of the 95%
    interval. It is bold where nought lies outside that. What carries most of the first outcome stands on top.
    """
    columns = [_column(ablation, name) for name in ablation.outcomes]
    room = width - max(map(len, (*ablation.ranked, FULL))) - EDGES
    return [_ablation_table(ablation.ranked, together) for together in _fitting(columns, room)]


def ablation_note(ablation: Ablation) -> str:
    """How to read the tables of an ablation."""
    reading = "Each number is the full model less the model without the mechanism, in pairs with the same seed."
    if len(ablation.full.records) == 1:
        return f"{reading} One replication, so no intervals."
    reading = f"{reading} ± is half of a 95% interval; bold, where nought lies outside."
    missing = len(ablation.table) * (1 - CONFIDENCE)
    return (
        f"{reading} Of {len(ablation.table):,} intervals about {missing:,.0f} miss by chance."
        if missing >= 1
        else reading
    )


@dataclass(frozen=True)
class _Column:
    """One outcome of an ablation: its heading, the full model's value, and what each mechanism carries of it."""

    heading: str
    ledger: str
    full: str
    cells: tuple[Text, ...]

    @property
    def width(self) -> int:
        words = (*self.heading.split(), self.ledger, self.full, *(cell.plain for cell in self.cells))
        return max(map(len, words)) + GAP


def _column(ablation: Ablation, name: str) -> _Column:
    outcome, full = BY_NAME[name], ablation.full_value(name)
    rows = ablation.ranked_rows(name)
    size = full if full > 0 else rows["without"].max()
    places = decimals(size / 10)  # a digit more than the value itself is shown with
    cells = tuple(
        _difference_cell(mean, low, high, places)
        for mean, low, high in rows[["difference", "low", "high"]].itertuples(index=False)
    )
    return _Column(f"{outcome.whole_title}, {outcome.unit}", outcome.ledger, in_words(full), cells)


def _difference_cell(mean: float, low: float, high: float, places: int) -> Text:
    """A difference with half of its interval, as in ``+8.1 ± 0.2``; nought where nothing differs at all."""
    if math.isnan(mean):
        return Text("–", style="dim")
    if mean == 0 and not high > low:
        return Text("0", style="dim")
    half = "" if math.isnan(low) else f" ± {(high - low) / 2:,.{places}f}"
    told_apart = low > 0 or high < 0
    return Text(f"{mean:+z,.{places}f}{half}", style="bold" if told_apart else "")


def _fitting(columns: Iterable[_Column], room: int) -> list[list[_Column]]:
    """The columns in groups that are each no wider than `room`, and of one column at least."""
    groups: list[list[_Column]] = []
    for column in columns:
        if not groups or sum(each.width for each in groups[-1]) + column.width > room:
            groups.append([])
        groups[-1].append(column)
    return groups


def _ablation_table(mechanisms: Sequence[str], columns: Sequence[_Column]) -> Table:
    table = Table(title="What each mechanism carries", title_style="bold", title_justify="left", box=SIMPLE_HEAD)
    table.padding = (0, 0, 0, GAP - 1)  # beside what the box leaves between columns
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column.heading, justify="right", width=column.width - GAP)
    table.add_row("ledger", *(column.ledger for column in columns))
    table.add_row(FULL, *(column.full for column in columns), end_section=True)
    for position, name in enumerate(mechanisms):
        table.add_row(name, *(column.cells[position] for column in columns))
    return table


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
    return with_interval(row["mean"], row["low"], row["high"], join)
