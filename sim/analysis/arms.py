"""Arms compared in pairs of one seed: which with which, in what, and how sure each difference is."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from sim.analysis.claims import measures
from sim.analysis.comparison import refuse_unlike
from sim.analysis.evidence import PRECISION, compared, holm, verdict
from sim.analysis.outcomes import ALL, BY_NAME
from sim.analysis.results import Results
from sim.analysis.stored import StoredResults
from sim.experiment.replications import Plan, Progress, carry_out_arms
from sim.experiment.store import Status
from sim.scenario import Scenario
from sim.scenario.words import did_you_mean, one_line, quoted
from sim.state.vocabulary import MODES

DEFAULT_OUTCOMES = (
    "errors_reached",
    "preventable_events",
    "patients_harmed",
    "incident_reports",
    "chart_events",
    "mortality",
    "length_of_stay",
)
NO_FACTORS = ("arm", "title")  # columns of a table of arms that say which arm it is


class ComparisonError(ValueError):
    """Arms cannot be compared as asked; the message says why."""


class Arms(Protocol):
    """Arms that were run with the same seeds: what a sweep has stored, or runs in memory."""

    @property
    def arms(self) -> pd.DataFrame:
        """A row for each arm: its number `arm`, its `title`, and its level of each factor, if it has any."""

    @property
    def scenario(self) -> Scenario | None:
        """What every arm changes; None where this version cannot read it."""

    @property
    def kept_outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes that there are."""

    def values(self, outcome: str, ward: str = ALL, mode: str = ALL) -> pd.DataFrame:
        """One outcome of each arm in each replication, [replications, arms]; ValueError where there is none."""


