"""Estimates and verdicts against numbers with known answers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.claims import (
    BY_DAY,
    NOTHING_DIFFERS,
    Examination,
    all_of,
    any_of,
    crossing,
    effects,
    find,
    measures,
    of_days,
    planned,
    state_of,
    verdict,
)
from sim.analysis.outcomes import BY_NAME
from sim.analysis.results import Results, interval
from sim.experiment.claims import load_claim
from sim.experiment.replications import RunError
from tests.made_up import example, written
from tests.synthetic import empty_record, random_record, results, scenario

# Luck that two arms share, and so takes no part in their difference; what is left is small and adds up to nought.
LUCK = np.array([3.0, -7.0, 1.0, 5.0, -2.0])
SMALL = np.array([0.1, -0.1, 0.0, 0.1, -0.1])


def arms(**means):
    """Arms with these means in every mode: values by arm and mode."""
    wobble = {name: SMALL * (1 + 0.1 * place) for place, name in enumerate(means)}
    return lambda arm, mode: means[arm] + LUCK + wobble[arm]


def by_mode(**means):
    """Arms with a mean for each mode."""
    modes = ("repetitive", "constrained", "unconstrained")
    wobble = {name: SMALL * (1 + 0.1 * place) for place, name in enumerate(means)}
    return lambda arm, mode: means[arm][modes.index(mode)] + LUCK + wobble[arm]


@pytest.mark.parametrize(
    ("low", "high", "sign", "asked", "state"),
    [
        (-0.09, -0.05, "below", 0.02, "holds"),
        (-0.09, -0.01, "below", 0.02, "open"),
        (-0.01, 0.03, "below", 0.02, "fails"),  # clearly too small to count
        (0.05, 0.09, "below", 0.02, "fails"),
        (0.05, 0.09, "above", 0.02, "holds"),
        (0.01, 0.09, "above", 0.02, "open"),
        (-0.05, 0.01, "above", 0.02, "fails"),
        (-0.01, 0.03, "not_below", 0.02, "holds"),
        (-0.03, 0.03, "not_below", 0.02, "open"),
        (-0.09, -0.03, "not_below", 0.02, "fails"),
        (-0.03, 0.01, "not_above", 0.02, "holds"),
        (0.03, 0.09, "not_above", 0.02, "fails"),
        (0.0, 0.0, "below", 0.0, "fails"),  # no difference is no effect
        (0.0, 0.0, "above", 0.0, "fails"),
        (0.0, 0.0, "not_below", 0.0, "holds"),
        (np.nan, np.nan, "below", 0.0, "open"),
    ],
)
def test_an_effect_holds_beyond_the_margin_fails_short_of_it_and_else_is_open(low, high, sign, asked, state):
    assert state_of(low, high, sign, asked) == state


@given(st.floats(-1, 1), st.floats(0, 1), st.sampled_from(["below", "above"]), st.floats(0, 0.5))
def test_an_effect_and_its_denial_never_hold_both(low, width, sign, asked):
    one, other = state_of(low, low + width, sign, asked), state_of(low, low + width, f"not_{sign}", asked)
    assert {one, other} in ({"holds", "fails"}, {"open"}) or "open" in (one, other)
    assert (one, other) != ("holds", "holds")
    assert (one, other) != ("fails", "fails")


def test_shares_are_of_the_reference_and_paired():
    arm, reference = np.array([9.0, 19.0, np.nan]), np.array([10.0, 20.0, 400.0])
    assert effects(arm, reference, relative=False)[:2].tolist() == [-1, -1]
    assert effects(arm, reference, relative=True)[:2].tolist() == [-1 / 15, -1 / 15]
    assert np.isnan(effects(np.ones(2), np.zeros(2), relative=True)).all()
    assert effects(np.zeros(2), np.zeros(2), relative=True).tolist() == [0, 0]


def test_luck_that_arms_share_does_not_blur_their_difference():
    found = find(example("difference", arm="a", reference="b", margin=0.05), arms(a=90.0, b=100.0))
    (only,) = found.comparisons
    assert found.state == "holds"
    assert only.estimate == pytest.approx(-0.1)
    assert only.high - only.low < 0.001
    mean, low, high, pairs = interval((LUCK + 90 + SMALL - (LUCK + 100 + 1.1 * SMALL)) / 100)
    assert (only.estimate, only.low, only.high, only.pairs) == pytest.approx((mean, low, high, pairs))


@pytest.mark.parametrize(("b", "state"), [(100.0, "holds"), (91.0, "fails"), (80.0, "fails")])
def test_a_difference_needs_its_margin(b, state):
    assert find(example("difference", arm="a", reference="b", margin=0.05), arms(a=90.0, b=b)).state == state


def test_points_are_in_the_unit_of_the_outcome():
    test = example("difference", arm="a", reference="b", points=8.0)
    assert find(test, arms(a=90.0, b=100.0)).state == "holds"
    assert find(test, arms(a=900.0, b=905.0)).state == "fails"


def test_an_interaction_is_a_difference_of_differences():
    test = example("interaction", arms=["a1", "a0"], references=["b1", "b0"], points=3.0)
    (only,) = find(test, arms(a1=90.0, a0=100.0, b1=95.0, b0=100.0)).comparisons
    assert (only.estimate, only.state) == (pytest.approx(-5), "holds")
    assert find(test, arms(a1=90.0, a0=100.0, b1=90.0, b0=100.0)).state == "fails"


def test_an_interaction_may_be_between_modes_as_shares_of_each():
    test = example(
        "interaction",
        arms=["new", "old"],
        references=["new", "old"],
        mode="repetitive",
        reference_mode="unconstrained",
        margin=0.05,
    )
    (only,) = find(test, by_mode(new=(80, 0, 400), old=(100, 0, 400))).comparisons
    assert only.estimate == pytest.approx(-0.2, abs=1e-3)
    assert find(test, by_mode(new=(80, 0, 320), old=(100, 0, 400))).state == "fails"


TREND = example("trend", arms=["a", "b", "c"], margin=0.05)


@pytest.mark.parametrize(
    ("means", "state"),
    [
        (dict(a=100, b=95, c=90), "holds"),
        (dict(a=100, b=100, c=90), "holds"),  # a step need not be seen to go on
        (dict(a=100, b=105, c=90), "fails"),  # but it must not go back
        (dict(a=100, b=99, c=98), "fails"),
        (dict(a=90, b=95, c=100), "fails"),
    ],
)
def test_a_trend_falls_in_all_by_the_margin_and_never_goes_back(means, state):
    assert find(TREND, arms(**{name: float(mean) for name, mean in means.items()})).state == state


def test_the_comparison_that_decides_is_the_step_back():
    deciding = find(TREND, arms(a=100.0, b=105.0, c=90.0)).deciding
    assert (deciding.what, deciding.bound) == ("b less a", 0.0)
    whole = find(TREND, arms(a=100.0, b=95.0, c=90.0)).deciding
    assert (whole.what, whole.bound) == ("c less a", -0.05)


@pytest.mark.parametrize(
    ("means", "state"),
    [
        ((100, 90, 85, 100), "holds"),
        ((100, 90, 85, 84), "fails"),  # lowest at an end
        ((80, 90, 95, 100), "fails"),
        ((100, 98, 98, 100), "fails"),  # too shallow
        ((86, 90, 85, 100), "fails"),  # not below one of the ends
    ],
)
def test_an_interior_minimum_lies_below_both_ends_by_the_margin(means, state):
    test = example("interior_minimum", arms=["a", "b", "c", "d"], margin=0.05)
    found = find(test, arms(**dict(zip("abcd", map(float, means), strict=True))))
    assert found.state == state
    if state == "holds":
        assert all(each.what.endswith(" less b") for each in found.comparisons)  # the first that will do
        assert found.note == "lowest in between at c"


@pytest.mark.parametrize(
    ("means", "state"),
    [
        (dict(a=(80, 100, 100), b=(100, 80, 100)), "holds"),
        (dict(a=(80, 100, 90), b=(100, 100, 100)), "fails"),  # a is never beaten
        (dict(a=(80, 100, 100), b=(100, 98, 100)), "fails"),  # or by too little
        (dict(a=(80, 90, 90), b=(90, 80, 90), c=(90, 90, 80)), "holds"),
    ],
)
def test_no_arm_is_best_everywhere_only_where_each_is_beaten_somewhere(means, state):
    found = find(example("best_differs", arms=list(means), margin=0.05), by_mode(**means))
    assert found.state == state
    assert len(found.comparisons) == len(means)


def test_the_best_arm_of_each_mode_is_named():
    found = find(example("best_differs", arms=["a", "b"]), by_mode(a=(80, 100, 90), b=(100, 80, 100)))
    assert found.note == "best: a (repetitive), b (constrained), a (unconstrained)"
    more = find(example("best_differs", arms=["a", "b"], sign="above"), by_mode(a=(80, 100, 90), b=(100, 80, 100)))
    assert more.note == "best: b (repetitive), a (constrained), b (unconstrained)"


def test_to_beat_every_arm_is_to_beat_the_best():
    test = example("beats_every", arm="x", arms=["a", "b"], margin=0.05)
    assert find(test, arms(x=80.0, a=90.0, b=100.0)).state == "holds"
    assert find(test, arms(x=89.0, a=90.0, b=100.0)).state == "fails"


def test_intervals_widen_with_the_number_of_arms_looked_at():
    def reach(*others):
        found = find(example("beats_every", arm="x", arms=list(others)), arms(x=80.0, a=90.0, b=95.0, c=99.0))
        return found.comparisons[0].high - found.comparisons[0].low

    (one,) = find(example("difference", arm="x", reference="a"), arms(x=80.0, a=90.0, b=95.0, c=99.0)).comparisons
    assert one.high - one.low < reach("a", "b") < reach("a", "b", "c")


def test_where_the_sign_changes_is_read_off_straight_lines():
    assert crossing([1.0, -1.0], [0.0, 1.0]) == 0.5
    assert crossing([3.0, 1.0, -1.0], [0.0, 0.4, 0.8]) == pytest.approx(0.6)
    assert crossing([1.0, 2.0], [0.0, 1.0]) is None
    assert crossing([1.0, 0.0], [0.0, 1.0]) == 1.0
    test = example("crossing", arms=["a", "b"], references=["c", "c"], levels=[0.0, 1.0])
    found = find(test, arms(a=110.0, b=90.0, c=100.0))
    assert (found.state, found.note) == ("shown", "the sign changes at about 0.5")


def test_one_replication_leaves_every_claim_open():
    found = find(
        example("difference", arm="a", reference="b"), lambda arm, mode: np.array([1.0 if arm == "a" else 2.0])
    )
    assert found.state == "open"


@pytest.mark.parametrize(
    ("told", "is_premise", "said"),
    [
        ([("verdict", "holds"), ("verdict", "holds")], False, "supported"),
        ([("verdict", "holds"), ("verdict", "holds")], True, "premise"),
        ([("verdict", "holds"), ("verdict", "open")], False, "undecided"),
        ([("verdict", "open"), ("verdict", "fails")], False, "refuted"),
        ([("verdict", "fails")], True, "refuted"),
        ([("verdict", "holds"), ("report", "fails")], False, "supported"),
        ([("check", "fails"), ("verdict", "fails")], False, "undecided"),
        ([("check", "open"), ("verdict", "holds")], False, "undecided"),
        ([("check", "holds"), ("verdict", "holds")], False, "supported"),
    ],
)
def test_all_tests_must_hold_any_refutes_and_a_check_must_hold_first(told, is_premise, said):
    assert verdict(told, is_premise) == said


def test_all_and_any():
    assert (all_of(["holds", "open"]), all_of(["open", "fails"]), all_of(["holds"])) == ("open", "fails", "holds")
    assert (any_of(["fails", "open"]), any_of(["open", "holds"]), any_of(["fails"])) == ("open", "holds", "fails")


def test_measures_know_what_is_counted_by_mode():
    known = measures()
    assert {"preventable_events", "errors_reached"} <= set(known.by_mode)
    assert not {"trust", "voice_of_nurses", "hazards_alive", "occupancy"} & set(known.by_mode)
    assert set(BY_DAY) <= set(BY_NAME)


def test_days_are_counted_from_the_end_of_the_warm_up():
    record = empty_record(wards=2, days=10, warm_up=5)
    record.series["midnight_patients"] = 20
    record.series["incident_reports"][:, 0] = np.arange(15)
    record.series["hazards"][:, 1] = 3
    found = Results(scenario(), (record,))
    assert of_days(found, "incident_reports", (0, 2)) == pytest.approx([(5 + 6) / 80 * 1_000])
    assert of_days(found, "incident_reports", (-5, 0), "Ash") == pytest.approx([(0 + 1 + 2 + 3 + 4) / 100 * 1_000])
    assert of_days(found, "incident_reports", (8, 10), "Beech") == pytest.approx([0.0])
    assert of_days(found, "hazards_alive", (0, 10)) == pytest.approx([1.5])
    assert found.values("hazards_alive", "Beech") == pytest.approx([3.0])
    assert np.isnan(of_days(Results(scenario(), (empty_record(),)), "incident_reports", (0, 2))).all()


def test_voice_by_grade_counts_that_grade_alone():
    found = results(replications=1)
    staff = found.records[0].staff
    seniors = staff[staff["grade"] == 1]
    said = 100 * seniors["spoken"].sum() / seniors["occasions"].sum()
    assert found.values("voice_of_senior_nurses") == pytest.approx([said])
    assert found.values("voice_of_staff_nurses")[0] != pytest.approx(said)


@pytest.fixture
def claim(tmp_path):
    return load_claim(written(tmp_path), measures())


def examined(claim, **waits):
    """The claim with random records, in which arms differ in how long patients wait."""

    def record(seed, longer):
        made = random_record(seed, wards=1)
        return replace(made, true=_with_waits(made.true, longer))

    of_arm = {
        name: Results(claim.arms[name], tuple(record(seed, longer) for seed in range(1, 6)))
        for name, longer in waits.items()
    }
    return Examination(claim, of_arm)


def _with_waits(true, longer):
    changed = true.copy()
    changed["wait"] = (true["wait"] * longer).astype(true["wait"].dtype)
    return changed


def test_the_verdict_follows_from_the_records(claim):
    assert examined(claim, few=2.0, some=1.5, many=1.0).verdict == "supported"
    assert examined(claim, few=1.0, some=1.0, many=1.001).verdict == "refuted"
    assert examined(claim, few=1.0, some=1.5, many=2.0).verdict == "refuted"


def test_arms_that_gave_the_very_same_runs_decide_nothing(claim):
    found = examined(claim, few=1.0, some=1.0, many=1.0)
    assert found.verdict == "undecided"
    assert {each.note for each in found.findings} == {NOTHING_DIFFERS}
    assert examined(claim, few=1.0, some=1.2, many=1.0).findings[0].state == "open"


def test_the_table_has_a_row_for_each_comparison_and_the_arms_one_for_each_mean(claim):
    found = examined(claim, few=2.0, some=1.5, many=1.0)
    assert found.table["comparison"].tolist() == ["many less few", "many less few", "some less few", "many less some"]
    assert found.table["estimate"].iloc[0] == pytest.approx(-0.5, abs=0.01)
    assert set(found.table["verdict"]) == {"supported"}
    few = found.arms[(found.arms["arm"] == "few") & (found.arms["test"] == "Shorter waits")].iloc[0]
    assert few["mean"] == pytest.approx(found.results["few"].values("wait").mean())
    assert isinstance(found.arms, pd.DataFrame)


def test_digests_follow_claim_and_results(claim):
    one = examined(claim, few=2.0, some=1.5, many=1.0)
    assert one.digest() == examined(claim, few=2.0, some=1.5, many=1.0).digest()
    assert one.digest() != examined(claim, few=2.0, some=1.6, many=1.0).digest()


def test_a_plan_comes_from_the_file_unless_asked_otherwise(claim):
    settled = planned(claim)
    assert (settled.days, settled.replications, settled.seed, settled.arms) == (36, 3, 5, 3)
    other = planned(claim, years=1, reps=2, seed=9, threads=1)
    assert (other.days, other.replications, other.seed) == (365, 2, 9)


def test_a_plan_without_the_days_that_a_test_counts_is_refused(tmp_path):
    old = 'outcome = "wait"\nsign = "below"\nmargin = 0.1\narm ='
    new = 'outcome = "errors_reached"\nfrom_day = {}\nto_day = 30\nsign = "below"\nmargin = 0.1\narm ='
    late = load_claim(written(tmp_path, (old, new.format(0))), measures())
    assert planned(late).days == 36
    with pytest.raises(RunError, match="X1 counts up to day 30; run it for 36 days, not 18"):
        planned(late, years=0.05)
    early = load_claim(written(tmp_path, (old, new.format(-8))), measures())
    with pytest.raises(RunError, match="before the 7 days of warm-up"):
        planned(early)
