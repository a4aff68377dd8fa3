"""Words that all parts of a report share: what arms are called, lists, counts, and differences among patients."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from sim.analysis.arms import Comparison
from sim.report.arm_labels import label
from sim.report.numbers import decimals, in_words
from sim.scenario.words import one_line, shortened

LONGEST_NAME = 90
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Names:
    """What the page calls arms.

    Attributes:
        arms: number → what sets it apart; the group of its reference is left out.
        groups: reference → the levels that its whole group has, where there are several groups.
    """

    arms: dict[int, str]
    groups: dict[int, str]

    def quoted(self, arm: int) -> str:
        """An arm in a sentence."""
        return f"“{self.arms[arm]}”"

    def listed(self, arms: Collection[int]) -> str:
        """Arms in a sentence, e.g. ``“a”, “b” and “c”``."""
        return listed([self.quoted(arm) for arm in arms])


def names_of(comparison: Comparison) -> Names:
    """What the arms of a comparison are called, as in its tables, with spaces for people."""
    labels = label(comparison)
    many = f"{labels.heading}: " if labels.heading else ""
    return Names(
        {arm: name_of(f"{many}{words}") for arm, words in labels.arms.items()},
        {base: name_of(words) for base, words in labels.groups.items()},
    )


def name_of(words: str) -> str:
    """A title as the page shows it: on one line, not too long, with spaces for underscores."""
    return shortened(one_line(words).replace("_", " ").strip() or "no name", LONGEST_NAME)


def listed(words: Sequence[str]) -> str:
    """Words in a sentence, e.g. ``a, b and c``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def counted(number: int, what: str) -> str:
    """How many, in words up to ten, e.g. ``three arms``, ``1,000 runs``."""
    said = COUNTS[number] if number < len(COUNTS) else f"{number:,}"
    return f"{said} {what}{'s' * (number != 1)}"


def apart(row: Any, more: str = "more", fewer: str = "fewer") -> str:
    """A difference without its sign, e.g. ``5.2 fewer``."""
    return f"{in_words(abs(row.difference))} {more if row.difference > 0 else fewer}"


def between(row: Any, more: str = "more", fewer: str = "fewer") -> str:
    """An interval of a difference in words, e.g. ``from 3.1 fewer to 2.2 more``; nothing where there is none."""
    if isnan(row.low):
        return ""
    places = decimals(max(abs(row.difference), (row.high - row.low) / 2))
    ends = [(f"{abs(value):,.{places}f}", more if value > 0 else fewer) for value in (row.low, row.high)]
    (low, of_low), (high, of_high) = ends
    if of_low == of_high == fewer:
        return f"from {high} to {low} {fewer}"
    return f"from {low} to {high} {more}" if of_low == of_high else f"from {low} {of_low} to {high} {of_high}"
