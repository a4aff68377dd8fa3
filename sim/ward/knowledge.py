"""What a ward learns about groups of conditions, which moves them to the next mode of care (M3)."""

from sim.state.behaviours import behaviour
from sim.state.vocabulary import MODES, REPETITIVE


@behaviour
def draws_lesson(ward, patient, is_learned, p):
    """A wrong choice that was put right, or a trial that was rightly read, is a lesson about such patients."""
    if p.on.knowledge == 1 and is_learned:
        ward.learned[patient.condition * len(MODES) + patient.mode] += 1


@behaviour
def mode_by_now(ward, condition, mode, p):
    """The mode of care that a condition needs now: enough lessons in one mode move it to the next (Bohmer 2012, 4)."""
    if p.on.knowledge == 0:
        return mode
    while mode > REPETITIVE and ward.learned[condition * len(MODES) + mode] >= p.modes.stage_after:
        mode -= 1
    return mode
