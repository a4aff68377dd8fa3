"""Choosing among several from noisy runs: which are best, what choosing otherwise costs, and how sure that is.

Whoever picks the lowest of several noisy means picks luck as well (the winner's curse): its true mean is higher than it
looks, and others are less far behind. So what a choice costs is measured on other replications than those by which the
best was picked: halves of all replications, many times over. Where nothing differs, that is nought on average.

Replication k of every choice has the same patients with the same luck, so all differences are paired. In what
follows values are losses, [replications, choices]: lower is better.
"""

from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
from scipy.special import stdtr, stdtrit

from sim.analysis.evidence import ERROR_RATE, LEAST_WITHOUT_SPREAD

MOST_SPLITS = 200
DRAWS = 4_000
KEY_OF_SPLITS, KEY_OF_DRAWS = 7_001, 7_002  # the same splits and draws each time
ROUNDING = 1e-12  # a variance of differences that is no more than such a share of those of both is nought


@lru_cache(maxsize=8)
def halves(replications: int) -> np.ndarray:
    """Ways to part replications into halves, [ways, replications]: 1 in the half by which one picks, 0 in the other.

    All ways where they are few, else so many drawn by a key; each with its mirror image. None of fewer than two.
    """
    size = replications // 2
    if size == 0:
        return np.empty((0, replications))
    if comb(replications, size) <= MOST_SPLITS:
        picked = list(combinations(range(replications), size))
    else:
        chance = np.random.Generator(np.random.Philox(key=KEY_OF_SPLITS))
        picked = [tuple(chance.permutation(replications)[:size]) for _ in range(MOST_SPLITS)]
    ways = np.zeros((len(picked), replications))
    for way, members in zip(ways, picked, strict=True):
        way[list(members)] = 1
    return np.unique(np.vstack([ways, 1 - ways]), axis=0)


def regret(losses: np.ndarray) -> np.ndarray:
    """What each choice costs against the best, [choices]: one half picks the best, the other measures both.

    Not a number with fewer than two replications. On average no more than the true regret, and nought where nothing
    differs; a single one can be below nought by chance.
    """
    if len(losses) < 2:
        return np.full(losses.shape[1], np.nan)
    ways = halves(len(losses))
    best = (ways @ losses).argmin(axis=1)
    other = (1 - ways) @ losses / (1 - ways).sum(axis=1, keepdims=True)
    return (other - np.take_along_axis(other, best[:, None], axis=1)).mean(axis=0)


def regret_within(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between what the regret of each choice lies, [choices] and [choices]: multiple comparisons with the best.

    The regret of a choice is the most that it is behind any other, and nought if it is behind none. Paired differences
    have t intervals at 95% for all pairs of choices together (Bonferroni), so that the largest of a choice's lower ends
    and the largest of its upper ends hold its regret, whichever choice one looks at. One whose lower end is above
    nought is told apart from the best; where nothing differs, none is in 19 of 20 experiments (Hsu 1984; with common
    random numbers, Nelson and Matejcik 1995).
    """
    difference, reach = differences(losses)
    low, high = difference - reach, difference + reach
    return np.maximum(low.max(axis=1), 0.0), np.maximum(high.max(axis=1), 0.0)


def differences(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each choice is behind each other, and the half-width of that, [choices, choices]; 0 and 0 with itself.

    Half-widths are those of t intervals at 95% for all pairs together. They are without end where they are not known:
    with one replication, or few that all differ by the same.
    """
    count, choices = losses.shape
    mean, error = _paired(losses)
    reach = np.full(mean.shape, np.inf)
    if count > 1:
        reach = stdtrit(count - 1, 1 - ERROR_RATE / max(2, choices * (choices - 1))) * error
        reach[_without_spread(mean, error, count)] = np.inf
    np.fill_diagonal(reach, 0.0)
    return mean, reach


def chances(losses: np.ndarray) -> np.ndarray:
    """In what share of experiments resampled from this one each choice has the lowest mean, [choices].

    Each draw gives every replication as a whole a random weight, the same for all choices. Weights are normal, and
    scaled as in Student's t, so that differences vary as their t intervals say even with few replications.
    """
    if len(losses) < 2:
        return np.full(losses.shape[1], np.nan)
    means = resampled(losses)
    lowest = means == means.min(axis=1, keepdims=True)
    return (lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0)


def resampled(values: np.ndarray) -> np.ndarray:
    """Means of experiments resampled from this one, [draws, choices]; draws weigh replications alike in every call."""
    weights = _weights(len(values))
    return values.mean(axis=0) + weights @ (values - values.mean(axis=0))


@lru_cache(maxsize=8)
def _weights(replications: int) -> np.ndarray:
    chance = np.random.Generator(np.random.Philox(key=KEY_OF_DRAWS))
    normal = chance.normal(size=(DRAWS, replications)) / np.sqrt(replications * (replications - 1))
    return normal / np.sqrt(chance.chisquare(replications - 1, size=(DRAWS, 1)) / (replications - 1))


def ranks(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank of each choice, 1 for the lowest, and between which ranks it surely is, each [choices].

    Above a choice surely stands what is lower by more than `differences` reach for all pairs together; resampled ranks
    would not hold the true one where choices lie close (Mogstad and others 2024).
    """
    behind, reach = differences(losses)
    lowest = 1 + (behind > 0).sum(axis=1)
    return lowest, 1 + (behind > reach).sum(axis=1), losses.shape[1] - (behind < -reach).sum(axis=1)


def p_of_pairs(losses: np.ndarray) -> np.ndarray:
    """For each pair, the chance of such a difference if there were none (paired t), [choices, choices].

    1 for a choice with itself and with one replication. Where all differ by the same only their signs count, as in
    `sim.analysis.evidence.paired_p`.
    """
    count = len(losses)
    mean, error = _paired(losses)
    p = np.ones(mean.shape)
    if count < 2:
        return p
    spread = error > 0
    p[spread] = 2 * stdtr(count - 1, -np.abs(mean[spread]) / error[spread])
    p[~spread & (mean != 0)] = 2.0 ** (1 - count)
    return p


def _paired(losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of each paired difference and its standard error, [choices, choices]."""
    count = len(losses)
    means = losses.mean(axis=0)
    if count < 2:
        return means[:, None] - means, np.full((losses.shape[1],) * 2, np.inf)
    together = np.atleast_2d(np.cov(losses, rowvar=False))
    apart = np.diag(together)[:, None] + np.diag(together)
    of_difference = apart - 2 * together
    of_difference[of_difference <= ROUNDING * apart] = 0.0
    return means[:, None] - means, np.sqrt(of_difference / count)


def _without_spread(mean: np.ndarray, error: np.ndarray, count: int) -> np.ndarray:
    return (error == 0) & (mean != 0) & (count < LEAST_WITHOUT_SPREAD)
