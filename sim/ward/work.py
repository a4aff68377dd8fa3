"""A contact: one person, one patient, one task (two where hurry makes contacts short)."""

from sim.agents.doctor import is_fit_to_leave
from sim.agents.nurse import questions_order, sees_deterioration
from sim.agents.pharmacist import finds_wrong_order
from sim.state.behaviours import behaviour
from sim.state.chance import (
    CATCHES_ORDER,
    DOSE_OF,
    ESCALATION,
    IS_AMBIGUOUS,
    IS_OF_UNCLEAR_ORDER,
    IS_OF_WRONG_ORDER,
    LATENT,
    NEEDS_PACKAGE,
    ORDER_IS_WRONG,
    OTHER_CHOICE,
    PACKAGE_WAIT,
    QUESTION_OF_ORDER,
    QUESTION_OF_TERM,
    READS_OWN_SENSE,
    RECOGNISES,
    RESPONSE_WORKS,
    SECOND_LOOK,
    TERM,
    WORK,
    luck,
)
from sim.state.vocabulary import (
    BED,
    CARE,
    CARE_SLIP,
    CHANCES,
    CLERKING,
    CONSTRAINED,
    DISCHARGE,
    DISCHARGE_SLIP,
    DOSE,
    DOSE_SLIP,
    JUNIOR,
    LETTER,
    MADE,
    MISREAD_TERM,
    NOTICED,
    OBSERVATION,
    OBSERVATION_SLIP,
    ORDER_CHECK,
    ORDERS,
    PERSON,
    PRESCRIBING_MISTAKE,
    REPETITIVE,
    RESPONSE,
    REVIEW,
    SAID,
    STABLE,
    STEP,
    STEP_SLIP,
    STOPPED,
    STOPS_AT_CLERKING,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    UNCONSTRAINED,
)
from sim.ward.constrained import reviews_choice
from sim.ward.errors import NOBODY, NOT_MADE, error_rate, goes_wrong, is_stopped, reaches_patient, who_covers
from sim.ward.exceptions import meets_exception
from sim.ward.flow import stops_clock
from sim.ward.harm import exponential
from sim.ward.improvement import may_raise_idea
from sim.ward.observers import looks_for_wrong_order, watches_dose
from sim.ward.physiology import responds_to_treatment
from sim.ward.repetitive import does_step, may_ask_override
from sim.ward.routing import sets_target_aside
from sim.ward.tasks import finish, plan, plan_next
from sim.ward.unconstrained import reviews_trial
from sim.ward.voice import ACTED_ON, SILENT, raises_concern

# The two tasks of a tick take indices 0 and 1, orders the numbers that follow.
FIRST_ORDER = 2

# Tasks that wait since another profession asked for them: nurses call doctors, who discharge through nurses.
ASKED_FOR = (RESPONSE, DISCHARGE)

# More orders than one patient can have in a stay.
MOST_ORDERS = 4096


@behaviour
def works(person, team, beds, ward, funnel, true, observed, staffing, p, chance):
    """The contacts of one person in this tick.

    Args:
        person: a staff row whose tasks were chosen.
        team: everybody of the ward.
        beds: the ward's patients.
        ward: the ward row.
        funnel: mode × kind × source × stage of this ward.
        true, observed: the ward's ledgers, by mode.
        staffing: the ward's staffing ledger.
        p: the settings.
        chance: seed and tick.
    """
    if person.on_shift == 0 or person.away == 1:
        return
    staffing.worked += 1
    staffing.interruptions += person.interruptions
    if person.task[0] < 0:
        return
    staffing.busy += 1
    for turn in range(2):
        kind = person.task[turn]
        if kind < 0 or beds[person.bed[turn]].place != BED:
            continue
        patient = beds[person.bed[turn]]
        counts = true[patient.mode]
        seen = observed[patient.mode]
        person.contacts += 1
        counts.hurried += person.hurried
        if kind in ASKED_FOR and patient.due[kind] <= chance.tick:
            counts.joint_tasks += 1
            counts.joint_delay += chance.tick - patient.due[kind]
        if kind <= DISCHARGE:
            nurses_patient(person, patient, kind, turn, team, ward, funnel, counts, seen, p, chance)
        elif kind == ORDER_CHECK:
            checks_orders(person, patient, turn, funnel, counts, seen, p, chance)
        else:
            doctors_patient(person, patient, kind, turn, team, ward, funnel, counts, seen, p, chance)
        may_raise_idea(person, turn, team, ward, counts, p, chance)


