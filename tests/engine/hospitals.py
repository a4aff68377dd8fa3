"""Small hospitals that differ in everything a scenario can say, for tests that hold the drivers together.

As a program it runs each hospital and prints a line with its name, a digest of its whole numbers and a
digest of every table; the last line is about the record of a run with a warm-up:

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

from sim.engine import RunRecord, run_once
from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.interventions import Schedule
from sim.engine.overrides import plain
from sim.engine.tick import simulate
from sim.scenario import Scenario, from_mapping, with_changes
from sim.state.behaviours import BEHAVIOURS, jit_is_on
from sim.state.parameters import MECHANISMS
from sim.state.vocabulary import ACTIVITIES, TICKS_PER_DAY

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("golden.txt")
COUNTED = ("true", "observed", "staffing", "series", "funnel")  # whole numbers, the same on any machine
RECORD = "a record"

# Mechanisms that take two wards, or more patients than four beds have in two days, to show in what is counted.
SHOWS_LATE = {
    "boarding",
    "readmission",
    "outside_care",
    "shared_landscape",
    "honesty",
    "preferences",
    "pathway",
    "habit",
    "uptake",
    "accountability",
    "layers",
    "tools_of_authority",
}

# Mechanisms of leading and of people over time, of which two or three days see too little;
# `tests/mechanisms/test_switches.py` watches longer.
SHOWS_IN_WEEKS = {
    "symbolic_attention",
    "fallibility",
    "promises",
    "feedback",
    "coaching",
    "walk_rounds",
    "presence",
    "recognition",
    "blame",
    "report_reviews",
    "pressure",
    "target_overrides",
    "standing",
    "knowledge",
    "succession",
    "turnover",
    "engagement",
    "local_knowledge",
}

SHOWN = tuple(name for name in MECHANISMS if name not in SHOWS_IN_WEEKS)

HIGHEST_SEED = 2**62 - 1

ONLY = {
    mode: {"repetitive": 0.0, "constrained": 0.0, "unconstrained": 0.0, mode: 1.0}
    for mode in ("repetitive", "constrained", "unconstrained")
}

# So much happens to so few patients that two days meet nearly every behaviour.
EVENTFUL = {
    "flow.recovery.repetitive": 6.0,
    "flow.recovery.constrained": 9.0,
    "flow.recovery.unconstrained": 9.0,
    "flow.boards_after": 1.0,
    "flow.planned_patience": 4.0,
    "flow.needs_package": 0.9,
    "flow.package_days": 0.1,
    "flow.comes_back": 1.0,
    "flow.return_days": 1.0,
    "staffing.absence": 0.3,
    "staffing.cover_price": 0.1,
    "work.interval.review": 3.0,
    "work.interval.dose": 2.0,
    "work.interval.step": 2.0,
    "work.hurry_at": 3.0,
    "modes.habit_departs": 0.9,
    "work.items_handed_over": 0.9,
    "work.asks_back": 0.5,
    "work.carried_over": 0.0,
    "errors.rate.observation_slip": 0.3,
    "errors.rate.dose_slip": 0.3,
    "errors.rate.prescribing_mistake": 0.4,
    "errors.rate.discharge_slip": 0.4,
    "errors.hazard_feeds": 0.3,
    "errors.hazards_arise": 6.0,
    "voice.sees_hazard": 1.0,
    "voice.patches": 0.9,
    "dials.target_pressure": 1.0,
    "flow.gap_presses": 20.0,
    "flow.corrects": 1.0,
    "leadership.in_sight": 0.9,
    "leadership.copies": 0.5,
    "leadership.walk_finds": 0.5,
    "leadership.reviews_report": 1.0,
    "leadership.mends": 1.0,
    "voice.asked_knows": 0.9,
    "leadership.rigour_taught": 1.0,
    "leadership.coaching_adds": 0.5,
    "leadership.practice_adds": 0.5,
    "leadership.recognition_adds": 0.5,
    "leadership.feedback_moves": 0.9,
    "voice.has_idea": 0.4,
    "modes.sees_misfit": 0.6,
    "modes.sees_fit_as_misfit": 0.1,
    "errors.hazards_go": 0.5,
    "errors.somebody_near": 0.9,
    "errors.colleague_notices": 0.8,
    "errors.dose_meets_order": 0.6,
    "errors.nurse_catches": 0.7,
    "errors.recognises_harm": 0.9,
    "errors.recognises_harmless": 0.5,
    "errors.omission_harms.observation": 0.5,
    "errors.omission_harms.dose": 0.5,
    "errors.ambiguous": 0.5,
    "voice.false_alarm": 0.4,
    "voice.misled": 0.5,
    "voice.stake_in_report": 0.9,
    "voice.learns": 0.3,
    "voice.earshot": 0.7,
    "control.attention": 0.4,
    "control.accountability": 0.7,
    "control.shrinks": 1.0,
    "control.estranged": 1.0,
    "control.passes_up": 0.5,
    "control.fix_travels": 0.7,
    "leadership.budget_of_manager": 0.3,
    "modes.readings": 2,
    "modes.admits_anyway": 0.0,
    "modes.reconsiders": 0.8,
    "modes.notices_slow_progress": 0.8,
    "modes.asks_patient": 0.8,
    "modes.makes_plan": 0.8,
    "modes.prefers_other": 0.6,
    "physiology.worsens": 0.03,
    "physiology.turns_critical": 0.15,
    "physiology.harm_hours": 3.0,
    "physiology.misfortune": 0.02,
}
EVENTFUL |= {
    f"errors.harms.{kind}": 0.4 for kind in ("observation_slip", "dose_slip", "care_slip", "pathway_departure")
}
EVENTFUL |= {f"control.exceptions.{mode}": 0.6 for mode in ONLY}


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
    """Two wards of three beds in which nearly everything happens within two days."""
    changes = EVENTFUL | LED | others.pop("changes", {})
    mix = {"repetitive": 0.3, "constrained": 0.35, "unconstrained": 0.35}
    usual = {
        "beds": (3, 3),
        "arrivals_per_day": 5.0,
        "emergency_share": 0.6,
        "handover": "verbal",
        "mode_mix": mix,
    }
    staffing = {
        "nurses": group("staff nurse", 8, shift("07:30", 12, 2, 2), shift("19:30", 12, 2, 1)),
        "consultant": group("consultant", 2, shift("08:00", 12, 1, 1, 0.8)),
    }
    staffing |= others.pop("staffing", {})
    return scenario(**(usual | others), staffing=staffing, changes=changes)


CHECKLIST = {"kind": "adopt", "practice": "checklist", "day": 0}
STRUCTURE = {"kind": "adopt", "practice": "structured handover", "day": 0}

# An impossible target, and a lead who does everything.
LED = {
    "target": {"title": "An hour", "stops": "clerked", "deadline": 1.0, "required_share": 1.0},
    "styles.pace_setting.hours": dict.fromkeys(ACTIVITIES, 20 / len(ACTIVITIES)),
    "styles.pace_setting.manner.admits_errors": 0.5,
    "styles.pace_setting.stance.blames": 0.5,
}
LISTENS = {"styles.pace_setting.hours": dict.fromkeys(ACTIVITIES, 0.0) | {"listen": 20.0}}
LED_BY_CONSULTANT = LISTENS | {"leadership.lead": "consultant"}

# A lead who only presses, doctors who see what comes of it, and a hospital that expects them to say no.
PRESSES = {
    "styles.pace_setting.hours": dict.fromkeys(ACTIVITIES, 0.0) | {"chase": 20.0},
    "styles.pace_setting.stance.presses": 1.0,
    "control.sees_unready": 1.0,
    "control.overrides": 1.0,
    "flow.pressure_bends": 48.0,
    "dials.devolution": 1.0,
}

# A lead who only shows data, of many records or of one patient.
SHOWS_DATA = {
    "styles.pace_setting.hours": dict.fromkeys(ACTIVITIES, 0.0) | {"show_data": 20.0},
    "leadership.records_shown": 2,
    "leadership.standard": 0.5,
}

# Nobody stays, little is known of the wards, and what they want changed waits longer than the reason for it lasts.
UNSETTLED = {
    "leadership.tenure": 0.1,
    "leadership.post_empty": 1,
    "staffing.leaves": 1.0,
    "staffing.engaged_stay": 10.0,
    "leadership.engagement": 1.0,
    "staffing.engagement_moves": 1.0,
    "staffing.post_vacant": 2,
    "modes.stage_after": 2,
    "dials.devolution": 0.0,
    "control.attention": 0.01,
    "errors.hazards_go": 1.0,
}


def switched(off: str | None = None, larger: bool = False) -> Trial:
    """The eventful hospital with one mechanism switched off: one ward of four beds, or a larger hospital."""
    if off == "checklists":
        return intervened(CHECKLIST, switches={off: False})
    if off == "clinical_leads":
        return Trial(eventful(changes=LED_BY_CONSULTANT, switches={off: False}), 8, 3)
    switches = {off: False} if off else {}
    return Trial(eventful(switches=switches), 220, 3) if larger else Trial(eventful(switches=switches, beds=(4,)), 8, 2)


def intervened(*interventions: dict[str, Any], **others: Any) -> Trial:
    """The eventful hospital without a warm-up, in which something is done, by default on the second of three days."""
    schedule = [{"title": "Something is done", "day": 1} | intervention for intervention in interventions]
    changes = {"run.warm_up_days": 0, "interventions": schedule}
    return Trial(eventful(changes=changes, **({"beds": (4,)} | others)), 8, 3)


def everything_on(mechanism: str) -> str:
    """Name of the hospital to compare with the one without `mechanism`."""
    if mechanism == "checklists":
        return "a checklist is adopted"
    if mechanism == "clinical_leads":
        return "a consultant listens"
    return "all is on, larger" if mechanism in SHOWS_LATE else "all is on"


def one_ward(seed: int, mode: str | None = None, staffing: dict[str, Any] | None = None, **changes: float) -> Trial:
    """The eventful hospital on a smaller scale, with parameters changed: `voice__learns=1.0`."""
    mix = {"mode_mix": ONLY[mode]} if mode else {}
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return Trial(eventful(beds=(3,), staffing=staffing or {}, changes=named, **mix), seed, 2)


@cache
def hospitals() -> dict[str, Trial]:
    """Every hospital by its name."""
    round_the_clock = group("staff nurse", 4, shift("00:00", 24, 1, 1))
    eight_hours = group("staff nurse", 8, shift("07:00", 8, 2, 1), shift("15:00", 8, 1, 1), shift("23:00", 8, 1, 1))
    overlapping = group("senior nurse", 5, shift("06:45", 12.5, 1, 0), shift("18:30", 12.75, 1, 1))
    juniors = {"junior_doctors": group("junior doctor", 4, shift("08:00", 12, 2, 2), shift("20:00", 12, 2, 2))}
    crowd = {"nurses": group("staff nurse", 8, shift("07:30", 12, 4, 4), shift("19:30", 12, 4, 4))}
    two_at_a_time = {"consultant": group("consultant", 2, shift("08:00", 12, 2, 2))}
    varied = {
        "six beds": Trial(scenario(), 1, 3),
        "one bed": Trial(scenario(beds=(1,), waiting_places=1), 2, 3),
        "eight beds, full": Trial(scenario(beds=(8,), arrivals_per_day=9.0), 3, 3),
        "three wards, two divisions": Trial(scenario(beds=(2, 4, 1), divisions=2, arrivals_per_day=2.0), 4, 3),
        "three wards, one division": Trial(eventful(beds=(1, 2, 3)), 5, 2),
        "wards of two divisions in turn": Trial(eventful(beds=(2, 1, 2), divisions=2), 6, 2),
        "nobody comes": Trial(scenario(beds=(3,), arrivals_per_day=0.0), 10, 2),
        "far too many come": Trial(scenario(beds=(2,), arrivals_per_day=60.0, emergency_share=0.5), 11, 2),
        "no waiting place": Trial(scenario(beds=(2,), waiting_places=0, arrivals_per_day=4.0), 12, 2),
        "all planned": Trial(eventful(beds=(3,), emergency_share=0.0), 13, 2),
        "all emergencies": Trial(eventful(beds=(3,), emergency_share=1.0), 14, 2),
        "over a weekend": Trial(scenario(beds=(2,), arrivals_per_day=1.5), 15, 8),
        "shifts of eight hours": Trial(eventful(beds=(3,), staffing={"nurses": eight_hours}), 16, 2),
        "shifts of a day": Trial(eventful(beds=(2,), staffing={"nurses": round_the_clock}), 17, 2),
        "senior nurses and overlaps": Trial(eventful(beds=(4,), staffing={"seniors": overlapping}), 18, 2),
        "no pharmacist": one_ward(19, staffing={"pharmacist": None}),
        "consultants only": one_ward(20, staffing={"junior_doctors": None}),
        "juniors only": one_ward(21, staffing={"consultant": None}),
        "everybody ill, all covered": one_ward(22, staffing__absence=1.0, staffing__cover_available=1.0),
        "everybody ill, nobody comes": one_ward(23, staffing__absence=1.0, staffing__cover_available=0.0),
        "printed handover": Trial(eventful(beds=(3,), handover="printed"), 24, 2),
        "highest seed": Trial(eventful(beds=(2,)), HIGHEST_SEED, 2),
        "seed of more than 32 bits": Trial(eventful(beds=(2,)), 2**32 + 1, 2),
        # the three modes of care
        "repetitive": one_ward(7, "repetitive"),
        "constrained": one_ward(8, "constrained"),
        "unconstrained": one_ward(9, "unconstrained"),
        "views of a full team": one_ward(31, "constrained", juniors | crowd, modes__doctor_sees=0.4),
        "the own view alone": one_ward(32, "constrained", juniors, modes__own_view_counts=20, modes__options=8),
        "by the protocol": one_ward(33, "unconstrained", modes__starts_on_protocol=1, modes__shared=0.9),
        "without a protocol": one_ward(
            34, "unconstrained", modes__starts_on_protocol=0, modes__shared=0, modes__interactions=0
        ),
        "with rigour": one_ward(35, "unconstrained", modes__readings=8, modes__interactions=7),
        # voice
        "nothing is safe to say": one_ward(
            36, dials__psychological_safety=0, voice__acted_on_at_start=0.05, voice__inviting=0
        ),
        "everything is safe to say": one_ward(37, dials__psychological_safety=1, voice__inviting=1),
        "safety is held fast": one_ward(38, dials__hold=1),
        "what is met is believed at once": one_ward(39, voice__learns=1),
        "everybody overhears": one_ward(40, staffing=juniors | crowd, voice__earshot=1, voice__overheard_counts=0.55),
        "false alarms": one_ward(41, voice__false_alarm=1, voice__misled=1, errors__somebody_near=1),
        "ambiguous orders": one_ward(
            42, staffing=juniors | {"pharmacist": None}, errors__ambiguous=1, errors__reads_own_sense=0.2
        ),
        # decisions that no rule covers
        "all is decided at the bedside": one_ward(43, dials__devolution=1),
        "all is sent up, nothing is seen there": one_ward(44, dials__devolution=0, control__attributes_seen=0),
        "all is sent up and waits": one_ward(45, dials__devolution=0, control__attention=0.01),
        "all is answered for": one_ward(
            41,
            staffing=two_at_a_time,
            dials__devolution=1,
            control__accountability=1,
            control__estranged=0,
            control__attention=1,
            voice__has_idea=0,
        ),
        "wishes wait for the manager": one_ward(
            150,
            "repetitive",
            dials__devolution=0,
            control__attention=1,
            control__overrides=1,
            modes__sees_misfit=0.9,
        ),
        "a consultant listens": Trial(eventful(changes=LED_BY_CONSULTANT), 8, 3),
        "several lead by turns": Trial(eventful(changes={"leadership.lead": "shared"}), 9, 3),
        "a senior nurse leads": Trial(
            eventful(changes={"leadership.lead": "senior nurse"}, staffing={"seniors": overlapping}), 10, 3
        ),
        "a division's manager leads": Trial(
            eventful(beds=(2, 1, 1), divisions=2, changes={"leadership.level": "division"}), 11, 3
        ),
        "a lead who only presses": Trial(eventful(beds=(4,), changes=PRESSES), 4, 4),
        "a lead who only shows data": Trial(eventful(beds=(4,), changes=SHOWS_DATA), 1, 4),
        "goals come from below": one_ward(46, goals__from_below=1, goals__passes_down=1, goals__adopts=1),
        # people over time
        "people come and go": Trial(eventful(beds=(1, 1), changes=UNSETTLED), 14, 12),
        # interventions
        "a checklist is adopted": intervened(CHECKLIST),
        "a checklist is mandated": intervened(CHECKLIST | {"kind": "mandate"}),
        "handover in structure is adopted": intervened(STRUCTURE),
        "handover in structure is mandated": intervened(STRUCTURE | {"kind": "mandate"}),
        "numbers change": intervened(
            {"kind": "set", "change": "wards.arrivals_per_day", "times": 2.0, "until": 2, "wards": ["ward_0"]},
            {"kind": "ramp", "change": "dials.devolution", "to": 1.0, "day": 0, "days": 2},
            {"kind": "set", "change": "target.deadline", "to": 0.5, "until": 2},
            {"kind": "set", "change": "errors.rate.dose_slip", "to": 0.9},
            beds=(2, 2),
        ),
        "leads change and people learn": intervened(
            {"kind": "mandate", "practice": "walk-rounds", "hours": 9.0},
            {"kind": "replace", "style": "coaching", "lead": "consultant", "comes_from": "inside"},
            {"kind": "replace", "comes_from": "outside", "day": 2},
            *(
                {"kind": "train", "what": what, "dose": 0.5, "reaches": 0.5}
                for what in ("speaking up", "deciding", "skill")
            ),
            {"kind": "train", "what": "rigour", "takes": 4},
        ),
        "all is on": switched(),
        "all is on, larger": switched(larger=True),
    }
    return varied | {f"without {name}": switched(name, larger=name in SHOWS_LATE) for name in SHOWN}


def run(trial: Trial, simulate: Callable[..., None] = simulate) -> HospitalState:
    """The tables after the run, by the compiled driver (or whatever `simulate` is)."""
    state = trial.build()
    schedule = Schedule(trial.scenario, state, trial.seed, trial.scenario.run.warm_up_days)
    for start, stop in schedule.stages(0, trial.ticks):
        simulate(state, trial.seed, start, stop)
    return state


def record(driver: str = "compiled") -> RunRecord:
    """What a run of a day leaves after a warm-up of a day, with its survey."""
    return run_once(hospitals()["three wards, one division"].scenario, 3, 1, 1, driver=driver)


def digest(state: HospitalState | RunRecord, tables: tuple[str, ...] = HospitalState._fields) -> str:
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
        kept = record()
        print(RECORD, digest(kept, COUNTED), kept.digest(), sep="\t")
        by_mesa = Hospital(eventful(), 5, 1)
        for _ in range(TICKS_PER_DAY):
            by_mesa.step()
    if not jit_is_on():
        print("never entered", *sorted(set(BEHAVIOURS) - found), sep="\t")


if __name__ == "__main__":
    main()
