"""Where a key belongs, for people who wrote it in a table that does not hold it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import takewhile
from typing import Any

from sim.scenario import guide
from sim.scenario.checks import DIALS
from sim.scenario.words import did_you_mean, dotted
from sim.state import parameters as registry

type Place = tuple[str, ...]

MOST_SHOWN = 3
ANY_NAME = "<name>"
TABLE, NUMBER, SWITCH = "object", "number", "boolean"


def hint(path: Sequence[object], value: Any, known: Iterable[str]) -> str:
    """A closing clause on an unknown key: where it belongs, or else which of the names `known` there is like it."""
    places = belongs(path, value)
    return f"; did you mean {' or '.join(places)}?" if places else did_you_mean(path[-1], known)


def belongs(path: Sequence[object], value: Any) -> list[str]:
    """The places that have the last key of `path` and take a `value` of that kind: the nearest, at most three.

    A table is written as its heading, ``[parameters.voice]``, anything else as ``run.years``.
    """
    ending, kind = f".{path[-1]}", _kind(value)
    above = tuple(str(part) for part in path[:-1] if not isinstance(part, int))
    near = [
        (_shared(place[:-1], above), place)
        for place, holds in _places()
        if holds == kind and f".{'.'.join(place)}".endswith(ending) and not _is_at(place, (*above, str(path[-1])))
    ]
    nearest = max((shared for shared, _ in near), default=0)
    return [_written(_filled(place, above), kind) for shared, place in near if shared == nearest][:MOST_SHOWN]


def _shared(tables: Place, above: Place) -> int:
    """How many tables two places have in common, counted from the top and from the bottom."""
    below = takewhile(lambda pair: pair[0] == pair[1], zip(reversed(tables), reversed(above), strict=False))
    return len(_common(tables, above)) + len(tuple(below))


def _common(place: Place, path: Place) -> Place:
    """The keys with which both begin, by the names that people gave them."""
    pairs = takewhile(lambda pair: pair[0] in (pair[1], ANY_NAME), zip(place, path, strict=False))
    return tuple(given for _, given in pairs)


def _is_at(place: Place, path: Place) -> bool:
    return len(place) == len(path) == len(_common(place, path))


def _filled(place: Place, above: Place) -> Place:
    """The place, with the names of the file in it for as long as both lie in the same tables."""
    common = _common(place, above)
    return (*common, *place[len(common) :])


def _written(place: Place, kind: str) -> str:
    return f"[{dotted(place)}]" if kind == TABLE else dotted(place)


def _kind(value: Any) -> str:
    match value:
        case bool():
            return SWITCH
        case int() | float():
            return NUMBER
        case str():
            return "string"
        case dict():
            return TABLE
        case list():
            return "array"
    return ""


@cache
def _places() -> tuple[tuple[Place, str], ...]:
    """Every place that a scenario has, with the kind of value that it takes, in the words of JSON Schema."""
    return tuple(dict.fromkeys([*_scenario_places(), *_parameter_places(), *_switch_places()]))


def _scenario_places() -> Iterator[tuple[Place, str]]:
    for name, node in guide.scenario_keys():
        kind = node.get("type", "")
        yield tuple(name.split(".")), NUMBER if kind == "integer" else kind


def _parameter_places() -> Iterator[tuple[Place, str]]:
    for module in registry.MODULES:
        above = () if module.name == DIALS else ("parameters",)
        yield (*above, module.name), TABLE
        for parameter in module.parameters:
            if parameter.label:
                yield (*above, module.name, parameter.field), TABLE
            yield (*above, *parameter.name.split(".")), NUMBER
    yield (DIALS, "devolution"), NUMBER  # one for every domain
    yield (DIALS, "hold"), SWITCH


def _switch_places() -> Iterator[tuple[Place, str]]:
    for name in registry.MECHANISMS:
        yield ("mechanisms", name), SWITCH
