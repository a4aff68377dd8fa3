"""The common benchmark as it is shown: a table in README.md and a figure, both from results/compare.json alone.

    uv run python benchmarks/showing.py

makes both anew from the figures that are kept, without measuring anything.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.names import BEDS, WARD  # noqa: E402
from sim.report.figures import COLOURS, INK, QUIET, RULE, STYLE, bare, save_figure  # noqa: E402

README = Path(__file__).with_name("README.md")
RESULTS = Path(__file__).with_name("results") / "compare.json"
BLOCK = re.compile(r"(<!-- comparison -->\n).*?(<!-- end of comparison -->)", re.S)

COVERS = {
    WARD: "The whole ward, for a year (28 beds, 35,040 ticks)",
    BEDS: "Its beds alone, for a year: who comes, waits, stays and comes back, and nobody who cares for them",
}
# ratio → what is claimed, the aim, and whether more is better
AIMS = {
    "plain_mesa_to_numba": ("times as fast as plain Mesa", 100, True),
    "simpy_to_numba": ("times as fast as SimPy", 50, True),
    "numba_to_c": ("times the time of C", 1.2, False),
}
OURS = ("numba", "mesa_driver")

Content = dict[str, Any]


# The table


def comparison(content: Content) -> str:
    """Markdown: on what it was measured, a table for each level, the aims."""
    lines = ["", _measured_on(content), ""]
    for covers in (WARD, BEDS):
        lines += [*_table(content, covers), ""]
    lines += ["![The common benchmark](results/compare.png)", "", *_aims(content), "", *_limit(content)]
    return "\n".join(lines) + "\n"


def _measured_on(content: Content) -> str:
    about, turns = content["machine"], len(_of(content, WARD)[0][1]["seconds"]["values"])
    libraries = ", ".join(f"{title} {about[name]}" for name, title in LIBRARIES.items())
    return (
        f"Measured on {content['date']} on {about['processors']} cores of an {about['processor']} under a load of "
        f"{about['load_before']}: Python {about['python']}, {libraries}. Medians of {turns} turns, with the range. "
        "Memory is what the year takes, of the peak of a process of its own; the rest are imports, of the model too."
    )


LIBRARIES = {"numba": "numba", "mesa": "Mesa", "simpy": "SimPy", "ciw": "Ciw"}


def _table(content: Content, covers: str) -> Iterator[str]:
    """One level; the last column before memory is how many times as long as C, or as SimPy's beds, a turn took."""
    against = "times C" if covers == WARD else "times SimPy"
    yield f"| {COVERS[covers]} | time | {against} | memory, MB | lines of code |"
    yield "|---|--:|--:|--:|--:|"
    for name, each in _of(content, covers):
        cells = [
            each["title"],
            _with_range(each["seconds"], _time),
            _with_range(_ratio(content, name, each), _plain),
            _memory(each["memory"]),
            f"{each['lines']:,}",
        ]
        yield f"| {' | '.join(cells)} |"


def _of(content: Content, covers: str) -> list[tuple[str, Content]]:
    return [(name, each) for name, each in content["contestants"].items() if each["covers"] == covers]


def _ratio(content: Content, name: str, each: Content) -> Content | None:
    if each["covers"] == WARD:
        return each["to_c"] if name != "c" else None
    return content["ratios"]["ciw_beds_to_simpy_beds"] if name == "ciw_beds" else None


def _with_range(summary: Content | None, written: Any) -> str:
    if summary is None:
        return "1"
    values = summary["values"]
    return f"{written(summary['median'])} ({written(min(values))} to {written(max(values))})"


def _time(taken: float) -> str:
    return f"{_plain(taken * 1e3)} ms" if taken < 1 else f"{_plain(taken)} s"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _memory(memory: Content) -> str:
    return f"{memory['peak'] - memory['before']:,.0f} of {memory['peak']:,.0f}"


def _aims(content: Content) -> Iterator[str]:
    yield "| our compiled driver is | aim | measured | |"
    yield "|---|--:|--:|---|"
    for name, (claim, aim, more_is_better) in AIMS.items():
        if found := content["ratios"].get(name):
            met = found["median"] >= aim if more_is_better else found["median"] <= aim
            bound = f"{'at least' if more_is_better else 'at most'} {aim:g}"
            yield f"| {claim} | {bound} | {_with_range(found, _plain)} | {'met' if met else 'not met'} |"


def _limit(content: Content) -> Iterator[str]:
    """How near C itself comes to the aims for speed."""
    if "numba_to_c" not in content["ratios"]:
        return
    for name in ("plain_mesa", "simpy"):
        median, aim = content["contestants"][name]["to_c"]["median"], AIMS[f"{name}_to_numba"][1]
        limit = f": the aim of {aim:g} is beyond C too" if median < aim else ""
        yield f"- C itself is {_plain(median)} times as fast as {content['contestants'][name]['title']}{limit}."
    yield ""


def write_readme(content: Content) -> None:
    """The table in README.md, made anew."""
    text = README.read_text(encoding="utf-8")
    README.write_text(with_comparison(text, content), encoding="utf-8")


def with_comparison(text: str, content: Content) -> str:
    """A page with the comparison between its two marks."""
    return BLOCK.sub(lambda block: block[1] + comparison(content) + block[2], text)


# The figure

# Inches.
EDGE, NAMES, ROW, HEAD, FOOT, APART = 0.25, 1.75, 0.36, 1.15, 0.85, 0.5
PANELS = (("time", 4.6), ("memory", 2.3), ("lines", 2.3))
GAP = 1.0  # rows between the two levels, where the second has its heading
PALE = 0.35


