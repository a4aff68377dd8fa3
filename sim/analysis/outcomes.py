"""The table of outcomes: what each one counts, in which ledger, and what it says.

An outcome is a ratio of two counts. Counts are summed first, over wards and modes of care, and divided
last, so that a hospital's figure is never a mean of its wards' figures. Where nothing stands below the
line the value is not a number.

Each outcome belongs to a ledger: *true* for what happened, *observed* for what the hospital or a study
could know. Stays, deaths and returns are booked by the records office, which misses none, so they are
observed although they are also true.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.state.vocabulary import (
    CONSTRAINED,
    DAYS_PER_YEAR,
    DOCTOR,
    ERRORS,
    HANDOVER_LOSS,
    JUNIOR,
    LONG_SHIFT,
    MODES,
    NURSE,
    REBUFFED,
    SENIOR_NURSE,
    SHORT_SHIFT,
    STAFF_NURSE,
    STAGES,
    TASKS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
)

if TYPE_CHECKING:
    from sim.engine.record import RunRecord

Ledger = Literal["true", "observed"]
Better = Literal["lower", "higher", "neither"]

ALL = "all"
FUNNEL = "Errors on their way to the patient"
BY_KIND = "Errors that reached patients, by kind"
OF_WHAT = {FUNNEL: "Errors", BY_KIND: "Reached patients"}  # what titles under these headings leave unsaid
LEDGER_WORDS: dict[Ledger, str] = {"true": "what happened", "observed": "what was recorded"}


@dataclass(frozen=True)
class Count:
    """A count that a run gives for each ward and mode, or for each ward alone.

    Attributes:
        take: gives the array [ward, mode], or [ward] where the count has no mode of care.
        what: what is counted, as it reads in a table.
        per: how many of the ledger's units make one of `what`, e.g. 96 ticks a day.
    """

    take: Callable[["RunRecord"], np.ndarray]
    what: str
    per: int = 1

    def __add__(self, other: "Count") -> "Count":
        """Both counts together; their units must be the same."""
        return Count(lambda record: self.take(record) + other.take(record), f"{self.what} and {other.what}", self.per)

    def totals(self, record: "RunRecord") -> np.ndarray:
        """The count with its sums: [ward + 1, mode + 1], or [ward + 1, 1]; the last of each axis is the total."""
        counts = np.asarray(self.take(record))
        by_ward = counts.sum(axis=1, keepdims=True) if counts.ndim == 2 else counts[:, None]
        by_mode = np.hstack([counts, by_ward]) if counts.ndim == 2 else by_ward
        return np.vstack([by_mode, by_mode.sum(axis=0)]) / self.per


@dataclass(frozen=True)
class Outcome:
    """One outcome: `scale` × `above` / `below`, or its square root where the ratio is a variance.

    Attributes:
        name: as it stands in tables of results.
        title: as a person reads it.
        unit: of the value.
        group: the heading it stands under.
        ledger: ``true`` (what happened) or ``observed`` (what could be known).
        meaning: what it says, in plain words.
        better: which direction is good for patients or staff, where one is.
        detail: whether it is left out of tables made for reading.
        root: whether the value is the square root of the ratio.
    """

    name: str
    title: str
    unit: str
    group: str
    ledger: Ledger
    above: Count
    below: Count
    scale: float
    meaning: str
    better: Better = "neither"
    detail: bool = False
    root: bool = False

    @property
    def whole_title(self) -> str:
        """The title as a person reads it where its heading is not above it."""
        lead = OF_WHAT.get(self.group, "")
        return self.title if self.title.startswith(lead) else f"{lead}: {self.title[0].lower()}{self.title[1:]}"

    @property
    def most(self) -> float:
        """The highest value there can be; the lowest is nought for all."""
        if self.unit.startswith("0 to 1"):
            return 1.0
        return 100.0 if self.unit.startswith("%") and not self.unit.endswith("a year") else np.inf

    def measure(self, record: "RunRecord") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Value, numerator and denominator, each [ward + 1, mode + 1] or [ward + 1, 1], totals last."""
        above, below = self.above.totals(record), self.below.totals(record)
        ratio = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
        if self.root:
            ratio = np.sqrt(np.maximum(ratio, 0.0))
        return self.scale * ratio, above, below

    def explained(self) -> str:
        """What it says and counts, in plain text."""
        ratio = f"{self.above.what} / {self.below.what}"
        return "\n".join(
            [
                f"{self.name}: an outcome",
                f"  {self.title}, {self.unit}",
                f"  {self.meaning}",
                f"  counted as: {f'square root of ({ratio})' if self.root else ratio}",
                f"  ledger: {self.ledger} ({LEDGER_WORDS[self.ledger]})",
                f"  better: {self.better}",
            ]
        )


def _true(field: str, what: str, per: int = 1) -> Count:
    return Count(lambda record: _summed(record.true[field]), what, per)


def _observed(field: str, what: str, per: int = 1) -> Count:
    return Count(lambda record: _summed(record.observed[field]), what, per)


def _of_doses(field: str, interruptions: int, what: str) -> Count:
    return Count(lambda record: np.asarray(record.observed[field])[..., interruptions], what)


def _of_shifts(field: str, length: int, what: str) -> Count:
    return Count(lambda record: np.asarray(record.staffing[field])[:, length], what)


def _staffing(field: str, what: str, per: int = 1) -> Count:
    return Count(lambda record: np.asarray(record.staffing[field]), what, per)


def _stage(stage: str, what: str) -> Count:
    """Errors of all kinds and sources that came to a stage of the error chain."""
    position = STAGES.index(stage)
    return Count(lambda record: record.funnel[..., position].sum(axis=(2, 3)), what)


def _of_kind(field: str, task: int, what: str) -> Count:
    return Count(lambda record: np.asarray(record.true[field])[..., task], what)


