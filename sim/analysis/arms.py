"""Arms of an experiment compared in pairs of one seed: differences, how sure they are, and what would make them surer.

Replication k of every arm has the same patients with the same luck. So the difference within a replication varies
less than either value, as a rule; where it does not, the factor of variance says so.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from sim.analysis.comparison import paired
from sim.analysis.outcomes import ALL, BY_NAME, Outcome
from sim.analysis.results import CONFIDENCE
from sim.analysis.stored import StoredResults
from sim.scenario import Scenario
from sim.scenario.words import did_you_mean, quoted

DEFAULT_OUTCOMES = (
    "errors_reached",
    "preventable_events",
    "patients_harmed",
    "incident_reports",
    "chart_events",
    "mortality",
    "length_of_stay",
)
ERROR_RATE = 0.05
PRECISION = 0.05
LOOK_AHEAD = 5
MOST_REPLICATIONS = 1_000_000
ROUNDING = 1e-24  # what is left of a variance that is nought


class ComparisonError(ValueError):
    """Arms cannot be compared as asked; the message says why."""


@dataclass(frozen=True)
class Comparison:
    """Arms of an experiment less one of them.

    Attributes:
        scenario: what every arm changes; None where this version cannot read it.
        reference: title of the arm that the others are compared with.
        table: a row for each other arm and outcome: `arm` and its title `arm_title`; `outcome`, `title`, `ledger`,
            `unit`; the means `of_reference` and `of_arm`; the paired `difference` with its 95% t interval from `low`
            to `high`; `natural` and `natural_unit`, the difference in things that can be counted, such as per 1,000
            admissions; `standardised`, in standard deviations between runs; `p` and `p_adjusted` for all rows
            together (Holm); `variance_factor`, how many times less a paired difference varies than an unpaired;
            `replications`, pairs that had a value; `needed`, how many more would make it precise; `verdict` in words.
        precision: half of an interval, as a share of the reference's mean, that counts as precise.
    """

    scenario: Scenario | None
    reference: str
    table: pd.DataFrame
    precision: float

    @property
    def warnings(self) -> list[str]:
        """What makes the evidence thin, in words; empty if it is not."""
        known = self.table[self.table.needed > 0]
        if known.empty:
            return []
        most = int(known.needed.max())
        of = f"{len(known):,} of {len(self.table):,} differences"
        return [
            f"Evidence is thin: {of} are not known to within {self.precision:.0%} of the reference's mean. "
            f"About {most:,} more replications would do for the hardest of them, "
            f"{int(known.needed.min()):,} for the easiest."
        ]


def compare_arms(
    found: StoredResults,
    reference: str | int | None = None,
    arms: Sequence[str | int] | None = None,
    outcomes: Sequence[str] | None = None,
    ward: str = ALL,
    mode: str = ALL,
    precision: float = PRECISION,
) -> Comparison:
    """Compare arms of an experiment with one of them, in pairs of one seed.

    Args:
        found: the experiment.
        reference: number or title of the arm that the others are compared with; the first if None.
        arms: numbers or titles of the others; all if None.
        outcomes: names of outcomes; a usual choice of both ledgers if None.
        ward: a ward, or ``all`` for the hospital.
        mode: a mode of care, or ``all``.
        precision: half of an interval that counts as precise, as a share of the reference's mean, above 0.

    Raises:
        ComparisonError: there is no such arm, outcome, ward or mode, or nothing to compare.
    """
    titles = dict(zip(found.arms["arm"], found.arms["title"], strict=True))
    base = _arm(reference, titles) if reference is not None else next(iter(titles))
    others = [_arm(each, titles) for each in arms] if arms is not None else [arm for arm in titles if arm != base]
    others = [arm for arm in dict.fromkeys(others) if arm != base]
    if not others:
        raise ComparisonError("there is one arm only; a comparison takes two")
    if not precision > 0:
        raise ComparisonError(f"precision is {precision:g}; it should be a share above 0, such as 0.05")
    kept = set(found.kept_outcomes)
    usual = [name for name in DEFAULT_OUTCOMES if name in kept] or sorted(kept)
    rows = []
    for name in usual if outcomes is None else outcomes:
        if name not in kept:
            raise ComparisonError(f"no outcome {quoted(name)} is stored{did_you_mean(name, kept)}")
        try:
            values = found.values(name, ward, mode)
        except ValueError as refusal:
            raise ComparisonError(str(refusal)) from None
        of_base = values[base].to_numpy() if base in values else np.full(len(values), np.nan)
        for arm in others:
            of_arm = values[arm].to_numpy() if arm in values else np.full(len(values), np.nan)
            rows.append({"arm": arm, "arm_title": titles[arm], **compared(BY_NAME[name], of_base, of_arm, precision)})
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", holm(table["p"].to_numpy()))
    table["verdict"] = [_verdict(BY_NAME[row.outcome], row) for row in table.itertuples()]
    return Comparison(found.scenario, titles[base], table, precision)


def compared(
    outcome: Outcome, reference: np.ndarray, arm: np.ndarray, precision: float = PRECISION
) -> dict[str, object]:
    """One row of a comparison, of values by replication; pairs in which one is not a number are left out."""
    pair = paired(outcome, arm, reference)
    known = ~np.isnan(arm - reference)
    of_reference, of_arm = reference[known], arm[known]
    differences = of_arm - of_reference
    factor, unit = natural_unit(outcome.unit)
    return {
        **{column: pair[column] for column in ("outcome", "title", "ledger", "unit")},
        "of_reference": pair["of_other"],
        "of_arm": pair["of_one"],
        **{column: pair[column] for column in ("difference", "low", "high")},
        "natural": pair["difference"] * factor,
        "natural_unit": unit,
        "standardised": _standardised(of_reference, of_arm),
        "p": paired_p(differences),
        "variance_factor": variance_factor(of_reference, of_arm),
        "replications": pair["replications"],
        "needed": still_needed(differences, precision * abs(pair["of_other"])),
    }


def paired_p(differences: np.ndarray) -> float:
    """Chance of a mean at least so far from nought if there were no difference (paired t-test); NaN below two pairs."""
    if len(differences) < 2:
        return math.nan
    mean, spread = differences.mean(), differences.std(ddof=1)
    if spread == 0:
        return 1.0 if mean == 0 else 0.0
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
    if not half_width > 0 or count < 2:
        return LOOK_AHEAD if count < 2 and half_width > 0 else 0
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


def natural_unit(unit: str) -> tuple[float, str]:
    """What a value is multiplied by to count things among 1,000, and the unit that it then has."""
    if found := re.match(r"% of (.+)", unit):
        return 10.0, f"per 1,000 {found[1]}"
    if found := re.match(r"per 100 (.+)", unit):
        return 10.0, f"per 1,000 {found[1]}"
    return 1.0, unit


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


def _verdict(outcome: Outcome, row) -> str:
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
    return "no difference shown"


def _arm(given: str | int, titles: dict[int, str]) -> int:
    if str(given).isdigit() and int(given) in titles:
        return int(given)
    for arm, title in titles.items():
        if title == given:
            return arm
    hint = did_you_mean(given, titles.values())
    raise ComparisonError(f"there is no arm {quoted(given)} among those that have run{hint}")