def drawn(content: Content) -> Figure:
    """Time on a logarithmic scale with each turn, peak memory with what imports take of it, and lines of code."""
    rows = [_of(content, covers) for covers in (WARD, BEDS)]
    places = [float(place) for place in range(len(rows[0]))]
    places += [len(rows[0]) + GAP + place for place in range(len(rows[1]))]
    height = HEAD + FOOT + ROW * (places[-1] + 1)
    width = 2 * EDGE + NAMES + sum(wide + APART for _, wide in PANELS)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), facecolor="white")
        FigureCanvasAgg(figure)
        _head(figure, content)
        left = EDGE + NAMES
        for name, wide in PANELS:
            box = (left / width, FOOT / height, wide / width, ROW * (places[-1] + 1) / height)
            axes = figure.add_axes(box)
            axes.set_gid(name)
            axes.set_ylim(places[-1] + 0.5, -0.5)
            axes.set_yticks(places, [each["title"].split(",")[0] for level in rows for _, each in level])
            axes.tick_params(axis="y", labelleft=name == "time", labelsize=10)
            DRAW[name](axes, [*rows[0], *rows[1]], places)
            bare(axes)
            left += wide + APART
        for words, place in (("The whole ward", 0), ("Its beds alone", places[len(rows[0])])):
            down = HEAD + ROW * (place - 0.4)
            figure.text(EDGE / width, 1 - down / height, words, size=10, weight="bold", va="center")
    return figure


def _head(figure: Figure, content: Content) -> None:
    width, height = figure.get_size_inches()
    about = content["machine"]
    libraries = ", ".join(f"{title} {about[name]}" for name, title in LIBRARIES.items())
    reading = "Points: each turn; bars: their median. Memory: peak of a process of its own, pale what imports take."
    origin = f"{content['date']} · {about['processor']}, {about['processors']} cores, load {about['load_before']} · "
    lines = (
        (0.3, "One ward of 28 beds, for a year", {"size": 14, "weight": "bold"}),
        (0.58, reading, {"size": 9.5, "color": QUIET}),
    )
    for down, words, how in lines:
        figure.text(EDGE / width, 1 - down / height, words, va="center", **how)
    foot = f"{origin}Python {about['python']}, {libraries} · commit {content['commit'][:8]}"
    figure.text(EDGE / width, 0.12 / height, foot, size=8, color=QUIET)


def _colour(name: str) -> str:
    return COLOURS["repetitive"] if name in OURS else "#8A8A8A"


def _times(axes: Axes, rows: Sequence[tuple[str, Content]], places: Sequence[float]) -> None:
    least = min(min(each["seconds"]["values"]) for _, each in rows)
    most = max(max(each["seconds"]["values"]) for _, each in rows)
    axes.set_xscale("log")
    axes.set_xlim(least / 1.6, most * 16)
    axes.xaxis.set_major_formatter(lambda value, _: _time(value))
    axes.tick_params(axis="x", which="minor", length=0)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    for place, (name, each) in zip(places, rows, strict=True):
        values, median = each["seconds"]["values"], each["seconds"]["median"]
        axes.plot(values, [place] * len(values), "o", color=_colour(name), alpha=PALE, markersize=6, markeredgewidth=0)
        axes.plot([median, median], [place - 0.26, place + 0.26], color=_colour(name), linewidth=2.4)
        to_c = each["to_c"]
        words = _time(median) + (f"   {_plain(to_c['median'])} × C" if to_c and name != "c" else "")
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(max(values) * 1.3, place, words, size=9.5, color=INK, va="center_baseline", bbox=paper)
    axes.set_xlabel("time for a year, logarithmic scale", loc="left")


def _memories(axes: Axes, rows: Sequence[tuple[str, Content]], places: Sequence[float]) -> None:
    most = max(each["memory"]["peak"] for _, each in rows)
    axes.set_xlim(0, most * 1.3)
    for place, (name, each) in zip(places, rows, strict=True):
        before, peak = each["memory"]["before"], each["memory"]["peak"]
        axes.barh(place, before, 0.5, color=_colour(name), alpha=PALE, linewidth=0)
        axes.barh(place, peak - before, 0.5, left=before, color=_colour(name), linewidth=0)
        axes.text(peak + most * 0.03, place, f"{peak:,.0f}", size=9.5, color=INK, va="center_baseline")
    axes.set_xlabel("peak memory, MB", loc="left")


def _lines(axes: Axes, rows: Sequence[tuple[str, Content]], places: Sequence[float]) -> None:
    most = max(each["lines"] for _, each in rows)
    axes.set_xlim(0, most * 1.3)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for place, (name, each) in zip(places, rows, strict=True):
        axes.barh(place, each["lines"], 0.5, color=_colour(name), linewidth=0)
        axes.text(each["lines"] + most * 0.03, place, f"{each['lines']:,}", size=9.5, color=INK, va="center_baseline")
    axes.set_xlabel("lines of code (ours: every mechanism)", loc="left")


DRAW = {"time": _times, "memory": _memories, "lines": _lines}


def write_figure(content: Content) -> None:
    """PNG and SVG beside the figures."""
    save_figure(drawn(content), RESULTS.with_suffix(""))


def main() -> None:
    """Table and figure anew."""
    content = json.loads(RESULTS.read_text(encoding="utf-8"))
    write_figure(content)
    write_readme(content)


if __name__ == "__main__":
    main()
