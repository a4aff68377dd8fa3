"""The line that says how a hospital is led: every choice of a scenario shows in it, and nothing else."""

from pathlib import Path

import pytest

from sim.report.setting import how_led
from sim.scenario import load, with_changes

BASELINE = load(Path(__file__).parents[2] / "scenarios" / "baseline.toml")
USUAL = "Led by ward managers, pace-setting"
ACTIVITY = {"title": "x", "day": 90}


def led(**changes):
    return how_led(with_changes(BASELINE, {key.replace("__", "."): value for key, value in changes.items()}))


def scheduled(*interventions):
    return led(interventions=[ACTIVITY | each for each in interventions]).removeprefix(f"{USUAL}; ")


def test_where_nothing_is_changed_nothing_more_is_said():
    assert how_led(BASELINE) == USUAL


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leadership__style": "coaching", "leadership__lead": "consultant"}, "Led by consultants, coaching"),
        ({"leadership__lead": "shared"}, "Led by several grades together, pace-setting"),
        ({"leadership__level": "division"}, "Led by division managers, pace-setting"),
        ({"mechanisms__leadership": False}, "Led by nobody, since leadership is switched off"),
        ({"leadership__lead": "consultant", "mechanisms__clinical_leads": False}, USUAL),
        (
            {"wards__complex_care__leadership": {"style": "participative", "lead": "consultant"}},
            f"{USUAL}, but on complex care by consultants, participative",
        ),
        ({"dials__devolution": 0.9, "dials__target_pressure": 0.6}, f"{USUAL}; devolution 0.9, target pressure 0.6"),
        ({"dials__devolution__clinical": 0.9}, f"{USUAL}; clinical devolution 0.9"),
        ({"dials__hold": True}, f"{USUAL}; beliefs held"),
        ({"errors__rate__dose_slip": 0.2}, USUAL),
    ],
)
def test_leads_and_dials_that_differ_are_told(changes, words):
    assert led(**changes) == words


def test_many_wards_that_are_led_otherwise_are_counted():
    styles = ("coaching", "directive", "visionary")
    wards = list(BASELINE.wards)[1:]
    own = {f"wards__{ward}__leadership": {"style": style} for ward, style in zip(wards, styles, strict=True)}
    assert led(**own) == f"{USUAL}, but 3 wards otherwise"


@pytest.mark.parametrize(
    ("intervention", "words"),
    [
        ({"kind": "adopt", "practice": "checklist"}, "from day 90: checklist adopted"),
        (
            {"kind": "mandate", "practice": "walk-rounds", "wards": ["complex_care"]},
            "from day 90: walk-rounds mandated on complex care",
        ),
        ({"kind": "train", "what": "deciding", "dose": 0.5}, "day 90: training in deciding"),
        (
            {"kind": "set", "change": "wards.pathway.fit", "to": 0.0, "until": 95},
            "days 90 to 94: pathway fit 0",
        ),
        ({"kind": "set", "change": "errors.rate.dose_slip", "times": 0.5}, "from day 90: errors.rate.dose_slip × 0.5"),
        (
            {"kind": "ramp", "change": "dials.devolution.clinical", "to": 0.8, "days": 30},
            "days 90 to 120: clinical devolution 0.8",
        ),
        ({"kind": "replace", "style": "coaching"}, "from day 90: leads turn to coaching"),
        (
            {"kind": "replace", "style": "coaching", "lead": "consultant", "comes_from": "outside"},
            "from day 90: consultants from outside lead, coaching",
        ),
        ({"kind": "replace", "comes_from": "inside"}, "from day 90: others from inside lead"),
    ],
)
def test_each_kind_of_intervention_is_told(intervention, words):
    assert scheduled(intervention) == words


def test_of_many_interventions_the_first_are_told_in_order():
    trained = [{"kind": "train", "what": "skill", "dose": 0.5, "day": day} for day in (50, 9, 30, 40, 20)]
    words = "day 9: training in skill; day 20: training in skill; day 30: training in skill; 2 more later"
    assert scheduled(*trained) == words
