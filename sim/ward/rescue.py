"""What an hour brings to a patient in a bed: harm that comes to light, and failure to rescue."""

from sim.state.behaviours import behaviour
from sim.state.chance import HARM_SEEN, MISFORTUNE_RECOGNISED, MISFORTUNE_REPORTED, OF_MISFORTUNE, luck
from sim.state.vocabulary import CHANCES, FAILURE_TO_RESCUE, MADE, PERSON, SENIOR_NURSE, STAFF_NURSE
from sim.ward.errors import NOBODY, harm_comes_to_light, reaches_patient, who_covers
from sim.ward.physiology import changes_state


@behaviour
def lives_an_hour(patient, bed, team, funnel, true, observed, p, chance):
    """One hour of a patient in a bed: the body changes; turning critical unheard is a failure to rescue.

    Args:
        bed: the number of the bed on the ward.
        team: everybody of the ward, of whom a nurse would report what happens.
        funnel: mode × kind × source × stage of the ward.
        true, observed: the ward's ledgers, by mode.
    """
    counts, seen = true[patient.mode], observed[patient.mode]
    events = patient.other_events
    turned_critical = changes_state(patient, p, chance, counts)
    if patient.other_events > events:
        reporter = team.nurses[who_reports(bed, team.nurses)]
        draws = luck(chance, HARM_SEEN, patient.identity, 0)
        recognised_by, reported_by = draws[MISFORTUNE_RECOGNISED], draws[MISFORTUNE_REPORTED]
        harm_comes_to_light(reporter, patient, OF_MISFORTUNE, recognised_by, reported_by, team, seen, p, chance)
    if turned_critical:
        may_be_unheard(patient, bed, team, funnel, counts, seen, p, chance)


@behaviour
def may_be_unheard(patient, bed, team, funnel, counts, seen, p, chance):
    """A patient turned critical: before anyone had called for help, it is a failure to rescue, once an episode."""
    stages = funnel[patient.mode, FAILURE_TO_RESCUE, PERSON]
    stages[CHANCES] += 1
    if patient.escalated == 1 or p.on.rescue == 0 or patient.missed_rescue == 1:
        return
    patient.missed_rescue = 1
    stages[MADE] += 1
    reporter = team.nurses[who_reports(bed, team.nurses)]
    reaches_patient(reporter, patient, FAILURE_TO_RESCUE, PERSON, 0, team, funnel, counts, seen, p, chance)


@behaviour
def who_reports(bed, nurses):
    """The nurse who would report it: who covers the bed, or else of those on shift, or of all, the lowest key."""
    covers = who_covers(bed, nurses, STAFF_NURSE, SENIOR_NURSE)
    if covers != NOBODY:
        return covers
    found = 0
    for i in range(1, len(nurses)):
        if nurses[i].on_shift > nurses[found].on_shift or (
            nurses[i].on_shift == nurses[found].on_shift and nurses[i].identity < nurses[found].identity
        ):
            found = i
    return found