def _constrained(count: Count) -> Count:
    """The count in constrained care alone."""
    only = np.array([mode == CONSTRAINED for mode in range(len(MODES))])
    return Count(lambda record: count.take(record) * only, count.what, count.per)


def _without_mode(count: Count) -> Count:
    return Count(lambda record: count.take(record).sum(axis=1), count.what, count.per)


def _summed(column: np.ndarray) -> np.ndarray:
    """A column of a ledger, summed over kinds of task where it has them."""
    counts = np.asarray(column)
    return counts.sum(axis=2) if counts.ndim == 3 else counts


def _each_nurse(record: "RunRecord") -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each ward, the steps of its nurses and how many were done as the pathway says."""
    staff = record.staff[(record.staff["profession"] == NURSE) & (record.staff["steps"] > 0)]
    for ward in range(len(record.staffing)):
        here = staff[staff["ward"] == ward]
        yield here["steps"].astype(float), here["steps_followed"].astype(float)


def _spread_above(steps: np.ndarray, followed: np.ndarray) -> float:
    if len(steps) < 2:
        return 0.0
    share = followed.sum() / steps.sum()
    between = (steps * (followed / steps - share) ** 2).sum()
    return float(between - (len(steps) - 1) * share * (1 - share))


def _spread_below(steps: np.ndarray, followed: np.ndarray) -> float:
    if len(steps) < 2:
        return 0.0
    return float(steps.sum() - (steps * steps).sum() / steps.sum())


# Nurses who work alike still differ by chance, the more so the fewer steps each has done. The part that
# chance explains is taken away (the analysis-of-variance estimator), or short runs would look uneven.
_SPREAD_ABOVE = Count(
    lambda record: np.array([_spread_above(*nurses) for nurses in _each_nurse(record)]),
    "spread between nurses, beyond chance",
)
_SPREAD_BELOW = Count(
    lambda record: np.array([_spread_below(*nurses) for nurses in _each_nurse(record)]), "steps, weighted"
)


def _by_ward(record: "RunRecord", profession: int, column: str) -> np.ndarray:
    """A counter of the people of one profession, summed by ward."""
    staff = record.staff[record.staff["profession"] == profession]
    return np.bincount(staff["ward"], weights=staff[column], minlength=len(record.staffing))


def _of_grade(grade: int, column: str, what: str) -> Count:
    """A counter of the people of one grade, summed by ward."""

    def take(record: "RunRecord") -> np.ndarray:
        staff = record.staff[record.staff["grade"] == grade]
        return np.bincount(staff["ward"], weights=staff[column], minlength=len(record.staffing))

    return Count(take, what)


def _voice_of_grade(grade: int, name: str, title: str) -> Outcome:
    return Outcome(
        name=f"voice_of_{name}",
        title=f"Concerns said by {title}",
        unit="% of their concerns",
        group="Voice",
        ledger="true",
        above=_of_grade(grade, "spoken", f"concerns said by {title}"),
        below=_of_grade(grade, "occasions", f"concerns of {title}"),
        scale=100,
        meaning=f"How often {title} say what they have to say.",
        better="higher",
        detail=True,
    )


def _of_clinicians(column: str, what: str) -> Count:
    """A column of the nurses and doctors as they stood at the end, summed by ward."""
    return Count(lambda record: _by_ward(record, NURSE, column) + _by_ward(record, DOCTOR, column), what)


def _clinicians(record: "RunRecord") -> np.ndarray:
    """Number of nurses and doctors by ward."""
    of_nurses_and_doctors = np.isin(record.staff["profession"], (NURSE, DOCTOR))
    return np.bincount(record.staff["ward"][of_nurses_and_doctors], minlength=len(record.staffing))


def _variance_of_fit(record: "RunRecord") -> np.ndarray:
    """Squares of the distance between each decision's fit and the mean of its ward and mode, summed."""
    fits, decided = record.true["exception_fit"] / 1000, record.true["exceptions_decided"]
    square_of_mean = np.divide(fits * fits, decided, out=np.zeros(fits.shape), where=decided > 0)
    return np.maximum(record.true["exception_fit_squared"] / 1000 - square_of_mean, 0.0)


def _juniors(record: "RunRecord", with_idea: bool) -> np.ndarray:
    """Number of junior doctors in post at the end by ward: all, or those who have seen an idea carried out."""
    end = len(record.series) * TICKS_PER_DAY
    staff = record.staff[(record.staff["grade"] == JUNIOR) & (record.staff["vacant_until"] <= end)]
    chosen = staff[staff["idea_carried"] == 1] if with_idea else staff
    return np.bincount(chosen["ward"], minlength=len(record.staffing))


def _items(record: "RunRecord", stage: str) -> np.ndarray:
    """Items at handovers that came to a stage of the error chain, ward × mode."""
    return record.funnel[:, :, HANDOVER_LOSS, :, STAGES.index(stage)].sum(axis=2)


_JUNIORS = Count(lambda record: _juniors(record, with_idea=False), "junior doctors in post at the end")
_JUNIORS_WITH_IDEA = Count(lambda record: _juniors(record, with_idea=True), "of whom an idea was carried out")
_ITEMS = Count(lambda record: _items(record, "chances"), "items to be handed over")
_ITEMS_KEPT = Count(lambda record: _items(record, "chances") - _items(record, "made"), "items passed on")
_CLINICIANS = Count(_clinicians, "nurses and doctors")
_ADMISSIONS = _true("admissions", "admissions")
_BED_DAYS = _true("bed_time", "bed-days", per=TICKS_PER_DAY)
_PREVENTABLE = _true("preventable_events", "preventable events")
_EVENTS = _PREVENTABLE + _true("other_events", "other events")
_STAYS = _true("discharges", "discharges") + _true("deaths", "deaths")
_REACHED = _stage("reached", "errors that reached a patient")
_DETERIORATIONS = _true("deteriorations", "deteriorations")

