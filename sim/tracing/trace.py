"""A trace: the history of one patient, and beside it that of the same patient with the same luck under another lead."""

from dataclasses import dataclass

from sim.tracing.history import History, NoSuchPatient, history
from sim.tracing.parting import Parting, of_hospitals, of_patient, under
from sim.tracing.replay import Progress, Run


@dataclass(frozen=True)
class Otherwise:
    """What would have been under leads of another style.

    Attributes:
        style: its name.
        history: of the same patient; without events where she never comes.
        patient_parts: where the two histories part; None where they do not.
        hospitals_part: where the two hospitals part before the history ends; None where they do not.
    """

    style: str
    history: History
    patient_parts: Parting | None
    hospitals_part: Parting | None


@dataclass(frozen=True)
class Trace:
    """What is told of one patient.

    Attributes:
        history: what happened.
        otherwise: what would have happened under another style; None if nobody asked.
    """

    history: History
    otherwise: Otherwise | None = None


def trace(run: Run, patient: int, style: str | None = None, tell: Progress | None = None) -> Trace:
    """Tell the history of a patient, and what it would have been under leads of another style.

    Args:
        run: in which.
        patient: a key, as `sim.tracing.history.harms` gives it.
        style: of leading; left out, nothing is compared.
        tell: called with ticks done and ticks in all of what is looked through, or None.

    Raises:
        NoSuchPatient: nobody of that key comes in this run.
        ScenarioError: there is no such style.
    """
    other = under(run, style) if style is not None else None
    own = history(run, patient, tell)
    if other is None or style is None:
        return Trace(own)
    try:
        theirs = history(other, patient, tell)
    except NoSuchPatient:  # who comes again comes again only if what went before was the same
        theirs = History(other, patient, ())
    until = own.events[-1].tick + 1
    return Trace(own, Otherwise(style, theirs, of_patient(own, theirs), of_hospitals(run, other, until, tell)))
