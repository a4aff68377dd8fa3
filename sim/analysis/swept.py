"""A sweep that is whole: its values by replication, point of the sample, and combination of what is listed.

Analyses that go by the order of rows give nonsense in silence where one row is missing or stands elsewhere. So a sweep
is taken only if every run is done and every arm was run with the levels that its design gives it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.analysis.outcomes import ALL
from sim.analysis.stored import StoredResults
from sim.experiment.design import Arm, Design, Value
from sim.scenario.words import did_you_mean, quoted


class SweptError(ValueError):
    """A sweep cannot be analysed as asked; the message says why, and what to do."""


class Chance(NamedTuple):
    """How much of what varies is chance, as shares from 0 to 1; not a number where that cannot be told.

    Attributes:
        of_runs: of the variance between single runs, what lies between replications of one point.
        of_means: of the variance between the means of points, what their replications have not averaged out.
        left: that variance itself, in the square of the unit.
    """

    of_runs: float
    of_means: float
    left: float


@dataclass(frozen=True)
class Swept:
    """A sweep of which every run is done, in the order of its design.

    Attributes:
        found: what is stored.
        design: from which it was swept, with its sample drawn again.
    """

    found: StoredResults = field(repr=False)
    design: Design

    @cached_property
    def combinations(self) -> tuple[Mapping[str, Value], ...]:
        """The levels of each combination of what is listed in the design, in its order; each meets every point."""
        names = [factor.name for factor in self.design.crossed]
        count = self.design.arms // len(self.design.points)
        levels = [self.design.arm(index).levels for index in range(count)]
        return tuple({name: each[name] for name in names} for each in levels)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What each combination is called, e.g. ``dials.devolution = 0.2``."""
        return tuple(title_of(levels) for levels in self.combinations)

    def values(self, outcome: str, ward: str = ALL, mode: str = ALL) -> np.ndarray:
        """One outcome of each run, [replications, points, combinations], in its unit; NaN where nothing was counted.

        Raises:
            SweptError: it is not stored for that ward and mode.
        """
        kept = self.found.kept_outcomes
        if outcome not in kept:
            raise SweptError(f"no outcome {quoted(outcome)} is stored{did_you_mean(outcome, kept)}")
        try:
            table = self.found.values(outcome, ward, mode)
        except ValueError as refusal:
            raise SweptError(str(refusal)) from None
        design = self.design
        whole = table.reindex(index=range(design.replications), columns=range(design.arms))
        return whole.to_numpy(float).reshape(design.replications, len(design.points), -1)


def number_of(given: str | int, strategies: Sequence[Mapping[str, Value]]) -> int:
    """The number of a strategy that goes by its title, by the level of its only factor, or by its number.

    Raises:
        SweptError: there is no such strategy.
    """
    titles = [title_of(levels) for levels in strategies]
    alone = [title.partition(" = ")[2] for title, each in zip(titles, strategies, strict=True) if len(each) == 1]
    for names in (titles, alone, [str(number) for number in range(len(strategies))]):
        if str(given) in names:
            return names.index(str(given))
    raise SweptError(f"there is no strategy {quoted(given)}{did_you_mean(given, titles)}")


def title_of(levels: Mapping[str, Value]) -> str:
    """What levels of factors are called together."""
    return Arm(0, levels, {}).title


def swept(found: StoredResults) -> Swept:
    """The sweep in a folder, if it is whole and in the order of its design.

    Raises:
        StoreError: its design cannot be read by this version, or a shard is damaged.
        SweptError: runs are missing or failed, or were not run with the levels of their arms.
    """
    design = found.store.design()
    found.store.refuse_damaged()
    _refuse_missing(found, design)
    _refuse_failed(found)
    _refuse_misplaced(found, design)
    return Swept(found, design)


def chance_of(values: np.ndarray) -> Chance:
    """How much of the variance in `values`, [replications, points], is chance, by an analysis of variance in two ways.

    What all points of a replication share, since they have its seed, is chance in a single run; between the means of
    points it is not, since all have it.
    """
    replications, points = values.shape
    if replications < 2 or points < 2:
        return Chance(np.nan, np.nan, np.nan)
    of_points, of_replications = values.mean(axis=0), values.mean(axis=1)
    rest = values - of_points - of_replications[:, None] + values.mean()
    of_each = float((rest**2).sum() / ((replications - 1) * (points - 1)))
    left, between = of_each / replications, float(of_points.var(ddof=1))
    if between == 0:
        return Chance(np.nan, np.nan, left)
    true = max(0.0, between - left)
    luck = of_each + max(0.0, float(of_replications.var(ddof=1)) - of_each / points)
    return Chance(luck / (true + luck), 1 - true / between, left)


def _refuse_missing(found: StoredResults, design: Design) -> None:
    status = found.store.status()
    if not status.left:
        return
    first = found.store.missing()[0].first
    shown = found.store.shown
    raise SweptError(
        f"{status.left:,} of {status.runs:,} runs are not done, the first of them {_called(design, first)}: every row "
        f"of a sample is needed. `microsystem resume {shown}` finishes them"
    )


def _refuse_failed(found: StoredResults) -> None:
    failed = found.failures
    if failed.empty:
        return
    first = failed.iloc[0]
    shown = found.store.shown
    raise SweptError(
        f"{len(failed):,} of {len(found.runs):,} runs failed, the first of them replication {first.replication} of arm "
        f"{first.arm} ({first.title}): every row of a sample is needed. `microsystem status {shown}` says what was "
        f"said, `microsystem resume {shown} --failed` tries them again"
    )


def _called(design: Design, position: int) -> str:
    index, replication = design.of_run(position)
    return f"replication {replication} of arm {index} ({design.arm(index).title})"


def _refuse_misplaced(found: StoredResults, design: Design) -> None:
    """Refuse runs that are not what their place in the design says: indices of them would be nonsense in silence."""
    runs = found.runs
    places = runs["position"].to_numpy()
    replication, arm = np.divmod(places, design.arms)
    is_there = (runs["arm"] == arm) & (runs["replication"] == replication) & (runs["seed"] == design.seed + replication)
    stored = runs[["arm", "levels"]].drop_duplicates()
    like = {number: dict(design.arm(number).levels) for number in stored["arm"].unique()}
    alike = [json.loads(text) == like[number] for number, text in zip(stored["arm"], stored["levels"], strict=True)]
    others = sorted({*stored["arm"][~np.array(alike, dtype=bool)], *runs["arm"][~is_there]})
    if others or not np.array_equal(places, np.arange(design.runs)):
        first = f", the first of them arm {others[0]} ({title_of(like[others[0]])})" if others else ""
        raise SweptError(
            f"{len(others):,} of {design.arms:,} arms were not run with the levels that the design gives them{first}: "
            "their rows are not in the order of the sample. Sweep the design into a new folder"
        )
