"""One model by two drivers, compiled and as Mesa agents: the same bytes. `test_plain_python.py` is the third way."""

from hashlib import sha256

import numpy as np
import pytest

from sim.engine.hospital_state import HospitalState
from sim.engine.mesa_driver import Hospital
from sim.experiment.identity import model_version
from sim.state.ledgers import OBSERVED, SERIES, STAFFING, TRUE
from sim.state.vocabulary import PHARMACIST
from tests.engine.hospitals import COUNTED, GOLDEN, RECORD, SHOWN, digest, everything_on, hospitals, record, run

pytestmark = pytest.mark.drivers

TRIALS = hospitals()

# A version of the model, by whose name results are kept, and the golden digests that all its sources leave.
GOLDEN_OF = {"cca6775810a16852": "a661edb88a5d2a86"}


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
    assert found == golden


def test_sources_that_bear_the_name_of_a_version_leave_its_golden_digests():
    """A change of sources that changes no result is named in `SAME_RESULTS_AS`; any other makes a new version, which is
    named here with its golden digests, and kept results are made anew."""
    assert GOLDEN_OF[model_version()] == sha256(GOLDEN.read_bytes()).hexdigest()[:16]


@pytest.mark.parametrize("mechanism", SHOWN)
def test_each_switch_switches_something(mechanism, compiled):
    assert digest(compiled[f"without {mechanism}"], COUNTED) != digest(compiled[everything_on(mechanism)], COUNTED)


@pytest.mark.parametrize("ledger", [TRUE, OBSERVED, STAFFING, SERIES], ids=lambda row: row.name)
def test_every_column_of_a_ledger_is_filled_somewhere(ledger, compiled):
    tables = [getattr(state, ledger.name) for state in (*compiled.values(), record())]
    empty = [name for name in ledger.dtype.names if not any(np.any(table[name]) for table in tables)]
    assert empty == []
