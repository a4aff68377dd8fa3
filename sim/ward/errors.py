"""The error chain: made, noticed, said, heeded or reaches the patient, harm, recognised, reported.

Barriers stand in the order in which care happens (Reason). Every error is counted at each stage by
mode of care, kind and source in the funnel: mode × kind × source × stage.
"""

from sim.agents.staff import checks_own_work, is_in_earnest, notices, skill_now
from sim.agents.voice import files_report, sees_action
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ALARM,
    CHECKLIST,
    CHECKLIST_CATCHES,
    CHECKLIST_TAKES,
    CHECKS_OWN,
    CONSEQUENCE,
    FALSE_ALARM,
    FROM_HAZARD,
    HARM_RECOGNISED,
    HARM_REPORTED,
    HOW_FAR,
    IS_MISLED,
    KEEPS_CHECKLIST,
    REPORT,
    REPORT_ACTED_ON,
    SEES_FALSE_ERROR,
    SLIPS,
    SOMEBODY_NEAR,
    WHEREABOUTS,
    WITNESS,
    WITNESS_NOTICES,
    WORK,
    event_key,
    luck,
    onlooker,
)
from sim.state.vocabulary import (
    CHANCES,
    HARMED,
    HAZARD,
    MADE,
    MANDATED,
    NOTICED,
    PERSON,
    REACHED,
    RECOGNISED,
    REPORTED,
    SAID,
    STOPPED,
    UNKNOWN,
)
from sim.ward.harm import error_harms
from sim.ward.hazards import culprit
from sim.ward.improvement import meets_hazard
from sim.ward.observers import looks_for_incident, looks_for_wrong_dose
from sim.ward.voice import SAID_IN_VAIN, SILENT, raises_concern

NOT_MADE = -1
NOBODY = -1


@behaviour
def goes_wrong(person, patient, error, index, team, ward, funnel, counts, p, chance):
    """Whether a task goes wrong and nobody stops it. Counts chances, made, noticed, said and stopped.

    Args:
        person, patient: who works, on whom.
        error: the kind of error that this task is open to.
        index: sets apart several tasks of one person in one tick.
        team: everybody of the ward, who might be near.
        ward: the ward row, with its hazards.
        funnel: the ward's funnel, mode × kind × source × stage.
        counts: the true ledger of the ward and the patient's mode.

    Returns:
        The source of the error, or `NOT_MADE` where nothing went wrong or the error was stopped.
    """
    stages = funnel[patient.mode, error]
    stages[PERSON, CHANCES] += 1
    is_checked = goes_through_checklist(person, index, ward, p, chance)
    draws = luck(chance, WORK, person.identity, index)
    source = makes_error(person, error, ward, p, draws)
    if source == NOT_MADE:
        if not is_spoilt(person, error, index, team, counts, p, chance):
            return NOT_MADE
        stages[PERSON, MADE] += 1
        return PERSON
    stages[source, MADE] += 1
    if source == HAZARD:
        of_load = draws[FROM_HAZARD] / (ward.hazard_load[error] * p.errors.hazard_feeds)
        place = culprit(ward, error, of_load, chance.tick)
        meets_hazard(person, place, index, team, ward, counts, p, chance)
    if is_checked and checklist_catches(person, index, p, chance):
        stages[source, NOTICED] += 1
        stages[source, STOPPED] += 1
        person.own_errors += 1
        return NOT_MADE
    if is_stopped(person, error, index, team, stages[source], counts, p, chance, draws[CHECKS_OWN]):
        return NOT_MADE
    return source


@behaviour
def goes_through_checklist(person, index, ward, p, chance):
    """Whether a person goes through the ward's checklist in earnest at a task; hurry leaves no more than the form.

    A mandated checklist takes everybody's time; one that was adopted, that of those who use it.
    """
    if p.on.checklists == 0 or ward.checklist == UNKNOWN:
        return False
    draws = luck(chance, CHECKLIST, person.identity, index)
    in_earnest = person.hurried == 0 and is_in_earnest(person, draws[KEEPS_CHECKLIST])
    if (in_earnest or ward.checklist == MANDATED) and draws[CHECKLIST_TAKES] < p.errors.checklist_takes:
        person.engaged += 1
    return in_earnest


