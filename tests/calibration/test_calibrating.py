"""A calibration as its user meets it: stopped, gone on with, refused, kept; six beds, a few weeks, two figures."""

import csv
import json
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration import levels, sampling
from sim.calibration.calibrating import MANIFEST, calibrate
from sim.calibration.fit import Calibration, held_in_place, missed
from sim.calibration.targets import targets
from sim.calibration.waves import Bank, Settings
from sim.cli import app
from sim.experiment.draws import Draws
from sim.experiment.store import StoreError
from sim.report.calibration import save_calibration
from tests.limits.bench import SCENARIOS, small

TWO = tuple(target for target in targets() if target.id in ("T4", "T5"))
DOSES, ORDERS = "errors.rate.dose_slip", "errors.rate.prescribing_mistake"


class Enough(Exception):
    """The user has seen enough for today."""


@pytest.fixture(scope="module")
def settings():
    return Settings(small(), TWO, waves=2, points=100, years=0.1, draws=60)


@pytest.fixture(scope="module", autouse=True)
def short_walks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "STEPS", 600)
        yield


@pytest.fixture(scope="module")
def calibrated(settings, tmp_path_factory):
    return calibrate(tmp_path_factory.mktemp("whole") / "runs", settings)


def test_what_was_published_is_met_and_holds_its_levels_in_place(calibrated):
    fit = calibrated.fit.set_index("id")
    assert fit["factor"].max() < 1.25
    table = calibrated.levels.set_index("name")
    assert table.loc[ORDERS, "spread"] < 0.25
    assert table.loc[ORDERS, "verdict"] == table.loc[DOSES, "verdict"] == "held in place"
    assert table.loc["staffing.leaves", "verdict"] == "hardly held in place"  # nothing published speaks of it here
    assert len(calibrated.posterior) == 60
    assert calibrated.runs == 200


def test_a_calibration_that_was_stopped_goes_on_to_the_same_end(settings, calibrated, tmp_path):
    @contextmanager
    def until_enough(words):
        def tell(progress):
            if progress.done > 30:
                raise Enough

        yield tell

    @contextmanager
    def forbidden(words):
        yield lambda progress: pytest.fail("nothing was left to do")

    folder = tmp_path / "runs"
    for _ in range(2):
        with pytest.raises(Enough):
            calibrate(folder, settings, until_enough)
    gone_on = calibrate(folder, settings)
    assert gone_on.posterior.digest() == calibrated.posterior.digest()
    pd.testing.assert_frame_equal(gone_on.fit, calibrated.fit)
    again = calibrate(folder, settings, forbidden)
    pd.testing.assert_frame_equal(again.fit, calibrated.fit)


def test_a_folder_of_another_calibration_is_refused(settings, tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="holds something else"):
        calibrate(folder, settings)
    (folder / "notes.txt").unlink()
    (folder / MANIFEST).write_text(json.dumps({"seed": 7}))
    with pytest.raises(StoreError, match="another scenario, or with other settings"):
        calibrate(folder, settings)
    (folder / MANIFEST).write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        calibrate(folder, settings)
    assert [path.name for path in folder.iterdir()] == [MANIFEST]


def test_tables_figures_and_posterior_are_kept(calibrated, tmp_path):
    kept = save_calibration(calibrated, None, tmp_path / "kept", ["microsystem", "calibrate"])
    assert {path.name for path in kept.iterdir()} == {
        *("fit.csv", "fit.png", "levels.csv", "levels.png", "posterior.csv", "provenance.json"),
    }
    names, *rows = csv.reader((kept / "posterior.csv").read_text().splitlines())
    assert tuple(names) == levels.NAMES
    assert np.array_equal(np.array(rows, dtype=float), calibrated.posterior.values)
    origin = json.loads((kept / "provenance.json").read_text())
    assert origin["posterior"]["digest"] == calibrated.posterior.digest()
    assert origin["point"] == calibrated.point


def made_up(value):
    """A calibration whose every hospital-year gave `value` times each published figure."""
    figures = np.array([target.figure for target in targets()])
    values = value * np.tile(figures, (20, 1)) * np.linspace(0.99, 1.01, 20)[:, None]
    places = np.random.default_rng(1).random((20, len(levels.NAMES)))
    runs = Bank(places, values, targets())
    posterior = Draws(levels.NAMES, levels.at(places))
    return Calibration(targets(), dict.fromkeys(levels.NAMES, 0.1), posterior, runs, runs, 0, 0.3, 100)


def test_figures_that_are_missed_are_said_to_be_missed():
    assert missed(made_up(1.0)) == []
    sentences = missed(made_up(10.0))
    assert len(sentences) == len(targets())
    assert "T5 is missed: doses given wrongly, timing apart, 80 against 8 (5.1 to 10.9) % of doses" in sentences
    assert made_up(10.0).fit["factor"].to_numpy() == pytest.approx(np.full(len(targets()), 10.0))
    assert made_up(0.1).fit["factor"].to_numpy() == pytest.approx(np.full(len(targets()), 10.0))


@pytest.mark.parametrize(
    ("spread", "words"), [(0.1, "held in place"), (0.6, "partly held in place"), (1.0, "hardly held in place")]
)
def test_what_is_left_of_a_spread_in_words(spread, words):
    assert held_in_place(spread) == words


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--recover", "7"], "recover is 7; it can be 0, or from 20 to the 1,000 points of a wave"),
        (["--points", "3"], "points"),
        (["--waves", "1"], "waves"),
    ],
)
def test_wrong_options_write_nothing(options, words, tmp_path):
    scenario = str(SCENARIOS / "small.toml")
    told = CliRunner().invoke(app, ["calibrate", scenario, str(tmp_path / "runs"), *options])
    assert told.exit_code == 2
    assert words in told.output
    assert not list(tmp_path.iterdir())
