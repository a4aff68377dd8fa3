"""Checks of a scenario's parameters and switches against the registry, with words for each fault.

Both come back *complete*: what a scenario leaves out stands at its default. So a scenario on its own says
every number that a run used, also when a later version of the model has other defaults.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn, Protocol

from pydantic_core import PydanticCustomError

from sim.scenario.words import did_you_mean, number, quoted
from sim.state import parameters as registry
from sim.state.parameters import Parameter

type Path = tuple[str, ...]
type Fault = tuple[Path, str | Stranger | Joint]
type Field = Parameter | dict[str, Parameter]
type Values = dict[str, dict[str, float | dict[str, float]]]

FAULTS_SHOWN = 10
DIALS = "dials"  # the module of the registry that has a table of its own in scenarios


@dataclass(frozen=True)
class Stranger:
    """What is wrong with a name that is not known where it stands.

    Attributes:
        sentence: the fault, to which a hint can be added.
        known: the names that are known there.
        given: the value under the name, which tells where it may belong.
    """

    sentence: str
    known: Iterable[str]
    given: Any

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Joint:
    """What is wrong with lines that do not go together, and that may stand in several files.

    Attributes:
        sentence: the fault.
        lines: where each of them may stand; of their files, the one that extends the others is at fault.
    """

    sentence: str
    lines: tuple[Path, ...]

    def __str__(self) -> str:
        return self.sentence


def refuse(faults: Iterator[Fault]) -> None:
    """Refuse a value for its `faults`, pairs of the path below it and a sentence; without any, do nothing.

    Raises:
        PydanticCustomError: of type ``faults``, with the first few of them.
    """
    # One more than are shown, so that the reader can be told that there are more.
    found = list(islice(faults, FAULTS_SHOWN + 1))
    if found:
        _raise(found)


def _raise(found: list[Fault]) -> NoReturn:
    text = "; ".join(" ".join([".".join(path), str(sentence)]).strip() for path, sentence in found)
    raise PydanticCustomError("faults", "{text}", {"text": text, "faults": found})


def is_number(value: Any) -> bool:
    """Whether `value` is a number as scenarios take them: no truth value, and not what computers call nan."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return not (isinstance(value, float) and math.isnan(value))


def parameter_tree() -> dict[str, dict[str, Field]]:
    """What [parameters] may hold, by module and field; a vector's field holds a parameter for each label."""
    tree: dict[str, dict[str, Field]] = {module.name: {} for module in registry.MODULES if module.name != DIALS}
    for parameter in registry.PARAMETERS.values():
        if parameter.module == DIALS:
            continue
        fields = tree.setdefault(parameter.module, {})
        if not parameter.label:
            fields[parameter.field] = parameter
            continue
        labels = fields.setdefault(parameter.field, {})
        assert isinstance(labels, dict), f"{parameter.name} is declared both as a number and as a vector"
        labels[parameter.name.rsplit(".", 1)[1]] = parameter
    return tree


def complete_parameters(given: Any) -> Values:
    """Every parameter of the registry but the dials, by module and field, with `given` values in place of defaults.

    Raises:
        PydanticCustomError: a name is unknown, a value is no finite number or lies outside its range.
    """
    tree = parameter_tree()
    refuse(_parameter_faults(tree, given))
    return {
        module: {field: _value(known, given.get(module, {}).get(field)) for field, known in fields.items()}
        for module, fields in tree.items()
    }


def _value(known: Field, given: Any) -> float | dict[str, float]:
    if isinstance(known, Parameter):
        return known.default if given is None else float(given)
    return {label: float((given or {}).get(label, parameter.default)) for label, parameter in known.items()}


def _parameter_faults(tree: Mapping[str, Mapping[str, Field]], given: Any) -> Iterator[Fault]:
    if not isinstance(given, dict):
        yield (), f"is {quoted(given)}; it should hold tables such as [parameters.errors]"
        return
    for module, fields in given.items():
        if module not in tree:
            yield (str(module),), Stranger("is not a part of the model", tree, fields)
        elif not isinstance(fields, dict):
            yield (module,), Stranger(f"is {quoted(fields)}; it should be a table of parameters", (), fields)
        else:
            for path, sentence in _field_faults(tree[module], fields):
                yield (module, *path), sentence


def _field_faults(known: Mapping[str, Field], given: Mapping[str, Any]) -> Iterator[Fault]:
    for field, value in given.items():
        if field not in known:
            yield (str(field),), Stranger("is not a parameter", known, value)
            continue
        expected = known[field]
        if isinstance(expected, Parameter):
            yield from (((field,), sentence) for sentence in value_faults(expected, value))
        elif not isinstance(value, dict):
            labels = ", ".join(expected)
            yield (field,), f"is {quoted(value)}; it should be a table with a number for any of: {labels}"
        else:
            for path, sentence in _label_faults(expected, value):
                yield (field, *path), sentence


def _label_faults(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> Iterator[Fault]:
    for label, value in given.items():
        if label not in known:
            yield (str(label),), f"is not known here{did_you_mean(label, known)}"
        else:
            yield from (((label,), sentence) for sentence in value_faults(known[label], value))


class Range(Protocol):
    """What a number may be: a parameter, or something else with bounds and a unit."""

    @property
    def low(self) -> float:
        """The least that it may be."""

    @property
    def high(self) -> float:
        """The most that it may be."""

    @property
    def unit(self) -> str:
        """What it is counted in."""

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""


def value_faults(parameter: Range, value: Any) -> Iterator[str]:
    """What is wrong with `value` for `parameter`, in words; nothing if it will do."""
    fits = (
        is_number(value)
        and parameter.low <= value <= parameter.high
        and (not parameter.is_whole or float(value).is_integer())
    )
    if not fits:
        low, high = number(parameter.low), number(parameter.high)
        kind = "whole number" if parameter.is_whole else "number"
        yield f"is {quoted(value)}; it should be a {kind} from {low} to {high} ({parameter.unit})"


def complete_mechanisms(given: Any) -> dict[str, bool]:
    """Every mechanism's switch, with the `given` ones in place of on.

    Raises:
        PydanticCustomError: a name is unknown or a value is neither true nor false.
    """
    refuse(_mechanism_faults(given))
    return {name: given.get(name, True) for name in registry.MECHANISMS}


def _mechanism_faults(given: Any) -> Iterator[Fault]:
    if not isinstance(given, dict):
        yield (), f"is {quoted(given)}; it should be a table such as [mechanisms] with voice = false"
        return
    for name, value in given.items():
        if name not in registry.MECHANISMS:
            yield (str(name),), Stranger("is not a mechanism", registry.MECHANISMS, value)
        elif not isinstance(value, bool):
            yield (name,), f"is {quoted(value)}; it should be true or false"
