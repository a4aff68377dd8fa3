"""The smallest hospital, run by the engine itself."""

from pathlib import Path

import pytest

from sim.interface import run, save

SMALL = Path(__file__).parents[2] / "scenarios" / "small.toml"


@pytest.fixture(scope="module")
def small():
    return run(SMALL, years=0.1, seed=11, reps=3, threads=2)


def test_threads_change_nothing(small):
    assert run(SMALL, years=0.1, seed=11, reps=3, threads=1).digest() == small.digest()


def test_replication_k_is_a_run_with_seed_plus_k(small):
    alone = run(SMALL, years=0.1, seed=13, reps=1)
    assert alone.records[0].digest() == small.records[2].digest()


def test_replications_differ(small):
    assert len({record.digest() for record in small.records}) == 3


def test_the_hospital_is_the_sum_of_its_modes(small):
    counts = small.outcomes.query("outcome == 'adverse_events' and ward == 'all'").pivot(
        index="replication", columns="mode", values="denominator"
    )
    assert (counts["all"] > 0).all()
    assert (counts["all"] == counts.drop(columns="all").sum(axis=1)).all()


def test_series_and_ledger_agree(small):
    by_day = small.series.query("day >= 0").groupby("replication").admissions.sum()
    booked = [int(record.true["admissions"].sum()) for record in small.records]
    assert by_day.tolist() == booked


def test_results_can_be_saved(small, tmp_path):
    save(small, tmp_path / "out")
    assert (tmp_path / "out" / "figure.png").stat().st_size > 10_000
