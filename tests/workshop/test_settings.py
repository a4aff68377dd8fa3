"""Settings: keys lead to the scenario that they say, and the experiment runs what pages show."""

from itertools import product

import pytest

from sim.scenario import with_changes
from sim.state.vocabulary import MODES
from sim.workshop.settings import (
    DIALS,
    LEVELS,
    REPLICATIONS,
    STYLES,
    USUAL,
    Setting,
    UnknownSetting,
    design,
    key_of,
    run_of,
    scenario_of,
    setting_of,
    shown,
    ward,
)


@pytest.fixture(scope="module")
def designed():
    return design()


def test_keys_round_trip_and_none_is_shown_twice():
    every = [Setting(*parts) for parts in product(STYLES, MODES, *[LEVELS] * len(DIALS))]
    assert [setting_of(setting.key) for setting in every] == every
    assert len(set(shown())) == len(shown()) == len(STYLES) * len(MODES) * (1 + 2 * len(DIALS))
    assert all(setting_of(key).key == key for key in shown())


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("coaching/repetitive", "names 2 of 6; it should be style/mode/psychological_safety/goal_congruence/devo"),
        ("coachin/repetitive/usual/usual/usual/usual", 'style is "coachin"; did you mean "coaching"'),
        ("coaching/any/usual/usual/usual/usual", "it should be one of repetitive, constrained, unconstrained"),
        ("coaching/repetitive/usual/usual/hihg/usual", 'devolution is "hihg"; did you mean "high"'),
        ("visionary/repetitive/usual/usual/usual/usual", 'style is "visionary"'),
    ],
)
def test_a_key_that_says_nothing_is_refused_in_words(key, message):
    with pytest.raises(UnknownSetting) as refusal:
        setting_of(key)
    assert message in str(refusal.value)


def test_the_scenario_of_a_key_is_what_the_key_says():
    scenario = scenario_of("participative/constrained/low/usual/high/usual")
    assert scenario.leadership.style == "participative"
    assert [(each.mode_mix.repetitive, each.mode_mix.constrained) for each in scenario.wards.values()] == [(0.0, 1.0)]
    assert scenario.dials.psychological_safety == DIALS["psychological_safety"]["low"]
    assert set(scenario.dials.devolution.model_dump().values()) == {DIALS["devolution"]["high"]}
    assert scenario.dials.target_pressure == ward().dials.target_pressure


def test_fewer_come_to_a_ward_where_they_stay_longer():
    comes = {mode: scenario_of(Setting(STYLES[0], mode).key).wards["acute_medicine"].arrivals_per_day for mode in MODES}
    assert comes["unconstrained"] < comes["repetitive"] < comes["constrained"]


def test_usual_is_what_the_ward_itself_says():
    usual = {f"dials.{dial}": levels[USUAL] for dial, levels in DIALS.items()}
    assert with_changes(ward(), usual).condition_digest() == ward().condition_digest()
    assert all(levels["low"] < levels[USUAL] < levels["high"] for levels in DIALS.values())


def test_the_experiment_runs_the_settings_that_are_shown(designed):
    arms = [designed.arm(index) for index in range(designed.arms)]
    assert sorted(key_of(arm.levels) for arm in arms) == sorted(shown())
    for arm in arms[::11]:
        assert designed.scenario_of(arm).condition_digest() == scenario_of(key_of(arm.levels)).condition_digest()


def test_the_experiment_has_the_runs_that_a_key_gives(designed):
    run = run_of(shown()[0])
    assert (designed.days, designed.warm_up_days, designed.seed) == (run.days, run.warm_up_days, run.seed)
    assert designed.replications == REPLICATIONS
    assert design(3).runs == 3 * designed.arms
    assert design(3).digest() == designed.digest()
