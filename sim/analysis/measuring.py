"""What a sweep keeps of each run: its outcomes and its days, in tidy tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from sim.analysis.outcomes import ALL, BY_NAME, OUTCOMES, Outcome, modes_of

if TYPE_CHECKING:
    from sim.engine.record import RunRecord

OF_A_RUN = ("run", "scenario", "arm", "replication", "seed")


class Taken(NamedTuple):
    """What is kept of one run.

    Attributes:
        wards: their names.
        outcomes: value, numerator and denominator, [3, rows], a row for each outcome, ward and mode.
        modes: how many modes of care each outcome is counted by, totals included.
        series: day × ward.
        first_day: negative in the warm-up.
    """

    wards: tuple[str, ...]
    outcomes: np.ndarray
    modes: tuple[int, ...]
    series: np.ndarray | None
    first_day: int


TABLES = ("true", "observed", "staffing", "series", "staff")


@dataclass(frozen=True)
class Kept:
    """Which outcomes are kept (all, if None), and whether the series is."""

    names: tuple[str, ...] | None = None
    series: bool = True

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Those that are kept."""
        return OUTCOMES if self.names is None else tuple(BY_NAME[name] for name in self.names)

    def take(self, record: "RunRecord") -> Taken:
        """What is kept of one run."""
        # Fields of plain arrays are found several times faster than those of record arrays.
        plain = replace(record, **{name: getattr(record, name).view(np.ndarray) for name in TABLES})
        measured = [outcome.measure(plain) for outcome in self.outcomes]
        numbers = [np.concatenate([each[part].ravel() for each in measured]) for part in range(3)]
        return Taken(
            tuple(record.wards),
            np.stack(numbers),
            tuple(value.shape[1] for value, _, _ in measured),
            np.array(record.series) if self.series else None,
            record.days - len(record.series),
        )

    def tables(self, rows: Sequence[Mapping[str, Any]], taken: Sequence[Taken]) -> dict[str, pa.Table]:
        """The tables ``outcomes`` and, if it is kept, ``series`` of one run or more, all of the same wards."""
        found = {"outcomes": self._outcomes(rows, taken)}
        if self.series:
            found["series"] = _series(rows, taken)
        return found

    def _outcomes(self, rows: Sequence[Mapping[str, Any]], taken: Sequence[Taken]) -> pa.Table:
        shapes = [self._shape(each.wards, each.modes) for each in taken]
        sizes = [each.outcomes.shape[1] for each in taken]
        numbers = np.concatenate([each.outcomes for each in taken], axis=1)
        wards, modes, outcomes = (np.concatenate([shape[k] for shape in shapes]) for k in range(3))
        known = self.outcomes
        words = {
            "ward": _chosen(wards, [*taken[0].wards, ALL]),
            "mode": _chosen(modes, modes_of(2)),
            "outcome": _chosen(outcomes, [outcome.name for outcome in known]),
            "ledger": _chosen(outcomes, [outcome.ledger for outcome in known]),
            "unit": _chosen(outcomes, [outcome.unit for outcome in known]),
        }
        measures = dict(zip(("value", "numerator", "denominator"), map(_nullable, numbers), strict=True))
        return pa.table(_of_runs(rows, sizes) | words | measures)

    def _shape(self, wards: Sequence[str], modes: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each row of one run the place of its ward, its mode and its outcome; the last place stands for all."""
        places = len(wards) + 1
        every = len(modes_of(2))
        of_ward = [np.repeat(np.arange(places), count) for count in modes]
        of_mode = [np.tile(np.arange(count) if count > 1 else [every - 1], places) for count in modes]
        of_outcome = [np.full(places * count, k) for k, count in enumerate(modes)]
        return np.concatenate(of_ward), np.concatenate(of_mode), np.concatenate(of_outcome)


def _series(rows: Sequence[Mapping[str, Any]], taken: Sequence[Taken]) -> pa.Table:
    days = [each.series for each in taken if each.series is not None]
    sizes = [each.size for each in days]
    day = [
        np.repeat(np.arange(len(each)) + one.first_day, each.shape[1]) for each, one in zip(days, taken, strict=True)
    ]
    ward = [np.tile(np.arange(each.shape[1]), len(each)) for each in days]
    columns: dict[str, Any] = {
        "day": np.concatenate(day).astype(np.int32),
        "ward": _chosen(np.concatenate(ward), taken[0].wards),
    }
    for name in days[0].dtype.names or ():
        columns[name] = np.concatenate([np.ascontiguousarray(each[name]).ravel() for each in days])
    return pa.table(_of_runs(rows, sizes) | columns)


def _of_runs(rows: Sequence[Mapping[str, Any]], sizes: Sequence[int]) -> dict[str, pa.Array]:
    """The columns that say which run a row is of, each run's repeated as often as it has rows."""
    which = np.repeat(np.arange(len(rows), dtype=np.int32), sizes)
    columns: dict[str, pa.Array] = {}
    for name in OF_A_RUN:
        values = [row[name] for row in rows]
        if name in ("run", "scenario"):
            columns[name] = pa.array(values, pa.string()).dictionary_encode().take(pa.array(which))
        else:
            kind = np.int64 if name == "seed" else np.int32
            columns[name] = pa.array(np.array(values, dtype=kind)[which])
    return columns


def _chosen(places: np.ndarray, words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places.astype(np.int32), pa.array(list(words), pa.string()))


def _nullable(numbers: np.ndarray) -> pa.Array:
    """Numbers, with nothing where there was none to count: a NaN in a table is easily taken for a value."""
    return pa.array(numbers, from_pandas=True)
