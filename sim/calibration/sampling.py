"""What published figures leave possible: a sample of places of the levels, by an ensemble of walkers.

The walkers are emcee's (Goodman and Weare 2010; Foreman-Mackey 2013), which need no tuning. They walk over an emulator,
where a step costs microseconds; over the model itself it would cost a hospital-year.
"""

from collections.abc import Callable
from dataclasses import dataclass

import emcee
import numpy as np
from threadpoolctl import threadpool_limits

from sim.calibration.emulator import Emulator

Misfits = Callable[[np.ndarray], np.ndarray]

WALKERS = 96
STEPS = 3_000


@dataclass(frozen=True)
class Sample:
    """A sample of places, and how well it was taken.

    Attributes:
        places: 0 to 1 of the ranges of the levels, [draws, levels].
        accepted: share of steps that were taken, about a quarter where all is well.
        independent: how many draws the walk is worth for the slowest level.
    """

    places: np.ndarray
    accepted: float
    independent: float


def plausible(
    emulator: Emulator,
    misfits: Misfits,
    errors: np.ndarray,
    draws: int,
    seed: int,
    leniency: float = 1.0,
    steps: int = STEPS,
) -> Sample:
    """Places of the levels that agree with what was published, as far as the emulator knows.

    Before anything is known, every place is as likely as any other.

    Args:
        emulator: of the outcomes.
        misfits: gives, of outcomes [points, targets], how far they are from the figures in standard errors.
        errors: a standard error of each figure in its unit, by which the emulator's own is measured, [targets].
        draws: how many places are wanted.
        seed: of the walk; equal seeds give equal samples.
        leniency: how many times standard errors are widened; above 1 for waves that are to look around.
        steps: of each walker, the first third of which is left out.
    """
    rng = np.random.default_rng(seed)

    def log_likelihood(places: np.ndarray) -> np.ndarray:
        inside = ((places >= 0.0) & (places <= 1.0)).all(axis=1)
        within = np.clip(places, 0.0, 1.0)
        own = emulator.spread(within) / errors
        off = misfits(emulator.mean(within)) / leniency
        variance = 1.0 + (own / leniency) ** 2
        likelihood = -0.5 * (off**2 / variance + np.log(variance)).sum(axis=1)
        return np.where(inside, likelihood, -np.inf)

    candidates = rng.random((4_000, emulator.levels))
    best = candidates[np.argsort(-log_likelihood(candidates))[:WALKERS]]
    walkers = emcee.EnsembleSampler(WALKERS, emulator.levels, log_likelihood, vectorize=True)
    walkers.random_state = np.random.RandomState(seed).get_state()
    with threadpool_limits(1, "blas"):  # the matrices are small: threads would wait for each other
        walkers.run_mcmc(best, steps)
    chain = walkers.get_chain(discard=steps // 3)
    slowest = float(np.max(emcee.autocorr.integrated_time(chain, tol=0)))
    flat = chain.reshape(-1, emulator.levels)
    chosen = rng.choice(len(flat), draws, replace=draws > len(flat))
    return Sample(flat[chosen], float(np.mean(walkers.acceptance_fraction)), len(flat) / slowest)
