"""What reports call arms: by their number, and by what sets them apart from the others beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.analysis.arms import Comparison
from sim.experiment.design_files import ARM
from sim.report.setting import dial_words
from sim.scenario.words import one_line
from sim.state.parameters import PARAMETERS

STYLE = "style"
FEW_FACTORS = 2  # with more, their names stand once above all arms


@dataclass(frozen=True)
class Labels:
    """What the arms of a comparison are called.

    Attributes:
        arms: number → what sets it apart, e.g. ``coaching, devolution 0.8``; the title of one without factors; of many
            factors the levels alone, e.g. ``coaching 0.8 0.2``.
        heading: the names of these many factors, in the same order; else nothing.
        groups: reference → the levels that its whole group has, where there are several groups; else nothing.
        shared: the levels that all arms have.
        reference: what every reference is called, whatever its group.
        within: the factors in which an arm and its reference have the same level.
    """

    arms: dict[int, str]
    heading: str
    groups: dict[int, str]
    shared: str
    reference: str
    within: tuple[str, ...]


def label(comparison: Comparison) -> Labels:
    """Call each arm by the factors in which arms differ; the group of its reference says the rest."""
    rows = {int(row["arm"]): row for row in comparison.arms.to_dict("records")}
    factors = comparison.factors
    differ = [name for name in factors if comparison.arms[name].nunique() > 1]
    own = [name for name in differ if name not in comparison.within]
    shared = [name for name in factors if name not in differ]
    names = factor_words(factors)
    many = own if len(own) > FEW_FACTORS else []
    called = {
        arm: " ".join(_level(row[name]) for name in many) or _called(row, own, names) for arm, row in rows.items()
    }
    bases = list(dict.fromkeys(comparison.references.values()))
    return Labels(
        called,
        ", ".join(names[name] for name in many),
        {base: _named(rows[base], comparison.within, names) for base in bases} if len(bases) > 1 else {},
        _named(rows[bases[0]], shared, names),
        _called(rows[bases[0]], own, names),
        tuple(names[name] for name in comparison.within),
    )


def levels_in_words(rows: pd.DataFrame) -> list[str]:
    """For each row of levels what an arm of them is called, e.g. ``coaching, devolution 0.8``; of a list its title.

    A level that is a word speaks for itself where there is one factor.
    """
    if list(rows.columns) == [ARM]:
        return [one_line(title) for title in rows[ARM]]
    names = factor_words(rows.columns)
    return [_levels(row, list(rows.columns), names) for row in rows.to_dict("records")]


def bare_levels(rows: pd.DataFrame) -> list[str]:
    """For each row its levels alone, e.g. ``0.8 0.2``, for where their factors are named above."""
    return [" ".join(_level(level) for level in row.values()) for row in rows.to_dict("records")]


def factor_words(names: Iterable[str]) -> dict[str, str]:
    """Factor → a few words for it: dials by name, others by as much of the end of their key as sets them apart."""
    known = list(names)
    return {name: _short(name, known) for name in known}


def factor_keys(names: Iterable[str]) -> dict[str, str]:
    """As `factor_words`, but parameters go by their key, which `microsystem explain` takes."""
    words = factor_words(names)
    return {name: name if name in PARAMETERS and not name.startswith("dials.") else words[name] for name in words}


def named_levels(levels: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Levels with their factors, e.g. ``coaching, devolution 0.8, hold off``: a style speaks for itself."""
    return ", ".join(f"{names[name]} {_level(level)}".removeprefix(f"{STYLE} ") for name, level in levels.items())


def _called(row: dict, factors: Sequence[str], names: dict[str, str]) -> str:
    return _levels(row, factors, names) or one_line(str(row["title"]))


def _levels(row: dict, factors: Sequence[str], names: dict[str, str]) -> str:
    if len(factors) == 1 and isinstance(row[factors[0]], str):
        return _level(row[factors[0]])
    return _named(row, factors, names)


def _named(row: dict, factors: Sequence[str], names: dict[str, str]) -> str:
    return named_levels({name: row[name] for name in factors}, names)


def _level(level: Any) -> str:
    if isinstance(level, bool):
        return "on" if level else "off"
    return one_line(level).replace("_", " ") if isinstance(level, str) else f"{level:,.4g}"


def _short(name: str, known: Sequence[str]) -> str:
    if name.startswith("dials."):
        return dial_words(name.removeprefix("dials."))
    parts = name.split(".")
    for count in range(1, len(parts)):
        end = ".".join(parts[-count:])
        if sum(f".{other}".endswith(f".{end}") for other in known) == 1:
            return one_line(end).replace("_", " ").replace(".", " ")
    return one_line(name).replace("_", " ").replace(".", " ")
