"""Behaviours on their own, where a hospital as a whole may not show that something is wrong with one of them."""

import numpy as np
import pytest

from sim.agents.manager import boards_elsewhere
from sim.agents.standing import how_inviting, trust_of_stranger
from sim.leadership.encounters import is_busier, is_spoken_of, patient_looked_at, see_promise
from sim.leadership.goals import added_up, as_passed_on
from sim.state.chance import Chance
from sim.state.ledgers import OBSERVED, STAFFING, TRUE
from sim.state.parameters import settings
from sim.state.vocabulary import (
    BED,
    NEVER,
    NO_HAZARD,
    NOWHERE,
    NURSE,
    OBSERVATION,
    REPETITIVE,
    TICKS_PER_HOUR,
)
from sim.ward.constrained import seems_slow_to_team
from sim.ward.desks import has_more_to_answer_for
from sim.ward.errors import NOBODY, record_incident
from sim.ward.exceptions import attributes_at, posterior_mean
from sim.ward.flow import likely_to_come_back, moves_to_bed
from sim.ward.harm import omission_harms, suffers_preventable
from sim.ward.improvement import mends_or_patches
from sim.ward.physiology import recovers
from sim.ward.repetitive import misses_step
from sim.ward.rota import fills_gaps
from sim.ward.tasks import clear_plan
from sim.ward.turnover import is_followed
from sim.ward.unconstrained import begins_trial
from tests.limits.bench import build_state, everybody, small

NOW = Chance(1, 40)


@pytest.fixture
def state():
    return build_state(small(), 1, 1)


def test_a_patient_boards_after_the_time_for_it_where_her_ward_is_full_and_boarding_is_on(state):
    manager, patient = state.managers[0], state.patients[0]
    patient.arrived = 0
    after = 4 * TICKS_PER_HOUR
    for on in (True, False):
        p = settings({"flow.boards_after": 4.0}, {"boarding": on})
        assert boards_elsewhere(manager, patient, False, p, Chance(1, after)) == on
        assert not boards_elsewhere(manager, patient, False, p, Chance(1, after - 1))
        assert not boards_elsewhere(manager, patient, True, p, Chance(1, 10 * after))


def test_trust_in_a_stranger_is_full_at_most(state):
    p = settings({"leadership.trust_at_start": 0.9, "leadership.trusts_own": 0.5}, {})
    assert max(trust_of_stranger(profession, state.leads[0], p) for profession in range(4)) == 1.0


def test_who_hears_a_promise_sees_it_kept_only_if_it_is(state):
    team = everybody(state)
    speaker, lead = team.nurses[:2]
    p = settings({"voice.earshot": 1.0, "voice.overheard_counts": 0.5}, {})
    team.nurses["on_shift"] = 1
    for kept in (False, True):
        team.nurses["promises_heard"] = team.nurses["promises_seen"] = 0
        see_promise(speaker, lead, team.nurses, kept, 7, p, NOW)
        assert team.nurses["promises_heard"].max() == 50
        assert np.array_equal(team.nurses["promises_seen"], kept * team.nurses["promises_heard"])


def test_a_lead_speaks_only_of_a_patient_who_is_still_there_and_once(state):
    role, beds = state.leads[0], state.patients[:6]
    beds["place"] = BED
    role.looked_at = 3
    assert patient_looked_at(role, beds) == 2
    beds[2].place = NOWHERE
    assert patient_looked_at(role, beds) == NOBODY
    beds[2].place = BED
    is_spoken_of(role, NOW)
    assert patient_looked_at(role, beds) == NOBODY


def test_among_equals_the_lower_key_comes_first(state):
    one, other = state.nurses[0], state.nurses[1]
    one.identity, other.identity = 4, 5
    one.waiting = other.waiting = 3
    assert is_busier(one, other)
    assert not is_busier(other, one)
    other.waiting = 4
    assert is_busier(other, one)
    one, other = state.doctors[0], state.doctors[1]
    one.identity, other.identity = 4, 5
    one.poor_to_review = other.poor_to_review = 2
    assert has_more_to_answer_for(one, other)
    assert not has_more_to_answer_for(other, one)
    other.poor_to_review = 3
    assert has_more_to_answer_for(other, one)


