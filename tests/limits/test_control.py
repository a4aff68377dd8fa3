"""Who decides: the share that is left to the bedside, who takes it on, who answers for it; targets set aside.

Bounds are four standard errors.
"""

import numpy as np
import pytest

from sim.agents.doctor import is_fit_to_leave
from sim.scenario import load
from sim.state.chance import Chance
from sim.state.ledgers import STAFFING, TRUE
from sim.state.parameters import settings
from sim.state.rows import LEAD, WARD
from sim.state.vocabulary import (
    ACTIVITIES,
    CLINICAL,
    CONSULTANT,
    DECISION_DOMAINS,
    MODES,
    OVERRIDE,
    TICKS_PER_DAY,
    WARD_MANAGER,
)
from sim.ward.desks import clears_inbox, reviews_decision
from sim.ward.routing import is_devolved, is_taken_on, sets_target_aside, share_devolved
from tests.leadership.test_week import styled
from tests.limits.bench import (
    SCENARIOS,
    a_patient,
    build_state,
    changed,
    everybody,
    only,
    person,
    run,
    share_error,
    small,
    without,
)

BASELINE = load(SCENARIOS / "baseline.toml")
NOW = Chance(1, 0)
STANCES = np.linspace(0.0, 1.0, 11)


def role_that_leaves(devolves):
    role = LEAD.table(1)[0]
    role.devolves = devolves
    return role


def policy_of(share, **switches):
    return settings({f"dials.devolution.{domain}": share for domain in DECISION_DOMAINS}, switches)


@pytest.mark.parametrize("domain", range(len(DECISION_DOMAINS)))
def test_the_odds_of_the_policy_are_multiplied_by_those_of_the_lead(domain):
    for policy in (0.1, 0.5, 0.7, 0.9):
        p = policy_of(policy)
        shares = [share_devolved(domain, role_that_leaves(stance), p, NOW) for stance in STANCES]
        assert (np.diff(shares) > 0).all()
        for stance, share in zip(STANCES[1:-1], shares[1:-1], strict=True):
            assert share / (1 - share) == pytest.approx(policy / (1 - policy) * stance / (1 - stance))
        assert share_devolved(domain, role_that_leaves(0.5), p, NOW) == pytest.approx(policy, abs=1e-15)
        # Symmetric: to devolve and to hold on are one rule, seen from either side.
        other = policy_of(1 - policy)
        for stance, share in zip(STANCES, shares, strict=True):
            assert share_devolved(domain, role_that_leaves(1 - stance), other, NOW) == pytest.approx(1 - share)
            assert share_devolved(domain, role_that_leaves(policy), policy_of(stance), NOW) == pytest.approx(share)


@pytest.mark.parametrize("policy", [0.0, 1.0])
def test_what_the_policy_leaves_wholly_no_lead_can_change(policy):
    p = policy_of(policy)
    for domain in range(len(DECISION_DOMAINS)):
        assert {share_devolved(domain, role_that_leaves(stance), p, NOW) for stance in STANCES} == {policy}
    nurse = person(build_state(small(), 1, 1), "nurses", 0)
    devolved = [is_devolved(OVERRIDE, nurse, 0, role_that_leaves(0.9), p, Chance(1, now)) for now in range(500)]
    assert set(devolved) == {bool(policy)}


def test_a_stance_stands_while_somebody_holds_the_role_and_has_led_of_late():
    p = settings({"dials.devolution.clinical": 0.5, "control.stance_lasts": 14}, {})
    role = role_that_leaves(0.9)
    role.last_led, role.vacant_until = 1_000, 900
    days = 14 * TICKS_PER_DAY
    for tick, share in ((899, 0.5), (900, 0.9), (1_000, 0.9), (999 + days, 0.9), (1_000 + days, 0.5)):
        assert share_devolved(CLINICAL, role, p, Chance(1, tick)) == pytest.approx(share)


def test_where_nobody_leads_the_policy_stands():
    p = policy_of(0.3, leadership=False)
    assert {share_devolved(CLINICAL, role_that_leaves(stance), p, NOW) for stance in STANCES} == {0.3}


@pytest.mark.parametrize(("capability", "identification"), [(1.0, 1.0), (0.25, 1.0), (1.0, 0.25), (0.0, 0.0)])
@pytest.mark.parametrize("expected", [0.0, 1.0])
def test_authority_is_taken_up_by_those_who_can_share_the_goals_or_are_told_that_it_is_expected(
    capability, identification, expected
):
    p = settings({"control.shrinks": 0.8, "control.estranged": 0.5, "control.accountability": expected}, {})
    doctor = person(build_state(small(), 1, 1), "doctors", CONSULTANT)
    doctor.capability, doctor.identification = capability, identification
    times = 4_000
    outcomes = [is_taken_on(doctor, 0, p, Chance(1, now)) for now in range(times)]
    shrinks = 0.0 if expected else 0.8 * (1 - capability)
    share = (1 - shrinks) * (1 - 0.5 * (1 - identification))
    taken = np.mean([taken_on for taken_on, _ in outcomes])
    assert taken == pytest.approx(share, abs=4 * share_error(share, times) + 1e-12)
    assert {is_expected for _, is_expected in outcomes} == {bool(expected)}


