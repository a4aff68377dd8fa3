"""What two settings differ by, seed by seed, and the one rule by which a difference counts as clear."""

from collections.abc import Sequence

import numpy as np

from sim.analysis.results import interval

MORE, SAME, FEWER = ANSWERS = ("more", "same", "fewer")
LEAST_SHARE = 0.05
RULE = (
    "A change is clear if two things hold: the 95% interval of the difference between runs of the same seed does not "
    f"contain 0, and the difference is at least {LEAST_SHARE:.0%} of the mean under A. Everything else is about the "
    "same."
)

type Values = Sequence[float | None]


def pairs(a: Values, b: Values) -> tuple[np.ndarray, np.ndarray]:
    """Values of the replications in which both could be counted, as two arrays of one length."""
    one, other = (np.array(values, dtype=float) for values in (a, b))
    known = ~np.isnan(one - other)
    return one[known], other[known]


def judged(a: Values, b: Values) -> str:
    """Whether `b` has clearly more than `a`, clearly fewer, or about the same."""
    one, other = pairs(a, b)
    difference, low, high, _ = interval(other - one)
    if not (low > 0 or high < 0) or abs(difference) < LEAST_SHARE * abs(one.mean()):
        return SAME
    return MORE if difference > 0 else FEWER


def mean_of(values: Values) -> float | None:
    """The mean over replications in which something could be counted; None where there are none."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def change_of(a: Values, b: Values) -> str:
    """How large the change from `a` to `b` is, in per cent of the mean under `a`, without its sign."""
    one, other = pairs(a, b)
    if not len(one) or not one.mean():
        return "a change that cannot be said in per cent"
    return f"{100 * abs((other - one).mean() / one.mean()):.0f}%"


def runs_with_more(a: Values, b: Values) -> int:
    """In how many replications `b` has more than `a`."""
    one, other = pairs(a, b)
    return int((other > one).sum())
