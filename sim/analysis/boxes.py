"""Boxes of cases in which something happens more often than elsewhere: PRIM, kept honest by cases that it has not seen.

PRIM (Friedman and Fisher 1999, doi:10.1023/A:1008894516817; for scenario discovery Bryant and Lempert 2010,
doi:10.1016/j.techfore.2009.08.002) peels away slices of the cases until few are left of which most fail; it is that of
the EMA Workbench. It finds a box in pure noise too. So the box is taken on the way that is best in coverage and density
together (their harmonic mean); restrictions that chance could make (quasi-p) are dropped; and the whole search is done
again with each fifth of the cases left out in turn, and where it can with half of the replications. What these boxes
hold of the cases and replications left out decides.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom, chi2_contingency, fisher_exact, ks_2samp

LEAST_CASES, LEAST_FAILURES = 30, 8
LEAST_IN_BOX, LEAST_MASS = 10, 0.05
PEEL = 0.1  # share of the cases in a box that one step takes away
MOST_TELLING_P = 0.1
MOST_QUASI_P = 0.05
# How much denser than all cases a box has to be among cases held out: as a share of what there is of either kind, and
# of how much denser it is among cases that the search had seen.
LEAST_GAIN, LEAST_KEPT = 0.25, 0.5
FOLDS, SEED = 5, 1
LOW, HIGH, LEVELS = SIDES = ("low", "high", "levels")


@dataclass(frozen=True)
class Restriction:
    """What a box asks of one factor on one side: a number that it is not below or not above, or levels that it has.

    Attributes:
        factor: its name.
        side: ``low``, ``high`` or ``levels``.
        limit: the number; not a number for levels.
        levels: the levels; none for a number.
        quasi_p: chance of so many failures in the box if this restriction made no difference.
        refits: in which share of the searches with a fifth of the cases left out it was found again.
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
        p: chance of a held-out density so far above that outside if there were no box.
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
        """Whether most searches with a fifth of the cases left out found each restriction."""
        return min(each.refits for each in self.restrictions) > 0.5

    def holds(self, cases: pd.DataFrame) -> np.ndarray:
        """Which cases, [cases], are inside."""
        return _inside(self.restrictions, cases)


