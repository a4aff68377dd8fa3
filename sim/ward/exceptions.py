"""Decisions that no rule covers: taken at the bedside, or waiting in a manager's inbox (M10).

Both use one estimator on one latent case. What is best for a patient is the sum of four attributes. The
bedside sees the sum with noise that skill lowers; the desk sees some of the attributes, with little noise.
Each estimates by the posterior mean, with the spread of cases as the prior.
"""

import math

from sim.agents.manager import attends_to_inbox
from sim.agents.staff import is_elsewhere, is_taken_up
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ARISES,
    BEDSIDE_CUE,
    CASE,
    CASE_1,
    CASE_2,
    CASE_3,
    CASE_4,
    DESK,
    EXCEPTION,
    HAS_ATTENTION,
    MANAGER_CUE,
    WHERE_DECIDED,
    Chance,
    luck,
)
from sim.state.vocabulary import BED, CLINICAL, DECIDED, IN_INBOX

ATTRIBUTES = 4
EMPTY = -1

# A uniform number on -1 to 1 has variance 1/3; these scale it, and a sum of four, to variance 1.
UNIT_NOISE = 1.7320508075688772
UNIT_ATTRIBUTE = 0.8660254037844386


@behaviour
def meets_exception(doctor, patient, p, chance, counts):
    """A review may find that a decision is needed which no rule covers."""
    if p.on.exceptions == 0 or patient.exception == IN_INBOX:
        return
    draws = luck(chance, EXCEPTION, patient.identity, 0)
    if draws[ARISES] >= p.control.exceptions[patient.mode]:
        return
    counts.exceptions += 1
    patient.exception_since = chance.tick
    if draws[WHERE_DECIDED] < p.dials.devolution[CLINICAL]:
        doctor.engaged += int(p.control.bedside_takes)
        noise = p.control.bedside_noise * (2.0 - doctor.capability)
        practises(doctor, p)
        decides(patient, bedside_estimate(patient, noise, draws[BEDSIDE_CUE], p, chance), p, chance, counts)
    else:
        patient.exception = IN_INBOX
        counts.exceptions_sent_up += 1


@behaviour
def practises(doctor, p):
    """Deciding makes the next decision better (M18)."""
    if p.on.coaching == 1:
        doctor.capability += p.leadership.practice_adds * (1.0 - doctor.capability)


@behaviour
def clears_inbox(manager, beds, true, p, chance):
    """A manager at work may take the decision that has waited longest in the inbox.

    Whoever is spoken to, or mends what was raised, has no time for the inbox in that quarter of an hour.
    """
    if manager.on_shift == 0:
        return
    manager.away = is_elsewhere(manager, p, chance)
    manager.engaged += manager.interrupting
    manager.interrupting = 0
    if manager.away == 1 or is_taken_up(manager):
        return
    oldest = longest_waiting(beds)
    if oldest == EMPTY:
        return
    if not attends_to_inbox(manager, p, luck(chance, DESK, manager.identity, 0)[HAS_ATTENTION]):
        return
    patient = beds[oldest]
    draws = luck(Chance(chance.seed, patient.exception_since), EXCEPTION, patient.identity, 0)
    decides(patient, desk_estimate(patient, draws[MANAGER_CUE], p, chance), p, chance, true[patient.mode])


@behaviour
def longest_waiting(beds):
    """The bed whose decision has waited longest, or `EMPTY`."""
    oldest = EMPTY
    for bed in range(len(beds)):
        if beds[bed].place != BED or beds[bed].exception != IN_INBOX:
            continue
        if oldest == EMPTY or beds[bed].exception_since < beds[oldest].exception_since:
            oldest = bed
    return oldest


@behaviour
def decides(patient, estimate, p, chance, counts):
    """A decision is taken: it fits as well as the estimate is near to what is best for this patient."""
    miss = abs(estimate - attributes_of(patient, ATTRIBUTES, p, chance))
    patient.decision_fit = max(0.0, 1.0 - miss / (2.0 * p.control.case_spread))
    patient.exception = DECIDED
    counts.exceptions_decided += 1
    counts.exception_delay += chance.tick - patient.exception_since
    counts.exception_fit += int(1000.0 * patient.decision_fit)


@behaviour
def bedside_estimate(patient, noise, draw, p, chance):
    """What seems best at the bedside, where the whole case is seen with `noise` (a standard deviation)."""
    cue = attributes_of(patient, ATTRIBUTES, p, chance) + noise * UNIT_NOISE * (2.0 * draw - 1.0)
    return posterior_mean(cue, p.control.case_spread, noise)


@behaviour
def desk_estimate(patient, draw, p, chance):
    """What seems best at the manager's desk, which `control.attributes_seen` attributes reach."""
    seen = int(p.control.attributes_seen)
    noise = p.control.desk_noise
    cue = attributes_of(patient, seen, p, chance) + noise * UNIT_NOISE * (2.0 * draw - 1.0)
    return posterior_mean(cue, p.control.case_spread * math.sqrt(seen / ATTRIBUTES), noise)


@behaviour
def posterior_mean(cue, spread, noise):
    """The one estimator: a cue with this noise, weighed against a prior of mean 0 and this spread."""
    variance = spread * spread
    if variance <= 0.0:
        return 0.0
    return cue * variance / (variance + noise * noise)


@behaviour
def attributes_of(patient, number, p, chance):
    """The sum of the first `number` attributes of the latent case; of all four it is what is best."""
    draws = luck(Chance(chance.seed, patient.exception_since), CASE, patient.identity, 0)
    case = (draws[CASE_1], draws[CASE_2], draws[CASE_3], draws[CASE_4])
    total = 0.0
    for attribute in range(number):
        total += p.control.case_spread * UNIT_ATTRIBUTE * (2.0 * case[attribute] - 1.0)
    return total
