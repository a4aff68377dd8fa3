"""What a ward learns about groups of conditions, which moves them to the next mode of care (M3)."""

from sim.state.behaviours import behaviour
from sim.state.vocabulary import REPETITIVE


@behaviour
def draws_lesson(ward, patient, is_learned, p):
    """A wrong choice that was put right, or a trial that was rightly read, is a lesson about these conditions."""
    if p.on.knowledge == 1 and is_learned:
        ward.learned[patient.condition] += 1


@behaviour
def mode_by_now(ward, condition, mode, p):
    """The mode of care of a condition now: each stage of knowledge moves it one mode on (Bohmer 2012, section 4)."""
    if p.on.knowledge == 0:
        return mode
    return max(REPETITIVE, mode - int(ward.learned[condition] / p.modes.stage_after))
