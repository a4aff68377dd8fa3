"""What care takes of those who give it: time, a second thought, a plan, honesty."""

import numpy as np
import pytest

from sim.agents.doctor import admits_failure
from sim.agents.staff import chooses_tasks
from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    CONSTRAINED,
    CONSULTANT,
    DETERIORATING,
    FAILURE_TO_RESCUE,
    OBSERVATION,
    PERSON,
    REACHED,
    STABLE,
    STAFF_NURSE,
    UNCONSTRAINED,
)
from sim.ward.constrained import is_reconsidered, prepares_choice
from sim.ward.physiology import responds_to_treatment
from sim.ward.rescue import lives_an_hour
from sim.ward.rota import goes_home
from sim.ward.unconstrained import NO_TRIAL, reading
from tests.limits.bench import a_patient, build_state, changed, everybody, heeding, ledgers, outspoken, person, small

DRAWS = (np.arange(2_000) + 0.5) / 2_000


def test_who_is_taken_up_does_no_task_for_as_long_as_it_takes():
    p = settings({}, {})
    state = build_state(small(), 1, 1)
    nurse = person(state, "nurses", STAFF_NURSE)
    nurse.first_bed, nurse.end_bed, nurse.engaged = 0, 6, 3
    bed = state.patients[0]
    bed.place, bed.due[OBSERVATION] = 2, 0
    chosen = []
    for now in range(5):
        chooses_tasks(nurse, state.patients[:6], state.wards[0], p, Chance(1, now))
        chosen.append(int(nurse.task[0]))
    assert chosen == [-1, -1, -1, OBSERVATION, OBSERVATION]


def test_what_was_begun_late_is_finished_on_the_next_shift_but_not_by_an_agency():
    state = build_state(small(), 1, 1)
    for cover, left in ((0, 2), (1, 0)):
        nurse = person(state, "nurses", STAFF_NURSE)
        nurse.engaged, nurse.cover, nurse.safety_heard = 2, cover, 100
        goes_home(nurse)
        assert nurse.engaged == left
        assert nurse.safety_heard == (0 if cover else 100)


@pytest.mark.parametrize(("asks", "plans"), [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)])
def test_asking_and_planning_take_the_time_that_parameters_say(asks, plans):
    values = {"modes.asks_patient": asks, "modes.makes_plan": plans, "modes.asking_takes": 2, "modes.planning_takes": 3}
    p = settings(values, {})
    state = build_state(small(), 1, 1)
    doctor, patient = person(state, "doctors", CONSULTANT), a_patient(CONSTRAINED)
    _, true, _ = ledgers()
    prepares_choice(doctor, patient, 0, true, p, Chance(1, 0))
    assert doctor.engaged == 2 * asks + 3 * plans
    assert (patient.asked, patient.plan_made) == (asks, plans)


@pytest.mark.parametrize(("readings", "learned", "further"), [(1, 0, 0), (3, 0, 0), (1, 2, 0), (2, 1, 1)])
def test_rigour_narrows_a_reading_and_takes_time(readings, learned, further):
    p = settings({"modes.readings": readings, "modes.reading_takes": 1, "modes.reading_noise": 0.3}, {})
    state = build_state(small(), 1, 1)
    doctor, patient = person(state, "doctors", CONSULTANT), a_patient(UNCONSTRAINED)
    patient.effect, patient.trial = 0.5, NO_TRIAL
    doctor.rigour = learned
    number = readings + learned + further
    read = []
    for now in range(2_000):
        patient.further_readings = further
        read.append(reading(doctor, patient, 0, p, Chance(1, now)))
        assert patient.further_readings == 0
    assert doctor.engaged == 2_000 * (number - 1)
    assert np.std(read) == pytest.approx(0.3 / np.sqrt(3 * number), rel=0.06)
    assert np.mean(read) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("safe", [0.0, 0.4, 1.0])
