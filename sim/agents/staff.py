"""What every member of staff decides: which task next, whether to hurry, to check, to notice, to ask."""

import math

from sim.agents.voice import takes_in_answers
from sim.state.behaviours import behaviour
from sim.state.chance import (
    CHECKS_SLOWLY,
    CHOICE,
    ENDEAVOUR,
    HASTENS,
    INTERRUPTED,
    IS_ELSEWHERE,
    SHIFT,
    SLACKENS,
    TASTE,
    luck,
)
from sim.state.vocabulary import (
    ACTIVITIES,
    BED,
    DAYS_PER_YEAR,
    END_TASK,
    FIRST_TASK,
    GOALS,
    OBSERVATION,
    OUTCOME,
    RESPONSE,
    STANDARD,
    THROUGHPUT,
    TICKS_PER_HOUR,
    TIMELINESS,
)

GOLDEN = 0.6180339887498949


@behaviour
def chooses_tasks(person, beds, ward, p, chance):
    """Choose this tick's task, or two where hurry makes contacts short, for one person.

    Looks at every waiting task of the person's own patients and takes the one that weighs most by her
    goal weights (Holmström and Milgrom 1991). Sets `task`, `bed`, `waiting`, `hurried`, `fatigue`.

    Args:
        person: a staff row.
        beds: the patients of the ward, by bed.
        ward: the ward row.
        p: the settings.
        chance: seed and tick.
    """
    if person.on_shift == 0:
        return
    takes_in_answers(person, p)
    takes_in_lead(person, p)
    puts_work_down(person)
    person.fatigue = fatigue_now(person, p, chance)
    person.away = is_elsewhere(person, p, chance)
    if person.away == 1 or is_taken_up(person) or slackens(person, p, chance):
        return
    draws = luck(chance, CHOICE, person.identity, 0)
    person.interruptions = interruptions_now(person, p, draws[INTERRUPTED])
    person.interrupting = 0
    waiting = 0
    best = -1.0
    second = -1.0
    for bed in range(person.first_bed, person.end_bed):
        patient = beds[bed]
        if patient.place != BED:
            continue
        for kind in range(FIRST_TASK[person.grade], END_TASK[person.grade]):
            if patient.due[kind] > chance.tick:
                continue
            waiting += 1
            weight = weighs(person, patient, kind, bed, ward, draws[TASTE], p, chance)
            if weight > best:
                second = best
                person.task[1] = person.task[0]
                person.bed[1] = person.bed[0]
                best = weight
                person.task[0] = kind
                person.bed[0] = bed
            elif weight > second:
                second = weight
                person.task[1] = kind
                person.bed[1] = bed
    person.waiting = waiting
    person.hurried = hurries(person, p)
    if person.hurried == 0 and person.helped == 0 and not hastens(person, p, chance):
        person.task[1] = -1
    person.helped = 0
    if draws[CHECKS_SLOWLY] < p.leadership.wary_takes * person.wary:
        person.engaged += 1


@behaviour
def takes_in_lead(person, p):
    """Goal weights drift towards what the lead's use of time shows, the more she is trusted; pressure arrives.

    People scrutinise a lead's behaviour for what matters (Porter and Nohria 2010, in Bohmer 2012, section 5).
    """
    if person.sightings > 0:
        for activity in range(len(ACTIVITIES)):
            seen = person.lead_seen[activity]
            person.lead_seen[activity] = 0
            if seen > 0 and person.cover == 0:
                copies_lead(person, activity, p.leadership.copies * person.trust * seen, p)
        person.sightings = 0
    if person.pressed > 0:
        person.pressure = min(1.0, person.pressure + person.pressed / 100.0)
        person.pressed = 0


@behaviour
def copies_lead(person, activity, share, p):
    """Goal weights move by `share` towards those that an activity of the lead shows."""
    outcome = p.leadership.shows_outcome[activity]
    timeliness = p.leadership.shows_timeliness[activity]
    throughput = p.leadership.shows_throughput[activity]
    standard = p.leadership.shows_standard[activity]
    total = outcome + timeliness + throughput + standard
    if total <= 0.0:
        return
    moves = min(1.0, share)
    person.weights[OUTCOME] += moves * (outcome / total - person.weights[OUTCOME])
    person.weights[TIMELINESS] += moves * (timeliness / total - person.weights[TIMELINESS])
    person.weights[THROUGHPUT] += moves * (throughput / total - person.weights[THROUGHPUT])
    person.weights[STANDARD] += moves * (standard / total - person.weights[STANDARD])


