"""Beds are servers: arrivals, waiting place, admission order and beds against the textbook queue.

Patients recover as soon as `recovery_needed` is over and then leave, so beds serve and nothing else
happens. Recovery goes by the hour: stays are geometric with the mean that an exponential one would have when
rounded up to whole hours. Errors are taken from ten stretches of a long run (stretches are far longer than
the queue's memory), and bounds are four standard errors plus, where said, the effect of whole hours.
"""

import math

import numpy as np
import pytest

from sim.engine.hospital_state import build_state
from sim.engine.overrides import rebuild
from sim.engine.tick import simulate
from sim.scenario import load
from sim.state.behaviours import jit_is_on
from sim.state.vocabulary import TICKS_PER_DAY, TICKS_PER_HOUR, WAITING
from tests.limits.bench import SCENARIOS, changed, only, small

HOURS = 24.0  # mean recovery
STAY = 1 / (1 - math.exp(-1 / HOURS))  # mean whole hours in a bed
STRETCHES = 10


def recovers_and_leaves(patient, p, counts):
    counts.bed_time += 4
    patient.recovery_left -= 1.0
    if patient.recovery_left <= 0.0:
        patient.leaves = 1


@pytest.fixture(scope="module")
def beds_only():
    """The loop of a hospital where a patient who has recovered leaves at once."""
    return rebuild({"recovers": recovers_and_leaves}, jit=jit_is_on()).called["simulate"]


def queue(beds, load_per_bed, waiting_places=400):
    """A ward that is nothing but beds, offered `load_per_bed` of what they can serve."""
    scenario = small(
        divisions__medicine__waiting_places=waiting_places,
        wards__six_beds__beds=beds,
        wards__six_beds__arrivals_per_day=load_per_bed * beds * 24 / STAY,
        wards__six_beds__emergency_share=1.0,
        wards__six_beds__mode_mix={"repetitive": 0.0, "constrained": 0.0, "unconstrained": 1.0},
        flow__night_arrivals=1.0,
        flow__recovery__unconstrained=HOURS,
        flow__recovery_shape__unconstrained=1.0,
    )
    for group, pattern in scenario.staffing["few"].items():
        nobody = [{**shift.model_dump(), "weekday": 0, "weekend": 0} for shift in pattern.shifts]
        scenario = changed(scenario, {f"staffing.few.{group}.shifts": nobody})
    return changed(scenario, only())


def stretches(scenario, loop, years, seed=1):
    """What each of ten stretches of a run added to the ledger of the ward, after one stretch of warm-up."""
    days = round(years * 365 / STRETCHES)
    state = build_state(scenario, seed, (STRETCHES + 1) * days)
    state.settings["flow"]["deadline"] = 1e-9  # so breaches count everybody who waits
    ends = []
    for stretch in range(STRETCHES + 1):
        loop(state, seed, stretch * days * TICKS_PER_DAY, (stretch + 1) * days * TICKS_PER_DAY)
        ends.append(state.true[0, 2].copy())
    return {
        name: np.diff([float(end[name]) for end in ends])
        for name in ("arrivals", "admissions", "breaches", "wait", "bed_time", "diverted")
    } | {"hours": days * 24}


def mean_and_error(values):
    return values.mean(), values.std(ddof=1) / math.sqrt(len(values))


def erlang_c(servers, load_per_server):
    """Probability of waiting in M/M/c."""
    offered = servers * load_per_server
    terms = [offered**n / math.factorial(n) for n in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load_per_server)
    return last / (sum(terms) + last)


def erlang_loss(servers, places, load_per_server):
    """Probability of being turned away in M/M/c with `places` to wait."""
    offered = servers * load_per_server
    terms = [offered**n / math.factorial(min(n, servers)) / servers ** max(0, n - servers) for n in range(servers + 1)]
    terms += [terms[-1] * load_per_server ** (extra + 1) for extra in range(places)]
    return terms[-1] / sum(terms)


# Ends of stays wait for the end of the hour, so an arrival finds up to an hour's ends still in bed, or just gone:
# with stays of a day the chain in whole hours waits 2 to 4% less often and 0.3 hours less than Erlang's.
WHOLE_HOURS = 0.045


@pytest.mark.parametrize(("beds", "load_per_bed"), [(3, 0.6), (8, 0.8)])
def test_beds_are_the_servers_of_erlang_c(beds_only, beds, load_per_bed):
    seen = stretches(queue(beds, load_per_bed), beds_only, years=80)
    waits = erlang_c(beds, load_per_bed)

    share, error = mean_and_error(seen["breaches"] / seen["admissions"])
    assert share == pytest.approx(waits, abs=4 * error + WHOLE_HOURS * waits)
    assert error < 0.05 * waits  # so that the bound means something

    expected = waits * STAY / beds / (1 - load_per_bed)
    wait, error = mean_and_error(seen["wait"] / seen["admissions"] / TICKS_PER_HOUR)
    assert wait == pytest.approx(expected, abs=4 * error + WHOLE_HOURS * expected)
    assert error < 0.06 * expected

    busy, error = mean_and_error(seen["bed_time"] / TICKS_PER_HOUR / seen["hours"] / beds)
    assert busy == pytest.approx(load_per_bed, abs=4 * error)
    assert error < 0.01


def test_a_small_waiting_place_turns_away_as_many_as_erlang_says(beds_only):
    seen = stretches(queue(4, 0.9, waiting_places=2), beds_only, years=40)
    expected = erlang_loss(4, 2, 0.9)
    share, error = mean_and_error(seen["diverted"] / seen["arrivals"])
    assert share == pytest.approx(expected, abs=4 * error + WHOLE_HOURS * expected)
    assert error < 0.05 * expected
    assert (seen["arrivals"] - seen["diverted"] - seen["admissions"] <= 2).all()


def test_littles_law_holds_on_the_baseline_queue():
    """Patients waiting, summed over time, are waits summed over patients: L = λW along one path, exactly."""
    scenario = load(SCENARIOS / "baseline.toml")
    nobody_gives_up = {f"wards.{ward}.emergency_share": 1.0 for ward in scenario.wards}
    crowded = {"mechanisms.deterioration": False, "wards.acute_medicine.beds": 26}
    scenario = changed(scenario, nobody_gives_up | crowded)
    days = 120
    state = build_state(scenario, 1, days)
    area = 0
    for now in range(days * TICKS_PER_DAY):
        simulate(state, 1, now, now + 1)
        area += int(state.wards["queue"].sum())
    assert state.true["cancelled"].sum() == state.true["deaths_waiting"].sum() == 0
    waiting = state.patients[state.patients["place"] == WAITING]
    still = int((days * TICKS_PER_DAY - waiting["arrived"]).sum())
    assert area == int(state.true["wait"].sum()) + still
    assert area > 20 * TICKS_PER_DAY  # and there was a queue
