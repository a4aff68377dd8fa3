"""Reading scenarios from TOML files, changing them, and writing them out whole.

A file may begin with ``extends = "other.toml"``. It then says only what differs: tables are merged key by
key, anything else is replaced. Files come from strangers, so size and depth are limited, and a file may
extend only one in its own folder or below. A file one folder below ``scenarios`` may extend any file in
there: so ``scenarios/mine/ward.toml`` begins with ``extends = "../baseline.toml"``.

A scenario that is loaded holds every style of leading that it names, wherever that was found.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.scenario import faults, guide, styles
from sim.scenario.checks import DIALS
from sim.scenario.faults import Layer, ScenarioError
from sim.scenario.files import parsed, resolved, text_of
from sim.scenario.leading import USUAL_STYLE, by_domain, devolution_faults
from sim.scenario.schema import Scenario
from sim.scenario.styles import Shelf
from sim.scenario.words import did_you_mean, dotted, one_line, quoted
from sim.state import parameters as registry

EXTENDS = "extends"
LONGEST_CHAIN = 10
LONGEST_NAME = 200
HOME = "scenarios"

HOLD = (DIALS, "hold")
DEVOLUTION = (DIALS, "devolution")


def load(path: str | os.PathLike[str], more_styles: Iterable[str] = ()) -> Scenario:
    """The scenario in the TOML file at `path`, with the files that it extends.

    Args:
        path: of the file.
        more_styles: names of styles that it is to hold as well, so that changes may name them later, if they lie where
            its own are looked for.

    Raises:
        ScenarioError: the file cannot be read, is not TOML, extends what it may not, or does not
            describe a scenario. The message lists each fault with its file and key.
    """
    return _validated(*_chain(Path(path)), more_styles)


def from_text(text: str, name: str = "scenario") -> Scenario:
    """The scenario in TOML `text`, which may not extend another; `name` stands for the file in messages.

    Raises:
        ScenarioError: as for `load`.
    """
    return from_mapping(parsed(text, name), name)


def from_mapping(content: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """The scenario that nested dictionaries describe, in the layout of a file that extends no other.

    Raises:
        ScenarioError: as for `load`.
    """
    if "extends" in content:
        raise ScenarioError([f"{name}: extends works in files only, where there is a folder to look in"])
    return _validated([Layer(name, dict(content))])


def with_changes(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A new scenario with some values changed, e.g. ``{"errors.slip.dose_slip": 0.1, "wards.stroke.beds": 20}``.

    Args:
        changes: key → value. A key is a path in the scenario; parameters go by their full name, with or
            without ``parameters.`` before it. Elements of a list go by number, from 0. What may be left out of a
            scenario, such as ``target``, goes with None.

    Raises:
        ScenarioError: a key is unknown, or the scenario with the changes does not hold together.
    """
    content = scenario.model_dump(mode="json", exclude_none=True)
    for key, value in changes.items():
        _set(content, _full_path(key), value)
    return _validated([Layer("changes", content)])


def stranger(key: str) -> str | None:
    """What is wrong with a key of changes, if no scenario has it, however its wards and styles are called.

    Interventions are left to `with_changes`: which keys they have depends on their kind.
    """
    path = _full_path(key)
    if path[0] == "parameters":
        name = ".".join(path[1:])
        is_known = any(f"{known}.".startswith(f"{name}.") for known in registry.PARAMETERS)
        return None if is_known else f"{dotted(path)} is not known{did_you_mean(name, registry.PARAMETERS)}"
    for depth, part in enumerate(path if path[0] != "interventions" else ()):
        known = list(registry.MECHANISMS) if path[:depth] == ("mechanisms",) else guide.keys_at(path[:depth])
        if known and part not in known:
            return f"{dotted(path)} is not known{did_you_mean(part, known)}"
    return None


def neighbour(path: Path, given: Any, key: str) -> Path:
    """The file that the TOML file at `path` names under a `key` of its own, as a path from where we are.

    Raises:
        ScenarioError: that is no name of a file, or one outside the folder that ``extends`` may not leave either.
    """
    shown = one_line(str(path))
    first = resolved(path, shown)
    home = _home(first)
    other = _relative(given, shown, home, key)
    if not resolved(first.parent / other, shown).is_relative_to(home):
        raise _outside(given, shown, home, key)
    return Path(os.path.normpath(path.parent / other))


