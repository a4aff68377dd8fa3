"""Experiments that were never run, with answers that are known: what each choice costs where, and what reports say."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from sim.experiment.design import Design
from sim.experiment.design_files import design_from
from sim.scenario import load
from tests.arms import ROOT, MadeUp

WARD = load(ROOT / "scenarios" / "one_ward.toml")
STYLES = ("directive", "coaching", "laissez_faire")


def one_mode(mode: str) -> dict[str, float]:
    """Changes that leave patients of one mode of care alone."""
    modes = ("repetitive", "constrained", "unconstrained")
    return {f"wards.acute_medicine.mode_mix.{each}": float(each == mode) for each in modes}


def design(with_modes: bool = True, **more: object) -> Design:
    """Three styles, devolution at two levels, one dial that nobody chooses, and wards of one mode of care each."""
    uncertain: dict[str, object] = {"dials.goal_congruence": [0.3, 0.8]}
    if with_modes:
        uncertain["mode"] = {"options": {mode: one_mode(mode) for mode in ("repetitive", "unconstrained")}}
    usual = {
        "title": "Known answers",
        "method": "grid",
        "styles": list(STYLES),
        "levers": {"dials.devolution": [0.2, 0.8]},
        "uncertainties": uncertain,
    }
    return design_from({**usual, **more}, WARD)


class Known(MadeUp):
    """Arms whose means a function of their levels, the outcome and the mode of care gives; luck is shared and own.

    `spread` is the luck of each arm and outcome, `shared` that of all arms and outcomes of one replication.
    """

    def __init__(
        self,
        of: Design,
        mean: Callable[[Mapping[str, object], str, str], float],
        replications: int = 12,
        spread: float = 0.05,
        shared: float = 1.0,
        seed: int = 0,
        outcomes: tuple[str, ...] = ("preventable_events", "incident_reports", "felt_safe", "voice"),
    ):
        super().__init__(of, outcomes=outcomes)
        self._mean, self._replications, self._spread, self._shared = mean, replications, spread, shared
        self._seed = seed

    def values(self, outcome: str, ward: str = "all", mode: str = "all") -> pd.DataFrame:
        """One outcome of each arm in each replication."""
        luck = np.random.default_rng(self._seed).normal(size=self._replications)
        chance = np.random.default_rng([self._seed, *outcome.encode(), *mode.encode()])
        return pd.DataFrame(
            {
                row["arm"]: self._mean(row, outcome, mode)
                + self._shared * luck
                + self._spread * chance.normal(size=self._replications)
                for row in self.arms.to_dict("records")
            }
        )
