"""What an encounter with a lead changes, against what can be worked out by hand; and what it never changes."""

import numpy as np
import pytest

from sim.agents.staff import takes_in_lead
from sim.leadership.encounters import (
    coaches,
    convenes,
    designs,
    is_kept,
    largest_known,
    recognises,
    reviews_trials,
    shows_data,
    walks,
)
from sim.leadership.influence import counts_for_trust, grows_near_or_strange, responds_to_error
from sim.leadership.targets import counts_gap, feels_pressure
from sim.state.chance import Chance
from sim.state.ledgers import OBSERVED, STAFFING, TRUE
from sim.state.parameters import settings
from sim.state.rows import DIVISION, LEAD, MOST_HAZARDS, PATIENT, STAFF, WARD
from sim.state.vocabulary import (
    ACTIVITIES,
    BED,
    CHASE,
    CONSTRAINED,
    CONSULTANT,
    DIVISION_MANAGER,
    DOCTOR,
    DOSE_SLIP,
    LED_BY_WARD_MANAGER,
    NEVER,
    NO_HAZARD,
    NURSE,
    REPETITIVE,
    SENIOR_NURSE,
    STAFF_NURSE,
    UNCONSTRAINED,
    WARD_MANAGER,
    WELCOMED,
)
from sim.ward.constrained import NO_OPTION
from sim.ward.unconstrained import NO_TRIAL
from sim.ward.voice import ACTED_ON
from tests.leadership.test_week import styled
from tests.limits.bench import build_state, changed, everybody, heeding, person, run, small, without


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


def a_lead(grade=WARD_MANAGER):
    lead = STAFF.table(1)[0]
    lead.grade = grade
    return lead


@pytest.mark.parametrize(
    ("grade", "has_favours"),
    [(WARD_MANAGER, True), (SENIOR_NURSE, True), (DIVISION_MANAGER, True), (CONSULTANT, False)],
)
def test_recognition_adds_to_engagement_and_so_do_favours_of_those_who_have_the_rota_to_give(grade, has_favours):
    changes = {"leadership.recognition_adds": 0.2, "leadership.favour_adds": 0.1}
    for switched_on in (False, True):
        p = settings(changes, {"tools_of_authority": switched_on})
        nurse = a_nurse()
        nurse.engagement = 0.5
        for _ in range(5):
            recognises(a_lead(grade), nurse, p)
        left = 0.8 * (0.9 if has_favours and switched_on else 1.0)
        assert nurse.engagement == pytest.approx(1 - 0.5 * left**5)


@pytest.mark.parametrize("kept", [True, False])
def test_those_in_earshot_see_what_becomes_of_a_promise_and_trust_by_it_from_midnight(kept):
    p = settings(
        {"voice.earshot": 1.0, "voice.overheard_counts": 0.5, "leadership.trust_learns": 0.2}, {"presence": False}
    )
    state = build_state(small(), 1, 1)
    teller, lead, role = person(state, "nurses", STAFF_NURSE), state.managers[0], state.leads[0]
    role.keeps_promises = float(kept)
    for people in (state.nurses, state.doctors):
        people["on_shift"], people["trust"] = 1, 0.4
    state.nurses["away"][3] = 1
    assert (
        is_kept(lead, role, teller, ACTED_ON, WELCOMED, 0, everybody(state), TRUE.table(1)[0], p, Chance(1, 7)) == kept
    )
    met = float(kept)
    assert teller.trust == pytest.approx(0.4 + 0.2 * (met - 0.4))
    for people in (state.nurses, state.doctors):
        for colleague in people:
            grows_near_or_strange(colleague, role, p)
            assert (colleague.promises_heard, colleague.promises_seen) == (0, 0)
    overheard = 0.4 + (1 - 0.8**0.5) * (met - 0.4)
    assert state.doctors["trust"] == pytest.approx(overheard)
    assert state.nurses["trust"][3] == 0.4, "who is elsewhere hears of nothing"
    assert (np.abs(state.nurses["trust"] - overheard) < 1e-12).sum() == len(state.nurses) - 2


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
        nurse.lead_seen[activity] = nurse.sightings = 1
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
    assert nurse.sightings == 0


def test_nobody_copies_a_lead_who_is_not_trusted():
    p = settings({"leadership.copies": 1.0}, {})
    nurse = a_nurse()
    before = nurse.weights.copy()
    nurse.trust, nurse.lead_seen[CHASE], nurse.sightings = 0.0, 5, 5
    takes_in_lead(nurse, p)
    assert (nurse.weights == before).all()
    nurse.trust, nurse.lead_seen[CHASE], nurse.sightings = 0.1, 5, 5
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


