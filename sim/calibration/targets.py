"""What was published: the figures that virtual observers are to see in the model."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("targets.toml")


@dataclass(frozen=True)
class Target:
    """One published figure.

    Attributes:
        id: as reports call it, e.g. ``T5``.
        quantity: what it is, in words.
        outcome: name of the outcome that measures it in the model, by the study's method.
        figure: as published, in `unit`.
        low, high: the interval in which it lies.
        unit: of all three.
        study: how it was measured, and of whom.
        source: where it was published.
        confirmed: how far the figure was checked against its source.
        constrains: what of the model it holds in place.
    """

    id: str
    quantity: str
    outcome: str
    figure: float
    low: float
    high: float
    unit: str
    study: str
    source: str
    confirmed: str
    constrains: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in the published interval."""
        return self.low <= value <= self.high

    def factor(self, value: float) -> float:
        """How many times a value is above the published figure, or below it."""
        return max(value / self.figure, self.figure / value) if value > 0 else np.inf


@cache
def targets() -> tuple[Target, ...]:
    """The published figures, in the order of their file."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(Target(id=name, **table) for name, table in content.items())


def misfits(values: np.ndarray, chosen: Sequence[Target]) -> np.ndarray:
    """How far values are from the published figures, in standard errors of these: [..., targets], signed.

    An interval is read as two standard errors to either side of the figure, which need not be alike.

    Args:
        values: [..., targets], in the targets' units.
        chosen: the targets, in the order of the last axis.
    """
    figure = np.array([target.figure for target in chosen])
    below = np.array([target.figure - target.low for target in chosen]) / 2
    above = np.array([target.high - target.figure for target in chosen]) / 2
    off = values - figure
    return off / np.where(off < 0, below, above)
