"""Doing the runs of an experiment on a Dask cluster: one on this machine, or one whose scheduler runs already.

Workers write their own shards and send back only how many runs they did, so nothing large crosses the network. Few
blocks are handed out ahead, and what came of each is let go at once: a worker that dies costs the blocks it was doing.
"""

import logging
import os
import platform
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from itertools import islice
from multiprocessing import resource_tracker
from pathlib import Path
from queue import Empty, SimpleQueue
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
SECONDS_TO_IMPORT = 120  # the model and what it needs, from a slow disk that many read at once
SECONDS_BETWEEN_LOOKS = 5
AHEAD_OF_EACH = 2
MOST_DEADLY_BLOCKS = 10
MOST_TOLD = 3
ENDINGS = (signal.SIGINT, signal.SIGTERM)

NO_WORKERS = "no workers at present; waiting for one"


@contextmanager
def local_cluster(workers: int) -> Iterator["Client"]:
    """A cluster of processes on this machine, reachable from nowhere else, as long as this lasts."""
    distributed = _distributed()
    with ExitStack() as held:
        with _undisturbed(), _quiet_workers():
            cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs="ERROR",
            )
            held.enter_context(cluster)
            client = held.enter_context(distributed.Client(cluster))
        yield client


def _quiet_workers() -> AbstractContextManager[Any]:
    """Workers that are started meanwhile, or again in their place, say nothing: the command tells what matters.

    `silence_logs` reaches only who starts a worker; one that loses its scheduler at the end would tell it at length.
    """
    import dask

    kept_from_workers = "distributed.nanny.pre-spawn-environ.DASK_LOGGING__DISTRIBUTED"
    return dask.config.set({kept_from_workers: "critical"})


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off requests to end until this has ended; processes that are started meanwhile never hear Ctrl-C.

    A terminal sends it to all processes of a command, and each would end with a traceback of its own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {each: signal.signal(each, lambda number, frame: came.append(number)) for each in ENDINGS}
    deaf = hasattr(signal, "pthread_sigmask")  # Windows has none
    mask: set[int] = set()
    if deaf:
        resource_tracker.ensure_running()  # started later, it would have the thread that starts it hear again
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if deaf:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in came[:1]:
            signal.raise_signal(number)


@contextmanager
def cluster_at(address: str) -> Iterator["Client"]:
    """The cluster whose scheduler listens at ``dask://host:port``, as long as this lasts.

    Raises:
        StoreError: nobody answers there, or there is no worker.
    """
    distributed, place = _distributed(), place_of(address)
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


def place_of(address: str) -> str:
    """The host and port of ``dask://host:port``.

    Raises:
        StoreError: it names none.
    """
    place = address.removeprefix(REMOTE)
    host, _, port = place.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise StoreError(f'engine is "{one_line(address)}"; it should be such as dask://localhost:8786')
    return place


