"""Boxes of cases in which something happens more often than elsewhere: PRIM, kept honest by cases that it has not seen.

PRIM (Friedman and Fisher 1999, doi:10.1023/A:1008894516817; for scenario discovery Bryant and Lempert 2010,
doi:10.1016/j.techfore.2009.08.002) peels away slices of the cases until few are left of which most fail; it is that of
the EMA Workbench. It finds a box in pure noise too. So the box is taken on the way that is best in coverage and density
together (their harmonic mean); restrictions that chance could make (quasi-p) are dropped; and the whole search is done
again with each part of the cases left out in turn, and where it can with half of the replications. What these boxes
hold of the cases and replications left out decides. Cases that share a point or a draw share its luck too: they are
left out together, and what chance could make is reckoned from whole clusters of them.
"""

import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, ks_2samp

from sim.analysis.evidence import paired_p

LEAST_CASES, LEAST_FAILURES = 30, 8
LEAST_IN_BOX, LEAST_MASS = 10, 0.05
PEEL = 0.1  # share of the cases in a box that one step takes away
MOST_TELLING_P = 0.1
MOST_QUASI_P = 0.05
# How much denser than all cases a box has to be among cases held out: as a share of what there is of either kind, and
# of how much denser it is among cases that the search had seen.
LEAST_GAIN, LEAST_KEPT = 0.25, 0.5
# Parts that are left out in turn, of cases that were drawn in one way or in two: of these nine pairs are left out.
FOLDS = {1: 5, 2: 3}
# Times that clusters are shuffled, to judge a factor and a box; a twentieth, shared by 24 strategies, is 1 in 480.
SHUFFLES, SHUFFLES_OF_BOX = 499, 1_999
ROUNDING, SEED = 1e-9, 1
LOW, HIGH, LEVELS = SIDES = ("low", "high", "levels")


class Axis(NamedTuple):
    """One way in which cases were drawn, such as points of a sample or draws of levels, each with cases of its own.

    Attributes:
        name: what was drawn, in words.
        clusters: which of them each case belongs to, [cases].
        places: of each case within its cluster; cases of one place differ in nothing but the cluster, [cases].
        factors: those that differ between clusters.
    """

    name: str
    clusters: np.ndarray
    places: np.ndarray
    factors: frozenset[str]

    def among(self, cases: np.ndarray) -> "Axis":
        """Of some cases, [cases]."""
        return self._replace(clusters=self.clusters[cases], places=self.places[cases])


def axis_of(name: str, clusters: np.ndarray, factors: Iterable[str]) -> Axis:
    """An axis of cases that stand in the same order in every cluster."""
    places = pd.Series(clusters).groupby(clusters).cumcount().to_numpy()
    return Axis(name, clusters, places, frozenset(factors))


@dataclass(frozen=True)
class Restriction:
    """What a box asks of one factor on one side: a number that it is not below or not above, or levels that it has.

    Attributes:
        factor: its name.
        side: ``low``, ``high`` or ``levels``.
        limit: the number; not a number for levels.
        levels: the levels; none for a number.
        quasi_p: chance of so many failures in the box if this restriction made no difference.
        refits: in which share of the searches with part of the cases left out it was found again.
    """

    factor: str
    side: str
    limit: float = np.nan
    levels: tuple[str, ...] = ()
    quasi_p: float = np.nan
    refits: float = np.nan

    def holds(self, cases: pd.DataFrame) -> np.ndarray:
        """Which cases, [cases], it leaves in."""
        column = cases[self.factor]
        if self.side == LEVELS:
            return column.isin(self.levels).to_numpy()
        return (column >= self.limit).to_numpy() if self.side == LOW else (column <= self.limit).to_numpy()


@dataclass(frozen=True)
class Box:
    """Restrictions that hold together, and what is inside.

    Attributes:
        restrictions: one or more.
        cases, failures: of those inside, among the cases in which it was sought.
        coverage: the share of all failures that are inside.
        density: the share of the cases inside that fail.
        mass: the share of all cases that are inside.
        held_out_coverage, held_out_density: the same of cases and replications that the search had not seen.
        p: chance of a held-out density so far above that outside, or of a factor that failures go by as far as by one
            of the box, if there were no box; the larger of both.
        path: what was peeled on the way: `coverage`, `density`, `mass` and `restricted` factors of each step.
    """

    restrictions: tuple[Restriction, ...]
    cases: int
    failures: int
    coverage: float
    density: float
    mass: float
    held_out_coverage: float = np.nan
    held_out_density: float = np.nan
    p: float = np.nan
    path: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)

    @property
    def found_again(self) -> bool:
        """Whether most searches with part of the cases left out found each restriction."""
        return min(each.refits for each in self.restrictions) > 0.5

    def holds(self, cases: pd.DataFrame) -> np.ndarray:
        """Which cases, [cases], are inside."""
        return _inside(self.restrictions, cases)


