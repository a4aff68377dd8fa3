"""People over time: who starts in a post, what the shifts do to her, whether she leaves it (M21)."""

import math

from sim.agents.staff import leaves_post
from sim.agents.standing import settles_under_lead
from sim.agents.voice import forgets_answers
from sim.state.behaviours import behaviour
from sim.state.chance import (
    BORN,
    HOW_SKILLED,
    LEANING,
    LEAVES_POST,
    OWN_WAYS,
    PULL,
    PULLS_HOW_MUCH,
    PULLS_TOWARDS,
    STARTING,
    STARTS_CONFIDENT,
    STARTS_HEARD,
    STARTS_SAFE,
    STAYING,
    Chance,
    around,
    luck,
)
from sim.state.vocabulary import ACTIVITIES, GOALS, NURSE, OUTCOME, TICKS_PER_DAY


@behaviour
def starts_in_post(person, group, ward, p, seed):
    """Everything about a person who is new in a post, from the own luck; what depends on the lead follows.

    Args:
        person: the row of the post, whose identity, profession and grade are settled.
        group: the row of the rota, with what people of this kind want.
        ward: the ward row.
        seed: of the run.
    """
    still = Chance(seed, 0)
    draws = luck(still, BORN, person.identity, 0)
    person.status = p.staffing.status[person.grade]
    person.skill = around(p.staffing.skill[person.grade], p.staffing.skill_spread, draws[HOW_SKILLED])
    person.habit = draws[OWN_WAYS]
    starts_voice(person, p, still)
    takes_up_goals(person, group, ward, draws[LEANING], p, still)
    person.capability = p.leadership.capability
    person.engagement = p.leadership.engagement
    person.exhaustion = 0.0
    person.tiredness = 0.0
    person.fatigue = 0.0
    person.wary = 0.0
    person.process_seems = p.leadership.standard
    person.pressure = 0.0
    person.rigour = 0
    person.reported = 0
    person.own_errors = 0
    person.idea_carried = 0
    person.unsaid = 0
    person.to_review = 0
    person.poor_to_review = 0
    forgets_all(person)
    person.shifts_here = 0
    person.familiarity = familiarity_now(person, p)


@behaviour
def forgets_all(person):
    """Nothing that the last holder of the post had begun, heard or seen is left to take in."""
    person.engaged = 0
    person.interrupting = 0
    person.helped = 0
    person.pressed = 0
    for activity in range(len(ACTIVITIES)):
        person.lead_seen[activity] = 0
    person.sightings = 0
    person.lead_near = 0
    person.promises_heard = 0
    person.promises_seen = 0
    forgets_answers(person)


@behaviour
def starts_voice(person, p, still):
    """What a newcomer believes about voice."""
    draws = luck(still, STARTING, person.identity, 0)
    person.voice_is_safe = around(p.dials.psychological_safety, p.voice.belief_spread, draws[STARTS_SAFE])
    person.voice_is_acted_on = around(p.voice.acted_on_at_start, p.voice.belief_spread, draws[STARTS_HEARD])


@behaviour
def takes_up_goals(person, group, ward, draw, p, still):
    """What a newcomer wants: between the own leaning, where profession and ward pull, and what the ward is there for.

    How near to the latter, the dial of goal congruence says.
    """
    pull = luck(still, PULL, ward.identity, person.profession)
    towards = int(pull[PULLS_TOWARDS] * len(GOALS))
    much = p.goals.pulls_apart * pull[PULLS_HOW_MUCH] if p.on.shared_goals == 1 else 0.0
    shift = p.staffing.weight_spread * (draw - 0.5)
    total = 0.0
    for goal in range(len(GOALS)):
        own = group.leaning[goal] + (shift if goal == OUTCOME else -shift / 3.0) + (much if goal == towards else 0.0)
        person.leaning[goal] = max(0.0, own)
        total += person.leaning[goal]
    near = p.dials.goal_congruence if p.on.shared_goals == 1 else 0.0
    for goal in range(len(GOALS)):
        person.leaning[goal] /= total
        person.weights[goal] = person.leaning[goal] + near * (ward.goal[goal] - person.leaning[goal])
    from_below = p.goals.owns * p.goals.from_below
    person.identification = p.goals.identifies + from_below * (1.0 - p.goals.identifies)
    confident = luck(still, STAYING, person.identity, 0)[STARTS_CONFIDENT]
    person.confidence = around(p.goals.confidence, p.goals.confidence_spread, confident)
    person.effort = 0.5


@behaviour
def familiarity_now(person, p):
    """Skill on this ward against that of somebody who knows it well; a stranger's is that of an agency colleague.

    Source: Huckman and Pisano 2006, familiarity is worth skill.
    """
    if p.on.local_knowledge == 0:
        return 1.0
    unknown = math.exp(-person.shifts_here / p.staffing.knows_after)
    return 1.0 - (1.0 - p.staffing.cover_skill) * unknown


@behaviour
def looks_back(person, p):
    """What a shift leaves behind: the ward is better known; exhaustion, engagement and goals move a little."""
    if p.on.local_knowledge == 1:
        person.shifts_here += 1
    if p.on.engagement == 1:
        strain = 0.5 * person.fatigue + 0.5 * person.hurried
        person.exhaustion += p.staffing.wears_out * (strain - person.exhaustion)
        gives = person.voice_is_acted_on + person.identification + person.trust + 1.0 - person.exhaustion
        person.engagement += p.staffing.engagement_moves * (gives / 4.0 - person.engagement)
    if p.on.shared_goals == 1:
        for goal in range(len(GOALS)):
            person.weights[goal] += p.goals.own_pull * (person.leaning[goal] - person.weights[goal])


@behaviour
def may_leave(person, group, ward, role, staffing, p, chance):
    """At midnight somebody may resolve to leave for good, and goes when off shift; the post then stands vacant."""
    if chance.tick < person.vacant_until:
        return
    staffing.nurse_days += 1 if person.profession == NURSE else 0
    if p.on.turnover == 0:
        return
    if leaves_post(person, p, luck(chance, STAYING, person.identity, 0)[LEAVES_POST]):
        person.leaving = 1
    if person.leaving == 1 and person.on_shift == 0:
        staffing.leavers += 1
        staffing.nurses_left += 1 if person.profession == NURSE else 0
        is_followed(person, group, ward, role, p, chance)


@behaviour
def is_followed(person, group, ward, role, p, chance):
    """Somebody else is hired for the post, and starts when it has stood vacant for its time."""
    person.identity += 1
    person.leaving = 0
    starts_in_post(person, group, ward, p, chance.seed)
    settles_under_lead(person, role, p, Chance(chance.seed, 0))
    person.vacant_until = chance.tick + int(p.staffing.post_vacant * TICKS_PER_DAY)
