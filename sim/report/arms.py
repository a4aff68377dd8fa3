"""Arms of an experiment side by side, for reading: tables, and a figure with both ledgers."""

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.box import SIMPLE_HEAD
from rich.table import Table

from sim.analysis.arms import Comparison
from sim.analysis.outcomes import BY_NAME, Ledger
from sim.report.figures import PAPER, QUIET, RULE, STYLE, bare, key, ledger_handle, setting
from sim.report.numbers import in_words, with_interval
from sim.report.setting import how_led
from sim.scenario.words import shortened

LEDGERS: tuple[Ledger, ...] = ("true", "observed")

# Inches: of the page, from one arm to the next, and of what stands above, between and below the panels.
WIDTH, PITCH, HEADING, ABOVE, AXIS, FOOT = 11.0, 0.3, 1.2, 0.5, 0.3, 0.45
LEFT = 0.28  # share of the width
LONGEST_TITLE = 44
SURE, UNSURE = "#0072B2", "#9A9A9A"


def arms_tables(comparison: Comparison) -> list[Table]:
    """One table for each outcome, the true ledger first: a row for each arm less the reference."""
    ordered = comparison.table.sort_values("ledger", key=lambda column: column.map(LEDGERS.index), kind="stable")
    return [_table(comparison, rows) for _, rows in ordered.groupby("outcome", sort=False)]


def arms_note(comparison: Comparison) -> str:
    """How to read the tables."""
    return (
        f"Each difference is an arm less “{comparison.reference}”, in pairs of one seed, with its 95% interval; d is "
        "the same in standard deviations between runs. "
        f"Verdicts hold for all {len(comparison.table):,} rows together (Holm). "
        "× is how many times less a paired difference varies than an unpaired; below 1, pairing cost precision."
    )


def arms_setting(comparison: Comparison) -> str:
    """How wards are led in all that no arm changes."""
    if comparison.scenario is None:
        return "How wards are led is not known: the scenario is of another version."
    words = how_led(comparison.scenario)
    return f"But for what arms change: {words[:1].lower()}{words[1:]}"


def arms_figure(comparison: Comparison) -> Figure:
    """A panel for each outcome and a row for each arm: its paired difference, standardised, with the 95% interval.

    Left the true ledger, right the observed. A filled mark stands where the verdict is that there is a difference.
    """
    table = comparison.table
    columns = [list(dict.fromkeys(table[table.ledger == each].outcome)) for each in LEDGERS]
    rows, tall = max(map(len, columns)), PITCH * max(table.arm.nunique(), 2)
    height = HEADING + rows * (ABOVE + tall) + FOOT
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), facecolor="white")
        FigureCanvasAgg(figure)
        place = dict(left=LEFT, right=0.98, top=1 - (HEADING + ABOVE) / height, bottom=FOOT / height)
        place |= dict(wspace=0.08, hspace=(ABOVE + AXIS) / tall)
        panels = figure.subplots(rows, 2, squeeze=False, gridspec_kw=place)
        for side, column in enumerate(columns):
            for row, panel in enumerate(panels[:, side]):
                if row >= len(column):
                    panel.set_axis_off()
                    continue
                has_neighbour = side == 1 and row < len(columns[0])
                _panel(panel, table[table.outcome == column[row]], labels=not has_neighbour)
        _head(figure, comparison)
    return figure


def _head(figure: Figure, comparison: Comparison) -> None:
    height = figure.get_size_inches()[1]
    figure.text(0.02, 1 - 0.35 / height, f"Each arm less “{comparison.reference}”", size=13, weight="bold")
    words = "paired differences with 95% intervals, in the outcome's unit; filled: a difference after correction"
    figure.text(0.02, 1 - 0.5712 / height, words, size=10, color=QUIET, va="center")
    setting(figure, arms_setting(comparison), 0.8 / height)
    key(figure, 0.02, [ledger_handle(ledger) for ledger in LEDGERS], 1 - 1.23 / height)


def _panel(axes: Axes, rows: pd.DataFrame, labels: bool) -> None:
    outcome = BY_NAME[rows.outcome.iloc[0]]
    axes.set_facecolor(PAPER[outcome.ledger])
    axes.set_title(outcome.whole_title, loc="left", size=9.5, weight="bold", pad=14)
    axes.annotate(outcome.unit, (0, 1), (0, 3), "axes fraction", "offset points", size=8, color=QUIET)
    places = np.arange(len(rows))
    sure = (rows.p_adjusted < 0.05).to_numpy()
    axes.hlines(places, rows.low, rows.high, color=np.where(sure, SURE, UNSURE), linewidth=2, zorder=3)
    for which, face in ((sure, SURE), (~sure, "white")):
        axes.plot(
            rows.difference[which],
            places[which],
            "o",
            color=face,
            markeredgecolor=SURE if face == SURE else UNSURE,
            zorder=4,
        )
    axes.axvline(0, color=QUIET, linewidth=0.9)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(places, [])
    if labels:
        _label(axes, rows)
    axes.locator_params(axis="x", nbins=5)
    axes.grid(color=RULE, linewidth=0.6)
    bare(axes)


def _label(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set_yticks(np.arange(len(rows)), [shortened(title, LONGEST_TITLE) for title in rows.arm_title])


def _table(comparison: Comparison, rows: pd.DataFrame) -> Table:
    first = rows.iloc[0]
    heading = f"{first.title}, {first.unit} ({first.ledger} ledger)"
    table = Table(title=heading, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    table.add_column("arm")
    for name in ("mean", "difference (95% interval)", first.natural_unit, "d", "×", "pairs"):
        table.add_column(name, justify="right")
    table.add_column("verdict")
    table.add_row(comparison.reference, in_words(first.of_reference), "", "", "", "", "", "reference")
    for row in rows.itertuples():
        table.add_row(
            row.arm_title,
            in_words(row.of_arm),
            with_interval(row.difference, row.low, row.high, sign=True),
            in_words(row.natural, sign=True),
            in_words(row.standardised, sign=True),
            in_words(row.variance_factor),
            f"{row.replications:,}",
            row.verdict,
        )
    return table
