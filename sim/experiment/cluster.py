"""Doing the runs of an experiment on a Dask cluster: one on this machine, or one whose scheduler runs already.

Workers write their own shards and send back only how many runs they did, so nothing large crosses the network. Few
blocks are handed out ahead, and what came of each is let go at once: a worker that dies costs the blocks it was doing.
"""

import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sim.experiment.identity import model_version
from sim.experiment.store import Block, Store, StoreError, open_store, refuse_other_model
from sim.experiment.sweeping import Progress, Tell
from sim.experiment.work import Job, Measures, Work, job_of_failures, keep, new_job
from sim.scenario.words import one_line

if TYPE_CHECKING:
    from distributed import Client

REMOTE = "dask://"
SECONDS_TO_ANSWER = 20
AHEAD_OF_EACH = 2
DEATHS_OF_A_BLOCK = 200


@contextmanager
def local_cluster(workers: int) -> Iterator["Client"]:
    """A cluster of processes on this machine, reachable from nowhere else, as long as this lasts."""
    distributed = _distributed()
    with (
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs="ERROR",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def cluster_at(address: str) -> Iterator["Client"]:
    """The cluster whose scheduler listens at ``dask://host:port``, as long as this lasts.

    Raises:
        StoreError: nobody answers there, or there is no worker.
    """
    distributed = _distributed()
    place = address.removeprefix(REMOTE)
    host, _, port = place.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise StoreError(f'engine is "{one_line(address)}"; it should be such as dask://localhost:8786')
    try:
        client = distributed.Client(f"tcp://{place}", timeout=SECONDS_TO_ANSWER)
    except (OSError, TimeoutError, ValueError):
        raise _lost_before(place) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
        except TimeoutError:
            start = f"start some with `dask worker {one_line(place)}`"
            raise StoreError(f"the Dask scheduler at {one_line(place)} has no worker; {start}") from None
        except OSError:
            raise _lost_before(place) from None
        yield client


def _lost_before(place: str) -> StoreError:
    advice = "start one with `dask scheduler`, or check the address"
    return StoreError(f"no Dask scheduler answers at {one_line(place)}; {advice}")


def on_cluster(
    client: "Client",
    store: Store,
    todo: tuple[int, Iterator[Job]],
    simulate: Callable[..., Any],
    measures: Measures,
    tell: Tell,
) -> None:
    """Do runs on the workers of a cluster, which must see the same folder.

    Args:
        client: of the cluster.
        store: where blocks go.
        todo: what is to be done, as `sim.experiment.sweeping.jobs` gives it.
        simulate, measures: as for `Work`; workers import both by name.
        tell: called after each block; it may raise to stop the sweep.

    Raises:
        StoreError: workers do not see the folder, run another version of the model, cannot write, or the scheduler
            is gone. What is stored stays.
    """
    from distributed import CancelledError, KilledWorker, as_completed

    folder = str(store.folder.resolve())
    runs, jobs = todo
    done = failed = 0
    deaths: dict[str, int] = {}
    ours: dict[Any, Job] = {}

    def hand_out(job: Job) -> Any:
        key = f"{job.block.name}-{secrets.token_hex(6)}"
        words = (folder, job.block, bool(job.kept), simulate, measures)
        future = client.submit(do_block, *words, key=key, pure=False)
        ours[future] = job
        return future

    try:
        client.submit(_check_worker, folder, store.manifest["design"]["digest"], pure=False).result()
        window = AHEAD_OF_EACH * max(1, sum(client.nthreads().values()))
        finished = as_completed([hand_out(job) for job in islice(jobs, window)])
        for future in finished:
            job = ours.pop(future)
            try:
                block_failed = future.result()
            except KilledWorker:
                # The worker died while it had this block, several times over; that may be the machine's fault.
                deaths[job.block.name] = deaths.get(job.block.name, 0) + 1
                if deaths[job.block.name] > DEATHS_OF_A_BLOCK:
                    raise
                finished.add(hand_out(job))
                continue
            finally:
                future.release()
            done, failed = done + len(job.positions), failed + block_failed
            tell(Progress(runs, done, failed))
            for following in islice(jobs, 1):
                finished.add(hand_out(following))
    except (CancelledError, KilledWorker, OSError, TimeoutError) as problem:
        raise StoreError(
            f"the cluster was lost ({type(problem).__name__}); what was done is stored: start it again, then "
            f"`microsystem resume {store.shown}`"
        ) from None
    finally:
        if client.status == "running":
            client.cancel(list(ours))


def do_block(folder: str, block: Block, retry: bool, simulate: Callable[..., Any], measures: Measures) -> int:
    """On a worker: do a block of runs and store it; how many of its runs failed.

    Raises:
        StoreError: it cannot be stored here.
    """
    store, work = _work(folder, simulate, measures)
    if store.shard(block).is_dir() and not retry:
        return 0  # done by a worker that died before it could say so
    job = job_of_failures(store, block) if retry else new_job(block)
    for position in job.positions:
        job.add(work.run(position))
    failed = job.failed
    keep(job, store, measures)
    return failed


_one_at_a_time = Lock()


def _work(folder: str, simulate: Callable[..., Any], measures: Measures) -> tuple[Store, Work]:
    with _one_at_a_time:  # threads of one worker would each read the design
        return _work_once(folder, simulate, measures, os.stat(Path(folder)).st_ino)


@cache
def _work_once(folder: str, simulate: Callable[..., Any], measures: Measures, inode: int) -> tuple[Store, Work]:
    store = open_store(folder)
    refuse_other_model(store, model_version())
    return store, Work(store.design(), simulate, measures)


def _check_worker(folder: str, digest: str) -> None:
    """On a worker: see that it has the experiment's folder, and can write there."""
    here = os.uname().nodename if hasattr(os, "uname") else "a worker"
    try:
        store = open_store(folder)
    except StoreError as problem:
        raise StoreError(f"a worker on {here} does not see the folder: {problem}") from None
    if store.manifest["design"]["digest"] != digest:
        raise StoreError(f"a worker on {here} sees another experiment in {folder}")
    refuse_other_model(store, model_version())


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise StoreError("Dask is not installed; install the extra: pip install 'microsystem[dask]'") from None
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said in one message of ours
    return distributed
