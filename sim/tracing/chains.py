"""How each harm came about: who made it, noticed it, said it or kept silent, what waited, what pressed, who knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.state.vocabulary import ERRORS, FAILURE_TO_RESCUE, MISREAD_TERM, OBSERVATION_SLIP, PRESCRIBING_MISTAKE
from sim.tracing.events import Event
from sim.tracing.history import History

# An error of these kinds may be made long before it reaches the patient.
MADE_BEFORE = (ERRORS[PRESCRIBING_MISTAKE], ERRORS[MISREAD_TERM])
LEADS_TO_HARM = ("decline", "body", "care", "error", "barrier", "voice", "silence")
TO_RESCUE = ERRORS[FAILURE_TO_RESCUE]


@dataclass(frozen=True)
class Chain:
    """What led to one harm that could have been prevented, and what was made of it.

    Attributes:
        harm: the event.
        led_to: errors, barriers, what was said and what was not, in order.
        waited: the decision that waited in an inbox at that moment; None if none did.
        pressed: what a target did to this stay before the harm.
        known: whether staff took it for an incident, and whether it was reported.
    """

    harm: Event
    led_to: tuple[Event, ...]
    waited: Event | None
    pressed: tuple[Event, ...]
    known: tuple[Event, ...]


def chains(history: History) -> Iterator[Chain]:
    """The chain of each preventable harm in a history."""
    events = history.events
    for at, event in enumerate(events):
        if event.kind != "harm":
            continue
        before = events[:at]
        yield Chain(
            event,
            tuple(_led_to(event, before)),
            _waited(before),
            tuple(each for each in before if each.kind == "target"),
            tuple(_known(event, events[at + 1 :])),
        )


def _led_to(harm: Event, before: Sequence[Event]) -> Iterator[Event]:
    since = _since(harm, before)
    for event in before:
        if event.tick >= since and event.kind in LEADS_TO_HARM and event.error in _kinds_of(harm):
            yield event


def _kinds_of(harm: Event) -> tuple[str, ...]:
    """Errors that count for a harm: to rescue takes that nobody misreads, and that somebody calls."""
    return (TO_RESCUE, ERRORS[OBSERVATION_SLIP], "") if harm.error == TO_RESCUE else (harm.error,)


def _since(harm: Event, before: Sequence[Event]) -> int:
    """From when on events can belong to a harm."""
    if harm.error == TO_RESCUE:
        return max((event.tick for event in before if event.kind == "decline"), default=harm.tick)
    if harm.error in MADE_BEFORE:
        return min((event.tick for event in before if event.error == harm.error), default=harm.tick)
    return harm.tick


def _waited(before: Sequence[Event]) -> Event | None:
    waiting = None
    for event in before:
        if event.kind == "decision":
            waiting = None
        elif event.kind == "waits":
            waiting = event
    return waiting


def _known(harm: Event, after: Sequence[Event]) -> Iterator[Event]:
    for event in after:
        if event.tick != harm.tick or event.kind in ("error", "harm"):
            return
        if event.kind in ("record", "silence"):
            yield event
