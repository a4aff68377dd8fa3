"""Designs: every arm once, seeds shared, and each mistake refused in one message that says how to mend it."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from SALib.sample import morris, sobol

from sim.analysis.outcomes import BY_NAME
from sim.experiment.design_files import DesignError, design_from, load_design
from sim.scenario import ScenarioError, from_text, load, shipped_style, shipped_styles, to_toml
from sim.state.vocabulary import ACTIVITIES

ROOT = Path(__file__).parents[2]
SMALL = load(ROOT / "scenarios" / "small.toml")
DOSE = "errors.rate.dose_slip"
HEAD = 'title = "A design"\nscenario = "small.toml"\n'


def made(**content):
    return design_from({"title": "A design", **content}, SMALL)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "scenarios" / "experiments").glob("*.toml")), ids=lambda path: path.stem
)
def test_every_design_that_ships_can_be_run(path):
    assert load_design(path, BY_NAME).runs > 1


def test_the_reference_design_crosses_ten_styles_with_modes_and_dials():
    design = load_design(ROOT / "scenarios" / "experiments" / "styles-by-mode.toml")
    assert {factor.name: len(factor.levels) for factor in design.crossed} == {
        "style": 10,
        "dials.psychological_safety": 2,
        "dials.goal_congruence": 2,
        "dials.devolution": 2,
        "dials.target_pressure": 2,
        "mode": 3,
    }
    assert design.arms == 480


def test_the_design_on_hours_gives_up_each_activity_of_a_lead_for_paperwork():
    design = load_design(ROOT / "scenarios" / "experiments" / "hours-of-a-lead.toml")
    usual, *others = [
        design.scenario_of(design.arm(index)).style_of("acute_medicine").hours.model_dump()
        for index in range(design.arms)
    ]
    assert usual == shipped_style("pace_setting").hours.model_dump()
    given_up = []
    for hours in others:
        (activity,) = [name for name, spent in hours.items() if spent == 0]
        assert hours == {**usual, activity: 0, "paperwork": usual["paperwork"] + usual[activity]}
        given_up.append(activity)
    assert sorted([*given_up, "paperwork"]) == sorted(ACTIVITIES)


def test_a_grid_has_every_combination_once_and_each_arm_says_what_it_changes():
    design = made(
        method="grid",
        styles=["coaching", "directive"],
        levers={"dials.devolution": [0.2, 0.8], "wards.six_beds.beds": {"low": 6, "high": 8, "steps": 3}},
    )
    seen = [tuple(design.arm(index).levels.values()) for index in range(design.arms)]
    assert seen == list(itertools.product(["coaching", "directive"], [0.2, 0.8], [6, 7, 8]))
    scenario = design.scenario_of(design.arm(4))
    assert (scenario.leadership.style, scenario.dials.devolution.clinical) == ("coaching", 0.8)
    assert scenario.wards["six_beds"].beds == 7


def test_a_style_takes_the_place_of_that_of_every_ward():
    from sim.scenario import with_changes

    own = with_changes(SMALL, {"wards.six_beds.leadership": {"style": "directive"}})
    design = design_from({"title": "A design", "method": "grid", "styles": ["coaching"]}, own)
    assert design.scenario_of(design.arm(0)).leadership_of("six_beds").style == "coaching"


def test_runs_go_through_all_arms_before_the_next_replication_so_that_more_can_be_added():
    few, many = (made(method="grid", levers={"dials.hold": [True, False]}, run={"replications": n}) for n in (2, 3))
    order = [many.of_run(position) for position in range(many.runs)]
    assert order == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]
    assert [few.of_run(position) for position in range(few.runs)] == order[: few.runs]
    assert few.digest() == many.digest()


@pytest.mark.parametrize(
    "change",
    [
        {"run": {"seed": 5}},
        {"run": {"days": 5}},
        {"levers": {"dials.hold": [True]}},
        {"keep": {"series": False}},
        {"uncertainties": {DOSE: [0.1]}},
    ],
)
def test_a_design_whose_runs_differ_has_another_digest(change):
    usual = {"method": "grid", "levers": {"dials.hold": [True, False]}}
    assert made(**usual).digest() != made(**{**usual, **change}).digest()


def test_samples_are_crossed_with_what_is_listed_and_keep_salibs_order():
    design = made(
        method="sobol",
        sampling={"samples": 8, "seed": 3},
        levers={"dials.devolution": [0.2, 0.8]},
        uncertainties={DOSE: {"low": 0.01, "high": 0.1, "scale": "log"}, "voice.fear": {"low": 0.0, "high": 1.0}},
    )
    unit = sobol.sample(
        {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}, 8, calc_second_order=False, seed=3
    )
    in_order = design.points[design.rows]
    assert in_order == pytest.approx(np.column_stack([0.01 * 10 ** unit[:, 0], unit[:, 1]]))
    assert design.arms == 2 * len(design.points)
    first, second = design.arm(0), design.arm(1)
    assert first.levels[DOSE] == second.levels[DOSE]
    assert first.levels["dials.devolution"] != second.levels["dials.devolution"]


def test_a_point_that_a_sample_repeats_is_one_arm():
    design = made(
        method="morris", sampling={"samples": 30}, uncertainties={"wards.six_beds.beds": {"low": 6.0, "high": 7.0}}
    )
    drawn = morris.sample({"num_vars": 1, "names": ["a"], "bounds": [[0, 1]]}, 30, num_levels=4, seed=1)
    assert design.arms == 2 < len(drawn) == len(design.rows)
    assert [design.arm(int(row)).levels["wards.six_beds.beds"] for row in design.rows] == [
        6 if unit < 0.5 else 7 for unit in drawn[:, 0]
    ]


BEDS = "wards.six_beds.beds"


def test_whole_numbers_on_a_log_scale_have_as_many_points_as_their_share_of_the_logarithm():
    design = made(
        method="lhs",
        sampling={"samples": 6_000},
        uncertainties={BEDS: {"low": 1.0, "high": 63.0, "scale": "log"}},
    )
    drawn = design.points[design.rows][:, 0]
    assert set(drawn) == set(range(1, 64))
    for doubling in range(6):  # 1, 2 to 3, 4 to 7, ...
        assert np.mean((2**doubling <= drawn) & (drawn < 2 ** (doubling + 1))) == pytest.approx(1 / 6, abs=0.001)


def test_a_grid_of_whole_numbers_on_a_log_scale_has_both_ends_and_even_ratios():
    varied = {BEDS: {"low": 2.0, "high": 54.0, "steps": 4, "scale": "log"}}
    design = made(method="grid", levers=varied)
    assert [design.arm(index).levels[BEDS] for index in range(design.arms)] == [2, 6, 18, 54]


def test_a_latin_hypercube_has_one_point_in_each_stripe():
    design = made(method="lhs", sampling={"samples": 20}, uncertainties={"voice.fear": {"low": 0.0, "high": 1.0}})
    assert sorted(np.floor(design.points[:, 0] * 20)) == list(range(20))


GRID = 'method = "grid"\n'
FAULTS = {
    "a lever that does not exist": (
        GRID + '[levers]\n"dials.devolutoin" = [0.1, 0.2]',
        ["levers", 'mean "devolution"'],
    ),
    "a parameter that does not exist": (
        GRID + '[uncertainties]\n"errors.rate.dose_slop" = [0.1]',
        ["uncertainties.errors.rate.dose_slop", 'mean "dose_slip"'],
    ),
    "a value out of range": (GRID + f'[uncertainties]\n"{DOSE}" = [0.1, 7]', [DOSE, "is 7", "0 to 1"]),
    "an end out of range": (
        f'method = "lhs"\n[sampling]\nsamples = 4\n[uncertainties]\n"{DOSE}" = {{ low = 0.0, high = 7.0 }}',
        [DOSE, "is 7", "0 to 1"],
    ),
    "a style that does not exist": (GRID + 'styles = ["coachin"]', ["styles", '"coachin"', 'mean "coaching"']),
    "an empty design": (GRID, ["empty", "styles, levers or uncertainties"]),
    "an empty list": ('method = "list"', ["empty", "[arms.usual]"]),
    "a lever without values": (
        GRID + '[levers]\n"dials.hold" = []',
        ["levers.dials.hold.values has 0 entries", "1 to 1,000"],
    ),
    "a value given twice": (GRID + '[levers]\n"dials.hold" = [true, true]', ["dials.hold", "true twice"]),
    "arms that are the same": ('method = "list"\n[arms.a]\n[arms.b]', ["arms.b is the same as arms.a"]),
    "an arm that says what goes without saying": (
        'method = "list"\n[arms.usual]\n[arms.same]\nset = { "dials.devolution" = 0.5 }',
        ["arms.same gives the same runs as arms.usual; leave one of them out"],
    ),
    "options that come to the same": (
        GRID + '[levers."dials.hold"]\nvalues = [false, true]\n'
        '[levers.who.options]\na = { "dials.goal_congruence" = 0.6 }\nb = { "dials.devolution" = 0.5 }',
        ["arm 1 (dials.hold = false, who = b) gives the same runs as arm 0 (dials.hold = false, who = a)"],
    ),
    "options that come to the same among very many arms": (
        GRID + '[levers]\n"dials.psychological_safety" = { low = 0.1, high = 0.9, steps = 999 }\n'
        '[levers.who.options]\na = { "dials.devolution" = 0.4 }\nb = { "dials.devolution" = 0.3 }\n'
        'c = { "dials.devolution.clinical" = 0.3, "dials.devolution.override" = 0.3, "dials.devolution.process" = 0.3, '
        '"dials.devolution.staffing" = 0.3 }',
        ["who = c) gives the same runs as", "who = b)"],
    ),
    "no power of two": (
        f'method = "sobol"\n[sampling]\nsamples = 100\n[uncertainties]\n"{DOSE}" = {{ low = 0.0, high = 0.5 }}',
        ["sampling.samples is 100", "64 or 128"],
    ),
    "no samples": (
        f'method = "sobol"\n[uncertainties]\n"{DOSE}" = {{ low = 0.0, high = 0.5 }}',
        ["sampling is missing", "samples"],
    ),
    "nothing to sample": (
        'method = "lhs"\n[sampling]\nsamples = 4\n[levers]\n"dials.hold" = [true]',
        ["nothing to draw", "low and high"],
    ),
    "a range in a grid": (
        GRID + f'[uncertainties]\n"{DOSE}" = {{ low = 0.0, high = 0.5 }}',
        [DOSE, "give it steps"],
    ),
    "whole numbers between ends that are none": (
        GRID + '[levers]\n"wards.six_beds.beds" = { low = 2.5, high = 60.2, steps = 3, scale = "log" }',
        ["levers.wards.six_beds.beds comes in whole numbers", "2.5 and 60.2"],
    ),
    "a range upside down": (
        GRID + f'[uncertainties]\n"{DOSE}" = {{ low = 0.5, high = 0.1, steps = 3 }}',
        ["low should be below high"],
    ),
    "logs of nought": (
        GRID + f'[uncertainties]\n"{DOSE}" = {{ low = 0.0, high = 0.1, steps = 3, scale = "log" }}',
        ["above 0"],
    ),
    "three levels in a factorial": (
        'method = "factorial"\n[levers]\n"dials.devolution" = [0.1, 0.2, 0.3]',
        ["3 levels", "two"],
    ),
    "both a lever and an uncertainty": (
        GRID + '[levers]\n"dials.hold" = [true]\n[uncertainties]\n"dials.hold" = [true]',
        ["among the levers as well"],
    ),
    "two that change one key": (
        GRID + '[levers]\n"dials.devolution" = [0.1]\n"dials.devolution.process" = [0.2]',
        ["dials.devolution.process", "as well"],
    ),
    "a method that does not exist": ('method = "gird"', ["method", '"gird"', '"morris"', 'mean "grid"']),
    "samples that are misspelt": (
        f'method = "lhs"\n[sampling]\nsample = 4\n[levers]\n"{DOSE}" = {{ low = 0.0, high = 0.5 }}',
        ['sampling.sample is not known here; did you mean "samples"?'],
    ),
    "a scale that does not exist": (
        GRID + f'[levers]\n"{DOSE}" = {{ low = 0.1, high = 0.5, steps = 2, scale = "lgo" }}',
        ["scale", '"lgo"', 'mean "log"'],
    ),
    "a change in an arm that does not exist": (
        'method = "list"\n[arms.a]\n[arms.b]\nset = { "dials.devolutoin" = 0.5 }',
        ["arms.b: dials.devolutoin is not known here", 'mean "devolution"'],
    ),
    "a key that is called as a type is": (GRID + "int = 1", ["int is not known here; known here: title, description"]),
    "an arm that is called as a type is": (
        'method = "list"\narms.str = 5',
        ["arms.str is 5", "a table with style, set, or neither"],
    ),
    "a key that does not exist": (GRID + "lever = {}", ["lever is not known here", '"levers"']),
    "a key in run that does not exist": (GRID + "[run]\nrep = 2", ["run.rep is not known here"]),
    "a number that is text": (GRID + '[run]\nreplications = "20"', ["run.replications", '"20"', "1 to 1,000,000"]),
    "a date as value": (GRID + '[levers]\n"dials.hold" = [2020-01-01]', ["levers.dials.hold", "date"]),
    "two horizons": (GRID + 'styles = ["coaching"]\n[run]\nyears = 1\ndays = 2', ["run.days", "run.years"]),
    "an outcome that does not exist": (
        GRID + 'styles = ["coaching"]\n[keep]\noutcomes = ["mortalty"]',
        ["keep.outcomes", 'mean "mortality"'],
    ),
    "more runs than there can be": (
        GRID + f'[uncertainties]\n"{DOSE}" = {{ low = 0.0, high = 0.1, steps = 900 }}\n[run]\nreplications = 900000',
        ["810,000,000 runs", "100,000,000"],
    ),
    "not TOML": ("method = ", ["not TOML"]),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS)
def test_each_mistake_has_one_message_that_says_where_and_what_is_allowed(text, words, tmp_path):
    (tmp_path / "small.toml").write_bytes((ROOT / "scenarios" / "small.toml").read_bytes())
    path = tmp_path / "design.toml"
    path.write_text(HEAD + text)
    with pytest.raises(ScenarioError) as refused:
        load_design(path, BY_NAME)
    (message,) = refused.value.faults
    assert message.startswith(f"{path}: ")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize("given", ["../small.toml", "/etc/passwd", "..\\small.toml", "C:\\small.toml"])
def test_a_design_names_no_file_outside_its_folder(given, tmp_path):
    (tmp_path / "small.toml").write_bytes((ROOT / "scenarios" / "small.toml").read_bytes())
    (tmp_path / "below").mkdir()
    path = tmp_path / "below" / "design.toml"
    path.write_text(f"title = 'x'\nmethod = 'grid'\nstyles = ['coaching']\nscenario = '{given}'\n")
    with pytest.raises(ScenarioError, match=r"scenario is .* it may only name a file that lies in"):
        load_design(path)


def test_an_arm_that_does_not_hold_together_is_told_before_anything_runs():
    with pytest.raises(DesignError, match=r"mode_mix"):
        made(method="grid", levers={"wards.six_beds.mode_mix.repetitive": [0.1, 0.9]})


def test_arms_that_differ_by_what_is_drawn_alone_are_two():
    arms = {"usual": {}, "held_fast": {"set": {DOSE: SMALL.parameters["errors"]["rate"]["dose_slip"]}}}
    with pytest.raises(DesignError, match="the same runs"):
        made(method="list", arms=arms)
    assert made(method="list", arms=arms, draws={DOSE: (0.02, 0.03)}).arms == 2


def test_every_style_can_be_a_level():
    assert made(method="grid", styles=list(shipped_styles())).arms == len(shipped_styles())


OWN_STYLE = (ROOT / "scenarios" / "styles" / "coaching.toml").read_text(encoding="utf-8")


def beside_own_style(folder, text, blames=0.7):
    """A design on a scenario that has a folder of styles beside it, with a style called ours."""
    (folder / "styles").mkdir(parents=True, exist_ok=True)
    (folder / "styles" / "ours.toml").write_text(OWN_STYLE.replace("blames = 0.1", f"blames = {blames}"))
    (folder / "small.toml").write_bytes((ROOT / "scenarios" / "small.toml").read_bytes())
    (folder / "design.toml").write_text(HEAD + text)
    return load_design(folder / "design.toml", BY_NAME)


@pytest.mark.parametrize(
    "text",
    [
        GRID + 'styles = ["directive", "ours"]',
        GRID + '[levers]\n"leadership.style" = ["directive", "ours"]',
        GRID + '[levers.who.options]\na = { "leadership.style" = "directive" }\nb = { "leadership.style" = "ours" }',
        'method = "list"\n[arms.a]\nstyle = "directive"\n[arms.b]\nstyle = "ours"',
        'method = "list"\n[arms.a]\n[arms.b]\nset = { "leadership.style" = "ours" }',
    ],
)
def test_a_design_finds_the_styles_beside_its_scenario(text, tmp_path):
    design = beside_own_style(tmp_path, text)
    scenario = design.scenario_of(design.arm(1))
    assert (scenario.leadership.style, scenario.style_of("six_beds").stance.blames) == ("ours", 0.7)
    again = from_text(to_toml(design.scenario))
    assert design_from(design.form, again).digest() == design.digest()


def test_a_style_of_ones_own_is_part_of_what_a_design_means(tmp_path):
    text = GRID + 'styles = ["coaching", "ours"]'
    one, other = (beside_own_style(tmp_path, text, blames).digest() for blames in (0.7, 0.8))
    assert one != other
    (tmp_path / "styles" / "ours.toml").unlink()
    with pytest.raises(ScenarioError, match='"ours", and no style is called so'):
        load_design(tmp_path / "design.toml", BY_NAME)