def boxes_of(
    cases: pd.DataFrame, fails: np.ndarray, groups: np.ndarray, halves: np.ndarray, most: int, error_rate: float
) -> Iterator[tuple[Box, bool]]:
    """Boxes in which cases fail, each with whether it holds for cases not seen; the last may be one that does not.

    The first is sought in all cases, the next in those outside it, and so on.

    Args:
        cases: a row each; a column for each factor, of numbers, or of texts for levels.
        fails: which of them fail, [cases].
        groups: cases of one group, such as neighbours in a sample, are left out together, [cases].
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
        sought = cases[left].reset_index(drop=True)
        box = _confirmed(sought, fails[left], groups[left], halves[:, left], int(fails.sum()), len(cases))
        if box is None:
            return
        wanted = base + max(LEAST_GAIN * min(base, 1 - base), LEAST_KEPT * (box.density - base))
        is_sure = bool(box.p < error_rate and box.found_again and box.held_out_density >= wanted)
        yield box, is_sure
        if not is_sure:
            return
        left &= ~box.holds(cases)


def _confirmed(
    cases: pd.DataFrame, fails: np.ndarray, groups: np.ndarray, halves: np.ndarray, failures: int, count: int
) -> Box | None:
    """The box in some cases, with what the same search holds of cases and of replications that it has not seen.

    Args:
        cases, fails, groups, halves: of the cases in which it is sought.
        failures, count: of all cases; coverage and mass are shares of these.
    """
    found = _sought(cases, fails)
    if found is None:
        return None
    restrictions, path = found
    inside, unseen = np.zeros((2, len(cases)), dtype=bool)
    again: list[set[tuple[str, str]]] = []
    for number, held_out in enumerate(_folds(fails, groups)):
        seen = halves[number % 2]
        unseen[held_out] = halves[1 - number % 2][held_out]
        other = _sought(cases[~held_out].reset_index(drop=True), seen[~held_out])
        again.append({(each.factor, each.side) for each in other[0]} if other else set())
        if other:
            inside[held_out] = _inside(other[0], cases[held_out])
    shares = {each: float(np.mean([(each.factor, each.side) in one for one in again])) for each in restrictions}
    often = [each for each in restrictions if shares[each] > 0.5] or restrictions
    told = tuple(replace(each, refits=shares[each]) for each in often)
    of_box, hit = _inside(told, cases), unseen & inside
    table = [[hit.sum(), (inside & ~unseen).sum()], [(unseen & ~inside).sum(), (~inside & ~unseen).sum()]]
    return Box(
        told,
        int(of_box.sum()),
        int(fails[of_box].sum()),
        fails[of_box].sum() / failures,
        fails[of_box].mean(),
        of_box.sum() / count,
        hit.sum() / max(unseen.sum(), 1) * fails.sum() / failures,
        hit.sum() / inside.sum() if inside.any() else 0.0,
        float(fisher_exact(table, alternative="greater")[1]),
        path.assign(coverage=path["coverage"] * fails.sum() / failures, mass=path["mass"] * len(cases) / count),
    )


def _folds(fails: np.ndarray, groups: np.ndarray) -> Iterator[np.ndarray]:
    """Which cases are left out, [cases], each once; groups whole, and failures shared out evenly."""
    _, which = np.unique(groups, return_inverse=True)
    share = np.bincount(which, weights=fails) / np.bincount(which)
    mixed = np.random.default_rng(SEED).permutation(len(share))
    dealt = np.empty(len(share), dtype=int)
    dealt[mixed[np.argsort(share[mixed], kind="stable")]] = np.arange(len(share)) % FOLDS
    for fold in range(FOLDS):
        yield dealt[which] == fold


def _sought(cases: pd.DataFrame, fails: np.ndarray) -> tuple[tuple[Restriction, ...], pd.DataFrame] | None:
    """The restrictions of the best box, and the way there; None where chance could make each of them.

    PRIM peels along any factor, and of many that do nothing some always seem to help. So it starts with those of which
    failures have other values than the rest, and starts again without the one that chance explains most easily.
    """
    factors = _telling(cases, fails)
    while factors:
        peeled = _peeled(cases[factors], fails)
        path = pd.DataFrame(peeled.peeling_trajectory)
        together = path["coverage"] + path["density"]
        chosen = int((path["coverage"] * path["density"] / together.where(together > 0, 1)).to_numpy().argmax())
        asked = _judged(list(_restrictions(peeled.box_lims[chosen], peeled.box_lims[0])), cases, fails)
        by_factor = {each.factor: min(one.quasi_p for one in asked if one.factor == each.factor) for each in asked}
        weakest = max(by_factor, key=lambda factor: by_factor[factor], default=None)
        if weakest is not None and by_factor[weakest] <= MOST_QUASI_P and (needed := _needed(asked, cases, fails)):
            columns = path[["coverage", "density", "mass"]]
            return needed, columns.assign(restricted=path["res_dim"].astype(int))
        factors = [factor for factor in factors if factor in by_factor and factor != weakest]
    return None


def _telling(cases: pd.DataFrame, fails: np.ndarray) -> list[str]:
    """The factors of which failures have other values than the rest (Kolmogorov and Smirnov; levels: chi squared)."""
    return [str(name) for name in cases if _apart(cases[name], fails) < MOST_TELLING_P]


def _apart(column: pd.Series, fails: np.ndarray) -> float:
    if column.nunique() < 2:
        return 1.0
    if pd.api.types.is_numeric_dtype(column):
        return float(ks_2samp(column[fails], column[~fails]).pvalue)
    return float(chi2_contingency(pd.crosstab(column, fails)).pvalue)


def _judged(asked: Sequence[Restriction], cases: pd.DataFrame, fails: np.ndarray) -> list[Restriction]:
    """Restrictions with the chance of as many failures in the box if its density were that of the box without them."""
    inside = _inside(asked, cases)
    hit, count = fails[inside].sum(), inside.sum()
    without = [fails[_inside([each for each in asked if each != one], cases)].mean() for one in asked]
    return [replace(one, quasi_p=float(binom.sf(hit - 1, count, p))) for one, p in zip(asked, without, strict=True)]


def _needed(asked: Sequence[Restriction], cases: pd.DataFrame, fails: np.ndarray) -> tuple[Restriction, ...]:
    """The restrictions that chance could hardly make, the others dropped one by one."""
    judged = _judged(asked, cases, fails)
    weakest = max(judged, key=lambda each: each.quasi_p, default=None)
    if weakest is None or weakest.quasi_p <= MOST_QUASI_P:
        return tuple(judged)
    return _needed([each for each in judged if each != weakest], cases, fails)


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
