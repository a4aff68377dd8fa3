"""Arms compared in pairs: the numbers against textbooks, the verdicts, and how often both would mislead."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.arms import (
    ComparisonError,
    compare_arms,
    compared,
    holm,
    natural_unit,
    paired_p,
    still_needed,
    variance_factor,
)
from sim.analysis.outcomes import BY_NAME
from sim.analysis.stored import results
from sim.report.arms import arms_figure, arms_note, arms_setting, arms_tables
from tests.experiment import sweeps

DEATHS = BY_NAME["mortality"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return results(sweeps.swept(tmp_path_factory.mktemp("arms") / "x").folder)


def test_a_difference_has_the_interval_and_chance_of_a_paired_t_test():
    rng = np.random.default_rng(1)
    one, other = rng.normal(5, 1, 30), rng.normal(5.4, 1, 30)
    row = compared(DEATHS, one, other)
    test = stats.ttest_rel(other, one)
    low, high = test.confidence_interval(0.95)
    assert (row["low"], row["high"], row["p"]) == pytest.approx((low, high, test.pvalue))
    assert row["difference"] == pytest.approx(other.mean() - one.mean())
    assert row["standardised"] == pytest.approx(
        row["difference"] / math.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2)
    )


def test_pairs_without_a_value_on_one_side_are_left_out_of_everything():
    one, other = np.array([1.0, np.nan, 3.0, 5.0]), np.array([2.0, 9.0, np.nan, 7.0])
    row = compared(DEATHS, one, other)
    assert (row["replications"], row["of_reference"], row["of_arm"]) == (2, 3.0, 4.5)


def test_holms_correction_is_that_of_the_book():
    # Holm 1979: the k-th smallest is multiplied by what is left, and none is below one before it.
    given, adjusted = [0.01, 0.04, np.nan, 0.03, 0.005], [0.03, 0.06, np.nan, 0.06, 0.02]
    assert holm(np.array(given)) == pytest.approx(adjusted, nan_ok=True)


def test_the_factor_of_variance_tells_where_common_luck_helps_and_where_it_costs():
    rng = np.random.default_rng(2)
    shared, own, more = rng.normal(0, 3, (3, 4_000))
    assert variance_factor(shared + own / 3, shared + more / 3) == pytest.approx(10, rel=0.1)
    assert variance_factor(own, more) == pytest.approx(1, abs=0.1)
    assert variance_factor(own, -own) == pytest.approx(0.5)
    assert variance_factor(own, own + 1) == math.inf


def test_the_sequential_rule_asks_for_about_as_many_as_are_needed():
    rng = np.random.default_rng(3)
    asked = [10 + still_needed(rng.normal(1, 1, 10), 0.2) for _ in range(300)]
    assert 80 < np.mean(asked) < 125  # (1.96 / 0.2)² = 96, and five more to see that it stays so
    enough = [still_needed(rng.normal(1, 1, 200), 0.2) for _ in range(100)]
    assert np.mean(np.array(enough) == 0) > 0.9
    assert still_needed(np.ones(3), 0.1) > 0  # not yet seen to stay so
    assert still_needed(np.ones(10), 0.1) == 0


@pytest.mark.parametrize(
    ("unit", "natural"),
    [
        ("% of stays", (10, "per 1,000 stays")),
        ("per 100 admissions", (10, "per 1,000 admissions")),
        ("per 1,000 bed-days", (1, "per 1,000 bed-days")),
        ("days, mean", (1, "days, mean")),
    ],
)
def test_differences_are_told_in_things_that_can_be_counted(unit, natural):
    assert natural_unit(unit) == natural


def test_a_scenario_against_itself_is_told_apart_about_once_in_twenty_and_intervals_cover_the_truth():
    rng = np.random.default_rng(4)
    trials, pairs, truth = 1_000, 20, 0.5
    false, covered = 0, 0
    for _ in range(trials):
        one, other = rng.poisson(30, (2, pairs)) / 3
        false += compared(DEATHS, one, other)["p"] < 0.05
        row = compared(DEATHS, one, other + truth)
        covered += row["low"] <= truth <= row["high"]
    assert 0.035 < false / trials < 0.065
    assert 0.93 <= covered / trials <= 0.97


def test_each_arm_is_compared_with_the_reference_of_the_same_seed(found):
    table = compare_arms(found, reference=1, outcomes=["mortality"]).table
    assert list(table.arm) == [0, 2, 3]
    values = found.values("mortality")
    row = table[table.arm == 2].iloc[0]
    assert row.difference == pytest.approx((values[2] - values[1]).mean())
    assert row.natural == pytest.approx(10 * row.difference)
    assert found.runs.pivot(index="replication", columns="arm", values="seed").nunique(axis=1).eq(1).all()


def test_verdicts_say_which_way_and_whether_that_is_good(found, monkeypatch):
    values = found.values("mortality")
    values[1] = values[0] - 5 + np.arange(len(values)) * 0.01
    values[2] = values[0]
    monkeypatch.setattr(type(found), "values", lambda *_: values)
    comparison = compare_arms(found, outcomes=["mortality"])
    verdicts = dict(zip(comparison.table.arm, comparison.table.verdict, strict=True))
    assert verdicts[1] == "lower, which is better"
    assert verdicts[2] == "no difference shown"
    assert verdicts[3].startswith("not known yet: about ")
    assert "Evidence is thin: 1 of 3 differences" in comparison.warnings[0]


def test_both_ledgers_stand_side_by_side_in_tables_and_figure(found):
    comparison = compare_arms(found)
    assert set(comparison.table.ledger) == {"true", "observed"}
    titles = [str(table.title) for table in arms_tables(comparison)]
    ledgers = ["observed" in title for title in titles]
    assert ledgers == sorted(ledgers)
    figure = arms_figure(comparison)
    drawn = {axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")}
    assert drawn == set(comparison.table.title)
    assert "Holm" in arms_note(comparison)


def test_a_comparison_says_how_wards_are_led_but_for_what_arms_change(found):
    words = "But for what arms change: led by ward managers, pace-setting"
    assert arms_setting(compare_arms(found)) == words
    assert words in [text.get_text() for text in arms_figure(compare_arms(found)).texts]
    (found.store.folder / "scenario.toml").rename(found.store.folder / "kept.toml")
    (found.store.folder / "scenario.toml").write_text('title = "of another version"')
    assert "of another version" in arms_setting(compare_arms(results(found.store.folder)))
    (found.store.folder / "kept.toml").rename(found.store.folder / "scenario.toml")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"reference": "dials.devolution = 0.2, dials.hold = treu"}, "did you mean"),
        ({"reference": 9}, "no arm"),
        ({"outcomes": ["mortalty"]}, 'did you mean "mortality"'),
        ({"ward": "nowhere"}, 'no value for ward "nowhere" and mode "all"; known here: all, six_beds'),
        ({"ward": "six_bed"}, 'no value for ward "six_bed" and mode "all"; did you mean "six_beds"'),
        ({"mode": "constraint"}, 'did you mean "constrained"'),
        ({"mode": "y"}, "known here: repetitive, constrained, unconstrained, all"),
        ({"reference": 0, "arms": [0]}, "one arm only"),
        ({"precision": 0}, "precision"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(asked, words, found):
    with pytest.raises(ComparisonError, match=words):
        compare_arms(found, **asked)


def test_one_pair_has_no_chance():
    assert math.isnan(paired_p(np.array([1.0])))
