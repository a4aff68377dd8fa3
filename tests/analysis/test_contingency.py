"""The contingency map: the best where it is known, what a mismatch costs, and what cannot be ranked."""

import numpy as np
import pytest

from sim.analysis.arms import ComparisonError
from sim.analysis.choosing import regret_within
from sim.analysis.contingency import contingency
from sim.analysis.layout import lay_out
from sim.analysis.outcomes import ALL
from sim.analysis.stored import results
from tests.answers import Known, design
from tests.experiment import sweeps

BEST_FOR = {"repetitive": ("directive", 0.2), "unconstrained": ("coaching", 0.8)}


def costs(levels, mode):
    """Each of style and devolution that is not best in a mode costs 2 and 1."""
    style, devolution = BEST_FOR[mode]
    return 20 + 2 * (levels["style"] != style) + (levels["dials.devolution"] != devolution)


def by_mode_of_the_ward(levels, outcome, mode):
    return costs(levels, levels["mode"]) + 5 * levels["dials.goal_congruence"]


@pytest.fixture(scope="module")
def known():
    return contingency(Known(design(), by_mode_of_the_ward))


def choice(found, style, devolution):
    rows = found.layout.choices
    return int(rows.index[(rows["style"] == style) & (rows["dials.devolution"] == devolution)][0])


def test_the_best_style_and_devolution_of_each_mode_and_the_regret_of_all_others_are_found(known):
    assert known.layout.chosen == ("style", "dials.devolution")
    assert known.layout.across == ("dials.goal_congruence",)
    assert known.groups == ("repetitive", "unconstrained", ALL)
    for mode, (style, devolution) in BEST_FOR.items():
        rows = known.of(mode)
        assert known.best(mode).choice == choice(known, style, devolution)
        expected = [costs(row, mode) - 20 for row in rows.to_dict("records")]
        assert rows.regret.to_numpy() == pytest.approx(expected, abs=0.1)
        assert (rows.standing == "behind").sum() == 5
        assert rows["mean"].to_numpy() == pytest.approx(np.array(expected) + 20 + 5 * 0.55, abs=0.8)


def test_it_is_found_in_each_setting_of_what_nobody_chooses_too(known):
    for setting, congruence in enumerate((0.3, 0.8)):
        rows = known.of("unconstrained", setting)
        assert set(rows["dials.goal_congruence"]) == {congruence}
        assert known.best("unconstrained", setting).choice == choice(known, "coaching", 0.8)
    assert set(known.of("unconstrained")["dials.goal_congruence"]) == {ALL}


def test_what_is_best_for_one_mode_used_in_another_costs_what_was_put_in(known):
    told = known.mismatch.set_index(["best_for", "used_in"])
    cost = told.loc[("repetitive", "unconstrained")]
    assert cost.regret == pytest.approx(3, abs=0.1)
    assert cost.regret_low < 3 < cost.regret_high
    assert cost.standing == "behind"
    assert told.loc[("repetitive", "repetitive")].regret == 0
    assert known.best_everywhere == []


def test_higher_can_be_better():
    found = contingency(Known(design(), by_mode_of_the_ward), outcome="voice")
    assert found.better == "higher"
    best = found.best("repetitive")
    assert best["style"] != "directive"
    assert best["dials.devolution"] == 0.8
    assert found.of("repetitive").set_index("choice").regret[choice(found, "directive", 0.2)] == pytest.approx(
        3, abs=0.1
    )


def test_modes_of_care_are_those_of_patients_where_wards_are_mixed():
    def mean(levels, outcome, mode):
        return costs(levels, mode) if mode in BEST_FOR else np.nan if mode == "constrained" else 30.0

    found = contingency(Known(design(with_modes=False), mean))
    assert found.layout.by is None
    assert found.groups == ("repetitive", "unconstrained", ALL)
    assert found.best("unconstrained").choice == choice(found, "coaching", 0.8)
    assert found.best_everywhere == []


def test_where_nothing_differs_regret_has_no_winners_curse():
    corrected, cursed, of = [], [], design(with_modes=False)
    for seed in range(20):
        made = Known(of, lambda *_: 20.0, replications=8, spread=2.0, seed=seed)
        found = contingency(made)
        rows = found.of(ALL)
        assert ((rows.standing == "behind") == (rows.regret_low > 0)).all()
        corrected.append(rows.regret.mean())
        cursed.append(rows.regret_uncorrected.mean())
    assert np.mean(corrected) < np.mean(cursed) / 2  # not nought, since none is taken to be below it


