"""The way in, in SimPy: people come, wait, and are given a bed. The whole ward and its beds alone share it.

Time is in quarters of an hour. What happens within one happens at its own fraction of it, so that the phases of
SPECIFICATION.md follow each other whatever the order in which processes were begun.
"""

from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.demand import Demand

BEDS_ARE_GIVEN = 0.125

Events = Generator[simpy.Event, Any, None]


class FrontDoor(Demand):
    """Whoever inherits it says who comes (`receives`) and who of those waiting is next (`gives`)."""

    env: simpy.Environment
    queue: list[Any]

    def opens_door(self, beds: int) -> None:
        """Beds as a store from which the lowest number is taken; arrivals, and somebody who gives beds out."""
        self.free_beds = simpy.PriorityStore(self.env, capacity=beds)
        for bed in range(beds):
            self.free_beds.put(bed)
        self.news = self.env.event()
        self.env.process(self.people_come())
        self.env.process(self.beds_are_given())

    def receives(self, mode: int, frailty: float, urgency: int) -> None:
        """Somebody comes."""
        raise NotImplementedError

    def gives(self, bed: int) -> None:
        """Give this bed to the one who weighs most of those who wait."""
        raise NotImplementedError

    def people_come(self) -> Events:
        """People who come for the first time."""
        for tick, newcomer in self.arrivals():
            yield self.env.timeout(tick - self.env.now)
            self.receives(*newcomer)

    def beds_are_given(self) -> Events:
        """Sleep until somebody waits and a bed is free; then give beds as the next such moment of the day comes."""
        while True:
            if not (self.queue and self.free_beds.items):
                yield self.news
                continue
            yield self.env.timeout((BEDS_ARE_GIVEN - self.env.now) % 1)
            while self.queue and self.free_beds.items:
                self.gives((yield self.free_beds.get()))

    def tells(self) -> None:
        """Somebody waits, or a bed is free."""
        self.news.succeed()
        self.news = self.env.event()

    def goes_on(self, ticks: int) -> None:
        """So many quarters of an hour."""
        if ticks:
            self.env.run(until=self.env.now + ticks)
