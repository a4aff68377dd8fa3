"""What every page of ours is made with: templates that escape, data that stay data, scripts named by their hash."""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

# In the form that JSON has for them, these letters can neither end a script nor begin a tag.
OUTSIDE_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def filled(template: Path, **told: Any) -> str:
    """A page: a template with everything that is told in it escaped.

    Raises:
        jinja2.UndefinedError: the template asks for what is not told.
    """
    return _home(template.parent).get_template(template.name).render(**told).strip() + "\n"


def as_data(value: Any) -> str:
    """JSON that may stand in a ``script`` of a page.

    Raises:
        ValueError: a number is infinite or not a number.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.translate(OUTSIDE_SCRIPT)


def by_hashes(texts: Sequence[str]) -> str:
    """How a policy names scripts or styles, so that no others are let in."""
    return " ".join(map(_hash, texts))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _home(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
