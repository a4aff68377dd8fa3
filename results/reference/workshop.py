"""Make anew what a workshop's page is made of: `uv run python results/reference/workshop.py [--folder SWEEP]`.

Sweeps scenarios/experiments/workshop.toml, or goes on with it in the folder of a sweep; watches the days, follows a
patient for each puzzle, and keeps it all in small form. Puzzles that results do not bear out are named.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from sim.workshop.book import otherwise
from sim.workshop.kept import Kept, keep
from sim.workshop.making import made, swept
from sim.workshop.puzzles import puzzles
from sim.workshop.settings import design

KEPT = Path(__file__).resolve().parent / "workshop"


def make(sweep: Path, replications: int | None = None, target: Path = KEPT) -> Kept:
    """Sweep what is missing, watch, and keep the result in place of the one before."""
    chosen = puzzles()
    kept = made(swept(design(replications), sweep), chosen, print)
    shutil.rmtree(target, ignore_errors=True)
    keep(kept, target)
    for sentence in otherwise(kept, chosen):
        print(sentence)
    return kept


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--folder", type=Path, help="of a sweep that is to be gone on with")
    words.add_argument("--reps", type=int, help="replications of each setting; as many as the design says if left out")
    given = words.parse_args()
    if given.folder:
        make(given.folder, given.reps)
    else:
        with tempfile.TemporaryDirectory() as elsewhere:
            make(Path(elsewhere) / "sweep", given.reps)
