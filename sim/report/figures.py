"""The figure of a run: how errors travel to patients, and key outcomes by mode of care."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D

from sim.analysis.outcomes import ALL, BY_NAME, LEDGER_WORDS, STAGE_WORDS, Ledger, Outcome
from sim.analysis.results import Results
from sim.report.numbers import PUBLISHED
from sim.report.setting import how_led
from sim.scenario.words import shortened
from sim.state.vocabulary import MODES

# Okabe and Ito (2008): told apart by people with any common form of colour blindness; each mode has its
# own marker as well, so that the figure also survives a black-and-white printer.
COLOURS = {"repetitive": "#0072B2", "constrained": "#E69F00", "unconstrained": "#009E73", ALL: "#444444"}
MARKERS = {"repetitive": "o", "constrained": "s", "unconstrained": "^", ALL: "D"}
MODE_WORDS = {mode: mode.capitalize() for mode in MODES} | {ALL: "All patients"}

INK, QUIET, RULE = "#1A1A1A", "#5A5A5A", "#D9D9D9"
PAPER = {"true": "#FFFFFF", "observed": "#F1EEE6"}

BARS, NO_BARS = "bars: 95% intervals", "one replication, so no intervals"

LETTERS_PER_INCH = 12  # of what is told about wards

ALMOST_NOUGHT = 1e-9  # intervals that reach below nought run off a logarithmic scale, and are not left out

# An error is stopped before it reaches the patient, or it is not: two chains, with no line between them.
BEFORE = ("made", "noticed", "said", "stopped")
AFTER = ("reached", "harmed", "recognised", "reported")

KEY_OUTCOMES = (
    "preventable_events",
    "adverse_events",
    "undone",
    "wrong_choices",
    "rescued",
    "wait",
    "dose_errors",
    "prescribing_errors",
    "incident_reports",
    "mortality",
    "length_of_stay",
    "readmission",
)

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "svg.hashsalt": "microsystem",
    "path.simplify": False,
}


def overview(results: Results) -> Figure:
    """One figure for the whole hospital: left the error funnel, right key outcomes, by mode of care.

    White panels show the true ledger, shaded ones the observed. Bars are 95% t intervals over replications.
    """
    table = results.summary(by="mode").set_index(["outcome", "mode"])
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(15, 8.4), facecolor="white")
        FigureCanvasAgg(figure)
        left, right = figure.subfigures(1, 2, width_ratios=(1, 1.55), squeeze=False)[0]
        _funnel(left, table)
        _key_outcomes(right, table)
        heading(figure, results, BARS if len(results.records) > 1 else NO_BARS, results.digest())
    return figure


def save_figure(figure: Figure, path: Path) -> tuple[Path, Path]:
    """Save as PNG and SVG beside each other, the same bytes each time; `path` has no suffix."""
    png, svg = path.with_suffix(".png"), path.with_suffix(".svg")
    with _alike():
        figure.savefig(png, dpi=150, metadata={"Software": None})
    svg.write_bytes(as_svg(figure))
    return png, svg


def as_svg(figure: Figure) -> bytes:
    """A figure as SVG, the same bytes each time; it holds shapes only, no text and no link."""
    drawn = BytesIO()
    with _alike():
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return drawn.getvalue()


@contextmanager
def _alike() -> Iterator[None]:
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a title in another script is drawn as boxes
        yield


def heading(figure: Figure, results: Results, reading: str, digest: str) -> None:
    """The title of the scenario, how it was run, how to read it and how wards are led; at the foot, where it came from.

    Args:
        figure: of any size in inches; what is written stands at the same distance from its edges.
        results: of the scenario.
        reading: how to read what is drawn, in a few words.
        digest: of everything that is drawn.
    """
    width, height = figure.get_size_inches()
    left, right, foot = 0.225 / width, 1 - 0.225 / width, 0.1512 / height
    runs = len(results.records)
    counted = f"{results.days:,} days counted after {results.warm_up_days:,} of warm-up"
    origin = f"{runs} replication{'s' if runs > 1 else ''} from seed {results.seed} · results {digest[:12]}"
    title = results.scenario.title  # may hold dollars, which would begin a formula
    figure.text(left, 1 - 0.294 / height, title, size=16, weight="bold", va="center", parse_math=False)
    figure.text(left, 1 - 0.5712 / height, f"{counted} · {reading}", size=10, color=QUIET, va="center")
    setting(figure, how_led(results.scenario), 0.8148 / height)
    figure.text(right, foot, origin, size=8, color=QUIET, ha="right")
    figure.text(left, foot, PUBLISHED, size=8, color=QUIET)


def setting(figure: Figure, words: str, down: float) -> None:
    """A line that says how wards are led, at a share of the height from the top; cut where the page ends."""
    width = figure.get_size_inches()[0]
    told = shortened(words, int((width - 0.45) * LETTERS_PER_INCH))
    figure.text(0.225 / width, 1 - down, told, size=10, color=QUIET, va="center", parse_math=False)


def _funnel(part: FigureBase, table: pd.DataFrame) -> None:
    stages = (*BEFORE, *AFTER)
    axes = part.add_axes((0.29, 0.075, 0.66, 0.725))
    axes.set_title("Errors, before and after they reach the patient", loc="left", size=9.5, weight="bold", pad=16)
    axes.text(0, 1.007, "per 1,000 bed-days, logarithmic scale", transform=axes.transAxes, size=8, color=QUIET)
    for offset, mode in zip((-0.18, 0.0, 0.18), MODES, strict=True):
        for chain in (BEFORE, AFTER):
            _chain(axes, table, chain, mode, stages.index(chain[0]) + offset)
    _log_axis(axes, table.loc[[f"errors_{stage}" for stage in stages]])
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_ylim(len(stages) - 0.5, -0.5)
    axes.set_yticks(range(len(stages)), [STAGE_WORDS[stage][0] for stage in stages])
    axes.axhspan(stages.index("reported") - 0.5, len(stages), color=PAPER["observed"], zorder=0)
    axes.axhline(len(BEFORE) - 0.5, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    key(part, 0.29, [_mode_handle(mode) for mode in MODES])


def _chain(axes: Axes, table: pd.DataFrame, stages: tuple[str, ...], mode: str, first: float) -> None:
    """Stages that follow from one another; a rate of nought has no place on the scale."""
    rows = table.loc[[(f"errors_{stage}", mode) for stage in stages]]
    rows = rows.where(rows["mean"] > 0)
    places = first + np.arange(len(stages))
    _points(axes, rows, places, mode)


def _log_axis(axes: Axes, rows: pd.DataFrame) -> None:
    rates = rows["mean"][rows["mean"] > 0]
    if len(rates):
        axes.set_xlim(rates.min() / 3, np.nanmax(rows[["mean", "high"]].to_numpy(float)) * 1.5)
    axes.set_xscale("log", nonpositive="mask")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.12g}")
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.tick_params(axis="x", which="minor", length=0)
    bare(axes)


def key(part: FigureBase, left: float, handles: list[Line2D], bottom: float = 0.855) -> None:
    """A key in one line, its lower left corner at a share of the width and of the height of the figure."""
    part.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(left, bottom),
        ncols=len(handles),
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        handletextpad=0.3,
        columnspacing=1.8,
        fontsize=9.5,
    )


def _mode_handle(mode: str) -> Line2D:
    return Line2D([], [], linestyle="", marker=MARKERS[mode], color=COLOURS[mode], markersize=7, label=MODE_WORDS[mode])


def ledger_handle(ledger: Ledger) -> Line2D:
    """What a key shows for the paper of a ledger."""
    handle = Line2D([], [], linestyle="", marker="s", color=PAPER[ledger], markeredgecolor=QUIET, markersize=11)
    handle.set_label(f"{ledger.capitalize()} ledger: {LEDGER_WORDS[ledger]}")
    return handle


def _key_outcomes(part: FigureBase, table: pd.DataFrame) -> None:
    place = dict(left=0.11, right=0.98, top=0.8, bottom=0.075, hspace=0.85, wspace=0.16)
    panels = part.subplots(4, 3, gridspec_kw=place)
    for panel, name in zip(panels.flat, KEY_OUTCOMES, strict=True):
        _panel(panel, BY_NAME[name], table.loc[name])
    for panel in panels[:, 1:].flat:
        panel.set_yticklabels([])
    key(part, 0.11, [ledger_handle(ledger) for ledger in LEDGER_WORDS])


def _panel(axes: Axes, outcome: Outcome, rows: pd.DataFrame) -> None:
    axes.set_facecolor(PAPER[outcome.ledger])
    axes.set_title(outcome.title, loc="left", size=9.5, weight="bold", pad=16)
    axes.text(0, 1.06, outcome.unit, transform=axes.transAxes, size=8, color=QUIET)
    for place, mode in enumerate((*MODES, ALL)):
        _points(axes, rows.loc[[mode]], np.array([place]), mode)
    axes.set_ylim(3.6, -0.6)
    axes.set_yticks(range(4), list(MODE_WORDS.values()))
    top = np.nanmax(rows[["mean", "high"]].to_numpy(float), initial=0.0)
    axes.set_xlim(0, min(top * 1.08, outcome.most) or 1)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.locator_params(axis="x", nbins=5)
    bare(axes)


def _points(axes: Axes, rows: pd.DataFrame, places: np.ndarray, mode: str) -> None:
    """Means as markers with their intervals as bars; what is missing is left out."""
    low, mean, high = (rows[column].to_numpy(float) for column in ("low", "mean", "high"))
    low = np.where(low > 0, low, np.where(np.isnan(low), np.nan, ALMOST_NOUGHT))
    axes.hlines(places, low, high, color=COLOURS[mode], linewidth=2.4, zorder=3)
    (dots,) = axes.plot(mean, places, MARKERS[mode], color=COLOURS[mode], markersize=6.5, zorder=4, clip_on=False)
    dots.set(markeredgecolor="white", markeredgewidth=0.6)


def bare(axes: Axes) -> None:
    """Take away the frame and the ticks of a panel, and put its grid behind the rest."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
