"""Latent physiology: a patient's state changes by the hour, driven by illness, treatment and harm.

Outcomes: no policy, style or belief is known here. Death depends on the latent state alone.
"""

from sim.state.behaviours import behaviour
from sim.state.chance import BODY, DIES, MISFORTUNE, MISFORTUNE_SIZE, WORSENS, luck
from sim.state.vocabulary import CRITICAL, DEAD, DETERIORATING, IN_INBOX, NO_EXCEPTION, STABLE, TICKS_PER_HOUR
from sim.ward.harm import exponential, suffers_misfortune


@behaviour
def recovers(patient, p, counts):
    """One hour of care: a stable patient recovers by as much as care is effective.

    Also counts the hour as bed time, and as delay where the patient was found fit to leave.
    """
    counts.bed_time += TICKS_PER_HOUR
    if patient.fit_since >= 0:
        counts.delayed_time += TICKS_PER_HOUR
    if patient.state == STABLE:
        patient.recovery_left -= effect_now(patient, p)


@behaviour
def effect_now(patient, p):
    """How effective care is now, 0 to 1: less while a decision is waited for, or under one that does not fit."""
    if p.on.exceptions == 0 or patient.exception == NO_EXCEPTION:
        return patient.effect
    if patient.exception == IN_INBOX:
        return patient.effect * (1.0 - p.modes.waiting_costs)
    return patient.effect * (1.0 - p.modes.misfit_costs * (1.0 - patient.decision_fit))


@behaviour
def changes_state(patient, p, chance, counts):
    """One hour of latent physiology: misfortune, deterioration, settling, death.

    Returns whether the patient turned critical in this hour.
    """
    draws = luck(chance, BODY, patient.identity, 0)
    if p.on.misfortune == 1 and draws[MISFORTUNE] < p.physiology.misfortune * (1.0 + patient.frailty):
        suffers_misfortune(patient, exponential(p.physiology.harm_hours, draws[MISFORTUNE_SIZE]), counts)
    if p.on.deterioration == 0:
        return False
    if draws[DIES] < p.physiology.dies[patient.state]:
        patient.state = DEAD
        return False
    if patient.state == STABLE:
        if draws[WORSENS] < chance_to_worsen(patient, p):
            begins_to_deteriorate(patient, chance, counts)
        return False
    if patient.state == DETERIORATING:
        if draws[WORSENS] < p.physiology.turns_critical:
            patient.state = CRITICAL
            return True
        if draws[WORSENS] < p.physiology.turns_critical + p.physiology.settles:
            becomes_stable(patient)
    return False


@behaviour
def chance_to_worsen(patient, p):
    """Chance per hour that a stable patient begins to deteriorate."""
    illness = max(0.0, patient.recovery_left) / patient.recovery_needed
    return (
        p.physiology.worsens
        * (0.25 + min(1.0, illness))
        * (1.0 + p.physiology.frail_worsens * patient.frailty)
        * (1.0 + p.physiology.poor_care_worsens * (1.0 - effect_now(patient, p)))
        * (1.0 + p.physiology.harm_worsens * patient.harm)
    )


@behaviour
def begins_to_deteriorate(patient, chance, counts):
    """An episode of deterioration begins, unseen."""
    patient.state = DETERIORATING
    patient.worse_since = chance.tick
    patient.recognised = 0
    patient.escalated = 0
    patient.missed_rescue = 0
    counts.deteriorations += 1


@behaviour
def becomes_stable(patient):
    """The episode is over."""
    patient.state = STABLE
    patient.recognised = 0
    patient.escalated = 0


@behaviour
def responds_to_treatment(patient, p, draw):
    """Whether one response turns the patient round; depends on the latent state and on a plan that was made."""
    works = p.physiology.response_works[patient.state]
    if patient.plan_made == 1:
        works *= p.modes.plan_helps
    if draw >= works:
        return False
    becomes_stable(patient)
    return True
