import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from sim.experiment import replications
from sim.experiment.replications import RunError, plan
from sim.interface import run
from sim.state.vocabulary import TICKS_PER_DAY
from tests.synthetic import random_record, scenario


@pytest.fixture
def engine(monkeypatch):
    """An engine that takes longest for the first seeds and remembers what it was asked."""
    asked = []

    def run_once(scenario, seed, days, warm_up_days, driver="compiled", progress=None):
        asked.append((seed, days, warm_up_days, driver, threading.current_thread()))
        for tick in range(0, (days + warm_up_days) * TICKS_PER_DAY, 2_000):
            progress and progress(tick)
            time.sleep(0.003 / seed)
        return random_record(seed, days=days, warm_up=warm_up_days)

    fake = SimpleNamespace(run_once=run_once, is_warm=lambda: True, asked=asked)
    monkeypatch.setattr(replications, "engine", fake)
    return fake


def test_replications_stand_in_order_and_have_their_own_seeds(engine):
    found = run(scenario(), years=0.1, seed=5, reps=4, threads=4)
    assert [record.seed for record in found.records] == [5, 6, 7, 8]
    assert (found.seed, found.days, found.warm_up_days, found.threads) == (5, 36, 30, 4)


def test_threads_change_nothing(engine):
    assert run(scenario(), reps=5, threads=1).digest() == run(scenario(), reps=5, threads=3).digest()


def test_what_is_left_out_comes_from_the_scenario(engine):
    run(scenario())
    assert sorted(asked[:4] for asked in engine.asked) == [(1, 365, 30, "compiled"), (2, 365, 30, "compiled")]


def test_the_mesa_driver_runs_one_at_a_time_and_here(engine):
    assert run(scenario(), driver="mesa", reps=3, threads=3).threads == 1
    assert {thread for *_, thread in engine.asked} == {threading.main_thread()}


def test_compiling_comes_first_and_on_the_main_thread(engine):
    engine.is_warm = lambda: len(engine.asked) > 0
    run(scenario(), reps=2, threads=2)
    assert engine.asked[0][1] == 1
    assert engine.asked[0][4] is threading.main_thread()
    assert len(engine.asked) == 3


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_grows_to_the_end(engine, threads):
    told = []
    run(scenario(), years=0.1, reps=3, threads=threads, progress=lambda done, ticks: told.append((done, ticks)))
    done, ticks = zip(*told, strict=True)
    assert list(done) == sorted(done)
    assert set(ticks) == {3 * 66 * TICKS_PER_DAY}
    assert done[-1] == ticks[0]


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_that_raises_stops_the_run(engine, threads):
    def tell(done, ticks):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(scenario(), reps=50, threads=threads, progress=tell)
    assert len(engine.asked) <= threads


def test_a_fault_in_one_replication_stops_the_others(engine):
    healthy = engine.run_once

    def run_once(scenario, seed, **rest):
        if seed == 3:
            raise ZeroDivisionError("fault of ours")
        return healthy(scenario, seed, **rest)

    engine.run_once = run_once
    with pytest.raises(ZeroDivisionError, match="fault of ours"):
        run(scenario(), reps=100, threads=2)
    assert len(engine.asked) < 20


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"years": 0}, "years must be a number above 0"),
        ({"years": float("nan")}, "years"),
        ({"years": True}, "years"),
        ({"years": "1"}, "years"),
        ({"reps": 0}, "reps must be a whole number from 1"),
        ({"reps": 1.5}, "reps"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": 2**62}, "seed"),
        ({"seed": 2**62 - 1, "reps": 2}, "seed"),
        ({"driver": "magic"}, "compiled, mesa"),
        ({"threads": 0}, "threads must be a whole number from 1"),
    ],
)
def test_what_cannot_be_run_is_refused_with_what_can(asked, message):
    with pytest.raises(RunError, match=message):
        plan(scenario(), **asked)


def test_numbers_of_numpy_are_numbers():
    assert plan(scenario(), years=np.float64(0.5), seed=np.int64(3), reps=np.int32(2)).seed == 3
