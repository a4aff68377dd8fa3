"""Make the check of inputs anew: `uv run python results/reference/inputs.py`.

Three published figures go into the model. Observers in it look whether they come out again: a ratio of errors by
interruptions, odds of an error by the length of shifts, and items that survive five handovers.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

import sim
from sim.analysis.results import interval
from sim.report.provenance import made_with
from sim.scenario import Scenario, load, with_changes
from sim.state.vocabulary import CHANCES, HANDOVER_LOSS, LONG_SHIFT, MADE, SHORT_SHIFT

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parents[1] / "scenarios"
KEPT = HERE / "inputs"
SEED, REPLICATIONS = 9_000, 20
THREE = 3
HANDOVERS = 5
FORMS = {"verbal": 2.5, "notes": 85.5, "printed": 99.0}


def ratio_by_interruptions(record) -> float:
    """Errors in doses at three interruptions against none, as an observer at the bedside counts both (I1)."""
    doses = record.observed["doses_interrupted"].sum(axis=(0, 1))
    wrong = record.observed["doses_interrupted_wrong"].sum(axis=(0, 1))
    return (wrong[THREE] / doses[THREE]) / (wrong[0] / doses[0])


def odds_by_length_of_shift(record) -> float:
    """Odds of an error in the logbook of a long shift against a shorter one (I2)."""
    share = record.staffing["shifts_with_error"].sum(axis=0) / record.staffing["shifts_logged"].sum(axis=0)
    odds = share / (1 - share)
    return odds[LONG_SHIFT] / odds[SHORT_SHIFT]


def kept_after_five(record) -> float:
    """Items that five handovers in a row would keep, in per cent, as counted at single ones (I3)."""
    stages = record.funnel[:, :, HANDOVER_LOSS].sum(axis=(0, 1, 2))
    return 100 * (1 - stages[MADE] / stages[CHANCES]) ** HANDOVERS


def observed(scenario: Scenario, look: Callable) -> tuple[float, float, float]:
    """Mean over hospital-years of what an observer finds, with its 95% interval."""
    records = sim.run(scenario, years=1, seed=SEED, reps=REPLICATIONS).records
    mean, low, high, _ = interval(np.array([look(record) for record in records]))
    return mean, low, high


def rows() -> list[dict[str, object]]:
    """Each input: what was published, and what is observed."""
    ward = load(SCENARIOS / "one_ward.toml")
    asked = [
        ("I1", "errors in doses: after three interruptions against none, ratio", 38.9 / 25.3,
         "Westbrook 2010, Arch Intern Med 170:683", load(SCENARIOS / "baseline.toml"), ratio_by_interruptions),
        ("I2", "a nurse's error in a shift of 12.5 hours or more against a shorter one, odds ratio", 3.29,
         "Rogers 2004, Health Aff", load(SCENARIOS / "long_shifts.toml"), odds_by_length_of_shift),
    ]  # fmt: skip
    for form, kept in FORMS.items():
        words = f"items kept after five handovers, {form}, %"
        changed = with_changes(ward, {"wards.acute_medicine.handover": form})
        asked.append(("I3", words, kept, "Bhabra 2007, Ann R Coll Surg Engl", changed, kept_after_five))
    found = []
    for name, quantity, published, source, scenario, look in asked:
        mean, low, high = observed(scenario, look)
        numbers = {"published": round(published, 3), "observed": mean, "low": low, "high": high}
        found.append({"id": name, "quantity": quantity, **numbers, "source": source})
    return found


def make() -> None:
    """Look, and keep what was seen."""
    found = rows()
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "inputs.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        table.writeheader()
        table.writerows({key: f"{v:.4g}" if isinstance(v, float) else v for key, v in row.items()} for row in found)
    origin = {
        "command": "uv run python results/reference/inputs.py",
        "seed": SEED,
        "replications": REPLICATIONS,
        **made_with(),
    }
    (KEPT / "provenance.json").write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()
