"""One model, three ways to run it: compiled, in plain Python, and as Mesa agents. All give the same bytes."""

import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from sim.engine.hospital_state import HospitalState
from sim.engine.mesa_driver import Hospital
from sim.state.behaviours import jit_is_on
from sim.state.ledgers import OBSERVED, SERIES, STAFFING, TRUE
from sim.state.vocabulary import PHARMACIST
from tests.engine.hospitals import COUNTED, GOLDEN, RECORD, ROOT, SHOWN, digest, everything_on, hospitals, record, run

pytestmark = pytest.mark.drivers

# Without compiling, hospitals that lack a mechanism are left to `test_plain_python_leaves_the_same_bytes...`, which
# runs every one of them in plain Python.
TRIALS = {name: trial for name, trial in hospitals().items() if jit_is_on() or not name.startswith("without ")}

# With bounds checked the same compiled code is held to the golden digests, which is enough.
COMPARED_WITH_PLAIN = jit_is_on() and not os.environ.get("NUMBA_BOUNDSCHECK")

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


@pytest.fixture(scope="module", autouse=True)
def interpreted() -> Iterator[subprocess.Popen | None]:
    """The same hospitals in plain Python, which run on another core while the other tests of this module run."""
    if not COMPARED_WITH_PLAIN:
        yield None
        return
    with subprocess.Popen(
        [sys.executable, "-m", "tests.engine.hospitals"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()


@pytest.fixture(scope="module")
def compiled() -> dict[str, HospitalState]:
    """Every hospital after its run by `simulate`."""
    return {name: run(trial) for name, trial in TRIALS.items()}


@pytest.mark.parametrize("name", TRIALS)
def test_mesa_and_the_loop_leave_every_table_equal(name, compiled):
    trial = TRIALS[name]
    by_mesa = Hospital(trial.scenario, trial.seed, trial.days, state=trial.build())
    for _ in range(trial.ticks):
        by_mesa.step()
    assert differences(by_mesa.state, compiled[name]) == []
    assert differences(compiled[name], trial.build()) != []


def test_the_record_and_its_survey_are_the_same_after_a_warm_up():
    by_loop, by_mesa = record(), record("mesa")
    assert by_loop.digest() == by_mesa.digest()
    assert by_loop.true["admissions"].sum() > 0
    asked, safe, heard = (by_mesa.staffing[name] for name in ("surveyed", "agree_safe", "agree_acted_on"))
    assert asked.sum() == (by_mesa.staff["profession"] != PHARMACIST).sum()
    assert 0 < safe.sum() < asked.sum()
    assert 0 < heard.sum() < asked.sum()


def test_the_model_is_the_one_whose_results_were_kept(compiled):
    """Why: `python -m tests.engine.explain`. Meant: `python -m tests.engine.hospitals > tests/engine/golden.txt`."""
    golden = dict(line.split("\t")[:2] for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    found = {name: digest(state, COUNTED) for name, state in compiled.items()}
    found[RECORD] = digest(record(), COUNTED)
    assert found == {name: kept for name, kept in golden.items() if name in found}
    assert set(golden) == {*hospitals(), RECORD}


@pytest.mark.skipif(not jit_is_on(), reason="hospitals without a mechanism are left out")
@pytest.mark.parametrize("mechanism", SHOWN)
def test_each_switch_switches_something(mechanism, compiled):
    assert digest(compiled[f"without {mechanism}"], COUNTED) != digest(compiled[everything_on(mechanism)], COUNTED)


@pytest.mark.skipif(not jit_is_on(), reason="hospitals without a mechanism are left out")
@pytest.mark.parametrize("ledger", [TRUE, OBSERVED, STAFFING, SERIES], ids=lambda row: row.name)
def test_every_column_of_a_ledger_is_filled_somewhere(ledger, compiled):
    tables = [getattr(state, ledger.name) for state in (*compiled.values(), record())]
    empty = [name for name in ledger.dtype.names if not any(np.any(table[name]) for table in tables)]
    assert empty == []


@pytest.mark.skipif(not COMPARED_WITH_PLAIN, reason="plain Python is compared with what is compiled as usual")
def test_plain_python_leaves_the_same_bytes_and_enters_every_behaviour(compiled, interpreted):
    said, fault = interpreted.communicate()
    assert interpreted.returncode == 0, fault
    *lines, (_, *never) = (line.split("\t") for line in said.splitlines())
    by_python = {name: whole for name, _, whole in lines}
    by_loop = {name: digest(state) for name, state in compiled.items()}
    assert by_python == by_loop | {RECORD: record().digest()}
    assert set(never) == set(NEVER_ENTERED)
