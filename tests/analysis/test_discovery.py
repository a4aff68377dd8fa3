"""Where strategies fail: a known box is found, none in noise or in luck; and how strategies stand up to all futures."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.analysis.boxes import _folds, axis_of, boxes_of
from sim.analysis.discovery import Rule, discover
from sim.analysis.swept import SweptError
from sim.experiment.design_files import design_from
from sim.scenario import load
from tests.experiment import sweeps
from tests.sampled import Sampled

SMALL = load(sweeps.ROOT / "scenarios" / "small.toml")
FEAR, LEARNS, INVITING = NAMES = ("voice.fear", "voice.learns", "voice.inviting")


def made(method="lhs", samples=200, replications=1, **more):
    content = {
        "title": "Known boxes",
        "method": method,
        "sampling": {"samples": samples},
        "levers": {"dials.devolution": [0.2, 0.8]},
        "uncertainties": {name: {"low": 0.0, "high": 1.0} for name in NAMES},
        "run": {"days": 1, "warm_up_days": 0, "replications": replications},
    }
    return design_from({**content, **more}, SMALL)


@cache
def usual(replications=1):
    """Two strategies in two hundred futures; making it takes seconds."""
    return made(replications=replications)


def boxed(levels):
    """A strategy of much devolution harms more where fear is high and learning slow."""
    return 2.0 + 3.0 * (levels["dials.devolution"] == 0.8 and levels[FEAR] > 0.6 and levels[LEARNS] < 0.5)


def test_a_known_box_is_found_with_its_limits_and_holds_for_cases_held_out():
    found = discover(Sampled(usual(4), boxed, noise=0.5), rule=Rule(worse_than=3.5))
    (box,) = found.found[1].boxes
    asked = {(each.factor, each.side): each for each in box.restrictions}
    assert set(asked) == {(FEAR, "low"), (LEARNS, "high")}
    assert asked[FEAR, "low"].limit == pytest.approx(0.6, abs=0.07)
    assert asked[LEARNS, "high"].limit == pytest.approx(0.5, abs=0.07)
    assert min(box.coverage, box.density, box.held_out_coverage, box.held_out_density) > 0.85
    assert box.mass == pytest.approx(0.2, abs=0.05)
    assert max(each.quasi_p for each in box.restrictions) < 0.01
    assert found.found[0].failures == 0
    assert found.found[0].boxes == ()


def test_levels_are_asked_for_by_name_and_numbers_by_limit():
    def by_mode(levels):
        return 1.0 + (levels["kind"] == "slow") + levels[FEAR] * 0.1

    kinds = {"options": {name: {INVITING: value} for name, value in (("slow", 0.1), ("usual", 0.5), ("fast", 0.9))}}
    uncertain = {name: {"low": 0.0, "high": 1.0} for name in (FEAR, LEARNS)}
    design = made(samples=60, levers={}, uncertainties={**uncertain, "kind": kinds})
    found = discover(Sampled(design, by_mode), rule=Rule(worse_than=1.5))
    ((box,),) = (each.boxes for each in found.found)
    (asked,) = box.restrictions
    assert (asked.factor, asked.side, asked.levels) == ("kind", "levels", ("slow",))
    assert (box.coverage, box.density) == (1.0, 1.0)
    assert set(found.futures["kind"]) == {"slow", "usual", "fast"}


@pytest.mark.parametrize("seed", range(8))
def test_no_box_is_found_in_pure_noise(seed):
    rng = np.random.default_rng(seed)
    cases = pd.DataFrame(rng.random((150, 8)), columns=[f"x{k}" for k in range(8)])
    fails = rng.random(150) < 0.25
    told = list(boxes_of(cases, fails, [axis_of("points", np.arange(150), cases)], np.array([fails, fails]), 1, 0.05))
    assert not [box for box, is_sure in told if is_sure]


def test_luck_that_neighbours_share_makes_a_box_in_all_runs_and_none_among_replications_held_out():
    rng = np.random.default_rng(3)
    cases = pd.DataFrame(rng.random((200, 3)), columns=list("abc"))
    axes = [axis_of("points", np.arange(200), cases)]
    halves = np.array([cases["a"] > 0.7, cases["a"] < 0.3])  # what is luck in one half is other luck in the other
    ((box, is_sure),) = boxes_of(cases, halves[0], axes, halves, 1, 0.05)
    assert box.density > 0.9
    assert box.held_out_density < 0.1
    assert not is_sure
    both = np.array([halves[0], halves[0]])
    assert [is_sure for _, is_sure in boxes_of(cases, halves[0], axes, both, 1, 0.05)] == [True]


STEPS = list(np.linspace(0, 1, 9))
GRID = {FEAR: {"values": STEPS}, LEARNS: {"values": STEPS}}


def test_on_a_grid_each_setting_is_held_out_by_itself_and_a_known_box_is_found():
    found = discover(Sampled(made("grid", sampling=None, uncertainties=GRID), boxed), rule=Rule(worse_than=3.5))
    assert found.drawn == ("futures",)
    (box,) = found.found[1].boxes
    assert {(each.factor, each.side) for each in box.restrictions} == {(FEAR, "low"), (LEARNS, "high")}
    assert min(box.density, box.held_out_density) > 0.8
    assert found.robustness[["low", "high"]].notna().all(axis=None)


LUCK = dict(zip(np.linspace(0.2, 0.9, 20), np.random.default_rng(5).normal(0, 1, 20), strict=True))


def lucky(levels):
    """Harm that hangs on nothing but the replication, which it knows by its draw."""
    return LUCK[levels[INVITING]]


def harder(levels):
    """The same luck, and more harm where fear is high."""
    return lucky(levels) + 3.0 * (levels[FEAR] > 0.6)


@pytest.mark.parametrize("method", ["grid", "lhs"])
def test_with_draws_a_box_in_a_factor_of_the_design_is_found_and_luck_of_replications_is_none(method):
    drawn = np.random.default_rng(6).random((4, 20)) * 0.5 + 0.2
    others = ("voice.has_idea", "voice.asked_knows", "voice.patches", "voice.idea_works")
    draws = {INVITING: list(LUCK), **dict(zip(others, drawn.tolist(), strict=True))}
    ways = {
        "grid": {"sampling": None, "uncertainties": {FEAR: {"values": STEPS}}},
        "lhs": {"uncertainties": {name: {"low": 0.0, "high": 1.0} for name in (FEAR, LEARNS)}},
    }
    design = made(method, 20, 20, draws=draws, levers={}, **ways[method])
    found = discover(Sampled(design, harder, noise=0.3), rule=Rule(worst=0.3))
    assert found.drawn == (("draws",) if method == "grid" else ("points", "draws"))
    (one,) = found.found
    assert [(each.factor, each.side) for each in one.boxes[0].restrictions] == [(FEAR, "low")]
    (one,) = discover(Sampled(design, lucky, noise=0.3)).found
    assert not one.boxes


def test_a_case_held_out_shares_neither_its_point_nor_its_draw_with_what_the_search_saw():
    points, draws = np.tile(np.arange(7), 8), np.repeat(np.arange(8), 7)
    fails = np.random.default_rng(1).random(56) < 0.3
    times = np.zeros(56)
    for seen, held_out in _folds(fails, [axis_of("points", points, [FEAR]), axis_of("draws", draws, [LEARNS])]):
        times += held_out
        for clusters in (points, draws):
            assert not {*clusters[seen]} & {*clusters[held_out]}
    assert (times == 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_luck_that_cases_of_a_draw_share_is_told_as_a_box_no_more_often_than_chance_allows(seed):
    rng = np.random.default_rng(seed)
    points, draws = np.tile(np.arange(12), 20), np.repeat(np.arange(20), 12)
    cases = pd.DataFrame(rng.random((12, 2))[points], columns=["p", "q"])
    cases[["a", "b", "c", "d"]] = rng.random((20, 4))[draws]
    fails = (rng.normal(size=20)[draws] + rng.normal(0, 0.5, 240)) > 0.7
    axes = [axis_of("points", points, "pq"), axis_of("draws", draws, "abcd")]
    told = list(boxes_of(cases, fails, axes, np.array([fails, fails]), 1, 0.05))
    assert not [box for box, is_sure in told if is_sure]


def test_by_default_the_worst_quarter_of_all_cases_fails():
    found = discover(Sampled(made(samples=40), lambda levels: levels[FEAR] + (levels["dials.devolution"] == 0.8)))
    assert found.failing.worst == 0.25
    assert found.cases["fails"].mean() == pytest.approx(0.25, abs=0.02)
    assert [one.failures for one in found.found] == [0, 20]
    assert found.cases.loc[found.cases["fails"], "value"].min() > found.failing.limit


def test_with_a_reference_a_strategy_fails_where_it_is_worse_in_the_same_future_by_more_than_the_margin():
    def crossing(levels):
        return 10 * levels[INVITING] + (levels[FEAR] if levels["dials.devolution"] == 0.8 else 0.5)

    for reference in ("0.2", "dials.devolution = 0.2", 0):
        found = discover(Sampled(usual(), crossing), rule=Rule(reference=reference, margin=0.2))
        assert found.failing.reference == 0
        (box,) = found.found[1].boxes
        (asked,) = box.restrictions
        assert (asked.factor, asked.side) == (FEAR, "low")
        assert asked.limit == pytest.approx(0.7, abs=0.05)
    own = found.cases[found.cases["strategy"] == 1]
    fear = found.futures[FEAR].to_numpy()[own["future"]]
    assert own["difference"].to_numpy() == pytest.approx(fear - 0.5)


def test_where_higher_is_better_the_low_end_fails():
    stored = Sampled(usual(), lambda levels: levels[FEAR], outcome="felt_safe")
    found = discover(stored, "felt_safe", Rule(worse_than=0.3))
    assert found.failing == ("lower", 0.3, None, None)
    assert {each.side for each in found.found[0].boxes[0].restrictions} == {"high"}


def test_regret_and_satisficing_of_known_values():
    def crossing(levels):
        return 2 * levels[FEAR] if levels["dials.devolution"] == 0.8 else 1.0

    table = discover(Sampled(made(samples=500), crossing), rule=Rule(worse_than=1.5)).robustness
    assert table["mean_regret"].to_numpy() == pytest.approx([0.25, 0.25], abs=0.01)
    assert table["max_regret"].to_numpy() == pytest.approx([1, 1], abs=0.02)
    assert table["meets"].to_numpy() == pytest.approx([1, 0.75], abs=0.01)
    assert table["best"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.01)
    assert table["regret_by_chance"].isna().all()


def test_regret_of_strategies_that_are_equally_good_is_what_chance_gives():
    table = discover(Sampled(usual(4), lambda levels: levels[FEAR], noise=1.0)).robustness
    assert table["mean_regret"].mean() == pytest.approx(table["regret_by_chance"].mean(), rel=0.15)


DRAWS = {FEAR: list(np.linspace(0, 1, 120)), LEARNS: list(np.linspace(0, 1, 120)[::-1] ** 2)}


def test_where_levels_are_drawn_each_replication_is_a_future_with_its_draw():
    arms = {"usual": {}, "open": {"set": {"dials.psychological_safety": 0.9}}}
    design = made("list", 2, 120, levers={}, uncertainties={}, sampling=None, arms=arms, draws=DRAWS)

    def drawn(levels):
        return 1.0 * (levels["arm"] == "open" and levels[FEAR] > 0.7)

    found = discover(Sampled(design, drawn), rule=Rule(worse_than=0.5))
    assert list(found.futures) == [FEAR, LEARNS]
    assert len(found.futures) == 120
    assert found.titles == ["usual", "open"]
    (box,) = found.found[1].boxes
    assert FEAR in {each.factor for each in box.restrictions} or LEARNS in {each.factor for each in box.restrictions}
    assert box.held_out_density > 0.9


def test_levers_that_make_up_no_strategy_belong_to_the_future():
    levers = {"dials.devolution": [0.2, 0.8], "dials.hold": [True, False]}
    stored = Sampled(made(samples=40, levers=levers), lambda levels: 1.0 * levels["dials.hold"])
    found = discover(stored, rule=Rule(worse_than=0.5), strategies=["devolution"])
    assert found.titles == ["dials.devolution = 0.2", "dials.devolution = 0.8"]
    assert set(found.futures["dials.hold"]) == {"on", "off"}
    for one in found.found:
        (asked,) = one.boxes[0].restrictions
        assert (asked.factor, asked.levels) == ("dials.hold", ("on",))


def test_neighbours_in_a_sobol_sample_are_held_out_together():
    from sim.analysis.discovery import _Layout
    from sim.analysis.swept import swept

    (axis,) = _Layout(swept(Sampled(made("sobol", 8), boxed)), ["dials.devolution"]).axes
    assert list(np.bincount(axis.clusters)) == [5] * 8


def test_cases_without_a_value_are_left_out():
    stored = Sampled(usual(), boxed)
    stored._values[0, 1] = np.nan
    found = discover(stored, rule=Rule(worse_than=3.5))
    assert [one.cases for one in found.found] == [200, 199]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(worst=0.2, worse_than=3.0), "--worst and --worse-than are both given"),
        (Rule(worst=0.7), "it should be above 0% and up to 50%"),
        (Rule(worse_than=float("nan")), "should be a number"),
        (Rule(margin=1.0), "--margin is for --reference"),
        (Rule(reference="0.2", margin=-1.0), "should be 0 or more"),
        (Rule(reference="0.3"), 'no strategy "0.3"'),
        (Rule(bad="hihger"), 'did you mean "higher"'),
        (Rule(bad="lower"), "of preventable_events higher is worse; leave --bad out"),
    ],
)
def test_rules_that_say_nothing_or_too_much_are_refused(rule, words):
    with pytest.raises(SweptError, match=words):
        discover(Sampled(made(samples=10), boxed), rule=rule)


def test_sweeps_that_have_no_futures_or_too_many_strategies_are_refused():
    grid = made("grid", levers={"dials.devolution": [0.2, 0.8]}, uncertainties={}, sampling=None)
    with pytest.raises(SweptError, match=r"varies nothing but strategies.*posterior = true"):
        discover(Sampled(grid, lambda levels: 1.0))
    many = made(samples=2, levers={"dials.devolution": [k / 50 for k in range(1, 31)]})
    with pytest.raises(SweptError, match=r"30 strategies, more than the 24 .* --strategy FACTOR"):
        discover(Sampled(many, lambda levels: 1.0))
    with pytest.raises(SweptError, match='no lever or style "devotion"; did you mean'):
        discover(Sampled(made(samples=2), boxed), strategies=["devotion"])
    with pytest.raises(SweptError, match="give --bad higher or --bad lower"):
        discover(Sampled(made(samples=2), boxed, outcome="incident_reports"), "incident_reports")
