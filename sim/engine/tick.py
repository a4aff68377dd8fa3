"""The tick: the one place where a hospital's phases stand in order, and the only one that opens its tables."""

from sim.agents.staff import chooses_tasks
from sim.leadership.goals import reach_division, reach_ward
from sim.leadership.influence import grows_near_or_strange
from sim.leadership.targets import counts_gap, feels_pressure, reads_records
from sim.leadership.tenure import may_hand_over
from sim.leadership.week import leads_ward
from sim.state.behaviours import behaviour
from sim.state.chance import Chance
from sim.state.vocabulary import (
    BED,
    CONSULTANT,
    JUNIOR,
    PHARMACY,
    SENIOR_NURSE,
    STAFF_NURSE,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WAITING,
)
from sim.ward.counting import closes_day
from sim.ward.desks import clears_inbox, directs_division, directs_hospital
from sim.ward.flow import arrivals, departures, gives_free_beds, leaves_the_queue
from sim.ward.hazards import hazards_arise_and_go
from sim.ward.improvement import improves
from sim.ward.physiology import changes_state, recovers
from sim.ward.rescue import lives_an_hour
from sim.ward.rota import changes_shift, covers_ward, shares_beds, takes_over
from sim.ward.team import Team
from sim.ward.turnover import may_leave
from sim.ward.work import works


