"""What interventions do to a hospital while it runs, and what they leave alone."""

import numpy as np
import pytest

from sim.engine import run_once
from sim.engine.hospital_state import build_state
from sim.engine.interventions import Schedule, raises_walks
from sim.leadership.encounters import MOST_RIGOUR
from sim.scenario import with_changes
from sim.state.rows import LEAD
from sim.state.vocabulary import ACTIVITIES, ADOPTED, CONSULTANT, LEADS, MANDATED, TICKS_PER_DAY, WALK
from tests.engine.hospitals import digest, eventful, intervened, run, scenario

KINDS = {
    "set": {"kind": "set", "change": "wards.arrivals_per_day", "times": 3.0},
    "ramp": {"kind": "ramp", "change": "errors.rate.dose_slip", "to": 1.0, "days": 1},
    "replace": {"kind": "replace", "style": "laissez_faire", "comes_from": "outside"},
    "train": {"kind": "train", "what": "skill", "dose": 1.0},
    "adopt": {"kind": "adopt", "practice": "checklist"},
    "mandate": {"kind": "mandate", "practice": "walk-rounds", "hours": 20.0},
}


def scheduled(*interventions, warm_up_days=0, **changes):
    """A hospital of two wards with a schedule, which nobody has run yet."""
    content = [{"title": "A change", "day": 1} | intervention for intervention in interventions]
    led = scenario(beds=(3, 4), changes=changes | {"run.warm_up_days": warm_up_days, "interventions": content})
    return Schedule(led, build_state(led, 1, 40), 1, warm_up_days)


def passes(schedule, first, last):
    """The midnights of these days pass, and nothing else happens."""
    for day in range(first, last + 1):
        schedule.changes(day * TICKS_PER_DAY)
    return schedule.state


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_done_on_the_last_day_changes_nothing_before_it(kind):
    last = 1 if kind == "ramp" else 2  # a ramp takes its first step a day later
    without, changed = run(intervened()), run(intervened(KINDS[kind] | {"day": last}))
    assert without.series[:2].tobytes() == changed.series[:2].tobytes()
    assert digest(without) != digest(changed)


@pytest.mark.parametrize("driver", ["compiled", "mesa"])
def test_days_count_from_the_end_of_the_warm_up(driver):
    changed = eventful(beds=(3,), changes={"interventions": [KINDS["set"] | {"title": "More", "day": 1}]})
    plain = with_changes(changed, {"interventions": []})
    records = [run_once(led, 5, days=2, warm_up_days=1, driver=driver) for led in (changed, plain)]
    assert records[0].series[:2].tobytes() == records[1].series[:2].tobytes()
    assert records[0].true["arrivals"].sum() > records[1].true["arrivals"].sum()


@pytest.mark.parametrize(
    "change",
    [
        {"change": "wards.arrivals_per_day", "to": 5.0},
        {"change": "errors.rate.dose_slip", "times": 1.0},
        {"change": "target.deadline", "to": 1.0},
        {"change": "dials.devolution", "to": 0.5},
    ],
)
def test_to_set_what_is_so_already_changes_nothing(change):
    for kind in ({"kind": "set"}, {"kind": "set", "until": 2}, {"kind": "ramp", "days": 1}):
        assert digest(run(intervened(kind | change))) == digest(run(intervened()))


@pytest.mark.parametrize(
    "change",
    [
        {"change": "wards.arrivals_per_day", "times": 3.0},
        {"change": "wards.pathway.design", "to": 0.1},
        {"change": "errors.rate.dose_slip", "to": 0.7},
        {"change": "modes.readings", "to": 5},
        {"change": "dials.hold", "to": True},
        {"change": "dials.devolution", "to": 0.0},
    ],
)
def test_what_is_set_goes_back_to_what_it_was(change):
    schedule = scheduled({"kind": "set", "until": 4} | change)
    before = digest(schedule.state)
    assert digest(passes(schedule, 0, 3)) != before
    assert digest(passes(schedule, 4, 9)) == before


def test_a_set_reaches_the_wards_that_it_names_alone():
    wards = passes(scheduled(KINDS["set"] | {"wards": ["ward_1"]}), 0, 3).wards
    assert wards["arrivals_per_day"].tolist() == [0.75, 2.25]


def test_a_ramp_moves_in_equal_steps_and_stays_there():
    schedule = scheduled({"kind": "ramp", "change": "dials.devolution", "to": 0.9, "days": 4})
    seen = [float(passes(schedule, day, day).settings[0].dials.devolution[3]) for day in range(7)]
    assert seen == pytest.approx([0.5, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9])


def test_shocks_one_after_the_other_never_leave_the_range():
    schedule = scheduled(*(KINDS["set"] | {"times": 20.0, "day": day} for day in (1, 2)))
    assert passes(schedule, 0, 2).wards["arrivals_per_day"].tolist() == [60.0, 60.0]


def test_another_style_changes_the_role_and_the_manner_of_its_holder_alone():
    schedule = scheduled({"kind": "replace", "style": "coaching", "wards": ["ward_0"]})
    before = schedule.state.managers.copy(), schedule.state.nurses.copy(), schedule.state.leads.copy()
    state = passes(schedule, 0, 1)
    style = schedule.scenario.styles["coaching"]
    assert state.leads["hours"][0][: len(ACTIVITIES)].tolist() == list(style.hours.week())
    assert state.leads[1] == before[2][1]
    assert state.managers["inviting"][0] == (style.manner.inquiry + style.manner.warmth) / 2
    assert state.managers["inviting"][1] == before[0]["inviting"][1]
    assert state.nurses.tobytes() == before[1].tobytes()


