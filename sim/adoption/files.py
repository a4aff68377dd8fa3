"""From a file that a spreadsheet saved to rows of text: its encoding, its separator, and what is no table at all."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.adoption.table import AdoptionError
from sim.scenario.words import nearest, one_line

LARGEST_FILE = 1_000_000
SEPARATORS = (",", ";", "\t")
_WORKBOOKS = {b"PK\x03\x04": "a workbook", b"\xd0\xcf\x11\xe0": "a workbook of an older kind", b"%PDF": "a PDF"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAMED_SEPARATOR = re.compile(r"\ufeff?sep=([,;\t|])\r?\n?", re.IGNORECASE)  # a first line that Excel understands
_READ_AS_WINDOWS = (
    "The file is not in UTF-8 and was read as Windows saves text in Western Europe (cp1252): look whether the names "
    "of wards came out right."
)

type Rows = list[tuple[int, list[str]]]


def rows_of(path: Path, shown: str, known: Callable[[str], bool]) -> tuple[Rows, list[str]]:
    """The rows of a file that are not empty, each with its number in the spreadsheet; and how the file was read.

    Args:
        path: of the file, which may come from a stranger.
        shown: what messages call it.
        known: whether a cell is the name of a column. What separates cells is what makes most of these.

    Raises:
        AdoptionError: it cannot be read, is too large, or is no text with rows of cells.
    """
    content = _content(path, shown)
    text, readings = _text(content, shown)
    named = _NAMED_SEPARATOR.match(text)
    before = 1 if named else 0
    if named:
        text = text[named.end() :]
    separator = named[1] if named else _separator(text, known)
    return list(_rows(text, separator, shown, before)), readings


def _content(path: Path, shown: str) -> bytes:
    try:
        if path.is_dir():
            raise AdoptionError([f"{shown}: this is a folder; name a .csv file in it"])
        if path.exists() and not path.is_file():
            raise AdoptionError([f"{shown}: this is not an ordinary file"])
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise AdoptionError([f"{shown}: there is no such file{_file_hint(path)}"]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is not a usable file name"
        raise AdoptionError([f"{shown}: the file cannot be read: {reason}"]) from None
    if len(content) > LARGEST_FILE:
        raise AdoptionError([f"{shown}: the file is larger than 1 MB; a table of wards has a few kilobytes"])
    return content


def _file_hint(path: Path) -> str:
    try:
        close = nearest(path.name, [file.name for file in path.parent.glob("*.csv")])
    except OSError:
        return ""
    return f'; did you mean "{one_line(close[0])}"?' if close else ""


def _text(content: bytes, shown: str) -> tuple[str, list[str]]:
    """The text of a file, and a line on how it was read if its encoding had to be guessed."""
    for beginning, kind in _WORKBOOKS.items():
        if content.startswith(beginning):
            raise AdoptionError([f"{shown}: this is {kind}; save the sheet as CSV and name that file"])
    is_wide = content.startswith(_UTF_16)
    if not is_wide and b"\0" in content:
        raise AdoptionError([f"{shown}: this is not text; save the sheet as CSV, with encoding UTF-8"])
    readings: list[str] = []
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        text, readings = _windows_text(content, shown, is_wide), [_READ_AS_WINDOWS]
    odd = _CONTROL.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise AdoptionError([f"{shown}: line {line} holds a control character, so this is no text that people wrote"])
    return text, readings


def _windows_text(content: bytes, shown: str, is_wide: bool) -> str:
    try:
        if not is_wide:
            return content.decode("cp1252")
    except UnicodeDecodeError:
        pass
    raise AdoptionError([f"{shown}: this is not text in an encoding that we know; save the sheet as CSV, in UTF-8"])


def _separator(text: str, known: Callable[[str], bool]) -> str:
    """What separates cells: that which makes most names of columns of the first line that holds anything."""
    first = next((line for line in io.StringIO(text) if line.strip(" \t\r\n,;")), "")

    def names(separator: str) -> int:
        return sum(known(cell.strip(' "\r\n')) for cell in first.split(separator))

    def parts(separator: str) -> int:
        return first.count(separator)

    return max(SEPARATORS, key=lambda separator: (names(separator), parts(separator)))


def _rows(text: str, separator: str, shown: str, before: int) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    row = before
    try:
        for row, cells in enumerate(rows, start=before + 1):
            if any(cell.strip() for cell in cells):
                yield row, cells
    except csv.Error as error:
        raise AdoptionError([f"{shown}, row {row + 1}: {_plain(str(error))}"]) from None


def _plain(error: str) -> str:
    if "field larger" in error:
        return "a cell is longer than any cell can be; perhaps a quotation mark is opened and never closed"
    return 'a quotation mark is opened and not closed, or text follows it; write a mark within a cell as ""'