@behaviour
def tick(h, chance):
    """One quarter of an hour of a whole hospital.

    The order of phases, which the Mesa driver follows too:

    1. arrivals: patients come, or come again, and wait
    2. change of shift: shifts end and begin, gaps are covered, beds shared out, care handed over
    3. admission: managers give free beds to those who wait
    4. leading and deciding: each ward's lead spends the quarter-hour; managers of wards, then of divisions, then the
       executive take decisions from their inboxes
    5. choice of the next task: everybody on shift, who first takes in how voice was met
    6. contact, with the error chain in it: nurses, consultants, juniors, pharmacists
    7. on the hour: recovery, physiology and rescue of each patient; then what was mended on the ward, and its hazards
    8. departures: discharge, death, those who give up waiting
    9. at midnight: the records of the day, pressure to meet a target, goals passed down; leads who leave; trust in
       the lead, staff who leave; the daily series

    Within a phase everybody reads what the phase began with and writes only to their own row and to
    their own patients, or adds whole numbers to others: so the order of rows changes nothing.

    Args:
        h: the hospital's tables (`sim.engine.hospital_state.HospitalState`).
        chance: seed and tick.
    """
    p = h.settings[0]
    quarter = chance.tick % TICKS_PER_DAY

    # 1 arrivals
    for w in range(len(h.wards)):
        division = h.divisions[h.wards[w].division]
        queue = h.patients[division.queue_from : division.queue_to]
        arrivals(h.wards[w], w, queue, h.returns[w], h.true[w], p, chance)

    # 2 change of shift
    for w in range(len(h.wards)):
        if h.wards[w].changes[quarter] == 1:
            change_of_shift(h, w, p, chance)

    # 3 admission
    for d in range(len(h.divisions)):
        division = h.divisions[d]
        gives_free_beds(h.managers[division.manager], h.wards, h.patients, division, h.true, h.observed, p, chance)

    # 4 leading and deciding
    for w in range(len(h.wards)):
        ward = h.wards[w]
        nurses = h.nurses[ward.nurses_from : ward.nurses_to]
        doctors = h.doctors[ward.doctors_from : ward.doctors_to]
        team = Team(nurses, doctors, h.managers[ward.manager : ward.manager + 1], h.leads[w : w + 1])
        beds = h.patients[ward.beds_from : ward.beds_to]
        true, observed = h.true[w], h.observed[w]
        above = h.managers[h.divisions[ward.division].manager]
        leads_ward(h.leads[w], above, team, beds, ward, h.funnel[w], true, observed, h.staffing[w], p, chance)
        clears_inbox(h.managers[ward.manager], team, h.wards, beds, h.true, h.staffing[w], p, chance)
    for d in range(len(h.divisions)):
        division = h.divisions[d]
        beds = h.patients[h.wards[division.wards_from].beds_from : h.wards[division.wards_to - 1].beds_to]
        directs_division(h.managers[division.manager], division, h.wards, beds, h.true, h.staffing, p, chance)
    beds = h.patients[: h.divisions[0].queue_from]
    directs_hospital(h.managers[len(h.managers) - 1], h.wards, beds, h.true, p, chance)

    # 5 choice of the next task
    for i in range(len(h.nurses)):
        ward = h.wards[h.nurses[i].ward]
        chooses_tasks(h.nurses[i], h.patients[ward.beds_from : ward.beds_to], ward, p, chance)
    for i in range(len(h.doctors)):
        ward = h.wards[h.doctors[i].ward]
        chooses_tasks(h.doctors[i], h.patients[ward.beds_from : ward.beds_to], ward, p, chance)
    for i in range(len(h.pharmacists)):
        ward = h.wards[h.pharmacists[i].ward]
        chooses_tasks(h.pharmacists[i], h.patients[ward.beds_from : ward.beds_to], ward, p, chance)

    # 6 contact
    for w in range(len(h.wards)):
        ward = h.wards[w]
        nurses = h.nurses[ward.nurses_from : ward.nurses_to]
        doctors = h.doctors[ward.doctors_from : ward.doctors_to]
        team = Team(nurses, doctors, h.managers[ward.manager : ward.manager + 1], h.leads[w : w + 1])
        pharmacists = h.pharmacists[ward.pharmacists_from : ward.pharmacists_to]
        beds = h.patients[ward.beds_from : ward.beds_to]
        true, observed, staffing = h.true[w], h.observed[w], h.staffing[w]
        for i in range(len(nurses)):
            works(nurses[i], team, beds, ward, h.funnel[w], true, observed, staffing, p, chance)
        for i in range(len(doctors)):
            if doctors[i].grade == CONSULTANT:
                works(doctors[i], team, beds, ward, h.funnel[w], true, observed, staffing, p, chance)
        for i in range(len(doctors)):
            if doctors[i].grade == JUNIOR:
                works(doctors[i], team, beds, ward, h.funnel[w], true, observed, staffing, p, chance)
        for i in range(len(pharmacists)):
            works(pharmacists[i], team, beds, ward, h.funnel[w], true, observed, staffing, p, chance)

    # 7 on the hour
    if chance.tick % TICKS_PER_HOUR == TICKS_PER_HOUR - 1:
        for w in range(len(h.wards)):
            ward = h.wards[w]
            nurses = h.nurses[ward.nurses_from : ward.nurses_to]
            doctors = h.doctors[ward.doctors_from : ward.doctors_to]
            team = Team(nurses, doctors, h.managers[ward.manager : ward.manager + 1], h.leads[w : w + 1])
            for bed in range(ward.beds_from, ward.beds_to):
                patient = h.patients[bed]
                if patient.place == BED:
                    recovers(patient, p, h.true[w, patient.mode])
                    lives_an_hour(patient, bed - ward.beds_from, team, h.funnel[w], h.true[w], h.observed[w], p, chance)
            improves(ward, h.staffing[w], p, chance)
            hazards_arise_and_go(ward, h.staffing[w], p, chance)
        for place in range(h.divisions[0].queue_from, len(h.patients)):
            patient = h.patients[place]
            if patient.place == WAITING:
                changes_state(patient, p, chance, h.true[patient.home_ward, patient.mode])

    # 8 departures
    for w in range(len(h.wards)):
        beds = h.patients[h.wards[w].beds_from : h.wards[w].beds_to]
        departures(beds, h.wards, h.returns, h.true[w], h.observed[w], p, chance)
    for d in range(len(h.divisions)):
        queue = h.patients[h.divisions[d].queue_from : h.divisions[d].queue_to]
        leaves_the_queue(queue, h.wards, h.true, p, chance)

    # 9 at midnight
    if quarter == TICKS_PER_DAY - 1:
        day = chance.tick // TICKS_PER_DAY
        for d in range(len(h.divisions)):
            division = h.divisions[d]
            reach_division(division, h.managers[division.manager], p)
            counts_gap(division, h.managers[division.manager], h.leads[division.wards_from : division.wards_to], p)
        for w in range(len(h.wards)):
            ward = h.wards[w]
            nurses = h.nurses[ward.nurses_from : ward.nurses_to]
            doctors = h.doctors[ward.doctors_from : ward.doctors_to]
            team = Team(nurses, doctors, h.managers[ward.manager : ward.manager + 1], h.leads[w : w + 1])
            beds = h.patients[ward.beds_from : ward.beds_to]
            reads_records(ward, h.true[w], p)
            feels_pressure(h.leads[w], ward, h.divisions[ward.division], p)
            reach_ward(ward, h.divisions[ward.division], team, p)
            may_hand_over(
                h.leads[w], h.managers[h.divisions[ward.division].manager], team, ward, h.staffing[w], p, chance
            )
            for i in range(len(nurses)):
                grows_near_or_strange(nurses[i], h.leads[w], p)
                may_leave(nurses[i], h.groups[nurses[i].group], ward, h.leads[w], h.staffing[w], p, chance)
            for i in range(len(doctors)):
                grows_near_or_strange(doctors[i], h.leads[w], p)
                may_leave(doctors[i], h.groups[doctors[i].group], ward, h.leads[w], h.staffing[w], p, chance)
            closes_day(h.series[day, w], ward, team, beds, h.funnel[w], h.true[w], h.observed[w], h.staffing[w])