@dataclass(frozen=True)
class Runs:
    """Runs in memory of two scenarios or more, each an arm.

    Attributes:
        of: title → results, all of the same seeds and days; the first is what the others change.

    Raises:
        ValueError: they were not run alike.
    """

    of: Mapping[str, Results]

    def __post_init__(self) -> None:
        first, *others = self.of.values()
        for other in others:
            refuse_unlike(first, other)

    @property
    def arms(self) -> pd.DataFrame:
        """A row for each arm: its number and its title."""
        return listed(self.of)

    @property
    def scenario(self) -> Scenario:
        """The scenario of the first arm."""
        return next(iter(self.of.values())).scenario

    @property
    def kept_outcomes(self) -> tuple[str, ...]:
        """Names of all outcomes."""
        return tuple(BY_NAME)

    def values(self, outcome: str, ward: str = ALL, mode: str = ALL) -> pd.DataFrame:
        """One outcome of each arm in each replication, [replications, arms], in its unit; NaN where there is none.

        Raises:
            ValueError: an arm has no such outcome for that ward and mode.
        """
        return pd.DataFrame({arm: each.values(outcome, ward, mode) for arm, each in enumerate(self.of.values())})

    def digest(self) -> str:
        """SHA-256 over the digests of all results and their titles."""
        lines = [f"{each.digest()} {title}" for title, each in self.of.items()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class Choice(NamedTuple):
    """What is compared with what, and in which outcomes.

    Attributes:
        references: arm → the one that it is compared with; arms with one reference stand together.
        outcomes: their names.
        within: factors in which an arm and its reference have the same level.
    """

    references: Mapping[int, int]
    outcomes: tuple[str, ...]
    within: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Arms of an experiment, each less a reference.

    Attributes:
        scenario: what every arm changes; None where this version cannot read it.
        arms: the arms that are compared and their references, with their titles and levels.
        table: a row for each arm that is compared and outcome: `arm` and its title `arm_title`; `reference` and
            `reference_title`; `outcome`, `title`, `ledger`, `unit`; the means `of_reference` and `of_arm`; the paired
            `difference` with its 95% t interval from `low` to `high`; `natural`, `natural_low`, `natural_high` and
            `natural_unit`, the same per 1,000 patients, where it is a share of patients; `standardised`, in standard
            deviations between runs; `p` and `p_adjusted` for all rows together (Holm); `variance_factor`, how many
            times less a paired difference varies than an unpaired; `replications`, pairs that had a value; `needed`,
            how many more would make it precise; `verdict` in words.
        precision: half of an interval, as a share of the larger of both means, that counts as precise.
        within: factors in which an arm and its reference have the same level.
        progress: how far the experiment is; None for runs in memory, of which none is missing.
    """

    scenario: Scenario | None
    arms: pd.DataFrame
    table: pd.DataFrame
    precision: float = PRECISION
    within: tuple[str, ...] = ()
    progress: Status | None = None

    @cached_property
    def references(self) -> dict[int, int]:
        """Arm → the one that it is compared with."""
        pairs = self.table.drop_duplicates("arm")
        return dict(zip(pairs["arm"], pairs["reference"], strict=True))

    @property
    def factors(self) -> list[str]:
        """What can differ between arms; nothing for arms of a list."""
        return factors_of(self.arms)

    @property
    def warnings(self) -> list[str]:
        """What makes the evidence thin, in words; empty if nothing does."""
        return [*self._missing(), *self._thin()]

    def _missing(self) -> Iterator[str]:
        if self.progress and self.progress.left:
            yield f"{self.progress.left:,} of {self.progress.runs:,} runs are left: every verdict can still change."
        if self.progress and self.progress.failed:
            yield (
                f"{self.progress.failed:,} runs failed, and their pairs are left out. If they failed for what an arm "
                "does, the pairs that are left mislead."
            )

    def _thin(self) -> Iterator[str]:
        known = self.table[self.table.needed > 0]
        if not known.empty:
            yield (
                f"Evidence is thin: {len(known):,} of {len(self.table):,} differences are not known to within "
                f"{self.precision:.0%} of the larger mean. About {int(known.needed.max()):,} more replications would "
                f"do for the hardest of them, {int(known.needed.min()):,} for the easiest."
            )


def compare_arms(
    found: Arms,
    reference: str | int | None = None,
    arms: Sequence[str | int] | None = None,
    outcomes: Sequence[str] | None = None,
    ward: str = ALL,
    mode: str = ALL,
    precision: float = PRECISION,
    within: Sequence[str] = (),
    where: Sequence[tuple[str, object]] = (),
) -> Comparison:
    """Compare arms with one of them, or with one for each level of some factors, in pairs of one seed.

    Args:
        found: the experiment, or runs in memory.
        reference: number or title of the arm that others are compared with; the first if None.
        arms: numbers or titles of the others; all if None.
        outcomes: names of outcomes; a usual choice of both ledgers if None.
        ward: a ward, or ``all`` for the hospital.
        mode: a mode of care, or ``all``.
        precision: half of an interval that counts as precise, as a share of the larger of both means, above 0.
        within: factors in which each arm has the level of its reference. An arm is then compared with the one that has
            its own levels of these, and is as `reference` in all others.
        where: factors and levels that the others have; of several levels of one factor, any.

    Raises:
        ComparisonError: there is no such arm, factor, outcome, ward or mode, or nothing to compare.
    """
    titles = dict(zip(found.arms["arm"], found.arms["title"], strict=True))
    chosen = choose(found.arms, found.kept_outcomes, reference, arms, outcomes, precision, within, where)
    rows = []
    for name in chosen.outcomes:
        try:
            values = found.values(name, ward, mode)
        except ValueError as refusal:
            raise ComparisonError(str(refusal)) from None
        of = {arm: values[arm].to_numpy() for arm in values}
        none = np.full(len(values), np.nan)  # an arm of which every run failed
        for arm, base in chosen.references.items():
            who = {"arm": arm, "arm_title": titles[arm], "reference": base, "reference_title": titles[base]}
            rows.append(who | compared(BY_NAME[name], of.get(base, none), of.get(arm, none), precision))
    table = pd.DataFrame(rows)
    table.insert(table.columns.get_loc("p") + 1, "p_adjusted", holm(table["p"].to_numpy()))
    table["verdict"] = [verdict(BY_NAME[row.outcome], row) for row in table.itertuples()]
    together = found.arms[found.arms["arm"].isin({*chosen.references, *chosen.references.values()})]
    progress = found.store.status() if isinstance(found, StoredResults) else None
    return Comparison(found.scenario, together.reset_index(drop=True), table, precision, chosen.within, progress)


def choose(
    arms: pd.DataFrame,
    kept: Collection[str],
    reference: str | int | None = None,
    others: Sequence[str | int] | None = None,
    outcomes: Sequence[str] | None = None,
    precision: float = PRECISION,
    within: Sequence[str] = (),
    where: Sequence[tuple[str, object]] = (),
) -> Choice:
    """Choose what is compared with what.

    Args:
        arms: a row for each that there is, as in `Arms`.
        kept: names of the outcomes that there are.
        reference, outcomes, precision, within, where: as for `compare_arms`.
        others: those compared with the reference, as `arms` are there.

    Raises:
        ComparisonError: there is no such arm, factor, level or outcome, or nothing to compare.
    """
    if not precision > 0:
        raise ComparisonError(f"precision is {precision:g}; it should be a share above 0, such as 0.05")
    held = tuple(dict.fromkeys(factor_called(name, arms) for name in within))
    titles = dict(zip(arms["arm"], arms["title"], strict=True))
    there = with_levels(arms, where)
    base = _arm(reference, titles) if reference is not None else there[0]
    wanted = [_arm(each, titles) for each in others] if others is not None else there
    references = _references(arms, base, [arm for arm in dict.fromkeys(wanted) if arm in set(there)], held)
    if not references:
        raise ComparisonError("there is one arm only; a comparison takes two")
    usual = [name for name in DEFAULT_OUTCOMES if name in kept] or sorted(kept)
    chosen = usual if outcomes is None else list(dict.fromkeys(outcomes))
    for name in chosen:
        if name not in kept:
            raise ComparisonError(f"no outcome {quoted(name)} is stored{did_you_mean(name, kept)}")
    return Choice(references, tuple(chosen), held)


def refuse_early(
    scenarios: Mapping[str, Scenario],
    reference: str | int | None = None,
    outcomes: Sequence[str] | None = None,
    ward: str = ALL,
    mode: str = ALL,
    precision: float = PRECISION,
) -> None:
    """Refuse what `compare_arms` would refuse of runs of these scenarios, by title, before time is spent on them.

    Raises:
        ComparisonError: there is no such arm, outcome, ward or mode, or nothing to compare.
    """
    chosen = choose(listed(scenarios), BY_NAME, reference, None, outcomes, precision)
    for title, scenario in scenarios.items():
        if ward not in (*scenario.wards, ALL):
            raise ComparisonError(f"{quoted(title)} has no ward {quoted(ward)}{did_you_mean(ward, scenario.wards)}")
    if mode not in (*MODES, ALL):
        raise ComparisonError(f"there is no mode {quoted(mode)}{did_you_mean(mode, MODES)}")
    for name in chosen.outcomes:
        if mode != ALL and name not in measures().by_mode:
            raise ComparisonError(f"{name} is not counted by mode of care; leave --mode out")


def run_arms(planned: Plan, scenarios: Mapping[str, Scenario], progress: Progress | None = None) -> Runs:
    """Run scenarios, by title, as `planned`, all with the same seeds; `progress` is called as in `carry_out_arms`."""
    records = carry_out_arms(planned, tuple(scenarios.values()), progress)
    pairs = zip(scenarios.items(), records, strict=True)
    return Runs(
        {
            title: Results(scenario, of_arm, planned.driver, planned.threads, planned.draws)
            for (title, scenario), of_arm in pairs
        }
    )


def listed(titles: Collection[str]) -> pd.DataFrame:
    """A table of arms that have titles and no factors."""
    return pd.DataFrame({"arm": range(len(titles)), "title": list(titles)})


def factors_of(arms: pd.DataFrame) -> list[str]:
    """The factors of a table of arms."""
    return [str(name) for name in arms.columns if name not in NO_FACTORS]


def _references(arms: pd.DataFrame, base: int, others: Sequence[int], held: Sequence[str]) -> dict[int, int]:
    """Arm → its reference, for those that are not their own; arms with one reference stand together."""
    levels = arms.set_index("arm")[factors_of(arms)].to_dict("index") if held else {}
    by_levels = {tuple(level.values()): arm for arm, level in levels.items()}
    found = {}
    for arm in others:
        like = levels[base] | {name: levels[arm][name] for name in held} if held else {}
        reference = by_levels.get(tuple(like.values())) if held else base
        if reference is None:
            raise ComparisonError(
                f"arm {arm} has no reference: none that has run has its {' and '.join(held)} and is as arm {base} else"
            )
        if reference != arm:
            found[arm] = reference
    order = {reference: place for place, reference in enumerate(dict.fromkeys(found.values()))}
    return dict(sorted(found.items(), key=lambda pair: order[pair[1]]))


def with_levels(arms: pd.DataFrame, where: Sequence[tuple[str, object]]) -> list[int]:
    """Numbers of the arms that have these levels, of several levels of one factor any.

    Raises:
        ComparisonError: there is no such factor or level, or no arm has them all.
    """
    wanted: dict[str, list[object]] = {}
    for name, level in where:
        wanted.setdefault(factor_called(name, arms), []).append(level)
    for factor, levels in wanted.items():
        known = list(dict.fromkeys(arms[factor]))
        for level in levels:
            if not any(_is_level(each, level) for each in known):
                hint = did_you_mean(level, map(_written, known))
                raise ComparisonError(f"no arm has {factor} = {_written(level)}{hint}")
        arms = arms[[any(_is_level(each, level) for level in levels) for each in arms[factor]]]
    if arms.empty:
        raise ComparisonError("no arm has all these levels together")
    return list(arms["arm"])


def _is_level(level: object, given: object) -> bool:
    """Whether a level is the one given, as a value or as it is written."""
    if not isinstance(given, str) or isinstance(level, str):
        return level == given
    if isinstance(level, bool):
        return _written(level) == given
    try:
        return level == float(given)
    except ValueError:
        return False


def _written(level: object) -> str:
    return str(level).lower() if isinstance(level, bool) else one_line(str(level))


def factor_called(given: str, arms: pd.DataFrame) -> str:
    """The factor of that name, or the only one of which it is the last part.

    Raises:
        ComparisonError: there is none, or several.
    """
    known = factors_of(arms)
    alike = [name for name in known if name == given] or [name for name in known if name.endswith(f".{given}")]
    if len(alike) == 1:
        return alike[0]
    if not known:
        raise ComparisonError(f"these arms have no factors, so none is {quoted(given)}: they are a list")
    raise ComparisonError(f"there is no factor {quoted(given)}{did_you_mean(given, known)}")


def _arm(given: str | int, titles: Mapping[int, str]) -> int:
    if str(given).isdigit() and int(given) in titles:
        return int(given)
    for arm, title in titles.items():
        if title == given:
            return arm
    hint = did_you_mean(given, titles.values())
    raise ComparisonError(f"there is no arm {quoted(given)} here{hint}")
