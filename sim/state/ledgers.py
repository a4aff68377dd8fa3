"""The two ledgers: what happened, and what the hospital or a study could see.

The *true* ledger counts what happened. The *observed* ledger counts what was written down: incident
reports, recorded waits, orders that a pharmacist found wrong. Both are kept by ward and by mode of care
as whole numbers, so that sums do not depend on the order in which people act.

The error funnel stands beside them: an array of whole numbers with axes ward, mode of care, kind of
error, source of error and stage (`vocabulary.ERRORS`, `SOURCES`, `STAGES`).
"""

import numpy as np

from sim.state.rows import Field, Row
from sim.state.vocabulary import ACTIVITIES, ANSWERS, ERRORS, LOGGED, MODES, SOURCES, STAGES, TASKS, TIMES_INTERRUPTED

TRUE = Row(
    "true",
    "what happened",
    (
        Field("arrivals", int, "patients", "patients who came, for the first time or again"),
        Field("diverted", int, "patients", "patients sent elsewhere because every waiting place was full"),
        Field("cancelled", int, "patients", "planned admissions sent home because no bed came free"),
        Field("admissions", int, "patients", "patients given a bed"),
        Field("boarded", int, "patients", "of those, given a bed on another ward than their own"),
        Field("wait", int, "ticks", "time from arrival to a bed, summed over admissions"),
        Field("breaches", int, "patients", "admissions that waited longer than the deadline"),
        Field("discharges", int, "patients", "patients discharged alive"),
        Field("sent_early", int, "patients", "of those, sent home before recovery was complete"),
        Field("deaths", int, "patients", "deaths in a bed"),
        Field("deaths_waiting", int, "patients", "deaths while waiting for a bed"),
        Field("long_stays", int, "patients", "stays of more than a day that ended"),
        Field("long_stay_deaths", int, "patients", "of those, ended by death"),
        Field("overnight_stays", int, "patients", "stays over at least one midnight that ended"),
        Field("overnight_stay", int, "ticks", "length of those stays, summed"),
        Field("bed_time", int, "ticks", "beds occupied, summed over ticks"),
        Field("delayed_time", int, "ticks", "of those, by patients who were fit to leave"),
        Field("returns", int, "patients", "patients back within 30 days of a discharge"),
        Field("preventable_events", int, "events", "adverse events that care could have prevented"),
        Field("harmful_omissions", int, "events", "of those, from care left undone"),
        Field("other_events", int, "events", "adverse events that nobody could have prevented"),
        Field("harmed", int, "patients", "patients who left or died after at least one adverse event"),
        Field("preventably_harmed", int, "patients", "of those, with at least one that was preventable"),
        Field("deteriorations", int, "episodes", "episodes of deterioration, in a bed or waiting"),
        Field("recognised", int, "episodes", "of those, recognised by staff"),
        Field("escalated", int, "episodes", "of those, about which a doctor was called"),
        Field("rescued", int, "episodes", "of those, turned round by a response"),
        Field("due", int, "tasks", "tasks planned, by kind", len(TASKS)),
        Field("done", int, "tasks", "tasks done, by kind", len(TASKS)),
        Field("undone", int, "tasks", "tasks left undone at the end of a shift, by kind", len(TASKS)),
        Field("lapsed", int, "tasks", "tasks still planned when the patient left, by kind", len(TASKS)),
        Field("forgotten", int, "tasks", "tasks that a handover lost, by kind", len(TASKS)),
        Field("hurried", int, "contacts", "contacts made in a hurry"),
        Field("steps", int, "steps", "pathway steps done"),
        Field("steps_followed", int, "steps", "of those, done as the pathway says"),
        Field("treatments_begun", int, "treatments", "treatments of unconstrained patients that were begun"),
        Field("begun_by_protocol", int, "treatments", "of those, begun with the protocol of the group of conditions"),
        Field("treatment_choices", int, "choices", "choices of treatment among known options"),
        Field("reconsidered", int, "choices", "of those, choices that were made again"),
        Field("wrong_choices", int, "choices", "of those, not the best for the patient"),
        Field("fitting_choices", int, "choices", "of the choices, those best by the patient's own values"),
        Field("asked", int, "patients", "patients who were asked about preferences before a choice"),
        Field(
            "preference_choices",
            int,
            "choices",
            "choices against the clinical best since the patient was asked",
        ),
        Field("plans_made", int, "patients", "patients for whom a plan for known complications was made"),
        Field("failures_kept", int, "trials", "trials seen to fail that nobody admitted"),
        Field("exceptions", int, "decisions", "decisions needed that no rule covers"),
        Field("exceptions_sent_up", int, "decisions", "of those, sent to a manager"),
        Field("exceptions_decided", int, "decisions", "decisions taken, at the bedside or by a manager"),
        Field("offered", int, "decisions", "decisions that were left to the bedside"),
        Field("declined", int, "decisions", "of those, decisions that the doctor sent up all the same"),
        Field("passed_on", int, "decisions", "times that a manager passed a decision on to the layer above"),
        Field("exceptions_lapsed", int, "decisions", "decisions still waited for when the patient left"),
        Field("exception_delay", int, "ticks", "time that patients waited for such decisions, summed"),
        Field("exception_fit", int, "thousandths", "how well these decisions fitted, 0 to 1000 each, summed"),
        Field("exception_fit_squared", int, "thousandths", "squares of these fits, 0 to 1000 each, summed"),
        Field("trials", int, "trials", "trials of treatment"),
        Field("concerns", int, "concerns", "times that somebody spoke up"),
        Field("silences", int, "concerns", "times that somebody had something to say and kept silent"),
        Field("false_concerns", int, "concerns", "concerns about errors that were none"),
        Field("misled", int, "tasks", "tasks that were right and were spoilt by a false concern"),
        Field("answers", int, "concerns", "concerns by how they were met", len(ANSWERS)),
        Field("set_aside", int, "patients", "patients for whom the pathway was set aside"),
        Field("set_aside_rightly", int, "patients", "of those, patients whom it did not fit"),
        Field("overrides_sent_up", int, "patients", "wishes to set the pathway aside that had to wait for a manager"),
        Field("targets_set_aside", int, "times", "times that a doctor set the target aside for a patient"),
        Field("moved_on", int, "patients", "patients whose condition had moved to the next mode of care"),
        Field("joint_tasks", int, "tasks", "tasks that one profession does since another asked for it"),
        Field("joint_delay", int, "ticks", "time that these waited, summed"),
        Field("failures_met", int, "times", "times that a hazard made the work of a nurse go wrong"),
        Field("failures_told", int, "times", "of those, brought to the ward's manager there and then"),
        Field("hazards_raised", int, "concerns", "times that a hazard was brought to the manager"),
        Field("changes_sent_up", int, "changes", "changes in the work of the ward that had to wait for the division"),
        Field("ideas_raised", int, "ideas", "ideas brought to the manager"),
        Field("ideas_taken_up", int, "ideas", "of those, taken up"),
        Field(
            "led",
            int,
            "quarter-hours",
            "the lead's time by activity, in the mode she had in mind",
            len(ACTIVITIES),
        ),
        Field("promises", int, "promises", "promises of a lead to do something about what was told"),
        Field("promises_kept", int, "promises", "of those, promises kept"),
        Field("orders", int, "orders", "orders written"),
        Field("unclear_orders_left", int, "orders", "orders with a term that nobody met before the patient left"),
        Field("wrong_orders_left", int, "orders", "wrong orders neither found nor carried out before the patient left"),
    ),
)

