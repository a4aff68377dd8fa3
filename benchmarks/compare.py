"""The same ward in four ways, in turn: compiled by numba, in C, on our Mesa driver, and in plain Mesa.

    uv run python benchmarks/compare.py [--repetitions N] [--write]
    uv run python benchmarks/compare.py --check

First the C port must end with the same bytes in every table as the compiled model, after a year and its
warm-up. Then everything is measured in turn, again and again, so that a machine that is busy for a while
slows all alike; ratios are taken within a turn. The ward is that of scenarios/benchmark.toml, which switches
off what the ports leave out. One more figure is the whole model, that of one_ward.toml.

`--write` keeps the figures in results/compare.json and adds a line to history.csv, where times stand as
multiples of the reference loop of speed.py and so can be compared between machines, roughly. `--check`
measures the compiled model alone and fails if it takes more than 2.5 times what the last line says.
"""

import argparse
import csv
import json
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.c.layout import FLAGS, compiled_port, compiler, compiler_version, tables_that_differ  # noqa: E402
from benchmarks.names import names_by_kind  # noqa: E402
from benchmarks.speed import machine, reference_loop, seconds, steps  # noqa: E402
from sim.engine.hospital_state import HospitalState, build_state  # noqa: E402
from sim.engine.mesa_driver import Hospital  # noqa: E402
from sim.engine.record import RunRecord, snapshot  # noqa: E402
from sim.engine.tick import simulate  # noqa: E402
from sim.report.provenance import commit  # noqa: E402
from sim.scenario import Scenario, load  # noqa: E402
from sim.state.vocabulary import ERRORS, STAGES, TICKS_PER_DAY, TICKS_PER_YEAR  # noqa: E402

BENCHMARK = ROOT / "scenarios" / "benchmark.toml"
WHOLE = ROOT / "scenarios" / "one_ward.toml"
HISTORY = Path(__file__).with_name("history.csv")
RESULTS = Path(__file__).with_name("results") / "compare.json"
SEED = 1
MESA_TICKS = 7 * TICKS_PER_DAY
PLAIN_TICKS = 28 * TICKS_PER_DAY  # from an empty ward, since that is where plain Mesa begins
REFERENCE_STEPS = 5_000_000
BOUND = 2.5
CHECKED = ("ward_year_to_reference", "whole_year_to_reference")
COLUMNS = ("date", "commit", "processor", *CHECKED, "numba_to_c", "mesa_driver_to_numba", "plain_mesa_to_numba")
TITLES = {
    "reference": "reference loop, 5 million steps",
    "numba": "compiled by numba",
    "c": "in C",
    "mesa_driver": "on our Mesa driver",
    "plain_mesa": "in plain Mesa",
    "numba_from_empty": "compiled, the first 28 days, as plain Mesa",
    "whole": "compiled, every mechanism on",
}

Run = Callable[[HospitalState, int, int, int], None]
Plain = Callable[[Scenario, int, int], dict[str, Any]]
Figures = dict[str, list[float]]
console = Console(highlight=False)


