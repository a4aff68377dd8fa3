"""How each harm came about: who made it, noticed it, said it or kept silent, what waited, what pressed, who knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.state.vocabulary import ERRORS, FAILURE_TO_RESCUE, MISREAD_TERM, OBSERVATION_SLIP, PRESCRIBING_MISTAKE
from sim.tracing.events import MADE, PUT_RIGHT, REACHED, STOPPED, Event
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
        led_to: errors that were not put right, barriers, what was said and what was not, in order.
        waited: the decision that waited in an inbox at that moment; None if none did.
        pressed: what a target did to this stay before the harm.
        known: whether staff took it for an incident, and whether it was reported.
    """

    harm: Event
    led_to: tuple[Event, ...]
    waited: Event | None
    pressed: tuple[Event, ...]
    known: tuple[Event, ...]

    @property
    def could_be(self) -> int:
        """How many errors may have done it: of several wrong orders, nothing tells which one reached the patient."""
        return sum(event.stage == MADE for event in self.led_to)


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


def _led_to(harm: Event, before: Sequence[Event]) -> list[Event]:
    if harm.error == TO_RESCUE:
        return list(_since_decline(harm, before))
    own = [event for event in before if event.kind in LEADS_TO_HARM and event.error == harm.error]
    if harm.error in MADE_BEFORE:
        return _not_put_right(own)
    return _not_put_right([event for event in own if event.tick == harm.tick])


def _since_decline(harm: Event, before: Sequence[Event]) -> Iterator[Event]:
    """To rescue takes that nobody misreads an observation, and that somebody calls."""
    since = max((event.tick for event in before if event.kind == "decline"), default=harm.tick)
    for event in before:
        if event.tick < since or event.kind not in LEADS_TO_HARM:
            continue
        if event.error in (TO_RESCUE, ERRORS[OBSERVATION_SLIP], ""):
            yield event


def _not_put_right(events: Sequence[Event]) -> list[Event]:
    """Of all events of one kind of error up to a harm, those of errors that may have done it.

    An error that is stopped is the one that was made last. Which of several is put right later, or reaches the patient,
    nothing tells apart; so all are kept until none is open.
    """
    held: list[Event] = []
    made_at, still_open = 0, 0
    for event in events:
        if held and not still_open and (_ends(held[-1]) or event.stage == MADE):
            held = [] if _ends(held[-1]) else [each for each in held if each.tick == event.tick]
        if event.stage == MADE:
            made_at, still_open = len(held), still_open + 1
        held.append(event)
        if event.stage == STOPPED:
            held, still_open = held[:made_at], still_open - 1
        elif _ends(event):
            still_open = max(0, still_open - 1)
    return held


def _ends(event: Event) -> bool:
    return event.stage in (PUT_RIGHT, REACHED)


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
        if event.kind in ("record", "unseen", "silence"):
            yield event
