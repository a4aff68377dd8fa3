"""The phases, for a caller in plain Python: every row is handed over as a table of one row.

Numba accepts a table in a third of a microsecond and a row in four to fifteen, since it looks at each of
the row's columns. Called through these doors a Mesa tick takes a third of the time.
"""

from sim.agents.staff import chooses_tasks
from sim.leadership.goals import reach_division, reach_ward
from sim.leadership.influence import grows_near_or_strange
from sim.leadership.targets import counts_gap, feels_pressure, reads_records
from sim.leadership.tenure import may_hand_over
from sim.leadership.week import leads_ward
from sim.state.behaviours import behaviour
from sim.ward.counting import closes_day
from sim.ward.desks import clears_inbox, directs_division, directs_hospital
from sim.ward.flow import arrivals, departures, gives_free_beds, leaves_the_queue
from sim.ward.hazards import hazards_arise_and_go
from sim.ward.improvement import improves
from sim.ward.physiology import changes_state, recovers
from sim.ward.rescue import lives_an_hour
from sim.ward.rota import changes_shift, covers_ward, takes_over
from sim.ward.team import Team
from sim.ward.turnover import may_leave
from sim.ward.work import works


@behaviour
def arrivals_door(ward, index, queue, returns, true, p, chance):
    """See `sim.ward.flow.arrivals`."""
    arrivals(ward[0], index, queue, returns, true, p[0], chance)


@behaviour
def changes_shift_door(
    person, group, nurses, doctors, ward_manager, role, beds, ward, true, observed, staffing, p, chance
):
    """See `sim.ward.rota.changes_shift`."""
    team = Team(nurses, doctors, ward_manager, role)
    changes_shift(person[0], group[0], team, beds, ward[0], true, observed, staffing[0], p[0], chance)


@behaviour
def covers_ward_door(manager, above, role, nurses, doctors, pharmacists, groups, staffing, p, chance):
    """See `sim.ward.rota.covers_ward`."""
    covers_ward(manager[0], above[0], role[0], nurses, doctors, pharmacists, groups, staffing[0], p[0], chance)


@behaviour
def takes_over_door(person, nurses, doctors, ward_manager, role, beds, ward, funnel, true, observed, p, chance):
    """See `sim.ward.rota.takes_over`."""
    team = Team(nurses, doctors, ward_manager, role)
    takes_over(person[0], team, beds, ward[0], funnel, true, observed, p[0], chance)


@behaviour
def gives_free_beds_door(manager, wards, patients, division, true, observed, p, chance):
    """See `sim.ward.flow.gives_free_beds`."""
    gives_free_beds(manager[0], wards, patients, division[0], true, observed, p[0], chance)


@behaviour
def leads_ward_door(
    nurses, doctors, ward_manager, role, above, beds, ward, funnel, true, observed, staffing, p, chance
):
    """See `sim.leadership.week.leads_ward`."""
    team = Team(nurses, doctors, ward_manager, role)
    leads_ward(role[0], above[0], team, beds, ward[0], funnel, true, observed, staffing[0], p[0], chance)


@behaviour
def clears_inbox_door(nurses, doctors, ward_manager, role, wards, beds, true, staffing, p, chance):
    """See `sim.ward.desks.clears_inbox`."""
    team = Team(nurses, doctors, ward_manager, role)
    clears_inbox(ward_manager[0], team, wards, beds, true, staffing[0], p[0], chance)


@behaviour
def directs_division_door(manager, division, wards, beds, true, staffing, p, chance):
    """See `sim.ward.desks.directs_division`."""
    directs_division(manager[0], division[0], wards, beds, true, staffing, p[0], chance)


@behaviour
def directs_hospital_door(executive, wards, beds, true, p, chance):
    """See `sim.ward.desks.directs_hospital`."""
    directs_hospital(executive[0], wards, beds, true, p[0], chance)


@behaviour
def division_day_ends_door(division, manager, leads, p):
    """See `sim.leadership.goals.reach_division` and `sim.leadership.targets.counts_gap`."""
    reach_division(division[0], manager[0], p[0])
    counts_gap(division[0], manager[0], leads, p[0])


@behaviour
def day_ends_door(nurses, doctors, ward_manager, role, above, ward, division, groups, true, staffing, p, chance):
    """See `sim.leadership.targets`, `sim.leadership.goals`, `sim.leadership.tenure` and `sim.ward.turnover`."""
    team = Team(nurses, doctors, ward_manager, role)
    reads_records(ward[0], true, p[0])
    feels_pressure(role[0], ward[0], division[0], p[0])
    reach_ward(ward[0], division[0], team, p[0])
    may_hand_over(role[0], above[0], team, ward[0], staffing[0], p[0], chance)
    for i in range(len(nurses)):
        grows_near_or_strange(nurses[i], role[0], p[0])
        may_leave(nurses[i], groups[nurses[i].group], ward[0], role[0], staffing[0], p[0], chance)
    for i in range(len(doctors)):
        grows_near_or_strange(doctors[i], role[0], p[0])
        may_leave(doctors[i], groups[doctors[i].group], ward[0], role[0], staffing[0], p[0], chance)


@behaviour
def chooses_tasks_door(person, beds, ward, p, chance):
    """See `sim.agents.staff.chooses_tasks`."""
    chooses_tasks(person[0], beds, ward[0], p[0], chance)


@behaviour
def works_door(person, nurses, doctors, ward_manager, role, beds, ward, funnel, true, observed, staffing, p, chance):
    """See `sim.ward.work.works`."""
    team = Team(nurses, doctors, ward_manager, role)
    works(person[0], team, beds, ward[0], funnel, true, observed, staffing[0], p[0], chance)


@behaviour
def hour_in_bed_door(patient, bed, nurses, doctors, ward_manager, role, funnel, true, observed, p, chance):
    """See `sim.ward.physiology.recovers` and `sim.ward.rescue.lives_an_hour`."""
    recovers(patient[0], p[0], true[patient[0].mode])
    lives_an_hour(patient[0], bed, Team(nurses, doctors, ward_manager, role), funnel, true, observed, p[0], chance)


@behaviour
def hour_of_waiting_door(patient, true, p, chance):
    """See `sim.ward.physiology.changes_state`."""
    changes_state(patient[0], p[0], chance, true[patient[0].mode])


@behaviour
def hazards_door(ward, staffing, p, chance):
    """See `sim.ward.hazards.hazards_arise_and_go` and `sim.ward.improvement.improves`."""
    improves(ward[0], staffing[0], p[0], chance)
    hazards_arise_and_go(ward[0], staffing[0], p[0], chance)


@behaviour
def departures_door(beds, wards, returns, true, observed, p, chance):
    """See `sim.ward.flow.departures`."""
    departures(beds, wards, returns, true, observed, p[0], chance)


@behaviour
def leaves_the_queue_door(queue, wards, true, p, chance):
    """See `sim.ward.flow.leaves_the_queue`."""
    leaves_the_queue(queue, wards, true, p[0], chance)


@behaviour
def closes_day_door(day, ward, nurses, doctors, ward_manager, role, beds, funnel, true, observed, staffing):
    """See `sim.ward.counting.closes_day`."""
    team = Team(nurses, doctors, ward_manager, role)
    closes_day(day[0], ward[0], team, beds, funnel, true, observed, staffing[0])
