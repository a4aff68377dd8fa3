"""Reference pages, made from the program itself whenever the documentation is built."""

import inspect
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import typer

import sim
from docs.evidence import table
from sim.analysis.outcomes import OUTCOMES, Outcome
from sim.cli import app
from sim.scenario.guide import scenario_keys

PROGRAM = "microsystem"
GROUPS = {
    "Functions": inspect.isfunction,
    "Exceptions": lambda found: inspect.isclass(found) and issubclass(found, Exception),
    "Results, scenarios and designs": lambda found: inspect.isclass(found) and not _is_agent(found),
    "The hospital and its people": inspect.isclass,
}


def pages() -> dict[str, str]:
    """Each reference by the name of its file, in Markdown."""
    return {"commands": commands(), "python": python(), "outcomes": outcomes(), "scenario_keys": keys()}


def every_command() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command with the words that lead to it, in the order in which ``--help`` lists them."""
    yield from _below((PROGRAM,), typer.main.get_command(app))


def _below(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, each in getattr(command, "commands", {}).items():
        if hasattr(each, "commands"):
            yield from _below((*words, name), each)
        else:
            yield (*words, name), each


def commands() -> str:
    """What each command does, and all that it takes."""
    return "\n".join(_command(" ".join(words), command) for words, command in every_command())


def _command(name: str, command: Any) -> str:
    context = typer.Context(command, info_name=name)
    records = [record for each in command.params if (record := each.get_help_record(context))]
    rows = [[f"`{what}`", _in_a_cell(words)] for what, words in records]
    _, _, usage = command.get_usage(context).partition(": ")
    told = inspect.cleandoc(command.help or "")
    return f"## {name}\n\n{told}\n\n```text\n{usage}\n```\n\n{table(['', ''], rows)}"


def python() -> str:
    """Directives for all that `sim` exports, by what it is; Sphinx reads their docstrings."""
    left = {name: getattr(sim, name) for name in sim.__all__}
    parts = []
    for title, belongs in GROUPS.items():
        here = {name: found for name, found in left.items() if belongs(found)}
        left = {name: found for name, found in left.items() if name not in here}
        parts.append(f"## {title}\n\n```{{eval-rst}}\n{'\n'.join(map(_directive, here, here.values()))}\n```\n")
    if left:
        raise ValueError(f"docs/reference.py has no place for {', '.join(left)}")
    return "\n".join(parts)


def _directive(name: str, found: Any) -> str:
    if inspect.isfunction(found):
        return f".. autofunction:: sim.{name}\n"
    if issubclass(found, Exception):
        return f".. autoexception:: sim.{name}\n"
    return f".. autoclass:: sim.{name}\n   :members:\n   :exclude-members: model_config\n"


def _is_agent(found: type) -> bool:
    return any(base.__module__.startswith("mesa") for base in found.__mro__)


def outcomes() -> str:
    """Every outcome, under the heading that it has in tables."""
    return "\n".join(_outcomes(group, of_group) for group, of_group in groupby(OUTCOMES, lambda each: each.group))


def _outcomes(group: str, of_group: Iterable[Outcome]) -> str:
    rows = [
        [f"`{each.name}`", f"{each.whole_title}, {each.unit}", each.ledger, _in_a_cell(each.meaning)]
        for each in of_group
    ]
    return f"## {group}\n\n{table(['name', 'what', 'ledger', 'meaning'], rows)}"


def keys() -> str:
    """Every key of a scenario: those at the top of the file, and then what stands below each."""
    rows = list(dict.fromkeys((key, _meaning(node), _default(node)) for key, node in scenario_keys()))
    below = groupby((row for row in rows if "." in row[0]), lambda row: row[0].partition(".")[0])
    top = [row for row in rows if "." not in row[0]]
    return "\n".join(_keys(title, of_part) for title, of_part in [("At the top", top), *below])


def _keys(title: str, rows: Iterable[tuple[str, str, str]]) -> str:
    return f"## {title}\n\n{table(['key', 'meaning', 'default'], [[f'`{key}`', *rest] for key, *rest in rows])}"


def _meaning(node: dict[str, Any]) -> str:
    choices = ", ".join(f"`{choice}`" for choice in node.get("enum", ()))
    return _in_a_cell(node.get("description", "")) + (f": {choices}" if choices else "")


def _default(node: dict[str, Any]) -> str:
    value = node.get("default")
    return f"`{value}`" if isinstance(value, str | int | float) else ""


def _in_a_cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "\\<")