def boxes_of(
    cases: pd.DataFrame, fails: np.ndarray, axes: Sequence[Axis], halves: np.ndarray, most: int, error_rate: float
) -> Iterator[tuple[Box, bool]]:
    """Boxes in which cases fail, each with whether it holds for cases not seen; the last may be one that does not.

    The first is sought in all cases, the next in those outside it, and so on.

    Args:
        cases: a row each; a column for each factor, of numbers, or of texts for levels.
        fails: which of them fail, [cases].
        axes: the ways in which cases were drawn, one or two. A case held out shares no cluster of either with those
            that the search saw.
        halves: which fail by each half of the replications, [2, cases]: replications have the same seeds in every case,
            so that a box could be made of their luck. What is found in one half is tried on the other. Twice `fails`
            where there is nothing to halve.
        most: boxes at most.
        error_rate: chance of a box where there is none.
    """
    left, base = np.ones(len(cases), dtype=bool), fails.mean()
    for _ in range(most):
        if left.sum() < LEAST_CASES or fails[left].sum() < LEAST_FAILURES or fails[left].all():
            return
        sought, own = cases[left].reset_index(drop=True), [axis.among(left) for axis in axes]
        if min(len(np.unique(axis.clusters)) for axis in own) < 2:
            return  # nothing can be held out
        box = _confirmed(sought, fails[left], own, halves[:, left], int(fails.sum()), len(cases))
        if box is None:
            return
        wanted = base + max(LEAST_GAIN * min(base, 1 - base), LEAST_KEPT * (box.density - base))
        is_sure = bool(box.p < error_rate and box.found_again and box.held_out_density >= wanted)
        yield box, is_sure
        if not is_sure:
            return
        left &= ~box.holds(cases)


def _confirmed(
    cases: pd.DataFrame, fails: np.ndarray, axes: Sequence[Axis], halves: np.ndarray, failures: int, count: int
) -> Box | None:
    """The box in some cases, with what the same search holds of cases and of replications that it has not seen.

    Args:
        cases, fails, axes, halves: of the cases in which it is sought.
        failures, count: of all cases; coverage and mass are shares of these.
    """
    found = _sought(cases, fails, axes)
    if found is None:
        return None
    restrictions, path = found
    inside, unseen = np.zeros((2, len(cases)), dtype=bool)
    again: list[set[tuple[str, str]]] = []
    for number, (known, held_out) in enumerate(_folds(fails, axes)):
        seen = halves[number % 2]
        unseen[held_out] = halves[1 - number % 2][held_out]
        other = _sought(cases[known].reset_index(drop=True), seen[known], [axis.among(known) for axis in axes])
        again.append({(each.factor, each.side) for each in other[0]} if other else set())
        if other:
            inside[held_out] = _inside(other[0], cases[held_out])
    shares = {each: float(np.mean([(each.factor, each.side) in one for one in again])) for each in restrictions}
    often = [each for each in restrictions if shares[each] > 0.5] or restrictions
    told = tuple(replace(each, refits=shares[each]) for each in often)
    of_box, hit, asked = _inside(told, cases), unseen & inside, {each.factor for each in told}
    p = _chance(inside, unseen, axes, asked, SHUFFLES_OF_BOX)
    p = max(p, *(_chance_of_any(cases, fails, axis, asked) for axis in axes))
    return Box(
        told,
        int(of_box.sum()),
        int(fails[of_box].sum()),
        fails[of_box].sum() / failures,
        fails[of_box].mean(),
        of_box.sum() / count,
        hit.sum() / max(unseen.sum(), 1) * fails.sum() / failures,
        hit.sum() / inside.sum() if inside.any() else 0.0,
        p,
        path.assign(coverage=path["coverage"] * fails.sum() / failures, mass=path["mass"] * len(cases) / count),
    )


