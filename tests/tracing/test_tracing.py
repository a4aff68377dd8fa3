"""The causal trace: watching changes nothing, histories agree with the ledgers, and part where the lead took part."""

from collections import Counter

import pytest

from sim.experiment.replications import RunError
from sim.scenario import load, with_changes
from sim.state.vocabulary import LAYERS
from sim.tracing import history as histories
from sim.tracing.chains import MADE_BEFORE, chains
from sim.tracing.events import BEDSIDE, KINDS, MADE, PUT_RIGHT, REACHED, STOPPED, Event, clock, lasting
from sim.tracing.history import OMISSION, Harm, History, NoSuchPatient, first_harmed, harms, history, of_kind
from sim.tracing.parting import of_hospitals, of_patient, under
from sim.tracing.replay import Replay, Run
from sim.tracing.trace import beside
from sim.tracing.watching import EVERYBODY, Watch
from tests.experiment.sweeps import ROOT

SCENARIOS = ROOT / "scenarios"
HARMFUL = {"errors.harm_level": 3.0, "errors.rate.prescribing_mistake": 0.15, "errors.ambiguous": 0.2}
DAYS, WARM_UP = 30, 10


@pytest.fixture(scope="module")
def run():
    scenario = with_changes(load(SCENARIOS / "small.toml"), HARMFUL)
    return Run(scenario, 11, DAYS, WARM_UP)


@pytest.fixture(scope="module")
def harmed(run):
    return harms(run)


@pytest.fixture(scope="module")
def told(run, harmed):
    """Of the last who was harmed: it is short, and begins in the days that are counted."""
    return history(run, harmed[-1].patient)


