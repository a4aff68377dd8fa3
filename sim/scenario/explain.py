"""Explaining every name that a user may meet: parameters, switches, rows of the register, keys, columns of results."""

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sim.scenario import guide
from sim.scenario.checks import DIALS
from sim.scenario.interventions import EXAMPLES
from sim.scenario.leading import Style
from sim.scenario.schema import HAZARD_KINDS, Scenario
from sim.scenario.styles import shipped_styles
from sim.scenario.words import nearest, number, one_of, quoted, shortened
from sim.state import parameters as registry
from sim.state.ledgers import LEDGERS
from sim.state.parameters import Mechanism, Module, Parameter
from sim.state.rows import ROWS, Field, Row

GRADES_OF_EVIDENCE = {
    "literature": "taken from published work",
    "calibrated": "set so that published levels come out",
    "assumed": "an assumption; sweep it before you rely on it",
}

ROW_OF_REGISTER = re.compile(r"[Mm][0-9]{1,3}")
INTERVENTIONS = "interventions"
IN_EVERY_KIND = ("title", "day", "wards")
MORE_ON_INTERVENTIONS = (
    "More: docs/howto_schedule_interventions.md. Whole scenarios: winter_shock.toml, devolution_by_stage.toml and "
    "checklist_mandated.toml in scenarios/. One kind, or one field: microsystem explain interventions.ramp"
)


class UnknownName(Exception):
    """A name that is no parameter, switch, key or column; `nearest` holds the names most like it."""

    def __init__(self, name: str, close: list[str]):
        self.nearest = tuple(close)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        super().__init__(f"{shortened(name) or '""'} is not a name of this model{hint}")


def explain(name: str) -> str:
    """What `name` means, in plain text: a parameter, part of the model, switch, key of a scenario, row or column.

    A name that occurs in several places, such as ``beds``, has an explanation for each; a full one such as
    ``errors.rate.dose_slip`` has one. A row of the register of mechanisms, such as ``M14``, may be written ``m14``.

    Raises:
        UnknownName: nothing has that name; the message gives the nearest.
    """
    entries = _entries()
    wanted = name.strip()
    if ROW_OF_REGISTER.fullmatch(wanted):
        wanted = wanted.upper()
    exact = [text for full, text in entries if full == wanted]
    by_ending = [text for full, text in entries if full.endswith(f".{wanted}")]
    if not (exact or by_ending):
        raise UnknownName(name, _near(wanted, [full for full, _ in entries]))
    # A key of scenarios goes by two names, with and without <name>, and is explained once.
    return "\n\n".join(dict.fromkeys(exact + by_ending))


def _near(wanted: str, names: list[str]) -> list[str]:
    """The names most like `wanted`, compared in full and by their last part."""
    by_ending: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_ending[name.rsplit(".", 1)[-1]].append(name)
    close = nearest(wanted, names) + [name for ending in nearest(wanted, by_ending) for name in by_ending[ending]]
    return list(dict.fromkeys(close))[:3]


def _entries() -> list[tuple[str, str]]:
    """Every name with its explanation; one name may have several."""
    of_scenarios = (_scenario_entries(), _intervention_entries(), _style_entries())
    entries = (_parameter_entries(), _mechanism_entries(), _register_entries(), *of_scenarios, _row_entries())
    return [entry for kind in entries for entry in kind]


def _parameter_entries() -> Iterator[tuple[str, str]]:
    for module in registry.MODULES:
        yield module.name, _about_module(module)
        vectors: dict[str, list[Parameter]] = defaultdict(list)
        for parameter in module.parameters:
            yield parameter.name, _about_parameter(parameter)
            if parameter.label:
                vectors[f"{module.name}.{parameter.field}"].append(parameter)
        for name, elements in vectors.items():
            for_all = "; one number in the table [dials] sets them all" if module.name == DIALS else ""
            heading = f"{name}: a parameter with {len(elements)} elements{for_all}"
            yield name, "\n".join([heading, *map(_in_brief, elements)])


def _in_brief(parameter: Parameter) -> str:
    return f"  {parameter.name} = {number(parameter.default)} {parameter.unit}: {parameter.meaning}"


