"""The common benchmark keeps its word: numbers of the specification, the table of the README, lines of code."""

import json
import re
from pathlib import Path

import pytest

from benchmarks.contestants import CONTESTANTS, lines_of_code
from benchmarks.rates import TABLES
from benchmarks.showing import README, RESULTS, with_comparison
from sim.engine.hospital_state import PROFESSION_OF, USUAL_WEIGHTS
from sim.scenario import load
from sim.state.vocabulary import GRADES

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SPECIFICATION = (BENCHMARKS / "SPECIFICATION.md").read_text(encoding="utf-8")
SCENARIO = load(BENCHMARKS.parent / "scenarios" / "benchmark.toml")
SETTINGS = SCENARIO.settings()
NAME = re.compile(r"`(\w+)\.(\w+)`")
READ = re.compile(r"\b(?:flow|staffing|work|modes|errors|voice|dials|body|physiology|observers)\.(\w+)")


def columns() -> list[tuple[str, str, list[float]]]:
    """The parameters that stand in tables of the specification: module, name, values."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", SPECIFICATION, re.M):
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines())
        for place, title in enumerate(head):
            if name := NAME.search(title):
                found.append((name[1], name[2], [float(row[place]) for row in rows]))
    return found


def test_numbers_of_the_specification_are_those_of_the_scenario():
    in_tables, in_text = columns(), re.findall(NAME.pattern + r"\s(-?\d[\d.]*\d|\d)", SPECIFICATION)
    assert len(in_tables) == 17
    assert len(in_text) > 80
    for module, name, values in in_tables:
        assert SETTINGS[module][name].tolist()[: len(values)] == values, name
    for module, name, value in in_text:
        assert SETTINGS[module][name] == float(value), name


def test_the_specification_has_every_number_that_the_ports_in_python_read():
    every = {name for module in SETTINGS.dtype.names for name in SETTINGS[module].dtype.names or ()}
    told = {name for _, name in NAME.findall(SPECIFICATION)}
    sources = [(BENCHMARKS / file).read_text(encoding="utf-8") for file in ("rules.py", "demand.py")]
    read = {name for source in sources for name in READ.findall(source)} & every
    assert len(read) > 90
    # Other ways of handing over, and what a second reading would take.
    assert read - told == {"verbal_keeps", "printed_keeps", "reading_takes"}


def test_wards_and_people_of_the_specification_are_those_of_the_scenario():
    (ward,) = SCENARIO.wards.values()
    assert f"{ward.beds} beds, {SCENARIO.divisions[ward.division].waiting_places} waiting places" in SPECIFICATION
    assert f"`arrivals_per_day` {ward.arrivals_per_day}, `emergency_share` {ward.emergency_share}" in SPECIFICATION
    for grade, profession in PROFESSION_OF.items():
        if GRADES[grade] != "executive":
            weights = ", ".join(f"{weight:g}" for weight in USUAL_WEIGHTS[profession])
            assert re.search(rf"^\| {GRADES[grade]} \|.*\| {re.escape(weights)} \|$", SPECIFICATION, re.M)
    for name, group in SCENARIO.staffing[ward.staffing].items():
        shifts = "; ".join(
            f"{shift.start}, {shift.hours:g} h, {shift.weekday} and {shift.weekend}"
            + (f", presence {shift.presence:g}" if shift.presence < 1 else "")
            for shift in group.shifts
        )
        assert f"| {name.replace('_', ' ')} | {group.posts} | {shifts} |" in SPECIFICATION


@pytest.mark.parametrize("level", TABLES)
def test_the_specification_names_every_rate_that_must_agree(level):
    assert f"{level.title()}: {'; '.join(TABLES[level])}." in " ".join(SPECIFICATION.split())


def test_the_table_in_the_readme_is_that_of_the_results():
    text = README.read_text(encoding="utf-8")
    again = with_comparison(text, json.loads(RESULTS.read_text(encoding="utf-8")))
    assert again == text, "python benchmarks/showing.py writes it anew"
    assert text.count("|") > 60


def test_lines_of_code_leave_out_comments_docstrings_and_blank_lines():
    python = '''"""Two

lines."""
import math  # counts

# does not

def area(r):
    """Docstring."""
    return (
        # inside
        math.pi * r**2
    )
TEXT = """one
two"""
'''
    in_c = '/* two\n lines */\n#include <math.h>\n\n// one\ndouble f(void) { return 1; } /* it */\nchar *s = "/*";\n'
    assert lines_of_code(python, ".py") == 7
    assert lines_of_code(in_c, ".c") == 3
    assert all(contestant.lines() > 50 for contestant in CONTESTANTS.values())
