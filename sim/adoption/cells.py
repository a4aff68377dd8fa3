"""Reading one cell of somebody's spreadsheet: numbers as people write them, and what is wrong with the rest."""

import math
import re

from sim.scenario.words import quoted

LONGEST_NUMBER = 30
DIGITS = 9  # of a share: more than anybody writes, and 92.3% is 0.923

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]*")
_SPACED = re.compile(r"[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]*)?")
_SPREADSHEET_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}


class CellFault(Exception):
    """What is wrong with a cell; the message goes on after the name of its column."""


def tidy(cell: str) -> str:
    """A cell with single spaces, none of them at its ends."""
    return " ".join(cell.split())


def number(cell: str, allowed: str) -> float:
    """The number in a cell; a comma before its decimals does as well as a point.

    Raises:
        CellFault: there is none, or it can be read in two ways.
    """
    _refuse_what_is_no_value(cell, allowed)
    if _GROUPS.fullmatch(cell) or _SPACED.fullmatch(cell):
        raise CellFault(f"is {quoted(cell)}, with what may separate thousands; it should be {allowed}, without that")
    if len(cell) > LONGEST_NUMBER or not _NUMBER.fullmatch(cell):
        raise CellFault(f"is {quoted(cell)}; it should be {allowed}")
    return float(cell.replace(",", "."))


def share(cell: str, allowed: str) -> tuple[float, bool]:
    """The number in a cell that holds a share, and whether a percent sign says what it means; 92% gives 0.92.

    Raises:
        CellFault: as for `number`.
    """
    is_percent = re.fullmatch(r".*[0-9.,] ?%", cell) is not None
    value = number(cell.removesuffix("%").rstrip() if is_percent else cell, allowed)
    return (round(value / 100, DIGITS) if is_percent else value), is_percent


def within(value: float, low: float, high: float, cell: str, allowed: str) -> float:
    """The value, if it lies where it may.

    Raises:
        CellFault: it does not.
    """
    if not low <= value <= high:
        raise CellFault(f"is {quoted(cell)}; it should be {allowed}")
    return value


def rounded(value: float) -> int:
    """The nearest whole number; a half goes up, as people round."""
    return math.floor(value + 0.5)


def name(cell: str, longest: int) -> str:
    """The name in a cell.

    Raises:
        CellFault: it is empty, too long, a formula, or holds what cannot be printed.
    """
    allowed = f"a name of 1 to {longest} characters"
    _refuse_what_is_no_value(cell, allowed)
    if len(cell) > longest:
        raise CellFault(f"has {len(cell):,} characters ({quoted(cell)}); it should be {allowed}")
    if not cell.isprintable():
        raise CellFault(f"is {quoted(cell)}, with a character that cannot be shown; it should be {allowed}")
    return cell


def _refuse_what_is_no_value(cell: str, allowed: str) -> None:
    if not cell:
        raise CellFault(f"is empty; it should be {allowed}")
    if cell.startswith("="):
        raise CellFault(f"is the formula {quoted(cell)}; it should be {allowed}: save the values, not the formulas")
    if cell.upper() in _SPREADSHEET_ERRORS:
        raise CellFault(f"is {quoted(cell)}, an error of the spreadsheet; it should be {allowed}")