def _about_module(module: Module) -> str:
    return "\n".join([f"{module.name}: part of the model, {module.meaning}", *map(_in_brief, module.parameters)])


def _about_parameter(parameter: Parameter) -> str:
    where = ", set in the table [dials] of a scenario" if parameter.module == DIALS else ""
    written = "; written false or true" if parameter.name == "dials.hold" else ""
    return "\n".join(
        [
            f"{parameter.name}: a parameter{where}",
            f"  meaning   {parameter.meaning}",
            f"  default   {number(parameter.default)} {parameter.unit}",
            f"  range     {number(parameter.low)} to {number(parameter.high)}{written}",
            f"  evidence  {parameter.grade}: {GRADES_OF_EVIDENCE[parameter.grade]}",
            f"  source    {parameter.source}",
        ]
    )


def _mechanism_entries() -> Iterator[tuple[str, str]]:
    for mechanism in registry.MECHANISMS.values():
        yield f"mechanisms.{mechanism.name}", _about_mechanism(mechanism)


def _about_mechanism(mechanism: Mechanism) -> str:
    return "\n".join(
        [
            f"mechanisms.{mechanism.name}: a switch, on unless a scenario says false",
            f"  meaning   {mechanism.meaning}",
            f"  shows in  {mechanism.shows_in}",
            f"  register  {mechanism.register}",
        ]
    )


def _register_entries() -> Iterator[tuple[str, str]]:
    for row, mechanisms in registry.REGISTER.items():
        yield row, "\n".join(_about_register(row, mechanisms))


def _about_register(row: str, mechanisms: Sequence[Mechanism]) -> Iterator[str]:
    switches = "1 switch" if len(mechanisms) == 1 else f"{len(mechanisms)} switches"
    yield f"{row}: a row of the register of mechanisms, with {switches}"
    for mechanism in mechanisms:
        yield f"  mechanisms.{mechanism.name}: {mechanism.meaning}; shows in: {mechanism.shows_in}"
    if row in registry.WITHOUT_SWITCH:
        yield f"  without a switch: {registry.WITHOUT_SWITCH[row]}"
    yield "  its passages, code, tests, and what is left out: docs/traceability.md"


def _intervention_entries() -> Iterator[tuple[str, str]]:
    kinds = {kind: "\n".join(_about_kind(kind)) for kind in EXAMPLES}
    yield from ((f"{INTERVENTIONS}.{kind}", text) for kind, text in kinds.items())
    common = ["Of every kind:", f"  {'kind':<10}  {one_of(list(kinds))}", *_fields_of("set", IN_EVERY_KIND)]
    yield INTERVENTIONS, "\n\n".join(["\n".join(common), *kinds.values(), MORE_ON_INTERVENTIONS])


def _about_kind(kind: str) -> Iterator[str]:
    """One kind of intervention: what it does, its own fields, and an example."""
    place = (INTERVENTIONS, 0, kind)
    yield (guide.node_at((*place, "kind")) or {}).get("description", kind)
    yield from _fields_of(kind, [key for key in guide.keys_at(place) if key not in ("kind", *IN_EVERY_KIND)])
    yield "  for example"
    yield from (f"    {line}" for line in EXAMPLES[kind].splitlines())


