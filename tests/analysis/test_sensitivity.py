"""What outcomes hang on: known indices found again through designs, and rows refused that would spoil them."""

import numpy as np
import pytest

from sim.analysis.sensitivity import SOBOL, elementary_effects, sensitivity
from sim.analysis.stored import results
from sim.analysis.swept import SweptError, chance_of
from sim.experiment.design_files import design_from
from sim.scenario import load
from tests.experiment import sweeps
from tests.sampled import Sampled

SMALL = load(sweeps.ROOT / "scenarios" / "small.toml")
NAMES = ("voice.fear", "voice.learns", "voice.inviting")


def made(method, samples, replications=1, names=NAMES, **more):
    """A design over parameters from nought to one."""
    return design_from(
        {
            "title": "Known answers",
            "method": method,
            "sampling": {"samples": samples},
            "uncertainties": {name: {"low": 0.0, "high": 1.0} for name in names},
            "run": {"days": 1, "warm_up_days": 0, "replications": replications},
            **more,
        },
        SMALL,
    )


def ishigami(levels):
    x, y, z = (np.pi * (2 * levels[name] - 1) for name in NAMES)
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


ISHIGAMI = {"first": (0.3139, 0.4424, 0.0), "total": (0.5576, 0.4424, 0.2437)}


def linear(levels):
    return sum(weight * levels[name] for weight, name in zip((4.0, 2.0, 1.0), NAMES, strict=True))


LINEAR = (16 / 21, 4 / 21, 1 / 21)


@pytest.mark.parametrize(
    ("function", "known"),
    [(ishigami, ISHIGAMI), (linear, {"first": LINEAR, "total": LINEAR})],
    ids=["ishigami", "linear"],
)
def test_sobol_finds_known_indices_within_its_intervals(function, known):
    found = sensitivity(Sampled(made("sobol", 512), function))
    table = found.table.set_index("factor").loc[list(NAMES)]
    for name, values in known.items():
        assert (table[f"{name}_low"] <= np.add(values, 1e-9)).all()
        assert (table[f"{name}_high"] >= np.subtract(values, 1e-9)).all()
        assert table[name].to_numpy() == pytest.approx(values, abs=0.05)
    assert (table["total_high"] - table["total_low"]).max() < 0.25


def test_morris_finds_what_each_factor_of_a_sum_does_and_no_interaction():
    found = sensitivity(Sampled(made("morris", 10), linear))
    table = found.table.set_index("factor").loc[list(NAMES)]
    assert table["mu_star"].to_numpy() == pytest.approx([4, 2, 1])
    assert table["mu"].to_numpy() == pytest.approx([4, 2, 1])
    assert table["sigma"].to_numpy() == pytest.approx([0, 0, 0], abs=1e-9)
    assert list(table["rank"]) == [1, 2, 3]


def test_morris_sees_which_factors_of_ishigami_work_together():
    table = sensitivity(Sampled(made("morris", 100), ishigami)).table.set_index("factor").loc[list(NAMES)]
    assert (table["mu_star"] > 1).all()
    assert table["sigma"].to_numpy()[2] > 1  # it acts through the first alone
    assert abs(table["raises"].to_numpy()[2]) < 0.3


def test_effects_of_steps_are_salibs():
    design = made("morris", 6)
    values = np.array([ishigami(dict(zip(NAMES, row, strict=True))) for row in design.sampled])
    found = sensitivity(Sampled(design, ishigami)).table.set_index("factor").loc[list(NAMES)]
    assert np.abs(elementary_effects(design.sampled, values)).mean(axis=0) == pytest.approx(found["mu_star"].to_numpy())


def test_a_point_that_a_sample_repeats_stands_in_every_row_that_has_it():
    beds = "wards.six_beds.beds"
    design = made("morris", 12, names=(beds,), uncertainties={beds: {"low": 6.0, "high": 9.0}})
    assert design.arms < len(design.rows)
    found = sensitivity(Sampled(design, lambda levels: 5.0 * levels[beds])).table
    steps = 5 * np.abs(np.diff(design.points[design.rows][:, 0].reshape(-1, 2), axis=1))
    assert found["mu_star"].iloc[0] == pytest.approx(steps.mean() * 1.5)  # a step is two thirds of the range


