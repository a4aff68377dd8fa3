"""Repetitive care: a pathway of standard steps, progress tight to adherence (Bohmer 2012, Table 1)."""

from sim.agents.nurse import follows_pathway
from sim.state.behaviours import behaviour
from sim.state.chance import CARE_MODE, FOLLOWS_PATHWAY, luck
from sim.state.vocabulary import REPETITIVE


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
    patient.effect = pathway_effect(patient, ward.pathway_quality, p)


@behaviour
def pathway_effect(patient, quality, p):
    """How effective care on a pathway of this quality is, 0 to 1: its quality where it fits and is followed."""
    on_pathway = quality if patient.fits_pathway == 1 else p.modes.misfit_effect
    return patient.on_pathway * on_pathway + (1.0 - patient.on_pathway) * p.modes.off_pathway_effect
