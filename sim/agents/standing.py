"""What a new lead finds: trust by profession and standing; and how inviting people are, by nature or by style (M13)."""

from sim.state.behaviours import behaviour
from sim.state.chance import STARTING, STARTS_INVITING, around, luck, post_of
from sim.state.vocabulary import (
    DIVISION_MANAGER,
    GRADES_THAT_LEAD,
    LED_BY_CONSULTANT,
    LED_BY_SENIOR_NURSE,
    LED_BY_SEVERAL,
    MANAGER,
    NURSE,
)


@behaviour
def settles_under_lead(person, role, p, still):
    """What depends on who leads: trust in somebody whom one does not know yet, and how inviting the person is."""
    person.trust = trust_of_stranger(person.profession, role, p)
    person.inviting = how_inviting(person, role, p, still)


@behaviour
def how_inviting(person, role, p, still):
    """How inviting a person is: whoever holds the role by the manner of its style, others by their own nature.

    Args:
        still: seed of the run, and tick 0, in which everybody's nature is drawn.
    """
    if p.on.leadership == 1 and p.on.manner == 1 and holds_role(person, role):
        return (role.inquiry + role.warmth) / 2.0
    return around(p.voice.inviting, p.voice.inviting_spread, luck(still, STARTING, person.identity, 0)[STARTS_INVITING])


@behaviour
def trust_of_stranger(profession, role, p):
    """Trust in a lead before anything was seen of her: more in one's own profession, or in a doctor (M13)."""
    trust = p.leadership.trust_at_start
    if p.on.standing == 1 and stands_high_with(profession, role):
        trust += p.leadership.trusts_own
    return min(1.0, trust)


@behaviour
def stands_high_with(profession, role):
    """Whether whoever holds the role is of one's own profession, or a doctor."""
    if role.at_division == 1:
        return profession == MANAGER
    if role.held_by in (LED_BY_CONSULTANT, LED_BY_SEVERAL):
        return True
    if role.held_by == LED_BY_SENIOR_NURSE:
        return profession == NURSE
    return profession == MANAGER


@behaviour
def holds_role(person, role):
    """Whether somebody is the ward's lead, alone or with others; whoever stands in for a lead is not."""
    if role.at_division == 1:
        return person.grade == DIVISION_MANAGER
    for lead in range(len(GRADES_THAT_LEAD)):
        if role.held_by in (lead, LED_BY_SEVERAL) and role.seats[lead] == post_of(person.identity):
            return True
    return False
