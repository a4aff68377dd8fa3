"""Interventions in scenario files: what is taken, and one clear message for each thing that is not."""

import ast
from pathlib import Path

import pytest

import sim
from sim.scenario import ScenarioError, from_text, guide, json_schema, load, to_toml, with_changes
from sim.scenario.interventions import OF_PLACES, READ_ONCE, is_read_once, most_arrivals, numbers_of, range_of
from sim.state.parameters import MODULES, PARAMETERS

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = (SCENARIOS / "small.toml").read_text(encoding="utf-8")
SET = {"kind": "set", "change": "wards.arrivals_per_day", "times": 1.5}
TARGET = {"title": "Four hours", "stops": "bed", "deadline": 4.0, "required_share": 0.0}


def with_interventions(scenario, *interventions, **others):
    content = [{"title": "A change", "day": 3} | intervention for intervention in interventions]
    return with_changes(scenario, others | {"interventions": content})


EVERY_KIND = (
    SET | {"until": 5, "wards": ["six_beds"]},
    {"kind": "ramp", "change": "dials.devolution", "to": 1.0, "days": 10},
    {"kind": "set", "change": "dials.hold", "to": True},
    {"kind": "set", "change": "modes.readings", "to": 4},
    {"kind": "replace", "style": "coaching", "lead": "consultant", "comes_from": "outside"},
    {"kind": "train", "what": "speaking up", "dose": 0.5, "who": ["staff nurse"], "reaches": 0.8, "takes": 8},
    {"kind": "train", "what": "rigour"},
    {"kind": "adopt", "practice": "structured handover"},
    {"kind": "mandate", "practice": "walk-rounds", "hours": 4.0},
)


@pytest.mark.parametrize("intervention", EVERY_KIND)
def test_what_is_taken_comes_back_equal(small, intervention):
    scenario = with_interventions(small, intervention)
    again = from_text(to_toml(scenario))
    assert again == scenario
    assert again.digest() == scenario.digest() != small.digest()
    assert with_changes(scenario, {"interventions": []}) == small
    assert with_changes(scenario, {"interventions.0.day": 4}).interventions[0].day == 4


def test_a_file_says_it_in_tables_and_a_title_makes_no_other_run(small):
    text = '\n[[interventions]]\nkind = "set"\ntitle = "More"\nday = 3\nchange = "errors.rate.dose_slip"\nto = 0.1\n'
    scenario = from_text(SMALL + text)
    titled = with_changes(scenario, {"interventions.0.title": "Other words"})
    assert titled.digest() != scenario.digest()
    assert titled.condition_digest() == scenario.condition_digest() != small.condition_digest()


def test_a_style_that_somebody_takes_on_later_is_held_in_full(small):
    scenario = with_interventions(small, {"kind": "replace", "style": "coaching"})
    assert set(scenario.styles) == {"pace_setting", "coaching"}
    assert (
        scenario.condition_digest() != with_changes(scenario, {"styles.coaching.stance.blames": 1.0}).condition_digest()
    )


