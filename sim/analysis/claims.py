"""What a claim's arms gave: estimates in pairs with intervals, and the verdict by the rule that was written before.

An effect *holds* where its whole interval lies beyond the margin, *fails* where its whole interval falls short of the
margin, and is *open* where the interval straddles it. So an effect that is clearly too small to count fails, as one in
the other direction does. Where a test looks at several comparisons its intervals are widened by their number
(Bonferroni). All here are pure functions of results.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pandas as pd

from sim.analysis.outcomes import ALL, BY_NAME
from sim.analysis.results import CONFIDENCE, Results, interval
from sim.experiment.claims import (
    BeatsEvery,
    BestDiffers,
    Claim,
    Crossing,
    Difference,
    Interaction,
    InteriorMinimum,
    Measures,
    Trend,
    days_of,
)
from sim.experiment.draws import Draws
from sim.experiment.replications import Plan, Progress, RunError, carry_out_arms, plan
from sim.state.ledgers import OBSERVED, STAFFING, TRUE, empty_funnel
from sim.state.rows import STAFF
from sim.state.vocabulary import MODES

State = Literal["holds", "fails", "open"]
Verdict = Literal["supported", "refuted", "undecided", "premise"]

PROVISIONAL = "provisional"
ASSUMED = "Sizes of most effects of leading are assumptions; a verdict says what follows from them."
WHY_PROVISIONAL = "Verdicts are provisional: every run has the same levels. Over the posterior they are not."

NOTHING_DIFFERS = "the arms gave the very same runs: nothing in this version reads what they change"

# What the daily series can give of an outcome: its column, and whether it is a count or stands at midnight.
BY_DAY = {
    "incident_reports": "incident_reports",
    "errors_reached": "reached",
    "preventable_events": "preventable_events",
    "hazards_alive": "hazards",
}
STANDING = ("hazards_alive",)


@cache
def measures() -> Measures:
    """What a claim's tests may ask about."""
    nothing = _empty_record()
    by_mode = tuple(name for name, outcome in BY_NAME.items() if outcome.above.totals(nothing).shape[1] > 1)
    return Measures(tuple(BY_NAME), by_mode, tuple(BY_DAY))


def _empty_record() -> Any:
    """A record of one ward on which nothing happened, to see which counts know the mode of care."""
    tables = {name: np.zeros((1, len(MODES)), row.dtype) for name, row in (("true", TRUE), ("observed", OBSERVED))}
    series = np.zeros((1, 1), [("hazards", "i8")])
    people, staffing = np.zeros(1, STAFF.dtype), np.zeros(1, STAFFING.dtype)
    return SimpleNamespace(**tables, staffing=staffing, series=series, staff=people, funnel=empty_funnel(1), days=1)


# Comparisons.


@dataclass(frozen=True)
class Comparison:
    """One effect with its interval.

    Attributes:
        what: the arms, in words.
        estimate, low, high: mean of the paired effects with its interval, as a share of the reference or in the
            outcome's unit; not a number where there was nothing to compare.
        pairs: in how many replications there was.
        state: whether it is as the test asks.
        bound: what the whole interval must lie beyond for that, in the same unit.
    """

    what: str
    estimate: float
    low: float
    high: float
    pairs: int
    state: State | Literal["shown"] = "shown"
    bound: float = np.nan


@dataclass(frozen=True)
class Finding:
    """What one test found.

    Attributes:
        state: by the rule of its form; ``shown`` where the test decides nothing.
        comparisons: those that tell why; not every one that was looked at.
        note: what else there is to say, in words.
    """

    state: State | Literal["shown"]
    comparisons: tuple[Comparison, ...]
    note: str = ""

    @property
    def deciding(self) -> Comparison:
        """The first comparison that came out as the test did."""
        return next((each for each in self.comparisons if each.state == self.state), self.comparisons[0])