@behaviour
def checklist_catches(person, index, p, chance):
    """Whether a checklist that is gone through in earnest brings an error to light."""
    return luck(chance, CHECKLIST, person.identity, index)[CHECKLIST_CATCHES] < p.errors.checklist_catches


@behaviour
def makes_error(person, error, ward, p, draws):
    """Whether a task goes wrong by the person's hand or by a latent hazard of the ward: the source."""
    if p.on.slips == 1 and draws[SLIPS] < error_rate(person, error, p):
        return PERSON
    if p.on.latent_hazards == 1 and draws[FROM_HAZARD] < ward.hazard_load[error] * p.errors.hazard_feeds:
        return HAZARD
    return NOT_MADE


@behaviour
def error_rate(person, error, p):
    """Chance that this person's task goes wrong now: skill, interruptions, fatigue and hurry.

    Sources: Westbrook 2010 for interruptions (relative slope), Rogers 2004 for fatigue (direction).
    """
    rate = p.errors.rate[error] * (1.0 + p.errors.by_skill * (1.0 - skill_now(person, p)))
    rate *= 1.0 + p.errors.per_interruption * person.interruptions
    rate *= 1.0 + p.errors.by_fatigue * person.fatigue
    if person.hurried == 1:
        rate *= 1.0 + p.errors.by_hurry
    return min(1.0, rate)


@behaviour
def is_stopped(person, error, index, team, stages, counts, p, chance, own_draw):
    """Whether an error is stopped before it reaches the patient: by herself, or by someone who is heeded.

    Args:
        stages: the funnel's stages of this mode, kind and source.
    """
    if checks_own_work(person, error, p, own_draw):
        stages[NOTICED] += 1
        stages[STOPPED] += 1
        person.own_errors += 1
        return True
    if p.on.colleague_check == 0:
        return False
    draws = luck(chance, WITNESS, person.identity, index)
    if draws[SOMEBODY_NEAR] >= p.errors.somebody_near:
        return False
    nurse = nearest(person, team.nurses, index, chance)
    doctor = nearest(person, team.doctors, index, chance)
    if nurse == NOBODY and doctor == NOBODY:
        return False
    draw = draws[WITNESS_NOTICES]
    if doctor == NOBODY or (
        nurse != NOBODY
        and is_nearer(team.nurses[nurse], team.doctors[doctor], event_key(person.identity, index), chance)
    ):
        return is_stopped_by(team.nurses[nurse], person, error, index, team, stages, counts, p, chance, draw)
    return is_stopped_by(team.doctors[doctor], person, error, index, team, stages, counts, p, chance, draw)


@behaviour
def is_stopped_by(witness, person, error, index, team, stages, counts, p, chance, draw):
    """Whether `witness` notices, says so, and `person` acts on it."""
    if not notices(witness, p, draw):
        return False
    stages[NOTICED] += 1
    stake = p.voice.stake[error]
    said = raises_concern(witness, person, stake, person.identity, index, team, counts, p, chance)
    if said == SILENT:
        return False
    stages[SAID] += 1
    if said == SAID_IN_VAIN:
        return False
    stages[STOPPED] += 1
    person.own_errors += 1
    return True


@behaviour
def is_spoilt(person, error, index, team, counts, p, chance):
    """Whether a task that was right is spoilt by a colleague's false concern, which costs time all the same."""
    if p.on.false_concerns == 0 or p.on.colleague_check == 0:
        return False
    draws = luck(chance, ALARM, person.identity, index)
    if draws[SEES_FALSE_ERROR] >= p.voice.false_alarm * p.errors.somebody_near:
        return False
    witness = nearest(person, team.nurses, index, chance)
    if witness == NOBODY:
        return False
    stake = p.voice.stake[error]
    false_index = FALSE_ALARM + index
    said = raises_concern(team.nurses[witness], person, stake, person.identity, false_index, team, counts, p, chance)
    if said == SILENT:
        return False
    counts.false_concerns += 1
    if said == SAID_IN_VAIN or draws[IS_MISLED] >= p.voice.misled:
        return False
    counts.misled += 1
    return True


