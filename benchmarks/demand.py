"""Who comes to the benchmark's ward, and when: what every port in Python shares, down to the one of beds alone."""

from collections.abc import Iterator
from random import Random
from types import SimpleNamespace
from typing import Protocol

import numpy as np

from benchmarks.left_out import LEFT_OUT
from sim.engine.hospital_state import USUAL_WEIGHTS
from sim.scenario.loading import with_changes
from sim.scenario.schema import Scenario
from sim.state.vocabulary import MANAGER, MODES, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_WEEK, URGENCIES

ELECTIVE, URGENT, EMERGENCY = range(len(URGENCIES))

Newcomer = tuple[int, float, int]  # mode of care, frailty, urgency


def comparable(scenario: Scenario) -> Scenario:
    """The scenario without the mechanisms that this ward leaves out."""
    return with_changes(scenario, {f"mechanisms.{name}": False for name in LEFT_OUT})


def numbers(settings: np.record) -> SimpleNamespace:
    """The parameters as ordinary numbers and lists: `p.work.interval[DOSE]`."""
    return SimpleNamespace(
        **{
            module: SimpleNamespace(**{name: settings[module][name].tolist() for name in settings[module].dtype.names})
            for module in settings.dtype.names
        }
    )


def is_weekend(tick: int) -> bool:
    """Whether the day is a Saturday or a Sunday; the first day of a run is a Monday."""
    return tick // TICKS_PER_DAY % 7 >= 5


class Runs(Protocol):
    """A ward of any port: it goes on for some ticks, and says what it has counted."""

    def goes_on(self, ticks: int) -> None:
        """So many quarters of an hour more."""

    def counts(self) -> dict[str, float]:
        """Everything counted since the beginning."""


def counted_in(ward: Runs, ticks: int, warm_up: int = 0) -> dict[str, float]:
    """What a ward counts in `ticks` ticks, after `warm_up` ticks that do not count."""
    ward.goes_on(warm_up)
    before = ward.counts()
    ward.goes_on(ticks)
    return {name: count - before.get(name, 0.0) for name, count in ward.counts().items()}


class Demand:
    """The demand that a ward serves, with the numbers of its scenario.

    Whoever inherits it says whence chance comes, in `random`.
    """

    random: Random

    def serves(self, scenario: Scenario) -> None:
        """Take up the demand of a scenario of one ward."""
        (ward,) = scenario.wards.values()
        self.p = numbers(scenario.settings())
        self.arrivals_per_day = ward.arrivals_per_day
        self.emergency_share = ward.emergency_share
        self.mode_mix = [getattr(ward.mode_mix, mode) for mode in MODES]
        self.waiting_places = scenario.divisions[ward.division].waiting_places

    def emergency_rate(self, tick: int) -> float:
        """Emergencies in a tick: few at night, a ramp from 7 to 11, a plateau until 21, then fewer."""
        mean = self.arrivals_per_day * self.emergency_share / TICKS_PER_DAY
        night = self.p.flow.night_arrivals
        day = (24 - 10.5 * night) / 13.5
        hour = tick % TICKS_PER_DAY / TICKS_PER_HOUR
        if hour < 7:
            return mean * night
        if hour < 11:
            return mean * (night + (day - night) * (hour + 0.125 - 7) / 4)
        if hour < 21:
            return mean * day
        return mean * (day + (night - day) * (hour + 0.125 - 21) / 3)

    def planned_rate(self, tick: int) -> float:
        """Planned admissions in a tick: from 7 to 11 on weekdays, a week's worth in five mornings."""
        hour = tick % TICKS_PER_DAY / TICKS_PER_HOUR
        if hour < 7 or hour >= 11 or is_weekend(tick):
            return 0.0
        return self.arrivals_per_day * (1 - self.emergency_share) * 7 / 5 / (4 * TICKS_PER_HOUR)

    def newcomer(self, emergency: float, planned: float) -> Newcomer:
        """Mode of care, frailty and urgency of somebody who comes for the first time, at these rates."""
        (mode,) = self.random.choices(range(len(MODES)), self.mode_mix)
        frailty = self.random.random() ** 2
        if self.random.random() * (emergency + planned) >= emergency:
            return mode, frailty, ELECTIVE
        return mode, frailty, EMERGENCY if self.random.random() * 3 < 1 else URGENT

    def arrivals(self) -> Iterator[tuple[int, Newcomer]]:
        """People who come for the first time, one after another without end: the tick of each, and who it is.

        Candidates come as often as in the busiest tick, and each is kept as often as its own tick asks for.
        """
        rates = [(self.emergency_rate(tick), self.planned_rate(tick)) for tick in range(TICKS_PER_WEEK)]
        busiest = max(map(sum, rates))
        at = 0.0
        while True:
            at += self.random.expovariate(busiest)
            emergency, planned = rates[int(at) % TICKS_PER_WEEK]
            if self.random.random() * busiest < emergency + planned:
                yield int(at), self.newcomer(emergency, planned)


class BedsAlone(Demand):
    """What the level of beds alone adds: how many beds there are, and who is next for one."""

    def serves(self, scenario: Scenario) -> None:
        """Take up the demand and the beds of a scenario of one ward."""
        super().serves(scenario)
        (ward,) = scenario.wards.values()
        self.number_of_beds = ward.beds
        goals = scenario.divisions[ward.division].manager_weights
        usual = tuple(goals.model_dump().values()) if goals else USUAL_WEIGHTS[MANAGER]
        self.outcome, self.timeliness, *_ = usual
        self.deadline = self.p.flow.deadline * TICKS_PER_HOUR
        self.patience = self.p.flow.planned_patience * TICKS_PER_HOUR

    def weighs(self, urgency: int, waited: float) -> float:
        """How much somebody who has waited so many ticks weighs for a free bed."""
        wait = waited / self.deadline
        return self.outcome * urgency / EMERGENCY + self.timeliness * min(wait, 1.0) + 0.01 * wait