def test_a_layer_passes_a_goal_on_as_it_is_where_layers_lose_nothing():
    for layers, expected in ((True, 0.7), (False, 0.4)):
        assert as_passed_on(0.4, 1.0, settings({"goals.lost": 0.5}, {"layers": layers})) == pytest.approx(expected)


def test_what_people_want_is_added_up_in_millionths(state):
    state.nurses["weights"] = 0.25
    assert added_up(state.nurses, 2) == 250_000 * len(state.nurses)


def test_no_team_reconsiders_where_reconsideration_is_off(state):
    doctor, patient = state.doctors[0], state.patients[0]
    patient.effect = 0.0
    seen = {
        on: sum(
            seems_slow_to_team(doctor, patient, settings({}, {"reconsideration": on}), Chance(1, t)) for t in range(50)
        )
        for on in (True, False)
    }
    assert seen[True] > 25
    assert seen[False] == 0


def test_each_layer_loses_as_many_attributes_as_the_parameter_says():
    for lost in (0, 1, 2):
        for layer in (0, 1, 2):
            changes = {"control.attributes_seen": 4, "control.lost_per_layer": lost}
            assert attributes_at(layer, settings(changes, {"layers": True})) == max(0, 4 - layer * lost)
            assert attributes_at(layer, settings(changes, {"layers": False})) == 4


def test_where_all_cases_are_alike_a_cue_without_noise_teaches_nothing():
    assert posterior_mean(1.0, 0.5, 0.0, 0.0) == 0.5
    assert posterior_mean(1.0, 0.5, 2.0, 0.0) == 1.0
    assert posterior_mean(1.0, 0.5, 1.0, 1.0) == 0.75


def test_who_moves_to_a_bed_leaves_an_empty_place_behind(state):
    bed, place = 0, len(state.patients) - 1
    state.patients[place].identity, state.patients[place].frailty = 77, 0.5
    moves_to_bed(state.patients, place, bed)
    assert (state.patients[bed].identity, state.patients[bed].frailty) == (77, 0.5)
    assert (state.patients[place].identity, state.patients[place].place) == (0, NOWHERE)


def test_a_return_is_as_likely_as_frailty_recovery_and_letter_say(state):
    p = settings({"flow.comes_back": 0.02, "flow.frail_come_back": 0.1, "flow.gap_brings_back": 0.05}, {})
    patient = state.patients[0]
    patient.frailty, patient.discharge_gap, patient.recovery_needed = 0.5, 1, 96.0
    for left, expected in ((24.0, 0.37), (0.0, 0.12), (-5.0, 0.12)):
        patient.recovery_left = left
        assert likely_to_come_back(patient, p) == pytest.approx(expected, abs=1e-6)


def test_one_event_and_one_report_count_as_one(state):
    patient, true, observed = state.patients[0], TRUE.table(1)[0], OBSERVED.table(1)[0]
    before = patient.copy()
    suffers_preventable(patient, 12.0, true)
    assert (patient.preventable_events - before.preventable_events, true.preventable_events) == (1, 1)
    assert patient.harm - before.harm == 12.0
    record_incident(patient, False, observed)
    assert (patient.incident_reports - before.incident_reports, observed.incident_reports) == (1, 1)
    assert (patient.reports_of_harm - before.reports_of_harm, observed.reports_of_harm) == (0, 0)
    record_incident(patient, True, observed)
    assert (patient.incident_reports - before.incident_reports, observed.incident_reports) == (2, 2)
    assert (patient.reports_of_harm - before.reports_of_harm, observed.reports_of_harm) == (1, 1)


def test_care_left_undone_harms_nobody_where_harm_is_off(state):
    patient, counts = state.patients[0], TRUE.table(1)[0]
    changes = {"errors.omission_harms.observation": 1.0, "errors.harm_level": 1.0}
    for on in (True, False):
        assert omission_harms(patient, OBSERVATION, settings(changes, {"harm": on}), NOW, counts) == on
    assert (counts.harmful_omissions, counts.preventable_events) == (1, 1)


