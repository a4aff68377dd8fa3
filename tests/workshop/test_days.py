"""A watched day: the run goes on as if nobody watched, nobody is in two places, and patients are the same under all."""

import json
from functools import cache

import pytest

from sim.state.vocabulary import LAYERS, TICKS_PER_DAY
from sim.tracing.events import BEDSIDE
from sim.tracing.replay import Replay, Run
from sim.ward.flow import is_weekend
from sim.workshop.days import EMPTY, NOT_AT_WORK, chosen_day, watched
from sim.workshop.kept import DAYS, folder
from sim.workshop.settings import Setting, run_of, scenario_of, ward

BEGUN = 9  # days; a Wednesday
KEYS = [Setting(style, "constrained").key for style in ("coaching", "directive")]


@cache
def day(key):
    """A day of a short run, and its tables at the end of it."""
    replay = begun(key)
    return watched(replay), replay.state


def begun(key):
    replay = Replay(Run(scenario_of(key), 1, 20, 5))
    replay.goes_to(BEGUN * TICKS_PER_DAY)
    return replay


@pytest.mark.parametrize("key", KEYS)
def test_a_run_that_was_watched_is_the_run_that_nobody_watched(key):
    told, state = day(key)
    alone = begun(key)
    alone.goes_to((BEGUN + 1) * TICKS_PER_DAY)
    assert told["events"]
    for one, other in zip(state, alone.state, strict=True):
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("key", KEYS)
def test_nobody_is_in_two_beds_and_each_bed_says_who_is_in_it(key):
    told, state = day(key)
    rows = {row["tick"]: row["beds"] for row in told["who"]}
    beds = []
    for tick, letters in enumerate(told["patients"]):
        beds = rows.get(tick, beds)
        there = [patient for patient in beds if patient]
        assert len(set(there)) == len(there)
        assert [letter in (EMPTY, "x") for letter in letters] == [not patient for patient in beds]
    ward_row = state.wards[0]
    at_end = state.patients[ward_row.beds_from : ward_row.beds_to]
    assert beds == [int(patient.identity) if patient.place == 2 else 0 for patient in at_end]


@pytest.mark.parametrize("key", KEYS)
def test_everybody_is_somewhere_and_works_where_a_patient_is(key):
    told, _ = day(key)
    rows = {row["tick"]: row["beds"] for row in told["who"]}
    worked, before = 0, rows[0]
    for tick, places in enumerate(told["places"]):
        beds = rows.get(tick, before)
        assert len(places) == 2 * len(told["staff"])
        for at in range(len(told["staff"])):
            place = int(places[2 * at : 2 * at + 2])
            assert -4 <= place < told["beds"]
            if place >= 0:
                worked += 1
                assert before[place] or beds[place]  # who dies or leaves in this quarter of an hour is gone at its end
        before = beds
    assert worked > 200
    for at in range(len(told["staff"])):
        assert any(int(row[2 * at : 2 * at + 2]) != NOT_AT_WORK for row in told["places"])
    assert sum(person["lead"] for person in told["staff"]) == 1


@pytest.mark.parametrize("key", KEYS)
def test_events_are_of_people_and_beds_that_are_there(key):
    told, _ = day(key)
    staff = {person["id"]: person["title"] for person in told["staff"]}
    ticks = [event["tick"] for event in told["events"]]
    assert ticks == sorted(ticks)
    assert set(range(96)) >= set(ticks)
    for event in told["events"]:
        assert event["words"][0].isupper()
        assert event["words"].endswith(".")
        assert "_" not in event["words"]
        if event["who"]:
            assert staff[event["who"]].lower() in event["words"].lower() or event["kind"] in ("error", "barrier")
    assert {event["kind"] for event in told["events"]} >= {"error", "barrier", "voice"}
    assert sum(event["bed"] >= 0 for event in told["events"]) > len(told["events"]) / 2
    led = [activity for activity in told["leading"] if activity]
    assert led
    assert all(told["leading"][tick] is None for tick in range(32))


def test_the_same_patients_come_under_every_lead():
    """Who was there at the beginning of the run, and who came since for the first time, has the same key under both."""
    came = [{patient for row in day(key)[0]["who"] for patient in row["beds"] if patient % 32 == 0} for key in KEYS]
    shared = came[0] & came[1]
    assert len(shared - {0}) > 15
    for key in KEYS:
        assert max(day(key)[0]["who"][0]["beds"]) > 1 << 32


def test_days_that_are_kept_say_of_each_decision_at_which_layer_it_is():
    days = [json.loads(path.read_text(encoding="utf-8")) for path in (folder() / DAYS).glob("*.json")]
    layers = [event["layer"] for day in days for event in day["events"] if event["kind"] in ("decision", "waits")]
    assert set(layers) <= {BEDSIDE, *LAYERS}
    assert len(set(layers)) > 1


def test_the_day_is_the_first_weekday_that_its_rule_allows():
    number = chosen_day("unconstrained")
    run = run_of(Setting(ward().leadership.style, "unconstrained").key)
    replay = Replay(run)
    for each in range(number + 1):
        replay.goes_to((run.warm_up_days + each) * TICKS_PER_DAY)
        is_weekday = not is_weekend(replay.tick)
        before = counts(replay)
        replay.goes_to(replay.tick + TICKS_PER_DAY)
        has_all = all(after > earlier for after, earlier in zip(counts(replay), before, strict=True))
        assert (is_weekday and has_all) == (each == number)


def counts(replay):
    true = replay.state.true
    names = ("concerns", "silences", "deteriorations", "preventable_events")
    return [replay.state.funnel[..., 2].sum(), *(true[name].sum() for name in names)]
