from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.comparison import compare
from sim.analysis.evidence import compared
from sim.analysis.outcomes import BY_NAME, OUTCOMES
from sim.analysis.results import Results, interval
from tests.synthetic import WARDS, empty_record, results, scenario, unlike

EVERY = tuple(outcome.name for outcome in OUTCOMES)


def with_breaches(*breaches):
    """A replication for each number, with 4 admissions to one ward, of which so many waited too long."""
    records = [empty_record(seed=5 + k) for k in range(len(breaches))]
    for record, number in zip(records, breaches, strict=True):
        record.true.admissions[1, 2], record.true.breaches[1, 2] = 4 * (number is not None), number or 0
    return Results(scenario(), tuple(records))


def test_the_difference_is_taken_replication_by_replication():
    row = compare(with_breaches(2, 3, 4), with_breaches(1, 1, 3), ["breaches"]).iloc[0]
    expected = interval(np.array([25.0, 50.0, 25.0]))
    assert tuple(row[["difference", "low", "high", "replications"]]) == pytest.approx(expected)
    assert (row.of_one, row.of_other) == pytest.approx((75.0, 125 / 3))
    assert row.relative == pytest.approx(expected[0] / 75)
    assert (row.unit, row.ledger) == ("% of admissions", "true")


def test_shares_differ_by_no_more_than_a_hundred_points():
    row = compare(with_breaches(4, 0), with_breaches(0, 4), ["breaches"]).iloc[0]
    assert (row.difference, row.low, row.high) == (0.0, -100.0, 100.0)


def test_pairs_without_a_value_are_left_out_on_both_sides():
    row = compare(with_breaches(2, None, 4), with_breaches(1, 4, 3), ["breaches"]).iloc[0]
    assert row.replications == 2
    assert row.of_one - row.of_other == pytest.approx(row.difference)
    none = compare(with_breaches(None), with_breaches(1), ["breaches"]).iloc[0]
    assert none.replications == 0
    assert none[["of_one", "of_other", "difference", "low", "high", "relative"]].isna().all()


def test_one_pair_has_no_interval_and_nought_no_share():
    row = compare(with_breaches(0), with_breaches(1), ["breaches"]).iloc[0]
    assert row.difference == -25
    assert row[["low", "high", "relative"]].isna().all()


@given(seed=st.integers(0, 2**32), replications=st.integers(1, 4))
def test_what_is_compared_with_itself_differs_by_exactly_nothing(seed, replications):
    found = results(replications, seed)
    table = compare(found, results(replications, seed), EVERY)
    assert table.outcome.tolist() == list(EVERY)
    assert (table.difference.dropna() == 0).all()
    assert (table.low.dropna() == 0).all()


def test_exchanged_sides_change_the_sign_alone():
    one = results(4)
    there, back = compare(one, unlike(one), EVERY), compare(unlike(one), one, EVERY)
    assert there.difference.tolist() == pytest.approx((-back.difference).tolist(), nan_ok=True)
    assert there.low.tolist() == pytest.approx((-back.high).tolist(), nan_ok=True)


def test_arms_of_an_experiment_are_compared_by_the_same_rule():
    one, other = results(4), unlike(results(4))
    row = compare(one, other, ["mortality"]).iloc[0]
    arm = compared(BY_NAME["mortality"], other.values("mortality"), one.values("mortality"))
    same = ["outcome", "title", "unit", "ledger", "difference", "low", "high", "replications"]
    assert row[same].to_dict() == {column: arm[column] for column in same}
    assert (row.of_one, row.of_other) == (arm["of_arm"], arm["of_reference"])


@pytest.mark.parametrize(("ward", "mode"), [("all", "repetitive"), ("Ash", "all"), ("Beech", "constrained")])
def test_a_ward_and_a_mode_can_be_chosen(ward, mode):
    one = results(3)
    row = compare(one, unlike(one), ["wait"], ward, mode).iloc[0]
    tables = [
        each.outcomes.query(f"outcome == 'wait' and ward == '{ward}' and mode == '{mode}'")
        for each in (one, unlike(one))
    ]
    assert row.difference == pytest.approx((tables[0].value.to_numpy() - tables[1].value.to_numpy()).mean())
    assert (row.ward, row["mode"]) == (ward, mode)


def test_runs_that_are_no_pairs_are_refused():
    one = results(3)
    with pytest.raises(ValueError, match="the same seeds"):
        compare(one, results(3, seed=2), ["wait"])
    with pytest.raises(ValueError, match="the same seeds"):
        compare(one, replace(one, records=one.records[:2]), ["wait"])
    with pytest.raises(ValueError, match="the same days"):
        compare(one, results(3, days=20), ["wait"])
    with pytest.raises(ValueError, match="the same days"):
        compare(one, results(3, warm_up=20), ["wait"])


@pytest.mark.parametrize(
    "asked",
    [("waits", "all", "all"), ("wait", "Oak", "all"), ("wait", "all", "none"), ("occupancy", WARDS[0], "constrained")],
)
def test_what_is_not_counted_cannot_be_compared(asked):
    name, ward, mode = asked
    with pytest.raises(ValueError, match=name):
        compare(results(2), results(2), [name], ward, mode)
