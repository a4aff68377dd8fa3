"""The commands sensitivity and discover: what they say and keep, and how each mistake ends."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.analysis.test_sensitivity import NAMES, made
from tests.experiment import sweeps


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder with stored sweeps: of Sobol points for two strategies, of a grid, and one that is unfinished."""
    place = tmp_path_factory.mktemp("explored")
    sweeps.swept(place / "sobol", made("sobol", 8, 2, levers={"dials.devolution": [0.2, 0.8]}))
    sweeps.swept(place / "listed", sweeps.design(2))
    part = sweeps.swept(place / "part", made("sobol", 8, 2))
    part.set_aside([part.shard(list(part.blocks())[-1]).name])
    return place


@pytest.fixture(autouse=True)
def _here(folders, monkeypatch):
    monkeypatch.chdir(folders)


def test_sensitivity_is_told_and_kept_and_the_command_does_it_again(folders):
    said = call("sensitivity", "sobol", "--outcome", "mortality", "--outcome", "wait", "--out", "kept")
    assert said.exit_code == 0, said.output
    assert "Deaths in hospital, % of stays over a day under devolution 0.2" in said.stdout
    assert {path.name for path in (folders / "kept").iterdir()} == {
        "answer.txt", "convergence.csv", "differences.csv", "figure.png", "figure.svg", "provenance.json",
        "scenario.toml", "sensitivity.csv",
    }  # fmt: skip
    origin = json.loads((folders / "kept" / "provenance.json").read_text())
    program, *words = origin["sensitivity"]["command"]
    assert (program, words[:2]) == ("microsystem", ["sensitivity", "sobol"])
    assert origin["results"]["done"] == 160
    assert call(*words, "--out", "again").exit_code == 0
    for name in ("sensitivity.csv", "answer.txt", "figure.svg"):
        assert (folders / "again" / name).read_bytes() == (folders / "kept" / name).read_bytes()
    assert set(pd.read_csv("kept/sensitivity.csv")["factor"]) == set(NAMES)


def test_discovery_is_told_and_kept_and_the_command_does_it_again(folders):
    said = call(
        "discover", "sobol", "--outcome", "wait", "--worst", "30%", "--strategy", "devolution", "--out", "boxes"
    )
    assert said.exit_code == 0, said.output
    assert "(the worst 30% of all cases)" in said.stdout
    assert re.search(r"Devolution 0.8 fails in \d+ of 40 futures", said.stdout)
    assert "mean regret" in said.stdout
    assert {path.name for path in (folders / "boxes").iterdir()} == {
        "answer.txt", "boxes.csv", "cases.csv", "figure.png", "figure.svg", "provenance.json", "robustness.csv",
        "scenario.toml", "trade_off.csv",
    }  # fmt: skip
    words = json.loads((folders / "boxes" / "provenance.json").read_text())["discovery"]["command"][1:]
    assert call(*words, "--out", "boxes_again").exit_code == 0
    for name in ("boxes.csv", "robustness.csv", "answer.txt", "figure.svg"):
        assert (folders / "boxes_again" / name).read_bytes() == (folders / "boxes" / name).read_bytes()


MISTAKES = {
    "no experiment": (["sensitivity", "nowhere"], "nowhere holds no experiment"),
    "another method": (["sensitivity", "listed"], 'swept with method = "grid"; indices take a design with'),
    "an outcome that is not stored": (["sensitivity", "sobol", "--outcome", "mortalty"], 'did you mean "mortality"?'),
    "no such ward": (["sensitivity", "sobol", "--ward", "six_bed"], 'did you mean "six_beds"?'),
    "a sweep that is not whole": (["sensitivity", "part"], "`microsystem resume part` finishes them"),
    "a folder that is full": (["sensitivity", "sobol", "--out", "part"], "is not an empty folder"),
    "boxes of a sweep that is not whole": (["discover", "part"], "`microsystem resume part` finishes them"),
    "no futures": (["discover", "listed"], "varies nothing but strategies"),
    "no share": (["discover", "sobol", "--worst", "many"], '--worst is "many"; it should be such as 25%'),
    "two rules": (["discover", "sobol", "--worst", "0.2", "--reference", "0"], "are both given"),
    "no such strategy": (["discover", "sobol", "--reference", "0.3"], 'there is no strategy "0.3"'),
    "which is worse": (["discover", "sobol", "--outcome", "incident_reports"], "give --bad higher or --bad lower"),
}


@pytest.mark.parametrize(("words", "answer"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_ends_with_one_message_and_status_two(words, answer):
    said = call(*words)
    assert said.exit_code == 2, said.output
    assert answer in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert not said.stdout