def state_of(low: float, high: float, sign: str, asked: float) -> State:
    """Whether an effect whose interval is `low` to `high` is as a sign and a margin ask.

    Args:
        low, high: the interval; not a number where there is none.
        sign: ``below`` (lower by more than the margin), ``above``, ``not_below`` (lower by no more than the margin)
            or ``not_above``.
        asked: the margin, 0 or more.
    """
    if np.isnan(low) or np.isnan(high):
        return "open"
    if sign in ("above", "not_above"):
        mirrored = {"above": "below", "not_above": "not_below"}[sign]
        return state_of(-high, -low, mirrored, asked)
    if sign == "below":
        return "holds" if high < -asked else "fails" if low >= -asked else "open"
    return "holds" if low >= -asked else "fails" if high < -asked else "open"


def all_of(states: Iterable[str]) -> State:
    """Whether all hold: fails if one does."""
    seen = set(states)
    return "fails" if "fails" in seen else "open" if "open" in seen else "holds"


def any_of(states: Iterable[str]) -> State:
    """Whether one holds: fails if all do."""
    seen = set(states)
    return "holds" if "holds" in seen else "open" if "open" in seen else "fails"


type Values = Callable[[str, str], np.ndarray]
"""Arm and mode → the outcome of a test in each replication, [replications]."""


def effects(arm: np.ndarray, reference: np.ndarray, relative: bool) -> np.ndarray:
    """One arm less another in each replication, as a share of the mean of the reference if `relative`.

    Both are [replications] of the same seeds. Where the mean of the reference is nought there is no share, unless
    nothing differs either.
    """
    difference = arm - reference
    if not relative or not np.any(difference):
        return difference
    usual = interval(reference[~np.isnan(difference)])[0]
    return difference / usual if usual else np.full(len(difference), np.nan)


def _compared(what: str, effect: np.ndarray, sign: str, asked: float, looks: int = 1) -> Comparison:
    estimate, low, high, pairs = interval(effect, 1 - (1 - CONFIDENCE) / looks)
    bound = -asked if sign in ("below", "not_below") else asked
    return Comparison(what, estimate, low, high, pairs, state_of(low, high, sign, asked), bound)


def find(test: Any, values: Values) -> Finding:
    """What a test finds in the `values` of its arms."""
    match test:
        case Difference():
            return _difference(test, values)
        case Interaction():
            return _interaction(test, values)
        case Trend():
            return _trend(test, values)
        case InteriorMinimum():
            return _interior_minimum(test, values)
        case BestDiffers():
            return _best_differs(test, values)
        case BeatsEvery():
            return _beats_every(test, values)
    return _crossing(test, values)


def _difference(test: Difference, values: Values) -> Finding:
    effect = effects(values(test.arm, test.mode), values(test.reference, test.mode), test.is_relative)
    found = _compared(f"{test.arm} less {test.reference}", effect, test.sign, test.asked)
    return Finding(_decided(found), (found,))


def _interaction(test: Interaction, values: Values) -> Finding:
    mode = test.reference_mode or test.mode
    one, other = (
        effects(values(arm, where), values(reference, where), test.is_relative)
        for (arm, reference), where in ((test.arms, test.mode), (test.references, mode))
    )
    there = f", {mode}" if mode != test.mode else ""
    what = f"({' less '.join(test.arms)}) less ({' less '.join(test.references)}{there})"
    found = _compared(what, one - other, test.sign, test.asked)
    return Finding(_decided(found), (found,))


def _trend(test: Trend, values: Values) -> Finding:
    def less(arm: str, reference: str) -> np.ndarray:
        return effects(values(arm, test.mode), values(reference, test.mode), test.is_relative)

    first, last = test.arms[0], test.arms[-1]
    whole = _compared(f"{last} less {first}", less(last, first), test.sign, test.asked)
    back = "not_above" if test.sign == "below" else "not_below"
    looks = len(test.arms) - 1
    steps = [_compared(f"{b} less {a}", less(b, a), back, 0.0, looks) for a, b in pairwise(test.arms)]
    # A step need not be seen to go on; it must not be seen to go back.
    steps = [replace(step, state="fails" if step.state == "fails" else "holds") for step in steps]
    return Finding(all_of([whole.state, *(step.state for step in steps)]), (whole, *steps))


