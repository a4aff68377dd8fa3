"""The lead's week: who holds the role now, whether this quarter-hour is one of leading, and what it goes to.

A week of leading has the same hours under every style. What a lead does is an encounter with particular
people, patients or hazards (`sim.leadership.encounters`); while it lasts she does nothing else.
"""

from sim.agents.staff import is_elsewhere
from sim.leadership.encounters import spends_quarter_on
from sim.state.behaviours import behaviour
from sim.state.chance import LEADING, LEADS_NOW, READS_MODE, SEES_LEAD, SIGHT, WHICH_ACTIVITY, WHICH_PATIENT, luck
from sim.state.vocabulary import (
    ACTIVITIES,
    AT_DESK,
    BED,
    CHASE,
    CONSULTANT,
    DIRECT_CARE,
    LEADING_WEEK,
    LED_BY_CONSULTANT,
    LED_BY_SENIOR_NURSE,
    LED_BY_SEVERAL,
    LED_BY_WARD_MANAGER,
    MODES,
    PAPERWORK,
    SENIOR_NURSE,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WALK,
)
from sim.ward.errors import NOBODY
from sim.ward.flow import is_weekend

FIRST_HOUR = 8
LAST_HOUR = 18
# Of the quarter-hours between those hours on five weekdays, the share that adds up to a week of leading.
SHARE_OF_DAY = LEADING_WEEK / (5 * (LAST_HOUR - FIRST_HOUR))


@behaviour
def leads_ward(role, above, team, beds, ward, funnel, true, observed, staffing, p, chance):
    """A quarter of an hour in the week of a ward's lead, if it is one of leading and somebody is there to lead.

    Args:
        role: the row of the ward's lead: style, pressure, what is known and waits.
        above: the division's manager, who may be the one to lead its wards.
        team: everybody of the ward, of whom one holds the role.
        beds, ward: the ward's patients, and its row.
        funnel, true, observed, staffing: the ward's ledgers.
        p: the settings.
        chance: seed and tick.
    """
    if p.on.leadership == 0 or not is_leading_hour(chance.tick):
        return
    if not leads_now(role, above, chance):
        return
    staffing.led_hours_due += 1
    if chance.tick < role.vacant_until:
        return
    if role.at_division == 1:
        spends_quarter(above, role, team, beds, ward, funnel, true, observed, staffing, p, chance)
        return
    holder = who_leads_today(role, chance.tick)
    if holder == LED_BY_CONSULTANT:
        at = first_on_shift(team.doctors, CONSULTANT)
        if at != NOBODY:
            spends_quarter(team.doctors[at], role, team, beds, ward, funnel, true, observed, staffing, p, chance)
    elif holder == LED_BY_SENIOR_NURSE:
        at = first_on_shift(team.nurses, SENIOR_NURSE)
        if at != NOBODY:
            spends_quarter(team.nurses[at], role, team, beds, ward, funnel, true, observed, staffing, p, chance)
    elif team.ward_manager[0].on_shift == 1:
        spends_quarter(team.ward_manager[0], role, team, beds, ward, funnel, true, observed, staffing, p, chance)


@behaviour
def is_leading_hour(tick):
    """Whether leads lead now: on weekdays, from 8 to 18."""
    hour = (tick % TICKS_PER_DAY) // TICKS_PER_HOUR
    return FIRST_HOUR <= hour < LAST_HOUR and not is_weekend(tick)


@behaviour
def leads_now(role, above, chance):
    """Whether this quarter-hour is one of leading this ward: its lead's, or the ward's turn of the division's."""
    if role.at_division == 0:
        return luck(chance, LEADING, role.identity, 0)[LEADS_NOW] < SHARE_OF_DAY
    share = SHARE_OF_DAY * role.presence
    draw = luck(chance, LEADING, above.identity, 0)[LEADS_NOW]
    return role.turn * share <= draw < (role.turn + 1) * share


