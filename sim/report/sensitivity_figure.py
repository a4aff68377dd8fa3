"""The figure of a sensitivity analysis: indices with intervals, and beside them how they settled as samples grew."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.outcomes import LEDGER_WORDS
from sim.analysis.sensitivity import SOBOL, Sensitivity
from sim.analysis.swept import SweptError
from sim.report.figures import INK, PAPER, QUIET, RULE, STYLE, bare, key
from sim.report.sensitivity import Wording, sensitivity_heading, wording
from sim.scenario.words import shortened

MOST_PANELS, MOST_FACTORS = 24, 25

# Okabe and Ito (2008), each with a marker of its own; factors that matter less share the last.
FACTORS = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#E69F00", "v"), ("#56B4E9", "P"))
OTHERS = ("#9A9A9A", ".")
BANDS = {colour for colour, _ in FACTORS[:3]}  # of which intervals are drawn beside the lines
CHANCE = "#F3D9D5"

# Inches.
EDGE, HEAD, FOOT = 0.225, 1.15, 0.3
INDICES, SETTLING, GAP = 3.6, 2.6, 0.75
ABOVE, AXIS, ROW, LEAST_ROWS = 0.62, 0.62, 0.23, 5
LETTER = 0.072
LONGEST_NAME = 44


def sensitivity_figure(found: Sensitivity) -> Figure:
    """A row for each outcome and strategy: left the indices of factors, right those of fewer samples.

    Raises:
        SweptError: there are too many outcomes and strategies to be seen.
    """
    panels = [(outcome, strategy) for outcome in found.outcomes for strategy in found.titles]
    if len(panels) > MOST_PANELS:
        raise SweptError(
            f"{len(found.outcomes):,} outcomes under {len(found.titles):,} strategies are {len(panels):,} panels, "
            f"more than the {MOST_PANELS} that can be shown: choose with --outcome NAME"
        )
    words = wording(found)
    shown = {panel: _shown(found, *panel) for panel in panels}
    looks = {outcome: _looks(_order(found, outcome)) for outcome in found.outcomes}
    longest = max(len(_name(words, factor)) for rows in shown.values() for factor in rows["factor"])
    left = EDGE + LETTER * longest + 0.15
    width = left + INDICES + GAP + SETTLING + EDGE
    tall = [ROW * max(len(rows), LEAST_ROWS) for rows in shown.values()]
    height = HEAD + sum(tall) + (ABOVE + AXIS) * len(panels) + FOOT
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        _head(figure, found)
        down = HEAD
        for (panel, rows), size in zip(shown.items(), tall, strict=True):
            down += ABOVE
            _title(figure, rows.iloc[0], words.strategies[panel[1]], down)
            axes = _axes(figure, left, down, INDICES, size)
            axes.set_gid("-".join(panel))  # so that the SVG says what a panel shows
            _indices(axes, found, words, rows, looks[panel[0]])
            beside = _axes(figure, left + INDICES + GAP, down, SETTLING, size)
            _settling(beside, found, rows, looks[panel[0]], panel)
            down += size + AXIS
    return figure


def _shown(found: Sensitivity, outcome: str, strategy: str) -> pd.DataFrame:
    """The rows of a panel, in one order for all strategies."""
    return found.rows(outcome, strategy).set_index("factor").loc[_order(found, outcome)[:MOST_FACTORS]].reset_index()


def _order(found: Sensitivity, outcome: str) -> list[str]:
    """Factors by what they come to under the strategy where they matter most."""
    table = found.table[found.table["outcome"] == outcome]
    return list(table.groupby("factor")[found.main].max().sort_values(ascending=False, kind="stable").index)


def _name(words: Wording, factor: str) -> str:
    return shortened(words.factors[factor], LONGEST_NAME)


def _looks(factors: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Factor → colour and marker, those that matter most first."""
    own = dict(zip(factors, FACTORS, strict=False))
    return {factor: own.get(factor, OTHERS) for factor in factors}


def _axes(figure: Figure, right: float, down: float, wide: float, tall: float) -> Axes:
    width, height = figure.get_size_inches()
    return figure.add_axes((right / width, 1 - (down + tall) / height, wide / width, tall / height))