def _interior_minimum(test: InteriorMinimum, values: Values) -> Finding:
    inside = test.arms[1:-1]

    def both_ends(arm: str) -> tuple[Comparison, Comparison]:
        one, other = (
            _compared(
                f"{end} less {arm}",
                effects(values(end, test.mode), values(arm, test.mode), test.is_relative),
                "above",
                test.asked,
                len(inside),
            )
            for end in (test.arms[0], test.arms[-1])
        )
        return one, other

    looked = {arm: both_ends(arm) for arm in inside}
    states = {arm: all_of(comparison.state for comparison in both) for arm, both in looked.items()}
    lowest = min(inside, key=lambda arm: _mean(values(arm, test.mode)))
    told = next((arm for arm in inside if states[arm] == "holds"), lowest)
    return Finding(any_of(states.values()), looked[told], f"lowest in between at {lowest}")


def _best_differs(test: BestDiffers, values: Values) -> Finding:
    worse = "above" if test.sign == "below" else "below"
    looks = len(test.modes) * (len(test.arms) - 1)

    def beaten(arm: str) -> list[Comparison]:
        return [
            _compared(
                f"{arm} less {other}, {mode}",
                effects(values(arm, mode), values(other, mode), test.is_relative),
                worse,
                test.asked,
                looks,
            )
            for mode in test.modes
            for other in test.arms
            if other != arm
        ]

    looked = {arm: beaten(arm) for arm in test.arms}
    clearest = [max(comparisons, key=lambda each: _clear(each, worse)) for comparisons in looked.values()]
    # It fails as soon as one arm is beaten by nobody anywhere: that one is best, or as good, in every mode.
    state = all_of(any_of(comparison.state for comparison in comparisons) for comparisons in looked.values())
    choose = min if test.sign == "below" else max
    best = [choose(test.arms, key=lambda arm: _mean(values(arm, mode), test.sign)) for mode in test.modes]
    note = "best: " + ", ".join(f"{arm} ({mode})" for arm, mode in zip(best, test.modes, strict=True))
    return Finding(state, tuple(clearest), note)


def _clear(comparison: Comparison, sign: str) -> float:
    """How far the near end of an interval lies in the direction of a sign."""
    end = comparison.low if sign == "above" else -comparison.high
    return -np.inf if np.isnan(end) else end


def _beats_every(test: BeatsEvery, values: Values) -> Finding:
    looked = [
        _compared(
            f"{test.arm} less {other}",
            effects(values(test.arm, test.mode), values(other, test.mode), test.is_relative),
            test.sign,
            test.asked,
            len(test.arms),
        )
        for other in test.arms
    ]
    return Finding(all_of(comparison.state for comparison in looked), tuple(looked))


def _crossing(test: Crossing, values: Values) -> Finding:
    found = []
    for arm, reference, level in zip(test.arms, test.references, test.levels, strict=True):
        effect = effects(values(arm, test.mode), values(reference, test.mode), relative=True)
        found.append(Comparison(f"{arm} less {reference}, at {level:g}", *interval(effect)))
    at = crossing([comparison.estimate for comparison in found], test.levels)
    return Finding("shown", tuple(found), "no change of sign" if at is None else f"the sign changes at about {at:.2g}")


def crossing(estimates: Sequence[float], levels: Sequence[float]) -> float | None:
    """The first level at which estimates change sign, on straight lines between them; None where they do not."""
    points = zip(levels, estimates, strict=True)
    for (at, one), (then, other) in pairwise(points):
        if one == 0:
            return at
        if one * other < 0:
            return at + (then - at) * one / (one - other)
    return levels[-1] if estimates[-1] == 0 else None


def _mean(values: np.ndarray, better: str = "below") -> float:
    """Mean of an arm; the worst there is where it has none."""
    mean = interval(values)[0]
    return (np.inf if better == "below" else -np.inf) if np.isnan(mean) else mean


def _decided(comparison: Comparison) -> State:
    return all_of([comparison.state])


