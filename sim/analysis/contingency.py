"""The contingency map: which choice is best in which mode of care, and what it costs to use that of another.

What somebody chooses, styles and devolution as a rule, is ranked in each mode of care, in each setting of the other
dials and across all of them. The ranking is paired by seed; `sim.analysis.choosing` says how it is made safe from the
winner's curse.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.arms import Arms, ComparisonError
from sim.analysis.choosing import chances, differences, ranks, regret, regret_within
from sim.analysis.evidence import sure_interval
from sim.analysis.layout import Layout, lay_out
from sim.analysis.outcomes import ALL, BY_NAME, Outcome
from sim.analysis.stored import StoredResults
from sim.experiment.store import Status
from sim.scenario import Scenario
from sim.scenario.words import did_you_mean, quoted

USUAL_OUTCOMES = ("preventable_events", "deteriorations", "patients_harmed", "errors_reached")
DIRECTIONS = ("lower", "higher")
BEST, NOT_TOLD_APART, BEHIND, UNKNOWN = "best", "not told apart", "behind", "not known"


@dataclass(frozen=True)
class Contingency:
    """Choices ranked in each group, which is a mode of care as a rule.

    Attributes:
        outcome: by which they are ranked.
        better: ``lower`` or ``higher``.
        layout: what is chosen, what is not, and which arms these are.
        groups: their names; the last is ``all``, one choice for every group, unless there is one group only.
        table: a row for each group, setting and choice: the group under the name of its factor, the levels of the
            setting (``all`` for across all settings) and of the choice; `choice` its number; `mean` with its 95% t
            interval from `low` to `high`; `regret` with `regret_low` and `regret_high`; `regret_uncorrected`, with the
            winner's curse; `reach`, how far behind the lowest mean a choice must be to be told apart from it;
            `chance_best`; `rank`, `rank_low`, `rank_high`; `standing`: best, not told apart, behind or not known.
        mismatch: a row for each two groups: what is best for `best_for` used in `used_in`: its `choice`, `regret`,
            `regret_low`, `regret_high` and `standing` there.
        replications: how many all arms have.
        dropped: how many were left out since a run failed or there was nothing to count.
        scenario: what every arm changes; None where this version cannot read it.
        progress: how far the experiment is; None for runs in memory.
    """

    outcome: Outcome
    better: str
    layout: Layout
    groups: tuple[object, ...]
    table: pd.DataFrame
    mismatch: pd.DataFrame
    replications: int
    dropped: int
    scenario: Scenario | None = None
    progress: Status | None = None

    def of(self, group: object, setting: int | None = None) -> pd.DataFrame:
        """The rows of a group, in a setting or across all of them, in the order of choices."""
        place = -1 if setting is None else setting
        return self.table[(self.table[self.layout.group_name] == group) & (self.table["setting"] == place)]

    def best(self, group: object, setting: int | None = None) -> pd.Series:
        """The row of the choice with the best mean."""
        rows = self.of(group, setting)
        return rows.loc[rows["rank"].idxmin()]

    @property
    def best_everywhere(self) -> list[int]:
        """Choices that are told apart from the best in no group, ``all`` left aside."""
        kept = [set(rows[rows.standing.isin((BEST, NOT_TOLD_APART))].choice) for rows in map(self.of, self.modes)]
        return sorted(set.intersection(*kept))

    @property
    def modes(self) -> tuple[object, ...]:
        """The groups without ``all``, unless there is nothing else."""
        return tuple(group for group in self.groups if group != ALL) or self.groups


def contingency(
    found: Arms,
    outcome: str | None = None,
    better: str | None = None,
    chosen: Sequence[str] | None = None,
    by: str | None = None,
    where: Sequence[tuple[str, object]] = (),
) -> Contingency:
    """Rank choices in each mode of care.

    Args:
        found: the experiment, or runs in memory.
        outcome: by which; if None, preventable harm, or else what is nearest to it among those that are stored.
        better: ``lower`` or ``higher``; if None, as the outcome itself says.
        chosen, by, where: as for `sim.analysis.layout.lay_out`.

    Raises:
        ComparisonError: there is no such factor, level or outcome, nothing to choose, or no complete replication.
    """
    of = known_outcome(outcome or _usual(found), found)
    direction = direction_of(of, better)
    layout = lay_out(found, chosen, by, where)
    values = layout.values(found, of.name)
    known = complete(values, of)
    sense = 1.0 if direction == "lower" else -1.0
    losses = {group: sense * grid[known] for group, grid in values.items()}
    rows = [row for group in losses for row in _rows(layout, group, losses[group], sense, of)]
    progress = found.store.status() if isinstance(found, StoredResults) else None
    table = pd.DataFrame(rows)
    mismatch = pd.DataFrame(_mismatches(table[table["setting"] == -1], layout.group_name, tuple(losses)))
    return Contingency(
        of, direction, layout, tuple(losses), table, mismatch, int(known.sum()), int((~known).sum()), found.scenario,
        progress,
    )  # fmt: skip


def known_outcome(name: str, found: Arms) -> Outcome:
    """The outcome of that name, among those that are stored.

    Raises:
        ComparisonError: there is none.
    """
    if name not in found.kept_outcomes or name not in BY_NAME:
        hint = did_you_mean(name, found.kept_outcomes)
        raise ComparisonError(f"no outcome {quoted(name)} is stored{hint}; keep.outcomes of the design says which are")
    return BY_NAME[name]


def direction_of(outcome: Outcome, given: str | None) -> str:
    """Which direction of an outcome is better.

    Raises:
        ComparisonError: it is not said, or is no direction.
    """
    if given is not None and given not in DIRECTIONS:
        raise ComparisonError(f"better is {quoted(given)}{did_you_mean(given, DIRECTIONS)}")
    if given is None and outcome.better not in DIRECTIONS:
        raise ComparisonError(
            f"neither direction of {outcome.name} is better in itself: say --better lower or --better higher"
        )
    return given or outcome.better


def complete(values: Mapping[object, np.ndarray], outcome: Outcome) -> np.ndarray:
    """Which replications have a number in every arm and group, [replications].

    Raises:
        ComparisonError: none has.
    """
    known = ~np.any([np.isnan(grid).any(axis=(1, 2)) for grid in values.values()], axis=0)
    if not known.any():
        raise ComparisonError(
            f"no replication has {outcome.name} in every arm: runs are left or failed, as `microsystem status` says, "
            "or there was nothing to count; choose other arms with --where, or another outcome"
        )
    return known


def _usual(found: Arms) -> str:
    for name in USUAL_OUTCOMES:
        if name in found.kept_outcomes:
            return name
    kept = ", ".join(sorted(found.kept_outcomes)[:8])
    raise ComparisonError(f"none of {', '.join(USUAL_OUTCOMES)} is stored: name another with --outcome ({kept})")


def _rows(
    layout: Layout, group: object, losses: np.ndarray, sense: float, outcome: Outcome
) -> Iterator[dict[str, object]]:
    """A row for each choice across all settings, and then in each of them."""
    of_settings = layout.settings.to_dict("records") if len(layout.settings) > 1 else []
    parts = [(-1, dict.fromkeys(layout.across, ALL), losses.mean(axis=1))]
    parts += [(place, levels, losses[:, place]) for place, levels in enumerate(of_settings)]
    for place, levels, part in parts:
        where = {layout.group_name: group, **levels, "setting": place}
        for choice, (of, row) in enumerate(zip(layout.choices.to_dict("records"), _ranked(part), strict=True)):
            mean, low, high, _ = sure_interval(sense * part[:, choice], least=0.0, most=outcome.most)
            yield {**where, **of, "choice": choice, "mean": mean, "low": low, "high": high, **row}


def _ranked(losses: np.ndarray) -> Iterator[dict[str, object]]:
    """What is said of each choice, in their order."""
    behind, reach = differences(losses)
    low, high = regret_within(losses)
    place, first, last = ranks(losses)
    lowest = int(losses.mean(axis=0).argmin())
    corrected = np.clip(regret(losses), low, high)
    chance = chances(losses)
    for choice in range(losses.shape[1]):
        yield {
            "regret": corrected[choice],
            "regret_low": low[choice],
            "regret_high": high[choice],
            "regret_uncorrected": behind[choice, lowest],
            "reach": reach[choice, lowest],
            "chance_best": chance[choice],
            "rank": int(place[choice]),
            "rank_low": int(first[choice]),
            "rank_high": int(last[choice]),
            "standing": _standing(choice == lowest, float(low[choice]), len(losses)),
        }


def _standing(is_lowest: bool, low: float, replications: int) -> str:
    if replications < 2:
        return UNKNOWN
    if low > 0:
        return BEHIND
    return BEST if is_lowest else NOT_TOLD_APART


def _mismatches(ranked: pd.DataFrame, name: str, groups: Sequence[object]) -> Iterator[dict[str, object]]:
    """What is best for one group used in another: its row there."""
    for best_for in groups:
        own = ranked[ranked[name] == best_for]
        choice = own.loc[own["rank"].idxmin(), "choice"]
        for used_in in groups:
            there = ranked[(ranked[name] == used_in) & (ranked["choice"] == choice)].iloc[0]
            kept = ("choice", "regret", "regret_low", "regret_high", "standing")
            yield {"best_for": best_for, "used_in": used_in, **{column: there[column] for column in kept}}
