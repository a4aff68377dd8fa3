"""The common benchmark: the same ward in C, on our two drivers, in plain Mesa, SimPy and Ciw, measured in turn.

    uv run --group benchmarks python benchmarks/compare.py [--repetitions N] [--write]
    uv run python benchmarks/compare.py --check

SPECIFICATION.md says what the ward is. Nothing is measured before it is seen that all run the same one: the C port must
end with the same bytes in every table as the compiled model, after a year and its warm-up, and the rates of the ports
in Python must agree with the model's within sampling error (`rates.py`). Memory is that of a process of its own. Then
times are measured in turn, again and again, so that a machine that is busy for a while slows all alike; ratios are
taken within a turn. The ward is that of scenarios/benchmark.toml, which switches off what the ports leave out. One more
figure is the whole model, that of one_ward.toml.

`--write` keeps the figures in results/compare.json, draws them, writes the table in README.md anew and adds a line to
history.csv, where times stand as multiples of the reference loop of speed.py and so can be compared between machines,
roughly. `--check` measures the compiled model alone and fails if it takes more than 2.5 times what the last line says.
"""

import argparse
import csv
import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.c.layout import FLAGS, compiled_port, compiler, compiler_version, tables_that_differ  # noqa: E402
from benchmarks.contestants import (  # noqa: E402
    BENCHMARK,
    CONTESTANTS,
    PORTS,
    SEED,
    Contestant,
    FilledWard,
    Run,
    memory_of,
)
from benchmarks.names import BEDS  # noqa: E402
from benchmarks.rates import DAYS, PORT_RUNS, TABLES, Agreement, Counts, agreements, compiled, ported  # noqa: E402
from benchmarks.showing import RESULTS, write_figure, write_readme  # noqa: E402
from benchmarks.speed import machine, reference_loop, seconds  # noqa: E402
from sim.engine.record import snapshot  # noqa: E402
from sim.engine.tick import simulate  # noqa: E402
from sim.report.provenance import commit, package_version  # noqa: E402
from sim.scenario import Scenario, load  # noqa: E402

WHOLE = ROOT / "scenarios" / "one_ward.toml"
HISTORY = Path(__file__).with_name("history.csv")
GROUP = ("simpy", "ciw")
REFERENCE_STEPS = 5_000_000
BOUND = 2.5
CHECKED = ("ward_year_to_reference", "whole_year_to_reference")
RATIOS = {
    "ward_year_to_reference": ("numba", "reference"),
    "whole_year_to_reference": ("whole", "reference"),
    "numba_to_c": ("numba", "c"),
    "mesa_driver_to_numba": ("mesa_driver", "numba"),
    "plain_mesa_to_numba": ("plain_mesa", "numba"),
    "simpy_to_numba": ("simpy", "numba"),
    "ciw_beds_to_simpy_beds": ("ciw_beds", "simpy_beds"),
}
COLUMNS = ("date", "commit", "processor", *RATIOS)
OTHERS = {"reference": "reference loop, 5 million steps", "whole": "our compiled driver, every mechanism on"}

Figures = dict[str, list[float]]
console = Console(highlight=False)


def c_port() -> Run | None:
    """The C port, or None without a compiler."""
    if compiler() is None:
        console.print("There is no gcc here, so C is left out.")
        return None
    return compiled_port()


def verify(ward: FilledWard, port: Run) -> None:
    """See that C and the compiled model end a year with the same bytes.

    Raises:
        SystemExit: they do not; names the tables.
    """
    ours, theirs = snapshot(ward.empty), snapshot(ward.empty)
    simulate(ours, SEED, 0, ward.end)
    port(theirs, SEED, 0, ward.end)
    different = tables_that_differ(ours, theirs)
    if different:
        raise SystemExit(f"C and the compiled model differ in {', '.join(different)}: nothing was measured")
    console.print(f"C ends with the same bytes as the compiled model after {ward.end:,} ticks, in all tables.")


