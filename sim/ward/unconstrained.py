"""Unconstrained care: a search by trials on a landscape of interacting elements (Kauffman's NK).

How effective a combination of elements is depends on the patient: partly on what patients of a group of
conditions share, partly on what is each one's own. The protocol is the best point of the shared part, so
whether standards help is a question of how much is shared (`modes.shared`).
"""

from sim.agents.doctor import admits_failure, reads_response, starts_with_protocol
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
from sim.state.vocabulary import CHANCES, MADE, PERSON, TREATMENT_MISTAKE
from sim.ward.errors import reaches_patient

NO_TRIAL = -1
NOT_BEGUN = -2

# Identity of what the patients of one group of conditions share, apart from every patient's own.
SHARED = 1 << 60


@behaviour
def reviews_trial(doctor, patient, turn, ward, funnel, counts, seen, p, chance):
    """Keep what seems to have helped, undo what seems not to have, and try the next thing."""
    if patient.trial == NOT_BEGUN:
        begins_treatment(doctor, patient, turn, ward, p, chance)
    now = reading(doctor, patient, turn, p, chance)
    if patient.trial >= 0:
        counts.treatment_choices += 1
        judges_trial(doctor, patient, now, turn, funnel, counts, seen, p, chance)
        now = reading(doctor, patient, turn + 64, p, chance)
    counts.trials += 1
    patient.trial = int(luck(chance, OTHER_CHOICE, doctor.identity, turn)[WHICH_CHANGE] * ELEMENTS_OF_TREATMENT)
    patient.response_before = now
    patient.treatment ^= 1 << patient.trial
    patient.effect = landscape_effect(patient, patient.treatment, p, chance)


@behaviour
def begins_treatment(doctor, patient, turn, ward, p, chance):
    """Begin with the protocol of the group of conditions, or with what experience suggests."""
    patient.trial = NO_TRIAL
    if starts_with_protocol(doctor, p, luck(chance, TERM, doctor.identity, turn)[FOLLOWS_PROTOCOL]):
        patient.treatment = ward.protocol[patient.condition]
    patient.effect = landscape_effect(patient, patient.treatment, p, chance)


@behaviour
def reading(doctor, patient, index, p, chance):
    """The response to treatment as it appears, averaged over as many readings as rigour asks for."""
    total = 0.0
    readings = int(p.modes.readings)
    for time in range(readings):
        draw = luck(chance, CARE_MODE, doctor.identity, index + 128 * time)[READS_RESPONSE]
        total += reads_response(doctor, patient.effect, p, draw)
    return total / readings


@behaviour
def judges_trial(doctor, patient, response, turn, funnel, counts, seen, p, chance):
    """Keep or undo the element on trial. A misread response is a mistake; so is a failure nobody admits."""
    stages = funnel[patient.mode, TREATMENT_MISTAKE, PERSON]
    stages[CHANCES] += 1
    without = patient.treatment ^ (1 << patient.trial)
    helps = patient.effect >= landscape_effect(patient, without, p, chance)
    keeps = helps
    if p.on.mistakes == 1:
        keeps = response >= patient.response_before
        if not keeps and not admits_failure(doctor, p, luck(chance, TERM, doctor.identity, turn)[ADMITS_FAILURE]):
            counts.failures_kept += 1
            keeps = True
    if not keeps:
        patient.treatment = without
        patient.effect = landscape_effect(patient, without, p, chance)
    if keeps != helps:
        stages[MADE] += 1
        counts.wrong_choices += 1
        reaches_patient(doctor, patient, TREATMENT_MISTAKE, PERSON, turn, funnel, counts, seen, p, chance)


@behaviour
def landscape_effect(patient, treatment, p, chance):
    """How effective a combination of elements is for this patient, 0 to 1: shared and own part."""
    share = p.modes.shared if p.on.shared_landscape == 1 else 0.0
    own = part_effect(patient.identity, treatment, p, chance)
    if share <= 0.0:
        return own
    return share * part_effect(SHARED + patient.condition, treatment, p, chance) + (1.0 - share) * own


@behaviour
def part_effect(identity, treatment, p, chance):
    """One part of the landscape: the mean of what each element contributes.

    A contribution depends on the element and on the `modes.interactions` elements that follow it
    (Kauffman 1993), and is fixed for good.
    """
    still = Chance(chance.seed, 0)
    neighbours = int(p.modes.interactions)
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
        effect = part_effect(SHARED + condition, treatment, p, chance)
        if effect > most:
            most = effect
            best = treatment
    return best
