"""Whether counting began late enough: MSER-5 on daily series.

A run starts with an empty hospital, so its first days are not like the rest. MSER-5 (White 1997;
Franklin and White 2008) groups the series into batches of five and discards as many as makes the
standard error of what remains smallest.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.analysis.results import Results

BATCH = 5
FEWEST_BATCHES = 10

MEASURES = {
    "midnight_patients": "patients in a bed at midnight",
    "midnight_queue": "patients waiting at midnight",
    "preventable_events": "preventable adverse events",
}


def mser5(series: ArrayLike) -> int:
    """How many days to discard from the start of a daily series.

    The answer is a whole number of batches of five days and at most half of the series; an answer of
    about half means that the series is too short to tell.

    Raises:
        ValueError: the series has fewer than 50 days, more than one axis, or values that are not numbers.
    """
    days = np.asarray(series, dtype=float)
    if days.ndim != 1 or len(days) < BATCH * FEWEST_BATCHES:
        raise ValueError(f"MSER-5 needs one series of at least {BATCH * FEWEST_BATCHES} days")
    if not np.isfinite(days).all():
        raise ValueError("MSER-5 needs a series without gaps")
    batches = days[: len(days) // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    errors = [_squared_error(batches[discarded:]) for discarded in range(len(batches) // 2 + 1)]
    return BATCH * int(np.argmin(errors))


def warm_up_report(results: Results) -> pd.DataFrame:
    """Whether the warm-up covers what MSER-5 asks, by series of the hospital averaged over replications.

    Returns:
        Columns measure, meaning, warm_up (days), asked (days; missing where the run is too short to
        tell) and covered (true, false, or missing).
    """
    daily = results.series.groupby(["replication", "day"])[list(MEASURES)].sum().groupby("day").mean()
    asked = [_asked(daily[measure].to_numpy()) for measure in MEASURES]
    covered = [None if days is None else days <= results.warm_up_days for days in asked]
    return pd.DataFrame(
        {
            "measure": list(MEASURES),
            "meaning": list(MEASURES.values()),
            "warm_up": results.warm_up_days,
            "asked": pd.array(asked, dtype="Int64"),
            "covered": pd.array(covered, dtype="boolean"),
        }
    )


def _asked(series: np.ndarray) -> int | None:
    """Days that MSER-5 asks for, unless the series is too short to tell."""
    if len(series) < BATCH * FEWEST_BATCHES:
        return None
    days = mser5(series)
    at_the_edge = days == len(series) // BATCH // 2 * BATCH
    return None if at_the_edge else days


def _squared_error(batches: np.ndarray) -> float:
    """MSER's statistic, the squared standard error of the mean of what remains."""
    return float(((batches - batches.mean()) ** 2).sum() / len(batches) ** 2)