def agree(contestant: Contestant, scenario: Scenario, ours: list[dict[str, float]]) -> dict[str, Agreement]:
    """See that a port in Python has the rates of the compiled model.

    Raises:
        SystemExit: it has not; names the rates.
    """
    counts: list[Counts] = list(ported(contestant.runs(), scenario))
    found = agreements(counts, ours, TABLES[contestant.covers])
    apart = [f"{name} ({each.port:.4g} and {each.compiled:.4g})" for name, each in found.items() if not each.is_within]
    if apart:
        raise SystemExit(
            f"{contestant.title} and the compiled model differ in {'; '.join(apart)}: nothing was measured"
        )
    console.print(f"{contestant.title}: {len(found)} rates agree with the compiled model within sampling error.")
    return found


def measure(timed: dict[str, Callable[[], float]], repetitions: int) -> Figures:
    """Each in turn, and again; the first turn, which compiles or loads, does not count. Seconds."""
    found: Figures = {name: [] for name in timed}
    for turn in range(repetitions + 1):
        for name, work in timed.items():
            taken = work()
            if turn > 0:
                found[name].append(taken)
    return found


def always_measured() -> tuple[FilledWard, dict[str, Callable[[], float]]]:
    ward, whole = FilledWard(BENCHMARK), FilledWard(WHOLE)
    return ward, {
        "reference": lambda: seconds(lambda: reference_loop(REFERENCE_STEPS)),
        "numba": lambda: ward.year(simulate),
        "whole": lambda: whole.year(simulate),
    }


def ratio(found: Figures, above: str, below: str) -> list[float]:
    """One ratio for each turn; empty where one of the two was left out."""
    if above not in found or below not in found:
        return []
    return [one / other for one, other in zip(found[above], found[below], strict=True)]


def ratios(found: Figures) -> dict[str, list[float]]:
    """What can be compared between machines."""
    every = {name: ratio(found, *pair) for name, pair in RATIOS.items()}
    return {name: values for name, values in every.items() if values}


def compare(repetitions: int) -> tuple[Figures, dict[str, Any]]:
    """See that all run the same ward, then measure all: the figures, and what the report needs besides."""
    about = machine() | {name: package_version(name) for name in GROUP}
    taking_part = [name for name in CONTESTANTS if name != "c" or compiler()]
    memory = {name: memory_of(name) for name in taking_part}
    console.print("Memory is measured, in a process for each.")
    ward, timed = always_measured()
    if port := c_port():
        verify(ward, port)
        timed["c"] = lambda: ward.year(port)
        about |= {"c_compiler": compiler_version(), "c_flags": " ".join(FLAGS)}
    timed["mesa_driver"] = ward.year_of_mesa
    ours = compiled(ward.scenario)
    agreed = {name: agree(contestant, ward.scenario, ours) for name, contestant in PORTS.items()}
    timed |= {name: lambda name=name: ward.year_of_port(PORTS[name]) for name in PORTS}
    return measure(timed, repetitions), {
        "machine": about,
        "scenario": {"digest": ward.scenario.digest(), "whole_digest": load(WHOLE).digest(), "seed": SEED},
        "same_bytes_in_c": port is not None,
        "runs_of_a_port": {"runs": PORT_RUNS, "days": DAYS},
        "rates_of_ports_and_ours": {
            name: {rate: _rounded(asdict(each)) for rate, each in found.items()} for name, found in agreed.items()
        },
        "memory": memory,
    }


