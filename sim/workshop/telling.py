"""Events as a room reads them: sentences, an error and what stood in its way told once, and only reasons that weigh."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from sim.tracing.events import PUT_RIGHT, REACHED, STOPPED, Event
from sim.tracing.telling.leading import SPENDS

ON_THE_WAY = ("error", "barrier")
ARRIVES = "nothing stopped it: "
ARRIVED = "it reached the patient"
# Reasons that are worth a word only above a number.
ABOVE = {
    "hurried": 0,
    "one of the two in haste, or away": 0,
    "interruptions in this quarter of an hour": 0,
    "pressure of the target": 0.3,
    "fatigue": 0.4,
}
# Kinds of care as a page calls them; the longer word first, since it holds the other.
CARE = {"unconstrained care": "care as a search", "constrained care": "a choice among known options"}
NEVER_TOLD = ("hours", "frailty", "hours of care needed", "skill on this ward", "tasks waiting")


def for_a_room(events: Iterable[Event], wards: Mapping[str, str]) -> Iterator[Event]:
    """Events in the order given, fewer and in sentences.

    Left out is what a lead spends a quarter of an hour on, which stands elsewhere. An error, who noticed it and whether
    it arrived are one event where nothing was said between.

    Args:
        events: as they were told.
        wards: titles of wards by name.
    """
    told = [event for event in events if event.lead != SPENDS]
    for (_, patient, error, on_the_way), several in groupby(told, _about):
        chain = list(several)
        if on_the_way and len(chain) > 1 and patient and error:
            yield _sentence(_as_one(chain), wards)
        else:
            yield from (_sentence(event, wards) for event in chain)


def content(event: Event, began: int) -> dict[str, Any]:
    """An event in a form that JSON can hold, with quarter-hours since `began` and without what is empty."""
    told = event.content() | {"tick": event.tick - began, "reasons": _that_weigh(event)}
    return {name: value for name, value in told.items() if value != ""}


def _about(event: Event) -> tuple[int, int, str, bool]:
    return event.tick, event.patient, event.error, event.kind in ON_THE_WAY


def _as_one(chain: list[Event]) -> Event:
    """An error and what stood in its way, as one event: a barrier if it was stopped."""
    first, *rest = chain
    words = [first.words, *(ARRIVED if event.words.startswith(ARRIVES) else event.words for event in rest)]
    stage = chain[-1].stage or first.stage
    kind = {STOPPED: "barrier", PUT_RIGHT: "barrier", REACHED: "error"}.get(stage, first.kind)
    return replace(first, kind=kind, stage=stage, words="; ".join(dict.fromkeys(words)))


def _sentence(event: Event, wards: Mapping[str, str]) -> Event:
    words = event.words.replace(" after 0 minutes", " at once")
    for name, title in [*wards.items(), *CARE.items()]:
        words = words.replace(name, title)
    return replace(event, words=f"{words[0].upper()}{words[1:]}.")


def _that_weigh(event: Event) -> dict[str, float]:
    return {
        name: round(float(value), 2)
        for name, value in event.reasons.items()
        if name not in NEVER_TOLD and value > ABOVE.get(name, -1)
    }
