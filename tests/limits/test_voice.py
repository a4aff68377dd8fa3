"""Voice as a whole: the rule by which people speak, what they learn from it, and what it does not touch.

Bounds on shares are four standard errors.
"""

import itertools
import math

import numpy as np
import pytest

from sim.agents.staff import chooses_tasks
from sim.agents.voice import (
    answers,
    chance_to_speak,
    cost_of_voice,
    files_report,
    hears_answer,
    heeds,
    sees_action,
    speaks_up,
    takes_in_answers,
)
from sim.engine.hospital_state import HospitalState
from sim.engine.record import snapshot
from sim.engine.tick import simulate
from sim.scenario import load
from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    ANSWERS,
    CHANCES,
    CONSULTANT,
    DOSE_SLIP,
    ERRORS,
    FAILURE_TO_RESCUE,
    IGNORED,
    JUNIOR,
    MADE,
    MISJUDGED_TRIAL,
    NOTICED,
    PERSON,
    REBUFFED,
    SAID,
    STAFF_NURSE,
    TICKS_PER_DAY,
    TREATMENT_MISTAKE,
    WELCOMED,
)
from sim.ward.errors import is_spoilt
from sim.ward.voice import ACTED_ON, SAID_IN_VAIN, SILENT, raises_concern
from tests.limits.bench import (
    SCENARIOS,
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
    without,
)

BASELINE = load(SCENARIOS / "baseline.toml")
OWN = 100  # percent of an event
FEELS = (0.9, 0.29, 0.07)  # by answer; 100 × 0.29 is a little less than 29 in binary


def feeling():
    return {f"voice.feels.{answer}": feels for answer, feels in zip(ANSWERS, FEELS, strict=True)}


def a_nurse():
    return person(build_state(small(), 1, 1), "nurses", STAFF_NURSE)


def is_share(part, whole, share):
    assert part / whole == pytest.approx(share, abs=4 * share_error(share, whole) + 1e-9)


# Learning.


@pytest.mark.parametrize("learns", [0.0, 0.05, 0.4, 1.0])
def test_own_answers_move_both_beliefs_by_the_rule_of_rescorla_and_wagner(learns):
    p = settings({"voice.learns": learns} | feeling(), {})
    nurse = a_nurse()
    nurse.voice_is_safe, nurse.voice_is_acted_on = safe, acted_on = 0.35, 0.8
    rng = np.random.default_rng(1)
    for _ in range(60):
        answer, heard = int(rng.integers(3)), bool(rng.integers(2))
        hears_answer(nurse, answer, OWN, p)
        sees_action(nurse, heard, OWN)
        takes_in_answers(nurse, p)
        safe += learns * (FEELS[answer] - safe)
        acted_on += learns * (heard - acted_on)
        assert nurse.voice_is_safe == pytest.approx(safe, abs=1e-12)
        assert nurse.voice_is_acted_on == pytest.approx(acted_on, abs=1e-12)
    takes_in_answers(nurse, p)  # nothing was met: nothing is learned twice
    assert nurse.voice_is_safe == pytest.approx(safe, abs=1e-12)


