"""The work of a sweep: one run, and one block of runs, from the arm to the rows that are stored.

A run that fails is a row as well, with the stage at which it failed and what was said. It ends no sweep.
"""

import json
import re
import time
import traceback
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.engine.record import RunRecord
from sim.experiment import shards
from sim.experiment.design import Arm, Design
from sim.experiment.identity import model_version, run_key
from sim.experiment.store import UNFINISHED, Block, Store
from sim.scenario import Scenario
from sim.state.behaviours import PACKAGE

DONE, FAILED = "done", "failed"
RESOLVE, RUN, MEASURE = "resolve", "run", "measure"
SCENARIOS_HELD = 256
LONGEST_MESSAGE = 1_000

_WORD = pa.dictionary(pa.int32(), pa.string())
RUNS = pa.schema(
    {
        "position": pa.int64(),
        "run": pa.string(),
        "scenario": _WORD,
        "model": _WORD,
        "replaced": _WORD,
        "arm": pa.int32(),
        "title": _WORD,
        "levels": _WORD,
        "replication": pa.int32(),
        "seed": pa.int64(),
        "days": pa.int32(),
        "warm_up_days": pa.int32(),
        "status": _WORD,
        "stage": _WORD,
        "message": pa.string(),
        "place": pa.string(),
        "digest": pa.string(),
        "seconds": pa.float64(),
    }
)


class Measures(Protocol):
    """What is kept of runs besides their rows."""

    def take(self, record: RunRecord) -> Any:
        """What is needed of a record, small enough to be held for a while."""

    def tables(self, rows: Sequence[Mapping[str, Any]], taken: Sequence[Any]) -> dict[str, pa.Table]:
        """The tables by name, of runs with their rows and what was taken of each."""

    def __hash__(self) -> int:
        """Workers keep what they need by it."""


class Stopped(Exception):
    """The sweep ends, and this run with it; nothing of it is kept."""


@dataclass(frozen=True)
class Done:
    """One run that was tried: its row, and what was taken of it; None if it failed."""

    row: dict[str, Any]
    taken: Any

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return self.row["status"] == FAILED


@dataclass
class Work:
    """All that a worker needs to know to do runs of an experiment.

    Attributes:
        design: of the experiment.
        model: the version of the model that runs here.
        replaced: digest of the behaviours that are replaced; empty if none is.
        simulate: does one run, as `sim.engine.run_once`.
        measures: what is kept of each.
        replace: behaviours to replace, by name.
        stop: when set, runs end with `Stopped`.
    """

    design: Design
    simulate: Callable[..., RunRecord]
    measures: Measures
    model: str = field(default_factory=model_version)
    replaced: str = ""
    replace: Mapping[str, Callable] | None = None
    stop: Event = field(default_factory=Event)
    _resolved: OrderedDict[tuple[int, int], tuple[Scenario, str]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def run(self, position: int) -> Done:
        """Do the run at a position in the design.

        Raises:
            Stopped: it was told to.
        """
        design = self.design
        index, replication = design.of_run(position)
        seed = design.seed + replication
        began, stage = time.perf_counter(), RESOLVE
        row: dict[str, Any] = dict.fromkeys(RUNS.names)
        arm = design.arm(index)
        row |= {"position": position, "arm": index, "title": arm.title, "levels": json.dumps(dict(arm.levels))}
        row |= {"replication": replication, "seed": seed, "days": design.days, "warm_up_days": design.warm_up_days}
        row |= {"model": self.model, "replaced": self.replaced}
        try:
            scenario, condition = self._scenario(arm, replication)
            row["scenario"] = condition
            row["run"] = run_key(self.model, self.replaced, condition, seed, design.days, design.warm_up_days)
            stage = RUN
            record = self._simulated(scenario, seed)
            stage = MEASURE
            taken = self.measures.take(record)
            row |= {"status": DONE, "digest": record.digest()}
        except Stopped:
            raise
        except Exception as problem:
            taken = None
            row |= {"status": FAILED, "stage": stage, "place": _place(problem)}
            row["message"] = f"{type(problem).__name__}: {problem}"[:LONGEST_MESSAGE]
            row["run"] = row["run"] or f"arm {index}, seed {seed}"  # there is no key without a scenario
        row["seconds"] = time.perf_counter() - began
        return Done(row, taken)

    def _simulated(self, scenario: Scenario, seed: int) -> RunRecord:
        return self.simulate(
            scenario,
            seed=seed,
            days=self.design.days,
            warm_up_days=self.design.warm_up_days,
            progress=self._go_on,
            **({"replace": self.replace} if self.replace else {}),
        )

    def _go_on(self, ticks: int) -> None:
        if self.stop.is_set():
            raise Stopped

    def _scenario(self, arm: Arm, replication: int) -> tuple[Scenario, str]:
        """The scenario of a run and its condition digest; those used last are kept, since checking one takes time."""
        which = (arm.index, replication if self.design.draws else 0)
        with self._lock:
            if which in self._resolved:
                self._resolved.move_to_end(which)
                return self._resolved[which]
        scenario = self.design.scenario_of_run(arm, replication)
        found = (scenario, scenario.condition_digest())
        with self._lock:
            self._resolved[which] = found
            while len(self._resolved) > SCENARIOS_HELD:
                self._resolved.popitem(last=False)
        return found


@dataclass
class Job:
    """A block to be done: all of it, or, where some of its runs failed before, only those.

    Attributes:
        block: the runs.
        positions: those that are to be done.
        kept: tables of the others; empty if the block is new.
    """

    block: Block
    positions: list[int]
    kept: dict[str, pa.Table] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)

    def add(self, one: Done) -> bool:
        """Add a run that was tried; whether the block is now complete."""
        self.done.append(one)
        return len(self.done) == len(self.positions)

    @property
    def failed(self) -> int:
        """How many of its runs failed, of those done so far."""
        return sum(one.failed for one in self.done)