# What each stage of the error chain is called, and what it says.
STAGE_WORDS: dict[str, tuple[str, str]] = {
    "chances": ("Chances to go wrong", "tasks, choices and handovers in which an error could be made"),
    "made": ("Errors made", "errors made, by a person or because of a hazard of the ward"),
    "noticed": ("Noticed in time", "errors that somebody noticed before they reached the patient"),
    "said": ("Spoken up about", "errors about which somebody who noticed spoke up"),
    "stopped": ("Stopped in time", "errors put right before they reached the patient"),
    "reached": ("Reached the patient", "errors that reached a patient, whether or not they did harm"),
    "harmed": ("Harmed the patient", "errors that harmed a patient"),
    "recognised": ("Recognised afterwards", "errors that staff afterwards recognised as errors"),
    "reported": ("Reported", "errors about which somebody wrote an incident report"),
}


def _funnel_outcome(stage: str) -> Outcome:
    title, meaning = STAGE_WORDS[stage]
    return Outcome(
        name=f"errors_{stage}",
        title=title,
        unit="per 1,000 bed-days",
        group=FUNNEL,
        ledger="observed" if stage == "reported" else "true",
        above=_stage(stage, meaning),
        below=_BED_DAYS,
        scale=1_000,
        meaning=meaning[0].upper() + meaning[1:] + ".",
        better="lower" if stage in ("made", "reached", "harmed") else "neither",
    )


def _kind_outcome(kind: int) -> Outcome:
    position = STAGES.index("reached")
    title = ERRORS[kind][0].upper() + ERRORS[kind][1:]
    return Outcome(
        name=f"reached_{ERRORS[kind].replace(' ', '_')}",
        title=title,
        unit="per 1,000 bed-days",
        group=BY_KIND,
        ledger="true",
        above=Count(lambda record: record.funnel[:, :, kind, :, position].sum(axis=2), f"{ERRORS[kind]}: reached"),
        below=_BED_DAYS,
        scale=1_000,
        meaning=f"Errors of the kind “{ERRORS[kind]}” that reached a patient, whether or not they did harm.",
        better="lower",
    )


def _undone_outcome(task: int) -> Outcome:
    kind = TASKS[task].replace("_", " ")
    return Outcome(
        name=f"undone_{TASKS[task]}",
        title=f"Left undone: {kind}",
        unit="% of tasks due",
        group="Care left undone, by kind",
        ledger="true",
        above=_of_kind("undone", task, f"tasks left undone: {kind}"),
        below=_of_kind("due", task, f"tasks due: {kind}"),
        scale=100,
        meaning=f"Tasks of the kind “{kind}” that were left undone at the end of a shift.",
        better="lower",
        detail=True,
    )


