"""Explanations, the table of parameters and the JSON Schema cover every name there is."""

import json
import re
import tomllib

import pytest

from sim.scenario import UnknownName, explain, json_schema, load, parameter_table, shipped_styles, with_changes
from sim.scenario.interventions import EXAMPLES
from sim.state.ledgers import LEDGERS
from sim.state.parameters import MECHANISMS, MODULES, PARAMETERS, REGISTER, WITHOUT_SWITCH
from sim.state.rows import ROWS
from sim.state.vocabulary import ACTIVITIES, LEADS, MODES
from tests.scenario.conftest import SCENARIOS


def test_every_parameter_is_explained_with_all_that_is_known_of_it():
    for name, parameter in PARAMETERS.items():
        text = explain(name)
        assert text.startswith(f"{name}: a parameter")
        for part in (parameter.meaning, parameter.unit, parameter.source, parameter.grade):
            assert part in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("errors.rate.observation_slip", "chance of an observation slip by"),
        ("errors.rate.dose_slip", "chance of a dose slip by"),
        ("work.interval.observation", "from one observation to the next"),
        ("work.urgency.orders", "how urgent a set of orders is"),
        ("work.urgency.order_check", "how urgent an order check is"),
    ],
)
def test_meanings_of_elements_read_as_english_everywhere(name, words):
    module, field, label = name.split(".")
    schema = json_schema()["properties"]["parameters"]["properties"][module]["properties"][field]
    (row,) = [line for line in parameter_table().splitlines() if line.startswith(f"| `{name}` |")]
    assert words in explain(name)
    assert words in explain(f"{module}.{field}")
    assert words in row
    assert words in schema["properties"][label]["description"]


def test_no_meaning_has_the_wrong_article_or_a_name_for_words():
    told = [parameter.meaning for parameter in PARAMETERS.values()]
    assert not [meaning for meaning in told if re.search(r"\ba [aeiou]|\ban (?!hour)[^aeiou]|[_{}]", meaning)]


def test_mechanisms_modules_and_columns_are_explained():
    for mechanism in MECHANISMS.values():
        assert mechanism.meaning in explain(f"mechanisms.{mechanism.name}")
        assert mechanism.shows_in in explain(mechanism.name)
    for module in MODULES:
        assert all(parameter.name in explain(module.name) for parameter in module.parameters)
    for row in (*ROWS, *LEDGERS):
        assert row.meaning in explain(row.name)
        for field in row.fields:
            assert field.meaning in explain(f"{row.name}.{field.name}")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("wards.beds", "beds open, 1 to 200"),
        ("wards.<name>.beds", "beds open, 1 to 200"),
        ("beds", "beds open, 1 to 200"),
        ("run.years", "default   1"),
        ("staffing.shifts.hours", "0.25 to 24"),
        ("wards.mode_mix.repetitive", "follows a known pathway"),
        ("manager_weights.outcome", "weight of the patient's outcome"),
        ("title", "one line that names the scenario"),
        ("extends", "a file in the same folder or below"),
        ("dials", "culture and policy"),
        ("leadership.style", "a style of leading, by name"),
        ("leadership.style", 'default   "pace_setting"'),
        ("leadership.lead", 'allowed   one of "consultant", "senior nurse", "ward manager" or "shared"'),
        ("wards.leadership.level", 'allowed   one of "ward" or "division"'),
        ("styles.hours.listen", "listening to people, and asking them, hours a week, 0 to 20"),
        ("styles.by_mode.repetitive.design", "designing the system of work"),
        ("styles.manner.inquiry", "asks rather than tells"),
        ("styles.stance.blames", "0: by a look at the process, 1: at the person"),
        ("target.deadline", "hours, 0.25 to 168"),
        ("target.stops", 'allowed   one of "bed" or "clerked"'),
    ],
)
def test_keys_of_scenarios_are_explained(name, part):
    assert part in explain(name)