def test_intervals_hold_known_indices_under_noise_and_say_how_much_of_it_is_left():
    exact, noisy = Sampled(made("sobol", 256, 6), linear), Sampled(made("sobol", 256, 6), linear, noise=1.0)
    variance = exact._values[0].var()
    found = sensitivity(noisy).table
    assert found["chance_of_runs"].iloc[0] == pytest.approx(1 / (1 + variance), abs=0.05)
    assert found["chance_of_means"].iloc[0] == pytest.approx((1 / 6) / (1 / 6 + variance), abs=0.02)
    shrunk = np.array(LINEAR) * (1 - found["chance_of_means"].iloc[0])
    first = found.set_index("factor").loc[list(NAMES)]
    assert ((first["first_low"] <= shrunk) & (shrunk <= first["first_high"])).all()
    assert sensitivity(exact).table["chance_of_means"].iloc[0] == pytest.approx(0, abs=1e-12)


def test_luck_that_all_points_share_is_chance_in_a_run_and_none_between_means():
    points = np.linspace(0, 1, 50)
    chance = chance_of(points + np.array([[0.0], [3.0], [-2.0]]))
    assert chance.of_runs > 0.9
    assert chance.of_means == pytest.approx(0, abs=1e-12)


def test_of_pure_noise_no_index_stands_out_of_chance():
    found = sensitivity(Sampled(made("sobol", 128, 4), lambda levels: 1.0, noise=1.0)).table
    assert found["chance_of_means"].iloc[0] > 0.85
    assert (found["first_low"] <= 0).all()
    assert (found["total_low"] < found["by_chance"] * 1.1).all()
    screened = sensitivity(Sampled(made("morris", 40, 4), lambda levels: 1.0, noise=1.0)).table
    assert screened["mu_star"].mean() == pytest.approx(screened["by_chance"].iloc[0], rel=0.15)


def test_more_samples_settle_the_indices_and_few_do_not():
    few, many = (sensitivity(Sampled(made("sobol", samples), ishigami)) for samples in (16, 1024))
    (title,) = few.of.titles
    assert not few.settling("preventable_events", title).settled
    settling = many.settling("preventable_events", title)
    assert settling.settled
    assert (settling.samples, settling.before) == (1024, 512)
    assert sorted(many.convergence["samples"].unique()) == [8, 16, 32, 64, 128, 256, 512, 1024]
    widths = (
        many.convergence.assign(width=many.convergence.high - many.convergence.low).groupby("samples")["width"].mean()
    )
    assert widths[1024] < widths[64] / 2


def test_strategies_are_analysed_apart_and_what_differs_is_told():
    def weighed(levels):
        heavy, light = NAMES[:2] if levels["dials.devolution"] == 0.2 else NAMES[1::-1]
        return 3 * levels[heavy] + levels[light] + levels[NAMES[2]]

    found = sensitivity(Sampled(made("sobol", 128, 3, levers={"dials.devolution": [0.2, 0.8]}), weighed, noise=0.1))
    assert found.of.titles == ("dials.devolution = 0.2", "dials.devolution = 0.8")
    tops = [found.rows("preventable_events", title)["factor"].iloc[0] for title in found.of.titles]
    assert tops == [NAMES[0], NAMES[1]]
    assert set(found.differing["factor"]) == set(NAMES[:2])
    same = sensitivity(Sampled(made("sobol", 128, 3, levers={"dials.devolution": [0.2, 0.8]}), linear, noise=0.1))
    assert same.differing.empty


def test_a_difference_from_a_reference_hangs_on_what_turns_it_and_not_on_what_both_share():
    def shared(levels):
        return 50 * levels[NAMES[2]] + (levels["dials.devolution"] == 0.8) * (3 * levels[NAMES[0]] + levels[NAMES[1]])

    design = made("sobol", 128, 2, levers={"dials.devolution": [0.2, 0.8]})
    of_levels = sensitivity(Sampled(design, shared)).rows("preventable_events", "dials.devolution = 0.8")
    assert of_levels["factor"].iloc[0] == NAMES[2]
    found = sensitivity(Sampled(design, shared), reference="0.2")
    assert found.titles == ["dials.devolution = 0.8 less dials.devolution = 0.2"]
    table = found.table.set_index("factor").loc[list(NAMES)]
    assert table["first"].to_numpy() == pytest.approx([0.9, 0.1, 0.0], abs=0.03)
    assert table["mean"].iloc[0] == pytest.approx(2.0, abs=0.02)
    with pytest.raises(SweptError, match=r'no strategy "0\.5"'):
        sensitivity(Sampled(design, shared), reference="0.5")
    with pytest.raises(SweptError, match="one strategy alone"):
        sensitivity(Sampled(made("sobol", 8), linear), reference=0)


def test_what_does_not_vary_hangs_on_nothing():
    found = sensitivity(Sampled(made("sobol", 16, 2), lambda levels: 3.0))
    assert found.table[["first", "total"]].isna().all(axis=None)


