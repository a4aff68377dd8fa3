"""Small hospitals that differ in everything a scenario can say, for tests that hold the drivers together.

As a program it runs each hospital and prints a line with its name, a digest of its whole numbers and a
digest of every table:

    python -m tests.engine.hospitals > tests/engine/golden.txt     # after a change of the model that is meant
    NUMBA_DISABLE_JIT=1 python -m tests.engine.hospitals           # the same numbers, from plain Python

Interpreted, it ends with the names of behaviours that none of these hospitals ever entered.
"""

import hashlib
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.overrides import plain
from sim.engine.tick import simulate
from sim.scenario import Scenario, from_mapping, with_changes
from sim.state.behaviours import BEHAVIOURS, jit_is_on
from sim.state.parameters import MECHANISMS
from sim.state.vocabulary import TICKS_PER_DAY

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("golden.txt")
COUNTED = ("true", "observed", "staffing", "series", "funnel")  # whole numbers, the same on any machine
HIGHEST_SEED = 2**62 - 1

ONLY = {
    mode: {"repetitive": 0.0, "constrained": 0.0, "unconstrained": 0.0, mode: 1.0}
    for mode in ("repetitive", "constrained", "unconstrained")
}

# So much happens to so few patients that three days meet nearly every behaviour.
EVENTFUL = {
    "flow.recovery.repetitive": 6.0,
    "flow.recovery.constrained": 9.0,
    "flow.recovery.unconstrained": 9.0,
    "flow.boards_after": 1.0,
    "flow.planned_patience": 4.0,
    "flow.needs_package": 0.5,
    "flow.package_days": 0.1,
    "flow.comes_back": 0.8,
    "flow.return_days": 1.0,
    "staffing.absence": 0.3,
    "staffing.cover_price": 0.1,
    "work.interval.review": 3.0,
    "work.interval.dose": 2.0,
    "work.interval.step": 2.0,
    "work.hurry_at": 2.0,
    "modes.habit_departs": 0.9,
    "work.items_handed_over": 0.9,
    "work.asks_back": 0.5,
    "work.carried_over": 0.0,
    "errors.rate.observation_slip": 0.3,
    "errors.rate.dose_slip": 0.3,
    "errors.rate.prescribing_mistake": 0.4,
    "errors.rate.discharge_slip": 0.4,
    "errors.hazard_feeds": 0.1,
    "errors.hazards_arise": 6.0,
    "errors.hazards_go": 0.5,
    "errors.somebody_near": 0.9,
    "errors.colleague_notices": 0.8,
    "errors.dose_meets_order": 0.6,
    "errors.nurse_catches": 0.7,
    "errors.recognises_harm": 0.9,
    "errors.recognises_harmless": 0.5,
    "errors.omission_harms.observation": 0.5,
    "errors.omission_harms.dose": 0.5,
    "voice.reports": 0.8,
    "physiology.worsens": 0.03,
    "physiology.turns_critical": 0.15,
    "physiology.harm_hours": 3.0,
    "physiology.misfortune": 0.02,
} | {f"errors.harms.{kind}": 0.4 for kind in ("observation_slip", "dose_slip", "care_slip", "treatment_mistake")}


class Trial(NamedTuple):
    """A scenario, the seed to run it with, and for how many days."""

    scenario: Scenario
    seed: int
    days: int

    @property
    def ticks(self) -> int:
        return self.days * TICKS_PER_DAY

    def build(self) -> HospitalState:
        return build_state(self.scenario, self.seed, self.days)


def shift(start: str, hours: float, weekday: int, weekend: int, presence: float = 1.0) -> dict[str, Any]:
    return {"start": start, "hours": hours, "weekday": weekday, "weekend": weekend, "presence": presence}


def group(grade: str, posts: int, *shifts: dict[str, Any]) -> dict[str, Any]:
    return {"grade": grade, "posts": posts, "shifts": list(shifts)}


def scenario(
    beds: tuple[int, ...] = (6,),
    divisions: int = 1,
    waiting_places: int = 4,
    staffing: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    switches: dict[str, bool] | None = None,
    **ward: Any,
) -> Scenario:
    """`scenarios/small.toml` with a ward for each number of beds, dealt out to divisions in turn.

    Args:
        staffing: groups by name; one that is None is left out.
        changes: parameters by full name.
        ward: what differs from the six beds in every ward.
    """
    content = tomllib.loads((ROOT / "scenarios" / "small.toml").read_text(encoding="utf-8"))
    usual = content["wards"].pop("six_beds")
    names = [f"division_{number}" for number in range(divisions)]
    content["divisions"] = {name: {"title": name, "waiting_places": waiting_places} for name in names}
    content["wards"] = {
        f"ward_{number}": usual | {"beds": size, "division": names[number % divisions]} | ward
        for number, size in enumerate(beds)
    }
    groups = content["staffing"]["few"] | (staffing or {})
    content["staffing"]["few"] = {name: people for name, people in groups.items() if people is not None}
    content["mechanisms"] = switches or {}
    return with_changes(from_mapping(content), changes or {})


def eventful(**others: Any) -> Scenario:
    """Two wards of three beds in which nearly everything happens within three days."""
    changes = EVENTFUL | others.pop("changes", {})
    mix = {"repetitive": 0.4, "constrained": 0.3, "unconstrained": 0.3}
    consultant = group("consultant", 2, shift("08:00", 12, 1, 1, 0.8))
    usual = {
        "staffing": {"consultant": consultant},
        "beds": (3, 3),
        "arrivals_per_day": 4.0,
        "emergency_share": 0.6,
        "handover": "verbal",
        "mode_mix": mix,
    }
    return scenario(**(usual | others), changes=changes)


