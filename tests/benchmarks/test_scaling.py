"""The benchmark of scaling runs what it says, its words come from what it kept, and needs are reckoned rightly."""

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import scaling
from benchmarks.scaling_report import README, RESULTS, figure, in_words, with_words
from docs import scaling as needs
from sim.experiment.design import MOST_RUNS
from sim.scenario import load

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TRUST = load(SCENARIOS / "england.toml")


def test_the_readme_shows_what_was_kept():
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    page = README.read_text(encoding="utf-8")
    assert in_words(found) in page
    assert with_words(page, found) == page, "run `uv run python benchmarks/scaling.py --write`"


def test_what_was_kept_is_of_all_of_england_as_it_is_now():
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert found["scenario"]["digest"] == TRUST.digest()
    assert found["england"]["trusts"] == TRUST.run.replications
    assert 88 <= found["england"]["occupancy"][0] <= 92  # published: 90.2%


def test_hospitals_of_other_sizes_have_the_wards_of_the_trust():
    of_four = scaling.hospital_of(TRUST, 4)
    assert (len(of_four.wards), len(of_four.divisions)) == (4 * len(TRUST.wards), 4 * len(TRUST.divisions))
    assert Counter(ward.title for ward in of_four.wards.values()) == {ward.title: 4 for ward in TRUST.wards.values()}
    of_ten = scaling.part_of(TRUST, 10)
    assert len(of_ten.wards) == 10
    assert all(ward == TRUST.wards[name] for name, ward in of_ten.wards.items())
    assert scaling.beds_of(of_ten) / 10 == pytest.approx(scaling.beds_of(TRUST) / len(TRUST.wards), rel=0.02)


@pytest.fixture
def few_days(monkeypatch):
    monkeypatch.setattr(scaling, "DAYS", 4)
    monkeypatch.setattr(scaling, "WARM_UP_DAYS", 1)


def test_all_sizes_are_measured_in_each_turn(few_days):
    found = scaling.measure(load(SCENARIOS / "small.toml"), turns=2, trusts=3)
    assert {name: (size["how"], size["wards"]) for name, size in found["sizes"].items()} == {
        "ten": ("one hospital", 1),
        "few": ("trust by trust", 4),
        "large": ("one hospital", 4),
        "some": ("trust by trust", 3),
        "england": ("trust by trust", 3),
    }
    of_turns = [found["threads"]["speedup"], *(size["to_one_trust"] for size in found["sizes"].values())]
    assert all(len(each["values"]) == 2 and min(each["values"]) > 0 for each in of_turns)


def test_results_that_hang_on_threads_end_it(few_days, monkeypatch):
    monkeypatch.setattr(scaling, "run_of", lambda scenario, trusts=1, threads=1: scaling.Took(1.0, 1.0, str(threads)))
    with pytest.raises(SystemExit, match="2 threads gave other results than one"):
        scaling.measure(load(SCENARIOS / "small.toml"), turns=1, trusts=1)


MADE_UP = {
    "threads": {"threads": 2, "speedup": {"median": 1.6, "values": [1.6]}},
    "stored": {
        "one ward": {
            "beds": 28,
            "core_seconds_of_run": 0.288,
            "runs_of_shard": 10,
            "files_of_shard": 4,
            "bytes_of_run": {"every outcome and day": 50_000, "every outcome": 5_000, "one outcome": 400},
        }
    },
}


def test_needs_follow_from_what_was_measured():
    assert needs.RUNS[-1] == MOST_RUNS
    rows = needs.very_many_runs(MADE_UP).splitlines()[2:]  # 0.288 s at 0.8 of a core are 0.36 s
    assert rows[0] == "| 1,000,000 | one ward | 100 | 1.6 h | 6 min |"
    assert rows[1] == "| 100,000,000 | one ward | 10,000 | 6.5 days | 9.8 h |"
    assert needs.storage_of_runs(MADE_UP).splitlines()[2] == "| 1,000,000 | one ward | 50 GB | 5 GB | 400 MB |"
    assert needs.load_of_runs(MADE_UP).splitlines()[2] == "| 1,000,000 | one ward | 10 | 100,000 | 400,000 | 284 | 7 |"


@pytest.mark.parametrize(("spread", "within"), [(0.3, 0.1), (0.3, 0.02), (0.01, 0.2), (1.0, 1.0)])
def test_replications_are_the_fewest_that_do(spread, within):
    enough = needs.replications_for(spread, within)
    assert needs.reach(spread, enough) <= within
    assert enough == 2 or needs.reach(spread, enough - 1) > within


def test_an_interval_is_that_of_student():
    assert needs.reach(2.0, 10) == pytest.approx(2.2622 * 2.0 / math.sqrt(10), rel=1e-4)


def test_a_figure_is_drawn_of_what_was_kept():
    assert len(figure(json.loads(RESULTS.read_text(encoding="utf-8"))).axes) == 2
