"""A judge that kills what changes a number, lets live what changes none, and refuses where it cannot tell."""

import os
import subprocess
import sys

import pytest

from sim.state.behaviours import jit_is_on
from tests.engine.hospitals import ROOT
from tests.mutation.checks import golden, naming
from tests.mutation.judge import ENDLESS, INCOMPETENT, KILLED, SURVIVED, Bench, JudgeError
from tests.mutation.sources import replaced

QUIET = "everybody ill, nobody comes"

in_plain_python = pytest.mark.skipif(jit_is_on(), reason="a judge runs plain Python")


@pytest.mark.skipif(not jit_is_on(), reason="this is plain Python already")
def test_the_judge_in_plain_python():
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", __file__],
        cwd=ROOT,
        env=alone | {"NUMBA_DISABLE_JIT": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "3 passed, 1 skipped" in told.stdout, told.stdout


@in_plain_python
def test_a_golden_digest_kills_what_changes_a_number_and_lets_live_what_changes_none():
    bench = Bench({QUIET: golden(QUIET)})
    outcomes = {
        change: bench.judge(replaced(*change))[:3]
        for change in (
            ("closes_day", "occupied += 1", "occupied += 2"),
            ("closes_day", "occupied += 1", "occupied += nobody_knows"),
            ("closes_day", "occupied = 0", "occupied = 0\n    while True:\n        pass"),
            ("closes_day", "occupied = 0", "occupied ="),
            ("closes_day", "occupied += 1", "occupied += True"),
            ("closes_day", "what flows.", "what flows, and what does not."),
            ("draws_lesson", "] += 1", "] += 2"),
        )
    }
    assert list(outcomes.values()) == [
        (KILLED, QUIET, "another digest"),
        (KILLED, QUIET, "NameError"),
        (ENDLESS, QUIET, "does not end"),
        (INCOMPETENT, "", "invalid syntax"),
        (SURVIVED, "", ""),
        (SURVIVED, "", "not entered"),
        (SURVIVED, "", "not entered"),
    ]


@in_plain_python
def test_a_test_that_names_the_behaviour_kills_what_its_digests_do_not_show():
    [of_lessons] = (name for name in naming(["draws_lesson"]) if "test_enough_lessons" in name)
    verdict = Bench({of_lessons: naming(["draws_lesson"])[of_lessons]}).judge(replaced("draws_lesson", "+= 1", "+= 2"))
    assert verdict[:3] == (KILLED, of_lessons, "the test fails")


@in_plain_python
def test_nothing_is_judged_by_what_the_unchanged_model_does_not_pass():
    with pytest.raises(JudgeError, match="another digest"):
        Bench({"nobody comes": lambda: "another digest"})
    assert Bench({"a loop": _never_ends}, longest=1).slow == ["a loop"]


def _never_ends() -> str:
    while True:
        pass
