"""Every place of a scenario or a style that holds a value, and what the schema and the registry allow there."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sim.scenario import guide
from sim.scenario.interventions import numbers_of, range_of
from sim.scenario.schema import HAZARD_KINDS
from sim.state.parameters import MECHANISMS, PARAMETERS
from tests.fuzzing.cases import Content

type Path = tuple[Any, ...]


@lru_cache(4_096)
def node_at(path: Path) -> guide.Node:
    """What the schema says of a place; nothing if it knows no such place."""
    return guide.node_at(path) or {}


@lru_cache(4_096)
def keys_at(path: Path) -> list[str]:
    """The keys that may stand in a table, where people do not choose them."""
    if path[:1] == ("parameters",):
        depth = len(path) - 1
        names = [name.split(".") for name in PARAMETERS]
        return list(dict.fromkeys(name[depth] for name in names if tuple(name[:depth]) == path[1:]))
    if path == ("mechanisms",):
        return list(MECHANISMS)
    if path[-1:] == ("hazards",):
        return list(HAZARD_KINDS)
    return list(node_at(path).get("properties", ()))


class Place(NamedTuple):
    """A value, the table or list that holds it, and where it stands."""

    path: Path
    held_by: Any
    root: Path  # where the file itself stands in a scenario
    known_as: Path  # as the schema knows the place

    @property
    def key(self) -> Any:
        return self.path[-1]

    @property
    def value(self) -> Any:
        return self.held_by[self.key]

    @property
    def dotted(self) -> str:
        """As messages write it."""
        return ".".join(map(str, self.path))

    @property
    def node(self) -> guide.Node:
        """What the schema says of it."""
        return node_at(self.known_as)

    @property
    def siblings(self) -> list[str]:
        """The keys that may stand there, its own among them."""
        return keys_at(self.known_as[:-1])

    @property
    def is_required(self) -> bool:
        return self.key in node_at(self.known_as[:-1]).get("required", ())

    @property
    def limits(self) -> tuple[float, float] | None:
        """The least and the most of a number."""
        name = ".".join(map(str, self.known_as[1:]))
        if self.known_as[0] == "parameters":
            return (PARAMETERS[name].low, PARAMETERS[name].high) if name in PARAMETERS else None
        if self.known_as[0] == "interventions" and self.key == "to":
            known = range_of(numbers_of(self.held_by["change"])[0])
            return known.low, known.high
        if self.known_as == ("dials", "devolution"):
            return (0.0, 1.0) if not isinstance(self.value, dict) else None
        node = self.node
        return (node["minimum"], node["maximum"]) if "minimum" in node else None


def places(content: Content, root: Path = ()) -> list[Place]:
    """Every place of a file that stands at `root` in a scenario."""
    return list(_below(content, (), root, root))


def _below(held_by: Any, path: Path, root: Path, known_as: Path) -> Iterator[Place]:
    if known_as == ("interventions", path[-1] if path else None):
        known_as = (*known_as, held_by["kind"])
    for key in held_by if isinstance(held_by, dict) else range(len(held_by)):
        place = Place((*path, key), held_by, root, (*known_as, key))
        yield place
        if isinstance(place.value, dict | list):
            yield from _below(place.value, place.path, root, place.known_as)
