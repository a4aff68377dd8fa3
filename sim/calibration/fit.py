"""What calibration found: how well the model agrees with what was published, and which levels that holds in place."""

import itertools
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

HELD_BELOW, LOOSE_ABOVE = 0.5, 0.8
END, SHARE_AT_END = 0.05, 0.05  # of a range, and of the draws that lie there if a level leans on that end
STRONGLY = 0.5  # from this correlation on, two levels are held in place together
ENOUGH_WITHIN, WITHIN_FACTOR = 14, 1.5  # what a calibration to all 17 figures is to reach


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Attributes:
        targets: the published figures.
        point: the levels in one set, by name, rounded to three digits: what defaults are set to.
        posterior: the sample of levels that agree with what was published.
        at_point: hospital-years with the levels of `point`, on seeds that nothing was fitted to.
        over_posterior: hospital-years with the draws of `posterior`, one each, on seeds of their own.
        known: the hospital-years of all waves, which the levels were fitted to.
        seconds: that all hospital-years took, added up; several may have run at a time.
        accepted, independent: how well the posterior was sampled (`sim.calibration.sampling.Sample`).
    """

    targets: tuple[Target, ...]
    point: dict[str, float]
    posterior: Draws
    at_point: Bank
    over_posterior: Bank
    known: Bank
    seconds: float
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
        `posterior_low` to `posterior_high`, and for levels by factor their `ratio`; `spread`, the standard deviation
        now as a share of that before; `verdict`, whether published figures hold it in place, given all that is assumed;
        `answers_for`, the figures that it moves most; `trades_with`, numbers of observers that could make up for it.
        """
        places = levels.places_of(self.posterior.values)
        low, high = np.quantile(self.posterior.values, (0.025, 0.975), axis=0)
        rows = []
        for position, level in enumerate(levels.LEVELS):
            spread = float(places[:, position].std(ddof=1) / levels.EVENLY_SPREAD)
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
                    "ratio": high[position] / low[position] if level.by_factor else np.nan,
                    "spread": spread,
                    "verdict": held_in_place(spread, places[:, position]),
                    "answers_for": " ".join(level.answers_for),
                    "trades_with": " ".join(level.trades_with),
                }
            )
        return pd.DataFrame(rows)

    @property
    def together(self) -> pd.DataFrame:
        """A row for each pair of levels that figures hold in place together more than apart, the strongest first.

        What is known of one of them hangs on the other. Columns: `one`, `other`, `correlation`.
        """
        correlation = np.corrcoef(levels.places_of(self.posterior.values).T)
        pairs = [
            (levels.NAMES[one], levels.NAMES[other], float(correlation[one, other]))
            for one, other in itertools.combinations(range(len(levels.NAMES)), 2)
            if abs(correlation[one, other]) > STRONGLY
        ]
        pairs.sort(key=lambda pair: -abs(pair[2]))
        return pd.DataFrame(pairs, columns=["one", "other", "correlation"])

    @property
    def emulator(self) -> pd.DataFrame:
        """A row for each published figure: the emulator against the model, over the draws of the posterior.

        The levels were found on the emulator. Where it is off, so is what they were found to be. Columns: `id`,
        `quantity`, `unit`; means of the `model` and of the `emulator` at the same draws; their `difference` (emulator
        less model); that `in_errors` of the published figure; `says`, what the emulator says of its own error, in the
        same; and `z`, the difference in standard errors of the model's mean, which says whether it is more than chance.
        """
        foretold = self.known.emulator.mean(self.over_posterior.places)
        own = self.known.emulator.spread(self.over_posterior.places)
        rows = []
        for position, target in enumerate(self.targets):
            seen = self.over_posterior.values[:, position]
            there = ~np.isnan(seen)
            off = foretold[there, position] - seen[there]
            error = self.known.errors[position]
            rows.append(
                {
                    "id": target.id,
                    "quantity": target.quantity,
                    "unit": target.unit,
                    "model": float(seen[there].mean()),
                    "emulator": float(foretold[there, position].mean()),
                    "difference": float(off.mean()),
                    "in_errors": float(off.mean() / error),
                    "says": float(own[there, position].mean() / error),
                    "z": float(off.mean() / (off.std(ddof=1) / np.sqrt(len(off)))),
                }
            )
        return pd.DataFrame(rows)

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


def held_in_place(spread: float, places: np.ndarray) -> str:
    """Whether published figures hold a level in place, in words.

    Args:
        spread: the share of its spread that they leave.
        places: of its draws, 0 to 1 of its range; where many lie at an end, the range holds the level there.
    """
    if spread > LOOSE_ABOVE:
        return "hardly held in place"
    ends = {"lower": (places < END).mean(), "upper": (places > 1 - END).mean()}
    leant_on = max(ends, key=lambda end: ends[end])
    if ends[leant_on] > SHARE_AT_END:
        return f"leans on the {leant_on} end of its range"
    return "held in place" if spread < HELD_BELOW else "partly held in place"


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
