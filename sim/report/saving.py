"""A folder of results: tables, figure, scenario and provenance."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.analysis.results import Results
from sim.report.figures import overview, save_figure
from sim.report.folder import whole
from sim.report.provenance import provenance
from sim.scenario import to_toml

TABLES = ("outcomes", "funnel", "series", "staffing")
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def save(results: Results, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write results into a new `folder`, all or nothing, and return its path.

    Args:
        results: to be written.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for the run, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        for table in TABLES:
            getattr(results, table).to_parquet(part / f"{table}.parquet", index=False)
        safe_for_spreadsheets(results.summary("ward and mode")).to_csv(part / "summary.csv", index=False)
        save_figure(overview(results), part / "figure")
        (part / "scenario.toml").write_text(to_toml(results.scenario), encoding="utf-8")
        origin = json.dumps(provenance(results, command), indent=2, ensure_ascii=False, allow_nan=False)
        (part / "provenance.json").write_text(origin + "\n", encoding="utf-8")
    return Path(folder)


def safe_for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula."""
    return table.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell)
