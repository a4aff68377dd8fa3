"""The levels that are calibrated: a dozen parameters that say how much, and none that says who leads how.

Ranges are what seemed possible before anything was fitted. Levels that range over a factor are drawn evenly by factor.
"""

from dataclasses import dataclass

import numpy as np

from sim.state.parameters import PARAMETERS


@dataclass(frozen=True)
class Level:
    """One parameter to calibrate, and the range that it may lie in before anything is fitted.

    Attributes:
        name: full name of the parameter.
        low, high: ends of the range.
        by_factor: whether it is as likely to lie between 1 and 2 as between 2 and 4, rather than between 2 and 3.
        answers_for: ids of the published figures that it moves most.
        trades_with: assumed numbers that say what those who looked saw, where these could plainly make up for it: with
            other eyes, another value of the level would agree with the same figures.
    """

    name: str
    low: float
    high: float
    by_factor: bool
    answers_for: tuple[str, ...]
    trades_with: tuple[str, ...] = ()

    @property
    def meaning(self) -> str:
        """What the parameter is."""
        return PARAMETERS[self.name].meaning


FINDS_EVENT = "observers.chart_finds_event"
CHARTS = (FINDS_EVENT, "observers.chart_judges_right")

LEVELS: tuple[Level, ...] = (
    Level("errors.rate.dose_slip", 0.015, 0.12, True, ("T5",), ("observers.watcher_sees",)),
    Level("errors.rate.prescribing_mistake", 0.03, 0.2, True, ("T4",), ("errors.pharmacist_catches",)),
    Level("errors.harm_level", 0.2, 3.0, True, ("T2", "T7"), (*CHARTS, "observers.study_finds_error")),
    Level("physiology.misfortune", 0.0001, 0.001, True, ("T1", "T2"), CHARTS),
    Level("physiology.worsens", 0.0002, 0.0012, True, ("T10",)),
    Level("flow.recovery_level", 0.75, 1.25, False, ("T12", "T13")),
    Level("flow.comes_back", 0.02, 0.12, False, ("T11",)),
    Level("staffing.leaves", 0.06, 0.2, False, ("T14",)),
    Level(
        "errors.recognises_harmless", 0.005, 0.08, True, ("T8", "T9"), ("observers.chart_finds_harmless", FINDS_EVENT)
    ),
    Level("voice.heeded.ignored", 0.3, 1.0, False, ("T16",), ("observers.survey_cut",)),
    Level("voice.sees_hazard", 0.05, 1.0, True, ("T17",)),
    Level("voice.asked_knows", 0.02, 0.6, True, ("T18",)),
)

EVENLY_SPREAD = 1 / np.sqrt(12)  # standard deviation of a place that may be anywhere from 0 to 1

NAMES = tuple(level.name for level in LEVELS)


def at(places: np.ndarray) -> np.ndarray:
    """Values of the levels at places from 0 to 1 of their ranges: [..., levels]."""
    low, high = _ends()
    evenly = low + places * (high - low)
    return np.where(_by_factor(), low * (high / low) ** places, evenly)


def places_of(values: np.ndarray) -> np.ndarray:
    """Places from 0 to 1 of values in the ranges of the levels, the reverse of `at`: [..., levels]."""
    low, high = _ends()
    return np.where(_by_factor(), np.log(values / low) / np.log(high / low), (values - low) / (high - low))


def _ends() -> tuple[np.ndarray, np.ndarray]:
    return np.array([level.low for level in LEVELS]), np.array([level.high for level in LEVELS])


def _by_factor() -> np.ndarray:
    return np.array([level.by_factor for level in LEVELS])
