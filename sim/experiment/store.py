"""The store of an experiment: one folder that says what is to run, and holds what has run.

    experiment.json   the design, the model's version, how runs are cut into blocks
    scenario.toml     the scenario, in full
    shards/           a folder for each block of runs that is done: runs, outcomes, series, and sums
    unfinished/       what is being written
    set_aside/        shards that were found damaged
    locks/            who writes

Runs are numbered, and a block is a range of numbers that depends on the design alone. So every machine cuts alike,
whether a block is done can be read off its name, and two that write the same block by mistake leave it there once.
"""

import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from sim.experiment import shards
from sim.experiment.design import Design
from sim.experiment.design_files import design_from
from sim.scenario import Scenario, ScenarioError, from_text, to_toml
from sim.scenario.words import one_line
from sim.state.vocabulary import TICKS_PER_DAY

MANIFEST = "experiment.json"
SCENARIO = "scenario.toml"
SHARDS, UNFINISHED, SET_ASIDE, LOCKS = FOLDERS = ("shards", "unfinished", "set_aside", "locks")
FORMAT = 1

# Blocks take a few seconds each on the machines that we know; in small experiments less, so that there are enough to
# share. Only round figures: they decide how much is done again after a kill, and every machine must cut alike.
SECONDS_OF_BLOCK = 3.0
LEAST_SECONDS_OF_BLOCK = 0.5
BLOCKS_TO_SHARE = 100
SECONDS_TO_BUILD = 0.012
SECONDS_OF_BED_TICK = 0.25e-6
MOST_IN_BLOCK = 500


