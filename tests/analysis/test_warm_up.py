import numpy as np
import pytest

from sim.analysis.warm_up import mser5, warm_up_report
from tests.synthetic import results


def test_a_step_is_discarded_and_no_more():
    assert mser5([0.0] * 40 + [10.0] * 160) == 40


def test_a_step_inside_a_batch_is_discarded_with_its_batch():
    assert mser5([0.0] * 42 + [10.0] * 158) == 45


def test_a_steady_series_needs_no_warm_up():
    assert mser5([7.0] * 100) == 0


def test_a_decaying_start_under_noise():
    rng = np.random.default_rng(1)
    days = np.arange(400)
    asked = [mser5(20 - 20 * np.exp(-days / 20) + rng.normal(0, 1, 400)) for _ in range(20)]
    assert 40 <= np.median(asked) <= 100


def test_a_trend_is_never_settled():
    assert mser5(np.arange(200.0)) == 100


@pytest.mark.parametrize("series", [[1.0] * 49, [np.nan] * 100, np.ones((60, 2))])
def test_what_cannot_be_judged_is_refused(series):
    with pytest.raises(ValueError, match="MSER-5 needs"):
        mser5(series)


def test_the_report_compares_with_the_warm_up():
    found = results(replications=3, days=100, warm_up=30)
    for record in found.records:
        record.series["midnight_patients"][:60] = 0
        record.series["midnight_patients"][60:] = 20
        record.series["midnight_queue"][:10] = 9
        record.series["midnight_queue"][10:] = 3
        record.series["preventable_events"][:, 0] = np.arange(130)
    report = warm_up_report(found).set_index("measure")
    assert report.asked["midnight_patients"] == 60
    assert not report.covered["midnight_patients"]
    assert report.asked["midnight_queue"] == 10
    assert report.covered["midnight_queue"]
    assert report.asked.isna()["preventable_events"]
    assert report.covered.isna()["preventable_events"]


def test_a_short_run_is_not_judged():
    assert warm_up_report(results(replications=2, days=10, warm_up=5)).covered.isna().all()
