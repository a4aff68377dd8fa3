"""What staff make of the ward itself: hazards and ideas that they bring to its manager (M6).

What is raised and taken up is mended within the hour. A manager who mends has less time for the inbox.
"""

from sim.state.behaviours import behaviour
from sim.state.chance import (
    HAS_IDEA,
    IDEA_WORKS,
    OF_HAZARD,
    OF_IDEA,
    PATCHES,
    SEES_HAZARD,
    WORKPLACE,
    luck,
)
from sim.state.rows import MOST_HAZARDS
from sim.state.vocabulary import HOURS_PER_DAY, NO_HAZARD, NURSE, PROCESS, TICKS_PER_DAY
from sim.ward.hazards import removes_hazard
from sim.ward.routing import is_devolved
from sim.ward.voice import ACTED_ON, SILENT, raises_concern


@behaviour
def meets_hazard(person, place, index, team, ward, counts, p, chance):
    """One whose work a hazard spoilt may see it for what it is, and tell the ward's manager, or else patch it."""
    if person.profession == NURSE:
        counts.failures_met += 1
    draws = luck(chance, WORKPLACE, person.identity, index)
    if draws[SEES_HAZARD] >= p.voice.sees_hazard * 2.0 * ward.hazard_visible[place]:
        return
    if is_hazard_taken_up(person, place, index, team, ward, counts, p, chance):
        return
    if person.cover == 0:
        person.unsaid = place + 1
    if p.on.patches == 1 and draws[PATCHES] < p.voice.patches:
        ward.hazard_patches[place] += 1
        person.interrupting += 1


@behaviour
def is_hazard_taken_up(person, place, index, team, ward, counts, p, chance):
    """Whether a hazard is brought to the ward's manager, who takes it up."""
    if p.on.raised_hazards == 0 or team.ward_manager[0].on_shift == 0:
        return False
    said = tells_manager(person, p.voice.stake_in_hazard, OF_HAZARD + index, team, counts, p, chance)
    if said != SILENT:
        counts.hazards_raised += 1
        counts.failures_told += 1 if person.profession == NURSE else 0
    if said != ACTED_ON:
        return False
    is_beyond_means = p.on.tools_of_authority == 1 and ward.hazard_size[place] > p.leadership.budget_of_manager
    if is_beyond_means or waits_for_division(person, OF_HAZARD + index, team.role[0], p, chance):
        ward.hazard_sent_up[place] += 1
        counts.changes_sent_up += 1
    else:
        ward.hazard_taken_up[place] += 1
    return True


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
    carries_idea(person, OF_IDEA + index, draws[IDEA_WORKS], team.role[0], ward, counts, p, chance)


@behaviour
def carries_idea(person, index, draw, role, ward, counts, p, chance):
    """An idea that is taken up makes the right step easier, if it works; or it waits for the division."""
    counts.ideas_taken_up += 1
    if waits_for_division(person, index, role, p, chance):
        ward.ideas_sent_up += 1
        counts.changes_sent_up += 1
    else:
        person.idea_carried = 1
        ward.ideas_that_work += 1 if draw < p.voice.idea_works else 0


@behaviour
def waits_for_division(person, index, role, p, chance):
    """Whether a change that the ward's manager takes up is not the ward's to make, and waits for those above."""
    return p.on.devolved_change == 1 and not is_devolved(PROCESS, person, index, role, p, chance)


@behaviour
def tells_manager(person, stake, index, team, counts, p, chance):
    """What is brought to the ward's manager: silent, said in vain, or acted on, which takes the manager's time."""
    manager = team.ward_manager[0]
    said = raises_concern(person, manager, stake, person.identity, index, team, counts, p, chance)
    if said == ACTED_ON:
        manager.engaged += int(p.voice.mending_takes)
    return said


@behaviour
def improves(ward, staffing, p, chance):
    """One hour of what was taken up: hazards are mended or patched, the system of work gets better, and erodes."""
    for place in range(MOST_HAZARDS):
        mends_or_patches(ward, place, staffing, p, chance)
    if p.on.ideas == 0:
        return
    for _ in range(ward.ideas_that_work):
        ward.pathway_design += p.modes.idea_improves * (1.0 - ward.pathway_design)
    ward.ideas_that_work = 0
    ward.pathway_design -= p.modes.design_erodes / HOURS_PER_DAY * ward.pathway_design


@behaviour
def mends_or_patches(ward, place, staffing, p, chance):
    """What becomes of one hazard that was raised or patched in the last hour."""
    if ward.hazard_taken_up[place] > 0 and ward.hazard_kind[place] != NO_HAZARD:
        staffing.hazards_mended += 1
        staffing.size_mended += int(1000.0 * ward.hazard_size[place])
        removes_hazard(ward, place, staffing)
    elif ward.hazard_patches[place] > 0:
        staffing.hazards_patched += ward.hazard_patches[place]
        ward.hazard_patched_until[place] = chance.tick + int(p.voice.patch_lasts * TICKS_PER_DAY)
    ward.hazard_taken_up[place] = 0
    ward.hazard_patches[place] = 0
