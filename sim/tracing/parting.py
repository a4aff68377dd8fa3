"""Where two histories part: those of one patient, and those of the two hospitals that share all luck."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiment.design_files import led_by
from sim.experiment.replications import RunError
from sim.scenario import with_changes
from sim.state.vocabulary import DAYS_PER_YEAR
from sim.tracing.events import Event
from sim.tracing.history import History
from sim.tracing.replay import Progress, Replay, Run
from sim.tracing.watching import Watch

# What people did, as against what they are or think: tables, and the columns of tables of people.
DEEDS = ("patients", "true", "observed", "staffing", "funnel")
PEOPLE = ("nurses", "doctors", "pharmacists", "managers")
OF_PEOPLE = ("task", "bed", "engaged", "on_shift")
LOOKS_AHEAD = 96


@dataclass(frozen=True)
class Parting:
    """The first moment at which two histories differ.

    Attributes:
        tick: when.
        one, other: what happened then in each; None where one has nothing that the other has not.
    """

    tick: int
    one: Event | None
    other: Event | None


def under(run: Run, style: str, day: int | None = None) -> Run:
    """The same run, with the same luck, where every ward is led in another style.

    Args:
        run: which.
        style: of leading.
        day: at whose first midnight the leads take it on, counted from the end of the warm-up, from 0; until then both
            runs are the same, byte for byte. Left out, they have it from the beginning of the warm-up.

    Raises:
        ScenarioError: there is no such style.
        RunError: the run does not count this day.
    """
    if day is not None and not 0 <= day < run.days:
        raise RunError(f"the other leader comes on day {day}; the run counts days 0 to {run.days - 1}")
    changes = led_by(run.scenario, style) if day is None else _turns_to(run, style, day)
    return Run(with_changes(run.scenario, changes), run.seed, run.days, run.warm_up_days)


def _turns_to(run: Run, style: str, day: int) -> dict[str, Any]:
    """What is scheduled already, and that leads take on another style."""
    scheduled = [each.model_dump(mode="json", exclude_none=True) for each in run.scenario.interventions]
    turn = {"kind": "replace", "title": "Another way of leading", "day": day, "style": style}
    return {"run.years": run.days / DAYS_PER_YEAR, "interventions": [*scheduled, turn]}


def of_patient(one: History, other: History) -> Parting | None:
    """Where two histories of one patient part; None where they never do."""
    return _first_difference(one.events, other.events)


def of_hospitals(one: Run, other: Run, until: int, tell: Progress | None = None, since: int = 0) -> Parting | None:
    """Where two hospitals part, in anything that somebody did; None where they do not before the tick `until`.

    What leads bring with them from the start is no event: beliefs may differ at once, and come to matter later.

    Args:
        one, other: two runs.
        until: a tick.
        tell: called with ticks done and ticks in all; may raise to stop.
        since: a tick up to which both are known to be the same.
    """
    tick = _first_tick_apart(one, other, since, until, tell)
    if tick is None:
        return None
    watches = [_watch_from(run, tick) for run in (one, other)]
    for _ in range(LOOKS_AHEAD):
        for watch in watches:
            watch.step()
        parting = _first_difference(*(tuple(watch.events) for watch in watches))
        if parting is not None:
            return parting
    return Parting(tick, None, None)


def _first_tick_apart(one: Run, other: Run, since: int, until: int, tell: Progress | None) -> int | None:
    replays = Replay(one), Replay(other)
    for replay in replays:
        replay.goes_to(since)
    for tick in replays[0].ticks(tell):
        if tick >= until:
            return None
        replays[1].goes_to(tick + 1)
        if any(not np.array_equal(*pair) for pair in zip(*map(_deeds, replays), strict=True)):
            return tick
    return None


def _deeds(replay: Replay) -> Iterator[np.ndarray]:
    for name in DEEDS:
        yield getattr(replay.state, name)
    for table in PEOPLE:
        for column in OF_PEOPLE:
            yield getattr(replay.state, table)[column]


def _watch_from(run: Run, tick: int) -> Watch:
    replay = Replay(run)
    replay.goes_to(tick)
    return Watch(replay)


def _first_difference(one: tuple[Event, ...], other: tuple[Event, ...]) -> Parting | None:
    for at in range(max(len(one), len(other))):
        mine, theirs = (events[at] if at < len(events) else None for events in (one, other))
        if mine is None or theirs is None or not mine.is_as(theirs):
            return Parting(*_earlier(mine, theirs))
    return None


def _earlier(mine: Event | None, theirs: Event | None) -> tuple[int, Event | None, Event | None]:
    """The earlier of two events that differ; both, where they are of one moment."""
    ticks = [event.tick for event in (mine, theirs) if event is not None]
    first = min(ticks)
    keep = [event if event is not None and event.tick == first else None for event in (mine, theirs)]
    return first, keep[0], keep[1]
