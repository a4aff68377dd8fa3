"""A small hospital to take apart: scenarios in a few words, and runs that leave every table to look at."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.tick import simulate
from sim.scenario import Scenario, load, with_changes
from sim.state.ledgers import OBSERVED, TRUE, empty_funnel
from sim.state.parameters import MECHANISMS
from sim.state.rows import PATIENT
from sim.state.vocabulary import ANSWERS, BED, NEVER, TICKS_PER_DAY
from sim.ward.team import Team

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TEMPER = 0.4
EVERY_HOUR_OF_THE_WEEK = [{"start": "00:00", "hours": 24, "weekday": 1, "weekend": 1}]


def small(**changes: Any) -> Scenario:
    """The six beds of `small.toml`; a change of `a__b` goes to `a.b`."""
    return with_changes(load(SCENARIOS / "small.toml"), {key.replace("__", "."): new for key, new in changes.items()})


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with some values changed, by full name."""
    return with_changes(scenario, changes)


def wards(number: int, **changes: Any) -> Scenario:
    """`number` wards like the one of `small.toml`, in one division."""
    one = small(**changes)
    content = one.model_dump(mode="json", exclude_none=True)
    content["wards"] = {f"ward_{index}": content["wards"]["six_beds"] for index in range(number)}
    return Scenario.model_validate(content)


def only(*on: str) -> dict[str, bool]:
    """Changes that switch every mechanism off but these."""
    return {f"mechanisms.{name}": name in on for name in MECHANISMS}


def without(*off: str) -> dict[str, bool]:
    """Changes that switch these mechanisms off."""
    return {f"mechanisms.{name}": False for name in off}


def outspoken(chance: float, stake: float = 1.0) -> dict[str, float]:
    """Changes after which everybody speaks with this chance where this much is at stake, whoever listens.

    Speaking costs nothing and beliefs do not differ, so the chance is logistic in stake × belief / temper. A
    chance below a half takes a cost: fear, in people who believe that voice is not safe at all.
    """
    worth = np.log(chance / (1 - chance)) * TEMPER
    return {
        "voice.temper": TEMPER,
        "voice.acted_on_at_start": max(worth, 0.0) / stake,
        "voice.fear": max(-worth, 0.0),
        "dials.psychological_safety": 0.0,
        "voice.status_weighs": 0.0,
        "voice.busy_weighs": 0.0,
        "voice.belief_spread": 0.0,
    }


def heeding(chance: float) -> dict[str, float]:
    """Changes after which a concern is acted on with this chance, however it was met."""
    return {f"voice.heeded.{answer}": chance for answer in ANSWERS}


def run(scenario: Scenario, days: int, seed: int = 1, loop: Callable = simulate) -> HospitalState:
    """The tables of a hospital after `days` days."""
    state = build_state(scenario, seed, days)
    loop(state, seed, 0, days * TICKS_PER_DAY)
    return state


def person(state: HospitalState, table: str, grade: int) -> np.record:
    """The first person of a grade, at work, rested and in no hurry."""
    people = getattr(state, table)
    someone = people[np.flatnonzero(people["grade"] == grade)[0]]
    someone.on_shift = 1
    return someone


def a_patient(mode: int = 0, identity: int = 1 << 40) -> np.record:
    """A patient in a bed, for whom nothing is planned."""
    patient = PATIENT.table(1)[0]
    patient.identity, patient.place, patient.mode = identity, BED, mode
    patient.recovery_needed = patient.recovery_left = 100.0
    patient.due[:] = NEVER
    patient.option = patient.trial = patient.fit_since = patient.exception_since = -1
    patient.decision_fit = 1.0
    return patient


def everybody(state: HospitalState) -> Team:
    """The team of the only ward."""
    return Team(state.nurses, state.doctors, state.managers[:1], state.leads[:1])


def ledgers() -> tuple[np.ndarray, np.record, np.record]:
    """A funnel (mode × kind × source × stage) and rows of the true and observed ledgers, all zero."""
    return empty_funnel(1)[0], TRUE.table(1)[0], OBSERVED.table(1)[0]


def share_error(share: float, number: int) -> float:
    """The standard error of a share of `number` independent trials."""
    return float(np.sqrt(share * (1 - share) / number))
