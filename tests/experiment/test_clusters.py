"""Sweeps on a real Dask scheduler with real workers, and what is left when any of them is killed."""

import logging
import os
import random
import signal
import threading

import pytest

from sim.analysis.sweeps import carry_out
from sim.experiment import cluster, store
from sim.experiment.store import StoreError, open_store
from tests.experiment import sweeps, victims
from tests.experiment.sweeps import digest, store_of, swept

KILLS = 5


@pytest.fixture(autouse=True)
def _small_and_quick(monkeypatch):
    monkeypatch.setattr(store, "MOST_IN_BLOCK", victims.BLOCK)
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 5)


@pytest.fixture(scope="module")
def nursery():
    held = victims.Nursery()
    yield held
    held.end()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "MOST_IN_BLOCK", victims.BLOCK)
        return digest(swept(tmp_path_factory.mktemp("whole") / "x"))


def wait_for(workers, address):
    from distributed import Client

    with Client(f"tcp://{address}") as client:
        client.wait_for_workers(len(workers), timeout=victims.PATIENCE)


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_of_a_scheduler_give_the_digest_of_threads(workers, nursery, wanted, tmp_path):
    scheduler, address = nursery.scheduler()
    there = [nursery.start("worker", address) for _ in range(workers)]
    told = []
    carry_out(store_of(tmp_path / "x"), told.append, f"dask://{address}", simulate=sweeps.made_up)
    assert digest(open_store(tmp_path / "x")) == wanted
    assert (told[-1].done, told[-1].runs, told[-1].failed) == (48, 48, 0)
    for pid in (*there, scheduler):
        victims.kill(pid)


def test_failures_on_workers_are_rows_and_can_be_retried(nursery, wanted, tmp_path):
    scheduler, address = nursery.scheduler()
    worker = nursery.start("worker", address)
    held = swept(tmp_path / "x", simulate=sweeps.fails_at_times)
    assert held.status().failed == 16
    carry_out(held, engine_name=f"dask://{address}", simulate=sweeps.made_up, retry=True)
    assert held.status().failed == 0
    assert digest(held) == wanted
    for pid in (worker, scheduler):
        victims.kill(pid)


@pytest.mark.parametrize("victim", victims.VICTIMS)
def test_kills_at_random_moments_cost_nothing_that_was_stored(victim, nursery, wanted, tmp_path):
    cost = victims.VICTIMS[victim](nursery, tmp_path / "x", KILLS, random.Random(1), wanted)
    assert (cost.kills, cost.lost, cost.doubled, cost.torn, cost.same) == (KILLS, 0, 0, 0, True)


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("dask://127.0.0.1:9", "no Dask scheduler answers at 127.0.0.1:9"),
        ("dask://nowhere", "it should be such as dask://localhost:8786"),
        ("thread", 'did you mean "threads"'),
    ],
)
def test_an_engine_that_cannot_be_reached_is_refused_and_nothing_is_lost(engine, words, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 1)
    held = store_of(tmp_path / "x")
    with pytest.raises(StoreError, match=words):
        carry_out(held, engine_name=engine, simulate=sweeps.made_up)
    assert held.status().damaged == {}


def test_a_worker_without_the_model_is_told_before_anything_runs(nursery, tmp_path):
    scheduler, address = nursery.scheduler()
    workers = [nursery.start(kind, address) for kind in ("worker", "foreign")]
    wait_for(workers, address)
    held = store_of(tmp_path / "x")
    with pytest.raises(StoreError, match=r"the worker at tcp://.* cannot import the model .*ModuleNotFoundError"):
        carry_out(held, engine_name=f"dask://{address}", simulate=sweeps.made_up)
    assert held.status().done == 0
    for pid in (*workers, scheduler):
        victims.kill(pid)


