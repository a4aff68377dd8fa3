"""Reading scenarios from TOML files, changing them, and writing them out whole.

A file may begin with ``extends = "other.toml"``. It then says only what differs: tables are merged key by
key, anything else is replaced. Files come from strangers, so size and depth are limited, and a file may
extend only one in its own folder or below. A file one folder below ``scenarios`` may extend any file in
there: so ``scenarios/mine/ward.toml`` begins with ``extends = "../baseline.toml"``.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.scenario import faults
from sim.scenario.faults import ScenarioError
from sim.scenario.schema import Scenario
from sim.scenario.words import did_you_mean, dotted, nearest, one_line, quoted, shortened
from sim.state import parameters as registry

LARGEST_FILE = 1_000_000
DEEPEST_TABLE = 12
LONGEST_CHAIN = 10
LONGEST_NAME = 200
HOME = "scenarios"
_UNUSABLE = "this is not a usable file name"

type Layer = tuple[str, dict[str, Any]]


def load(path: str | os.PathLike[str]) -> Scenario:
    """The scenario in the TOML file at `path`, with the files that it extends.

    Raises:
        ScenarioError: the file cannot be read, is not TOML, extends what it may not, or does not
            describe a scenario. The message lists each fault with its file and key.
    """
    return _validated(_chain(Path(path)))


def from_text(text: str, name: str = "scenario") -> Scenario:
    """The scenario in TOML `text`, which may not extend another; `name` stands for the file in messages.

    Raises:
        ScenarioError: as for `load`.
    """
    return from_mapping(_parsed(text, name), name)


def from_mapping(content: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """The scenario that nested dictionaries describe, in the layout of a file that extends no other.

    Raises:
        ScenarioError: as for `load`.
    """
    if "extends" in content:
        raise ScenarioError([f"{name}: extends works in files only, where there is a folder to look in"])
    return _validated([(name, dict(content))])


def with_changes(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A new scenario with some values changed, e.g. ``{"errors.slip.dose_slip": 0.1, "wards.stroke.beds": 20}``.

    Args:
        changes: key → value. A key is a path in the scenario; parameters go by their full name, with or
            without ``parameters.`` before it. Elements of a list go by number, from 0.

    Raises:
        ScenarioError: a key is unknown, or the scenario with the changes does not hold together.
    """
    content = scenario.model_dump(mode="json", exclude_none=True)
    for key, value in changes.items():
        _set(content, _full_path(key), value)
    return _validated([("changes", content)])


def to_toml(scenario: Scenario) -> str:
    """The whole scenario as TOML, every parameter and switch included; `from_text` makes an equal one of it."""
    return "\n".join(_table_lines((), scenario.model_dump(mode="json", exclude_none=True))) + "\n"


def _validated(layers: Sequence[Layer]) -> Scenario:
    """The scenario that `layers` make together, those that extend before those that are extended."""
    content: dict[str, Any] = {}
    for _, layer in reversed(layers):
        content = _merged(content, layer)
    try:
        return Scenario.model_validate(content)
    except ValidationError as refusal:
        raise faults.explained(refusal, lambda path: _file_of(layers, path)) from None


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _file_of(layers: Sequence[Layer], path: faults.Path) -> str:
    """The file that says what stands at `path`, or, if it is missing, the table that should hold it."""
    for length in range(len(path), 0, -1):
        for name, content in layers:
            if _holds(content, path[:length]):
                return name
    return layers[0][0]


def _holds(content: Any, path: faults.Path) -> bool:
    for part in path:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


# Reading files


def _chain(first: Path) -> list[Layer]:
    """The first file, the one that it extends, and so on."""
    shown = one_line(str(first))
    path = _resolved(first, shown)
    return _layers(path, shown, _home(path), ())


def _layers(path: Path, shown: str, home: Path, seen: tuple[Path, ...]) -> list[Layer]:
    content = _parsed(_text(path, shown), shown)
    if "extends" not in content:
        return [(shown, content)]
    given = content.pop("extends")
    other = _relative(given, shown, home)
    seen = (*seen, path)
    extended = _resolved(path.parent / other, shown)
    if not extended.is_relative_to(home):
        raise _outside(given, shown, home)
    _refuse_step(extended, shown, seen)
    shown_next = one_line(os.path.normpath(Path(shown).parent / other))
    return [(shown, content), *_layers(extended, shown_next, home, seen)]


def _refuse_step(path: Path, shown: str, seen: tuple[Path, ...]) -> None:
    """Refuse to go from the file last seen to `path` if that leads round in a circle or too far."""
    if path in seen:
        circle = [*seen[seen.index(path) :], path]
        names = " extends ".join(one_line(file.name) for file in circle)
        raise ScenarioError([f"{shown}: extends goes round in a circle: {names}"])
    if len(seen) == LONGEST_CHAIN:
        raise ScenarioError([f"{shown}: extends goes through more than {LONGEST_CHAIN} files"])


def _home(first: Path) -> Path:
    """The folder that extends may not leave: that of the first file, or the folder of scenarios around it."""
    return first.parent.parent if first.parent.parent.name == HOME else first.parent


def _outside(given: str, shown: str, home: Path) -> ScenarioError:
    allowed = f"a file that lies in the folder {quoted(home.name or str(home))} or below it"
    return ScenarioError(
        [f"{shown}: extends is {quoted(given)}; it may only name {allowed}, as a path from this file's folder, with /"]
    )


def _relative(given: Any, shown: str, home: Path) -> str:
    if not isinstance(given, str) or not 0 < len(given.strip()) <= LONGEST_NAME:
        raise ScenarioError([f'{shown}: extends is {quoted(given)}; it should be a file name such as "baseline.toml"'])
    if PurePosixPath(given).is_absolute() or PureWindowsPath(given).drive or "\\" in given:
        raise _outside(given, shown, home)
    return given


