"""The ward in plain Mesa is the ward of the model: its rates agree within what chance allows."""

from functools import cache
from pathlib import Path

import pytest

from benchmarks.demand import comparable
from benchmarks.plain_mesa.ward import Nurse, Ward, run
from benchmarks.rates import WARD_RATES, Agreement, agreements, compiled, ported
from sim.scenario import load
from sim.state.behaviours import jit_is_on
from sim.state.vocabulary import NEVER, TASKS, TICKS_PER_DAY, TICKS_PER_HOUR

SCENARIO = comparable(load(Path(__file__).resolve().parents[2] / "scenarios" / "one_ward.toml"))


@cache
def found() -> dict[str, Agreement]:
    return agreements(ported(run, SCENARIO), compiled(SCENARIO), WARD_RATES)


@pytest.mark.skipif(not jit_is_on(), reason="the model takes an hour for this when it is interpreted")
@pytest.mark.parametrize("name", WARD_RATES)
def test_a_rate_agrees_with_the_compiled_model(name):
    assert found()[name].is_within, found()[name]


def test_equal_seeds_give_equal_runs_and_others_do_not():
    ticks = 3 * TICKS_PER_DAY
    assert run(SCENARIO, 1, ticks) == run(SCENARIO, 1, ticks) != run(SCENARIO, 2, ticks)


def test_every_task_that_was_planned_is_accounted_for():
    ward = Ward(SCENARIO, 1)
    for _ in range(10 * TICKS_PER_DAY):
        ward.step()
    counts = ward.counts()
    for kind, task in enumerate(TASKS):
        planned = sum(patient.due[kind] != NEVER for patient in ward.beds if patient is not None)
        ended = sum(counts.get(f"{end} {task}", 0.0) for end in ("done", "undone", "forgotten", "lapsed"))
        assert counts.get(f"due {task}", 0.0) == ended + planned


def test_every_nurse_is_in_post_every_day():
    counts = run(SCENARIO, 1, 3 * TICKS_PER_DAY)
    assert counts["nurse_days"] == 3 * len(Ward(SCENARIO, 1).agents_by_type[Nurse])


def test_patients_are_agents_while_they_are_here():
    ward = Ward(SCENARIO, 1)
    for _ in range(10 * TICKS_PER_DAY):
        ward.step()
    here = [patient for patient in ward.beds if patient is not None] + ward.queue
    staff = sum(len(rota.people) for rota in ward.rotas) + 1
    assert here
    assert len(ward.agents) == len(here) + staff
    assert ward.total("bed_time") <= 10 * TICKS_PER_DAY * len(ward.beds)
    assert ward.total("bed_time") % TICKS_PER_HOUR == 0


def test_a_scenario_with_other_mechanisms_is_refused():
    with pytest.raises(ValueError, match="no switch for learned_voice"):
        Ward(load(Path(__file__).resolve().parents[2] / "scenarios" / "one_ward.toml"), 1)
