"""Reading a table of wards: which columns it has, what each row says, and every fault with its row and column.

A table is refused whole, with all its faults at once, so that a spreadsheet is mended in one go. Numbers may be written
as people write them (92%, 0.92 or 0,92). What could mean two things is refused, and what had to be rounded is told.
"""

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sim.adoption import cells
from sim.adoption.cells import DIGITS, CellFault
from sim.adoption.columns import (
    BEDS,
    BY_NAME,
    COLUMNS,
    DIVISION,
    EMERGENCY,
    LEAST_OCCUPANCY,
    LEAST_STAY,
    LONGEST_NAME,
    MOST_BEDS,
    MOST_OCCUPANCY,
    MOST_POSTS,
    MOST_STAY,
    OCCUPANCY,
    POSTS,
    STAY,
    USUAL_PHARMACISTS,
    WARD,
    Column,
)
from sim.adoption.files import rows_of
from sim.adoption.table import AdoptionError, WardRow, WardTable
from sim.scenario.guide import node_at
from sim.scenario.leading import SUM_TOLERANCE
from sim.scenario.words import nearest, number, one_line, quoted
from sim.state.vocabulary import MODES

MOST_ROWS = 250
MOST_A_DAY = (node_at(("wards", "any", "arrivals_per_day")) or {})["maximum"]
OFF_BY_ROUNDING = 0.015  # three percentages rounded to whole ones add up to 99 to 101
TOTALS = {"total", "totals", "sum", "grand total", "average", "mean", "overall", "all wards"}

type Cells = Mapping[str, str]


def read_table(path: str | os.PathLike[str]) -> WardTable:
    """The table of wards in a CSV file, as spreadsheets save it.

    Cells are separated by commas, semicolons or tabs; the text is UTF-8, UTF-16 with its mark, or that of Western
    Windows.

    Raises:
        AdoptionError: the file cannot be read, or says what no ward can be made of. The message lists every fault with
            its row and column.
    """
    shown = one_line(str(path))
    found, readings = rows_of(Path(path), shown, lambda cell: _plain(cell) in BY_NAME)
    if not found:
        raise AdoptionError([f"{shown}: the file is empty; `microsystem adopt --template` writes one to fill in"])
    (heading_row, heading), *below = found
    names = [_plain(cell) for cell in heading]
    faults = [f"{shown}, row {heading_row}: {fault}" for fault in _heading_faults(heading, names)]
    if faults:
        raise AdoptionError(faults)
    if not below:
        raise AdoptionError([f"{shown}: there is no row of a ward below the names of columns in row {heading_row}"])
    if len(below) > MOST_ROWS:
        raise AdoptionError([f"{shown}: the table has {len(below):,} wards; it may have 1 to {MOST_ROWS}"])
    read = [_Reader(row, names, line).read() for row, line in below]
    rows = tuple(row for row, _ in read if row)
    told = [(row, fault) for (row, _), (_, faults) in zip(below, read, strict=True) for fault in faults]
    told += _twice(below, names)
    if told:
        raise AdoptionError(f"{shown}, row {row}: {fault}" for row, fault in sorted(told, key=lambda each: each[0]))
    return WardTable(one_line(Path(path).name), rows, tuple(readings))


# The names of columns


def _plain(cell: str) -> str:
    """The name of a column in small letters, with underscores where people write spaces or hyphens."""
    return re.sub(r"[\s_-]+", "_", cell.strip().lower())


