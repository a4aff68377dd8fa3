"""A target: the gap between what is required and what was recorded becomes pressure on a ward's lead (M12)."""

from sim.leadership.goals import MILLIONTHS
from sim.state.behaviours import behaviour
from sim.state.vocabulary import MODES

DAYS_REMEMBERED = 7.0


@behaviour
def counts_gap(division, manager, leads, p):
    """At midnight the gap to the target of a division's wards, which presses on its manager too.

    It is added up in whole millionths, so that the order of wards changes nothing.

    Args:
        manager: the division's, who gives out free beds.
        leads: the roles of the leads of its wards.
    """
    total = 0
    for i in range(len(leads)):
        total += int(MILLIONTHS * leads[i].answers_above * max(0.0, leads[i].required_share - leads[i].met_share))
    division.gap = total / (MILLIONTHS * len(leads))
    manager.pressure = pressure_of(division.gap, p)


@behaviour
def pressure_of(gap, p):
    """Pressure, 0 to 1, that a gap to the target makes: none where a missed target is a number in a report."""
    return min(1.0, p.dials.target_pressure * p.flow.gap_presses * gap) if p.on.pressure == 1 else 0.0


@behaviour
def feels_pressure(role, ward, division, p):
    """At midnight a lead looks at the day's records; pressure follows the gap to the share required.

    What is pressed is what is recorded. Those above, if they see it, press on a ward that does well for what others
    miss.
    """
    today = ward.clocks_stopped - role.stopped_before
    if today > 0:
        met = (ward.clocks_in_time - role.in_time_before) / today
        role.met_share += (met - role.met_share) / DAYS_REMEMBERED
    role.stopped_before = ward.clocks_stopped
    role.in_time_before = ward.clocks_in_time
    gap = max(0.0, role.required_share - role.met_share)
    if p.on.layers == 1 and role.answers_above == 1:
        gap += p.flow.answers_for_division * max(0.0, division.gap - gap)
    role.pressure = pressure_of(gap, p)


@behaviour
def reads_records(ward, true, p):
    """At midnight the day's records of pathway and protocol are added up, for whoever shows data."""
    if p.on.feedback == 0:
        return
    steps = 0
    followed = 0
    begun = 0
    by_protocol = 0
    for mode in range(len(MODES)):
        steps += true[mode].steps
        followed += true[mode].steps_followed
        begun += true[mode].treatments_begun
        by_protocol += true[mode].begun_by_protocol
    if steps > ward.steps_before:
        ward.steps_followed_share = (followed - ward.followed_before) / (steps - ward.steps_before)
    ward.steps_before = steps
    ward.followed_before = followed
    if begun > ward.begun_before:
        ward.protocol_share = (by_protocol - ward.by_protocol_before) / (begun - ward.begun_before)
    ward.begun_before = begun
    ward.by_protocol_before = by_protocol
