"""Virtual observers see what their method lets them see, and nothing that they do changes what happens."""

import numpy as np
import pytest

from sim.state.chance import Chance
from sim.state.ledgers import OBSERVED, STAFFING
from sim.state.parameters import settings
from sim.state.vocabulary import (
    DOSE_SLIP,
    LONG_SHIFT,
    MISREAD_TERM,
    NURSE,
    REACHED,
    SHORT_SHIFT,
    STAFF_NURSE,
    TICKS_PER_DAY,
)
from sim.ward.observers import attributed_stay, keeps_logbook, reviews_chart
from tests.limits.bench import a_patient, build_state, changed, person, run, small

DAYS = 60
ALL_SEEN = {
    f"observers.{name}": 1.0
    for name in ("chart_finds_event", "chart_judges_right", "chart_finds_harmless", "watcher_sees", "study_finds_error")
}
BLIND = {name: 0.0 for name in ALL_SEEN}
KEPT_BY_STUDIES = (
    *("doses_seen_wrong", "doses_interrupted_wrong", "charts_with_event", "charts_preventable", "charts_reported"),
    *("charts_extra_stay", "incidents_found", "medication_errors_found", "medication_errors_harmed"),
)


@pytest.fixture(scope="module")
def all_seen():
    return run(changed(small(), ALL_SEEN), DAYS)


@pytest.fixture(scope="module")
def blind():
    return run(changed(small(), BLIND), DAYS)


def reached(state, *kinds):
    return sum(state.funnel[:, :, kind, :, REACHED].sum() for kind in kinds)


def test_who_sees_everything_finds_what_happened(all_seen):
    true, seen = all_seen.true, all_seen.observed
    assert seen["doses_seen_wrong"].sum() == reached(all_seen, DOSE_SLIP, MISREAD_TERM) > 0
    assert seen["charts_with_event"].sum() == true["harmed"].sum() > 0
    assert seen["incidents_reported"].sum() == seen["incident_reports"].sum()


def test_incidents_are_errors_that_reached_patients_and_harm_of_any_other_kind():
    in_beds = changed(small(), ALL_SEEN | {"mechanisms.misfortune": False})
    state = run(in_beds, DAYS)
    found = state.funnel[..., REACHED].sum() + state.true["harmful_omissions"].sum()
    assert state.observed["incidents_found"].sum() == found
    with_misfortune = changed(in_beds, {"mechanisms.misfortune": True, "mechanisms.slips": False})
    state = run(with_misfortune, DAYS)
    errors = state.funnel[..., REACHED].sum() + state.true["harmful_omissions"].sum()
    others = state.true["other_events"].sum()
    assert 0 < state.observed["incidents_found"].sum() - errors <= others  # those who wait for a bed have no chart yet


def test_harm_that_nobody_could_prevent_is_reported_like_other_harm():
    bold = {"errors.recognises_harm": 1.0, "voice.report_takes": 0.0, "voice.fear": 0.0, "voice.stake_in_report": 1.0}
    sure = {"voice.acted_on_at_start": 1.0, "voice.temper": 0.01, "voice.status_weighs": 0.0, "voice.busy_weighs": 0.0}
    alone = {"errors.harm_level": 0.0, "dials.hold": True, "errors.recognises_harmless": 0.0}
    state = run(changed(small(), {**bold, **sure, **alone, **ALL_SEEN}), DAYS)
    seen = state.observed
    assert state.true["preventable_events"].sum() == 0
    assert seen["reports_of_harm"].sum() == seen["incident_reports"].sum() > 0
    assert 0 < seen["charts_reported"].sum() <= seen["charts_with_event"].sum()


def test_who_sees_nothing_knows_only_what_is_reported(blind):
    seen = blind.observed
    for column in KEPT_BY_STUDIES:
        if column != "incidents_found":
            assert not seen[column].any(), column
    assert seen["incidents_found"].sum() == seen["incidents_reported"].sum() == seen["incident_reports"].sum()


def test_observers_change_nothing_that_happens(all_seen, blind):
    for table in ("true", "staffing", "series", "nurses", "doctors", "patients", "wards"):
        ours, theirs = getattr(all_seen, table), getattr(blind, table)
        assert ours.tobytes() == theirs.tobytes(), table
    assert np.array_equal(all_seen.funnel, blind.funnel)


def test_charts_split_harm_as_it_was_where_reviewers_judge_rightly(all_seen):
    assert all_seen.observed["charts_preventable"].sum() == all_seen.true["preventably_harmed"].sum()


def test_stay_is_put_down_to_harm_by_its_share_of_recovery():
    patient = a_patient()
    patient.admitted, patient.recovery_needed = 0, 60.0
    patient.harm = 0.0
    assert attributed_stay(patient, Chance(1, 12 * TICKS_PER_DAY)) == 0
    patient.harm = 120.0
    assert attributed_stay(patient, Chance(1, 12 * TICKS_PER_DAY)) == 8 * TICKS_PER_DAY


def test_a_stay_without_a_finding_is_only_counted_as_reviewed():
    patient = a_patient()
    patient.incident_reports = patient.reports_of_harm = 3
    seen = OBSERVED.table(1)[0]
    reviews_chart(patient, seen, settings({}, {}), Chance(1, 1000))
    assert seen.charts_reviewed == 1
    assert seen.charts_with_event == seen.charts_reported == 0


@pytest.mark.parametrize("known", [1, 4])
def test_a_logbook_misses_each_error_by_itself(known):
    p = settings({"observers.logs_error": 0.2}, {})
    staffing = STAFFING.table(1)[0]
    nurse = person(build_state(small(), 1, 1), "nurses", STAFF_NURSE)
    assert nurse.profession == NURSE
    shifts = 4_000
    for tick in range(100, 100 + shifts):
        nurse.shift_began, nurse.own_errors = tick - (50 if tick % 2 else 48), known
        keeps_logbook(nurse, staffing, p, Chance(1, tick))
    assert staffing.shifts_logged[LONG_SHIFT] == staffing.shifts_logged[SHORT_SHIFT] == shifts // 2
    expected = 1 - 0.8**known
    error = 4 * np.sqrt(expected * (1 - expected) / (shifts // 2))
    assert staffing.shifts_with_error / (shifts // 2) == pytest.approx([expected] * 2, abs=error)
