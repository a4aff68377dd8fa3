"""Draws of parameters that belong together, one for each replication: so uncertainty in levels reaches results.

Replication k of every arm has the same draw, as it has the same luck: arms stay paired.
"""

import csv
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from sim.scenario import Scenario, with_changes
from sim.scenario.words import did_you_mean, number, quoted
from sim.state.parameters import PARAMETERS

POSTERIOR = Path(__file__).with_name("posterior.csv")


@dataclass(frozen=True, eq=False)
class Draws:
    """Values of some parameters, drawn together; equal to others of the same names and values.

    Attributes:
        names: full names of the parameters, e.g. ``errors.rate.dose_slip``.
        values: [draws, names], in the units of the parameters.
    """

    names: tuple[str, ...]
    values: np.ndarray = field(repr=False)

    def __eq__(self, other: object) -> bool:
        """Whether names and values are the same, in the same order."""
        if not isinstance(other, Draws):
            return NotImplemented
        return self.names == other.names and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        """Alike for equal draws."""
        return hash((self.names, self.values.tobytes()))

    def __len__(self) -> int:
        """How many draws there are."""
        return len(self.values)

    def of(self, replication: int) -> dict[str, float]:
        """The draw of a replication, by name; after the last the first comes again."""
        row = self.values[replication % len(self)]
        return {name: float(value) for name, value in zip(self.names, row, strict=True)}

    def settle(self, scenario: Scenario, replication: int, own: Collection[str] = ()) -> Scenario:
        """The scenario with the draw of a replication in place of defaults.

        What the scenario sets to another value than the default, and what it sets by the names in `own`, stays.
        """
        kept = {*scenario.changed_parameters(), *own}
        return with_changes(scenario, {name: value for name, value in self.of(replication).items() if name not in kept})

    def digest(self) -> str:
        """16 hexadecimal digits that say which draws they are."""
        content = json.dumps([self.names, self.values.tolist()], separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def columns(self) -> dict[str, list[float]]:
        """The values by name, as design files hold them."""
        return {name: self.values[:, position].tolist() for position, name in enumerate(self.names)}


def from_columns(columns: Mapping[str, Sequence[float]]) -> Draws:
    """Draws from values by name, all of one length; `faults` says what can be wrong with them."""
    return Draws(tuple(columns), np.array(list(columns.values()), dtype=float).T)


def faults(columns: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """What is wrong with values by name, each in a sentence that begins with the name."""
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        yield f"have {' and '.join(number(length) for length in sorted(lengths))} values; each parameter has as many"
    for name, values in columns.items():
        if name not in PARAMETERS:
            yield f".{name} is no parameter{did_you_mean(name, PARAMETERS)}"
            continue
        known = PARAMETERS[name]
        wrong = [value for value in values if not known.low <= value <= known.high]
        if not values or wrong:
            given = f"holds {quoted(wrong[0])}" if wrong else "is empty"
            yield f".{name} {given}; it should hold numbers from {number(known.low)} to {number(known.high)}"


@cache
def posterior() -> Draws:
    """The sample of the posterior that ships: levels that agree with what was published (`sim.calibration`).

    Each row is one draw, and rows are in no order.
    """
    with POSTERIOR.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return Draws(tuple(names), np.array(rows, dtype=float))


def draws_if(wanted: bool) -> Draws | None:
    """The posterior that ships, if it is wanted."""
    return posterior() if wanted else None


def write(draws: Draws, path: Path) -> None:
    """Write draws as a table: a column for each parameter, a row for each draw."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(draws.names)
        table.writerows([f"{value:.6g}" for value in row] for row in draws.values)