class StoreError(ValueError):
    """A folder of an experiment cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Block:
    """Runs `first` to `stop` − 1, which are stored together."""

    first: int
    stop: int

    @property
    def name(self) -> str:
        """The name of its shard."""
        return f"{self.first:010d}-{self.stop:010d}"

    def __len__(self) -> int:
        return self.stop - self.first


@dataclass(frozen=True)
class Share:
    """The `which`-th of `of` equal shares of an experiment, from 1."""

    which: int = 1
    of: int = 1

    def __str__(self) -> str:
        return f"{self.which}-of-{self.of}"


WHOLE = Share()


@dataclass(frozen=True)
class Status:
    """How far an experiment is: runs in all, done, failed among those done, and shards that are damaged."""

    runs: int
    done: int
    failed: int
    damaged: dict[str, str]

    @property
    def left(self) -> int:
        """Runs that are not done."""
        return self.runs - self.done


class Store:
    """The folder of an experiment that exists; see `create` and `open_store`."""

    def __init__(self, folder: Path, manifest: dict[str, Any]):
        self.folder = folder
        self.manifest = manifest

    @property
    def shown(self) -> str:
        """What messages call it."""
        return one_line(str(self.folder))

    @property
    def model(self) -> str:
        """Version of the model of which it holds results."""
        return self.manifest["model"]

    @property
    def replaced(self) -> str:
        """Digest of the behaviours that were replaced; empty if none was."""
        return self.manifest["replaced"]

    def scenario(self) -> Scenario:
        """What every arm of the design changes.

        Raises:
            ScenarioError: it is a scenario of another version, which this one does not understand.
        """
        return from_text((self.folder / SCENARIO).read_text(encoding="utf-8"), SCENARIO)

    def design(self) -> Design:
        """The design, with the replications that the folder was last asked for.

        Raises:
            StoreError: it is a design of another version, which this one does not understand.
        """
        try:
            form = self.manifest["design"]["form"]
            run = {**form.get("run", {}), "replications": self.manifest["design"]["replications"]}
            design = design_from({**form, "run": run}, self.scenario(), MANIFEST)
        except (ScenarioError, OSError, KeyError) as problem:
            reason = str(problem).splitlines()[0]
            raise StoreError(f"{self.shown}: its design cannot be used with this version: {reason}") from None
        if design.digest() != self.manifest["design"]["digest"]:
            raise StoreError(f"{self.shown}: its design means something else to this version; start in a new folder")
        return design

    def blocks(self, share: Share = WHOLE) -> Iterator[Block]:
        """The blocks of a share, in order."""
        start, count = 0, 0
        for runs, size in self.manifest["stages"]:
            for first in range(start, runs, size):
                if count % share.of == share.which - 1:
                    yield Block(first, min(first + size, runs))
                count += 1
            start = runs

    @property
    def replications(self) -> int:
        """How many replications of each arm it was asked for."""
        return self.manifest["design"]["replications"]

    @property
    def runs(self) -> int:
        """How many runs the experiment has."""
        return self.manifest["stages"][-1][0]

    def shard(self, block: Block) -> Path:
        """Where the shard of a block is, or will be."""
        return self.folder / SHARDS / block.name

    def missing(self, share: Share = WHOLE) -> list[Block]:
        """The blocks of a share that are not done."""
        there = self._names()
        return [block for block in self.blocks(share) if block.name not in there]

    def with_failures(self, share: Share = WHOLE) -> list[Block]:
        """The blocks of a share that are done and in which runs failed."""
        there = self._names()
        return [
            block
            for block in self.blocks(share)
            if block.name in there and shards.notes_of(self.shard(block)).get("failed")
        ]

    def status(self, wholly: bool = False, share: Share = WHOLE) -> Status:
        """How far a share is; with `wholly`, every byte is read and compared with what was written."""
        there = self._names()
        runs = done = failed = 0
        damaged = {}
        for block in self.blocks(share):
            runs += len(block)
            if block.name not in there:
                continue
            if wrong := shards.fault(self.shard(block), wholly):
                damaged[block.name] = wrong
                continue
            done += len(block)
            failed += shards.notes_of(self.shard(block)).get("failed", 0)
        strangers = there - {block.name for block in self.blocks()} if share == WHOLE else set()
        damaged |= {name: "it is of no block of this experiment" for name in sorted(strangers)}
        return Status(runs, done, failed, damaged)

    def refuse_damaged(self, wholly: bool = False) -> None:
        """Refuse to go on while a shard is damaged; `wholly` as for `status`.

        Raises:
            StoreError: one is.
        """
        damaged = self.status(wholly).damaged
        if damaged:
            raise self._damaged(*next(iter(damaged.items())), others=len(damaged) - 1)

    @contextmanager
    def reading(self, block: Block) -> Iterator[Path]:
        """The shard of a block that is done, to be read as long as this lasts.

        Raises:
            StoreError: it is damaged.
        """
        shard = self.shard(block)
        try:
            yield shard
        except (OSError, pa.ArrowException) as problem:
            wrong = shards.fault(shard, wholly=True)
            if not wrong:
                raise
            raise self._damaged(block.name, wrong) from problem

    def _damaged(self, name: str, wrong: str, others: int = 0) -> StoreError:
        more = f", and so {'is' if others == 1 else 'are'} {others:,} more" if others else ""
        advice = f"run `microsystem verify {self.shown}`, then resume"
        return StoreError(f"{self.shown}/{SHARDS}/{name} is damaged ({wrong}){more}; {advice}")

    def set_aside(self, names: list[str] | dict[str, str]) -> None:
        """Move shards out of the way, so that their runs are done again; call it while you hold a lock.

        Raises:
            StoreError: nothing may be written there.
        """
        with self.plainly():
            for name in names:
                target = self.folder / SET_ASIDE / name
                if target.exists():
                    shutil.rmtree(target)
                os.rename(self.folder / SHARDS / name, target)

    def take_in(self, other: "Store") -> int:
        """Copy shards of `other` that are missing or damaged here; how many they were. Call it while you hold a lock.

        Raises:
            StoreError: the other folder holds another experiment, or damaged shards.
        """
        for what, words in (("model", "of another version of the model"), ("replaced", "with other behaviours")):
            if self.manifest[what] != other.manifest[what]:
                raise StoreError(f"{other.shown} holds results {words}; only like folders can be merged")
        same = self.manifest["design"]["digest"] == other.manifest["design"]["digest"]
        if not same or self.manifest["stages"] != other.manifest["stages"]:
            raise StoreError(f"{other.shown} holds another design; only folders of one design can be merged")
        damaged = other.status(wholly=True).damaged
        if damaged:
            raise StoreError(f"{other.shown} has {_in_words(damaged)}; run `microsystem verify` on it first")
        taken = 0
        with self.plainly():
            for block in self.blocks():
                source, target = other.shard(block), self.shard(block)
                if not source.is_dir():
                    continue
                if target.is_dir() and shards.fault(target, wholly=True):
                    self.set_aside([block.name])
                if not target.is_dir():
                    tables, notes = shards.read(source), shards.notes_of(source)
                    taken += shards.write(tables, target, self.folder / UNFINISHED, notes)
        return taken

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Say what the machine refuses in words.

        Raises:
            StoreError: an operation on a file failed.
        """
        try:
            yield
        except OSError as problem:
            advice = "; make room, then resume" if problem.errno in _FULL else ""
            raise StoreError(f"cannot write to {self.shown}: {_reason(problem)}{advice}") from problem

    @contextmanager
    def writing(self, share: Share = WHOLE) -> Iterator[None]:
        """Hold the right to write a share of the experiment, as long as this lasts or the process lives.

        Raises:
            StoreError: somebody else writes the same share, or has cut the experiment into other shares.
        """
        with ExitStack() as held:
            with self.plainly():
                self._claim(share, held)
            yield

    def _claim(self, share: Share, held: ExitStack) -> None:
        locks = self.folder / LOCKS
        with _held(locks / "starting", waits=True):
            known = sorted(locks.glob("*-of-*"))
            for path in known:
                beside = path.name != str(share) and path.name.split("-of-")[1] == str(share.of)
                if not beside and not _is_free(path):
                    raise self._busy(path.name, share)
            held.enter_context(_held(locks / str(share)))
            if all(_is_free(path) for path in known if path.name != str(share)):
                self._clear()

    def _busy(self, other: str, share: Share) -> StoreError:
        by = "another process writes" if other == str(share) else f"another process writes share {other} of"
        return StoreError(f"{by} {self.shown}; wait until it ends, or stop it")

    def _clear(self) -> None:
        """Remove what killed processes left unfinished; nobody else writes, nor begins to."""
        for path in (self.folder / UNFINISHED).iterdir():
            shutil.rmtree(path, ignore_errors=True)

    def _names(self) -> set[str]:
        try:
            return {entry.name for entry in os.scandir(self.folder / SHARDS)}
        except OSError as problem:
            raise StoreError(f"{self.shown} cannot be read: {problem.strerror}") from None


