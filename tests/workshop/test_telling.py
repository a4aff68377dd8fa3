"""Events for a room: fewer, in sentences, and none that was told of voice, harm or a decision is lost."""

from dataclasses import asdict

import pytest

from sim.state.vocabulary import MODES
from sim.tracing.events import Event
from sim.tracing.telling.leading import SPENDS
from sim.workshop.book import words
from sim.workshop.telling import content, for_a_room

MADE = "a dose went wrong, in the hands of staff nurse 2"
REACHED = "nothing stopped it: a dose went wrong, and it reached the patient"
STOPPED = "it was put right before it reached the patient"


def slip(words, kind="barrier", tick=5, patient=7, **more):
    stages = {MADE: "made", REACHED: "reached", STOPPED: "stopped"}
    return Event(tick, kind, words, 2, patient, "dose slip", stages.get(words, ""), **more)


def told(*events):
    return [(event.kind, event.words) for event in for_a_room(events, {"acute_medicine": "Acute medicine"})]


def test_an_error_and_what_stood_in_its_way_are_one_event():
    hurried = slip("staff nurse 2 was in a hurry and did not check")
    assert told(slip(MADE, "error"), hurried, slip(REACHED, "error")) == [
        (
            "error",
            "A dose went wrong, in the hands of staff nurse 2; staff nurse 2 was in a hurry and did not check; "
            "it reached the patient.",
        )
    ]
    noticed = slip("staff nurse 2 noticed it")
    ((kind, words),) = told(slip(MADE, "error"), noticed, slip(STOPPED))
    assert kind == "barrier"
    assert words.endswith("staff nurse 2 noticed it; it was put right before it reached the patient.")


def test_what_was_said_or_kept_back_stands_for_itself():
    said = Event(5, "voice", "staff nurse 3 told staff nurse 2 of the error", 3, 7, "dose slip")
    assert [kind for kind, _ in told(slip(MADE, "error"), said, slip(STOPPED))] == ["error", "voice", "barrier"]


def test_errors_at_two_patients_or_two_moments_are_two_events():
    assert len(told(slip(MADE, "error"), slip(MADE, "error", patient=8))) == 2
    assert len(told(slip(MADE, "error"), slip(REACHED, "error", tick=6))) == 2


def test_what_a_lead_spends_time_on_is_left_out_and_wards_have_their_titles():
    walked = Event(5, "lead", "the ward manager spent a quarter of an hour on: walk", 9, lead=SPENDS)
    bed = Event(5, "flow", "was given a bed on acute_medicine after 0 minutes", patient=7)
    assert told(walked, bed) == [("flow", "Was given a bed on Acute medicine at once.")]


@pytest.mark.parametrize("mode", MODES)
def test_kinds_of_care_are_called_as_the_page_calls_them(mode):
    ((_, came),) = told(Event(5, "flow", f"came with a condition that needs {mode} care", patient=7))
    title = words()["modes"][mode]["title"].lower()
    assert came in (f"Came with a condition that needs {title}.", f"Came with a condition that needs a {title}.")


def test_an_event_says_only_reasons_that_weigh_and_counts_time_from_where_it_is_told():
    reasons = {
        "hurried": 0.0,
        "one of the two in haste, or away": 0.0,
        "fatigue": 0.61,
        "skill on this ward": 0.8,
        "chance to speak": 0.0712,
    }
    said = content(slip(MADE, "error", tick=105, reasons=reasons), 96)
    assert said["tick"] == 9
    assert said["reasons"] == {"fatigue": 0.61, "chance to speak": 0.07}
    assert said.keys() == {name for name, value in asdict(slip(MADE, "error")).items() if value != ""}
    assert "layer" not in said
