"""Arms side by side, for reading: tables in which what happened stands beside what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.analysis.arms import Comparison
from sim.analysis.evidence import natural_unit
from sim.analysis.outcomes import LEDGER_WORDS, in_pairs
from sim.report.arm_labels import Labels, label
from sim.report.numbers import how_far, in_words, with_interval
from sim.report.setting import how_led

LEAST_WIDTH, WIDE = 120, 140  # of a terminal; in a wide one there is room for standardised differences
MOST_ARMS = 40
MOST_OUTCOMES = 24
LEAST_LABEL, LEAST_VERDICT = 16, 13
MEASURES = ("difference", "low", "high", "of_reference", "of_arm")


def arms_tables(comparison: Comparison, width: int) -> list[Group]:
    """A table for each outcome of the true ledger and its counterpart in the observed one, and for each other outcome.

    Each has a row for each arm below the row of its reference, and fits into a terminal of `width` characters.
    """
    labels, rows = label(comparison), in_shown_units(comparison.table)
    blocks = [[_block(rows[rows.outcome == name], width) for name in pair] for pair in pairs_of(comparison)]
    return [_side_by_side(comparison, labels, pair, width) for pair in blocks]


def pairs_of(comparison: Comparison) -> list[tuple[str, ...]]:
    """The outcomes that were compared, those of the true ledger with their counterparts in the observed one."""
    return in_pairs(comparison.table["outcome"].unique())


def in_shown_units(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its measures in the units that reports show: shares of patients per 1,000 of them."""
    natural = {unit: natural_unit(unit) or (1.0, unit) for unit in table["unit"].unique()}
    factors = table["unit"].map(lambda unit: natural[unit][0])
    shown = {name: table[name] * factors for name in MEASURES}
    return table.assign(**shown, unit=table["unit"].map(lambda unit: natural[unit][1]))


def arms_note(comparison: Comparison) -> str:
    """How to read the tables."""
    return (
        "Each difference is an arm less its reference, in pairs of one seed, with its 95% interval; means are over the "
        "same pairs; d is the difference in standard deviations between runs. "
        f"Verdicts hold for all {len(comparison.table):,} differences together (Holm); “not known: +20” asks for "
        "about 20 replications more. × is how many times less a paired difference varies than an unpaired, for the "
        "middle arm; below 1, pairing cost precision."
    )


def arms_setting(comparison: Comparison) -> str:
    """How wards are led in all that no arm changes, and the levels that all the arms compared share."""
    shared = label(comparison).shared
    beside = f". All these arms: {shared}" if shared else ""
    if comparison.scenario is None:
        return f"How wards are led is not known: the scenario is of another version{beside}"
    words = how_led(comparison.scenario)
    return f"But for what arms change: {words[:1].lower()}{words[1:]}{beside}"


def arms_heading(comparison: Comparison) -> str:
    """What is compared with what, in one line."""
    labels = label(comparison)
    if not comparison.within:
        (base,) = set(comparison.references.values())
        return f"Each arm less arm {base}, “{labels.reference}”"
    return f"Each arm less “{labels.reference}”, within each {' and '.join(labels.within)}"


def how_far_it_is(comparison: Comparison) -> str:
    """How many runs are done, failed and left; nothing for runs in memory, of which none is missing."""
    progress = comparison.progress
    return how_far(progress.runs, progress.done, progress.failed) if progress else ""


def too_many(comparison: Comparison) -> str:
    """Why a comparison is too large for tables and a figure, and what to do; nothing if it is not."""
    arms, outcomes = len(comparison.references), comparison.table["outcome"].nunique()
    if arms > MOST_ARMS:
        named = f" or --where FACTOR=LEVEL ({', '.join(comparison.factors)})" if comparison.factors else ""
        return f"{arms:,} arms are more than the {MOST_ARMS} that can be shown: choose with --arm NUMBER{named}"
    if outcomes > MOST_OUTCOMES:
        return f"{outcomes:,} outcomes are more than the {MOST_OUTCOMES} that can be shown: choose with --outcome NAME"
    return ""