def test_a_short_name_is_explained_wherever_it_occurs():
    text = explain("admissions")
    assert "true.admissions" in text
    assert "series.admissions" in text


def test_vectors_are_explained_as_a_whole():
    element = next(parameter for parameter in PARAMETERS.values() if parameter.label)
    vector = f"{element.module}.{element.field}"
    elements = [name for name in PARAMETERS if name.startswith(f"{vector}.")]
    assert len(elements) > 1
    assert all(f"  {name} = " in explain(vector) for name in elements)


@pytest.mark.parametrize("row", REGISTER)
def test_a_row_of_the_register_is_explained_with_its_own_switches_alone(row):
    text = explain(row)
    own = [name for name, mechanism in MECHANISMS.items() if mechanism.register == row]
    assert own
    assert re.findall(r"^  mechanisms\.(\w+): ", text, re.M) == own
    assert all(f"{MECHANISMS[name].meaning}; shows in: {MECHANISMS[name].shows_in}" in text for name in own)
    assert text.startswith(f"{row}: a row of the register of mechanisms, with {len(own)} switch")
    assert explain(row.lower()) == text


def test_the_register_goes_from_m1_to_m26_and_holds_every_switch_once():
    assert list(REGISTER) == [f"M{number}" for number in range(1, 27)]
    assert sorted(each.name for row in REGISTER.values() for each in row) == sorted(MECHANISMS)
    for name in ("M0", "M27", "m27"):
        with pytest.raises(UnknownName, match=rf"^{name} is not a name of this model; did you mean M\d+ or M\d+"):
            explain(name)


def test_what_a_row_has_without_a_switch_is_said_with_what_is_nearest():
    assert [row for row in REGISTER if "without a switch: " in explain(row)] == list(WITHOUT_SWITCH) == ["M2", "M15"]
    for words in WITHOUT_SWITCH.values():
        (near,) = re.findall(r"; nearest is ([\w.<>]+)", words)
        assert near.rsplit(".", 1)[-1] in explain(near)


def test_unknown_names_are_told_with_the_nearest():
    with pytest.raises(UnknownName, match=r"mechanisms\.voice") as caught:
        explain("voise")
    assert "mechanisms.voice" in caught.value.nearest
    with pytest.raises(UnknownName, match=r"^qqqqqq is not a name of this model$"):
        explain("qqqqqq")
    with pytest.raises(UnknownName):
        explain("")


def test_table_has_one_line_for_each_parameter_with_seven_cells():
    lines = parameter_table().splitlines()
    for name, parameter in PARAMETERS.items():
        (line,) = [line for line in lines if line.startswith(f"| `{name}` |")]
        assert line.replace("\\|", "").count("|") == 8
        assert parameter.grade in line


def test_schema_has_every_parameter_and_switch():
    schema = json.loads(json.dumps(json_schema(), allow_nan=False))
    for name, parameter in PARAMETERS.items():
        if parameter.module == "dials":
            continue  # below
        place = schema["properties"]["parameters"]
        for key in name.split("."):
            assert place["additionalProperties"] is False
            place = place["properties"][key]
        assert (place["default"], place["minimum"], place["maximum"]) == (
            parameter.default,
            parameter.low,
            parameter.high,
        )
        assert parameter.meaning in place["description"]
    switches = schema["properties"]["mechanisms"]["properties"]
    assert set(switches) == set(MECHANISMS)
    assert all(switch["type"] == "boolean" and switch["default"] is True for switch in switches.values())