OUTCOMES: tuple[Outcome, ...] = (
    *(_funnel_outcome(stage) for stage in STAGES),
    *(_kind_outcome(kind) for kind in range(len(ERRORS))),
    Outcome(
        "adverse_events",
        "Adverse events",
        "per 100 admissions",
        "Harm",
        "true",
        _EVENTS,
        _ADMISSIONS,
        100,
        "Harm done by care, or by its absence, rather than by the illness; preventable or not.",
        "lower",
    ),
    Outcome(
        "preventable_share",
        "Preventable share",
        "% of adverse events",
        "Harm",
        "true",
        _PREVENTABLE,
        _EVENTS,
        100,
        "Adverse events that better care would have prevented.",
        "lower",
    ),
    Outcome(
        "preventable_events",
        "Preventable adverse events",
        "per 1,000 bed-days",
        "Harm",
        "true",
        _PREVENTABLE,
        _BED_DAYS,
        1_000,
        "Adverse events that better care would have prevented, for the time that patients spend in a bed.",
        "lower",
    ),
    Outcome(
        "patients_harmed",
        "Patients harmed",
        "% of stays",
        "Harm",
        "true",
        _true("harmed", "patients harmed"),
        _STAYS,
        100,
        "Patients who left or died after at least one adverse event.",
        "lower",
    ),
    Outcome(
        "deteriorations",
        "Deteriorations",
        "per 100 admissions",
        "Harm",
        "true",
        _DETERIORATIONS,
        _ADMISSIONS,
        100,
        "Times that a patient became seriously worse, in a bed or waiting for one.",
        "lower",
    ),
    Outcome(
        "recognised",
        "Deteriorations recognised",
        "% of deteriorations",
        "Harm",
        "true",
        _true("recognised", "deteriorations recognised"),
        _DETERIORATIONS,
        100,
        "Deteriorations that staff saw. One that began while waiting counts at the ward waited for, and is seen where "
        "the patient lies: a ward that takes in patients of others may show more than 100%.",
        "higher",
    ),
    Outcome(
        "rescued",
        "Deteriorations turned round",
        "% of deteriorations",
        "Harm",
        "true",
        _true("rescued", "deteriorations turned round"),
        _DETERIORATIONS,
        100,
        "Deteriorations that a response turned round. One that began while waiting counts at the ward waited for: a "
        "ward that takes in patients of others may show more than 100%.",
        "higher",
    ),
    Outcome(
        "mortality",
        "Deaths in hospital",
        "% of stays over a day",
        "Harm",
        "observed",
        _true("long_stay_deaths", "deaths after more than a day"),
        _true("long_stays", "stays of more than a day"),
        100,
        "Stays of more than a day that ended in death.",
        "lower",
    ),
    Outcome(
        "deaths",
        "Deaths",
        "per 1,000 admissions",
        "Harm",
        "observed",
        _true("deaths", "deaths in a bed") + _true("deaths_waiting", "deaths while waiting for one"),
        _ADMISSIONS,
        1_000,
        "All who died in a bed or while waiting for one.",
        "lower",
        detail=True,
    ),
    Outcome(
        "dose_errors",
        "Doses given wrongly",
        "% of doses",
        "What observers find",
        "observed",
        _observed("doses_seen_wrong", "doses seen to be wrong"),
        _observed("doses_watched", "doses watched"),
        100,
        "Doses that an observer at the bedside sees given wrongly.",
        "lower",
    ),
    Outcome(
        "prescribing_errors",
        "Prescribing errors found",
        "per 100 orders checked",
        "What observers find",
        "observed",
        _observed("orders_found_wrong", "orders found wrong"),
        _observed("orders_checked", "orders checked"),
        100,
        "Orders that a pharmacist finds wrong, among those that a pharmacist checks.",
        "lower",
    ),
    Outcome(
        "incident_reports",
        "Incident reports",
        "per 1,000 bed-days",
        "What observers find",
        "observed",
        _observed("incident_reports", "incident reports"),
        _BED_DAYS,
        1_000,
        "Incident reports written by staff. More reports can mean more errors, or a ward that dares to report.",
    ),
    Outcome(
        "share_reported",
        "Errors reported",
        "% of errors reaching patients",
        "What observers find",
        "true",
        _stage("reported", "errors reported"),
        _REACHED,
        100,
        "How much of what reaches patients is reported: no hospital knows this about itself.",
        "higher",
    ),
    Outcome(
        "harm_with_report",
        "Stays with an adverse event and a report of harm",
        "% of those stays",
        "What observers find",
        "observed",
        _observed("charts_reported", "stays with an adverse event in the chart, and a report of harm"),
        _observed("charts_with_event", "stays in whose charts reviewers find an adverse event"),
        100,
        "Stays in whose charts reviewers find an adverse event and about which a report of harm exists.",
        "higher",
    ),
    Outcome(
        "chart_events",
        "Stays with an adverse event, by chart review",
        "% of stays",
        "What observers find",
        "observed",
        _observed("charts_with_event", "stays in whose charts reviewers find an adverse event"),
        _observed("charts_reviewed", "stays whose charts are reviewed"),
        100,
        "Stays in whose charts reviewers find an adverse event; they miss some.",
        "lower",
    ),
    Outcome(
        "chart_preventable",
        "Judged preventable, by chart review",
        "% of those stays",
        "What observers find",
        "observed",
        _observed("charts_preventable", "stays whose adverse event reviewers judge preventable"),
        _observed("charts_with_event", "stays in whose charts reviewers find an adverse event"),
        100,
        "Stays whose adverse event reviewers judge preventable; they are sometimes wrong.",
        "lower",
    ),
    Outcome(
        "attributed_stay",
        "Stay put down to an adverse event",
        "days, mean",
        "What observers find",
        "observed",
        _observed("charts_extra_stay", "days that reviewers attribute to the events they found", per=TICKS_PER_DAY),
        _observed("charts_with_event", "stays in whose charts reviewers find an adverse event"),
        1,
        "How much longer patients stayed for the adverse events that reviewers found, as reviewers judge.",
        "lower",
        detail=True,
    ),
    Outcome(
        "incidents_reported",
        "Incidents reported, of those found by either",
        "% of incidents",
        "What observers find",
        "observed",
        _observed("incidents_reported", "incidents reported"),
        _observed("incidents_found", "incidents found by chart review or reported"),
        100,
        "Incidents with a report, among those that a review of charts or the reports of staff bring to light.",
        "higher",
        detail=True,
    ),
    Outcome(
        "medication_harm",
        "Medication errors that harmed, of those found",
        "% of errors",
        "What observers find",
        "observed",
        _observed("medication_errors_harmed", "medication errors found that harmed"),
        _observed("medication_errors_found", "medication errors found by self-report and chart review"),
        100,
        "How many of the medication errors that a study finds by self-report and in charts did harm.",
        "lower",
        detail=True,
    ),
    Outcome(
        "medication_errors_found",
        "Medication errors found by self-report and chart review",
        "per 100 orders",
        "What observers find",
        "observed",
        _observed("medication_errors_found", "medication errors found by self-report and chart review"),
        _true("orders", "orders written"),
        100,
        "Medication errors that a study finds by self-report and in charts; far fewer than there are.",
        detail=True,
    ),
    Outcome(
        "failures_told",
        "Failures of the ward brought to somebody",
        "% of failures met",
        "What observers find",
        "observed",
        _true("failures_told", "failures that the nurse told the ward's manager of"),
        _true("failures_met", "failures that spoilt a nurse's work beside an observer"),
        100,
        "How often nurses whose work a hazard spoilt brought it there and then to somebody who could mend it.",
        "higher",
        detail=True,
    ),
    Outcome(
        "ideas_carried",
        "Junior doctors who ever had an idea carried out",
        "% of junior doctors",
        "What observers find",
        "observed",
        _JUNIORS_WITH_IDEA,
        _JUNIORS,
        100,
        "Junior doctors in post at the end who have seen an idea of theirs carried out since they came.",
        "higher",
        detail=True,
    ),
    Outcome(
        "dose_errors_undisturbed",
        "Doses given wrongly, not interrupted",
        "% of doses",
        "What observers find",
        "observed",
        _of_doses("doses_interrupted_wrong", 0, "doses seen to be wrong, not interrupted"),
        _of_doses("doses_interrupted", 0, "doses watched, not interrupted"),
        100,
        "Doses that an observer sees given wrongly by a nurse whom nobody interrupted.",
        "lower",
        detail=True,
    ),
    Outcome(
        "dose_errors_interrupted",
        "Doses given wrongly, interrupted three times",
        "% of doses",
        "What observers find",
        "observed",
        _of_doses("doses_interrupted_wrong", 3, "doses seen to be wrong, interrupted three times"),
        _of_doses("doses_interrupted", 3, "doses watched, interrupted three times"),
        100,
        "Doses that an observer sees given wrongly by a nurse who was interrupted three times.",
        "lower",
        detail=True,
    ),
    Outcome(
        "logged_errors_short",
        "Shorter shifts with an error in the logbook",
        "% of shifts",
        "What observers find",
        "observed",
        _of_shifts("shifts_with_error", SHORT_SHIFT, "shorter shifts with an error in the logbook"),
        _of_shifts("shifts_logged", SHORT_SHIFT, "shifts of nurses of less than 12.5 hours"),
        100,
        "Shifts of less than twelve and a half hours in which a nurse wrote down an error of her own.",
        "lower",
        detail=True,
    ),
    Outcome(
        "logged_errors_long",
        "Long shifts with an error in the logbook",
        "% of shifts",
        "What observers find",
        "observed",
        _of_shifts("shifts_with_error", LONG_SHIFT, "long shifts with an error in the logbook"),
        _of_shifts("shifts_logged", LONG_SHIFT, "shifts of nurses of 12.5 hours or more"),
        100,
        "Shifts of twelve and a half hours or more in which a nurse wrote down an error of her own.",
        "lower",
        detail=True,
    ),
    Outcome(
        "items_kept",
        "Items kept at a handover",
        "% of items",
        "What observers find",
        "observed",
        _ITEMS_KEPT,
        _ITEMS,
        100,
        "Things that had to be remembered and that one handover passed on, before anybody asked back.",
        "higher",
        detail=True,
    ),
    Outcome(
        "voice",
        "Concerns said",
        "% of concerns",
        "Voice",
        "true",
        _true("concerns", "concerns said"),
        _true("concerns", "concerns said") + _true("silences", "concerns kept back"),
        100,
        "How often people who have something to say to a colleague say it.",
        "higher",
    ),
    Outcome(
        "voice_of_nurses",
        "Concerns said by nurses",
        "% of their concerns",
        "Voice",
        "true",
        Count(lambda record: _by_ward(record, NURSE, "spoken"), "concerns said by nurses"),
        Count(lambda record: _by_ward(record, NURSE, "occasions"), "concerns of nurses"),
        100,
        "How often nurses say what they have to say; lower than doctors where status weighs.",
        "higher",
    ),
    Outcome(
        "voice_of_doctors",
        "Concerns said by doctors",
        "% of their concerns",
        "Voice",
        "true",
        Count(lambda record: _by_ward(record, DOCTOR, "spoken"), "concerns said by doctors"),
        Count(lambda record: _by_ward(record, DOCTOR, "occasions"), "concerns of doctors"),
        100,
        "How often doctors say what they have to say.",
        "higher",
    ),
    _voice_of_grade(STAFF_NURSE, "staff_nurses", "staff nurses"),
    _voice_of_grade(SENIOR_NURSE, "senior_nurses", "senior nurses"),
    Outcome(
        "rebuffed",
        "Concerns rebuffed",
        "% of concerns said",
        "Voice",
        "true",
        Count(lambda record: np.asarray(record.true["answers"])[..., REBUFFED], "concerns rebuffed"),
        _true("concerns", "concerns said"),
        100,
        "Concerns that were met with a rebuff.",
        "lower",
    ),
    Outcome(
        "false_concerns",
        "False concerns",
        "% of concerns said",
        "Voice",
        "true",
        _true("false_concerns", "concerns about errors that were none"),
        _true("concerns", "concerns said"),
        100,
        "Concerns about errors that were none; they take time all the same.",
        "lower",
    ),
    Outcome(
        "felt_safe",
        "Staff who feel safe to speak up",
        "% who agree",
        "What observers find",
        "observed",
        _staffing("agree_safe", "staff who agree"),
        _staffing("surveyed", "nurses and doctors asked"),
        100,
        "Nurses and doctors whose belief that voice is safe reaches the survey's cut, at the end of the run.",
        "higher",
    ),
    Outcome(
        "felt_heard",
        "Staff who think a concern would be acted on",
        "% who agree",
        "What observers find",
        "observed",
        _staffing("agree_acted_on", "staff who agree"),
        _staffing("surveyed", "nurses and doctors asked"),
        100,
        "Nurses and doctors whose belief that voice is acted on reaches the survey's cut, at the end of the run.",
        "higher",
    ),
    Outcome(
        "wait",
        "Wait for a bed",
        "hours, mean",
        "Waits and stays",
        "true",
        _true("wait", "hours waited", per=TICKS_PER_HOUR),
        _ADMISSIONS,
        1,
        "Time from arrival to a bed, for patients who were given one.",
        "lower",
    ),
    Outcome(
        "breaches",
        "Waits over the deadline",
        "% of admissions",
        "Waits and stays",
        "true",
        _true("breaches", "waits over the deadline"),
        _ADMISSIONS,
        100,
        "Patients who truly waited longer than the deadline.",
        "lower",
    ),
    Outcome(
        "recorded_breaches",
        "Waits over the deadline, as recorded",
        "% of recorded waits",
        "Waits and stays",
        "observed",
        _observed("recorded_breaches", "waits recorded as over the deadline"),
        _observed("recorded_waits", "waits recorded"),
        100,
        "Patients whose wait was recorded as longer than the deadline.",
        "lower",
    ),
    Outcome(
        "length_of_stay",
        "Length of overnight stays",
        "days, mean",
        "Waits and stays",
        "observed",
        _true("overnight_stay", "days in a bed", per=TICKS_PER_DAY),
        _true("overnight_stays", "overnight stays"),
        1,
        "Length of stays over at least one midnight.",
        "lower",
    ),
    Outcome(
        "readmission",
        "Back within 30 days",
        "% of discharges",
        "Waits and stays",
        "observed",
        _true("returns", "patients back within 30 days"),
        _true("discharges", "discharges"),
        100,
        "Patients back within 30 days of going home.",
        "lower",
    ),
    Outcome(
        "occupancy",
        "Beds occupied at midnight",
        "% of beds",
        "Waits and stays",
        "observed",
        _without_mode(_observed("midnight_patients", "patients in a bed at midnight")),
        _without_mode(_observed("midnight_beds", "beds open at midnight")),
        100,
        "Beds with a patient in them at midnight.",
    ),
    Outcome(
        "delayed_time",
        "Bed time of patients fit to leave",
        "% of bed time",
        "Waits and stays",
        "true",
        _true("delayed_time", "bed-days of patients fit to leave", per=TICKS_PER_DAY),
        _BED_DAYS,
        100,
        "Time in a bed after recovery, waiting for a letter, a decision or care outside.",
        "lower",
    ),
    Outcome(
        "undone",
        "Care left undone",
        "% of tasks due",
        "How care is done",
        "true",
        _true("undone", "tasks left undone"),
        _true("due", "tasks due"),
        100,
        "Tasks that were left undone at the end of a shift.",
        "lower",
    ),
    Outcome(
        "hurried",
        "Contacts made in a hurry",
        "% of contacts",
        "How care is done",
        "true",
        _true("hurried", "hurried contacts"),
        _true("done", "contacts"),
        100,
        "Contacts cut short because too much else was waiting.",
        "lower",
    ),
    Outcome(
        "adherence",
        "Pathway followed",
        "% of steps",
        "How care is done",
        "true",
        _true("steps_followed", "steps done as the pathway says"),
        _true("steps", "steps"),
        100,
        "Steps of care that followed the pathway. Not every patient is best served by it.",
    ),
    Outcome(
        "unwarranted_variation",
        "Spread between nurses",
        "SD of steps followed, points",
        "How care is done",
        "true",
        _SPREAD_ABOVE,
        _SPREAD_BELOW,
        100,
        "How far nurses of one ward differ in following the pathway, beyond what chance explains.",
        "lower",
        root=True,
    ),
    Outcome(
        "wrong_choices",
        "Wrong choices of treatment",
        "% of choices",
        "How care is done",
        "true",
        _true("wrong_choices", "choices not the best for the patient"),
        _true("treatment_choices", "choices of treatment"),
        100,
        "Choices among known treatments that were not the best for the patient.",
        "lower",
    ),
    Outcome(
        "fitting_choices",
        "Choices that fit the patient's values",
        "% of choices",
        "How care is done",
        "true",
        _true("fitting_choices", "choices best by the patient's own values"),
        _constrained(_true("treatment_choices", "choices among known options")),
        100,
        "Choices among known options that are best once the patient's own values count.",
        "higher",
    ),
    Outcome(
        "exception_delay",
        "Wait for a decision that no rule covers",
        "hours, mean",
        "How care is done",
        "true",
        _true("exception_delay", "hours waited", per=TICKS_PER_HOUR),
        _true("exceptions_decided", "such decisions taken"),
        1,
        "Time until a decision that no rule covers is taken, at the bedside (at once) or by a manager.",
        "lower",
    ),
    Outcome(
        "exception_fit",
        "Fit of such decisions",
        "% of the best",
        "How care is done",
        "true",
        _true("exception_fit", "how well they fit", per=1_000),
        _true("exceptions_decided", "such decisions taken"),
        100,
        "How near decisions that no rule covers come to what is best for the patient.",
        "higher",
    ),
    Outcome(
        "utilisation",
        "Time with a patient",
        "% of working time",
        "Staff",
        "true",
        _staffing("busy", "days in contact", per=TICKS_PER_DAY),
        _staffing("worked", "days at work", per=TICKS_PER_DAY),
        100,
        "Time of all staff at work that is spent with or for a patient.",
    ),
    Outcome(
        "absence",
        "Shifts with somebody absent",
        "% of shifts",
        "Staff",
        "observed",
        _staffing("shifts_absent", "shifts with somebody absent"),
        _staffing("shifts_needed", "shifts on the rota"),
        100,
        "Shifts on the rota whose holder was absent.",
        "lower",
    ),
    Outcome(
        "agency_cover",
        "Gaps filled by an agency",
        "% of gaps",
        "Staff",
        "observed",
        _staffing("shifts_covered", "shifts filled by an agency"),
        _staffing("shifts_absent", "shifts with somebody absent") + _staffing("shifts_vacant", "shifts of empty posts"),
        100,
        "Absences and empty posts for which an agency sent somebody.",
    ),
    Outcome(
        "measured_safety",
        "Belief that voice is safe",
        "0 to 1, mean",
        "Leading, and what became of the dials",
        "true",
        _of_clinicians("voice_is_safe", "belief that voice is safe, added up"),
        _CLINICIANS,
        1,
        "What nurses and doctors believe at the end, whatever the dial of psychological safety was at the start.",
        "higher",
    ),
    Outcome(
        "measured_devolution",
        "Decisions taken at the bedside",
        "% of decisions that no rule covers",
        "Leading, and what became of the dials",
        "true",
        Count(
            lambda record: np.asarray(record.true["exceptions"] - record.true["exceptions_sent_up"]),
            "decisions taken at the bedside",
        ),
        Count(
            lambda record: np.asarray(record.true["exceptions"] - record.true["overrides_sent_up"]),
            "decisions on patients that no rule covers",
        ),
        100,
        "Where decisions on patients that no rule covers were in fact taken, whatever the dial of devolution was.",
    ),
    Outcome(
        "measured_pressure",
        "Pressure to meet the target",
        "0 to 1, mean",
        "Leading, and what became of the dials",
        "true",
        _of_clinicians("pressure", "pressure that people feel, added up"),
        _CLINICIANS,
        1,
        "What nurses and doctors feel of a target at the end, whatever the dial of target pressure was.",
    ),
    Outcome(
        "trust",
        "Trust in the ward's lead",
        "0 to 1, mean",
        "Leading, and what became of the dials",
        "true",
        _of_clinicians("trust", "trust in the lead, added up"),
        _CLINICIANS,
        1,
        "How far nurses and doctors trust the lead of their ward at the end.",
        "higher",
    ),
    Outcome(
        "led",
        "Week of leading that somebody led",
        "% of the week's hours",
        "Leading, and what became of the dials",
        "true",
        _staffing("led_hours", "days of leading", per=TICKS_PER_DAY),
        _staffing("led_hours_due", "days for leading", per=TICKS_PER_DAY),
        100,
        "How much of the time for leading was spent on it; the rest was lost to absence and other work.",
    ),
    Outcome(
        "promises_kept",
        "Promises kept",
        "% of promises",
        "Leading, and what became of the dials",
        "true",
        _without_mode(_true("promises_kept", "promises kept")),
        _without_mode(_true("promises", "promises")),
        100,
        "Promises of leads to do something about what they were told, that were kept.",
        "higher",
    ),
    Outcome(
        "size_of_hazards_mended",
        "Size of hazards mended",
        "of the mean of all, mean",
        "Leading, and what became of the dials",
        "true",
        _staffing("size_mended", "sizes of hazards mended, added up", per=1_000),
        _staffing("hazards_mended", "hazards mended"),
        1,
        "How large the hazards were that were mended, against the mean of all that arise.",
        "higher",
    ),
    Outcome(
        "hazards_alive",
        "Latent hazards alive",
        "per ward at midnight, mean",
        "How care is done",
        "true",
        Count(lambda record: record.series["hazards"][-record.days :].sum(axis=0), "hazards alive at midnight"),
        Count(lambda record: np.full(len(record.staffing), record.days), "nights"),
        1,
        "Latent hazards of a ward at midnight, whether or not anybody knows of them.",
        "lower",
        detail=True,
    ),
    Outcome(
        "feedback_misled",
        "Samples shown that mislead",
        "% of samples",
        "Leading, and what became of the dials",
        "true",
        _staffing("samples_misled", "samples on the other side of the standard than all records were"),
        _staffing("samples_shown", "samples of records that leads showed"),
        100,
        "Data that leads showed to staff which made work seem good enough where it was not, or the other way round.",
        "lower",
        detail=True,
    ),
    Outcome(
        "measured_congruence",
        "Nearness of people's goals to the organisation's",
        "0 to 1, mean share of goal weights in common",
        "Leading, and what became of the dials",
        "true",
        _staffing("congruence", "shares of goal weights in common, added up", per=1_000),
        _staffing("surveyed", "nurses and doctors"),
        1,
        "How near the goals of nurses and doctors are to those of the organisation at the end, whatever the dial was.",
        "higher",
    ),
    Outcome(
        "uptake",
        "Authority taken up",
        "% of decisions left to the bedside",
        "Leading, and what became of the dials",
        "true",
        Count(
            lambda record: np.asarray(record.true["offered"] - record.true["declined"]),
            "decisions taken by those to whom they were left",
        ),
        _true("offered", "decisions left to the bedside"),
        100,
        "Decisions left to the bedside that the doctor there took, and did not pass up all the same.",
        "higher",
    ),
    Outcome(
        "decisions_reviewed",
        "Devolved decisions reviewed",
        "% of those taken",
        "Leading, and what became of the dials",
        "true",
        _staffing("decisions_reviewed", "decisions reviewed"),
        _without_mode(
            Count(
                lambda record: np.asarray(record.true["offered"] - record.true["declined"]),
                "decisions taken at the bedside",
            )
        ),
        100,
        "Decisions of the bedside whose results a manager went through with the one who took them.",
    ),
    Outcome(
        "coordination_delay",
        "Wait of one profession for another",
        "minutes, mean",
        "How care is done",
        "true",
        _true("joint_delay", "hours waited", per=TICKS_PER_HOUR),
        _true("joint_tasks", "tasks that another profession asked for"),
        60,
        "How long a task waits that one profession does since another asked for it: a response to a call, a discharge.",
        "lower",
    ),
    Outcome(
        "targets_set_aside",
        "Times that a target was set aside",
        "per 1,000 admissions",
        "How care is done",
        "true",
        _true("targets_set_aside", "targets set aside"),
        _ADMISSIONS,
        1000,
        "Times that a doctor did not send a patient home early, and set the target aside instead.",
    ),
    Outcome(
        "engagement",
        "Engagement",
        "0 to 1, mean",
        "Staff",
        "true",
        _of_clinicians("engagement", "engagement, added up"),
        _CLINICIANS,
        1,
        "How much the work means to nurses and doctors at the end.",
        "higher",
    ),
    Outcome(
        "exhaustion",
        "Exhaustion",
        "0 to 1, mean",
        "Staff",
        "true",
        _of_clinicians("exhaustion", "exhaustion, added up"),
        _CLINICIANS,
        1,
        "How worn out nurses and doctors are at the end by the shifts of late.",
        "lower",
    ),
    Outcome(
        "effort",
        "Effort",
        "0 to 1, mean",
        "Staff",
        "true",
        _of_clinicians("effort", "effort, added up"),
        _CLINICIANS,
        1,
        "Effort that nurses and doctors made in their last shift; 0.5 is the usual.",
    ),
    Outcome(
        "leavers",
        "Nurses and doctors who leave",
        "% a year",
        "Staff",
        "observed",
        _staffing("leavers", "leavers"),
        Count(
            lambda record: _clinicians(record) * record.days / DAYS_PER_YEAR, "posts of nurses and doctors, in years"
        ),
        100,
        "Nurses and doctors who give up their post in a year.",
        "lower",
    ),
    Outcome(
        "nurses_leaving",
        "Nurses who leave",
        "% a year",
        "Staff",
        "observed",
        _staffing("nurses_left", "nurses who left"),
        _staffing("nurse_days", "years that nurses were in post", per=DAYS_PER_YEAR),
        100,
        "Nurses who give up their post, of those in post, in a year.",
        "lower",
        detail=True,
    ),
    Outcome(
        "successions",
        "Leads who give up the role",
        "a year",
        "Staff",
        "observed",
        _staffing("successions", "successions"),
        Count(lambda record: np.full(len(record.staffing), record.days / DAYS_PER_YEAR), "ward-years"),
        1,
        "How often the role of a ward's lead goes to another.",
    ),
    Outcome(
        "staff_time",
        "Staff time",
        "hours per bed-day",
        "Staff",
        "true",
        _staffing("worked", "hours at work", per=TICKS_PER_HOUR),
        _without_mode(_BED_DAYS),
        1,
        "Time that all staff are at work, for each day that a bed is occupied.",
    ),
    Outcome(
        "deadline_spike",
        "Waits recorded just within the deadline",
        "% of those recorded near it",
        "Waits and stays",
        "observed",
        _observed("recorded_just_within", "waits recorded in the last half-hour before the deadline"),
        _observed("recorded_just_within", "waits recorded in the half-hour before")
        + _observed("recorded_just_over", "in the half-hour after the deadline"),
        100,
        "Of waits recorded within half an hour of the deadline, those on the right side of it; far above a half, "
        "somebody chases or corrects.",
    ),
    Outcome(
        "sent_early",
        "Patients sent home before they had recovered",
        "% of discharges",
        "Waits and stays",
        "true",
        _true("sent_early", "patients sent home before recovery was complete"),
        _true("discharges", "discharges"),
        100,
        "Patients who went home before recovery was complete, as under pressure for beds.",
        "lower",
    ),
    Outcome(
        "spread_of_fit",
        "Inconsistency of such decisions",
        "% of the best, standard deviation",
        "How care is done",
        "true",
        Count(_variance_of_fit, "variance of fit, times decisions"),
        _true("exceptions_decided", "such decisions taken"),
        100,
        "How much the fit of decisions that no rule covers differs from one to the next.",
        "lower",
        root=True,
    ),
    Outcome(
        "ideas_taken_up",
        "Ideas taken up",
        "% of ideas raised",
        "Leading, and what became of the dials",
        "true",
        _without_mode(_true("ideas_taken_up", "ideas taken up")),
        _without_mode(_true("ideas_raised", "ideas raised")),
        100,
        "Ideas of staff how the ward could work better that somebody took up.",
        "higher",
    ),
    Outcome(
        "moved_on",
        "Patients whose condition moved to the next mode of care",
        "% of new arrivals",
        "How care is done",
        "true",
        _true("moved_on", "patients whose condition had moved on"),
        Count(lambda record: np.asarray(record.true["arrivals"] - record.true["returns"]), "new arrivals"),
        100,
        "Patients whose condition needs another mode of care than it once did, since the ward has learned about it.",
    ),
    Outcome(
        "set_aside",
        "Patients for whom the pathway was set aside",
        "per 1,000 admissions",
        "How care is done",
        "true",
        _true("set_aside", "pathways set aside"),
        _ADMISSIONS,
        1000,
        "Patients for whom somebody asked that the pathway be set aside, and it was.",
    ),
    Outcome(
        "set_aside_rightly",
        "Pathways set aside rightly",
        "% of those set aside",
        "How care is done",
        "true",
        _true("set_aside_rightly", "pathways that did not fit"),
        _true("set_aside", "pathways set aside"),
        100,
        "Of pathways that were set aside, those that did not fit the patient.",
        "higher",
    ),
    Outcome(
        "passed_on",
        "Decisions passed on to a higher layer",
        "per 100 decisions sent up",
        "How care is done",
        "true",
        _true("passed_on", "times that a manager passed one on"),
        _true("exceptions_sent_up", "decisions sent up"),
        100,
        "How often managers pass a decision on to the layer above them.",
    ),
    *(_undone_outcome(task) for task in range(len(TASKS))),
)