def _resolved(path: Path, shown: str) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        raise ScenarioError([f"{shown}: {_UNUSABLE}"]) from None


def _text(path: Path, shown: str) -> str:
    try:
        if path.is_dir():
            raise ScenarioError([f"{shown}: this is a folder; name a .toml file in it"])
        if path.exists() and not path.is_file():
            raise ScenarioError([f"{shown}: this is not an ordinary file"])
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise ScenarioError([f"{shown}: there is no such file{_file_hint(path)}"]) from None
    except PermissionError:
        raise ScenarioError([f"{shown}: you have no permission to read this file"]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _UNUSABLE
        raise ScenarioError([f"{shown}: the file cannot be read: {reason}"]) from None
    if len(content) > LARGEST_FILE:
        raise ScenarioError([f"{shown}: the file is larger than 1 MB; a scenario has a few kilobytes"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ScenarioError([f"{shown}: line {line} is not UTF-8 text; save the file with encoding UTF-8"]) from None


def _file_hint(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.glob("*.toml")]
    except OSError:
        return ""
    close = nearest(path.name, names)
    return f'; did you mean "{one_line(close[0])}"?' if close else ""


def _parsed(text: str, shown: str) -> dict[str, Any]:
    _refuse_long_keys(text, shown)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"{shown}: {_plain(error)}"]) from None
    except RecursionError:
        raise ScenarioError([f"{shown}: tables or lists are nested too deeply"]) from None
    except ValueError:
        raise ScenarioError([f"{shown}: a number or date in the file has too many digits or does not exist"]) from None
    _refuse_depth(content, shown)
    return content


_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?(?:"""(?!")|\Z)'
    + r"|'''.*?(?:'''(?!')|\Z)"
    + r'|"(?:[^"\\\n]|\\.)*"?'
    + r"|'[^'\n]*'?"
    + r"|#[^\n]*",
    re.DOTALL,
)


def _refuse_long_keys(text: str, shown: str) -> None:
    # The standard parser takes memory that grows with the square of the parts of a key: 200 kB fill a machine.
    code = _STRING_OR_COMMENT.sub("", text + "\n")
    if any(piece.count(".") > DEEPEST_TABLE for piece in re.split(r"[,=\n{}]", code)):
        raise ScenarioError([f"{shown}: a key has more than {DEEPEST_TABLE} parts; tables are nested too deeply"])


def _refuse_depth(content: dict[str, Any], shown: str) -> None:
    layer: list[Any] = [content]
    for _ in range(DEEPEST_TABLE):
        layer = [below for value in layer for below in _inside(value)]
    if layer:
        raise ScenarioError([f"{shown}: tables or lists are nested more than {DEEPEST_TABLE} deep"])


def _inside(value: Any) -> list[Any]:
    values = value.values() if isinstance(value, dict) else value
    return [below for below in values if isinstance(below, dict | list)]


_PLACE = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)


def _plain(error: tomllib.TOMLDecodeError) -> str:
    found = _PLACE.match(str(error))
    what = found["what"] if found else str(error)
    where = f"line {found['line']}, column {found['column']}" if found and found["line"] else "at the end"
    if what.startswith(("Cannot overwrite", "Cannot declare", "Duplicate inline table key")):
        return f"{where}: a key or table is given a second time"
    return f"{where}: this is not TOML: {shortened(what[:1].lower() + what[1:])}"


# Changing one value


def _full_path(key: str) -> tuple[str, ...]:
    path = tuple(str(key).split("."))
    known = path[0] in {module.name for module in registry.MODULES} and path[0] not in Scenario.model_fields
    return ("parameters", *path) if known or key in registry.PARAMETERS else path


def _set(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    place: Any = content
    for part in path[:-1]:
        place = _below(place, part, path)
    last: Any = path[-1]
    if isinstance(place, list):
        _below(place, last, path)
        last = int(last)
    elif not isinstance(place, dict):
        raise ScenarioError([f"changes: {dotted(path)} is not known; {dotted(path[:-1])} is {quoted(place)}"])
    place[last] = value.item() if isinstance(value, np.generic) else value


def _below(place: Any, part: str, path: Sequence[str]) -> Any:
    if isinstance(place, list) and part.isascii() and part.isdigit() and int(part) < len(place):
        return place[int(part)]
    if isinstance(place, dict) and part in place:
        return place[part]
    if path[0] == "parameters":
        hint = did_you_mean(".".join(path[1:]), registry.PARAMETERS)
    else:
        hint = did_you_mean(part, place) if isinstance(place, dict) else ""
    raise ScenarioError([f"changes: {dotted(path)} is not known{hint}"])


# Writing TOML


def _table_lines(path: tuple[str, ...], table: Mapping[str, Any]) -> list[str]:
    """Lines of a table: its own values first, then the tables below it, each with its heading."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    own = [f"{key} = {_toml(value)}" for key, value in table.items() if key not in tables]
    below = [line for key, value in tables.items() for line in _table_lines((*path, key), value)]
    heading = ["", f"[{'.'.join(path)}]"] if path and (own or not below) else []
    return heading + own + below


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{"".join(_ESCAPES.get(letter, letter) for letter in value)}"'
        case list():
            return f"[{', '.join(_toml(element) for element in value)}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {_toml(below)}' for key, below in value.items())} }}"
    return repr(value)


_ESCAPES = {chr(code): f"\\u{code:04x}" for code in (*range(0x20), 0x7F)} | {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
