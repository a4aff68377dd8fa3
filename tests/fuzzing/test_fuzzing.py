"""A few hundred files made by chance, and whether the judge of what becomes of them can say no.

Very many more: `python -m tests.fuzzing`.
"""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.fuzzing_report import README, RESULTS, in_words, with_words
from tests.fuzzing import trying
from tests.fuzzing.cases import FORMS, KINDS, Case, Wanted
from tests.fuzzing.judging import ACCEPTED, BROKE, HUNG, MOST_SECONDS, REFUSED, Found, complaints
from tests.fuzzing.making import case
from tests.fuzzing.nearly import OF_DESIGNS, OF_SCENARIOS, OF_STYLES
from tests.fuzzing.trying import Watch

ROOT = Path(__file__).parents[2]
SEED = 9
FILES = 150
COMMANDS = 4  # two valid ones, the second of which is run


@pytest.fixture(scope="module")
def watch() -> Watch:
    trying.warm_up()
    return Watch()


def test_files_made_by_chance_are_accepted_or_refused_in_plain_words(watch, tmp_path):
    met = set()
    for number in range(FILES):
        made = case(SEED, number)
        found = trying.tried(made, tmp_path / "case", watch)
        assert list(complaints(made, found, f"{tmp_path / 'case'}/")) == [], number
        met.add((made.kind, made.form))
    assert met == {(kind, form) for kind in KINDS for form in FORMS}


def test_the_command_takes_them_too():
    """In a process of its own, since this one may have threads and is not to be forked."""
    words = [sys.executable, "-m", "tests.fuzzing", "--commands", str(COMMANDS), "--seed", str(SEED)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "  valid: 2 accepted, 0 refused" in done.stdout
    assert "  nearly valid: 0 accepted, 1 refused" in done.stdout


@pytest.mark.parametrize("form", FORMS)
def test_each_way_to_spoil_a_file_is_told_by_its_key(form, watch, tmp_path):
    """One of each, so that none is met only in a long series."""
    ways = {"scenario": OF_SCENARIOS, "style": OF_STYLES, "design": OF_DESIGNS}[form]
    left = set(ways)
    for number in range(1, 4_000, len(KINDS)):
        made = case(SEED, number)
        if made.form == form and made.how in left:
            left.remove(made.how)
            found = trying.tried(made, tmp_path / "case", watch)
            assert list(complaints(made, found, f"{tmp_path / 'case'}/")) == [], made.how
        if not left:
            return
    pytest.fail(f"never made: {left}")


def test_a_case_comes_again_from_its_seed_and_number():
    assert case(SEED, 7) == case(SEED, 7)
    assert case(SEED, 7).files != case(SEED + 1, 7).files


def test_the_readme_shows_what_a_long_series_found():
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    page = README.read_text(encoding="utf-8")
    assert in_words(found) in page
    assert with_words(page, found) == page, "run `uv run python benchmarks/fuzzing_report.py`"


# Whether the judge can say no.

SPOILT = Case(1, "nearly valid", "scenario", "", {"ward.toml": b""}, (Wanted(("wards.a.beds",), ("1", "200")),))
GOOD = "case/ward.toml: wards.a.beds is 201; it should be a whole number from 1 to 200"


def test_the_judge_is_content_with_a_good_refusal():
    assert list(complaints(SPOILT, Found(REFUSED, GOOD), "case/")) == []


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (Found(REFUSED, GOOD.replace("wards.a.beds", "wards.a")), "the key and what is allowed are not told"),
        (Found(REFUSED, GOOD.replace("wards.a.beds", "wards.b.beds")), "the key and what is allowed are not told"),
        (Found(REFUSED, GOOD.replace(" from 1 to 200", "")), "the key and what is allowed are not told"),
        (Found(REFUSED, GOOD.removeprefix("case/ward.toml: ")), "no file is named"),
        (Found(REFUSED, GOOD.replace("case/", "/elsewhere/")), "no file is named"),
        (Found(REFUSED, "case/ward.toml: wards.a.beds is wrong"), "nothing is said of what is allowed"),
        (Found(REFUSED, ""), "no file is named"),
        (Found(REFUSED, f"{GOOD}\x1b[2J"), "a line cannot be read"),
        (Found(REFUSED, f"{GOOD} (pydantic)"), "none of a reader's words"),
        (Found(REFUSED, "\n".join([GOOD] * 12)), "12 lines"),
        (Found(ACCEPTED), "it should be refused"),
        (Found(BROKE, "Traceback"), "it broke"),
        (Found(HUNG), "it hung"),
        (Found(REFUSED, GOOD, MOST_SECONDS + 1), "it took"),
        (Found(REFUSED, GOOD, 0.0, ("opened '/etc/passwd' to read",)), "it strayed"),
    ],
)
def test_the_judge_complains_of_a_bad_one(found, complaint):
    assert any(complaint in each for each in complaints(SPOILT, found, "case/"))


def test_the_judge_complains_where_a_valid_file_is_refused():
    valid = dataclasses.replace(SPOILT, kind="valid", wanted=())
    assert list(complaints(valid, Found(REFUSED, GOOD), "case/")) == ["it should be accepted"]


def test_the_watch_hears_what_is_read_and_written_outside(watch, tmp_path):
    inside, outside = tmp_path / "case", tmp_path / "outside.toml"
    inside.mkdir()
    outside.write_text("x = 1")
    (inside / "in.toml").write_text("x = 1")
    with watch.over(inside, "ward.toml") as strayed:
        (inside / "in.toml").read_text()
        assert strayed == []
        outside.read_text()
        (inside / "new.toml").write_text("x = 1")
        (inside / "new").mkdir()
    assert [each.split()[0] for each in strayed] == ["opened", "opened", "os.mkdir"]
    assert "outside.toml" in strayed[0]
    assert "write" in strayed[1]
