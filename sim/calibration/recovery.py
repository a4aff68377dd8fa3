"""Whether calibration finds levels that are known: simulation-based calibration (Talts 2018) on one bank of runs.

Each hospital-year of the first wave has levels drawn evenly over their ranges, as calibration supposes before it knows
anything. It is taken for the published figures, with their errors, and its levels are sought with an emulator that
never saw it. If all is well, the known level is as likely to stand high as low among the draws, and intervals hold it
as often as they say.

One year holds chance, which the errors are widened by, several times over for figures such as leavers. So this tests
the method with draws that spread wider than those of the posterior that ships. `found_again` is sharper, and at one
place only: the mean of many years with one known set of levels is taken for what was published, with hardly more than
the published errors, and sought with the emulator of all waves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration import levels, sampling
from sim.calibration.fit import Calibration
from sim.calibration.waves import Bank

DRAWS = 99
AGAIN = 1_000  # draws at the one place
BINS = 10
FOLDS = 10
STEPS = 1_500
COVERAGES = (0.5, 0.9, 0.95)


@dataclass(frozen=True)
class Recovery:
    """Ranks of known levels among draws from what was found for each.

    Attributes:
        ranks: 0 to `DRAWS`, [truths, levels].
        spreads: standard deviations of what was found, as shares of those before, [truths, levels].
    """

    ranks: np.ndarray
    spreads: np.ndarray

    @property
    def table(self) -> pd.DataFrame:
        """A row for each level: how often intervals held the truth, and how likely ranks so uneven are by chance.

        Columns: `name`; `within_50`, `within_90`, `within_95`, shares of truths; `p`, of a chi-squared test that ranks
        are spread evenly over ten bins; `spread`, the mean of `spreads`; then the count of ranks in each bin, `bin_1`
        to `bin_10`.
        """
        return pd.DataFrame([self._row(position) for position in range(self.ranks.shape[1])])

    def held(self, coverage: float) -> np.ndarray:
        """Share of truths in the middle `coverage` of draws, by level."""
        tail = (1 - coverage) / 2 * (DRAWS + 1)
        return ((self.ranks >= tail) & (self.ranks < DRAWS + 1 - tail)).mean(axis=0)

    def _row(self, position: int) -> dict[str, object]:
        counts = np.bincount(self.ranks[:, position] * BINS // (DRAWS + 1), minlength=BINS)
        held = {f"within_{100 * share:.0f}": float(self.held(share)[position]) for share in COVERAGES}
        bins = {f"bin_{number}": int(count) for number, count in enumerate(counts, 1)}
        even = {"p": float(stats.chisquare(counts).pvalue), "spread": float(self.spreads[:, position].mean())}
        return {"name": levels.NAMES[position], **held, **even, **bins}


@dataclass(frozen=True)
class Recovered:
    """Levels that are known, sought again: from single `years`, and at the `point` from many (`found_again`)."""

    years: Recovery
    point: pd.DataFrame


def recover(first: Bank, truths: int, seed: int, tell: Callable[[int], None] = lambda done: None) -> Recovery:
    """Seek the levels of `truths` hospital-years that are known.

    Args:
        first: the first wave, whose levels were drawn evenly.
        truths: how many of its hospital-years are taken for what was published.
        seed: of the errors of figures and of the walks.
        tell: called with how many have been sought; it may raise to stop.
    """
    rng = np.random.default_rng(seed)
    ranks = np.zeros((truths, first.places.shape[1]), dtype=np.int64)
    spreads = np.zeros(ranks.shape)
    done = 0
    for fold in range(FOLDS):
        inside = np.arange(len(first.places)) % FOLDS == fold
        known = first.of(~inside)
        for truth in np.flatnonzero(inside):
            if truth < truths:
                found = _sought(known, first.values[truth], rng)
                ranks[truth] = (found < first.places[truth]).sum(axis=0)
                spreads[truth] = found.std(axis=0, ddof=1) / levels.EVENLY_SPREAD
                done += 1
                tell(done)
    return Recovery(ranks, spreads)


def found_again(found: Calibration, seed: int) -> pd.DataFrame:
    """Seek the one set of levels from what its own hospital-years show, with the emulator that the posterior is from.

    No error is added to the figures, so that what is off is the emulator's doing, but for what chance is left in the
    mean of the years.

    Args:
        found: a calibration, whose hospital-years at the point no emulator ever saw.
        seed: of the walk.

    Returns:
        A row for each level. Columns: `name`; the `point`, which is known; 95% of what was found for it, from
        `found_low` to `found_high`; `off`, the mean of that less the point in its standard deviations; `spread`, that
        standard deviation as a share of the one before anything was known.
    """
    years, known = found.at_point.values, found.known
    chance = np.nanstd(years, axis=0, ddof=1) / np.sqrt((~np.isnan(years)).sum(axis=0))
    places = _draws(known, np.nanmean(years, axis=0), chance, seed, AGAIN, sampling.STEPS)
    point = np.array([found.point[name] for name in levels.NAMES])
    low, high = np.quantile(levels.at(places), (0.025, 0.975), axis=0)
    deviation = places.std(axis=0, ddof=1)
    columns = {"name": levels.NAMES, "point": point, "found_low": low, "found_high": high}
    off = (places.mean(axis=0) - levels.places_of(point)) / deviation
    return pd.DataFrame({**columns, "off": off, "spread": deviation / levels.EVENLY_SPREAD})


def _sought(known: Bank, value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Places that agree with one year whose levels are known, taken for published figures and their errors."""
    figures = value + known.errors * rng.standard_normal(len(value))
    seed = int(rng.integers(2**31))
    return _draws(known, figures, known.emulator.noise, seed, DRAWS, STEPS)


def _draws(known: Bank, figures: np.ndarray, chance: np.ndarray, seed: int, draws: int, steps: int) -> np.ndarray:
    """Places that agree with figures which have the published errors, and chance of their own besides."""
    errors = np.sqrt(known.errors**2 + chance**2)

    def misfits(values: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(figures), 0.0, (values - figures) / errors)

    return sampling.plausible(known.emulator, misfits, errors, draws, seed, steps=steps).places
