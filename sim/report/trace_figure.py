"""Histories drawn: what happened to one patient in time, row by row of kinds, one leader below another."""

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.figures import STYLE, bare
from sim.report.setting import how_led
from sim.scenario.words import shortened
from sim.state.vocabulary import TICKS_PER_DAY
from sim.tracing.history import History
from sim.tracing.parting import Parting
from sim.tracing.trace import Trace

HARMS = ("harm", "misfortune")

# Rows from above: what each holds, its colour and its mark.
ROWS = (
    ("Comes and goes", ("flow",), "#444444", "s"),
    ("Target", ("target",), "#CC79A7", "D"),
    ("Decisions", ("decision", "waits"), "#56B4E9", "D"),
    ("Care", ("care", "lead"), "#009E73", "o"),
    ("Body", ("body", "decline"), "#E69F00", "v"),
    ("Errors", ("error",), "#D55E00", "X"),
    ("Barriers", ("barrier",), "#0072B2", "|"),
    ("Said", ("voice",), "#009E73", "^"),
    ("Not said", ("silence",), "#000000", "x"),
    ("Known as incident", ("record",), "#56B4E9", "s"),
    ("Harm (more care needed)", HARMS, "#D55E00", "*"),
)


def trace_figure(told: Trace) -> Figure:
    """The history of a patient over time; below it, if another style was asked for, what would have happened then."""
    histories = [told.history]
    if told.otherwise is not None and told.otherwise.history.events:
        histories.append(told.otherwise.history)
    parting = told.otherwise.patient_parts if told.otherwise else None
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(11, 1.3 + 3.7 * len(histories)), facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(f"Patient {told.history.patient}", size=14, weight="bold", x=0.02, ha="left")
        panels = figure.subplots(len(histories), 1, squeeze=False, sharex=True)[:, 0]
        for axes, history in zip(panels, histories, strict=True):
            _panel(axes, history, parting)
        panels[-1].set_xlabel("day of the run; day 0 is the first that is counted")
        figure.legend(handles=_key(parting), loc="outside lower center", ncols=3, frameon=False)
    return figure


def _panel(axes: Axes, history: History, parting: Parting | None) -> None:
    bare(axes)
    for row, (_, kinds, colour, mark) in enumerate(ROWS):
        for on_record in (False, True):
            days = [
                _day(event.tick, history)
                for event in history.events
                if event.kind in kinds and event.on_record == on_record
            ]
            face = colour if on_record or mark in "x|" else "white"
            axes.plot(days, [row] * len(days), mark, color=colour, markerfacecolor=face, markersize=7)
    for event in history.events:
        if event.kind in HARMS:
            day, hours = _day(event.tick, history), f"{event.reasons['hours']:.0f} h"
            axes.annotate(hours, (day, len(ROWS) - 1), (7, 0), textcoords="offset points", va="center")
    if parting is not None:
        axes.axvline(_day(parting.tick, history), color="#777777", linestyle=":", linewidth=1.5)
    axes.set_yticks(range(len(ROWS)), [title for title, *_ in ROWS])
    axes.set_ylim(len(ROWS) - 0.5, -0.5)
    axes.grid(axis="x", alpha=0.3)
    axes.set_title(shortened(how_led(history.run.scenario), 110), loc="left", size=10, parse_math=False)


def _day(tick: int, history: History) -> float:
    return tick / TICKS_PER_DAY - history.run.warm_up_days


def _key(parting: Parting | None) -> list[Line2D]:
    grey = "#444444"
    lines = [
        Line2D([], [], color=grey, marker="o", linestyle="", label="in the hospital's records"),
        Line2D([], [], color=grey, marker="o", markerfacecolor="white", linestyle="", label="in no record"),
    ]
    if parting is not None:
        lines.append(Line2D([], [], color="#777777", linestyle=":", label="where the two histories part"))
    return lines
