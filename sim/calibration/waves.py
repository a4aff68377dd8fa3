"""Waves of runs that close in on the levels which published figures leave possible, each kept as an experiment.

The first wave looks everywhere. Each next one looks where the emulator, taught by all runs so far, cannot rule out that
observers would see what was published: history matching (Craig 1997; Vernon 2010; Andrianakis 2015), with a probability
in place of a sharp border. Since waves are experiments, a calibration that is stopped goes on where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.analysis import sweeps
from sim.analysis.stored import StoredResults
from sim.calibration import levels, sampling
from sim.calibration.emulator import Emulator, fitted
from sim.calibration.targets import Target, misfits
from sim.experiment.design import Design
from sim.experiment.design_files import design_from
from sim.experiment.draws import Draws
from sim.experiment.identity import model_version
from sim.experiment.sampling import sample
from sim.experiment.store import StoreError, create, open_store
from sim.experiment.sweeping import Tell
from sim.scenario import Scenario
from sim.scenario.interventions import Ramp, Set, numbers_of
from sim.scenario.words import number, one_line

# How many times the standard errors of published figures are widened in each wave after the first.
LENIENCY = (3.0, 1.5, 1.0)

# Which luck hospitals have: each wave of each calibration has a stretch of seeds that no other has, and so have the
# hospitals that the result is shown on, whose stretches come after those of as many waves as there can be.
SEEDS_OF_A_STRETCH = 1_000_000
STRETCHES_OF_A_CALIBRATION = 1_000
OF_POSTERIOR, OF_POINT = 500, 600

FEWEST_MEASURED = 50  # hospitals with a value, for a surface over a dozen levels to be learnt from them


@dataclass(frozen=True)
class Settings:
    """How a calibration looks for levels.

    Attributes:
        scenario: the baseline, whose levels are sought.
        targets: the published figures.
        waves: how many, 2 or more.
        points: hospitals in each wave, each with levels and luck of its own.
        years: that each is counted for.
        draws: of the posterior.
        seed: of everything, 1 or more; calibrations with other seeds share no luck.

    Raises:
        StoreError: the scenario itself settles a level, which could then not be sought.
    """

    scenario: Scenario
    targets: tuple[Target, ...]
    waves: int = 3
    points: int = 1_000
    years: float = 1.0
    draws: int = 300
    seed: int = 1

    def __post_init__(self) -> None:
        settled = [f"{name} to {number(value)}" for name, value in _settled(self.scenario).items()]
        moved = [f"{name} by an intervention" for name in levels.NAMES if name in _moved(self.scenario)]
        if settled or moved:
            what = "; ".join([*settled, *moved])
            raise StoreError(
                f'the scenario "{one_line(self.scenario.title)}" sets what calibration seeks: {what}; leave it out'
            )

    def first_seed(self, which: int) -> int:
        """The first seed of one stretch of this calibration: the number of a wave, `OF_POSTERIOR` or `OF_POINT`."""
        return ((self.seed - 1) * STRETCHES_OF_A_CALIBRATION + 1 + which) * SEEDS_OF_A_STRETCH


def _settled(scenario: Scenario) -> dict[str, float]:
    """The levels that a scenario has otherwise than by default: a draw would not take their place."""
    return {name: value for name, value in scenario.changed_parameters().items() if name in levels.NAMES}


def _moved(scenario: Scenario) -> set[str]:
    """The numbers that change while the hospital runs."""
    changes = [each.change for each in scenario.interventions if isinstance(each, Set | Ramp)]
    return {name for change in changes for name in numbers_of(change)}


@dataclass(frozen=True)
class Bank:
    """Runs of all waves so far: where each was run, what its observers saw.

    Attributes:
        places: of the levels, 0 to 1 of their ranges, [runs, levels].
        values: of the targets' outcomes, [runs, targets].
        targets: in the order of the columns.
    """

    places: np.ndarray
    values: np.ndarray
    targets: tuple[Target, ...]

    @cached_property
    def emulator(self) -> Emulator:
        """What the runs teach."""
        return fitted(self.places, self.values)

    def refuse_unmeasured(self) -> None:
        """Refuse to learn from runs of which too few have a value of some outcome.

        Raises:
            StoreError: so it is; the message names the figures.
        """
        measured = (~np.isnan(self.values)).sum(axis=0)
        missing = [
            f"{target.id} ({target.quantity[0].lower()}{target.quantity[1:]}, in {count:,})"
            for target, count in zip(self.targets, measured, strict=True)
            if count < FEWEST_MEASURED
        ]
        if missing:
            raise StoreError(
                f"of {len(self.values):,} hospitals too few have something to measure for {'; '.join(missing)}: fewer "
                f"than {FEWEST_MEASURED}. Does the scenario leave out what they count, or are points or years too few?"
            )

    def of(self, runs: np.ndarray) -> "Bank":
        """Some of the runs."""
        return Bank(self.places[runs], self.values[runs], self.targets)

    def plausible(self, draws: int, seed: int, leniency: float = 1.0) -> sampling.Sample:
        """Levels that agree with the published figures, as far as these runs tell."""
        return sampling.plausible(self.emulator, self._misfits, self.errors, draws, seed, leniency, sampling.STEPS)

    def _misfits(self, values: np.ndarray) -> np.ndarray:
        return misfits(values, self.targets)

    @property
    def errors(self) -> np.ndarray:
        """A standard error of each figure, in its unit."""
        return np.array([(target.high - target.low) / 4 for target in self.targets])


def next_wave(folder: Path, which: int, settings: Settings, tell: Tell, threads: int | None) -> None:
    """Do one wave, or what of it is left; earlier ones must be done."""
    place = folder / f"wave-{which}"
    if place.exists():  # places of the levels were drawn when it began, and are kept there
        design = open_store(place).design()
    else:
        values = levels.at(_places(folder, which, settings))
        design = hospitals(settings, values, f"Wave {which} of a calibration", which)
    carry_out(place, design, tell, threads)


def hospitals(settings: Settings, values: np.ndarray, title: str, which: int) -> Design:
    """The experiment of one hospital-year for each row of values of the levels, on its own stretch of seeds."""
    draws = Draws(levels.NAMES, values)
    content = {
        "title": title,
        "method": "list",
        "arms": {"baseline": {}},
        "run": {"years": settings.years, "replications": len(values), "seed": settings.first_seed(which)},
        "draws": draws.columns(),
        "keep": {"outcomes": [target.outcome for target in settings.targets], "series": False},
    }
    return design_from(content, settings.scenario, title)


def carry_out(folder: Path, design: Design, tell: Tell, threads: int | None) -> None:
    """Do what of an experiment is left.

    Raises:
        StoreError: the folder cannot be used, or some run failed, which none should.
    """
    store = create(folder, design, model_version())
    sweeps.carry_out(store, tell, threads=threads, design=design)
    if failed := store.status().failed:
        raise StoreError(f"{failed} of {design.runs} runs of {store.shown} failed; `microsystem status` says why")


def bank(folder: Path, names: Sequence[str], targets: tuple[Target, ...]) -> Bank:
    """What the experiments called `names` in a folder of calibration have shown."""
    places, values = [], []
    for name in names:
        found = StoredResults(folder / name)
        draws = found.store.design().draws
        assert draws is not None
        columns = [found.values(target.outcome).to_numpy()[:, 0] for target in targets]
        places.append(levels.places_of(draws.values))
        values.append(np.column_stack(columns))
    return Bank(np.vstack(places), np.vstack(values), targets)


def seconds(folder: Path, names: Sequence[str]) -> float:
    """What the runs of the experiments called `names` took, added up; several may have run at a time."""
    return sum(float(StoredResults(folder / name).runs["seconds"].sum()) for name in names)


def wave_names(count: int) -> list[str]:
    """Names of the first waves."""
    return [f"wave-{each}" for each in range(1, count + 1)]


def _places(folder: Path, which: int, settings: Settings) -> np.ndarray:
    seed = 100 * settings.seed + which
    if which == 1:
        return sample("lhs", len(levels.LEVELS), settings.points, seed, 4)
    known = bank(folder, wave_names(which - 1), settings.targets)
    leniency = LENIENCY[min(which - 2, len(LENIENCY) - 1)]
    return known.plausible(settings.points, seed, leniency).places