def _fields_of(kind: str, keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        place = (INTERVENTIONS, 0, kind, key)
        node = guide.node_at(place) or {}
        is_free = node.get("type") == "string" and "enum" not in node
        allowed = "" if is_free else f"{guide.allowed_at(place)}: "
        usual = f"; left out: {quoted(node['default'])}" if node.get("default") is not None else ""
        yield f"  {key:<10}  {allowed}{node.get('description', '')}{usual}"


def _scenario_entries() -> Iterator[tuple[str, str]]:
    for full, node in guide.scenario_keys():
        text = f"{full}: a key of scenarios\n  meaning   {node.get('description', '')}"
        if isinstance(node.get("default"), int | float | str):
            text += f"\n  default   {quoted(node['default'])}"
        if "enum" in node:
            text += f"\n  allowed   {one_of(node['enum'])}"
        for name in {full, full.replace(".<name>", "")}:
            yield name, text


@cache
def _style_entries() -> tuple[tuple[str, str], ...]:
    return tuple((name, _about_style(name, style)) for name, style in shipped_styles().items())


def _about_style(name: str, style: Style) -> str:
    return "\n".join(
        [
            f"{name}: a style of leading that ships; microsystem styles {name} shows its hours",
            f"  title     {style.title}",
            f"  meaning   {' '.join(style.rationale.split())}",
            f"  source    {' '.join(style.source.split())}",
        ]
    )


def _row_entries() -> Iterator[tuple[str, str]]:
    for kind, rows in (("row of state", ROWS), ("ledger", LEDGERS)):
        for row in rows:
            yield row.name, _about_row(kind, row)
            for field in row.fields:
                yield f"{row.name}.{field.name}", _about_column(kind, row, field)


def _about_row(kind: str, row: Row) -> str:
    columns = [f"  {field.name} ({field.unit}): {field.meaning}" for field in row.fields]
    return "\n".join([f"{row.name}: a {kind}, {row.meaning}", *columns])


def _about_column(kind: str, row: Row, field: Field) -> str:
    return "\n".join(
        [
            f"{row.name}.{field.name}: a column of the {kind} {row.name!r} ({row.meaning})",
            f"  meaning   {field.meaning}",
            f"  unit      {field.unit}",
        ]
    )


def parameter_table() -> str:
    """A Markdown table of the parameters for each part of the model, with range, evidence and source."""
    return "\n".join(line for module in registry.MODULES for line in _module_table(module))


def _module_table(module: Module) -> Iterator[str]:
    yield f"## {module.name}: {module.meaning}"
    yield ""
    yield "| name | default | range | unit | meaning | evidence | source |"
    yield "|---|---|---|---|---|---|---|"
    for parameter in module.parameters:
        cells = (
            f"`{parameter.name}`",
            number(parameter.default),
            f"{number(parameter.low)} to {number(parameter.high)}",
            parameter.unit,
            parameter.meaning,
            parameter.grade,
            parameter.source,
        )
        yield f"| {' | '.join(cell.replace('|', '\\|') for cell in cells)} |"
    yield ""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors: every key, parameter and switch with meaning and range.

    No key is required there, since a file that extends another may leave out any of them.
    """
    schema = copy.deepcopy(Scenario.model_json_schema())
    for table in (schema, *schema["$defs"].values()):
        table.pop("required", None)
    properties = schema["properties"]
    properties["parameters"] = _closed("numbers of the model, by part of the model", _parameter_schemas())
    properties["mechanisms"] = _closed("switches, on unless false", _mechanism_schemas())
    schema["$defs"]["Ward"]["properties"]["hazards"]["propertyNames"] = {"enum": list(HAZARD_KINDS)}
    dials = schema["$defs"]["Dials"]["properties"]
    dials["devolution"] = {
        "description": dials["devolution"]["description"],
        "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"$ref": "#/$defs/Devolution"}],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Scenario",
        "properties": {"extends": dict(guide.EXTENDS), **properties},
    }


def _closed(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": False, "properties": properties}


def _parameter_schemas() -> dict[str, Any]:
    modules: dict[str, Any] = {}
    for module in registry.MODULES:
        if module.name == DIALS:
            continue  # they have a table of their own
        modules[module.name] = _closed(module.meaning, {})
        for parameter in module.parameters:
            *tables, key = parameter.name.split(".")[1:]
            place = modules[module.name]
            for table in tables:
                place = place["properties"].setdefault(table, _closed("one number for each", {}))
            place["properties"][key] = _parameter_schema(parameter)
    return modules


def _parameter_schema(parameter: Parameter) -> dict[str, Any]:
    return {
        "type": "number",
        "description": f"{parameter.meaning} ({parameter.unit}; {parameter.grade}: {parameter.source})",
        "default": parameter.default,
        "minimum": parameter.low,
        "maximum": parameter.high,
    }


def _mechanism_schemas() -> dict[str, Any]:
    return {
        mechanism.name: {
            "type": "boolean",
            "description": f"{mechanism.meaning}; shows in: {mechanism.shows_in} ({mechanism.register})",
            "default": True,
        }
        for mechanism in registry.MECHANISMS.values()
    }
