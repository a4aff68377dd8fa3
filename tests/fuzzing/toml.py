"""Writing TOML, in one of several layouts by chance, with any key and any text."""

import datetime
import json
import random
import re
from typing import Any


class Literal(str):
    """What stands in a file as it is."""


def written(content: dict[str, Any], luck: random.Random) -> str:
    """The content as TOML: tables under headings, or on one line."""
    return "\n".join(_lines((), content, luck)) + "\n"


def _lines(path: tuple[str, ...], table: dict[str, Any], luck: random.Random) -> list[str]:
    below = {key: value for key, value in table.items() if isinstance(value, dict) and luck.random() < 0.8}
    own = [f"{key_of(key)} = {value_of(value)}" for key, value in table.items() if key not in below]
    luck.shuffle(own)
    heading = [f"[{'.'.join(map(key_of, path))}]"] if path else []
    return [*heading, *own, *(line for key, value in below.items() for line in _lines((*path, key), value, luck))]


def key_of(key: str) -> str:
    """A key, in quotes where it needs them."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else value_of(key)


def value_of(value: Any) -> str:
    """Any value on one line."""
    match value:
        case Literal():
            return str(value)
        case bool():
            return "true" if value else "false"
        case str():
            escaped = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
            return escaped.encode("utf-8", "replace").decode()
        case list() | tuple():
            return f"[{', '.join(map(value_of, value))}]"
        case dict():
            return f"{{{', '.join(f'{key_of(key)} = {value_of(below)}' for key, below in value.items())}}}"
        case datetime.date() | datetime.time():
            return value.isoformat()
    return repr(value)
