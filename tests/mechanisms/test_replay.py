"""No shortcuts, by replay: decisions and encounters of one run, taken over into hospitals led and set otherwise.

Every decision and every encounter of a run under one style is recorded. Under every other style, and with every dial
elsewhere, the same decisions and encounters are then put in place of those that would be taken there. What people
believe, want and feel, and the styles themselves, are left to differ. If what happens to patients is nobody's
coefficient, what happened must be the same bit for bit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from sim.agents.people import Decision, Doctor, Manager, Nurse, Pharmacist, Staff
from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.overrides import plain, rebuild
from sim.scenario import with_changes
from sim.scenario.styles import USUAL_ORDER
from sim.state.vocabulary import TICKS_PER_DAY
from tests.engine.hospitals import eventful

DAYS, SEED = 2, 8

# Where people choose among things, or somebody routes a decision: what comes back is the decision.
OF_AGENTS = {
    name
    for kind in (Staff, Nurse, Doctor, Pharmacist, Manager)
    for name, value in vars(kind).items()
    if isinstance(value, Decision)
} - {"chooses_tasks", "weighs", "hurries", "leaves_post"}
ELSEWHERE = {
    "share_devolved",
    "is_taken_on",
    "is_fit_to_leave",
    "learns_from_answers",
    "bedside_estimate",
    "desk_estimate",
    "trust_of_stranger",
}
DECISIONS = OF_AGENTS | ELSEWHERE
# What somebody does with a quarter of an hour, or at the end of a shift or a day: what changes is the encounter.
ENCOUNTERS = {
    "chooses_tasks",
    "leads_ward",
    "comes_on_shift",
    "looks_back",
    "feels_pressure",
    "reach_ward",
    "may_leave",
}

# Columns of a style file, of what follows from a style or a dial in people's heads, and of what is pressed for.
FREE = {
    "weights", "leaning", "identification", "confidence", "effort", "voice_is_safe", "voice_is_acted_on", "inviting",
    "trust", "capability", "engagement", "exhaustion", "wary", "pressure", "pressed", "lead_seen", "safety_heard",
    "safety_felt", "action_heard", "action_seen", "goal", "contingent", "hours", "inquiry", "warmth",
    "quality_language", "admits_errors", "keeps_promises", "devolves", "presses", "blames", "shows_aggregates",
    "process_seems", "sightings", "lead_near", "promises_heard", "promises_seen",
}  # fmt: skip

# What people are asked at midnight.
OF_BELIEFS = {"safety", "trust"}

DIALS = {
    "nobody dares": {"dials.psychological_safety": 0.0},
    "everybody dares": {"dials.psychological_safety": 1.0, "dials.hold": True},
    "each wants something else": {"dials.goal_congruence": 0.0},
    "all want the same": {"dials.goal_congruence": 1.0},
    "all is decided above": {"dials.devolution": 0.0},
    "all is decided below": {"dials.devolution": 1.0},
    "no target presses": {"dials.target_pressure": 0.0},
}


class Tape:
    """Decisions and encounters in the order in which they were taken."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.at = 0
        self.inside = False

    def records(self, name: str) -> Callable[[Callable], Callable]:
        """Takes down what a behaviour gives, or leaves changed."""

        def over(usual: Callable) -> Callable:
            def recorded(*rest: Any) -> Any:
                if self.inside:
                    return usual(*rest)
                with self._only_the_outermost():
                    given = usual(*rest)
                self.taken.append((name, given if name in DECISIONS else [kept(table) for table in tables_of(rest)]))
                return given

            return like(usual, recorded)

        return over

    def replays(self, name: str) -> Callable[[Callable], Callable]:
        """Puts what was taken down in place of what a behaviour would do."""

        def over(usual: Callable) -> Callable:
            def replayed(*rest: Any) -> Any:
                expected, given = self.taken[self.at]
                assert expected == name, f"{name} instead of {expected}: the histories have parted"
                self.at += 1
                if name in DECISIONS:
                    return given
                for table, before in zip(tables_of(rest), given, strict=True):
                    puts_back(table, before)
                return None

            return like(usual, replayed)

        return over

    @contextmanager
    def _only_the_outermost(self) -> Iterator[None]:
        self.inside = True
        yield
        self.inside = False


def like(usual: Callable, other: Callable) -> Callable:
    other.__name__ = plain(usual).__name__
    return other


