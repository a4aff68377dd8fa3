"""People over time: effort, leaving, newcomers, what shifts leave behind. Bounds are four standard errors."""

import math

import numpy as np
import pytest

from sim.agents.staff import chooses_effort, leaves_post, skill_now
from sim.engine.tick import simulate
from sim.scenario import load
from sim.state.chance import LEAVES_POST, STAYING, Chance, luck
from sim.state.ledgers import STAFFING
from sim.state.parameters import settings
from sim.state.rows import GROUP, LEAD, STAFF, WARD
from sim.state.vocabulary import NURSE, STAFF_NURSE, TICKS_PER_DAY
from sim.ward.turnover import familiarity_now, looks_back, may_leave
from tests.limits.bench import SCENARIOS, build_state, changed, only, person, run, small

BASELINE = load(SCENARIOS / "baseline.toml")
EFFORTS = np.linspace(0, 1, 21)
GOALS_OF_WARD = (0.4, 0.3, 0.2, 0.1)


def a_nurse(**columns):
    nurse = STAFF.table(1)[0]
    nurse.profession, nurse.grade, nurse.identity = NURSE, STAFF_NURSE, 65536
    for name, value in columns.items():
        nurse[name] = value
    return nurse


def effort_of(p, confidence, identification, weights=GOALS_OF_WARD):
    ward = WARD.table(1)[0]
    ward.goal = GOALS_OF_WARD
    return chooses_effort(a_nurse(confidence=confidence, identification=identification, weights=weights), ward, p)