def show(found: Figures) -> None:
    table = Table(title="A ward of 28 beds for a year, 35,040 ticks", title_justify="left")
    table.add_column("how")
    for column in ("median", "range", "to C", "to our compiled driver"):
        table.add_column(column, justify="right")
    for name, values in found.items():
        is_whole_ward = name in OTHERS or CONTESTANTS[name].covers != BEDS
        others = [_median_or_blank(ratio(found, name, other)) if is_whole_ward else "" for other in ("c", "numba")]
        title = OTHERS[name] if name in OTHERS else CONTESTANTS[name].title
        table.add_row(title, _time(statistics.median(values)), _spread(values, _time), *others)
    console.print(table)
    for name, values in ratios(found).items():
        console.print(f"{name.replace('_', ' ')}: {statistics.median(values):.3g} ({_spread(values, '{:.3g}'.format)})")


def _time(taken: float) -> str:
    return f"{taken * 1e3:.3g} ms" if taken < 1 else f"{taken:.3g} s"


def _spread(values: list[float], written: Callable[[float], str]) -> str:
    return f"{written(min(values))} to {written(max(values))}"


def _median_or_blank(values: list[float]) -> str:
    return f"{statistics.median(values):.3g}" if values else ""


def write(found: Figures, about: dict[str, Any]) -> None:
    """Keep the figures, draw them, and add a line to the history."""
    today, of_turns = datetime.now(UTC).date().isoformat(), ratios(found)
    memory = about.pop("memory")
    content = {
        "date": today,
        "commit": commit(),
        **about,
        "ratios": {name: _summary(values) for name, values in of_turns.items()},
        "others": {name: {"title": title, "seconds": _summary(found[name])} for name, title in OTHERS.items()},
        "contestants": {
            name: {
                "title": contestant.title,
                "covers": contestant.covers,
                "seconds": _summary(found[name]),
                "to_c": _summary(ratio(found, name, "c")) if "c" in found and contestant.covers != BEDS else None,
                "memory": {key: round(value, 1) for key, value in memory[name].items()},
                "lines": contestant.lines(),
            }
            for name, contestant in CONTESTANTS.items()
            if name in found
        },
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    write_figure(content)
    write_readme(content)
    line = {"date": today, "commit": commit(), "processor": about["machine"]["processor"]}
    line |= {name: f"{statistics.median(values):.4g}" for name, values in of_turns.items()}
    is_new = not HISTORY.exists()
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(line)


def _summary(values: list[float]) -> dict[str, Any]:
    return {"median": _short(statistics.median(values)), "values": [_short(value) for value in values]}


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: _short(value) for name, value in figures.items()}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def check(repetitions: int, history: Path = HISTORY, bound: float = BOUND) -> int:
    """Measure the compiled model and hold it against the last line of the history: 1 if it became too slow."""
    if not history.exists():
        console.print(f"There is no {history.name} yet; write one with --write.")
        return 1
    with history.open(newline="", encoding="utf-8") as file:
        *_, recorded = csv.DictReader(file)
    _, timed = always_measured()
    now = ratios(measure(timed, repetitions))
    too_slow = False
    for name in CHECKED:
        median, before = statistics.median(now[name]), float(recorded[name])
        too_slow |= median > bound * before
        console.print(f"{name.replace('_', ' ')}: {median:.3g}; recorded {before:.3g}; allowed {bound * before:.3g}")
    console.print("Too slow." if too_slow else "Within the bound.")
    return int(too_slow)


def main() -> int:
    """Compare, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=7, help="how often each is measured (7)")
    parser.add_argument("--write", action="store_true", help="keep the figures, and add a line to the history")
    parser.add_argument("--check", action="store_true", help="fail if the compiled model became much slower")
    chosen = parser.parse_args()
    if chosen.repetitions < 1:
        parser.error("--repetitions must be 1 or more")
    if chosen.check:
        return check(chosen.repetitions)
    missing = [name for name in GROUP if find_spec(name) is None]
    if missing:
        parser.error(f"{' and '.join(missing)} is not installed here; run this with `uv run --group benchmarks`")
    found, about = compare(chosen.repetitions)
    show(found)
    if chosen.write:
        write(found, about)
    return 0


if __name__ == "__main__":
    sys.exit(main())
