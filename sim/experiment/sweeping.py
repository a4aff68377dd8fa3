"""Doing the runs of an experiment that are not done yet: in threads of this process, or on a cluster."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from sim.experiment import shards
from sim.experiment.store import WHOLE, Block, Share, Store
from sim.experiment.work import Done, Job, Work, job_of_failures, keep, new_job

# Runs that are handed out ahead, for each thread: enough that none is idle while a block is written.
AHEAD = 16


@dataclass(frozen=True)
class Progress:
    """How far a sweep is: runs to do in this sweep, done, failed among those, and a note on what hinders it."""

    runs: int
    done: int
    failed: int
    note: str = ""


Tell = Callable[[Progress], None]


def jobs(store: Store, share: Share = WHOLE, retry: bool = False) -> tuple[int, Iterator[Job]]:
    """How many runs of a share are to be done, and the blocks that they stand in.

    Shards that were cut short are set aside first, so that they are done again. Call it while you hold the share.

    Args:
        store: of the experiment.
        share: of it.
        retry: do runs that failed before as well.
    """
    of_share = {block.name for block in store.blocks(share)}
    store.set_aside([name for name in store.status().damaged if name in of_share])
    missing = store.missing(share)
    failures = store.with_failures(share) if retry else []
    failed = sum(_failed(store, block) for block in failures)

    def all_of_them() -> Iterator[Job]:
        yield from (job_of_failures(store, block) for block in failures)
        yield from (new_job(block) for block in missing)

    return sum(len(block) for block in missing) + failed, all_of_them()


def _failed(store: Store, block: Block) -> int:
    return shards.notes_of(store.shard(block)).get("failed", 0)


def in_threads(store: Store, work: Work, todo: tuple[int, Iterator[Job]], threads: int, tell: Tell) -> None:
    """Do runs in threads of this process, and store each block as soon as it is complete.

    Whatever stops it, blocks that are complete are stored, and the rest is as if it had never begun.

    Args:
        store: where blocks go.
        work: how a run is done.
        todo: what is to be done, as `jobs` gives it.
        threads: runs at a time.
        tell: called after each run; it may raise to stop the sweep.

    Raises:
        StoreError: a block could not be stored.
    """
    runs, blocks = todo
    waiting: dict[Future[Done], Job] = {}
    ahead = ((job, position) for job in blocks for position in job.positions)
    done = failed = 0
    with ThreadPoolExecutor(threads) as pool:
        try:
            while True:
                for job, position in islice(ahead, AHEAD * threads - len(waiting)):
                    waiting[pool.submit(work.run, position)] = job
                if not waiting:
                    return
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    one, job = future.result(), waiting.pop(future)
                    done, failed = done + 1, failed + one.failed
                    if job.add(one):
                        keep(job, store, work.measures)
                tell(Progress(runs, done, failed))
        except BaseException:
            work.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