@pytest.mark.parametrize("weight", [0.1, 0.29, 0.5, 1.0])
def test_an_overheard_answer_counts_as_that_part_of_an_own_one(weight):
    """With weight w the rate is 1 − (1 − α)^w, so that 1 / w overheard answers teach as much as one of one's own."""
    learns = 0.3
    p = settings({"voice.learns": learns, "voice.overheard_counts": weight, "voice.earshot": 1.0} | feeling(), {})
    rate = 1 - (1 - learns) ** weight
    state = build_state(small(), 1, 1)
    listener, speaker, junior = state.nurses[0], state.nurses[1], person(state, "doctors", JUNIOR)
    listener.on_shift = speaker.on_shift = 1
    speaker.voice_is_acted_on = speaker.voice_is_safe = 1.0
    safe, acted_on = float(listener.voice_is_safe), float(listener.voice_is_acted_on)
    met = set()
    for now in range(80):
        _, true, _ = ledgers()
        p.voice.temper, p.voice.fear, p.voice.status_weighs = 0.01, 0.0, 0.0  # so that she always says it
        said = raises_concern(speaker, junior, 1.0, 7, 0, everybody(state), true, p, Chance(1, now))
        answer = int(np.argmax(true.answers))
        met.add((answer, said))
        takes_in_answers(listener, p)
        safe += rate * (FEELS[answer] - safe)
        acted_on += rate * ((said == ACTED_ON) - acted_on)
        assert listener.voice_is_safe == pytest.approx(safe, abs=1e-12)
        assert listener.voice_is_acted_on == pytest.approx(acted_on, abs=1e-12)
    assert len(met) == 6  # every answer, acted on and not
    assert listener.spoken == listener.occasions == listener.interrupting == 0


def test_many_answers_in_one_tick_teach_the_same_in_any_order():
    p = settings({"voice.learns": 0.2} | feeling(), {})
    events = [
        (WELCOMED, True, OWN),
        (REBUFFED, False, 30),
        (IGNORED, True, 30),
        (IGNORED, False, OWN),
        (WELCOMED, 0, 7),
    ]
    ends = set()
    for order in itertools.permutations(events):
        nurse = a_nurse()
        nurse.voice_is_safe, nurse.voice_is_acted_on = 0.4, 0.6
        for answer, acted_on, percent in order:
            hears_answer(nurse, answer, percent, p)
            sees_action(nurse, acted_on, percent)
        takes_in_answers(nurse, p)
        ends.add((float(nurse.voice_is_safe), float(nurse.voice_is_acted_on)))
    assert len(ends) == 1  # to the last bit
    # As if what was met on average had been met as often as all of them together.
    percents = np.array([percent for *_, percent in events])
    kept = 0.8 ** (percents.sum() / 100)
    for end, start, met in (
        (ends.copy().pop()[0], 0.4, [FEELS[answer] for answer, *_ in events]),
        (ends.copy().pop()[1], 0.6, [float(acted_on) for _, acted_on, _ in events]),
    ):
        mean = np.average(met, weights=percents)
        assert end == pytest.approx(mean + (start - mean) * kept, abs=1e-12)


@pytest.mark.parametrize("number", [1, 2, 9])
def test_equal_answers_in_one_tick_teach_as_much_as_one_after_the_other(number):
    p = settings({"voice.learns": 0.1} | feeling(), {})
    together, apart = a_nurse(), a_nurse()
    for nurse in (together, apart):
        for _ in range(number):
            hears_answer(nurse, IGNORED, OWN, p)
            sees_action(nurse, True, OWN)
            if nurse is apart:
                takes_in_answers(nurse, p)
        takes_in_answers(nurse, p)
    assert together.voice_is_safe == pytest.approx(apart.voice_is_safe, abs=1e-12)
    assert together.voice_is_acted_on == pytest.approx(apart.voice_is_acted_on, abs=1e-12)


def believed(state: HospitalState, name: str) -> np.ndarray:
    return np.concatenate([state.nurses[name], state.doctors[name], state.pharmacists[name]])


@pytest.mark.parametrize(("hold", "learned"), [(0, True), (1, True), (0, False), (1, False)])
def test_beliefs_that_are_held_stay_for_the_whole_run_and_others_are_learned(hold, learned):
    """Of those who stay: a newcomer believes what newcomers do."""
    scenario = changed(
        BASELINE, {"dials.hold": hold, "mechanisms.learned_voice": learned, "mechanisms.turnover": False}
    )
    days = 60
    start, end = build_state(scenario, 2, days), run(scenario, days, 2)
    safe, acted_on = (believed(end, name) != believed(start, name) for name in ("voice_is_safe", "voice_is_acted_on"))
    assert end.true["concerns"].sum() > 200
    if hold or not learned:
        assert not safe.any()
        assert not acted_on.any()
        return
    assert acted_on.mean() > 0.5
    assert safe.mean() > 0.5
    for name in ("voice_is_safe", "voice_is_acted_on"):
        assert believed(end, name).min() >= 0
        assert believed(end, name).max() <= 1


