"""The numbers of a report, as its tables and pictures show them: in rows of words, in the units that people know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from sim.analysis.arms import Comparison
from sim.analysis.evidence import ERROR_RATE, natural_unit, sure_interval
from sim.analysis.outcomes import BY_NAME, LEDGER_WORDS
from sim.report.arms import in_shown_units
from sim.report.numbers import in_words, with_interval
from sim.report.page.ledgers import readings
from sim.report.page.subject import Subject
from sim.report.page.words import Names, name_of

PEOPLE, ACROSS = 1_000, 40
MOST_ARRAYS = 4
FREQUENT = ("patients_harmed", "chart_events", "mortality", "readmission", "sent_early")


@dataclass(frozen=True)
class Row:
    """One arm of one outcome, in words; a reference has no difference, nor has an arm that stands alone.

    Attributes:
        name: of the arm.
        mean: of its runs, with an interval where it stands alone.
        difference: from its reference, with the 95% interval.
        verdict: in words.
        sure: whether the difference is told apart after correction.
    """

    name: str
    mean: str
    difference: str = ""
    verdict: str = ""
    sure: bool = False


@dataclass(frozen=True)
class Block:
    """One outcome: what it is, and its rows."""

    outcome: str
    title: str
    unit: str
    ledger: str
    meaning: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Frequencies:
    """Patients out of 1,000: a column for each outcome, a row for each arm."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Icons:
    """A thousand patients as dots.

    Attributes:
        name: of the arm.
        caption: what is seen, in words.
        filled: places of those who are harmed here and would be in the reference, as (across, down).
        ringed: places of those who are harmed in the reference beyond these.
        added: places of those who are harmed here beyond the reference.
    """

    name: str
    caption: str
    filled: tuple[tuple[int, int], ...]
    ringed: tuple[tuple[int, int], ...]
    added: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Beside:
    """What both ledgers say of one pair of outcomes: of each arm, or of the one that stands alone."""

    true: str
    observed: str
    units: tuple[str, str]
    rows: tuple[tuple[str, str, str, str, bool], ...]


def blocks(subject: Subject, comparison: Comparison | None, names: Names, outcomes: Sequence[str]) -> list[Block]:
    """A block for each of the outcomes that were kept, with a row for each arm."""
    return [_block(subject, comparison, names, name) for name in outcomes if name in subject.kept]


def _block(subject: Subject, comparison: Comparison | None, names: Names, name: str) -> Block:
    outcome = BY_NAME[name]
    _, unit = shown_unit(name)
    rows = tuple(_compared(comparison, names, name)) if comparison else (_alone(subject, name),)
    return Block(name, outcome.whole_title, unit, LEDGER_WORDS[outcome.ledger], outcome.meaning, rows)


def _compared(comparison: Comparison, names: Names, name: str) -> Iterator[Row]:
    table = in_shown_units(comparison.table)
    seen = set()
    for row in table[table.outcome == name].itertuples():
        if row.reference not in seen:
            seen.add(row.reference)
            group = names.groups.get(int(row.reference), "")
            called = f"{names.arms[row.reference]}{f', {group}' * bool(group)} (reference)"
            yield Row(called, in_words(row.of_reference))
        difference = "0 in every pair" if row.low == row.high == 0 else _signed(row)
        yield Row(names.arms[row.arm], in_words(row.of_arm), difference, row.verdict, row.p_adjusted < ERROR_RATE)


def _signed(row: Any) -> str:
    return with_interval(row.difference, row.low, row.high, sign=True)


def _alone(subject: Subject, name: str) -> Row:
    return Row(name_of(str(subject.found.arms["title"].iloc[0])), _mean(subject, name))


def _mean(subject: Subject, name: str) -> str:
    """The mean of one arm alone with its interval, in the unit that is shown."""
    factor, _ = shown_unit(name)
    values = subject.found.values(name).iloc[:, 0].to_numpy() * factor
    mean, low, high, _ = sure_interval(values, least=0.0, most=factor * BY_NAME[name].most)
    return with_interval(mean, low, high)


