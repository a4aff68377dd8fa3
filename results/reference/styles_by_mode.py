"""Make the reference experiment anew: `uv run python results/reference/styles_by_mode.py [--folder SWEEP]`.

Sweeps scenarios/experiments/styles-by-mode.toml, or goes on with it in the folder of a sweep, and keeps it in small
form: arms.csv, each arm's outcomes; styles.csv, each style on a ward of each mode, over all dials. Beside them stand
the maps of what is best in which mode, by harm and by errors, and the audit of records against what happened.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

import sim
from sim.analysis.arms import DEFAULT_OUTCOMES
from sim.analysis.results import interval
from sim.report.export import origin
from sim.report.spreadsheets import safe_for_spreadsheets

HERE = Path(__file__).resolve().parent
DESIGN = HERE.parents[1] / "scenarios" / "experiments" / "styles-by-mode.toml"
KEPT = HERE / "styles-by-mode"
DIGITS = 5
OUTCOMES = (*DEFAULT_OUTCOMES, "occupancy")  # how full a ward is says much about what its lead can do
ANSWERS = {
    "map": ["map"],
    "map_of_errors": ["map", "--choose", "style", "--outcome", "errors_reached"],
    "audit": ["audit"],
}


def by_run(found: sim.StoredResults) -> pd.DataFrame:
    """The outcomes of each run of the whole ward, with the levels of its arm."""
    names = ", ".join(f"'{name}'" for name in OUTCOMES)
    whole = "ward = 'all' AND mode = 'all'"
    rows = found.sql(f"SELECT arm, replication, outcome, value FROM outcomes WHERE {whole} AND outcome IN ({names})")
    return rows.df().merge(found.arms.drop(columns="title"), on="arm")


def summary(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean and 95% t interval over replications, after the mean over whatever else varies."""
    of_seed = rows.groupby([*by, "outcome", "replication"], observed=True, sort=False)["value"].mean()
    grouped = of_seed.groupby([*by, "outcome"], observed=True, sort=False)
    table = pd.DataFrame([(*key, *interval(values.to_numpy())) for key, values in grouped])
    table.columns = [*by, "outcome", "mean", "low", "high", "replications"]
    return table.round(DIGITS)


def make(sweep: Path) -> None:
    """Sweep what is missing, and keep the result."""
    found = sim.sweep(DESIGN, sweep)
    rows = by_run(found)
    factors = [name for name in found.arms.columns if name not in ("arm", "title")]
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir()
    microsystem = Path(sys.executable).with_name("microsystem")
    for name, words in ANSWERS.items():
        subprocess.run([microsystem, *words[:1], sweep, *words[1:], "--out", KEPT / name], check=True)
    safe_for_spreadsheets(summary(rows, factors)).to_csv(KEPT / "arms.csv", index=False)
    safe_for_spreadsheets(summary(rows, ["mode", "style"])).to_csv(KEPT / "styles.csv", index=False)
    (KEPT / "provenance.json").write_text(json.dumps(origin(found), indent=2, ensure_ascii=False) + "\n")
    shutil.copyfile(sweep / "scenario.toml", KEPT / "scenario.toml")


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--folder", type=Path, help="of a sweep that is to be gone on with")
    given = words.parse_args()
    if given.folder:
        make(given.folder)
    else:
        with tempfile.TemporaryDirectory() as elsewhere:
            make(Path(elsewhere) / "sweep")
