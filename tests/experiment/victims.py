"""Processes that sweep and can be killed: a sweep, a Dask scheduler, a Dask worker, all forked from one that is ready.

A process of the model takes seconds to import what it needs. One is started, and forks a new one whenever asked.

    uv run python -m tests.experiment.victims [--kills 100]

kills each kind of victim at random moments, goes on each time, and says what was lost, doubled or torn.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.stored import results
from sim.analysis.sweeps import carry_out
from sim.experiment import cluster, store
from sim.experiment.store import StoreError, open_store
from tests.experiment import sweeps

ROOT = Path(__file__).parents[2]
BLOCK = 7
SECONDS_OF_A_RUN = 0.01
PATIENCE = 90
LOSSES = ("cluster was lost", "no Dask scheduler", "no worker", "kills the worker", "workers die")


class Nursery:
    """A process that is ready to fork others, and ends them all with itself."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "tests.experiment.victims", "--nursery"]
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._born: list[int] = []

    def start(self, kind: str, *words: object) -> int:
        """Fork a process that does something; its number."""
        assert self._process.stdin
        assert self._process.stdout
        print(kind, *words, file=self._process.stdin, flush=True)
        self._born.append(int(self._process.stdout.readline()))
        return self._born[-1]

    def scheduler(self) -> tuple[int, str]:
        """A Dask scheduler on a free port of this machine: its number and its address."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        pid = self.start("scheduler", port)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        return pid, f"127.0.0.1:{port}"

    def end(self) -> None:
        """End every process that was started here."""
        for pid in self._born:
            kill(pid)
        self._process.kill()
        self._process.communicate()


def kill(pid: int) -> None:
    """Kill a process at once, if it is still there, and wait until it is gone."""
    try:
        os.kill(pid, signal.SIGKILL)
        while True:
            os.kill(pid, 0)
            time.sleep(0.002)
    except ProcessLookupError:
        return


@contextmanager
def kept_alive(nursery: Nursery, address: str, count: int) -> Iterator[list[int]]:
    """So many workers, each of which another takes the place of when it dies; all that there ever were."""
    alive = [nursery.start("worker", address) for _ in range(count)]
    ever, ended = list(alive), threading.Event()

    def replace() -> None:
        while not ended.wait(0.05):
            for place, pid in enumerate(alive):
                if not Path(f"/proc/{pid}").exists():
                    alive[place] = nursery.start("worker", address)
                    ever.append(alive[place])

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        yield ever
    finally:
        ended.set()
        thread.join()
        for pid in alive:
            kill(pid)


@dataclass
class Toll:
    """What a number of kills has cost.

    Attributes:
        kills: how many there were.
        lost, doubled, torn: runs that were missing or there twice after all was done, and shards that were damaged
            at any time.
        same: whether the digest is that of a sweep that nobody disturbed.
    """

    victim: str
    kills: int
    lost: int
    doubled: int
    torn: int
    same: bool


def toll(victim: str, kills: int, folder: Path, torn: int, wanted: str) -> Toll:
    """Go on until all is done, and count."""
    held = open_store(folder)
    carry_out(held, simulate=sweeps.made_up, threads=2)
    runs = results(folder).runs
    lost, doubled = held.runs - runs.position.nunique(), len(runs) - runs.run.nunique()
    return Toll(
        victim, kills, lost, doubled, torn + len(held.status(wholly=True).damaged), sweeps.digest(held) == wanted
    )


def kill_processes(nursery: Nursery, folder: Path, kills: int, chance: random.Random, wanted: str) -> Toll:
    """Kill a sweep in threads again and again, at random moments, and start it anew."""
    done = torn = 0
    while done < kills:
        sweeps.store_of(folder, sweeps.design())
        pid = nursery.start("sweep", folder)
        time.sleep(chance.uniform(0.0, 0.8))
        kill(pid)
        done, torn = done + 1, torn + len(open_store(folder).status(wholly=True).damaged)
        if not open_store(folder).missing():
            _forget_some(folder, chance)
    return toll("process", done, folder, torn, wanted)


def kill_workers(nursery: Nursery, folder: Path, kills: int, chance: random.Random, wanted: str) -> Toll:
    """Kill one of two Dask workers again and again while a sweep goes on, and put another in its place."""
    sweeps.store_of(folder, sweeps.design())
    scheduler, address = nursery.scheduler()
    workers = [nursery.start("worker", address) for _ in range(2)]
    done = torn = 0
    while done < kills:
        sweep = _sweep_on(folder, address)
        while sweep.is_alive() and done < kills:
            time.sleep(chance.uniform(0.05, 0.8))
            kill(workers.pop(chance.randrange(2)))
            workers.append(nursery.start("worker", address))
            done += 1
            torn += len(open_store(folder).status(wholly=True).damaged)
        sweep.join(PATIENCE)
        assert not sweep.is_alive(), "the sweep waits for a worker that is dead"
        if done < kills:
            _forget_some(folder, chance)
    for pid in (*workers, scheduler):
        kill(pid)
    return toll("Dask worker", done, folder, torn, wanted)


def kill_schedulers(nursery: Nursery, folder: Path, kills: int, chance: random.Random, wanted: str) -> Toll:
    """Kill the Dask scheduler of a sweep again and again, and go on with another."""
    sweeps.store_of(folder, sweeps.design())
    done = torn = 0
    while done < kills:
        scheduler, address = nursery.scheduler()
        workers = [nursery.start("worker", address) for _ in range(2)]
        sweep = _sweep_on(folder, address)
        time.sleep(chance.uniform(0.2, 1.5))
        kill(scheduler)
        done += 1
        sweep.join(PATIENCE)
        assert not sweep.is_alive(), "the sweep waits for a scheduler that is dead"
        for pid in workers:
            kill(pid)
        torn += len(open_store(folder).status(wholly=True).damaged)
        if not open_store(folder).missing():
            _forget_some(folder, chance)
    return toll("Dask scheduler", done, folder, torn, wanted)


def _sweep_on(folder: Path, address: str) -> threading.Thread:
    """A sweep on a cluster, in a thread; that the cluster is lost is what we are here for."""

    def sweep() -> None:
        try:
            carry_out(open_store(folder), engine_name=f"dask://{address}", simulate=sweeps.made_up)
        except StoreError as refusal:
            if not any(words in str(refusal) for words in LOSSES):
                raise

    thread = threading.Thread(target=sweep)
    thread.start()
    return thread


def _forget_some(folder: Path, chance: random.Random) -> None:
    """Take away some blocks of a sweep that is done, so that there is something to kill."""
    held = open_store(folder)
    blocks = list(held.blocks())
    for block in chance.sample(blocks, max(1, 2 * len(blocks) // 3)):
        shutil.rmtree(held.shard(block))


VICTIMS: dict[str, Callable[[Nursery, Path, int, random.Random, str], Toll]] = {
    "process": kill_processes,
    "worker": kill_workers,
    "scheduler": kill_schedulers,
}


# Inside the nursery.


def _nursery() -> None:
    # Imported for those who are forked from here, so that they start at once.
    import distributed  # noqa: F401

    import sim.engine  # noqa: F401

    store.MOST_IN_BLOCK = BLOCK
    os.environ["SECONDS_OF_A_RUN"] = str(SECONDS_OF_A_RUN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        kind, *words = line.split()
        pid = os.fork()
        if pid == 0:
            sys.stdin.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            _CHILDREN[kind](*words)
            os._exit(0)
        print(pid, flush=True)


def _sweep(folder: str) -> None:
    carry_out(open_store(folder), simulate=sweeps.made_up, threads=2)


def _scheduler(port: str) -> None:
    async def serve() -> None:
        from distributed import Scheduler

        async with Scheduler(host="127.0.0.1", port=int(port), dashboard=False) as scheduler:
            await scheduler.finished()

    asyncio.run(serve())


def _blind_worker(address: str) -> None:
    """A worker on whose machine there is no folder of an experiment."""
    stat = os.stat

    def sees(path, *words, **more):
        if str(path).startswith(tempfile.gettempdir()):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return stat(path, *words, **more)

    def opens(folder):
        raise StoreError(f"{folder} holds no experiment")

    os.stat, cluster.open_store = sees, opens
    _worker(address)


def _foreign_worker(address: str) -> None:
    """A worker on whose machine the model is not installed."""
    for name in [name for name in sys.modules if name.split(".")[0] in ("sim", "tests")]:
        del sys.modules[name]
    sys.modules["sim"] = sys.modules["tests"] = None
    _worker(address)


def _worker(address: str) -> None:
    async def serve() -> None:
        from distributed import Worker

        async with Worker(f"tcp://{address}", nthreads=1, dashboard=False, host="127.0.0.1") as worker:
            await worker.finished()

    asyncio.run(serve())


_CHILDREN: dict[str, Callable[..., None]] = {
    "sweep": _sweep,
    "scheduler": _scheduler,
    "worker": _worker,
    "blind": _blind_worker,
    "foreign": _foreign_worker,
}


def main() -> None:
    words = argparse.ArgumentParser(description="Kill sweeps, Dask workers and Dask schedulers, and count the cost.")
    words.add_argument("--nursery", action="store_true", help=argparse.SUPPRESS)
    words.add_argument("--kills", type=int, default=100)
    words.add_argument("--victim", choices=VICTIMS, action="append")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    if given.nursery:
        _nursery()
        return
    store.MOST_IN_BLOCK = BLOCK
    cluster.SECONDS_TO_ANSWER = 3
    nursery = Nursery()
    try:
        with tempfile.TemporaryDirectory() as folder:
            wanted = sweeps.digest(sweeps.swept(Path(folder) / "whole"))
            for name in given.victim or VICTIMS:
                began = time.monotonic()
                cost = VICTIMS[name](nursery, Path(folder) / name, given.kills, random.Random(given.seed), wanted)
                print(f"{cost} in {time.monotonic() - began:.0f} s", flush=True)
    finally:
        nursery.end()


if __name__ == "__main__":
    main()
