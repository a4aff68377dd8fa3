"""What an encounter with a lead changes, against what can be worked out by hand; and what it never changes."""

import numpy as np
import pytest

from sim.agents.staff import takes_in_lead
from sim.leadership.encounters import coaches, designs, largest_known, recognises, shows_data, walks
from sim.leadership.influence import counts_for_trust, responds_to_error
from sim.leadership.targets import feels_pressure
from sim.state.chance import Chance
from sim.state.ledgers import STAFFING
from sim.state.parameters import settings
from sim.state.rows import LEAD, MOST_HAZARDS, WARD
from sim.state.vocabulary import ACTIVITIES, CHASE, DOSE_SLIP, NO_HAZARD, STAFF_NURSE
from tests.leadership.test_week import styled
from tests.limits.bench import build_state, changed, person, run, small, without


def a_nurse():
    return person(build_state(small(), 1, 1), "nurses", STAFF_NURSE)


@pytest.mark.parametrize("trust", [0.0, 0.5, 1.0])
def test_coaching_adds_to_capability_as_far_as_the_lead_is_trusted(trust):
    p = settings({"leadership.coaching_adds": 0.1}, {})
    nurse = a_nurse()
    nurse.capability, nurse.trust = 0.3, trust
    for _ in range(20):
        coaches(nurse, p)
    assert nurse.capability == pytest.approx(1 - 0.7 * (1 - 0.1 * trust) ** 20)


def test_recognition_adds_to_engagement():
    p = settings({"leadership.recognition_adds": 0.2}, {})
    nurse = a_nurse()
    nurse.engagement = 0.5
    for _ in range(5):
        recognises(nurse, p)
    assert nurse.engagement == pytest.approx(1 - 0.5 * 0.8**5)


@pytest.mark.parametrize("kept", [0.0, 0.25, 1.0])
def test_trust_ends_at_the_share_of_promises_that_are_kept(kept):
    p = settings({"leadership.trust_learns": 0.05}, {})
    nurse, rng = a_nurse(), np.random.default_rng(3)
    levels = []
    for _ in range(4_000):
        counts_for_trust(nurse, 1.0, float(rng.random() < kept), p)
        levels.append(float(nurse.trust))
    # An exponential average of independent events has variance k(1 − k) · a / (2 − a).
    spread = np.sqrt(kept * (1 - kept) * 0.05 / 1.95)
    assert np.mean(levels[400:]) == pytest.approx(kept, abs=0.02 + spread / 10)


@pytest.mark.parametrize("activity", range(len(ACTIVITIES)))
def test_people_copy_what_a_lead_they_trust_spends_time_on(activity):
    p = settings({"leadership.copies": 0.02}, {})
    nurse = a_nurse()
    nurse.trust = 1.0
    for _ in range(500):
        nurse.lead_seen[activity] = 1
        takes_in_lead(nurse, p)
        assert nurse.weights.sum() == pytest.approx(1.0)
    shows = np.array(
        [
            getattr(p.leadership, f"shows_{goal}")[activity]
            for goal in ("outcome", "timeliness", "throughput", "standard")
        ]
    )
    assert nurse.weights == pytest.approx(shows / shows.sum(), abs=1e-3)
    assert not nurse.lead_seen.any()


def test_nobody_copies_a_lead_who_is_not_trusted():
    p = settings({"leadership.copies": 1.0}, {})
    nurse = a_nurse()
    before = nurse.weights.copy()
    nurse.trust, nurse.lead_seen[CHASE] = 0.0, 5
    takes_in_lead(nurse, p)
    assert (nurse.weights == before).all()
    nurse.trust, nurse.lead_seen[CHASE] = 0.1, 5
    takes_in_lead(nurse, p)
    assert (nurse.weights != before).any()


