"""Switching mechanisms off in turn, on the smallest hospital, by the engine itself."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import sim
from sim.analysis.comparison import compare
from sim.analysis.outcomes import BY_NAME
from sim.experiment.ablation import design
from sim.experiment.replications import RunError

SMALL = Path(__file__).parents[2] / "scenarios" / "small.toml"
SHORT = {"years": 0.1, "seed": 11, "reps": 3}


@pytest.fixture(scope="module")
def found():
    return sim.ablate(SMALL, ["voice", "harm"], ["errors_reached", "voice", "preventable_events"], **SHORT, threads=2)


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def test_by_default_every_mechanism_that_is_on_is_switched_off_once():
    scenario = sim.with_changes(sim.load(SMALL), {"mechanisms.voice": False, "mechanisms.harm": False})
    designed = design(scenario)
    assert designed.off == ("voice", "harm")
    assert set(designed.without) == set(scenario.mechanisms) - {"voice", "harm"}
    for name, without in designed.without.items():
        off = {switch for switch, on in without.mechanisms.items() if not on}
        assert off == {"voice", "harm", name}
        assert sim.with_changes(without, {f"mechanisms.{name}": True}) == scenario


@pytest.mark.parametrize(
    ("mechanisms", "message"),
    [
        (["voice"], 'mechanism "voice" is off in this scenario already'),
        (["fatige"], 'there is no mechanism "fatige"; did you mean "fatigue"?'),
        ("slip", 'did you mean "slips"?'),
        ([], "name at least one mechanism"),
    ],
)
def test_mechanisms_that_cannot_be_switched_off_are_refused(mechanisms, message):
    silent = sim.with_changes(sim.load(SMALL), {"mechanisms.voice": False})
    with pytest.raises(RunError) as caught:
        design(silent, mechanisms)
    assert message in str(caught.value)


def test_a_scenario_without_mechanisms_has_nothing_to_switch_off():
    scenario = sim.load(SMALL)
    bare = sim.with_changes(scenario, {f"mechanisms.{name}": False for name in scenario.mechanisms})
    with pytest.raises(RunError, match="every mechanism is off in this scenario already"):
        design(bare)


def test_an_unknown_outcome_is_refused_before_anything_runs():
    with pytest.raises(RunError, match='there is no outcome "mortalty"; did you mean "mortality"'):
        sim.ablate(SMALL, "voice", "mortalty")


def test_each_arm_is_the_run_that_one_would_make_oneself(found):
    assert found.full.digest() == sim.run(SMALL, **SHORT).digest()
    silent = sim.with_changes(sim.load(SMALL), {"mechanisms.voice": False})
    assert found.without["voice"].digest() == sim.run(silent, **SHORT).digest()


def test_threads_change_nothing(found):
    again = sim.ablate(SMALL, tuple(found.without), found.outcomes, **SHORT, threads=1)
    assert again.digest() == found.digest()
    pd.testing.assert_frame_equal(again.table, found.table)


def test_a_mechanism_carries_all_of_what_it_shows_in(found):
    rows = found.table.set_index(["mechanism", "outcome"])
    for mechanism, outcome in (("voice", "voice"), ("harm", "preventable_events")):
        row = rows.loc[(mechanism, outcome)]
        assert row.without == 0
        assert row.relative == 1
        assert row.full == row.difference > 0


@settings(max_examples=8)
@given(seed=st.integers(0, 2**62 - 4), reps=st.integers(1, 3), threads=st.integers(1, 3))
def test_with_nothing_switched_off_nothing_differs(seed, reps, threads):
    one, other = (sim.run(SMALL, years=0.03, seed=seed, reps=reps, threads=number) for number in (1, threads))
    table = compare(one, other, tuple(BY_NAME))
    assert table.difference.notna().any()
    assert (table.difference.dropna() == 0).all()
    assert (table[["low", "high"]].dropna() == 0).all(axis=None)


def test_the_drivers_agree(found):
    options = {"years": 0.02, "reps": 1}
    compiled, mesa = (sim.ablate(SMALL, "voice", driver=driver, **options) for driver in ("compiled", "mesa"))
    assert compiled.digest() == mesa.digest()


def test_a_user_sees_what_mechanisms_carry_and_keeps_it(found, tmp_path):
    words = ["--mechanism", "voice", "--mechanism", "harm", "--outcome", "errors_reached", "--outcome", "voice"]
    words += ["--outcome", "preventable_events", "--years", 0.1, "--seed", 11, "--reps", 3]
    said = call("ablate", SMALL, *words, "--out", tmp_path / "out")
    assert said.exit_code == 0
    assert "in full and without each of 2 mechanisms, 3 replications each" in said.stderr
    assert "What each mechanism carries" in said.stdout
    assert found.digest()[:12] in said.stderr
    kept = pd.read_csv(tmp_path / "out" / "ablation.csv", dtype={"ledger": str})
    pd.testing.assert_frame_equal(kept, found.table, check_dtype=False)
    origin = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert origin["ablation"]["digest"] == found.digest()
    assert origin["results"]["digest"] == found.full.digest()
    assert sim.load(tmp_path / "out" / "scenario.toml") == sim.load(SMALL)
