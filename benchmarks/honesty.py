"""How often a comparison would mislead: a scenario against itself under other seeds, and intervals against a truth.

    uv run python benchmarks/honesty.py [--runs N] [--trials N] [--write FILE]

Runs a cheap scenario many times. Each trial takes twice `PAIRS` runs of other seeds, half as one arm and half as the
other, and asks whether they are told apart; and whether the 95% interval of one arm holds the mean of all runs.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.analysis.evidence import compared
from sim.analysis.outcomes import BY_NAME
from sim.analysis.results import interval
from sim.experiment.design_files import design_from
from sim.report.provenance import commit

ROOT = Path(__file__).resolve().parent.parent
OUTCOMES = ("errors_made", "errors_reached", "incident_reports", "adverse_events", "length_of_stay")
PAIRS = 20


def honesty(runs: int, trials: int) -> dict[str, Any]:
    """Shares of trials, by outcome: told apart though alike, and intervals that hold the truth."""
    content = {
        "title": "One arm",
        "method": "list",
        "arms": {"usual": {}},
        "keep": {"outcomes": list(OUTCOMES), "series": False},
        "run": {"days": 56, "warm_up_days": 7, "replications": runs},
    }
    with tempfile.TemporaryDirectory() as folder:
        found = sim.sweep(design_from(content, sim.load(ROOT / "scenarios" / "small.toml")), folder)
        values = {name: found.values(name)[0].to_numpy() for name in OUTCOMES}
    chance = np.random.default_rng(1)
    return {name: _of_trials(name, values[name], trials, chance) for name in OUTCOMES}


def _of_trials(name: str, values: np.ndarray, trials: int, chance: np.random.Generator) -> dict[str, float]:
    values = values[~np.isnan(values)]
    truth = values.mean()
    apart = covered = 0
    for _ in range(trials):
        one, other = chance.choice(values, (2, PAIRS), replace=False)
        apart += bool(compared(BY_NAME[name], one, other)["p"] < 0.05)
        _, low, high, _ = interval(one)
        covered += low <= truth <= high
    return {"runs": len(values), "trials": trials, "told_apart": apart / trials, "covered": covered / trials}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--runs", type=int, default=4_000)
    words.add_argument("--trials", type=int, default=1_000)
    words.add_argument("--write", type=Path)
    given = words.parse_args()
    found = {"commit": commit(Path(__file__)), "pairs": PAIRS, **honesty(given.runs, given.trials)}
    print(json.dumps(found, indent=2))
    if given.write:
        given.write.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
