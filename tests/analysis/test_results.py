from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.analysis.outcomes import BY_NAME
from sim.analysis.results import Results, interval
from tests.synthetic import WARDS, empty_record, random_record, results, scenario


def test_the_interval_is_students():
    values = np.array([3.0, 4.5, 5.0, 7.5])
    mean, low, high, count = interval(values)
    expected = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert (mean, count) == (5.0, 4)
    assert (low, high) == pytest.approx(expected)


def test_replications_without_a_value_are_left_out():
    assert interval(np.array([np.nan, 2.0, 4.0]))[0::3] == (3.0, 2)
    assert interval(np.array([np.nan, 2.0, 4.0]))[1:3] == pytest.approx(interval(np.array([2.0, 4.0]))[1:3])


def test_one_value_has_no_interval_and_none_has_no_mean():
    mean, low, high, count = interval(np.array([2.0, np.nan]))
    assert (mean, count) == (2.0, 1)
    assert np.isnan([low, high]).all()
    assert np.isnan(interval(np.array([np.nan]))[:3]).all()


def test_an_interval_ends_where_values_do_and_never_before_its_mean():
    few = np.array([0.0, 90.0])
    assert interval(few)[1] < 0 < 100 < interval(few)[2]
    assert interval(few, least=0.0, most=100.0) == (45.0, 0.0, 100.0, 2)
    assert interval(np.array([100.0, 120.0]), least=0.0, most=100.0)[2] == 110.0
    assert np.isnan(interval(np.array([5.0]), least=0.0, most=100.0)[1:3]).all()


def test_no_summary_tells_of_shares_and_rates_that_cannot_be():
    found = Results(scenario(), tuple(empty_record(seed=seed) for seed in (1, 2)))
    found.records[0].true.admissions[0, 0], found.records[0].true.breaches[0, 0] = 4, 4
    found.records[1].true.admissions[0, 0] = 4
    rows = found.summary("hospital").set_index("outcome")
    assert rows.loc["breaches", ["mean", "low", "high"]].tolist() == [50.0, 0.0, 100.0]
    assert (results(2).summary("ward and mode").low.dropna() >= 0).all()


def test_the_highest_value_follows_from_the_unit():
    mosts = {BY_NAME[name].unit: BY_NAME[name].most for name in ("mortality", "trust", "leavers", "errors_made")}
    assert mosts == {"% of stays over a day": 100, "0 to 1, mean": 1, "% a year": np.inf, "per 1,000 bed-days": np.inf}


def test_outcomes_are_tidy_and_carry_seed_and_scenario():
    table = results(replications=3, seed=7).outcomes
    columns = "replication seed scenario ward mode ledger outcome value unit numerator denominator"
    assert " ".join(table.columns) == columns
    assert not table.duplicated(["replication", "ward", "mode", "outcome"]).any()
    assert (table.seed == table.replication + 7).all()
    assert set(table.ward) == {*WARDS, "all"}
    assert set(table[table.outcome == "occupancy"]["mode"]) == {"all"}


def test_values_land_beside_the_right_ward_and_mode():
    record = empty_record()
    record.true.admissions[1, 2], record.true.breaches[1, 2] = 4, 1
    table = Results(scenario(), (record,)).outcomes.set_index(["outcome", "ward", "mode"])["value"]
    known = table["breaches"].dropna()
    assert known.index.tolist() == [
        ("Beech", "unconstrained"),
        ("Beech", "all"),
        ("all", "unconstrained"),
        ("all", "all"),
    ]
    assert (known == 25.0).all()


def test_the_summary_keeps_the_parts_asked_for():
    found = results(replications=3)
    assert set(found.summary("mode").ward) == {"all"}
    assert set(found.summary("ward")["mode"]) == {"all"}
    assert len(found.summary("hospital")) == found.outcomes.outcome.nunique()
    assert len(found.summary("ward and mode")) == len(found.outcomes) / 3
    with pytest.raises(ValueError, match="'ward and mode'"):
        found.summary("year")  # type: ignore[arg-type]


def test_the_summary_is_the_mean_over_replications():
    found = results(replications=4)
    row = found.summary("hospital").set_index("outcome").loc["wait"]
    table = found.outcomes.query("outcome == 'wait' and ward == 'all' and mode == 'all'")
    assert row["mean"] == pytest.approx(table.value.mean())
    assert row["replications"] == 4
    assert row["low"] < row["mean"] < row["high"]


def test_day_nought_is_the_first_counted():
    table = results(replications=2, days=10, warm_up=5).series
    assert (table.day.min(), table.day.max()) == (-5, 9)
    assert len(table) == 2 * 15 * len(WARDS)


def test_series_and_funnel_keep_every_count():
    record = random_record(days=10, warm_up=5)
    found = Results(scenario(), (record,))
    day = found.series.query("day == 3 and ward == 'Beech'")
    assert day.hazards.item() == record.series["hazards"][8, 1]
    rows = found.funnel.query("ward == 'Beech' and mode == 'constrained' and kind == 'dose slip'")
    cell = rows.query("source == 'hazard' and stage == 'reached'")["count"].item()
    assert cell == record.funnel[1, 1, 1, 1, 5]
    assert found.funnel["count"].sum() == record.funnel.sum()


def test_the_digest_depends_on_every_record_and_their_order():
    found = results(replications=3)
    assert found.digest() == results(replications=3).digest()
    assert found.digest() != replace(found, records=found.records[::-1]).digest()
    changed = random_record(2)
    changed.true.deaths[0, 0] += 1
    assert found.digest() != replace(found, records=(found.records[0], changed, found.records[2])).digest()


def test_staffing_names_its_wards():
    table = results(replications=2).staffing
    assert table[["replication", "ward"]].drop_duplicates().shape[0] == 4
    assert pd.api.types.is_integer_dtype(table.worked)
