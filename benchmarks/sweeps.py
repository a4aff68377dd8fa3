"""What a sweep costs beside its runs: time, memory, and how soon a large one begins.

    uv run python benchmarks/sweeps.py [--runs N] [--part time|start|memory] [--write FILE]

time: the same runs on two threads, bare and as a sweep into a store, in turn; the median of the ratios.
start: a design of a million runs, read, planned and begun, until its first run is done.
memory: the most memory that a sweep of 10,000 and of 1,000,000 runs of a day takes, each in a process of its own. The
runs are one real record, handed back again and again: memory does not depend on how long a run takes to simulate.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sim import engine
from sim.analysis.sweeps import carry_out
from sim.experiment.design import Design
from sim.experiment.design_files import design_from
from sim.experiment.identity import model_version
from sim.experiment.store import create
from sim.report.provenance import commit
from sim.scenario import load

ROOT = Path(__file__).resolve().parent.parent
THREADS = 2
REPETITIONS = 3
FEW, MANY = 10_000, 1_000_000
PARTS = ("time", "start", "memory")


class Begun(Exception):
    """The first run is done."""


def overhead(runs: int) -> dict[str, Any]:
    """Wall time of a sweep as a multiple of that of its bare runs, on two threads."""
    scenario = load(ROOT / "scenarios" / "one_ward.toml")
    content = {
        "method": "grid",
        "levers": {"dials.hold": [False, True]},
        "run": {"years": 1, "replications": runs // 2},
    }
    design = design_from({"title": "Overhead", **content}, scenario)
    engine.run_once(scenario, 1, 1, 0)
    arms = [design.scenario_of(design.arm(index)) for index in range(design.arms)]
    ratios = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda position: _bare(design, arms, position), range(design.runs)))
        bare = time.perf_counter() - began
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            carry_out(create(Path(folder) / "x", design, model_version()), threads=THREADS)
            ratios.append((time.perf_counter() - began) / bare)
    return {"runs": design.runs, "bare_seconds": bare, "sweep_to_bare": statistics.median(ratios), "ratios": ratios}


def _bare(design: Design, arms: list, position: int) -> None:
    arm, replication = design.of_run(position)
    engine.run_once(arms[arm], design.seed + replication, design.days, design.warm_up_days)


def starts() -> dict[str, float]:
    """Seconds until the first run of a million is done: of many arms once each, and of few arms many times."""
    scenario = load(ROOT / "scenarios" / "small.toml")
    engine.run_once(scenario, 1, 1, 0)
    uncertain = {name: {"low": 0.0, "high": 0.5} for name in ("errors.rate.dose_slip", "voice.fear", "voice.learns")}
    designs = {
        "a_million_arms": {"method": "lhs", "sampling": {"samples": MANY}, "uncertainties": uncertain},
        "a_thousand_arms": _of_a_day(MANY),
    }
    return {name: _until_begun(lambda content=content: _design(content, scenario)) for name, content in designs.items()}


def _until_begun(make: Callable[[], Design]) -> float:
    def stop(progress: object) -> None:
        raise Begun

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        try:
            design = make()
            carry_out(create(Path(folder) / "x", design, model_version()), stop, threads=THREADS, design=design)
        except Begun:
            return time.perf_counter() - began
    raise AssertionError("nothing ran")


def _of_a_day(runs: int) -> dict[str, Any]:
    devolution = {"low": 0.0, "high": 1.0, "steps": 100}
    return {"method": "grid", "levers": {"dials.devolution": devolution}, "run": {"replications": runs // 100}}


def _design(content: dict[str, Any], scenario: Any) -> Design:
    run = {"days": 1, "warm_up_days": 0, "replications": 1, **content.get("run", {})}
    return design_from({"title": "A million", **content, "run": run}, scenario)


def memory(counts: Iterable[int] = (FEW, MANY)) -> dict[str, Any]:
    """Peak memory of a sweep, MB, by its number of runs."""
    peaks = {}
    for count in counts:
        words = [sys.executable, __file__, "--peak-of", str(count)]
        peaks[count] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    least, most = peaks[min(peaks)]["megabytes"], peaks[max(peaks)]["megabytes"]
    return {"by_runs": peaks, "most_to_least": most / least}


def _peak_of(runs: int) -> None:
    scenario = load(ROOT / "scenarios" / "small.toml")
    record = engine.run_once(scenario, 1, 1, 0)
    content = {**_of_a_day(runs), "keep": {"outcomes": ["errors_made", "mortality"], "series": False}}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store = create(Path(folder) / "x", _design(content, scenario), model_version())
        carry_out(store, threads=THREADS, simulate=lambda *words, **more: record)
        assert store.status().left == 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_024 if sys.platform != "darwin" else 1_024**2)
    print(json.dumps({"megabytes": round(peak), "seconds": round(time.perf_counter() - began)}))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--runs", type=int, default=24, help="runs of which the time is taken")
    words.add_argument("--part", choices=PARTS, action="append")
    words.add_argument("--write", type=Path)
    words.add_argument("--peak-of", type=int, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.peak_of:
        _peak_of(given.peak_of)
        return
    parts = {"time": lambda: overhead(given.runs), "start": starts, "memory": memory}
    found: dict[str, Any] = {"commit": commit(Path(__file__))}
    for name in given.part or PARTS:
        found[name] = parts[name]()
        print(name, json.dumps(found[name], indent=2), flush=True)
    if given.write:
        given.write.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
