"""The same patient with the same luck in two settings: one whom care harmed in the one, and not in the other."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.state.vocabulary import TICKS_PER_DAY
from sim.tracing.events import Event, clock
from sim.tracing.history import History, harms, history
from sim.tracing.parting import of_patient
from sim.tracing.replay import Run
from sim.ward.flow import EPISODES
from sim.workshop.settings import run_of
from sim.workshop.telling import content, for_a_room

RULE = (
    "The patient is the first of the counted days, of those who came for the first time, whom care harmed in the first "
    "setting in a way that could have been prevented, and did not harm in the second. She shows how harm comes about; "
    "one patient does not show which setting is better."
)


class NobodyDiffers(ValueError):
    """Nobody was harmed in the one setting and spared in the other."""


def trace_of(a: str, b: str) -> dict[str, Any]:
    """What happened to one patient under `a`, and to the same under `b`, in a form that JSON can hold.

    Args:
        a, b: keys of settings; the patient is harmed under `a` and not under `b`.

    Raises:
        NobodyDiffers: there is no such patient in the run.
        UnknownSetting: there is no such setting.
    """
    one, other = run_of(a), run_of(b)
    spared = {harm.patient for harm in harms(other)}
    for harm in harms(one):
        if harm.patient in spared or harm.patient % EPISODES:  # who comes again does so only where all before was alike
            continue
        told, theirs = history(one, harm.patient), history(other, harm.patient)
        return {"patient": harm.patient, **_content(told, theirs, a, b)}
    raise NobodyDiffers(f"nobody is harmed in {a} and spared in {b}; choose other settings for the trace")


def is_of(trace: Mapping[str, Any] | None, a: str, b: str) -> bool:
    """Whether what was told of a patient is of these two settings."""
    return trace is not None and (trace["setting"], trace["otherwise"]["setting"]) == (a, b)


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
