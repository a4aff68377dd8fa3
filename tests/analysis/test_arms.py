"""Arms compared in pairs: which with which, and what is said of it."""

import numpy as np
import pytest

from sim.analysis.arms import ComparisonError, Runs, compare_arms, refuse_early
from sim.analysis.outcomes import BY_NAME, COUNTERPARTS, in_pairs
from sim.analysis.stored import results
from sim.analysis.sweeps import carry_out
from sim.scenario import load
from tests import synthetic
from tests.arms import MadeUp, factorial
from tests.experiment import sweeps


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return results(sweeps.swept(tmp_path_factory.mktemp("arms") / "x").folder)


@pytest.fixture(scope="module")
def large():
    return MadeUp(factorial(), lambda arm, outcome: np.arange(8) + 1.0 + arm)


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


def test_within_a_factor_each_arm_has_the_reference_of_its_own_level(large):
    comparison = compare_arms(large, reference=0, within=["mode"], outcomes=["mortality"])
    levels = large.arms.set_index("arm")
    base = levels.loc[0]
    assert len(comparison.references) == 477
    for arm, reference in comparison.references.items():
        assert levels.loc[reference, "mode"] == levels.loc[arm, "mode"]
        others = levels.columns.drop(["mode", "title"])
        assert levels.loc[reference, others].equals(base[others])
    row = comparison.table[comparison.table.arm == 49].iloc[0]
    assert (row.reference, row.reference_title) == (1, levels.loc[1, "title"])
    assert row.difference == pytest.approx(48.0)


def test_several_factors_can_be_held_and_go_by_their_last_word(large):
    comparison = compare_arms(large, within=["mode", "devolution"], outcomes=["mortality"])
    assert comparison.within == ("mode", "dials.devolution")
    assert len(set(comparison.references.values())) == 6
    assert comparison.references[54] == 6  # both with devolution at 0.8


def test_arms_are_chosen_by_levels_as_they_are_or_as_they_are_written(large):
    where = [("style", "coaching"), ("style", "directive"), ("mode", "repetitive"), ("dials.devolution", "0.80")]
    comparison = compare_arms(large, where=where, outcomes=["mortality"])
    chosen = comparison.arms
    assert set(chosen["style"]) == {"coaching", "directive"}
    assert set(chosen["mode"]) == {"repetitive"}
    assert set(chosen["dials.devolution"]) == {0.8}
    assert len(chosen) == 2 * 2**3
    assert set(comparison.references.values()) == {chosen["arm"].min()}  # the first of those chosen


def test_truth_values_are_levels_too(found):
    comparison = compare_arms(found, where=[("hold", "true")], outcomes=["mortality"])
    assert set(comparison.arms["dials.hold"]) == {True}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"within": ["mood"]}, 'no factor "mood"; did you mean "mode"'),
        ({"where": [("mode", "repetitiv")]}, 'no arm has mode = repetitiv; did you mean "repetitive"'),
        ({"where": [("dials.devolution", "0.3")]}, "no arm has dials.devolution = 0.3"),
        ({"where": [("dials.devolution", "low")]}, "no arm has dials.devolution = low"),
        (
            {"within": ["style", "mode", "psychological_safety", "goal_congruence", "devolution", "target_pressure"]},
            "one",
        ),
    ],
)
def test_factors_and_levels_that_there_are_not_are_refused(asked, words, large):
    with pytest.raises(ComparisonError, match=words):
        compare_arms(large, **asked)


def test_an_arm_whose_reference_has_not_run_is_refused(large):
    part = MadeUp(factorial())
    part.arms = large.arms[large.arms["arm"] != 1]
    with pytest.raises(ComparisonError, match="arm 4 has no reference: none that has run has its mode"):
        compare_arms(part, within=["mode"])


def test_arms_of_a_list_have_no_factors(tmp_path):
    listed = sweeps.design(2, method="list", levers={}, arms={"a": {}, "b": {"set": {"dials.hold": True}}})
    found = results(sweeps.swept(tmp_path / "x", listed).folder)
    with pytest.raises(ComparisonError, match="they are a list"):
        compare_arms(found, within=["arm"])


def test_an_unfinished_experiment_with_failures_says_so(tmp_path):
    store = sweeps.store_of(tmp_path / "x")

    def fails(scenario, seed, **more):
        if seed == 2:
            raise ValueError("boom")
        return sweeps.made_up(scenario, seed, **more)

    carry_out(store, simulate=fails)
    whole = compare_arms(results(store.folder), outcomes=["mortality"])
    assert (whole.progress.runs, whole.progress.left, whole.progress.failed) == (48, 0, 4)
    assert whole.warnings[0].startswith("4 runs failed, and their pairs are left out.")
    assert whole.table.replications.max() == 11
    store.set_aside([store.shard(list(store.blocks())[-1]).name])
    left = store.status().left
    assert left > 0
    words = compare_arms(results(store.folder), outcomes=["mortality"]).warnings[0]
    assert words == f"{left} of 48 runs are left: every verdict can still change."


def test_runs_in_memory_are_compared_as_stored_ones_are():
    one = synthetic.results(6)
    runs = Runs({"usual": one, "other": synthetic.unlike(one)})
    comparison = compare_arms(runs)
    row = comparison.table[comparison.table.outcome == "length_of_stay"].iloc[0]
    expected = runs.of["other"].values("length_of_stay") - one.values("length_of_stay")
    assert row.difference == pytest.approx(expected.mean())
    assert (row.arm, row.arm_title, row.reference, row.reference_title) == (1, "other", 0, "usual")
    assert comparison.progress is None
    backward = compare_arms(runs, reference="other").table
    assert backward.difference.to_numpy() == pytest.approx(-comparison.table.difference.to_numpy())


def test_runs_of_other_seeds_are_not_compared():
    with pytest.raises(ValueError, match="same seeds"):
        Runs({"one": synthetic.results(2, seed=1), "other": synthetic.results(2, seed=2)})


SCENARIOS = {"Small": load(sweeps.ROOT / "scenarios" / "small.toml")}
SCENARIOS |= {"Ward": load(sweeps.ROOT / "scenarios" / "one_ward.toml")}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outcomes": ["mortalty"]}, 'did you mean "mortality"'),
        ({"reference": "Samll"}, 'did you mean "Small"'),
        ({"ward": "six_bed"}, '"Small" has no ward "six_bed"; did you mean "six_beds"'),
        ({"mode": "repetitiv"}, 'did you mean "repetitive"'),
        ({"mode": "repetitive", "outcomes": ["leavers"]}, "leavers is not counted by mode"),
        ({"precision": -1}, "precision is -1"),
    ],
)
def test_what_could_not_be_compared_is_refused_before_it_is_run(asked, words):
    refuse_early(SCENARIOS)
    with pytest.raises(ComparisonError, match=words):
        refuse_early(SCENARIOS, **asked)


def test_counterparts_are_outcomes_of_the_true_and_of_the_observed_ledger():
    assert {BY_NAME[true].ledger for true, _ in COUNTERPARTS} == {"true"}
    assert {BY_NAME[observed].ledger for _, observed in COUNTERPARTS} == {"observed"}


def test_outcomes_stand_beside_one_counterpart_each():
    names = ["mortality", "chart_events", "preventable_events", "patients_harmed", "mortality"]
    assert in_pairs(names) == [("patients_harmed", "chart_events"), ("mortality",), ("preventable_events",)]
    assert in_pairs(["incident_reports", "errors_reached"]) == [("errors_reached", "incident_reports")]
    assert in_pairs(["chart_events", "preventable_events"]) == [("preventable_events", "chart_events")]
