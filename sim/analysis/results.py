"""Results of a scenario's replications: tidy tables, intervals, and one digest of them all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.analysis.outcomes import ALL, BY_NAME, OUTCOMES, modes_of
from sim.state.vocabulary import ERRORS, MODES, SOURCES, STAGES

if TYPE_CHECKING:
    from sim.engine.record import RunRecord
    from sim.experiment.draws import Draws
    from sim.scenario import Scenario

By = Literal["mode", "ward", "hospital", "ward and mode"]
CONFIDENCE = 0.95
PARTS = ("value", "numerator", "denominator")  # of an outcome, as it is measured


@dataclass(frozen=True)
class Results:
    """What the replications of one scenario gave.

    Attributes:
        scenario: what was run.
        records: one record of each replication, in order.
        driver: ``compiled`` or ``mesa``.
        threads: how many replications ran at a time.
        draws: values of parameters by replication, in place of defaults, where there were any.
    """

    scenario: "Scenario"
    records: tuple["RunRecord", ...]
    driver: str = "compiled"
    threads: int = 1
    draws: "Draws | None" = None

    @property
    def wards(self) -> tuple[str, ...]:
        """Names of the wards, in the order of the records."""
        return tuple(self.scenario.wards)

    @property
    def seed(self) -> int:
        """Seed of the first replication; replication k has this seed plus k."""
        return self.records[0].seed

    @property
    def days(self) -> int:
        """Days counted in each replication."""
        return self.records[0].days

    @property
    def warm_up_days(self) -> int:
        """Days before counting began."""
        return len(self.records[0].series) - self.days

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row for each replication, ward, mode and outcome; ``all`` stands for every ward or mode."""
        labels, digest = self._labels(), self.scenario.digest()
        frames = [
            labels.assign(replication=k, seed=record.seed, scenario=digest, **_measured(record))
            for k, record in enumerate(self.records)
        ]
        columns = ["replication", "seed", "scenario", "ward", "mode", "ledger", "outcome"]
        return pd.concat(frames, ignore_index=True)[[*columns, "value", "unit", "numerator", "denominator"]]

    @cached_property
    def funnel(self) -> pd.DataFrame:
        """A row for each replication, ward, mode, kind of error, source and stage, with its count."""
        axes = {"ward": self.wards, "mode": MODES, "kind": ERRORS, "source": SOURCES, "stage": STAGES}
        return self._stacked(lambda record: _tidy(record.funnel, axes, "count"))

    @cached_property
    def series(self) -> pd.DataFrame:
        """A row for each replication, day and ward; day 0 is the first counted, days before are negative."""
        return self._stacked(self._days_of)

    @cached_property
    def staffing(self) -> pd.DataFrame:
        """A row for each replication and ward: what the work took, in the units of the staffing ledger."""
        return self._stacked(lambda record: _columns(record.staffing).assign(ward=self.wards), first=["ward"])

    def summary(self, by: By = "mode") -> pd.DataFrame:
        """Mean of each outcome over replications, with its 95% t interval, limited to values that there can be.

        Args:
            by: ``mode`` (hospital by mode of care), ``ward``, ``hospital``, or ``ward and mode`` for all of them.

        Returns:
            Columns ward, mode, outcome, title, unit, ledger, mean, low, high, replications: the last is how
            many replications had a value. With one there is no interval; with none there is no mean.

        Raises:
            ValueError: `by` is none of these.
        """
        table = self._intervals
        match by:
            case "mode":
                table = table[table.ward == ALL]
            case "ward":
                table = table[table["mode"] == ALL]
            case "hospital":
                table = table[(table.ward == ALL) & (table["mode"] == ALL)]
            case "ward and mode":
                pass
            case _:
                raise ValueError(f"by must be 'mode', 'ward', 'hospital' or 'ward and mode', not {by!r}")
        return table.reset_index(drop=True)

    def values(self, outcome: str, ward: str = ALL, mode: str = ALL) -> np.ndarray:
        """One outcome in each replication, [replications], in its unit; not a number where there was none to count.

        Args:
            outcome: its name in `sim.analysis.outcomes.BY_NAME`.
            ward: a name, or ``all`` for the hospital.
            mode: a mode of care, or ``all``.

        Raises:
            ValueError: there is no such outcome, ward or mode, or the outcome is not counted by mode.
        """
        if outcome not in BY_NAME:
            raise ValueError(f"there is no outcome {outcome!r}")
        measured = np.stack([BY_NAME[outcome].measure(record)[0] for record in self.records])
        wards, modes = (*self.wards, ALL), modes_of(measured.shape[2])
        if ward not in wards or mode not in modes:
            raise ValueError(f"{outcome} has no value for ward {ward!r} and mode {mode!r}")
        return measured[:, wards.index(ward), modes.index(mode)]

    def digest(self) -> str:
        """SHA-256 over the digests of the records, in order of replication: equal only if every count is."""
        return hashlib.sha256("\n".join(record.digest() for record in self.records).encode()).hexdigest()

    @cached_property
    def _intervals(self) -> pd.DataFrame:
        keys = ["ward", "mode", "outcome"]
        values = self.outcomes.groupby(keys, sort=False)["value"]
        rows = [(*key, *interval(of_runs.to_numpy(), least=0.0, most=BY_NAME[key[-1]].most)) for key, of_runs in values]
        table = pd.DataFrame(rows, columns=[*keys, "mean", "low", "high", "replications"])
        for position, word in enumerate(("title", "unit", "ledger"), start=len(keys)):
            table.insert(position, word, [getattr(BY_NAME[name], word) for name in table.outcome])
        return table

    def _labels(self) -> pd.DataFrame:
        """What each row of the outcomes of one replication is of."""
        wards = (*self.wards, ALL)
        tables = []
        for outcome in OUTCOMES:
            modes = modes_of(outcome.measure(self.records[0])[0].shape[1])
            of_ward = {"ward": np.repeat(wards, len(modes)), "mode": np.tile(modes, len(wards))}
            same = {"ledger": outcome.ledger, "outcome": outcome.name, "unit": outcome.unit}
            tables.append(pd.DataFrame(of_ward | same))
        return pd.concat(tables, ignore_index=True)

    def _days_of(self, record: "RunRecord") -> pd.DataFrame:
        days, wards = record.series.shape
        first = record.days - days
        table = _columns(record.series.ravel())
        table.insert(0, "day", np.repeat(np.arange(days) + first, wards))
        table.insert(1, "ward", np.tile(self.wards, days))
        return table

    def _stacked(self, of, first: Sequence[str] = ()) -> pd.DataFrame:
        """The tables that `of` makes of each record, under one another, each row with its replication and seed."""
        tables = [of(record).assign(replication=k, seed=record.seed) for k, record in enumerate(self.records)]
        table = pd.concat(tables, ignore_index=True)
        leading = ["replication", "seed", *first]
        return table[[*leading, *table.columns.difference(leading, sort=False)]]


