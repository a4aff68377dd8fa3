"""A run that is done again: compiled up to a moment, and from there watched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.engine.hospital_state import build_state, ward_order
from sim.engine.interventions import Schedule
from sim.engine.tick import simulate
from sim.scenario import Scenario
from sim.state.vocabulary import TICKS_PER_DAY

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """Which run is told about.

    Attributes:
        scenario: with the draw of its replication, if levels were drawn.
        seed: of the run.
        days, warm_up_days: days counted, and days before counting begins.
    """

    scenario: Scenario
    seed: int
    days: int
    warm_up_days: int

    @property
    def ticks(self) -> int:
        """Ticks of the run, warm-up included."""
        return (self.days + self.warm_up_days) * TICKS_PER_DAY


class Replay:
    """One run, at one moment; it only goes forward.

    Args:
        run: which; equal runs pass through equal moments, to the last byte.

    Attributes:
        state: the hospital's tables at this moment.
        schedule: of its interventions.
        tick: how many ticks are over.
    """

    def __init__(self, run: Run):
        self.run = run
        self.state = build_state(run.scenario, run.seed, run.days + run.warm_up_days)
        self.schedule = Schedule(run.scenario, self.state, run.seed, run.warm_up_days)
        self.tick = 0

    def goes_to(self, tick: int) -> None:
        """Go on, compiled, until `tick` ticks are over."""
        for first, end in self.schedule.stages(self.tick, tick):
            simulate(self.state, self.run.seed, first, end)
        self.tick = tick

    def ticks(self, tell: Progress | None = None) -> Iterator[int]:
        """Go on tick by tick to the end of the run; gives each tick when it is over."""
        while self.tick < self.run.ticks:
            now = self.tick
            self.goes_to(now + 1)
            if tell and now % TICKS_PER_DAY == 0:
                tell(now, self.run.ticks)
            yield now

    @property
    def ward_names(self) -> list[str]:
        """Names of the wards in the order of rows."""
        return ward_order(self.run.scenario)

    def place_of(self, patient: int) -> int | None:
        """The row of a patient in the table of patients; None for one who is not there."""
        places = np.flatnonzero(self.state.patients["identity"] == patient)
        return int(places[0]) if len(places) else None
