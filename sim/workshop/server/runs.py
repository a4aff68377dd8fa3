"""What a live run is: replications of one setting, the next few at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from sim.experiment.replications import carry_out, plan
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.engine.record import RunRecord

# Outcome → its value in each replication, or None where nothing could be counted.
type Outcomes = Mapping[str, list[float | None]]


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
        replications: of each setting, once all are done.
    """

    scenario_of: Callable[[str], Scenario]
    of_run: Callable[["RunRecord"], Mapping[str, float | None]]
    years: float
    seed: int
    threads: int
    replications: int
    _ending: Event = field(default_factory=Event)

    def more(self, key: str, done: int) -> Outcomes:
        """The outcomes of the next replications of a setting after those that are done: one on each thread.

        Raises:
            Stopped: `stop` was called.
        """
        scenario = self.scenario_of(key)
        count = min(self.threads, self.replications - done)
        planned = plan(scenario, self.years, self.seed + done, count, threads=self.threads)
        shown = [self.of_run(record) for record in carry_out(planned, scenario, self._ticked)]
        return {name: [of_one[name] for of_one in shown] for name in shown[0]}

    def stop(self) -> None:
        """End what runs, and let nothing begin."""
        self._ending.set()

    def _ticked(self, done: int, ticks: int) -> None:
        if self._ending.is_set():
            raise Stopped
