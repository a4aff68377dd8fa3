"""Virtual observers: each sees what a study saw, by its method and with its blind spots, and changes nothing.

What they miss stays in the true ledger alone. Published figures are compared only with what they see.
"""

import math

from sim.state.behaviours import behaviour
from sim.state.chance import (
    CHART,
    CHART_FINDS_INCIDENT,
    CHART_FINDS_OTHER,
    CHART_FINDS_PREVENTABLE,
    CHART_JUDGES,
    LOGS_ERROR,
    REPORT,
    STUDY_FINDS_ERROR,
    STUDY_FINDS_HARM,
    WATCHER_SEES,
    WATCHING,
    luck,
)
from sim.state.vocabulary import (
    DOSE_SLIP,
    LONG_SHIFT,
    MISREAD_TERM,
    NURSE,
    PRESCRIBING_MISTAKE,
    SHORT_SHIFT,
    TICKS_OF_LONG_SHIFT,
    TIMES_INTERRUPTED,
)


@behaviour
def watches_dose(nurse, is_wrong, turn, seen, p, chance):
    """An observer watches a dose being given, counts interruptions, and may see that it is wrong.

    Sources: Keers 2013 for direct observation of doses, Westbrook 2010 for counting interruptions.
    """
    interruptions = min(nurse.interruptions, TIMES_INTERRUPTED - 1)
    seen.doses_watched += 1
    seen.doses_interrupted[interruptions] += 1
    if is_wrong and luck(chance, WATCHING, nurse.identity, turn)[WATCHER_SEES] < p.observers.watcher_sees:
        seen.doses_seen_wrong += 1
        seen.doses_interrupted_wrong[interruptions] += 1


@behaviour
def reviews_chart(patient, seen, p, chance):
    """Reviewers read the chart of a stay that ended: they may find an adverse event and judge its cause.

    They also say how much longer the patient stayed for it, and look for a report of the harm (Sari 2007).
    """
    seen.charts_reviewed += 1
    draws = luck(chance, CHART, patient.identity, 0)
    finds = p.observers.chart_finds_event
    preventable = patient.preventable_events > 0 and draws[CHART_FINDS_PREVENTABLE] < finds
    other = patient.other_events > 0 and draws[CHART_FINDS_OTHER] < finds
    if not preventable and not other:
        return
    seen.charts_with_event += 1
    seen.charts_extra_stay += attributed_stay(patient, chance)
    seen.charts_reported += 1 if patient.reports_of_harm > 0 else 0
    if preventable == (draws[CHART_JUDGES] < p.observers.chart_judges_right):
        seen.charts_preventable += 1


@behaviour
def attributed_stay(patient, chance):
    """Ticks of a stay that go back to harm: the share that harm has in all the recovery that was needed."""
    return int((chance.tick - patient.admitted) * patient.harm / (patient.recovery_needed + patient.harm))


@behaviour
def looks_for_incident(patient, index, harmed, reported, seen, p, chance):
    """Review of charts and incident reports are laid side by side: which of them has an incident (Sari 2007).

    Args:
        index: sets apart the incidents of one patient in one tick.
        harmed, reported: whether it harmed, and whether somebody reported it.
    """
    finds = p.observers.chart_finds_event if harmed else p.observers.chart_finds_harmless
    if reported or luck(chance, REPORT, patient.identity, index)[CHART_FINDS_INCIDENT] < finds:
        seen.incidents_found += 1
        seen.incidents_reported += 1 if reported else 0


@behaviour
def looks_for_wrong_order(doctor, index, seen, p, chance):
    """A study of medication errors, by self-report and charts, may find that an order is wrong (Bates 1995)."""
    if luck(chance, WATCHING, doctor.identity, index)[STUDY_FINDS_ERROR] < p.observers.study_finds_error:
        seen.medication_errors_found += 1


@behaviour
def looks_for_wrong_dose(nurse, error, index, harmed, seen, p, chance):
    """The same study may find an error in a dose, by itself or by the harm that it did.

    What a wrong order led to adds to what was found of the order only where it harmed.
    """
    if error not in (DOSE_SLIP, MISREAD_TERM, PRESCRIBING_MISTAKE):
        return
    draws = luck(chance, WATCHING, nurse.identity, index)
    by_harm = harmed and draws[STUDY_FINDS_HARM] < p.observers.chart_finds_event
    by_itself = error != PRESCRIBING_MISTAKE and draws[STUDY_FINDS_ERROR] < p.observers.study_finds_error
    if by_harm or by_itself:
        seen.medication_errors_found += 1
        seen.medication_errors_harmed += 1 if by_harm else 0


@behaviour
def keeps_logbook(nurse, staffing, p, chance):
    """At the end of a shift a nurse may enter errors of her own that she knows of in a logbook (Rogers 2004)."""
    if nurse.profession != NURSE:
        return
    length = LONG_SHIFT if chance.tick - nurse.shift_began >= TICKS_OF_LONG_SHIFT else SHORT_SHIFT
    staffing.shifts_logged[length] += 1
    if nurse.own_errors == 0 or p.observers.logs_error >= 1.0:
        staffing.shifts_with_error[length] += min(1, nurse.own_errors)
        return
    keeps_silent = math.exp(nurse.own_errors * math.log(1.0 - p.observers.logs_error))
    if luck(chance, WATCHING, nurse.identity, 0)[LOGS_ERROR] >= keeps_silent:
        staffing.shifts_with_error[length] += 1
