"""The whole ward in SimPy 4, as its documentation teaches it: processes, shared events, interrupts, a store of beds.

Patients are processes from the day they come until they stay away; each shift of each member of staff is a process.
Nobody is asked who has nothing to do with it: those at home sleep, patients wake once an hour, beds are given out when
somebody waits and one is free. Who is at work waits, like pupils for the school bell, for the shared events at which a
quarter of an hour begins and at which all have chosen. (They are in contact for more than eight quarters in ten; to put
them to sleep in the others would save little.) What people decide is `benchmarks/rules.py`, as for plain Mesa.
"""

from itertools import count
from random import Random
from typing import ClassVar

import simpy

from benchmarks import rules
from benchmarks.demand import ELECTIVE, URGENT, counted_in
from benchmarks.rules import DEAD, REACHED, Turn
from benchmarks.simpy_ward.front_door import Events, FrontDoor
from sim.scenario.schema import Scenario
from sim.state.vocabulary import TASKS, TICKS_PER_DAY, TICKS_PER_HOUR

# What happens when within a quarter of an hour; people come, shifts change and beds are given before.
BEGINS, CONTACT, HOUR_ENDS, QUARTER_ENDS = 0.25, 0.5, 0.625, 0.875


def run(scenario: Scenario, seed: int, ticks: int, warm_up: int = 0) -> dict[str, float]:
    """Run the ward for `warm_up` ticks and then for `ticks` more: what was counted in the latter."""
    return counted_in(Ward(scenario, seed), ticks, warm_up)


class Patient(rules.Patient):
    """A patient, whose coming, waiting, stay and return are one process."""

    def comes(self) -> Events:
        """Wait, be cared for, leave, and perhaps come again."""
        yield from self.waits()
        if self.bed is None:
            return
        yield from self.stays()
        self.ends_stay()
        self.ward.is_free(self.bed)
        if self.state != DEAD and (after := self.comes_back_after()) is not None:
            yield self.ward.env.timeout(self.ward.now + after - self.ward.env.now)
            self.ledger["returns"] += 1
            self.ward.receives(self.mode, self.frailty, URGENT)

    def waits(self) -> Events:
        """Until there is a bed; a planned patient loses patience, and anybody may die before."""
        ward = self.ward
        self.bed_given = ward.env.event()
        ends = [self.bed_given]
        if self.urgency == ELECTIVE:
            patience = self.p.flow.planned_patience * TICKS_PER_HOUR
            ends.append(ward.env.timeout(patience + 1 + HOUR_ENDS))
        while True:
            hour_ends = ward.hour_ends
            happened = yield ward.env.any_of([*ends, hour_ends])
            if self.bed_given in happened:
                return
            if hour_ends in happened:
                self.lives_an_hour()
            if self.state == DEAD or self.gives_up():
                self.ledger["deaths_waiting" if self.state == DEAD else "cancelled"] += 1
                ward.queue.remove(self)
                return

    def stays(self) -> Events:
        """Hour by hour until death, or until a nurse sees the patient home."""
        ward = self.ward
        while self.state != DEAD and not self.leaves:
            try:
                yield ward.hour_ends
            except simpy.Interrupt:
                if ward.now % TICKS_PER_HOUR < TICKS_PER_HOUR - 1:
                    return
                yield ward.hour_ends
            self.lives_an_hour()


class AtWork:
    """Whoever works on the ward; each shift is a process of its own."""

    def comes_on(self, turn: Turn) -> None:
        """A shift begins."""
        super().comes_on(turn)
        self.ward.env.process(self.works_shift(self.shift_ends))

    def works_shift(self, ends: int) -> Events:
        """Each quarter of an hour: choose with all others, then work with all others."""
        ward = self.ward
        while True:
            yield ward.quarter_begins
            if ward.now >= ends:
                return
            self.chooses_tasks()
            yield ward.contact
            self.works()


class Nurse(AtWork, rules.Nurse):
    """A registered nurse."""

    def sees_home(self, patient: Patient) -> None:
        """The discharge ends the stay."""
        super().sees_home(patient)
        if patient.leaves:
            patient.process.interrupt()


class Junior(AtWork, rules.Junior):
    """A junior doctor."""


class Consultant(AtWork, rules.Consultant):
    """A consultant."""


class Pharmacist(AtWork, rules.Pharmacist):
    """A pharmacist."""


