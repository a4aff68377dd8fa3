"""The figure of where strategies fail: the limits of each box, and what PRIM gave up in coverage for density."""

import textwrap

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.boxes import HIGH, LEVELS, LOW, Box
from sim.analysis.discovery import Discovered, Discovery
from sim.report.discovery import Wording, discovery_heading, failing_in_words, wording
from sim.report.figures import INK, QUIET, RULE, STYLE, bare, key
from sim.scenario.words import shortened

# Okabe and Ito (2008), with markers of their own: the first box, the second, and one that did not hold.
BOXES = (("#0072B2", "o"), ("#D55E00", "s"))
REFUTED = ("#9A9A9A", "X")

# Inches.
EDGE, HEAD, FOOT = 0.225, 1.45, 0.1
LIMITS, TRADE_OFF, GAP = 4.6, 2.6, 0.9
ABOVE, AXIS, ROW, TALL = 0.72, 0.75, 0.52, 1.9
LETTER, LETTER_OF_HEADING, LETTER_OF_TEXT = 0.075, 0.108, 0.083
LONGEST_NAME, LONGEST_LEVELS = 44, 60


def discovery_figure(found: Discovery) -> Figure:
    """A row for each strategy: left what its boxes ask of which factor, right coverage and density on the way there."""
    words = wording(found)
    shown = [place for place in range(len(found.strategies)) if place != found.failing.reference]
    rows = {place: _rows(found.found[place]) for place in shown}
    names = [words.factors[each[1]] for each_place in rows.values() for each in each_place]
    left = EDGE + LETTER * min(max(map(len, names), default=20), LONGEST_NAME) + 0.15
    width = left + LIMITS + GAP + TRADE_OFF + EDGE
    tall = {place: max(TALL, ROW * len(each)) for place, each in rows.items()}
    height = HEAD + sum(tall.values()) + (ABOVE + AXIS) * len(shown) + FOOT
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        _head(figure, found)
        down = HEAD
        for place in shown:
            down += ABOVE
            one = found.found[place]
            _title(figure, words.strategies[place], one, down)
            if rows[place]:
                own = ROW * len(rows[place])
                axes = figure.add_axes((left / width, 1 - (down + own) / height, LIMITS / width, own / height))
                _limits(axes, found, words, rows[place])
            else:
                _nothing(figure, one, down + 0.3)
            right, low = left + LIMITS + GAP, 1 - (down + TALL) / height
            beside = figure.add_axes((right / width, low, TRADE_OFF / width, TALL / height))
            _trade_off(beside, one)
            down += tall[place] + AXIS
    return figure


def _told(one: Discovered) -> list[tuple[Box, tuple[str, str]]]:
    """The boxes of a strategy with their looks."""
    told = list(zip(one.boxes, BOXES, strict=False))
    return [*told, (one.refuted, REFUTED)] if one.refuted else told


def _rows(one: Discovered) -> list[tuple[Box, str, tuple[str, str]]]:
    """A row for each box and factor that it restricts."""
    return [
        (box, factor, look)
        for box, look in _told(one)
        for factor in dict.fromkeys(each.factor for each in box.restrictions)
    ]


def _head(figure: Figure, found: Discovery) -> None:
    width, height = figure.get_size_inches()
    heading = textwrap.wrap(discovery_heading(found), int((width - 2 * EDGE) / LETTER_OF_HEADING))
    told = textwrap.wrap(failing_in_words(found), int((width - 2 * EDGE) / LETTER_OF_TEXT))
    down = 0.3
    for line in heading[:2]:
        figure.text(EDGE / width, 1 - down / height, line, size=12.5, weight="bold", va="center", parse_math=False)
        down += 0.24
    for line in told[:2]:
        figure.text(EDGE / width, 1 - down / height, line, size=9.5, color=QUIET, va="center", parse_math=False)
        down += 0.2
    handles = []
    for (colour, marker), label in zip(
        (*BOXES, REFUTED), ("first box", "second box", "a box that did not hold"), strict=True
    ):
        handles.append(Line2D([], [], color=colour, marker=marker, linewidth=3, markersize=7, label=label))
    hollow = Line2D([], [], color=INK, marker="o", markerfacecolor="white", linestyle="", markersize=7)
    hollow.set_label("the same of cases held out")
    key(figure, EDGE / width, [*handles, hollow], 1 - (down + 0.2) / height)


