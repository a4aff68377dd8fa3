"""The ODD page and the traceability table keep up with the model: nothing left out, nothing made up."""

import ast
import re
from pathlib import Path

import pytest

from sim.engine.overrides import plain
from sim.engine.tick import tick
from sim.state.parameters import MECHANISMS, MODULES, PARAMETERS

ROOT = Path(__file__).resolve().parent.parent
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
TRACEABILITY = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
HEADINGS = [
    "1 Purpose and patterns",
    "2 Entities, state variables and scales",
    "3 Process overview and scheduling",
    "4 Design concepts",
    "5 Initialization",
    "6 Input data",
    "7 Submodels",
]
CONCEPTS = [
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
]
NOT_BUILT = "not built"
IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
OF_THE_MODEL = re.compile(rf"(?:{'|'.join(module.name for module in MODULES)})(?:\.[\w*]+)+")


def section(heading: str) -> str:
    """The text below a heading, up to the next of the same level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", ODD, re.M | re.S)
    assert found, heading
    return found[1]


def named_in(text: str) -> list[str]:
    """Everything that stands in backticks."""
    return IN_BACKTICKS.findall(text)


def rows() -> list[dict[str, str]]:
    """The rows of the traceability table, by column."""
    lines = [line for line in TRACEABILITY.splitlines() if line.startswith("| ")]
    columns, *cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(columns, row, strict=True)) for row in cells]


def functions_in(file: str) -> set[str]:
    """Names of the functions that a file of this repository defines; none if there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def numbered(text: str) -> list[str]:
    """The items of a numbered list, each on one line, with single spaces."""
    items = re.findall(r"^ *(\d+\. .*?)(?=^ *\d+\. |^\s*$|\Z)", text, re.M | re.S)
    return [" ".join(item.split()) for item in items]


def full_name(parameter) -> str:
    """The name of a number, or of a whole vector: `errors.rate.*`."""
    return f"{parameter.module}.{parameter.field}" + (".*" if parameter.label else "")


def test_headings_are_those_of_odd_in_order():
    headings = [heading for heading in re.findall(r"^## (.+)$", ODD, re.M) if heading[0].isdigit()]
    assert headings == HEADINGS
    assert re.findall(r"^### (.+)$", section("4 Design concepts"), re.M) == CONCEPTS


@pytest.mark.parametrize("name", sorted({full_name(parameter) for parameter in PARAMETERS.values()}))
def test_every_parameter_is_named(name):
    assert name in named_in(section("5 Initialization") + section("7 Submodels"))


def test_no_parameter_is_made_up():
    known = {full_name(parameter) for parameter in PARAMETERS.values()} | set(PARAMETERS)
    named = {name for name in named_in(ODD + TRACEABILITY) if OF_THE_MODEL.fullmatch(name)}
    assert sorted(named - known) == []


def test_the_schedule_is_that_of_the_tick():
    schedule = numbered(section("3 Process overview and scheduling"))
    assert schedule
    assert schedule == numbered(plain(tick).__doc__ or "")


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_switch_is_in_a_submodel_and_traced(name):
    assert name in named_in(section("7 Submodels"))
    assert name in {switch for row in rows() for switch in named_in(row["switch"])}


def test_every_switch_traced_exists_and_stands_beside_its_own_mechanism():
    for row in rows():
        for name in named_in(row["switch"]):
            assert name in MECHANISMS, f"{row['id']}: there is no switch {name}"
            if not row["switch"].startswith("none"):
                assert MECHANISMS[name].register == row["id"], f"{name} is of {MECHANISMS[name].register}"


def test_every_row_of_the_register_is_there():
    assert list(dict.fromkeys(row["id"] for row in rows())) == [f"M{number}" for number in range(1, 27)]
    for row in rows():
        assert all(row.values()), f"{row['id']} has an empty cell"
        cells = {row["code"], row["switch"], row["test"]}
        assert cells == {NOT_BUILT} or NOT_BUILT not in cells, f"{row['id']} is built in part of its cells only"


@pytest.mark.parametrize("page", ["odd.md", "traceability.md"])
def test_every_function_and_test_named_exists(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = [re.fullmatch(r"((?:sim|tests)/[\w/]+\.py)(?:::?(\w+))?", name) for name in named_in(text)]
    places = [match for match in named if match]
    assert places
    missing = [match[0] for match in places if not (ROOT / match[1]).is_file()]
    missing += [match[0] for match in places if match[2] and match[2] not in functions_in(match[1])]
    assert missing == []


def test_code_and_tests_are_named_in_full():
    for row in rows():
        if row["code"] != NOT_BUILT:
            assert all(re.fullmatch(r"sim/[\w/]+\.py:\w+", name) for name in named_in(row["code"])), row["code"]
            assert named_in(row["code"]), row["id"]
        assert all(re.fullmatch(r"tests/[\w/]+\.py::test_\w+", name) for name in named_in(row["test"])), row["test"]
        assert named_in(row["test"]) or row["test"] == NOT_BUILT or "none yet" in row["test"], row["id"]