class FilledWard:
    """A ward that has run through its warm-up, to be measured from there as often as wanted."""

    def __init__(self, path: Path):
        self.scenario = load(path)
        self.warm_up = self.scenario.run.warm_up_days * TICKS_PER_DAY
        self.end = self.warm_up + TICKS_PER_YEAR
        self.empty = build_state(self.scenario, SEED, self.end // TICKS_PER_DAY)
        self.filled = snapshot(self.empty)
        simulate(self.filled, SEED, 0, self.warm_up)

    def year(self, run: Run) -> float:
        """Seconds for a year."""
        state = snapshot(self.filled)
        return seconds(lambda: run(state, SEED, self.warm_up, self.end))

    def year_of_mesa(self) -> float:
        """Seconds for a year on our Mesa driver, from those for a week."""
        hospital = Hospital(self.scenario, SEED, state=snapshot(self.filled))
        hospital.tick = self.warm_up
        hospital.step()
        return seconds(lambda: steps(hospital, MESA_TICKS)) / MESA_TICKS * TICKS_PER_YEAR

    def first_days(self) -> float:
        """Seconds for the days that plain Mesa runs, made into a year."""
        state = snapshot(self.empty)
        return seconds(lambda: simulate(state, SEED, 0, PLAIN_TICKS)) / PLAIN_TICKS * TICKS_PER_YEAR

    def first_days_of_plain(self, plain: Plain) -> float:
        """The same for plain Mesa, with the few milliseconds in which it builds the ward."""
        return seconds(lambda: plain(self.scenario, SEED, PLAIN_TICKS)) / PLAIN_TICKS * TICKS_PER_YEAR


def c_port() -> Run | None:
    """The C port, or None without a compiler."""
    if compiler() is None:
        console.print("There is no gcc here, so C is left out.")
        return None
    return compiled_port()


def plain_mesa() -> Plain | None:
    """The ward in plain Mesa, or None where it is not there."""
    try:
        from benchmarks.plain_mesa.ward import run
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("benchmarks.plain_mesa"):
            raise
        console.print("There is no benchmarks/plain_mesa/ward.py here, so plain Mesa is left out.")
        return None
    return run


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


def agreement(ward: FilledWard, plain: Plain) -> dict[str, list[float]]:
    """What plain Mesa and the compiled model counted in the same days, where both count it: [plain, compiled]."""
    state = build_state(ward.scenario, SEED, PLAIN_TICKS // TICKS_PER_DAY)
    simulate(state, SEED, 0, PLAIN_TICKS)
    ours = counted(state)
    theirs = plain(ward.scenario, SEED, PLAIN_TICKS)
    return {name: [number, ours[name]] for name, number in theirs.items() if name in ours}


def counted(state: HospitalState | RunRecord) -> dict[str, float]:
    """Totals of the ledgers, with names such as ``admissions``, ``done dose`` and ``reached care slip``."""
    found: dict[str, float] = {}
    for ledger in (state.true, state.observed, state.staffing):
        for name in ledger.dtype.names or ():
            kinds = ledger.dtype[name].shape
            if kinds:
                totals = ledger[name].reshape(-1, *kinds).sum(axis=0)
                found |= {kind: float(total) for kind, total in zip(names_by_kind(name), totals, strict=True)}
            else:
                found[name] = float(ledger[name].sum())
    by_kind = state.funnel.sum(axis=(0, 1, 3))
    for error, stages in zip(ERRORS, by_kind, strict=True):
        found |= {f"{stage} {error}": float(total) for stage, total in zip(STAGES, stages, strict=True)}
    return found


def measure(contestants: dict[str, Callable[[], float]], repetitions: int) -> Figures:
    """Each in turn, and again; the first turn, which compiles or loads, does not count. Seconds."""
    found: Figures = {name: [] for name in contestants}
    for turn in range(repetitions + 1):
        for name, work in contestants.items():
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
    every = {
        "ward_year_to_reference": ratio(found, "numba", "reference"),
        "whole_year_to_reference": ratio(found, "whole", "reference"),
        "numba_to_c": ratio(found, "numba", "c"),
        "mesa_driver_to_numba": ratio(found, "mesa_driver", "numba"),
        "plain_mesa_to_numba": ratio(found, "plain_mesa", "numba_from_empty"),
    }
    return {name: values for name, values in every.items() if values}


def compare(repetitions: int) -> tuple[Figures, dict[str, Any]]:
    """Verify, then measure all: the figures, and what the report needs besides."""
    about = machine()
    ward, contestants = always_measured()
    port, plain = c_port(), plain_mesa()
    agreed: dict[str, list[float]] = {}
    if port:
        verify(ward, port)
        contestants["c"] = lambda: ward.year(port)
        about |= {"c_compiler": compiler_version(), "c_flags": " ".join(FLAGS)}
    contestants["mesa_driver"] = ward.year_of_mesa
    if plain:
        agreed = agreement(ward, plain)
        contestants["numba_from_empty"] = ward.first_days
        contestants["plain_mesa"] = lambda: ward.first_days_of_plain(plain)
    found = measure(contestants, repetitions)
    return found, {
        "machine": about,
        "scenario": {"digest": ward.scenario.digest(), "whole_digest": load(WHOLE).digest(), "seed": SEED},
        "same_bytes_in_c": port is not None,
        "counts_of_plain_mesa_and_ours": agreed,
    }


def show(found: Figures) -> None:
    table = Table(title="A ward of 28 beds for a year, 35,040 ticks", title_justify="left")
    table.add_column("how")
    for column in ("median", "range", "to C", "to numba"):
        table.add_column(column, justify="right")
    for name, values in found.items():
        others = [_median_or_blank(ratio(found, name, other)) for other in ("c", "numba")]
        table.add_row(TITLES[name], _time(statistics.median(values)), _spread(values, _time), *others)
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
    """Keep the figures, and add a line to the history."""
    today, of_turns = datetime.now(UTC).date().isoformat(), ratios(found)
    content = {
        "date": today,
        "commit": commit(),
        **about,
        "ratios": {name: _summary(values) for name, values in of_turns.items()},
        "seconds": {name: {"title": TITLES[name], **_summary(values)} for name, values in found.items()},
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    line = {"date": today, "commit": commit(), "processor": about["machine"]["processor"]}
    line |= {name: f"{statistics.median(values):.4g}" for name, values in of_turns.items()}
    is_new = not HISTORY.exists()
    with HISTORY.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(line)


def _summary(values: list[float]) -> dict[str, Any]:
    rounded = [float(f"{value:.4g}") for value in values]
    return {"median": float(f"{statistics.median(values):.4g}"), "values": rounded}


def check(repetitions: int, history: Path = HISTORY, bound: float = BOUND) -> int:
    """Measure the compiled model and hold it against the last line of the history: 1 if it became too slow."""
    if not history.exists():
        console.print(f"There is no {history.name} yet; write one with --write.")
        return 1
    with history.open(newline="", encoding="utf-8") as file:
        *_, recorded = csv.DictReader(file)
    _, contestants = always_measured()
    now = ratios(measure(contestants, repetitions))
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
    found, about = compare(chosen.repetitions)
    show(found)
    if chosen.write:
        write(found, about)
    return 0


if __name__ == "__main__":
    sys.exit(main())
