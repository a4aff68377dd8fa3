"""What a manager decides: who is given a free bed, and whether an absent colleague is covered."""

from sim.state.behaviours import behaviour
from sim.state.vocabulary import EMERGENCY, OUTCOME, STABLE, STANDARD, THROUGHPUT, TICKS_PER_HOUR, TIMELINESS


@behaviour
def weighs_admission(manager, patient, at_home, deadline, p, chance):
    """How much a waiting patient weighs for a free bed: urgency, nearness to the deadline, the right ward.

    Under pressure who still can be in time weighs more, and who is late already does not (Holmström and Milgrom 1991).

    Args:
        at_home: 1 if the bed is on the ward that the condition belongs to, else 0.
        deadline: by which a bed is pressed for, ticks.
    """
    waited = chance.tick - patient.arrived
    wait = waited / (p.flow.deadline * TICKS_PER_HOUR)
    if p.on.goal_weights == 0:
        return wait
    urgency = patient.urgency / EMERGENCY + (1.0 if patient.state > STABLE else 0.0)
    return (
        manager.weights[OUTCOME] * urgency
        + manager.weights[TIMELINESS] * min(wait, 1.0)
        + manager.pressure * (waited / deadline if waited <= deadline else 0.0)
        + manager.weights[STANDARD] * at_home
        + 0.01 * wait
    )


@behaviour
def boards_elsewhere(manager, patient, home_has_bed, p, chance):
    """Whether a patient may be given a bed on another ward of the division."""
    if p.on.boarding == 0 or home_has_bed:
        return False
    return chance.tick - patient.arrived >= p.flow.boards_after * TICKS_PER_HOUR


@behaviour
def books_cover(manager, missing_share, p):
    """Whether a manager asks an agency to fill a gap: what the gap costs in care against what cover costs."""
    care = (manager.weights[OUTCOME] + manager.weights[STANDARD]) * missing_share
    return care > manager.weights[THROUGHPUT] * p.staffing.cover_price


@behaviour
def attends_to_inbox(manager, p, draw):
    """Whether a manager at work has attention for one decision in the inbox now."""
    return draw < p.control.attention


@behaviour
def passes_up(manager, p, draw):
    """Whether a manager passes a decision on to the layer above instead of taking it."""
    return draw < p.control.passes_up
