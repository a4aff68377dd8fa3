"""Flow: arrivals, waiting, admission to a bed, discharge, return, death."""

import math

from sim.agents.manager import boards_elsewhere, weighs_admission
from sim.agents.staff import corrects_record, poisson
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ARRIVES,
    BEST_OPTION,
    COMES_BACK,
    CORRECTED,
    FITS_PATHWAY,
    HOW_FRAIL,
    HOW_LONG,
    HOW_MANY,
    HOW_URGENT,
    LATENT,
    LEAVING,
    PREFERS_OTHER,
    RECORDS,
    STARTING_POINT,
    TRAITS,
    VALUES,
    WHEN_BACK,
    WHICH_CONDITION,
    WHICH_MODE,
    WHICH_PREFERRED,
    luck,
)
from sim.state.rows import CONDITIONS, ELEMENTS_OF_TREATMENT
from sim.state.vocabulary import (
    BED,
    CARE,
    CLERKING,
    CLINICAL,
    DEAD,
    DOSE,
    ELECTIVE,
    EMERGENCY,
    IN_INBOX,
    NEVER,
    NO_EXCEPTION,
    NOWHERE,
    OBSERVATION,
    OF_WARD,
    STABLE,
    STARTS_AT_ARRIVAL,
    STOPS_AT_BED,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    UNCONSTRAINED,
    URGENT,
    WAITING,
)
from sim.ward.constrained import NO_OPTION
from sim.ward.harm import exponential
from sim.ward.knowledge import mode_by_now
from sim.ward.observers import reviews_chart
from sim.ward.tasks import clear_plan, lapse, plan
from sim.ward.unconstrained import NOT_BEGUN, interactions_of

MOST_ARRIVALS = 15
EPISODES = 32
FULL = -1
HALF_AN_HOUR = 2  # ticks


@behaviour
def arrivals(ward, index, queue, returns, true, p, chance):
    """Patients come to a ward's waiting place: new ones, and some who left within 30 days.

    Args:
        ward, index: the ward row and its number.
        queue: the waiting places of the ward's division.
        returns: who comes back to this ward, and when.
        true: the ward's true ledger, by mode.
    """
    if chance.tick >= ward.next_return:
        readmit(ward, index, queue, returns, true, p, chance)
    emergency = emergency_rate(ward, p, chance.tick)
    planned = planned_rate(ward, chance.tick)
    if emergency + planned <= 0.0:
        return
    number = poisson(emergency + planned, luck(chance, ARRIVES, ward.identity, 0)[HOW_MANY], MOST_ARRIVALS)
    for order in range(number):
        identity = patient_identity(ward, order, chance)
        draws = luck(chance, TRAITS, identity, 0)
        drawn = which_mode(ward, draws[WHICH_MODE])
        mode = mode_by_now(ward, which_condition(identity, chance), drawn, p)
        true[mode].moved_on += 1 if mode < drawn else 0
        frailty = draws[HOW_FRAIL] * draws[HOW_FRAIL]
        urgency = which_urgency(emergency / (emergency + planned), draws[HOW_URGENT])
        joins_queue(ward, index, queue, identity, drawn, mode, frailty, urgency, true[mode], p, chance)


@behaviour
def emergency_rate(ward, p, tick):
    """Emergencies per tick: few at night, a ramp from 7 to 11, a plateau until 21, then fewer."""
    mean = ward.arrivals_per_day * ward.emergency_share / TICKS_PER_DAY
    night = p.flow.night_arrivals
    day = (24.0 - 10.5 * night) / 13.5
    hour = (tick % TICKS_PER_DAY) / TICKS_PER_HOUR
    if hour < 7.0:
        return mean * night
    if hour < 11.0:
        return mean * (night + (day - night) * (hour + 0.125 - 7.0) / 4.0)
    if hour < 21.0:
        return mean * day
    return mean * (day + (night - day) * (hour + 0.125 - 21.0) / 3.0)


