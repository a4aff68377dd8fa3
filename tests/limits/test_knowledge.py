"""What a ward learns moves conditions to the next mode of care (M3)."""

import numpy as np
import pytest

from sim.engine.tick import simulate
from sim.scenario import load
from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.rows import CONDITIONS, WARD
from sim.state.vocabulary import CONSTRAINED, MODES, REPETITIVE, UNCONSTRAINED
from sim.ward.flow import EPISODES, which_condition
from sim.ward.knowledge import draws_lesson, mode_by_now
from tests.limits.bench import SCENARIOS, a_patient, build_state, changed, run, small

BASELINE = load(SCENARIOS / "baseline.toml")


@pytest.mark.parametrize("after", [1, 7])
def test_enough_lessons_in_one_mode_move_a_condition_on_to_the_next_and_no_other_condition(after):
    """Lessons in one mode say nothing of the next: a group goes on only when enough was learned there too."""
    p = settings({"modes.stage_after": after}, {})
    ward, patient = WARD.table(1)[0], a_patient()
    patient.condition = 2
    for mode in (UNCONSTRAINED, CONSTRAINED):
        patient.mode = mode
        for _ in range(after):
            assert mode_by_now(ward, 2, UNCONSTRAINED, p) == mode
            assert mode_by_now(ward, 2, CONSTRAINED, p) == CONSTRAINED
            assert mode_by_now(ward, 1, UNCONSTRAINED, p) == UNCONSTRAINED
            draws_lesson(ward, patient, False, p)
            draws_lesson(ward, patient, True, p)
    assert mode_by_now(ward, 2, UNCONSTRAINED, p) == mode_by_now(ward, 2, CONSTRAINED, p) == REPETITIVE
    off = settings({"modes.stage_after": after}, {"knowledge": False})
    assert mode_by_now(ward, 2, UNCONSTRAINED, off) == UNCONSTRAINED
    draws_lesson(ward, patient, True, off)
    assert ward.learned.sum() == 2 * after


def test_after_enough_lessons_patients_of_that_group_arrive_one_mode_on():
    """The same patients come, with the same luck; those of the group need the next mode of care."""
    every = dict(zip(MODES, (0.0, 0.0, 1.0), strict=True))
    scenario = changed(small(), {"wards.six_beds.mode_mix": every, "modes.stage_after": 10})
    seen: dict[int, set[int]] = {condition: set() for condition in range(CONDITIONS)}
    state = build_state(scenario, 1, 40)
    # Of group 0 nothing is known, of 1 enough for one mode, of 2 for both, of 3 nearly enough.
    lessons = [(0, 9, 9), (0, 0, 10), (0, 12, 29), (0, 50, 9)]
    for now in range(0, 40 * 96, 8):
        state.wards["learned"][0] = np.ravel(lessons)  # no more is learned meanwhile
        simulate(state, 1, now, now + 8)
        for patient in state.patients[state.patients["place"] > 0]:
            if patient["identity"] % EPISODES:  # whoever comes back has the mode of care that she had
                continue
            born = int(patient["identity"]) % (1 << 32) // (16 * EPISODES)
            assert which_condition(int(patient["identity"]), Chance(1, born)) == patient["condition"]
            seen[int(patient["condition"])].add(int(patient["mode"]))
    assert seen == {0: {2}, 1: {1}, 2: {0}, 3: {2}}
    waiting_or_in_bed = state.patients[state.patients["place"] > 0]
    assert (waiting_or_in_bed["illness"] == UNCONSTRAINED).all()  # what recovery takes stays what it was
    moved = sum(state.true["moved_on"].sum(axis=0))
    assert moved == (state.true["arrivals"] - state.true["returns"])[0, :UNCONSTRAINED].sum()


def test_lessons_are_drawn_from_choices_put_right_and_trials_rightly_read():
    learned = run(changed(BASELINE, {"modes.stage_after": 100_000}), 60)
    assert (learned.wards["learned"].sum(axis=1) > 0).all()
    assert learned.true["moved_on"].sum() == 0
    assert np.array_equal(run(changed(BASELINE, {"mechanisms.knowledge": False}), 60).true, learned.true)
