"""What the page's script draws: every pair of runs, and both ledgers against each other."""

from html import escape
from typing import Any

from sim.analysis.arms import Comparison
from sim.analysis.evidence import ERROR_RATE
from sim.analysis.outcomes import BY_NAME
from sim.report.arms import in_shown_units, pairs_of
from sim.report.numbers import with_interval
from sim.report.page.subject import Subject
from sim.report.page.tables import shown_unit
from sim.report.page.words import Names
from sim.scenario.words import shortened

MOST_POINTS = 20_000
LONGEST_NAME = 28
DIGITS = 6  # that carry meaning, of numbers in the page


def drawn_by_script(subject: Subject, comparison: Comparison, names: Names) -> dict[str, Any]:
    """Outcomes with every paired difference, and pairs of counterparts, in a form that JSON can hold.

    Names are escaped, since the script would take marks in them for markup.
    """
    table = in_shown_units(comparison.table)
    outcomes = list(table["outcome"].unique())
    most = max(2, MOST_POINTS // len(table))
    return {
        "seed": subject.seed,
        "outcomes": [_outcome(subject, table[table.outcome == name], names, most) for name in outcomes],
        "pairs": [_pair(table, pair, names) for pair in pairs_of(comparison) if len(pair) == 2],
    }


def _outcome(subject: Subject, rows: Any, names: Names, most: int) -> dict[str, Any]:
    name = rows.outcome.iloc[0]
    factor, unit = shown_unit(name)
    values = subject.found.values(name) * factor
    arms = []
    for row in rows.itertuples():
        apart = (values[row.arm] - values[row.reference]).iloc[:most].dropna()
        points = {"seeds": [subject.seed + int(k) for k in apart.index], "points": [_number(each) for each in apart]}
        arms.append(_arm(row, names) | points)
    return {"title": BY_NAME[name].whole_title, "unit": unit, "arms": arms}


def _pair(table: Any, pair: tuple[str, ...], names: Names) -> dict[str, Any]:
    true, observed = (table[table.outcome == name] for name in pair)
    return {
        "titles": [BY_NAME[name].whole_title for name in pair],
        "units": [shown_unit(name)[1] for name in pair],
        "true": [_arm(row, names) for row in true.itertuples()],
        "observed": [_arm(row, names) for row in observed.itertuples()],
    }


def _arm(row: Any, names: Names) -> dict[str, Any]:
    return {
        "name": escape(shortened(names.arms[row.arm], LONGEST_NAME)),
        "mean": _number(row.difference),
        "low": _number(row.low),
        "high": _number(row.high),
        "told": with_interval(row.difference, row.low, row.high, sign=True),
        "sure": bool(row.p_adjusted < ERROR_RATE),
    }


def _number(value: float) -> float | None:
    """A number with the digits that carry meaning; nothing where it is none, which JSON cannot hold."""
    return float(f"{value:.{DIGITS}g}") if abs(value) < float("inf") else None
