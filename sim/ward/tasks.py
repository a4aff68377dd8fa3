"""The plan of a patient's tasks. Each task planned is done, left undone, forgotten, or lapses at the end."""

from sim.state.behaviours import behaviour
from sim.state.vocabulary import NEVER, TASKS, TICKS_PER_HOUR

KINDS = len(TASKS)


@behaviour
def plan(patient, kind, tick, counts):
    """Plan a task for `tick`; one that is planned already is only ever brought forward."""
    if patient.due[kind] == NEVER:
        counts.due[kind] += 1
        patient.due[kind] = tick
    elif tick < patient.due[kind]:
        patient.due[kind] = tick


@behaviour
def plan_next(patient, kind, p, chance, counts):
    """Plan the next of a task that comes again, one interval from now."""
    plan(patient, kind, chance.tick + interval(kind, p), counts)


@behaviour
def interval(kind, p):
    """Ticks from one task of this kind to the next for the same patient."""
    return int(p.work.interval[kind] * TICKS_PER_HOUR)


@behaviour
def finish(patient, kind, counts):
    """Mark a planned task as done."""
    patient.due[kind] = NEVER
    counts.done[kind] += 1


@behaviour
def leave_undone(patient, kind, p, chance, counts):
    """Give a task up for this shift; the next of its kind comes when it would have come anyway."""
    patient.due[kind] = NEVER
    counts.undone[kind] += 1
    plan_next(patient, kind, p, chance, counts)


@behaviour
def forget(patient, kind, p, chance, counts):
    """A planned task is not known to those who took over; it comes again one interval later."""
    patient.due[kind] = NEVER
    counts.forgotten[kind] += 1
    plan_next(patient, kind, p, chance, counts)


@behaviour
def lapse(patient, counts):
    """Drop what is still planned when the patient leaves or dies."""
    for kind in range(KINDS):
        if patient.due[kind] != NEVER:
            patient.due[kind] = NEVER
            counts.lapsed[kind] += 1


@behaviour
def clear_plan(patient):
    """No task is planned."""
    for kind in range(KINDS):
        patient.due[kind] = NEVER