@behaviour
def is_taken_up(person):
    """Whether this quarter of an hour goes to what was begun before: a talk, a plan, a report."""
    if person.engaged == 0:
        return False
    person.engaged -= 1
    return True


@behaviour
def chooses_effort(person, ward, p):
    """The effort that a goal seems worth, 0 to 1 by twentieths: success that is one's own against what effort costs.

    Nothing says that a stretch beyond belief makes people withdraw, nor that those who are sure of an easy goal
    coast: both follow (Bohmer 2012, section 5, on stretch goals; Vroom 1964 for the form).
    """
    if p.on.effort == 0:
        return 0.5
    own = person.identification * goals_shared(person, ward)
    best = 0.0
    most = -1e9
    for step in range(21):
        effort = step / 20.0
        worth = own * seems_to_succeed(person, effort, p) - p.goals.effort_costs * effort * effort
        if worth > most:
            most = worth
            best = effort
    return best


@behaviour
def goals_shared(person, ward):
    """The part of a person's goal weights that lies where the ward's goals lie, 0 to 1."""
    shared = 0.0
    for goal in range(len(GOALS)):
        shared += min(person.weights[goal], ward.goal[goal])
    return shared


@behaviour
def seems_to_succeed(person, effort, p):
    """Chance of reaching the goal with this effort, as the person sees it."""
    reach = person.confidence + p.goals.effort_reaches * effort
    return 1.0 / (1.0 + math.exp((p.goals.stretch - reach) / p.goals.doubt))


@behaviour
def slackens(person, p, chance):
    """Whether this quarter of an hour goes by unused, for want of effort."""
    if person.effort >= 0.5:
        return False
    draw = luck(chance, ENDEAVOUR, person.identity, 0)[SLACKENS]
    return draw < p.goals.slackens * (1.0 - 2.0 * person.effort)


@behaviour
def hastens(person, p, chance):
    """Whether effort goes into pace, for those who want it: a second task in the same quarter of an hour."""
    if person.effort <= 0.5:
        return False
    pace = person.weights[TIMELINESS] + person.weights[THROUGHPUT]
    draw = luck(chance, ENDEAVOUR, person.identity, 0)[HASTENS]
    return draw < p.goals.hastens * (2.0 * person.effort - 1.0) * pace


@behaviour
def leaves_post(person, p, draw):
    """Whether somebody gives up the post today: the likelier, the less the work means to her (M21)."""
    readiness = 1.0 + p.staffing.engaged_stay * (p.leadership.engagement - person.engagement)
    return draw < p.staffing.leaves / DAYS_PER_YEAR * max(0.0, readiness)


@behaviour
def puts_work_down(person):
    """No task in hand, no interruption felt, no hurry."""
    person.task[0] = -1
    person.task[1] = -1
    person.interruptions = 0
    person.hurried = 0


@behaviour
def weighs(person, patient, kind, bed, ward, taste, p, chance):
    """How much a waiting task weighs for `person`: goal weights times what the task is, plus a little noise.

    `taste` is one draw; spread over tasks by the golden ratio it gives each task its own noise.
    """
    late = (chance.tick - patient.due[kind]) / (p.work.interval[kind] * TICKS_PER_HOUR)
    noise = p.work.taste * ((taste + GOLDEN * (bed * 16 + kind)) % 1.0)
    if p.on.goal_weights == 0:
        return late + noise
    urgency = p.work.urgency[kind]
    if patient.recognised == 1 and kind in (OBSERVATION, RESPONSE):
        urgency += p.work.sick_urgency
    counts = p.work.counts_for_target[kind] if ward.queue > 0 else 0.0
    return (
        person.weights[OUTCOME] * urgency * (1.0 + late)
        + (person.weights[TIMELINESS] + person.pressure) * counts
        + person.weights[THROUGHPUT] * p.work.frees_bed[kind]
        + person.weights[STANDARD] * min(late, 2.0)
        + noise
    )


