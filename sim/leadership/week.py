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
    DIVISION_MANAGER,
    LEADING_WEEK,
    LED_BY_CONSULTANT,
    LED_BY_SENIOR_NURSE,
    LED_BY_SEVERAL,
    LED_BY_WARD_MANAGER,
    MANAGER,
    MODES,
    PAPERWORK,
    SENIOR_NURSE,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_WEEK,
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
    begins_week(role, chance.tick)
    is_due = leads_now(role, above, chance)
    staffing.led_hours_due += 1 if is_due else 0
    if chance.tick < role.vacant_until or not (is_due or role.owed > 0):
        return
    if has_led(role, above, team, beds, ward, funnel, true, observed, staffing, p, chance):
        role.owed -= 0 if is_due else 1
    elif role.at_division == 0:
        role.owed += 1 if is_due else 0


@behaviour
def begins_week(role, tick):
    """What was missed of one week of leading is not made up in the next."""
    if tick % TICKS_PER_WEEK == FIRST_HOUR * TICKS_PER_HOUR:
        role.owed = 0


@behaviour
def has_led(role, above, team, beds, ward, funnel, true, observed, staffing, p, chance):
    """Whether whoever holds the role, or stands in for a colleague, is free to lead now, and does."""
    holder = who_leads_today(role, chance.tick)
    if role.at_division == 1:
        if not is_free(above, p, chance):
            return False
        spends_quarter(above, role, team, beds, ward, funnel, true, observed, staffing, p, chance)
    elif holder == LED_BY_CONSULTANT:
        at = first_who_is_free(team.doctors, CONSULTANT, p, chance)
        if at == NOBODY:
            return False
        spends_quarter(team.doctors[at], role, team, beds, ward, funnel, true, observed, staffing, p, chance)
    elif holder == LED_BY_SENIOR_NURSE:
        at = first_who_is_free(team.nurses, SENIOR_NURSE, p, chance)
        if at == NOBODY:
            return False
        spends_quarter(team.nurses[at], role, team, beds, ward, funnel, true, observed, staffing, p, chance)
    else:
        if not is_free(team.ward_manager[0], p, chance):
            return False
        spends_quarter(team.ward_manager[0], role, team, beds, ward, funnel, true, observed, staffing, p, chance)
    return True


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
def is_free(person, p, chance):
    """Whether somebody is at work, on this ward, and not taken up already."""
    return person.on_shift == 1 and person.engaged == 0 and is_elsewhere(person, p, chance) == 0


@behaviour
def first_who_is_free(people, grade, p, chance):
    """The one of a grade with the lowest key who is free, and leads for the others: a row, or `NOBODY`."""
    found = NOBODY
    for i in range(len(people)):
        if people[i].grade != grade or not is_free(people[i], p, chance):
            continue
        if found == NOBODY or people[i].identity < people[found].identity:
            found = i
    return found


@behaviour
def spends_quarter(lead, role, team, beds, ward, funnel, true, observed, staffing, p, chance):
    """One quarter of an hour of leading: an activity by the style's hours, seen by those who are near."""
    draws = luck(chance, LEADING, role.identity, 0)
    staffing.led_hours += 1
    role.last_led = chance.tick
    looks_at_patient(lead, role, beds, draws, p, chance)
    if chance.tick < role.turning_until:
        lead.engaged += 1
        return
    activity = activity_for(role, draws[WHICH_ACTIVITY], p)
    true[role.mode].led[activity] += 1
    is_seen_at(lead, activity, team.nurses, p, chance)
    is_seen_at(lead, activity, team.doctors, p, chance)
    if activity not in AT_DESK:
        role.knows_ward += p.leadership.gets_to_know * (1.0 - role.knows_ward)
    if not cares_as_usual(lead, activity):
        lead.engaged += 1
    spends_quarter_on(activity, lead, role, team, beds, ward, funnel, true, observed, staffing, p, chance)


@behaviour
def cares_as_usual(lead, activity):
    """Whether a clinician who leads does the own tasks in this quarter of an hour; a manager has none."""
    return activity == DIRECT_CARE and lead.profession != MANAGER


@behaviour
def looks_at_patient(lead, role, beds, draws, p, chance):
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
    reads = p.leadership.untrained_reads_mode if lead.grade == DIVISION_MANAGER else p.leadership.reads_mode
    if draws[READS_MODE] >= reads:
        seen = int((draws[READS_MODE] - reads) / (1.0 - reads) * len(MODES))
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