def shown_unit(name: str) -> tuple[float, str]:
    """What an outcome is multiplied by to be shown, and its unit then: shares of patients are per 1,000 of them."""
    return natural_unit(BY_NAME[name].unit) or (1.0, BY_NAME[name].unit)


def frequencies(subject: Subject, comparison: Comparison | None, names: Names) -> Frequencies | None:
    """How many of 1,000 patients each thing happens to; None where nothing that was kept is counted so."""
    chosen = [name for name in FREQUENT if name in subject.kept and natural_unit(BY_NAME[name].unit)]
    if not chosen:
        return None
    columns = tuple((BY_NAME[name].whole_title, shown_unit(name)[1].replace("per", "of")) for name in chosen)
    if comparison is None:
        row = (_alone(subject, chosen[0]).name, tuple(_mean(subject, name) for name in chosen))
        return Frequencies(columns, (row,))
    of = [block.rows for block in blocks(subject, comparison, names, chosen)]
    by_arm = zip(*of, strict=True)
    return Frequencies(columns, tuple((cells[0].name, tuple(cell.mean for cell in cells)) for cells in by_arm))


def icons(subject: Subject, comparison: Comparison | None, names: Names) -> list[Icons]:
    """A thousand dots for each of a few arms, the reference first; none where patients harmed were not kept."""
    name = FREQUENT[0]
    if subject.primary != name or names.groups:
        return []
    if comparison is None:
        mean = float(sure_interval(subject.found.values(name).iloc[:, 0].to_numpy())[0]) * 10
        return [] if isnan(mean) else [_icons(_alone(subject, name).name, mean, mean, "")]
    table = in_shown_units(comparison.table)
    rows = list(table[table.outcome == name].itertuples())
    if len(rows) >= MOST_ARRAYS or any(isnan(row.of_arm) for row in rows):
        return []
    reference = names.arms[rows[0].reference]
    first = _icons(f"{reference} (reference)", rows[0].of_reference, rows[0].of_reference, "")
    return [first, *(_icons(names.arms[row.arm], row.of_arm, row.of_reference, _so(row)) for row in rows)]


def _so(row: Any) -> str:
    return "" if row.p_adjusted < ERROR_RATE else " Chance alone may account for the difference."


def _icons(name: str, harmed: float, of_reference: float, more: str) -> Icons:
    count, before = round(harmed), round(of_reference)
    caption = f"{in_words(harmed)} of 1,000 are harmed"
    if count != before:
        caption += f", and {in_words(of_reference)} in the reference.{more}"
    return Icons(
        name,
        caption if caption.endswith(".") else f"{caption}.",
        _places(0, min(count, before)),
        _places(count, before),
        _places(before, count),
    )


def _places(first: int, stop: int) -> tuple[tuple[int, int], ...]:
    return tuple((place % ACROSS, place // ACROSS) for place in range(first, min(stop, PEOPLE)))


def beside(
    subject: Subject, comparison: Comparison | None, names: Names, pairs: Sequence[Sequence[str]]
) -> list[Beside]:
    """Each pair of counterparts with what both ledgers say of each arm."""
    return [_beside(subject, comparison, names, *pair) for pair in pairs if len(pair) == 2]


def _beside(subject: Subject, comparison: Comparison | None, names: Names, true: str, observed: str) -> Beside:
    if comparison is None:
        rows = [(_alone(subject, true).name, _mean(subject, true), _mean(subject, observed), "", False)]
    else:
        rows = [
            (names.arms[each.arm], each.happened, each.recorded, each.verdict, each.disagrees)
            for each in readings(comparison)
            if each.true == true
        ]
    units = (shown_unit(true)[1], shown_unit(observed)[1])
    return Beside(BY_NAME[true].whole_title, BY_NAME[observed].whole_title, units, tuple(rows))