@pytest.mark.parametrize("earshot", [0.0, 0.3, 1.0])
def test_as_many_overhear_as_are_in_earshot(earshot):
    p = settings(outspoken(0.9) | {"voice.earshot": earshot, "voice.overheard_counts": 1.0}, {})
    state = build_state(changed(small(), outspoken(0.9)), 1, 1)
    state.nurses["on_shift"] = state.doctors["on_shift"] = 1
    state.nurses[4].away = 1
    state.nurses[5].on_shift = 0
    speaker, hearer = state.nurses[0], state.doctors[0]
    _, true, _ = ledgers()
    for now in range(2_000):
        raises_concern(speaker, hearer, 1.0, 7, 0, everybody(state), true, p, Chance(1, now))
    is_share(true.concerns, 2_000, 0.9)
    assert true.concerns == true.answers.sum() == speaker.spoken == hearer.interrupting == speaker.interrupting
    assert (true.concerns + true.silences) == speaker.occasions == 2_000
    assert speaker.safety_heard == speaker.action_heard == OWN * true.concerns
    assert hearer.safety_heard == hearer.action_heard == 0  # who is spoken to learns nothing about being heard
    for colleague in (*state.nurses[1:4], *state.doctors[1:]):
        assert colleague.safety_heard == colleague.action_heard
        is_share(colleague.safety_heard / OWN, true.concerns, earshot)
    for absent in state.nurses[4:]:
        assert absent.safety_heard == absent.action_heard == 0


# The rule.


