"""Puzzles: those that ship hold together and are held against results; a malformed file is refused in words."""

import re

import numpy as np
import pytest

from sim.workshop.judging import change_of, judged, mean_of, runs_with_more
from sim.workshop.puzzles import FILE, PuzzleError, filled, puzzles, unlike
from sim.workshop.settings import setting_of, shown

TEXT = FILE.read_text(encoding="utf-8")
ONE = TEXT[TEXT.index("[more_reports]") : TEXT.index("[target_met]")]


def about(mean, spread, count=200, seed=1):
    return list(np.random.default_rng(seed).normal(mean, spread, count))


def shifted(values, by, spread=0.0):
    rng = np.random.default_rng(2)
    return [value + by + rng.normal(0, spread) if value is not None else None for value in values]


def test_there_are_enough_puzzles_and_all_are_about_settings_that_were_run():
    found = puzzles()
    assert len(found) >= 6
    for puzzle in found.values():
        assert {puzzle.a, puzzle.b} <= set(shown())
        assert setting_of(puzzle.a).mode == setting_of(puzzle.b).mode == puzzle.mode
    assert len({puzzle.expects[puzzle.asks] for puzzle in found.values()}) == 3  # no answer is right always


@pytest.mark.parametrize(
    ("by", "spread", "answer"),
    [
        (6.0, 1.0, "more"),
        (-6.0, 1.0, "fewer"),
        (4.0, 1.0, "same"),  # sure, and too small
        (6.0, 90.0, "same"),  # large, and not sure
        (0.0, 0.0, "same"),
    ],
)
def test_a_change_is_clear_if_it_is_sure_and_large_enough(by, spread, answer):
    a = about(100.0, 20.0)
    assert judged(a, shifted(a, by, spread)) == answer


def test_runs_in_which_nothing_was_counted_are_left_out_in_pairs():
    a = [10.0, None, 12.0, 11.0]
    b = [11.5, 99.0, 13.6, None]
    assert judged(a, b) == "more"
    assert mean_of(a) == 11.0
    assert change_of(a, b) == "14%"
    assert runs_with_more(a, b) == 2
    assert mean_of([None]) is None


def test_numbers_in_the_words_come_from_results():
    a = {"voice": [60.0, 62.0], "deaths": [20.0, 20.0]}
    b = {"voice": [90.0, 93.0], "deaths": [19.0, 25.0]}
    text = "{a.voice} to {b.voice}, {change.voice}; first {a1.voice} and {b1.voice}; {more.deaths} of {runs}"
    assert filled(text, a, b) == "61 to 92, 50%; first 60 and 90; 1 of 2"


def test_an_expectation_that_results_do_not_bear_out_is_told():
    puzzle = puzzles()["more_reports"]
    a = {outcome: about(100.0, 5.0) for outcome in puzzle.expects}
    by = {"more": 20.0, "same": 0.0, "fewer": -20.0}
    b = {outcome: shifted(a[outcome], by[expected], 1.0) for outcome, expected in puzzle.expects.items()}
    assert list(unlike(puzzle, a, b)) == []
    (told,) = unlike(puzzle, a, b | {"errors_reached": shifted(a["errors_reached"], 30.0, 1.0)})
    assert told == 'expects.errors_reached is "same", and results say "more" (30%)'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Why', 'titel = "Why', 'more_reports.titel is not known here; did you mean "title"?'),
        (
            'asks = "errors_reached"',
            'asks = "errors_reachd"',
            'asks names "errors_reachd", which no page shows; did you',
        ),
        ('asks = "errors_reached"', 'asks = "deaths"', "expects does not say which way deaths goes"),
        ('errors_reached = "same"', 'errors_reached = "less"', 'expects.errors_reached is "less"; it should be '),
        ('a = "directive/', 'a = "diretive/', 'more_reports.a: style is "diretive"; did you mean "directive"?'),
        ('b = "coaching/constrained', 'b = "coaching/repetitive', "b is of repetitive care and a of constrained"),
        ('b = "coaching/', 'b = "directive/', "b is the same setting as a"),
        (
            "{a.voice}%",
            "{c.voice}%",
            "debrief has {c.voice}, which is no number of a puzzle; there are {runs}, {a.OUTC",
        ),
        ("{a.voice}%", "{a.vioce}%", 'debrief has {a.vioce}, which no page shows; did you mean "voice"?'),
        ('shows = ["incident_reports"', 'shows = ["voice"', 'shows names "voice", which no hospital sees'),
        ('claim = "H3"', 'claim = "third"', 'more_reports.claim is "third"; it should be the name of a claim'),
        (', fewer = "Clearly fewer errors" }', " }", "options.fewer is missing; it should be text"),
    ],
)
def test_a_malformed_file_gets_one_clear_message(tmp_path, old, new, message):
    assert old in ONE
    path = tmp_path / "mine.toml"
    path.write_text(ONE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PuzzleError, match=re.escape("mine.toml: ")) as refusal:
        puzzles(path)
    assert message in str(refusal.value)
    assert len(str(refusal.value).splitlines()) <= 2


def test_a_file_without_puzzles_is_refused(tmp_path):
    path = tmp_path / "none.toml"
    path.write_text("# none\n")
    with pytest.raises(PuzzleError, match="has no puzzles"):
        puzzles(path)
