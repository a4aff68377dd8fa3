"""Sweeps that were never run, to analyse: those of a design, with values that a function of the levels gives."""

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.experiment.design import Design
from sim.experiment.store import Status

NOISE_SEED = 7


class Sampled:
    """What is stored of a sweep in which every run is done.

    Args:
        design: that was swept.
        of_levels: gives the outcome of an arm from its levels and, where levels are drawn, from its draw.
        noise: standard deviation of what sets replications of an arm apart.
        outcome: name of the only outcome.
    """

    def __init__(
        self,
        design: Design,
        of_levels: Callable[[Mapping[str, Any]], float],
        noise: float = 0.0,
        outcome: str = "preventable_events",
    ):
        self.design, self.kept_outcomes = design, (outcome,)
        arms = [design.arm(index) for index in range(design.arms)]
        rows = [
            {
                "position": replication * design.arms + arm.index,
                "arm": arm.index,
                "replication": replication,
                "seed": design.seed + replication,
                "levels": json.dumps(dict(arm.levels)),
                "title": arm.title,
            }
            for replication in range(design.replications)
            for arm in arms
        ]
        self.runs = pd.DataFrame(rows)
        self.failures = self.runs[:0]
        drawn = [design.draws.of(number) if design.draws else {} for number in range(design.replications)]
        exact = np.array([[of_levels({**draw, **arm.levels}) for arm in arms] for draw in drawn])
        self._values = exact + np.random.default_rng(NOISE_SEED).normal(0, noise, exact.shape)
        status = Status(design.runs, design.runs, 0, {})
        manifest = {"design": {"form": dict(design.form)}}
        self.store = SimpleNamespace(
            manifest=manifest,
            shown="results/made_up",
            design=lambda: design,
            status=lambda: status,
            refuse_damaged=lambda: None,
        )

    def values(self, outcome: str, ward: str = "all", mode: str = "all") -> pd.DataFrame:
        """The outcome of each arm in each replication."""
        return pd.DataFrame(self._values)
