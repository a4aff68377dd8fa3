"""One day of a ward, watched: where everybody is in each quarter of an hour, how patients do, and what happens.

Under every lead it is the same day of the same run, with the same patients and the same luck. Which day that is, one
rule says (`RULE`). Patients go by their keys here; a page gives them short numbers.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from sim.agents.standing import holds_role
from sim.state.chance import post_of
from sim.state.vocabulary import (
    ACTIVITIES,
    AT_DESK,
    BED,
    CRITICAL,
    DETERIORATING,
    DIVISION_MANAGER,
    NOTICED,
    PROFESSIONS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WARD_MANAGER,
)
from sim.tracing import telling  # noqa: F401  makes the listeners known
from sim.tracing.events import Event, name_of
from sim.tracing.replay import Replay
from sim.tracing.telling.leading import SPENDS
from sim.tracing.watching import Watch
from sim.ward.flow import is_weekend
from sim.workshop.settings import Setting, run_of, setting_of, ward
from sim.workshop.telling import content, for_a_room

RULE = (
    "It is the first weekday counted on which, under the lead whom the ward has as a rule, somebody noticed an error, "
    "somebody spoke up, somebody kept silent, a patient began to get worse, and care did harm. Under every other lead "
    "it is the same day of the same run: the same patients come, with the same luck."
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EMPTY, STABLE, READY, DIED = ".", "s", "r", "x"
WORSE = {(DETERIORATING, 0): "d", (DETERIORATING, 1): "k", (CRITICAL, 0): "c", (CRITICAL, 1): "C"}
SHOWN_DEAD = TICKS_PER_HOUR  # ticks for which an empty bed shows that its patient died
STATION, NOT_AT_WORK, OFFICE, ELSEWHERE = -1, -2, -3, -4
COMES = "came for "
DIED_WORDS = "the patient died"


def day_of(key: str) -> dict[str, Any]:
    """The watched day of a setting, in a form that JSON can hold; see `watched`.

    Raises:
        UnknownSetting: there is no such setting.
    """
    run, number = run_of(key), chosen_day(setting_of(key).mode)
    first = run.warm_up_days + number
    replay = Replay(run)
    replay.goes_to(first * TICKS_PER_DAY)
    return {"setting": key, "day": number, "weekday": WEEKDAYS[first % len(WEEKDAYS)], **watched(replay)}


def watched(replay: Replay) -> dict[str, Any]:
    """The next 24 hours of a run of one ward, which goes on as if nobody watched.

    ``patients`` has a letter for each bed in each quarter of an hour; ``places`` two characters for each of ``staff``:
    a bed from ``00``, or ``-1`` at the station, ``-2`` not at work, ``-3`` in the office, ``-4`` on another ward.
    """
    seen = _Day(replay)
    for _ in range(TICKS_PER_DAY):
        seen.goes_on()
    return seen.content()


@cache
def chosen_day(mode: str) -> int:
    """The day, counted from 0, that is watched on a ward of one mode of care."""
    run = run_of(Setting(ward().leadership.style, mode).key)
    replay = Replay(run)
    for day in range(run.warm_up_days, run.warm_up_days + run.days):
        replay.goes_to(day * TICKS_PER_DAY)
        if is_weekend(replay.tick):
            continue
        before = _happened(replay)
        replay.goes_to((day + 1) * TICKS_PER_DAY)
        if (_happened(replay) > before).all():
            return day - run.warm_up_days
    raise ValueError(f"no day of a {mode} ward has all that a watched day is to show")


def _happened(replay: Replay) -> np.ndarray:
    """How often all that a watched day is to show has happened so far."""
    true = replay.state.true
    told = [true[name].sum() for name in ("concerns", "silences", "deteriorations", "preventable_events")]
    return np.array([replay.state.funnel[..., NOTICED].sum(), *told])


class _Day:
    """What is noted of a day, quarter of an hour by quarter of an hour."""

    def __init__(self, replay: Replay):
        state = replay.state
        self.watch = Watch(replay)
        self.beds = state.patients[state.wards[0].beds_from : state.wards[0].beds_to]
        self.role = state.leads[0]
        self.people = list(_people(state))
        self.numbers = {post_of(person.identity): number for number, person in enumerate(self.people, 1)}
        self.titles: dict[int, str] = {}
        self.wards = {name: place.title for name, place in replay.run.scenario.wards.items()}
        self.first = replay.tick
        self.died: dict[int, int] = {}  # bed → tick
        self.patients: list[str] = []
        self.who: list[dict[str, Any]] = []
        self.places: list[list[int]] = []
        self.leading: list[str | None] = []
        self.events: list[dict[str, Any]] = []

    def goes_on(self) -> None:
        """One quarter of an hour, watched and noted."""
        began, told, led = self._in_beds(), len(self.watch.events), self.watch.state.true["led"].sum(axis=(0, 1))
        self.watch.step()
        events = self.watch.events[told:]
        spent = np.flatnonzero(self.watch.state.true["led"].sum(axis=(0, 1)) > led)
        activity = int(spent[0]) if len(spent) else None
        beds = self._in_beds()
        bed_of = {patient: bed for row in (began, beds) for bed, patient in enumerate(row) if patient}
        self._note_beds(beds, events, bed_of)
        self._note_places(activity, next((event.who for event in events if event.lead == SPENDS), 0))
        self.leading.append(None if activity is None else ACTIVITIES[activity])
        shown = [event for event in events if not is_routine(event)]
        self.events += [self._told(event, bed_of) for event in for_a_room(shown, self.wards)]

    def content(self) -> dict[str, Any]:
        """The day in a form that JSON can hold; of people, those who were at work at some time of it."""
        there = [at for at in range(len(self.people)) if any(row[at] != NOT_AT_WORK for row in self.places)]
        return {
            "beds": len(self.beds),
            "staff": [self._person(at) for at in there],
            "patients": self.patients,
            "who": self.who,
            "places": ["".join(f"{row[at]:02d}" for at in there) for row in self.places],
            "leading": self.leading,
            "events": self.events,
        }

    def _in_beds(self) -> list[int]:
        return [int(patient.identity) if patient.place == BED else 0 for patient in self.beds]

    def _note_beds(self, beds: list[int], events: list[Event], bed_of: Mapping[int, int]) -> None:
        now = len(self.patients)
        for event in events:
            if event.words == DIED_WORDS and event.patient in bed_of:
                self.died[bed_of[event.patient]] = now
        letters = [_condition(patient) for patient in self.beds]
        for bed, since in self.died.items():
            if letters[bed] == EMPTY and now < since + SHOWN_DEAD:
                letters[bed] = DIED
        self.patients.append("".join(letters))
        if not self.who or self.who[-1]["beds"] != beds:
            self.who.append({"tick": now, "beds": beds})

    def _note_places(self, activity: int | None, leads_now: int) -> None:
        row = []
        for at, person in enumerate(self.people):
            if person.on_shift:
                self.titles.setdefault(at, name_of(person))
            row.append(_place(person, activity if person.identity == leads_now else None))
        self.places.append(row)

    def _person(self, at: int) -> dict[str, Any]:
        person = self.people[at]
        profession = PROFESSIONS[person.profession]
        leads = bool(holds_role(person, self.role))
        return {"id": at + 1, "title": self.titles[at], "profession": profession, "lead": leads}

    def _told(self, event: Event, bed_of: Mapping[int, int]) -> dict[str, Any]:
        who = self.numbers.get(post_of(event.who), 0) if event.who else 0
        return content(event, self.first) | {"who": who, "bed": bed_of.get(event.patient, -1)}


def is_routine(event: Event) -> bool:
    """Whether an event would drown what a room is to follow: care as usual, and arrivals, of which beds given tell."""
    return event.kind == "care" or event.words.startswith(COMES)


def _people(state: Any) -> Iterator[np.record]:
    """Everybody who has a post on the ward."""
    for table in (state.nurses, state.doctors, state.pharmacists, state.managers):
        yield from (person for person in table if person.grade < DIVISION_MANAGER)


def _condition(patient: np.record) -> str:
    if patient.place != BED:
        return EMPTY
    usual = READY if patient.fit_since >= 0 else STABLE
    return WORSE.get((int(patient.state), int(patient.recognised)), usual)


def _place(person: np.record, leads_by: int | None) -> int:
    """Where somebody is: with the patient of the task in hand, and otherwise at the station or in the office."""
    if not person.on_shift:
        return NOT_AT_WORK
    if person.away:
        return ELSEWHERE
    if leads_by in AT_DESK:
        return OFFICE
    if person.task[0] >= 0:
        return int(person.bed[0])
    return OFFICE if person.grade == WARD_MANAGER and leads_by is None else STATION
