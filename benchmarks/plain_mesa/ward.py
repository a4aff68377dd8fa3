"""A ward in plain Mesa 3.5: agents with ordinary attributes and methods, no tables, nothing compiled.

The same ward as `sim` runs, with the same numbers, as Mesa's documentation teaches it: a class for each kind of agent,
`agents_by_type[...].do(...)` for each phase, chance from `model.random`, patients who are made when they come and
removed when they leave, a data collector. What people decide is `benchmarks/rules.py`. It measures what the model's
own design gains; nothing else uses it.

It leaves out the mechanisms that `benchmarks/left_out.py` names, and holds all others on (see `demand.comparable`).
"""

import heapq
from typing import Any, ClassVar

import mesa

from benchmarks import rules
from benchmarks.demand import URGENT, counted_in
from benchmarks.rules import DEAD, REACHED, poisson
from sim.scenario.schema import Scenario
from sim.state.vocabulary import TASKS, TICKS_PER_DAY, TICKS_PER_HOUR


def run(scenario: Scenario, seed: int, ticks: int, warm_up: int = 0) -> dict[str, float]:
    """Run the ward for `warm_up` ticks and then for `ticks` more: what was counted in the latter."""
    return counted_in(Ward(scenario, seed), ticks, warm_up)


class Agent(mesa.Agent):
    """An agent whose model is also the ward that the rules know."""

    def __init__(self, ward: "Ward", *who: Any, **goals: Any):
        super().__init__(ward, ward, *who, **goals)


class Patient(Agent, rules.Patient):
    """A patient, waiting for a bed or in one."""

    def departs(self) -> None:
        """Leave in this tick, if dead, discharged or tired of waiting."""
        if self.bed is not None:
            if self.leaves or self.state == DEAD:
                self.leaves_bed()
        elif self.state == DEAD:
            self.leaves_queue("deaths_waiting")
        elif self.gives_up():
            self.leaves_queue("cancelled")

    def leaves_queue(self, why: str) -> None:
        """Leave without having had a bed."""
        self.ledger[why] += 1
        self.model.queue.remove(self)
        self.remove()

    def leaves_bed(self) -> None:
        """The stay ends; somebody who was discharged may come back."""
        self.ends_stay()
        if self.state != DEAD and (after := self.comes_back_after()) is not None:
            heapq.heappush(self.model.returns, (self.model.now + after, self.unique_id, self.mode, self.frailty))
        self.model.beds[self.bed] = None
        self.remove()


class Nurse(Agent, rules.Nurse):
    """A registered nurse."""


class Junior(Agent, rules.Junior):
    """A junior doctor."""


class Consultant(Agent, rules.Consultant):
    """A consultant."""


class Pharmacist(Agent, rules.Pharmacist):
    """A pharmacist."""


class WardManager(Agent, rules.WardManager):
    """A ward manager."""


class DivisionManager(Agent, rules.DivisionManager):
    """A division's manager."""


class Ward(mesa.Model, rules.Ward):
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
        "ward manager": WardManager,
        "division manager": DivisionManager,
    }

    def __init__(self, scenario: Scenario, seed: int):
        super().__init__(rng=seed)
        self.now = 0
        self.returns: list[tuple[int, int, int, float]] = []
        self.opens(scenario)
        kinds = (Nurse, Consultant, Junior, Pharmacist)
        self.clinical_staff = [self.agents_by_type[kind] for kind in kinds if kind in self.agents_by_type]
        self.beds_are_shared_anew()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "midnight patients": lambda model: sum(patient is not None for patient in model.beds),
                "midnight queue": lambda model: len(model.queue),
                "hazards": lambda model: len(model.hazards),
                "admissions": lambda model: model.total("admissions"),
                "discharges": lambda model: model.total("discharges"),
                "deaths": lambda model: model.total("deaths"),
                "preventable events": lambda model: model.total("preventable_events"),
                "incident reports": lambda model: model.total("incident_reports"),
                "undone": lambda model: sum(model.total(("undone", kind)) for kind in range(len(TASKS))),
                "reached": lambda model: sum(
                    count for funnel in model.funnels for (_, _, stage), count in funnel.items() if stage == REACHED
                ),
            }
        )

    def goes_on(self, ticks: int) -> None:
        """So many quarters of an hour."""
        for _ in range(ticks):
            self.step()

    def step(self) -> None:
        """One quarter of an hour: the phases of `sim.engine.tick`, in their order."""
        self.now = self.steps - 1
        self.patients_arrive()
        if self.now % TICKS_PER_DAY in self.changes:
            self.shifts_change()
        self.give_free_beds()
        for people in self.at_work:
            people.do("chooses_tasks")
        for people in self.at_work:
            people.do("works")
        if self.now % TICKS_PER_HOUR == TICKS_PER_HOUR - 1:
            self.do_patients("lives_an_hour")
            self.hazards_arise_and_go()
        self.do_patients("departs")
        if self.now % TICKS_PER_DAY == TICKS_PER_DAY - 1:
            self.staffing["nurse_days"] += len(self.agents_by_type[Nurse])
            self.datacollector.collect(self)

    def do_patients(self, method: str) -> None:
        """Have every patient do something; before the first one comes, Mesa knows no such type."""
        if Patient in self.agents_by_type:
            self.agents_by_type[Patient].do(method)

    def patients_arrive(self) -> None:
        """New patients, and some who left within 30 days."""
        while self.returns and self.returns[0][0] <= self.now:
            _, _, mode, frailty = heapq.heappop(self.returns)
            self.ledgers[mode]["returns"] += 1
            self.joins_queue(mode, frailty, URGENT)
        emergency, planned = self.emergency_rate(self.now), self.planned_rate(self.now)
        for _ in range(poisson(self.random, emergency + planned)):
            self.joins_queue(*self.newcomer(emergency, planned))

    def joins_queue(self, mode: int, frailty: float, urgency: int) -> None:
        """A patient takes a waiting place, or is sent elsewhere where all are taken."""
        if self.has_place(mode):
            self.queue.append(Patient(self, mode, frailty, urgency))

    def give_free_beds(self) -> None:
        """Each free bed goes to the waiting patient who weighs most."""
        if not self.queue:
            return
        for bed, occupant in enumerate(self.beds):
            if occupant is None and self.queue:
                chosen = self.most_urgent()
                self.queue.remove(chosen)
                self.beds[bed] = chosen
                chosen.is_admitted(bed)

    def shifts_change(self) -> None:
        """Everybody goes off or comes on; then cover, beds and handover."""
        for people in self.clinical_staff:
            people.do("changes_shift")
        self.manager.changes_shift()
        self.manager.covers_gaps()
        self.beds_are_shared_anew()
        for people in self.at_work:
            people.do("takes_over")

    def beds_are_shared_anew(self) -> None:
        """Among those who are now at work."""
        self.at_work = [people.select(lambda person: person.on_shift) for people in self.clinical_staff]
        self.share_beds(self.at_work)