@pytest.mark.parametrize("knows", [0.25, 1.0])
def test_a_walk_comes_upon_hazards_whatever_their_size_and_visibility(knows):
    """The likelier, the better the lead knows the ward."""
    p = settings({"leadership.walk_finds": 0.1 / knows}, {})
    role, staffing = LEAD.table(1)[0], STAFFING.table(1)[0]
    role.knows_ward = knows
    found = np.zeros(MOST_HAZARDS)
    for now in range(3_000):
        ward = hazards(20)
        walks(role, ward, staffing, p, Chance(1, now))
        found += ward.hazard_known
    assert staffing.hazards_found == found.sum()
    assert found[:20] / 3_000 == pytest.approx(0.1, abs=4 * np.sqrt(0.09 / 3_000))
    assert not found[20:].any()


def test_design_mends_the_largest_hazard_that_is_known_and_else_betters_the_pathway():
    p = settings({"leadership.mends": 1.0, "leadership.design_adds": 0.1}, {"tools_of_authority": False})
    role, staffing, ward = LEAD.table(1)[0], STAFFING.table(1)[0], hazards(5)
    role.knows_ward = 1.0
    ward.hazard_known[[0, 2, 3]] = 1
    sizes = []
    while largest_known(ward) >= 0:
        sizes.append(ward.hazard_size[largest_known(ward)])
        designs(a_lead(), role, ward, TRUE.table(1)[0], staffing, p, Chance(1, 0))
        assert ward.pathway_design == 0.0
    assert sizes == [4.0, 3.0, 1.0]
    assert (staffing.hazards_mended, staffing.size_mended) == (3, 8_000)
    designs(a_lead(), role, ward, TRUE.table(1)[0], staffing, p, Chance(1, 0))
    assert ward.pathway_design == pytest.approx(0.1)


@pytest.mark.parametrize(("grade", "means"), [(CONSULTANT, 0.7), (WARD_MANAGER, 1.5), (DIVISION_MANAGER, np.inf)])
def test_a_hazard_beyond_the_means_of_a_lead_goes_up_once_and_is_no_more_in_her_hands(grade, means):
    p = settings({"leadership.mends": 1.0}, {})
    for size in (0.6, 1.0, 2.0):
        role, staffing, counts, ward = LEAD.table(1)[0], STAFFING.table(1)[0], TRUE.table(1)[0], hazards(1)
        role.knows_ward, ward.hazard_size[0], ward.hazard_known[0] = 1.0, size, 1
        for _ in range(2):
            designs(a_lead(grade), role, ward, counts, staffing, p, Chance(1, 0))
        assert counts.changes_sent_up == ward.hazard_sent_up[0] == (size > means)
        assert staffing.hazards_mended == (size <= means)


def test_those_above_press_on_a_ward_that_does_well_for_what_others_miss():
    changes = {"dials.target_pressure": 1.0, "flow.gap_presses": 1.0, "flow.answers_for_division": 0.5}
    for layers, felt in ((False, 0.0), (True, 0.15)):
        p = settings(changes, {"layers": layers})
        leads, ward, division = LEAD.table(2), WARD.table(1)[0], DIVISION.table(1)[0]
        leads["required_share"], leads["met_share"], leads["answers_above"] = 0.9, (0.9, 0.3), 1
        manager = STAFF.table(1)[0]
        counts_gap(division, manager, leads, p)
        assert division.gap == manager.pressure == pytest.approx(0.3)
        feels_pressure(leads[0], ward, division, p)
        assert leads[0].pressure == pytest.approx(felt)
        feels_pressure(leads[1], ward, division, p)  # one that does worse than the division answers for itself alone
        assert leads[1].pressure == pytest.approx(0.6)
        leads["answers_above"] = 0  # the wards alone see it: each answers to itself
        counts_gap(division, manager, leads, p)
        assert division.gap == manager.pressure == 0.0
        for lead, gap in zip(leads, (0.0, 0.6), strict=True):
            feels_pressure(lead, ward, division, p)
            assert lead.pressure == pytest.approx(gap)


