"""What tests of sweeps share: cheap designs, and runs that are made up in no time.

Workers in other processes import what they run from here by name.
"""

import os
import signal
import time
from pathlib import Path

from sim.analysis.stored import results
from sim.analysis.sweeps import carry_out
from sim.experiment.design import Design
from sim.experiment.design_files import design_from
from sim.experiment.identity import model_version
from sim.experiment.store import Store, create
from sim.scenario import load
from tests.synthetic import random_record

ROOT = Path(__file__).parents[2]
SMALL = load(ROOT / "scenarios" / "small.toml")


def made_up(scenario, seed, days, warm_up_days, progress=None, replace=None):
    """A run that is drawn from the scenario's digest and the seed, a hundredth of a second after it was asked for."""
    time.sleep(float(os.environ.get("SECONDS_OF_A_RUN", "0")))
    if progress:
        progress(1)
    record = random_record(seed + 1_000 * int(scenario.condition_digest()[:6], 16), wards=1, days=2, warm_up=1)
    object.__setattr__(record, "seed", seed)
    object.__setattr__(record, "wards", tuple(scenario.wards))
    return record


def fails_at_times(scenario, seed, days, warm_up_days, progress=None, replace=None):
    """As `made_up`, but every third seed fails, unless it is told not to."""
    if seed % 3 == 0 and "ALL_IS_WELL" not in os.environ:
        raise ValueError(f"seed {seed} is unlucky")
    return made_up(scenario, seed, days, warm_up_days, progress)


def deadly(scenario, seed, days, warm_up_days, progress=None, replace=None):
    """As `made_up`, but one run of all kills the process that does it."""
    if seed == 6 and scenario.dials.hold and scenario.dials.devolution.clinical == 0.2:
        os.kill(os.getpid(), signal.SIGKILL)
    return made_up(scenario, seed, days, warm_up_days, progress)


def all_deadly(scenario, seed, days, warm_up_days, progress=None, replace=None):
    """Whatever process does this is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def design(replications: int = 12, **more: object) -> Design:
    """Four arms of runs of two days."""
    usual = {
        "title": "Four arms",
        "method": "grid",
        "levers": {"dials.devolution": [0.2, 0.8], "dials.hold": [True, False]},
        "run": {"days": 2, "warm_up_days": 1, "replications": replications},
    }
    return design_from({**usual, **more}, SMALL)


def store_of(folder: Path, of: Design | None = None) -> Store:
    """A new store of a design, or the one that is there."""
    return create(folder, of or design(), model_version())


def swept(folder: Path, of: Design | None = None, **how: object) -> Store:
    """A store in which a design has been swept."""
    store = store_of(folder, of)
    carry_out(store, **{"simulate": made_up, "threads": 2, **how})
    return store


def digest(store: Store) -> str:
    """The digest of what is stored."""
    return results(store.folder).digest()
