"""A calibration as its user meets it: stopped, gone on with, refused, kept; six beds, a few weeks, two figures."""

import csv
import dataclasses
import itertools
import json
import re
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.calibration import calibrating, levels, recovery, sampling, waves
from sim.calibration.calibrating import MANIFEST, calibrate
from sim.calibration.fit import ENOUGH_WITHIN, WITHIN_FACTOR, Calibration, held_in_place, missed
from sim.calibration.recovery import Recovered, Recovery, found_again
from sim.calibration.targets import targets
from sim.calibration.waves import OF_POINT, OF_POSTERIOR, Bank, Settings, hospitals
from sim.cli import app
from sim.commands.evidence import MOST_WAVES
from sim.commands.running import STOPPED
from sim.experiment.draws import Draws
from sim.experiment.store import StoreError
from sim.report.calibration import save_calibration
from sim.report.calibration_figure import fit_figure
from sim.scenario import to_toml
from tests.limits.bench import SCENARIOS, changed, small

TWO = tuple(target for target in targets() if target.id in ("T4", "T5"))
KEPT = SCENARIOS.parent / "results" / "reference" / "calibration"
DOSES, ORDERS = "errors.rate.dose_slip", "errors.rate.prescribing_mistake"


SLIPPING = {"kind": "set", "title": "slips", "day": 3, "change": DOSES, "to": 0.2}


class Enough(Exception):
    """The user has seen enough for today."""


@contextmanager
def at_once_enough(words):
    raise Enough
    yield


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
    assert len(calibrated.known.values) == 200
    assert calibrated.seconds > 0


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
    for damage in ("{", "[]", json.dumps({"seed": 7})):
        (folder / MANIFEST).write_text(damage)
        with pytest.raises(StoreError, match="damaged"):
            calibrate(folder, settings)
    assert [path.name for path in folder.iterdir()] == [MANIFEST]


def test_a_refusal_says_which_settings_differ(settings, calibrated, tmp_path):
    folder = tmp_path / "runs"
    with pytest.raises(Enough):
        calibrate(folder, settings, at_once_enough)
    other = Settings(small(staffing__absence=0.2), TWO, waves=2, points=1_000, years=0.1, draws=60, seed=3)
    with pytest.raises(StoreError) as refusal:
        calibrate(folder, other)
    assert str(refusal.value).endswith(
        "holds a calibration of another scenario, with points 100 and not 1,000, with seed 1 and not 3; "
        "name a new folder"
    )
    with pytest.raises(StoreError, match="holds a calibration to other published figures; name"):
        calibrate(folder, Settings(small(), TWO[:1], waves=2, points=100, years=0.1, draws=60))


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ({DOSES: 0.1}, f"{DOSES} to 0.1"),
        ({"interventions": [SLIPPING]}, f"{DOSES} by an intervention"),
    ],
)
def test_a_scenario_that_sets_what_is_sought_is_refused(scenario, words, tmp_path):
    chosen = changed(small(), scenario)
    with pytest.raises(StoreError, match=re.escape(f'"Six beds" sets what calibration seeks: {words}; leave it out')):
        Settings(chosen, TWO)
    (tmp_path / "own.toml").write_text(to_toml(chosen))
    told = CliRunner().invoke(app, ["calibrate", str(tmp_path / "own.toml"), str(tmp_path / "runs")])
    assert told.exit_code == 2
    assert DOSES in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


def test_figures_that_no_hospital_can_be_measured_by_are_named(tmp_path):
    without = changed(small(), {"errors.hazards_arise": 0.0, "wards.six_beds.hazards": {}})
    chosen = tuple(target for target in targets() if target.id in ("T5", "T17"))
    settings = Settings(without, chosen, waves=2, points=100, years=0.05, draws=60)
    with pytest.raises(StoreError, match=r"too few have something to measure for T17 \(failures .*, in 0\)"):
        calibrate(tmp_path / "runs", settings)


def test_calibrations_with_other_seeds_share_no_luck(settings):
    """Those of seed 1 are what kept calibrations had."""
    stretches = [*range(1, MOST_WAVES + 1), OF_POSTERIOR, OF_POINT]

    def of(seed):
        first = (Settings(settings.scenario, TWO, points=100_000, seed=seed).first_seed(each) for each in stretches)
        return [range(each, each + 100_000) for each in first]

    together = sorted((each for seed in (1, 2, 3, 1_000) for each in of(seed)), key=lambda each: each.start)
    assert all(one.stop <= other.start for one, other in itertools.pairwise(together))
    assert len(together) == 4 * len(stretches)
    firsts = {each: settings.first_seed(each) for each in (1, 2, 3, OF_POSTERIOR, OF_POINT)}
    assert list(firsts.values()) == [2_000_000, 3_000_000, 4_000_000, 501_000_000, 601_000_000]
    design = hospitals(settings, levels.at(np.full((3, len(levels.NAMES)), 0.5)), "three", 2)
    assert design.seed == settings.first_seed(2)


