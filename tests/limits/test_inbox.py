"""Decisions that no rule covers: the inbox against the theory of queues, the one estimator against Bayes.

Bounds are four standard errors.
"""

import math

import numpy as np
import pytest

from sim.state.behaviours import compiled
from sim.state.chance import EXCEPTION, MANAGER_CUE, Chance, luck
from sim.state.ledgers import STAFFING, TRUE
from sim.state.parameters import settings
from sim.state.rows import LEAD, PATIENT, WARD
from sim.state.vocabulary import (
    BED,
    CLINICAL,
    CONSULTANT,
    DECIDED,
    IN_INBOX,
    LAYERS,
    MODES,
    OF_DIVISION,
    OF_WARD,
    UNCONSTRAINED,
    WARD_MANAGER,
)
from sim.ward.desks import clears_inbox, deals_with_oldest
from sim.ward.exceptions import ATTRIBUTES, attributes_of, bedside_estimate, desk_estimate, meets_exception
from tests.limits.bench import (
    EVERY_HOUR_OF_THE_WEEK,
    a_patient,
    build_state,
    changed,
    everybody,
    ledgers,
    person,
    run,
    small,
    without,
)

BEDS = 64
BATCHES = 25


# One layer and nothing offered that could be declined or reviewed: the desk is a queue, the bedside an estimator.
ONE_LAYER = {"layers": False, "uptake": False, "accountability": False, "leadership": False}


def runs_inbox(doctor, manager, team, wards, beds, true, staffing, p, seed, since, waited):
    """One new patient in each tick, who may need a decision; the manager looks first, as in the tick.

    For each decision taken, in that order, `since` and `waited` say when it was needed and how long it waited.

    Returns:
        The number of decisions taken.
    """
    decided = 0
    for now in range(len(since)):
        chance = Chance(seed, now)
        clears_inbox(manager, team, wards, beds, true, staffing, p, chance)
        free = -1
        for bed in range(len(beds)):
            if beds[bed].exception == DECIDED:
                since[decided] = beds[bed].exception_since
                waited[decided] = now - beds[bed].exception_since
                decided += 1
                beds[bed].exception = 0
            if beds[bed].exception != IN_INBOX:
                free = bed
        beds[free].identity = (now + 1) * 32
        meets_exception(doctor, beds[free], 0, team.role[0], true[0, beds[free].mode], p, chance)
    return decided


def estimates(patient, noise, draws, p, seed, found):
    """What is best, and what it seems to be at the bedside and at the desk of each layer, for one case in each tick."""
    for now in range(len(draws)):
        patient.exception_since = now
        chance = Chance(seed, now)
        found[0, now] = attributes_of(patient, ATTRIBUTES, p, chance)
        found[1, now] = bedside_estimate(patient, noise, draws[now, 0], p, chance)
        for layer in range(len(LAYERS)):
            found[2 + layer, now] = desk_estimate(patient, layer, draws[now, 1], p, chance)


compiled_inbox = compiled(runs_inbox, cache=False, may_allocate=True)
compiled_estimates = compiled(estimates, cache=False, may_allocate=True)


def estimated(noise, draws, p):
    found = np.zeros((2 + len(LAYERS), len(draws)))
    compiled_estimates(a_patient(UNCONSTRAINED), noise, draws, p, 1, found)
    return found


def staff():
    state = build_state(small(), 1, 1)
    return person(state, "doctors", CONSULTANT), person(state, "managers", WARD_MANAGER), everybody(state)


def of_one_ward():
    """The true ledger, ward × mode, and that of staffing."""
    return TRUE.table(len(MODES)).reshape(1, len(MODES)), STAFFING.table(1)[0]


