"""How care makes patients better in each mode, against what its own theory says.

Repetitive: adherence. Constrained: one doctor's choice by skill; a team's is in `test_pooling`. Unconstrained
care is in `test_landscape`.
Bounds are four standard errors.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    CHANCES,
    CONSTRAINED,
    CONSULTANT,
    MADE,
    MODES,
    REACHED,
    REPETITIVE,
    STAFF_NURSE,
    TREATMENT_MISTAKE,
)
from sim.ward.constrained import option_effect, reviews_choice, suits
from sim.ward.repetitive import does_step, misses_step, pathway_effect
from tests.limits.bench import (
    a_patient,
    build_state,
    changed,
    everybody,
    heeding,
    ledgers,
    only,
    outspoken,
    person,
    run,
    share_error,
    small,
)

ALONE = ("pooling", "preferences", "contingency")  # without these a doctor chooses alone


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
    p.on.colleague_check = p.on.own_check = 0  # nobody brings her back to the pathway
    funnel, true, observed = ledgers()
    patients, steps = 200, 15
    on_pathway = np.empty(patients)
    for number in range(patients):
        patient = a_patient(REPETITIVE)
        patient.on_pathway, patient.boarded, patient.fits_pathway = 1.0, boarded, number % 2
        for step in range(steps):
            chance = Chance(1, number * steps + step)
            does_step(nurse, patient, 0, everybody(state), ward, funnel, true, observed, p, chance)
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
    p = settings({"modes.options": options, "modes.doctor_sees": best}, dict.fromkeys(ALONE, False))
    state = build_state(small(), 1, 1)
    doctor = person(state, "doctors", CONSULTANT)
    doctor.skill = skill
    funnel, true, observed = ledgers()
    right = 0
    wrong = np.zeros(options)
    for now in range(choices):
        patient = a_patient(CONSTRAINED)
        patient.clinical_option = patient.best_option = 2
        reviews_choice(doctor, patient, 0, everybody(state), state.wards[0], funnel, true, observed, p, Chance(1, now))
        is_right = patient.option == patient.best_option
        assert patient.effect == (1.0 if is_right else p.modes.wrong_option_effect)
        right += is_right
        wrong[patient.option] += not is_right
    expected = 1 / options + (best - 1 / options) * skill
    assert right / choices == pytest.approx(expected, abs=4 * share_error(expected, choices))
    assert true.wrong_choices == choices - right == wrong.sum()
    others = wrong[[0, 1, 3]]  # each wrong option as likely as any other
    assert stats.chisquare(others).pvalue > 0.001


@pytest.mark.parametrize("asked", [0, 1])
@pytest.mark.parametrize(("option", "works"), [(0, True), (1, True), (2, False), (3, False)])
def test_an_option_works_on_the_body_and_is_a_mistake_or_not_whoever_asked(option, works, asked):
    p = settings({"modes.wrong_option_effect": 0.4}, {})
    patient = a_patient(CONSTRAINED)
    patient.clinical_option, patient.best_option = 0, 1
    patient.option, patient.asked = option, asked
    assert suits(patient, option) == works
    assert option_effect(patient, p) == (1.0 if works else 0.4)


def test_no_stay_goes_wrong_by_an_option_that_suits_the_patient():
    """With every patient's values against the disease, and everybody asked, both options are right."""
    values = {"modes.options": 2, "modes.prefers_other": 1.0, "modes.asks_patient": 1.0}
    scenario = changed(small(wards__six_beds__mode_mix={m: float(m == "constrained") for m in MODES}), values)
    state = run(scenario, 120)
    mistakes = state.funnel[:, CONSTRAINED, TREATMENT_MISTAKE].sum(axis=(0, 1))
    assert mistakes[CHANCES] > 20
    assert mistakes[MADE] == mistakes[REACHED] == 0
    assert 0 < state.true["fitting_choices"].sum() < state.true["treatment_choices"].sum()


@pytest.mark.parametrize(("sees", "errs"), [(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)])
def test_a_pathway_is_set_aside_for_whom_it_seems_wrong(sees, errs):
    """Where misfit is always seen, asked about and heeded, every patient whom the pathway does not fit is spared it."""
    values = {"modes.sees_misfit": sees, "modes.sees_fit_as_misfit": errs, "voice.stake_in_override": 1.0}
    scenario = changed(small(wards__six_beds__mode_mix={m: float(m == "repetitive") for m in MODES}), values)
    scenario = changed(scenario, outspoken(0.9) | heeding(1.0) | {"wards.six_beds.pathway.fit": 0.5})
    state = run(scenario, 200)
    set_aside, rightly = (state.true[name].sum() for name in ("set_aside", "set_aside_rightly"))
    admitted = state.true["admissions"].sum()
    assert rightly == (set_aside if sees else 0)
    if sees or errs:
        assert set_aside > 0.3 * admitted  # half of them, but for nights without a doctor and stays without a step
    else:
        assert set_aside == 0


def test_a_pathway_set_aside_helps_whom_it_does_not_fit():
    p = settings({"modes.tailored_effect": 0.7, "modes.misfit_effect": 0.5, "modes.off_pathway_effect": 0.4}, {})
    quality = 0.9
    patient = a_patient(REPETITIVE)
    patient.on_pathway = 1.0
    effects = {}
    for fits in (0, 1):
        for set_aside in (0, 1):
            patient.fits_pathway, patient.set_aside = fits, set_aside
            effects[fits, set_aside] = pathway_effect(patient, quality, p)
    assert effects == {(0, 0): 0.5, (0, 1): 0.7, (1, 0): quality, (1, 1): 0.4}


def test_a_step_left_undone_leaves_the_pathway_as_one_done_otherwise_does():
    p = settings({}, {})
    patient = a_patient(REPETITIVE)
    patient.on_pathway, patient.fits_pathway = 1.0, 1
    misses_step(patient, 0.9, p)
    assert patient.on_pathway == pytest.approx(1 - p.modes.step_memory)
    assert patient.effect == pathway_effect(patient, 0.9, p) < 0.9
