"""What a doctor decides: which known option, whether to reconsider, what to make of a trial, who is fit."""

from sim.agents.staff import skill_now
from sim.state.behaviours import behaviour


@behaviour
def chooses_best_option(doctor, p, draw):
    """Whether a doctor's own signal points to the option that suits this patient best.

    A doctor of no skill chooses by chance among the known options, one of full skill is right with
    probability `modes.chooses_best`.
    """
    by_chance = 1.0 / p.modes.options
    return draw < by_chance + (p.modes.chooses_best - by_chance) * skill_now(doctor, p)


@behaviour
def picks_other_option(best, p, draw):
    """One of the options that are not the best, each as likely as any other."""
    others = int(p.modes.options) - 1
    return (best + 1 + int(draw * others)) % (others + 1)


@behaviour
def reconsiders(doctor, p, draw):
    """Whether slow progress is seen as a sign of the wrong choice at this review."""
    return draw < p.modes.reconsiders * skill_now(doctor, p)


@behaviour
def reads_response(doctor, effect, p, draw):
    """How a patient's response to treatment appears to the doctor: the true effect, with noise."""
    return effect + p.modes.reading_noise * (2.0 * draw - 1.0)


@behaviour
def is_fit_to_leave(patient):
    """Whether recovery is complete, as a review finds it."""
    return patient.recovery_left <= 0.0 and patient.recognised == 0
