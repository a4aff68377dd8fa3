"""Unconstrained care: Kauffman's landscapes, and what a protocol is worth on them.

Every landscape here has N = 8 elements and is looked at whole, all 256 treatments. Bounds are four standard
errors.
"""

import math

import numpy as np
import pytest

from sim.state.behaviours import compiled
from sim.state.chance import Chance
from sim.state.ledgers import TRUE
from sim.state.parameters import settings
from sim.state.rows import CONDITIONS, ELEMENTS_OF_TREATMENT
from sim.state.vocabulary import CONSULTANT, UNCONSTRAINED
from sim.ward.unconstrained import (
    EVERY_ELEMENT,
    NO_TRIAL,
    NOT_BEGUN,
    begins_treatment,
    landscape_effect,
    reviews_trial,
)
from tests.limits.bench import a_patient, build_state, changed, everybody, ledgers, person, run, share_error, small

COMBINATIONS = 1 << ELEMENTS_OF_TREATMENT
CHANGES = np.arange(COMBINATIONS)[:, None] ^ (1 << np.arange(ELEMENTS_OF_TREATMENT))  # neighbours of each treatment


def looks_at_all(patient, p, chance, effects):
    for treatment in range(len(effects)):
        effects[treatment] = landscape_effect(patient, treatment, p, chance)


compiled_look = compiled(looks_at_all, cache=False)


def whole_landscape(patient, p, chance):
    """The effect of every treatment for one patient."""
    effects = np.zeros(COMBINATIONS)
    compiled_look(patient, p, chance, effects)
    return effects


def landscapes(number, p, seed=1):
    """The effects of all treatments for each of so many patients (a row each), and the patients."""
    patients = []
    for n in range(number):
        patients.append(a_patient(UNCONSTRAINED, identity=(5 << 32) + n * 32))
        patients[-1].condition = n % CONDITIONS
        patients[-1].interactions = int(p.modes.interactions)
    return np.array([whole_landscape(patient, p, Chance(seed, 9)) for patient in patients]), patients


def is_mean(values, expected, abs=0.0):
    values = np.asarray(values, float)
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert values.mean() == pytest.approx(expected, abs=4 * error + abs)


def own(interactions):
    """Settings under which nothing is shared."""
    return settings({"modes.interactions": interactions, "modes.shared": 0.0}, {})


@pytest.mark.parametrize("interactions", [0, 3, 7])
def test_neighbouring_treatments_are_as_alike_as_kauffman_says(interactions):
    """Correlation of one-change neighbours is 1 − (K + 1) / N: smooth at K = 0, random at K = 7."""
    effects, _ = landscapes(200, own(interactions), seed=3)
    variance = 1 / 12 / ELEMENTS_OF_TREATMENT
    alike = ((effects[:, :, None] - 0.5) * (effects[:, CHANGES] - 0.5)).mean(axis=(1, 2)) / variance
    assert np.std(alike, ddof=1) / math.sqrt(len(alike)) < 0.1
    is_mean(alike, 1 - (interactions + 1) / ELEMENTS_OF_TREATMENT)


def test_the_best_of_independent_elements_is_the_mean_of_the_higher_of_two_uniforms():
    effects, _ = landscapes(300, own(0))
    error = math.sqrt(1 / 18 / ELEMENTS_OF_TREATMENT / len(effects))  # variance of the higher of two uniforms: 1/18
    assert effects.max(axis=1).mean() == pytest.approx(2 / 3, abs=4 * error)


def walks(effects, rng):
    """An adaptive walk from a random start: to any better neighbour, until there is none. Its end and its length."""
    at, steps = int(rng.integers(COMBINATIONS)), 0
    while True:
        better = CHANGES[at][effects[CHANGES[at]] > effects[at]]
        if not len(better):
            return effects[at], steps
        at, steps = int(rng.choice(better)), steps + 1


# Mean effect at the end of an adaptive walk with N = 8 (Kauffman 1993, table 2.1, neighbours adjacent; its row
# K = 8 is the random landscape, here K = 7), printed to two places from a hundred walks.
KAUFFMAN = {0: 0.65, 2: 0.70, 4: 0.70, 7: 0.66}
PRINTED = 0.005 + 2 * 0.07 / math.sqrt(100)


@pytest.fixture(scope="module")
def by_interactions():
    """For each K: number of local optima, their mean effect, the highest, ends and lengths of walks, by landscape."""
    found = {}
    for interactions in KAUFFMAN:
        effects, _ = landscapes(300, own(interactions))
        optima = (effects[:, :, None] > effects[:, CHANGES]).all(axis=2)
        rng = np.random.default_rng(interactions)
        ends = np.array([[walks(row, rng) for _ in range(3)] for row in effects])
        found[interactions] = {
            "number": optima.sum(axis=1),
            "mean": np.array([row[tops].mean() for row, tops in zip(effects, optima, strict=True)]),
            "highest": effects.max(axis=1),
            "end": ends[:, :, 0].mean(axis=1),
            "steps": ends[:, :, 1].mean(axis=1),
        }
    return found


