"""The commands for experiments: what they say, what they leave behind, and how each mistake ends."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.analysis.sweeps import carry_out
from sim.experiment import cluster
from sim.experiment.store import open_store
from tests.experiment import sweeps
from tests.experiment.sweeps import ROOT

DESIGN = """
title = "=cmd|' /C calc'!A0"
scenario = "small.toml"
method = "list"
[run]
days = 2
warm_up_days = 1
replications = {replications}
[arms.usual]
[arms.held]
set = {{ "dials.hold" = true }}
"""


@pytest.fixture
def design(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_bytes((ROOT / "scenarios" / "small.toml").read_bytes())
    path = tmp_path / "design.toml"
    path.write_text(DESIGN.format(replications=3))
    return path


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def test_from_a_plan_to_tables(design, tmp_path):
    said = call("plan", design)
    assert said.exit_code == 0
    assert re.search(r"runs +6, each of 2 days after 1 of warm-up", said.stdout)
    for name in ("core-hours", "disk", "time"):
        assert re.search(rf"^  {name} +\d", said.stdout, re.M)
    said = call("sweep", design, "--out", "out", "--shard", "1/2")
    assert said.exit_code == 0
    done = open_store("out").status().done
    said = call("status", "out")
    assert said.stdout == f"{done} of 6 runs are done, 0 of them failed; {6 - done} left.\n"
    assert call("resume", "out").exit_code == 0
    assert call("verify", "out").exit_code == 0
    assert call("compare", "out").stdout.startswith("But for what arms change: led by ward managers, pace-setting\n")
    assert call("export", "out", "tables").exit_code == 0
    assert {path.name for path in Path("tables").iterdir()} == {
        "runs.parquet", "outcomes.parquet", "series.parquet", "meanings.csv", "provenance.json", "scenario.toml",
    }  # fmt: skip


def test_arms_of_a_list_are_compared_by_name(design):
    call("sweep", design, "--out", "out")
    said = call("compare", "out", "--reference", "usual", "--outcome", "mortality")
    assert said.exit_code == 0, said.exception
    assert re.search(r"^ *1 +held ", said.stdout, re.M)


def test_what_the_command_stores_is_what_python_does(design, tmp_path):
    call("sweep", design, "--out", "one")
    other = sim.sweep("design.toml", "other", threads=1)
    assert sim.results("one").digest() == other.digest()


def test_exported_text_is_safe_in_a_spreadsheet_and_loses_nothing(design, tmp_path):
    folder = tmp_path / "x"
    nasty = sweeps.design(2, method="list", levers={}, arms={"a": {}, "b": {"set": {"dials.hold": True}}})
    held = sweeps.store_of(folder, nasty)

    def fails(scenario, seed, **more):
        if seed == 1:
            raise ValueError("boom")
        return sweeps.made_up(scenario, seed, **more)

    carry_out(held, simulate=fails)
    assert call("export", folder, "out", "--format", "csv").exit_code == 0
    with open("out/runs.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["failed", "failed", "done", "done"]
    exported = Path("out/outcomes.csv").read_text(encoding="utf-8").splitlines()
    assert len(exported) - 1 == len(sim.results(folder).outcomes)


def test_a_formula_in_a_message_is_defused(design, tmp_path):
    def fails(scenario, seed, **more):
        raise _Formula("=1+1")

    held = sweeps.store_of(tmp_path / "x", sweeps.design(1))
    carry_out(held, simulate=fails)
    path = held.shard(next(held.blocks()))
    assert path.is_dir()
    call("export", tmp_path / "x", "out", "--format", "csv", "--table", "runs")
    with open("out/runs.csv", encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("=1+1" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


class _Formula(Exception):
    pass


_Formula.__name__ = "=HYPERLINK"


def test_ctrl_c_ends_a_sweep_cleanly_and_says_how_to_go_on(design, tmp_path):
    design.write_text(DESIGN.format(replications=3_000))
    words = [sys.executable, "-c", "from sim.cli import main; main()", "sweep", design, "--out", "out"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    until = time.monotonic() + 300
    while time.monotonic() < until and not list(Path("out/shards").glob("*")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    done = open_store("out").status(wholly=True)
    assert 0 < done.done < 6_000
    assert not done.damaged
    assert f"Stopped. {done.done:,} of 6,000 runs are stored. To go on: microsystem resume out" in said
    assert "Traceback" not in said
    assert list(Path("out/unfinished").iterdir()) == []


def test_verify_sets_damaged_shards_aside_and_says_how_to_mend(design, tmp_path):
    call("sweep", design, "--out", "out")
    shard = next(Path("out/shards").iterdir())
    before = sim.results("out").digest()
    (shard / "runs.parquet").write_bytes(b"PAR1")
    said = call("verify", "out")
    assert said.exit_code == 1
    assert f"damaged: out/shards/{shard.name}: runs.parquet has 4 bytes in place of" in said.stderr
    assert "microsystem resume out" in said.stderr
    assert call("resume", "out").exit_code == 0
    assert sim.results("out").digest() == before


MISTAKES = {
    "no such design": (["sweep", "desing.toml"], 'there is no such file; did you mean "design.toml"?'),
    "a folder that is none": (["resume", "nowhere"], "nowhere holds no experiment"),
    "no such engine": (["sweep", "design.toml", "--engine", "thread"], 'did you mean "threads"?'),
    "a scheduler that does not answer": (
        ["sweep", "design.toml", "--out", "out", "--engine", "dask://nowhere.invalid:1"],
        "no Dask scheduler answers at nowhere.invalid:1",
    ),
    "no such share": (["sweep", "design.toml", "--shard", "3/2"], "it should be such as 1/8"),
    "no such format": (["export", "done", "new", "--format", "cvs"], 'did you mean "csv"?'),
    "no such table": (["export", "done", "new", "--table", "run"], 'did you mean "runs"?'),
    "an export into a folder that is full": (["export", "done", "done"], "is not an empty folder"),
    "a folder of something else": (["sweep", "design.toml", "--out", "."], "holds something else"),
    "another design": (["sweep", "design.toml", "--out", "done"], "holds another design"),
    "a merge of another design": (["merge", "done", "other"], "holds another design"),
}


@pytest.mark.parametrize(("words", "answer"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_ends_with_one_message_and_status_two(words, answer, design, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 1)
    sweeps.swept(tmp_path / "done", sweeps.design(1))
    sweeps.swept(tmp_path / "other", sweeps.design(1, title="Other", run={"days": 3, "replications": 1}))
    before = sorted(tmp_path.rglob("*.parquet"))
    said = call(*words)
    assert said.exit_code == 2, said.output
    assert answer in said.stderr
    assert len([line for line in said.stderr.splitlines() if line and " runs of " not in line]) == 1
    assert sorted(tmp_path.rglob("*.parquet")) == before
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "results").exists()
