"""Leaders come and go: times between are geometric; what the next one starts with. Bounds are four standard errors."""

import numpy as np
import pytest

from sim.agents.standing import trust_of_stranger
from sim.leadership.tenure import hands_over, may_hand_over
from sim.state.chance import Chance
from sim.state.ledgers import STAFFING
from sim.state.parameters import settings
from sim.state.vocabulary import DOSE_SLIP, LEADS, MANAGER, NURSE, TICKS_PER_DAY
from tests.leadership.test_week import styled
from tests.limits.bench import build_state, changed, everybody, run, share_error, small, without


@pytest.mark.parametrize("empty", [0, 10])
def test_times_between_successions_are_geometric_with_the_tenure_as_their_mean(empty):
    tenure = 0.2
    p = settings({"leadership.tenure": tenure, "leadership.post_empty": empty, "leadership.from_inside": 0.3}, {})
    state = build_state(small(), 1, 1)
    role, team, staffing = state.leads[0], everybody(state), STAFFING.table(1)[0]
    days = []
    for day in range(60_000):
        before = int(staffing.successions)
        may_hand_over(role, state.managers[-2], team, state.wards[0], staffing, p, Chance(1, day * TICKS_PER_DAY + 95))
        if staffing.successions > before:
            days.append(day)
            assert role.vacant_until == (day + empty) * TICKS_PER_DAY + 95
    held = np.diff(days) - max(0, empty - 1)  # from the first midnight on which the next one may go
    daily = 1 / (tenure * 365)
    assert held.min() >= 1
    assert held.mean() == pytest.approx(1 / daily, abs=4 * np.sqrt(1 - daily) / daily / np.sqrt(len(held)))
    late = (held > 1 / daily).mean()
    geometric = (1 - daily) ** int(1 / daily)
    assert late == pytest.approx(geometric, abs=4 * share_error(geometric, len(held)))


def with_history(p):
    """A ward whose people know their lead, who knows the ward, some hazards and some reports."""
    state = build_state(small(), 1, 1)
    role, ward, team = state.leads[0], state.wards[0], everybody(state)
    role.knows_ward, role.reports[DOSE_SLIP] = 0.8, 10
    ward.hazard_known[:] = 1
    for people in (team.nurses, team.doctors, team.ward_manager):
        people["trust"] = 0.9
    return role, team, ward


@pytest.mark.parametrize("keeps", [0.0, 0.7, 1.0])
def test_an_outsider_starts_as_a_stranger_and_an_insider_keeps_her_share(keeps):
    p = settings({"leadership.stranger_knows": 0.2}, {})
    known, times = 0, 60
    for now in range(times):
        role, team, ward = with_history(p)
        hands_over(role, team, ward, keeps, p, Chance(1, now))
        known += int(ward.hazard_known.sum())
    assert role.knows_ward == pytest.approx(0.2 + keeps * 0.6)
    assert role.reports[DOSE_SLIP] == int(10 * keeps)
    for people in (team.nurses, team.doctors, team.ward_manager):
        for person in people:
            stranger = trust_of_stranger(person.profession, role, p)
            assert person.trust == pytest.approx(stranger + keeps * (0.9 - stranger))
    number = times * len(ward.hazard_known)
    assert known / number == pytest.approx(keeps, abs=4 * share_error(keeps, number) + 1e-12)


@pytest.mark.parametrize("inside", [0.0, 0.4, 1.0])
def test_the_next_lead_comes_from_inside_as_often_as_the_parameter_says(inside):
    changes = {"leadership.tenure": 0.1, "leadership.post_empty": 0, "leadership.from_inside": inside}
    p = settings(changes | {"leadership.insider_keeps": 1.0}, {})
    role, team, ward = with_history(p)
    staffing, insiders = STAFFING.table(1)[0], 0
    for day in range(20_000):
        before, role.knows_ward = int(staffing.successions), 0.8
        may_hand_over(role, team.ward_manager[0], team, ward, staffing, p, Chance(1, day * TICKS_PER_DAY + 95))
        insiders += staffing.successions > before and role.knows_ward == pytest.approx(0.8)
    number = int(staffing.successions)
    assert number > 400
    assert insiders / number == pytest.approx(inside, abs=4 * share_error(inside, number) + 1e-12)


def test_trust_of_a_stranger_depends_on_the_profession_only_where_standing_counts():
    role = build_state(small(), 1, 1).leads[0]
    for held_by in range(len(LEADS)):
        role.held_by = held_by
        on, off = (settings({}, {"standing": switch}) for switch in (True, False))
        assert len({trust_of_stranger(profession, role, off) for profession in range(4)}) == 1
        higher = [profession for profession in range(4) if trust_of_stranger(profession, role, on) > 0.5]
        assert higher == {0: [0, 1, 2, 3], 1: [NURSE], 2: [MANAGER], 3: [0, 1, 2, 3]}[held_by]


def test_while_the_role_is_empty_nobody_leads():
    gone = {"leadership.tenure": 0.1, "leadership.post_empty": 365}
    state = run(changed(styled(), gone | without("ideas", "raised_hazards")), 300)
    assert state.staffing["successions"].sum() == 1
    stayed = run(changed(styled(), without("ideas", "raised_hazards", "succession")), 300)
    assert state.staffing["led_hours_due"].sum() == stayed.staffing["led_hours_due"].sum()
    assert state.staffing["led_hours"].sum() < 0.7 * stayed.staffing["led_hours"].sum()
