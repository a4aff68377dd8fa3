"""The rota: shifts end and begin, gaps are covered or not, beds are shared out, care is handed over."""

from sim.agents.manager import books_cover
from sim.agents.staff import asks_back, chooses_effort, is_in_earnest, puts_work_down, tiredness_after_rest
from sim.agents.voice import forgets_answers
from sim.state.behaviours import behaviour
from sim.state.chance import (
    COVER_COMES,
    FALLS_ILL,
    HANDING_OVER,
    HAS_ITEM,
    ITEM_ASKED,
    ITEM_LOST,
    KEEPS_STRUCTURE,
    OF_OMISSION,
    OMISSION,
    OMISSION_RECOGNISED,
    OMISSION_REPORTED,
    SHIFT,
    STRUCTURE,
    STRUCTURE_TAKES,
    WHICH_ITEM,
    luck,
)
from sim.state.rows import SHIFTS_OF_A_GROUP
from sim.state.vocabulary import (
    BED,
    CHANCES,
    CONSULTANT,
    DISCHARGE,
    END_TASK,
    FIRST_TASK,
    HANDOVER_LOSS,
    JUNIOR,
    MADE,
    MANDATED,
    NEVER,
    NOTICED,
    OBSERVATION,
    PERSON,
    REVIEW,
    SAID,
    STAFF_NURSE,
    STAFFING,
    STEP,
    STOPPED,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    UNKNOWN,
)
from sim.ward.errors import harm_comes_to_light, reaches_patient
from sim.ward.flow import is_office_hour, is_weekend
from sim.ward.harm import omission_harms
from sim.ward.observers import keeps_logbook
from sim.ward.repetitive import misses_step
from sim.ward.routing import is_devolved
from sim.ward.tasks import forget, leave_undone
from sim.ward.turnover import familiarity_now, looks_back

NO_SHIFT = -1

# Decisions on cover stand above other decisions of a manager in one tick.
OF_COVER = 512


@behaviour
def changes_shift(person, group, team, beds, ward, true, observed, staffing, p, chance):
    """One person's change of shift: goes off if the shift is over, comes on if one begins.

    Args:
        person, group: a staff row and the row of its rota.
        team: everybody of the ward.
        beds, ward: the ward's patients, and its row.
        true, observed: the ward's ledgers, by mode.
        staffing: the ward's staffing ledger.
    """
    if person.on_shift == 1 and chance.tick >= person.shift_ends:
        leaves_tasks_undone(person, team, beds, ward, true, observed, p, chance)
        if person.cover == 0:
            keeps_logbook(person, staffing, p, chance)
            looks_back(person, p)
        goes_home(person)
    person.absent = 0
    shift = rostered_shift(person, group, chance.tick)
    if shift == NO_SHIFT:
        return
    staffing.shifts_needed += 1
    if chance.tick < person.vacant_until:
        person.absent = 1
        staffing.shifts_vacant += 1
        return
    works_on = person.on_shift == 1
    if not works_on and p.on.absence == 1 and luck(chance, SHIFT, person.identity, 0)[FALLS_ILL] < p.staffing.absence:
        person.absent = 1
        staffing.shifts_absent += 1
        return
    comes_on_shift(person, group, shift, p, chance)
    person.effort = chooses_effort(person, ward, p)


@behaviour
def goes_home(person):
    """A shift is over; what takes more time waits for the next. The holder of a post that was covered has rested."""
    puts_work_down(person)
    person.own_errors = 0
    person.waiting = 0
    person.interrupting = 0
    person.away = 0
    person.on_shift = 0
    if person.cover == 1:
        person.cover = 0
        person.fatigue = 0.0
        person.engaged = 0
        forgets_answers(person)


@behaviour
def comes_on_shift(person, group, shift, p, chance):
    """A shift begins for one person, with what rest has left of earlier fatigue: all of it if she works on."""
    person.pressure *= 0.5
    person.wary *= 1.0 - p.leadership.wariness_fades
    person.tiredness = tiredness_after_rest(person, p, chance)
    person.fatigue = person.tiredness
    person.familiarity = familiarity_now(person, p)
    person.on_shift = 1
    person.shift_began = chance.tick
    person.shift_ends = chance.tick + group.length[shift]
    person.presence = group.presence[shift]


