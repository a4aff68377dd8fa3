"""What benchmarks/scaling.py found, as a table in words and as a figure."""

import re
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.figures import QUIET, RULE, STYLE, bare, key

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "scaling.json"
FIGURE = HERE / "results" / "scaling"
README = HERE / "README.md"
BLOCK = re.compile(r"(<!-- scaling -->\n).*?(<!-- end of scaling -->)", re.S)
AIM = 0.15

# Okabe and Ito (2008), each with a marker of its own.
LOOKS = {"trust by trust": ("#0072B2", "o"), "one hospital": ("#D55E00", "s")}
ASIDE = {"trust by trust": 1.06, "one hospital": 1 / 1.06}  # so that marks of one size are both seen
BAND = "#EEF3F7"
EDGE, HEAD, FOOT = 0.225, 1.35, 0.85  # inches
WIDE, TALL, LEFT, GAP = 4.6, 3.3, 0.75, 1.0


def in_words(found: dict[str, Any]) -> str:
    """A table of time and memory by size, and in sentences what else was measured; Markdown."""
    trust, peaks = found["trust"], peaks_of(found)
    one = {"how": "one trust", **trust, "to_one_trust": {"median": 1.0, "values": [1.0]}}
    lines = [
        "| wards | beds | run as | core time of a ward | of a bed | peak memory |",
        "|--:|--:|---|--:|--:|--:|",
    ]
    for size in sorted([one, *found["sizes"].values()], key=lambda each: (each["wards"], each["how"])):
        of_bed = size["to_one_trust"]["median"] * size["wards"] / size["beds"] * trust["beds"] / trust["wards"]
        peak = peaks["one hospital" if size is one else size["how"], size["wards"]]
        times = "1" if size is one else _spread(size["to_one_trust"])
        lines.append(f"| {size['wards']:,} | {size['beds']:,} | {size['how']} | {times} | {of_bed:.2f} | {peak:,} MB |")
    return "\n".join([*lines, "", *(f"- {sentence}" for sentence in sentences(found))]) + "\n"


def sentences(found: dict[str, Any]) -> list[str]:
    """What was measured besides the table."""
    england, memory, threads = found["england"], found["memory"], found["threads"]
    year, loops = found["core_seconds_of_ward_year"], found["ward_year_to_reference"]
    days, turns = sum(found["repeated"][name] for name in ("warm_up_days", "days")), found["repeated"]["turns"]
    medians = [size["to_one_trust"]["median"] for size in found["sizes"].values()]
    least, most = min(medians), max(medians)
    reached = "met" if max(most - 1, 1 - least) <= AIM else "not met"
    running, kept = (memory[f"{which}_bytes_of_ward"] / 1e3 for which in ("table", "record"))
    return [
        "Core times are multiples of that of one trust just before and after: medians of "
        f"{turns} turns, and their range. Each size ran {days} days. Medians lie between {least:.2f} and {most:.2f}; "
        f"the aim, flat within {AIM:.0%}, is {reached}.",
        f"A ward takes {year['median'] * 1e3:.0f} ms of one core for a year and its warm-up, or {loops['median']:.1f} "
        "reference loops.",
        f"England took {england['seconds'] / 60:.1f} minutes on {england['threads']} threads: {england['trusts']} "
        f"trusts with {england['wards']:,} wards and {england['beds']:,} beds, for a year and its warm-up. At midnight "
        f"{england['occupancy'][0]:.1f}% of the beds were taken. The table of outcomes took another "
        f"{england['seconds_of_table']:.0f} s, and brought the peak to {england['megabytes_with_table']:,} MB.",
        f"{threads['threads']} threads did four trusts {_spread(threads['speedup'])} times as fast as one by the "
        "clock, with the same results, byte for byte.",
        f"The model by itself takes {memory['megabytes_of_nothing']:,} MB. The tables of a ward that runs for a year "
        f"take {running:.0f} kB, twice since its warm-up is held against its end, and {kept:.0f} kB are kept.",
    ]