def test_the_review_of_a_decision_takes_the_time_of_both_and_teaches():
    p = settings(
        {"control.attention": 1.0, "control.accounting_takes": 2, "control.review_teaches": 0.1}, {"layers": False}
    )
    state = build_state(small(), 1, 1)
    team, manager = everybody(state), person(state, "managers", WARD_MANAGER)
    manager.presence, state.doctors["on_shift"] = 1.0, 1
    doctor, other = state.doctors[0], state.doctors[1]
    doctor.to_review, doctor.poor_to_review, doctor.capability = 2, 1, 0.5
    other.to_review = 1
    waits = a_patient()
    true, staffing, beds = TRUE.table(len(MODES)).reshape(1, -1), STAFFING.table(1)[0], state.patients[:1]
    waits.exception, waits.exception_since = 1, 0
    beds[0] = waits

    def desk(now):
        clears_inbox(manager, team, WARD.table(1), beds, true, staffing, p, Chance(1, now))

    desk(1)  # the quarter of an hour at the desk goes to what waits or to a review, not to both
    assert (true[0, 0].exceptions_decided, staffing.decisions_reviewed) == (1, 0)
    desk(2)
    assert (staffing.decisions_reviewed, doctor.to_review, doctor.poor_to_review, doctor.engaged) == (1, 1, 0, 2)
    assert doctor.capability == pytest.approx(0.55)
    desk(3)
    desk(4)
    assert (staffing.decisions_reviewed, doctor.to_review, other.to_review) == (3, 0, 0)
    desk(5)
    assert staffing.decisions_reviewed == 3
    other.to_review, other.on_shift = 1, 0
    reviews_decision(team.doctors, staffing, p)  # nobody is reviewed at home
    assert (staffing.decisions_reviewed, other.to_review) == (3, 1)


def test_no_more_is_reviewed_than_was_decided_at_the_bedside_and_expected():
    for accountability in (0.0, 0.4):
        busy = {f"control.exceptions.{mode}": 0.5 for mode in MODES} | {"control.accountability": accountability}
        state = run(changed(BASELINE, busy | without("turnover")), 110)
        true = state.true
        taken = (true["offered"] - true["declined"]).sum()
        reviewed = state.staffing["decisions_reviewed"].sum() + state.doctors["to_review"].sum()
        assert taken > 250
        assert reviewed / taken == pytest.approx(accountability, abs=4 * share_error(accountability, taken))


@pytest.mark.parametrize(("sees", "heart", "policy"), [(0.5, 0.5, 1.0), (1.0, 0.25, 1.0), (0.8, 1.0, 0.5), (1, 0, 1)])
def test_a_target_is_set_aside_as_often_as_doctors_see_dare_and_may(sees, heart, policy):
    changes = {"control.sees_unready": sees, "control.overrides": heart, "dials.devolution.override": policy}
    p = settings(changes, {"leadership": False})
    doctor, counts = person(build_state(small(), 1, 1), "doctors", CONSULTANT), TRUE.table(1)[0]
    patient, times = a_patient(), 4_000
    for now in range(times):
        sets_target_aside(doctor, patient, 0, role_that_leaves(0.5), counts, p, Chance(1, now))
    share = sees * min(1.0, 2 * heart) * policy
    assert counts.targets_set_aside / times == pytest.approx(share, abs=4 * share_error(share, times) + 1e-12)
    before = int(counts.targets_set_aside)
    patient.recovery_left = 0.0  # nobody has anything to set aside for a patient who is well
    assert not any(
        sets_target_aside(doctor, patient, 0, role_that_leaves(0.5), counts, p, Chance(1, now)) for now in range(100)
    )
    assert counts.targets_set_aside == before


def test_without_pressure_no_target_is_set_aside_since_nobody_leaves_unready():
    changes = {"control.sees_unready": 1.0, "control.overrides": 1.0, "dials.devolution": 1.0}
    target = {"target": {"title": "An hour", "stops": "bed", "deadline": 0.25, "required_share": 1.0}}
    chases = {activity: 20.0 if activity == "chase" else 0.0 for activity in ACTIVITIES}
    pressed = changed(styled(chases, stance={"presses": 1.0}), changes | target)
    for dial, some in ((0.0, False), (1.0, True)):
        state = run(changed(pressed, {"dials.target_pressure": dial, "flow.gap_presses": 20.0}), 60)
        assert (state.true["targets_set_aside"].sum() > 0) == some
        assert (state.leads["pressure"] > 0).any() == some
    p = settings({}, {})
    doctor, patient = person(state, "doctors", CONSULTANT), a_patient()
    patient.recovery_left = 0.1
    for pressure, leaves in ((0.0, False), (1.0, True)):
        doctor.pressure = pressure
        assert is_fit_to_leave(doctor, patient, p) == leaves


def test_with_everything_else_off_decisions_still_find_somebody_who_takes_them():
    few = changed(small(), only("exceptions", "layers", "uptake", "accountability"))
    state = run(changed(few, {f"control.exceptions.{mode}": 0.5 for mode in MODES}), 60)
    assert state.true["exceptions_decided"].sum() > 50
    assert state.true["passed_on"].sum() > 0