@pytest.mark.parametrize("stretch", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("cost", [0.05, 0.2, 1.0])
def test_effort_is_the_best_of_a_grid_by_brute_force(stretch, cost):
    p = settings({"goals.stretch": stretch, "goals.effort_costs": cost}, {})
    for confidence in np.linspace(0, 1, 7):
        for identification in np.linspace(0, 1, 7):
            reach = confidence + p.goals.effort_reaches * EFFORTS
            worth = identification / (1 + np.exp((stretch - reach) / p.goals.doubt)) - cost * EFFORTS**2
            chosen = effort_of(p, confidence, identification)
            assert worth[np.abs(chosen - EFFORTS) < 1e-12].item() >= worth.max() - 1e-12


def test_a_goal_that_is_ones_own_is_worth_more_effort_and_one_beyond_belief_less():
    """No rule says so: effort first rises with the stretch, while it can make the difference, and then falls."""
    p = settings({"goals.stretch": 0.6}, {})
    by_identification = [effort_of(p, 0.4, own) for own in np.linspace(0, 1, 21)]
    assert (np.diff(by_identification) >= 0).all()
    assert by_identification[0] == 0.0
    assert by_identification[-1] >= 0.5
    by_stretch = [
        effort_of(settings({"goals.stretch": stretch}, {}), 0.2, 1.0) for stretch in np.linspace(0.0, 1.0, 21)
    ]
    peak = int(np.argmax(by_stretch))
    assert (np.diff(by_stretch[: peak + 1]) >= 0).all()
    assert (np.diff(by_stretch[peak:]) <= 0).all()
    assert by_stretch[-1] < max(by_stretch)
    # The same stretch for people who believe in themselves.
    far = settings({"goals.stretch": 1.0}, {})
    assert effort_of(far, 0.5, 1.0) > effort_of(far, 0.0, 1.0)


def test_the_part_of_the_goals_that_is_ones_own_counts_like_identification():
    """Weights that share a half of the ward's are worth as much effort as half the identification with all of it."""
    p = settings({"goals.stretch": 0.6, "goals.effort_costs": 0.2}, {})
    half_shared = (0.2, 0.1, 0.1, 0.6)
    assert np.minimum(half_shared, GOALS_OF_WARD).sum() == pytest.approx(0.5)
    for identification in np.linspace(0, 1, 9):
        assert effort_of(p, 0.4, identification, half_shared) == effort_of(p, 0.4, identification / 2)
    assert effort_of(p, 0.4, 1.0, half_shared) < effort_of(p, 0.4, 1.0)


def test_with_effort_switched_off_everybody_does_what_is_usual():
    p = settings({"goals.stretch": 1.0}, {"effort": False})
    assert {effort_of(p, confidence, 1.0) for confidence in (0.0, 0.5, 1.0)} == {0.5}


@pytest.mark.parametrize("after", [10, 40])
def test_the_ward_gets_known_by_an_exponential_law(after):
    p = settings({"staffing.knows_after": after, "staffing.cover_skill": 0.6}, {"engagement": False})
    newcomer = a_nurse(skill=0.8)
    for shifts in range(120):
        newcomer.familiarity = familiarity_now(newcomer, p)
        known = 1 - math.exp(-shifts / after)
        assert newcomer.familiarity == pytest.approx(0.6 + 0.4 * known)
        assert skill_now(newcomer, p) == pytest.approx(0.8 * newcomer.familiarity)
        looks_back(newcomer, p)
    assert familiarity_now(a_nurse(), p) == 0.6  # a stranger is worth as much as one from an agency
    assert familiarity_now(a_nurse(), settings({}, {"local_knowledge": False})) == 1.0


def test_exhaustion_follows_strain_and_engagement_what_work_gives():
    """Both are averages that forget exponentially, so they end at what stays the same."""
    p = settings({"staffing.wears_out": 0.1, "staffing.engagement_moves": 0.05}, {"shared_goals": False})
    nurse = a_nurse(fatigue=0.6, hurried=1, voice_is_acted_on=0.7, identification=0.4, trust=0.9, engagement=0.2)
    for shift in range(1, 400):
        looks_back(nurse, p)
        assert nurse.exhaustion == pytest.approx(0.8 * (1 - 0.9**shift))
    assert nurse.engagement == pytest.approx((0.7 + 0.4 + 0.9 + 1 - 0.8) / 4, abs=1e-6)


@pytest.mark.parametrize("yearly", [0.12, 0.6])
def test_the_daily_chance_to_leave_adds_up_to_the_share_a_year_and_rises_as_engagement_falls(yearly):
    p = settings({"staffing.leaves": yearly, "staffing.engaged_stay": 2.0}, {})
    usual = float(p.leadership.engagement)
    for engagement, times in ((usual, 1.0), (usual - 0.4, 1.8), (usual + 0.25, 0.5)):
        daily = yearly / 365 * max(0.0, times)
        nurse = a_nurse(engagement=engagement)
        assert leaves_post(nurse, p, daily * (1 - 1e-9))
        assert not leaves_post(nurse, p, daily * (1 + 1e-9))


def test_whoever_resolves_to_leave_on_shift_goes_when_off_it_and_an_empty_post_is_left_by_nobody():
    p = settings({"staffing.leaves": 1.0, "staffing.engaged_stay": 0.0}, {})
    ward, role, staffing = WARD.table(1)[0], LEAD.table(1)[0], STAFFING.table(1)[0]
    group = GROUP.table(1)[0]
    group.leaning = 0.25
    for columns in ({"on_shift": 1}, {"vacant_until": 1 << 40}):
        nurse = a_nurse(**columns)
        for day in range(3_000):
            may_leave(nurse, group, ward, role, staffing, p, Chance(1, day * TICKS_PER_DAY + 95))
        assert staffing.leavers == 0
        assert nurse.identity == 65536
        assert nurse.leaving == columns.get("on_shift", 0)
    nurse = a_nurse(leaving=1)
    may_leave(nurse, group, ward, role, staffing, settings({"staffing.leaves": 0.0}, {}), Chance(1, 95))
    assert staffing.leavers == 1
    assert nurse.leaving == 0
    assert nurse.identity == 65537


def test_as_many_leave_in_a_year_as_the_parameter_says_of_those_in_post():
    """In a running hospital, whoever works nights as well as anybody."""
    yearly, years = 0.8, 3
    people = changed(BASELINE, {"staffing.leaves": yearly, "staffing.engaged_stay": 0.0} | only("turnover"))
    state = run(people, 365 * years)
    posts = len(state.nurses) + len(state.doctors)
    held = filled(people, 365)
    left = state.staffing["leavers"].sum() / years
    assert left == pytest.approx(yearly * held * posts, abs=4 * math.sqrt(yearly * posts / years))
    assert held < 1


def filled(scenario, days):
    """Share of midnights at which a post is filled."""
    state = build_state(scenario, 2, days)
    there = 0
    for day in range(days):
        simulate(state, 2, day * TICKS_PER_DAY, (day + 1) * TICKS_PER_DAY)
        now = (day + 1) * TICKS_PER_DAY
        for people in (state.nurses, state.doctors):
            there += (people["vacant_until"] <= now).sum()
    return there / days / (len(state.nurses) + len(state.doctors))


def when_somebody_leaves(p, nurse):
    """The first midnight at which the own luck of a nurse makes her leave."""
    for day in range(100_000):
        chance = Chance(1, day * TICKS_PER_DAY + 95)
        if leaves_post(nurse, p, luck(chance, STAYING, nurse.identity, 0)[LEAVES_POST]):
            return chance
    raise AssertionError


def second_holder(p, **history):
    """Whoever comes next to a post, after a first holder with this history."""
    state = build_state(small(), 1, 1)
    nurse = person(state, "nurses", STAFF_NURSE)
    nurse.on_shift, first = 0, nurse.copy()
    for name, value in history.items():
        nurse[name] = value
    chance = when_somebody_leaves(p, nurse)
    may_leave(nurse, state.groups[nurse.group], state.wards[0], state.leads[0], state.staffing[0], p, chance)
    assert state.staffing[0].leavers == 1
    assert nurse.vacant_until == chance.tick + int(p.staffing.post_vacant) * TICKS_PER_DAY
    nurse.vacant_until = 0
    return first, nurse


def test_a_newcomer_is_somebody_else_and_always_the_same_somebody():
    p = settings({"staffing.leaves": 1.0, "staffing.engaged_stay": 0.0}, {})
    first, second = second_holder(p)
    assert second.identity == first.identity + 1
    assert second.post == first.post
    for name in ("skill", "habit", "voice_is_safe", "voice_is_acted_on", "confidence", "inviting"):
        assert second[name] != first[name], name
    assert (second.shifts_here, second.exhaustion, second.tiredness) == (0, 0.0, 0.0)
    assert second.familiarity == p.staffing.cover_skill
    marks = {
        "skill": 0.1, "habit": 0.9, "trust": 0.0, "voice_is_safe": 0.0, "capability": 1.0, "engagement": 0.9,
        "wary": 1.0, "pressure": 1.0, "pressed": 50, "rigour": 3, "unsaid": 7, "reported": 1, "to_review": 4,
        "poor_to_review": 2, "safety_heard": 300, "safety_felt": 100, "action_heard": 5, "action_seen": 5, "engaged": 6,
        "fatigue": 1.0, "identification": 0.0, "confidence": 1.0, "effort": 0.0, "exhaustion": 1.0, "shifts_here": 900,
        "interrupting": 3, "helped": 1,
    }  # fmt: skip
    _, other = second_holder(p, **marks)
    _, seen = second_holder(p, lead_seen=3, weights=0.0)
    assert second.tobytes() == other.tobytes() == seen.tobytes()