_FULL = (28, 122, 27)  # no space, over quota, file too large


def _reason(problem: OSError) -> str:
    """What the machine says, in its own short words: Arrow puts the number of a call around them."""
    return os.strerror(problem.errno) if problem.errno else str(problem)


def block_size(design: Design) -> int:
    """How many runs of a design are stored together: a few seconds' worth, by its size alone."""
    beds = sum(ward.beds for ward in design.scenario.wards.values())
    ticks = (design.days + design.warm_up_days) * TICKS_PER_DAY
    each = SECONDS_TO_BUILD + beds * ticks * SECONDS_OF_BED_TICK
    most, least = (round(seconds / each) for seconds in (SECONDS_OF_BLOCK, LEAST_SECONDS_OF_BLOCK))
    shared = math.ceil(design.runs / BLOCKS_TO_SHARE)
    return max(1, min(MOST_IN_BLOCK, most, max(least, shared)))


def create(folder: str | Path, design: Design, model: str, replaced: str = "") -> Store:
    """The store of a design in `folder`: a new one, or the one that is there if it is of the same design.

    A design with more replications than before goes on where the last one ended.

    Raises:
        StoreError: the folder holds something else, or results of another version of the model.
    """
    path = Path(folder)
    shown = one_line(str(folder))
    if (path / MANIFEST).exists():
        return _continued(open_store(path), design, model, replaced)
    try:
        if path.exists() and {entry.name for entry in os.scandir(path)} - {*FOLDERS, SCENARIO}:
            raise StoreError(f"{shown} holds something else than an experiment; name a new folder")
        for name in FOLDERS:
            (path / name).mkdir(parents=True, exist_ok=True)
        with _held(path / LOCKS / "starting", waits=True):
            if not (path / MANIFEST).exists():  # two may start at once
                shards.write_whole(path / SCENARIO, to_toml(design.scenario))
                _write_manifest(path, _manifest(design, model, replaced))
    except OSError as problem:
        raise StoreError(f"cannot write to {shown}: {_reason(problem)}") from None
    return _continued(open_store(path), design, model, replaced)


