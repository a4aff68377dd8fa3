"""The tables of the page on very many runs, reckoned from what was measured and from results that are kept."""

import csv
import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import stdtrit

from benchmarks.scaling_report import RESULTS
from sim.analysis.outcomes import BY_NAME
from sim.analysis.results import CONFIDENCE
from sim.report.numbers import bytes_in_words, time_in_words

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "results" / "reference" / "workshop" / "outcomes"
RUNS = (1_000_000, 100_000_000)
CORES_OF_MACHINE, MACHINES = 64, 16
CORES_OF_JOB, HOURS_OF_JOB = 8, 2  # as in the example of a job array
OUTCOMES = ("errors_reached", "length_of_stay", "patients_harmed", "incident_reports", "deaths", "preventable_events")
WIDTHS_AT = (10, 40, 200, 1_000, 10_000)
WITHIN = (0.2, 0.1, 0.05, 0.02)


def tables() -> dict[str, str]:
    """Each table by the name of its file, in Markdown."""
    found = measured()
    return {
        "cost_of_a_run": cost_of_a_run(found),
        "very_many_runs": very_many_runs(found),
        "storage_of_runs": storage_of_runs(found),
        "load_of_runs": load_of_runs(found),
        "intervals_by_replications": intervals_by_replications(),
        "replications_of_a_difference": replications_of_a_difference(),
        "measured_on": measured_on(found),
    }


def measured() -> dict[str, Any]:
    """What benchmarks/scaling.py found."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def measured_on(found: dict[str, Any]) -> str:
    """The machine, and how far cores that work at once slow each other down."""
    machine = found["machine"]
    speedup = found["threads"]["speedup"]["median"]
    return (
        f"Measured on {machine['processors']} cores of a server ({machine['processor']}) on {found['date']}; version "
        f"`{found['model']}` of the model. Two threads did {speedup:.2f} times the work of one there, so each of many "
        f"cores that work at once is counted as {busy_core(found):.2f} of one that works alone.\n"
    )


def busy_core(found: dict[str, Any]) -> float:
    """What a core does where all work, as a share of what it does alone."""
    return found["threads"]["speedup"]["median"] / found["threads"]["threads"]


def cost_of_a_run(found: dict[str, Any]) -> str:
    """What was measured of one run in a sweep."""
    lines = [
        [
            f"{title}, a year",
            str(each["beds"]),
            f"{each['core_seconds_of_run']:.3g} s",
            *(bytes_in_words(size) for size in each["bytes_of_run"].values()),
        ]
        for title, each in found["stored"].items()
    ]
    kept = next(iter(found["stored"].values()))["bytes_of_run"]
    return _table(["a run of", "beds", "one core", *kept], lines, words=1)


def very_many_runs(found: dict[str, Any]) -> str:
    """Core-hours, and the time that they take."""
    lines = []
    for runs, title, each in _experiments(found):
        core_seconds = runs * each["core_seconds_of_run"] / busy_core(found)
        times = (time_in_words(core_seconds / CORES_OF_MACHINE / machines) for machines in (1, MACHINES))
        lines.append([f"{runs:,}", title, f"{core_seconds / 3_600:,.0f}", *times])
    head = ["runs", "of", "core-hours", f"one machine of {CORES_OF_MACHINE} cores", f"{MACHINES} machines"]
    return _table(head, lines)


def storage_of_runs(found: dict[str, Any]) -> str:
    """Bytes of all shards, by what is kept."""
    kept = list(next(iter(found["stored"].values()))["bytes_of_run"])
    lines = [
        [f"{runs:,}", title, *(bytes_in_words(runs * each["bytes_of_run"][what]) for what in kept)]
        for runs, title, each in _experiments(found)
    ]
    return _table(["runs", "of", *kept], lines)


def load_of_runs(found: dict[str, Any]) -> str:
    """What a scheduler and a file system see of the runs."""
    lines = []
    for runs, title, each in _experiments(found):
        shards = -(-runs // each["runs_of_shard"])
        core_seconds = runs * each["core_seconds_of_run"] / busy_core(found)
        jobs = math.ceil(core_seconds / (CORES_OF_JOB * HOURS_OF_JOB * 3_600))
        a_second = shards / (core_seconds / CORES_OF_MACHINE / MACHINES)
        cells = (f"{each['runs_of_shard']:,}", f"{shards:,}", f"{shards * each['files_of_shard']:,}")
        lines.append([f"{runs:,}", title, *cells, f"{a_second:,.0f}", f"{jobs:,}"])
    head = ["runs", "of", "runs in a shard", "shards", "files", f"shards a second from {MACHINES} machines"]
    return _table([*head, f"jobs of {CORES_OF_JOB} cores and {HOURS_OF_JOB} hours"], lines)


def _experiments(found: dict[str, Any]) -> list[tuple[int, str, dict[str, Any]]]:
    return [(runs, title, each) for runs in RUNS for title, each in found["stored"].items()]


def kept_outcome(name: str) -> dict[tuple[str, ...], np.ndarray]:
    """One outcome by setting, style first: its value in each replication."""
    with (KEPT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {tuple(setting.split("/")): np.array(values, float) for setting, *values in rows}


def reach(spread: float, replications: int) -> float:
    """Half the width of a 95% interval of a mean, in the unit of the standard deviation `spread`."""
    return float(stdtrit(replications - 1, (1 + CONFIDENCE) / 2)) * spread / math.sqrt(replications)


def replications_for(spread: float, within: float) -> int:
    """How many replications bring half the interval down to `within`; both in the same unit."""
    replications = max(2, int((spread / within) ** 2))
    while reach(spread, replications) > within:
        replications += 1
    return replications


def intervals_by_replications() -> str:
    """Half the interval of each outcome, as a share of its mean, for the setting in the middle."""
    lines = []
    for name in OUTCOMES:
        settings = kept_outcome(name).values()
        cells = []
        for replications in WIDTHS_AT:
            seen = min(replications, min(len(values) for values in settings))
            widths = [reach(values[:seen].std(ddof=1), replications) / values.mean() for values in settings]
            cell = f"{100 * np.median(widths):.2g}%"
            cells.append(cell if seen == replications else f"*{cell}*")
        lines.append([BY_NAME[name].whole_title, *cells])
    return _table(["outcome", *(f"{replications:,}" for replications in WIDTHS_AT)], lines, words=1)


def replications_of_a_difference() -> str:
    """How many pairs of replications bring half the interval between two styles down to a share of the mean."""
    lines = []
    for name in OUTCOMES:
        spreads, shares = zip(*_pairs(kept_outcome(name)), strict=True)
        needed = (f"{replications_for(float(np.median(spreads)), within):,}" for within in WITHIN)
        lines.append([BY_NAME[name].whole_title, *needed, f"{np.median(shares):.0%}"])
    return _table(["outcome", *(f"±{within:.0%}" for within in WITHIN), "of those without pairs"], lines, words=1)


def _pairs(outcome: dict[tuple[str, ...], np.ndarray]) -> list[tuple[float, float]]:
    """Of each two styles in one setting: spread of their difference over the mean, and its variance over both apart."""
    found = []
    for (one, first), (other, second) in combinations(outcome.items(), 2):
        if one[1:] == other[1:]:
            difference = (first - second).var(ddof=1)
            mean = (first.mean() + second.mean()) / 2
            found.append((math.sqrt(difference) / mean, difference / (first.var(ddof=1) + second.var(ddof=1))))
    return found


def _table(head: list[str], lines: list[list[str]], words: int = 2) -> str:
    rows = [head, ["---"] * words + ["--:"] * (len(head) - words), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
