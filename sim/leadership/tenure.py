"""Leaders come and go: what the next one knows, and how far she is trusted, depends on where she comes from (M20)."""

from sim.agents.standing import trust_of_stranger
from sim.state.behaviours import behaviour
from sim.state.chance import COMES_FROM_INSIDE, FORGETTING, IS_REMEMBERED, LEAD_LEAVES, SUCCESSION, luck
from sim.state.rows import MOST_HAZARDS
from sim.state.vocabulary import DAYS_PER_YEAR, ERRORS, TICKS_PER_DAY


@behaviour
def may_hand_over(role, above, team, ward, staffing, p, chance):
    """At midnight: a lead may give up the role; nobody holds it for a while, then another does, in the same style.

    The division's manager gives up all the wards that she leads at once.

    Source: the tenure of leaders in the NHS is short (Bohmer 2012, section 5).
    """
    if p.on.succession == 0 or p.on.leadership == 0 or chance.tick < role.vacant_until:
        return
    draws = luck(chance, SUCCESSION, above.identity if role.at_division == 1 else role.identity, 0)
    if draws[LEAD_LEAVES] >= 1.0 / (p.leadership.tenure * DAYS_PER_YEAR):
        return
    staffing.successions += 1
    is_insider = draws[COMES_FROM_INSIDE] < p.leadership.from_inside
    hands_over(role, team, ward, p.leadership.insider_keeps if is_insider else 0.0, p, chance)
    role.vacant_until = chance.tick + int(p.leadership.post_empty * TICKS_PER_DAY)


@behaviour
def hands_over(role, team, ward, keeps, p, chance):
    """The role goes to somebody who keeps this share of the last lead's trust, local knowledge and known hazards."""
    role.knows_ward = p.leadership.stranger_knows + keeps * (role.knows_ward - p.leadership.stranger_knows)
    begins_to_trust(team.nurses, role, keeps, p)
    begins_to_trust(team.doctors, role, keeps, p)
    begins_to_trust(team.ward_manager, role, keeps, p)
    for place in range(MOST_HAZARDS):
        if luck(chance, FORGETTING, role.identity, place)[IS_REMEMBERED] >= keeps:
            ward.hazard_known[place] = 0
    for kind in range(len(ERRORS)):
        role.reports[kind] = int(role.reports[kind] * keeps)


@behaviour
def begins_to_trust(people, role, keeps, p):
    """People trust whoever comes as they would a stranger, but for what is kept of trust in the last lead."""
    for i in range(len(people)):
        stranger = trust_of_stranger(people[i].profession, role, p)
        people[i].trust = stranger + keeps * (people[i].trust - stranger)
