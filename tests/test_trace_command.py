"""The command trace as a user drives it: lists, histories, what is kept, and how each mistake ends."""

import json
import re

import pytest
from typer.testing import CliRunner

from sim.cli import app
from tests.experiment.sweeps import ROOT

SMALL = ROOT / "scenarios" / "small.toml"
LONG = ("--years", "0.1", "--seed", "3")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_bytes(SMALL.read_bytes())
    harmful = "title = 'Harmful'\nextends = 'small.toml'\n[parameters.errors]\nharm_level = 10.0\n"
    (tmp_path / "harmful.toml").write_text(harmful)
    return tmp_path


def call(*words):
    return CliRunner().invoke(app, ["trace", *map(str, words)])


def test_from_a_list_to_a_history_and_to_another_leader(here):
    listed = call("harmful.toml", *LONG)
    assert listed.exit_code == 0
    patient = re.search(r"^ +(\d+)  day", listed.stdout, re.MULTILINE).group(1)
    told = call("harmful.toml", *LONG, "--patient", patient, "--under", "coaching", "--from", "0", "--out", "kept")
    assert told.exit_code == 0, told.output
    assert "Harm on day" in told.stdout
    assert "The two hospitals part on day" in told.stdout
    assert "Up to then the two hospitals are the same" in told.stdout
    assert f"Watching patient {patient}" in told.stderr
    assert sorted(path.name for path in (here / "kept").iterdir()) == [
        "figure.png",
        "figure.svg",
        "provenance.json",
        "scenario.toml",
        "trace.json",
        "trace.txt",
    ]
    assert (here / "kept" / "trace.txt").read_text() == told.stdout
    content = json.loads((here / "kept" / "trace.json").read_text())
    assert content["patient"] == int(patient)
    assert content["under"]["from_day"] == 0
    parts = content["under"]["hospitals_part"]
    assert all(event["lead"] for event in (parts["one"], parts["other"]) if event)
    assert content["under"]["differs"]
    assert any(event["kind"] == "harm" for event in content["history"]["events"])
    origin = json.loads((here / "kept" / "provenance.json").read_text())
    assert origin["run"]["command"][:3] == ["microsystem", "trace", "harmful.toml"]
    assert origin["run"]["command"][-2:] == ["--from", "0"]


def test_a_run_of_an_experiment_is_traced_with_its_arm_and_its_draw(here):
    design = "title='Two'\nscenario='harmful.toml'\nmethod='list'\nposterior=true\n[run]\nyears=0.1\nreplications=2\n"
    (here / "two.toml").write_text(design + "[arms.usual]\n[arms.coached]\nstyle='coaching'\n")
    swept = CliRunner().invoke(app, ["sweep", "two.toml", "--out", "folder"])
    assert swept.exit_code == 0, swept.output
    first, second = call("folder"), call("folder", "--replication", "1", "--arm", "coached")
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert first.stdout != second.stdout
    refused = call("folder", "--replication", "2")
    assert refused.exit_code == 2
    assert "replication is 2; folder has 0 to 1" in refused.output
    refused = call("folder", "--arm", "coaches")
    assert refused.exit_code == 2
    assert "did you mean" in refused.output.lower()
    manifest = here / "folder" / "experiment.json"
    text = manifest.read_text()
    manifest.write_text(re.sub(r'"model": "[0-9a-f]+"', '"model": "0123456789abcdef"', text))
    refused = call("folder")
    assert refused.exit_code == 2
    assert "another model" in refused.output


def test_a_run_that_was_kept_is_traced_as_its_scenario_is_with_the_seed_of_the_replication(here):
    kept = CliRunner().invoke(app, ["run", "harmful.toml", *LONG, "--reps", "2", "--out", "kept"])
    assert kept.exit_code == 0, kept.output
    second = call("kept", "--replication", "1")
    assert second.exit_code == 0, second.output
    assert second.stdout == call("harmful.toml", "--years", "0.1", "--seed", "4").stdout
    assert second.stdout != call("kept").stdout
    for words, said in (
        (("--replication", "2"), "replication is 2; kept has 0 to 1"),
        (("--arm", "0"), "--arm is for the folder of an experiment"),
        (("--seed", "4"), "--seed is for a scenario file"),
    ):
        refused = call("kept", *words)
        assert refused.exit_code == 2
        assert said in refused.output
    origin = here / "kept" / "provenance.json"
    text = origin.read_text()
    for changed, said in (
        (re.sub(r'"model": "[0-9a-f]+"', '"model": "0123456789abcdef"', text), "another model"),
        (text.replace('"draws": null', '"draws": "0123"'), "its own levels"),
        (text.replace('"results"', '"comparison": {}, "results"'), "holds no run"),
        (text[:200], "provenance.json tells of no run"),
        ("[]", "provenance.json tells of no run"),
    ):
        origin.write_text(changed)
        refused = call("kept")
        assert refused.exit_code == 2
        assert said in refused.output
        assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("harmful.toml", "--patient", "12"), "no patient 12 comes in this run"),
        (("harmful.toml", "--kind", "dose slips"), "did you mean"),
        (("harmful.toml", "--under", "coaching"), "name a patient, or a kind of harm"),
        (("harmful.toml", "--out", "x"), "name a patient, or a kind of harm"),
        (("harmful.toml", "--patient", "12", "--under", "couching"), "coaching"),
        (("harmful.toml", "--patient", "12", "--from", "3"), "name a style with --under"),
        (("harmful.toml", "--patient", "12", "--under", "coaching", "--from", "900"), "counts days 0 to"),
        (("harmful.toml", "--arm", "1"), "--arm is for the folder of an experiment"),
        (("harmful.toml", "--seed", "-1"), "seed must be a whole number"),
        (("nowhere.toml",), "nowhere.toml"),
        ((".",), "experiment"),
    ],
)
def test_mistakes_end_in_one_message_and_write_nothing(here, words, said):
    before = sorted(here.iterdir())
    refused = call(*words)
    assert refused.exit_code == 2, refused.output
    assert said in refused.output.lower() if said == "did you mean" else said in refused.output
    assert "Traceback" not in refused.output
    assert sorted(here.iterdir()) == before
