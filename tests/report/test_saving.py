import json
import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from sim.report import saving
from sim.report.folder import FolderError, check, whole
from sim.report.provenance import commit, provenance
from sim.report.saving import save
from sim.report.spreadsheets import safe_for_spreadsheets
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
    for folder in (tmp_path / "out", tmp_path / "new" / "deep" / "out"):
        with pytest.raises(ZeroDivisionError):
            save(found, folder)
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


def test_a_link_to_an_empty_folder_leads_to_the_results(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with whole(tmp_path / "link") as part:
        (part / "a").write_text("a")
    assert (tmp_path / "real" / "a").read_text() == "a"
    assert (tmp_path / "link").is_symlink()


def test_a_link_that_leads_nowhere_is_in_the_way(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FolderError, match="exists and is not an empty folder"):
        check(tmp_path / "link")


def test_steps_up_are_taken_before_folders_are_made(tmp_path):
    with whole(tmp_path / "typo" / ".." / "out") as part:
        (part / "a").write_text("a")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    with pytest.raises(FolderError, match="not an empty folder"):
        check(tmp_path / "typo" / "..")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_long_name_of_wide_letters_will_do(tmp_path):
    with whole(tmp_path / ("🏥" * 63)) as part:
        (part / "a").write_text("a")
    assert [path.name for path in tmp_path.iterdir()] == ["🏥" * 63]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * 300, "File name too long"),
        ("new/" + "x" * 300 + "/out", "File name too long"),
        ("x/" * 3_000, "File name too long"),
        ("a\0b", "not a usable folder name"),
        ("new/\udcff", "not a usable folder name"),
        ("loop/out", "Too many levels of symbolic links|not a usable folder name"),
    ],
    ids=["name", "name above", "path", "null", "no UTF-8", "loop"],
)
def test_names_that_no_folder_can_have_are_refused_beforehand(tmp_path, name, why):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FolderError, match=why):
        check(f"{tmp_path}/{name}")
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_place_that_nobody_may_look_into_is_refused(tmp_path, monkeypatch):
    def refuse(path, *_, **__):
        raise PermissionError(13, os.strerror(13), str(path))

    monkeypatch.setattr("sim.report.folder.os.lstat", refuse)
    with pytest.raises(FolderError, match=r"^cannot write .*out: Permission denied$"):
        check(tmp_path / "out")


def test_the_folder_one_is_in_and_a_disk_are_not_exchanged_for_another(tmp_path, monkeypatch):
    here, disk = tmp_path / "here", tmp_path / "disk"
    here.mkdir()
    disk.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(Path, "is_mount", lambda path: path == disk)
    for folder in (".", "", here, "../here"):
        with pytest.raises(FolderError, match="is the folder you are in: name a new folder in it"):
            check(folder)
    with pytest.raises(FolderError, match="is where a disk begins: name a new folder on it"):
        check(disk)
    assert check("new") == here / "new"


def test_control_characters_in_a_name_do_not_reach_the_terminal(tmp_path):
    (tmp_path / "a\x1b[31m").write_text("")
    with pytest.raises(FolderError) as caught:
        check(tmp_path / "a\x1b[31m")
    assert "\x1b" not in str(caught.value)


def test_a_file_name_that_is_no_utf8_is_written_out_in_the_provenance(found):
    command = provenance(found, ["microsystem", "run", "caf\udce9.toml"])["run"]["command"]
    assert command == ["microsystem", "run", "caf\\udce9.toml"]
    assert json.dumps(command, ensure_ascii=False).encode()


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
    kept = tmp_path / "results" / "kept.csv"
    kept.parent.mkdir()
    kept.write_text("a")
    assert commit(source) is None
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    assert commit(source) is None
    git(tmp_path, "commit", "-m", "first")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert commit(source) == head
    kept.write_text("b")
    assert commit(source) == head
    source.write_text("b")
    assert commit(source) == f"{head}+dirty"
    (tmp_path / "installed.py").write_text("")
    assert commit(tmp_path / "installed.py") is None
