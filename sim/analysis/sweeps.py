"""Sweeps: an experiment begun or gone on with, by whichever engine, into its store."""

from collections.abc import Callable, Mapping
from typing import Any

from sim import engine
from sim.analysis.measuring import Kept
from sim.experiment.cluster import REMOTE, check_installed, cluster_at, local_cluster, on_cluster, place_of
from sim.experiment.design import Design
from sim.experiment.identity import model_version, replaced_digest
from sim.experiment.replications import processors
from sim.experiment.store import WHOLE, Share, Store, StoreError, refuse_other_model
from sim.experiment.sweeping import Progress, Tell, in_threads, jobs
from sim.experiment.work import Work
from sim.scenario.words import did_you_mean, one_line

THREADS, DASK = "threads", "dask"


def carry_out(
    store: Store,
    tell: Tell = lambda progress: None,
    engine_name: str = THREADS,
    threads: int | None = None,
    share: Share = WHOLE,
    retry: bool = False,
    replace: Mapping[str, Callable] | None = None,
    simulate: Callable[..., Any] = engine.run_once,
    design: Design | None = None,
    begin: Callable[[int], None] = lambda runs: None,
) -> None:
    """Do the runs of an experiment that are not done yet.

    Args:
        store: of the experiment.
        tell: called now and then with how far it is; it may raise to stop.
        engine_name: ``threads``, ``dask`` for processes on this machine, or ``dask://host:port``.
        threads: how many at a time, or how many processes; by default as many as there are processors.
        share: which part of the experiment, for several that work on it at once.
        retry: do runs that failed before as well.
        replace: behaviours to replace for everybody, by name; with threads only.
        simulate: does one run.
        design: that of the store, where it is at hand; a large one takes seconds to make again.
        begin: called with how many runs are to be done, once nobody else can write them and before any of them.

    Raises:
        StoreError: another writes, nothing can be written, or the engine cannot be reached. What was done is stored.
    """
    check_engine(engine_name)
    refuse_other_model(store, model_version(), replaced_digest(replace))
    if replace and engine_name != THREADS:
        raise StoreError("behaviours can be replaced with threads only; workers elsewhere do not have them")
    design = design or store.design()
    kept = Kept(design.outcomes, design.series)
    at_once = threads or processors()
    with store.writing(share):
        todo = jobs(store, share, retry)
        begin(todo[0])
        if not todo[0]:
            return
        tell(Progress(todo[0], 0, 0))
        if engine_name == THREADS:
            work = Work(design, simulate, kept, replaced=store.replaced, replace=replace)
            in_threads(store, work, todo, at_once, tell)
            return
        reached = local_cluster(at_once) if engine_name == DASK else cluster_at(engine_name)
        with reached as client:
            on_cluster(client, store, todo, simulate, kept, tell)


def check_engine(name: str) -> None:
    """Refuse an engine that cannot exist.

    Raises:
        StoreError: it does not.
    """
    if name not in (THREADS, DASK) and not name.startswith(REMOTE):
        hint = did_you_mean(name, (THREADS, DASK, f"{REMOTE}host:port"))
        raise StoreError(f'engine is "{one_line(name)}"{hint}')
    if name.startswith(REMOTE):
        place_of(name)


def reach(engine_name: str) -> None:
    """Try an engine before anything is written for it.

    Raises:
        StoreError: it does not exist, is not installed, or does not answer.
    """
    check_engine(engine_name)
    if engine_name == DASK:
        check_installed()
    if engine_name.startswith(REMOTE):
        with cluster_at(engine_name):
            return
