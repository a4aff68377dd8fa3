"""The figure of claims that were run: each test's effect with its interval, beside the margin that was asked."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.claims import Examination, Finding, unit_of
from sim.report.claims import asked_in_words, size_in_words, standing, subject_in_words
from sim.report.figures import QUIET, RULE, STYLE, bare, key
from sim.scenario.words import one_line, shortened

# Inches.
WIDTH, LEFT, RIGHT, TOP, FOOT = 13.0, 6.0, 0.9, 0.9, 0.55
TITLE, ROW, GAP = 0.42, 0.44, 0.5
LONGEST = 78  # letters beside a panel

COLOURS = {"holds": "#009E73", "fails": "#D55E00", "open": "#9A9A9A", "shown": "#9A9A9A"}
MARKERS = {"holds": "o", "fails": "X", "open": "s", "shown": "d"}
STATE_WORDS = {"holds": "holds", "fails": "fails", "open": "open: the interval straddles", "shown": "for information"}


def claims_figure(examined: tuple[Examination, ...]) -> Figure:
    """One panel for each claim, one row for each test: the comparison that decides it, on a scale of its own.

    Estimates are divided by the largest reach of the row, so that rows of different units stand side by side; the thin
    upright stroke in a row is the margin asked. The numbers are in the table beside the figure.
    """
    rows = [len(each.findings) for each in examined]
    height = TOP + FOOT + sum(TITLE + ROW * count for count in rows) + GAP * (len(rows) - 1)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        FigureCanvasAgg(figure)
        _heading(figure, examined, height)
        down = TOP
        for each, count in zip(examined, rows, strict=True):
            down += TITLE
            box = (LEFT / WIDTH, 1 - (down + ROW * count) / height, 1 - (LEFT + RIGHT) / WIDTH, ROW * count / height)
            _panel(figure.add_axes(box), each)
            down += ROW * count + GAP
    return figure


def _heading(figure: Figure, examined: tuple[Examination, ...], height: float) -> None:
    title = "Claims as experiments" + (", where they should fail" if examined[0].at_failing_point else "")
    figure.text(0.225 / WIDTH, 1 - 0.3 / height, title, size=16, weight="bold", va="center")
    foot = f"{standing(examined[0])} Each row has its own scale; its stroke is the margin."
    figure.text(0.225 / WIDTH, 0.15 / height, foot, size=8, color=QUIET)
    key(figure, 0.225 / WIDTH, [_handle(state) for state in STATE_WORDS], 1 - 0.7 / height)


def _handle(state: str) -> Line2D:
    return Line2D([], [], linestyle="", marker=MARKERS[state], color=COLOURS[state], label=STATE_WORDS[state])


def _panel(axes: Axes, examined: Examination) -> None:
    told = examined.claim.statement
    title = f"{told.id}  {one_line(told.title)} · {examined.told}"
    edge = -(LEFT - 0.225) / (WIDTH - LEFT - RIGHT)
    axes.set_title(title, loc="left", size=10, weight="bold", x=edge, parse_math=False)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    names = [_name(test) for test in told.tests]
    for place, (test, found) in enumerate(zip(told.tests, examined.findings, strict=True)):
        _row(axes, place, test, found)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, size=8, parse_math=False)
    axes.set_xlim(-1.08, 1.08)
    axes.set_xticks([])
    axes.hlines(np.arange(len(names) - 1) + 0.5, -1.08, 1.08, color=RULE, linewidth=0.6)
    bare(axes)


def _name(test: Any) -> str:
    below = "; ".join(filter(None, (shortened(subject_in_words(test), LONGEST), asked_in_words(test))))
    return f"{shortened(test.title, LONGEST)}\n{below}"


def _row(axes: Axes, place: int, test: Any, found: Finding) -> None:
    shown = found.deciding
    numbers = (shown.estimate, shown.low, shown.high, shown.bound)
    reach = max((abs(value) for value in numbers if np.isfinite(value)), default=0.0)
    if not np.isfinite(shown.estimate):
        return
    scale = reach or 1.0
    state = "shown" if getattr(test, "role", "") == "report" else found.state
    if np.isfinite(shown.low):
        axes.hlines(place, shown.low / scale, shown.high / scale, color=COLOURS[state], linewidth=2, zorder=3)
    axes.plot([shown.estimate / scale], [place], MARKERS[state], color=COLOURS[state], markersize=7, zorder=4)
    if np.isfinite(shown.bound):
        axes.vlines(shown.bound / scale, place - 0.3, place + 0.3, color=QUIET, linewidth=1.2, zorder=2)
    axes.annotate(
        size_in_words(shown, unit_of(test)), (1.12, place), size=8, color=QUIET, va="center", annotation_clip=False
    )