@behaviour
def change_of_shift(h, w, p, chance):
    """Phase 2 for one ward: everybody goes off or comes on; then cover, beds and handover."""
    ward = h.wards[w]
    nurses = h.nurses[ward.nurses_from : ward.nurses_to]
    doctors = h.doctors[ward.doctors_from : ward.doctors_to]
    manager = h.managers[ward.manager]
    team = Team(nurses, doctors, h.managers[ward.manager : ward.manager + 1], h.leads[w : w + 1])
    pharmacists = h.pharmacists[ward.pharmacists_from : ward.pharmacists_to]
    beds = h.patients[ward.beds_from : ward.beds_to]
    true, observed, staffing = h.true[w], h.observed[w], h.staffing[w]
    for i in range(len(nurses)):
        changes_shift(nurses[i], h.groups[nurses[i].group], team, beds, ward, true, observed, staffing, p, chance)
    for i in range(len(doctors)):
        changes_shift(doctors[i], h.groups[doctors[i].group], team, beds, ward, true, observed, staffing, p, chance)
    for i in range(len(pharmacists)):
        changes_shift(
            pharmacists[i], h.groups[pharmacists[i].group], team, beds, ward, true, observed, staffing, p, chance
        )
    changes_shift(manager, h.groups[manager.group], team, beds, ward, true, observed, staffing, p, chance)
    above = h.managers[h.divisions[ward.division].manager]
    covers_ward(manager, above, h.leads[w], nurses, doctors, pharmacists, h.groups, staffing, p, chance)
    shares_beds(nurses, STAFF_NURSE, SENIOR_NURSE, len(beds))
    shares_beds(doctors, JUNIOR, JUNIOR, len(beds))
    shares_beds(doctors, CONSULTANT, CONSULTANT, len(beds))
    shares_beds(pharmacists, PHARMACY, PHARMACY, len(beds))
    for i in range(len(nurses)):
        takes_over(nurses[i], team, beds, ward, h.funnel[w], true, observed, p, chance)
    for i in range(len(doctors)):
        takes_over(doctors[i], team, beds, ward, h.funnel[w], true, observed, p, chance)


@behaviour
def simulate(h, seed, start, stop):
    """Run ticks `start` to `stop` of one hospital. The one typed entry: whole numbers are 64-bit signed.

    Raises:
        ValueError: the hospital was built for fewer days.
    """
    if stop > len(h.series) * TICKS_PER_DAY:
        raise ValueError("the hospital was built for fewer days")
    for now in range(start, stop):
        tick(h, Chance(seed, now))
