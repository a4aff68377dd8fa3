"""The figure of arms compared: a row for each arm, a panel for each outcome, both ledgers beside each other."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.analysis.arms import Comparison, ComparisonError
from sim.analysis.evidence import ERROR_RATE
from sim.analysis.outcomes import BY_NAME, LEDGER_WORDS, Outcome
from sim.report.arm_labels import Labels, label
from sim.report.arms import arms_heading, arms_setting, how_far_it_is, in_shown_units, pairs_of, too_many
from sim.report.figures import INK, PAPER, QUIET, RULE, STYLE, bare, key, ledger_handle
from sim.report.numbers import PUBLISHED
from sim.scenario.words import shortened

SURE, UNSURE, WARNING = "#0072B2", "#9A9A9A", "#B3261E"

# Inches: of a panel, between counterparts and between others, and what stands around panels.
PANEL, BESIDE, APART = 2.1, 0.14, 0.4
EDGE, ABOVE, AXIS, FOOT = 0.225, 1.12, 0.42, 0.35
LINE, PITCH = 0.15, 0.08  # of a line of a label, and from one label to the next
LETTER, LETTER_OF_TITLE, LETTER_OF_UNIT = 0.075, 0.088, 0.062
HEADING, TOLD = (0.32, 0.118), (0.22, 0.083)  # the height of a line of the head, and the width of a letter
LEAST_WIDTH = 9.0
LONGEST_LINE = 60  # letters of a label
LINES_OF_NAMES = 5  # of factors, above the labels
FEW_ROWS, FEW_PANELS, MANY_PANELS = 14, 4, 8  # beside each other: with many rows more, so that labels stand once


@dataclass(frozen=True)
class _Row:
    """A row of every panel: an arm, a reference, or the name of a group, which has no number."""

    words: str
    arm: int | None = None
    is_reference: bool = False


@dataclass(frozen=True)
class _Page:
    """What stands where, in inches from the upper left corner."""

    rows: Sequence[_Row]
    bands: Sequence[Sequence[tuple[str, ...]]]
    head: Sequence[tuple[str, str]]
    names: Sequence[str]
    left: float
    width: float

    @property
    def tall(self) -> float:
        """How tall a panel is."""
        lines = max(row.words.count("\n") + 1 for row in self.rows)
        return len(self.rows) * (lines * LINE + PITCH)

    @property
    def top(self) -> float:
        """Where the first band begins: what stands above its panels, and then these."""
        return EDGE + HEADING[0] + (len(self.head) - 1) * TOLD[0] + 0.3

    @property
    def height(self) -> float:
        """Of the page."""
        return self.top + len(self.bands) * (ABOVE + self.tall + AXIS) + FOOT


def arms_figure(comparison: Comparison) -> Figure:
    """A panel for each outcome and a row for each arm: its paired difference with the 95% interval.

    Outcomes of the true ledger stand beside their counterparts in the observed one. A filled mark stands where the
    verdict is that there is a difference.

    Raises:
        ComparisonError: there are too many arms or outcomes to be seen; the message says how to choose.
    """
    if refusal := too_many(comparison):
        raise ComparisonError(refusal)
    page, table = _page(comparison), in_shown_units(comparison.table)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(page.width, page.height), facecolor="white")
        FigureCanvasAgg(figure)
        for number, band in enumerate(page.bands):
            _band(figure, page, page.top + number * (ABOVE + page.tall + AXIS), band, table)
        _head(figure, page)
    return figure


def _page(comparison: Comparison) -> _Page:
    labels = label(comparison)
    rows = list(_rows(comparison, labels))
    bands = _bands(pairs_of(comparison), FEW_PANELS if len(rows) <= FEW_ROWS else MANY_PANELS)
    longest = max(len(line) for row in rows for line in row.words.split("\n"))
    names = textwrap.wrap(labels.heading, longest)[:LINES_OF_NAMES]
    left = EDGE + LETTER * longest + 0.1
    width = max(LEAST_WIDTH, *(left + _width(band) + EDGE for band in bands))
    return _Page(rows, bands, list(_told(comparison, width)), names, left, width)


def _rows(comparison: Comparison, labels: Labels) -> Iterator[_Row]:
    seen = set()
    for arm, reference in comparison.references.items():
        if reference not in seen:
            seen.add(reference)
            if labels.groups:
                yield _Row(_wrapped(labels.groups[reference]))
            yield _Row(_wrapped(f"{reference}  {labels.arms[reference]} (reference)"), reference, True)
        yield _Row(_wrapped(f"{arm}  {labels.arms[arm]}"), arm)


def _wrapped(words: str) -> str:
    """Words in two lines at most."""
    lines = textwrap.wrap(words, LONGEST_LINE, break_long_words=True)
    return "\n".join([*lines[:1], *([shortened(" ".join(lines[1:]), LONGEST_LINE)] if lines[1:] else [])])


def _bands(pairs: Sequence[tuple[str, ...]], most: int) -> list[list[tuple[str, ...]]]:
    """Outcomes in bands of at most so many panels, counterparts never parted."""
    bands: list[list[tuple[str, ...]]] = [[]]
    for pair in pairs:
        if sum(map(len, bands[-1])) + len(pair) > most:
            bands.append([])
        bands[-1].append(pair)
    return bands


def _width(band: Sequence[tuple[str, ...]]) -> float:
    return sum(len(pair) * PANEL + (len(pair) - 1) * BESIDE for pair in band) + (len(band) - 1) * APART


def _told(comparison: Comparison, width: float) -> Iterator[tuple[str, str]]:
    """The lines above the panels, each with its colour; the heading first."""
    reading = "paired differences with 95% intervals, in the unit of the outcome; filled: a difference after correction"
    told = ((reading, QUIET), (arms_setting(comparison), QUIET), (_missing(comparison), WARNING))
    yield shortened(arms_heading(comparison), int((width - 2 * EDGE) / HEADING[1])), INK
    for words, colour in told:
        for line in textwrap.wrap(words, int((width - 2 * EDGE) / TOLD[1])):
            yield line, colour


def _missing(comparison: Comparison) -> str:
    progress = comparison.progress
    return how_far_it_is(comparison) if progress and (progress.left or progress.failed) else ""


def _head(figure: Figure, page: _Page) -> None:
    down = EDGE
    for place, (words, colour) in enumerate(page.head):
        size, weight, height = (14, "bold", HEADING[0]) if place == 0 else (9.5, "normal", TOLD[0])
        _write(figure, page, EDGE, down + height / 2, words, size=size, weight=weight, color=colour)
        down += height
    key(figure, EDGE / page.width, [ledger_handle(ledger) for ledger in LEDGER_WORDS], 1 - (down + 0.2) / page.height)
    _write(figure, page, EDGE, page.height - 0.15, PUBLISHED, size=8, color=QUIET)


def _write(figure: Figure, page: _Page, right: float, down: float, words: str, **how: Any) -> None:
    figure.text(right / page.width, 1 - down / page.height, words, va="center", parse_math=False, **how)


def _band(figure: Figure, page: _Page, down: float, band: Sequence[tuple[str, ...]], table: pd.DataFrame) -> None:
    right = page.left
    for place, line in enumerate(reversed(page.names)):
        _write(figure, page, right - 0.05, down + ABOVE - 0.1 - LINE * place, line, size=8, color=QUIET, ha="right")
    for pair in band:
        for name in pair:
            low = 1 - (down + ABOVE + page.tall) / page.height
            axes = figure.add_axes((right / page.width, low, PANEL / page.width, page.tall / page.height))
            axes.set_gid(name)  # so that the SVG says what a panel shows
            _panel(axes, page.rows, table[table.outcome == name])
            _title(figure, page, right, down, BY_NAME[name], table[table.outcome == name].unit.iloc[0])
            if right == page.left:
                _name_rows(axes, page.rows)
            right += PANEL + BESIDE
        right += APART - BESIDE


def _title(figure: Figure, page: _Page, right: float, down: float, outcome: Outcome, unit: str) -> None:
    """Above a panel: its ledger, its title, which takes three lines at most, and the unit, of two lines at most."""
    lines = textwrap.wrap(outcome.whole_title, int(PANEL / LETTER_OF_TITLE))
    _write(figure, page, right, down + 0.22, LEDGER_WORDS[outcome.ledger].capitalize(), size=9, color=SURE)
    for place, line in enumerate(lines):
        _write(figure, page, right, down + 0.4 + 0.165 * place, line, size=9.5, weight="bold")
    for place, line in enumerate(textwrap.wrap(unit, int(PANEL / LETTER_OF_UNIT))):
        _write(figure, page, right, down + 0.41 + 0.165 * len(lines) + 0.13 * place, line, size=8, color=QUIET)


def _panel(axes: Axes, rows: Sequence[_Row], table: pd.DataFrame) -> None:
    """One outcome: a row for each arm, in the order of `rows`."""
    by_arm = table.set_index("arm")
    places = np.array([place for place, row in enumerate(rows) if row.arm in by_arm.index])
    drawn = by_arm.loc[[rows[place].arm for place in places]]
    sure = (drawn.p_adjusted < ERROR_RATE).to_numpy()
    axes.set_facecolor(PAPER[table.ledger.iloc[0]])
    axes.hlines(places, drawn.low, drawn.high, color=np.where(sure, SURE, UNSURE), linewidth=2, zorder=3)
    for which, face, edge in ((sure, SURE, SURE), (~sure, "white", UNSURE)):
        axes.plot(
            drawn.difference[which], places[which], "o", color=face, markeredgecolor=edge, markersize=5.5, zorder=4
        )
    references = [place for place, row in enumerate(rows) if row.is_reference]
    axes.plot(np.zeros(len(references)), references, "|", color=INK, markersize=8, zorder=4)
    axes.axvline(0, color=QUIET, linewidth=0.9)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([place for place, row in enumerate(rows) if row.arm is not None], [])
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(color=RULE, linewidth=0.6)
    bare(axes)


def _name_rows(axes: Axes, rows: Sequence[_Row]) -> None:
    axes.set_yticks(range(len(rows)), [row.words for row in rows], size=8.5, parse_math=False)
    for row, written in zip(rows, axes.get_yticklabels(), strict=True):
        written.set_fontweight("bold" if row.arm is None else "normal")
        written.set_color(QUIET if row.is_reference else INK)
