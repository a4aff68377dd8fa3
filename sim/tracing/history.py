"""The history of one patient in one run, and the list of those to whom harm came that could have been prevented."""

from dataclasses import dataclass

import numpy as np

from sim.scenario.words import did_you_mean, quoted
from sim.state.vocabulary import ERRORS, HARMED, TICKS_PER_DAY
from sim.tracing import telling  # noqa: F401  makes the listeners known
from sim.tracing.events import Event
from sim.tracing.replay import Progress, Replay, Run
from sim.tracing.watching import Watch
from sim.ward.flow import EPISODES

LONGEST_TOLD = 120  # days
OMISSION = "care left undone"
KINDS_OF_HARM = (*ERRORS, OMISSION)
ARRIVALS_OF_A_TICK = 16
OF_STREAM = 1 << 32
NOBODY_COMES = "no patient {} comes in this run; without --patient the command lists who was harmed"


class NoSuchPatient(ValueError):
    """Nobody of that key comes in this run; the message says how to find one."""


@dataclass(frozen=True)
class Harm:
    """Harm that could have been prevented, and came to one patient.

    Attributes:
        patient: whose, a key.
        tick: when.
        ward: on which, by name.
        kinds: of `KINDS_OF_HARM`; more than one where several kinds harmed on the ward in this quarter of an hour.
        reported: whether harm on the ward was reported in this quarter of an hour.
    """

    patient: int
    tick: int
    ward: str
    kinds: tuple[str, ...]
    reported: bool


@dataclass(frozen=True)
class History:
    """What happened to one patient.

    Attributes:
        run: in which.
        patient: who, a key.
        events: in order; none for one who never came.
        is_whole: whether it is told to its end.
    """

    run: Run
    patient: int
    events: tuple[Event, ...]
    is_whole: bool = True


def harms(run: Run, tell: Progress | None = None) -> list[Harm]:
    """All preventable harm in the days that a run counts, in order of time."""
    replay = Replay(run)
    replay.goes_to(run.warm_up_days * TICKS_PER_DAY)
    wards = replay.ward_names
    before, found = _Counts(replay), []
    for tick in replay.ticks(tell):
        now = _Counts(replay)
        if now.events != before.events:
            for place in np.flatnonzero(now.of_patients > before.at_start_of(now)):
                patient = int(now.identities[place] or before.identities[place])
                ward = int(replay.state.patients["ward"][place])
                kinds = tuple(KINDS_OF_HARM[kind] for kind in np.flatnonzero(now.kinds[ward] > before.kinds[ward]))
                reported = bool(now.reports[ward] > before.reports[ward])
                found.append(Harm(patient, tick, wards[ward], kinds, reported))
        before = now
    return found


def check_kind(kind: str | None) -> None:
    """Refuse a kind of harm that there is not.

    Raises:
        NoSuchPatient: the message gives those that there are.
    """
    if kind is not None and kind not in KINDS_OF_HARM:
        known = ", ".join(KINDS_OF_HARM)
        raise NoSuchPatient(f"there is no harm by {quoted(kind)}{did_you_mean(kind, KINDS_OF_HARM)}; there are {known}")


def of_kind(found: list[Harm], kind: str | None) -> list[Harm]:
    """Those of one kind; all, if None.

    Raises:
        NoSuchPatient: there are none.
    """
    chosen = [harm for harm in found if kind is None or kind in harm.kinds]
    if not chosen:
        raise _nobody(kind)
    return chosen


def first_harmed(run: Run, kind: str, tell: Progress | None = None) -> History:
    """The history of the first whom this kind of error harmed in the days that a run counts.

    Where two kinds harmed on one ward in the same quarter of an hour, the history says which of them it was.

    Args:
        run: in which.
        kind: of `KINDS_OF_HARM`.
        tell: called with ticks done and ticks in all; may raise to stop.

    Raises:
        NoSuchPatient: there is nobody, or no such kind.
    """
    check_kind(kind)
    error = "" if kind == OMISSION else kind
    for harm in of_kind(harms(run, tell), kind):
        told = history(run, harm.patient, tell)
        if any((event.tick, event.kind, event.error) == (harm.tick, "harm", error) for event in told.events):
            return told
    raise _nobody(kind)


def _nobody(kind: str | None) -> NoSuchPatient:
    by = f"by {kind}" if kind else "in a way that care could have prevented"
    return NoSuchPatient(f"nobody was harmed {by} in the days that this run counts; try a longer run or another seed")


class _Counts:
    """What has been counted up to a moment, as far as it tells who was harmed by what."""

    def __init__(self, replay: Replay):
        state = replay.state
        self.events = int(state.true["preventable_events"].sum())
        self.identities = state.patients["identity"].copy()
        self.of_patients = state.patients["preventable_events"].copy()
        by_kind = state.funnel[..., HARMED].sum(axis=(1, 3))
        self.kinds = np.column_stack([by_kind, state.true["harmful_omissions"].sum(axis=1)])
        self.reports = state.observed["reports_of_harm"].sum(axis=1)

    def at_start_of(self, now: "_Counts") -> np.ndarray:
        """Events of each patient who is there `now`, as they were at this moment; a patient may have moved since."""
        known = dict(zip(self.identities.tolist(), self.of_patients.tolist(), strict=True))
        gone = now.identities == 0  # who died or left keeps the row until it is given to another
        whose = np.where(gone, self.identities, now.identities)
        return np.array([known.get(identity, 0) if identity else 1 << 30 for identity in whose.tolist()])


def history(run: Run, patient: int, tell: Progress | None = None) -> History:
    """What happened to one patient in a run, from coming to going.

    Args:
        run: which.
        patient: a key, as `harms` gives it.
        tell: called with ticks done and ticks in all; may raise to stop.

    Raises:
        NoSuchPatient: nobody of that key comes in this run.
    """
    came = _arrival(run, patient, tell)
    if came is None:
        raise NoSuchPatient(NOBODY_COMES.format(patient))
    replay = Replay(run)
    replay.goes_to(came)
    watch = Watch(replay, patient)
    for _ in range(min(run.ticks - came, LONGEST_TOLD * TICKS_PER_DAY)):
        if tell and watch.tick % TICKS_PER_DAY == 0:
            tell(watch.tick, run.ticks)
        watch.step()
        if watch.row() is None:
            break
    if not watch.events:
        raise NoSuchPatient(NOBODY_COMES.format(patient))
    return History(run, patient, tuple(watch.events), watch.row() is None)


def _arrival(run: Run, patient: int, tell: Progress | None) -> int | None:
    """The tick in which a patient comes: it is part of the key, but for those who come again."""
    stream, rest = divmod(patient, OF_STREAM)
    first = rest // EPISODES // ARRIVALS_OF_A_TICK
    if not 1 <= stream <= len(run.scenario.wards) or first >= run.ticks:
        return None
    if patient % EPISODES == 0:
        return first
    replay = Replay(run)
    replay.goes_to(first)
    return next((tick for tick in replay.ticks(tell) if replay.place_of(patient) is not None), None)
