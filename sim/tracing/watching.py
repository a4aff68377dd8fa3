"""Watching: a hospital on the Mesa driver whose behaviours, as they are called, are heard by listeners.

Nothing is changed by it: what leads to a behaviour that somebody listens to is cloned in plain Python, as for an
override, and calls the usual one. So a run that is watched from some moment on is the same run, byte for byte.
"""

import functools
import inspect
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.agents.standing import holds_role
from sim.engine.mesa_driver import Hospital
from sim.engine.overrides import affected_by, plain, rebuild
from sim.state.behaviours import BEHAVIOURS
from sim.state.chance import Chance
from sim.state.vocabulary import ERRORS
from sim.tracing.events import Event
from sim.tracing.replay import Replay

EVERYBODY = 0
NO_PATIENT = 0
DOOR = "_door"


class Call:
    """One call of a behaviour.

    Attributes:
        name: of the behaviour.
        given: its arguments by name, also as attributes of the call.
        left: what its listener counts down for listeners of calls within it.
    """

    def __init__(self, name: str, given: Mapping[str, Any]):
        self.name = name
        self.given = given
        self.left = 0

    def __getattr__(self, name: str) -> Any:
        return self.given[name]


# A listener is called with the call and whoever watches; it may tell before it yields, is sent what the behaviour
# returned, and may tell after.
Listener = Callable[[Call, "Watch"], Generator[None, Any, None]]

LISTENERS: dict[str, Listener] = {}


def listens(*names: str) -> Callable[[Listener], Listener]:
    """Mark a function as the listener of some behaviours."""

    def mark(listener: Listener) -> Listener:
        for name in names:
            if name not in BEHAVIOURS:
                raise ValueError(f"there is no behaviour {name!r} to listen to")
            LISTENERS[name] = listener
        return listener

    return mark


def remembers(*names: str) -> None:
    """Hear some behaviours only to know that they are under way, and of whom."""
    listens(*names)(_says_nothing)


def _says_nothing(call: Call, watch: "Watch") -> Generator[None, Any, None]:
    yield


@functools.cache
def _heard() -> dict[str, tuple[str, ...]]:
    """Behaviours that are heard, and their arguments: those with a listener, those on the way that name a patient."""
    arguments = {name: tuple(inspect.signature(plain(each)).parameters) for name, each in BEHAVIOURS.items()}
    on_the_way = (name for name in affected_by(set(LISTENERS)) if not name.endswith(DOOR))
    about_patients = {name for name in on_the_way if "patient" in arguments[name]}
    return {name: arguments[name] for name in sorted(about_patients | set(LISTENERS))}


class Watch(Hospital):
    """A hospital from a moment of a replay on, and what is told about it.

    Args:
        replay: the run so far; it goes on in its tables.
        patient: whose history is told, or `EVERYBODY`.

    Attributes:
        events: what was told, in the order in which it happened.
    """

    def __init__(self, replay: Replay, patient: int = EVERYBODY):
        self.events: list[Event] = []
        self.patient = patient
        self.calls: list[Call] = []
        run = replay.run
        super().__init__(run.scenario, run.seed, state=replay.state, warm_up_days=run.warm_up_days)
        self.schedule = replay.schedule
        self.tick = replay.tick
        self.replay = replay

    def step(self) -> None:
        """One quarter of an hour, watched."""
        super().step()
        self.replay.tick = self.tick

    def tell(
        self,
        kind: str,
        words: str,
        who: np.record | None = None,
        lead: str = "",
        *,
        about: int | None = None,
        error: str | None = None,
        stage: str = "",
        layer: str = "",
        on_record: bool = False,
        reasons: Mapping[str, float] | None = None,
    ) -> None:
        """Note an event if it is about the patient whose history is told: that of the innermost call, or `about`."""
        patient = self.about() if about is None else about
        if self.patient not in (EVERYBODY, patient):
            return
        identity = 0 if who is None else int(who.identity)
        of_error = self._error() if error is None else error
        told = Event(self.tick, kind, words, identity, patient, of_error, stage, layer, lead, on_record, reasons or {})
        self.events.append(told)

    def about(self) -> int:
        """The patient about whom the innermost call is, or `NO_PATIENT`."""
        for call in reversed(self.calls):
            if "patient" in call.given:
                return int(call.given["patient"].identity)
        return NO_PATIENT

    def _error(self) -> str:
        """The kind of error that the innermost call is about, or nothing."""
        for call in reversed(self.calls):
            if "error" in call.given:
                return ERRORS[call.error]
        return ""

    @property
    def chance(self) -> Chance:
        """Seed and tick of this moment."""
        return Chance(self.seed, self.tick)

    def ward_name(self, index: int) -> str:
        """What the ward of a row is called."""
        return self.bays[index].name

    def under_way(self, name: str) -> Call | None:
        """The innermost call of a behaviour that is under way."""
        return next((call for call in reversed(self.calls) if call.name == name), None)

    def row(self) -> np.record | None:
        """The row of the patient whose history is told, while she is here; None where it is everybody's."""
        place = None if self.patient == EVERYBODY else self.replay.place_of(self.patient)
        return None if place is None else self.state.patients[place]

    def is_lead(self, person: np.record) -> bool:
        """Whether somebody is the lead of the ward that her post is on, alone or with others."""
        return bool(holds_role(person, self.state.leads[person.ward]))

    def _learn_behaviours(self) -> None:
        super()._learn_behaviours()
        asks = {name: functools.partial(self._hearing, name) for name in _heard()}
        watched = rebuild({}, jit=False, asks=asks).called
        usual = vars(self.behaviours)
        doors = {name: self._gate(name, watched[name], usual[name]) for name in usual if name.endswith(DOOR)}
        self.behaviours = SimpleNamespace(**watched | doors)

    def _hearing(self, name: str, usual: Callable) -> Callable:
        """The behaviour, and its listener beside it."""
        arguments, listener = _heard()[name], LISTENERS.get(name, _says_nothing)

        @functools.wraps(plain(usual))
        def heard(*given: Any) -> Any:
            call = Call(name, dict(zip(arguments, given, strict=True)))
            self.calls.append(call)
            telling = listener(call, self)
            next(telling, None)
            result = usual(*given)
            with suppress(StopIteration):
                telling.send(result)
            self.calls.pop()
            return result

        return heard

    def _gate(self, name: str, watched: Callable, usual: Callable) -> Callable:
        """A phase: watched where the patient is, compiled everywhere else."""
        arguments = tuple(inspect.signature(plain(BEHAVIOURS[name])).parameters)

        @functools.wraps(plain(usual))
        def phase(*given: Any) -> None:
            chosen = watched if self._concerns(dict(zip(arguments, given, strict=True))) else usual
            chosen(*given)

        return phase

    def _concerns(self, given: Mapping[str, Any]) -> bool:
        """Whether a phase with these arguments can be about the patient whose history is told."""
        row = self.row()
        if row is None:
            return True
        if "patient" in given:
            return int(given["patient"][0].identity) == self.patient
        if "ward" in given:
            return int(given["ward"][0].identity) - 1 in (row.home_ward, row.ward)
        if "ward_manager" in given:
            return int(given["ward_manager"][0].ward) in (row.home_ward, row.ward)
        return True