OBSERVED = Row(
    "observed",
    "what the hospital or a study could see",
    (
        Field("incident_reports", int, "reports", "incident reports"),
        Field("reports_of_harm", int, "reports", "of those, about harm"),
        Field("patients_with_report", int, "patients", "patients who left or died and about whom a report exists"),
        Field("recorded_waits", int, "patients", "admissions whose wait was recorded"),
        Field("recorded_breaches", int, "patients", "of those, recorded as over the deadline"),
        Field(
            "recorded_just_within", int, "patients", "of the waits, recorded in the last half-hour before the deadline"
        ),
        Field("recorded_just_over", int, "patients", "of the waits, recorded in the first half-hour after it"),
        Field("orders_checked", int, "orders", "orders that a pharmacist checked"),
        Field("orders_found_wrong", int, "orders", "of those, found wrong"),
        Field("doses_watched", int, "doses", "doses given, all of which an observer could watch"),
        Field("doses_seen_wrong", int, "doses", "of those, given wrongly"),
        Field(
            "doses_interrupted", int, "doses", "doses by how often she who gave them was interrupted", TIMES_INTERRUPTED
        ),
        Field("doses_interrupted_wrong", int, "doses", "of those, given wrongly", TIMES_INTERRUPTED),
        Field("charts_reviewed", int, "stays", "stays that ended, all of which a chart review could look at"),
        Field("charts_with_event", int, "stays", "of those, with an adverse event that the review found"),
        Field("charts_preventable", int, "stays", "of those, judged preventable"),
        Field("charts_reported", int, "stays", "of those with an event, stays about whose harm a report exists"),
        Field("charts_extra_stay", int, "ticks", "stay that reviewers attribute to the events they found, summed"),
        Field("incidents_found", int, "incidents", "incidents found by chart review or reported"),
        Field("incidents_reported", int, "incidents", "of those, reported"),
        Field("medication_errors_found", int, "errors", "medication errors that a study found"),
        Field("medication_errors_harmed", int, "errors", "of those, errors that harmed"),
        Field("midnight_patients", int, "patients", "patients in a bed at midnight, summed over nights"),
        Field("midnight_beds", int, "beds", "beds open at midnight, summed over nights"),
    ),
)

