"""List assumptions by how much results depend on them: `uv run python results/reference/assumptions.py`.

Every parameter that is graded assumed is moved up or down by a quarter, at random and all at once, in each of many
ward-years. A straight line through all of them gives what each alone does to an outcome, with its interval.
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t as student

import sim
from sim.experiment.design_files import design_from
from sim.experiment.draws import Draws
from sim.report.export import origin
from sim.scenario import load
from sim.state.parameters import PARAMETERS
from sim.state.parameters.registry import Parameter

HERE = Path(__file__).resolve().parent
WARD = HERE.parents[1] / "scenarios" / "one_ward.toml"
KEPT = HERE / "assumptions"
YEARS, SEED = 2_400, 70_000
QUARTER = 1.25
SMALL_PART = 0.1  # of the range, for a parameter that is nought
OUTCOMES = (
    *("errors_reached", "preventable_events", "adverse_events", "incident_reports", "share_reported", "voice"),
    *("undone", "mortality", "length_of_stay", "readmission", "measured_safety", "trust"),
)


def ends(parameter: Parameter) -> tuple[float, float]:
    """The values below and above the default that a parameter is moved to, within its range."""
    default, part = parameter.default, SMALL_PART * (parameter.high - parameter.low)
    low, high = sorted((default / QUARTER, default * QUARTER)) if default else (default - part, default + part)
    if parameter.is_whole:
        low, high = default - 1, default + 1
    return max(low, parameter.low), min(high, parameter.high)


def moved() -> tuple[list[str], np.ndarray, Draws]:
    """Names of the assumptions, which way each is moved in each year (−1 or 1), and the values."""
    assumed = [each for each in PARAMETERS.values() if each.grade == "assumed" and not each.name.startswith("dials.")]
    rng = np.random.default_rng(SEED)
    half = np.repeat([-1, 1], YEARS // 2)
    ways = np.column_stack([rng.permutation(half) for _ in assumed])
    low, high = np.array([ends(each) for each in assumed]).T
    names = [each.name for each in assumed]
    return names, ways, Draws(tuple(names), np.where(ways > 0, high, low))


def effects(names: list[str], ways: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """What moving each assumption from its lower to its upper value does to an outcome, in % of its mean."""
    known = ~np.isnan(values)
    terms = np.column_stack([np.ones(known.sum()), ways[known]])
    inverse = np.linalg.inv(terms.T @ terms)
    slopes = inverse @ terms.T @ values[known]
    left = values[known] - terms @ slopes
    freedom = len(left) - terms.shape[1]
    error = np.sqrt(left @ left / freedom * np.diag(inverse))
    reach = student.ppf(0.975, freedom) * error
    p = 2 * student.sf(np.abs(slopes / error), freedom)
    percent = 200 / slopes[0]
    table = pd.DataFrame({"parameter": names, "change": percent * slopes[1:], "reach": abs(percent) * reach[1:]})
    return table.assign(low=table.change - table.reach, high=table.change + table.reach, p=p[1:]).drop(columns="reach")


def make(folder: Path) -> None:
    """Run, and keep what each assumption does to each outcome where that is more than chance."""
    names, ways, draws = moved()
    content = {
        "title": "Every assumption moved by a quarter",
        "method": "list",
        "arms": {"usual": {}},
        "run": {"years": 1, "replications": YEARS, "seed": SEED},
        "draws": draws.columns(),
        "keep": {"outcomes": list(OUTCOMES), "series": False},
    }
    found = sim.sweep(design_from(content, load(WARD)), folder)
    tables = [effects(names, ways, found.values(name).to_numpy()[:, 0]).assign(outcome=name) for name in OUTCOMES]
    table = pd.concat(tables, ignore_index=True)
    table["p_adjusted"] = np.minimum(table.p * len(table), 1.0)
    told = table[table.p_adjusted < 0.05].sort_values(["outcome", "change"], key=lambda column: abs(column)
        if column.name == "change" else column, ascending=[True, False])  # fmt: skip
    KEPT.mkdir(exist_ok=True)
    columns = ["outcome", "parameter", "change", "low", "high", "p_adjusted"]
    told[columns].round(4).to_csv(KEPT / "assumptions.csv", index=False)
    (KEPT / "provenance.json").write_text(
        json.dumps(origin(found, with_draws=False), indent=2, ensure_ascii=False) + "\n"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as elsewhere:
        make(Path(elsewhere) / "sweep")
