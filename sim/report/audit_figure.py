"""The figure of an audit: for each record the ranks that it gives beside the true ones, and how far both agree."""

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sim.analysis.arms import ComparisonError
from sim.analysis.audit import Audit
from sim.analysis.outcomes import ALL, BY_NAME, LEDGER_WORDS
from sim.report.arm_labels import levels_in_words
from sim.report.arms_figure import SURE
from sim.report.audit import last_group
from sim.report.contingency import capital
from sim.report.figures import COLOURS, INK, MARKERS, PAPER, QUIET, RULE, STYLE, bare, key, ledger_handle
from sim.report.groups import across_words, chosen_words, group_words, shown_unit, what_is_missing
from sim.scenario.words import shortened

MOST_ARMS, MOST_PAIRS = 30, 12
TURNED_COLOUR, SAME_COLOUR = "#D55E00", "#8A8A8A"
OTHERS = ("#CC79A7", "#56B4E9", "#882255", "#44AA99")  # groups that are no modes of care

# Inches.
EDGE, PANEL, ROW, ABOVE, APART = 0.25, 1.5, 0.24, 1.05, 0.35
TALL_ROW = 0.36  # for names of two lines
LETTER, LONGEST = 0.07, 28
ACROSS = 3  # panels beside each other
LINE_OF_PAIR = 0.42
NAMES = 3.9  # beside the rank correlations


def too_large(found: Audit) -> str:
    """Why an audit is too large for a figure, and what to do; nothing if it is not."""
    arms, pairs = len(found.layout.choices), len(found.pairs)
    if arms > MOST_ARMS or pairs > MOST_PAIRS:
        return (
            f"{arms:,} arms and {pairs:,} pairs of outcomes are more than the {MOST_ARMS} and {MOST_PAIRS} that can be "
            "drawn: choose with --where FACTOR=LEVEL, --rank FACTOR or --pair TRUE=OBSERVED"
        )
    return ""


