"""Unconstrained care: a search by trials on a landscape of interacting elements (Kauffman's NK).

How effective a combination of elements is depends on the patient: partly on what patients of a group of
conditions share, partly on what is each one's own. The protocol is the best point of the shared part, so
whether standards help is a question of how much is shared (`modes.shared`).
"""

from sim.agents.doctor import admits_failure, is_content, reads_response, starts_with_protocol
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ADMITS_FAILURE,
    CARE_MODE,
    CONTRIBUTION,
    FOLLOWS_PROTOCOL,
    LANDSCAPE,
    OTHER_CHOICE,
    READS_RESPONSE,
    TERM,
    WHICH_CHANGE,
    Chance,
    luck,
)
from sim.state.rows import ELEMENTS_OF_TREATMENT
from sim.state.vocabulary import CHANCES, IN_INBOX, MADE, MISJUDGED_TRIAL, PERSON
from sim.ward.errors import reaches_patient
from sim.ward.knowledge import draws_lesson

NO_TRIAL = -1
NOT_BEGUN = -2
EVERY_ELEMENT = (1 << ELEMENTS_OF_TREATMENT) - 1

# Identity of what the patients of one group of conditions share, apart from every patient's own.
SHARED = 1 << 60


@behaviour
def reviews_trial(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """Begin; later keep what seems to have helped, undo what seems not to have, and try the next thing if need be."""
    if patient.trial == NOT_BEGUN:
        begins_treatment(doctor, patient, turn, ward, counts, p, chance)
        return
    now = reading(doctor, patient, turn, p, chance)
    if patient.trial >= 0:
        counts.treatment_choices += 1
        now = judges_trial(doctor, patient, now, turn, team, ward, funnel, counts, seen, p, chance)
    if may_try(patient) and not is_content(doctor, now, p):
        begins_trial(doctor, patient, now, turn, counts, p, chance)


@behaviour
def may_try(patient):
    """Whether a trial can begin: not while a decision waits upstairs, nor when every element was tried in vain."""
    return patient.exception != IN_INBOX and patient.tried != EVERY_ELEMENT


@behaviour
def begins_trial(doctor, patient, response, turn, counts, p, chance):
    """Change one element, of those not tried since the last change that was kept."""
    draw = luck(chance, OTHER_CHOICE, doctor.identity, turn)[WHICH_CHANGE]
    counts.trials += 1
    patient.trial = untried_element(patient.tried, draw)
    patient.tried |= 1 << patient.trial
    patient.response_before = response
    patient.treatment ^= 1 << patient.trial
    patient.effect = landscape_effect(patient, patient.treatment, p, chance)


@behaviour
def untried_element(tried, draw):
    """One of the elements whose bit in `tried` is 0, each as likely as any other."""
    untried = 0
    for element in range(ELEMENTS_OF_TREATMENT):
        untried += 1 - ((tried >> element) & 1)
    left = int(draw * untried)
    for element in range(ELEMENTS_OF_TREATMENT):
        if (tried >> element) & 1 == 1:
            continue
        if left == 0:
            return element
        left -= 1
    return 0


@behaviour
def begins_treatment(doctor, patient, turn, ward, counts, p, chance):
    """Begin with the protocol of the group of conditions, or with what experience suggests."""
    patient.trial = NO_TRIAL
    counts.treatments_begun += 1
    if starts_with_protocol(doctor, p, luck(chance, TERM, doctor.identity, turn)[FOLLOWS_PROTOCOL]):
        counts.begun_by_protocol += 1
        patient.treatment = ward.protocol[patient.condition]
    patient.effect = landscape_effect(patient, patient.treatment, p, chance)


@behaviour
def reading(doctor, patient, index, p, chance):
    """The response to treatment as it appears, averaged over as many readings as rigour asks for.

    Each reading after the first takes time of its own.
    """
    total = 0.0
    readings = int(p.modes.readings) + doctor.rigour + patient.further_readings
    patient.further_readings = 0
    for time in range(readings):
        draw = luck(chance, CARE_MODE, doctor.identity, index + 128 * time)[READS_RESPONSE]
        total += reads_response(doctor, patient.effect, p, draw)
    doctor.engaged += (readings - 1) * int(p.modes.reading_takes)
    return total / readings


@behaviour
def judges_trial(doctor, patient, response, turn, team, ward, funnel, counts, seen, p, chance):
    """Keep or undo the element on trial. A misread response is a mistake; so is a failure nobody admits.

    Returns the response, as it was read, to the treatment that is in use from now on.
    """
    stages = funnel[patient.mode, MISJUDGED_TRIAL, PERSON]
    stages[CHANCES] += 1
    element = 1 << patient.trial
    without = patient.treatment ^ element
    helps = patient.effect >= landscape_effect(patient, without, p, chance)
    keeps = helps
    if p.on.mistakes == 1:
        keeps = response >= patient.response_before
        if not keeps and not admits_failure(doctor, p, luck(chance, TERM, doctor.identity, turn)[ADMITS_FAILURE]):
            counts.failures_kept += 1
            keeps = True
    patient.trial = NO_TRIAL
    if keeps:
        patient.tried = element
    else:
        patient.treatment = without
        patient.effect = landscape_effect(patient, without, p, chance)
    draws_lesson(ward, patient, keeps == helps, p)
    if keeps != helps:
        stages[MADE] += 1
        counts.wrong_choices += 1
        reaches_patient(doctor, patient, MISJUDGED_TRIAL, PERSON, turn, team, funnel, counts, seen, p, chance)
    return response if keeps else patient.response_before


@behaviour
def interactions_of(frailty, fragmentation, p):
    """How many other elements each element of this patient's treatment interacts with, 0 to 7.

    More for whom diseases interact, and where the local system is fragmented (Bohmer 2012, section 4).
    """
    number = p.modes.interactions + p.modes.interact_by_frailty * frailty + p.modes.interact_by_system * fragmentation
    return min(ELEMENTS_OF_TREATMENT - 1, int(number + 0.5))


@behaviour
def landscape_effect(patient, treatment, p, chance):
    """How effective a combination of elements is for this patient, 0 to 1: shared and own part."""
    share = p.modes.shared if p.on.shared_landscape == 1 else 0.0
    own = part_effect(patient.identity, treatment, patient.interactions, chance)
    if share <= 0.0:
        return own
    shared = part_effect(SHARED + patient.condition, treatment, int(p.modes.interactions), chance)
    return share * shared + (1.0 - share) * own


@behaviour
def part_effect(identity, treatment, neighbours, chance):
    """One part of the landscape: the mean of what each element contributes.

    A contribution depends on the element and on the `neighbours` elements that follow it (Kauffman's K,
    0 to 7), and is fixed for good.
    """
    still = Chance(chance.seed, 0)
    total = 0.0
    for element in range(ELEMENTS_OF_TREATMENT):
        pattern = 0
        for step in range(neighbours + 1):
            other = (element + step) % ELEMENTS_OF_TREATMENT
            pattern = pattern * 2 + ((treatment >> other) & 1)
        total += luck(still, LANDSCAPE, identity, element * 256 + pattern)[CONTRIBUTION]
    return total / ELEMENTS_OF_TREATMENT


@behaviour
def best_shared_treatment(condition, p, chance):
    """The protocol of a group of conditions: the best point of what its patients share."""
    best = 0
    most = -1.0
    for treatment in range(1 << ELEMENTS_OF_TREATMENT):
        effect = part_effect(SHARED + condition, treatment, int(p.modes.interactions), chance)
        if effect > most:
            most = effect
            best = treatment
    return best
