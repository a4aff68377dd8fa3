"""What calibration found: how well the model agrees with what was published, and which levels that holds in place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.results import interval
from sim.calibration import levels
from sim.calibration.targets import Target
from sim.calibration.waves import Bank
from sim.experiment.draws import Draws
from sim.state.parameters import PARAMETERS

EVENLY_SPREAD = 1 / np.sqrt(12)  # standard deviation of a place that may be anywhere from 0 to 1
HELD_BELOW, LOOSE_ABOVE = 0.5, 0.8
WITHIN_FACTOR = 1.5


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Attributes:
        targets: the published figures.
        point: the levels in one set, by name, rounded to three digits: what defaults are set to.
        posterior: the sample of levels that agree with what was published.
        at_point: hospital-years with the levels of `point`, on seeds that nothing was fitted to.
        over_posterior: hospital-years with the draws of `posterior`, one each, on seeds of their own.
        runs: hospital-years that were run to fit the levels.
        accepted, independent: how well the posterior was sampled (`sim.calibration.sampling.Sample`).
    """

    targets: tuple[Target, ...]
    point: dict[str, float]
    posterior: Draws
    at_point: Bank
    over_posterior: Bank
    runs: int
    accepted: float
    independent: float

    @property
    def fit(self) -> pd.DataFrame:
        """A row for each published figure, and what observers in the model see.

        Columns: `id`, `quantity`, `unit`; the published `figure` from `low` to `high`; the mean `at_point` with its 95%
        interval from `at_point_low` to `at_point_high`; the mean `over_posterior` and the range from `years_low` to
        `years_high` in which 95% of hospital-years lie; whether the mean at the point is `within` the published
        interval, and by which `factor` it misses the figure; `study`, `source`, `confirmed`.
        """
        return pd.DataFrame([self._row(position) for position in range(len(self.targets))])

    @property
    def levels(self) -> pd.DataFrame:
        """A row for each level: what it could be before, and what it can be now.

        Columns: `name`, `meaning`, `unit`; the range before, `low` to `high`; the `point`; 95% of the posterior from
        `posterior_low` to `posterior_high`; `spread`, the standard deviation now as a share of that before; `verdict`,
        whether published figures hold it in place; `answers_for`, the figures that it moves most.
        """
        places = levels.places_of(self.posterior.values)
        low, high = np.quantile(self.posterior.values, (0.025, 0.975), axis=0)
        rows = []
        for position, level in enumerate(levels.LEVELS):
            spread = float(places[:, position].std(ddof=1) / EVENLY_SPREAD)
            rows.append(
                {
                    "name": level.name,
                    "meaning": level.meaning,
                    "unit": PARAMETERS[level.name].unit,
                    "low": level.low,
                    "high": level.high,
                    "point": self.point[level.name],
                    "posterior_low": low[position],
                    "posterior_high": high[position],
                    "spread": spread,
                    "verdict": held_in_place(spread),
                    "answers_for": " ".join(level.answers_for),
                }
            )
        return pd.DataFrame(rows)

    @property
    def bound_together(self) -> list[tuple[str, str, float]]:
        """Pairs of levels that published figures hold in place together and not apart, with their correlation."""
        correlation = np.corrcoef(levels.places_of(self.posterior.values).T)
        return [
            (levels.NAMES[one], levels.NAMES[other], float(correlation[one, other]))
            for one in range(len(levels.NAMES))
            for other in range(one)
            if abs(correlation[one, other]) > 0.5
        ]

    def _row(self, position: int) -> dict[str, object]:
        target = self.targets[position]
        mean, low, high, _ = interval(self.at_point.values[:, position])
        years = self.over_posterior.values[:, position]
        years_low, years_high = np.nanquantile(years, (0.025, 0.975))
        return {
            "id": target.id,
            "quantity": target.quantity,
            "unit": target.unit,
            "figure": target.figure,
            "low": target.low,
            "high": target.high,
            "at_point": mean,
            "at_point_low": low,
            "at_point_high": high,
            "over_posterior": float(np.nanmean(years)),
            "years_low": float(years_low),
            "years_high": float(years_high),
            "within": target.holds(mean),
            "factor": target.factor(mean),
            "study": target.study,
            "source": target.source,
            "confirmed": target.confirmed,
        }


def held_in_place(spread: float) -> str:
    """Whether published figures hold a level in place, in words, by the share of its spread that they leave."""
    if spread < HELD_BELOW:
        return "held in place"
    return "hardly held in place" if spread > LOOSE_ABOVE else "partly held in place"


def in_one_set(posterior: Draws) -> dict[str, float]:
    """One set of levels in the middle of a posterior, rounded to three digits."""
    middle = levels.at(levels.places_of(posterior.values).mean(axis=0))
    return {name: float(f"{value:.3g}") for name, value in zip(posterior.names, middle, strict=True)}


def missed(found: Calibration) -> Sequence[str]:
    """The published figures that the model misses, each in a sentence."""
    rows = found.fit[~found.fit["within"]]
    return [
        f"{row.id} is missed: {row.quantity[0].lower()}{row.quantity[1:]}, {row.at_point:.3g} against "
        f"{row.figure:g} ({row.low:g} to {row.high:g}) {row.unit}"
        for row in rows.itertuples()
    ]
