"""How sure a difference between paired runs is: interval, chance, what pairing saves, what is still missing, a verdict.

Replication k of every arm has the same patients with the same luck. So the difference within a replication varies
less than either value, as a rule; where it does not, the factor of variance says so.
"""

import math
import re
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit

from sim.analysis.comparison import paired
from sim.analysis.outcomes import Outcome
from sim.analysis.results import CONFIDENCE, interval

ERROR_RATE = 0.05
PRECISION = 0.05
LOOK_AHEAD = 5
MOST_REPLICATIONS = 1_000_000
ROUNDING = 1e-24  # what is left of a variance that is nought
SAME = 1e-9  # differences that are apart by no more than such a share of themselves
LEAST_WITHOUT_SPREAD = 6  # pairs; with fewer, equal signs alone come about by luck more than once in twenty


def compared(
    outcome: Outcome, reference: np.ndarray, arm: np.ndarray, precision: float = PRECISION
) -> dict[str, object]:
    """One row of a comparison, of values by replication; pairs in which one is not a number are left out.

    There is no interval where few pairs all differ by the same: one of no width would say that the difference is known.
    """
    pair = paired(outcome, arm, reference)
    known = ~np.isnan(arm - reference)
    of_reference, of_arm = reference[known], arm[known]
    differences = of_arm - of_reference
    if _few_and_alike(differences):
        pair |= {"low": math.nan, "high": math.nan}
    factor, unit = natural_unit(outcome.unit) or (math.nan, "")
    return {
        **{column: pair[column] for column in ("outcome", "title", "ledger", "unit")},
        "of_reference": pair["of_other"],
        "of_arm": pair["of_one"],
        **{column: pair[column] for column in ("difference", "low", "high")},
        "natural": pair["difference"] * factor,
        "natural_low": pair["low"] * factor,
        "natural_high": pair["high"] * factor,
        "natural_unit": unit,
        "standardised": _standardised(of_reference, of_arm),
        "p": paired_p(differences),
        "variance_factor": variance_factor(of_reference, of_arm),
        "replications": pair["replications"],
        "needed": still_needed(differences, precision * max(abs(pair["of_other"]), abs(pair["of_one"]))),
    }


def sure_interval(values: np.ndarray, least: float = -np.inf, most: float = np.inf) -> tuple[float, float, float, int]:
    """As `interval`, but none where few values are all alike: four runs without an event do not make a mean certain."""
    mean, low, high, count = interval(values, least=least, most=most)
    if _few_and_alike(values[~np.isnan(values)]):
        return mean, math.nan, math.nan, count
    return mean, low, high, count


def paired_p(differences: np.ndarray) -> float:
    """Chance of a mean at least so far from nought if there were no difference (paired t-test); NaN below two pairs.

    Where all differences are the same a t-test has nothing to go by. What is left is that all have one sign, and by
    luck alone that happens to n pairs once in 2 to the power of n − 1 (the sign test).
    """
    if len(differences) < 2:
        return math.nan
    mean, spread = differences.mean(), _spread(differences)
    if spread == 0:
        return 1.0 if mean == 0 else 2.0 ** (1 - len(differences))
    return float(2 * stdtr(len(differences) - 1, -abs(mean) / (spread / math.sqrt(len(differences)))))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's correction: with it, the chance of even one false alarm among all stays below the error rate."""
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def variance_factor(reference: np.ndarray, arm: np.ndarray) -> float:
    """How many times less the paired difference varies than one of runs with other seeds.

    Above one, common random numbers save so many times the replications; below one, they cost. Infinite where every
    pair differs by the same; NaN below two pairs, or where nothing varies at all.
    """
    if len(reference) < 2:
        return math.nan
    apart = float(reference.var(ddof=1) + arm.var(ddof=1))
    paired = float((arm - reference).var(ddof=1))
    if paired > ROUNDING * apart:
        return apart / paired
    return math.inf if apart > 0 else math.nan


def still_needed(differences: np.ndarray, half_width: float) -> int:
    """How many more replications until half of the 95% interval is, and stays, within `half_width`; 0 when it is.

    The sequential rule of Hoad, Robinson and Davies (2010): precise is only what stays so for some replications more,
    five, or five in a hundred. Those that are missing are reckoned from the spread so far.
    """
    count = len(differences)
    if count < 2:
        return LOOK_AHEAD * count
    numbers = np.arange(1, count + 1)
    means = np.cumsum(differences) / numbers
    squares = np.cumsum((differences - differences.mean()) ** 2) - numbers * (means - differences.mean()) ** 2
    spreads = np.sqrt(np.maximum(squares[1:], 0) / numbers[:-1])
    reaches = _quantile(numbers[1:] - 1) * spreads / np.sqrt(numbers[1:])
    precise = reaches <= half_width
    run = count - 1 if precise.all() else int(np.argmax(~precise[::-1]))  # for how long it has been so
    if run > _look_ahead(count):
        return 0
    wanted = count
    if not precise[-1]:
        spread = float(spreads[-1])
        while _quantile(np.array([wanted - 1]))[0] * spread / math.sqrt(wanted) > half_width:
            wanted = max(wanted + 1, math.ceil(1.02 * wanted))
            if wanted > MOST_REPLICATIONS:
                return MOST_REPLICATIONS
    return max(1, wanted - count + _look_ahead(wanted) - (run if precise[-1] else 0))


def natural_unit(unit: str) -> tuple[float, str] | None:
    """What a share of patients is multiplied by to count them among 1,000, and its unit then; None for what is none."""
    found = re.fullmatch(r"(?:% of|per 100) ((?:admissions|stays|discharges)\b.*)", unit)
    return (10.0, f"per 1,000 {found[1]}") if found else None


def _few_and_alike(values: np.ndarray) -> bool:
    return len(values) < LEAST_WITHOUT_SPREAD and not _spread(values) > 0


def _spread(differences: np.ndarray) -> float:
    """Standard deviation of differences, nought where they are the same but for rounding; NaN below two."""
    if len(differences) < 2:
        return math.nan
    spread = float(differences.std(ddof=1))
    return spread if spread > SAME * np.abs(differences).max() else 0.0


def _look_ahead(count: int) -> int:
    return LOOK_AHEAD if count <= 100 else math.floor(LOOK_AHEAD * count / 100)


def _quantile(freedom: np.ndarray) -> np.ndarray:
    return stdtrit(freedom, (1 + CONFIDENCE) / 2)


def _standardised(reference: np.ndarray, arm: np.ndarray) -> float:
    """The difference in standard deviations between runs of one arm; NaN where these do not vary."""
    if len(reference) < 2:
        return math.nan
    spread = math.sqrt((reference.var(ddof=1) + arm.var(ddof=1)) / 2)
    return float((arm.mean() - reference.mean()) / spread) if spread > 0 else math.nan


def verdict(outcome: Outcome, row: Any) -> str:
    """What a row of a comparison shows, in words; `row` has `p_adjusted`, for all that is looked at together."""
    if row.replications == 0:
        return "nothing to count"
    if row.replications < 2:
        return "one pair only: not known"
    if row.p_adjusted < ERROR_RATE:
        direction = "higher" if row.difference > 0 else "lower"
        if outcome.better == "neither":
            return direction
        return f"{direction}, which is {'better' if direction == outcome.better else 'worse'}"
    if row.needed:
        return f"not known yet: about {row.needed:,} more replications"
    if row.p < ERROR_RATE:
        return "not shown after correction"
    if row.of_reference == row.of_arm == 0:
        return "happened in neither arm"
    return "no difference shown"
