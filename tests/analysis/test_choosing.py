"""Choosing among noisy means: known answers, no false alarms, and no winner's curse."""

import numpy as np
import pytest

from sim.analysis.choosing import (
    chances,
    differences,
    halves,
    p_of_pairs,
    ranks,
    regret,
    regret_within,
    resampled,
)
from sim.analysis.evidence import paired_p

TIMES = 300


def made_up(means, replications, seed, spread=1.0):
    """Losses with luck that choices share and luck of their own."""
    chance = np.random.default_rng(seed)
    shared = chance.normal(size=(replications, 1))
    return np.asarray(means, dtype=float) + shared + spread * chance.normal(size=(replications, len(means)))


def test_what_is_clear_is_said_exactly():
    luck = np.random.default_rng(1).normal(size=(12, 1))
    losses = luck + np.array([3.0, 1.0, 2.0, 5.0]) + 0.01 * made_up(np.zeros(4), 12, 2)
    assert regret(losses) == pytest.approx([2, 0, 1, 4], abs=0.02)
    low, high = regret_within(losses)
    assert (low[[0, 2, 3]] > [1.9, 0.9, 3.9]).all()
    assert low[1] == high[1] == 0
    place, first, last = ranks(losses)
    assert place.tolist() == first.tolist() == last.tolist() == [3, 1, 2, 4]
    assert chances(losses).tolist() == [0, 1, 0, 0]


def test_where_nothing_differs_the_cost_of_choosing_otherwise_is_nought_and_not_the_winners_curse():
    found = [made_up(np.zeros(10), 8, seed) for seed in range(TIMES)]
    corrected = np.mean([regret(losses).mean() for losses in found])
    cursed = np.mean([(losses.mean(axis=0) - losses.mean(axis=0).min()).mean() for losses in found])
    assert cursed > 0.4
    assert abs(corrected) < 0.05


def test_where_choices_lie_close_the_corrected_regret_is_never_more_than_the_true_one_on_average():
    means = np.linspace(0, 1, 8)
    found = np.mean([regret(made_up(means, 10, seed)) for seed in range(TIMES)], axis=0)
    assert (found < means + 0.05).all()
    assert found[-1] > 0.7


@pytest.mark.parametrize(("replications", "choices"), [(3, 6), (8, 20)])
def test_intervals_hold_the_regret_of_every_choice_at_once(replications, choices):
    missed = 0
    for seed in range(TIMES):
        means = np.linspace(0, 2, choices)
        low, high = regret_within(made_up(means, replications, seed))
        missed += not ((low <= means) & (means <= high)).all()
    assert missed <= 0.06 * TIMES


@pytest.mark.parametrize(("replications", "choices"), [(3, 6), (8, 20)])
def test_where_nothing_differs_nothing_is_told_apart_and_no_rank_is_sure(replications, choices):
    alarms = 0
    for seed in range(TIMES):
        losses = made_up(np.zeros(choices), replications, seed)
        _, first, last = ranks(losses)
        alarms += bool((regret_within(losses)[0] > 0).any())
        assert (regret_within(losses)[0] > 0).any() == (first > 1).any() == (last < choices).any()
    assert alarms <= 0.07 * TIMES


def test_halves_are_all_or_drawn_alike_each_time_with_their_mirror_images():
    few, many = halves(5), halves(30)
    assert len(few) == 20
    assert set(many.sum(axis=1)) == {15}
    assert {tuple(way) for way in many} == {tuple(1 - way) for way in many}
    halves.cache_clear()
    assert np.array_equal(halves(30), many)
    assert not len(halves(1))


def test_chances_are_those_of_students_t_between_two_choices():
    losses = made_up([0.0, 0.5], 6, 3)
    one_sided = paired_p(losses[:, 1] - losses[:, 0]) / 2
    assert chances(losses)[1] == pytest.approx(one_sided, abs=0.02)
    assert chances(np.repeat(losses[:, :1], 3, axis=1)) == pytest.approx(1 / 3)


def test_replications_are_weighed_together_so_that_shared_luck_drops_out():
    losses = made_up([0.0, 0.1], 9, 4, spread=0.0)
    drawn = resampled(losses)
    assert np.ptp(drawn[:, 1] - drawn[:, 0]) < 1e-12
    assert np.ptp(drawn[:, 0]) > 1


def test_chances_of_pairs_are_those_of_the_paired_t_test():
    losses = made_up([0, 0.2, 0.9], 7, 5)
    losses[:, 2] = losses[:, 1] + 1
    found = p_of_pairs(losses)
    for one, other in ((0, 1), (1, 2), (2, 2)):
        assert found[one, other] == pytest.approx(paired_p(losses[:, one] - losses[:, other]))


def test_one_replication_and_few_without_spread_are_not_known():
    one = np.array([[1.0, 2.0, 3.0]])
    assert np.isnan(regret(one)).all()
    assert np.isnan(chances(one)).all()
    low, high = regret_within(one)
    assert (low == 0).all()
    assert np.isinf(high).all()
    _, reach = differences(np.repeat(one, 3, axis=0))
    assert np.isinf(reach[0, 1])
    assert ranks(one)[1].tolist() == [1, 1, 1]
    assert (p_of_pairs(one) == 1).all()
