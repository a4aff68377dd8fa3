"""What a live run is: the replications of one setting, as many as a room waits for."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING

from sim.experiment.replications import carry_out, plan
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.engine.record import RunRecord

SECONDS_OF_AN_ANSWER = 1.2  # of the two that a room waits: settings differ, and a machine has other things to do
FEWEST = 4
MOST = 200
TIMES_MEASURED = 2


class Stopped(Exception):
    """The server ends, and so does a run."""


@dataclass(frozen=True)
class Runs:
    """Does live runs, as `sim.run` does them.

    Attributes:
        scenario_of: the scenario of a setting, by its key.
        of_run: what the page shows of one run: outcome → value, or None where nothing could be counted.
        years: of each run, after the warm-up.
        seed: of the first replication; replication k has this seed plus k.
        threads: replications at a time.
        replications: of each answer.
    """

    scenario_of: Callable[[str], Scenario]
    of_run: Callable[["RunRecord"], Mapping[str, float | None]]
    years: float
    seed: int
    threads: int
    replications: int = FEWEST
    _ending: Event = field(default_factory=Event)

    def answer(self, key: str) -> bytes:
        """The outcomes of a setting, as the JSON that the page asks for.

        Raises:
            Stopped: `stop` was called.
        """
        scenario = self.scenario_of(key)
        planned = plan(scenario, self.years, self.seed, self.replications, threads=self.threads)
        shown = [self.of_run(record) for record in carry_out(planned, scenario, self._ticked)]
        outcomes = {name: [of_one[name] for of_one in shown] for name in shown[0]}
        told = {"key": key, "replications": self.replications, "outcomes": outcomes}
        return json.dumps(told, allow_nan=False).encode()

    def within(self, seconds: float, keys: Sequence[str]) -> "Runs":
        """The same with as many replications as fit into some seconds on this machine when it has nothing else to do.

        A replication on each thread is measured twice in each of some settings. What counts is the time of processors
        in the slowest setting, since that of a clock would hang on what else the machine does just now.
        """
        trial = replace(self, replications=self.threads)
        slowest = max(min(trial._core_seconds(key) for _ in range(TIMES_MEASURED)) for key in keys)
        return replace(self, replications=max(FEWEST, min(MOST, int(seconds * self.threads / slowest))))

    def stop(self) -> None:
        """End what runs, and let nothing begin."""
        self._ending.set()

    def _core_seconds(self, key: str) -> float:
        """Time of a core for one replication."""
        began = time.process_time()
        self.answer(key)
        return (time.process_time() - began) / self.replications

    def _ticked(self, done: int, ticks: int) -> None:
        if self._ending.is_set():
            raise Stopped
