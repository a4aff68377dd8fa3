"""What errors and misfortune do to a body. Outcomes: no policy, style or belief is known here."""

import math

from sim.state.behaviours import behaviour
from sim.state.chance import CONSEQUENCE, HARMS, HOW_BAD, OMISSION, OMISSION_HARMS, OMISSION_SIZE, luck


@behaviour
def exponential(mean, draw):
    """An exponential number with this mean from one uniform `draw`."""
    return -mean * math.log(1.0 - draw)


@behaviour
def error_harms(patient, error, index, p, chance, counts):
    """Whether an error that reached the patient harms; if it does, recovery takes longer.

    The chance depends on the kind of error alone.
    """
    if p.on.harm == 0:
        return False
    draws = luck(chance, CONSEQUENCE, patient.identity, index)
    if draws[HARMS] >= p.errors.harm_level * p.errors.harms[error]:
        return False
    suffers_preventable(patient, exponential(p.physiology.harm_hours, draws[HOW_BAD]), counts)
    return True


@behaviour
def suffers_preventable(patient, hours, counts):
    """An adverse event that care could have prevented adds `hours` to recovery."""
    suffers(patient, hours)
    patient.preventable_events += 1
    counts.preventable_events += 1


@behaviour
def suffers_misfortune(patient, hours, counts):
    """An adverse event that nobody could prevent adds `hours` to recovery."""
    suffers(patient, hours)
    patient.other_events += 1
    counts.other_events += 1


@behaviour
def suffers(patient, hours):
    """Harm slows recovery: it adds hours of care that are still needed, and a discharge is off."""
    patient.harm += hours
    patient.recovery_left = max(0.0, patient.recovery_left) + hours
    patient.fit_since = -1
    patient.letter_done = 0


@behaviour
def omission_harms(patient, kind, p, chance, counts):
    """Whether care left undone harms by itself; the chance depends on the kind of task alone."""
    if p.on.harm == 0:
        return False
    draws = luck(chance, OMISSION, patient.identity, kind)
    if draws[OMISSION_HARMS] >= p.errors.harm_level * p.errors.omission_harms[kind]:
        return False
    suffers_preventable(patient, exponential(p.physiology.harm_hours, draws[OMISSION_SIZE]), counts)
    counts.harmful_omissions += 1
    return True
