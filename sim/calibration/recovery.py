"""Whether calibration finds levels that are known: simulation-based calibration (Talts 2018) on one bank of runs.

Each hospital-year of the first wave has levels drawn evenly over their ranges, as calibration supposes before it knows
anything. It is taken for the published figures, with their errors, and its levels are sought with an emulator that
never saw it. If all is well, the known level is as likely to stand high as low among the draws, and intervals hold it
as often as they say.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.calibration import levels, sampling
from sim.calibration.waves import Bank

DRAWS = 99
BINS = 10
FOLDS = 10
STEPS = 1_500
COVERAGES = (0.5, 0.9, 0.95)


@dataclass(frozen=True)
class Recovery:
    """Ranks of known levels among draws from what was found for each.

    Attributes:
        ranks: 0 to `DRAWS`, [truths, levels].
    """

    ranks: np.ndarray

    @property
    def table(self) -> pd.DataFrame:
        """A row for each level: how often intervals held the truth, and how likely ranks so uneven are by chance.

        Columns: `name`; `within_50`, `within_90`, `within_95`, shares of truths; `p`, of a chi-squared test that ranks
        are spread evenly over ten bins; then the count of ranks in each bin, `bin_1` to `bin_10`.
        """
        return pd.DataFrame([self._row(position) for position in range(self.ranks.shape[1])])

    def held(self, coverage: float) -> np.ndarray:
        """Share of truths in the middle `coverage` of draws, by level."""
        tail = (1 - coverage) / 2 * (DRAWS + 1)
        return ((self.ranks >= tail) & (self.ranks < DRAWS + 1 - tail)).mean(axis=0)

    def _row(self, position: int) -> dict[str, object]:
        counts = np.bincount(self.ranks[:, position] * BINS // (DRAWS + 1), minlength=BINS)
        held = {f"within_{100 * share:.0f}": float(self.held(share)[position]) for share in COVERAGES}
        spread = {f"bin_{number}": int(count) for number, count in enumerate(counts, 1)}
        return {"name": levels.NAMES[position], **held, "p": float(stats.chisquare(counts).pvalue), **spread}


def recover(first: Bank, truths: int, seed: int) -> Recovery:
    """Seek the levels of `truths` hospital-years that are known.

    Args:
        first: the first wave, whose levels were drawn evenly.
        truths: how many of its hospital-years are taken for what was published.
        seed: of the errors of figures and of the walks.
    """
    rng = np.random.default_rng(seed)
    ranks = np.zeros((truths, first.places.shape[1]), dtype=np.int64)
    for fold in range(FOLDS):
        inside = np.arange(len(first.places)) % FOLDS == fold
        known = first.of(~inside)
        for truth in np.flatnonzero(inside):
            if truth < truths:
                ranks[truth] = _rank(known, first.places[truth], first.values[truth], rng)
    return Recovery(ranks)


def _rank(known: Bank, place: np.ndarray, value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The rank of each level of one truth among the draws of what is found for it."""
    figures = value + known.errors * rng.standard_normal(len(value))
    errors = np.sqrt(known.errors**2 + known.emulator.noise**2)  # the truth is one year's, which holds chance

    def misfits(values: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(figures), 0.0, (values - figures) / errors)

    seed = int(rng.integers(2**31))
    found = sampling.plausible(known.emulator, misfits, errors, DRAWS, seed, steps=STEPS)
    return (found.places < place).sum(axis=0)
