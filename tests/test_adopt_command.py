"""The command adopt: from a template to a scenario that is checked, run and read; and how each mistake ends."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from sim.experiment import replications
from sim.scenario import load
from tests.adoption.tables import ASH, HEADING
from tests.synthetic import random_record


@pytest.fixture
def ran(monkeypatch):
    """An engine that answers at once with random records; the scenario of every run."""
    runs = []

    def run_once(scenario, seed, days, warm_up_days, driver="compiled", progress=None):
        runs.append(scenario)
        return random_record(seed, wards=len(scenario.wards), days=days, warm_up=warm_up_days)

    monkeypatch.setattr(replications, "engine", SimpleNamespace(run_once=run_once, is_warm=lambda: True))
    return runs


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder we are in, with a table of one ward."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.csv").write_text(f"{HEADING}\n{ASH}\n", encoding="utf-8")
    return tmp_path


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def test_from_the_template_to_a_scenario(ran, folder):
    written = call("adopt", "--template", "-o", "wards.csv")
    assert written.exit_code == 0
    assert written.stderr == "Written to wards.csv.\n"
    assert "  unconstrained   share of patients whose treatment must be found by trial" in written.stdout
    said = call("adopt", "wards.csv", "-o", "mine.toml", "--title", "My trust")
    assert said.exit_code == 0
    assert "Row 3, Beech: 17.4 posts of staff nurse are 17 people here." in said.stderr
    assert "Written to mine.toml." in said.stderr
    assert "beds full:" in said.stdout
    assert "Beech" in said.stdout
    scenario = load("mine.toml")
    assert scenario.title == "My trust"
    assert [ward.beds for ward in scenario.wards.values()] == [26, 28]
    assert len(ran) == 10
    assert ran[0].condition_digest() == scenario.condition_digest()  # what was checked is what was written
    assert call("validate", "mine.toml").exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["mine.toml", "one.csv", "wards.csv"]


def test_without_the_check_nothing_runs_and_the_file_says_so(ran, folder):
    said = call("adopt", "one.csv", "-o", "mine.toml", "--no-check")
    assert said.exit_code == 0
    assert not ran
    assert said.stdout == ""
    load("mine.toml")
    text = (folder / "mine.toml").read_text(encoding="utf-8")
    assert "# The scenario was not run when it was written" in text
    assert "In the model" not in text


def test_fitting_changes_arrivals_alone_and_says_so(ran, folder):
    (folder / "one.csv").write_text(f"{HEADING}\n{ASH.replace('90%', '70%')}\n", encoding="utf-8")
    said = call("adopt", "one.csv", "-o", "mine.toml", "--fit")
    assert said.exit_code == 0
    assert "Round 1, to fit arrivals: 26 beds, 10 runs." in said.stderr
    first, last = ran[0], ran[-1]
    assert last.condition_digest() == load("mine.toml").condition_digest()
    wards = [scenario.wards["ash"].model_dump(exclude={"arrivals_per_day"}) for scenario in (first, last)]
    assert wards[0] == wards[1]
    assert first.wards["ash"].arrivals_per_day != last.wards["ash"].arrivals_per_day


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say what to write: -o mine.toml"),
        (["--template"], "say what to write: -o wards.csv"),
        (["-o", "mine.toml"], "name a table of wards; microsystem adopt --template -o wards.csv writes one"),
        (["one.csv", "--template", "-o", "wards.csv"], "--template writes a table and reads none"),
        (["one.csv", "-o", "mine.toml", "--fit", "--no-check"], "--fit has to run the scenario"),
        (["one.csv", "-o", "mine.toml", "--threads", "0"], "threads must be a whole number from 1"),
        (["one.csv", "-o", "mine.toml", "--title", ""], 'title is ""; it should be a line of 1 to 200 characters'),
        (["one.csv", "-o", "mine.toml", "--title", "a\nb"], "it should be a line of 1 to 200 characters"),
        (["oen.csv", "-o", "mine.toml"], 'oen.csv: there is no such file; did you mean "one.csv"?'),
        (["faulty.csv", "-o", "mine.toml"], 'faulty.csv, row 2: beds is "none"; it should be a whole number'),
        (["one.csv", "-o", "one.csv"], "one.csv: the name of this file should end in .toml"),
        (["--template", "-o", "one.csv"], "one.csv exists: choose another"),
        (["one.csv", "-o", "."], ". is a folder: name a file in it"),
        (["one.csv", "-o", "mine.txt"], "mine.txt: the name of this file should end in .toml"),
        (["--template", "-o", "wards.xlsx"], "wards.xlsx: the name of this file should end in .csv"),
        (["one.csv", "-o", "one.csv/mine.toml"], "cannot write one.csv/mine.toml: Not a directory"),
        (["one.csv", "-o", "/proc/mine.toml"], "cannot write /proc/mine.toml"),
        (["one.csv", "-o", "x" * 300 + ".toml"], "File name too long"),
        (["one.csv", "-o", "caf\udce9.toml"], "not a usable folder name"),
        (["one.csv", "-o", "nowhere.toml"], "nowhere.toml exists: choose another"),
    ],
)
def test_every_mistake_gets_a_message_and_status_two_and_leaves_nothing(ran, folder, words, message):
    (folder / "faulty.csv").write_text(f"{HEADING}\n{ASH.replace('26', 'none')}\n", encoding="utf-8")
    (folder / "nowhere.toml").symlink_to("gone")
    before = sorted(path.name for path in folder.iterdir())
    said = call("adopt", *words)
    assert said.exit_code == 2, said.exception
    assert isinstance(said.exception, SystemExit)
    assert message in said.stderr
    assert said.stdout == ""
    assert not ran
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_stop_leaves_nothing(folder, monkeypatch):
    def run_once(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(replications, "engine", SimpleNamespace(run_once=run_once, is_warm=lambda: True))
    said = call("adopt", "one.csv", "-o", "deep/mine.toml")
    assert said.exit_code == 130
    assert "nothing was written" in said.stderr
    assert [path.name for path in folder.iterdir()] == ["one.csv"]


def test_a_file_that_came_while_the_scenario_ran_is_not_written_over(folder, monkeypatch):
    def run_once(scenario, seed, days, warm_up_days, driver="compiled", progress=None):
        (folder / "mine.toml").write_text("mine", encoding="utf-8")
        return random_record(seed, wards=1, days=days, warm_up=warm_up_days)

    monkeypatch.setattr(replications, "engine", SimpleNamespace(run_once=run_once, is_warm=lambda: True))
    assert call("adopt", "one.csv", "-o", "mine.toml").exit_code == 2
    assert (folder / "mine.toml").read_text(encoding="utf-8") == "mine"
    assert len(list(folder.iterdir())) == 2


def test_a_scenario_that_was_adopted_can_be_extended_run_and_compared(ran, folder):
    assert call("adopt", "one.csv", "-o", "mine.toml", "--no-check").exit_code == 0
    (folder / "coached.toml").write_text(
        'extends = "mine.toml"\ntitle = "Coached"\n\n[leadership]\nstyle = "coaching"\n', encoding="utf-8"
    )
    assert load("coached.toml").style_of("ash").title == "Coaching"
    assert call("compare", "mine.toml", "coached.toml", "--years", 0.1, "--reps", 2).exit_code == 0
