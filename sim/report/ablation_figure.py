"""The figure of an ablation: for each outcome, what each mechanism adds to it or takes away from it."""

import math
from textwrap import fill

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.ablation import Ablation
from sim.analysis.outcomes import BY_NAME, LEDGER_WORDS
from sim.report.figures import BARS, NO_BARS, PAPER, QUIET, RULE, STYLE, bare, heading, key, ledger_handle
from sim.report.numbers import in_words

# Inches: of the page, of what stands around the panels, and from one mechanism to the next.
WIDTH, LEFT, RIGHT, KEY, HEADING, AXIS, FOOT = 15.0, 1.55, 0.225, 1.22, 1.49, 0.4, 0.7
PITCH, LEAST_PITCH, HEIGHT_OF_ROWS = 0.34, 0.155, 5.9
LETTER, LINE, PADDING = 0.092, 0.16, 0.08  # of what stands above a panel
ABREAST = 7
POINTS = 72  # in an inch

CARRIES, UNSURE = "#0072B2", "#9A9A9A"
CHANCE = "of which one in twenty misses by chance"
READING = "right of nought, the mechanism adds to the outcome; left, it takes away"


def what_mechanisms_carry(ablation: Ablation) -> Figure:
    """One panel for each outcome, one row for each mechanism: full model less the model without it.

    What carries most of the first outcome stands on top. Bars are 95% t intervals over replications, paired by
    seed; a hollow mark has nought in its interval.
    """
    across = min(len(ablation.outcomes), ABREAST)
    letters = int((WIDTH - LEFT - RIGHT) / across / LETTER)
    above = {name: _above(ablation, name, letters) for name in ablation.outcomes}
    with matplotlib.rc_context(STYLE):
        figure, panels = _page(list(above.values()), across, len(ablation.ranked))
        for panel, name in zip(panels.flat, ablation.outcomes, strict=False):
            _panel(panel, ablation, name)
            _write_above(panel, *above[name])
        for panel in panels[:, 1:].flat:
            panel.set_yticklabels([])
        for empty in panels.flat[len(above) :]:
            empty.set_axis_off()
        _say_how_to_read(figure, ablation)
    return figure


def _page(above: list[tuple[str, str]], across: int, mechanisms: int) -> tuple[Figure, np.ndarray]:
    """An empty figure and its panels, [rows, across], as tall as its mechanisms and the words above panels need."""
    rows = math.ceil(len(above) / across)
    words = PADDING + LINE * max("\n".join(parts).count("\n") + 1 for parts in above)
    tall = mechanisms * max(LEAST_PITCH, min(PITCH, HEIGHT_OF_ROWS / rows / mechanisms))
    height = HEADING + rows * (words + tall) + (rows - 1) * AXIS + FOOT
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    FigureCanvasAgg(figure)
    place = dict(left=LEFT / WIDTH, right=1 - RIGHT / WIDTH, top=1 - (HEADING + words) / height)
    place |= dict(bottom=FOOT / height, hspace=(words + AXIS) / tall, wspace=0.1)
    return figure, figure.subplots(rows, across, squeeze=False, gridspec_kw=place)


def _say_how_to_read(figure: Figure, ablation: Ablation) -> None:
    several = len(ablation.full.records) > 1
    bars = f"{BARS}, {CHANCE}" if several else NO_BARS
    heading(figure, ablation.full, f"{bars} · {READING}", ablation.digest())
    handles = _interval_handles() if several else []
    handles += [ledger_handle(ledger) for ledger in LEDGER_WORDS]
    key(figure, LEFT / WIDTH, handles, 1 - KEY / figure.get_size_inches()[1])


def _above(ablation: Ablation, name: str, letters: int) -> tuple[str, str]:
    """What stands above the panel of an outcome, in lines of so many letters: its title, and unit and value."""
    outcome, full = BY_NAME[name], in_words(ablation.full_value(name))
    return fill(outcome.whole_title, letters), f"{fill(outcome.unit, letters + 3)}\n{full} in the full model"


def _write_above(axes: Axes, title: str, about: str) -> None:
    lines = about.count("\n") + 1
    axes.set_title(title, loc="left", size=9.5, weight="bold", pad=POINTS * (PADDING + 0.95 * LINE * lines))
    axes.annotate(about, (0, 1), (0, 4), "axes fraction", "offset points", size=8, color=QUIET, va="bottom")


def _panel(axes: Axes, ablation: Ablation, name: str) -> None:
    rows = ablation.ranked_rows(name)
    _points(axes, rows)
    axes.set_facecolor(PAPER[BY_NAME[name].ledger])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [mechanism.replace("_", " ") for mechanism in rows.index])
    axes.locator_params(axis="x", nbins=4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.12g}".replace("-", "−"))
    axes.grid(color=RULE, linewidth=0.6)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    bare(axes)


def _points(axes: Axes, rows: pd.DataFrame) -> None:
    """Differences as marks with their intervals as bars; what is missing is left out."""
    mean, low, high = (rows[column].to_numpy(float) for column in ("difference", "low", "high"))
    places = np.arange(len(rows))
    sure = (low > 0) | (high < 0)
    axes.hlines(places, low, high, color=np.where(sure, CARRIES, UNSURE), linewidth=2, zorder=3)
    for which, edge, face in ((sure, CARRIES, CARRIES), (~sure, UNSURE, "white")):
        (dots,) = axes.plot(mean[which], places[which], "o", color=face, markersize=5, zorder=4, clip_on=False)
        dots.set_markeredgecolor(edge)


def _interval_handles() -> list[Line2D]:
    sure = Line2D([], [], linewidth=2, marker="o", color=CARRIES, markersize=6)
    sure.set_label("nought lies outside the interval")
    unsure = Line2D([], [], linewidth=2, marker="o", color=UNSURE, markersize=6, markerfacecolor="white")
    unsure.set_label("nought lies inside: not told apart")
    return [sure, unsure]
