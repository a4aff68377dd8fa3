"""What a nurse decides at the bedside: whether she sees, follows the pathway, looks at an order."""

from sim.state.behaviours import behaviour


@behaviour
def sees_deterioration(nurse, patient, p, draw):
    """Whether one observation shows her that the patient is getting worse; a misread one shows nothing."""
    if patient.misread == 1:
        return False
    return draw < p.errors.sees_deterioration[patient.state]


@behaviour
def follows_pathway(nurse, patient, ward, p, draw):
    """Whether a step is done as the pathway says.

    The system of work makes the right step the easy one; hurry, habit and an unfamiliar ward lead away
    from it (Bohmer 2012, Table 1 and page on repetitive care; Wennberg 2002 on unwarranted variation).
    """
    chance_to_follow = p.modes.design_floor + (1.0 - p.modes.design_floor) * ward.pathway_design
    if nurse.hurried == 1:
        chance_to_follow *= 1.0 - p.modes.hurry_departs
    if p.on.habit == 1:
        chance_to_follow *= 1.0 - p.modes.habit_departs * nurse.habit
    if patient.boarded == 1:
        chance_to_follow *= p.modes.boarders_step
    return draw < chance_to_follow


@behaviour
def sees_misfit(nurse, patient, p, draw):
    """Whether it seems to her at this step that the pathway is wrong for this patient; rightly or not."""
    if nurse.hurried == 1:
        return False
    return draw < (p.modes.sees_fit_as_misfit if patient.fits_pathway == 1 else p.modes.sees_misfit)


@behaviour
def questions_order(nurse, p, draw):
    """Whether she sees that an order is wrong before she gives the dose; a hurried nurse does not look."""
    if p.on.order_check == 0 or nurse.hurried == 1:
        return False
    return draw < p.errors.nurse_catches