def test_where_nothing_differs_a_map_tells_something_apart_in_one_of_twenty_at_most():
    chance, maps = np.random.default_rng(1), 2_000
    alarms = sum((regret_within(chance.normal(size=(8, 6)))[0] > 0).any() for _ in range(maps))
    assert 0.02 * maps < alarms < 0.06 * maps


def test_what_is_chosen_and_by_what_it_is_grouped_can_be_said():
    made = Known(design(), by_mode_of_the_ward)
    layout = lay_out(made, chosen=["style"], by="goal_congruence", where=[("mode", "repetitive")])
    assert (layout.chosen, layout.by, layout.across) == (("style",), "dials.goal_congruence", ("dials.devolution",))
    assert layout.arms.shape == (2, 2, 3)


def test_what_a_design_calls_uncertain_is_not_chosen(tmp_path):
    uncertain = {"dials.devolution": [0.2, 0.8]}
    of = sweeps.design(2, levers={"dials.hold": [True, False]}, uncertainties=uncertain)
    assert lay_out(results(sweeps.swept(tmp_path / "x", of).folder)).chosen == ("dials.hold",)
    of = sweeps.design(2, levers={}, uncertainties=uncertain)
    with pytest.raises(ComparisonError, match=r"nothing here is chosen: .* --choose \(dials.devolution\)"):
        lay_out(results(sweeps.swept(tmp_path / "y", of).folder))


def test_arms_of_a_list_are_choices(tmp_path):
    listed = sweeps.design(3, method="list", levers={}, arms={"a": {}, "b": {"set": {"dials.hold": True}}})
    found = contingency(results(sweeps.swept(tmp_path / "x", listed).folder))
    assert list(found.layout.choices["arm"]) == ["a", "b"]
    assert len(found.of(ALL)) == 2


def test_choices_that_never_meet_the_same_setting_are_refused_with_the_way_out(tmp_path):
    between = {"low": 0.1, "high": 0.9}
    drawn = {"method": "lhs", "sampling": {"samples": 4}}
    drawn["levers"] = {"dials.devolution": between, "dials.goal_congruence": between}
    found = results(sweeps.swept(tmp_path / "x", sweeps.design(2, **drawn)).folder)
    with pytest.raises(ComparisonError, match=r"is drawn from a range, .* and steps"):
        lay_out(found, chosen=["devolution"])
    with_styles = sweeps.design(2, styles=["coaching", "directive"], **drawn)
    layout = lay_out(results(sweeps.swept(tmp_path / "y", with_styles).folder))
    assert (layout.chosen, layout.arms.shape) == (("style",), (1, 4, 2))


def test_replications_with_a_run_that_is_missing_are_left_out_and_none_is_refused():
    whole = Known(design(), by_mode_of_the_ward)
    values = whole.values
    missing = {}

    def with_holes(outcome, ward=ALL, mode=ALL):
        found = values(outcome, ward, mode)
        for arm, replications in missing.items():
            found.loc[replications, arm] = np.nan
        return found

    whole.values = with_holes
    missing[4] = [2, 5]
    found = contingency(whole)
    assert (found.replications, found.dropped) == (10, 2)
    missing[4] = list(range(12))
    with pytest.raises(ComparisonError, match="no replication has preventable_events in every arm"):
        contingency(whole)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outcome": "preventable_event"}, 'did you mean "preventable_events"'),
        ({"outcome": "incident_reports"}, "say --better lower or --better higher"),
        ({"better": "lowr"}, 'did you mean "lower"'),
        ({"chosen": ["stile"]}, 'did you mean "style"'),
        ({"by": "style", "chosen": ["style"]}, "style is what is chosen"),
        ({"chosen": ["style"], "where": [("style", "coaching")]}, "one choice of style only"),
    ],
)
def test_what_cannot_be_ranked_is_refused_in_words(asked, words):
    with pytest.raises(ComparisonError, match=words):
        contingency(Known(design(), by_mode_of_the_ward), **asked)
