"""The page of the workshop: one file that holds its data, and that nothing from outside gets into."""

from pathlib import Path
from typing import Any

from sim.report.markup import as_data, by_hashes, filled

TEMPLATES = Path(__file__).parent / "templates"

# In the order in which they are joined: each uses only what stands before it, the last begins.
SCRIPTS = (
    "book.js",
    "elements.js",
    "numbers.js",
    "memory.js",
    "plan.js",
    "marks.js",
    "day.js",
    "ward.js",
    "replay.js",
    "ledgers.js",
    "luck.js",
    "trace.js",
    "room.js",
    "predict.js",
    "puzzles.js",
    "leaders.js",
    "explore.js",
    "words.js",
    "phones.js",
    "start.js",
    "views.js",
)


def page(book: dict[str, Any]) -> str:
    """The whole page.

    Args:
        book: all that the page shows; ``server`` in it is None for a page that is opened as a file. Such a page may
            touch no network; one that a server gives may ask that server, and nobody else.

    Raises:
        ValueError: a number of the book is infinite or not a number.
    """
    script, style = "\n".join(map(_text, SCRIPTS)), _text("workshop.css")
    return filled(
        TEMPLATES / "workshop.html",
        title=book["about"]["title"],
        policy=_policy(script, style, "'none'" if book["server"] is None else "'self'"),
        book=as_data(book),
        script=script,
        style=style,
    )


def _policy(script: str, style: str, asks: str) -> str:
    """Nothing from outside, and of scripts and styles only those that are named by their hash."""
    allowed = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": by_hashes([style]),
        "script-src": by_hashes([script]),
        "connect-src": asks,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in allowed.items())


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
