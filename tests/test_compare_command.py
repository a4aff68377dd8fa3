"""The command compare: a folder of an experiment, or scenario files that it runs; and how each mistake ends."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.experiment import draws, replications
from sim.experiment.draws import from_columns
from tests.experiment import sweeps
from tests.experiment.sweeps import ROOT
from tests.synthetic import random_record

FOUR = "title = {title!r}\nextends = 'small.toml'\n"


@pytest.fixture
def ran(monkeypatch):
    """An engine that answers at once with random records; the scenario and the seed of every run."""
    runs = []

    def run_once(scenario, seed, days, warm_up_days, driver="compiled", progress=None):
        runs.append((scenario, seed, days))
        return random_record(
            seed + 100 * int(scenario.digest()[:4], 16), wards=len(scenario.wards), days=days, warm_up=warm_up_days
        )

    monkeypatch.setattr(replications, "engine", SimpleNamespace(run_once=run_once, is_warm=lambda: True))
    # Records are told apart by seed: give each that of its run.
    monkeypatch.setattr(replications, "_replication", _with_its_seed(replications._replication))
    return runs


def _with_its_seed(original):
    def replication(planned, job, tell):
        record = original(planned, job, tell)
        object.__setattr__(record, "seed", planned.seed + job.number)
        return record

    return replication


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """In the folder we are in: two scenarios with titles of their own, and two with one title."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_bytes((ROOT / "scenarios" / "small.toml").read_bytes())
    for name, title, more in (
        ("held", "Held", "[dials]\nhold = true\n"),
        ("one", "Two of a name", "[dials]\ndevolution = 0.2\n"),
        ("two", "Two of a name", "[dials]\ndevolution = 0.8\n"),
    ):
        (tmp_path / f"{name}.toml").write_text(FOUR.format(title=title) + more)
    return tmp_path


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def test_scenario_files_are_run_with_the_same_seeds_and_compared(ran):
    said = call("compare", "small.toml", "held.toml", "--years", 0.1, "--reps", 3, "--seed", 7, "--threads", 1)
    assert said.exit_code == 0, said.output
    assert [(scenario.title, seed) for scenario, seed, _ in ran] == [
        (title, seed) for title in ("Six beds", "Held") for seed in (7, 8, 9)
    ]
    assert "2 scenarios: 3 replications each of 36 days after" in said.stderr
    assert "Each arm less arm 0, “Six beds”" in said.stdout
    assert re.search(r"What happened +What was recorded", said.stdout)
    assert re.search(r"^ *1 +Held ", said.stdout, re.M)
    assert "runs are done" not in said.stdout


@pytest.mark.parametrize("reference", ["1", "Held", "held.toml"])
def test_the_reference_goes_by_number_title_or_file(ran, reference):
    said = call("compare", "small.toml", "held.toml", "--reps", 2, "--years", 0.1, "--reference", reference)
    assert "Each arm less arm 1, “Held”" in said.stdout


def test_titles_that_are_equal_are_told_apart_by_the_names_of_their_files(ran, tmp_path):
    (tmp_path / "other").mkdir()
    for name in ("small.toml", "one.toml"):
        (tmp_path / "other" / name).write_bytes((tmp_path / name).read_bytes())
    said = call("compare", "one.toml", "two.toml", "other/one.toml", "--years", 0.1, "--reps", 2, "--out", "out")
    assert said.exit_code == 0, said.output
    titles = set(pd.read_csv("out/comparison.csv")["arm_title"])
    assert titles == {"Two of a name (two)", "Two of a name (one) (other/one.toml)"}
    assert "“Two of a name (one) (one.toml)”" in said.stdout


def test_what_is_kept_says_what_was_run_and_how(ran, tmp_path):
    words = ["compare", "small.toml", "held.toml", "--outcome", "mortality", "--years", "0.1", "--reps", "3"]
    said = call(*words, "--out", "out")
    assert said.exit_code == 0, said.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "comparison.csv", "figure.png", "figure.svg", "outcomes.parquet", "provenance.json", "scenario_0.toml",
        "scenario_1.toml",
    }  # fmt: skip
    origin = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert set(origin["comparison"]["arms"]) == set(origin["comparison"]["scenarios"]) == {"Six beds", "Held"}
    assert origin["run"]["replications"] == 3
    assert origin["run"]["command"][:5] == ["microsystem", "compare", "small.toml", "held.toml", "--outcome"]
    assert "--out" not in origin["run"]["command"]
    again = call(*origin["run"]["command"][1:], "--out", "again")
    assert again.exit_code == 0
    assert (tmp_path / "again/comparison.csv").read_bytes() == (tmp_path / "out/comparison.csv").read_bytes()


def test_levels_of_the_posterior_are_the_same_in_each_arm(ran, monkeypatch):
    made = from_columns({"errors.rate.dose_slip": [0.04, 0.05]})
    monkeypatch.setattr(draws, "posterior", lambda: made)
    said = call("compare", "small.toml", "held.toml", "--years", 0.1, "--reps", 2, "--threads", 1, "--posterior")
    assert said.exit_code == 0, said.output
    assert [scenario.changed_parameters()["errors.rate.dose_slip"] for scenario, _, _ in ran] == [0.04, 0.05] * 2


