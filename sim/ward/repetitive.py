"""Repetitive care: a pathway of standard steps, progress tight to adherence (Bohmer 2012, Table 1).

A step that leaves a pathway which fits is an error; a pathway that does not fit can be set aside, if somebody
sees that, asks, and is heeded (section 6: leaders accept 'the over-ride of standard procedures').
"""

from sim.agents.nurse import follows_pathway, sees_misfit
from sim.state.behaviours import behaviour
from sim.state.chance import (
    CARE_MODE,
    DEPARTURE,
    FOLLOWS_PATHWAY,
    FOR_OVERRIDE,
    SEES_DEPARTURE,
    SEES_MISFIT,
    STEPS,
    luck,
)
from sim.state.vocabulary import CHANCES, IN_INBOX, JUNIOR, MADE, OVERRIDE, PATHWAY_DEPARTURE, PERSON, REPETITIVE
from sim.ward.errors import NOBODY, is_stopped, reaches_patient, who_covers
from sim.ward.exceptions import goes_up
from sim.ward.routing import is_devolved
from sim.ward.voice import ACTED_ON, raises_concern


@behaviour
def may_ask_override(nurse, patient, turn, team, ward, counts, p, chance):
    """A nurse to whom the pathway seems wrong for this patient may ask the doctor to set it aside (M23).

    She asks the readier, the more the hospital expects it. Where it is not left to the bedside, a manager decides.
    """
    if p.on.overrides == 0 or patient.mode != REPETITIVE:
        return
    doctor = who_covers(nurse.bed[turn], team.doctors, JUNIOR, JUNIOR)
    if doctor != NOBODY:
        asks_override(nurse, team.doctors[doctor], patient, turn, team, ward, counts, p, chance)


@behaviour
def asks_override(nurse, doctor, patient, turn, team, ward, counts, p, chance):
    """A nurse who sees that the pathway does not fit may say so; it is set aside if she is heeded and it is theirs."""
    if p.on.overrides == 0 or patient.set_aside == 1:
        return
    if not sees_misfit(nurse, patient, p, luck(chance, STEPS, nurse.identity, turn)[SEES_MISFIT]):
        return
    stake, index = min(1.0, p.voice.stake_in_override * 2.0 * p.control.overrides), FOR_OVERRIDE + turn
    said = raises_concern(nurse, doctor, stake, nurse.identity, index, team, counts, p, chance)
    if said != ACTED_ON:
        return
    if is_devolved(OVERRIDE, nurse, index, team.role[0], p, chance):
        sets_pathway_aside(patient, ward, counts, p)
    elif patient.exception != IN_INBOX and p.on.exceptions == 1:
        counts.exceptions += 1
        counts.overrides_sent_up += 1
        patient.exception_since = chance.tick
        goes_up(patient, OVERRIDE, counts)


@behaviour
def sets_pathway_aside(patient, ward, counts, p):
    """From now on care of this patient is made to measure."""
    patient.set_aside = 1
    patient.effect = pathway_effect(patient, ward.pathway_quality, p)
    counts.set_aside += 1
    counts.set_aside_rightly += 1 if patient.fits_pathway == 0 else 0


@behaviour
def does_step(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """One step of the pathway or of the treatment; in repetitive care it sets how effective care is."""
    patient.step += 1
    if patient.mode != REPETITIVE:
        return
    if patient.set_aside == 0:
        takes_pathway_step(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance)
    patient.effect = pathway_effect(patient, ward.pathway_quality, p)


@behaviour
def takes_pathway_step(nurse, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """A step as the pathway says, or a departure from it; a colleague may bring the nurse back to it."""
    draw = luck(chance, CARE_MODE, nurse.identity, turn)[FOLLOWS_PATHWAY]
    followed = 1 if p.on.pathway == 0 or follows_pathway(nurse, patient, ward, p, draw) else 0
    if patient.fits_pathway == 1:
        stages = funnel[patient.mode, PATHWAY_DEPARTURE, PERSON]
        stages[CHANCES] += 1
        if followed == 0:
            stages[MADE] += 1
            index, own = DEPARTURE + turn, luck(chance, STEPS, nurse.identity, turn)[SEES_DEPARTURE]
            if is_stopped(nurse, PATHWAY_DEPARTURE, index, team, stages, counts, p, chance, own):
                followed = 1
            else:
                reaches_patient(nurse, patient, PATHWAY_DEPARTURE, PERSON, turn, team, funnel, counts, seen, p, chance)
    nurse.steps += 1
    nurse.steps_followed += followed
    counts.steps += 1
    counts.steps_followed += followed
    remembers_step(patient, followed, p)


@behaviour
def misses_step(patient, quality, p):
    """A step that nobody got round to leaves the pathway as one that was done otherwise does."""
    if patient.mode != REPETITIVE or patient.set_aside == 1 or p.on.pathway == 0:
        return
    remembers_step(patient, 0, p)
    patient.effect = pathway_effect(patient, quality, p)


@behaviour
def remembers_step(patient, followed, p):
    """How closely care has followed the pathway of late."""
    patient.on_pathway += p.modes.step_memory * (followed - patient.on_pathway)


@behaviour
def pathway_effect(patient, quality, p):
    """How effective care in repetitive mode is, 0 to 1: by the pathway's quality, its fit, and how far it is followed.

    Set aside, care is made to measure: better for whom the pathway does not fit, worse for whom it does.
    """
    if patient.set_aside == 1:
        return p.modes.off_pathway_effect if patient.fits_pathway == 1 else p.modes.tailored_effect
    on_pathway = quality if patient.fits_pathway == 1 else p.modes.misfit_effect
    return patient.on_pathway * on_pathway + (1.0 - patient.on_pathway) * p.modes.off_pathway_effect