def new_job(block: Block) -> Job:
    """A block of which nothing is done."""
    return Job(block, list(range(block.first, block.stop)))


def job_of_failures(store: Store, block: Block) -> Job:
    """Of a block that is done, the runs that failed.

    Raises:
        StoreError: its shard is damaged.
    """
    with store.reading(block) as shard:
        tables = shards.read(shard)
    runs = tables[shards.RUNS]
    failed = [status == FAILED for status in runs["status"].to_pylist()]
    positions = [position for position, bad in zip(runs["position"].to_pylist(), failed, strict=True) if bad]
    tables[shards.RUNS] = runs.filter(pa.array([not bad for bad in failed]))
    return Job(block, positions, tables)


def commonest_failures(store: Store, unread: Collection[str] = (), most: int = 3) -> list[tuple[str, int]]:
    """What runs that failed said most often, and how many said it; numbers that differ between them are left out.

    Args:
        store: of the experiment.
        unread: names of shards to leave out, such as damaged ones.
        most: of how many messages.

    Raises:
        StoreError: a shard is damaged.
    """
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for block in store.with_failures():
        if block.name in unread:
            continue
        with store.reading(block) as shard:
            runs = pq.read_table(shard / f"{shards.RUNS}.parquet", columns=["status", "message"])
        for message in runs.filter(pc.equal(runs["status"], FAILED))["message"].to_pylist():
            said[re.sub(r"\d+", "…", message)][message] += 1
    told = [(next(iter(each)) if len(each) == 1 else alike, each.total()) for alike, each in said.items()]
    return sorted(told, key=lambda one: -one[1])[:most]


def keep(job: Job, store: Store, measures: Measures) -> None:
    """Store a block whose runs are all done.

    Raises:
        StoreError: nothing may be written, or the disk is full.
    """
    tables = _tables(job, measures)
    notes = {"failed": job.failed, "runs": len(job.block)}
    target, scratch = store.shard(job.block), store.folder / UNFINISHED
    with store.plainly():
        if job.kept:
            shards.exchange(tables, target, scratch, notes)
        else:
            shards.write(tables, target, scratch, notes)
    job.done.clear()


def _tables(job: Job, measures: Measures) -> dict[str, pa.Table]:
    done = sorted(job.done, key=lambda one: one.row["position"])
    good = [one for one in done if not one.failed]
    tables = {shards.RUNS: pa.Table.from_pylist([one.row for one in done], schema=RUNS)}
    if good:
        tables |= measures.tables([one.row for one in good], [one.taken for one in good])
    for name, kept in job.kept.items():
        both = pa.concat_tables([kept, tables[name]], promote_options="permissive") if name in tables else kept
        tables[name] = both.unify_dictionaries()
    if job.kept:
        tables[shards.RUNS] = tables[shards.RUNS].sort_by("position")
    return tables


def _place(problem: BaseException) -> str:
    """Where something went wrong: file of the package, line and function, from the outside in."""
    frames = [
        f"{frame.filename.removeprefix(f'{PACKAGE.parent}/')}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(problem.__traceback__)
        if frame.filename.startswith(str(PACKAGE))
    ]
    return " > ".join(frames[-6:])
