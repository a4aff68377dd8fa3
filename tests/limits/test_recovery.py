"""How care makes patients better in each mode, against what its own theory says.

Repetitive: adherence. Constrained: a choice by skill. Unconstrained: Kauffman's landscapes.
Bounds are four standard errors.
"""

import math

import numpy as np
import pytest
from scipy import stats
from sim.ward.care_modes import does_step, landscape_effect, reviews_choice, reviews_trial

from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.rows import ELEMENTS_OF_TREATMENT
from sim.state.vocabulary import CONSTRAINED, CONSULTANT, MODES, REPETITIVE, STAFF_NURSE, UNCONSTRAINED
from tests.limits.bench import a_patient, build_state, changed, ledgers, only, person, run, share_error, small

COMBINATIONS = 1 << ELEMENTS_OF_TREATMENT


@pytest.mark.parametrize("mode", MODES)
def test_recovery_is_weibull_with_the_mean_and_shape_of_its_mode(mode):
    mean, shape = {"repetitive": (80.0, 1.5), "constrained": (50.0, 0.8), "unconstrained": (120.0, 1.0)}[mode]
    scenario = small(
        divisions__medicine__waiting_places=400,
        wards__six_beds__arrivals_per_day=60.0,
        wards__six_beds__emergency_share=1.0,  # nobody gives up waiting
        wards__six_beds__beds=1,
        wards__six_beds__mode_mix={name: float(name == mode) for name in MODES},
        **{f"flow__recovery__{mode}": mean, f"flow__recovery_shape__{mode}": shape},
    )
    scenario = changed(scenario, only())
    patients = np.concatenate([run(scenario, 6, seed).patients for seed in range(1, 6)])
    needed = patients["recovery_needed"][patients["place"] > 0]
    scale = mean / math.gamma(1 + 1 / shape)
    assert len(needed) > 1_600
    assert needed.mean() == pytest.approx(mean, abs=4 * needed.std() / math.sqrt(len(needed)))
    # Nobody needs less than an hour, so the distribution is compared above it.
    above = needed[needed > 1]
    start = stats.weibull_min.cdf(1, shape, scale=scale)
    fit = stats.kstest(above, lambda hours: (stats.weibull_min.cdf(hours, shape, scale=scale) - start) / (1 - start))
    assert fit.pvalue > 0.001


@pytest.mark.parametrize(("habit", "hurried", "boarded"), [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)])
def test_progress_in_repetitive_care_is_adherence(habit, hurried, boarded):
    p = settings({}, {})
    state = build_state(small(), 1, 1)
    nurse, ward = person(state, "nurses", STAFF_NURSE), state.wards[0]
    nurse.habit, nurse.hurried = 0.5, hurried
    p.on.habit = habit
    follows = p.modes.design_floor + (1 - p.modes.design_floor) * ward.pathway_design
    follows *= 1 - 0.5 * p.modes.habit_departs * habit
    follows *= 1 - p.modes.hurry_departs * hurried
    follows *= p.modes.boarders_step if boarded else 1.0
    _, true, _ = ledgers()
    patients, steps = 200, 15
    on_pathway = np.empty(patients)
    for number in range(patients):
        patient = a_patient(REPETITIVE)
        patient.on_pathway, patient.boarded, patient.fits_pathway = 1.0, boarded, number % 2
        for step in range(steps):
            does_step(nurse, patient, ward, 0, true, p, Chance(1, number * steps + step))
        on = patient.on_pathway
        quality = ward.pathway_quality if patient.fits_pathway else p.modes.misfit_effect
        assert patient.effect == pytest.approx(on * quality + (1 - on) * p.modes.off_pathway_effect)
        on_pathway[number] = on
    done = patients * steps
    assert true.steps == nurse.steps == done
    assert true.steps_followed / done == pytest.approx(follows, abs=4 * share_error(follows, done))
    # An exponential average that began at 1.
    memory = p.modes.step_memory
    forgotten = (1 - memory) ** steps
    expected = follows + (1 - follows) * forgotten
    spread = math.sqrt(follows * (1 - follows) * memory / (2 - memory) * (1 - forgotten**2))
    assert on_pathway.mean() == pytest.approx(expected, abs=4 * spread / math.sqrt(patients))