@pytest.mark.parametrize("comes_from", ["inside", "outside"])
def test_a_successor_begins_with_a_part_of_trust_and_knowledge(comes_from):
    schedule = scheduled({"kind": "replace", "lead": "consultant", "comes_from": comes_from})
    state = schedule.state
    kept = float(state.settings[0].leadership.insider_keeps) if comes_from == "inside" else 0.0
    state.nurses["trust"] = 1.0
    state.wards["hazard_known"] = 1
    number = state.wards["hazard_known"].size
    passes(schedule, 0, 1)
    stranger = min(1.0, float(state.settings[0].leadership.trust_at_start + state.settings[0].leadership.trusts_own))
    assert state.leads["held_by"].tolist() == [LEADS.index("consultant")] * 2
    assert state.nurses["trust"] == pytest.approx(stranger + kept * (1.0 - stranger))
    known = state.wards["hazard_known"].sum()
    assert known / number == pytest.approx(kept, abs=4 * np.sqrt(kept * (1 - kept) / number))
    consultants = state.doctors[state.doctors["grade"] == CONSULTANT]
    of_the_style = consultants["inviting"] == (state.leads["inquiry"][0] + state.leads["warmth"][0]) / 2
    leads = [consultants[consultants["ward"] == ward]["identity"].min() for ward in range(2)]
    assert sorted(consultants["identity"][of_the_style]) == leads, "one on each ward leads, the others do not"


@pytest.mark.parametrize(
    ("what", "column"), [("speaking up", "voice_is_safe"), ("deciding", "capability"), ("skill", "skill")]
)
def test_training_moves_those_who_attend_by_its_dose_and_takes_their_time(what, column):
    schedule = scheduled({"kind": "train", "what": what, "dose": 0.4, "who": ["staff nurse"], "takes": 6})
    before = schedule.state.nurses[column].copy(), schedule.state.doctors.copy()
    nurses = passes(schedule, 0, 1).nurses
    assert nurses[column] == pytest.approx(before[0] + 0.4 * (1.0 - before[0]))
    assert (nurses["engaged"] == 6).all()
    assert schedule.state.doctors.tobytes() == before[1].tobytes()


def test_training_reaches_a_share_of_people_by_their_own_luck():
    crowd = scenario(beds=(3,) * 60, changes={"run.warm_up_days": 0})
    training = {"kind": "train", "title": "A course", "day": 0, "what": "skill", "dose": 1.0, "reaches": 0.3}
    trained = []
    for schedule in ([training], [training, training | {"what": "deciding"}]):
        led = with_changes(crowd, {"interventions": schedule})
        trained.append(passes(Schedule(led, build_state(led, 1, 2), 1, 0), 0, 0).nurses)
    assert (trained[0]["skill"] == 1.0).mean() == pytest.approx(0.3, abs=0.08)
    assert (trained[0]["skill"] == trained[1]["skill"]).all()
    assert ((trained[1]["skill"] == 1.0) != (trained[1]["capability"] == 1.0)).any()


def test_rigour_is_one_reading_a_training_up_to_the_most():
    schedule = scheduled(*({"kind": "train", "what": "rigour", "day": day} for day in range(MOST_RIGOUR + 2)))
    assert passes(schedule, 0, 1).doctors["rigour"].tolist() == [2] * len(schedule.state.doctors)
    assert (passes(schedule, 2, 9).doctors["rigour"] == MOST_RIGOUR).all()
    assert not schedule.state.nurses["rigour"].any()


def test_beliefs_that_are_held_fast_are_not_trained():
    schedule = scheduled({"kind": "train", "what": "speaking up", "dose": 1.0}, **{"dials.hold": True})
    before = schedule.state.nurses["voice_is_safe"].copy()
    assert passes(schedule, 0, 1).nurses["voice_is_safe"].tolist() == before.tolist()


def test_practices_are_brought_in_where_they_are_named():
    schedule = scheduled(
        {"kind": "adopt", "practice": "checklist", "wards": ["ward_0"]},
        {"kind": "mandate", "practice": "structured handover"},
        {"kind": "mandate", "practice": "checklist", "day": 2, "wards": ["ward_0"]},
    )
    assert passes(schedule, 0, 1).wards["checklist"].tolist() == [ADOPTED, 0]
    assert passes(schedule, 2, 2).wards["checklist"].tolist() == [MANDATED, 0]
    assert schedule.state.wards["structured_handover"].tolist() == [MANDATED, MANDATED]


def test_walk_rounds_keep_the_week_at_twenty_hours_and_outlast_a_change_of_style():
    schedule = scheduled(
        {"kind": "adopt", "practice": "walk-rounds", "hours": 8.0},
        {"kind": "replace", "style": "laissez_faire", "day": 2},
    )
    for day in (1, 2):
        weeks = passes(schedule, day, day).leads["hours"].reshape(-1, len(ACTIVITIES))
        assert weeks.sum(axis=1) == pytest.approx(20.0)
        assert (weeks[:, WALK] == 8.0).all()


def test_a_lead_who_walks_enough_goes_on_as_before():
    role = LEAD.table(1)[0]
    role.hours[:] = 20 / len(ACTIVITIES)
    before = role.hours.copy()
    raises_walks(role, 1.0)
    assert np.array_equal(role.hours, before)