@behaviour
def who_covers(bed, people, first_grade, last_grade):
    """The person of one of these grades who looks after `bed` this shift: a row, or `NOBODY`."""
    for i in range(len(people)):
        person = people[i]
        of_grade = first_grade <= person.grade <= last_grade
        if person.on_shift == 1 and of_grade and person.first_bed <= bed < person.end_bed:
            return i
    return NOBODY


@behaviour
def nearest(person, colleagues, index, chance):
    """The colleague on the ward who happens to be nearest to `person`: a row, or `NOBODY`.

    Each colleague's own luck decides, so that the order of rows does not.
    """
    found = NOBODY
    event = event_key(person.identity, index)
    for i in range(len(colleagues)):
        colleague = colleagues[i]
        if colleague.on_shift == 0 or colleague.away == 1 or colleague.identity == person.identity:
            continue
        if found == NOBODY or is_nearer(colleague, colleagues[found], event, chance):
            found = i
    return found


@behaviour
def is_nearer(one, other, event, chance):
    """Whether `one` colleague happens to be nearer to an event than the `other`."""
    return distance(one, event, chance) < distance(other, event, chance)


@behaviour
def distance(colleague, event, chance):
    """How far away from an event a colleague happens to be, 0 to 1."""
    return luck(chance, WHEREABOUTS, event, onlooker(colleague.identity))[HOW_FAR]


@behaviour
def reaches_patient(person, patient, error, source, index, team, funnel, counts, seen, p, chance):
    """An error reaches the patient; it may harm, be recognised as an incident, and be reported.

    Args:
        person: who would report it.
        team: with the manager to whom it would be reported.
        seen: the observed ledger of the ward and the patient's mode.
    """
    stages = funnel[patient.mode, error, source]
    stages[REACHED] += 1
    index = error * 256 + index
    harmed = error_harms(patient, error, index, p, chance, counts)
    if harmed:
        stages[HARMED] += 1
    draws = luck(chance, CONSEQUENCE, patient.identity, index)
    looks_for_wrong_dose(person, error, index, harmed, seen, p, chance)
    recognised = is_recognised(harmed, p, draws[HARM_RECOGNISED])
    reported = recognised and files_report(person, team.ward_manager[0], p, draws[HARM_REPORTED])
    looks_for_incident(patient, index, harmed, reported, seen, p, chance)
    if recognised:
        stages[RECOGNISED] += 1
        person.own_errors += 1
    if reported:
        stages[REPORTED] += 1
        record_incident(patient, harmed, seen)
        person.reported = 1
        team.role[0].reports[error] += 1
        waits_for_action(person, patient, index, p, chance)


@behaviour
def harm_comes_to_light(person, patient, index, recognised_by, reported_by, team, seen, p, chance):
    """Harm that no error of this moment did may be recognised as an incident and reported: staff cannot tell.

    Args:
        person: who would report it.
        index: sets it apart from other incidents of the patient in this tick.
        recognised_by, reported_by: the draws of both.
    """
    recognised = is_recognised(True, p, recognised_by)
    reported = recognised and files_report(person, team.ward_manager[0], p, reported_by)
    looks_for_incident(patient, index, True, reported, seen, p, chance)
    if reported:
        record_incident(patient, True, seen)
        waits_for_action(person, patient, index, p, chance)


@behaviour
def waits_for_action(person, patient, index, p, chance):
    """A report took time; and the one who wrote it sees something come of it, or nothing."""
    person.interrupting += 1
    acted_on = luck(chance, REPORT, patient.identity, index)[REPORT_ACTED_ON] < p.voice.report_acted_on
    sees_action(person, acted_on, 100)


@behaviour
def is_recognised(harmed, p, draw):
    """Whether staff recognise an event as an incident: recognition comes before willingness (Sari 2007)."""
    return draw < (p.errors.recognises_harm if harmed else p.errors.recognises_harmless)


@behaviour
def record_incident(patient, harmed, seen):
    """An incident report enters the observed ledger."""
    patient.incident_reports += 1
    seen.incident_reports += 1
    if harmed:
        patient.reports_of_harm += 1
        seen.reports_of_harm += 1