@dataclass(frozen=True)
class _Block:
    """One outcome of a table: what stands above it, and the cells of each arm and reference."""

    heading: tuple[str, str, str]
    cells: dict[int, list[str]]

    def widths(self) -> list[int]:
        """Of its columns, the verdict left out."""
        columns = zip(_headers(len(next(iter(self.cells.values())))), *self.cells.values(), strict=True)
        return [max(len(line) for cell in column for line in cell.split("\n")) for column in columns][:-1]


def _headers(columns: int) -> list[str]:
    return ["mean", "difference\n(95% interval)", *["d"] * (columns - 3), "verdict"]


def _block(rows: pd.DataFrame, width: int) -> _Block:
    first, wide = rows.iloc[0], width >= WIDE
    cells = {}
    for row in rows.itertuples():
        cells[row.reference] = [in_words(row.of_reference), "", *[""] * wide, "reference"]
        apart = ["–" if isnan(row.standardised) else f"{row.standardised:+z.2f}".replace("-", "−")] * wide
        difference = with_interval(row.difference, row.low, row.high, sign=True)
        cells[row.arm] = [in_words(row.of_arm), difference, *apart, _in_short(row)]
    fewest, most = int(rows.replications.min()), int(rows.replications.max())
    pairs = f"{fewest:,} to {most:,} pairs" if fewest < most else f"{most:,} pair{'s' * (most != 1)}"
    under = f"{first.unit}; {pairs}; × {in_words(rows.variance_factor.median())}"
    return _Block((LEDGER_WORDS[first.ledger].capitalize(), first.title, under), cells)


def _in_short(row) -> str:
    return f"not known: +{row.needed:,}" if "not known yet" in row.verdict else row.verdict.replace(", which is", ",")


def _side_by_side(comparison: Comparison, labels: Labels, blocks: Sequence[_Block], width: int) -> Group:
    called = [f"{arm}" for arm in labels.arms]
    fixed = [block.widths() for block in blocks]
    number = max(map(len, called))
    verdicts = max(len(cells[-1]) for block in blocks for cells in block.cells.values())
    # Each column has a space behind it and one before the next, and the table one at each edge.
    taken = 1 + number + 2 + 2 + sum(width + 2 for widths in fixed for width in widths) + 5 * len(blocks) - 3
    room = width - taken
    longest = max(len(words) for words in (*labels.arms.values(), *labels.groups.values()))
    name = min(longest, max(LEAST_LABEL, room - len(blocks) * verdicts))
    verdict = min(verdicts, max(LEAST_VERDICT, (room - name) // len(blocks)))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("", width=number, justify="right")
    table.add_column(labels.heading or "arm", width=name)
    above = Table.grid(padding=0)
    above.add_column(width=number + name + 6)
    for place, widths in enumerate(fixed):
        if place:
            table.add_column("", width=1)
        for header, size in zip(_headers(len(widths) + 1), [*widths, verdict], strict=True):
            table.add_column(header, width=size, justify="left" if header == "verdict" else "right")
        above.add_column(width=sum(widths) + verdict + 2 * len(widths) + 4)
    for line in zip(*(block.heading for block in blocks), strict=True):
        above.add_row("", *(Text(words, style="bold") for words in line))
    _fill(table, comparison, labels, blocks)
    return Group(above, table)


def _fill(table: Table, comparison: Comparison, labels: Labels, blocks: Sequence[_Block]) -> None:
    seen = set()
    for arm, reference in comparison.references.items():
        if reference not in seen:
            seen.add(reference)
            table.add_section()
            if labels.groups:
                table.add_row("", Text(labels.groups[reference], style="bold"))
            _add(table, reference, labels, blocks)
        _add(table, arm, labels, blocks)


def _add(table: Table, arm: int, labels: Labels, blocks: Sequence[_Block]) -> None:
    cells = [[Text(cell) for cell in block.cells[arm]] for block in blocks]
    table.add_row(f"{arm}", Text(labels.arms[arm]), *(cells[0] if len(cells) == 1 else [*cells[0], "", *cells[1]]))