@behaviour
def planned_rate(ward, tick):
    """Planned admissions per tick: from 7 to 11 on weekdays, a week's worth in five mornings."""
    hour = (tick % TICKS_PER_DAY) / TICKS_PER_HOUR
    if hour < 7.0 or hour >= 11.0 or is_weekend(tick):
        return 0.0
    return ward.arrivals_per_day * (1.0 - ward.emergency_share) * 7.0 / 5.0 / (4 * TICKS_PER_HOUR)


@behaviour
def is_weekend(tick):
    """Whether the day is a Saturday or a Sunday; the first day of a run is a Monday."""
    return (tick // TICKS_PER_DAY) % 7 >= 5


@behaviour
def is_office_hour(tick):
    """Whether managers above the wards are at their desks: on weekdays, from 7 to 18."""
    return 7 <= (tick % TICKS_PER_DAY) // TICKS_PER_HOUR < 18 and not is_weekend(tick)


@behaviour
def patient_identity(ward, order, chance):
    """Who this is: arrival stream, tick of arrival, order in the tick, episode 0."""
    return ward.identity * 4294967296 + (chance.tick * 16 + order) * EPISODES


@behaviour
def which_mode(ward, draw):
    """The mode of care that the condition needs, by the ward's mix."""
    total = 0.0
    for mode in range(UNCONSTRAINED):
        total += ward.mode_mix[mode]
        if draw < total:
            return mode
    return UNCONSTRAINED


@behaviour
def which_condition(identity, chance):
    """The group of conditions to which a patient belongs."""
    return int(luck(chance, VALUES, identity, 0)[WHICH_CONDITION] * CONDITIONS)


@behaviour
def which_urgency(emergency_share, draw):
    """Planned, urgent or emergency; a third of unplanned arrivals are emergencies."""
    if draw >= emergency_share:
        return ELECTIVE
    return EMERGENCY if draw * 3.0 < emergency_share else URGENT


@behaviour
def joins_queue(ward, index, queue, identity, illness, mode, frailty, urgency, counts, p, chance):
    """A patient takes a waiting place, or is sent elsewhere where all are taken.

    Args:
        illness: the mode of care that the condition needed before anything was learned about it, which says how long
            recovery takes.
        mode: the one that it needs now.
    """
    counts.arrivals += 1
    place = first_empty(queue)
    if place == FULL:
        counts.diverted += 1
        return
    becomes_patient(queue[place], identity, index, illness, mode, frailty, urgency, ward, p, chance)
    ward.queue += 1


@behaviour
def first_empty(places):
    """The first empty place, or `FULL`."""
    for place in range(len(places)):
        if places[place].place == NOWHERE:
            return place
    return FULL


@behaviour
def becomes_patient(patient, identity, index, illness, mode, frailty, urgency, ward, p, chance):
    """Everything about a patient who has just come, from the patient's own luck."""
    hours = luck(chance, TRAITS, identity, 0)[HOW_LONG]
    latent = luck(chance, LATENT, identity, 0)
    values = luck(chance, VALUES, identity, 0)
    patient.identity = identity
    patient.place = WAITING
    patient.home_ward = index
    patient.ward = -1
    patient.mode = mode
    patient.urgency = urgency
    patient.frailty = frailty
    patient.arrived = chance.tick
    patient.admitted = -1
    patient.illness = illness
    patient.recovery_needed = recovery_needed(illness, hours, p)
    patient.recovery_left = patient.recovery_needed
    patient.effect = p.modes.untreated_effect
    patient.state = STABLE
    patient.worse_since = -1
    patient.recognised = 0
    patient.missed_rescue = 0
    patient.escalated = 0
    patient.misread = 0
    patient.fits_pathway = 1 if latent[FITS_PATHWAY] < ward.pathway_fit else 0
    patient.set_aside = 0
    patient.step = 0
    patient.on_pathway = 1.0
    patient.option = NO_OPTION
    patient.clinical_option = int(latent[BEST_OPTION] * p.modes.options)
    patient.best_option = option_by_values(patient.clinical_option, values, p)
    patient.asked = 0
    patient.plan_made = 0
    patient.condition = which_condition(identity, chance)
    patient.exception = NO_EXCEPTION
    patient.exception_about = CLINICAL
    patient.exception_layer = OF_WARD
    patient.exception_since = -1
    patient.decision_fit = 1.0
    patient.treatment = int(values[STARTING_POINT] * (1 << ELEMENTS_OF_TREATMENT))
    patient.interactions = interactions_of(frailty, ward.fragmentation, p)
    patient.trial = NOT_BEGUN
    patient.further_readings = 0
    patient.tried = 0
    patient.response_before = 0.0
    patient.wrong_orders = 0
    patient.wrong_orders_given = 0
    patient.ambiguous_orders = 0
    patient.unchecked_orders = 0
    patient.harm = 0.0
    patient.preventable_events = 0
    patient.other_events = 0
    patient.incident_reports = 0
    patient.reports_of_harm = 0
    patient.boarded = 0
    patient.discharge_gap = 0
    patient.fit_since = -1
    patient.package_until = 0
    patient.letter_done = 0
    patient.leaves = 0
    clear_plan(patient)


@behaviour
def option_by_values(clinical, values, p):
    """The option that suits the patient best once values count: another than the clinical best for some."""
    if p.on.preferences == 0 or values[PREFERS_OTHER] >= p.modes.prefers_other:
        return clinical
    others = int(p.modes.options) - 1
    return (clinical + 1 + int(values[WHICH_PREFERRED] * others)) % (others + 1)


@behaviour
def gamma(x):
    """The gamma function for x of 1 to 3 (Lanczos): the same bits everywhere, which C's and Python's are not."""
    z = x - 1.0
    total = 0.99999999999980993
    coefficients = (
        676.5203681218851,
        -1259.1392167224028,
        771.32342877765313,
        -176.61502916214059,
        12.507343278686905,
        -0.13857109526572012,
        9.9843695780195716e-6,
        1.5056327351493116e-7,
    )
    for i in range(8):
        total += coefficients[i] / (z + i + 1.0)
    t = z + 7.5
    return 2.5066282746310002 * math.exp((z + 0.5) * math.log(t) - t) * total


@behaviour
def recovery_needed(mode, draw, p):
    """Hours of fully effective care that recovery takes: Weibull with the mode's mean and shape."""
    shape = p.flow.recovery_shape[mode]
    scale = p.flow.recovery_level * p.flow.recovery[mode] / gamma(1.0 + 1.0 / shape)
    return max(1.0, scale * math.exp(math.log(-math.log(1.0 - draw) + 1e-12) / shape))


@behaviour
def gives_free_beds(manager, wards, patients, division, true, observed, p, chance):
    """A division's manager gives each free bed to the waiting patient who weighs most.

    Args:
        wards: every ward.
        patients: every bed and waiting place of the hospital.
        true, observed: the ledgers, ward × mode.
    """
    if not anyone_waits(wards, division):
        return
    queue = patients[division.queue_from : division.queue_to]
    for index in range(division.wards_from, division.wards_to):
        ward = wards[index]
        for bed in range(ward.beds_from, ward.beds_to):
            if patients[bed].place != NOWHERE:
                continue
            chosen = chooses_for_bed(manager, queue, index, wards, patients, p, chance)
            if chosen == FULL:
                break
            wards[queue[chosen].home_ward].queue -= 1
            moves_to_bed(patients, division.queue_from + chosen, bed)
            is_admitted(patients[bed], index, manager, ward, true, observed, p, chance)


@behaviour
def anyone_waits(wards, division):
    """Whether anyone waits for a bed of this division."""
    for index in range(division.wards_from, division.wards_to):
        if wards[index].queue > 0:
            return True
    return False


@behaviour
def chooses_for_bed(manager, queue, index, wards, patients, p, chance):
    """The waiting patient who weighs most for a free bed of ward `index`: a place, or `FULL` for nobody."""
    best = -1.0
    chosen = FULL
    for place in range(len(queue)):
        patient = queue[place]
        if patient.place != WAITING:
            continue
        at_home = 1 if patient.home_ward == index else 0
        if at_home == 0:
            home = wards[patient.home_ward]
            home_has_bed = first_empty(patients[home.beds_from : home.beds_to]) != FULL
            if not boards_elsewhere(manager, patient, home_has_bed, p, chance):
                continue
        deadline = deadline_for_bed(wards[patient.home_ward], p)
        weight = weighs_admission(manager, patient, at_home, deadline, p, chance)
        if weight > best:
            best = weight
            chosen = place
    return chosen


@behaviour
def moves_to_bed(patients, place, bed):
    """Move a patient from a waiting place to a bed."""
    patients[bed] = patients[place]
    patients[place].place = NOWHERE
    patients[place].identity = 0


@behaviour
def is_admitted(patient, index, manager, ward, true, observed, p, chance):
    """A patient comes into a bed of ward `index`: counted there, and first tasks planned."""
    counts = true[index, patient.mode]
    patient.place = BED
    patient.ward = index
    patient.admitted = chance.tick
    patient.boarded = 0 if patient.home_ward == index else 1
    if patient.state > STABLE and p.on.rescue == 1:
        patient.recognised = 1
        counts.recognised += 1
    counts.admissions += 1
    counts.boarded += patient.boarded
    wait = chance.tick - patient.arrived
    counts.wait += wait
    counts.breaches += 1 if wait > deadline_for_bed(ward, p) else 0
    records_wait(patient, manager, wait, ward, observed[index, patient.mode], p, chance)
    if ward.target_stops == STOPS_AT_BED:
        stops_clock(manager, patient, ward, p, chance)
    plan(patient, OBSERVATION, chance.tick, counts)
    plan(patient, CLERKING, chance.tick, counts)
    plan(patient, DOSE, chance.tick + TICKS_PER_HOUR, counts)
    plan(patient, CARE, chance.tick + TICKS_PER_HOUR, counts)


@behaviour
def records_wait(patient, manager, wait, ward, seen, p, chance):
    """A wait is written down, and may be put right if it is just over the deadline."""
    deadline = deadline_for_bed(ward, p)
    seen.recorded_waits += 1
    over = wait - deadline
    if over > 0.0 and is_corrected(manager, patient, wait, deadline, ward, p, chance):
        over = 0.0
    seen.recorded_breaches += 1 if over > 0.0 else 0
    seen.recorded_just_within += 1 if -HALF_AN_HOUR < over <= 0.0 else 0
    seen.recorded_just_over += 1 if 0.0 < over <= HALF_AN_HOUR else 0


@behaviour
def deadline_for_bed(ward, p):
    """Ticks from arrival within which a patient is to have a bed: those of the target, if it is about beds."""
    return ward.target_deadline if ward.target_stops == STOPS_AT_BED else p.flow.deadline * TICKS_PER_HOUR


@behaviour
def stops_clock(recorder, patient, ward, p, chance):
    """The clock of a target stops; what counts is what somebody records, or the clock itself."""
    ward.clocks_stopped += 1
    wait = chance.tick - (patient.arrived if ward.target_starts == STARTS_AT_ARRIVAL else patient.admitted)
    if wait <= ward.target_deadline or is_corrected(recorder, patient, wait, ward.target_deadline, ward, p, chance):
        ward.clocks_in_time += 1


@behaviour
def is_corrected(recorder, patient, wait, deadline, ward, p, chance):
    """Whether a wait over the deadline is recorded as within it: never where nobody but the clock records it."""
    if ward.target_by_clock == 1:
        return False
    draw = luck(chance, RECORDS, patient.identity, 0)[CORRECTED]
    return corrects_record(recorder, wait / deadline, p, draw)


@behaviour
def leaves_the_queue(queue, wards, true, p, chance):
    """Those who die while waiting, and planned patients who are sent home because no bed came free."""
    for place in range(len(queue)):
        patient = queue[place]
        if patient.place != WAITING:
            continue
        gives_up = (
            patient.urgency == ELECTIVE and chance.tick - patient.arrived > p.flow.planned_patience * TICKS_PER_HOUR
        )
        if patient.state != DEAD and not gives_up:
            continue
        counts = true[patient.home_ward, patient.mode]
        if patient.state == DEAD:
            counts.deaths_waiting += 1
        else:
            counts.cancelled += 1
        wards[patient.home_ward].queue -= 1
        patient.place = NOWHERE
        patient.identity = 0


@behaviour
def departures(beds, wards, returns, true, observed, p, chance):
    """Patients of one ward who die or go home in this tick leave their beds.

    Args:
        wards: every ward; a patient comes back to the home ward.
        returns: who comes back, ward × place.
        true, observed: the ward's ledgers, by mode.
    """
    for bed in range(len(beds)):
        patient = beds[bed]
        if patient.place != BED:
            continue
        if patient.state != DEAD and patient.leaves == 0:
            continue
        counts = true[patient.mode]
        closes_stay(patient, counts, observed[patient.mode], chance)
        reviews_chart(patient, observed[patient.mode], p, chance)
        if patient.state == DEAD:
            counts.deaths += 1
        else:
            counts.discharges += 1
            counts.sent_early += 1 if patient.recovery_left > 0.0 else 0
            may_come_back(wards[patient.home_ward], patient, returns[patient.home_ward], p, chance)
        patient.place = NOWHERE
        patient.identity = 0


@behaviour
def closes_stay(patient, counts, seen, chance):
    """Count a stay that ends: its length, harm, reports, and the tasks that lapse."""
    lapse(patient, counts)
    counts.exceptions_lapsed += 1 if patient.exception == IN_INBOX else 0
    counts.wrong_orders_left += patient.wrong_orders
    counts.unclear_orders_left += patient.ambiguous_orders
    stay = chance.tick - patient.admitted
    if stay > TICKS_PER_DAY:
        counts.long_stays += 1
        counts.long_stay_deaths += 1 if patient.state == DEAD else 0
    if chance.tick // TICKS_PER_DAY > patient.admitted // TICKS_PER_DAY:
        counts.overnight_stays += 1
        counts.overnight_stay += stay
    harmed = 1 if patient.preventable_events + patient.other_events > 0 else 0
    counts.harmed += harmed
    counts.preventably_harmed += 1 if patient.preventable_events > 0 else 0
    if patient.incident_reports > 0:
        seen.patients_with_report += 1


@behaviour
def may_come_back(ward, patient, returns, p, chance):
    """Whether a discharged patient will be admitted again within 30 days, and when."""
    if p.on.readmission == 0:
        return
    draws = luck(chance, LEAVING, patient.identity, 0)
    if draws[COMES_BACK] >= likely_to_come_back(patient, p):
        return
    days = exponential(p.flow.return_days, draws[WHEN_BACK] * (1.0 - math.exp(-30.0 / p.flow.return_days)))
    for i in range(len(returns)):
        entry = returns[i]
        if entry.identity == 0:
            entry.identity = next_episode(patient.identity)
            entry.tick = chance.tick + max(1, int(days * TICKS_PER_DAY))
            entry.illness = patient.illness
            entry.mode = patient.mode
            entry.frailty = patient.frailty
            ward.next_return = min(ward.next_return, entry.tick)
            return


@behaviour
def likely_to_come_back(patient, p):
    """Chance of a return: by frailty, by recovery that was not complete and by what the letter left out."""
    likelihood = p.flow.comes_back + p.flow.frail_come_back * patient.frailty
    likelihood += p.flow.gap_brings_back * patient.discharge_gap
    return likelihood + max(0.0, patient.recovery_left) / patient.recovery_needed


@behaviour
def next_episode(identity):
    """The same patient's next episode; after the thirty-first the numbers begin again."""
    return identity - identity % EPISODES + (identity % EPISODES + 1) % EPISODES


@behaviour
def readmit(ward, index, queue, returns, true, p, chance):
    """Those whose day has come arrive again, as urgent admissions."""
    following = NEVER
    for i in range(len(returns)):
        entry = returns[i]
        if entry.identity == 0:
            continue
        if entry.tick > chance.tick:
            following = min(following, entry.tick)
            continue
        true[entry.mode].returns += 1
        mode = entry.mode
        joins_queue(
            ward, index, queue, entry.identity, entry.illness, mode, entry.frailty, URGENT, true[mode], p, chance
        )
        entry.identity = 0
    ward.next_return = following