def test_a_table_of_a_folder_has_natural_units_with_their_intervals(tmp_path):
    sweeps.swept(tmp_path / "done")
    said = call("compare", "done", "--out", "out")
    assert said.exit_code == 0, said.output
    assert "48 of 48 runs are done, 0 of them failed; 0 left.\n" in said.stdout
    table = pd.read_csv("out/comparison.csv").set_index(["outcome", "arm"])
    row = table.loc[("mortality", 1)]
    assert row.natural_unit == "per 1,000 stays over a day"
    assert np.array(row[["natural", "natural_low", "natural_high"]], dtype=float) == pytest.approx(
        10 * np.array(row[["difference", "low", "high"]], dtype=float)
    )
    assert table.loc["length_of_stay", ["natural", "natural_low", "natural_high", "natural_unit"]].isna().all(axis=None)
    origin = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert origin["comparison"]["command"][:3] == ["microsystem", "compare", "done"]
    assert origin["results"]["done"] == 48


def test_an_unfinished_folder_is_compared_with_a_warning(tmp_path):
    store = sweeps.swept(tmp_path / "done")
    store.set_aside([store.shard(list(store.blocks())[-1]).name])
    left = store.status().left
    said = call("compare", "done")
    assert f"{48 - left} of 48 runs are done, 0 of them failed; {left} left.\n" in said.stdout
    assert f"{left} of 48 runs are left: every verdict can still change.\n" in said.stdout


def test_within_and_where_choose_references_and_arms(tmp_path):
    sweeps.swept(tmp_path / "done")
    said = call("compare", "done", "--within", "hold", "--outcome", "mortality")
    assert "Each arm less “devolution 0.2”, within each hold\n" in said.stdout
    for line in (r" +hold on$", r" +0 +devolution 0.2 .* reference$", r" +2 +devolution 0.8 ", r" +hold off$"):
        assert re.search(f"^{line}", re.sub(" +$", "", said.stdout, flags=re.M), re.M), line
    said = call("compare", "done", "--where", "dials.hold=false", "--outcome", "mortality")
    assert "Each arm less arm 1, “devolution 0.2”\n" in said.stdout
    assert "All these arms: hold off\n" in said.stdout


def many_arms(tmp_path):
    levels = [round(0.02 * k, 2) for k in range(50)]
    sweeps.swept(tmp_path / "many", sweeps.design(2, levers={"dials.devolution": levels}))


def test_more_arms_than_can_be_shown_are_kept_in_a_table_alone(tmp_path):
    many_arms(tmp_path)
    said = call("compare", "many", "--out", "out")
    assert said.exit_code == 0, said.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "comparison.csv", "provenance.json", "scenario.toml",
    }  # fmt: skip
    assert "49 arms are more than the 40 that can be shown" in said.stderr
    assert "What happened" not in said.stdout


MISTAKES = {
    "folder and file": (["done", "held.toml"], "done is a folder: name the folder of one experiment alone"),
    "two folders": (["done", "done"], "done is a folder: name the folder of one experiment alone"),
    "one file": (["held.toml"], "held.toml is one scenario alone: name two or more, or a folder"),
    "a file twice": (["held.toml", "./held.toml"], "held.toml is named twice"),
    "no such file": (["held.toml", "smal.toml"], 'there is no such file; did you mean "small.toml"?'),
    "no such folder": (["don"], "don holds no experiment"),
    "runs of a folder": (["done", "--reps", 3], "--reps is for scenario files"),
    "a posterior of a folder": (["done", "--posterior"], "--posterior is for scenario files"),
    "a factor of files": (["held.toml", "small.toml", "--within", "mode"], "--within is for the folder"),
    "an arm of files": (["held.toml", "small.toml", "--arm", "1"], "--arm is for the folder"),
    "no such factor": (["done", "--within", "devotion"], 'there is no factor "devotion"; did you mean'),
    "half a level": (["done", "--where", "dials.hold"], "it should be such as dials.devolution=0.8"),
    "no such outcome": (["held.toml", "small.toml", "--outcome", "mortalty"], 'did you mean "mortality"?'),
    "no such ward": (["held.toml", "small.toml", "--ward", "nowhere"], '"Held" has no ward "nowhere"'),
    "no such reference": (["held.toml", "small.toml", "--reference", "2"], 'there is no arm "2" here'),
    "too many arms": (["many"], "or keep all in a table with --out FOLDER"),
    "a folder that is full": (["held.toml", "small.toml", "--out", "done"], "is not an empty folder"),
    "no replications": (["held.toml", "small.toml", "--reps", 0], "reps must be a whole number from 1"),
}


@pytest.mark.parametrize(("words", "answer"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_ends_with_one_message_and_status_two_before_anything_is_run(words, answer, ran, tmp_path):
    if words == ["many"]:
        many_arms(tmp_path)
    sweeps.swept(tmp_path / "done", sweeps.design(1))
    said = call("compare", *words)
    assert said.exit_code == 2, said.output
    assert answer in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert not said.stdout
    assert not ran
