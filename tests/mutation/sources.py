"""Behaviours as source, and changes of it."""

import ast
import hashlib
import inspect
from functools import cache
from types import CodeType
from typing import Any, NamedTuple

from sim.engine.overrides import plain
from sim.state.behaviours import BEHAVIOURS, COMPILED_PARTS, PACKAGE
from tests.engine.hospitals import GOLDEN


class Change(NamedTuple):
    """A behaviour with another body.

    Attributes:
        behaviour: its name.
        first, last: the lines, in the behaviour's file, of the statement that is changed.
        body: the source of the function as changed, without its decorator.
    """

    behaviour: str
    first: int
    last: int
    body: str


@cache
def source(behaviour: str) -> tuple[str, int]:
    """The source of a behaviour without its decorator, and the line of its file on which that begins."""
    lines, first = inspect.getsourcelines(plain(BEHAVIOURS[behaviour]))
    above = next(number for number, line in enumerate(lines) if line.startswith("def "))
    return "".join(lines[above:]), first + above


def statement(behaviour: str, line: int) -> tuple[int, int]:
    """First and last line of the innermost statement around a line of the file; of a compound one, up to its body."""
    text, first = source(behaviour)
    around = []
    for node in ast.walk(ast.increment_lineno(ast.parse(text), first - 1)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno
            around.append((node.lineno, last))
    return min((ends for ends in around if ends[0] <= line <= ends[1]), key=lambda ends: ends[1] - ends[0])


def recompiled(change: Change) -> CodeType:
    """The code of the changed function.

    Raises:
        SyntaxError: the changed source is no Python.
    """
    function = plain(BEHAVIOURS[change.behaviour])
    tree = ast.increment_lineno(ast.parse(change.body), source(change.behaviour)[1] - 1)
    defined: dict[str, Any] = {}
    exec(compile(tree, function.__code__.co_filename, "exec"), dict(function.__globals__), defined)
    return defined[function.__name__].__code__


def replaced(behaviour: str, was: str, becomes: str) -> Change:
    """A change by hand, of the one place where a behaviour says `was`.

    Raises:
        ValueError: it does not say so, or more than once.
    """
    text, first = source(behaviour)
    if text.count(was) != 1:
        raise ValueError(f"{behaviour} says {was!r} {text.count(was)} times")
    line = first + text[: text.index(was)].count("\n")
    return Change(behaviour, *statement(behaviour, line), text.replace(was, becomes))


def version() -> str:
    """A hash of the model's sources and of the golden digests."""
    found = hashlib.sha256(GOLDEN.read_bytes())
    for part in COMPILED_PARTS:
        for path in sorted((PACKAGE / part).rglob("*.py")):
            found.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]
