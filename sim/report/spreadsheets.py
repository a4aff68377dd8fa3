"""Tables that are safe to open in a spreadsheet, which would run some texts as formulas."""

import pandas as pd

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    return table.apply(lambda column: column if pd.api.types.is_numeric_dtype(column) else column.map(_safe))


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