@pytest.mark.parametrize("patient", [EVERYBODY, "first"])
def test_a_run_that_is_watched_is_the_same_run(run, harmed, patient):
    begun = (harmed[0].tick // 96 - 1) * 96
    watched, compiled = Replay(run), Replay(run)
    watched.goes_to(begun)
    watch = Watch(watched, EVERYBODY if patient == EVERYBODY else harmed[0].patient)
    for _ in range(2 * 96):
        watch.step()
    compiled.goes_to(begun + 2 * 96)
    assert watch.events
    for one, other in zip(watched.state, compiled.state, strict=True):
        assert one.tobytes() == other.tobytes()


def test_every_preventable_harm_is_listed_once_and_is_told_in_its_history(run, harmed, told):
    replay = Replay(run)
    replay.goes_to(WARM_UP * 96)
    before = replay.state.true["preventable_events"].sum()
    replay.goes_to(run.ticks)
    assert len(harmed) == replay.state.true["preventable_events"].sum() - before
    assert len({(harm.tick, harm.ward) for harm in harmed}) == len(harmed)
    harm = harmed[-1]
    events = [event for event in told.events if event.kind == "harm" and event.tick == harm.tick]
    assert events
    assert {event.error or OMISSION for event in events} == set(harm.kinds)
    assert told.events[0].words.startswith("came for")


def test_a_history_holds_what_the_ledgers_count(run):
    """All that happens on three days, told of everybody, against the ledgers of these days."""
    replay = Replay(run)
    replay.goes_to(30 * 96)
    before = {name: getattr(replay.state, name).copy() for name in ("true", "observed", "funnel")}
    were_open = orders_open(replay)
    watch = Watch(replay, EVERYBODY)
    for _ in range(3 * 96):
        watch.step()
    grown = {name: getattr(replay.state, name) for name in before}

    def count(kind, start=""):
        return sum(event.kind == kind and event.words.startswith(start) for event in watch.events)

    def counted(table, column):
        return int(grown[table][column].sum() - before[table][column].sum())

    assert count("flow", "was given a bed") == counted("true", "admissions") > 0
    assert count("flow", "went home") == counted("true", "discharges") > 0
    assert count("silence") - count_of_reports(watch) == counted("true", "silences") > 0
    assert count("voice") == counted("true", "concerns") > 0
    assert count("harm") == counted("true", "preventable_events")
    assert count("decline") == counted("true", "deteriorations")
    assert sum(event.words.endswith("wrote an incident report") for event in watch.events) == counted(
        "observed", "incident_reports"
    )
    assert {event.kind for event in watch.events} <= set(KINDS)
    reached = int((grown["funnel"] - before["funnel"])[..., 5].sum())
    assert sum(event.stage == REACHED for event in watch.events) == reached > 0
    for error, open_before, open_now in zip(MADE_BEFORE, were_open, orders_open(replay), strict=True):
        stages = Counter(event.stage for event in watch.events if event.error == error)
        assert stages[PUT_RIGHT] > 0
        assert stages[MADE] - stages[STOPPED] - stages[PUT_RIGHT] - stages[REACHED] == open_now - open_before


@pytest.mark.parametrize(("devolution", "day", "here"), [(0.1, 14, "division"), (0.9, 8, BEDSIDE)])
def test_a_decision_says_at_which_layer_it_was_taken_or_waits(run, devolution, day, here):
    replay = Replay(Run(with_changes(run.scenario, {"dials.devolution": devolution}), 11, DAYS, WARM_UP))
    replay.goes_to(day * 96)
    before = replay.state.true.copy()
    watch = Watch(replay, EVERYBODY)
    for _ in range(2 * 96):
        watch.step()
    decided, passed = (
        int((replay.state.true[name] - before[name]).sum()) for name in ("exceptions_decided", "passed_on")
    )
    where = Counter((event.kind, event.layer) for event in watch.events if "set the pathway aside" not in event.words)
    assert sum(where["decision", layer] for layer in (BEDSIDE, *LAYERS)) == decided
    assert sum(where["waits", layer] for layer in LAYERS[1:]) == passed
    assert where["decision", here] > 0
    assert {kind for kind, layer in where if layer} <= {"decision", "waits"}
    assert not where["decision", ""] + where["waits", ""]


def orders_open(replay):
    """Wrong and unclear orders that nobody has met, or that were left when the patient went."""
    true, everybody = replay.state.true, replay.state.patients
    patients = everybody[everybody["identity"] != 0]
    wrong = patients["wrong_orders"].sum() + true["wrong_orders_left"].sum()
    return int(wrong), int(patients["ambiguous_orders"].sum() + true["unclear_orders_left"].sum())


def count_of_reports(watch):
    return sum(event.kind == "silence" and "incident report" in event.words for event in watch.events)


def test_the_same_style_gives_the_same_history(run, told):
    style = run.scenario.leadership.style
    same = beside(told, style, 3)
    assert same.patient_parts is same.hospitals_part is None
    assert same.history.events == told.events
    assert of_hospitals(run, under(run, style), 5 * 96) is None


def test_hospitals_are_one_until_another_leader_does_otherwise(run, told):
    """The other leader comes on the day before the patient; a day is long enough to see her at work."""
    came = told.events[0].tick
    day = came // 96 - WARM_UP - 1
    otherwise = beside(told, "coaching", day)
    first, last = otherwise.hospitals_part, otherwise.patient_parts
    replays = Replay(run), Replay(under(run, "coaching", day))
    for replay in replays:
        replay.goes_to((day + WARM_UP) * 96)
    for one, other in zip(replays[0].state, replays[1].state, strict=True):
        assert one.tobytes() == other.tobytes()
    assert (day + WARM_UP) * 96 <= first.tick <= last.tick
    assert all(event.lead for event in (first.one, first.other) if event is not None)
    assert first.one or first.other
    alike = [event.tick < last.tick for event in told.events].index(False)
    assert alike > 0
    assert all(map(Event.is_as, told.events[:alike], otherwise.history.events[:alike]))
    assert otherwise.lead_time
    assert otherwise.differs
    assert all(each.one != each.other for each in otherwise.differs)


@pytest.mark.parametrize("style", ["directive", "laissez_faire"])
def test_under_another_style_hospitals_part_where_the_lead_took_part(run, style):
    parting = of_hospitals(run, under(run, style), run.ticks)
    events = [event for event in (parting.one, parting.other) if event is not None]
    assert events
    assert all(event.lead for event in events)


def test_another_leader_comes_within_the_days_that_are_counted(run):
    for day in (-1, DAYS):
        with pytest.raises(RunError, match=f"days 0 to {DAYS - 1}"):
            under(run, "coaching", day)


def test_a_kind_is_that_of_the_history_where_two_harmed_at_once(monkeypatch, run):
    """Kinds are read by ward and quarter of an hour; the first who is listed was harmed by the other kind."""
    both = ("dose slip", "care slip")
    stories = {1: "care slip", 2: "dose slip"}
    listed = [Harm(patient, 10, "six_beds", both, False) for patient in stories]
    monkeypatch.setattr(histories, "harms", lambda run, tell: listed)
    monkeypatch.setattr(
        histories, "history", lambda run, who, tell: History(run, who, (Event(10, "harm", "", error=stories[who]),))
    )
    assert first_harmed(run, "dose slip").patient == 2
    assert first_harmed(run, "care slip").patient == 1
    stories[2] = "care slip"
    with pytest.raises(NoSuchPatient, match="nobody was harmed by dose slip"):
        first_harmed(run, "dose slip")


@pytest.mark.parametrize("patient", [0, -3, 17, 1 << 40, (1 << 32) * 2 + 31])
def test_who_never_came_is_refused(run, patient):
    with pytest.raises(NoSuchPatient, match="no patient"):
        history(run, patient)


def test_kinds_are_chosen_or_refused(harmed):
    kind = harmed[0].kinds[0]
    assert of_kind(harmed, kind)[0] == harmed[0]
    assert of_kind(harmed, None) == harmed
    with pytest.raises(NoSuchPatient, match="nobody was harmed"):
        of_kind([], kind)


def made_up(*events):
    return History(Run(load(SCENARIOS / "small.toml"), 1, 1, 0), 7, events)


def test_a_chain_holds_what_led_to_a_harm_and_nothing_else():
    wrong, other, harm = "prescribing mistake", "dose slip", "it harmed: 5 more hours of care are needed"
    story = made_up(
        Event(10, "flow", "came"),
        Event(14, "error", "written wrongly", error=wrong, stage=MADE),
        Event(16, "barrier", "found", error=wrong, stage=PUT_RIGHT),
        Event(20, "error", "an order was written wrongly", error=wrong, stage=MADE),
        Event(20, "silence", "did not say", error=wrong),
        Event(25, "waits", "went to an inbox"),
        Event(28, "target", "wrote a wait down"),
        Event(30, "error", "a dose went wrong", error=other, stage=MADE),
        Event(31, "error", "written wrongly", error=wrong, stage=MADE),
        Event(31, "voice", "said", error=wrong),
        Event(31, "barrier", "noticed", error=wrong, stage=STOPPED),
        Event(35, "barrier", "did not see it", error=wrong),
        Event(40, "error", "nothing stopped it", error=wrong, stage=REACHED),
        Event(40, "harm", harm, error=wrong, reasons={"hours": 5.0}),
        Event(40, "record", "staff saw that it was an incident"),
        Event(40, "silence", "wrote no incident report"),
        Event(41, "record", "of something else"),
        Event(50, "decision", "decided"),
        Event(60, "harm", harm, error=other, reasons={"hours": 5.0}),
    )
    first, second = chains(story)
    assert [event.tick for event in first.led_to] == [20, 20, 35, 40]
    assert first.could_be == 1
    assert first.waited.tick == 25
    assert [event.tick for event in first.pressed] == [28]
    assert [event.words for event in first.known] == ["staff saw that it was an incident", "wrote no incident report"]
    assert second.led_to == ()
    assert second.waited is None
    assert second.known == ()


def test_of_two_wrong_orders_a_chain_holds_both_until_neither_is_open():
    wrong = "prescribing mistake"
    story = made_up(
        Event(10, "error", "written", error=wrong, stage=MADE),
        Event(11, "error", "written", error=wrong, stage=MADE),
        Event(12, "barrier", "found", error=wrong, stage=PUT_RIGHT),
        Event(13, "error", "nothing stopped it", error=wrong, stage=REACHED),
        Event(13, "harm", "it harmed", error=wrong),
        Event(20, "barrier", "found too late", error=wrong),
        Event(21, "error", "written", error=wrong, stage=MADE),
        Event(22, "error", "nothing stopped it", error=wrong, stage=REACHED),
        Event(22, "harm", "it harmed", error=wrong),
    )
    first, second = chains(story)
    assert [event.tick for event in first.led_to] == [10, 11, 12, 13]
    assert first.could_be == 2
    assert [event.tick for event in second.led_to] == [21, 22]
    assert second.could_be == 1


def test_a_failure_to_rescue_is_told_from_the_decline_on():
    to_rescue = "failure to rescue"
    story = made_up(
        Event(5, "care", "saw an earlier decline"),
        Event(10, "decline", "began to get worse"),
        Event(12, "silence", "did not tell"),
        Event(14, "error", "care went wrong", error="care slip"),
        Event(16, "error", "turned critical", error=to_rescue),
        Event(16, "harm", "it harmed", error=to_rescue),
    )
    (chain,) = chains(story)
    assert [event.tick for event in chain.led_to] == [10, 12, 16]


def test_histories_part_at_the_earlier_of_two_events_that_differ():
    same = Event(1, "flow", "came", reasons={"frailty": 0.2})
    alike = Event(1, "flow", "came", reasons={"frailty": 0.9})
    early, late = Event(4, "error", "early"), Event(9, "error", "late")
    assert of_patient(made_up(same), made_up(alike)) is None
    parting = of_patient(made_up(same, late), made_up(alike, early))
    assert (parting.tick, parting.one, parting.other) == (4, None, early)
    parting = of_patient(made_up(same, late), made_up(alike))
    assert (parting.tick, parting.one, parting.other) == (9, late, None)


def test_times_in_words():
    assert clock(96 * 30 + 5, 30) == "day 0, 01:15"
    assert clock(96 * 29 + 95, 30) == "day -1, 23:45"
    assert lasting(2) == "30 minutes"
    assert lasting(4) == "1 hour"
    assert lasting(96 * 4) == "4.0 days"
