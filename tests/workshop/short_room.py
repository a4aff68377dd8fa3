"""`microsystem workshop serve` itself, with kept results that are made up and live runs of a week:

python -m tests.workshop.short_room --port 0
"""

import sys

from sim.cli import app
from sim.workshop import kept, settings
from tests.workshop.kepts import kept as made_up

REPLICATIONS = 8
YEARS = 0.02


def main(words):
    """The command, but for what it reads and for how long its runs are."""
    kept.read = lambda folder: made_up(REPLICATIONS)
    settings.YEARS = YEARS
    app(["workshop", "serve", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