def test_tables_figures_and_posterior_are_kept(calibrated, tmp_path):
    rng = np.random.default_rng(3)
    years = Recovery(rng.integers(0, 100, (20, len(levels.NAMES))), np.full((20, len(levels.NAMES)), 0.9))
    recovered = Recovered(years, found_again(calibrated, 1))
    kept = save_calibration(calibrated, recovered, tmp_path / "kept", ["microsystem", "calibrate"])
    tables = {f"{name}.csv" for name in ("fit", "levels", "together", "emulator", "recovery", "again", "posterior")}
    figures = {"fit.png", "levels.png", "recovery.png"}
    assert {path.name for path in kept.iterdir()} == tables | figures | {"provenance.json"}
    for name in ("recovery", "again"):
        beside = pd.read_csv(kept / f"{name}.csv", encoding="utf-8-sig")["posterior_spread"]
        assert beside.to_numpy() == pytest.approx(calibrated.levels["spread"].to_numpy(), rel=1e-3)
    names, *rows = csv.reader((kept / "posterior.csv").read_text().splitlines())
    assert tuple(names) == levels.NAMES
    assert np.array_equal(np.array(rows, dtype=float), calibrated.posterior.values)
    origin = json.loads((kept / "provenance.json").read_text())
    assert origin["posterior"]["digest"] == calibrated.posterior.digest()
    assert origin["point"] == calibrated.point
    assert origin["runs"] == {"fitted to": 200, "over the posterior": 60, "at the point": 100}
    assert origin["seconds of runs"] == round(calibrated.seconds)


def made_up(value):
    """A calibration whose every hospital-year gave `value` times each published figure."""
    figures = np.array([target.figure for target in targets()])
    values = value * np.tile(figures, (20, 1)) * np.linspace(0.99, 1.01, 20)[:, None]
    places = np.random.default_rng(1).random((20, len(levels.NAMES)))
    runs = Bank(places, values, targets())
    posterior = Draws(levels.NAMES, levels.at(places))
    return Calibration(targets(), dict.fromkeys(levels.NAMES, 0.1), posterior, runs, runs, runs, 0.0, 0.3, 100)


def test_figures_that_are_missed_are_said_to_be_missed():
    assert missed(made_up(1.0)) == []
    sentences = missed(made_up(10.0))
    assert len(sentences) == len(targets())
    assert "T5 is missed: doses given wrongly, timing apart, 80 against 8 (5.1 to 10.9) % of doses" in sentences
    assert made_up(10.0).fit["factor"].to_numpy() == pytest.approx(np.full(len(targets()), 10.0))
    assert made_up(0.1).fit["factor"].to_numpy() == pytest.approx(np.full(len(targets()), 10.0))


MIDDLE = np.linspace(0.3, 0.7, 100)


@pytest.mark.parametrize(
    ("spread", "places", "words"),
    [
        (0.1, MIDDLE, "held in place"),
        (0.6, MIDDLE, "partly held in place"),
        (1.0, np.linspace(0, 1, 100), "hardly held in place"),
        (0.3, np.append(MIDDLE[6:], [0.96] * 6), "leans on the upper end of its range"),
        (0.6, np.append(MIDDLE[6:], [0.04] * 6), "leans on the lower end of its range"),
        (0.3, np.append(MIDDLE[4:], [0.96] * 4), "held in place"),
    ],
)
def test_what_is_left_of_a_spread_in_words(spread, places, words):
    assert held_in_place(spread, places) == words


def with_posterior(places):
    found = made_up(1.0)
    return dataclasses.replace(found, posterior=Draws(levels.NAMES, levels.at(places)))


