"""A calibration from beginning to end, in a folder where it can be stopped and gone on with."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from sim.calibration import levels
from sim.calibration.fit import Calibration, in_one_set
from sim.calibration.waves import (
    OF_POINT,
    OF_POSTERIOR,
    Settings,
    bank,
    carry_out,
    hospitals,
    next_wave,
    seconds,
    wave_names,
)
from sim.experiment.draws import Draws
from sim.experiment.shards import write_whole
from sim.experiment.store import StoreError, open_store
from sim.experiment.sweeping import Tell
from sim.scenario.words import one_line, quoted

MANIFEST = "calibration.json"
POSTERIOR, POINT = "posterior", "point"
YEARS_AT_POINT = 100
SIGNIFICANT = 6
OTHER = {
    "scenario": "of another scenario",
    "targets": "to other published figures",
    "levels": "of other levels or ranges",
}

Watched = Callable[[str], AbstractContextManager[Tell]]


@contextmanager
def unwatched(words: str) -> Iterator[Tell]:
    """Nobody watches."""
    yield lambda progress: None


def calibrate(
    folder: str | Path,
    settings: Settings,
    watched: Watched = unwatched,
    threads: int | None = None,
) -> Calibration:
    """Find levels with which observers in the model see what was published, and how sure they are.

    Args:
        folder: a new one, or one of the same calibration, which goes on where it was.
        settings: how to look for them.
        watched: opened with a line on each part as it begins, gives what to call with how far it is; may raise to stop.
        threads: how many hospitals at a time.

    Raises:
        StoreError: the folder holds another calibration, or cannot be used; or hospitals of the first wave have too
            little to measure for some figure.
    """
    place = Path(folder)
    _remember(place, settings)
    for number in range(1, settings.waves + 1):
        with watched(f"Wave {number} of {settings.waves}: {settings.points:,} hospitals.") as tell:
            next_wave(place, number, settings, tell, threads)
        if number == 1:
            bank(place, wave_names(1), settings.targets).refuse_unmeasured()
    known = bank(place, wave_names(settings.waves), settings.targets)
    sample = known.plausible(settings.draws, 100 * settings.seed)
    posterior = _rounded(sample.places)
    with watched(f"Posterior: {settings.draws:,} hospitals with levels of their own.") as tell:
        _look(place / POSTERIOR, settings, posterior.values, OF_POSTERIOR, tell, threads)
    posterior = _draws_in(place / POSTERIOR)
    point = in_one_set(posterior)
    with watched(f"One set of levels: {YEARS_AT_POINT:,} hospitals.") as tell:
        values = np.tile([point[name] for name in levels.NAMES], (YEARS_AT_POINT, 1))
        _look(place / POINT, settings, values, OF_POINT, tell, threads)
    return Calibration(
        targets=settings.targets,
        point=point,
        posterior=posterior,
        at_point=bank(place, [POINT], settings.targets),
        over_posterior=bank(place, [POSTERIOR], settings.targets),
        known=known,
        seconds=seconds(place, [*wave_names(settings.waves), POSTERIOR, POINT]),
        accepted=sample.accepted,
        independent=sample.independent,
    )


def _look(place: Path, settings: Settings, values: np.ndarray, which: int, tell: Tell, threads: int | None) -> None:
    """Run hospitals with these values of the levels, or what is left of those that were begun."""
    design = open_store(place).design() if place.exists() else hospitals(settings, values, place.name, which)
    carry_out(place, design, tell, threads)


def _draws_in(place: Path) -> Draws:
    draws = open_store(place).design().draws
    assert draws is not None
    return draws


def _rounded(places: np.ndarray) -> Draws:
    values = levels.at(places)
    return Draws(levels.NAMES, np.array([[float(f"{value:.{SIGNIFICANT}g}") for value in row] for row in values]))


def _remember(place: Path, settings: Settings) -> None:
    """Note in a new folder how levels are looked for; refuse one in which that was done otherwise."""
    told = _told(settings)
    path = place / MANIFEST
    shown = one_line(str(place))
    try:
        if path.exists():
            _refuse_other(json.loads(path.read_text(encoding="utf-8")), told, shown)
            return
        if place.exists() and any(place.iterdir()):
            raise StoreError(f"{shown} holds something else; name a new folder")
        place.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(told, indent=2) + "\n")
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise _damaged(shown) from None
    except OSError as problem:
        raise StoreError(f"cannot write {shown}: {problem.strerror or problem}") from None


def _told(settings: Settings) -> dict[str, Any]:
    return {
        "scenario": settings.scenario.condition_digest(),
        "targets": [[target.id, target.outcome, target.figure, target.low, target.high] for target in settings.targets],
        "levels": [[level.name, level.low, level.high, level.by_factor] for level in levels.LEVELS],
        "waves": settings.waves,
        "points": settings.points,
        "years": settings.years,
        "draws": settings.draws,
        "seed": settings.seed,
    }


def _refuse_other(held: Any, told: dict[str, Any], shown: str) -> None:
    """Refuse a folder in which levels are looked for otherwise than is asked for now."""
    if not isinstance(held, dict) or held.keys() != told.keys():
        raise _damaged(shown)
    others = [OTHER[name] for name in OTHER if held[name] != told[name]]
    numbers = [
        f"with {name} {quoted(held[name])} and not {quoted(told[name])}"
        for name in told
        if name not in OTHER and held[name] != told[name]
    ]
    if others or numbers:
        raise StoreError(f"{shown} holds a calibration {', '.join(others + numbers)}; name a new folder")


def _damaged(shown: str) -> StoreError:
    return StoreError(f"{shown}: {MANIFEST} is damaged; calibrate into a new folder")
