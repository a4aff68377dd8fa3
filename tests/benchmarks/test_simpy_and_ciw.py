"""The ward in SimPy, and its beds alone in SimPy and in Ciw, agree with the model within what chance allows."""

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("simpy", reason="the group `benchmarks` is not installed")
pytest.importorskip("ciw", reason="the group `benchmarks` is not installed")

from benchmarks.ciw_ward import beds as ciw_beds
from benchmarks.rates import BEDS_RATES, WARD_RATES, Agreement, agreements, compiled, ported
from benchmarks.simpy_ward import beds as simpy_beds
from benchmarks.simpy_ward import ward as simpy_ward
from benchmarks.stays import kept, recorded
from sim.scenario import load
from sim.state.behaviours import jit_is_on
from sim.state.vocabulary import NEVER, TASKS, TICKS_PER_DAY, TICKS_PER_WEEK

SCENARIO = load(Path(__file__).resolve().parents[2] / "scenarios" / "benchmark.toml")
PORTS = {
    "ward in SimPy": (simpy_ward, WARD_RATES),
    "beds in SimPy": (simpy_beds, BEDS_RATES),
    "beds in Ciw": (ciw_beds, BEDS_RATES),
}
CASES = [(port, rate) for port, (_, table) in PORTS.items() for rate in table]

pytestmark = pytest.mark.filterwarnings("ignore:Pickle, copy, and deepcopy support:DeprecationWarning")


@cache
def ours() -> list[dict[str, float]]:
    return compiled(SCENARIO)


@cache
def found(port: str) -> dict[str, Agreement]:
    module, table = PORTS[port]
    return agreements(ported(module.run, SCENARIO), ours(), table)


@pytest.mark.skipif(not jit_is_on(), reason="the model takes an hour for this when it is interpreted")
@pytest.mark.parametrize(("port", "rate"), CASES)
def test_a_rate_agrees_with_the_compiled_model(port, rate):
    assert found(port)[rate].is_within, found(port)[rate]


@pytest.mark.parametrize("port", PORTS)
def test_equal_seeds_give_equal_runs_and_others_do_not(port):
    run, ticks = PORTS[port][0].run, 3 * TICKS_PER_DAY
    assert run(SCENARIO, 1, ticks) == run(SCENARIO, 1, ticks) != run(SCENARIO, 2, ticks)


def test_every_task_that_was_planned_is_accounted_for():
    ward = simpy_ward.Ward(SCENARIO, 1)
    ward.goes_on(10 * TICKS_PER_DAY)
    counts = ward.counts()
    for kind, task in enumerate(TASKS):
        planned = sum(patient.due[kind] != NEVER for patient in ward.beds if patient is not None)
        ended = sum(counts.get(f"{end} {task}", 0.0) for end in ("done", "undone", "forgotten", "lapsed"))
        assert counts.get(f"due {task}", 0.0) == ended + planned


@pytest.mark.parametrize("port", PORTS)
def test_everybody_who_came_is_somewhere(port):
    kind = simpy_ward.Ward if port == "ward in SimPy" else PORTS[port][0].Beds
    ward = kind(SCENARIO, 1)
    ward.goes_on(30 * TICKS_PER_DAY)
    counts = Counter(ward.counts())
    left = counts["stays"] + counts["discharges"] + counts["deaths"]
    in_bed = counts["admissions"] - left
    gone = counts["diverted"] + counts["cancelled"] + counts["deaths_waiting"]
    waiting = counts["arrivals"] - counts["admissions"] - gone
    assert left > 0
    assert 0 < in_bed <= 28
    assert 0 <= waiting <= 20


def test_a_stay_that_is_drawn_ends_at_the_time_of_the_week_of_a_recorded_one():
    stays, random = kept(), Random(1)
    ends = {(began + lasted) % TICKS_PER_WEEK for began, lasted, _ in stays.of_mode[0]}
    for tick in range(0, TICKS_PER_WEEK, 5):
        lasted, _ = stays.draw(random, 0, tick)
        assert lasted == 1 or (tick + lasted) % TICKS_PER_WEEK in ends


@pytest.mark.skipif(not jit_is_on(), reason="the model takes minutes for this when it is interpreted")
def test_stays_that_are_kept_are_those_of_the_model():
    of_mode = [set(stays) for stays in kept().of_mode]
    found = list(recorded(SCENARIO, 1, 20))
    assert len(found) > 40
    are_kept = all(tuple(about) in of_mode[mode] for mode, *about in found)
    assert are_kept, "the model has changed: python benchmarks/stays.py records them anew"