@pytest.mark.parametrize("blames", [0.0, 0.3, 1.0])
def test_whoever_is_blamed_for_what_was_reported_hears_a_rebuff_and_becomes_wary(blames):
    p = settings({"leadership.blame_counts": 3.0, "leadership.blame_warns": 0.2}, {})
    role = LEAD.table(1)[0]
    role.blames, times, blamed, nurse = blames, 2_000, 0, a_nurse()
    for now in range(times):
        nurse.reported, nurse.wary, nurse.safety_heard, nurse.safety_felt = 1, 0.5, 0, 0
        responds_to_error(role, nurse, p, Chance(1, now))
        assert nurse.reported == 0
        if nurse.wary > 0.5:
            blamed += 1
            assert nurse.wary == pytest.approx(0.6)
            assert (nurse.safety_heard, nurse.safety_felt) == (300, 0)
        else:
            assert (nurse.safety_heard, nurse.safety_felt) == (100, 10_000)
        responds_to_error(role, nurse, p, Chance(1, now))  # gone into once
        assert nurse.safety_heard in (100, 300)
    assert blamed / times == pytest.approx(blames, abs=4 * np.sqrt(blames * (1 - blames) / times))


def hazards(number):
    ward = WARD.table(1)[0]
    ward.identity, ward.hazard_kind[:] = 1, NO_HAZARD
    ward.hazard_kind[:number] = DOSE_SLIP
    ward.hazard_size[:number] = np.arange(number) + 1.0
    ward.hazard_visible[:number] = np.linspace(0, 1, number)
    ward.hazards[DOSE_SLIP] = number
    return ward


def test_a_walk_comes_upon_hazards_whatever_their_size_and_visibility():
    p = settings({"leadership.walk_finds": 0.1}, {})
    role, staffing = LEAD.table(1)[0], STAFFING.table(1)[0]
    found = np.zeros(MOST_HAZARDS)
    for now in range(3_000):
        ward = hazards(20)
        walks(role, ward, staffing, p, Chance(1, now))
        found += ward.hazard_known
    assert staffing.hazards_found == found.sum()
    assert found[:20] / 3_000 == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / 3_000))
    assert not found[20:].any()


def test_design_mends_the_largest_hazard_that_is_known_and_else_betters_the_pathway():
    p = settings({"leadership.mends": 1.0, "leadership.design_adds": 0.1}, {})
    role, staffing, ward = LEAD.table(1)[0], STAFFING.table(1)[0], hazards(5)
    ward.hazard_known[[0, 2, 3]] = 1
    sizes = []
    while largest_known(ward) >= 0:
        sizes.append(ward.hazard_size[largest_known(ward)])
        designs(role, ward, staffing, p, Chance(1, 0))
        assert ward.pathway_design == 0.0
    assert sizes == [4.0, 3.0, 1.0]
    assert (staffing.hazards_mended, staffing.size_mended) == (3, 8_000)
    designs(role, ward, staffing, p, Chance(1, 0))
    assert ward.pathway_design == pytest.approx(0.1)


def test_a_report_shows_the_hazard_behind_it_to_a_lead_who_looks_at_the_process():
    p = settings({"leadership.reviews_report": 1.0}, {})
    for blames, known in ((0.0, 1), (1.0, 0)):
        role, staffing, ward = LEAD.table(1)[0], STAFFING.table(1)[0], hazards(1)
        role.blames, role.reports[DOSE_SLIP] = blames, 2
        designs(role, ward, staffing, p, Chance(1, 0))
        assert ward.hazard_known[0] == known
        assert role.reports[DOSE_SLIP] == staffing.reports_reviewed == 1


@pytest.mark.parametrize("aggregates", [0.0, 1.0])
def test_many_records_move_habit_by_the_shortfall_and_a_single_one_mostly_by_noise(aggregates):
    p = settings({"leadership.records_shown": 1000, "leadership.feedback_moves": 0.5, "leadership.overreacts": 0.3}, {})
    role, ward, nurse = LEAD.table(1)[0], WARD.table(1)[0], a_nurse()
    role.aggregates, ward.steps_followed_share = aggregates, 0.8
    nurse.trust = 1.0
    after = []
    for now in range(3_000):
        nurse.habit = 0.5
        shows_data(role, nurse, ward, p, Chance(1, now))
        after.append(float(nurse.habit))
    if aggregates:
        assert np.mean(after) == pytest.approx(0.5 * (1 - 0.5 * 0.2), abs=0.002)
        assert np.std(after) < 0.01
    else:
        assert np.std(after) > 0.05


