"""What each mechanism carries: the full model compared with the model without it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sim.analysis.comparison import compare
from sim.analysis.results import Results, interval
from sim.experiment.ablation import Design
from sim.experiment.replications import Plan, Progress, carry_out_arms

DEFAULT_OUTCOMES = (
    "errors_made",
    "errors_reached",
    "preventable_events",
    "incident_reports",
    "voice",
    "mortality",
    "length_of_stay",
)


@dataclass(frozen=True)
class Ablation:
    """The replications of a scenario, in full and without each of some mechanisms, with the same seeds.

    Attributes:
        full: results of the scenario as it is.
        without: mechanism → results with that one switched off.
        outcomes: names of the outcomes to compare, the first of which ranks the mechanisms.
    """

    full: Results
    without: Mapping[str, Results]
    outcomes: tuple[str, ...] = DEFAULT_OUTCOMES

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each mechanism and outcome, for the whole hospital.

        Columns mechanism, outcome, title, unit, ledger; ``full`` and ``without`` it, means in that unit;
        ``difference``, full less without, with its 95% t interval from ``low`` to ``high``; ``relative``, the
        difference as a share of full; and ``replications``: how many pairs had a value.
        """
        compared = [
            compare(self.full, results, self.outcomes).assign(mechanism=name) for name, results in self.without.items()
        ]
        table = pd.concat(compared, ignore_index=True).rename(columns={"of_one": "full", "of_other": "without"})
        return table[["mechanism", *table.columns.drop(["mechanism", "ward", "mode"])]]

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The mechanisms, the one that carries most of the first outcome first; those without a value last."""
        sizes = self._rows(self.outcomes[0])["difference"].abs()
        return tuple(sizes.sort_values(ascending=False, kind="stable").index)

    def ranked_rows(self, outcome: str) -> pd.DataFrame:
        """The rows of `table` for one outcome by mechanism, in the order of `ranked`."""
        return self._rows(outcome).loc[list(self.ranked)]

    def full_value(self, outcome: str) -> float:
        """Mean of an outcome over replications of the full model, in its unit; not a number if none has a value."""
        return interval(self.full.values(outcome))[0]

    def digest(self) -> str:
        """SHA-256 over the digests of all results and the names of what they are without."""
        lines = [self.full.digest(), *(f"{name} {results.digest()}" for name, results in self.without.items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _rows(self, outcome: str) -> pd.DataFrame:
        return self.table[self.table.outcome == outcome].set_index("mechanism")


def carry_out(planned: Plan, designed: Design, outcomes: Sequence[str], progress: Progress | None = None) -> Ablation:
    """Run all that is `designed` as `planned`; `progress` is called as in `sim.experiment.replications.carry_out`."""
    records = carry_out_arms(planned, designed.arms, progress)
    full, *without = [
        Results(scenario, of_arm, planned.driver, planned.threads, planned.draws)
        for scenario, of_arm in zip(designed.arms, records, strict=True)
    ]
    return Ablation(full, dict(zip(designed.without, without, strict=True)), tuple(outcomes))