def test_where_no_hazard_is_none_is_mended(state):
    ward, staffing = state.wards[0], STAFFING.table(1)[0]
    ward.hazard_kind[:] = NO_HAZARD
    ward.hazard_taken_up[3] = 1
    mends_or_patches(ward, 3, staffing, settings({}, {}), NOW)
    assert staffing.hazards_mended == 0
    ward.hazard_kind[3] = 0
    ward.hazard_taken_up[3] = 1
    mends_or_patches(ward, 3, staffing, settings({}, {}), NOW)
    assert staffing.hazards_mended == 1


@pytest.mark.parametrize(("fit_since", "delayed"), [(-1, 0), (0, TICKS_PER_HOUR), (9, TICKS_PER_HOUR)])
def test_an_hour_in_bed_is_delay_from_the_tick_on_which_the_patient_was_found_fit(state, fit_since, delayed):
    patient, counts = state.patients[0], TRUE.table(1)[0]
    patient.fit_since = fit_since
    recovers(patient, settings({}, {}), counts)
    assert (counts.bed_time, counts.delayed_time) == (TICKS_PER_HOUR, delayed)


def test_no_step_is_missed_of_a_pathway_that_was_set_aside(state):
    patient, p = state.patients[0], settings({}, {})
    patient.mode, patient.effect = REPETITIVE, 0.25
    patient.set_aside = 1
    before = patient.copy()
    misses_step(patient, 0.9, p)
    assert patient.tobytes() == before.tobytes()
    patient.set_aside = 0
    misses_step(patient, 0.9, p)
    assert patient.effect != before.effect


def test_a_cleared_plan_holds_no_task(state):
    patient = state.patients[0]
    patient.due[:] = 5
    clear_plan(patient)
    assert (patient.due == NEVER).all()


def test_a_trial_is_of_an_element_that_was_not_tried_and_counts_as_tried(state):
    doctor, patient, counts, p = state.doctors[0], state.patients[0], TRUE.table(1)[0], settings({}, {})
    patient.tried = 0b101
    treatment = int(patient.treatment)
    begins_trial(doctor, patient, 0.5, 0, counts, p, NOW)
    assert not 0b101 & 1 << patient.trial
    assert patient.tried == 0b101 | 1 << patient.trial
    assert patient.treatment == treatment ^ 1 << patient.trial
    assert counts.trials == 1


def test_who_follows_in_a_post_brings_a_nature_that_does_not_change_with_the_day(state):
    natures = set()
    for tick in (0, 40, 5_000):
        state = build_state(small(), 1, 1)
        person, ward, role = state.nurses[0], state.wards[0], state.leads[0]
        p = settings({}, {"leadership": False})
        is_followed(person, state.groups[person.group], ward, role, p, Chance(1, tick))
        assert person.profession == NURSE
        natures.add((int(person.identity), float(person.inviting)))
        assert person.inviting == pytest.approx(how_inviting(person, role, p, Chance(1, 0)), abs=1e-6)
    assert len(natures) == 1


@pytest.mark.parametrize(("absent", "covered"), [(1, 0), (2, 0), (5, 5)])
def test_cover_is_booked_where_the_gap_costs_more_than_cover_does(state, absent, covered):
    p = settings(
        {"staffing.cover_price": 1.0, "staffing.cover_available": 1.0}, {"devolved_cover": False, "shared_goals": False}
    )
    manager, nurses, number = state.managers[0], state.nurses, int(state.nurses[0].group)
    morning = Chance(1, 30)
    manager.weights[:] = 0.25  # a gap of more than half of the shift is worth its cover
    nurses["group"], nurses["cover_shifts"] = number, 0
    nurses["absent"][:absent] = 1
    nurses["on_shift"][absent:] = 1
    nurses["shift_began"][absent:] = morning.tick
    fills_gaps(
        manager,
        state.managers[-1],
        state.leads[0],
        nurses,
        number,
        state.groups[number],
        STAFFING.table(1)[0],
        p,
        morning,
    )
    assert len(nurses) == 6
    assert nurses["cover_shifts"].sum() == covered