def test_a_worker_that_does_not_answer_is_not_waited_for_without_end(nursery, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_IMPORT", 1)
    scheduler, address = nursery.scheduler()
    worker = nursery.start("worker", address)
    wait_for([worker], address)
    os.kill(worker, signal.SIGSTOP)
    with pytest.raises(StoreError, match="the workers did not all answer within 1 s"):
        carry_out(store_of(tmp_path / "x"), engine_name=f"dask://{address}", simulate=sweeps.made_up)
    for pid in (worker, scheduler):
        victims.kill(pid)


def test_one_of_several_workers_that_does_not_see_the_folder_is_told_before_anything_runs(nursery, tmp_path):
    scheduler, address = nursery.scheduler()
    workers = [nursery.start(kind, address) for kind in ("worker", "blind", "worker")]
    wait_for(workers, address)
    held = store_of(tmp_path / "x")
    with pytest.raises(StoreError, match=f"a worker on .* does not see the folder {tmp_path / 'x'} "):
        carry_out(held, engine_name=f"dask://{address}", simulate=sweeps.made_up)
    assert held.status().done == 0
    for pid in (*workers, scheduler):
        victims.kill(pid)


def test_a_worker_that_comes_later_and_does_not_see_the_folder_is_no_lost_scheduler(nursery, tmp_path):
    scheduler, address = nursery.scheduler()
    workers = [nursery.start("worker", address)]

    def join_by(progress):
        if progress.done and len(workers) == 1:
            workers.append(nursery.start("blind", address))
            wait_for(workers, address)

    with pytest.raises(StoreError, match=r"does not see the folder .*No such file or directory.*under the same path"):
        carry_out(store_of(tmp_path / "x"), join_by, f"dask://{address}", simulate=sweeps.made_up)
    for pid in (*workers, scheduler):
        victims.kill(pid)


def test_when_all_workers_are_gone_it_is_said_once_and_the_sweep_waits(nursery, wanted, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_BETWEEN_LOOKS", 0.2)
    scheduler, address = nursery.scheduler()
    workers, notes = [nursery.start("worker", address)], []

    def kill_and_bring_back(progress):
        if progress.done and len(workers) == 1 and not notes:
            victims.kill(workers[0])
        if progress.note:
            notes.append(progress.note)
            threading.Timer(1, lambda: workers.append(nursery.start("worker", address))).start()

    carry_out(store_of(tmp_path / "x"), kill_and_bring_back, f"dask://{address}", simulate=sweeps.made_up)
    assert notes == ["no workers at present; waiting for one"]
    assert digest(open_store(tmp_path / "x")) == wanted
    for pid in (*workers, scheduler):
        victims.kill(pid)


def test_a_run_that_kills_its_worker_costs_few_workers_and_no_other_run(nursery, wanted, tmp_path):
    scheduler, address = nursery.scheduler()
    held = store_of(tmp_path / "x")
    with victims.kept_alive(nursery, address, 2) as workers, pytest.raises(StoreError) as refused:
        carry_out(held, engine_name=f"dask://{address}", simulate=sweeps.deadly)
    words = "all but what kills the worker that does it is stored: runs 14 to 20; see what the workers say"
    assert str(refused.value).startswith(words)
    assert len(workers) <= 12
    assert [(block.first, block.stop) for block in held.missing()] == [(14, 21)]
    carry_out(held, simulate=sweeps.made_up)
    assert digest(held) == wanted
    victims.kill(scheduler)


def test_workers_that_die_of_everything_end_the_sweep(nursery, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "MOST_DEADLY_BLOCKS", 1)
    scheduler, address = nursery.scheduler()
    with victims.kept_alive(nursery, address, 2), pytest.raises(StoreError, match="workers die again and again"):
        carry_out(store_of(tmp_path / "x"), engine_name=f"dask://{address}", simulate=sweeps.all_deadly)
    victims.kill(scheduler)


def test_a_scheduler_without_workers_is_refused(nursery, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 1)
    scheduler, address = nursery.scheduler()
    with pytest.raises(StoreError, match="has no worker"):
        carry_out(store_of(tmp_path / "x"), engine_name=f"dask://{address}", simulate=sweeps.made_up)
    victims.kill(scheduler)


def test_workers_on_this_machine_say_nothing_themselves_not_even_when_they_lose_their_scheduler(capfd):
    with cluster.local_cluster(1) as client:
        client.run(lambda: logging.getLogger("distributed.worker").error("heard"))
        client.run(lambda: print("printed", flush=True))
    said = capfd.readouterr()
    assert "printed" in said.out + said.err
    assert "heard" not in said.out + said.err