def test_adaptive_walks_end_where_kauffman_saw_them_end(by_interactions):
    for interactions, mean in KAUFFMAN.items():
        assert by_interactions[interactions]["end"].mean() == pytest.approx(mean, abs=PRINTED), interactions
    height = {k: found["end"].mean() for k, found in by_interactions.items()}
    # A little interaction gives higher peaks, much of it a catastrophe of complexity.
    assert min(height[2], height[4]) > max(height[0], height[7]) + 0.02


def test_local_optima_grow_in_number_with_interaction(by_interactions):
    number = {k: found["number"] for k, found in by_interactions.items()}
    assert (number[0] == 1).all()
    assert 1 < number[2].mean() < number[4].mean() < number[7].mean()
    is_mean(number[7], COMBINATIONS / (ELEMENTS_OF_TREATMENT + 1))  # Kauffman and Levin 1987: 2^N / (N + 1)


def test_walks_on_smooth_and_on_random_landscapes_are_as_theory_says(by_interactions):
    smooth, rugged = by_interactions[0], by_interactions[7]
    assert np.allclose(smooth["end"], smooth["highest"])
    is_mean(smooth["steps"], ELEMENTS_OF_TREATMENT / 2)  # half the elements are wrong at a random start
    # The highest of nine means of eight uniforms: nine normal deviates have a mean maximum of 1.485.
    is_mean(rugged["mean"], 0.5 + 1.485 * math.sqrt(1 / 12 / ELEMENTS_OF_TREATMENT), abs=0.004)
    lengths = [found["steps"].mean() for found in by_interactions.values()]
    assert lengths == sorted(lengths, reverse=True)  # the more rugged, the sooner a walk is stuck


def search(interactions, starts):
    """The ends of doctors' searches who read without noise and are content with nothing less than the top.

    One search from each of the starting treatments, each on a landscape of its own: the effect at its end, the
    effects of all treatments there, and the number of trials.
    """
    exact = {
        "modes.interactions": interactions,
        "modes.shared": 0.0,
        "modes.reading_noise": 0.0,
        "modes.good_enough": 1.0,
    }
    p = settings(exact, {"mistakes": False, "honesty": False})
    state = build_state(small(), 1, 1)
    doctor = person(state, "doctors", CONSULTANT)
    funnel, true, observed = ledgers()
    effects, patients = landscapes(len(starts), p)
    ends = np.empty(len(starts))
    for number, (patient, start) in enumerate(zip(patients, starts, strict=True)):
        patient.treatment, patient.effect = start, effects[number, start]
        for now in range(REVIEWS):
            chance = Chance(1, number * REVIEWS + now)
            reviews_trial(doctor, patient, 0, everybody(state), state.wards[0], funnel, true, observed, p, chance)
        assert patient.trial == NO_TRIAL
        assert patient.tried == EVERY_ELEMENT
        ends[number] = patient.effect
    assert true.wrong_choices == 0
    return ends, effects, int(true.trials)


REVIEWS = 150


def test_doctors_who_read_without_noise_reach_the_best_where_elements_do_not_interact():
    ends, effects, trials = search(0, [number * 21 for number in range(12)])
    assert ends == pytest.approx(effects.max(axis=1))
    # Each element is right or is put right once; the search stops when all others were tried in vain.
    assert trials < 12 * 8 * 9


def test_searches_of_doctors_end_where_adaptive_walks_do():
    """On a rugged landscape a search stops at a local best, as high as Kauffman's walks end, and tries no more."""
    rng = np.random.default_rng(4)
    ends, effects, _ = search(4, rng.integers(COMBINATIONS, size=200).tolist())
    for end, row in zip(ends, effects, strict=True):
        at = int(np.flatnonzero(row == end)[0])
        assert row[CHANGES[at]].max() <= end
    assert (ends < effects.max(axis=1) - 1e-9).mean() > 0.3
    assert ends.mean() == pytest.approx(KAUFFMAN[4], abs=PRINTED + 4 * ends.std(ddof=1) / math.sqrt(len(ends)))


def ward_of(interactions, seed=1):
    return build_state(small(modes__interactions=interactions), seed, 1).wards[0]