@behaviour
def hurries(person, p):
    """Whether so much waits that the person works faster and skips checks (1) or not (0): less, under pressure."""
    if p.on.hurry == 0:
        return 0
    return 1 if person.waiting >= p.work.hurry_at * (1.0 - p.work.pressure_hurries * person.pressure) else 0


@behaviour
def fatigue_now(person, p, chance):
    """Fatigue, 0 to 1: what was brought to the shift and what the hours since have added, the more with effort."""
    if p.on.fatigue == 0:
        return 0.0
    hours = (chance.tick - person.shift_began) / TICKS_PER_HOUR
    strain = 1.0 + p.goals.effort_tires * (2.0 * person.effort - 1.0)
    return min(1.0, person.tiredness + p.work.tires * hours * strain)


@behaviour
def tiredness_after_rest(person, p, chance):
    """Fatigue that is left when the next shift begins, after exponential recovery."""
    hours_off = max(0, chance.tick - person.shift_ends) / TICKS_PER_HOUR
    return person.fatigue * math.exp(-hours_off / p.work.rest_hours)


@behaviour
def skill_now(person, p):
    """Skill, 0 to 1, on this ward, which an agency colleague or a newcomer does not know (Huckman and Pisano 2006)."""
    return person.skill * (p.staffing.cover_skill if person.cover == 1 else person.familiarity)


@behaviour
def is_elsewhere(person, p, chance):
    """Whether a person who covers several wards is away from this one in this tick (1) or here (0)."""
    if person.presence >= 1.0:
        return 0
    return 1 if luck(chance, SHIFT, person.identity, 1)[IS_ELSEWHERE] >= person.presence else 0


@behaviour
def interruptions_now(person, p, draw):
    """Number of interruptions in this tick: colleagues who spoke up, and a Poisson number of others.

    Source: rises with load; Westbrook 2010 for how often work is interrupted.
    """
    if p.on.interruptions == 0:
        return 0
    rate = p.work.interruption_rate + p.work.interruption_by_load * person.waiting
    return person.interrupting + poisson(rate, draw, 5)


@behaviour
def poisson(rate, draw, most):
    """A Poisson number with mean `rate` from one uniform `draw`, by inversion, at most `most`."""
    term = math.exp(-rate)
    total = term
    number = 0
    while draw >= total and number < most:
        number += 1
        term = term * rate / number
        total += term
    return number


@behaviour
def notices(person, p, draw):
    """Whether somebody who is near notices a colleague's error; hurry dulls the eye, effort for care sharpens it."""
    sharpness = p.errors.hurried_notices if person.hurried == 1 else 1.0
    sharpness *= 1.0 + p.leadership.engaged_notice * (person.engagement - p.leadership.engagement)
    care = person.weights[OUTCOME] + person.weights[STANDARD]
    sharpness *= 1.0 + p.goals.watches * (2.0 * person.effort - 1.0) * care
    return draw < p.errors.colleague_notices * sharpness


@behaviour
def checks_own_work(person, error, p, draw):
    """Whether a person notices her own error in time; a hurried person skips the check."""
    if p.on.own_check == 0 or person.hurried == 1:
        return False
    catches = p.errors.own_check[error]
    return draw < catches + (1.0 - catches) * p.leadership.wary_checks * person.wary


@behaviour
def is_in_earnest(person, draw):
    """Whether a person uses a practice that was brought in for what it is for, the likelier the more trust in the lead.

    Otherwise one that was adopted is passed over, and one that is mandated is filled in as a form. Sources: a checklist
    went with fewer complications where teams took it up (Haynes 2009), and not where it was mandated (Urbach 2014).
    """
    return draw < person.trust


@behaviour
def asks_back(person, p, draw):
    """Whether the one who takes over asks about what was not said."""
    return draw < p.work.asks_back


@behaviour
def corrects_record(recorder, times_deadline, p, draw):
    """Whether whoever records a wait that is just over the deadline puts it within, the likelier the more is pressed.

    Args:
        times_deadline: the wait as a multiple of the deadline.
    """
    if p.on.pressure == 0 or times_deadline > p.flow.near_enough:
        return False
    return draw < p.flow.corrects * recorder.pressure
