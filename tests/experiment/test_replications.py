import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from sim.experiment import replications
from sim.experiment.replications import RunError, carry_out, carry_out_arms, known_names, plan
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


def test_arms_share_seeds_and_threads_and_stand_in_order(engine):
    planned = plan(scenario(), years=0.1, seed=5, reps=2, threads=4, arms=3)
    told = []
    arms = carry_out_arms(planned, [scenario()] * 3, lambda done, ticks: told.append((done, ticks)))
    assert [[record.seed for record in records] for records in arms] == [[5, 6]] * 3
    assert planned.threads == 4
    assert told[-1] == (6 * 66 * TICKS_PER_DAY,) * 2


def test_each_arm_is_carried_out_as_it_would_be_alone(engine):
    alone = carry_out(plan(scenario(), reps=2, threads=1), scenario())
    for threads in (1, 3):
        for records in carry_out_arms(plan(scenario(), reps=2, threads=threads, arms=2), [scenario()] * 2):
            assert [record.digest() for record in records] == [record.digest() for record in alone]


def test_more_arms_than_planned_are_refused(engine):
    with pytest.raises(ValueError, match="1 arms were planned, and 2 are given"):
        carry_out_arms(plan(scenario(), reps=2), [scenario()] * 2)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["slips", "fatige"], 'there is no mechanism "fatige"; did you mean "fatigue"?'),
        ([""], 'there is no mechanism ""; `microsystem explain` lists them'),
        ([], "name at least one mechanism"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest(names, message):
    with pytest.raises(RunError) as caught:
        known_names("mechanism", names, ["slips", "fatigue"])
    assert message in str(caught.value)


def test_known_names_are_kept_once_and_in_order():
    assert known_names("mechanism", ["slips", "fatigue", "slips"], ["fatigue", "slips"]) == ("slips", "fatigue")
    assert known_names("mechanism", "slips", ["fatigue", "slips"]) == ("slips",)