def test_a_report_shows_the_hazard_behind_it_to_a_lead_who_looks_at_the_process():
    p = settings({"leadership.reviews_report": 1.0}, {})
    for blames, known in ((0.0, 1), (1.0, 0)):
        role, staffing, ward = LEAD.table(1)[0], STAFFING.table(1)[0], hazards(1)
        role.blames, role.reports[DOSE_SLIP], role.knows_ward = blames, 2, 1.0
        designs(a_lead(), role, ward, TRUE.table(1)[0], staffing, p, Chance(1, 0))
        assert ward.hazard_known[0] == known
        assert role.reports[DOSE_SLIP] == staffing.reports_reviewed == 1


STANDARD = 0.8


def feedback_to_nurse(share, records, aggregates=1.0, on_pathway=0.0, times=3_000, habit=0.5):
    """Habit after each of many first samples, and the ledger in which they are counted."""
    p = settings(
        {
            "leadership.records_shown": records,
            "leadership.feedback_learns": 0.4,
            "leadership.feedback_moves": 0.5,
            "leadership.standard": STANDARD,
        },
        {},
    )
    role, ward, nurse, staffing = LEAD.table(1)[0], WARD.table(1)[0], a_nurse(), STAFFING.table(1)[0]
    beds = PATIENT.table(2)
    beds["place"], beds["mode"], beds["on_pathway"] = BED, REPETITIVE, on_pathway
    role.shows_aggregates[:], role.looked_at = aggregates, 2
    ward.steps_followed_share, ward.steps_before = share, 100
    nurse.trust = 1.0
    after = []
    for now in range(times):
        nurse.habit, nurse.process_seems = habit, STANDARD
        shows_data(role, nurse, beds, ward, staffing, p, Chance(1, now))
        after.append(float(nurse.habit))
    return np.array(after), staffing


def habit_after(shown, habit=0.5):
    """By hand: the estimate moves by 0.4 to what is shown, habit by half of what is missing then."""
    missing = STANDARD - (STANDARD + 0.4 * (shown - STANDARD))
    return habit - 0.5 * missing * (habit if missing > 0 else 1 - habit)


def test_a_large_sample_below_the_standard_brings_people_to_the_norm_and_one_above_to_their_own_ways():
    for share in (0.5, 0.95):
        after, staffing = feedback_to_nurse(share, 1000)
        assert after.mean() == pytest.approx(habit_after(share), abs=0.001)
        assert staffing.samples_shown == 3_000
        assert staffing.samples_misled == 0


@pytest.mark.parametrize("on_pathway", [0.0, 0.3, 0.9, 1.0])
def test_a_single_case_is_a_record_of_the_patient_looked_at_and_goes_by_the_same_rule(on_pathway):
    """It mostly misleads: what one step showed is taken for all of the work, which is usually good enough here."""
    after, staffing = feedback_to_nurse(0.85, 40, aggregates=0.0, on_pathway=on_pathway)
    assert set(np.round(after, 9)) <= {round(habit_after(shown), 9) for shown in (0.0, 1.0)}
    good = (after > 0.5).mean()
    error = 4 * np.sqrt(on_pathway * (1 - on_pathway) / len(after))
    assert good == pytest.approx(on_pathway, abs=error)
    assert staffing.samples_misled == round((1 - good) * len(after))


def test_the_smaller_the_sample_the_oftener_it_misleads():
    misled = [feedback_to_nurse(0.75, records)[1].samples_misled for records in (4, 40, 400)]
    assert misled[0] > misled[1] > misled[2] >= 0
    assert misled[0] > 600


def test_where_nothing_is_on_record_there_is_nothing_to_show():
    p = settings({}, {})
    for profession, aggregates in ((NURSE, 1.0), (NURSE, 0.0), (DOCTOR, 1.0)):
        role, ward, staffing, beds = LEAD.table(1)[0], WARD.table(1)[0], STAFFING.table(1)[0], PATIENT.table(1)
        beds["place"], beds["mode"] = BED, UNCONSTRAINED
        role.shows_aggregates[:], role.looked_at = aggregates, 1
        someone = a_nurse()
        someone.profession, someone.trust = profession, 1.0
        before = float(someone.habit)
        shows_data(role, someone, beds, ward, staffing, p, Chance(1, 5))
        assert someone.habit == before
        assert staffing.samples_shown == beds[0].further_readings == 0


