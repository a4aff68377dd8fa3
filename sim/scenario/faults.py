"""Faults of scenarios in plain words: where, what was given, what is allowed, and what was perhaps meant."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.basics import NAME_RULE
from sim.scenario.checks import FAULTS_SHOWN, Joint, Stranger
from sim.scenario.guide import allowed_at, as_written, keys_at
from sim.scenario.places import hint
from sim.scenario.words import dotted, nearest, number, one_of, perhaps, quoted

type Path = tuple[int | str, ...]

STRANGERS_READ = 100  # of one table: a file with more holds something else, and reading them all would take minutes


class Layer(NamedTuple):
    """What one file says.

    Attributes:
        shown: what messages call the file.
        content: its tables.
        below: the table of the scenario that the file as a whole is; the scenario itself if empty.
    """

    shown: str
    content: dict[str, Any]
    below: tuple[str, ...] = ()


class ScenarioError(Exception):
    """A scenario that cannot be used.

    Attributes:
        faults: what is wrong, one plain sentence each, at most ten, and then a line if there are more.
    """

    def __init__(self, faults: Iterable[str]):
        found = list(islice(faults, FAULTS_SHOWN + 1))
        more = ["There are more faults; these are the first ten."] if len(found) > FAULTS_SHOWN else []
        self.faults = (*found[:FAULTS_SHOWN], *more)
        super().__init__("\n".join(self.faults))


def explained(
    refusal: ValidationError, source_of: Callable[[Sequence[Path]], Layer], above: tuple[str, ...] = ()
) -> ScenarioError:
    """The refusal of a scenario in plain words.

    Args:
        refusal: of the scenario, or of the table in it that stands at `above`.
        source_of: says which file holds the value at a path, or one of the values at several.
        above: where in a scenario that table stands.
    """
    return ScenarioError(
        _told(source_of(fault.lines if isinstance(fault, Joint) else [path]), path, str(fault))
        for error in mistakes(refusal)
        for path, fault in _sentences(error, above)
    )


def mistakes(refusal: ValidationError) -> list[ErrorDetails]:
    """The errors of a refusal, less those that follow from another: a key that is missing since it is misspelt."""
    errors = refusal.errors(include_url=False)
    strangers: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        if error["type"] == "extra_forbidden":
            strangers.setdefault(error["loc"][:-1], []).append(error)
    return [error for error in errors if not _follows(error, strangers)]


def _follows(error: ErrorDetails, strangers: Mapping[Path, Sequence[ErrorDetails]]) -> bool:
    """Whether a key is missing that is misspelt, in the same table or in one above it."""
    if error["type"] != "missing":
        return False
    path = error["loc"]
    above = (strangers.get(path[:depth], ()) for depth in range(len(path)))
    return any(_is_misspelt(path, stranger) for there in above for stranger in there[:STRANGERS_READ])


def _is_misspelt(missing: Path, stranger: ErrorDetails) -> bool:
    """Whether what is missing stands under a key that nobody knows and that is spelt much the same."""
    depth = len(stranger["loc"])
    return bool(nearest(stranger["loc"][-1], [str(missing[depth - 1])])) and _holds(stranger["input"], missing[depth:])


def _holds(table: object, path: Path) -> bool:
    for part in path:
        if not isinstance(table, dict) or part not in table:
            return False
        table = table[part]
    return True


def _told(layer: Layer, path: Path, sentence: str) -> str:
    """A fault with its file and key, by the names that they have in that file."""
    if not layer.below:
        return f"{layer.shown}: {dotted(path) or 'the scenario'} {sentence}"
    table = dotted(layer.below)
    key = dotted(path[len(layer.below) :]) or "the style"
    return f"{layer.shown}: {key} {sentence.replace(f'{table}.', '')}"


def _sentences(error: ErrorDetails, above: tuple[str, ...]) -> Iterator[tuple[Path, str | Joint]]:
    place = (*above, *error["loc"])
    path: Path = as_written(place)
    match error["type"]:
        case "faults":
            for below, fault in error["ctx"]["faults"]:
                yield (*path, *below), _with_hint((*path, *below), fault)
        case "missing":
            yield path, f"is missing; it should be {allowed_at(place)}"
        case "union_tag_not_found":
            yield untagged(error, path, "kind", f"has no kind; it should be {allowed_at(place)}")
        case "union_tag_invalid":
            kinds = [kind.strip(" '") for kind in error["ctx"]["expected_tags"].split(",")]
            given = error["input"]["kind"]
            yield (*path, "kind"), f"is {quoted(given)}; it should be {one_of(kinds)}{perhaps(given, kinds)}"
        case "extra_forbidden":
            yield path, f"is not known here{hint(path, error['input'], keys_at(place[:-1]))}"
        case _ if path and path[-1] == "[key]":
            yield path[:-1], f"is not a good name; use {NAME_RULE}"
        case "too_short" if error["ctx"]["actual_length"] < len(error["input"]):
            return  # entries that have faults of their own were not counted
        case "too_short" | "too_long":
            yield path, f"has {number(len(error['input']))} entries; it should be {allowed_at(place)}"
        case "string_too_short" | "string_too_long":
            yield path, f"has {len(error['input'])} characters; it should be {allowed_at(place)}"
        case "literal_error":
            near = perhaps(error["input"], choices_of(error))
            yield path, f"is {quoted(error['input'])}; it should be {allowed_at(place)}{near}"
        case kind:
            belongs = hint(path, error["input"], ()) if path and kind.endswith("_type") else ""
            yield path, f"is {quoted(error['input'])}; it should be {allowed_at(place)}{belongs}"


def untagged(error: ErrorDetails, path: Path, key: str, sentence: str) -> tuple[Path, str]:
    """What to say of a table without the `key` that tells its kind: where it is misspelt that, or else the `sentence`.

    Args:
        error: that of pydantic.
        path: of the table.
        key: such as ``kind``.
        sentence: for where no other key is like it.
    """
    misspelt = nearest(key, error["input"]) if isinstance(error["input"], dict) else []
    return ((*path, misspelt[0]), f'is not known here; did you mean "{key}"?') if misspelt else (path, sentence)


def choices_of(error: ErrorDetails) -> list[str]:
    """The words that may stand where another one was given; none where anything else was wrong."""
    return re.findall(r"'([^']*)'", error["ctx"]["expected"]) if error["type"] == "literal_error" else []


def _with_hint(path: Path, fault: str | Stranger | Joint) -> str | Joint:
    return f"{fault.sentence}{hint(path, fault.given, fault.known)}" if isinstance(fault, Stranger) else fault
