"""How sure a difference is: the numbers against textbooks, the verdicts, and how often both would mislead."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim.analysis.evidence import (
    LEAST_WITHOUT_SPREAD,
    compared,
    holm,
    natural_unit,
    paired_p,
    still_needed,
    variance_factor,
    verdict,
)
from sim.analysis.outcomes import BY_NAME

DEATHS = BY_NAME["mortality"]


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
        ("% of stays over a day", (10, "per 1,000 stays over a day")),
        ("per 100 admissions", (10, "per 1,000 admissions")),
        ("per 1,000 bed-days", None),
        ("% of those stays", None),
        ("% of working time", None),
        ("days, mean", None),
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


def test_one_pair_has_no_chance():
    assert math.isnan(paired_p(np.array([1.0])))


def test_what_is_counted_among_patients_has_its_interval_so_too_and_the_rest_is_said_once():
    rng = np.random.default_rng(5)
    one, other = rng.normal(5, 1, 12), rng.normal(6, 1, 12)
    row = compared(DEATHS, one, other)
    assert row["natural_unit"] == "per 1,000 stays over a day"
    assert (row["natural"], row["natural_low"], row["natural_high"]) == pytest.approx(
        (10 * row["difference"], 10 * row["low"], 10 * row["high"])
    )
    row = compared(BY_NAME["length_of_stay"], one, other)
    assert row["natural_unit"] == ""
    assert all(math.isnan(row[name]) for name in ("natural", "natural_low", "natural_high"))


def judged(one, other, outcome=DEATHS):
    row = compared(outcome, np.array(one, dtype=float), np.array(other, dtype=float))
    return row, verdict(outcome, SimpleNamespace(**row, p_adjusted=row["p"]))


@pytest.mark.parametrize("pairs", [2, 3, 5])
def test_few_pairs_that_differ_by_the_same_are_no_evidence(pairs):
    reference = np.linspace(3, 7, pairs)
    row, words = judged(reference, reference + 0.7)
    assert row["p"] == 2.0 ** (1 - pairs) > 0.05
    assert math.isnan(row["low"])
    assert math.isnan(row["high"])
    assert words.startswith("not known yet: about ")


def test_many_pairs_that_differ_by_the_same_are_evidence_by_their_sign_alone():
    reference = np.linspace(3, 7, 20)
    row, words = judged(reference, reference + 0.7)  # rounding leaves a spread of some 1e-16
    assert row["p"] == 2.0**-19
    assert (row["low"], row["high"]) == pytest.approx((0.7, 0.7))
    assert words == "higher, which is worse"
    assert 2.0 ** (1 - LEAST_WITHOUT_SPREAD) < 0.05 < 2.0 ** (2 - LEAST_WITHOUT_SPREAD)


@pytest.mark.parametrize("pairs", [2, 5])
def test_few_pairs_that_do_not_differ_have_no_interval_of_no_width(pairs):
    row, words = judged([4.0] * pairs, [4.0] * pairs)
    assert math.isnan(row["low"])
    assert words.startswith("not known yet: about ")


def test_what_the_reference_never_has_is_as_precise_as_the_arm_that_has_it():
    rare = [0.0] * 9 + [3.0]
    row, words = judged([0.0] * 10, rare)
    assert row["of_reference"] == 0
    assert row["needed"] > 1_000
    assert words.startswith("not known yet: about ")
    mirrored, _ = judged(rare, [0.0] * 10)
    assert mirrored["needed"] == row["needed"]


def test_what_happens_in_neither_arm_is_said_as_that():
    assert judged([0.0] * 10, [0.0] * 10)[1] == "happened in neither arm"
    assert judged([0.0] * 2, [0.0] * 2)[1].startswith("not known yet: about ")
    assert judged([np.nan] * 3, [0.0] * 3)[1] == "nothing to count"


def test_a_difference_that_correction_takes_away_is_not_called_none():
    rng = np.random.default_rng(6)
    reference = rng.normal(50, 1, 40)
    row = compared(DEATHS, reference, reference + 0.2 + rng.normal(0, 0.5, 40))
    assert row["p"] < 0.05
    assert not row["needed"]
    assert verdict(DEATHS, SimpleNamespace(**row, p_adjusted=0.2)) == "not shown after correction"


@pytest.mark.parametrize(("count", "half_width", "asked"), [(0, 1.0, 0), (1, 0.0, 5), (2, 0.0, 4), (20, 0.0, 0)])
def test_what_no_rule_of_precision_can_judge_asks_for_a_few_more(count, half_width, asked):
    assert still_needed(np.zeros(count), half_width) == asked