def audit_figure(found: Audit) -> Figure:
    """A panel for each record: left the rank by it, right the true one; below, rank correlations by group.

    Lines of arms whose order with another is turned over are coloured; bars say between which ranks an arm surely is.

    Raises:
        ComparisonError: there are too many arms or pairs to be seen; the message says how to choose.
    """
    if refusal := too_large(found):
        raise ComparisonError(refusal)
    names = [_wrapped(name) for name in levels_in_words(found.layout.choices)]
    side = LETTER * max(len(line) for name in names for line in name.splitlines()) + 0.45
    panel = side + PANEL + side
    columns = min(ACROSS, len(found.pairs))
    bands = -(-len(found.pairs) // columns)
    tall = len(names) * (ROW if all("\n" not in name for name in names) else TALL_ROW)
    width = max(9.6, 2 * EDGE + columns * panel + (columns - 1) * APART)
    head = _head(found, width)
    top = EDGE + 0.36 + 0.2 * (len(head) - 1) + 0.3
    below = 1.15 + LINE_OF_PAIR * len(found.pairs) + 0.75
    height = top + bands * (ABOVE + tall + 0.15) + below
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        _write_head(figure, head, top)
        for place, pair in enumerate(found.pairs):
            band, column = divmod(place, columns)
            left = EDGE + column * (panel + APART)
            down = top + band * (ABOVE + tall + 0.15)
            _title(figure, pair, left, down, panel)
            _slopes(figure, found, pair, names, (left + side, down + ABOVE, PANEL, tall))
        _correlations(figure, found, height - below)
        foot = "What an hour of leading does is assumed: sweep assumptions before you act on this."
        _write(figure, EDGE, height - 0.16, foot, size=8, color=QUIET)
    return figure


def _head(found: Audit, width: float) -> list[tuple[str, str]]:
    most = int(found.agreement.replications.max())
    title = f"What is recorded and what happened, by {chosen_words(found.layout)}"
    reading = (
        f"Ranks, 1 for the best; bars: between which ranks an arm surely is (95%, all pairs together); {most:,} "
        f"replications in pairs{across_words(found.layout)}"
    )
    missing = what_is_missing(found.progress, found.dropped, most)
    lines = [(shortened(title, int((width - 2 * EDGE) / 0.118)), INK)]
    for words, colour in ((reading, QUIET), *((words, "#B3261E") for words in missing)):
        lines += [(line, colour) for line in textwrap.wrap(words, int((width - 2 * EDGE) / 0.083))]
    return lines


def _write_head(figure: Figure, head: Sequence[tuple[str, str]], top: float) -> None:
    down = EDGE + 0.12
    for place, (words, colour) in enumerate(head):
        size, weight = (14, "bold") if place == 0 else (9.5, "normal")
        _write(figure, EDGE, down, words, size=size, weight=weight, color=colour)
        down += 0.32 if place == 0 else 0.2
    width, height = figure.get_size_inches()
    handles = [
        Line2D([], [], color=TURNED_COLOUR, linewidth=2.2, label="order turned over with another arm, surely"),
        Line2D([], [], color=SAME_COLOUR, linewidth=1.2, label="not so"),
        ledger_handle("observed"),
        ledger_handle("true"),
    ]
    key(figure, EDGE / width, handles, 1 - (top - 0.08) / height)


def _write(figure: Figure, right: float, down: float, words: str, **how: Any) -> None:
    width, height = figure.get_size_inches()
    figure.text(right / width, 1 - down / height, words, va="center", parse_math=False, **how)


def _axes(figure: Figure, box: tuple[float, float, float, float], name: str) -> Axes:
    width, height = figure.get_size_inches()
    left, down, wide, tall = box
    axes = figure.add_axes((left / width, 1 - (down + tall) / height, wide / width, tall / height))
    axes.set_gid(name)  # so that the SVG says what a panel shows
    return axes


def _title(figure: Figure, pair: tuple[str, str], left: float, down: float, wide: float) -> None:
    """Left what was recorded, right what happened, each with its unit."""
    for name, place, side in ((pair[1], left, "left"), (pair[0], left + wide, "right")):
        outcome = BY_NAME[name]
        ledger = capital(LEDGER_WORDS[outcome.ledger])
        _write(figure, place, down + 0.22, ledger, size=9, color=SURE, ha=side)
        lines = textwrap.wrap(outcome.whole_title, int(wide / 2 / 0.085))[:2]
        for number, line in enumerate(lines):
            _write(figure, place, down + 0.42 + 0.165 * number, line, size=9.5, weight="bold", ha=side)
        unit = shortened(shown_unit(outcome)[1], int(wide / 2 / 0.062))
        _write(figure, place, down + 0.43 + 0.165 * len(lines), unit, size=8, color=QUIET, ha=side)


def _wrapped(name: str) -> str:
    """A name on one line, or on two of which the second is cut where it must be."""
    first, *others = textwrap.wrap(name, LONGEST) or [""]
    return "\n".join([first, *([shortened(" ".join(others), LONGEST)] if others else [])])


def _slopes(
    figure: Figure,
    found: Audit,
    pair: tuple[str, str],
    names: Sequence[str],
    box: tuple[float, float, float, float],
) -> None:
    rows = found.part(found.ranking, pair, last_group(found, pair))
    axes = _axes(figure, box, "-".join(pair))
    axes.add_patch(Rectangle((-0.25, 0.4), 0.5, len(names) + 0.2, color=PAPER["observed"], zorder=0, clip_on=False))
    for row in rows.sort_values("turned").itertuples():
        colour, wide, above = (TURNED_COLOUR, 2.2, 4) if row.turned else (SAME_COLOUR, 1.2, 3)
        sides = ((0, "observed", "right"), (1, "true", "left"))
        axes.plot(
            [0, 1], [row.observed_rank, row.true_rank], "-o", color=colour, linewidth=wide, markersize=5, zorder=above
        )
        for right, ledger, side in sides:
            rank, low, high = (getattr(row, f"{ledger}_rank{end}") for end in ("", "_low", "_high"))
            beside = right + (-0.09 if side == "right" else 0.09) * 1.4
            axes.vlines(beside, low - 0.15, high + 0.15, color=colour, linewidth=1, alpha=0.55, zorder=2)
            out = -1 if side == "right" else 1
            weight, ink = ("bold", INK) if row.turned else ("normal", QUIET)
            how: dict[str, Any] = {"va": "center", "size": 8.5, "weight": weight, "color": ink, "parse_math": False}
            axes.text(right + 0.36 * out, rank, f"{rank}", ha="center", **how)
            axes.text(right + 0.5 * out, rank, names[row.choice], ha=side, linespacing=1.05, **how)
    axes.set_xlim(-0.25, 1.25)
    axes.set_ylim(len(names) + 0.6, 0.4)
    axes.set_xticks([])
    axes.set_yticks([])
    bare(axes)


def _correlations(figure: Figure, found: Audit, down: float) -> None:
    """Kendall's rank correlation of each pair in each group, with its interval, and what noise alone would leave."""
    width = figure.get_size_inches()[0]
    words = "How far the record ranks as what happened does: rank correlation with 95% interval"
    _write(figure, EDGE, down + 0.3, words, size=10.5, weight="bold")
    axes = _axes(figure, (NAMES, down + 0.85, width - NAMES - EDGE, LINE_OF_PAIR * len(found.pairs)), "correlation")
    step = 0.8 / len(found.groups)
    for line, pair in enumerate(found.pairs):
        for place, group in enumerate(found.groups):
            rows = found.part(found.agreement, pair, group)
            if not rows.empty:
                _correlation(axes, rows.iloc[0], line - 0.4 + step * (place + 0.5), *_mark(found, group))
    lines = [
        f"{BY_NAME[observed].whole_title}\nagainst {_lower(BY_NAME[true].whole_title)}"
        for true, observed in found.pairs
    ]
    axes.set_yticks(range(len(lines)), lines, size=8.5, parse_math=False)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlim(-1.03, 1.03)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1, turned over", "−0.5", "0", "0.5", "1, alike"])
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    axes.hlines(np.arange(len(lines) - 1) + 0.5, -1.03, 1.03, color=RULE, linewidth=0.7)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    bare(axes)
    handles = []
    for group in found.groups:
        colour, marker = _mark(found, group)
        label = capital(group_words(found.layout, group)).replace("$", r"\$")  # which would begin a formula
        handles.append(Line2D([], [], linestyle="", marker=marker, color=colour, markersize=6.5, label=label))
    label = "what noise alone would leave of a perfect record, in halves"
    handles.append(Line2D([], [], linestyle="", marker="|", color=INK, markersize=9, label=label))
    key(figure, EDGE / width, handles, 1 - (down + 0.66) / figure.get_size_inches()[1])


def _lower(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"


def _mark(found: Audit, group: object) -> tuple[str, str]:
    if group in COLOURS:
        return COLOURS[str(group)], MARKERS[str(group)]
    others = [each for each in found.groups if each != ALL]
    return OTHERS[others.index(group) % len(OTHERS)], "ospv*XhP"[others.index(group) % 8]


def _correlation(axes: Axes, row: pd.Series, down: float, colour: str, marker: str) -> None:
    axes.hlines(down, row.low, row.high, color=colour, linewidth=1.8, zorder=3)
    axes.plot(
        row.tau, down, marker, color=colour, markersize=5.5, markeredgecolor="white", markeredgewidth=0.6, zorder=4
    )
    if not np.isnan(row.noise):
        axes.plot(max(row.noise, 0.0), down, "|", color=INK, markersize=6, zorder=5)
