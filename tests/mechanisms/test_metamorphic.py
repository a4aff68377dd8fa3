"""What must not change, and what must change in one direction only, when the hospital is changed."""

import functools

import numpy as np
import pytest

from sim.engine import run_once
from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.tick import simulate
from sim.scenario import Scenario, load
from sim.state.vocabulary import CHANCES, MADE, REACHED, TICKS_PER_DAY
from tests.limits.bench import SCENARIOS, changed, run, small, wards, without

BASELINE = load(SCENARIOS / "baseline.toml")
# What a patient brings: the same whoever is on shift.
TRAITS = (
    "home_ward", "mode", "urgency", "frailty", "arrived", "recovery_needed", "fits_pathway", "clinical_option",
    "best_option", "condition",
)  # fmt: skip


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.tobytes() == other.tobytes()


def test_with_no_hazards_no_slips_no_mistakes_and_no_losses_nothing_goes_wrong():
    causes = (
        "slips", "mistakes", "latent_hazards", "handover_loss", "deterioration",
        "terms",  # misread
        "false_concerns",  # acted on
        "pathway",  # left
    )  # fmt: skip
    state = run(changed(BASELINE, without(*causes)), 120)
    assert state.funnel[..., CHANCES].sum() > 10_000
    assert state.funnel[..., MADE:].sum() == 0
    assert state.true["preventable_events"].sum() == state.true["harmful_omissions"].sum()
    assert state.observed["doses_seen_wrong"].sum() == state.observed["orders_found_wrong"].sum() == 0
    # and each cause alone is enough for errors
    for cause in causes:
        others = [name for name in causes if name != cause]
        assert run(changed(BASELINE, without(*others)), 30).funnel[..., MADE].sum() > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_people_relabelled_with_their_keys_change_nothing(seed):
    """Rows of nurses and of doctors are shuffled within their wards: luck belongs to keys and not to rows."""
    days = 60
    plain = build_state(BASELINE, seed, days)
    shuffled = build_state(BASELINE, seed, days)
    order = {}
    for table in ("nurses", "doctors"):
        people = getattr(shuffled, table)
        rows = np.arange(len(people))
        for ward in range(len(shuffled.wards)):
            mine = rows[people["ward"] == ward]
            rows[people["ward"] == ward] = np.random.default_rng(seed).permutation(mine)
        assert (rows != np.arange(len(people))).any()
        order[table] = rows
        people[:] = people[rows].copy()
    for state in (plain, shuffled):
        simulate(state, seed, 0, days * TICKS_PER_DAY)
    for table in HospitalState._fields:
        one, other = getattr(plain, table), getattr(shuffled, table)
        assert same(one[order[table]] if table in order else one, other), table
    assert plain.funnel[..., REACHED].sum() > 1_000


def test_titles_are_only_words():
    renamed = {f"wards.{ward}.title": "Another name" for ward in BASELINE.wards}
    renamed |= {f"divisions.{division}.title": "Another name" for division in BASELINE.divisions}
    other = changed(BASELINE, renamed | {"title": "Another", "description": "Another"})
    digests = {run_once(scenario, 3, 20, 5).digest() for scenario in (BASELINE, other)}
    assert len(digests) == 1
    assert run_once(BASELINE, 4, 20, 5).digest() not in digests


@pytest.mark.parametrize("quiet", [0, 1])
def test_two_divisions_do_not_touch(quiet):
    """What happens in one division does not depend on the demand of the other."""
    content = wards(2).model_dump(mode="json", exclude_none=True)
    content["divisions"]["surgery"] = content["divisions"]["medicine"]
    content["wards"]["ward_1"] = {**content["wards"]["ward_1"], "division": "surgery"}
    both = Scenario.model_validate(content)
    one = run(both, 120)
    other = run(changed(both, {f"wards.ward_{1 - quiet}.arrivals_per_day": 2.5}), 120)
    assert not same(one.true[1 - quiet], other.true[1 - quiet])
    for table in ("true", "observed", "staffing", "funnel"):
        assert same(getattr(one, table)[quiet], getattr(other, table)[quiet]), table
    assert same(one.series[:, quiet], other.series[:, quiet])
    for table in ("nurses", "doctors", "pharmacists", "managers"):
        mine = getattr(one, table)["ward"] == quiet
        assert same(getattr(one, table)[mine], getattr(other, table)[mine]), table
    beds = slice(one.wards[quiet].beds_from, one.wards[quiet].beds_to)
    assert same(one.patients[beds], other.patients[beds])
    assert one.true[quiet]["discharges"].sum() > 10


def with_nurses(day_and_night: int) -> Scenario:
    """Six busy beds with so many nurses on every shift."""
    shifts = [
        {"start": start, "hours": 12, "weekday": day_and_night, "weekend": day_and_night}
        for start in ("07:30", "19:30")
    ]
    return small(
        staffing__few__nurses__posts=12,
        staffing__few__nurses__shifts=shifts,
        wards__six_beds__beds=16,
        wards__six_beds__arrivals_per_day=1.6,
        divisions__medicine__waiting_places=400,
        mechanisms__readmission=False,
    )


@functools.cache
def staffed(nurses: int, seed: int) -> HospitalState:
    return run(with_nurses(nurses), 120, seed)


def test_more_nurses_leave_less_care_undone():
    for seed in range(1, 6):
        undone = [
            staffed(nurses, seed).true["undone"].sum() / staffed(nurses, seed).true["due"].sum() for nurses in (1, 2, 3)
        ]
        assert undone[0] > undone[1] > undone[2]


def test_people_who_check_their_own_work_better_let_fewer_errors_reach_patients():
    for seed in range(1, 6):
        reached = []
        for sharp in (0.1, 0.4, 0.7):
            own = {f"errors.own_check.{kind}_slip": sharp for kind in ("dose", "care", "step", "observation")}
            funnel = run(changed(small(), own), 240, seed).funnel
            reached.append(funnel[..., REACHED].sum() / funnel[..., CHANCES].sum())
        assert reached[0] > reached[1] > reached[2]


def test_the_same_patients_come_under_any_staffing():
    """Who comes, when and with what is the patient's own luck, whoever is on shift."""
    few, many = (staffed(nurses, 1) for nurses in (1, 3))
    assert (few.true["arrivals"] == many.true["arrivals"]).all()
    assert few.true["diverted"].sum() == many.true["diverted"].sum() == 0
    seen = [patients_seen(with_nurses(nurses), 60) for nurses in (1, 3)]
    both = seen[0].keys() & seen[1].keys()
    assert len(both) > 60
    assert all(seen[0][identity] == seen[1][identity] for identity in both)
    other_luck = patients_seen(with_nurses(1), 60, seed=2)
    assert not any(seen[0].get(identity) == traits for identity, traits in other_luck.items())


def patients_seen(scenario: Scenario, days: int, seed: int = 1) -> dict[int, tuple]:
    """The traits of everybody found in a bed or waiting, by identity, at a look every six hours."""
    state = build_state(scenario, seed, days)
    seen = {}
    for now in range(0, days * TICKS_PER_DAY, 24):
        simulate(state, seed, now, now + 24)
        for patient in state.patients[state.patients["place"] > 0]:
            seen[int(patient["identity"])] = tuple(patient[name].item() for name in TRAITS)
    return seen
