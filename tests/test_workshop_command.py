"""The command workshop as a teacher drives it: a page from what is kept, or from runs that are made now."""

import json
import sys
from functools import partial
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from sim.analysis.sweeps import carry_out
from sim.cli import app
from sim.scenario import load
from sim.workshop import kept as keeping
from sim.workshop import making
from sim.workshop.settings import scenario_of
from tests.synthetic import random_record
from tests.workshop.kepts import kept


def made_up(scenario, seed, days, warm_up_days, progress=None, replace=None):
    """A run that is drawn from its seed, in no time."""
    record = random_record(seed, wards=1, days=2, warm_up=1)
    object.__setattr__(record, "wards", tuple(scenario.wards))
    return record


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with kept results, and a page that is the book as it stands."""
    monkeypatch.chdir(tmp_path)
    keeping.keep(kept(), tmp_path / "kept")
    monkeypatch.setattr(keeping, "folder", lambda: tmp_path / "kept")
    monkeypatch.setitem(sys.modules, "sim.workshop.page", SimpleNamespace(page=json.dumps))
    return tmp_path


def call(*given):
    return CliRunner().invoke(app, ["workshop", "build", *map(str, given)])


def test_a_page_is_made_of_what_is_kept(here):
    said = call("-o", "room.html")
    assert said.exit_code == 0, said.output
    assert "Written to room.html" in said.output
    told = json.loads((here / "room.html").read_text())
    assert told["about"]["replications"] == 200
    assert told["about"]["command"] == "microsystem workshop build"


def test_a_small_page_is_made_of_runs_that_are_made_now_and_says_that_it_is_for_trying_out(here, monkeypatch):
    monkeypatch.setattr(making, "carry_out", partial(carry_out, simulate=made_up))
    said = call("--fresh", "--reps", 2, "--runs", "runs")
    assert said.exit_code == 0, said.output
    assert "Watching" not in said.output  # days and patients of this model are taken over
    assert "for trying out, and not for a room" in said.output
    told = json.loads((here / "workshop.html").read_text())
    assert told["about"]["replications"] == 2
    assert told["about"]["command"] == "microsystem workshop build --fresh --reps 2"
    assert {len(row) for outcomes in told["settings"].values() for row in outcomes.values()} == {2}
    assert call("--fresh", "--reps", 2, "--runs", "runs", "-o", "again.html").exit_code == 0
    assert json.loads((here / "again.html").read_text()) == told


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--reps", 3), "--reps is for runs that are made anew; give --fresh as well"),
        (("-o", "kept"), "kept is a folder"),
        (("--fresh", "--reps", 1, "--runs", "kept"), "holds something else than an experiment"),
    ],
)
def test_a_mistake_ends_in_one_message_and_nothing_is_written(here, given, message):
    before = sorted(path.name for path in here.iterdir())
    said = call(*given)
    assert said.exit_code == 2
    assert message in said.output
    assert sorted(path.name for path in here.iterdir()) == before


def test_results_of_another_model_are_refused(here, monkeypatch):
    keeping.keep(kept(2, model="0123456789abcdef"), here / "old")
    monkeypatch.setattr(keeping, "folder", lambda: here / "old")
    said = call()
    assert said.exit_code == 2
    assert "--fresh" in said.output
    assert not (here / "workshop.html").exists()


def test_the_scenario_of_a_setting_is_written_for_the_command_run(here):
    key = "coaching/unconstrained/usual/usual/usual/high"
    said = CliRunner().invoke(app, ["workshop", "setting", key, "-o", "one.toml"])
    assert said.exit_code == 0, said.output
    assert load(here / "one.toml").condition_digest() == scenario_of(key).condition_digest()
    again = CliRunner().invoke(app, ["workshop", "setting", key, "-o", "one.toml"])
    assert again.exit_code == 2
    assert "one.toml exists" in again.output


def test_a_setting_that_there_is_not_is_refused(here):
    said = CliRunner().invoke(app, ["workshop", "setting", "coachin/any", "-o", "one.toml"])
    assert said.exit_code == 2
    assert "it should be style/mode/" in said.output
    assert not (here / "one.toml").exists()
