"""One model, three ways to run it: compiled, in plain Python, and as Mesa agents. All give the same bytes."""

import os
import subprocess
import sys

import numpy as np
import pytest

from sim.engine import run_once
from sim.engine.hospital_state import HospitalState
from sim.engine.mesa_driver import Hospital
from sim.state.behaviours import jit_is_on
from sim.state.ledgers import OBSERVED, SERIES, STAFFING, TRUE
from sim.state.parameters import MECHANISMS
from tests.engine.hospitals import COUNTED, GOLDEN, ROOT, digest, eventful, hospitals, run

pytestmark = pytest.mark.drivers

# Behaviours that no hospital can enter, each with the reason.
NEVER_ENTERED: dict[str, str] = {}


def differences(one: HospitalState, other: HospitalState) -> list[str]:
    """Names of the tables, and columns, that are not equal byte for byte."""
    found = []
    for name, first, second in zip(HospitalState._fields, one, other, strict=True):
        if first.tobytes() == second.tobytes():
            continue
        columns = first.dtype.names or ()
        found += [f"{name}.{column}" for column in columns if first[column].tobytes() != second[column].tobytes()]
        found += [] if columns else [name]
    return found


@pytest.fixture(scope="module")
def compiled() -> dict[str, HospitalState]:
    """Every hospital after its run by `simulate`."""
    return {name: run(trial) for name, trial in hospitals().items()}


@pytest.mark.parametrize("name", hospitals())
def test_mesa_and_the_loop_leave_every_table_equal(name, compiled):
    trial = hospitals()[name]
    by_mesa = Hospital(trial.scenario, trial.seed, trial.days, state=trial.build())
    for _ in range(trial.ticks):
        by_mesa.step()
    assert differences(by_mesa.state, compiled[name]) == []
    assert differences(compiled[name], trial.build()) != []


def test_the_record_is_the_same_after_a_warm_up():
    by_loop, by_mesa = (run_once(eventful(), 3, 2, 1, driver=driver) for driver in ("compiled", "mesa"))
    assert by_loop.digest() == by_mesa.digest()
    assert by_loop.true["admissions"].sum() > 0


def test_the_model_is_the_one_whose_results_were_kept(compiled):
    """A change that is meant: `python -m tests.engine.hospitals > tests/engine/golden.txt`."""
    golden = dict(line.split("\t")[:2] for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    assert {name: digest(state, COUNTED) for name, state in compiled.items()} == golden


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_each_switch_switches_something(mechanism, compiled):
    assert digest(compiled[f"without {mechanism}"], COUNTED) != digest(compiled["all is on"], COUNTED)


@pytest.mark.parametrize("ledger", [TRUE, OBSERVED, STAFFING, SERIES], ids=lambda row: row.name)
def test_every_column_of_a_ledger_is_filled_somewhere(ledger, compiled):
    tables = [getattr(state, ledger.name) for state in compiled.values()]
    empty = [name for name in ledger.dtype.names if not any(np.any(table[name]) for table in tables)]
    assert empty == []


@pytest.mark.skipif(not jit_is_on(), reason="nothing is compiled that could be compared with plain Python")
def test_plain_python_leaves_the_same_bytes_and_enters_every_behaviour(compiled):
    interpreted = subprocess.run(
        [sys.executable, "-m", "tests.engine.hospitals"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, (_, *never) = (line.split("\t") for line in interpreted.stdout.splitlines())
    by_python = {name: whole for name, _, whole in lines}
    assert by_python == {name: digest(state) for name, state in compiled.items()}
    assert set(never) == set(NEVER_ENTERED)
