"""The columns of a table of wards: what each means, what it may hold, and a template to fill in."""

import csv
import io
from dataclasses import dataclass

from sim.scenario.guide import node_at
from sim.state.vocabulary import MODES

LONGEST_NAME = 100
LEAST_OCCUPANCY, MOST_OCCUPANCY = 0.1, 1.0
LEAST_STAY, MOST_STAY = 1.0, 90.0
MOST_BEDS = (node_at(("wards", "any", "beds")) or {})["maximum"]
MOST_POSTS = (node_at(("staffing", "any", "any", "posts")) or {})["maximum"]
USUAL_PHARMACISTS = 1
USUAL_EMERGENCIES = 0.7  # about the mean of the wards in scenarios/baseline.toml

WARD, DIVISION, BEDS, OCCUPANCY, STAY, EMERGENCY = "ward", "division", "beds", "occupancy", "stay", "emergency"


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        name: as it is written in the first row.
        meaning: for the reader.
        allowed: what a cell may hold, as the end of a sentence.
        examples: its cells in the two rows of the template.
        left_out: what stands in its place where the column, or a cell of it, is empty; without it, the column must be
            there and filled in.
        grade: whose posts it counts, if it does.
        least: fewest posts.
    """

    name: str
    meaning: str
    allowed: str
    examples: tuple[str, str]
    left_out: str = ""
    grade: str = ""
    least: int = 0

    @property
    def is_needed(self) -> bool:
        """Whether no ward can be made without it."""
        return not self.left_out


_SHARE = "a share from 0 to 1, or a percentage"


def _posts(name: str, grade: str, meaning: str, least: int, examples: tuple[str, str], left_out: str = "") -> Column:
    allowed = f"a number of posts from {least} to {MOST_POSTS}"
    return Column(name, f"posts of {meaning}", allowed, examples, left_out, grade, least)


def _mode(mode: str, meaning: str, examples: tuple[str, str]) -> Column:
    return Column(mode, f"share of patients {meaning}; the three shares add up to 1, or 100%", _SHARE, examples)


COLUMNS = (
    Column(WARD, "name of the ward, as reports show it", f"a name of 1 to {LONGEST_NAME} characters", ("Ash", "Beech")),
    Column(
        DIVISION,
        "name of its division: wards of one division share a manager and places to wait, and take in each other's "
        "patients",
        f"a name of 1 to {LONGEST_NAME} characters",
        ("Medicine", "Medicine"),
        left_out="all wards are in one",
    ),
    Column(BEDS, "beds that are open", f"a whole number from 1 to {MOST_BEDS}", ("26", "28")),
    Column(
        OCCUPANCY,
        "share of these with a patient at midnight, in the mean",
        "a share from 0.1 to 1, or a percentage from 10% to 100%",
        ("90%", "92%"),
    ),
    Column(
        STAY,
        "mean stay of patients who stay at least one night, days",
        f"a number of days from {LEAST_STAY:g} to {MOST_STAY:g}",
        ("6.9", "7.9"),
    ),
    _posts("staff_nurses", "staff nurse", "registered nurses who share the ward's rota", 4, ("16", "17.4")),
    _posts("senior_nurses", "senior nurse", "nurses who take charge of a shift", 0, ("4", "4")),
    _posts("junior_doctors", "junior doctor", "doctors below consultants, with those on call at night", 3, ("6", "6")),
    _posts("consultants", "consultant", "consultants who look after its patients", 1, ("3", "3")),
    _posts("pharmacists", "pharmacist", "pharmacists who visit it", 0, ("1", "1"), left_out=str(USUAL_PHARMACISTS)),
    _mode(MODES[0], "whose care follows a known pathway", ("70%", "35%")),
    _mode(MODES[1], "whose treatment is chosen among known options", ("20%", "40%")),
    _mode(MODES[2], "whose treatment must be found by trial", ("10%", "25%")),
    Column(EMERGENCY, "share of arrivals that are not planned", _SHARE, ("85%", "95%"), f"{USUAL_EMERGENCIES:.0%}"),
)
BY_NAME = {column.name: column for column in COLUMNS}
POSTS = tuple(column for column in COLUMNS if column.grade)


def template() -> bytes:
    """A table with the names of all columns and two wards, to be opened in a spreadsheet and filled in."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.name for column in COLUMNS)
    writer.writerows(zip(*(column.examples for column in COLUMNS), strict=True))
    return text.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8
