"""Sweeps on a real Dask scheduler with real workers, and what is left when any of them is killed."""

import random

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


def test_a_scheduler_without_workers_is_refused(nursery, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 1)
    scheduler, address = nursery.scheduler()
    with pytest.raises(StoreError, match="has no worker"):
        carry_out(store_of(tmp_path / "x"), engine_name=f"dask://{address}", simulate=sweeps.made_up)
    victims.kill(scheduler)
