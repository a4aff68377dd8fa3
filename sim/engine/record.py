"""What one run leaves behind: the two ledgers, the funnel, the daily series and the people."""

import hashlib
from dataclasses import dataclass

import numpy as np

from sim.engine.hospital_state import HospitalState, ward_order
from sim.scenario.schema import Scenario
from sim.state.ledgers import SERIES

# Columns of the series that say how things stand at midnight; the others are running totals.
STANDING = ("midnight_patients", "midnight_queue", "hazards", "people", "safety", "trust")

# Columns of a staff row that count.
STAFF_COUNTERS = ("contacts", "steps", "steps_followed", "occasions", "spoken", "cover_shifts")


@dataclass(frozen=True)
class RunRecord:
    """One run of one scenario with one seed.

    Wards stand in the order of the scenario. The ledgers and the funnel hold what happened after the
    warm-up; the series covers the warm-up too.

    Attributes:
        seed: of the run.
        days: days that were counted.
        warm_up_days: days before them.
        wards: names of the wards.
        true: what happened, ward × mode (`sim.state.ledgers.TRUE`).
        observed: what could be seen, ward × mode (`OBSERVED`).
        staffing: ward (`STAFFING`).
        series: day × ward (`SERIES`), from the first day of the warm-up.
        funnel: ward × mode × kind of error × source × stage.
        staff: the final rows of all nurses, doctors and pharmacists; their counters hold what was
            done after the warm-up.
    """

    seed: int
    days: int
    warm_up_days: int
    wards: tuple[str, ...]
    true: np.recarray
    observed: np.recarray
    staffing: np.recarray
    series: np.recarray
    funnel: np.ndarray
    staff: np.recarray

    def digest(self) -> str:
        """SHA-256 of every number of the record: equal runs have equal digests."""
        digest = hashlib.sha256()
        for table in (self.true, self.observed, self.staffing, self.series, self.funnel, self.staff):
            digest.update(np.ascontiguousarray(table).tobytes())
        return digest.hexdigest()


def snapshot(state: HospitalState) -> HospitalState:
    """A copy of every table."""
    return HospitalState(*(table.copy() for table in state))


def make_record(
    scenario: Scenario, seed: int, days: int, warm_up_days: int, before: HospitalState, after: HospitalState
) -> RunRecord:
    """The record of what happened between the end of the warm-up (`before`) and the end of the run (`after`)."""
    survey(after)
    rows = ward_order(scenario)
    order = np.array([rows.index(name) for name in scenario.wards])
    return RunRecord(
        seed=seed,
        days=days,
        warm_up_days=warm_up_days,
        wards=tuple(scenario.wards),
        true=_since(before.true, after.true)[order],
        observed=_since(before.observed, after.observed)[order],
        staffing=_since(before.staffing, after.staffing)[order],
        series=_by_day(after.series[:, order]),
        funnel=(after.funnel - before.funnel)[order],
        staff=np.concatenate(
            [
                _counted(before.nurses, after.nurses, order),
                _counted(before.doctors, after.doctors, order),
                _counted(before.pharmacists, after.pharmacists, order),
            ]
        ).view(np.recarray),
    )


def survey(state: HospitalState) -> None:
    """Ask every nurse and doctor at the end whether they agree: read off their beliefs, with a stated cut."""
    cut = state.settings[0].observers.survey_cut
    for people in (state.nurses, state.doctors):
        np.add.at(state.staffing["surveyed"], people["ward"], 1)
        np.add.at(state.staffing["agree_safe"], people["ward"], people["voice_is_safe"] >= cut)
        np.add.at(state.staffing["agree_acted_on"], people["ward"], people["voice_is_acted_on"] >= cut)
        np.add.at(state.staffing["congruence"], people["ward"], _congruence(people["weights"], state.settings[0]))


def _congruence(weights: np.ndarray, settings: np.record) -> np.ndarray:
    """Thousandths of each person's goal weights that lie where those of the organisation lie."""
    wants = settings.goals.wants
    shared = np.minimum(weights, wants / wants.sum() if wants.sum() > 0 else 0.0)
    return np.rint(1000 * shared.sum(axis=1)).astype(np.int64)


def _since(before: np.ndarray, after: np.ndarray) -> np.recarray:
    counted = after.copy().view(np.recarray)
    for name in counted.dtype.names or ():
        counted[name] -= before[name]
    return counted


def _by_day(series: np.ndarray) -> np.recarray:
    daily = series.copy().view(np.recarray)
    for name in SERIES.dtype.names or ():
        if name not in STANDING:
            daily[name][1:] -= series[name][:-1]
    return daily


def _counted(before: np.ndarray, after: np.ndarray, order: np.ndarray) -> np.recarray:
    counted = after.copy().view(np.recarray)
    for name in STAFF_COUNTERS:
        counted[name] -= before[name]
    counted["ward"] = np.argsort(order)[counted["ward"]]
    return counted