def test_levels_that_are_held_together_are_told_with_the_strongest_first():
    rng = np.random.default_rng(5)
    places = rng.random((400, len(levels.NAMES)))
    places[:, 3] = 0.9 * places[:, 1] + 0.1 * places[:, 3]
    places[:, 7] = 1 - (0.7 * places[:, 2] + 0.3 * places[:, 7])
    together = with_posterior(places).together
    assert together[["one", "other"]].to_numpy().tolist() == [
        [levels.NAMES[1], levels.NAMES[3]],
        [levels.NAMES[2], levels.NAMES[7]],
    ]
    assert together["correlation"].to_numpy() == pytest.approx([0.99, -0.92], abs=0.02)
    apart = with_posterior(rng.random((400, len(levels.NAMES)))).together
    assert list(apart.columns) == ["one", "other", "correlation"]
    assert apart.empty


def test_levels_by_factor_say_how_many_times_their_posterior_spans():
    places = np.full((100, len(levels.NAMES)), 0.5)
    places[50:] = 1.0
    table = with_posterior(places).levels
    by_factor = np.array([level.by_factor for level in levels.LEVELS])
    whole = np.array([level.high / level.low for level in levels.LEVELS])
    assert table["ratio"].isna().to_numpy().tolist() == (~by_factor).tolist()
    assert table["ratio"][by_factor].to_numpy() == pytest.approx(whole[by_factor] ** 0.5)


def test_an_emulator_that_is_off_is_seen_to_be_off():
    rng = np.random.default_rng(6)
    places = rng.random((300, len(levels.NAMES)))
    two = tuple(target for target in targets() if target.id in ("T4", "T15"))  # errors of 0.2 and 1.25
    truth = np.column_stack([8 + places[:, 0], 60 + 5 * places[:, 1]])
    noise = rng.normal(0, 0.5, (2, 300, 2))
    known = Bank(places, truth + noise[0], two)
    fresh = Bank(places[:200], truth[:200] + noise[1, :200] - [0.0, 2.5], two)
    found = dataclasses.replace(made_up(1.0), targets=two, known=known, over_posterior=fresh)
    table = found.emulator.set_index("id")
    assert abs(table.loc["T4", "z"]) < 4
    assert table.loc["T15", "difference"] == pytest.approx(2.5, abs=0.15)
    assert table.loc["T15", "in_errors"] == pytest.approx(2.0, abs=0.12)
    assert table.loc["T15", "z"] > 40
    assert (table["emulator"] - table["model"]).to_numpy() == pytest.approx(table["difference"].to_numpy())


def test_the_calibration_that_is_kept_fits_as_well_as_it_should():
    kept = pd.read_csv(KEPT / "fit.csv", encoding="utf-8-sig")
    assert list(kept["id"]) == [target.id for target in targets()]
    assert kept["within"].sum() >= ENOUGH_WITHIN
    assert kept["factor"].max() <= WITHIN_FACTOR
    holds = [target.holds(value) for target, value in zip(targets(), kept["at_point"], strict=True)]
    assert kept["within"].tolist() == holds


def test_what_goes_beyond_the_figure_is_marked(calibrated):
    def arrows(times):
        (panel,) = fit_figure(made_up(times)).axes
        return [line.get_marker() for line in panel.get_lines() if line.get_marker() in ("<", ">")]

    assert arrows(1.0) == []
    assert arrows(0.3) == ["<"] * len(targets())
    assert arrows(3.0) == [">"] * len(targets())


def test_stopped_in_recovery_the_command_says_what_is_kept(calibrated, monkeypatch, tmp_path):
    def interrupted(first, truths, seed, tell):
        tell(truths)
        raise KeyboardInterrupt

    monkeypatch.setattr(calibrating, "calibrate", lambda *given: calibrated)
    monkeypatch.setattr(recovery, "recover", interrupted)
    monkeypatch.setattr(waves, "bank", lambda *given: calibrated.known)
    given = [str(SCENARIOS / "small.toml"), str(tmp_path / "runs"), "--recover", "20", "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, ["calibrate", *given])
    assert told.exit_code == STOPPED
    assert "Recovery: levels of 20 known hospitals are sought again." in told.output
    assert "20 of 20 known hospitals" in told.output
    assert "Stopped. All runs are kept, but nothing of the recovery" in told.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--recover", "7"], "recover is 7; it can be 0, or from 20 to the 1,000 points of a wave"),
        (["--points", "3"], "points"),
        (["--seed", "0"], "seed"),
        (["--waves", "1"], "waves"),
    ],
)
def test_wrong_options_write_nothing(options, words, tmp_path):
    scenario = str(SCENARIOS / "small.toml")
    told = CliRunner().invoke(app, ["calibrate", scenario, str(tmp_path / "runs"), *options])
    assert told.exit_code == 2
    assert words in told.output
    assert not list(tmp_path.iterdir())
