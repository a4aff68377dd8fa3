"""The figures of a calibration: how well the model agrees with what was published, and what holds levels in place."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.calibration import levels
from sim.calibration.fit import Calibration
from sim.calibration.recovery import BINS, Recovery
from sim.report.figures import INK, QUIET, RULE, STYLE

PUBLISHED, MODEL, MISSED = "#D9CFB8", "#0072B2", "#D55E00"
ROW = 0.34  # inches
REACH = (0.42, 2.6)  # of the axis; what lies beyond is marked by an arrow
TICKS = (0.5, 0.67, 1.0, 1.5, 2.0)


def fit_figure(found: Calibration) -> Figure:
    """Each published figure with its interval, and beside it what observers in the model see, as multiples of it."""
    rows = found.fit.iloc[::-1].reset_index(drop=True)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(14.0, 1.9 + ROW * len(rows)), facecolor="white")
        FigureCanvasAgg(figure)
        panel = figure.add_axes((0.30, 0.95 / figure.get_figheight(), 0.38, 1 - 1.75 / figure.get_figheight()))
        for place, row in enumerate(rows.itertuples()):
            _fit_row(panel, place, row)
        panel.set_xscale("log")
        panel.set_xlim(*REACH)
        panel.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
        panel.minorticks_off()
        panel.set_xlabel("as a multiple of the published figure")
        panel.set_yticks(range(len(rows)), [f"{row.quantity}  {row.id}" for row in rows.itertuples()], color=INK)
        panel.set_ylim(-0.7, len(rows) - 0.3)
        panel.axvline(1.0, color=QUIET, linewidth=0.8, zorder=1)
        panel.tick_params(length=0, pad=9)
        _bare(panel)
        figure.text(0.012, 1 - 0.32 / figure.get_figheight(), "What was published, and what is seen in the model",
                    fontsize=13, weight="bold", color=INK)  # fmt: skip
        held = int(found.fit["within"].sum())
        words = f"{held} of {len(rows)} figures lie in their interval; the worst is off by a factor of "
        figure.text(0.012, 1 - 0.6 / figure.get_figheight(), f"{words}{found.fit['factor'].max():.2g}", color=QUIET)
        panel.text(1.03, 1.005, "published", transform=panel.transAxes, color=QUIET, va="bottom")
        panel.text(1.33, 1.005, "model", transform=panel.transAxes, color=QUIET, va="bottom")
        marks = [
            Patch(color=PUBLISHED, label="published interval"),
            Line2D(
                [], [], color=MODEL, marker="o", linewidth=2.2, label="mean of hospital-years with one set of levels"
            ),
            Line2D([], [], color=MODEL, linewidth=0.8, label="where 95 of 100 hospital-years lie, over the posterior"),
            Line2D([], [], color=MODEL, marker="<", linestyle="", label="goes on beyond"),
            Line2D([], [], color=MISSED, marker="o", linestyle="", label="outside the interval"),
        ]
        figure.legend(
            handles=marks, loc="lower left", ncols=5, frameon=False, bbox_to_anchor=(0.005, 0.0), fontsize=8.5
        )
    return figure


def levels_figure(found: Calibration) -> Figure:
    """Each level: the range that it could have before, and where 95% of the posterior lie."""
    rows = found.levels.iloc[::-1].reset_index(drop=True)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(12.5, 1.7 + ROW * len(rows)), facecolor="white")
        FigureCanvasAgg(figure)
        panel = figure.add_axes((0.25, 0.85 / figure.get_figheight(), 0.42, 1 - 1.6 / figure.get_figheight()))
        places = levels.places_of(found.posterior.values)[:, ::-1]
        points = levels.places_of(np.array([found.point[name] for name in levels.NAMES]))[::-1]
        for place, row in enumerate(rows.itertuples()):
            low, high = np.quantile(places[:, place], (0.025, 0.975))
            panel.plot([0, 1], [place, place], color=PUBLISHED, linewidth=7, solid_capstyle="butt", zorder=1)
            panel.plot([low, high], [place, place], color=MODEL, linewidth=2.2, zorder=2)
            panel.plot(points[place], place, "o", color=MODEL, zorder=3)
            words = f"{row.point:.3g}  ({row.posterior_low:.3g} to {row.posterior_high:.3g}), {row.verdict}"
            panel.text(1.03, place, words, transform=panel.get_yaxis_transform(), va="center")
        panel.set_yticks(range(len(rows)), rows["name"], color=INK)
        panel.set_xticks([0, 1], ["lowest before", "highest before"])
        panel.tick_params(length=0)
        _bare(panel)
        figure.text(0.012, 1 - 0.32 / figure.get_figheight(), "What published figures say about the levels",
                    fontsize=13, weight="bold", color=INK)  # fmt: skip
        figure.text(0.012, 1 - 0.6 / figure.get_figheight(),
                    "broad: the range before; line and dot: 95% of the posterior, and the set that defaults have",
                    color=QUIET)  # fmt: skip
    return figure


def recovery_figure(found: Recovery) -> Figure:
    """For each level, how often the known one stood where among the draws of what was found for it."""
    truths = len(found.ranks)
    table = found.table
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(12.5, 7.2), facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(3, 4, sharey=True)
        expected = truths / BINS
        band = 1.96 * np.sqrt(expected * (1 - 1 / BINS))
        for panel, row in zip(panels.flat, table.itertuples(), strict=True):
            counts = [getattr(row, f"bin_{number}") for number in range(1, BINS + 1)]
            panel.axhspan(expected - band, expected + band, color=RULE, zorder=0)
            panel.bar(range(BINS), counts, color=MODEL, width=0.9)
            panel.set_title(
                f"{row.name}\np = {row.p:.2f}; 90% intervals hold {row.within_90:.0%}", fontsize=9, loc="left"
            )
            panel.set_xticks([])
            _bare(panel)
        bars = BINS * len(table)
        outside = f"of these {bars} bars some {bars * 0.05:.0f} leave the grey band by chance"
        figure.suptitle(
            f"Are known levels found again? Ranks of {truths} truths; {outside}",
            x=0.01, ha="left", fontsize=12, weight="bold", color=INK,
        )  # fmt: skip
    return figure


def _fit_row(panel: Axes, place: int, row) -> None:
    colour = MODEL if row.within else MISSED
    panel.plot([row.low / row.figure, row.high / row.figure], [place, place], color=PUBLISHED, linewidth=9,
               solid_capstyle="butt", zorder=1)  # fmt: skip
    years = max(row.years_low / row.figure, 1e-3), row.years_high / row.figure
    panel.plot(years, [place, place], color=colour, linewidth=0.8, zorder=2)
    for edge, arrow in _beyond(*years):
        panel.plot(edge, place, arrow, color=colour, markersize=6, clip_on=False, zorder=4)
    reach = row.at_point_low / row.figure, row.at_point_high / row.figure
    panel.plot(reach, [place, place], color=colour, linewidth=2.2, zorder=3)
    panel.plot(row.at_point / row.figure, place, "o", color=colour, zorder=4)
    written = panel.get_yaxis_transform()
    panel.text(1.03, place, f"{row.figure:g} ({row.low:g} to {row.high:g})", transform=written, va="center")
    panel.text(1.33, place, f"{row.at_point:.3g}", transform=written, va="center", color=colour)
    panel.text(1.45, place, row.unit, transform=written, va="center", color=QUIET)


def _beyond(low: float, high: float) -> list[tuple[float, str]]:
    """The edges of the axis that a range goes over, each with an arrow that points there."""
    edges = [(REACH[0], "<", low < REACH[0]), (REACH[1], ">", high > REACH[1])]
    return [(edge, arrow) for edge, arrow, far in edges if far]


def _bare(panel: Axes) -> None:
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