@behaviour
def who_leads_today(role, tick):
    """Who holds the role: always the same, or consultant, senior nurse and manager by turns."""
    if role.held_by != LED_BY_SEVERAL:
        return role.held_by
    return (LED_BY_CONSULTANT, LED_BY_SENIOR_NURSE, LED_BY_WARD_MANAGER)[(tick // TICKS_PER_DAY) % 3]


@behaviour
def first_on_shift(people, grade):
    """The one of a grade at work with the lowest key, who leads for the others: a row, or `NOBODY`."""
    found = NOBODY
    for i in range(len(people)):
        if people[i].on_shift == 0 or people[i].grade != grade:
            continue
        if found == NOBODY or people[i].identity < people[found].identity:
            found = i
    return found


@behaviour
def spends_quarter(lead, role, team, beds, ward, funnel, true, observed, staffing, p, chance):
    """One quarter of an hour of leading: an activity by the style's hours, seen by those who are near."""
    if lead.engaged > 0 or is_elsewhere(lead, p, chance) == 1:
        return
    draws = luck(chance, LEADING, role.identity, 0)
    staffing.led_hours += 1
    looks_at_patient(role, beds, draws, p, chance)
    if chance.tick < role.turning_until:
        lead.engaged += 1
        return
    activity = activity_for(role, draws[WHICH_ACTIVITY], p)
    true[role.mode].led[activity] += 1
    is_seen_at(lead, activity, team.nurses, p, chance)
    is_seen_at(lead, activity, team.doctors, p, chance)
    if activity not in AT_DESK:
        role.knows_ward += p.leadership.gets_to_know * (1.0 - role.knows_ward)
    if activity != DIRECT_CARE:
        lead.engaged += 1
    spends_quarter_on(activity, lead, role, team, beds, ward, funnel, true, observed, staffing, p, chance)


@behaviour
def looks_at_patient(role, beds, draws, p, chance):
    """Every so often, or when one was spoken of, a lead looks at a patient; and sees, or misjudges, the mode of care.

    Only in a contingent style does the week follow the mode; turning from one to another costs time.
    """
    if chance.tick < role.looks_at:
        return
    bed = int(draws[WHICH_PATIENT] * len(beds))
    if beds[bed].place != BED:
        return
    role.looks_at = chance.tick + int(p.leadership.looks_again)
    role.looked_at = bed + 1
    seen = beds[bed].mode
    if draws[READS_MODE] >= p.leadership.reads_mode:
        left = (draws[READS_MODE] - p.leadership.reads_mode) / (1.0 - p.leadership.reads_mode)
        seen = int(left * len(MODES))
    if seen != role.mode and role.contingent == 1:
        role.turning_until = chance.tick + int(p.leadership.switch_takes)
    role.mode = seen


@behaviour
def activity_for(role, draw, p):
    """What the quarter-hour goes to: the target, as far as pressure takes it; or what the style has hours for.

    A contingent style has hours for each mode of care.
    """
    taken = p.leadership.pressure_takes * role.pressure * role.presses if p.on.pressure == 1 else 0.0
    if draw < taken:
        return CHASE
    first = role.mode * len(ACTIVITIES)
    left = (draw - taken) / (1.0 - taken) * LEADING_WEEK if taken < 1.0 else 0.0
    for activity in range(len(ACTIVITIES)):
        hours = role.hours[first + activity]
        if left < hours:
            return activity
        left -= hours
    return PAPERWORK


@behaviour
def is_seen_at(lead, activity, colleagues, p, chance):
    """Colleagues see what the lead spends time on, which they take in before their next task, and that she is near."""
    likely = likely_to_be_seen(activity, p)
    for i in range(len(colleagues)):
        colleague = colleagues[i]
        if colleague.on_shift == 0 or colleague.away == 1 or colleague.identity == lead.identity:
            continue
        if luck(chance, SIGHT, colleague.identity, 0)[SEES_LEAD] >= likely:
            continue
        colleague.lead_near += 0 if activity in AT_DESK else 1
        if p.on.symbolic_attention == 1:
            colleague.lead_seen[activity] += 1
            colleague.sightings += 1


@behaviour
def likely_to_be_seen(activity, p):
    """Chance that a colleague on the ward sees the lead: small at a desk, large on a walk."""
    if activity in AT_DESK:
        return p.leadership.seen_at_desk
    return p.leadership.seen_walking if activity == WALK else p.leadership.in_sight
