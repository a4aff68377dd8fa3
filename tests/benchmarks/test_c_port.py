"""The port of the ward to C and the compiled model end with the same bytes in every table."""

from pathlib import Path

import pytest

from benchmarks.c.layout import compiled_port, compiler, tables_that_differ
from benchmarks.left_out import LEFT_OUT
from sim.engine.hospital_state import build_state
from sim.engine.record import snapshot
from sim.engine.tick import simulate
from sim.scenario import Scenario, load, with_changes
from sim.state.parameters import MECHANISMS
from sim.state.vocabulary import TICKS_PER_DAY

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WITHOUT = {"target": None} | {f"mechanisms.{name}": False for name in LEFT_OUT}
HIGHEST_SEED = 2**62 - 1

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no gcc")


@pytest.fixture(scope="module")
def port():
    return compiled_port()


def differences(port, scenario: Scenario, seed: int, days: int) -> list[str]:
    ours = build_state(scenario, seed, days)
    theirs = snapshot(ours)
    simulate(ours, seed, 0, days * TICKS_PER_DAY)
    port(theirs, seed, 0, days * TICKS_PER_DAY)
    assert ours.true["arrivals"].sum() > 0
    return tables_that_differ(ours, theirs)


def test_the_benchmark_switches_off_what_the_port_leaves_out():
    switches = load(SCENARIOS / "benchmark.toml").mechanisms
    assert {name for name, is_on in switches.items() if not is_on} == set(LEFT_OUT)


@pytest.mark.parametrize("seed", [1, 2, HIGHEST_SEED])
def test_a_month_of_the_benchmark_is_the_same(port, seed):
    assert differences(port, load(SCENARIOS / "benchmark.toml"), seed, 28) == []


def test_four_wards_in_two_divisions_are_the_same(port):
    assert differences(port, with_changes(load(SCENARIOS / "baseline.toml"), WITHOUT), 3, 28) == []


def test_long_and_short_shifts_side_by_side_are_the_same(port):
    assert differences(port, with_changes(load(SCENARIOS / "long_shifts.toml"), WITHOUT), 6, 28) == []


@pytest.mark.parametrize("name", sorted(set(MECHANISMS) - set(LEFT_OUT)))
def test_with_each_switch_off_it_is_the_same(port, name):
    scenario = with_changes(load(SCENARIOS / "baseline.toml"), WITHOUT | {f"mechanisms.{name}": False})
    assert differences(port, scenario, 4, 7) == []


def test_other_numbers_are_the_same(port):
    changes = {
        "errors.harm_level": 3,
        "errors.rate.dose_slip": 0.4,
        "flow.recovery_level": 0.5,
        "flow.recovery_shape.constrained": 1.7,
        "modes.good_enough": 0.9,
        "modes.interactions": 6,
        "modes.options": 5,
        "modes.reading_takes": 2,
        "modes.readings": 3,
        "observers.logs_error": 1,
        "physiology.worsens": 0.01,
        "voice.feels.ignored": 0.29,
        "work.hurry_at": 3,
        "work.orders_written": 4,
    }
    scenario = with_changes(load(SCENARIOS / "small.toml"), WITHOUT | changes)
    assert differences(port, scenario, 5, 60) == []


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_mechanism_that_the_port_does_not_know_is_refused(port, name):
    state = build_state(with_changes(load(SCENARIOS / "benchmark.toml"), {f"mechanisms.{name}": True}), 1, 1)
    with pytest.raises(ValueError, match=f"does not know {name}; switch them off"):
        port(state, 1, 0, 1)