def open_store(folder: str | Path) -> Store:
    """The store that is in `folder`.

    Raises:
        StoreError: there is none, or a newer version of the program made it.
    """
    path, shown = Path(folder), one_line(str(folder))
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        form, stages = manifest["format"], manifest["stages"]
    except FileNotFoundError:
        raise StoreError(f"{shown} holds no experiment; `microsystem sweep` makes one") from None
    except NotADirectoryError:
        raise StoreError(
            f"{shown} is a file; name the folder of an experiment, which `microsystem sweep DESIGN.toml` makes"
        ) from None
    except OSError as problem:
        raise StoreError(f"{shown} cannot be read: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{shown}: {MANIFEST} is damaged; sweep the same design into a new folder") from None
    if form != FORMAT or not stages:
        raise StoreError(f"{shown} was made by another version of the program; read it with that one")
    return Store(path, manifest)


def _continued(store: Store, design: Design, model: str, replaced: str) -> Store:
    held = store.manifest["design"]
    if held["digest"] != design.digest():
        raise StoreError(f'{store.shown} holds another design, "{one_line(held["title"])}"; name a new folder')
    refuse_other_model(store, model, replaced)
    if design.runs <= store.runs:
        return store
    with store.plainly(), _held(store.folder / LOCKS / "starting", waits=True):
        return _extended(open_store(store.folder), design)  # as it is now: another may have added to it meanwhile


def _extended(store: Store, design: Design) -> Store:
    """The store with the replications of a design; call it while you hold the lock of those who start."""
    if design.runs <= store.runs:
        return store
    stages = [*store.manifest["stages"], [design.runs, block_size(design)]]
    design_now = {**store.manifest["design"], "replications": design.replications}
    _write_manifest(store.folder, {**store.manifest, "design": design_now, "stages": stages})
    return open_store(store.folder)


def refuse_other_model(store: Store, model: str, replaced: str = "") -> None:
    """Refuse to add results of another model to those that a folder holds.

    Raises:
        StoreError: the version or the replaced behaviours differ.
    """
    if store.model != model:
        raise StoreError(
            f"{store.shown} holds results of model version {store.model}, and this is {model}: they can be read, "
            "but not added to; sweep into a new folder"
        )
    if store.replaced != replaced:
        raise StoreError(f"{store.shown} holds results with other behaviours replaced; sweep into a new folder")


def _manifest(design: Design, model: str, replaced: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model": model,
        "replaced": replaced,
        "design": {
            "title": design.title,
            "digest": design.digest(),
            "arms": design.arms,
            "replications": design.replications,
            "form": design.form,
        },
        "stages": [[design.runs, block_size(design)]],
    }


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    shards.write_whole(folder / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def _in_words(damaged: dict[str, str]) -> str:
    return "a damaged shard" if len(damaged) == 1 else f"{len(damaged):,} damaged shards"


# Locks that a process loses when it dies, however it dies.


@contextmanager
def _held(path: Path, waits: bool = False) -> Iterator[None]:
    with path.open("a+b") as file:
        _lock(file, waits)
        yield


def _is_free(path: Path) -> bool:
    try:
        with _held(path):
            return True
    except OSError:
        return False


def _lock(file: IO[bytes], waits: bool) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))


def shares(text: str) -> Share:
    """The share that ``i/n`` names.

    Raises:
        StoreError: it is none.
    """
    which, _, of = text.partition("/")
    if which.isascii() and which.isdigit() and of.isascii() and of.isdigit() and 1 <= int(which) <= int(of) <= 100_000:
        return Share(int(which), int(of))
    raise StoreError(f'shard is "{one_line(text)}"; it should be such as 1/8: which share, and of how many')
