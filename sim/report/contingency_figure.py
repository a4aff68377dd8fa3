"""The figure of a contingency map: what each choice costs in each mode of care, in each setting, and used elsewhere."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.arms import ComparisonError
from sim.analysis.contingency import BEHIND, BEST, NOT_TOLD_APART, Contingency
from sim.analysis.outcomes import LEDGER_WORDS
from sim.report.arm_labels import bare_levels, factor_words, levels_in_words
from sim.report.contingency import MOST_SETTINGS, capital
from sim.report.figures import INK, QUIET, STYLE, bare, key
from sim.report.groups import across_words, chosen_words, group_words, shown_unit, what_is_missing
from sim.report.numbers import in_words
from sim.scenario.words import shortened

MOST_CHOICES, MOST_GROUPS = 40, 12
COSTS = LinearSegmentedColormap.from_list("costs", ["#FFFFFF", "#9EC9E2", "#2B7BBA", "#0A3D70"])
LINE = "#C4C4C4"
DARK = 0.55  # share of the highest cost from which cells are written on in white

# Inches.
CELL, NARROW, ROW = 0.95, 0.3, 0.3
LEAST_OF_GROUP = 1.0  # for the name of a group above its settings
EDGE, GAP, LETTER = 0.25, 0.45, 0.078
ABOVE, BELOW, PANEL_HEAD = 1.15, 0.5, 0.95
LONGEST = 44  # letters of a label
SCALE_LEFT, SCALE_WIDTH = 4.9, 1.4


def too_large(found: Contingency) -> str:
    """Why a map is too large for a figure, and what to do; nothing if it is not."""
    choices, groups = len(found.layout.choices), len(found.groups)
    if choices > MOST_CHOICES or groups > MOST_GROUPS:
        return (
            f"{choices:,} choices in {groups:,} groups are more than the {MOST_CHOICES} in {MOST_GROUPS} that can be "
            "drawn: choose with --where FACTOR=LEVEL or --choose FACTOR"
        )
    return ""


def contingency_figure(found: Contingency) -> Figure:
    """Regret of each choice in each group, across settings and in each of them, and the costs of mismatches.

    A filled mark stands on the best mean, a ring on what is not told apart from it; a scale says what shades cost.

    Raises:
        ComparisonError: there are too many choices or groups to be seen; the message says how to choose.
    """
    if refusal := too_large(found):
        raise ComparisonError(refusal)
    order = list(found.of(found.groups[-1]).sort_values("rank").choice)
    names = [shortened(levels_in_words(found.layout.choices)[choice], LONGEST) for choice in order]
    left = EDGE + LETTER * max(map(len, names)) + 0.12
    settings = len(found.layout.settings) * len(found.modes) if found.layout.across else 0
    drawn = settings if settings <= MOST_SETTINGS else 0
    widths = [len(found.groups) * CELL, max(drawn * NARROW, len(found.modes) * LEAST_OF_GROUP) if drawn else 0.0]
    mismatch = len(found.modes) > 1
    below = PANEL_HEAD + len(found.groups) * ROW * 1.3 if mismatch else 0.0
    under = max(map(len, bare_levels(found.layout.settings))) * LETTER if drawn else 0.0
    width = max(9.6, left + widths[0] + (GAP + widths[1] if drawn else 0) + EDGE)
    head = list(_head(found, width))
    top = EDGE + 0.36 + 0.2 * (len(head) - 1) + 0.35
    height = top + PANEL_HEAD + len(order) * ROW + under + below + BELOW
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        _write_head(figure, head, top)
        most = max(float(found.table[found.table.setting == -1].regret.max()), float(found.mismatch.regret.max()), 1e-9)
        if drawn:
            most = max(most, float(found.table.regret.max()))
        _scale(figure, found, most, top)
        box = (left, top + PANEL_HEAD, widths[0], len(order) * ROW)
        axes = _axes(figure, box, "map")
        _across(axes, found, order, names, most)
        _above(figure, left, top, "Regret across all settings" if found.layout.across else "Regret", found)
        if drawn:
            box = (left + widths[0] + GAP, top + PANEL_HEAD, widths[1], len(order) * ROW)
            _in_settings(_axes(figure, box, "settings"), found, order, most)
            _write(figure, box[0], top + 0.1, "Regret in each setting of", size=10.5, weight="bold")
            words = ", ".join(factor_words(found.layout.across).values())
            for line, part in enumerate(textwrap.wrap(words, int(widths[1] / 0.068))[:2]):
                _write(figure, box[0], top + 0.29 + 0.15 * line, part, size=8.5, color=QUIET)
        if mismatch:
            down = top + PANEL_HEAD + len(order) * ROW + under + PANEL_HEAD
            box = (max(left, 4.3), down, len(found.modes) * CELL * 1.45, len(found.groups) * ROW * 1.3)
            _mismatches(_axes(figure, box, "mismatch"), found, most)
            words = f"The cost of a mismatch: what is best for one (rows), used in another (columns), {_unit(found)}"
            _write(figure, EDGE, down - 0.72, words, size=10.5, weight="bold")
        foot = "What an hour of leading does is assumed: sweep assumptions before you act on this."
        _write(figure, EDGE, height - 0.16, foot, size=8, color=QUIET)
    return figure


def _unit(found: Contingency) -> str:
    return shown_unit(found.outcome)[1]


def _head(found: Contingency, width: float) -> Iterator[tuple[str, str]]:
    title = f"Best {chosen_words(found.layout)} by {found.outcome.whole_title.lower()}"
    yield shortened(title, int((width - 2 * EDGE) / 0.118)), INK
    reading = (
        f"{capital(found.outcome.ledger)} ledger: {LEDGER_WORDS[found.outcome.ledger]}; {_unit(found)}, "
        f"{found.better} is better; {found.replications:,} replications in pairs{across_words(found.layout)}"
    )
    missing = what_is_missing(found.progress, found.dropped, found.replications)
    for words, colour in ((reading, QUIET), *((words, "#B3261E") for words in missing)):
        for line in textwrap.wrap(words, int((width - 2 * EDGE) / 0.083)):
            yield line, colour


def _write_head(figure: Figure, head: Sequence[tuple[str, str]], top: float) -> None:
    down = EDGE + 0.12
    for place, (words, colour) in enumerate(head):
        size, weight = (14, "bold") if place == 0 else (9.5, "normal")
        _write(figure, EDGE, down, words, size=size, weight=weight, color=colour)
        down += 0.32 if place == 0 else 0.2
    width, height = figure.get_size_inches()
    handles = [_mark(BEST, INK, "best mean"), _mark(NOT_TOLD_APART, INK, "not told apart from the best")]
    key(figure, EDGE / width, handles, 1 - (top - 0.12) / height)


def _scale(figure: Figure, found: Contingency, most: float, top: float) -> None:
    """What shades of a cell stand for, from nought to the dearest, beside the marks."""
    down = top - 0.19
    axes = _axes(figure, (SCALE_LEFT, down - 0.08, SCALE_WIDTH, 0.16), "scale")
    axes.imshow(np.linspace(0, 1, 256)[None], cmap=COSTS, aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(LINE)
    _write(figure, SCALE_LEFT - 0.08, down, "regret 0", size=9, ha="right")
    words = f"{in_words(shown_unit(found.outcome)[0] * most)} {_unit(found)}"
    _write(figure, SCALE_LEFT + SCALE_WIDTH + 0.08, down, words, size=9)


def _mark(standing: str, colour: Any, label: str = "") -> Line2D:
    face = colour if standing == BEST else "none"
    return Line2D([], [], linestyle="", marker="o", color=colour, markerfacecolor=face, markersize=6, label=label)


def _write(figure: Figure, right: float, down: float, words: str, **how: Any) -> None:
    width, height = figure.get_size_inches()
    figure.text(right / width, 1 - down / height, words, va="center", parse_math=False, **how)


def _above(figure: Figure, left: float, top: float, words: str, found: Contingency) -> None:
    _write(figure, left, top + 0.1, words, size=10.5, weight="bold")
    _write(figure, left, top + 0.29, _unit(found), size=8.5, color=QUIET)


def _axes(figure: Figure, box: tuple[float, float, float, float], name: str) -> Axes:
    """Axes at so many inches from the left and the top, so wide and tall."""
    width, height = figure.get_size_inches()
    left, down, wide, tall = box
    axes = figure.add_axes((left / width, 1 - (down + tall) / height, wide / width, tall / height))
    axes.set_gid(name)  # so that the SVG says what a panel shows
    return axes


def _cells(axes: Axes, costs: np.ndarray, most: float) -> None:
    rows, columns = costs.shape
    axes.imshow(costs, cmap=COSTS, vmin=0, vmax=most, aspect="auto", extent=(0, columns, rows, 0), zorder=1)
    axes.vlines(range(columns + 1), 0, rows, color=LINE, linewidth=0.5, zorder=2, clip_on=False)
    axes.hlines(range(rows + 1), 0, columns, color=LINE, linewidth=0.5, zorder=2, clip_on=False)
    axes.xaxis.tick_top()
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    bare(axes)


def _ink(cost: float, most: float) -> str:
    return "white" if cost > DARK * most else INK


def _across(axes: Axes, found: Contingency, order: Sequence[int], names: Sequence[str], most: float) -> None:
    factor = shown_unit(found.outcome)[0]
    parts = [found.of(group).set_index("choice").loc[list(order)] for group in found.groups]
    _cells(axes, np.column_stack([part.regret.to_numpy(float) for part in parts]), most)
    for column, part in enumerate(parts):
        for row, (_, told) in enumerate(part.iterrows()):
            colour = _ink(told.regret, most)
            words = in_words(factor * told.regret)
            axes.text(column + 0.62, row + 0.52, words, ha="center", va="center", size=8.5, color=colour)
            _stand(axes, column + 0.2, row + 0.5, told.standing, colour)
    groups = [textwrap.fill(group_words(found.layout, group), 13) for group in found.groups]
    axes.set_xticks(np.arange(len(groups)) + 0.5, groups, size=8.5, parse_math=False)
    axes.set_yticks(np.arange(len(names)) + 0.5, names, size=9, parse_math=False)


def _stand(axes: Axes, right: float, down: float, standing: str, colour: str, size: float = 5.5) -> None:
    if standing in (BEST, NOT_TOLD_APART):
        face = colour if standing == BEST else "none"
        axes.plot(right, down, "o", markersize=size, color=colour, markerfacecolor=face, markeredgewidth=1, zorder=4)


def _in_settings(axes: Axes, found: Contingency, order: Sequence[int], most: float) -> None:
    settings = bare_levels(found.layout.settings)
    columns = [(group, place) for group in found.modes for place in range(len(settings))]
    parts = [found.of(group, place).set_index("choice").loc[list(order)] for group, place in columns]
    _cells(axes, np.column_stack([part.regret.to_numpy(float) for part in parts]), most)
    for column, part in enumerate(parts):
        for row, (_, told) in enumerate(part.iterrows()):
            _stand(axes, column + 0.5, row + 0.5, told.standing, _ink(told.regret, most), 4.5)
    axes.set_yticks([])
    edges = np.arange(len(found.modes) + 1) * len(settings)
    axes.vlines(edges, 0, len(order), color=INK, linewidth=1, zorder=5, clip_on=False)
    middles = edges[:-1] + len(settings) / 2
    held = [textwrap.fill(group_words(found.layout, group), 13) for group in found.modes]
    axes.set_xticks(middles, held, size=8.5, parse_math=False)
    below = axes.secondary_xaxis("bottom")
    below.set_xticks(np.arange(len(columns)) + 0.5, [settings[place] for _, place in columns], parse_math=False)
    below.tick_params(labelsize=8, labelrotation=90)
    below.tick_params(length=0)
    below.spines[:].set_visible(False)


def _mismatches(axes: Axes, found: Contingency, most: float) -> None:
    factor = shown_unit(found.outcome)[0]
    names = levels_in_words(found.layout.choices)
    told = found.mismatch.set_index(["best_for", "used_in"])
    costs = np.array([[float(told.loc[(row, used), "regret"]) for used in found.modes] for row in found.groups])
    _cells(axes, costs, most)
    rows = []
    for down, best_for in enumerate(found.groups):
        choice = shortened(names[_choice(told, found, best_for)], LONGEST)
        rows.append(f"{group_words(found.layout, best_for)}:\n{choice}")
        for right, used_in in enumerate(found.modes):
            row, colour = told.loc[(best_for, used_in)], _ink(costs[down, right], most)
            _stand(axes, right + 0.1, down + 0.5, row.standing, colour)
            axes.text(right + 0.56, down + 0.5, _with_ends(row, factor), ha="center", va="center", size=8, color=colour)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows, size=8, parse_math=False)
    words = [textwrap.fill(f"in {group_words(found.layout, group)}", 16) for group in found.modes]
    axes.set_xticks(np.arange(len(words)) + 0.5, words, size=8.5, parse_math=False)


def _choice(told: Any, found: Contingency, best_for: object) -> int:
    return int(told.loc[(best_for, found.modes[0]), "choice"])


def _with_ends(row: Any, factor: float) -> str:
    cost, low, high = (in_words(factor * value) for value in (row.regret, row.regret_low, row.regret_high))
    return f"{cost} ({low}–{high})" if row.standing == BEHIND else f"{cost} (up to {high})"
