"""Make the check of deaths anew: `uv run python results/reference/ceiling.py`.

Sweeps scenarios/experiments/deaths-and-leading.toml, and keeps each arm less the baseline: deaths per 1,000 admissions,
and beside them what could lead to deaths, so that one can see by which way they moved.
"""

import json
import tempfile
from pathlib import Path

import sim
from sim.analysis.arms import compare_arms
from sim.report.export import origin

HERE = Path(__file__).resolve().parent
DESIGN = HERE.parents[1] / "scenarios" / "experiments" / "deaths-and-leading.toml"
KEPT = HERE / "ceiling"
OUTCOMES = ["deaths", "preventable_events", "deteriorations", "length_of_stay", "wait"]  # all that the design keeps


def make(sweep: Path) -> None:
    """Sweep, and keep the result."""
    found = sim.sweep(DESIGN, sweep)
    table = compare_arms(found, outcomes=OUTCOMES).table
    table["arm"] = table["arm_title"].str.replace("_", " ")
    KEPT.mkdir(exist_ok=True)
    columns = ["arm", "outcome", "unit", "of_arm", "difference", "low", "high", "p_adjusted", "replications"]
    table[columns].round(4).to_csv(KEPT / "ceiling.csv", index=False)
    (KEPT / "provenance.json").write_text(
        json.dumps(origin(found, with_draws=False), indent=2, ensure_ascii=False) + "\n"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as elsewhere:
        make(Path(elsewhere) / "sweep")
