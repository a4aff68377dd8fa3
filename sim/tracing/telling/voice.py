"""What is told of a concern: said or not and why, how it was met; and of a report, written or not."""

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.agents.voice import chance_to_speak, cost_of_voice, fear_of, status_gap
from sim.state.vocabulary import ANSWERS
from sim.tracing.events import name_of
from sim.tracing.watching import Call, Watch, listens, remembers
from sim.ward.voice import ACTED_ON, SILENT

# The behaviour in which a concern is raised → what it is about.
ABOUT = {
    "is_stopped_by": "the error",
    "is_spoilt": "what looked like an error and was none",
    "meets_deterioration": "a patient who was getting worse",
    "asks_prescriber": "the order",
    "asks_override": "a pathway that does not seem to fit",
    "is_reconsidered": "treatment that works too slowly",
    "gives_view": "another view of what is best",
    "meets_hazard": "the hazard behind it",
}

# What comes of a concern is another question than how it is met.
MET = {"welcomed": "was glad of it", "ignored": "gave no answer", "rebuffed": "was curt"}

remembers("gives_view", "meets_hazard")


@listens("voices")
def a_concern(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Somebody has something to say to somebody, and says it or keeps silent."""
    person, hearer = call.person, call.hearer
    topic = _topic(watch)
    speaker, to, lead = name_of(person), name_of(hearer), _part_of_lead(person, hearer, watch)
    reasons = weighing(person, hearer, float(call.stake), call.p)
    said, answer = yield
    if said == SILENT:
        watch.tell("silence", f"{speaker} did not tell {to} of {topic}", person, lead, reasons=reasons)
        return
    came_of_it = "acted on it" if said == ACTED_ON else "did nothing about it"
    words = f"{speaker} told {to} of {topic}, who {MET[ANSWERS[answer]]} and {came_of_it}"
    watch.tell("voice", words, person, lead, reasons=reasons)


@listens("files_report")
def a_report(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """An incident that was recognised is reported or not."""
    person, reader = call.person, call.manager
    lead = "the lead would read it" if watch.is_lead(reader) else ""
    reasons = weighing_of_report(person, reader, call.p)
    written = yield
    if written:
        watch.tell("record", f"{name_of(person)} wrote an incident report", person, lead, on_record=True)
    else:
        watch.tell("silence", f"{name_of(person)} wrote no incident report", person, lead, reasons=reasons)


def weighing(person: np.record, hearer: np.record, stake: float, p: np.record) -> dict[str, float]:
    """What stood behind a decision to speak, as the speaker saw it."""
    cost = cost_of_voice(person, hearer, p)
    gap = status_gap(person.status, hearer.status)
    found = {
        "what was at stake": stake,
        "belief that it would be acted on": person.voice_is_acted_on,
        "belief that it is safe to speak": person.voice_is_safe,
        "gap of status to the hearer": gap,
        "how inviting the hearer is": hearer.inviting,
        "one of the two in haste, or away": 1.0 if cost > fear_of(person, hearer, p) else 0.0,
        "chance to speak": chance_to_speak(stake * person.voice_is_acted_on, cost, p),
    }
    return {name: float(value) for name, value in found.items()}


def weighing_of_report(person: np.record, reader: np.record, p: np.record) -> dict[str, float]:
    """What stood behind a decision to report."""
    stake = float(p.voice.stake_in_report)
    cost = fear_of(person, reader, p) + p.voice.report_takes
    if person.hurried == 1:
        cost += p.voice.busy_weighs
    found = {
        "what was at stake": stake,
        "belief that it would be acted on": person.voice_is_acted_on,
        "belief that it is safe to speak": person.voice_is_safe,
        "gap of status to the reader": status_gap(person.status, reader.status),
        "hurried": person.hurried,
        "chance to report": chance_to_speak(stake * person.voice_is_acted_on, cost, p),
    }
    return {name: float(value) for name, value in found.items()}


def _topic(watch: Watch) -> str:
    for call in reversed(watch.calls):
        if call.name in ABOUT:
            return ABOUT[call.name]
    return "a hazard or an idea"


def _part_of_lead(person: np.record, hearer: np.record, watch: Watch) -> str:
    if watch.is_lead(hearer):
        return "it was the lead's to hear"
    return "it was the lead's to say" if watch.is_lead(person) else ""
