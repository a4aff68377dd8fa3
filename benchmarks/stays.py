"""How long patients of the benchmark's ward stay: a table recorded from the whole model, for wards of beds alone.

    uv run python benchmarks/stays.py

writes `stays.csv` anew: ten wards watched for a year each, after a warm-up. A row is one stay: its mode of care, the
tick of the week in which it began, how many ticks it lasted, and after how many the patient was back, if ever.
"""

import csv
import sys
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from pathlib import Path
from random import Random

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sim.engine.hospital_state import build_state  # noqa: E402
from sim.engine.tick import simulate  # noqa: E402
from sim.scenario import Scenario, load  # noqa: E402
from sim.state.vocabulary import BED, MODES, TICKS_PER_DAY, TICKS_PER_WEEK  # noqa: E402
from sim.ward.flow import next_episode  # noqa: E402

KEPT = Path(__file__).with_name("stays.csv")
BENCHMARK = ROOT / "scenarios" / "benchmark.toml"
COLUMNS = ("mode", "began", "lasted", "back")
SEEDS, DAYS = range(1, 11), 365
NEAREST = 40  # stays of a mode that began about this time of the week, of which one is drawn

Stay = tuple[int, int, int, int | None]  # mode, tick of the week, ticks, ticks until back


class Stays:
    """Recorded stays, to draw from.

    Args:
        path: a table with the columns mode, began, lasted and back.
    """

    def __init__(self, path: Path = KEPT):
        with path.open(newline="", encoding="utf-8") as file:
            rows = [tuple(int(row[name]) if row[name] else None for name in COLUMNS) for row in csv.DictReader(file)]
        self.of_mode = [[row[1:] for row in rows if row[0] == mode] for mode in range(len(MODES))]
        self.began = [[began for began, _, _ in stays] for stays in self.of_mode]

    def draw(self, random: Random, mode: int, tick: int) -> tuple[int, int | None]:
        """Ticks in a bed, of somebody of this mode who gets it now, and ticks from leaving to coming back.

        One of the forty stays of that mode that began nearest in the week, moved so that it ends at the same time of
        the week as it did.
        """
        of_week = tick % TICKS_PER_WEEK
        stays = self.of_mode[mode]
        first = bisect_left(self.began[mode], of_week) - NEAREST // 2
        began, lasted, back = stays[(first + random.randrange(NEAREST)) % len(stays)]
        later = (of_week - began + TICKS_PER_WEEK // 2) % TICKS_PER_WEEK - TICKS_PER_WEEK // 2
        return max(1, lasted - later), back


@cache
def kept() -> Stays:
    """The table that is kept, read once."""
    return Stays()


def recorded(scenario: Scenario, seed: int, days: int) -> Iterator[Stay]:
    """Every stay that ends in `days` days of a ward, after its warm-up."""
    warm_up = scenario.run.warm_up_days
    state = build_state(scenario, seed, warm_up + days)
    simulate(state, seed, 0, warm_up * TICKS_PER_DAY)
    beds = state.patients[: state.wards[0].beds_to]
    for tick in range(warm_up * TICKS_PER_DAY, (warm_up + days) * TICKS_PER_DAY):
        before = beds.copy()
        simulate(state, seed, tick, tick + 1)
        for bed in np.flatnonzero((before["place"] == BED) & (beds["identity"] != before["identity"])):
            left = before[bed]
            back = state.returns[state.returns["identity"] == next_episode(left.identity)]
            yield (
                int(left.mode),
                int(left.admitted % TICKS_PER_WEEK),
                int(tick - left.admitted),
                int(back["tick"][0]) - tick if len(back) else None,
            )


def main() -> None:
    """Record, and keep."""
    scenario = load(BENCHMARK)
    stays = [stay for seed in SEEDS for stay in recorded(scenario, seed, DAYS)]
    with KEPT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(stays, key=itemgetter(0, 1)))
    print(f"{len(stays):,} stays are in {KEPT.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