def _title(figure: Figure, name: str, one: Discovered, down: float) -> None:
    width, height = figure.get_size_inches()
    words = f"{name[:1].upper()}{name[1:]}: fails in {one.failures:,} of {one.cases:,} futures"
    figure.text(EDGE / width, 1 - (down - 0.42) / height, words, size=10.5, weight="bold", parse_math=False)
    inside = [
        f"density {100 * box.density:.0f}% (held out {100 * box.held_out_density:.0f}%), coverage "
        f"{100 * box.coverage:.0f}% (held out {100 * box.held_out_coverage:.0f}%)"
        for box, _ in _told(one)
    ]
    figure.text(EDGE / width, 1 - (down - 0.22) / height, "; ".join(inside), size=8.5, color=QUIET)


def _nothing(figure: Figure, one: Discovered, down: float) -> None:
    width, height = figure.get_size_inches()
    why = (
        "nothing tells its failures from the rest"
        if one.is_sought
        else "too few futures, or failures, to look for boxes"
    )
    figure.text(EDGE / width, 1 - down / height, f"No box: {why}", size=9.5, color=QUIET, va="center")


def _limits(axes: Axes, found: Discovery, words: Wording, rows: list[tuple[Box, str, tuple[str, str]]]) -> None:
    """What each box asks, as a part of the whole range of the factor."""
    for place, (box, factor, (colour, _)) in enumerate(rows):
        own = {each.side: each for each in box.restrictions if each.factor == factor}
        column = found.futures[factor]
        axes.plot([0, 1], [place, place], color=RULE, linewidth=7, solid_capstyle="butt", zorder=1)
        if LEVELS in own:
            levels = " or ".join(own[LEVELS].levels).replace("_", " ")
            axes.text(0.5, place, shortened(levels, LONGEST_LEVELS), ha="center", va="center", color=colour,
                      weight="bold", parse_math=False)  # fmt: skip
            continue
        lowest, highest = float(column.min()), float(column.max())
        limits = {side: own[side].limit for side in (LOW, HIGH) if side in own}
        ends = [(limits.get(side, end) - lowest) / (highest - lowest) for side, end in ((LOW, lowest), (HIGH, highest))]
        axes.plot(ends, [place, place], color=colour, linewidth=7, solid_capstyle="butt", zorder=2)
        for end, value, align in ((0, lowest, "left"), (1, highest, "right")):
            axes.text(end, place + 0.34, f"{value:,.3g}", ha=align, va="center", size=7.5, color=QUIET)
        for side, limit in limits.items():
            where = ends[0] if side == LOW else ends[1]
            axes.text(
                where, place - 0.34, f"{limit:,.3g}", ha="center", va="center", size=8.5, color=colour, weight="bold"
            )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.set_yticks(range(len(rows)), [shortened(words.factors[factor], LONGEST_NAME) for _, factor, _ in rows],
                    size=8.5, parse_math=False)  # fmt: skip
    axes.set_xticks([])
    axes.set_xlabel("the box within the range of each factor")
    bare(axes)


def _trade_off(axes: Axes, one: Discovered) -> None:
    """What was peeled: from all futures, at the right, to a few in which most fail."""
    base = one.failures / one.cases if one.cases else 0.0
    axes.axhline(base, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    for box, (colour, marker) in _told(one):
        path: pd.DataFrame = box.path
        axes.plot(
            path["coverage"], path["density"], ".-", color=colour, alpha=0.45, markersize=4, linewidth=0.9, zorder=2
        )
        axes.plot(box.coverage, box.density, marker, color=colour, markersize=8, zorder=4, clip_on=False)
        axes.plot(box.held_out_coverage, box.held_out_density, marker, color=colour, markerfacecolor="white",
                  markersize=8, zorder=3, clip_on=False)  # fmt: skip
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    ticks = ([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_xticks(*ticks)
    axes.set_yticks(*ticks)
    axes.set_xlabel("coverage: share of all failures inside")
    axes.set_ylabel("density: share that fails")
    axes.text(0.01, base + 0.02, "all futures", ha="left", va="bottom", size=7.5, color=QUIET)
    axes.grid(color=RULE, linewidth=0.6)
    axes.tick_params(labelsize=8.5)
    bare(axes)
