"""Make the reference comparison of styles anew: `uv run python results/reference/styles_of_leading.py`.

Sweeps scenarios/experiments/styles-of-leading.toml and keeps every style less the pace-setting one in small form:
styles.csv, by mode of care and ledger, in pairs of one seed.
"""

import json
import tempfile
from pathlib import Path

import pandas as pd

import sim
from sim.analysis.arms import compare_arms
from sim.analysis.outcomes import ALL, OUTCOMES
from sim.report.export import origin
from sim.report.spreadsheets import safe_for_spreadsheets
from sim.state.vocabulary import MODES

HERE = Path(__file__).resolve().parent
DESIGN = HERE.parents[1] / "scenarios" / "experiments" / "styles-of-leading.toml"
KEPT = HERE / "styles-of-leading"
COLUMNS = [
    "ledger",
    "outcome",
    "unit",
    "arm_title",
    "of_reference",
    "of_arm",
    "difference",
    "low",
    "high",
    "p_adjusted",
]
SHOWN = [outcome.name for outcome in OUTCOMES if not outcome.detail]


def by_mode(found: sim.StoredResults) -> pd.DataFrame:
    """Every style less the first, on all wards and by mode of care, where an outcome is kept by mode."""
    tables = {ALL: compare_arms(found, outcomes=SHOWN).table}
    with_modes = set(found.sql("SELECT DISTINCT outcome FROM outcomes WHERE mode <> 'all'").df()["outcome"])
    known = [name for name in SHOWN if name in with_modes]
    tables |= {mode: compare_arms(found, outcomes=known, mode=mode).table for mode in MODES}
    return pd.concat([table[COLUMNS].assign(mode=mode) for mode, table in tables.items()])[["mode", *COLUMNS]]


def make(sweep: Path) -> None:
    """Sweep, and keep the result."""
    found = sim.sweep(DESIGN, sweep)
    KEPT.mkdir(exist_ok=True)
    safe_for_spreadsheets(by_mode(found).round(5)).to_csv(KEPT / "styles.csv", index=False)
    (KEPT / "provenance.json").write_text(json.dumps(origin(found), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as elsewhere:
        make(Path(elsewhere) / "sweep")