def test_of_a_count_that_is_nearly_always_nought_no_index_is_told():
    rare = Sampled(made("sobol", 16, 3), lambda levels: 0.0)
    rare._values[1, [3, 40]] = 1.0  # without this replication nothing varies
    found = sensitivity(rare)
    assert found.table["too_rare"].all()
    assert found.table[["first", "total", "total_low"]].isna().all(axis=None)
    usual = sensitivity(Sampled(made("sobol", 16, 3), linear))
    assert not usual.table["too_rare"].any()


def test_indices_have_not_settled_where_half_of_the_samples_did_not_vary():
    late = Sampled(made("sobol", 256, 2), linear)
    late._values[:, : late.design.arms // 2] = 3.0
    found = sensitivity(late)
    settling = found.settling("preventable_events", *found.titles)
    assert settling.too_rare
    assert not settling.settled


def test_more_in_all_than_alone_is_told_of_factors_that_work_together_and_not_of_a_sum():
    together = sensitivity(Sampled(made("sobol", 256, 3), ishigami, noise=0.3)).table.set_index("factor")
    assert together.loc[[NAMES[0], NAMES[2]], "together"].to_numpy() == pytest.approx([0.2437, 0.2437], abs=0.1)
    assert (together.loc[[NAMES[0], NAMES[2]], "together_low"] > 0).all()
    assert together.loc[NAMES[1], "together_low"] <= 0.02
    summed = sensitivity(Sampled(made("sobol", 256, 3), linear, noise=0.3)).table
    assert (summed["together_low"] < summed["by_chance"]).all()


def test_the_same_sweep_gives_the_same_indices_to_the_last_bit():
    one, other = (sensitivity(Sampled(made("sobol", 32, 3), ishigami, noise=0.2)) for _ in range(2))
    assert one.table.equals(other.table)


def spoilt(change):
    found = Sampled(made("sobol", 8, 2), linear)
    change(found)
    return found


def _nan(found):
    found._values[1, 7] = np.nan


def _swapped(found):
    levels = found.runs["levels"].to_numpy().copy()
    levels[[3, 5]] = levels[[5, 3]]
    found.runs["levels"] = levels


def _reseeded(found):
    found.runs.loc[4, "seed"] = 99


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_nan, r"no value in 1 of 80 runs, the first of them replication 1 of arm 7 \(voice.fear = "),
        (_swapped, "2 of 40 arms were not run with the levels that the design gives them, the first of them arm 3"),
        (_reseeded, "1 of 40 arms were not run"),
    ],
)
def test_rows_that_would_spoil_every_index_in_silence_are_refused(change, words):
    with pytest.raises(SweptError, match=words):
        sensitivity(spoilt(change))


def test_other_methods_and_outcomes_that_are_not_stored_are_refused():
    with pytest.raises(SweptError, match='swept with method = "lhs"; indices take a design with method = "morris"'):
        sensitivity(Sampled(made("lhs", 8), linear))
    with pytest.raises(SweptError, match='no outcome "mortality" is stored'):
        sensitivity(Sampled(made("sobol", 8), linear), ["mortality"])


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return sweeps.swept(tmp_path_factory.mktemp("sensitivity") / "x", made("sobol", 8, 2))


def test_a_stored_sweep_is_read_in_the_order_of_its_design(stored):
    found = sensitivity(results(stored.folder), ["mortality"])
    values = results(stored.folder).values("mortality").to_numpy()
    rows = found.of.values("mortality")[:, found.of.design.rows, 0]
    assert rows == pytest.approx(values[:, found.of.design.rows])
    assert found.table["mean"].iloc[0] == pytest.approx(rows.mean())
    assert found.method == SOBOL


def test_a_sweep_that_is_not_whole_says_how_many_runs_are_missing_and_what_finishes_it(stored, tmp_path):
    part = sweeps.swept(tmp_path / "part", made("sobol", 8, 2))
    part.set_aside([part.shard(list(part.blocks())[-1]).name])
    left = part.status().left
    with pytest.raises(
        SweptError, match=f"{left} of 80 runs are not done, .* replication 1 of arm .*`microsystem resume"
    ):
        sensitivity(results(part.folder))


def test_failed_runs_are_refused_with_the_command_that_tries_them_again(tmp_path):
    failed = sweeps.swept(tmp_path / "failed", made("sobol", 8, 3), simulate=sweeps.fails_at_times)
    with pytest.raises(SweptError, match=r"40 of 120 runs failed, the first .* replication 2 of arm 0 .*--failed"):
        sensitivity(results(failed.folder))
