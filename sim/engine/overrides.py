"""Overriding a behaviour: its callers are cloned, up to the phase, so that they call the new one.

A compiled caller goes on calling the function it was compiled with, in silence. So an override never
patches: it rebuilds every behaviour from which the replaced one can be reached.
"""

import difflib
import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import NamedTuple, cast

from sim.state.behaviours import BEHAVIOURS, compiled


class OverrideError(ValueError):
    """A behaviour to replace does not exist, or its replacement takes other arguments."""


def plain(behaviour: Callable) -> FunctionType:
    """The plain Python function of a behaviour."""
    return cast(FunctionType, getattr(behaviour, "py_func", behaviour))


def callees(name: str) -> set[str]:
    """Names of the behaviours that a behaviour calls directly."""
    function = plain(BEHAVIOURS[name])
    return {word for word in function.__code__.co_names if word in BEHAVIOURS and word in function.__globals__}


def affected_by(names: set[str]) -> set[str]:
    """Names of every behaviour from which one of `names` can be reached through a call."""
    found: set[str] = set()
    while True:
        more = {name for name in BEHAVIOURS if name not in found and callees(name) & (names | found)}
        if not more:
            return found
        found |= more


def check(name: str, replacement: Callable) -> None:
    """See that a replacement exists for a known behaviour and takes the same arguments.

    Raises:
        OverrideError: says what was given and what is allowed.
    """
    if name not in BEHAVIOURS:
        near = difflib.get_close_matches(name, BEHAVIOURS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise OverrideError(f"There is no behaviour called {name!r} to replace.{hint}")
    wanted = len(inspect.signature(plain(BEHAVIOURS[name])).parameters)
    given = len(inspect.signature(plain(replacement)).parameters)
    if given != wanted:
        arguments = ", ".join(inspect.signature(plain(BEHAVIOURS[name])).parameters)
        raise OverrideError(f"{name!r} takes {wanted} arguments ({arguments}); the replacement takes {given}.")


class Rebuilt(NamedTuple):
    """Behaviours after an override: what is called under each name, and what is usual where agents are asked."""

    called: dict[str, Callable]
    usual: dict[str, Callable]


def rebuild(
    replacements: Mapping[str, Callable], jit: bool, asks: Mapping[str, Callable[[Callable], Callable]] | None = None
) -> Rebuilt:
    """Every behaviour, with replacements in place and everything that reaches them cloned.

    Args:
        replacements: name of a behaviour → the function to call in its place.
        jit: compile the clones (all agents, compiled driver) or leave them in plain Python.
        asks: name of a behaviour → a function that is given the usual behaviour and returns what to call
            in its place, such as one that asks each agent's class first.

    Raises:
        OverrideError: an unknown name or other arguments.
    """
    asks = asks or {}
    for name, replacement in replacements.items():
        check(name, replacement)

    def wrap(function: FunctionType) -> Callable:
        return compiled(function, cache=False, may_allocate=True) if jit else function

    clones = {name: _clone(plain(BEHAVIOURS[name])) for name in affected_by({*replacements, *asks})}
    usual = dict(BEHAVIOURS)
    usual.update({name: wrap(clone) for name, clone in clones.items()})
    usual.update({name: wrap(plain(function)) for name, function in replacements.items()})
    called = {name: asks[name](behaviour) if name in asks else behaviour for name, behaviour in usual.items()}
    for clone in clones.values():
        clone.__globals__.update({name: called[name] for name in called if name in clone.__globals__})
    return Rebuilt(called, usual)


def _clone(function: FunctionType) -> FunctionType:
    clone = FunctionType(function.__code__, dict(function.__globals__), function.__name__, function.__defaults__)
    clone.__doc__ = function.__doc__
    clone.__module__ = function.__module__
    return clone


def source_of(replacements: Mapping[str, Callable]) -> str:
    """The source text of what was replaced: part of the identity of a run."""
    return "\n".join(f"{name}:\n{inspect.getsource(plain(replacements[name]))}" for name in sorted(replacements))