def peaks_of(found: dict[str, Any]) -> dict[tuple[str, int], int]:
    """Peak memory in MB by way of running and number of wards."""
    alone = {("one hospital", each["wards"]): each["megabytes"] for each in found["memory"]["hospitals"]}
    return alone | {("trust by trust", each["wards"]): each["megabytes"] for each in found["england"]["peaks"]}


def with_words(page: str, found: dict[str, Any]) -> str:
    """A page with what was found in its block."""
    return BLOCK.sub(lambda match: match[1] + in_words(found) + match[2], page)


def figure(found: dict[str, Any]) -> Figure:
    """Left the time of a ward by size, right the peak of memory."""
    width, height = LEFT + 2 * WIDE + GAP + EDGE, HEAD + TALL + FOOT
    with matplotlib.rc_context(STYLE):
        drawn = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(drawn)
        lefts = (LEFT, LEFT + WIDE + GAP)
        places = [(left / width, FOOT / height, WIDE / width, TALL / height) for left in lefts]
        time, memory = (drawn.add_axes(place) for place in places)
        _time(time, found)
        _memory(memory, found)
        _head(drawn, found)
    return drawn


def _time(axes: Axes, found: dict[str, Any]) -> None:
    axes.axhspan(1 - AIM, 1 + AIM, color=BAND, zorder=0)
    axes.axhline(1, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    for size in found["sizes"].values():
        colour, marker = LOOKS[size["how"]]
        place, values = size["wards"] * ASIDE[size["how"]], size["to_one_trust"]["values"]
        looks = {"linestyle": "", "marker": marker, "color": colour}
        axes.plot([place] * len(values), values, alpha=0.3, markersize=4, **looks)
        axes.plot(place, size["to_one_trust"]["median"], markersize=8, **looks)
    every = [value for size in found["sizes"].values() for value in size["to_one_trust"]["values"]]
    axes.set_ylim(min(0.7, *every) - 0.03, max(1.3, *every) + 0.03)
    _panel(axes, found, "Core time of a ward, as a multiple of that in one trust")


def _memory(axes: Axes, found: dict[str, Any]) -> None:
    peaks = peaks_of(found)
    for how, (colour, marker) in LOOKS.items():
        of_how = sorted((wards, peak) for (each, wards), peak in peaks.items() if each == how)
        axes.plot(*zip(*of_how, strict=True), color=colour, marker=marker, markersize=7, linewidth=1.3)
    axes.axhline(found["memory"]["megabytes_of_nothing"], color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_ylim(0, 1.12 * max(peaks.values()))
    _panel(axes, found, "Peak memory, MB")


def _panel(axes: Axes, found: dict[str, Any], title: str) -> None:
    bare(axes)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_title(title, loc="left", size=9.5, weight="bold", pad=10)
    axes.set_xscale("log")
    ticks = sorted({size["wards"] for size in found["sizes"].values()} | {found["trust"]["wards"]})
    axes.set_xticks(ticks, [f"{wards:,}" for wards in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("wards")


def _head(drawn: Figure, found: dict[str, Any]) -> None:
    width, height = drawn.get_size_inches()
    england, machine = found["england"], found["machine"]
    title = f"What a ward costs, from ten wards to {england['wards']:,}"
    reading = f"small marks: turns; large: medians; band: within {AIM:.0%}; dashed: one trust, and the model by itself"
    drawn.text(EDGE / width, 1 - 0.3 / height, title, size=14, weight="bold", va="center")
    drawn.text(EDGE / width, 1 - 0.58 / height, reading, size=9.5, color=QUIET, va="center")
    handles = [
        Line2D([], [], linestyle="", marker=mark, color=ink, markersize=7, label=how)
        for how, (ink, mark) in LOOKS.items()
    ]
    key(drawn, EDGE / width, handles, 1 - 0.95 / height)
    origin = f"{machine['processor']}, {machine['processors']} processors · numba {machine['numba']} · {found['date']}"
    drawn.text(1 - EDGE / width, 0.15 / height, origin, size=8, color=QUIET, ha="right")


def _spread(summary: dict[str, Any]) -> str:
    values = summary["values"]
    return f"{summary['median']:.2f} ({min(values):.2f} to {max(values):.2f})"