@behaviour
def rostered_shift(person, group, tick):
    """The shift that begins now for this post, or `NO_SHIFT`. Posts take shifts in turn, week after week."""
    quarter = tick % TICKS_PER_DAY
    turn = shifts_before(group, tick // TICKS_PER_DAY)
    weekend = is_weekend(tick)
    posts = group.people_to - group.people_from
    for shift in range(SHIFTS_OF_A_GROUP):
        needed = group.weekend[shift] if weekend else group.weekday[shift]
        starts_now = group.length[shift] > 0 and group.start[shift] == quarter
        if starts_now and (person.post - turn) % posts < needed:
            return shift
        turn += needed
    return NO_SHIFT


@behaviour
def shifts_before(group, day):
    """Number of shifts that the group has filled before this day."""
    weekday = 0
    weekend = 0
    for shift in range(SHIFTS_OF_A_GROUP):
        weekday += group.weekday[shift]
        weekend += group.weekend[shift]
    days_of_week = day % 7
    return (
        (day // 7) * (5 * weekday + 2 * weekend) + min(days_of_week, 5) * weekday + max(0, days_of_week - 5) * weekend
    )


@behaviour
def covers_ward(manager, above, role, nurses, doctors, pharmacists, groups, staffing, p, chance):
    """A ward manager looks at each group of her ward for gaps in the shift that begins now.

    Args:
        above: the division's manager, who may have to be asked.
        role: the row of the ward's lead.
        nurses, doctors, pharmacists: everybody of the ward, by profession.
        groups: every group of the hospital, to which `person.group` points.
    """
    for g in range(len(groups)):
        if groups[g].ward != manager.ward:
            continue
        fills_gaps(manager, above, role, nurses, g, groups[g], staffing, p, chance)
        fills_gaps(manager, above, role, doctors, g, groups[g], staffing, p, chance)
        fills_gaps(manager, above, role, pharmacists, g, groups[g], staffing, p, chance)


@behaviour
def fills_gaps(manager, above, role, people, number, group, staffing, p, chance):
    """A ward manager decides whether absent members of one group are covered by an agency, or asks those above."""
    missing = 0
    rostered = 0
    for i in range(len(people)):
        if people[i].group != number:
            continue
        starts = people[i].on_shift == 1 and people[i].shift_began == chance.tick
        missing += people[i].absent
        rostered += people[i].absent + (1 if starts else 0)
    if missing == 0:
        return
    if p.on.devolved_cover == 1 and not is_devolved(STAFFING, manager, OF_COVER + group.grade, role, p, chance):
        staffing.shifts_asked += missing
        if is_office_hour(chance.tick) and books_cover(above, missing / rostered, p):
            finds_cover(people, number, group, p.staffing.cover_pooled, staffing, p, chance)
    elif books_cover(manager, missing / rostered, p):
        finds_cover(people, number, group, p.staffing.cover_available, staffing, p, chance)


@behaviour
def finds_cover(people, number, group, available, staffing, p, chance):
    """Gaps of one group are filled by an agency, each with the chance that it can."""
    for i in range(len(people)):
        person = people[i]
        if person.absent == 0 or person.group != number:
            continue
        if luck(chance, SHIFT, person.identity, 0)[COVER_COMES] < available:
            comes_on_shift(person, group, rostered_shift(person, group, chance.tick), p, chance)
            person.tiredness = 0.0
            person.fatigue = 0.0
            person.effort = 0.5
            person.cover = 1
            person.cover_shifts += 1
            staffing.shifts_covered += 1


@behaviour
def shares_beds(people, first_grade, last_grade, beds):
    """Share the beds of a ward among those on shift of these grades, in the order of their keys.

    The order of keys and not of rows, so that the order of rows changes nothing.
    """
    present = 0
    for i in range(len(people)):
        if works_here(people[i], first_grade, last_grade):
            present += 1
    for i in range(len(people)):
        person = people[i]
        if not works_here(person, first_grade, last_grade):
            continue
        rank = 0
        for j in range(len(people)):
            if works_here(people[j], first_grade, last_grade) and people[j].identity < person.identity:
                rank += 1
        person.first_bed = rank * beds // present
        person.end_bed = (rank + 1) * beds // present


@behaviour
def works_here(person, first_grade, last_grade):
    """Whether a person is on shift and of one of these grades."""
    return person.on_shift == 1 and first_grade <= person.grade <= last_grade


@behaviour
def leaves_tasks_undone(person, team, beds, ward, true, observed, p, chance):
    """What a nurse or consultant did not reach by the end of the shift is left undone (M25).

    Tasks that fell due within the last hour pass to the next shift.
    """
    if p.on.care_left_undone == 0 or person.grade == JUNIOR or person.grade > CONSULTANT:
        return
    first = REVIEW if person.grade == CONSULTANT else OBSERVATION
    last = REVIEW if person.grade == CONSULTANT else STEP
    for bed in range(person.first_bed, person.end_bed):
        patient = beds[bed]
        if patient.place != BED:
            continue
        for kind in range(first, last + 1):
            if patient.due[kind] + p.work.carried_over * TICKS_PER_HOUR <= chance.tick:
                leave_undone(patient, kind, p, chance, true[patient.mode])
                if kind == STEP:
                    misses_step(patient, ward.pathway_quality, p)
                omits(person, patient, kind, team, true[patient.mode], observed[patient.mode], p, chance)


@behaviour
def omits(person, patient, kind, team, counts, seen, p, chance):
    """Care left undone may harm by itself, be recognised and be reported."""
    if not omission_harms(patient, kind, p, chance, counts):
        return
    draws = luck(chance, OMISSION, patient.identity, kind)
    recognised_by, reported_by = draws[OMISSION_RECOGNISED], draws[OMISSION_REPORTED]
    harm_comes_to_light(person, patient, OF_OMISSION + kind, recognised_by, reported_by, team, seen, p, chance)


@behaviour
def takes_over(person, team, beds, ward, funnel, true, observed, p, chance):
    """A nurse or junior who comes on shift takes over patients; what must be remembered may be lost (M7).

    Source: Bhabra 2007 for items that survive a handover by its method.
    """
    if p.on.handover_loss == 0 or person.on_shift == 0 or person.shift_began != chance.tick:
        return
    if person.grade > JUNIOR:
        return
    if structure_takes_time(person, ward, p, chance):
        person.engaged += 1
    for bed in range(person.first_bed, person.end_bed):
        if beds[bed].place == BED:
            patient = beds[bed]
            hears_of(person, patient, team, ward, funnel, true[patient.mode], observed[patient.mode], p, chance)


@behaviour
def hears_of(person, patient, team, ward, funnel, counts, seen, p, chance):
    """The handover of one patient: a task that must be remembered is passed on, asked back, or forgotten."""
    draws = luck(chance, HANDING_OVER, patient.identity, person.profession)
    if draws[HAS_ITEM] >= p.work.items_handed_over:
        return
    kind = which_item(person, draws[WHICH_ITEM])
    if patient.due[kind] == NEVER:
        return
    stages = funnel[patient.mode, HANDOVER_LOSS, PERSON]
    stages[CHANCES] += 1
    if draws[ITEM_LOST] < chance_to_survive(person, ward, p, chance):
        return
    stages[MADE] += 1
    if asks_back(person, p, draws[ITEM_ASKED]):
        stages[NOTICED] += 1
        stages[SAID] += 1
        stages[STOPPED] += 1
        return
    forget(patient, kind, p, chance, counts)
    reaches_patient(person, patient, HANDOVER_LOSS, PERSON, kind, team, funnel, counts, seen, p, chance)


@behaviour
def hands_over_in_structure(person, ward, p, chance):
    """Whether the person who takes over keeps to the structured form of handover in earnest, where the ward has it."""
    if ward.structured_handover == UNKNOWN:
        return False
    return is_in_earnest(person, luck(chance, STRUCTURE, person.identity, 0)[KEEPS_STRUCTURE])


@behaviour
def structure_takes_time(person, ward, p, chance):
    """Whether structured handover takes more time: of everybody if it is mandated, else of those who keep to it."""
    if ward.structured_handover != MANDATED and not hands_over_in_structure(person, ward, p, chance):
        return False
    return luck(chance, STRUCTURE, person.identity, 0)[STRUCTURE_TAKES] < p.work.structure_takes


@behaviour
def chance_to_survive(person, ward, p, chance):
    """Chance that an item survives this handover: that of the ward's form, or of a printed sheet if structured."""
    if hands_over_in_structure(person, ward, p, chance):
        return max(ward.handover_keeps, p.work.printed_keeps)
    return ward.handover_keeps


@behaviour
def which_item(person, draw):
    """The kind of task that must be remembered: any that the person's grade does, but no discharge."""
    first = FIRST_TASK[person.grade]
    last = END_TASK[person.grade]
    if person.grade <= STAFF_NURSE + 1:
        last = DISCHARGE
    return first + int(draw * (last - first))