def test_a_doctor_sees_how_often_treatment_began_by_protocol_or_looks_again_at_one_trial():
    p = settings({"leadership.records_shown": 1000}, {})
    role, ward, staffing, beds = LEAD.table(1)[0], WARD.table(1)[0], STAFFING.table(1)[0], PATIENT.table(2)
    beds["place"], beds["mode"] = BED, UNCONSTRAINED
    ward.protocol_share, ward.begun_before, ward.steps_followed_share = 0.2, 9, 1.0
    doctor = person(build_state(small(), 1, 1), "doctors", CONSULTANT)
    doctor.trust, doctor.habit = 1.0, 0.5
    role.shows_aggregates[:] = 1.0
    shows_data(role, doctor, beds, ward, staffing, p, Chance(1, 5))
    assert doctor.habit < 0.5
    assert not beds["further_readings"].any()
    role.shows_aggregates[:], role.looked_at, habit = 0.0, 2, float(doctor.habit)
    shows_data(role, doctor, beds, ward, staffing, p, Chance(1, 6))
    assert list(beds["further_readings"]) == [0, 1]
    assert doctor.habit == habit


ALL_IS_HEEDED = {
    **heeding(1.0),
    "voice.stake_in_override": 1.0,
    "dials.devolution.override": 1.0,
}


def a_ward_round(mode):
    """A hospital at work whose second patient, of this mode, the lead has looked at."""
    state = build_state(small(), 1, 1)
    beds = state.patients[:6]
    beds["place"], beds["identity"], beds["due"] = BED, (1 << 40) + np.arange(6), NEVER
    beds["mode"], beds["option"], beds["trial"], beds["best_option"] = CONSTRAINED, NO_OPTION, NO_TRIAL, 1
    beds["mode"][1] = mode
    for people in (state.nurses, state.doctors):
        people["on_shift"], people["first_bed"], people["end_bed"] = 1, 0, 6
    state.leads[0].looked_at = 2
    state.nurses["voice_is_acted_on"] = 1e6  # they say whatever they see
    return state, beds


@pytest.mark.parametrize("mode", [REPETITIVE, CONSTRAINED, UNCONSTRAINED])
def test_the_team_meets_about_the_patient_whom_the_lead_looked_at_and_does_what_that_mode_gives_room_for(mode):
    state, beds = a_ward_round(mode)
    funnel, counts, seen = np.zeros_like(state.funnel[0]), TRUE.table(3), OBSERVED.table(3)
    p = settings({"modes.sees_misfit": 1.0, "control.overrides": 1.0} | ALL_IS_HEEDED, {})
    role, lead = state.leads[0], state.managers[0]
    convenes(lead, role, everybody(state), beds, state.wards[0], funnel, counts, seen, p, Chance(1, 40))
    chosen = beds["option"] != NO_OPTION
    assert list(np.flatnonzero(chosen)) == ([1] if mode == CONSTRAINED else [])
    assert list(np.flatnonzero(beds["plan_made"])) == ([1] if mode == CONSTRAINED else [])
    assert list(beds["further_readings"]) == [0, 2 if mode == UNCONSTRAINED else 0, 0, 0, 0, 0]
    assert (state.doctors["engaged"].sum(), state.nurses["engaged"].sum()) >= (2, 1)
    assert (role.looked_at, role.looks_at) == (0, 40)
    assert list(np.flatnonzero(beds["set_aside"])) == ([1] if mode == REPETITIVE else [])
    before = beds.tobytes()
    convenes(lead, role, everybody(state), beds, state.wards[0], funnel, counts, seen, p, Chance(1, 41))
    assert beds.tobytes() == before, "nobody was looked at since, so there is nobody to speak of"


@pytest.mark.parametrize(("effect", "reconsiders", "again"), [(1.0, True, 0), (0.0, True, 1), (0.0, False, 0)])
def test_a_team_does_not_put_to_the_vote_again_what_seems_to_work(effect, reconsiders, again):
    state, beds = a_ward_round(CONSTRAINED)
    p = settings({"modes.progress_noise": 0.1, "modes.slow_below": 0.5}, {"reconsideration": reconsiders})
    funnel, counts, seen = np.zeros_like(state.funnel[0]), TRUE.table(3), OBSERVED.table(3)
    beds["option"], beds["effect"] = 1, effect
    lead, role, team, ward = state.managers[0], state.leads[0], everybody(state), state.wards[0]
    convenes(lead, role, team, beds, ward, funnel, counts, seen, p, Chance(1, 40))
    assert (counts["treatment_choices"][CONSTRAINED], counts["reconsidered"][CONSTRAINED]) == (again, again)
    assert beds["plan_made"][1] == 1


