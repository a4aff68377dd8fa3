"""What a ward learns moves conditions to the next mode of care (M3)."""

import numpy as np
import pytest

from sim.engine.tick import simulate
from sim.scenario import load
from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.rows import CONDITIONS, WARD
from sim.state.vocabulary import MODES, REPETITIVE, UNCONSTRAINED
from sim.ward.flow import EPISODES, which_condition
from sim.ward.knowledge import draws_lesson, mode_by_now
from tests.limits.bench import SCENARIOS, a_patient, build_state, changed, run, small

BASELINE = load(SCENARIOS / "baseline.toml")


@pytest.mark.parametrize("after", [1, 7])
def test_each_stage_moves_a_condition_on_by_one_mode_and_no_other_condition(after):
    p = settings({"modes.stage_after": after}, {})
    ward, patient = WARD.table(1)[0], a_patient()
    patient.condition = 2
    for lessons in range(4 * after):
        for mode in range(len(MODES)):
            assert mode_by_now(ward, 2, mode, p) == max(REPETITIVE, mode - lessons // after)
            assert mode_by_now(ward, 1, mode, p) == mode
        draws_lesson(ward, patient, False, p)
        draws_lesson(ward, patient, True, p)
    off = settings({"modes.stage_after": after}, {"knowledge": False})
    assert mode_by_now(ward, 2, UNCONSTRAINED, off) == UNCONSTRAINED
    draws_lesson(ward, patient, True, off)
    assert ward.learned[2] == 4 * after


def test_after_enough_lessons_patients_of_that_group_arrive_one_mode_on():
    """The same patients come, with the same luck; those of the group need the next mode of care."""
    every = dict(zip(MODES, (0.0, 0.0, 1.0), strict=True))
    scenario = changed(small(), {"wards.six_beds.mode_mix": every, "modes.stage_after": 10})
    seen: dict[int, set[int]] = {condition: set() for condition in range(CONDITIONS)}
    state = build_state(scenario, 1, 40)
    state.wards["learned"][0] = (0, 10, 29, 9)
    for now in range(0, 40 * 96, 8):
        state.wards["learned"][0] = (0, 10, 29, 9)  # no more is learned meanwhile
        simulate(state, 1, now, now + 8)
        for patient in state.patients[state.patients["place"] > 0]:
            if patient["identity"] % EPISODES:  # whoever comes back has the mode of care that she had
                continue
            born = int(patient["identity"]) % (1 << 32) // (16 * EPISODES)
            assert which_condition(int(patient["identity"]), Chance(1, born)) == patient["condition"]
            seen[int(patient["condition"])].add(int(patient["mode"]))
    assert seen == {0: {2}, 1: {1}, 2: {0}, 3: {2}}
    moved = sum(state.true["moved_on"].sum(axis=0))
    assert moved == (state.true["arrivals"] - state.true["returns"])[0, :UNCONSTRAINED].sum()


def test_lessons_are_drawn_from_choices_put_right_and_trials_rightly_read():
    learned = run(changed(BASELINE, {"modes.stage_after": 100_000}), 60)
    assert (learned.wards["learned"].sum(axis=1) > 0).all()
    assert learned.true["moved_on"].sum() == 0
    assert np.array_equal(run(changed(BASELINE, {"mechanisms.knowledge": False}), 60).true, learned.true)
