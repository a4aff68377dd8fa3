"""Mutants of behaviours: cosmic-ray makes them, and a keyed choice takes as many from each behaviour."""

import difflib
import hashlib
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from sim.engine.overrides import plain
from sim.state.behaviours import BEHAVIOURS, PACKAGE
from tests.mutation.sources import Change, source, statement


class Mutant(NamedTuple):
    """A change of a behaviour in one place.

    Attributes:
        behaviour: its name.
        operator: of cosmic-ray.
        occurrence: of the operator in the behaviour, from 0.
        line, column: where, in the behaviour's file.
        change: for the judge.
    """

    behaviour: str
    operator: str
    occurrence: int
    line: int
    column: int
    change: Change

    @property
    def key(self) -> str:
        """The same as long as the behaviour's source is."""
        text = source(self.behaviour)[0]
        return hashlib.sha256("\n".join((self.behaviour, text, self.change.body)).encode()).hexdigest()[:12]

    @property
    def file(self) -> str:
        """Of the behaviour, from the root of the project."""
        path = plain(BEHAVIOURS[self.behaviour]).__code__.co_filename
        return path.removeprefix(f"{PACKAGE.parent}/")

    @property
    def lines(self) -> tuple[str, str]:
        """What stood there and what stands there now, without the lines that are alike."""
        before, after = source(self.behaviour)[0].splitlines(), self.change.body.splitlines()
        told = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
        parts = [[line[2:].strip() for line in told if line[0] == sign] for sign in "-+"]
        return " ".join(parts[0]), " ".join(parts[1])


@cache
def operators() -> dict[str, Operator]:
    """All of cosmic-ray's that need no arguments, by name."""
    made = {name: get_operator(name) for name in operator_names()}
    return {name: made[name]() for name in sorted(made) if not made[name].arguments()}


def places(behaviour: str) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """Operators with their occurrence, by the place (line and column within the behaviour) that they change."""
    nodes = list(ast_nodes(get_ast(source(behaviour)[0])))
    found: dict[tuple[int, int], list[tuple[str, int]]] = {}
    for name, operator in operators().items():
        positions = (begins for node in nodes for begins, _ in operator.mutation_positions(node))
        for occurrence, begins in enumerate(positions):
            found.setdefault(begins, []).append((name, occurrence))
    return found


def mutants(behaviour: str, seed: int) -> list[Mutant]:
    """One mutant of each place of a behaviour, in an order that is keyed by the seed and the behaviour."""
    text, first = source(behaviour)
    made = []
    for place, choices in sorted(places(behaviour).items(), key=lambda item: keyed(seed, behaviour, *item[0])):
        name, occurrence = min(choices, key=lambda choice: keyed(seed, behaviour, *place, *choice))
        body = mutate_code(text, operators()[name], occurrence)
        line = first + place[0] - 1
        change = Change(behaviour, *statement(behaviour, line), body)
        made.append(Mutant(behaviour, name, occurrence, line, place[1], change))
    return made


def sample(number: int, seed: int) -> list[Mutant]:
    """So many mutants: one of each behaviour in a keyed order, then a second one of each, and so on."""
    names = sorted(BEHAVIOURS, key=lambda name: keyed(seed, name))
    rounds = zip_longest(*(mutants(name, seed) for name in names))
    return [mutant for each in rounds for mutant in each if mutant][:number]


def keyed(*parts: object) -> bytes:
    """A place in an order that has nothing to do with what the parts say."""
    return hashlib.sha256(repr(parts).encode()).digest()