def _folds(fails: np.ndarray, axes: Sequence[Axis]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Which cases are seen, and which held out, [cases]: each once, and without a cluster that they share."""
    dealt = [_dealt(fails, axis.clusters, FOLDS[len(axes)]) for axis in axes]
    for folds in product(*(np.unique(each) for each in dealt)):
        of_fold = [each == fold for each, fold in zip(dealt, folds, strict=True)]
        yield ~np.logical_or.reduce(of_fold), np.logical_and.reduce(of_fold)


def _dealt(fails: np.ndarray, clusters: np.ndarray, folds: int) -> np.ndarray:
    """The fold of each case, [cases]; clusters whole, and failures shared out evenly."""
    _, which = np.unique(clusters, return_inverse=True)
    share = np.bincount(which, weights=fails) / np.bincount(which)
    mixed = np.random.default_rng(SEED).permutation(len(share))
    dealt = np.empty(len(share), dtype=int)
    dealt[mixed[np.argsort(share[mixed], kind="stable")]] = np.arange(len(share)) % folds
    return dealt[which]


def _chance(
    inside: np.ndarray, fails: np.ndarray, axes: Sequence[Axis], asked: Collection[str], shuffles: int
) -> float:
    """Chance of so many failures inside if the factors asked for made no difference; the largest of all axes.

    Where these differ between clusters, whole clusters are shuffled. Where they do not, inside and outside meet within
    each cluster, and it must be more clusters than luck would have in which more fail inside (paired t-test).
    """
    return max(
        _by_shuffling(inside, fails, axis, shuffles)
        if axis.factors.intersection(asked)
        else _by_pairing(inside, fails, axis)
        for axis in axes
    )


def _by_shuffling(inside: np.ndarray, fails: np.ndarray, axis: Axis, shuffles: int) -> float:
    box, failing = _by_cluster(axis, inside, fails - fails.mean())
    rng = np.random.default_rng(SEED)
    least = np.vdot(box, failing) - ROUNDING
    return _share(np.vdot(box, failing[rng.permutation(len(box))]) >= least for _ in range(shuffles))


def _by_pairing(inside: np.ndarray, fails: np.ndarray, axis: Axis) -> float:
    there, box, failing = _by_cluster(axis, np.ones(len(inside)), inside, fails)
    share = box.sum(axis=1, keepdims=True) / there.sum(axis=1, keepdims=True)
    more = ((box - share * there) * failing).sum(axis=1)
    p = paired_p(more)
    return p / 2 if more.mean() > 0 and p < 1 else 1.0


def _by_cluster(axis: Axis, *columns: np.ndarray) -> np.ndarray:
    """Columns of cases by cluster and place, [columns, clusters, places]; nought where there is no case."""
    _, which = np.unique(axis.clusters, return_inverse=True)
    table = np.zeros((len(columns), which.max() + 1, axis.places.max() + 1))
    table[:, which, axis.places] = columns
    return table


def _sought(
    cases: pd.DataFrame, fails: np.ndarray, axes: Sequence[Axis]
) -> tuple[tuple[Restriction, ...], pd.DataFrame] | None:
    """The restrictions of the best box, and the way there; None where chance could make each of them.

    PRIM peels along any factor, and of many that do nothing some always seem to help. So it starts with those of which
    failures have other values than the rest, and starts again without the one that chance explains most easily.
    """
    if len(cases) <= LEAST_IN_BOX or not fails.any() or fails.all():
        return None
    factors = _telling(cases, fails, axes)
    while factors:
        peeled = _peeled(cases[factors], fails)
        path = pd.DataFrame(peeled.peeling_trajectory)
        together = path["coverage"] + path["density"]
        chosen = int((path["coverage"] * path["density"] / together.where(together > 0, 1)).to_numpy().argmax())
        asked = _judged(list(_restrictions(peeled.box_lims[chosen], peeled.box_lims[0])), cases, fails, axes)
        by_factor = {each.factor: min(one.quasi_p for one in asked if one.factor == each.factor) for each in asked}
        weakest = max(by_factor, key=lambda factor: by_factor[factor], default=None)
        if (
            weakest is not None
            and by_factor[weakest] <= MOST_QUASI_P
            and (needed := _needed(asked, cases, fails, axes))
        ):
            columns = path[["coverage", "density", "mass"]]
            return needed, columns.assign(restricted=path["res_dim"].astype(int))
        factors = [factor for factor in factors if factor in by_factor and factor != weakest]
    return None


def _telling(cases: pd.DataFrame, fails: np.ndarray, axes: Sequence[Axis]) -> list[str]:
    """The factors of which failures have other values than the rest (Kolmogorov and Smirnov; levels: chi squared)."""
    own = {name: axis for axis in axes for name in axis.factors}
    return [str(name) for name in cases if _apart(cases[name], fails, own.get(str(name))) < MOST_TELLING_P]


def _apart(column: pd.Series, fails: np.ndarray, axis: Axis | None) -> float:
    if column.nunique() < 2:
        return 1.0
    if axis is not None and axis.places.max() > 0:
        return _apart_by_cluster(column, fails, axis)
    if pd.api.types.is_numeric_dtype(column):
        return float(ks_2samp(column[fails], column[~fails]).pvalue)
    return float(chi2_contingency(pd.crosstab(column, fails)).pvalue)


def _apart_by_cluster(column: pd.Series, fails: np.ndarray, axis: Axis) -> float:
    """Kolmogorov and Smirnov's test with clusters shuffled: their cases, many alike, count as one."""
    farthest = _farthest(column, axis)
    (failing,) = _by_cluster(axis, fails - fails.mean())
    rng = np.random.default_rng(SEED)
    least = farthest(failing) - ROUNDING
    return _share(farthest(failing[rng.permutation(len(failing))]) >= least for _ in range(SHUFFLES))


def _chance_of_any(cases: pd.DataFrame, fails: np.ndarray, axis: Axis, asked: Collection[str]) -> float:
    """Chance that failures go by any factor of an axis as far as by those asked for, if none made a difference.

    Of many factors and few clusters one goes with luck, in most parts of the cases alike: what is held out cannot tell.
    """
    every = {str(name): _farthest(cases[name], axis) for name in cases if name in axis.factors}
    (failing,) = _by_cluster(axis, fails - fails.mean())
    least = max((every[name](failing) for name in every if name in asked), default=np.inf) - ROUNDING
    if np.isinf(least):
        return 0.0
    rng = np.random.default_rng(SEED)
    shuffled = (failing[rng.permutation(len(failing))] for _ in range(SHUFFLES_OF_BOX))
    return _share(any(farthest(each) >= least for farthest in every.values()) for each in shuffled)


def _farthest(column: pd.Series, axis: Axis) -> Callable[[np.ndarray], float]:
    """What sums failures, less their mean, by cluster and place, up to each number or of each level: the farthest."""
    is_number = pd.api.types.is_numeric_dtype(column)
    numbers = column.to_numpy() if is_number else pd.factorize(column)[0]
    order = np.argsort(numbers, kind="stable")
    last = np.flatnonzero(np.diff(numbers[order], append=np.inf))
    _, which = np.unique(axis.clusters, return_inverse=True)
    which, places = which[order], axis.places[order]

    def farthest(by_cluster: np.ndarray) -> float:
        sums = by_cluster[which, places].cumsum()[last]
        return float(np.abs(sums if is_number else np.diff(sums, prepend=0.0)).max())

    return farthest


def _share(as_many: Iterable[bool]) -> float:
    """The share of shufflings with as many, the order that is as it was among them."""
    every = list(as_many)
    return (1 + sum(every)) / (1 + len(every))


def _judged(
    asked: Sequence[Restriction], cases: pd.DataFrame, fails: np.ndarray, axes: Sequence[Axis]
) -> list[Restriction]:
    """Restrictions with the chance of as many failures in the box if each made no difference to the box without it."""
    inside, judged = _inside(asked, cases), []
    for one in asked:
        box = _inside([each for each in asked if each != one], cases)
        own = [axis.among(box) for axis in axes]
        p = _chance(inside[box], fails[box], own, {one.factor}, SHUFFLES)
        judged.append(replace(one, quasi_p=p))
    return judged


def _needed(
    asked: Sequence[Restriction], cases: pd.DataFrame, fails: np.ndarray, axes: Sequence[Axis]
) -> tuple[Restriction, ...]:
    """The restrictions that chance could hardly make, the others dropped one by one."""
    judged = _judged(asked, cases, fails, axes)
    weakest = max(judged, key=lambda each: each.quasi_p, default=None)
    if weakest is None or weakest.quasi_p <= MOST_QUASI_P:
        return tuple(judged)
    return _needed([each for each in judged if each != weakest], cases, fails, axes)


def _peeled(cases: pd.DataFrame, fails: np.ndarray) -> Any:
    """PRIM's way from all cases to a small box."""
    with warnings.catch_warnings():
        # It tells of what else could be installed, and of pandas' plans.
        warnings.filterwarnings("ignore", ".*not (installed|available).*")
        warnings.filterwarnings("ignore", ".*inplace keyword.*")
        from ema_workbench.analysis.prim import Prim, PRIMObjectiveFunctions  # takes seconds to import

        return Prim(
            cases,
            fails.astype(int),
            obj_function=PRIMObjectiveFunctions.ORIGINAL,  # the others stop at the first slice that does not help
            peel_alpha=PEEL,
            paste_alpha=PEEL,
            mass_min=max(LEAST_MASS, LEAST_IN_BOX / len(cases)),
        ).find_box()


def _restrictions(limits: pd.DataFrame, widest: pd.DataFrame) -> Iterator[Restriction]:
    """What a box of PRIM asks beyond the box of all cases."""
    for factor in limits:
        if isinstance(limits[factor].iloc[0], set):
            levels = limits[factor].iloc[0]
            if levels != widest[factor].iloc[0]:
                yield Restriction(factor, LEVELS, levels=tuple(sorted(levels)))
            continue
        for side, place in ((LOW, 0), (HIGH, 1)):
            limit = float(limits[factor].iloc[place])
            if limit != float(widest[factor].iloc[place]):
                yield Restriction(factor, side, limit)


def _inside(restrictions: Sequence[Restriction], cases: pd.DataFrame) -> np.ndarray:
    return np.logical_and.reduce([np.ones(len(cases), dtype=bool), *(each.holds(cases) for each in restrictions)])
