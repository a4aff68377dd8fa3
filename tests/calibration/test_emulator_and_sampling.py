"""The emulator against surfaces that are known, the walkers against a posterior that is known in closed form."""

import numpy as np
import pytest

from sim.calibration import levels, recovery, sampling
from sim.calibration.emulator import fitted
from sim.calibration.fit import Calibration
from sim.calibration.recovery import Recovery, found_again, recover
from sim.calibration.sampling import plausible
from sim.calibration.targets import targets
from sim.calibration.waves import Bank
from sim.experiment.draws import Draws

LEVELS = 12  # as many as there are, since ranks are told by level


@pytest.fixture(scope="module")
def taught():
    """400 noisy runs of three outcomes: a surface of second order, a flat one, and one of a single level."""
    rng = np.random.default_rng(7)
    places = rng.random((400, LEVELS))
    values = np.column_stack([surface(places), np.full(400, 5.0), 3.0 * places[:, 4]])
    return places, values + rng.normal(0.0, (0.5, 2.0, 0.3), values.shape)


def surface(places):
    z = 2 * places - 1
    return 10 + 3 * z[:, 0] - 2 * z[:, 1] ** 2 + z[:, 2] * z[:, 3]


def test_a_surface_of_second_order_is_found_through_noise(taught):
    emulator = fitted(*taught)
    fresh = np.random.default_rng(8).random((200, LEVELS))
    off = emulator.mean(fresh)[:, 0] - surface(fresh)
    assert np.abs(off).max() < 1.0
    assert np.sqrt((off**2).mean()) < 0.15
    assert emulator.noise == pytest.approx([0.5, 2.0, 0.3], rel=0.15)


def test_an_outcome_of_chance_alone_is_not_followed(taught):
    flat = fitted(*taught).mean(np.random.default_rng(9).random((200, LEVELS)))[:, 1]
    assert flat == pytest.approx(np.full(200, 5.0), abs=1.5)
    assert flat.std() < 0.5  # with all its terms it would be 0.95


def test_its_own_error_is_of_the_size_that_it_says(taught):
    places, _ = taught
    fresh = np.random.default_rng(10).random((40, LEVELS))
    rng = np.random.default_rng(11)
    misses = []
    for _ in range(10):
        emulator = fitted(places, (surface(places) + rng.normal(0.0, 0.5, len(places)))[:, None])
        misses.append((emulator.mean(fresh)[:, 0] - surface(fresh)) / emulator.spread(fresh)[:, 0])
    assert 0.7 < np.std(misses) < 1.6  # pruned terms are taken to be nought, which they hardly are


def test_values_that_are_no_numbers_are_left_out(taught):
    places, values = taught
    holed = values.copy()
    holed[::7, 0] = np.nan
    fresh = np.random.default_rng(12).random((50, LEVELS))
    assert fitted(places, holed).mean(fresh)[:, 0] == pytest.approx(surface(fresh), abs=0.6)


def linear_bank(rng, runs=300, noise=0.05):
    """Each outcome is one level, seen with noise: the posterior is a normal around the figure, cut to the range."""
    places = rng.random((runs, LEVELS))
    return Bank(places, 10 * places + rng.normal(0, noise, places.shape), targets()[:LEVELS])


def test_walkers_find_a_posterior_that_is_known():
    known = linear_bank(np.random.default_rng(13))
    figures, errors = np.full(LEVELS, 4.0), np.full(LEVELS, 1.0)
    found = plausible(known.emulator, lambda values: (values - figures) / errors, errors, 4_000, seed=5)
    assert found.places.mean(axis=0) == pytest.approx(np.full(LEVELS, 0.4), abs=0.02)
    assert found.places.std(axis=0) == pytest.approx(np.full(LEVELS, 0.1), rel=0.1)
    assert found.places.min() >= 0
    assert found.places.max() <= 1
    again = plausible(known.emulator, lambda values: (values - figures) / errors, errors, 4_000, seed=5)
    assert np.array_equal(found.places, again.places)


