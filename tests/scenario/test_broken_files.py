"""Whatever a file holds, it loads or is refused with a ScenarioError; nothing else ever comes out."""

import copy
import tomllib
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError, from_mapping, from_text, load, to_toml, with_changes
from sim.state.parameters import PARAMETERS

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = (SCENARIOS / "small.toml").read_bytes()
STYLE = (SCENARIOS / "styles" / "mode_contingent.toml").read_bytes()
CONTENT = tomllib.loads(SMALL.decode()) | {
    "dials": {"psychological_safety": 0.5, "devolution": {"clinical": 0.2}, "hold": False},
    "leadership": {"style": "mode_contingent", "lead": "consultant"},
    "target": {"title": "Seen", "stops": "clerked", "deadline": 4, "required_share": 0.9},
    "styles": {"mode_contingent": tomllib.loads(STYLE.decode())},
    "interventions": [
        {"kind": "set", "title": "More", "day": 3, "until": 9, "change": "wards.arrivals_per_day", "times": 1.5},
        {"kind": "ramp", "title": "Less", "day": 1, "days": 2, "change": "dials.devolution", "to": 0.1},
        {"kind": "replace", "title": "New", "day": 2, "style": "coaching", "comes_from": "inside"},
        {"kind": "train", "title": "Course", "day": 2, "what": "skill", "dose": 0.2, "who": ["consultant"]},
        {"kind": "mandate", "title": "Walks", "day": 2, "practice": "walk-rounds", "wards": ["six_beds"]},
    ],
}
CONTENT["wards"]["six_beds"]["leadership"] = {"style": "coaching", "level": "division"}
OTHER_PLACES = ["run.years", "title", "wards.six_beds", "a.b", "dials", "dials.devolution", "leadership.style"]
OTHER_PLACES += ["interventions", "interventions.0.to", "interventions.2.style", "interventions.9.day"]
OTHER_PLACES += ["styles", "styles.coaching.hours", "target", "target.stops", "wards.six_beds.leadership.lead"]
PIECES = [b"[", b"]", b"{", b"}", b"=", b'"', b'"""', b"'", b".", b"\n", b"\xff", b"\x00", b"nan", b"-inf", b"9" * 5000]
PIECES += [
    b"1e999",
    b"[[wards]]",
    b"[run]\n",
    b"a.b.c = 1\n",
    b"07:30:00",
    b"1979-13-40",
    b"\\u0000",
    b"extends = 'x'\n",
]
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300)
    | st.floats(allow_nan=True)
    | st.text(max_size=80)
    | st.dates()
    | st.times()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
edits = st.lists(
    st.tuples(st.integers(0, len(SMALL)), st.integers(0, 40), st.sampled_from(PIECES) | st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)


def places(content: Any, path: tuple = ()) -> list[tuple]:
    """The path of every value in nested tables and lists."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [found for key, value in items for found in [(*path, key), *places(value, (*path, key))]]


def outcome(action) -> Scenario | None:
    """The scenario that comes of `action`, None if it is refused; every fault fits on one line."""
    try:
        return action()
    except ScenarioError as error:
        refused = error.faults
    assert 1 <= len(refused) <= 11
    assert all(fault and "\n" not in fault for fault in refused)
    return None


@QUIETLY
@given(edits)
def test_damaged_files_load_or_are_refused(tmp_path, edits):
    content = SMALL
    for at, length, piece in edits:
        content = content[:at] + piece + content[at + length :]
    file = tmp_path / "damaged.toml"
    file.write_bytes(content)
    outcome(lambda: load(file))


@QUIETLY
@given(st.lists(st.tuples(st.integers(0, len(STYLE)), st.integers(0, 40), st.sampled_from(PIECES)), max_size=4))
def test_damaged_style_files_load_or_are_refused(tmp_path, edits):
    content = STYLE
    for at, length, piece in edits:
        content = content[:at] + piece + content[at + length :]
    (tmp_path / "styles").mkdir(exist_ok=True)
    (tmp_path / "styles" / "mine.toml").write_bytes(content)
    file = tmp_path / "led.toml"
    file.write_bytes(SMALL + b'\n[leadership]\nstyle = "mine"\n')
    scenario = outcome(lambda: load(file))
    assert scenario is None or abs(sum(scenario.style_of("six_beds").hours.week()) - 20) < 1.1e-6


@QUIETLY
@given(st.sampled_from(places(CONTENT)), values, st.none() | st.text(max_size=12))
def test_any_value_anywhere_loads_or_is_refused(path, value, new_key):
    content = copy.deepcopy(CONTENT)
    place: Any = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1] if new_key is None or isinstance(place, list) else new_key] = value
    scenario = outcome(lambda: from_mapping(content))
    if scenario:
        assert from_text(to_toml(scenario)) == scenario


@QUIETLY
@given(st.text(max_size=200))
def test_any_text_is_refused(text):
    assert outcome(lambda: from_text(text)) is None


@QUIETLY
@given(st.dictionaries(st.sampled_from([*PARAMETERS, *OTHER_PLACES]), values, max_size=3))
def test_any_change_is_made_or_refused(changes):
    outcome(lambda: with_changes(from_mapping(CONTENT), changes))


numbers = {
    name: (st.integers if parameter.is_whole else st.floats)(parameter.low, parameter.high)
    for name, parameter in PARAMETERS.items()
}


@QUIETLY
@given(st.data(), st.text(max_size=60), st.floats(0.01, 50), st.integers(0, 2**62 - 1))
def test_valid_scenarios_come_back_equal(data, description, years, seed):
    name = data.draw(st.sampled_from(list(PARAMETERS)))
    value = data.draw(numbers[name])
    changes = {name: value, "description": description, "run.years": years, "run.seed": seed}
    scenario = with_changes(from_mapping(CONTENT), changes)
    again = from_text(to_toml(scenario))
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert again.changed_parameters().get(name, PARAMETERS[name].default) == value


def test_a_file_of_nothing_but_unknown_keys_is_refused_at_once_with_what_is_known():
    """Each of very many keys was held against each fault, which took minutes."""
    began = process_time()
    with pytest.raises(ScenarioError) as refused:
        from_text("".join(f"k{number} = 1\n" for number in range(30_000)), "many")
    assert process_time() - began < 10
    assert refused.value.faults[5].startswith("many: k0 is not known here; known here: extends, title, ")
    assert len(refused.value.faults) == 11
