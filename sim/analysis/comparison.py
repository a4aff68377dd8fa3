"""Two scenarios compared replication by replication: what one has more of than the other, with its interval.

With the same seeds both have the same patients with the same luck, so that the difference within a
replication varies less than either value.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.outcomes import ALL, BY_NAME, Outcome
from sim.analysis.results import Results, interval

COLUMNS = ("outcome", "title", "unit", "ledger", "ward", "mode", "of_one", "of_other")
MEASURES = ("difference", "low", "high", "relative", "replications")


def compare(one: Results, other: Results, outcomes: Sequence[str], ward: str = ALL, mode: str = ALL) -> pd.DataFrame:
    """What `one` has more of than `other`, paired by seed.

    Args:
        one, other: results of the same seeds, days and warm-up.
        outcomes: names of outcomes, as in `sim.analysis.outcomes.BY_NAME`.
        ward: a ward that both have, or ``all`` for the hospital.
        mode: a mode of care, or ``all``.

    Returns:
        A row for each outcome, in the order given. ``of_one`` and ``of_other`` are means in the outcome's unit;
        ``difference`` is the mean of the paired differences, with its 95% t interval from ``low`` to ``high``;
        ``relative`` is the difference as a share of ``of_one``, not a number where that is nought. All are over
        the pairs in which both had a value: ``replications`` says how many these were. One pair has no interval,
        none has no mean.

    Raises:
        ValueError: the two cannot be paired, or have no such outcome, ward or mode.
    """
    refuse_unlike(one, other)
    values = [(one.values(name, ward, mode), other.values(name, ward, mode)) for name in outcomes]
    rows = [paired(BY_NAME[name], *each) for name, each in zip(outcomes, values, strict=True)]
    table = pd.DataFrame(rows).assign(ward=ward, mode=mode)
    table["relative"] = table.difference / table.of_one.where(table.of_one != 0)
    return table[[*COLUMNS, *MEASURES]]


def paired(outcome: Outcome, one: np.ndarray, other: np.ndarray) -> dict[str, Any]:
    """What `one` has more of than `other`, of values by replication; pairs in which one is not a number are left out.

    The difference has its 95% t interval, limited to differences that there can be (of shares: 100 points); `of_one`
    and `of_other` are means over the same pairs.
    """
    known = ~np.isnan(one - other)
    of_one, of_other = (interval(values[known])[0] for values in (one, other))
    difference, low, high, pairs = interval(one - other, least=-outcome.most, most=outcome.most)
    return {
        "outcome": outcome.name,
        "title": outcome.whole_title,
        "unit": outcome.unit,
        "ledger": outcome.ledger,
        "of_one": of_one,
        "of_other": of_other,
        "difference": difference,
        "low": low,
        "high": high,
        "replications": pairs,
    }


def refuse_unlike(one: Results, other: Results) -> None:
    """Refuse results that were not run alike: a difference would then not be due to the scenarios.

    Raises:
        ValueError: seeds, days or days of warm-up differ.
    """
    for what, of in (("seeds", _seeds), ("days", _days)):
        if of(one) != of(other):
            raise ValueError(f"only runs with the same {what} can be compared in pairs")


def _seeds(results: Results) -> tuple[int, ...]:
    return tuple(record.seed for record in results.records)


def _days(results: Results) -> tuple[int, int]:
    return results.days, results.warm_up_days