def test_a_failed_trial_is_admitted_the_more_likely_the_safer_voice_seems(safe):
    p = settings({"modes.admits_anyway": 0.5}, {})
    doctor = person(build_state(small(), 1, 1), "doctors", CONSULTANT)
    doctor.voice_is_safe = safe
    assert np.mean([admits_failure(doctor, p, draw) for draw in DRAWS]) == pytest.approx(0.5 + 0.5 * safe, abs=0.001)
    p.on.honesty = 0
    assert all(admits_failure(doctor, p, draw) for draw in DRAWS)


@pytest.mark.parametrize("plan", [0, 1])
def test_a_plan_makes_a_response_likelier_to_work(plan):
    p = settings({"physiology.response_works.deteriorating": 0.3, "modes.plan_helps": 2.0}, {})
    worked = 0
    for draw in DRAWS:
        patient = a_patient()
        patient.state, patient.plan_made = DETERIORATING, plan
        worked += responds_to_treatment(patient, p, draw)
        assert (patient.state == STABLE) == (draw < 0.3 * (1 + plan))
    assert worked / len(DRAWS) == pytest.approx(0.3 * (1 + plan), abs=0.001)


@pytest.mark.parametrize("effect", [1.0, 0.4])
@pytest.mark.parametrize("on", [True, False])
def test_a_choice_is_thought_over_where_progress_seems_slow_and_somebody_says_so(effect, on):
    """Without noise slow means slow: the doctor sees it, or else the nurse does, speaks and is heeded."""
    doctor_sees, nurse_sees, speaks, heeds = 0.3, 0.6, 0.7, 0.5
    values = outspoken(speaks) | heeding(heeds) | {"voice.stake.treatment_mistake": 1.0, "modes.progress_noise": 0.0}
    sees = {"modes.slow_below": 0.7, "modes.reconsiders": doctor_sees, "modes.notices_slow_progress": nurse_sees}
    p = settings(values | sees, {"learned_voice": False, "reconsideration": on})
    state = build_state(changed(small(), values), 1, 1)
    doctor, nurse = person(state, "doctors", CONSULTANT), person(state, "nurses", STAFF_NURSE)
    doctor.skill, nurse.first_bed, nurse.end_bed, doctor.bed[0] = 1.0, 0, 6, 0
    patient = a_patient(CONSTRAINED)
    patient.effect = effect
    _, true, _ = ledgers()
    times = 4_000
    again = sum(is_reconsidered(doctor, patient, 0, everybody(state), true, p, Chance(1, now)) for now in range(times))
    expected = doctor_sees + (1 - doctor_sees) * nurse_sees * speaks * heeds
    if effect < 0.7 and on:
        assert again / times == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / times))
    else:
        assert again == 0


def test_the_nurse_who_covers_the_bed_reports_a_failure_to_rescue():
    certain = {"physiology.turns_critical": 1.0, "errors.recognises_harmless": 1.0, "errors.recognises_harm": 1.0}
    p = settings(certain | {"physiology.dies.deteriorating": 0.0} | outspoken(0.9), {"misfortune": False})
    p.voice.report_takes = 0.0
    state = build_state(changed(small(), outspoken(0.9)), 1, 1)
    state.nurses["on_shift"][:2] = 1
    state.nurses["first_bed"][:2], state.nurses["end_bed"][:2] = (0, 3), (3, 6)
    for bed, who in ((1, 0), (4, 1)):
        state.nurses["reported"] = 0
        funnel, true, observed = ledgers()
        for now in range(40):
            patient = a_patient()
            patient.state = DETERIORATING
            table = np.array([true]).view(np.recarray), np.array([observed]).view(np.recarray)
            lives_an_hour(patient, bed, everybody(state), funnel, *table, p, Chance(1, now))
        assert funnel[0, FAILURE_TO_RESCUE, PERSON, REACHED] == 40
        assert state.nurses["reported"].tolist()[:2] == [int(who == 0), int(who == 1)]