@pytest.mark.parametrize("interactions", [0, 4, 7])
def test_where_all_is_shared_the_protocol_is_best_for_every_patient(interactions):
    p = settings({"modes.interactions": interactions, "modes.shared": 1.0}, {})
    effects, patients = landscapes(24, p)
    protocol = ward_of(interactions).protocol
    for row, patient in zip(effects, patients, strict=True):
        assert row.argmax() == protocol[patient.condition]
        assert (row == effects[patient.condition]).all()  # patients of one group are alike
    assert len({row.tobytes() for row in effects}) == CONDITIONS  # and groups are not


@pytest.mark.parametrize("way", ["share", "switch"])
def test_where_nothing_is_shared_the_protocol_is_no_better_than_any_treatment(way):
    shared = {"modes.shared": 0.0} if way == "share" else {"modes.shared": 1.0}
    p = settings(shared, {"shared_landscape": way == "share"})
    effects, patients = landscapes(400, p)
    protocol = ward_of(4).protocol
    by_protocol = np.array([row[protocol[patient.condition]] for row, patient in zip(effects, patients, strict=True)])
    is_mean(by_protocol - effects.mean(axis=1), 0.0)
    assert abs((by_protocol - effects.mean(axis=1)).mean()) < 0.02
    better = (effects > by_protocol[:, None]).mean(axis=1)
    is_mean(better, 0.5)


def test_the_protocol_is_worth_more_the_more_is_shared():
    protocol = ward_of(4).protocol
    gains = []
    for shared in (0.0, 0.25, 0.5, 0.75, 1.0):
        effects, patients = landscapes(200, settings({"modes.shared": shared, "modes.interactions": 4}, {}))
        by_protocol = [row[protocol[patient.condition]] for row, patient in zip(effects, patients, strict=True)]
        gains.append(np.mean(by_protocol - effects.mean(axis=1)))
    assert gains == sorted(gains)
    assert np.diff(gains) == pytest.approx([gains[4] / 4] * 4, abs=0.02)  # in proportion to the share


@pytest.mark.parametrize("starts", [0.0, 0.3, 1.0])
def test_care_begins_with_the_protocol_as_often_as_the_parameter_says(starts):
    p = settings({"modes.starts_on_protocol": starts}, {})
    state = build_state(small(), 1, 1)
    doctor, ward = person(state, "doctors", CONSULTANT), state.wards[0]
    ward.protocol[:] = 256  # told apart from any treatment
    doctor.habit = 0.5  # middling
    counts = TRUE.table(1)[0]
    patients = 2_000
    on_protocol = 0
    for now in range(patients):
        patient = a_patient(UNCONSTRAINED)
        patient.treatment, patient.trial = 5, NOT_BEGUN
        begins_treatment(doctor, patient, 0, ward, counts, p, Chance(1, now))
        on_protocol += patient.treatment == 256
    assert (counts.treatments_begun, counts.begun_by_protocol) == (patients, on_protocol)
    assert on_protocol / patients == pytest.approx(starts, abs=4 * share_error(starts, patients))


SEEDS = 12


def course(shared, starts):
    """Mean stay in hours and mean share of an hour's effect, of unconstrained patients, seed by seed.

    Nobody deteriorates and nothing goes wrong but the search itself, so that stays differ by treatment alone.
    """
    scenario = changed(
        small(
            wards__six_beds__mode_mix={"repetitive": 0.0, "constrained": 0.0, "unconstrained": 1.0},
            wards__six_beds__arrivals_per_day=0.5,
            divisions__medicine__waiting_places=60,
        ),
        {"modes.shared": shared, "modes.starts_on_protocol": starts}
        | {f"mechanisms.{name}": False for name in ("deterioration", "harm", "misfortune", "readmission", "absence")},
    )
    stays = []
    for seed in range(1, SEEDS + 1):
        true = run(scenario, 2 * 365, seed).true[0, UNCONSTRAINED]
        assert true.discharges > 200
        stays.append(true.overnight_stay / true.overnight_stays / 4)
    return np.array(stays)


def test_the_protocol_shortens_stays_where_what_works_is_shared_and_not_where_it_is_each_ones_own():
    """Individual share 0: care that begins with the protocol beats a search of one's own. Share 1: it does not."""
    saved = {shared: course(shared, 0.0) - course(shared, 1.0) for shared in (0.0, 1.0)}
    error = {shared: hours.std(ddof=1) / math.sqrt(SEEDS) for shared, hours in saved.items()}
    assert saved[1.0].mean() > 8 * error[1.0]
    assert (saved[1.0] > 0).all()
    assert saved[1.0].mean() > 12  # hours
    assert abs(saved[0.0].mean()) < 3 * error[0.0]
    assert saved[1.0].mean() > 5 * abs(saved[0.0].mean())
