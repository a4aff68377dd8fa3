"""The patient of a puzzle: harmed in one setting and spared in the other, in a bed in both, as the rule says."""

import pytest

from sim.scenario import with_changes
from sim.tracing.events import Event
from sim.tracing.history import History, harms
from sim.tracing.replay import Run
from sim.workshop import traces
from sim.workshop.settings import Setting, scenario_of
from sim.workshop.traces import NobodyDiffers, is_of, trace_of

A, B = (Setting(style, "unconstrained").key for style in ("directive", "coaching"))
WARM_UP = 5


def short(key):
    """Some days of a ward on which errors harm far more often."""
    return Run(with_changes(scenario_of(key), {"errors.harm_level": 8.0}), 1, 10, WARM_UP)


@pytest.fixture(autouse=True)
def short_runs(monkeypatch):
    monkeypatch.setattr(traces, "run_of", short)


def test_the_patient_is_harmed_under_one_lead_and_not_under_the_other():
    told = trace_of(A, B)
    assert is_of(told, A, B)
    assert not is_of(told, B, A)
    mine, theirs = told["events"], told["otherwise"]["events"]
    assert any(event["kind"] == "harm" for event in mine)
    assert not any(event["kind"] == "harm" for event in theirs)
    assert {event["patient"] for event in (*mine, *theirs)} == {told["patient"]}
    for events in (mine, theirs):
        assert events[0]["words"].startswith("Came for Acute medicine")
        assert any("was given a bed" in event["words"].lower() for event in events)
    assert mine[0]["words"] == theirs[0]["words"]
    assert mine[0]["when"] == theirs[0]["when"]
    assert mine[told["parts"]] not in theirs
    at = next(event["tick"] for event in mine if event["kind"] == "harm")
    assert all(event["tick"] <= at + 96 for event in (*mine, *theirs))
    assert (told["patient"], at + WARM_UP * 96) in {(harm.patient, harm.tick) for harm in harms(short(A))}
    assert told["patient"] not in {harm.patient for harm in harms(short(B))}


def test_the_same_setting_twice_has_nobody_who_differs():
    with pytest.raises(NobodyDiffers, match="nobody is harmed in directive/unconstrained"):
        trace_of(A, A)


def test_a_patient_is_of_what_the_puzzle_is_about():
    told = {"setting": A, "otherwise": {"setting": B}, "about": ["care", "voice"]}
    assert is_of(told, A, B, ("voice", "care"))
    assert not is_of(told, A, B, ("voice",))


def test_histories_are_apart_by_what_the_puzzle_is_about():
    ends = {"care": 2, "voice": 1}
    mine = History(short(A), 1, (event("care"), event("care")), True)
    theirs = History(short(B), 1, (event("voice"),), True)
    assert {kind: traces._apart(mine, theirs, [kind]) for kind in (*ends, "harm")} == ends | {"harm": 0}
    assert traces._apart(mine, theirs, ["care", "voice"]) == 3


def event(kind):
    return Event(9, kind, "something was done")
