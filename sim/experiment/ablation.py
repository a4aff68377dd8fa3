"""Which scenarios an ablation runs: the full model, and the same without each of some mechanisms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.experiment.replications import RunError, known_names
from sim.scenario import Scenario, with_changes
from sim.scenario.words import quoted


@dataclass(frozen=True)
class Design:
    """The scenarios that an ablation runs, each with the same seeds.

    Attributes:
        full: the scenario with all the mechanisms that it has on.
        without: mechanism → the scenario with that one switched off as well, in the order asked for.
    """

    full: Scenario
    without: Mapping[str, Scenario]

    @property
    def arms(self) -> tuple[Scenario, ...]:
        """All scenarios to run, the full one first."""
        return (self.full, *self.without.values())

    @property
    def off(self) -> tuple[str, ...]:
        """Mechanisms that the scenario has off, about which the ablation therefore says nothing."""
        return tuple(name for name, on in self.full.mechanisms.items() if not on)


def design(scenario: Scenario, mechanisms: str | Iterable[str] | None = None) -> Design:
    """Switch each of some mechanisms off in turn.

    Args:
        scenario: the full model.
        mechanisms: names of those to switch off; by default all that the scenario has on.

    Raises:
        RunError: a name is unknown, a mechanism that is named is off already, or none is on.
    """
    switches = scenario.mechanisms
    chosen = _all_on(switches) if mechanisms is None else known_names("mechanism", mechanisms, switches)
    for name in chosen:
        if not switches[name]:
            raise RunError(f"mechanism {quoted(name)} is off in this scenario already; leave it out, or switch it on")
    return Design(scenario, {name: with_changes(scenario, {f"mechanisms.{name}": False}) for name in chosen})


def _all_on(switches: Mapping[str, bool]) -> tuple[str, ...]:
    chosen = tuple(name for name, on in switches.items() if on)
    if not chosen:
        raise RunError("every mechanism is off in this scenario already; there is none to switch off")
    return chosen