@pytest.mark.parametrize(("arrive", "attend"), [(0.1, 0.25), (0.2, 0.3), (0.05, 1.0)])
def test_one_inbox_is_a_queue_in_discrete_time(arrive, attend):
    """Geo/Geo/1: arrivals and ends of service are Bernoulli, so that delays are geometric."""
    p = settings({f"control.exceptions.{mode}": arrive for mode in MODES} | {"control.attention": attend}, ONE_LAYER)
    p.dials.devolution[CLINICAL] = 0.0
    beds = PATIENT.table(BEDS)
    beds["place"], beds["mode"] = BED, UNCONSTRAINED
    true, staffing = of_one_ward()
    ticks = 120_000
    since, waited = np.zeros(ticks, np.int64), np.zeros(ticks, np.int64)
    decided = compiled_inbox(*staff(), WARD.table(1), beds, true, staffing, p, 1, since, waited)
    since, waited = since[:decided], waited[:decided]

    assert (np.diff(since) > 0).all()  # first in, first out
    counts = true[0, UNCONSTRAINED]
    in_inbox = int((beds["exception"] == IN_INBOX).sum())
    assert counts.exceptions == counts.exceptions_sent_up == counts.exceptions_decided + in_inbox
    assert len(waited) == counts.exceptions_decided
    assert counts.exception_delay == waited.sum()
    assert counts.exceptions / ticks == pytest.approx(arrive, abs=4 * math.sqrt(arrive * (1 - arrive) / ticks))

    batches = waited[: len(waited) // BATCHES * BATCHES].reshape(BATCHES, -1)  # far longer than the memory of the queue
    ends = (attend - arrive) / (1 - arrive)  # chance per tick that a delay ends
    mean = batches.mean(axis=1)
    assert mean.mean() == pytest.approx(1 / ends, abs=4 * mean.std(ddof=1) / math.sqrt(BATCHES) + 1e-12)
    at_once = (batches == 1).mean(axis=1)
    assert at_once.mean() == pytest.approx(ends, abs=4 * at_once.std(ddof=1) / math.sqrt(BATCHES) + 1e-12)
    assert mean.std(ddof=1) / math.sqrt(BATCHES) < 0.03 / ends


def test_nobody_clears_the_inbox_while_the_manager_is_at_home():
    p = settings({f"control.exceptions.{mode}": 1.0 for mode in MODES}, ONE_LAYER)
    p.dials.devolution[CLINICAL], p.control.attention = 0.0, 1.0
    doctor, manager, team = staff()
    manager.on_shift = 0
    (true, staffing), wards, beds = of_one_ward(), WARD.table(1), PATIENT.table(2)
    beds["place"] = BED
    beds["identity"] = (32, 64)
    for now, bed in enumerate(beds):
        meets_exception(doctor, bed, 0, team.role[0], true[0, 0], p, Chance(1, now))
    clears_inbox(manager, team, wards, beds, true, staffing, p, Chance(1, 5))
    assert (beds["exception"] == IN_INBOX).all()
    assert true[0, 0].exceptions_decided == 0
    manager.on_shift = 1
    clears_inbox(manager, team, wards, beds, true, staffing, p, Chance(1, 6))  # the older of the two, and one at a time
    assert list(beds["exception"]) == [DECIDED, IN_INBOX]
    assert true[0, 0].exception_delay == 6


def test_in_a_running_hospital_decisions_wait_as_long_as_their_inbox_lets_them():
    """Few arrivals and a manager always there: the delay is the time to the manager's next free moment."""
    attend = 0.2
    scenario = changed(
        small(),
        {"staffing.few.ward_manager.shifts": EVERY_HOUR_OF_THE_WEEK, "dials.devolution": 0.0}
        | {"control.attention": attend, "mechanisms.absence": False}
        | {f"control.exceptions.{mode}": 0.05 for mode in MODES},
    )
    true = run(changed(scenario, without("raised_hazards", "ideas", *ONE_LAYER)), 10 * 365).true
    decided = true["exceptions_decided"].sum()
    assert decided > 400
    assert true["exceptions"].sum() == true["exceptions_sent_up"].sum()
    mean = true["exception_delay"].sum() / decided
    # A geometric number of quarter-hours; the few that meet another in the inbox wait a little longer.
    assert mean == pytest.approx(1 / attend, abs=4 * math.sqrt(1 - attend) / attend / math.sqrt(decided) + 0.1)


def posterior_variance(variance, noise):
    return variance * noise**2 / (variance + noise**2)


@pytest.mark.parametrize("noise", [0.2, 0.8])
@pytest.mark.parametrize("seen", range(ATTRIBUTES + 1))
def test_bedside_and_desk_use_one_estimator_on_one_case(seen, noise):
    """The desk lacks attributes: what it cannot see adds its whole variance, what it sees the posterior one."""
    spread, cases = 1.5, 40_000
    p = settings(
        {"control.case_spread": spread, "control.attributes_seen": seen, "control.desk_noise": noise}, ONE_LAYER
    )
    draws = np.random.default_rng(seen).random((cases, 2))
    best, bedside, desk, *_ = estimated(noise, draws, p)
    variance = spread**2
    share = variance * seen / ATTRIBUTES
    assert best.mean() == pytest.approx(0, abs=4 * spread / math.sqrt(cases))
    assert best.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / cases))
    expected = {
        "bedside": posterior_variance(variance, noise),
        "desk": variance - share + posterior_variance(share, noise),
    }
    for name, estimate in (("bedside", bedside), ("desk", desk)):
        squares = (estimate - best) ** 2
        assert squares.mean() == pytest.approx(expected[name], abs=4 * squares.std() / math.sqrt(cases)), name
        assert np.cov(estimate, estimate - best)[0, 1] == pytest.approx(0, abs=4 * spread**2 / math.sqrt(cases)), name
    if seen == ATTRIBUTES:  # given the same sight and noise, who decides does not matter
        assert expected["desk"] == expected["bedside"]
        of_both = (bedside - best) ** 2 - (desk - best) ** 2
        assert of_both.mean() == pytest.approx(0, abs=4 * of_both.std() / math.sqrt(cases))
        same_luck = np.repeat(draws[:500, :1], 2, axis=1)
        _, one, other, *_ = estimated(noise, same_luck, p)
        assert (one == other).all()


