"""Designs of experiments: which arms there are, and which runs each has.

An arm is the scenario with some changes. Every arm has the same seeds, so that arms can be compared in pairs. Runs
stand in an order of their own, the first replication of every arm before the second of any: so a sweep that is
stopped has all arms alike, and one with more replications begins with the runs of one with fewer.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.experiment.draws import Draws
from sim.experiment.sampling import each_once
from sim.scenario import Scenario, with_changes
from sim.scenario.styles import is_as_shipped, named_in
from sim.state.vocabulary import DAYS_PER_YEAR

type Value = bool | int | float | str

MOST_RUNS = 100_000_000
STYLE = "style"


@dataclass(frozen=True)
class Level:
    """One thing that a factor can be: what tables call it, and what it changes in the scenario."""

    label: Value
    changes: Mapping[str, Value]


@dataclass(frozen=True)
class Crossed:
    """A factor whose levels are all combined with those of every other.

    Attributes:
        name: its key in the scenario, or a name of its own.
        kind: ``lever``, ``uncertainty``, ``style`` or ``arm``.
        levels: what it can be.
    """

    name: str
    kind: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Range:
    """A number between two, drawn by a sampling method.

    Attributes:
        name: its key in the scenario.
        kind: ``lever`` or ``uncertainty``.
        low, high: the ends, both included.
        scale: ``linear``, or ``log`` to spread points evenly over orders of magnitude.
        whole: whether it comes in whole numbers.
    """

    name: str
    kind: str
    low: float
    high: float
    scale: str = "linear"
    whole: bool = False

    def at(self, unit: np.ndarray) -> np.ndarray:
        """The numbers at places from 0 to 1 of the range; a whole number has all places up to the next."""
        if self.whole:
            return np.minimum(np.floor(self._between(unit, self.high + 1)), self.high)
        return self._between(unit, self.high)

    def step(self, unit: float) -> int | float:
        """The number at a place from 0 to 1, as grids have it: both ends, and what lies between in even steps."""
        number = float(self._between(np.array(unit), self.high))
        return round(number) if self.whole else float(f"{number:.12g}")  # 0.3, and not 0.30000000000000004

    def _between(self, unit: np.ndarray, high: float) -> np.ndarray:
        if self.scale == "log":
            return self.low * (high / self.low) ** unit
        return self.low + unit * (high - self.low)

    def changes(self, number: float) -> dict[str, Value]:
        """What a number of the range changes in the scenario."""
        return {self.name: int(number) if self.whole else float(number)}


@dataclass(frozen=True)
class Arm:
    """One of the things to be compared: its place in the design, its level of each factor, what it changes."""

    index: int
    levels: Mapping[str, Value]
    changes: Mapping[str, Value]

    @property
    def title(self) -> str:
        """What a person calls it, e.g. ``style = coaching, dials.hold = true``."""
        if list(self.levels) == ["arm"]:
            return str(self.levels["arm"])
        return ", ".join(f"{name} = {_shown(level)}" for name, level in self.levels.items()) or "as the scenario is"


@dataclass(frozen=True)
class Design:
    """An experiment: arms, replications, horizon, and what is kept of each run.

    Attributes:
        title, description: for people.
        scenario: what every arm changes.
        method: ``grid``, ``factorial``, ``list``, ``lhs``, ``sobol`` or ``morris``.
        crossed: factors whose levels are combined.
        ranges: factors of which points are sampled, each point combined with all levels of those crossed.
        sampled: the sample as drawn, [rows, ranges], places from 0 to 1; one row without columns if nothing is sampled.
        days, warm_up_days: of each run.
        seed: of the first replication of every arm; the next has one more.
        replications: of each arm.
        outcomes: names of the outcomes that are kept; None for all.
        series: whether the series of each day is kept.
        draws: values of parameters by replication, in place of defaults; None for the defaults.
        form: the file as it was read, from which `sim.experiment.design_files` makes an equal design.
    """

    title: str
    description: str
    scenario: Scenario
    method: str
    crossed: tuple[Crossed, ...]
    ranges: tuple[Range, ...]
    sampled: np.ndarray = field(repr=False, compare=False)
    days: int
    warm_up_days: int
    seed: int
    replications: int
    outcomes: tuple[str, ...] | None = None
    series: bool = True
    draws: Draws | None = None
    form: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def points(self) -> np.ndarray:
        """The points that are sampled, [points, ranges], in the units of the scenario, each once."""
        return self._points_and_rows[0]

    @cached_property
    def rows(self) -> np.ndarray:
        """Which point each row of the sample is, [rows]: analyses of sensitivity want them in the order drawn."""
        return self._points_and_rows[1]

    @cached_property
    def _points_and_rows(self) -> tuple[np.ndarray, np.ndarray]:
        columns = [of.at(self.sampled[:, position]) for position, of in enumerate(self.ranges)]
        if not columns:
            return np.empty((1, 0)), np.zeros(1, dtype=np.int64)
        return each_once(np.column_stack(columns))

    @property
    def factors(self) -> tuple[Crossed | Range, ...]:
        """All that varies."""
        return (*self.crossed, *self.ranges)

    @property
    def arms(self) -> int:
        """How many arms there are."""
        return math.prod(len(factor.levels) for factor in self.crossed) * len(self.points)

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self.arms * self.replications

    def arm(self, index: int) -> Arm:
        """The arm at a place in the design, from 0; the last factor crossed changes fastest, points slowest."""
        point, rest = divmod(index, self.arms // len(self.points))
        chosen = []
        for factor in reversed(self.crossed):
            rest, place = divmod(rest, len(factor.levels))
            chosen.append((factor.name, factor.levels[place]))
        levels: dict[str, Value] = {name: level.label for name, level in reversed(chosen)}
        changes: dict[str, Value] = {}
        for _, level in reversed(chosen):
            changes |= level.changes
        for of, number in zip(self.ranges, self.points[point], strict=True):
            changes |= of.changes(number)
            levels |= of.changes(number)
        return Arm(index, levels, changes)

    def of_run(self, position: int) -> tuple[int, int]:
        """The arm and the replication of the run at a place in the order of runs."""
        replication, arm = divmod(position, self.arms)
        return arm, replication

    def scenario_of(self, arm: Arm) -> Scenario:
        """The scenario of an arm.

        Raises:
            ScenarioError: its changes do not hold together.
        """
        return with_changes(self.scenario, arm.changes)

    def scenario_of_run(self, arm: Arm, replication: int) -> Scenario:
        """The scenario of an arm in one replication, with its draw; what the arm itself changes stays.

        Raises:
            ScenarioError: its changes do not hold together.
        """
        scenario = self.scenario_of(arm)
        return self.draws.settle(scenario, replication, arm.changes) if self.draws else scenario

    def digest(self) -> str:
        """16 hexadecimal digits that say what the runs are: equal for designs that differ in words or replications."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        content: list[Any] = [
            self.scenario.condition_digest(),
            [[factor.name, [[level.label, dict(level.changes)] for level in factor.levels]] for factor in self.crossed],
            [of.name for of in self.ranges],
            hashlib.sha256(np.ascontiguousarray(self.points).tobytes()).hexdigest(),
            [self.days, self.warm_up_days, self.seed],
            [self.outcomes, self.series],
        ]
        if own := self._own_styles():
            content.append(own)
        if self.draws:
            content.append(self.draws.digest())
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()[:16]

    def _own_styles(self) -> dict[str, Any]:
        """What leads do in styles that arms name and that do not ship: a name alone would not say it."""
        held = self.scenario.styles
        named = sorted(set(named_in([level.changes for factor in self.crossed for level in factor.levels])))
        own = {name: held[name].model_dump(mode="json", exclude_none=True) for name in named if name in held}
        words = ("title", "rationale", "source")
        return {
            name: {key: value for key, value in style.items() if key not in words}
            for name, style in own.items()
            if not is_as_shipped(name, style)
        }

    @property
    def horizon(self) -> str:
        """How long each run is, in words."""
        counted = f"{self.days:,} days" if self.days != 1 else "1 day"
        years = f" ({_in_years(self.days)})" if self.days >= DAYS_PER_YEAR else ""
        return f"{counted}{years} after {self.warm_up_days:,} of warm-up"


def _in_years(days: int) -> str:
    years = f"{days / DAYS_PER_YEAR:.3g}"
    return f"{years} year" if years == "1" else f"{years} years"


def _shown(level: Value) -> str:
    if isinstance(level, bool):
        return "true" if level else "false"
    return f"{level:.6g}" if isinstance(level, float) else str(level)