def to_toml(scenario: Scenario) -> str:
    """The whole scenario as TOML, every parameter and switch included; `from_text` makes an equal one of it."""
    return "\n".join(_table_lines((), scenario.model_dump(mode="json", exclude_none=True))) + "\n"


def _validated(layers: Sequence[Layer], shelves: Sequence[Shelf] = (), more_styles: Iterable[str] = ()) -> Scenario:
    """The scenario that `layers` make together, those that extend before those that are extended.

    Styles that it names and does not hold are looked for on the `shelves`, and then among those that ship;
    `more_styles` on the shelves alone.
    """
    content: dict[str, Any] = {}
    for layer in reversed(layers):
        _refuse_empty_devolution(layer)
        content = _merged(content, _spread(layer.content))
    content, found = _with_styles(content, shelves, more_styles)
    sources = [*layers, *found]
    known = list(dict.fromkeys([*_table(content, "styles"), *styles.names(shelves)]))
    try:
        return Scenario.model_validate(content, context={"styles": known})
    except ValidationError as refusal:
        raise faults.explained(refusal, lambda lines: _source_of(sources, lines)) from None


def _refuse_empty_devolution(layer: Layer) -> None:
    """Refuse a table that says nothing, before it is merged with one that says something and is seen no more."""
    if _table(layer.content, DIALS).get("devolution") == {}:
        raise ScenarioError(f"{layer.shown}: {dotted(DEVOLUTION)} {sentence}" for sentence in devolution_faults({}))


