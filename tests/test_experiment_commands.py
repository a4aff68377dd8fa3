"""The commands for experiments: what they say, what they leave behind, and how each mistake ends."""

import csv
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.analysis import sweeps as analysis
from sim.analysis.outcomes import BY_NAME
from sim.analysis.sweeps import carry_out
from sim.commands import experiments
from sim.experiment import cluster, store
from sim.experiment.design_files import load_design
from sim.experiment.store import Share, StoreError, open_store
from tests.experiment import sweeps
from tests.experiment.sweeps import ROOT

OURS = os.environ | {"PYTHONPATH": str(ROOT)}

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


def heeds_ctrl_c():
    """A process that a shell started in the background passes on that it ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def test_from_a_plan_to_tables(design, tmp_path):
    said = call("plan", design)
    assert said.exit_code == 0
    assert re.search(r"runs +6, each of 2 days after 1 of warm-up", said.stdout)
    for name in ("core time", "disk", "time"):
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
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, preexec_fn=heeds_ctrl_c, env=OURS)
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


def test_an_impatient_ctrl_c_on_a_terminal_still_ends_with_how_to_go_on(design, tmp_path):
    import pty

    design.write_text(DESIGN.format(replications=3_000))
    terminal, given = pty.openpty()
    words = [sys.executable, "-c", "from sim.cli import main; main()", "sweep", design, "--out", "out"]
    process = subprocess.Popen(
        [*words, "--engine", "dask", "--threads", "2"],
        stdin=given,
        stdout=given,
        stderr=given,
        start_new_session=True,
        preexec_fn=heeds_ctrl_c,
        env=OURS,
    )
    os.close(given)
    said = []
    reader = threading.Thread(target=lambda: said.extend(all_of(terminal)))
    reader.start()
    until = time.monotonic() + 300
    while time.monotonic() < until and not list(Path("out/shards").glob("*")):
        time.sleep(0.05)
    for _ in range(3):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to workers as well
        time.sleep(0.5)
    assert process.wait(60) == 130
    reader.join(60)
    text = b"".join(said).decode()
    assert "Traceback" not in text
    done = open_store("out").status(wholly=True)
    again = "To go on: microsystem resume out --engine dask\r\n"
    assert text.endswith(f"Stopped. {done.done:,} of 6,000 runs are stored. {again}")


def all_of(terminal):
    with suppress(OSError):  # Linux says so when nobody writes any more
        while piece := os.read(terminal, 65_536):
            yield piece


def unlucky(design, **how):
    """A folder "out" of the design, swept by what fails at times."""
    held = sweeps.store_of("out", load_design(design))
    carry_out(held, simulate=sweeps.fails_at_times, **how)
    return held


@pytest.mark.parametrize("words", [("sweep", "design.toml", "--out", "out"), ("resume", "out")])
def test_a_sweep_that_leaves_failed_runs_ends_with_status_one_and_says_what_they_said(words, design):
    unlucky(design)
    said = call(*words)
    assert said.exit_code == 1
    lines = "6 of 6 runs are done, 2 of them failed; 0 left.\n  2 × ValueError: seed 3 is unlucky\n"
    assert said.stdout == lines
    assert said.stderr == "To try those that failed again: microsystem resume out --failed\n"
    assert call("status", "out").stdout == lines
    assert call("resume", "out", "--failed").exit_code == 0


def test_a_share_that_is_complete_says_so_and_answers_for_its_own_failures_alone(design, monkeypatch):
    monkeypatch.setattr(store, "MOST_IN_BLOCK", 1)
    unlucky(design, share=Share(1, 2))  # runs 0, 2 and 4, of which the last fails
    said = call("sweep", design, "--out", "out", "--shard", "1/2")
    assert said.exit_code == 1
    assert said.stdout.startswith("3 of 6 runs are done, 1 of them failed; 3 left.\n")
    assert "This share is complete; what is left is of other shares." in said.stderr
    assert "To go on" not in said.stderr
    said = call("sweep", design, "--out", "out", "--shard", "2/2")
    assert said.exit_code == 0


def test_a_sweep_that_loses_its_cluster_says_how_to_go_on_with_it(design, monkeypatch):
    def lost(*words):
        raise StoreError("the cluster was lost (OSError); what was done is stored: start it again, then resume")

    monkeypatch.setattr(analysis, "cluster_at", lambda address: nullcontext())
    monkeypatch.setattr(analysis, "on_cluster", lost)
    said = call("sweep", design, "--out", "out", "--engine", "dask://here:1", "--shard", "1/2")
    assert said.exit_code == 2
    assert said.stderr.endswith("To go on: microsystem resume out --engine dask://here:1 --shard 1/2\n")


def test_a_second_writer_is_refused_before_anything_else_is_said(design):
    with sweeps.store_of("out", load_design(design)).writing():
        said = call("sweep", design, "--out", "out")
    assert said.exit_code == 2
    assert said.stderr == "another process writes out; wait until it ends, or stop it\n"


def test_fewer_replications_than_a_folder_was_asked_for_are_said(design):
    call("sweep", design, "--out", "out")
    design.write_text(DESIGN.format(replications=2))
    said = call("sweep", design, "--out", "out")
    assert said.exit_code == 0
    words = "out was asked for 3 replications of each arm before, and goes on with these; the design has 2.\n"
    assert said.stderr == words
    assert said.stdout.startswith("6 of 6 runs are done")


@pytest.mark.parametrize("name", ["comparison.csv", "meanings.csv"])
def test_tables_to_take_along_are_safe_in_a_spreadsheet_that_reads_their_letters(name, design, monkeypatch):
    worst = replace(BY_NAME["mortality"], title="=1+1")
    monkeypatch.setitem(BY_NAME, "mortality", worst)
    call("sweep", design, "--out", "out")
    call("compare", "out", "--outcome", "mortality", "--out", "new") if name[0] == "c" else call("export", "out", "new")
    content = Path("new", name).read_bytes()
    assert content.startswith("\ufeff".encode())
    assert b"'=1+1" in content
    assert b",=1+1" not in content


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.02, "0.02 core-seconds"), (600, "10 core-minutes"), (36_000, "10.0 core-hours")]
)
def test_time_of_cores_has_a_unit_that_shows_something(seconds, words):
    assert experiments._core_time(seconds) == words


@pytest.mark.parametrize(("days", "words"), [(365, "365 days (1 year)"), (730, "730 days (2 years)"), (2, "2 days")])
def test_a_horizon_is_told_in_years_where_it_has_any(days, words):
    of = sweeps.design(1, run={"days": days, "warm_up_days": 1})
    assert of.horizon == f"{words} after 1 of warm-up"


MISTAKES = {
    "no such design": (["sweep", "desing.toml"], 'there is no such file; did you mean "design.toml"?'),
    "a folder that is none": (["resume", "nowhere"], "nowhere holds no experiment"),
    "no such engine": (["sweep", "design.toml", "--engine", "thread"], 'did you mean "threads"?'),
    "a scheduler that does not answer": (
        ["sweep", "design.toml", "--out", "out", "--engine", "dask://nowhere.invalid:1"],
        "no Dask scheduler answers at nowhere.invalid:1",
    ),
    "no address of a scheduler": (
        ["sweep", "design.toml", "--out", "out", "--engine", "dask://foo"],
        "it should be such as dask://localhost:8786",
    ),
    "a comparison of a damaged shard": (["compare", "damaged"], "runs.parquet has 4 bytes"),
    "an export of a damaged shard": (["export", "damaged", "new"], "run `microsystem verify damaged`, then resume"),
    "a comparison of runs that failed": (["compare", "failed"], "all 4 runs that were tried failed; all said"),
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
    damaged = sweeps.swept(tmp_path / "damaged", sweeps.design(1))
    (damaged.shard(next(damaged.blocks())) / "runs.parquet").write_bytes(b"PAR1")
    unlucky_seed = sweeps.design(1, run={"days": 2, "replications": 1, "seed": 3})
    carry_out(sweeps.store_of(tmp_path / "failed", unlucky_seed), simulate=sweeps.fails_at_times)
    before = sorted(tmp_path.rglob("*.parquet"))
    said = call(*words)
    assert said.exit_code == 2, said.output
    assert answer in said.stderr
    assert said.stderr.count("\n") == 1
    assert said.stdout == ""
    assert sorted(tmp_path.rglob("*.parquet")) == before
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "results").exists()