def logistic(x):
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize("hurried", [(0, 0), (1, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("safe", [0.0, 0.7])
@pytest.mark.parametrize("status", [True, False])
def test_the_chance_to_speak_is_what_is_at_stake_against_what_it_costs(hurried, safe, status):
    p = settings({"voice.fear": 0.3, "voice.status_weighs": 0.5, "voice.busy_weighs": 0.2}, {"status": status})
    state = build_state(small(), 1, 1)
    nurse, consultant = person(state, "nurses", STAFF_NURSE), person(state, "doctors", CONSULTANT)
    nurse.voice_is_safe, nurse.voice_is_acted_on, consultant.inviting = safe, 0.6, 0.4
    nurse.hurried, consultant.hurried = hurried
    gap = consultant.status - nurse.status
    assert gap > 0.5
    for speaker, hearer, higher in ((nurse, consultant, gap), (consultant, nurse, 0.0)):
        cost = 0.3 * (1 - speaker.voice_is_safe) + 0.2 * max(hurried)
        cost += 0.5 * higher * (1 - hearer.inviting) if status else 0
        assert cost_of_voice(speaker, hearer, p) == pytest.approx(cost)
        for stake in (0.2, 1.0):
            speaks = logistic((stake * speaker.voice_is_acted_on - cost) / p.voice.temper)
            assert chance_to_speak(stake * speaker.voice_is_acted_on, cost, p) == pytest.approx(speaks)
            draws = (np.arange(400) + 0.5) / 400
            said = np.mean([speaks_up(speaker, hearer, stake, p, draw) for draw in draws])
            assert said == pytest.approx(speaks, abs=1 / 400)
    p.on.voice = 0
    assert not speaks_up(nurse, consultant, 1.0, p, 0.0)
    assert not files_report(nurse, state.managers[0], p, 0.0)


def voiced(p, **changes):
    """The chance that a nurse speaks up to a consultant after some changes to either."""
    state = build_state(small(), 1, 1)
    nurse, consultant = person(state, "nurses", STAFF_NURSE), person(state, "doctors", CONSULTANT)
    nurse.voice_is_safe = nurse.voice_is_acted_on = consultant.inviting = 0.5
    for name, value in changes.items():
        who, what = name.split("__")
        setattr({"nurse": nurse, "consultant": consultant}[who], what, value)
    return chance_to_speak(0.7 * nurse.voice_is_acted_on, cost_of_voice(nurse, consultant, p), p)


STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("consultant__inviting", 1),
        ("nurse__voice_is_safe", 1),
        ("nurse__voice_is_acted_on", 1),
        ("nurse__status", 1),  # the gap closes
        ("consultant__status", -1),
        ("nurse__hurried", -1),
        ("consultant__hurried", -1),
    ],
)
def test_voice_rises_and_falls_with(name, direction):
    p = settings({}, {})
    steps = (0, 1) if name.endswith("hurried") else STEPS
    if name == "consultant__status":
        steps = (0.25, 0.5, 0.75, 1.0)  # from where the nurse stands upwards
    chances = [voiced(p, **{name: step}) for step in steps]
    assert all(direction * (later - earlier) > 0 for earlier, later in itertools.pairwise(chances))


def test_whoever_stands_lower_is_told_as_freely_as_an_equal_and_who_invites_it_as_freely_too():
    p = settings({}, {})
    assert voiced(p, consultant__status=0.0) == voiced(p, consultant__status=0.25)
    assert voiced(p, consultant__inviting=1.0) == voiced(p, consultant__inviting=1.0, consultant__status=0.25)


@pytest.mark.parametrize("inviting", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("hurried", [0, 1])
def test_concerns_are_met_as_manner_and_haste_say_and_acted_on_as_they_were_met(inviting, hurried):
    p = settings({"voice.hurry_curtails": 0.5, "voice.rebuffs": 0.3}, {})
    state = build_state(small(), 1, 1)
    nurse, junior = person(state, "nurses", STAFF_NURSE), person(state, "doctors", JUNIOR)
    junior.inviting, junior.hurried = inviting, hurried
    welcome = inviting * (0.5 if hurried else 1.0)
    draws = (np.arange(1_000) + 0.5) / 1_000
    met = np.bincount([answers(junior, nurse, p, draw) for draw in draws], minlength=3) / 1_000
    assert met[WELCOMED] == pytest.approx(welcome, abs=0.002)
    assert met[REBUFFED] == pytest.approx((1 - welcome) * 0.3, abs=0.002)
    assert met[IGNORED] == pytest.approx((1 - welcome) * 0.7, abs=0.002)
    for answer, chance in enumerate(p.voice.heeded):
        assert np.mean([heeds(junior, nurse, answer, p, draw) for draw in draws]) == pytest.approx(chance, abs=0.002)


def test_what_is_said_in_vain_is_told_from_silence_and_from_what_is_acted_on():
    speaks, hears = 0.6, 0.3
    p = settings(outspoken(speaks) | heeding(hears), {})
    state = build_state(changed(small(), outspoken(speaks)), 1, 1)
    nurse, junior = person(state, "nurses", STAFF_NURSE), person(state, "doctors", JUNIOR)
    _, true, _ = ledgers()
    found = np.zeros(3)
    for now in range(3_000):
        found[raises_concern(nurse, junior, 1.0, 7, 0, everybody(state), true, p, Chance(1, now))] += 1
    is_share(found[SILENT], 3_000, 1 - speaks)
    is_share(found[ACTED_ON], 3_000 * speaks, hears)
    is_share(found[SAID_IN_VAIN], 3_000 * speaks, 1 - hears)


# A reviewer's first question: does safety make fewer errors, or does it only say more of them?

FULL = {f"wards.{ward}.arrivals_per_day": 60.0 for ward in BASELINE.wards}  # beds are full on the first morning
HELD = {"dials.hold": 1, "voice.belief_spread": 0.0}
# What joins voice to later errors, or to choices that are made together: off, nothing made depends on what is said.
# Made together with those who speak, or by one whom safety makes honest.
CHOICES = (TREATMENT_MISTAKE, FAILURE_TO_RESCUE, MISJUDGED_TRIAL)
LINKS = ("overrides", "raised_hazards", "ideas")
# Whoever is blamed for what was reported checks more slowly from then on.
JOINTS = ("interruptions", "rescue", "harm", "false_concerns", "pooling", "honesty", "blame", *LINKS)
HEARD = {"errors.somebody_near": 1.0, "errors.colleague_notices": 1.0}  # so that much is noticed


SLIPS = list(
    range(DOSE_SLIP + 3)
)  # noticed at once or never; a wrong order can be noticed later, if not stopped before


def by_safety(seed, changes, days=1):
    """The same hospital at its start, under a safety of 0 and of 1, held."""
    for safety in (0.0, 1.0):
        scenario = changed(BASELINE, FULL | HELD | {"dials.psychological_safety": safety} | changes)
        yield build_state(scenario, seed, days)


def stage(state, number):
    return state.funnel[..., number].copy()


def contacts(state):
    return state.nurses["contacts"].sum() + state.doctors["contacts"].sum()


def test_true_errors_made_in_the_first_tick_with_contacts_are_the_same_whatever_safety():
    """Every mechanism is on; the ticks of forty hospitals until their first contacts."""
    made = 0
    for seed in range(1, 41):
        states = list(by_safety(seed, HEARD))
        now = 0
        while contacts(states[0]) == 0:
            for state in states:
                simulate(state, seed, now, now + 1)
            now += 1
        assert contacts(states[0]) == contacts(states[1])
        assert np.array_equal(stage(states[0], MADE), stage(states[1], MADE))
        assert np.array_equal(stage(states[0], CHANCES), stage(states[1], CHANCES))
        made += int(stage(states[0], MADE).sum())
    assert made > 40


def test_true_errors_made_on_the_whole_first_day_are_the_same_but_more_are_said():
    said = np.zeros(2)
    made = 0
    for seed in range(1, 7):
        states = list(by_safety(seed, HEARD | without(*JOINTS)))
        for now in range(TICKS_PER_DAY):
            for state in states:
                simulate(state, seed, now, now + 1)
            assert np.array_equal(stage(states[0], MADE), stage(states[1], MADE)), (seed, now)
        assert np.array_equal(*(stage(state, NOTICED)[:, :, SLIPS] for state in states))
        made += int(stage(states[0], MADE).sum())
        said += [stage(state, SAID).sum() for state in states]
    assert made > 600
    assert said[1] > 1.3 * said[0] > 0


def test_in_any_tick_of_a_running_hospital_safety_changes_what_is_said_and_not_what_slips():
    """A hospital in full swing is forked at every tick of four days: everybody feels safe, or nobody does."""
    seed, warm_up = 3, 14
    scenario = changed(BASELINE, {"dials.hold": 1} | without("false_concerns"))
    state = build_state(scenario, seed, warm_up + 5)
    simulate(state, seed, 0, warm_up * TICKS_PER_DAY)
    kinds = [kind for kind in range(len(ERRORS)) if kind not in CHOICES]
    said, made = np.zeros(2), 0
    for now in range(warm_up * TICKS_PER_DAY, (warm_up + 4) * TICKS_PER_DAY):
        forks = [snapshot(state) for _ in range(2)]
        for safety, fork in enumerate(forks):
            for people in (fork.nurses, fork.doctors, fork.pharmacists):
                people["voice_is_safe"] = safety
            simulate(fork, seed, now, now + 1)
        before = stage(state, MADE)[:, :, kinds].sum()
        assert np.array_equal(stage(forks[0], MADE)[:, :, kinds], stage(forks[1], MADE)[:, :, kinds])
        assert np.array_equal(stage(forks[0], CHANCES)[:, :, kinds], stage(forks[1], CHANCES)[:, :, kinds])
        made += stage(forks[0], MADE)[:, :, kinds].sum() - before
        said += [fork.true["concerns"].sum() - state.true["concerns"].sum() for fork in forks]
        simulate(state, seed, now, now + 1)
    assert made > 300
    assert said[1] > 1.3 * said[0] > 0


def test_where_voice_is_safe_more_of_what_is_noticed_is_said():
    rates, reports = [], []
    for safety in (0.0, 0.5, 1.0):
        state = run(changed(BASELINE, HELD | {"dials.psychological_safety": safety}), 120)
        concerns, silences = state.true["concerns"].sum(), state.true["silences"].sum()
        assert concerns + silences > 3_000
        rates.append(concerns / (concerns + silences))
        reports.append(state.observed["incident_reports"].sum() / stage(state, MADE).sum())
    assert rates[0] + 0.1 < rates[1] < rates[2] - 0.1
    assert reports[0] < reports[1] < reports[2]  # and more is reported of what went wrong (Edmondson 1996)


# False concerns.


def test_a_false_concern_interrupts_both_in_the_next_tick():
    p = settings(outspoken(0.9) | {"voice.false_alarm": 1.0, "errors.somebody_near": 1.0, "voice.misled": 0.0}, {})
    p.voice.stake[DOSE_SLIP], p.on.learned_voice = 1.0, 0
    p.work.interruption_rate = p.work.interruption_by_load = 0.0
    state = build_state(changed(small(), outspoken(0.9)), 1, 1)
    nurse, colleague = state.nurses[0], state.nurses[1]
    nurse.on_shift = colleague.on_shift = 1
    _, true, _ = ledgers()
    for now in range(1_000):
        before = int(true.false_concerns)
        spoilt = is_spoilt(nurse, DOSE_SLIP, 0, everybody(state), true, p, Chance(1, 2 * now))
        assert not spoilt
        said = int(true.false_concerns) - before
        for someone in (nurse, colleague):
            chooses_tasks(someone, state.patients, state.wards[0], p, Chance(1, 2 * now + 1))
            assert someone.interruptions == said
            assert someone.interrupting == 0
    is_share(true.false_concerns, 1_000, 0.9)
    assert true.concerns == true.false_concerns


def test_every_concern_costs_two_interruptions_while_the_shift_lasts():
    """Nothing interrupts but colleagues, and nothing is noticed but errors that are none.

    What comes in the last quarter-hour of a shift, one of some 48, is forgotten on the way home.
    """
    scenario = changed(
        BASELINE,
        only("voice", "false_concerns", "colleague_check", "interruptions")
        | {"voice.false_alarm": 0.5, "work.interruption_rate": 0.0, "work.interruption_by_load": 0.0},
    )
    state = run(scenario, 60)
    concerns = state.true["concerns"].sum()
    assert state.true["false_concerns"].sum() > 0.9 * concerns > 1_000
    pending = state.nurses["interrupting"].sum() + state.doctors["interrupting"].sum()
    lost = 2 * concerns - state.staffing["interruptions"].sum() - pending
    assert 0 <= lost < 0.04 * 2 * concerns


def test_false_concerns_cost_interruptions_and_so_slips_even_if_nobody_is_misled():
    dear = {"voice.false_alarm": 0.3, "voice.misled": 0.0, "errors.per_interruption": 1.0, "errors.somebody_near": 1.0}
    for seed in (1, 2, 3):
        states = [run(changed(BASELINE, dear | off), 60, seed) for off in ({}, without("false_concerns"))]
        interrupted = [s.staffing["interruptions"].sum() / s.staffing["worked"].sum() for s in states]
        slips = [s.funnel[:, :, :4, PERSON, MADE].sum() / s.funnel[:, :, :4, PERSON, CHANCES].sum() for s in states]
        assert interrupted[0] > interrupted[1] * 1.05
        assert slips[0] > slips[1] * 1.01
        assert states[0].true["false_concerns"].sum() > 1_000
        assert states[1].true["false_concerns"].sum() == states[0].true["misled"].sum() == 0
