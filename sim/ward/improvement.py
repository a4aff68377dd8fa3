"""What staff make of the ward itself: hazards and ideas that they bring to its manager (M6).

What is raised and taken up is mended within the hour. A manager who mends has less time for the inbox.
"""

from sim.state.behaviours import behaviour
from sim.state.chance import (
    HAS_IDEA,
    IDEA_WORKS,
    OF_HAZARD,
    OF_IDEA,
    SEES_HAZARD,
    WORKPLACE,
    luck,
)
from sim.state.vocabulary import FED_BY_HAZARDS
from sim.ward.voice import ACTED_ON, SILENT, raises_concern

HOURS_PER_DAY = 24.0


@behaviour
def may_raise_hazard(person, error, index, team, ward, counts, p, chance):
    """One whose work a hazard spoilt may see it for what it is, and tell the ward's manager."""
    if p.on.raised_hazards == 0 or team.ward_manager[0].on_shift == 0:
        return
    if luck(chance, WORKPLACE, person.identity, index)[SEES_HAZARD] >= p.voice.sees_hazard:
        return
    said = tells_manager(person, p.voice.stake_in_hazard, OF_HAZARD + index, team, counts, p, chance)
    counts.hazards_raised += 1 if said != SILENT else 0
    ward.hazards_taken_up[error] += 1 if said == ACTED_ON else 0


@behaviour
def may_raise_idea(person, index, team, ward, counts, p, chance):
    """Somebody at work may have an idea how the right step would be the easy one, and tell the ward's manager."""
    if p.on.ideas == 0 or team.ward_manager[0].on_shift == 0:
        return
    draws = luck(chance, WORKPLACE, person.identity, index)
    if draws[HAS_IDEA] >= p.voice.has_idea:
        return
    said = tells_manager(person, p.voice.stake_in_idea, OF_IDEA + index, team, counts, p, chance)
    counts.ideas_raised += 1 if said != SILENT else 0
    if said != ACTED_ON:
        return
    counts.ideas_taken_up += 1
    ward.ideas_that_work += 1 if draws[IDEA_WORKS] < p.voice.idea_works else 0


@behaviour
def tells_manager(person, stake, index, team, counts, p, chance):
    """What is brought to the ward's manager: silent, said in vain, or acted on, which takes the manager's time."""
    manager = team.ward_manager[0]
    said = raises_concern(person, manager, stake, person.identity, index, team, counts, p, chance)
    if said == ACTED_ON:
        manager.engaged += int(p.voice.mending_takes)
    return said


@behaviour
def improves(ward, staffing, p):
    """One hour of what was taken up: hazards are mended, the system of work gets better, and erodes."""
    for kind in FED_BY_HAZARDS:
        mended = min(ward.hazards[kind], ward.hazards_taken_up[kind])
        ward.hazards[kind] -= mended
        staffing.hazards_mended += mended
        ward.hazards_taken_up[kind] = 0
    if p.on.ideas == 0:
        return
    for _ in range(ward.ideas_that_work):
        ward.pathway_design += p.modes.idea_improves * (1.0 - ward.pathway_design)
    ward.ideas_that_work = 0
    ward.pathway_design -= p.modes.design_erodes / HOURS_PER_DAY * ward.pathway_design
