"""How fast the model is on this machine: every figure beside its aim, and as a ratio to a fixed loop.

    uv run python benchmarks/speed.py [--repetitions N] [--write FILE]

What is compared is measured in turn, again and again, within one run, and the median is kept, so that a
machine that is busy for a while slows all figures alike. Ratios to the reference loop can be compared
between machines, roughly; times cannot.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from rich.console import Console
from rich.table import Table

from sim.engine.hospital_state import build_state
from sim.engine.mesa_driver import Hospital
from sim.engine.record import snapshot
from sim.engine.tick import simulate
from sim.experiment.replications import carry_out, plan
from sim.report.provenance import commit, package_version
from sim.scenario import load
from sim.state.vocabulary import TICKS_PER_DAY, TICKS_PER_YEAR

ROOT = Path(__file__).resolve().parent.parent
ONE_WARD = ROOT / "scenarios" / "one_ward.toml"
SMALL = ROOT / "scenarios" / "small.toml"
COMMAND = Path(sys.executable).with_name("microsystem")
RUN = [str(COMMAND), "run", str(SMALL), "--years", "0.01", "--reps", "1"]
SEED = 1
MESA_TICKS = 7 * TICKS_PER_DAY
PACKAGES = ("numba", "numpy", "mesa", "pandas", "matplotlib")
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


@dataclass
class Figure:
    """One thing that is measured: its values in `unit`, and the aim that its median should stay below."""

    title: str
    unit: str
    aim: float | None = None
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The value that stands for all."""
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is reached, where there is one."""
        return None if self.aim is None else self.median <= self.aim


def figures() -> dict[str, Figure]:
    return {
        "reference": Figure("reference loop, 5 million steps", "ms"),
        "ward_year": Figure("a ward of 28 beds for a year, 35,040 ticks, compiled", "ms", 150),
        "mesa_tick": Figure("a Mesa tick of the same ward", "µs", 500),
        "one_thread": Figure("8 replications in one thread", "s"),
        "two_threads": Figure("8 replications in two threads", "s"),
        "python": Figure("Python itself, doing nothing", "s"),
        "import": Figure("import of all that `sim.run` needs", "s"),
        "help": Figure("`microsystem --help`", "s", 0.5),
        "cold": Figure("first `run` on a machine, compiling", "s", 60),
        "warm": Figure("a later `run`, until its days are simulated", "s", 2),
        "warm_whole": Figure("a later `run`, until its tables are shown", "s"),
    }


@njit
def reference_loop(steps: int) -> float:
    """Integers mixed and a logarithm taken: the kind of work that the model does."""
    state = np.uint64(88172645463325252)
    total = 0.0
    for _ in range(steps):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        total -= math.log((float(state >> np.uint64(40)) + 1.0) / 16777217.0)
    return total


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def steps(hospital: Hospital, number: int) -> None:
    for _ in range(number):
        hospital.step()


def measure_model(found: dict[str, Figure], repetitions: int) -> None:
    """Everything within this process, in turn: reference loop, ward-year, Mesa ticks, threads."""
    scenario = load(ONE_WARD)
    warm_up = scenario.run.warm_up_days * TICKS_PER_DAY
    filled = build_state(scenario, SEED, scenario.run.warm_up_days + 365)
    simulate(filled, SEED, 0, warm_up)
    plans = {number: plan(scenario, years=1, seed=SEED, reps=8, threads=number) for number in (1, 2)}

    def ward_year() -> float:
        state = snapshot(filled)
        return seconds(lambda: simulate(state, SEED, warm_up, warm_up + TICKS_PER_YEAR))

    def mesa_tick() -> float:
        hospital = Hospital(scenario, SEED, state=snapshot(filled))
        hospital.tick = warm_up
        hospital.step()
        return seconds(lambda: steps(hospital, MESA_TICKS)) / MESA_TICKS

    for turn in range(repetitions + 1):
        measured = {
            "reference": seconds(lambda: reference_loop(5_000_000)) * 1e3,
            "ward_year": ward_year() * 1e3,
            "mesa_tick": mesa_tick() * 1e6,
            "one_thread": seconds(lambda: carry_out(plans[1], scenario)),
            "two_threads": seconds(lambda: carry_out(plans[2], scenario)),
        }
        if turn > 0:  # the first turn compiles or loads
            keep(found, measured)


def measure_commands(found: dict[str, Figure], repetitions: int) -> None:
    """Everything that starts a process, with a cache of its own: one cold run, then the others in turn."""
    with tempfile.TemporaryDirectory() as folder:
        # Python keeps its own compiled files there too, as it does on any machine that lets it.
        ours = {"MICROSYSTEM_CACHE": f"{folder}/model", "PYTHONPYCACHEPREFIX": f"{folder}/python"}
        left_out = ("PYTHONDONTWRITEBYTECODE", "NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK")
        environment = {name: value for name, value in os.environ.items() if name not in left_out} | ours

        def command(*words: str) -> float:
            return seconds(lambda: subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, check=True))

        found["cold"].values.append(command(*RUN))
        import_all = "import sim; sim.load, sim.run"
        for turn in range(repetitions + 1):
            simulated, whole = timed_run(environment)
            measured = {
                "python": command(sys.executable, "-c", "pass"),
                "import": command(sys.executable, "-c", import_all),
                "help": command(str(COMMAND), "--help"),
                "warm": simulated,
                "warm_whole": whole,
            }
            if turn > 0:  # in the first turn Python compiles what it had not met yet
                keep(found, measured)


def timed_run(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until `microsystem run` says that it is done simulating, and until it ends."""
    began = time.perf_counter()
    simulated = math.nan
    with subprocess.Popen(
        RUN, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Done in"):
                simulated = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(RUN)} ended with status {process.returncode}")
    return simulated, time.perf_counter() - began