@pytest.mark.parametrize("capability", [0.0, 0.5, 1.0])
def test_a_decision_fits_as_well_as_its_estimate(capability):
    """At the bedside capability lowers the noise; the desk's luck is the patient's of the tick when the need arose."""
    p = settings({f"control.exceptions.{mode}": 1.0 for mode in MODES} | {"control.attention": 1.0}, ONE_LAYER)
    doctor, manager, team = staff()
    doctor.capability = capability
    _, true, _ = ledgers()
    (by_mode, staffing), wards, role = of_one_ward(), WARD.table(1), LEAD.table(1)[0]
    for now in range(60):
        chance = Chance(3, now)
        at_bedside, at_desk = a_patient(identity=96), PATIENT.table(1)
        at_desk[0] = a_patient(identity=96)
        p.dials.devolution[CLINICAL] = 1.0
        meets_exception(doctor, at_bedside, 0, role, true, p, chance)
        p.dials.devolution[CLINICAL] = 0.0
        meets_exception(doctor, at_desk[0], 0, role, true, p, chance)
        clears_inbox(manager, team, wards, at_desk, by_mode, staffing, p, Chance(3, now + 7))
        assert at_bedside.exception == at_desk[0].exception == DECIDED
        draws = luck(chance, EXCEPTION, 96, 0)
        best = attributes_of(at_bedside, ATTRIBUTES, p, chance)
        noise = p.control.bedside_noise * (2 - capability)
        capability = doctor.capability  # one decision more, so more practice
        for patient, estimate in (
            (at_bedside, bedside_estimate(at_bedside, noise, draws[2], p, chance)),
            (at_desk[0], desk_estimate(at_desk[0], OF_WARD, draws[MANAGER_CUE], p, chance)),
        ):
            fit = max(0.0, 1 - abs(estimate - best) / (2 * p.control.case_spread))
            assert patient.decision_fit == pytest.approx(fit, abs=1e-12)
    assert true.exceptions_decided == by_mode[0, 0].exceptions_decided == 60
    assert true.exception_delay == 0
    assert by_mode[0, 0].exception_delay == 60 * 7


def fits(estimate, best, spread):
    return np.maximum(0.0, 1 - np.abs(estimate - best) / (2 * spread))


@pytest.mark.parametrize("lost", range(3))
def test_each_layer_sees_what_the_one_below_leaves_and_where_none_is_lost_all_decide_alike(lost):
    """With attributes lost the error grows as the posterior says; with none, desks give the same answer to the bit."""
    spread, noise, seen, cases = 1.5, 0.4, ATTRIBUTES, 40_000
    of_case = {"control.case_spread": spread, "control.attributes_seen": seen, "control.desk_noise": noise}
    p = settings(of_case | {"control.lost_per_layer": lost}, {})
    draws = np.random.default_rng(lost).random((cases, 2))
    best, _, *desks = estimated(noise, draws, p)
    mean_fits = []
    for layer, desk in enumerate(desks):
        left = spread**2 * max(0, seen - lost * layer) / ATTRIBUTES
        squares = (desk - best) ** 2
        expected = spread**2 - left + (posterior_variance(left, noise) if left else 0.0)
        assert squares.mean() == pytest.approx(expected, abs=4 * squares.std() / math.sqrt(cases)), LAYERS[layer]
        mean_fits.append(fits(desk, best, spread).mean())
    if lost == 0:
        assert (desks[0] == desks[1]).all()
        assert (desks[1] == desks[2]).all()
    else:
        assert mean_fits[0] > mean_fits[1] + 0.02
        assert mean_fits[1] > mean_fits[2] + 0.02
    without_layers = settings(of_case | {"control.lost_per_layer": 2}, {"layers": False})
    assert (np.ptp(estimated(noise, draws[:100], without_layers)[2:], axis=0) == 0).all()


@pytest.mark.parametrize("passes", [0.0, 0.3, 1.0])
def test_a_decision_climbs_by_one_layer_as_often_as_the_parameter_says_and_is_decided_at_the_top(passes):
    p = settings({"control.passes_up": passes}, {})
    state = build_state(small(), 1, 1)
    manager, wards, (true, _) = person(state, "managers", WARD_MANAGER), WARD.table(1), of_one_ward()
    times, climbed = 3_000, 0
    beds = PATIENT.table(1)
    for now in range(times):
        beds[0] = a_patient(identity=96)
        beds[0].exception, beds[0].exception_since, beds[0].exception_about = IN_INBOX, now, CLINICAL
        assert not deals_with_oldest(manager, OF_DIVISION, wards, beds, true, p, Chance(1, now))
        assert deals_with_oldest(manager, OF_WARD, wards, beds, true, p, Chance(1, now))
        on_its_way = beds[0].exception == IN_INBOX
        assert beds[0].exception_layer == (OF_DIVISION if on_its_way else OF_WARD)
        climbed += on_its_way
    assert climbed == true[0, 0].passed_on == times - true[0, 0].exceptions_decided
    assert climbed / times == pytest.approx(passes, abs=4 * math.sqrt(passes * (1 - passes) / times))
    beds[0].exception, beds[0].exception_layer = IN_INBOX, len(LAYERS) - 1
    assert deals_with_oldest(manager, len(LAYERS) - 1, wards, beds, true, p, Chance(1, 0))
    assert beds[0].exception == DECIDED
