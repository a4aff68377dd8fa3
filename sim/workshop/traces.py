"""The same patient with the same luck in two settings: one whom care harmed in the one, and not in the other."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sim.state.vocabulary import BED, TICKS_PER_DAY
from sim.tracing.events import KINDS, Event, clock
from sim.tracing.history import ARRIVALS_OF_A_TICK, OF_STREAM, Harm, History, harms
from sim.tracing.parting import of_patient
from sim.tracing.replay import Replay, Run
from sim.tracing.watching import Watch
from sim.ward.flow import EPISODES
from sim.workshop.settings import run_of
from sim.workshop.telling import content, for_a_room

RULE = (
    "Of all patients of the first run who came for the first time, whom care harmed in the first setting in a way that "
    "could have been prevented, and did not harm in the second, where they were in a bed as well at that moment, we "
    "take the four who were harmed soonest after they came, and of these the one whose two histories differ most in "
    "what the puzzle is about, such as what was said, or who decided. She is followed until a day after it. She shows "
    "how such a thing comes about; one patient does not show which setting is better."
)
LOOKED_AT = 4
TOLD_AFTER = TICKS_PER_DAY


class NobodyDiffers(ValueError):
    """Nobody was harmed in the one setting and spared in the other."""


def trace_of(a: str, b: str, about: Collection[str] = KINDS) -> dict[str, Any]:
    """What happened to one patient under `a`, and to the same under `b`, in a form that JSON can hold.

    Args:
        a, b: keys of settings; the patient is harmed under `a` and not under `b`.
        about: kinds of event (`sim.tracing.events.KINDS`) in which her two histories should differ.

    Raises:
        NobodyDiffers: there is no such patient in the run.
        UnknownSetting: there is no such setting.
    """
    one, other = run_of(a), run_of(b)
    spared = {harm.patient for harm in harms(other)}
    # Who comes again does so only where all before was alike.
    harmed = [harm for harm in harms(one) if harm.patient not in spared and harm.patient % EPISODES == 0]
    found = list(_in_a_bed(harmed, other))
    if not found:
        raise NobodyDiffers(f"nobody is harmed in {a} and spared in {b}; choose other settings for the puzzle")
    both = [_followed_in(one, other, harm) for harm in sorted(found, key=_stay_before)[:LOOKED_AT]]
    told, theirs = max(both, key=lambda pair: _apart(pair[0], pair[1], about))
    return {"patient": told.patient, "about": sorted(about), **_content(told, theirs, a, b)}


def _followed_in(one: Run, other: Run, harm: Harm) -> tuple[History, History]:
    until = harm.tick + TOLD_AFTER
    return _followed(one, harm.patient, until), _followed(other, harm.patient, until)


def _apart(told: History, theirs: History, about: Collection[str]) -> int:
    """How many more events of some kinds one history has than the other, over kinds."""
    mine, others = (Counter(event.kind for event in _shown(history)) for history in (told, theirs))
    return sum(abs(mine[kind] - others[kind]) for kind in about)


def _in_a_bed(harmed: Iterable[Harm], run: Run) -> Iterator[Harm]:
    """Those who were in a bed in another run too, at the moment at which they were harmed; in order of time."""
    replay = Replay(run)
    for harm in harmed:
        replay.goes_to(harm.tick)
        place = replay.place_of(harm.patient)
        if place is not None and replay.state.patients["place"][place] == BED:
            yield harm


def _stay_before(harm: Harm) -> int:
    return harm.tick - _came(harm.patient)


def _came(patient: int) -> int:
    """The tick in which somebody came for the first time: it is part of the key."""
    return patient % OF_STREAM // EPISODES // ARRIVALS_OF_A_TICK


def _followed(run: Run, patient: int, until: int) -> History:
    """What happened to a patient from her coming to a tick, or to her going."""
    replay = Replay(run)
    replay.goes_to(_came(patient))
    watch = Watch(replay, patient)
    while watch.tick <= min(until, run.ticks - 1):
        watch.step()
        if watch.row() is None:
            break
    return History(run, patient, tuple(watch.events), watch.row() is None)


def is_of(trace: Mapping[str, Any] | None, a: str, b: str, about: Collection[str] = KINDS) -> bool:
    """Whether what was told of a patient is of these two settings, and about these kinds of event."""
    asked = (a, b, sorted(about))
    return trace is not None and (trace["setting"], trace["otherwise"]["setting"], trace["about"]) == asked


def _content(told: History, theirs: History, a: str, b: str) -> dict[str, Any]:
    mine = list(_shown(told))
    parting = of_patient(told, theirs)
    parts = None
    if parting is not None:
        parts = next((at for at, event in enumerate(mine) if event.tick >= parting.tick), len(mine) - 1)
    return {
        "setting": a,
        "events": [_dated(event, told.run) for event in mine],
        "otherwise": {"setting": b, "events": [_dated(event, theirs.run) for event in _shown(theirs)]},
        "parts": parts,
    }


def _shown(told: History) -> Iterator[Event]:
    wards = {name: place.title for name, place in told.run.scenario.wards.items()}
    return for_a_room(told.events, wards)


def _dated(event: Event, run: Run) -> dict[str, Any]:
    began = run.warm_up_days * TICKS_PER_DAY
    return content(event, began) | {"when": clock(event.tick, run.warm_up_days), "bed": -1}
