"""What is counted at midnight."""

from sim.state.behaviours import behaviour
from sim.state.vocabulary import BED, ERRORS, MODES, REACHED, SOURCES, TASKS
from sim.ward.hazards import hazards_alive


@behaviour
def closes_day(day, ward, team, beds, funnel, true, observed, staffing):
    """Write one ward's row of the daily series: numbers in beds now, and running totals of what flows.

    Args:
        day: the row of the series.
        funnel: mode × kind × source × stage of the ward.
        true, observed: the ward's ledgers, by mode.
        team: everybody of the ward.
        staffing: the ward's staffing ledger.
    """
    occupied = 0
    for bed in range(len(beds)):
        if beds[bed].place == BED:
            occupied += 1
            observed[beds[bed].mode].midnight_patients += 1
    observed[0].midnight_beds += len(beds)
    day.midnight_patients = occupied
    day.midnight_queue = ward.queue
    day.hazards = hazards_alive(ward)
    day.led_hours = staffing.led_hours
    asks_people(day, team.nurses)
    asks_people(day, team.doctors)
    for mode in range(len(MODES)):
        day.admissions += true[mode].admissions
        day.discharges += true[mode].discharges
        day.deaths += true[mode].deaths
        day.preventable_events += true[mode].preventable_events
        day.incident_reports += observed[mode].incident_reports
        for kind in range(len(TASKS)):
            day.undone += true[mode].undone[kind]
        for error in range(len(ERRORS)):
            for source in range(len(SOURCES)):
                day.reached += funnel[mode, error, source, REACHED]


@behaviour
def asks_people(day, people):
    """What people of a ward believe at midnight, added up in whole thousandths."""
    day.people += len(people)
    for i in range(len(people)):
        day.safety += int(1000.0 * people[i].voice_is_safe)
        day.trust += int(1000.0 * people[i].trust)
