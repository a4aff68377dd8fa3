"""The same seed gives the same bytes: whatever the threads, the order, the pieces and what ran before."""

import numba
import numpy as np
import pytest

import sim
from sim.engine import run_once, running
from sim.engine.tick import simulate
from sim.state.behaviours import jit_is_on
from tests.engine.hospitals import HIGHEST_SEED, digest, eventful, hospitals, run, scenario

SHORT = scenario(beds=(2, 3), arrivals_per_day=2.0, changes={"run.warm_up_days": 2, "run.years": 0.02})
SEEDS = (41, 42, 43, 44, 45)


@pytest.fixture(scope="module")
def one_thread():
    return sim.run(SHORT, seed=SEEDS[0], reps=len(SEEDS), threads=1)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_nothing(threads, one_thread):
    several = sim.run(SHORT, seed=SEEDS[0], reps=len(SEEDS), threads=threads)
    assert several.threads == threads
    assert several.digest() == one_thread.digest()


def test_the_order_of_replications_changes_nothing(one_thread):
    days = one_thread.records[0].days
    by_seed = {seed: run_once(SHORT, seed, days, 2).digest() for seed in reversed(SEEDS)}
    assert [by_seed[seed] for seed in SEEDS] == [record.digest() for record in one_thread.records]


@pytest.mark.parametrize("cuts", [(1,), (95, 96, 97), (131, 132)])
def test_pieces_are_the_whole(cuts):
    trial = hospitals()["three wards, one division"]
    state = trial.build()
    for start, stop in zip((0, *cuts), (*cuts, trial.ticks), strict=True):
        simulate(state, trial.seed, start, stop)
    assert digest(state) == digest(run(trial))


def test_a_seed_is_the_luck():
    trial = hospitals()["all is on"]
    seeds = (0, 1, 2, 1 + 2**32, 1 + 2**61, HIGHEST_SEED)
    first, again = ([digest(run(trial._replace(seed=seed))) for seed in seeds] for _ in range(2))
    assert first == again
    assert len(set(first)) == len(seeds)


def test_what_ran_before_leaves_no_trace():
    trial = hospitals()["senior nurses and overlaps"]
    alone = digest(run(trial))
    for name in ("far too many come", "nobody comes", "everybody ill, all covered"):
        run(hospitals()[name])
        assert digest(run(trial)) == alone


@pytest.mark.skipif(not jit_is_on(), reason="nothing is compiled")
def test_the_tick_is_compiled_once(monkeypatch):
    """Any kind of whole number, any hospital: a second signature would compile the whole model again."""
    seen = set()

    def entry(*arguments):
        seen.add(tuple(numba.typeof(argument) for argument in arguments))

    monkeypatch.setattr(running, "simulate", entry)
    for whole in (int, np.int64, np.int32, np.uint64, np.uint8):
        run_once(eventful(), whole(3), whole(1), whole(1))
    for trial in hospitals().values():
        run_once(trial.scenario, trial.seed, 1, 0)
    run_once(sim.load("scenarios/baseline.toml"), 1, 1, 0)
    assert len(seen) == 1
    run(hospitals()["one bed"])
    assert list(seen) == simulate.signatures