@pytest.mark.parametrize("skill", [0.0, 0.4, 1.0])
def test_first_choices_are_right_as_often_as_skill_says(skill):
    options, best, choices = 4, 0.85, 2_500
    p = settings({"modes.options": options, "modes.chooses_best": best}, {"colleague_check": False})
    state = build_state(small(), 1, 1)
    doctor = person(state, "doctors", CONSULTANT)
    doctor.skill = skill
    funnel, true, observed = ledgers()
    right = 0
    wrong = np.zeros(options)
    for now in range(choices):
        patient = a_patient(CONSTRAINED)
        patient.best_option = 2
        reviews_choice(doctor, patient, 0, state.nurses, state.doctors, funnel, true, observed, p, Chance(1, now))
        is_right = patient.option == patient.best_option
        assert patient.effect == (1.0 if is_right else p.modes.wrong_option_effect)
        right += is_right
        wrong[patient.option] += not is_right
    expected = 1 / options + (best - 1 / options) * skill
    assert right / choices == pytest.approx(expected, abs=4 * share_error(expected, choices))
    assert true.wrong_choices == choices - right == wrong.sum()
    others = wrong[[0, 1, 3]]  # each wrong option as likely as any other
    assert stats.chisquare(others).pvalue > 0.001


def test_adaptive_walks_reach_the_best_treatment_where_elements_do_not_interact():
    p = settings({"modes.interactions": 0, "modes.reading_noise": 0.0}, {"mistakes": False})
    state = build_state(small(), 1, 1)
    doctor = person(state, "doctors", CONSULTANT)
    funnel, true, observed = ledgers()
    reviews = 120  # enough to try each of eight elements: missed with a chance of 1e-6
    for number in range(12):
        patient = a_patient(UNCONSTRAINED, identity=(7 << 32) + number * 32)
        patient.treatment = number * 21
        effects = [landscape_effect(patient, treatment, p, Chance(1, 0)) for treatment in range(COMBINATIONS)]
        patient.effect = effects[patient.treatment]
        for now in range(reviews):
            reviews_trial(doctor, patient, 0, funnel, true, observed, p, Chance(1, number * reviews + now))
        kept = max(patient.effect, effects[patient.treatment ^ (1 << patient.trial)])
        assert kept == pytest.approx(max(effects))
    assert true.wrong_choices == 0


def test_the_best_of_independent_elements_is_the_mean_of_the_higher_of_two_uniforms():
    p = settings({"modes.interactions": 0}, {})
    best = []
    for number in range(250):
        patient = a_patient(UNCONSTRAINED, identity=(9 << 32) + number * 32)
        none = landscape_effect(patient, 0, p, Chance(1, 0))
        gains = [landscape_effect(patient, 1 << element, p, Chance(1, 0)) - none for element in range(8)]
        best.append(none + sum(gain for gain in gains if gain > 0))
    error = math.sqrt(1 / 18 / ELEMENTS_OF_TREATMENT / len(best))  # variance of the higher of two uniforms: 1/18
    assert np.mean(best) == pytest.approx(2 / 3, abs=4 * error)


@pytest.mark.parametrize("interactions", [0, 3, 7])
def test_neighbouring_treatments_are_as_alike_as_kauffman_says(interactions):
    """Correlation of one-change neighbours is 1 − (K + 1) / N: smooth at K = 0, random at K = 7."""
    p = settings({"modes.interactions": interactions}, {})
    variance = 1 / 12 / ELEMENTS_OF_TREATMENT
    alike = []
    for number in range(60):
        patient = a_patient(UNCONSTRAINED, identity=(5 << 32) + number * 32)
        effects = np.array([landscape_effect(patient, treatment, p, Chance(3, 9)) for treatment in range(COMBINATIONS)])
        changes = np.arange(COMBINATIONS)[:, None] ^ (1 << np.arange(ELEMENTS_OF_TREATMENT))
        alike.append(((effects[:, None] - 0.5) * (effects[changes] - 0.5)).mean() / variance)
    error = np.std(alike, ddof=1) / math.sqrt(len(alike))
    assert error < 0.12
    assert np.mean(alike) == pytest.approx(1 - (interactions + 1) / ELEMENTS_OF_TREATMENT, abs=4 * error)
