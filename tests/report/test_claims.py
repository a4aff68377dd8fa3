"""Claims run by the command on the smallest hospital, shown and kept."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.claims import Comparison
from sim.report.claims import asked_in_words, estimate_in_words, subject_in_words
from sim.report.claims_figure import claims_figure
from tests.made_up import example, written

FILES = {"claims.csv", "arms.csv", "figure.png", "figure.svg", "X1_scenario.toml", "provenance.json"}


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """What the command says about the made-up claim, and the folder that it leaves."""
    folder = tmp_path_factory.mktemp("claims")
    said = call("claims", written(folder), "--years", 1, "--reps", 4, "--threads", 2, "--out", folder / "out")
    assert said.exit_code == 0, said.stderr
    return said, folder / "out"


def test_a_claim_is_run_and_judged_by_its_own_rule(kept):
    said, _ = kept
    assert "X1 More beds, shorter waits: provisional: supported" in said.stdout
    assert "many less few" in said.stdout
    assert "Would be refuted by: Waits that are not shorter by a tenth." in said.stdout
    assert "Verdicts are provisional: every run has the same levels." in said.stdout
    assert "X1 More beds, shorter waits: 3 arms, 4 replications each of 365 days" in said.stderr


def test_a_folder_is_kept_whole(kept):
    _, folder = kept
    assert {path.name for path in folder.iterdir()} == FILES
    origin = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["X1"]
    assert set(origin["claim"]["arms"]) == {"few", "some", "many"}
    assert origin["claim"]["says"]["refuted_by"] == "Waits that are not shorter by a tenth."
    assert origin["run"]["command"] == [
        "microsystem",
        "claims",
        "mine.toml",
        *["--years", "1", "--reps", "4", "--threads", "2"],
    ]
    table = pd.read_csv(folder / "claims.csv")
    assert (table["claim"] == "X1").all()
    assert table["comparison"].tolist() == ["many less few", "many less few", "some less few", "many less some"]
    assert set(pd.read_csv(folder / "arms.csv")["arm"]) == {"few", "some", "many"}
    assert sim.load(folder / "X1_scenario.toml").wards["six_beds"].beds == 6


def test_the_same_claim_in_python_gives_the_same_numbers(kept, tmp_path):
    _, folder = kept
    found = sim.examine(written(tmp_path), years=1, reps=4, threads=1)
    assert found.verdict == "supported"
    origin = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["X1"]
    assert found.digest() == origin["claim"]["digest"]


def test_where_it_should_fail_it_is_not_supported(tmp_path):
    said = call("claims", written(tmp_path), "--reps", 6, "--years", 1, "--at-failing-point")
    assert said.exit_code == 0
    assert "X1 More beds, shorter waits, at the point where it should fail: provisional: refuted" in said.stdout
    assert "It was expected not to be supported here, and is not." in said.stdout


def test_a_failing_point_at_which_it_does_not_fail_is_told(tmp_path):
    easy = ('"wards.six_beds.arrivals_per_day" = 0.05', '"wards.six_beds.arrivals_per_day" = 0.76')
    said = call("claims", written(tmp_path, easy), "--reps", 4, "--years", 1, "--at-failing-point")
    assert "provisional: supported" in said.stdout
    assert "its file needs another failing point" in said.stdout


def test_claims_that_ship_are_listed_without_a_run(monkeypatch):
    def carry_out_arms(*_):
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.analysis.claims.carry_out_arms", carry_out_arms)
    said = call("claims", "--list")
    assert said.exit_code == 0
    assert all(f"\n H{number} " in said.stdout for number in range(1, 14))
    assert "would be refuted by" in said.stdout
    (one,) = [line for line in call("claims", "H8", "--list").stdout.splitlines() if line.startswith(" H")]
    assert one.startswith(" H8 ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["h99"], '"h99" is no claim that ships'),
        (["h1", "H01"], "claim H1 is asked for twice"),
        (["nowhere.toml"], "nowhere.toml: there is no such file"),
        (["h08", "--reps", "0"], "reps must be a whole number"),
        (["h03", "--years", "0.5"], "H3 counts up to day"),
        (["h08", "--out", "."], "exists and is not an empty folder"),
        (["x" * 3_000], "is no claim that ships"),
        (["\x1b[31m"], "is no claim that ships"),
        ([""], '"" is no claim that ships'),
    ],
)
def test_mistakes_get_one_message_and_nothing_is_run(monkeypatch, tmp_path, words, message):
    def carry_out_arms(*_):
        raise AssertionError("it ran")

    monkeypatch.setattr("sim.analysis.claims.carry_out_arms", carry_out_arms)
    (tmp_path / "full").write_text("")
    monkeypatch.chdir(tmp_path)
    said = call("claims", *words)
    assert said.exit_code == 2, said.exception
    assert message in " ".join(said.stderr.split())
    assert said.stdout == ""
    assert "\x1b" not in said.stderr


def test_ctrl_c_is_answered_in_one_line_and_leaves_nothing(monkeypatch, tmp_path):
    def carry_out_arms(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.analysis.claims.carry_out_arms", carry_out_arms)
    said = call("claims", written(tmp_path), "--out", tmp_path / "out")
    assert said.exit_code == 130
    assert said.stderr.endswith("Stopped; nothing was written.\n")
    assert not (tmp_path / "out").exists()


def test_a_faulty_claim_file_is_told_and_status_is_two(tmp_path):
    said = call("claims", written(tmp_path, ('refuted_by = "Waits that are not shorter by a tenth."\n', "")))
    assert said.exit_code == 2
    assert "refuted_by is missing" in said.stderr
    assert len(said.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("numbers", "unit", "words"),
    [
        ((-0.0321, -0.051, -0.013), "share of the reference", "−3.2% (−5.1 to −1.3)"),
        ((1.234, 0.3, 2.1), "hours, mean", "+1.2 (+0.3 to +2.1)"),
        ((0.0123, 0.01, 0.02), "0 to 1, mean", "+0.012 (+0.010 to +0.020)"),
        ((0.5, float("nan"), float("nan")), "share of the reference", "+50.0%"),
        ((float("nan"),) * 3, "share of the reference", "–"),
    ],
)
def test_an_estimate_reads_with_its_interval(numbers, unit, words):
    assert estimate_in_words(Comparison("a less b", *numbers, 5), unit) == words


def test_what_is_asked_reads_in_words():
    assert asked_in_words(example("difference", arm="a", reference="b", margin=0.03)) == "below −3%"
    assert asked_in_words(example("difference", arm="a", reference="b", sign="above", points=2.0)) == "above +2"
    assert asked_in_words(example("difference", arm="a", reference="b", margin=0.0)) == "below 0%"
    assert asked_in_words(example("interior_minimum", arms=["a", "b", "c"])) == "lowest in between, by 10%"
    assert asked_in_words(example("crossing", arms=["a", "b"], references=["c", "d"], levels=[0.0, 1.0])) == ""


def test_what_is_counted_reads_in_words():
    usual = dict(arm="a", reference="b", outcome="errors_reached")
    assert subject_in_words(example("difference", **usual)) == "Errors: reached the patient"
    days = example("difference", **usual, ward="ash", from_day=0, to_day=91)
    assert subject_in_words(days) == "Errors: reached the patient, ash, days 0 to 91"
    assert subject_in_words(example("best_differs", arms=["a", "b"])) == "Wait for a bed, by mode"


def test_a_figure_has_a_panel_for_each_claim_and_a_row_for_each_test(tmp_path):
    found = sim.examine(written(tmp_path, ('title = "More beds, shorter waits"', 'title = "Costs $1 or $2"')), reps=2)
    figure = claims_figure((found, found))
    assert len(figure.axes) == 2
    assert [len(panel.get_yticks()) for panel in figure.axes] == [2, 2]
    assert "$1 or $2" in figure.axes[0].get_title(loc="left")