@pytest.mark.parametrize(
    ("intervention", "key", "words"),
    [
        (SET | {"change": "wards.arrival_per_day"}, ".change", 'did you mean "wards.arrivals_per_day"?'),
        (SET | {"change": "wards.beds"}, ".change", "cannot change while a hospital runs; it should be a parameter"),
        (SET | {"change": "staffing.few.nurses.posts"}, ".change", "or one of wards.arrivals_per_day"),
        (SET | {"change": "errors.rate.dose_slp", "to": 0.1}, ".change", 'did you mean "errors.rate.dose_slip"?'),
        (SET | {"change": "dials.psychological_safety"}, ".change", 'use kind = "train"'),
        (SET | {"change": "dials.goal_congruence"}, ".change", "reads once and not day by day"),
        (SET | {"change": "staffing.skill.consultant"}, ".change", "reads once and not day by day"),
        (SET | {"change": "target.deadline"}, ".change", "there is no [target]"),
        (SET | {"to": 3.0}, "", "has both to and times; it should have one of them"),
        ({"kind": "set", "change": "wards.arrivals_per_day"}, "", "has neither to nor times"),
        (SET | {"times": None, "to": 61.0}, ".to", "is 61; it should be a number from 0 to 60 (patients a day)"),
        (SET | {"times": 100.0}, ".times", "on ward six_beds is 75; it should be a number from 0 to 60"),
        (SET | {"change": "modes.readings", "times": 1.3}, ".times", "it should be a whole number"),
        (SET | {"until": 3}, ".until", "is 3; it should be later than day, which is 3"),
        (SET | {"day": 36}, ".day", "is 36; the run counts 36 days, so it should be a whole number from 0 to 35"),
        (SET | {"day": -1}, ".day", "is -1; it should be a whole number from 0 to 18,250"),
        (SET | {"day": 1.5}, ".day", "is 1.5; it should be a whole number"),
        (SET | {"wards": []}, ".wards", "has 0 entries"),
        (SET | {"wards": ["six_bed"]}, ".wards", 'names "six_bed", which is not in [wards]; did you mean "six_beds"?'),
        (SET | {"change": "dials.devolution", "wards": ["six_beds"]}, ".wards", "one number for the whole hospital"),
        (SET | {"untl": 4}, ".untl", 'did you mean "until"?'),
        (SET | {"kind": "sett"}, ".kind", 'did you mean "set"?'),
        ({"knid": "set", "change": "dials.hold"}, ".knid", 'is not known here; did you mean "kind"?'),
        (SET | {"change": "dials.devolutoin"}, ".change", 'did you mean "dials.devolution"?'),
        ({"change": "dials.hold"}, "", "has no kind; it should be a table whose kind is one of"),
        (SET | {"kind": "ramp"}, ".days", "is missing; it should be a whole number from 1 to 18,250"),
        (
            SET | {"kind": "ramp", "day": 30, "days": 7},
            ".days",
            "the run counts 36 days, so from day 30 it should be at most 6",
        ),
        (SET | {"kind": "ramp", "change": "modes.readings", "days": 2}, ".change", "comes in whole numbers"),
        ({"kind": "replace", "style": "coachin"}, ".style", 'did you mean "coaching"?'),
        ({"kind": "replace"}, "", "changes nothing; give a style"),
        ({"kind": "replace", "lead": "consultant"}, ".comes_from", 'it should be "inside" or "outside"'),
        (
            {"kind": "replace", "lead": "senior nurse", "comes_from": "inside"},
            ".lead",
            'nobody on ward six_beds could be; there it should be one of "consultant"',
        ),
        ({"kind": "train", "what": "skil", "dose": 0.5}, ".what", 'did you mean "skill"?'),
        ({"kind": "train", "what": "skill"}, ".dose", "is missing; it should be a number from 0 to 1"),
        ({"kind": "train", "what": "rigour", "dose": 0.5}, ".dose", "leave dose out"),
        ({"kind": "train", "what": "rigour", "who": ["staff nurse"]}, ".who.0", "rigour is for those who treat"),
        (
            {"kind": "train", "what": "skill", "dose": 1.0, "who": ["senior nurse"]},
            ".who.0",
            "no ward where it is done",
        ),
        ({"kind": "train", "what": "skill", "dose": 1.0, "who": []}, ".who", "has 0 entries"),
        ({"kind": "train", "what": "skill", "dose": 1.0, "reaches": 1.5}, ".reaches", "a number from 0 to 1"),
        ({"kind": "adopt", "practice": "check list"}, ".practice", 'did you mean "checklist"?'),
        ({"kind": "mandate", "practice": "checklist", "hours": 2.0}, ".hours", "leave hours out"),
    ],
)
def test_each_mistake_has_one_message_that_says_where_what_and_what_else(small, intervention, key, words):
    content = {name: value for name, value in intervention.items() if value is not None}
    with pytest.raises(ScenarioError) as caught:
        with_interventions(small, content)
    (fault,) = caught.value.faults
    assert fault.startswith(f"changes: interventions.0{key} ")
    assert words in fault


def test_the_message_names_the_file_and_the_intervention(refusal):
    one = '[[interventions]]\nkind = "adopt"\ntitle = "x"\nday = 1\npractice = '
    message = refusal(f'extends = "small.toml"\n{one}"checklist"\n{one}"list"\n')
    assert "mine.toml: interventions.1.practice is" in message


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        ({"until": 6}, {"day": 5}, True),
        ({"until": 6}, {"day": 6}, False),
        ({}, {"day": 4}, False),
        ({}, {"day": 3}, True),
        ({"kind": "ramp", "days": 4}, {"day": 7}, True),
        ({"kind": "ramp", "days": 4}, {"day": 8}, False),
    ],
)
def test_two_do_not_change_one_number_in_the_same_time(small, first, second, clash):
    if not clash:
        with_interventions(small, SET | first, SET | second)
        return
    with pytest.raises(ScenarioError, match=r"interventions\.1\.change .* interventions\.0 changes in the same time"):
        with_interventions(small, SET | first, SET | second)


def test_one_domain_of_devolution_is_part_of_all_of_it(small):
    whole = {"kind": "set", "change": "dials.devolution", "to": 1.0, "until": 9}
    with pytest.raises(ScenarioError, match="in the same time"):
        with_interventions(small, whole, whole | {"change": "dials.devolution.clinical"})


