"""Finding styles of leading: files in a folder ``styles`` beside a scenario, and those that ship with the model.

A scenario may come from a stranger, and names a style. So a name is no path, and a file that it leads to must lie in
the folder that the scenario's other files may not leave either.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.scenario import faults
from sim.scenario.basics import NAME_PATTERN
from sim.scenario.faults import Layer, ScenarioError
from sim.scenario.files import parsed, resolved, text_of
from sim.scenario.leading import Style
from sim.scenario.words import did_you_mean, one_line, quoted

FOLDER = "styles"
USUAL_ORDER = (
    "directive",
    "visionary",
    "affiliative",
    "participative",
    "pace_setting",
    "coaching",
    "scientific_bureaucratic",
    "laissez_faire",
    "distributed",
    "mode_contingent",
    "mode_contingent_permuted",
)
_IN_PACKAGE = Path(__file__).with_name("shipped_styles")
_IN_REPOSITORY = Path(__file__).parents[2] / "scenarios" / FOLDER


class Shelf(NamedTuple):
    """A folder in which styles may lie.

    Attributes:
        path: the folder, in full; it need not be there.
        shown: what messages call it.
        home: the folder that no file of the shelf may lie outside of.
    """

    path: Path
    shown: str
    home: Path

    def layer(self, name: str) -> Layer | None:
        """The style of that name, unchecked; None if the folder has none.

        Raises:
            ScenarioError: its file cannot be read, or lies elsewhere.
        """
        if not re.fullmatch(NAME_PATTERN, name):
            return None
        file = self.path / f"{name}.toml"
        shown = one_line(str(Path(self.shown) / file.name))
        if not os.path.lexists(file):
            return None
        leads_to = resolved(file, shown)
        if not leads_to.is_relative_to(self.home):
            home = quoted(self.home.name or str(self.home))
            raise ScenarioError([f"{shown}: this leads elsewhere; a style must lie in the folder {home} or below it"])
        content = parsed(text_of(leads_to, shown), shown)
        if "extends" in content:
            raise ScenarioError([f"{shown}: extends is for scenarios; a style is written whole"])
        return Layer(shown, content, (FOLDER, name))

    def names(self) -> list[str]:
        """The names of the styles in the folder, in alphabetical order."""
        try:
            stems = sorted(file.stem for file in self.path.glob("*.toml"))
        except OSError:
            return []
        return [stem for stem in stems if re.fullmatch(NAME_PATTERN, stem)]


@cache
def shipped_shelf() -> Shelf:
    """The folder of the styles that ship: in an installed package its own, in the repository the one to read."""
    path = (_IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_REPOSITORY).resolve()
    return Shelf(path, f"scenarios/{FOLDER}", path)


def shipped_styles() -> dict[str, Style]:
    """Every style that ships, by name: those of Goleman first, contingent ones last, and then what was added."""
    there = shipped_shelf().names()
    ordered = [*(name for name in USUAL_ORDER if name in there), *(name for name in there if name not in USUAL_ORDER)]
    return {name: shipped_style(name) for name in ordered}


def shipped_style(name: str) -> Style:
    """A style that ships.

    Raises:
        ScenarioError: there is none of that name; the message gives the nearest.
    """
    layer = shipped_shelf().layer(name)
    if layer is None:
        raise ScenarioError([f"{quoted(name)} is not a style that ships{did_you_mean(name, shipped_shelf().names())}"])
    try:
        return Style.model_validate(layer.content)
    except ValidationError as refusal:
        raise faults.explained(refusal, lambda lines: layer, layer.below) from None


def find(name: str, shelves: Sequence[Shelf]) -> Layer | None:
    """The style of that name in the first of `shelves` that has one, else the one that ships; None if there is none.

    Raises:
        ScenarioError: as for `Shelf.layer`.
    """
    return beside(name, shelves) or shipped_shelf().layer(name)


def beside(name: str, shelves: Sequence[Shelf]) -> Layer | None:
    """The style of that name in the first of `shelves` that has one; None if there is none.

    Raises:
        ScenarioError: as for `Shelf.layer`.
    """
    return next((layer for shelf in shelves if (layer := shelf.layer(name))), None)


def named_in(changes: Any) -> Iterator[str]:
    """Every style that changes to a scenario name, however deep they are nested."""
    if isinstance(changes, Mapping):
        for key, value in changes.items():
            if isinstance(value, str) and str(key).rsplit(".", 1)[-1] == "style":
                yield value
            else:
                yield from named_in(value)
    elif isinstance(changes, list | tuple):
        for each in changes:
            yield from named_in(each)


def names(shelves: Iterable[Shelf]) -> list[str]:
    """The names of all styles that `find` would find: those that ship first."""
    found = [*shipped_shelf().names(), *(name for shelf in shelves for name in shelf.names())]
    return list(dict.fromkeys(found))


def is_as_shipped(name: str, content: Any) -> bool:
    """Whether `content` is that of the style of the same name that ships."""
    layer = shipped_shelf().layer(name) if isinstance(name, str) else None
    return layer is not None and layer.content == content
