"""An emulator: what the model gives on average at levels where it was not run, learned from runs elsewhere.

Each outcome is a smooth surface of second order over the ranges of the levels, fitted to single hospital-years, whose
chance it averages out. Terms that runs do not speak for are pruned (automatic relevance determination, MacKay 1992), so
that outcomes with much chance in them, such as leavers, do not follow it.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ARDRegression


@dataclass(frozen=True)
class Emulator:
    """Surfaces of several outcomes over the same levels.

    Attributes:
        levels: how many there are.
        coefficients: [terms, outcomes].
        roots: of the covariances of the coefficients, those of all outcomes side by side, [terms, columns].
        of_outcome: which columns are of which outcome, 0 or 1, [columns, outcomes].
        noise: standard deviation between hospital-years at equal levels, [outcomes].
        middle, scale: what values were shifted and divided by before the fit, [outcomes].
    """

    levels: int
    coefficients: np.ndarray
    roots: np.ndarray
    of_outcome: np.ndarray
    noise: np.ndarray
    middle: np.ndarray
    scale: np.ndarray

    def mean(self, places: np.ndarray) -> np.ndarray:
        """Expected outcomes at places of the levels: [points, levels] gives [points, outcomes]."""
        return self.middle + self.scale * (_terms(places) @ self.coefficients)

    def spread(self, places: np.ndarray) -> np.ndarray:
        """Standard error of the expected outcomes, since runs are few: [points, outcomes]."""
        return self.scale * np.sqrt((_terms(places) @ self.roots) ** 2 @ self.of_outcome)


def fitted(places: np.ndarray, values: np.ndarray) -> Emulator:
    """The emulator that runs teach.

    Args:
        places: of the levels of each run, 0 to 1, [runs, levels].
        values: what each run gave, [runs, outcomes]; a value that is no number is left out.
    """
    terms = _terms(places)
    size, outcomes = terms.shape[1], values.shape[1]
    coefficients, roots, of_outcome = np.zeros((size, outcomes)), [], []
    noise, middle, scale = np.zeros(outcomes), np.zeros(outcomes), np.ones(outcomes)
    for outcome in range(outcomes):
        known = ~np.isnan(values[:, outcome])
        middle[outcome] = values[known, outcome].mean()
        scale[outcome] = values[known, outcome].std() or 1.0
        surface = ARDRegression(fit_intercept=False, max_iter=300)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the last digits of a coefficient do not matter
            surface.fit(terms[known], (values[known, outcome] - middle[outcome]) / scale[outcome])
        coefficients[:, outcome] = surface.coef_
        held = np.flatnonzero(surface.lambda_ < surface.threshold_lambda)
        root = np.zeros((size, len(held)))
        root[held] = _root(surface.sigma_)
        roots.append(root)
        of_outcome.append(np.tile(np.eye(outcomes)[outcome], (len(held), 1)))
        noise[outcome] = scale[outcome] / np.sqrt(surface.alpha_)
    return Emulator(places.shape[1], coefficients, np.hstack(roots), np.vstack(of_outcome), noise, middle, scale)


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _terms(places: np.ndarray) -> np.ndarray:
    """Constant, linear, squared and crossed terms of places from 0 to 1, [points, terms]."""
    around = 2.0 * np.atleast_2d(places) - 1.0
    one, other = np.triu_indices(around.shape[1])
    return np.hstack([np.ones((len(around), 1)), around, around[:, one] * around[:, other]])
