"""What an experiment will cost, from a short measurement on this machine."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from sim import engine
from sim.analysis.measuring import Kept
from sim.engine import RunRecord
from sim.experiment.design import Design
from sim.experiment.work import RUNS, Done, Work
from sim.scenario import Scenario

SHORT_DAYS = 14
ARMS_MEASURED = 3
SEEDS_MEASURED = 2


@dataclass(frozen=True)
class Estimate:
    """What the runs of an experiment will cost.

    Attributes:
        runs: how many there are.
        seconds_of_run: time that one takes on one core of this machine.
        bytes_of_run: what it takes on the disk.
    """

    runs: int
    seconds_of_run: float
    bytes_of_run: float

    @property
    def core_seconds(self) -> float:
        """Time of one core for all runs, seconds."""
        return self.runs * self.seconds_of_run

    @property
    def disk(self) -> float:
        """What all runs take on the disk, bytes."""
        return self.runs * self.bytes_of_run

    def seconds(self, at_once: int) -> float:
        """Time that all runs take with so many at once, seconds."""
        return self.runs * self.seconds_of_run / max(1, min(at_once, self.runs))


def estimate(design: Design) -> Estimate:
    """Run a few arms for a few days, and reckon from them.

    Raises:
        RuntimeError: every run that was tried failed.
    """
    started = min(_seconds_to_start(design) for _ in range(2))  # the first one loads what is compiled
    days = design.days + design.warm_up_days
    short = min(days, SHORT_DAYS)
    work = Work(design, _cut_to(short), Kept(design.outcomes, design.series))
    arms = sorted({round(k * (design.arms - 1) / (ARMS_MEASURED - 1)) for k in range(ARMS_MEASURED)})
    seeds = range(min(SEEDS_MEASURED, design.replications))
    tried = [work.run(arm + design.arms * seed) for seed in seeds for arm in arms]
    done = [one for one in tried if not one.failed]
    if not done:
        raise RuntimeError(f"a run that was tried to measure it failed: {tried[0].row['message']}")
    whole = sum(one.row["seconds"] for one in done) / len(done)
    of_day = max(0.0, whole - started) / max(1, short - 1)
    return Estimate(design.runs, started + of_day * (days - 1), _bytes(work, done, days / short))


def _cut_to(short: int) -> Callable[..., RunRecord]:
    """What does a run of so many days in place of one of all."""

    def simulate(scenario: Scenario, seed: int, days: int, warm_up_days: int, progress: Callable) -> RunRecord:
        return engine.run_once(scenario, seed, short, 0, progress=progress)

    return simulate


def _seconds_to_start(design: Design) -> float:
    """Time of a run of one day: to build the hospital, mostly."""
    scenario = design.scenario_of(design.arm(0))
    began = time.perf_counter()
    engine.run_once(scenario, design.seed, 1, 0)
    return time.perf_counter() - began


def _bytes(work: Work, done: list[Done], longer: float) -> float:
    """Bytes of one run among many; the series grows with the days."""
    sizes = {}
    for count in {1, len(done)}:
        rows, taken = [one.row for one in done[:count]], [one.taken for one in done[:count]]
        tables = {"runs": pa.Table.from_pylist(rows, RUNS), **work.measures.tables(rows, taken)}
        weights = {"series": longer}
        sizes[count] = sum(_size(table) * weights.get(name, 1.0) for name, table in tables.items())
    if len(done) == 1:
        return sizes[1]
    return max(0.0, (sizes[len(done)] - sizes[1]) / (len(done) - 1))


def _size(table: pa.Table) -> int:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().size
