"""Overriding a behaviour: its callers are cloned, up to the phase, so that they call the new one.

A compiled caller goes on calling the function it was compiled with, in silence. So an override never
patches: it rebuilds every behaviour from which the replaced one can be reached.
"""

import difflib
import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import cast

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


def callers(names: set[str]) -> set[str]:
    """Names of every behaviour from which one of `names` can be reached, and not those themselves."""
    found = set(names)
    while True:
        more = {name for name in BEHAVIOURS if name not in found and callees(name) & found}
        if not more:
            return found - names
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


def rebuild(replacements: Mapping[str, Callable], jit: bool) -> dict[str, Callable]:
    """Every behaviour, with `replacements` in place and their callers cloned.

    Args:
        replacements: name of a behaviour → the function to call in its place.
        jit: compile the clones (all agents, compiled driver) or leave them in plain Python.

    Raises:
        OverrideError: an unknown name or other arguments.
    """
    for name, replacement in replacements.items():
        check(name, replacement)
    names = callers(set(replacements))
    wrap = (lambda function: compiled(function, cache=False)) if jit else (lambda function: function)
    rebuilt: dict[str, Callable] = {name: wrap(plain(function)) for name, function in replacements.items()}
    clones = {name: _clone(plain(BEHAVIOURS[name])) for name in names}
    rebuilt.update({name: wrap(clone) for name, clone in clones.items()})
    for clone in clones.values():
        clone.__globals__.update({name: rebuilt[name] for name in rebuilt if name in clone.__globals__})
    return {**BEHAVIOURS, **rebuilt}


def _clone(function: FunctionType) -> FunctionType:
    clone = FunctionType(function.__code__, dict(function.__globals__), function.__name__, function.__defaults__)
    clone.__doc__ = function.__doc__
    clone.__module__ = function.__module__
    return clone


def source_of(replacements: Mapping[str, Callable]) -> str:
    """The source text of what was replaced: part of the identity of a run."""
    return "\n".join(f"{name}:\n{inspect.getsource(plain(replacements[name]))}" for name in sorted(replacements))