@pytest.mark.parametrize(
    ("mandated", "adopted", "refused"),
    [
        ({}, {"day": 9}, True),
        ({}, {"day": 3}, True),
        ({}, {"day": 2}, False),
        ({}, {"day": 9, "practice": "structured handover"}, False),
        ({"wards": ["complex_care"]}, {"day": 9, "wards": ["acute_medicine"]}, False),
        ({"wards": ["complex_care"]}, {"day": 9}, True),
    ],
)
def test_nothing_is_adopted_where_it_is_mandated_already(mandated, adopted, refused):
    baseline = load(SCENARIOS / "baseline.toml")
    practice = {"practice": "checklist"}
    both = [practice | {"kind": "adopt"} | adopted, practice | {"kind": "mandate"} | mandated]
    if not refused:
        with_interventions(baseline, *both)
        return
    ward = mandated.get("wards", list(baseline.wards))[0]
    with pytest.raises(ScenarioError) as caught:
        with_interventions(baseline, *both)
    assert caught.value.faults == (
        f'changes: interventions.0.practice is "checklist", which interventions.1 mandates on ward {ward} from day 3; '
        "adopt it before that day, or leave this out",
    )


def test_one_lead_of_a_division_changes_on_all_its_wards():
    baseline = with_changes(load(SCENARIOS / "baseline.toml"), {"leadership.level": "division"})
    change = {"kind": "replace", "style": "coaching"}
    with_interventions(baseline, change | {"wards": ["stroke_and_cardiac", "acute_medicine"]})
    with pytest.raises(ScenarioError, match=r"interventions\.0\.wards names .* whose lead leads acute_medicine too"):
        with_interventions(baseline, change | {"wards": ["stroke_and_cardiac"]})


def test_a_target_can_begin_later(small):
    later = {"kind": "set", "change": "target.required_share", "to": 0.95}
    with_interventions(small, later, target=TARGET)
    with pytest.raises(ScenarioError, match=r"steps of 0\.25"):
        with_interventions(small, later | {"change": "target.deadline", "to": 4.1}, target=TARGET)


def test_a_run_too_short_for_its_schedule_is_refused(small):
    scenario = with_interventions(small, SET | {"day": 20})
    with pytest.raises(
        sim.RunError, match=r"counts 7 days, and the intervention \"A change\" is on day 20; run for 0\.058"
    ):
        sim.run(scenario, years=0.02, reps=1)
    with pytest.raises(ScenarioError, match="the run counts 7 days"):
        with_changes(scenario, {"run.years": 0.02})


def test_ranges_are_those_of_the_scenario_itself():
    for name, known in OF_PLACES.items():
        node = guide.node_at(name.replace("wards.", "wards.x.").split("."))
        assert (known.low, known.high) == (node["minimum"], node["maximum"])
        assert known.steps_of == node.get("multipleOf", 0.0)
    assert all(range_of(name) is parameter for name, parameter in PARAMETERS.items())


def test_more_patients_than_usual_can_be_foreseen(small):
    scenario = with_interventions(small, SET | {"times": 2.0}, SET | {"times": 3.0, "day": 9})
    assert most_arrivals(scenario, "six_beds") == 6 * small.wards["six_beds"].arrivals_per_day
    assert most_arrivals(small, "six_beds") == small.wards["six_beds"].arrivals_per_day


# Behaviours that settle what people bring and how they meet a lead, once for each person and each lead.
OF_BEGINNINGS = {
    "starts_in_post", "starts_voice", "takes_up_goals", "trust_of_stranger", "settles_under_lead", "how_inviting",
}  # fmt: skip


def test_what_is_read_once_is_what_behaviours_read_at_a_beginning_or_never():
    """A change in between would reach newcomers alone, or nobody."""
    package = Path(sim.__file__).parent
    behaviours = [
        function
        for part in ("agents", "ward", "leadership")
        for file in (package / part).rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
    ]
    assert {function.name for function in behaviours} >= OF_BEGINNINGS
    nodes = [
        node
        for function in behaviours
        if function.name not in OF_BEGINNINGS
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    ]
    read = {f"{node.value.attr}.{node.attr}" for node in nodes}
    fields = {f"{parameter.module}.{parameter.field}" for module in MODULES for parameter in module.parameters}
    assert fields - read == set(READ_ONCE)
    assert not any(is_read_once(name) for name in PARAMETERS if ".".join(name.split(".")[:2]) in read)
    assert numbers_of("dials.devolution") == [name for name in PARAMETERS if name.startswith("dials.devolution.")]


def test_the_schema_knows_every_kind():
    items = json_schema()["properties"]["interventions"]["items"]
    node = json_schema()["$defs"][items["$ref"].rsplit("/", 1)[1]]
    assert set(node["discriminator"]["mapping"]) == {"set", "ramp", "replace", "train", "adopt", "mandate"}
    assert "first midnight" in sim.scenario.explain("interventions.day")
    assert "mandate: a practice" in sim.scenario.explain("interventions.kind")