def verdict(findings: Iterable[tuple[str, str]], is_premise: bool) -> Verdict:
    """The verdict on a claim.

    Args:
        findings: role and state of each of its tests.
        is_premise: whether nobody has said where the claim fails; it is then never supported.
    """
    told = list(findings)
    if any(role == "check" and state != "holds" for role, state in told):
        return "undecided"
    state = all_of(state for role, state in told if role == "verdict")
    if state == "holds":
        return "premise" if is_premise else "supported"
    return "refuted" if state == "fails" else "undecided"


# A claim that was run.


@dataclass(frozen=True)
class Examination:
    """A claim with the replications of its arms.

    Attributes:
        claim: what was run.
        results: arm → its results, all with the same seeds.
        at_failing_point: whether the arms were those at the point where the claim should fail.
    """

    claim: Claim
    results: Mapping[str, Results]
    at_failing_point: bool = False

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What each test found, in the order of the file."""
        return tuple(self._found(test) for test in self.claim.statement.tests)

    @property
    def verdict(self) -> Verdict:
        """Supported, refuted, undecided; or premise, where it would be supported and nobody says where it fails."""
        statement = self.claim.statement
        told = [(test.role, found.state) for test, found in zip(statement.tests, self.findings, strict=True)]
        return verdict(told, statement.is_premise)

    @property
    def told(self) -> str:
        """The verdict in words: provisional, unless levels were drawn from what published figures leave possible."""
        return self.verdict if self.is_over_posterior else f"{PROVISIONAL}: {self.verdict}"

    @property
    def is_over_posterior(self) -> bool:
        """Whether each replication had a draw of levels of its own."""
        return self.any_results.draws is not None

    @property
    def any_results(self) -> Results:
        """Results of the first arm: days, seeds and replications are those of all."""
        return next(iter(self.results.values()))

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each comparison that tells why a test came out as it did.

        ``estimate`` with its interval from ``low`` to ``high`` is in ``unit``: a share of the reference, or the unit of
        the outcome. ``asked`` is the margin in the same; ``state`` is that of the comparison, ``test_state`` that of
        the test, ``verdict`` that of the claim.
        """
        return pd.DataFrame([row for position in range(len(self.findings)) for row in self._rows(position)])

    @cached_property
    def arms(self) -> pd.DataFrame:
        """A row for each test and arm: mean of the outcome with its 95% t interval, limited to means there can be."""
        return pd.DataFrame([row for test in self.claim.statement.tests for row in self._arm_rows(test)])

    def digest(self) -> str:
        """SHA-256 over the claim and the digests of all results."""
        lines = [self.claim.statement.digest(), *(f"{arm} {found.digest()}" for arm, found in self.results.items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _found(self, test: Any) -> Finding:
        found = find(test, self._values_for(test))
        if found.state == "shown" or len({self.results[arm].digest() for arm in test.arms_named}) > 1:
            return found
        return replace(found, state="open", note=NOTHING_DIFFERS)

    def _rows(self, position: int) -> list[dict[str, Any]]:
        statement = self.claim.statement
        test, found = statement.tests[position], self.findings[position]
        first, end = test.days or (None, None)
        about = {"claim": statement.id, "verdict": self.verdict, "at_failing_point": self.at_failing_point}
        about |= {"test": position + 1, "title": test.title, "role": test.role, "form": test.form}
        about |= {
            "outcome": test.outcome,
            "less": test.less or "",
            "ward": test.ward,
            "mode": getattr(test, "mode", ALL),
        }
        about |= {"from_day": first, "to_day": end, "sign": getattr(test, "sign", ""), "asked": asked_of(test)}
        about |= {"unit": unit_of(test), "test_state": found.state, "note": found.note}
        return [
            about
            | {"comparison": each.what, "estimate": each.estimate, "low": each.low, "high": each.high}
            | {"replications": each.pairs, "state": each.state}
            for each in found.comparisons
        ]

    def _arm_rows(self, test: Any) -> list[dict[str, Any]]:
        values = self._values_for(test)
        modes = test.modes if isinstance(test, BestDiffers) else (test.mode,)
        most = BY_NAME[test.outcome].most
        least = -most if test.less else 0.0
        rows = []
        for arm in test.arms_named:
            for mode in modes:
                mean, low, high, count = interval(values(arm, mode), least=least, most=most)
                where = {"claim": self.claim.statement.id, "test": test.title, "arm": arm, "outcome": test.outcome}
                where |= {"less": test.less or "", "ward": test.ward, "mode": mode}
                rows.append(where | {"mean": mean, "low": low, "high": high, "replications": count})
        return rows

    def _values_for(self, test: Any) -> Values:
        @cache
        def values(arm: str, mode: str) -> np.ndarray:
            results = self.results[arm]
            if test.days is not None:
                return of_days(results, test.outcome, test.days, test.ward)
            found = results.values(test.outcome, test.ward, mode)
            return found - results.values(test.less, test.ward, mode) if test.less else found

        return values


def asked_of(test: Any) -> float:
    """The margin of a test; not a number where it has none."""
    return getattr(test, "asked", np.nan)


def unit_of(test: Any) -> str:
    """The unit of a test's estimates."""
    if getattr(test, "is_relative", True):
        return "share of the reference"
    return BY_NAME[test.outcome].unit


def of_days(results: Results, outcome: str, days: tuple[int, int], ward: str = ALL) -> np.ndarray:
    """An outcome over some days in each replication, [replications]; per 1,000 patients in a bed at midnight.

    Args:
        results: of the runs.
        outcome: one of `BY_DAY`; what stands at midnight is a mean per ward instead.
        days: the first day and the day after the last; day 0 is the first counted, days before are negative.
        ward: a name, or ``all``.
    """
    column, first = BY_DAY[outcome], results.warm_up_days + days[0]
    places = slice(None) if ward == ALL else [results.wards.index(ward)]
    found = []
    for record in results.records:
        some = record.series[max(0, first) : results.warm_up_days + days[1], places]
        total = float(some[column].sum())
        below = float(some.size if outcome in STANDING else some["midnight_patients"].sum() / 1_000)
        found.append(total / below if below else np.nan)
    return np.array(found)


def planned(
    claim: Claim,
    at_failing_point: bool = False,
    years: float | None = None,
    seed: int | None = None,
    reps: int | None = None,
    threads: int | None = None,
    draws: Draws | None = None,
) -> Plan:
    """How a claim will be run; what is None comes from its file.

    Raises:
        RunError: something asked for is out of range, the claim has no such arms, or a test needs days that there
            will not be.
    """
    told = claim.statement
    arms = claim.arms_at(at_failing_point)
    settled = plan(
        claim.scenario,
        told.years if years is None else years,
        told.seed if seed is None else seed,
        told.replications if reps is None else reps,
        threads=threads,
        arms=len(arms),
        draws=draws,
    )
    for test in told.tests:
        _refuse_missing(claim, test, settled)
    return settled


def _refuse_missing(claim: Claim, test: Any, settled: Plan) -> None:
    name = claim.statement.id
    if test.days is None:
        return
    if test.days[1] > settled.days:
        wanted = days_of(claim.statement.years)
        raise RunError(f"{name} counts up to day {test.days[1]:,}; run it for {wanted:,} days, not {settled.days:,}")
    if test.days[0] < -settled.warm_up_days:
        raise RunError(f"{name} counts from day {test.days[0]:,}, before the {settled.warm_up_days:,} days of warm-up")


def carry_out(settled: Plan, claim: Claim, at_failing_point: bool, progress: Progress | None = None) -> Examination:
    """Run all arms of a claim as `settled`; `progress` as in `sim.experiment.replications.carry_out`."""
    arms = claim.arms_at(at_failing_point)
    records = carry_out_arms(settled, tuple(arms.values()), progress)
    results = {
        name: Results(scenario, of_arm, settled.driver, settled.threads, settled.draws)
        for (name, scenario), of_arm in zip(arms.items(), records, strict=True)
    }
    return Examination(claim, results, at_failing_point)
