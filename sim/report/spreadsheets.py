"""Tables that are safe to open in a spreadsheet, which would run some texts as formulas."""

from pathlib import Path

import pandas as pd

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(table: pd.DataFrame, path: Path, digits: str | None = None) -> None:
    """Write a table as text that a spreadsheet opens without harm, and with the mark by which Excel knows UTF-8."""
    safe_for_spreadsheets(table).to_csv(path, index=False, encoding="utf-8-sig", float_format=digits)


def safe_for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    return table.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else column.map(_safe))


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
