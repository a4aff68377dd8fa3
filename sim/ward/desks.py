"""The desks of managers: inboxes that decisions climb through, changes that wait, results that are reviewed (M10, M11).

A ward's manager, the division's and the hospital's executive each have one inbox. A layer may pass a decision on to the
one above, which sees less of the case.
"""

from sim.agents.manager import attends_to_inbox, passes_up
from sim.agents.staff import is_elsewhere, is_taken_up
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ABOVE,
    CHANGE_ARRIVES,
    CHANGE_WORKS,
    DECIDES_CHANGE,
    DESK,
    EXCEPTION,
    FIX_TRAVELS,
    HAS_ATTENTION,
    IS_PASSED_UP,
    MANAGER_CUE,
    ROUTING,
    Chance,
    luck,
)
from sim.state.rows import MOST_HAZARDS
from sim.state.vocabulary import BED, DECIDED, IN_INBOX, OF_DIVISION, OF_HOSPITAL, OF_WARD, OVERRIDE
from sim.ward.errors import NOBODY
from sim.ward.exceptions import ATTRIBUTES, attributes_at, counts_decision, decides, desk_estimate
from sim.ward.flow import is_office_hour
from sim.ward.hazards import NO_PLACE
from sim.ward.repetitive import sets_pathway_aside

EMPTY = -1
NO_WARD = -1


@behaviour
def clears_inbox(manager, team, wards, beds, true, staffing, p, chance):
    """A quarter of an hour at the desk of a ward's manager: the decision that has waited longest, or else a review.

    Whoever is spoken to, or mends what was raised, has no time for the desk in that quarter of an hour.

    Args:
        wards: every ward.
        beds: the patients of this one.
        true: the true ledger, ward × mode.
        staffing: the ward's staffing ledger.
    """
    if manager.on_shift == 0:
        return
    manager.away = is_elsewhere(manager, p, chance)
    manager.engaged += manager.interrupting
    manager.interrupting = 0
    if manager.away == 1 or is_taken_up(manager):
        return
    if not attends_to_inbox(manager, p, luck(chance, DESK, manager.identity, 0)[HAS_ATTENTION]):
        return
    if not deals_with_oldest(manager, OF_WARD, wards, beds, true, p, chance):
        reviews_decision(team.doctors, staffing, p)


@behaviour
def directs_division(manager, division, wards, beds, true, staffing, p, chance):
    """A quarter of an hour at the desk of a division's manager: a decision, and a change that wards have sent up.

    Args:
        wards: every ward.
        beds: the patients of the division.
        true, staffing: the ledgers of every ward.
    """
    manager.engaged += manager.interrupting
    manager.interrupting = 0
    if not is_office_hour(chance.tick) or is_taken_up(manager):
        return
    if attends_to_inbox(manager, p, luck(chance, DESK, manager.identity, 0)[HAS_ATTENTION]):
        deals_with_oldest(manager, OF_DIVISION, wards, beds, true, p, chance)
    if attends_to_inbox(manager, p, luck(chance, ABOVE, manager.identity, 0)[DECIDES_CHANGE]):
        decides_change(manager, division, wards, staffing, p, chance)


@behaviour
def directs_hospital(executive, wards, beds, true, p, chance):
    """A quarter of an hour at the executive's desk; for arguments see above."""
    if not is_office_hour(chance.tick):
        return
    if attends_to_inbox(executive, p, luck(chance, DESK, executive.identity, 0)[HAS_ATTENTION]):
        deals_with_oldest(executive, OF_HOSPITAL, wards, beds, true, p, chance)


@behaviour
def deals_with_oldest(manager, layer, wards, beds, true, p, chance):
    """Decide what has waited longest in the inbox of this layer, or pass it on; whether there was anything."""
    oldest = longest_waiting(beds, layer)
    if oldest == EMPTY:
        return False
    patient = beds[oldest]
    counts = true[patient.ward, patient.mode]
    draw = luck(chance, ROUTING, manager.identity, layer)[IS_PASSED_UP]
    if layer < OF_HOSPITAL and p.on.layers == 1 and passes_up(manager, p, draw):
        patient.exception_layer += 1
        counts.passed_on += 1
    else:
        decides_at_desk(patient, wards[patient.ward], layer, counts, p, chance)
    return True


@behaviour
def longest_waiting(beds, layer):
    """The bed whose decision has waited longest for this layer, or `EMPTY`."""
    oldest = EMPTY
    for bed in range(len(beds)):
        patient = beds[bed]
        if patient.place != BED or patient.exception != IN_INBOX or patient.exception_layer != layer:
            continue
        if oldest == EMPTY or waits_longer(patient, beds[oldest]):
            oldest = bed
    return oldest


@behaviour
def waits_longer(one, other):
    """Whether one patient has waited longer for a decision than the other; among equals the lower key."""
    if one.exception_since != other.exception_since:
        return one.exception_since < other.exception_since
    return one.identity < other.identity


@behaviour
def decides_at_desk(patient, ward, layer, counts, p, chance):
    """A manager decides on what is known at the desk of this layer."""
    draw = luck(Chance(chance.seed, patient.exception_since), EXCEPTION, patient.identity, 0)[MANAGER_CUE]
    if patient.exception_about == OVERRIDE:
        answers_wish(patient, ward, layer, draw, counts, p, chance)
    else:
        decides(patient, desk_estimate(patient, layer, draw, p, chance), p, chance, counts)


