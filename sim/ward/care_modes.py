"""The three modes of care as three structures of work (Bohmer 2012, Table 1).

Repetitive: a pathway of standard steps, progress tight to adherence. Constrained: a choice from a known
set. Unconstrained: a search by trials on a landscape of interacting elements (Kauffman's NK).
"""

from sim.agents.doctor import chooses_best_option, picks_other_option, reads_response, reconsiders
from sim.agents.nurse import follows_pathway
from sim.state.behaviours import behaviour
from sim.state.chance import (
    CARE_MODE,
    CHOOSES_RIGHT,
    CONTRIBUTION,
    FOLLOWS_PATHWAY,
    LANDSCAPE,
    OTHER_CHOICE,
    READS_RESPONSE,
    RECONSIDERS,
    WHICH_CHANGE,
    WHICH_WRONG,
    Chance,
    luck,
)
from sim.state.rows import ELEMENTS_OF_TREATMENT
from sim.state.vocabulary import CHANCES, CONSTRAINED, MADE, PERSON, REPETITIVE, TREATMENT_MISTAKE, UNCONSTRAINED
from sim.ward.errors import is_stopped, reaches_patient

NO_OPTION = -1
NO_TRIAL = -1


@behaviour
def does_step(nurse, patient, ward, index, counts, p, chance):
    """One step of the pathway or of the treatment; in repetitive care it sets how effective care is."""
    patient.step += 1
    if patient.mode != REPETITIVE:
        return
    draw = luck(chance, CARE_MODE, nurse.identity, index)[FOLLOWS_PATHWAY]
    followed = 1 if p.on.pathway == 0 or follows_pathway(nurse, patient, ward, p, draw) else 0
    nurse.steps += 1
    nurse.steps_followed += followed
    counts.steps += 1
    counts.steps_followed += followed
    patient.on_pathway += p.modes.step_memory * (followed - patient.on_pathway)
    patient.effect = pathway_effect(patient, ward, p)


@behaviour
def pathway_effect(patient, ward, p):
    """How effective care on the pathway is, 0 to 1: its quality where it fits and is followed."""
    on_pathway = ward.pathway_quality if patient.fits_pathway == 1 else p.modes.misfit_effect
    return patient.on_pathway * on_pathway + (1.0 - patient.on_pathway) * p.modes.off_pathway_effect


@behaviour
def reviews_treatment(doctor, patient, index, nurses, doctors, funnel, counts, seen, p, chance):
    """A review by a doctor: choose or reconsider among known options, or read a trial and try the next."""
    if patient.mode == CONSTRAINED:
        reviews_choice(doctor, patient, index, nurses, doctors, funnel, counts, seen, p, chance)
    elif patient.mode == UNCONSTRAINED:
        reviews_trial(doctor, patient, index, funnel, counts, seen, p, chance)


@behaviour
def reviews_choice(doctor, patient, index, nurses, doctors, funnel, counts, seen, p, chance):
    """Constrained care: choose among the known options, and reconsider when progress is slow."""
    draws = luck(chance, CARE_MODE, doctor.identity, index)
    if patient.option == patient.best_option:
        return
    if patient.option != NO_OPTION and not reconsiders(doctor, p, draws[RECONSIDERS]):
        return
    stages = funnel[patient.mode, TREATMENT_MISTAKE, PERSON]
    stages[CHANCES] += 1
    counts.treatment_choices += 1
    patient.option = patient.best_option
    patient.effect = 1.0
    if p.on.mistakes == 0 or chooses_best_option(doctor, p, draws[CHOOSES_RIGHT]):
        return
    stages[MADE] += 1
    if is_stopped(doctor, TREATMENT_MISTAKE, index, nurses, doctors, stages, counts, p, chance, 1.0):
        return
    counts.wrong_choices += 1
    other = luck(chance, OTHER_CHOICE, doctor.identity, index)[WHICH_WRONG]
    patient.option = picks_other_option(patient.best_option, p, other)
    patient.effect = p.modes.wrong_option_effect
    reaches_patient(doctor, patient, TREATMENT_MISTAKE, PERSON, index, funnel, counts, seen, p, chance)


@behaviour
def reviews_trial(doctor, patient, index, funnel, counts, seen, p, chance):
    """Unconstrained care: keep what seems to have helped, undo what seems not to have, try the next thing."""
    now = reads_response(doctor, patient.effect, p, luck(chance, CARE_MODE, doctor.identity, index)[READS_RESPONSE])
    if patient.trial != NO_TRIAL:
        counts.treatment_choices += 1
        judges_trial(doctor, patient, now, index, funnel, counts, seen, p, chance)
    counts.trials += 1
    draw = luck(chance, OTHER_CHOICE, doctor.identity, index)[WHICH_CHANGE]
    patient.trial = int(draw * ELEMENTS_OF_TREATMENT)
    patient.response_before = now
    patient.treatment ^= 1 << patient.trial
    patient.effect = landscape_effect(patient, patient.treatment, p, chance)


@behaviour
def judges_trial(doctor, patient, response, index, funnel, counts, seen, p, chance):
    """Keep or undo the element on trial; a misread response is a mistake of treatment."""
    stages = funnel[patient.mode, TREATMENT_MISTAKE, PERSON]
    stages[CHANCES] += 1
    without = patient.treatment ^ (1 << patient.trial)
    effect_without = landscape_effect(patient, without, p, chance)
    better_with = patient.effect >= effect_without
    keeps = better_with if p.on.mistakes == 0 else response >= patient.response_before
    if not keeps:
        patient.treatment = without
    if keeps != better_with:
        stages[MADE] += 1
        counts.wrong_choices += 1
        reaches_patient(doctor, patient, TREATMENT_MISTAKE, PERSON, index, funnel, counts, seen, p, chance)
    patient.effect = landscape_effect(patient, patient.treatment, p, chance)


@behaviour
def landscape_effect(patient, treatment, p, chance):
    """How effective a combination of elements is for this patient, 0 to 1.

    The mean over elements of a contribution that depends on the element and on the `modes.interactions`
    elements that follow it (Kauffman 1993). Contributions are the patient's own, fixed for the stay.
    """
    still = Chance(chance.seed, 0)
    neighbours = int(p.modes.interactions)
    total = 0.0
    for element in range(ELEMENTS_OF_TREATMENT):
        pattern = 0
        for step in range(neighbours + 1):
            other = (element + step) % ELEMENTS_OF_TREATMENT
            pattern = pattern * 2 + ((treatment >> other) & 1)
        total += luck(still, LANDSCAPE, patient.identity, element * 256 + pattern)[CONTRIBUTION]
    return total / ELEMENTS_OF_TREATMENT