BY_NAME: dict[str, Outcome] = {outcome.name: outcome for outcome in OUTCOMES}

# What happened, and what a hospital would take for it: of two counterparts the one named first goes before.
COUNTERPARTS = (
    ("errors_reached", "incident_reports"),
    ("patients_harmed", "chart_events"),
    ("preventable_events", "chart_events"),
    ("adverse_events", "chart_events"),
    ("preventable_share", "chart_preventable"),
    ("errors_recognised", "errors_reported"),
    ("share_reported", "incidents_reported"),
    ("reached_dose_slip", "dose_errors"),
    ("reached_prescribing_mistake", "prescribing_errors"),
    ("breaches", "recorded_breaches"),
    ("measured_safety", "felt_safe"),
)


def in_pairs(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Outcomes side by side: those of the true ledger with their counterparts in the observed one, then all others.

    As in ``[("errors_reached", "incident_reports"), ("mortality",)]``.
    """
    left = list(dict.fromkeys(names))
    found: list[tuple[str, ...]] = []
    for pair in COUNTERPARTS:
        if all(name in left for name in pair):
            found.append(pair)
            left = [name for name in left if name not in pair]
    return [*found, *((name,) for name in left)]


def modes_of(columns: int) -> tuple[str, ...]:
    """The modes of care that the columns of a measured outcome stand for: all four, or only the total."""
    return (*MODES, ALL) if columns > 1 else (ALL,)