def check_installed() -> None:
    """Refuse to go on without Dask.

    Raises:
        StoreError: it is not installed.
    """
    _distributed()


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
        StoreError: workers do not see the folder, run another version of the model, cannot write or die of what they
            are given, or the scheduler is gone. What is stored stays.
    """
    from distributed import CancelledError

    runs, jobs = todo
    done = failed = 0
    hands = _Hands(client, store, simulate, measures)
    workers = _Workers(client)

    def look() -> None:
        if workers.went():
            tell(Progress(runs, done, failed, NO_WORKERS))

    def through(jobs: Iterator[Job], at_once: int) -> list[Job]:
        """Do blocks; those that workers died with."""
        nonlocal done, failed
        deadly = []
        for job, block_failed in hands.do(jobs, at_once, look):
            if block_failed is None:
                deadly.append(job)
                if len(deadly) > MOST_DEADLY_BLOCKS:
                    raise _deadly("workers die again and again, of late with", deadly[-MOST_TOLD:])
                continue
            done, failed = done + len(job.positions), failed + block_failed
            tell(Progress(runs, done, failed))
        return deadly

    try:
        _check_everybody(client, store)
        suspects = through(jobs, AHEAD_OF_EACH * max(1, sum(client.nthreads().values())))
        # Whoever waited behind a block that kills is suspected with it; alone, each answers for itself.
        deadly = through(iter(suspects), 1)
    except (CancelledError, OSError, TimeoutError) as problem:
        what = f"the cluster was lost ({type(problem).__name__})"
        raise StoreError(f"{what}; what was done is stored: start it again, then resume") from None
    finally:
        hands.let_go()
    if deadly:
        raise _deadly("all but what kills the worker that does it is stored:", deadly)


def _deadly(what: str, jobs: list[Job]) -> StoreError:
    named = [f"{job.block.first:,} to {job.block.stop - 1:,}" for job in jobs[:MOST_TOLD]]
    more = f" and {len(jobs) - MOST_TOLD:,} blocks more" if len(jobs) > MOST_TOLD else ""
    advice = "see what the workers say and whether they have memory enough, then resume"
    return StoreError(f"{what} runs {', '.join(named)}{more}; {advice}")


class _Hands:
    """Blocks that are being done by the workers of a cluster."""

    def __init__(self, client: "Client", store: Store, simulate: Callable[..., Any], measures: Measures):
        self._client = client
        self._words = (str(store.folder.resolve()), simulate, measures)
        self._ours: dict[Any, Job] = {}
        self._finished: SimpleQueue[Any] = SimpleQueue()

    def do(self, jobs: Iterator[Job], at_once: int, look: Callable[[], None]) -> Iterator[tuple[Job, int | None]]:
        """Do blocks, so many at once, and call `look` now and then.

        Each comes with how many of its runs failed, or None if workers died with it, as often as the scheduler tries.
        """
        from distributed import KilledWorker

        for job in islice(jobs, at_once):
            self._out(job)
        while self._ours:
            try:
                future = self._finished.get(timeout=SECONDS_BETWEEN_LOOKS)
            except Empty:
                look()
                continue
            job = self._ours.pop(future)
            try:
                failed = future.result()
            except KilledWorker:
                failed = None
            finally:
                future.release()
            for following in islice(jobs, 1):
                self._out(following)
            yield job, failed

    def let_go(self) -> None:
        """Have nothing done any more."""
        if self._client.status == "running":
            self._client.cancel(list(self._ours))

    def _out(self, job: Job) -> None:
        folder, simulate, measures = self._words
        key = f"{job.block.name}-{secrets.token_hex(6)}"
        future = self._client.submit(
            do_block, folder, job.block, bool(job.kept), simulate, measures, key=key, pure=False
        )
        self._ours[future] = job
        future.add_done_callback(self._finished.put)


class _Workers:
    """Whether there are any."""

    def __init__(self, client: "Client"):
        self._client = client
        self._there = True

    def went(self) -> bool:
        """Whether the last of them has gone since this was asked before."""
        before, self._there = self._there, bool(self._client.nthreads())
        return before and not self._there


def do_block(folder: str, block: Block, retry: bool, simulate: Callable[..., Any], measures: Measures) -> int:
    """On a worker: do a block of runs and store it; how many of its runs failed.

    Raises:
        StoreError: it cannot be stored here.
    """
    try:
        return _done(folder, block, retry, simulate, measures)
    except OSError as problem:  # by its own name it would pass for one of the way to the scheduler
        raise StoreError(f"{_here()} cannot use {folder}: {problem.strerror or problem}") from None


def _done(folder: str, block: Block, retry: bool, simulate: Callable[..., Any], measures: Measures) -> int:
    store, work = _work(folder, simulate, measures)
    if store.shard(block).is_dir() and not retry:
        return 0  # done by a worker that died before it could say so
    job = job_of_failures(store, block) if retry else new_job(block)
    for position in job.positions:
        job.add(work.run(position))
    failed = job.failed
    keep(job, store, measures)
    return failed


_one_at_a_time = threading.Lock()


def _work(folder: str, simulate: Callable[..., Any], measures: Measures) -> tuple[Store, Work]:
    with _one_at_a_time:  # threads of one worker would each read the design
        try:
            inode = os.stat(Path(folder)).st_ino
        except OSError as problem:
            raise _unseen(folder, problem.strerror or str(problem)) from None
        return _work_once(folder, simulate, measures, inode)


@cache
def _work_once(folder: str, simulate: Callable[..., Any], measures: Measures, inode: int) -> tuple[Store, Work]:
    store = open_store(folder)
    refuse_other_model(store, model_version())
    return store, Work(store.design(), simulate, measures)


def _check_everybody(client: "Client", store: Store) -> None:
    """See that the scheduler and all workers there are know the model, and that workers have the experiment's folder.

    Raises:
        StoreError: one does not.
    """
    try:
        client.run_on_scheduler(model_version, callback_timeout=SECONDS_TO_IMPORT)
        answers = client.run(
            _check_worker,
            str(store.folder.resolve()),
            store.manifest["design"]["digest"],
            on_error="return",
            callback_timeout=SECONDS_TO_IMPORT,
        )
    except TimeoutError:
        raise StoreError(
            f"the workers did not all answer within {SECONDS_TO_IMPORT} s; see what they say, or start them again"
        ) from None
    except OSError:
        raise
    except Exception as problem:
        raise _cannot_import("the scheduler", problem) from None
    for address, answer in answers.items():
        if isinstance(answer, StoreError):
            raise answer
        if isinstance(answer, Exception) and not isinstance(answer, OSError):  # which has gone, and may come back
            raise _cannot_import(f"the worker at {one_line(str(address))}", answer)


def _cannot_import(who: str, problem: Exception) -> StoreError:
    said = one_line(str(problem))
    return StoreError(f"{who} cannot import the model ({said}); install the same version of microsystem there")


def _check_worker(folder: str, digest: str) -> None:
    """On a worker: see that it has the experiment's folder, with results of the model that it runs."""
    try:
        store = open_store(folder)
    except StoreError as problem:
        raise _unseen(folder, str(problem)) from None
    if store.manifest["design"]["digest"] != digest:
        raise StoreError(f"{_here()} sees another experiment in {folder}")
    refuse_other_model(store, model_version())


def _unseen(folder: str, problem: str) -> StoreError:
    advice = "all workers must see it under the same path"
    return StoreError(f"{_here()} does not see the folder {folder} ({problem}); {advice}")


def _here() -> str:
    return f"a worker on {platform.node() or 'another machine'}"


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise StoreError("Dask is not installed; install the extra: pip install 'microsystem[dask]'") from None
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said in one message of ours
    return distributed