def _heading_faults(heading: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    named = {name for name in names if name}
    if not named & set(BY_NAME):
        yield f"here should stand the names of columns ({', '.join(BY_NAME)}), and not {quoted(_first(heading))}"
        return
    strangers = [position for position, name in enumerate(names) if name and name not in BY_NAME]
    meant = {position: _nearest(names[position], named) for position in strangers}
    free = ", ".join(known for known in BY_NAME if known not in named)
    for position in strangers:
        hint = f'did you mean "{meant[position]}"?' if meant[position] else "leave it out"
        others = f", or use one of {free}" if free and not meant[position] else ""
        yield f"{quoted(cells.tidy(heading[position]))} is not a column; {hint}{others}"
    for column in COLUMNS:
        if column.is_needed and column.name not in {*named, *meant.values()}:
            yield f'the column "{column.name}" is missing; it holds the {column.meaning}'
    for name in sorted(named):
        if names.count(name) > 1:
            yield f'the column "{name}" is there {names.count(name)} times; leave one'


def _first(heading: Sequence[str]) -> str:
    return cells.tidy(next(cell for cell in heading if cell.strip()))


def _nearest(name: str, named: set[str]) -> str:
    """The column that was perhaps meant: one that is not there, and that is like the name or a word of it."""
    free = [known for known in BY_NAME if known not in named]
    return next(iter(nearest(name, free) or [known for known in free if known in name.split("_")]), "")


# One row


class _Reader:
    """Reads one row, and collects what is wrong with it."""

    def __init__(self, row: int, names: Sequence[str], line: Sequence[str]):
        self.row = row
        self.cells: Cells = {name: cells.tidy(cell) for name, cell in zip(names, line, strict=False) if name}
        self.faults: list[str] = []
        self.readings: list[str] = []
        unnamed = [cell for name, cell in zip(names, line, strict=False) if not name and cell.strip()]
        beyond = [cell for cell in line[len(names) :] if cell.strip()]
        for cell in [*unnamed, *beyond][:1]:
            self.faults.append(f"{quoted(cells.tidy(cell))} stands below no column; is there a cell too many?")

    def read(self) -> tuple[WardRow | None, list[str]]:
        """The ward, if nothing is wrong, and what is wrong."""
        name = self._value(WARD, _ward_name)
        division = self._value(DIVISION, _name)
        beds = self._value(BEDS, _whole(1, MOST_BEDS))
        occupancy = self._value(OCCUPANCY, _occupancy)
        stay = self._value(STAY, _between(LEAST_STAY, MOST_STAY))
        posts = {column.grade: self._value(column.name, self._posts(column)) for column in POSTS}
        mix = self._mix()
        emergency = self._value(EMERGENCY, _share)
        if beds and occupancy and stay:
            self._refuse_crowds(beds, occupancy, stay)
        if self.faults or not (name and beds and occupancy and stay and mix):
            return None, self.faults
        filled = {grade: USUAL_PHARMACISTS if count is None else count for grade, count in posts.items()}
        readings = tuple(self.readings)
        ward = WardRow(self.row, name, division or "", beds, occupancy, stay, filled, mix, emergency, readings)
        return ward, []

    def _refuse_crowds(self, beds: int, occupancy: float, stay: float) -> None:
        a_day = beds * occupancy / stay
        if a_day > MOST_A_DAY:
            self.faults.append(
                f"{STAY} is {stay:g} days, so {beds} beds, {occupancy:.0%} full, take {a_day:.0f} patients a day; "
                f"a ward of the model takes at most {MOST_A_DAY:g}: give it two rows"
            )

    def _value[Value](self, name: str, read: Callable[[str, str], Value]) -> Value | None:
        """What a cell holds; None where it is faulty, or where it is empty and may be."""
        column, cell = BY_NAME[name], self.cells.get(name, "")
        if not cell and not column.is_needed:
            return None
        try:
            return read(cell, column.allowed)
        except CellFault as fault:
            self.faults.append(f"{name} {fault}")
            return None

    def _posts(self, column: Column) -> Callable[[str, str], int]:
        def posts(cell: str, allowed: str) -> int:
            given = cells.number(cell, allowed)
            whole = cells.rounded(given) if math.isfinite(given) else given
            cells.within(whole, column.least, MOST_POSTS, cell, allowed)
            if given != whole:
                self.readings.append(f"{given:g} posts of {column.grade} are {whole} people here")
            return int(whole)

        return posts

    def _mix(self) -> tuple[float, float, float] | None:
        """The shares of patients in the three modes, which add up to 1."""
        before = len(self.faults)
        given = [self._value(mode, cells.share) for mode in MODES]
        if len(self.faults) > before:
            return None
        found = [each for each in given if each is not None]
        in_percent = any(value > 1 and not signed for value, signed in found)
        shares = [round(value / 100, DIGITS) if in_percent and not signed else value for value, signed in found]
        for mode, share in zip(MODES, shares, strict=True):
            if not 0 <= share <= 1:
                self.faults.append(f"{mode} is {quoted(self.cells[mode])}; it should be {BY_NAME[mode].allowed}")
        total = sum(shares)
        if len(self.faults) == before and abs(total - 1) > OFF_BY_ROUNDING:
            self.faults.append(
                f"{', '.join(MODES)} add up to {number(round(100 * total, 6))}%; they should add up to 100%"
            )
        if len(self.faults) > before:
            return None
        if abs(total - 1) > SUM_TOLERANCE:
            self.readings.append(f"the shares of modes add up to {100 * total:.4g}%, and were scaled to 100%")
        repetitive, constrained, unconstrained = (round(share / total, DIGITS) for share in shares)
        return repetitive, constrained, unconstrained


def _name(cell: str, allowed: str) -> str:
    return cells.name(cell, LONGEST_NAME)


def _ward_name(cell: str, allowed: str) -> str:
    if cell.casefold() in TOTALS:
        raise CellFault(f"is {quoted(cell)}, which seems to sum up other rows; leave such a row out")
    return _name(cell, allowed)


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def whole(cell: str, allowed: str) -> int:
        value = cells.within(cells.number(cell, allowed), low, high, cell, allowed)
        if not value.is_integer():
            raise CellFault(f"is {quoted(cell)}; it should be {allowed}")
        return int(value)

    return whole


def _between(low: float, high: float) -> Callable[[str, str], float]:
    return lambda cell, allowed: cells.within(cells.number(cell, allowed), low, high, cell, allowed)


def _share(cell: str, allowed: str) -> float:
    """A share, written as one, with a percent sign, or as a percentage without."""
    value, signed = cells.share(cell, allowed)
    value = round(value / 100, DIGITS) if value > 1 and not signed else value
    return cells.within(value, 0, 1, cell, allowed)


def _occupancy(cell: str, allowed: str) -> float:
    return cells.within(_share(cell, allowed), LEAST_OCCUPANCY, MOST_OCCUPANCY, cell, allowed)


def _twice(below: Sequence[tuple[int, Sequence[str]]], names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Rows that have the name of an earlier one."""
    first: dict[str, int] = {}
    place = names.index(WARD)
    for row, line in below:
        name = cells.tidy(line[place]) if place < len(line) else ""
        if name and first.setdefault(name.casefold(), row) != row:
            yield row, f"{WARD} is {quoted(name)}, as in row {first[name.casefold()]}; give each ward a name of its own"