@behaviour
def answers_wish(patient, ward, layer, draw, counts, p, chance):
    """The pathway is set aside for a patient if it seems not to fit, seen by what of the case reaches this layer."""
    sees_rightly = draw < 0.5 + 0.5 * attributes_at(layer, p) / ATTRIBUTES
    is_misfit = patient.fits_pathway == 0
    patient.exception = DECIDED
    counts_decision(patient, 1.0 if sees_rightly else 0.0, chance, counts)
    if is_misfit == sees_rightly:
        sets_pathway_aside(patient, ward, counts, p)


@behaviour
def reviews_decision(doctors, staffing, p):
    """Results of a decision that was left to the bedside are gone through with whoever took it: the worse, the sooner.

    It takes her time too, and she learns from it (M10).
    """
    answerable = NOBODY
    for i in range(len(doctors)):
        if doctors[i].to_review == 0 or doctors[i].on_shift == 0 or doctors[i].cover == 1:
            continue
        if answerable == NOBODY or has_more_to_answer_for(doctors[i], doctors[answerable]):
            answerable = i
    if answerable == NOBODY:
        return
    doctor = doctors[answerable]
    doctor.to_review -= 1
    doctor.poor_to_review = max(0, doctor.poor_to_review - 1)
    doctor.engaged += int(p.control.accounting_takes)
    doctor.capability += p.control.review_teaches * (1.0 - doctor.capability)
    staffing.decisions_reviewed += 1


@behaviour
def has_more_to_answer_for(one, other):
    """Whether one doctor has more poor decisions to review than the other; among equals the lower key."""
    if one.poor_to_review != other.poor_to_review:
        return one.poor_to_review > other.poor_to_review
    return one.identity < other.identity


@behaviour
def decides_change(manager, division, wards, staffing, p, chance):
    """A change that a ward has sent up is decided on, for that ward and others: an idea, or a hazard to mend.

    What was meant may be lost on the way; what arrives reaches more wards than its own.
    """
    index = ward_with_most_sent_up(division, wards)
    if index == NO_WARD:
        return
    ward = wards[index]
    draws = luck(chance, ABOVE, manager.identity, 1)
    lost = int(p.control.lost_per_layer) / ATTRIBUTES if p.on.layers == 1 else 0.0
    arrives = draws[CHANGE_ARRIVES] >= lost
    if ward.ideas_sent_up > 0:
        ward.ideas_sent_up -= 1
        staffing[index].changes_decided += 1
        if arrives:
            manager.engaged += int(p.voice.mending_takes)
            spreads_idea(division, wards, p, chance)
        return
    place = first_sent_up(ward)
    staffing[index].changes_decided += ward.hazard_sent_up[place]
    ward.hazard_sent_up[place] = 0
    if arrives:
        manager.engaged += int(p.voice.mending_takes)
        ward.hazard_taken_up[place] += 1
        spreads_fix(index, ward.hazard_kind[place], division, wards, p, chance)


@behaviour
def ward_with_most_sent_up(division, wards):
    """The ward of a division with most changes sent up, or `NO_WARD`; among equals the lower key."""
    found = NO_WARD
    most = 0
    for index in range(division.wards_from, division.wards_to):
        waiting = changes_waiting(wards[index])
        if waiting > most or (found != NO_WARD and waiting == most and wards[index].identity < wards[found].identity):
            found = index
            most = waiting
    return found


@behaviour
def changes_waiting(ward):
    """Changes of a ward that wait for the division."""
    waiting = ward.ideas_sent_up
    for place in range(MOST_HAZARDS):
        waiting += 1 if ward.hazard_sent_up[place] > 0 else 0
    return waiting


@behaviour
def first_sent_up(ward):
    """A hazard that was sent up, or `NO_PLACE`."""
    for place in range(MOST_HAZARDS):
        if ward.hazard_sent_up[place] > 0:
            return place
    return NO_PLACE


@behaviour
def spreads_idea(division, wards, p, chance):
    """What is decided for a division is brought to all its wards; on each it works or not."""
    for index in range(division.wards_from, division.wards_to):
        if luck(chance, ABOVE, wards[index].identity, 3)[CHANGE_WORKS] < p.voice.idea_works:
            wards[index].ideas_that_work += 1


@behaviour
def spreads_fix(index, kind, division, wards, p, chance):
    """What mends a hazard on one ward may mend one of its kind on another."""
    for other in range(division.wards_from, division.wards_to):
        if other == index:
            continue
        if luck(chance, ABOVE, wards[other].identity, 2)[FIX_TRAVELS] >= p.control.fix_travels:
            continue
        place = first_of_kind(wards[other], kind)
        if place != NO_PLACE:
            wards[other].hazard_taken_up[place] += 1


@behaviour
def first_of_kind(ward, kind):
    """A hazard of a ward that feeds errors of this kind, or `NO_PLACE`."""
    for place in range(MOST_HAZARDS):
        if ward.hazard_kind[place] == kind:
            return place
    return NO_PLACE
