"""Plain words for people who write scenarios: quoting what was given, naming what was perhaps meant."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, time
from difflib import get_close_matches

LONGEST_QUOTE = 60
NAMES_SHOWN = 15


def one_line(text: str) -> str:
    """`text` on one line and without control characters."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def shortened(text: str, longest: int = LONGEST_QUOTE) -> str:
    """`text` on one line and without control characters, cut to `longest` characters."""
    return one_line(text if len(text) <= longest else text[: longest - 1] + "…")


def quoted(value: object) -> str:
    """What somebody gave, as they would recognise it: ``"20"``, ``true``, ``a table``."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{shortened(value)}"'
        case float() if not math.isfinite(value):
            return "not a number (nan)" if math.isnan(value) else "infinite"
        case int() | float():
            return number(value)
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
        case date() | time():
            return f"the date or time {value}"
    return f"of a kind that scenarios do not hold ({type(value).__name__})"


def number(value: float) -> str:
    """A number as people write it: ``5``, ``0.25``, ``1,000``."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) < 1e9 else repr(value)
    try:
        return shortened(f"{value:,}")
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return "a number of thousands of digits"


def dotted(path: Iterable[object]) -> str:
    """A path of keys as it is written in a scenario, e.g. ``wards.stroke.beds``; a full stop in a key needs quotes."""
    return ".".join(f'"{part}"' if not part or "." in part else part for part in (shortened(str(key)) for key in path))


def nearest(word: object, known: Iterable[str]) -> list[str]:
    """Up to three known names that look most like `word`, the best first."""
    return get_close_matches(str(word)[:LONGEST_QUOTE], list(known), n=3, cutoff=0.6)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """A closing clause: the nearest known name, or the names there are when none is near; of many, the first ones."""
    names = list(known)
    if close := perhaps(word, names):
        return close
    more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
    return f"; known here: {', '.join(names[:NAMES_SHOWN])}{more}" if names else ""


def perhaps(word: object, choices: Iterable[str]) -> str:
    """A closing clause with the choice most like `word`, where one is; for where all were told before."""
    close = nearest(word, choices)
    return f'; did you mean "{close[0]}"?' if close else ""


def one_of(names: Sequence[str]) -> str:
    """A choice in words: ``one of "verbal", "notes" and "printed"``."""
    marks = [f'"{name}"' for name in names]
    return f"one of {', '.join(marks[:-1])} or {marks[-1]}" if len(marks) > 1 else marks[0]