@behaviour
def nurses_patient(nurse, patient, kind, turn, team, ward, funnel, counts, seen, p, chance):
    """One task of a nurse."""
    finish(patient, kind, counts)
    if kind == OBSERVATION:
        observes(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif kind == DOSE:
        gives_dose(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif kind == CARE:
        cares(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif kind == STEP:
        takes_step(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif patient.recognised == 1:
        patient.letter_done = 0
    elif patient.letter_done == 1:
        patient.leaves = 1


@behaviour
def doctors_patient(doctor, patient, kind, turn, team, ward, funnel, counts, seen, p, chance):
    """One task of a doctor."""
    finish(patient, kind, counts)
    if kind == REVIEW:
        reviews(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif kind == CLERKING:
        if ward.target_stops == STOPS_AT_CLERKING:
            stops_clock(doctor, patient, ward, p, chance)
        plan(patient, ORDERS, chance.tick + 1, counts)
        if patient.mode == REPETITIVE or p.on.component_tasks == 1:
            plan(patient, STEP, chance.tick + TICKS_PER_HOUR, counts)
        plan(patient, REVIEW, chance.tick, counts)
    elif kind == ORDERS:
        writes_orders(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif kind == RESPONSE:
        responds(doctor, patient, turn, counts, p, chance)
    elif kind == LETTER:
        writes_letter(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance)


@behaviour
def observes(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """An observation: the only way in which latent physiology becomes known to staff."""
    source = goes_wrong(nurse, patient, OBSERVATION_SLIP, turn, team, ward, funnel, counts, p, chance)
    patient.misread = 0 if source == NOT_MADE else 1
    if source != NOT_MADE:
        reaches_patient(nurse, patient, OBSERVATION_SLIP, source, turn, team, funnel, counts, seen, p, chance)
    if p.on.rescue == 1 and patient.state > STABLE:
        meets_deterioration(nurse, patient, turn, team, counts, p, chance)
    if patient.recognised == 1:
        plan(patient, OBSERVATION, chance.tick + int(p.work.sick_interval * TICKS_PER_HOUR), counts)
    else:
        plan_next(patient, OBSERVATION, p, chance, counts)


@behaviour
def meets_deterioration(nurse, patient, turn, team, counts, p, chance):
    """See that the patient is getting worse, and call the doctor who covers the bed."""
    if patient.recognised == 0:
        draw = luck(chance, WORK, nurse.identity, turn)[RECOGNISES]
        if not sees_deterioration(nurse, patient, p, draw):
            return
        patient.recognised = 1
        counts.recognised += 1
    if patient.escalated == 1:
        return
    on_call = who_covers(nurse.bed[turn], team.doctors, JUNIOR, JUNIOR)
    if on_call == NOBODY:
        return
    stake = p.voice.stake_in_deterioration
    index = ESCALATION + turn
    said = raises_concern(nurse, team.doctors[on_call], stake, nurse.identity, index, team, counts, p, chance)
    if said == ACTED_ON:
        patient.escalated = 1
        counts.escalated += 1
        plan(patient, RESPONSE, chance.tick + 1, counts)


@behaviour
def gives_dose(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """A dose: a wrong order may be questioned first; then the dose itself may go wrong."""
    plan_next(patient, DOSE, p, chance, counts)
    draws = luck(chance, DOSE_OF, nurse.identity, turn)
    if patient.wrong_orders > 0 and draws[IS_OF_WRONG_ORDER] < p.errors.dose_meets_order:
        meets_wrong_order(nurse, patient, turn, team, funnel, counts, seen, p, chance)
    misread = False
    if patient.ambiguous_orders > 0 and draws[IS_OF_UNCLEAR_ORDER] < p.errors.dose_meets_order:
        misread = reads_term(nurse, patient, turn, team, funnel, counts, seen, p, chance)
    source = goes_wrong(nurse, patient, DOSE_SLIP, turn, team, ward, funnel, counts, p, chance)
    watches_dose(nurse, misread or source != NOT_MADE, turn, seen, p, chance)
    if source != NOT_MADE:
        reaches_patient(nurse, patient, DOSE_SLIP, source, turn, team, funnel, counts, seen, p, chance)


@behaviour
def reads_term(nurse, patient, turn, team, funnel, counts, seen, p, chance):
    """A term that doctors and nurses read differently: whether she gives what it means to her, and does not ask (M7).

    The cyclophosphamide death (Bohmer 2012, note 8): 'dose' was a course to doctors and a shift's to nurses.
    """
    patient.ambiguous_orders -= 1
    stages = funnel[patient.mode, MISREAD_TERM, PERSON]
    if luck(chance, TERM, nurse.identity, turn)[READS_OWN_SENSE] >= p.errors.reads_own_sense:
        stages[NOTICED] += 1
        if asks_prescriber(nurse, MISREAD_TERM, turn, QUESTION_OF_TERM, team, stages, counts, p, chance):
            return False
    reaches_patient(nurse, patient, MISREAD_TERM, PERSON, turn, team, funnel, counts, seen, p, chance)
    return True


@behaviour
def meets_wrong_order(nurse, patient, turn, team, funnel, counts, seen, p, chance):
    """The last barrier before a wrong order reaches the patient: she sees it, asks, and is heeded."""
    patient.wrong_orders -= 1
    stages = funnel[patient.mode, PRESCRIBING_MISTAKE, PERSON]
    draws = luck(chance, SECOND_LOOK, nurse.identity, turn)
    if questions_order(nurse, p, draws[CATCHES_ORDER]):
        stages[NOTICED] += 1
        question = QUESTION_OF_ORDER
        if asks_prescriber(nurse, PRESCRIBING_MISTAKE, turn, question, team, stages, counts, p, chance):
            return
    patient.wrong_orders_given += 1
    reaches_patient(nurse, patient, PRESCRIBING_MISTAKE, PERSON, turn, team, funnel, counts, seen, p, chance)


@behaviour
def asks_prescriber(nurse, error, turn, question, team, stages, counts, p, chance):
    """Whether she asks the junior who covers the bed about an order, and it is put right before the dose.

    Args:
        question: what sets this concern apart from others of the tick.
        stages: the funnel's stages of this mode and kind.
    """
    prescriber = who_covers(nurse.bed[turn], team.doctors, JUNIOR, JUNIOR)
    if prescriber == NOBODY:
        return False
    hearer, stake, index = team.doctors[prescriber], p.voice.stake[error], question + turn
    said = raises_concern(nurse, hearer, stake, nurse.identity, index, team, counts, p, chance)
    if said == SILENT:
        return False
    stages[SAID] += 1
    if said != ACTED_ON:
        return False
    stages[STOPPED] += 1
    return True


@behaviour
def cares(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """Fundamental care: washing, turning, feeding, walking, talking."""
    plan_next(patient, CARE, p, chance, counts)
    source = goes_wrong(nurse, patient, CARE_SLIP, turn, team, ward, funnel, counts, p, chance)
    if source != NOT_MADE:
        reaches_patient(nurse, patient, CARE_SLIP, source, turn, team, funnel, counts, seen, p, chance)


@behaviour
def takes_step(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """A step of treatment: on the pathway or off it, done rightly or wrongly."""
    plan_next(patient, STEP, p, chance, counts)
    does_step(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance)
    source = goes_wrong(nurse, patient, STEP_SLIP, turn, team, ward, funnel, counts, p, chance)
    if source != NOT_MADE:
        reaches_patient(nurse, patient, STEP_SLIP, source, turn, team, funnel, counts, seen, p, chance)
    may_ask_override(nurse, patient, turn, team, ward, counts, p, chance)


@behaviour
def reviews(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """A consultant's review: treatment, orders, and whether the patient is fit to leave."""
    plan_next(patient, REVIEW, p, chance, counts)
    role = team.role[0]
    if is_fit_to_leave(doctor, patient, p) and not sets_target_aside(doctor, patient, turn, role, counts, p, chance):
        if patient.fit_since < 0:
            patient.fit_since = chance.tick
            patient.package_until = chance.tick + wait_for_package(patient, p, chance)
        if patient.letter_done == 0:
            plan(patient, LETTER, max(chance.tick + 1, patient.package_until), counts)
        return
    meets_exception(doctor, patient, turn, role, counts, p, chance)
    if patient.mode == CONSTRAINED:
        reviews_choice(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance)
    elif patient.mode == UNCONSTRAINED:
        reviews_trial(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance)
    plan(patient, ORDERS, chance.tick + 1, counts)


@behaviour
def wait_for_package(patient, p, chance):
    """Ticks until a package of care outside is ready; 0 for those who need none."""
    draws = luck(chance, LATENT, patient.identity, 1)
    if p.on.outside_care == 0 or draws[NEEDS_PACKAGE] >= p.flow.needs_package:
        return 0
    return int(exponential(p.flow.package_days * TICKS_PER_DAY, draws[PACKAGE_WAIT]))


@behaviour
def writes_orders(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """Orders are written; each may be wrong, and a wrong one waits for a check or for the next dose."""
    number = int(p.work.orders_written)
    counts.orders += number
    patient.unchecked_orders += number
    plan(patient, ORDER_CHECK, chance.tick + 1, counts)
    stages = funnel[patient.mode, PRESCRIBING_MISTAKE, PERSON]
    for order in range(number):
        index = FIRST_ORDER + turn * 32 + order
        stages[CHANCES] += 1
        uses_term(doctor, patient, index, funnel, p, chance)
        draw = luck(chance, OTHER_CHOICE, doctor.identity, index)[ORDER_IS_WRONG]
        if p.on.mistakes == 0 or draw >= error_rate(doctor, PRESCRIBING_MISTAKE, p):
            continue
        stages[MADE] += 1
        own = luck(chance, SECOND_LOOK, doctor.identity, index)[CATCHES_ORDER]
        if not is_stopped(doctor, PRESCRIBING_MISTAKE, index, team, stages, counts, p, chance, own):
            patient.wrong_orders += 1
            looks_for_wrong_order(doctor, index, seen, p, chance)


@behaviour
def uses_term(doctor, patient, index, funnel, p, chance):
    """An order may use a term that nurses read differently; the error is made here, and met or cleared later."""
    if p.on.terms == 0:
        return
    stages = funnel[patient.mode, MISREAD_TERM, PERSON]
    stages[CHANCES] += 1
    if luck(chance, TERM, doctor.identity, index)[IS_AMBIGUOUS] < p.errors.ambiguous:
        stages[MADE] += 1
        patient.ambiguous_orders += 1


@behaviour
def checks_orders(pharmacist, patient, turn, funnel, counts, seen, p, chance):
    """A pharmacist goes through the chart, also what was there at the last visit; what is found wrong is put right.

    A wrong order that was carried out already is found too, but that comes too late to stop it.
    """
    finish(patient, ORDER_CHECK, counts)
    seen.orders_checked += patient.unchecked_orders
    patient.unchecked_orders = 0
    stages = funnel[patient.mode, PRESCRIBING_MISTAKE, PERSON]
    patient.ambiguous_orders = clears_terms(pharmacist, patient, turn, funnel, p, chance)
    in_time = patient.wrong_orders
    for order in range(in_time + patient.wrong_orders_given):
        draw = luck(chance, SECOND_LOOK, pharmacist.identity, turn * MOST_ORDERS + order)[CATCHES_ORDER]
        if not finds_wrong_order(pharmacist, p, draw):
            continue
        seen.orders_found_wrong += 1
        if order >= in_time:
            patient.wrong_orders_given -= 1
            continue
        patient.wrong_orders -= 1
        stages[NOTICED] += 1
        stages[SAID] += 1
        stages[STOPPED] += 1


@behaviour
def clears_terms(pharmacist, patient, turn, funnel, p, chance):
    """A pharmacist who knows both languages makes ambiguous terms plain; returns how many stay as they are."""
    stages = funnel[patient.mode, MISREAD_TERM, PERSON]
    left = 0
    for order in range(patient.ambiguous_orders):
        draw = luck(chance, SECOND_LOOK, pharmacist.identity, (2 + turn) * MOST_ORDERS + order)[CATCHES_ORDER]
        if not finds_wrong_order(pharmacist, p, draw):
            left += 1
            continue
        for stage in (NOTICED, SAID, STOPPED):
            stages[stage] += 1
    return left


@behaviour
def responds(doctor, patient, turn, counts, p, chance):
    """A doctor comes to a deteriorating patient; what does not work is tried again."""
    if patient.state == STABLE:
        return
    draw = luck(chance, SECOND_LOOK, doctor.identity, turn)[RESPONSE_WORKS]
    if responds_to_treatment(patient, p, draw):
        counts.rescued += 1
    else:
        plan_next(patient, RESPONSE, p, chance, counts)


@behaviour
def writes_letter(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """The discharge letter and prescription, on which those outside will rely."""
    if patient.fit_since < 0:
        return
    patient.letter_done = 1
    plan(patient, DISCHARGE, chance.tick + 1, counts)
    source = goes_wrong(doctor, patient, DISCHARGE_SLIP, turn, team, ward, funnel, counts, p, chance)
    if source != NOT_MADE:
        patient.discharge_gap = 1
        reaches_patient(doctor, patient, DISCHARGE_SLIP, source, turn, team, funnel, counts, seen, p, chance)
