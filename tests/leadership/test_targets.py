"""A target's clock: what starts it, what it is recorded by, and who presses for it."""

import numpy as np
import pytest

from sim.scenario import Scenario, load
from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.rows import STAFF, WARD
from sim.state.vocabulary import STARTS_AT_ARRIVAL, STARTS_AT_BED, STOPS_AT_BED, STOPS_AT_CLERKING, TICKS_PER_HOUR
from sim.ward.flow import deadline_for_bed, stops_clock
from tests.limits.bench import SCENARIOS, a_patient, changed, run, share_error

BASELINE = load(SCENARIOS / "baseline.toml")
TIMES = 3_000


def stopped(waited=8, in_bed=2, deadline=8, starts=STARTS_AT_ARRIVAL, by_clock=0, pressure=0.0, corrects=0.5):
    """Share recorded as in time, of patients who waited so long from arrival and had a bed for some of it."""
    p = settings({"flow.corrects": corrects, "flow.near_enough": 1.25}, {})
    ward, recorder = WARD.table(1)[0], STAFF.table(1)[0]
    ward.target_starts, ward.target_deadline, ward.target_by_clock = starts, deadline, by_clock
    recorder.pressure = pressure
    for number in range(TIMES):
        patient = a_patient(identity=(1 << 40) + number * 64)
        patient.arrived, patient.admitted = 100 - waited, 100 - in_bed
        stops_clock(recorder, patient, ward, p, Chance(1, 100))
    assert ward.clocks_stopped == TIMES
    return ward.clocks_in_time / TIMES


def test_the_clock_runs_from_arrival_or_from_the_bed():
    assert stopped(waited=8, deadline=8) == 1.0
    assert stopped(waited=9, deadline=8) == 0.0
    assert stopped(waited=90, in_bed=8, deadline=8, starts=STARTS_AT_BED) == 1.0
    assert stopped(waited=90, in_bed=9, deadline=8, starts=STARTS_AT_BED) == 0.0


@pytest.mark.parametrize("pressure", [0.0, 0.4, 1.0])
def test_staff_who_are_pressed_put_right_what_is_just_over_and_a_clock_nothing(pressure):
    corrected = 0.5 * pressure
    near = stopped(waited=10, deadline=8, pressure=pressure)
    assert near == pytest.approx(corrected, abs=4 * share_error(corrected, TIMES))
    assert stopped(waited=11, deadline=8, pressure=pressure) == 0.0
    assert stopped(waited=10, deadline=8, pressure=pressure, by_clock=1) == 0.0


def test_the_wait_for_a_bed_is_too_long_by_the_target_if_that_is_about_beds_and_else_by_custom():
    p, ward = settings({"flow.deadline": 4.0}, {}), WARD.table(1)[0]
    ward.target_deadline = 6 * TICKS_PER_HOUR
    for stops, hours in ((STOPS_AT_BED, 6), (STOPS_AT_CLERKING, 4), (-1, 4)):
        ward.target_stops = stops
        assert deadline_for_bed(ward, p) == hours * TICKS_PER_HOUR


def with_target(dial: float, **target: object) -> Scenario:
    """The baseline with another target."""
    return changed(
        BASELINE, {"dials.target_pressure": dial} | {f"target.{key}": value for key, value in target.items()}
    )


SEEN_BY = {"title": "Seen at once", "starts": "bed", "stops": "clerked", "deadline": 0.5, "required_share": 1.0}


def test_a_target_that_few_can_meet_presses_those_who_see_it():
    """Seen on the wards alone it presses their leads, and nobody above, who would press in turn."""
    for audience, above in (("ward", False), ("division", True)):
        state = run(with_target(1.0, **SEEN_BY, audience=audience), 30)
        managers = state.managers[state.divisions["manager"]]
        assert (state.leads["pressure"] > 0.3).all()
        assert (managers["pressure"] > 0.3).all() == above
        assert managers["pressure"].any() == above


def test_a_clock_records_fewer_in_time_than_people_who_are_pressed():
    shares = {}
    for recorder in ("staff", "clock"):
        state = run(with_target(1.0, required_share=1.0, recorder=recorder), 500)
        shares[recorder] = state.wards["clocks_in_time"].sum() / state.wards["clocks_stopped"].sum()
        over = state.true["breaches"].sum() - state.observed["recorded_breaches"].sum()
        assert (over > 0) == (recorder == "staff")
    assert shares["clock"] < shares["staff"]


@pytest.mark.parametrize("target", [SEEN_BY, {"deadline": 1.0, "required_share": 1.0, "recorder": "clock"}])
def test_without_pressure_no_target_changes_anything_but_what_counts_as_too_late(target):
    usual, other = (run(with_target(0.0, **changes), 40) for changes in ({}, target))
    for table in ("patients", "nurses", "doctors", "managers", "true", "staffing", "funnel"):
        one, two = getattr(usual, table), getattr(other, table)
        columns = [name for name in one.dtype.names or () if name != "breaches"]
        if columns:
            assert all(np.array_equal(one[name], two[name]) for name in columns), table
        else:
            assert np.array_equal(one, two)
