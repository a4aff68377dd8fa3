"""The command that says why golden digests have changed, on versions that differ in one line."""

import re
import shutil

import pytest

from tests.engine.explain import ExplainError, first_change, in_words, unpack
from tests.engine.hospitals import ROOT

HOSPITAL = "one bed"


def changed(folder, file, old, new):
    """A version of the model in which one line of `file` is another."""
    for part in ("sim", "tests", "scenarios"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "templates"))
    path = folder / "sim" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_decision_that_came_out_otherwise_is_named_with_its_draw_and_what_became_of_it(tmp_path):
    later = changed(tmp_path, "ward/physiology.py", "p.physiology.worsens\n", "p.physiology.worsens * 30.0\n")
    change = first_change(ROOT, later, HOSPITAL)
    before, now = change.calls
    assert before["behaviour"] == now["behaviour"] == "chance_to_worsen"
    assert now["gives"] == pytest.approx(30 * before["gives"])
    assert now["of"] == before["of"]
    assert re.fullmatch(r"patient \d+", now["of"])
    assert now["by"][0] == "changes_state"
    assert any(told["behaviour"] == "luck" and "physiology" in told["of"] for told in change.before)
    assert "patients.state" in {name for name, *_ in change.cells}
    words = "\n".join(in_words(change))
    assert f"tables first differ after tick {change.tick} (day {change.tick // 96}" in words
    assert "chance_to_worsen (patient " in words
    assert "patients.state[0] is 1 and was 0" in words


def test_a_row_that_was_left_otherwise_is_told_from_what_was_given(tmp_path):
    later = changed(tmp_path, "ward/physiology.py", "-= effect_now(patient, p)", "-= 0.5 * effect_now(patient, p)")
    change = first_change(ROOT, later, HOSPITAL)
    before, now = change.calls
    assert before["behaviour"] == now["behaviour"] == "recovers"
    assert before["gives"] == now["gives"]
    assert {name for name, *_ in change.cells} == {"patients.recovery_left"}
    assert "leave a row that they were handed otherwise" in "\n".join(in_words(change))


def test_a_line_that_changes_no_table_is_no_change_and_one_that_builds_otherwise_is_told(tmp_path):
    same = changed(tmp_path / "same", "ward/physiology.py", "draw >= works", "not draw < works")
    assert first_change(ROOT, same, HOSPITAL) is None
    other = changed(tmp_path / "other", "state/chance.py", "0xD2511F53", "0xD2511F55")
    built = first_change(ROOT, other, HOSPITAL)
    assert built.tick == -1
    assert "nurses.skill" in built.columns


def test_a_version_that_does_not_start_and_one_that_git_does_not_know_are_told(tmp_path):
    broken = changed(tmp_path, "ward/physiology.py", "draw >= works", "draw >=")
    with pytest.raises(ExplainError, match=r"cannot be watched(.|\n)*SyntaxError"):
        first_change(ROOT, broken, HOSPITAL)
    with pytest.raises(ExplainError, match="git knows no version 'no-such'"):
        unpack("no-such", tmp_path)