STAFFING = Row(
    "staffing",
    "what the work took and did to those who do it, by ward",
    (
        Field("shifts_needed", int, "shifts", "shifts on the rota"),
        Field("shifts_absent", int, "shifts", "of those, with somebody absent"),
        Field("shifts_covered", int, "shifts", "of those, filled by an agency"),
        Field("worked", int, "ticks", "time at work, all staff"),
        Field("busy", int, "ticks", "of that, in contact with a patient"),
        Field("hazards_arisen", int, "hazards", "latent hazards that arose"),
        Field("hazards_gone", int, "hazards", "latent hazards that went by themselves"),
        Field("led_hours_due", int, "quarter-hours", "time for leading in the lead's week"),
        Field("led_hours", int, "quarter-hours", "of that, time in which somebody led"),
        Field("reports_reviewed", int, "reports", "incident reports that a lead went into"),
        Field("samples_shown", int, "times", "samples of records that a lead showed to somebody"),
        Field("samples_misled", int, "times", "of those, on the other side of the standard than all records were"),
        Field("hazards_found", int, "hazards", "latent hazards that a lead came upon on a walk"),
        Field("hazards_patched", int, "times", "patches put on a hazard"),
        Field("hazards_mended", int, "hazards", "latent hazards that were mended"),
        Field("size_mended", int, "thousandths", "how large these were, 1000 for the mean of all that arise, summed"),
        Field("interruptions", int, "times", "interruptions"),
        Field("shifts_vacant", int, "shifts", "shifts of posts that stood empty"),
        Field("shifts_asked", int, "shifts", "shifts for which cover had to be asked for above the ward"),
        Field("leavers", int, "people", "nurses and doctors who left"),
        Field("nurses_left", int, "people", "of those, nurses"),
        Field("nurse_days", int, "days", "days that nurses were in post"),
        Field("shifts_logged", int, "shifts", "shifts of nurses who keep a logbook, short and long", len(LOGGED)),
        Field("shifts_with_error", int, "shifts", "of those, with an error of her own in the logbook", len(LOGGED)),
        Field("successions", int, "leads", "leads who gave the role to another"),
        Field("changes_decided", int, "changes", "changes that wards had sent up and the division decided on"),
        Field("changes_lapsed", int, "changes", "changes still waited for when the hazard was gone"),
        Field("decisions_reviewed", int, "decisions", "decisions of the bedside whose results were reviewed"),
        Field(
            "congruence", int, "thousandths", "how near goals of nurses and doctors are to the organisation's, summed"
        ),
        Field("surveyed", int, "people", "nurses and doctors who answered a survey at the end"),
        Field("agree_safe", int, "people", "of those, who agree that it is safe to speak up"),
        Field("agree_acted_on", int, "people", "of those, who agree that a concern would be acted on"),
    ),
)

SERIES = Row(
    "series",
    "one ward on one day",
    (
        Field("admissions", int, "patients", "patients given a bed"),
        Field("discharges", int, "patients", "patients discharged"),
        Field("deaths", int, "patients", "deaths"),
        Field("midnight_patients", int, "patients", "patients in a bed at midnight"),
        Field("midnight_queue", int, "patients", "patients waiting at midnight"),
        Field("reached", int, "errors", "errors that reached a patient"),
        Field("preventable_events", int, "events", "preventable adverse events"),
        Field("incident_reports", int, "reports", "incident reports"),
        Field("undone", int, "tasks", "tasks left undone"),
        Field("hazards", int, "hazards", "latent hazards alive at midnight"),
        Field("led_hours", int, "quarter-hours", "time in which somebody led"),
        Field("people", int, "people", "nurses and doctors with a post on the ward"),
        Field("safety", int, "thousandths", "their belief that voice is safe, at midnight, summed"),
        Field("trust", int, "thousandths", "their trust in the ward's lead, at midnight, summed"),
    ),
)

LEDGERS = (TRUE, OBSERVED, STAFFING, SERIES)


def empty_funnel(wards: int) -> np.ndarray:
    """A funnel of zeros: ward × mode × kind of error × source × stage, whole numbers."""
    return np.zeros((wards, len(MODES), len(ERRORS), len(SOURCES), len(STAGES)), np.int64)
