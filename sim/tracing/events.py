"""An event of a history, and the words in which people, places and times are told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sim.state.vocabulary import (
    DIVISION_MANAGER,
    GRADES,
    HOURS_PER_DAY,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WARD_MANAGER,
)

MINUTES_PER_TICK = 60 // TICKS_PER_HOUR

# What an event can be: of a body, an error on its way, what was said or not, records, decisions, the target, the lead.
KINDS = (
    "flow",
    "body",
    "decline",
    "harm",
    "misfortune",
    "error",
    "barrier",
    "voice",
    "silence",
    "record",
    "unseen",
    "care",
    "decision",
    "waits",
    "target",
    "lead",
)

# How far an error is on its way: made; stopped by those who were there, or put right later; it reached the patient.
MADE, STOPPED, PUT_RIGHT, REACHED = "made", "stopped", "put right", "reached"

# Below the layers of managers (`sim.state.vocabulary.LAYERS`), where a decision can be taken too.
BEDSIDE = "bedside"


@dataclass(frozen=True)
class Event:
    """One thing that somebody did, decided or left undone, or that a body did.

    Attributes:
        tick: when, in quarter-hours from the beginning of the warm-up.
        kind: one of `KINDS`.
        words: what happened, a sentence without numbers of belief.
        who: the key of the one whose act it is; 0 for a body, or where nobody acts.
        patient: the key of the patient whom it is about; 0 where it is about none.
        error: of which kind of error it is a part; empty where of none.
        stage: of an error, `MADE`, `STOPPED`, `PUT_RIGHT` or `REACHED`; empty for anything else.
        layer: of a decision, where it was taken or in whose inbox it waits, `BEDSIDE` or one of `LAYERS`; else empty.
        lead: how the ward's lead took part; empty where she did not.
        on_record: whether the hospital's own records hold it.
        reasons: what stood behind it, such as a belief, a gap of status or hurry, each in words and as a number.
    """

    tick: int
    kind: str
    words: str
    who: int = 0
    patient: int = 0
    error: str = ""
    stage: str = ""
    layer: str = ""
    lead: str = ""
    on_record: bool = False
    reasons: Mapping[str, float] = field(default_factory=dict)

    def is_as(self, other: "Event") -> bool:
        """Whether the same was done by the same person at the same time, whatever stood behind it."""
        return self._act == other._act

    @property
    def _act(self) -> tuple[int, str, str, int, int]:
        return self.tick, self.kind, self.words, self.who, self.patient

    def content(self) -> dict[str, Any]:
        """The event in a form that JSON can hold."""
        return asdict(self) | {"reasons": {name: round(float(value), 4) for name, value in self.reasons.items()}}


def clock(tick: int, warm_up_days: int) -> str:
    """A day and a time of day; day 0 is the first that is counted, days before are of the warm-up."""
    day, quarter = divmod(tick, TICKS_PER_DAY)
    hours, quarters = divmod(quarter, TICKS_PER_HOUR)
    return f"day {day - warm_up_days}, {hours:02d}:{quarters * MINUTES_PER_TICK:02d}"


def name_of(person: np.record) -> str:
    """What somebody is called in a history: the grade, and a number where there are several."""
    grade = GRADES[person.grade]
    if person.grade == WARD_MANAGER:
        return "the ward manager"
    if person.grade == DIVISION_MANAGER:
        return "the division's manager"
    if person.grade > DIVISION_MANAGER:
        return "the executive"
    agency = " from an agency" if person.cover == 1 else ""
    return f"{grade} {person.post + 1}{agency}"


def lasting(ticks: float) -> str:
    """A stretch of time in words."""
    hours = ticks / TICKS_PER_HOUR
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    if hours < 2 * HOURS_PER_DAY:
        return f"{hours:.3g} {'hour' if hours == 1 else 'hours'}"
    return f"{hours / HOURS_PER_DAY:.1f} days"
