"""Reading TOML files that may come from strangers: their size and depth are limited, and every fault is told plainly.

Each function raises a `ScenarioError` that begins with the name under which the file is shown.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from sim.scenario.faults import ScenarioError
from sim.scenario.words import nearest, one_line, shortened

LARGEST_FILE = 1_000_000
DEEPEST_TABLE = 12
UNUSABLE = "this is not a usable file name"


def resolved(path: Path, shown: str) -> Path:
    """Where `path` leads, with every link followed; messages call it `shown`."""
    try:
        return Path(os.path.realpath(path))  # `Path.resolve` of Python 3.12 refuses a link that leads to itself
    except (OSError, ValueError):
        raise ScenarioError([f"{shown}: {UNUSABLE}"]) from None


def text_of(path: Path, shown: str) -> str:
    """The text of a file that may come from a stranger."""
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
        reason = getattr(error, "strerror", None) or UNUSABLE
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


def parsed(text: str, shown: str) -> dict[str, Any]:
    """What TOML `text` holds, which may come from a stranger."""
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
