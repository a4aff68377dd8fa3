"""A trace: the history of one patient, and beside it that of the same patient with the same luck under another lead."""

from dataclasses import dataclass

from sim.state.vocabulary import TICKS_PER_DAY
from sim.tracing.differing import Difference, differences, lead_time
from sim.tracing.history import History, NoSuchPatient, history
from sim.tracing.parting import Parting, of_hospitals, of_patient, under
from sim.tracing.replay import Progress


@dataclass(frozen=True)
class Otherwise:
    """What would have been under leads of another style.

    Attributes:
        style: its name.
        day: on which leads turn to it; None where they have it from the beginning of the warm-up.
        history: of the same patient; without events where she never comes.
        hospitals_part: where the two hospitals part before the history ends; None where they do not.
        patient_parts: where the two histories part; None where they do not.
        lead_time: what the leads of her ward gave their time to between both moments, where it differs.
        differs: what differed for those concerned in the quarter of an hour in which the histories part.
    """

    style: str
    day: int | None
    history: History
    hospitals_part: Parting | None
    patient_parts: Parting | None
    lead_time: tuple[Difference, ...] = ()
    differs: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Trace:
    """What is told of one patient.

    Attributes:
        history: what happened.
        otherwise: what would have happened under another style; None if nobody asked.
    """

    history: History
    otherwise: Otherwise | None = None


def beside(own: History, style: str, day: int | None = None, tell: Progress | None = None) -> Otherwise:
    """What a history would have been under leads of another style, with the same luck.

    Args:
        own: the history.
        style: of leading.
        day: on which leads turn to it, from 0; left out, they have it from the beginning of the warm-up.
        tell: called with ticks done and ticks in all; may raise to stop.

    Raises:
        ScenarioError: there is no such style.
        RunError: the run does not count this day.
    """
    one, other = own.run, under(own.run, style, day)
    try:
        theirs = history(other, own.patient, tell)
    except NoSuchPatient:  # who comes again comes again only if what went before was the same
        theirs = History(other, own.patient, ())
    since = 0 if day is None else (one.warm_up_days + day) * TICKS_PER_DAY
    hospitals = of_hospitals(one, other, own.events[-1].tick + 1, tell, since)
    parts = of_patient(own, theirs)
    if parts is None or hospitals is None:
        return Otherwise(style, day, theirs, hospitals, parts)
    return Otherwise(
        style,
        day,
        theirs,
        hospitals,
        parts,
        tuple(lead_time(one, other, hospitals.tick, parts.tick, own.patient)),
        tuple(differences(one, other, parts.tick, own.patient, (parts.one, parts.other))),
    )