def test_leniency_widens_what_is_left_possible():
    known = linear_bank(np.random.default_rng(14))
    errors = np.full(LEVELS, 0.5)

    def spread(leniency):
        found = plausible(known.emulator, lambda values: (values - 5.0) / errors, errors, 2_000, 6, leniency)
        return found.places.std()

    assert spread(2.0) / spread(1.0) == pytest.approx(2.0, rel=0.1)


def test_known_levels_are_found_again_and_truths_that_are_not_theirs_are_noticed(monkeypatch):
    known = linear_bank(np.random.default_rng(15), runs=400, noise=0.5)
    monkeypatch.setattr(Bank, "errors", property(lambda bank: np.full(LEVELS, 1.0)))
    monkeypatch.setattr(recovery, "STEPS", 300)
    monkeypatch.setattr(recovery, "FOLDS", 3)
    told: list[int] = []
    right = recover(known, 20, seed=1, tell=told.append)
    assert told == list(range(1, 21))
    assert right.ranks.shape == right.spreads.shape == (20, LEVELS)
    widened = np.sqrt(1.0**2 + 0.5**2) / 10  # by the chance of one year; a level's range is ten units of its outcome
    assert right.table["spread"].median() == pytest.approx(widened * np.sqrt(12), rel=0.25)
    assert right.held(0.9).mean() == pytest.approx(0.9, abs=0.05)
    counts = np.histogram(right.ranks, bins=5, range=(0, 100))[0] / right.ranks.size
    assert counts == pytest.approx(np.full(5, 0.2), abs=0.08)
    shifted = Bank(known.places, known.values.copy(), known.targets)
    shifted.values[:8] += 3.0  # what these saw is not what their levels give
    assert recover(shifted, 8, seed=1).held(0.9).mean() < 0.6


def test_one_set_is_found_again_sharply_and_an_emulator_that_is_off_is_noticed(monkeypatch):
    monkeypatch.setattr(Bank, "errors", property(lambda bank: np.full(LEVELS, 0.5)))
    monkeypatch.setattr(sampling, "STEPS", 800)
    rng = np.random.default_rng(16)
    known = linear_bank(rng, noise=2.0)  # a year holds four times as much chance as the figure has error
    places = np.tile(np.linspace(0.35, 0.65, LEVELS), (100, 1))
    years = Bank(places, 10 * places + rng.normal(0, 2.0, places.shape), known.targets)
    point = dict(zip(levels.NAMES, levels.at(places[0]), strict=True))

    def again(at_point):
        posterior = Draws(levels.NAMES, levels.at(places))
        return found_again(Calibration(known.targets, point, posterior, at_point, at_point, known, 0.0, 0.3, 100), 1)

    right = again(years)
    assert right["off"].abs().max() < 4
    sharp = np.sqrt(0.5**2 + 2.0**2 / 100) / 10
    assert right["spread"].to_numpy() == pytest.approx(np.full(LEVELS, sharp * np.sqrt(12)), rel=0.5)
    shifted = Bank(places, years.values + 5.0 * np.eye(LEVELS)[2], known.targets)
    assert again(shifted)["off"].abs().idxmax() == 2
    assert again(shifted)["off"][2] > 4


def test_ranks_that_are_spread_evenly_pass_and_others_do_not():
    even = Recovery(np.tile(np.arange(100)[:, None], (1, LEVELS)), np.ones((100, LEVELS)))
    assert (even.table["p"] > 0.99).all()
    assert even.held(0.9) == pytest.approx(np.full(LEVELS, 0.9))
    high = Recovery(np.tile((np.arange(100) // 2 + 50)[:, None], (1, LEVELS)), np.ones((100, LEVELS)))
    assert (high.table["p"] < 1e-6).all()
    assert (even.table.filter(like="bin_").to_numpy() == 10).all()
