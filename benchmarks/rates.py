"""Whether a port is the ward of the model: rates that both count, and how far apart chance may put them.

Ports to other languages and libraries draw their own luck, so that no two runs are alike. What can be held is that
rates agree within sampling error: a few runs of the port beside many of the compiled model.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.names import BEDS, WARD, names_by_kind
from sim.engine.hospital_state import HospitalState
from sim.engine.record import RunRecord
from sim.engine.running import run_once
from sim.scenario import Scenario
from sim.state.vocabulary import ERRORS, STAGES, TASKS, TICKS_PER_DAY

WARM_UP_DAYS, DAYS = 42, 60
PORT_RUNS, COMPILED_RUNS = 8, 60

# How far the two means may lie apart, in standard errors of their difference. Each side's spread between runs
# is taken from the compiled model, of which there are more. Two equal models differ by more than this in one
# comparison of 16,000; with the seeds here they never do, since both are reproducible.
STANDARD_ERRORS = 4.0

Counts = Mapping[str, float]
Port = Callable[[Scenario, int, int, int], dict[str, float]]  # scenario, seed, ticks, ticks of warm-up → counts

WARD_RATES = {
    "admissions a day": ("admissions", "days"),
    "doses a bed-day": ("doses_watched", "bed_days"),
    "wrong doses, share": ("reached dose slip", "done dose"),
    "wrong doses that an observer sees, share": ("doses_seen_wrong", "doses_watched"),
    "errors reached a bed-day": ("reached", "bed_days"),
    "wrong orders carried out a bed-day": ("reached prescribing mistake", "bed_days"),
    "mean stay, ticks": ("overnight_stay", "overnight_stays"),
    "delayed time, share": ("delayed_time", "bed_time"),
    "wait, ticks": ("wait", "admissions"),
    "deteriorations an admission": ("deteriorations", "admissions"),
    "rescued, share": ("rescued", "deteriorations"),
    "deaths an admission": ("deaths", "admissions"),
    "returns a discharge": ("returns", "discharges"),
    "adverse events an admission": ("events", "admissions"),
    "hurried contacts, share": ("hurried", "contacts"),
    "busy time, share": ("busy", "worked"),
    "interruptions a tick of work": ("interruptions", "worked"),
    "shifts covered, share": ("shifts_covered", "shifts_needed"),
    "steps on the pathway, share": ("steps_followed", "steps"),
    "departures that reach, share of steps": ("reached pathway departure", "steps"),
    "choices made again, share": ("reconsidered", "treatment_choices"),
    "wrong choices, share": ("wrong_choices", "treatment_choices"),
    "trials a bed-day": ("trials", "bed_days"),
    "misjudged trials, share": ("reached misjudged trial", "trials"),
    "concerns a bed-day": ("concerns", "bed_days"),
    "tasks left undone a bed-day": ("undone", "bed_days"),
    "reviews a bed-day": ("done review", "bed_days"),
    "silences, share": ("silences", "occasions"),
    "orders found wrong, share": ("orders_found_wrong", "orders_checked"),
    "charts with an event, share": ("charts_with_event", "charts_reviewed"),
    "charts with a report, of those with an event": ("charts_reported", "charts_with_event"),
    "stay put down to an event, ticks": ("charts_extra_stay", "charts_with_event"),
    "incident reports a bed-day": ("incident_reports", "bed_days"),
    "incidents found a bed-day": ("incidents_found", "bed_days"),
    "incidents reported, share of those found": ("incidents_reported", "incidents_found"),
    "medication errors found an order": ("medication_errors_found", "orders"),
    "medication errors that harmed, share of those found": ("medication_errors_harmed", "medication_errors_found"),
    "doses given undisturbed, share": ("doses_interrupted 0", "doses_watched"),
    "doses given after three interruptions, share": ("doses_interrupted 3", "doses_watched"),
    "doses given after more, share": ("doses_interrupted 4", "doses_watched"),
    "wrong doses undisturbed, share": ("doses_interrupted_wrong 0", "doses_interrupted 0"),
    "wrong doses after two interruptions, share": ("doses_interrupted_wrong 2", "doses_interrupted 2"),
    "failures met a bed-day": ("failures_met", "bed_days"),
    "shifts in the logbooks a day": ("shifts_logged short shifts", "days"),
    "shifts with an error in the logbook, share": ("shifts_with_error short shifts", "shifts_logged short shifts"),
}

BEDS_RATES = {
    "arrivals a day": ("arrivals", "days"),
    "admissions a day": ("admissions", "days"),
    "sent elsewhere, share": ("diverted", "arrivals"),
    "planned admissions cancelled, share of arrivals": ("cancelled", "arrivals"),
    "wait, ticks": ("wait", "admissions"),
    "waits over the deadline, share": ("breaches", "admissions"),
    "mean stay, ticks": ("overnight_stay", "overnight_stays"),
    "stays over a midnight, share": ("overnight_stays", "stays"),
    "returns a stay": ("returns", "stays"),
    "patients at midnight": ("midnight_patients", "days"),
}

TABLES = {WARD: WARD_RATES, BEDS: BEDS_RATES}


@dataclass(frozen=True)
class Agreement:
    """One rate as the port and as the compiled model have it, and how many standard errors lie between them.

    `spread` is the standard deviation between runs of the compiled model.
    """

    port: float
    compiled: float
    spread: float
    apart: float

    @property
    def is_within(self) -> bool:
        """Whether chance alone may explain the difference."""
        return abs(self.apart) < STANDARD_ERRORS


def compiled(scenario: Scenario) -> list[dict[str, float]]:
    """What the compiled model counts, run for run."""
    return [counted(run_once(scenario, 100 + seed, DAYS, WARM_UP_DAYS)) for seed in range(COMPILED_RUNS)]


def ported(port: Port, scenario: Scenario) -> list[dict[str, float]]:
    """What a port counts, run for run."""
    return [port(scenario, seed, DAYS * TICKS_PER_DAY, WARM_UP_DAYS * TICKS_PER_DAY) for seed in range(PORT_RUNS)]


def agreements(
    port: Sequence[Counts], ours: Sequence[Counts], table: Mapping[str, tuple[str, str]]
) -> dict[str, Agreement]:
    """Every rate of a table, from the counts of runs of the port and of the compiled model."""
    return {name: _agreement(name, port, ours, table) for name in table}


def _agreement(
    name: str, port: Sequence[Counts], ours: Sequence[Counts], table: Mapping[str, tuple[str, str]]
) -> Agreement:
    one, other = (np.array([rates(counts, table)[name] for counts in runs]) for runs in (port, ours))
    spread = other.std(ddof=1)
    apart = (one.mean() - other.mean()) / (spread * math.sqrt(1 / len(one) + 1 / len(other)))
    return Agreement(float(one.mean()), float(other.mean()), float(spread), float(apart))


def rates(counts: Counts, table: Mapping[str, tuple[str, str]]) -> dict[str, float]:
    """Every rate of a table, from the counts of one run."""
    found = {"stays": counts.get("discharges", 0.0) + counts.get("deaths", 0.0), **counts, "days": float(DAYS)}
    found |= {
        "bed_days": counts.get("bed_time", 0.0) / TICKS_PER_DAY,
        "contacts": sum(counts.get(f"done {task}", 0.0) for task in TASKS),
        "reached": sum(counts.get(f"reached {error}", 0.0) for error in ERRORS),
        "undone": sum(counts.get(f"undone {task}", 0.0) for task in TASKS),
        "events": counts.get("preventable_events", 0.0) + counts.get("other_events", 0.0),
        "occasions": counts.get("concerns", 0.0) + counts.get("silences", 0.0),
    }
    return {name: found.get(above, 0.0) / found[below] for name, (above, below) in table.items()}


def counted(state: HospitalState | RunRecord) -> dict[str, float]:
    """Totals of the model's ledgers, with names such as ``admissions``, ``done dose`` and ``reached care slip``."""
    found: dict[str, float] = {}
    for ledger in (state.true, state.observed, state.staffing):
        for name in ledger.dtype.names or ():
            kinds = ledger.dtype[name].shape
            if kinds:
                totals = ledger[name].reshape(-1, *kinds).sum(axis=0)
                found |= {kind: float(total) for kind, total in zip(names_by_kind(name), totals, strict=True)}
            else:
                found[name] = float(ledger[name].sum())
    by_kind = state.funnel.sum(axis=(0, 1, 3))
    for error, stages in zip(ERRORS, by_kind, strict=True):
        found |= {f"{stage} {error}": float(total) for stage, total in zip(STAGES, stages, strict=True)}
    return found
