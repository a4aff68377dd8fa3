"""The beds of the ward alone in SimPy 4: who comes, waits, stays and comes back, and nobody who cares for them.

It is there to be compared with `benchmarks/ciw_ward/`, which covers the same part; see the level "beds" of
SPECIFICATION.md. Stays are drawn from those that were recorded in the whole model, since nothing here makes them.
"""

from collections import Counter
from dataclasses import dataclass
from random import Random

import simpy

from benchmarks.demand import ELECTIVE, URGENT, BedsAlone, counted_in
from benchmarks.simpy_ward.front_door import BEDS_ARE_GIVEN, Events, FrontDoor
from benchmarks.stays import kept
from sim.scenario.schema import Scenario
from sim.state.vocabulary import TICKS_PER_DAY

LEAVES, NIGHT_ENDS = 0.5, 0.875  # parts of a quarter of an hour


def run(scenario: Scenario, seed: int, ticks: int, warm_up: int = 0) -> dict[str, float]:
    """Run the beds for `warm_up` ticks and then for `ticks` more: what was counted in the latter."""
    return counted_in(Beds(scenario, seed), ticks, warm_up)


@dataclass(eq=False)
class Visit:
    """Somebody who waits: whose bed it will be, and what counts for it."""

    mode: int
    urgency: int
    arrived: int
    bed_given: simpy.Event
    bed: int | None = None


class Beds(FrontDoor, BedsAlone):
    """The beds of one ward.

    Args:
        scenario: of one ward.
        seed: of the run.
    """

    def __init__(self, scenario: Scenario, seed: int):
        self.random = Random(seed)
        self.env = simpy.Environment()
        self.serves(scenario)
        self.queue: list[Visit] = []
        self.counted: Counter[str] = Counter()
        self.opens_door(self.number_of_beds)
        self.env.process(self.nights_pass())

    def receives(self, mode: int, frailty: float, urgency: int) -> None:
        """A patient takes a waiting place, or is sent elsewhere where all are taken."""
        self.counted["arrivals"] += 1
        if len(self.queue) >= self.waiting_places:
            self.counted["diverted"] += 1
            return
        visit = Visit(mode, urgency, int(self.env.now), self.env.event())
        self.queue.append(visit)
        self.env.process(self.visits(visit, frailty))
        self.tells()

    def gives(self, bed: int) -> None:
        """The bed goes to the waiting patient who weighs most."""
        visit = max(self.queue, key=lambda visit: self.weighs(visit.urgency, self.env.now - visit.arrived))
        self.queue.remove(visit)
        visit.bed = bed
        visit.bed_given.succeed()

    def visits(self, visit: Visit, frailty: float) -> Events:
        """Wait, stay, leave, and perhaps come again."""
        env, counted = self.env, self.counted
        if visit.urgency == ELECTIVE:
            yield visit.bed_given | env.timeout(self.patience + 1 + LEAVES)
        else:
            yield visit.bed_given
        if visit.bed is None:
            self.queue.remove(visit)
            counted["cancelled"] += 1
            return
        admitted = int(env.now)
        waited = admitted - visit.arrived
        counted["admissions"] += 1
        counted["wait"] += waited
        counted["breaches"] += waited > self.deadline
        stay, back = kept().draw(self.random, visit.mode, admitted)
        yield env.timeout(stay + LEAVES - BEDS_ARE_GIVEN)
        counted["stays"] += 1
        if (admitted + stay) // TICKS_PER_DAY > admitted // TICKS_PER_DAY:
            counted["overnight_stays"] += 1
            counted["overnight_stay"] += stay
        self.free_beds.put(visit.bed)
        self.tells()
        if back is not None:
            yield env.timeout(back - LEAVES)
            counted["returns"] += 1
            self.receives(visit.mode, frailty, URGENT)

    def nights_pass(self) -> Events:
        """Count at midnight."""
        yield self.env.timeout(TICKS_PER_DAY - 1 + NIGHT_ENDS)
        while True:
            self.counted["midnight_patients"] += self.number_of_beds - len(self.free_beds.items)
            yield self.env.timeout(TICKS_PER_DAY)

    def counts(self) -> dict[str, float]:
        """Everything counted since the beginning."""
        return {name: float(count) for name, count in self.counted.items()}