def _head(figure: Figure, found: Sensitivity) -> None:
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(sensitivity_heading(found), int((width - 2 * EDGE) / 0.105))
    for place, line in enumerate(lines[:2]):
        down = (0.3 + 0.24 * place) / height
        figure.text(EDGE / width, 1 - down, line, size=12.5, weight="bold", va="center", parse_math=False)
    solid = Line2D([], [], marker="o", color=INK, linestyle="-", markersize=5.5)
    hollow = Line2D([], [], marker="o", color=INK, linestyle="-", markersize=5.5, markerfacecolor="white")
    band = Line2D([], [], marker="s", color=CHANCE, linestyle="", markersize=11)
    if found.method == SOBOL:
        told = ((solid, "alone (first-order index)"), (hollow, "in all (total index)"))
        what = "up to here an index can be chance"
    else:
        told = ((solid, "mu*: mean size of what it changes"), (hollow, "sigma: how far that differs"))
        what = "up to here mu* can be chance"
    handles = [*told, (band, what)]
    for handle, label in handles:
        handle.set_label(label)
    key(figure, EDGE / width, [handle for handle, _ in handles], 1 - 0.95 / height)


def _title(figure: Figure, row: pd.Series, strategy: str, down: float) -> None:
    width, height = figure.get_size_inches()
    words = f"{row.title}{f', {strategy}' if strategy else ''}"
    figure.text(EDGE / width, 1 - (down - 0.34) / height, words, size=10.5, weight="bold", parse_math=False)
    under = f"{row.unit}; {LEDGER_WORDS[row.ledger]}"
    if not np.isnan(row.chance_of_means):
        under += f"; chance makes {100 * row.chance_of_means:.0f}% of the variance between points"
    figure.text(EDGE / width, 1 - (down - 0.14) / height, under, size=8.5, color=QUIET)


def _indices(
    axes: Axes, found: Sensitivity, words: Wording, rows: pd.DataFrame, looks: Mapping[str, tuple[str, str]]
) -> None:
    """What each factor makes, with 95% intervals."""
    first = rows.iloc[0]
    if np.isfinite(first.by_chance):
        axes.axvspan(0, first.by_chance, color=CHANCE, zorder=0)
    filled, hollow = ("first", "total") if found.method == SOBOL else ("mu_star", "sigma")
    for place, row in enumerate(rows.itertuples()):
        colour, marker = looks[row.factor]
        size = 5.5 if marker != "." else 7
        for name, face, shift in ((filled, colour, -0.14), (hollow, "white", 0.14)):
            if hasattr(row, f"{name}_low"):
                ends = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
                axes.hlines(place + shift, *ends, color=colour, linewidth=1.6, zorder=3)
            axes.plot([getattr(row, name)], [place + shift], marker, color=colour, markerfacecolor=face,
                      markersize=size, zorder=4, clip_on=False)  # fmt: skip
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [_name(words, factor) for factor in rows["factor"]], size=8.5, parse_math=False)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    if found.method == SOBOL:
        told = rows[["first", "total"]].to_numpy()  # of few samples some lie below 0 and above 1
        axes.set_xlim(np.nanmin([0.0, *told.flat]) - 0.05, np.nanmax([1.0, *told.flat]) + 0.05)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
        axes.set_xlabel("share of the variance between points")
    else:
        axes.set_xlim(left=0)
        axes.locator_params(axis="x", nbins=5)
        axes.set_xlabel("change of the outcome over the range of the factor")
    _finish(axes, first.ledger)


def _settling(
    axes: Axes,
    found: Sensitivity,
    rows: pd.DataFrame,
    looks: Mapping[str, tuple[str, str]],
    panel: Sequence[str],
) -> None:
    """The main index from fewer samples up to all."""
    every = found.convergence
    every = every[(every["outcome"] == panel[0]) & (every["strategy"] == panel[1])]
    for factor in reversed(list(rows["factor"])):
        line = every[every["factor"] == factor].sort_values("samples")
        colour, marker = looks[factor]
        thin = marker == "."
        axes.plot(line["samples"], line["index"], marker=marker, color=colour, linewidth=0.8 if thin else 1.5,
                  markersize=4.5, zorder=2 if thin else 3, clip_on=False)  # fmt: skip
        if colour in BANDS:
            axes.fill_between(line["samples"], line["low"], line["high"], color=colour, alpha=0.1, linewidth=0)
    sizes = sorted(every["samples"].unique())
    if found.method == SOBOL:
        axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_xlim(sizes[0] / 1.05, sizes[-1] * 1.05)
    axes.set_ylim(bottom=0)
    if found.method == SOBOL:
        axes.set_ylim(0, max(1.05, float(every["index"].fillna(0).max())))
        axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
    else:
        axes.locator_params(axis="y", nbins=4)
    main, drawn = ("total index", "samples") if found.method == SOBOL else ("mu*", "trajectories")
    axes.set_xlabel(f"{main} by number of {drawn}")
    _finish(axes, rows.iloc[0].ledger)


def _finish(axes: Axes, ledger: str) -> None:
    axes.set_facecolor(PAPER[ledger])
    axes.grid(color=RULE, linewidth=0.6)
    axes.tick_params(labelsize=8.5)
    bare(axes)