def tables_of(arguments: Sequence[Any]) -> list[Any]:
    """Rows and tables that a behaviour was given, those in a team too; settings have no column that is a number."""
    flat = [part for argument in arguments for part in (argument if isinstance(argument, tuple) else (argument,))]
    return [part for part in flat if isinstance(part, np.ndarray | np.record) and "on" not in (part.dtype.names or ())]


def kept(table: Any) -> np.ndarray:
    """A copy by bytes: NumPy's copy of a single record still shows the table."""
    return np.frombuffer(table.tobytes(), table.dtype).reshape(table.shape)


def puts_back(table: Any, before: np.ndarray) -> None:
    if table.dtype.names is None:
        table[...] = before
        return
    for column in table.dtype.names:
        if column not in FREE:
            table[column] = before[column]


def led(style: str, **dials: Any) -> HospitalState:
    scenario = with_changes(eventful(), {"leadership.style": style, **dials})
    return build_state(scenario, SEED, DAYS)


def runs(state: HospitalState, over: Callable[[str], Callable]) -> HospitalState:
    loop = rebuild({}, jit=False, asks={name: over(name) for name in DECISIONS | ENCOUNTERS}).called["simulate"]
    loop(state, SEED, 0, DAYS * TICKS_PER_DAY)
    return state


@pytest.fixture(scope="module")
def recorded() -> tuple[Tape, HospitalState]:
    tape = Tape()
    return tape, runs(led("pace_setting"), tape.records)


def replayed(tape: Tape, state: HospitalState) -> HospitalState:
    tape.at = 0
    done = runs(state, tape.replays)
    assert tape.at == len(tape.taken)
    return done


def differences(one: HospitalState, other: HospitalState) -> list[str]:
    """Columns of what happened that are not the same, bit for bit."""
    found = []
    for table in ("patients", "true", "observed", "staffing", "series", "returns"):
        mine, yours = getattr(one, table), getattr(other, table)
        names = [name for name in mine.dtype.names if table != "series" or name not in OF_BELIEFS]
        found += [f"{table}.{name}" for name in names if mine[name].tobytes() != yours[name].tobytes()]
    found += ["funnel"] if one.funnel.tobytes() != other.funnel.tobytes() else []
    return found


def test_the_recording_has_many_decisions_and_harm(recorded):
    tape, state = recorded
    assert {name for name, _ in tape.taken} >= {"chooses_tasks", "leads_ward", "speaks_up", "share_devolved", "answers"}
    assert state.true["preventable_events"].sum() > 5
    assert state.true["exceptions"].sum() > 5


@pytest.mark.parametrize("style", [name for name in USUAL_ORDER if name != "pace_setting"])
def test_outcomes_are_the_same_under_any_style_once_decisions_are(recorded, style):
    tape, state = recorded
    assert differences(state, replayed(tape, led(style))) == []


@pytest.mark.parametrize("name", DIALS)
def test_outcomes_are_the_same_wherever_dials_stand_once_decisions_are(recorded, name):
    tape, state = recorded
    assert differences(state, replayed(tape, led("pace_setting", **DIALS[name]))) == []


def test_without_the_recording_the_histories_part():
    """What a replay shows would be empty if styles and dials changed nothing to begin with."""
    unaided = Tape()
    one, other = (runs(led(*given), unaided.records) for given in (("pace_setting",), ("coaching",)))
    assert differences(one, other)
    dialled = runs(led("pace_setting", **DIALS["all is decided above"]), unaided.records)
    assert differences(one, dialled)


def test_a_shortcut_would_be_heard(recorded):
    """A chance of harm that knew how safe nurses feel would part the histories."""
    tape, state = recorded
    other = led("pace_setting", **DIALS["nobody dares"])
    tape.at = 0

    def harms_the_fearful(usual: Callable) -> Callable:
        return like(usual, lambda *rest: usual(*rest) or bool(other.nurses["voice_is_safe"].mean() < 0.3))

    asks = {name: tape.replays(name) for name in DECISIONS | ENCOUNTERS} | {"error_harms": harms_the_fearful}
    with pytest.raises((AssertionError, IndexError)):
        rebuild({}, jit=False, asks=asks).called["simulate"](other, SEED, 0, DAYS * TICKS_PER_DAY)
        assert differences(state, other) == []