def test_schema_has_every_dial():
    schema = json.loads(json.dumps(json_schema(), allow_nan=False))
    assert schema["properties"]["dials"]["$ref"] == "#/$defs/Dials"
    assert "dials" not in schema["properties"]["parameters"]["properties"]
    assert schema["$defs"]["Dials"]["additionalProperties"] is False
    number, table = schema["$defs"]["Dials"]["properties"]["devolution"]["anyOf"]
    assert (number["type"], number["minimum"], number["maximum"]) == ("number", 0, 1)
    assert table == {"$ref": "#/$defs/Devolution"}
    for name, parameter in PARAMETERS.items():
        if parameter.module != "dials":
            continue
        place = schema["$defs"]["Devolution" if parameter.label else "Dials"]["properties"][name.split(".")[-1]]
        assert parameter.meaning in place["description"]
        if name == "dials.hold":
            assert (place["type"], place["default"]) == ("boolean", False)
        else:
            assert (place["default"], place["minimum"], place["maximum"]) == (parameter.default, 0, 1)


def test_schema_has_leadership_styles_and_the_target():
    schema = json_schema()
    assert {"leadership", "styles", "target"} <= set(schema["properties"])
    assert set(schema["$defs"]["Leadership"]["properties"]) == set(schema["$defs"]["WardLeadership"]["properties"])
    assert list(schema["$defs"]["Hours"]["properties"]) == list(ACTIVITIES)
    assert schema["$defs"]["LeadName"]["enum"] == list(LEADS)
    assert set(schema["$defs"]["HoursByMode"]["properties"]) == set(MODES)


def test_every_style_that_ships_is_explained():
    for name, style in shipped_styles().items():
        text = explain(name)
        assert f"{name}: a style of leading that ships" in text
        assert style.source in text
        assert style.rationale.split()[-1] in text


def test_dials_are_explained_with_where_they_stand():
    assert "set in the table [dials]" in explain("dials.goal_congruence")
    assert "written false or true" in explain("dials.hold")
    assert "one number in the table [dials] sets them all" in explain("dials.devolution")
    assert "a key of scenarios" in explain("dials")


def test_schema_lets_a_file_extend_another_and_describes_every_key():
    schema = json_schema()
    assert "a file in the same folder or below" in schema["properties"]["extends"]["description"]
    for table in (schema, *schema["$defs"].values()):
        assert "required" not in table
        for key, value in table.get("properties", {}).items():
            assert value.get("description"), key


BASELINE = load(SCENARIOS / "baseline.toml")
KINDS = json_schema()["properties"]["interventions"]["items"]["$ref"].rsplit("/", 1)[1]
MAPPING = json_schema()["$defs"][KINDS]["discriminator"]["mapping"]


@pytest.mark.parametrize("kind", MAPPING)
def test_each_kind_of_intervention_is_taught_with_its_fields_and_an_example_that_loads(kind):
    text = explain(f"interventions.{kind}")
    assert text in explain("interventions")
    own = set(json_schema()["$defs"][MAPPING[kind].rsplit("/", 1)[1]]["properties"]) - {"kind", "title", "day", "wards"}
    assert set(re.findall(r"^  (\w+)  ", text, re.M)) == own
    (example,) = tomllib.loads(text.split("  for example\n")[1])["interventions"]
    scenario = with_changes(BASELINE, {"interventions": [example]})
    assert [each.kind for each in scenario.interventions] == [kind]


def test_interventions_as_a_whole_are_explained_with_what_is_common_and_where_more_is():
    text = explain("interventions")
    assert text.startswith("interventions: a key of scenarios")
    assert 'kind        one of "set", "ramp", "replace", "train", "adopt" or "mandate"' in text
    assert "day         a whole number from 0 to 18,250" in text
    assert "times       a number from 0 to 1,000" in text
    assert 'who         a list of 1 to 6 of "staff nurse", "senior nurse"' in text
    for page in re.findall(r"docs/\w+\.md", text):
        assert (SCENARIOS.parent / page).exists()
    named = re.findall(r"\b\w+\.toml", text)
    assert len(named) == 3
    assert all((SCENARIOS / name).exists() for name in named)


def test_examples_of_interventions_are_those_of_the_page_on_them():
    page = (SCENARIOS.parent / "docs" / "howto_schedule_interventions.md").read_text(encoding="utf-8")
    assert [kind for kind, text in EXAMPLES.items() if text not in page] == ["adopt"]
