"""Figures of a report: small enough for a phone, one outcome each, so that a page can set them beside one another."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.analysis.arms import Comparison
from sim.analysis.evidence import ERROR_RATE
from sim.analysis.outcomes import BY_NAME, LEDGER_WORDS
from sim.report.arms import in_shown_units, pairs_of
from sim.report.arms_figure import SURE, UNSURE
from sim.report.figures import INK, PAPER, QUIET, RULE, STYLE, bare
from sim.report.numbers import with_interval
from sim.report.page.words import Names
from sim.scenario.words import shortened

WIDTH = 4.3  # inches
LETTERS = 21  # of a line of the name of an arm, of which there are two at most
MANY = 12  # arms, beyond which their names take one line
LEFT, RIGHT, HEAD, FOOT = 1.72, 0.2, 0.6, 0.55
ROW = 0.36
SQUARE_LEFT, SQUARE_HEAD, SQUARE_FOOT, SQUARE = 0.75, 0.3, 0.75, 3.35
MISLEADING = "#FBE9D9"
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


class Drawn(NamedTuple):
    """A figure with what it is called as a file, and what it shows, in words for those who do not see it."""

    name: str
    title: str
    figure: Figure
    alt: str


def difference_figures(comparison: Comparison, names: Names, outcomes: Iterable[str]) -> Iterator[Drawn]:
    """For each of the outcomes a figure with a row for each arm: its paired difference with the 95% interval."""
    table = in_shown_units(comparison.table)
    for name in outcomes:
        rows = table[table.outcome == name]
        yield Drawn(f"difference_{name}", BY_NAME[name].whole_title, _difference(rows, names), _told(rows, names))


def ledger_figures(comparison: Comparison, names: Names) -> Iterator[Drawn]:
    """For each outcome with a counterpart a figure: what happened across, what was recorded upwards, a mark an arm."""
    table = in_shown_units(comparison.table)
    for pair in pairs_of(comparison):
        if len(pair) < 2:
            continue
        true, observed = (table[table.outcome == name].set_index("arm") for name in pair)
        titles = " against ".join(f"“{BY_NAME[name].whole_title}”" for name in pair)
        points = "; ".join(
            f"{names.arms[arm]}: {_in_words(true.loc[arm])} and {_in_words(observed.loc[arm])}" for arm in true.index
        )
        alt = f"Differences in {titles}, what happened against what was recorded. {points}."
        yield Drawn(f"ledgers_{pair[0]}", BY_NAME[pair[0]].whole_title, _ledgers(true, observed, names), alt)


def _difference(rows: Any, names: Names) -> Figure:
    tall = ROW if len(rows) <= MANY else ROW * 0.6
    height = HEAD + tall * len(rows) + FOOT
    first = rows.iloc[0]
    outcome = BY_NAME[first.outcome]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((LEFT / WIDTH, FOOT / height, (WIDTH - LEFT - RIGHT) / WIDTH, tall * len(rows) / height))
        axes.set_facecolor(PAPER[outcome.ledger])
        places, sure = np.arange(len(rows)), (rows.p_adjusted < ERROR_RATE).to_numpy()
        axes.hlines(places, rows.low, rows.high, color=np.where(sure, SURE, UNSURE), linewidth=2.4, zorder=3)
        for which, face, edge in ((sure, SURE, SURE), (~sure, "white", UNSURE)):
            axes.plot(
                rows.difference[which], places[which], "o", color=face, markeredgecolor=edge, markersize=6.5, zorder=4
            )
        axes.axvline(0, color=QUIET, linewidth=1)
        _with_nought(axes, rows)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(places, [_label(names.arms[arm], len(rows)) for arm in rows.arm], size=9.5, parse_math=False)
        axes.set_xlabel(_wrapped(f"difference, {first.unit}", 44), size=9)
        axes.grid(color=RULE, linewidth=0.6)
        bare(axes)
        ledger = LEDGER_WORDS[outcome.ledger].capitalize()
        _above(figure, height, outcome.whole_title, ledger)
    return figure


def _above(figure: Figure, height: float, title: str, ledger: str) -> None:
    lines = textwrap.wrap(title, 46)[:1]
    told = lines[0] if lines and lines[0] == title else shortened(title, 46)
    figure.text(0.02, 1 - 0.2 / height, told, size=10.5, weight="bold", va="center", parse_math=False)
    figure.text(0.02, 1 - 0.42 / height, ledger, size=9, color=SURE, va="center")


def _with_nought(axes: Axes, rows: Any) -> None:
    """Limits that hold nought and every interval, with some room."""
    ends = np.array([0.0, *rows.low, *rows.high, *rows.difference])
    ends = ends[np.isfinite(ends)]
    room = 0.08 * (ends.max() - ends.min()) or 1.0
    axes.set_xlim(ends.min() - room, ends.max() + room)
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(axis="x", labelsize=8.5)


def _ledgers(true: Any, observed: Any, names: Names) -> Figure:
    shown = list(true.index)
    key = [_label(names.arms[arm], len(MARKS) + 1) for arm in shown] if len(shown) <= len(MARKS) else []
    height = SQUARE_HEAD + SQUARE + SQUARE_FOOT + 0.22 * len(key)
    foot = SQUARE_FOOT + 0.22 * len(key)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        FigureCanvasAgg(figure)
        across = (WIDTH - SQUARE_LEFT - RIGHT) / WIDTH
        axes = figure.add_axes((SQUARE_LEFT / WIDTH, foot / height, across, SQUARE / height))
        reach = [_reach(rows) for rows in (true, observed)]
        axes.set_xlim(-reach[0], reach[0])
        axes.set_ylim(-reach[1], reach[1])
        for corner in ((-reach[0], 0), (0, -reach[1])):
            axes.add_patch(matplotlib.patches.Rectangle(corner, *reach, color=MISLEADING, zorder=0, linewidth=0))
        for place, arm in enumerate(shown):
            _point(axes, true.loc[arm], observed.loc[arm], MARKS[place % len(MARKS)] if key else "o")
        axes.axhline(0, color=QUIET, linewidth=1)
        axes.axvline(0, color=QUIET, linewidth=1)
        axes.set_xlabel(_wrapped(f"happened: {BY_NAME[true.outcome.iloc[0]].whole_title}", 48), size=9)
        axes.set_ylabel(_wrapped(f"recorded: {BY_NAME[observed.outcome.iloc[0]].whole_title}", 42), size=9)
        axes.locator_params(nbins=5)
        axes.tick_params(labelsize=8.5)
        axes.grid(color=RULE, linewidth=0.6)
        bare(axes)
        _key(figure, key, height)
    return figure


def _key(figure: Figure, key: list[str], height: float) -> None:
    """Below the panel, a line for each arm with its mark."""
    for place, words in enumerate(key):
        up = (0.2 + 0.22 * (len(key) - 1 - place)) / height
        mark = matplotlib.lines.Line2D([SQUARE_LEFT / WIDTH], [up], marker=MARKS[place], color=SURE, markersize=7)
        figure.add_artist(mark)
        figure.text(SQUARE_LEFT / WIDTH + 0.04, up, words, size=9, va="center", parse_math=False, color=INK)


def _point(axes: Axes, true: Any, observed: Any, mark: str) -> None:
    sure = true.p_adjusted < ERROR_RATE or observed.p_adjusted < ERROR_RATE
    colour = SURE if sure else UNSURE
    axes.hlines(observed.difference, true.low, true.high, color=colour, linewidth=1.4, zorder=3)
    axes.vlines(true.difference, observed.low, observed.high, color=colour, linewidth=1.4, zorder=3)
    face = colour if sure else "white"
    axes.plot(true.difference, observed.difference, mark, color=face, markeredgecolor=colour, markersize=8, zorder=4)


def _reach(rows: Any) -> float:
    ends = np.abs(np.array([*rows.low, *rows.high, *rows.difference]))
    ends = ends[np.isfinite(ends)]
    return 1.12 * float(ends.max(initial=0.0)) or 1.0


def _label(words: str, rows: int) -> str:
    if rows > MANY:
        return shortened(words, LETTERS)
    lines = textwrap.wrap(words, LETTERS, break_long_words=True) or [""]
    rest = shortened(" ".join(lines[1:]), LETTERS)
    return "\n".join([lines[0], *([rest] if rest else [])])


def _wrapped(words: str, letters: int) -> str:
    lines = textwrap.wrap(words, letters)
    return "\n".join(lines[:2])


def _told(rows: Any, names: Names) -> str:
    first = rows.iloc[0]
    points = "; ".join(f"{names.arms[row.arm]}: {_in_words(row)}" for row in rows.itertuples())
    return f"Differences in {BY_NAME[first.outcome].whole_title}, {first.unit}, with 95% intervals. {points}."


def _in_words(row: Any) -> str:
    return with_interval(row.difference, row.low, row.high, sign=True)