@pytest.mark.parametrize("mode", [REPETITIVE, CONSTRAINED, UNCONSTRAINED])
def test_a_review_is_of_the_trial_of_the_patient_looked_at_and_elsewhere_there_is_none(mode):
    state, beds = a_ward_round(mode)
    p, role = settings({"leadership.rigour_taught": 1.0}, {}), state.leads[0]
    beds["mode"][3] = UNCONSTRAINED
    state.doctors["trust"] = 1.0
    reviews_trials(state.managers[0], role, everybody(state), beds, p, Chance(1, 40))
    assert list(beds["further_readings"]) == [0, 1 if mode == UNCONSTRAINED else 0, 0, 0, 0, 0]
    assert state.doctors["rigour"].sum() == (1 if mode == UNCONSTRAINED else 0)
    assert role.looked_at == (0 if mode == UNCONSTRAINED else 2)


def test_whoever_sees_a_lead_near_knows_her_by_her_tone_and_to_others_she_becomes_a_stranger():
    changes = {"leadership.trust_learns": 0.1, "leadership.seen_builds": 0.5, "leadership.estranges": 0.02}
    p = settings(changes, {})
    role, nurse = LEAD.table(1)[0], a_nurse()
    role.warmth, role.held_by = 0.9, LED_BY_WARD_MANAGER
    stranger = float(p.leadership.trust_at_start)
    nurse.trust = 0.1
    for _ in range(300):
        nurse.lead_near = 2
        grows_near_or_strange(nurse, role, p)
        assert nurse.lead_near == 0
    assert nurse.trust == pytest.approx(0.9, abs=1e-6)
    for day in range(1, 100):
        grows_near_or_strange(nurse, role, p)
        assert nurse.trust == pytest.approx(stranger + (0.9 - stranger) * 0.98**day)
    cold = settings(changes, {"manner": False})
    for _ in range(300):
        nurse.lead_near = 2
        grows_near_or_strange(nurse, role, cold)
    assert nurse.trust == pytest.approx(0.5, abs=1e-6), "without manner a tone is neither warm nor cold"


@pytest.mark.parametrize(
    ("dial", "met", "pressure"), [(0.0, 0.0, 0.0), (0.5, 0.6, 0.7), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)]
)
def test_pressure_is_the_gap_to_the_target_times_the_dial(dial, met, pressure):
    p = settings({"dials.target_pressure": dial, "flow.gap_presses": 4.0}, {})
    role, ward = LEAD.table(1)[0], WARD.table(1)[0]
    role.required_share, role.met_share = 0.95, 0.95
    for day in range(1, 200):
        ward.clocks_stopped, ward.clocks_in_time = 10 * day, round(10 * day * met)
        feels_pressure(role, ward, DIVISION.table(1)[0], p)
    assert role.pressure == pytest.approx(min(1.0, dial * 4 * max(0.0, 0.95 - met)), abs=0.02)
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


def test_a_manager_who_lends_a_hand_has_no_time_for_the_inbox():
    """Twenty hours at the bedside are taken from the desk, like twenty hours of anything else."""
    waits = {}
    for activity in ("direct_care", "paperwork"):
        hours = {name: (20.0 if name == activity else 0.0) for name in ACTIVITIES}
        central = changed(styled(hours), {"dials.devolution": 0.0, "control.attention": 1.0} | without("pressure"))
        state = run(central, 200)
        waits[activity] = state.true["exception_delay"].sum() / state.true["exceptions_decided"].sum()
        assert state.staffing["led_hours"].sum() > 1_500
    nobody = run(changed(styled(), {"dials.devolution": 0.0, "control.attention": 1.0} | without("leadership")), 200)
    unled = nobody.true["exception_delay"].sum() / nobody.true["exceptions_decided"].sum()
    assert min(waits.values()) > 1.1 * unled


def test_a_lead_who_only_does_paperwork_is_like_none_but_for_the_own_time():
    """Nobody brings the manager anything and no decision waits, so the lead's own time is nobody's.

    The stance on control is neutral, and nobody leaves the role to be trusted anew.
    """
    alone = without("ideas", "raised_hazards", "reporting", "exceptions", "symbolic_attention", "succession")
    idle = styled({activity: HANDS.get(activity, 0.0) for activity in ACTIVITIES}, stance={"devolves": 0.5})
    lead = run(changed(idle, alone), 60)
    nobody = run(changed(idle, alone | without("leadership")), 60)
    assert same(outcomes(lead), outcomes(nobody))
    assert lead.nurses["weights"].tobytes() == nobody.nurses["weights"].tobytes()