class Ward(FrontDoor, rules.Ward):
    """One ward.

    Args:
        scenario: of one ward, from `demand.comparable`.
        seed: of the run.

    Raises:
        ValueError: the scenario has several wards, or other mechanisms than this ward has.
    """

    kinds: ClassVar = {
        "staff nurse": Nurse,
        "senior nurse": Nurse,
        "junior doctor": Junior,
        "consultant": Consultant,
        "pharmacist": Pharmacist,
        "ward manager": rules.WardManager,
        "division manager": rules.DivisionManager,
    }

    def __init__(self, scenario: Scenario, seed: int):
        self.random = Random(seed)
        self.env = simpy.Environment()
        self.now = 0
        self.midnights: list[dict[str, int]] = []
        self.opens(scenario)
        self.clinical_staff = [
            [person for rota in self.rotas for person in rota.people if isinstance(person, kind)]
            for kind in (Nurse, Consultant, Junior, Pharmacist)
        ]
        self.beds_are_shared_anew()
        self.quarter_begins, self.contact, self.hour_ends = (self.env.event() for _ in range(3))
        self.opens_door(len(self.beds))
        for process in (self.bells_ring(), self.shifts_change(), self.hazards_change(), self.nights_pass()):
            self.env.process(process)

    # Time

    def bells_ring(self) -> Events:
        """The events for which many wait: a quarter of an hour begins, all have chosen, an hour ends."""
        env = self.env
        yield env.timeout(BEGINS)
        while True:
            self.quarter_begins = rung(env, self.quarter_begins)
            yield env.timeout(CONTACT - BEGINS)
            self.contact = rung(env, self.contact)
            if self.now % TICKS_PER_HOUR == TICKS_PER_HOUR - 1:
                yield env.timeout(HOUR_ENDS - CONTACT)
                self.hour_ends = rung(env, self.hour_ends)
                yield env.timeout(QUARTER_ENDS - HOUR_ENDS)
            else:
                yield env.timeout(QUARTER_ENDS - CONTACT)
            self.now += 1
            yield env.timeout(1 - QUARTER_ENDS + BEGINS)

    # Patients

    def receives(self, mode: int, frailty: float, urgency: int) -> None:
        """A patient takes a waiting place, or is sent elsewhere where all are taken."""
        if self.has_place(mode):
            patient = Patient(self, mode, frailty, urgency)
            self.queue.append(patient)
            patient.process = self.env.process(patient.comes())
            self.tells()

    def gives(self, bed: int) -> None:
        """The bed goes to the waiting patient who weighs most."""
        patient = self.most_urgent()
        self.queue.remove(patient)
        self.beds[bed] = patient
        patient.is_admitted(bed)
        patient.bed_given.succeed()

    def is_free(self, bed: int) -> None:
        """A bed is free again."""
        self.beds[bed] = None
        self.free_beds.put(bed)
        self.tells()

    # Staff

    def shifts_change(self) -> Events:
        """Everybody goes off or comes on; then cover, beds and handover."""
        env = self.env
        for day in count():
            for quarter in sorted(self.changes):
                yield env.timeout(day * TICKS_PER_DAY + quarter - env.now)
                for people in self.clinical_staff:
                    for person in people:
                        person.changes_shift()
                self.manager.changes_shift()
                self.manager.covers_gaps()
                self.beds_are_shared_anew()
                for people in self.at_work:
                    for person in people:
                        person.takes_over()

    def beds_are_shared_anew(self) -> None:
        """Among those who are now at work."""
        self.at_work = [[person for person in people if person.on_shift] for people in self.clinical_staff]
        self.share_beds(self.at_work)

    # The ward itself

    def hazards_change(self) -> Events:
        """Hour by hour."""
        while True:
            yield self.hour_ends
            self.hazards_arise_and_go()

    def nights_pass(self) -> Events:
        """Count at midnight."""
        yield self.env.timeout(TICKS_PER_DAY - 1 + QUARTER_ENDS)
        while True:
            self.staffing["nurse_days"] += len(self.nurses)
            self.midnights.append(self.census())
            yield self.env.timeout(TICKS_PER_DAY)

    def census(self) -> dict[str, int]:
        """What a series of days keeps."""
        names = ("admissions", "discharges", "deaths", "preventable_events", "incident_reports")
        reached = (number for funnel in self.funnels for (_, _, stage), number in funnel.items() if stage == REACHED)
        return {
            "midnight patients": sum(patient is not None for patient in self.beds),
            "midnight queue": len(self.queue),
            "hazards": len(self.hazards),
            "undone": sum(self.total(("undone", kind)) for kind in range(len(TASKS))),
            "reached": sum(reached),
            **{name: self.total(name) for name in names},
        }


def rung(env: simpy.Environment, bell: simpy.Event) -> simpy.Event:
    """Wake all who wait for this event, and give the next one to wait for."""
    bell.succeed()
    return env.event()
