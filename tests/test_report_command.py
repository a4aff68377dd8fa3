"""The command report: from a folder to one page; and how each mistake ends."""

import re

import pytest
from typer.testing import CliRunner

from tests.experiment import sweeps
from tests.report.reports import runs, taken


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored") / "four"
    sweeps.swept(folder)
    return folder


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, ["report", *map(str, words)])


def test_a_folder_becomes_a_page_that_says_how_to_make_it_again(stored, tmp_path):
    said = call(stored, "-o", "deep/page.html", "--reference", "1", "--static", "--figures", "figures")
    assert said.exit_code == 0, said.output
    assert re.fullmatch(r"Written to deep/page\.html \(0\.\d MB\)\.\nFigures: figures\.\n", said.stderr)
    html = (tmp_path / "deep" / "page.html").read_text(encoding="utf-8")
    page = taken(html)
    assert "microsystem report RESULTS --reference 1 --static" in page.words()
    assert "hold off (reference)" in page.words()
    assert str(tmp_path) not in html
    assert str(stored.parent) not in html
    assert {path.suffix for path in (tmp_path / "figures").iterdir()} == {".png", ".svg"}


def test_by_itself_it_writes_report_html_with_the_script(stored, tmp_path):
    said = call(stored, "--where", "hold=true")
    assert said.exit_code == 0, said.output
    assert "Written to report.html (5." in said.stderr
    assert "devolution 0.8" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_what_run_and_compare_keep_will_do(tmp_path):
    from sim.analysis.arms import compare_arms
    from sim.report.saving import save, save_comparison

    found = runs("one", "two")
    save_comparison(compare_arms(found), found, tmp_path / "both")
    save(found.of["one"], tmp_path / "alone")
    assert call("both", "--static", "-o", "both.html").exit_code == 0
    assert call("alone", "--static", "-o", "alone.html").exit_code == 0
    assert "Verdict" in (tmp_path / "both.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "nowhere: there is no such folder"),
        (["."], ". holds no results: a report takes the folder of `microsystem sweep`"),
        (["FOLDER", "--reference", "hold"], 'there is no arm "hold" here'),
        (["FOLDER", "--where", "hold"], "it should be such as dials.devolution=0.8"),
        (["FOLDER", "--where", "devolutoin=1"], 'there is no factor "devolutoin"'),
        (["FOLDER", "-o", "taken.html"], "taken.html exists: choose another, or remove it first"),
        (["FOLDER", "-o", "."], ". is a folder: name a file in it"),
        (["FOLDER", "--figures", "taken.html"], "taken.html exists and is not an empty folder"),
        (["FOLDER", "--years", "1"], "No such option"),
    ],
)
def test_mistakes_get_one_message_and_leave_nothing(stored, tmp_path, words, message):
    (tmp_path / "taken.html").write_text("mine")
    said = call(*(stored if word == "FOLDER" else word for word in words))
    assert said.exit_code == 2
    assert message in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("taken.html", "mine")]


def test_an_experiment_without_results_says_how_to_go_on(tmp_path):
    sweeps.store_of(tmp_path / "begun")
    said = call("begun")
    assert said.exit_code == 2
    assert "begun holds no results yet; `microsystem resume` goes on with it" in said.stderr
