"""What the schema says about one key: which keys stand beside it, what it means, what is allowed there."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sim.scenario.basics import NAME_RULE
from sim.scenario.checks import DIALS
from sim.scenario.schema import Scenario
from sim.scenario.words import number, one_of, quoted

type Node = dict[str, Any]

EXTENDS: Node = {
    "type": "string",
    "description": "another scenario file, which this one changes: a file in the same folder or below, "
    "as a path from there; a file in a folder of `scenarios` may extend any file in `scenarios`",
}


@cache
def _schema() -> Node:
    return Scenario.model_json_schema()


def _opened(node: Node) -> Node:
    """`node` with references followed; its own description goes before that of what it refers to."""
    while "$ref" in node:
        target = _schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    choices = [choice for choice in node.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) == 1:
        return {**_opened(choices[0]), **{key: value for key, value in node.items() if key != "anyOf"}}
    return node


def node_at(path: Sequence[object]) -> Node | None:
    """The schema of the value at `path`; None where the schema knows no such place."""
    node = _opened(_schema())
    for part in path:
        if "discriminator" in node:
            node = _of_kind(node, part)
            continue
        below = node.get("properties", {}).get(part)
        if below is None and "properties" not in node:
            below = _any_key(node) or node.get("items")
        if below is None:
            return None
        node = _opened(below)
    return node


def _of_kind(node: Node, kind: object) -> Node:
    """Of tables whose key ``kind`` says what else they hold, the one of that kind."""
    return _opened({"$ref": node["discriminator"]["mapping"][kind]})


def as_written(path: Sequence[object]) -> tuple[Any, ...]:
    """A path as it is in a file: pydantic puts the kind of a table into it, where the schema knows several kinds."""
    return tuple(part for depth, part in enumerate(path) if "discriminator" not in (node_at(path[:depth]) or {}))


def _any_key(node: Node) -> Node | None:
    """The schema of whatever a table of names holds. Names with a pattern stand under ``patternProperties``."""
    named: list[Node] = list(node.get("patternProperties", {}).values())
    if named:
        return named[0]
    below = node.get("additionalProperties")
    return below if isinstance(below, dict) else None


def is_table(path: Sequence[object], key: str) -> bool:
    """Whether a table at `path` has this very key, and holds a table of known keys under it."""
    below = (node_at(path) or {}).get("properties", {}).get(key)
    return below is not None and "properties" in _opened(below)


def keys_at(path: Sequence[object]) -> list[str]:
    """The keys that a table at `path` may have; none where people choose the names."""
    node = node_at(path)
    keys = list(node.get("properties", ())) if node else []
    return keys if path else ["extends", *keys]


def allowed_at(path: Sequence[object]) -> str:
    """What may stand at `path`, as the end of a sentence: ``a whole number from 1 to 200``."""
    node = node_at(path)
    return _allowed(node) if node else "something else"


def _allowed(node: Node) -> str:
    if "enum" in node:
        return one_of(node["enum"])
    if "discriminator" in node:
        return f"a table whose kind is {one_of(list(node['discriminator']['mapping']))}"
    match node.get("type"):
        case "integer":
            return f"a whole number{_range(node)}"
        case "number":
            return f"a number{_range(node)}{_steps(node)}"
        case "boolean":
            return "true or false"
        case "string":
            return _allowed_text(node)
        case "array":
            return f"a list of {number(node['minItems'])} to {number(node['maxItems'])}{_among(node)}"
        case "object" if "properties" in node:
            return f"a table with the keys {', '.join(node['properties'])}"
        case "object" if "maxProperties" in node:
            return f"a table with 1 to {number(node['maxProperties'])} entries"
    return "a table with at least one entry"


def _range(node: Node) -> str:
    if "minimum" not in node:
        return ""  # what is allowed depends on another key
    return f" from {number(node['minimum'])} to {number(node['maximum'])}"


def _among(node: Node) -> str:
    """What the entries of a list may be, where they are words to choose from."""
    words = _opened(node["items"]).get("enum", ()) if "items" in node else ()
    return " of " + ", ".join(quoted(word) for word in words) if words else ""


def _steps(node: Node) -> str:
    return f" in steps of {number(node['multipleOf'])}" if "multipleOf" in node else ""


def _allowed_text(node: Node) -> str:
    if "examples" in node:
        return f'a time on a quarter of an hour, in quotes, such as "{node["examples"][0]}"'
    if "maxLength" in node:
        least = node.get("minLength", 0)
        lines = " on one line" if "pattern" in node else ""
        return f"text in quotes of {least} to {number(node['maxLength'])} characters{lines}"
    return f"a name in quotes ({NAME_RULE})"


def scenario_keys() -> Iterator[tuple[str, Node]]:
    """Every key that a scenario may hold, such as ``wards.<name>.beds``, with its schema, in the order of the file."""
    yield "extends", EXTENDS
    yield from _keys_below("", _opened(_schema()))


def _keys_below(prefix: str, node: Node) -> Iterator[tuple[str, Node]]:
    for key, below in node.get("properties", {}).items():
        name = f"{prefix}{key}"
        opened = _opened(below)
        yield name, opened
        # The registry explains these, each under its own name.
        if name not in ("parameters", "mechanisms", DIALS):
            yield from _keys_below_names(name, opened)


def _keys_below_names(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    below = _any_key(node)
    if below:
        yield from _keys_below_names(f"{name}.<name>", _opened(below))
    elif "items" in node:
        yield from _keys_of_elements(name, _opened(node["items"]))
    else:
        yield from _keys_below(f"{name}.", node)


def _keys_of_elements(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    for kind in node.get("discriminator", {}).get("mapping", ()):
        yield from _keys_below(f"{name}.", _of_kind(node, kind))
    yield from _keys_below(f"{name}.", node)
