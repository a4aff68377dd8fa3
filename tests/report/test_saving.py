import json
import os
import subprocess

import pandas as pd
import pytest

from sim.report import saving
from sim.report.folder import FolderError, check, whole
from sim.report.provenance import commit
from sim.report.saving import safe_for_spreadsheets, save
from tests.synthetic import results

FILES = {
    "outcomes.parquet",
    "funnel.parquet",
    "series.parquet",
    "staffing.parquet",
    "summary.csv",
    "figure.png",
    "figure.svg",
    "scenario.toml",
    "provenance.json",
}


@pytest.fixture(autouse=True)
def plain_scenario(monkeypatch):
    for module in ("sim.report.saving", "sim.report.provenance"):
        monkeypatch.setattr(f"{module}.to_toml", lambda scenario: f'title = "{scenario.title}"\n')


@pytest.fixture(scope="module")
def found():
    return results(replications=3, days=10, warm_up=5)


def test_a_folder_of_results_is_complete(found, tmp_path):
    folder = save(found, tmp_path / "new" / "out", command=["microsystem", "run", "x.toml"])
    assert {path.name for path in folder.iterdir()} == FILES
    for table in ("outcomes", "funnel", "series", "staffing"):
        pd.testing.assert_frame_equal(pd.read_parquet(folder / f"{table}.parquet"), getattr(found, table))
    origin = json.loads((folder / "provenance.json").read_text())
    assert origin["results"]["digest"] == found.digest()
    assert origin["run"]["command"] == ["microsystem", "run", "x.toml"]
    assert (origin["run"]["seed"], origin["run"]["replications"], origin["run"]["days"]) == (1, 3, 10)
    assert origin["software"]["numba"]
    assert origin["scenario"]["resolved"] == 'title = "Two wards"\n'


def test_a_failure_midway_leaves_nothing(found, tmp_path, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(saving, "save_figure", fail)
    with pytest.raises(ZeroDivisionError):
        save(found, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_plainly_and_leaves_nothing(tmp_path):
    with pytest.raises(FolderError, match="No space left"), whole(tmp_path / "out") as part:
        (part / "half").write_text("half")
        raise OSError(28, os.strerror(28))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_refused_and_kept(found, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderError, match="not an empty folder"):
        save(found, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    with whole(tmp_path / "out") as part:
        (part / "a").write_text("a")
    assert (tmp_path / "out" / "a").read_text() == "a"


def test_what_somebody_put_there_meanwhile_is_kept(tmp_path):
    with pytest.raises(FolderError), whole(tmp_path / "out") as part:
        (part / "a").write_text("ours")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "a").write_text("theirs")
    assert (tmp_path / "out" / "a").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_cannot_be_written_is_refused_beforehand(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "out", "/proc/nowhere/out"):
        with pytest.raises(FolderError):
            check(folder)


def test_checking_leaves_no_trace(tmp_path):
    check(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_text_that_a_spreadsheet_would_run_is_defused():
    table = pd.DataFrame({"ward": ["=cmd()", "+1", "-a", "@x", "\tx", "Ash", "a=b"], "mean": [-1.0] * 7})
    safe = safe_for_spreadsheets(table)
    assert safe.ward.tolist() == ["'=cmd()", "'+1", "'-a", "'@x", "'\tx", "Ash", "a=b"]
    assert (safe["mean"] == -1.0).all()


def git(folder, *words):
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_that_of_the_source_and_says_if_it_was_changed(tmp_path):
    source = tmp_path / "source.py"
    source.write_text("a")
    assert commit(source) is None
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    assert commit(source) is None
    git(tmp_path, "commit", "-m", "first")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert commit(source) == head
    source.write_text("b")
    assert commit(source) == f"{head}+dirty"
    (tmp_path / "installed.py").write_text("")
    assert commit(tmp_path / "installed.py") is None
