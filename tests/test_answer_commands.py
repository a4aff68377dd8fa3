"""The commands map and audit: what they say and keep, how each mistake ends, and pages that name all of it."""

import inspect
import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.commands import answering
from tests.experiment import sweeps
from tests.pages import ROOT

STYLES = {"styles": ["coaching", "directive"], "levers": {"dials.devolution": [0.2, 0.8]}}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sweeps.swept(tmp_path / "done", sweeps.design(5, **STYLES))
    return tmp_path


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


FILES = {"map": {"map.csv", "mismatch.csv"}, "audit": {"agreement.csv", "ranking.csv", "order.csv"}}
ALWAYS = {"figure.png", "figure.svg", "provenance.json", "scenario.toml"}


@pytest.mark.parametrize("command", FILES)
def test_what_is_kept_says_how_to_have_it_again(command, here):
    options = {"map": ["--outcome", "mortality"], "audit": ["--pair", "errors_reached=incident_reports"]}[command]
    said = call(command, "done", *options, "--out", "out")
    assert said.exit_code == 0, said.output
    assert {path.name for path in (here / "out").iterdir()} == FILES[command] | ALWAYS
    origin = json.loads((here / "out" / "provenance.json").read_text())
    assert origin[command]["command"] == ["microsystem", command, "done", *options]
    assert origin["results"]["done"] == 20
    again = call(*origin[command]["command"][1:], "--out", "again")
    assert again.exit_code == 0
    for name in (*FILES[command], "figure.png", "figure.svg"):
        assert (here / "again" / name).read_bytes() == (here / "out" / name).read_bytes()


def test_a_map_begins_with_the_answer_in_words_and_its_ledger():
    said = call("map", "done")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("By preventable adverse events, per 1,000 bed-days (true ledger: what happened)")
    assert re.search(r"^All patients: best mean with \w+, devolution 0\.[28]", said.stdout, re.M)


def test_an_audit_begins_with_what_is_ranked_and_by_which_ledgers():
    said = call("audit", "done")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("2 arms by style, ranked by what was recorded and by what happened")
    assert "Incident reports, per 1,000 bed-days (observed ledger: what was recorded)" in said.stdout


def test_an_unfinished_experiment_says_so(here):
    store = sweeps.swept(here / "part", sweeps.design(12, **STYLES))
    store.set_aside([store.shard(list(store.blocks())[-1]).name])
    for command in FILES:
        assert "Every ranking can still change." in call(command, "part").stdout


MISTAKES = {
    "no such folder": (["map", "don"], "don holds no experiment"),
    "no such outcome": (["map", "done", "--outcome", "mortalty"], 'did you mean "mortality"?'),
    "no direction": (["map", "done", "--outcome", "incident_reports"], "say --better lower or --better higher"),
    "no such direction": (["map", "done", "--better", "less"], 'better is "less"; known here: lower, higher'),
    "no such factor": (["map", "done", "--choose", "stile"], 'did you mean "style"?'),
    "half a level": (["map", "done", "--where", "style"], "it should be such as dials.devolution=0.8"),
    "a folder that is full": (["map", "done", "--out", "done"], "is not an empty folder"),
    "half a pair": (["audit", "done", "--pair", "voice"], "it should be such as errors_reached=incident_reports"),
    "two true outcomes": (["audit", "done", "--pair", "voice=voice"], '"voice" is of the true ledger; a pair is'),
    "no such arms": (["audit", "done", "--rank", "stile"], 'did you mean "style"?'),
}


@pytest.mark.parametrize(("words", "answer"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_ends_with_one_message_and_status_two(words, answer, here):
    said = call(*words)
    assert said.exit_code == 2, said.output
    assert answer in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert not said.stdout
    assert {path.name for path in here.iterdir()} == {"done"}


PAGES = {
    "map": ("howto_map_choices.md", answering.contingency_map),
    "audit": ("howto_audit_records.md", answering.audit),
}


@pytest.mark.parametrize("command", PAGES)
def test_the_page_of_a_command_names_every_file_column_and_option(command, here):
    name, function = PAGES[command]
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert call(command, "done", "--out", "out").exit_code == 0
    columns = {column for file in FILES[command] for column in pd.read_csv(here / "out" / file, encoding="utf-8-sig")}
    options = {f"--{option}" for option in inspect.signature(function).parameters if option != "folder"}
    names = FILES[command] | ALWAYS | options | (columns - {"style", "dials.devolution"})
    assert not [each for each in sorted(names) if not re.search(rf"`{re.escape(each)}\b", page)]