@pytest.mark.parametrize(
    ("dial", "met", "pressure"), [(0.0, 0.0, 0.0), (0.5, 0.6, 0.7), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)]
)
def test_pressure_is_the_gap_to_the_target_times_the_dial(dial, met, pressure):
    p = settings({"dials.target_pressure": dial, "flow.gap_presses": 4.0}, {})
    role, ward = LEAD.table(1)[0], WARD.table(1)[0]
    role.required_share, role.met_share = 0.95, 0.95
    for day in range(1, 200):
        ward.clocks_stopped, ward.clocks_in_time = 10 * day, round(10 * day * met)
        feels_pressure(role, ward, p)
    assert role.pressure == ward.pressure == pytest.approx(min(1.0, dial * 4 * max(0.0, 0.95 - met)), abs=0.02)
    assert pressure == pytest.approx(role.pressure, abs=0.02)


def outcomes(state):
    """What happened to patients, without the lead's own books."""
    names = [name for name in state.true.dtype.names if name != "led"]
    return {name: state.true[name].copy() for name in names} | {"funnel": state.funnel.copy()}


def same(one, other):
    return all(np.array_equal(one[name], other[name]) for name in one)


def target(scenario, dial):
    content = scenario.model_dump(mode="json", exclude_none=True)
    content["dials"]["target_pressure"] = dial
    with_target = {
        **content,
        "target": {"title": "Four hours", "stops": "bed", "deadline": 4.0, "required_share": 0.95},
    }
    return type(scenario).model_validate(content), type(scenario).model_validate(with_target)


def test_without_pressure_a_target_changes_nothing_and_with_it_something():
    for dial, changes in ((0.0, False), (1.0, True)):
        plain, with_target = (run(scenario, 60) for scenario in target(styled(), dial))
        assert same(outcomes(plain), outcomes(with_target)) != changes


UNHEARD = ("symbolic_attention", "fallibility", "promises", "feedback", "coaching", "recognition", "blame", "pressure")
HANDS = {"paperwork": 20.0}


def test_with_nobody_listening_styles_whose_hours_go_to_the_same_work_do_not_differ():
    """Manner and stance act on listeners alone: with their updates blocked, nothing of them is left."""
    deaf = without(*UNHEARD, "learned_voice", "report_reviews")
    hours = {activity: (20.0 if activity == "walk" else 0.0) for activity in ACTIVITIES}
    harsh = {"admits_errors": 0.0, "keeps_promises": 0.0, "quality_language": 0.0}
    kind = {"admits_errors": 1.0, "keeps_promises": 1.0, "quality_language": 1.0}
    states = [
        run(changed(styled(hours, manner, stance), deaf), 60)
        for manner, stance in ((harsh, {"blames": 1.0, "presses": 1.0}), (kind, {"blames": 0.0, "presses": 0.0}))
    ]
    assert same(*(outcomes(state) for state in states))
    assert states[0].staffing["led_hours"].sum() > 100


def test_a_lead_who_only_does_paperwork_is_like_none_but_for_the_own_time():
    """Nobody brings the manager anything and no decision waits, so the lead's own time is nobody's."""
    alone = without("ideas", "raised_hazards", "exceptions", "symbolic_attention")
    idle = {activity: HANDS.get(activity, 0.0) for activity in ACTIVITIES}
    lead = run(changed(styled(idle), alone), 60)
    nobody = run(changed(styled(idle), alone | without("leadership")), 60)
    assert same(outcomes(lead), outcomes(nobody))
    assert lead.nurses["weights"].tobytes() == nobody.nurses["weights"].tobytes()