def interval(
    values: np.ndarray, confidence: float = CONFIDENCE, least: float = -np.inf, most: float = np.inf
) -> tuple[float, float, float, int]:
    """Mean and t interval, of 95% unless said otherwise, of the values that are numbers, and how many they are.

    A t interval knows no bounds, and of few runs it may reach below 0% or above 100%. It is cut off there, and not
    made anew: what is left holds the true mean as often as the whole. One value gives a mean without an interval;
    none gives no mean (not a number).

    Args:
        values: one of each replication.
        confidence: the share of such intervals that hold the true mean.
        least, most: the lowest and the highest mean that there can be.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return np.nan, np.nan, np.nan, 0
    mean = float(known.mean())
    if len(known) == 1:
        return mean, np.nan, np.nan, 1
    quantile = stdtrit(len(known) - 1, (1 + confidence) / 2)  # of Student's t
    reach = float(quantile * known.std(ddof=1) / np.sqrt(len(known)))
    return mean, max(mean - reach, min(least, mean)), min(mean + reach, max(most, mean)), len(known)


def _measured(record: "RunRecord") -> dict[str, np.ndarray]:
    """Value, numerator and denominator of every outcome, in the order of the labels."""
    measured = [outcome.measure(record) for outcome in OUTCOMES]
    parts = zip(*measured, strict=True)
    return {name: np.concatenate([each.ravel() for each in part]) for name, part in zip(PARTS, parts, strict=True)}


def _columns(rows: np.ndarray) -> pd.DataFrame:
    """A table with a column for each field of the rows, and for each element of a field that holds several."""
    columns = {name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()}
    split = {name: {name: column} if column.ndim == 1 else _numbered(name, column) for name, column in columns.items()}
    return pd.DataFrame({name: column for each in split.values() for name, column in each.items()})


def _numbered(name: str, column: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_{number}": column[:, number] for number in range(column.shape[1])}


def _tidy(counts: np.ndarray, axes: dict[str, tuple[str, ...]], value: str) -> pd.DataFrame:
    """An array with named axes as rows, one for each element."""
    index = pd.MultiIndex.from_product(axes.values(), names=axes.keys())
    return pd.DataFrame({value: counts.ravel()}, index=index).reset_index()
