"""Make the check of the horizon anew: `uv run python results/reference/horizon.py`.

Levels are calibrated on one year of hospitals. What observers would see after half a year, two and three is looked up
here with the same levels, and once more for three years without knowledge that moves conditions to another mode (M3).
"""

import json
from pathlib import Path

import pandas as pd

import sim
from sim.analysis.results import interval
from sim.calibration.targets import targets
from sim.report.provenance import made_with
from sim.scenario import Scenario, load, with_changes

HERE = Path(__file__).resolve().parent
BASELINE = HERE.parents[1] / "scenarios" / "baseline.toml"
KEPT = HERE / "horizon"
SEED, REPLICATIONS = 70_000, 30
YEARS = (0.5, 1.0, 2.0, 3.0)


def seen(scenario: Scenario, years: float, knowledge: bool) -> list[dict[str, object]]:
    """What observers see in a run of some years: a row for each published figure."""
    results = sim.run(scenario, years=years, seed=SEED, reps=REPLICATIONS)
    rows = []
    for target in targets():
        mean, low, high, _ = interval(results.values(target.outcome))
        about = {"id": target.id, "quantity": target.quantity, "unit": target.unit, "years": years}
        about |= {"knowledge": knowledge, "figure": target.figure, "mean": mean, "low": low, "high": high}
        rows.append(about | {"within": target.holds(mean), "factor": target.factor(mean)})
    return rows


def make() -> None:
    """Run, and keep what was seen."""
    baseline = load(BASELINE)
    still = with_changes(baseline, {"mechanisms.knowledge": False})
    rows = [row for years in YEARS for row in seen(baseline, years, knowledge=True)]
    rows += seen(still, YEARS[-1], knowledge=False)
    KEPT.mkdir(exist_ok=True)
    pd.DataFrame(rows).to_csv(KEPT / "horizon.csv", index=False, float_format="%.4g")
    origin = {
        "command": "uv run python results/reference/horizon.py",
        "scenario": "scenarios/baseline.toml",
        "seed": SEED,
        "replications": REPLICATIONS,
        **made_with(),
    }
    (KEPT / "provenance.json").write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()