def keep(found: dict[str, Figure], measured: dict[str, float]) -> None:
    for name, value in measured.items():
        found[name].values.append(value)


def ratios(found: dict[str, Figure]) -> dict[str, float]:
    """What can be compared between machines."""
    reference = found["reference"].median / 1e3
    a_compiled_tick = found["ward_year"].median / 1e3 / TICKS_PER_YEAR
    return {
        "ward_year_to_reference": found["ward_year"].median / 1e3 / reference,
        "mesa_year_to_reference": found["mesa_tick"].median * 1e-6 * TICKS_PER_YEAR / reference,
        "mesa_tick_to_compiled_tick": found["mesa_tick"].median * 1e-6 / a_compiled_tick,
        "two_threads_speedup": found["one_thread"].median / found["two_threads"].median,
        "cold_to_reference": found["cold"].median / reference,
    }


def machine() -> dict[str, Any]:
    """What the figures depend on; nothing that tells whose machine it is."""
    return {
        "processor": processor(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: package_version(name) for name in PACKAGES},
    }


def processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def show(found: dict[str, Figure]) -> None:
    table = Table(title="Speed on this machine", title_justify="left")
    table.add_column("what")
    for column in ("median", "range", "aim", "reached"):
        table.add_column(column, justify="right")
    for figure in found.values():
        low, high = (short(value) for value in (min(figure.values), max(figure.values)))
        spread = f"{low} to {high}" if len(figure.values) > 1 else ""
        aim = "" if figure.aim is None else f"≤ {short(figure.aim)} {figure.unit}"
        reached = {True: "yes", False: "no", None: ""}[figure.is_met]
        table.add_row(figure.title, f"{short(figure.median)} {figure.unit}", spread, aim, reached)
    console.print(table)
    for name, ratio in ratios(found).items():
        console.print(f"{name.replace('_', ' ')}: {short(ratio)}")


def short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def as_json(found: dict[str, Figure], before: dict[str, Any]) -> str:
    content = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": before,
        "ratios": {name: float(f"{ratio:.4g}") for name, ratio in ratios(found).items()},
        "figures": {
            name: {
                "title": figure.title,
                "unit": figure.unit,
                "aim": figure.aim,
                "median": float(f"{figure.median:.4g}"),
                "values": [float(f"{value:.4g}") for value in figure.values],
            }
            for name, figure in found.items()
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Measure, show, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=7, help="how often each is measured (7)")
    parser.add_argument("--write", type=Path, help="a file for the figures, as JSON")
    chosen = parser.parse_args()
    if chosen.repetitions < 1:
        parser.error("--repetitions must be 1 or more")
    before, found = machine(), figures()
    console.print("Measuring the model; if it must be compiled first, that takes about a minute.")
    measure_model(found, chosen.repetitions)
    console.print("Measuring the command, with an empty cache; its first run compiles.")
    measure_commands(found, chosen.repetitions)
    show(found)
    if chosen.write:
        chosen.write.parent.mkdir(parents=True, exist_ok=True)
        chosen.write.write_text(as_json(found, before), encoding="utf-8")


if __name__ == "__main__":
    main()