def without(mechanism: str) -> Trial:
    """The eventful hospital with one mechanism switched off."""
    return Trial(eventful(switches={mechanism: False}), 7, 3)


@cache
def hospitals() -> dict[str, Trial]:
    """Every hospital by its name."""
    round_the_clock = group("staff nurse", 4, shift("00:00", 24, 1, 1))
    eight_hours = group("staff nurse", 8, shift("07:00", 8, 2, 1), shift("15:00", 8, 1, 1), shift("23:00", 8, 1, 1))
    overlapping = group("senior nurse", 5, shift("06:45", 12.5, 1, 0), shift("18:30", 12.75, 1, 1))
    varied = {
        "six beds": Trial(scenario(), 1, 5),
        "one bed": Trial(scenario(beds=(1,), waiting_places=1), 2, 5),
        "eight beds, full": Trial(scenario(beds=(8,), arrivals_per_day=9.0), 3, 4),
        "three wards, two divisions": Trial(scenario(beds=(2, 4, 1), divisions=2, arrivals_per_day=2.0), 4, 4),
        "three wards, one division": Trial(eventful(beds=(1, 2, 3)), 5, 3),
        "wards of two divisions in turn": Trial(eventful(beds=(2, 1, 2), divisions=2), 6, 3),
        "repetitive": Trial(eventful(beds=(3,), mode_mix=ONLY["repetitive"]), 7, 3),
        "constrained": Trial(eventful(beds=(3,), mode_mix=ONLY["constrained"]), 8, 3),
        "unconstrained": Trial(eventful(beds=(3,), mode_mix=ONLY["unconstrained"]), 9, 3),
        "nobody comes": Trial(scenario(beds=(3,), arrivals_per_day=0.0), 10, 3),
        "far too many come": Trial(scenario(beds=(2,), arrivals_per_day=60.0, emergency_share=0.5), 11, 3),
        "no waiting place": Trial(scenario(beds=(2,), waiting_places=0, arrivals_per_day=4.0), 12, 3),
        "all planned": Trial(eventful(beds=(3,), emergency_share=0.0), 13, 3),
        "all emergencies": Trial(eventful(beds=(3,), emergency_share=1.0), 14, 3),
        "over a weekend": Trial(scenario(beds=(2,), arrivals_per_day=1.5), 15, 8),
        "shifts of eight hours": Trial(eventful(staffing={"nurses": eight_hours}), 16, 3),
        "shifts of a day": Trial(eventful(beds=(2,), staffing={"nurses": round_the_clock}), 17, 3),
        "senior nurses and overlaps": Trial(eventful(beds=(4,), staffing={"seniors": overlapping}), 18, 3),
        "no pharmacist": Trial(eventful(beds=(3,), staffing={"pharmacist": None}), 19, 3),
        "consultants only": Trial(eventful(beds=(3,), staffing={"junior_doctors": None}), 20, 3),
        "juniors only": Trial(eventful(beds=(3,), staffing={"consultant": None}), 21, 3),
        "everybody ill, all covered": Trial(
            eventful(changes={"staffing.absence": 1.0, "staffing.cover_available": 1.0}), 22, 3
        ),
        "everybody ill, nobody comes": Trial(
            eventful(beds=(2,), changes={"staffing.absence": 1.0, "staffing.cover_available": 0.0}), 23, 3
        ),
        "printed handover": Trial(eventful(handover="printed"), 24, 3),
        "highest seed": Trial(eventful(), HIGHEST_SEED, 3),
        "seed of more than 32 bits": Trial(eventful(beds=(2,)), 2**32 + 1, 3),
        "all is on": Trial(eventful(), 7, 3),
    }
    return varied | {f"without {mechanism}": without(mechanism) for mechanism in MECHANISMS}


def run(trial: Trial, simulate: Callable[..., None] = simulate) -> HospitalState:
    """The tables after the run, by the compiled driver (or whatever `simulate` is)."""
    state = trial.build()
    simulate(state, trial.seed, 0, trial.ticks)
    return state


def digest(state: HospitalState, tables: tuple[str, ...] = HospitalState._fields) -> str:
    found = hashlib.sha256()
    for name in tables:
        found.update(getattr(state, name).tobytes())
    return found.hexdigest()[:32]


@contextmanager
def entered() -> Iterator[set[str]]:
    """Collects the names of behaviours that are entered in plain Python."""
    names = {plain(behaviour).__code__: name for name, behaviour in BEHAVIOURS.items()}
    found: set[str] = set()
    watch, tool = sys.monitoring, sys.monitoring.COVERAGE_ID

    def begins(code: Any, _offset: int) -> Any:
        found.add(names[code])
        return watch.DISABLE

    watch.use_tool_id(tool, "entered")
    watch.register_callback(tool, watch.events.PY_START, begins)
    for code in names:
        watch.set_local_events(tool, code, watch.events.PY_START)
    try:
        yield found
    finally:
        watch.free_tool_id(tool)


def main() -> None:
    from sim.engine.mesa_driver import Hospital  # its doors are behaviours too

    with entered() as found:
        for name, trial in hospitals().items():
            state = run(trial)
            print(name, digest(state, COUNTED), digest(state), sep="\t")
        by_mesa = Hospital(eventful(), 5, 1)
        for _ in range(TICKS_PER_DAY):
            by_mesa.step()
    if not jit_is_on():
        print("never entered", *sorted(set(BEHAVIOURS) - found), sep="\t")


if __name__ == "__main__":
    main()
