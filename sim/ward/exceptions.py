"""Decisions that no rule covers: taken at the bedside, or sent up to a manager's inbox (M10).

Both use one estimator on one latent case. What is best for a patient is the sum of four attributes. The
bedside sees the sum with noise that capability lowers; the desk sees some of the attributes, with little noise.
Each estimates by the posterior mean, with the spread of cases as the prior: of all cases at the desk, of few at the
bedside.
"""

import math

from sim.state.behaviours import behaviour
from sim.state.chance import (
    ARISES,
    BEDSIDE_CUE,
    CASE,
    CASE_1,
    CASE_2,
    CASE_3,
    CASE_4,
    CASES_MISLEAD,
    EXCEPTION,
    STAYING,
    WHERE_DECIDED,
    Chance,
    luck,
)
from sim.state.vocabulary import CLINICAL, DECIDED, IN_INBOX, OF_WARD
from sim.ward.routing import is_taken_on, share_devolved

ATTRIBUTES = 4
POOR_FIT = 0.5

# A uniform number on -1 to 1 has variance 1/3; these scale it, and a sum of four, to variance 1.
UNIT_NOISE = 1.7320508075688772
UNIT_ATTRIBUTE = 0.8660254037844386


@behaviour
def meets_exception(doctor, patient, turn, role, counts, p, chance):
    """A review may find that a decision is needed which no rule covers: hers to take, or for those above.

    Authority that is offered may go unused: then the decision climbs as others do.
    """
    if p.on.exceptions == 0 or patient.exception == IN_INBOX:
        return
    draws = luck(chance, EXCEPTION, patient.identity, 0)
    if draws[ARISES] >= p.control.exceptions[patient.mode]:
        return
    counts.exceptions += 1
    patient.exception_since = chance.tick
    if draws[WHERE_DECIDED] < share_devolved(CLINICAL, role, p, chance):
        counts.offered += 1
        taken_on, is_expected = is_taken_on(doctor, turn, p, chance)
        if taken_on:
            decides_at_bedside(doctor, patient, is_expected, draws[BEDSIDE_CUE], counts, p, chance)
            return
        counts.declined += 1
    goes_up(patient, CLINICAL, counts)


@behaviour
def decides_at_bedside(doctor, patient, is_expected, draw, counts, p, chance):
    """The doctor decides, which takes time and is practice; where results are expected they wait for review."""
    doctor.engaged += int(p.control.bedside_takes)
    noise = p.control.bedside_noise * (2.0 - doctor.capability)
    practises(doctor, p)
    decides(patient, bedside_estimate(doctor, patient, noise, draw, p, chance), p, chance, counts)
    if is_expected:
        doctor.to_review += 1
        doctor.poor_to_review += 1 if patient.decision_fit < POOR_FIT else 0


@behaviour
def goes_up(patient, domain, counts):
    """A decision goes to the inbox of the ward's manager."""
    patient.exception = IN_INBOX
    patient.exception_about = domain
    patient.exception_layer = OF_WARD
    counts.exceptions_sent_up += 1


@behaviour
def practises(doctor, p):
    """Deciding makes the next decision better (M18)."""
    if p.on.coaching == 1 and doctor.cover == 0:
        doctor.capability += p.leadership.practice_adds * (1.0 - doctor.capability)


@behaviour
def decides(patient, estimate, p, chance, counts):
    """A decision is taken: it fits as well as the estimate is near to what is best for this patient."""
    miss = abs(estimate - attributes_of(patient, ATTRIBUTES, p, chance))
    patient.decision_fit = max(0.0, 1.0 - miss / (2.0 * p.control.case_spread))
    patient.exception = DECIDED
    counts_decision(patient, patient.decision_fit, chance, counts)


@behaviour
def counts_decision(patient, fit, chance, counts):
    """Count a decision that was taken, how long it was waited for, and how well it fits, 0 to 1."""
    counts.exceptions_decided += 1
    counts.exception_delay += chance.tick - patient.exception_since
    counts.exception_fit += int(1000.0 * fit)
    counts.exception_fit_squared += int(1000.0 * fit * fit)


@behaviour
def bedside_estimate(doctor, patient, noise, draw, p, chance):
    """What seems best at the bedside, where the whole case is seen with `noise` (a standard deviation).

    What the doctor expects of such cases comes from the few that she has met, so it differs from one to another.
    """
    cue = attributes_of(patient, ATTRIBUTES, p, chance) + noise * UNIT_NOISE * (2.0 * draw - 1.0)
    return posterior_mean(cue, expects(doctor, p, chance), p.control.case_spread, noise)


@behaviour
def expects(doctor, p, chance):
    """What a doctor expects of a case before seeing it: the mean of the few cases of her own, against 0 of all."""
    draw = luck(Chance(chance.seed, 0), STAYING, doctor.identity, 0)[CASES_MISLEAD]
    return p.control.own_cases_mislead * p.control.case_spread * UNIT_NOISE * (2.0 * draw - 1.0)


@behaviour
def attributes_at(layer, p):
    """How many attributes of a case reach the desk of a layer: fewer with each, where layers lose any."""
    seen = int(p.control.attributes_seen)
    return max(0, seen - layer * int(p.control.lost_per_layer)) if p.on.layers == 1 else seen


@behaviour
def desk_estimate(patient, layer, draw, p, chance):
    """What seems best at the desk of a manager of this `layer`, which not all attributes of the case reach."""
    seen = attributes_at(layer, p)
    noise = p.control.desk_noise
    cue = attributes_of(patient, seen, p, chance) + noise * UNIT_NOISE * (2.0 * draw - 1.0)
    return posterior_mean(cue, 0.0, p.control.case_spread * math.sqrt(seen / ATTRIBUTES), noise)


@behaviour
def posterior_mean(cue, mean, spread, noise):
    """The one estimator: a cue with this noise, weighed against a prior of this mean and spread."""
    variance = spread * spread
    if variance <= 0.0:
        return mean
    return mean + (cue - mean) * variance / (variance + noise * noise)


@behaviour
def attributes_of(patient, number, p, chance):
    """The sum of the first `number` attributes of the latent case; of all four it is what is best."""
    draws = luck(Chance(chance.seed, patient.exception_since), CASE, patient.identity, 0)
    case = (draws[CASE_1], draws[CASE_2], draws[CASE_3], draws[CASE_4])
    total = 0.0
    for attribute in range(number):
        total += p.control.case_spread * UNIT_ATTRIBUTE * (2.0 * case[attribute] - 1.0)
    return total
