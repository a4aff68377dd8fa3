"""The parameter registry: each parameter with unit, range, meaning, source and grade of evidence.

Parameter rows, the JSON Schema of scenarios, `microsystem explain` and the documentation table are all
made from the one list, so none of them can differ from what the model uses.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.state.rows import record_layout

# Units of what comes in whole numbers only.
WHOLE_UNITS = (
    "options",
    "elements",
    "readings",
    "attributes of four",
    "orders",
    "interruptions",
    "quarter-hours",
    "0 or 1",
)

# Labels that no article goes with, as meanings speak of them.
IN_PROSE = {"orders": "set of orders"}

Grade = Literal["literature", "calibrated", "assumed"]


@dataclass(frozen=True)
class Parameter:
    """One number that the model uses.

    Attributes:
        module: the part of the model that reads it, e.g. ``errors``.
        field: its column in the module's parameter row, e.g. ``slip``.
        label: where the column is a vector, which element, e.g. ``dose slip``; empty otherwise.
        default, low, high: in `unit`; any value outside low..high is refused.
        source: a paper, a passage of Bohmer 2012, or the reasoning behind an assumption.
        grade: ``literature``, ``calibrated`` (to published levels) or ``assumed``.
    """

    module: str
    field: str
    label: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str
    grade: Grade

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense: things that are counted, and choices of 0 or 1."""
        return self.unit in WHOLE_UNITS

    @property
    def name(self) -> str:
        """The full name in scenarios, e.g. ``errors.slip.dose_slip``."""
        return ".".join([self.module, self.field] + ([self.label.replace(" ", "_")] if self.label else []))


@dataclass(frozen=True)
class Mechanism:
    """A mechanism with its switch: row of the register (M1 to M26), meaning, and what it shows in."""

    name: str
    register: str
    meaning: str
    shows_in: str


class Module:
    """Collects the parameters of one part of the model, in the order of its parameter row."""

    def __init__(self, name: str, meaning: str):
        self.name = name
        self.meaning = meaning
        self.parameters: list[Parameter] = []

    def number(
        self, field: str, default: float, low: float, high: float, unit: str, meaning: str, source: str, grade: Grade
    ) -> None:
        """Declare one number."""
        self._add(Parameter(self.name, field, "", default, low, high, unit, meaning, source, grade))

    def vector(
        self,
        field: str,
        labels: Iterable[str],
        defaults: Iterable[float],
        low: float,
        high: float,
        unit: str,
        meaning: str,
        source: str,
        grade: Grade,
        calibrated: Mapping[str, str] | None = None,
    ) -> None:
        """Declare a short vector of numbers, one for each label; `meaning` may hold ``{label}``, also after ``a``.

        Args:
            calibrated: labels of those that are calibrated, each with a source of its own.
        """
        for label, default in zip(labels, defaults, strict=True):
            told = _told(meaning, label)
            own = (calibrated or {}).get(label)
            known: tuple[str, Grade] = (own, "calibrated") if own else (source, grade)
            self._add(Parameter(self.name, field, label, default, low, high, unit, told, *known))

    def _add(self, parameter: Parameter) -> None:
        if any(known.name == parameter.name for known in self.parameters):
            raise ValueError(f"two parameters are called {parameter.name!r}")
        if not parameter.low <= parameter.default <= parameter.high:
            raise ValueError(f"{parameter.name}: default {parameter.default} lies outside its own range")
        self.parameters.append(parameter)

    @property
    def dtype(self) -> np.dtype:
        """The layout of the module's parameter row."""
        sizes: dict[str, int] = {}
        for parameter in self.parameters:
            sizes[parameter.field] = sizes.get(parameter.field, 0) + 1
        vectors = {parameter.field for parameter in self.parameters if parameter.label}
        return np.dtype(
            [(field, "f8", (size,)) if field in vectors else (field, "f8") for field, size in sizes.items()],
            align=True,
        )


def _told(meaning: str, label: str) -> str:
    """The `meaning` of one element in English: ``{label}`` in plain words, with ``an`` before a vowel."""
    words = IN_PROSE.get(label, label).replace("_", " ")
    article = "an" if words.startswith(("a", "e", "i", "o", "u")) else "a"
    return re.sub(r"\ba(?= \{label\})", article, meaning).format(label=words)


def settings_row(
    modules: Iterable[Module],
    mechanisms: Iterable[Mechanism],
    values: Mapping[str, float],
    switches: Mapping[str, bool],
) -> np.record:
    """One row with every parameter and switch: `settings.errors.slip[k]`, `settings.on.fatigue`.

    Args:
        values: full parameter name → value, for those that differ from their default.
        switches: mechanism name → on or off, for those that differ from on.
    """
    modules = tuple(modules)
    mechanisms = tuple(mechanisms)
    switch_layout = np.dtype([(mechanism.name, "i8") for mechanism in mechanisms], align=True)
    layout = np.dtype([(module.name, module.dtype) for module in modules] + [("on", switch_layout)], align=True)
    table = np.zeros(1, record_layout(layout))
    for module in modules:
        column = table[module.name]
        position: dict[str, int] = {}
        for parameter in module.parameters:
            value = values.get(parameter.name, parameter.default)
            if parameter.label:
                index = position.get(parameter.field, 0)
                column[parameter.field][0, index] = value
                position[parameter.field] = index + 1
            else:
                column[parameter.field][0] = value
    for mechanism in mechanisms:
        table["on"][mechanism.name][0] = int(switches.get(mechanism.name, True))
    return table[0]
