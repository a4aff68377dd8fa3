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
from sklearn.preprocessing import PolynomialFeatures


@dataclass(frozen=True)
class Emulator:
    """Surfaces of several outcomes over the same levels.

    Attributes:
        coefficients: [terms, outcomes].
        errors: of each outcome, which terms were held, [held], and a root of the covariance of their coefficients,
            [held, held].
        noise: standard deviation between hospital-years at equal levels, [outcomes].
        middle, scale: what values were shifted and divided by before the fit, [outcomes].
    """

    coefficients: np.ndarray
    errors: tuple[tuple[np.ndarray, np.ndarray], ...]
    noise: np.ndarray
    middle: np.ndarray
    scale: np.ndarray

    def mean(self, places: np.ndarray) -> np.ndarray:
        """Expected outcomes at places of the levels: [points, levels] gives [points, outcomes]."""
        return self.middle + self.scale * (_terms(places) @ self.coefficients)

    def spread(self, places: np.ndarray) -> np.ndarray:
        """Standard error of the expected outcomes, since runs are few: [points, outcomes]."""
        terms = _terms(places)
        return self.scale * np.column_stack(
            [np.linalg.norm(terms[:, held] @ root, axis=1) for held, root in self.errors]
        )


def fitted(places: np.ndarray, values: np.ndarray) -> Emulator:
    """The emulator that runs teach.

    Args:
        places: of the levels of each run, 0 to 1, [runs, levels].
        values: what each run gave, [runs, outcomes]; a value that is no number is left out.
    """
    terms = _terms(places)
    size, outcomes = terms.shape[1], values.shape[1]
    coefficients, errors = np.zeros((size, outcomes)), []
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
        errors.append((held, _root(surface.sigma_)))
        noise[outcome] = scale[outcome] / np.sqrt(surface.alpha_)
    return Emulator(coefficients, tuple(errors), noise, middle, scale)


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _terms(places: np.ndarray) -> np.ndarray:
    """Constant, linear, squared and crossed terms of places from 0 to 1, [points, terms]."""
    return PolynomialFeatures(degree=2).fit_transform(2.0 * np.atleast_2d(places) - 1.0)
