"""What differed between two hospitals, for those concerned, at the moment at which a patient's two histories part."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.state.vocabulary import ACTIVITIES, BED, ERRORS, TASKS, TICKS_PER_HOUR
from sim.tracing.events import Event, name_of
from sim.tracing.replay import Replay, Run
from sim.tracing.telling.errors import what_pressed

STAFF = ("nurses", "doctors", "pharmacists", "managers")
AT_THE_BEDSIDE = ("nurses", "doctors")
NOT_HERE = "not at work here"

# Beliefs and manners of a person that a lead can change, and what they are called.
HELD = {
    "voice_is_safe": "belief that it is safe to speak",
    "voice_is_acted_on": "belief that it would be acted on",
    "trust": "trust in the lead",
    "inviting": "how inviting to whoever speaks up",
    "effort": "effort in this shift (0.5 is as usual)",
}


@dataclass(frozen=True)
class Difference:
    """One thing that was otherwise in two hospitals at one moment.

    Attributes:
        of: a person, the patient, a ward or its lead.
        what: is meant, such as "fatigue".
        one, other: how it was in each, in words.
    """

    of: str
    what: str
    one: str
    other: str


def lead_time(one: Run, other: Run, since: int, until: int, patient: int) -> list[Difference]:
    """What the leads of the patient's ward gave their time to, from one tick to another, where it differs."""
    spent = []
    for run in (one, other):
        replay = Replay(run)
        replay.goes_to(since)
        before = replay.state.true["led"].sum(axis=1)
        replay.goes_to(until)
        spent.append((replay.state.true["led"].sum(axis=1) - before)[_ward_of(replay, patient)] / TICKS_PER_HOUR)
    pairs = zip(ACTIVITIES, *spent, strict=True)
    return [
        Difference("the lead", activity.replace("_", " "), f"{mine:.4g} h", f"{theirs:.4g} h")
        for activity, mine, theirs in pairs
        if mine != theirs
    ]


def differences(one: Run, other: Run, tick: int, patient: int, parts: tuple[Event | None, ...]) -> list[Difference]:
    """What differed in one quarter of an hour for the patient, on her ward, and for those concerned.

    Those are who act in the events, and who look after her.

    Args:
        tick: at which two histories of the patient part.
        parts: the events in which they part.
    """
    told = [event for event in parts if event is not None]
    moments = [_Moment(run, tick, patient) for run in (one, other)]
    people = sorted({event.who for event in told if event.who} | moments[0].carers | moments[1].carers)
    errors = sorted({event.error for event in told if event.error})
    mine, theirs = (dict(moment.tells(people, errors)) for moment in moments)
    both = {key: (mine.get(key, NOT_HERE), theirs.get(key, NOT_HERE)) for key in [*mine, *theirs]}
    return [Difference(*key, *pair) for key, pair in both.items() if pair[0] != pair[1]]


def _ward_of(replay: Replay, patient: int) -> int:
    place = replay.place_of(patient)
    row = replay.state.patients[0 if place is None else place]
    return int(row.ward if row.ward >= 0 else row.home_ward)


class _Moment:
    """One hospital in one quarter of an hour: the patient as it began, people as they worked in it."""

    def __init__(self, run: Run, tick: int, patient: int):
        replay = Replay(run)
        replay.goes_to(tick)
        place = replay.place_of(patient)
        self.state = replay.state
        self.patient = None if place is None else self.state.patients[place].copy()
        self.ward = self.state.wards[_ward_of(replay, patient)]
        self.bed = -1 if place is None else place - int(self.ward.beds_from)
        self.taken = int((self.state.patients["place"][self.ward.beds_from : self.ward.beds_to] == BED).sum())
        self.queue = int(self.ward.queue)
        replay.goes_to(tick + 1)
        self.carers = {int(person.identity) for person in self._at_the_bedside() if self._looks_after(person)}

    def tells(self, people: list[int], errors: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
        """Whose, what, and how it was, in words."""
        if self.patient is not None:
            yield ("the patient", "hours of care still needed"), f"{self.patient.recovery_left:.1f}"
            yield ("the patient", "how effective present care is"), _share(self.patient.effect)
        yield ("the ward", "patients in beds"), str(self.taken)
        yield ("the ward", "patients who wait"), str(self.queue)
        for table, many in (("nurses", "nurses at work"), ("doctors", "doctors at work")):
            yield ("the ward", many), str(sum(_is_here(person) for person in self._people(table)))
        for error in errors:
            load = self.ward.hazard_load[ERRORS.index(error)]
            yield ("the ward", f"size of hazards that lead to a {error}"), _share(load)
        for identity in people:
            yield from self._tells_of(identity)

    def _tells_of(self, identity: int) -> Iterator[tuple[tuple[str, str], str]]:
        found = [person for table in STAFF for person in self._everybody(table) if person.identity == identity]
        if not found:
            return
        person = found[0]
        name = name_of(person)
        yield (name, "at"), self._doing(person)
        if not _is_here(person):
            return
        pressed = what_pressed(person, self.state.settings[0])
        for what, value in pressed.items():
            yield (name, what), _share(value) if value % 1 else f"{value:.0f}"
        for column, what in HELD.items():
            yield (name, what), _share(person[column])

    def _doing(self, person: np.record) -> str:
        if not _is_here(person):
            return NOT_HERE
        tasks = [
            f"{TASKS[task].replace('_', ' ')} for {'the patient' if bed == self.bed else 'another'}"
            for task, bed in zip(person.task, person.bed, strict=True)
            if task >= 0
        ]
        if tasks:
            return " and ".join(tasks)
        return "what was begun before" if person.engaged > 0 else "no task"

    def _looks_after(self, person: np.record) -> bool:
        return _is_here(person) and person.first_bed <= self.bed < person.end_bed

    def _at_the_bedside(self) -> Iterator[np.record]:
        for table in AT_THE_BEDSIDE:
            yield from self._people(table)

    def _people(self, table: str) -> Iterator[np.record]:
        """Those of a table who have a post on the ward."""
        for place in range(self.ward[f"{table}_from"], self.ward[f"{table}_to"]):
            yield getattr(self.state, table)[place]

    def _everybody(self, table: str) -> Iterator[np.record]:
        for place in range(len(getattr(self.state, table))):
            yield getattr(self.state, table)[place]


def _is_here(person: np.record) -> bool:
    return bool(person.on_shift == 1 and person.away == 0)


def _share(value: float) -> str:
    return f"{value:.3f}"