def _spread(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """`content` with devolution by domain, so that a file may change one domain of what it extends."""
    dials = _table(content, DIALS)
    if "devolution" not in dials:
        return content
    return {**content, DIALS: {**dials, "devolution": by_domain(dials["devolution"])}}


def _with_styles(
    content: dict[str, Any], shelves: Sequence[Shelf], more: Iterable[str]
) -> tuple[dict[str, Any], list[Layer]]:
    """`content` with every style that it names, with `more` of those on the shelves, and the files of all these.

    A style that ships and that nobody has goes: it can always be found again. So a scenario in which a style was
    exchanged twice is the same as the first.
    """
    held = content.get("styles", {})
    if not isinstance(held, dict):
        return content, []
    named = list(dict.fromkeys(_styles_named(content)))
    kept = {name: style for name, style in held.items() if name in named or not styles.is_as_shipped(name, style)}
    sought = [styles.find(name, shelves) for name in named if name not in held]
    sought += [styles.beside(name, shelves) for name in dict.fromkeys(more) if name not in (*held, *named)]
    layers = [layer for layer in sought if layer]
    return {**content, "styles": {**kept, **{layer.below[-1]: layer.content for layer in layers}}}, layers


def _styles_named(content: Mapping[str, Any]) -> Iterator[str]:
    """Every name of a style in a scenario that may still be faulty."""
    wards = [ward for ward in _table(content, "wards").values() if isinstance(ward, dict)]
    for table in (content, *wards):
        usual = USUAL_STYLE if table is content else None
        name = _table(table, "leadership").get("style", usual)
        if isinstance(name, str):
            yield name
    later = content.get("interventions")
    for table in later if isinstance(later, list) else ():
        if isinstance(table, dict) and isinstance(table.get("style"), str):
            yield table["style"]


def _table(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The table under a key, or an empty one where there is none."""
    below = content.get(key)
    return below if isinstance(below, dict) else {}


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _source_of(layers: Sequence[Layer], lines: Sequence[faults.Path]) -> Layer:
    """The file that says what stands at one of `lines`, or, if it is missing, the table that should hold it.

    Of several files it is the one that extends the others: these made sense without it.
    """
    for above in range(max(map(len, lines))):
        for layer in layers:
            if any(_says(layer, line[: len(line) - above]) for line in lines if len(line) > above):
                return layer
    return layers[0]


def _says(layer: Layer, path: faults.Path) -> bool:
    depth = len(layer.below)
    return depth <= len(path) and path[:depth] == layer.below and _holds(layer.content, path[depth:])


def _holds(content: Any, path: faults.Path) -> bool:
    for part in path:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


# Reading files


def _chain(first: Path) -> tuple[list[Layer], list[Shelf]]:
    """The first file, the one that it extends, and so on; and the folders of styles beside them and in their home."""
    shown = one_line(str(first))
    path = resolved(first, shown)
    home = _home(path)
    steps = _steps(path, shown, home, ())
    folders = {file.parent: Path(layer.shown).parent for file, layer in steps}
    folders.setdefault(home, Path(os.path.normpath(Path(shown).parent / "..")))
    shelves = [Shelf(folder / styles.FOLDER, str(named / styles.FOLDER), home) for folder, named in folders.items()]
    return [layer for _, layer in steps], shelves


def _steps(path: Path, shown: str, home: Path, seen: tuple[Path, ...]) -> list[tuple[Path, Layer]]:
    content = parsed(text_of(path, shown), shown)
    if "extends" not in content:
        return [(path, Layer(shown, content))]
    given = content.pop("extends")
    other = _relative(given, shown, home)
    seen = (*seen, path)
    extended = resolved(path.parent / other, shown)
    if not extended.is_relative_to(home):
        raise _outside(given, shown, home)
    _refuse_step(extended, shown, seen)
    shown_next = one_line(os.path.normpath(Path(shown).parent / other))
    return [(path, Layer(shown, content)), *_steps(extended, shown_next, home, seen)]


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


def _outside(given: str, shown: str, home: Path, key: str = EXTENDS) -> ScenarioError:
    allowed = f"a file that lies in the folder {quoted(home.name or str(home))} or below it"
    how = f"as a path from this file's folder, with /{'' if key == EXTENDS else _copied(given, key)}"
    return ScenarioError([f"{shown}: {key} is {quoted(given)}; it may only name {allowed}, {how}"])


def _copied(given: str, key: str) -> str:
    """A closing clause: how to have a scenario inside that lies outside."""
    name = PureWindowsPath(given).name
    if not name.endswith(".toml"):
        return ""
    return f"; copy that scenario, with the files that it extends, beside this file and write {key} = {quoted(name)}"


def _relative(given: Any, shown: str, home: Path, key: str = EXTENDS) -> str:
    if not isinstance(given, str) or not 0 < len(given.strip()) <= LONGEST_NAME:
        raise ScenarioError([f'{shown}: {key} is {quoted(given)}; it should be a file name such as "baseline.toml"'])
    if PurePosixPath(given).is_absolute() or PureWindowsPath(given).drive or "\\" in given:
        raise _outside(given, shown, home, key)
    return given


# Changing one value


def _full_path(key: str) -> tuple[str, ...]:
    path = tuple(str(key).split("."))
    if path[0] == DIALS:
        return path
    known = path[0] in {module.name for module in registry.MODULES} and path[0] not in Scenario.model_fields
    return ("parameters", *path) if known or key in registry.PARAMETERS else path


def _set(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    place: Any = content
    for depth, part in enumerate(path[:-1]):
        if isinstance(place, dict) and part not in place and guide.is_table(path[:depth], part):
            place[part] = {}  # one that may be left out
        place = _below(place, part, path)
    last: Any = path[-1]
    if isinstance(place, list):
        _below(place, last, path)
        last = int(last)
    elif not isinstance(place, dict):
        raise ScenarioError([f"changes: {dotted(path)} is not known; {dotted(path[:-1])} is {quoted(place)}"])
    place[last] = _as_held(path, value.item() if isinstance(value, np.generic) else value)


def _as_held(path: tuple[str, ...], value: Any) -> Any:
    """A dial in the form in which a scenario holds it: devolution by domain, and a switch for the 0 or 1 of hold."""
    if path == DEVOLUTION:
        return by_domain(value)
    if path == HOLD and not isinstance(value, bool) and isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    return value


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
