"""Arms that were never run, to compare: those of a design, with values by hand or by chance."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.arms import DEFAULT_OUTCOMES
from sim.analysis.outcomes import BY_NAME
from sim.experiment.design import Design
from sim.experiment.design_files import load_design
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]


def factorial() -> Design:
    """Ten styles on wards of each mode of care, four dials at two levels: 480 arms."""
    return load_design(ROOT / "scenarios" / "experiments" / "styles-by-mode.toml", BY_NAME)


class MadeUp:
    """Arms of a design, with values that `of_arm` gives for an arm and an outcome."""

    def __init__(
        self,
        design: Design,
        of_arm: Callable[[int, str], np.ndarray] | None = None,
        outcomes: Sequence[str] = DEFAULT_OUTCOMES,
    ):
        arms = [design.arm(number) for number in range(design.arms)]
        self.arms = pd.DataFrame([{"arm": arm.index, **arm.levels, "title": arm.title} for arm in arms])
        self.scenario: Scenario | None = design.scenario
        self.kept_outcomes = tuple(outcomes)
        self._of_arm = of_arm or by_chance

    def values(self, outcome: str, ward: str = "all", mode: str = "all") -> pd.DataFrame:
        """One outcome of each arm in each replication."""
        return pd.DataFrame({arm: self._of_arm(arm, outcome) for arm in self.arms["arm"]})


def by_chance(arm: int, outcome: str) -> np.ndarray:
    """Ten replications about 20."""
    seeds = np.random.SeedSequence([arm, *outcome.encode()])
    return np.random.default_rng(seeds).normal(20, 2, 10)
