"""Styles of leading: the ones that ship, one's own, and strangers' files; what a scenario keeps of them."""

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from sim.scenario import ScenarioError, from_mapping, from_text, load, shipped_style, shipped_styles, styles, to_toml
from sim.scenario import with_changes as changed
from sim.scenario.leading import Hours, Manner, Stance, Style
from sim.scenario.styles import Shelf
from sim.state.vocabulary import ACTIVITIES, LEADING_WEEK, MODES

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((SCENARIOS / "styles").glob("*.toml"))}
RAW = {name: tomllib.loads(text) for name, text in FILES.items()}
SMALL = tomllib.loads((SCENARIOS / "small.toml").read_text(encoding="utf-8"))
OF_GOLEMAN = ["directive", "visionary", "affiliative", "participative", "pace_setting", "coaching"]
OTHERS = ["scientific_bureaucratic", "laissez_faire", "distributed", "mode_contingent", "mode_contingent_permuted"]
CHILD = 'extends = "small.toml"\n'
LED = '[leadership]\nstyle = "{}"\n'
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
OUTCOME = re.compile(
    r"\b(harm\w*|deaths?|dies?|dying|mortality|surviv\w*|readmi\w+|incidents?|infections?|outcomes?|safer|safety"
    r"|errors?|wait(s|ing)\b|length of stay|better|worse|best|improv\w+|reduc\w+|good results?)",
    re.I,
)


def led_by(name: str, style: Any = None) -> dict[str, Any]:
    """The six beds, led in a style; with a style of that name in the scenario itself."""
    held = {} if style is None else {"styles": {name: style}}
    return copy.deepcopy(SMALL) | {"leadership": {"style": name}} | copy.deepcopy(held)


def tables_of_hours(style: dict[str, Any]) -> dict[tuple[str, ...], dict[str, float]]:
    """Every week of a style, by where it stands."""
    return {("hours",): style["hours"]} | {("by_mode", mode): week for mode, week in style.get("by_mode", {}).items()}


# Those that ship


def test_the_ten_and_the_control_ship_in_this_order():
    assert list(shipped_styles()) == OF_GOLEMAN + OTHERS
    assert set(FILES) == set(shipped_styles())


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_style_loads_and_every_week_has_the_same_hours(name):
    style = shipped_style(name)
    assert len(style.weeks()) == len(MODES)
    for week in (style.hours.week(), *style.weeks()):
        assert len(week) == len(ACTIVITIES)
        assert sum(week) == LEADING_WEEK
    assert min(len(style.title), len(style.rationale) // 100, len(style.source) // 10) >= 1
    scenario = from_mapping(led_by(name))
    assert scenario.style_of("six_beds") == style
    assert list(scenario.styles) == [name]


@pytest.mark.parametrize("name", FILES)
def test_shipped_styles_can_be_compared_line_by_line(name):
    style = RAW[name]
    assert list(style)[:6] == ["title", "rationale", "source", "hours", "manner", "stance"]
    for week in tables_of_hours(style).values():
        assert [line for line in week if line != "shows_aggregates"] == list(ACTIVITIES) == list(Hours.model_fields)
    assert list(style["manner"]) == list(Manner.model_fields)
    assert list(style["stance"]) == list(Stance.model_fields)


@pytest.mark.parametrize("name", FILES)
def test_no_style_names_an_outcome(name):
    assert not OUTCOME.findall(FILES[name])


def test_no_two_styles_are_the_same_but_for_the_map_of_the_control():
    weeks = {name: style.hours for name, style in shipped_styles().items() if name != "mode_contingent_permuted"}
    assert len(set(weeks.values())) == len(weeks)
    contingent = [name for name, style in shipped_styles().items() if style.is_contingent]
    assert contingent == ["mode_contingent", "mode_contingent_permuted"]


def test_the_control_is_the_contingent_style_with_its_map_turned_by_one():
    style, control = shipped_style("mode_contingent"), shipped_style("mode_contingent_permuted")
    assert (control.hours, control.manner, control.stance) == (style.hours, style.manner, style.stance)
    repetitive, constrained, unconstrained = style.weeks()
    assert control.weeks() == (unconstrained, repetitive, constrained)
    assert len({repetitive, constrained, unconstrained}) == 3


def test_the_contingent_map_is_that_of_table_1():
    weeks = [dict(zip(ACTIVITIES, week, strict=True)) for week in shipped_style("mode_contingent").weeks()]
    repetitive, constrained, unconstrained = weeks
    system = [week["design"] + week["show_data"] for week in weeks]
    patients = [week["convene"] + week["review_trials"] + week["direct_care"] for week in weeks]
    assert system == sorted(system, reverse=True)
    assert patients == sorted(patients)
    assert repetitive["direct_care"] < constrained["direct_care"] < unconstrained["direct_care"]
    assert max(repetitive, key=repetitive.__getitem__) == "design"
    assert max(constrained, key=constrained.__getitem__) == "convene"
    assert max(unconstrained, key=unconstrained.__getitem__) == "review_trials"
    mean = [sum(week[activity] for week in weeks) / 3 for activity in ACTIVITIES]
    assert shipped_style("mode_contingent").hours.week() == pytest.approx(mean)


def test_a_style_that_does_not_ship_is_told_with_the_nearest():
    with pytest.raises(ScenarioError, match=r'^"coachin" is not a style that ships; did you mean "coaching"\?$'):
        shipped_style("coachin")
    for outside in ("../baseline", "..", "", "/etc/passwd", "Coaching", "coaching\n"):
        with pytest.raises(ScenarioError, match="is not a style that ships"):
            shipped_style(outside)


def test_a_style_that_is_added_to_those_that_ship_is_listed_last_and_checked_alike(monkeypatch, tmp_path):
    for name in ("visionary", "directive"):
        (tmp_path / f"{name}.toml").write_text(FILES[name], encoding="utf-8")
    (tmp_path / "a_new_one.toml").write_text(text_of(title='"New"'), encoding="utf-8")
    monkeypatch.setattr(styles, "shipped_shelf", lambda: Shelf(tmp_path, "scenarios/styles", tmp_path))
    assert list(shipped_styles()) == ["directive", "visionary", "a_new_one"]
    (tmp_path / "a_new_one.toml").write_text(text_of(coach=6.0, blames=2), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        shipped_styles()
    assert caught.value.faults == (
        "scenarios/styles/a_new_one.toml: hours adds up to 19.5 hours, 0.5 too few; a week of leading has 20",
        "scenarios/styles/a_new_one.toml: stance.blames is 2; it should be a number from 0 to 1",
    )


# Weeks


@QUIETLY
@given(st.data(), st.sampled_from(sorted(RAW)), st.floats(-20, 20))
@example(None, "coaching", 2e-6)
@example(None, "coaching", -2e-6)
def test_any_week_with_other_hours_is_refused_and_told_by_how_much(data, name, more):
    style = copy.deepcopy(RAW[name])
    where = data.draw(st.sampled_from(list(tables_of_hours(style)))) if data else ("hours",)
    week = tables_of_hours(style)[where]
    activity = data.draw(st.sampled_from(ACTIVITIES)) if data else "coach"
    week[activity] += more
    assume(0 <= week[activity] <= LEADING_WEEK)
    off = sum(week[each] for each in ACTIVITIES) - LEADING_WEEK
    assume(abs(off) > 1.5e-6)
    with pytest.raises(ScenarioError) as caught:
        from_mapping(led_by("mine", style))
    (told,) = caught.value.faults
    total, by, side = re.fullmatch(
        rf"scenario: styles\.mine\.{'.'.join(where)} adds up to ([\d.]+) hours, ([\d.]+) too (many|few); "
        r"a week of leading has 20",
        told,
    ).groups()
    assert float(total) == pytest.approx(LEADING_WEEK + off, abs=1e-6)
    assert float(by) == pytest.approx(abs(off), abs=1e-6)
    assert side == ("many" if off > 0 else "few")


quarter_hours = st.lists(st.integers(0, 80), min_size=10, max_size=10).map(
    lambda cuts: [(b - a) / 4 for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 80], strict=True)]
)
weeks = quarter_hours.map(lambda hours: dict(zip(ACTIVITIES, hours, strict=True)))
shares = st.floats(0, 1)
weeks_with_data = st.tuples(weeks, st.fixed_dictionaries({}, optional={"shows_aggregates": shares})).map(
    lambda parts: parts[0] | parts[1]
)
own_styles = st.fixed_dictionaries(
    {
        "title": st.text(
            st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\x7f"), min_size=1, max_size=20
        ),
        "rationale": st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
        "source": st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
        "hours": weeks,
        "manner": st.fixed_dictionaries(dict.fromkeys(Manner.model_fields, shares)),
        "stance": st.fixed_dictionaries(dict.fromkeys(Stance.model_fields, shares)),
    },
    optional={"by_mode": st.fixed_dictionaries(dict.fromkeys(MODES, weeks_with_data))},
)


@QUIETLY
@given(own_styles)
def test_any_twenty_hours_are_a_week_and_a_saved_style_comes_back_equal(style):
    scenario = from_mapping(led_by("mine", style))
    again = from_text(to_toml(scenario))
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert again.style_of("six_beds").hours.week() == tuple(style["hours"].values())
    by_mode = style.get("by_mode") or dict.fromkeys(MODES, style["hours"])
    found = again.style_of("six_beds")
    assert found.weeks() == tuple(tuple(by_mode[mode][activity] for activity in ACTIVITIES) for mode in MODES)
    usual = style["stance"]["shows_aggregates"]
    assert found.aggregates() == tuple(by_mode[mode].get("shows_aggregates", usual) for mode in MODES)


def test_sums_may_be_off_by_what_decimals_lose():
    style = copy.deepcopy(RAW["mode_contingent"])
    style["hours"] |= {"listen": 3.3333333, "coach": 0.6666667, "walk": 1.5, "design": 3.0}
    assert from_mapping(led_by("mine", style)).style_of("six_beds").hours.listen == 3.3333333


# A style in a file, in the scenario, among those that ship


def text_of(**values: Any) -> str:
    """The text of a style file like that for coaching, with some values replaced."""
    text = FILES["coaching"]
    for key, value in values.items():
        text, found = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.M)
        assert found == 1
    return text


def test_an_eleventh_style_is_a_file_beside_the_scenario(written):
    written(text_of(title='"Mine"', coach=5.0, listen=5.5), "styles/mine.toml")
    scenario = load(written(CHILD + LED.format("mine")))
    assert scenario.style_of("six_beds").title == "Mine"
    assert scenario.style_of("six_beds").hours.listen == 5.5
    assert list(scenario.styles) == ["mine"]


def test_the_scenario_goes_before_its_folder_and_that_before_what_ships(written):
    written(text_of(title='"Of the folder"'), "styles/coaching.toml")
    assert load(written(CHILD + LED.format("coaching"))).style_of("six_beds").title == "Of the folder"
    assert load(written(CHILD + LED.format("directive"))).style_of("six_beds").title == "Directive"
    held = text_of(title='"Of the scenario"')
    for table in ("hours", "manner", "stance"):
        held = held.replace(f"[{table}]", f"[styles.coaching.{table}]")
    mine = written(CHILD + LED.format("coaching") + "[styles.coaching]\n" + held)
    assert load(mine).style_of("six_beds").title == "Of the scenario"


def test_styles_lie_beside_any_file_of_the_chain_or_in_the_folder_of_scenarios(written, folder):
    written(text_of(title='"Around"'), "styles/around.toml")
    written(text_of(title='"Inner"'), "claims/styles/inner.toml")
    alone = (folder / "small.toml").read_text(encoding="utf-8")
    for name, title in (("around", "Around"), ("inner", "Inner")):
        for text in (alone, 'extends = "../small.toml"\n'):
            scenario = load(written(text + LED.format(name), "claims/mine.toml"))
            assert scenario.style_of("six_beds").title == title
    with pytest.raises(ScenarioError, match="inner"):
        load(written(CHILD + LED.format("inner")))  # its folder is not on the way


def test_wards_may_differ_and_the_scenario_holds_each_style_once(small):
    wards = {name: small.wards["six_beds"].model_dump(mode="json") for name in ("one", "two", "three")}
    wards["one"]["leadership"] = {"style": "coaching"}
    wards["two"]["leadership"] = {"style": "coaching", "lead": "consultant"}
    scenario = changed(small, {"wards": wards, "leadership.style": "directive"})
    assert list(scenario.styles) == ["coaching", "directive"]
    assert [scenario.style_of(name).title for name in wards] == ["Coaching", "Coaching", "Directive"]
    assert [scenario.leadership_of(name).lead for name in wards] == ["ward manager", "consultant", "ward manager"]


def test_exchanging_a_style_twice_leads_back_to_the_same_scenario(small):
    there = changed(small, {"leadership.style": "coaching"})
    assert list(there.styles) == ["coaching"]
    assert there.digest() != small.digest()
    back = changed(there, {"leadership.style": "pace_setting"})
    assert (back, back.digest()) == (small, small.digest())


def test_a_style_of_ones_own_is_kept_though_nobody_has_it(small):
    mine = copy.deepcopy(RAW["coaching"]) | {"title": "Mine"}
    scenario = changed(small, {"styles.mine": mine})
    assert list(scenario.styles) == ["mine", "pace_setting"]
    assert scenario.digest() != small.digest()
    assert scenario.condition_digest() == small.condition_digest()
    assert changed(scenario, {"leadership.style": "mine"}).style_of("six_beds").title == "Mine"
    assert from_text(to_toml(scenario)).digest() == scenario.digest()


def test_a_saved_scenario_says_what_was_run_though_the_files_change(written, folder, monkeypatch, tmp_path):
    file = written(text_of(title='"Mine"'), "styles/mine.toml")
    wards = "[wards.six_beds.leadership]\nstyle = 'visionary'\n"
    scenario = load(written(CHILD + LED.format("mine") + wards))
    saved = to_toml(scenario)
    file.write_text(text_of(coach=7.5, listen=3.0), encoding="utf-8")
    monkeypatch.setattr(styles, "shipped_shelf", lambda: Shelf(tmp_path / "none", "none", tmp_path))
    again = from_text(saved)
    assert (again, again.digest()) == (scenario, scenario.digest())
    assert load(written(saved, "saved.toml")).digest() == scenario.digest()


def test_order_of_styles_makes_no_difference_and_words_none_to_the_condition(small):
    several = {name: RAW[name] | {"title": "Mine"} for name in ("coaching", "directive")}
    one = changed(small, {"styles": several, "leadership.style": "directive"})
    other = changed(small, {"styles": dict(reversed(several.items())), "leadership.style": "directive"})
    assert one.digest() == other.digest()
    words = {f"styles.directive.{key}": "other" for key in ("title", "rationale", "source")}
    assert changed(one, words).digest() != one.digest()
    assert changed(one, words).condition_digest() == one.condition_digest()
    hours = {"styles.directive.hours.chase": 3.5, "styles.directive.hours.walk": 3.5}
    assert changed(one, hours).condition_digest() != one.condition_digest()


# Faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            LED.format("coachin"),
            'mine.toml: leadership.style is "coachin", and no style is called so in [styles], in a folder styles '
            'beside the file, or among those that ship; did you mean "coaching"?',
        ),
        (LED.format("ours_to"), 'did you mean "ours_two"?'),
        (LED.format("Pace-setting"), 'is "Pace-setting"; it should be the name of a style (small letters, digits'),
        (LED.format("Pace-setting"), 'did you mean "pace_setting"?'),
        (LED.format("../secret"), 'leadership.style is "../secret"; it should be the name of a style'),
        (LED.format("styles/ours_two"), 'leadership.style is "styles/ours_two"; it should be the name of a style'),
        ("[leadership]\nstyle = 3", "leadership.style is 3; it should be a name in quotes"),
        ("[leadership]\nstyl = 'coaching'", 'leadership.styl is not known here; did you mean "style"?'),
        ("style = 'coaching'", "style is not known here; did you mean leadership.style or"),
        ("[wards.six_beds]\nstyle = 'x'", "six_beds.style is not known here; did you mean wards.six_beds.leadership.s"),
        (
            "[wards.six_beds.leadership]\nstyle = 'nowhere'",
            'wards.six_beds.leadership.style is "nowhere", and no style is called so',
        ),
        ("styles = 3", "styles is 3; it should be a table with 1 to 100 entries"),
        ("[styles]\nx = 3", "styles.x is 3; it should be a table with the keys title, rationale, source, hours"),
        ("[styles.'My style']\ntitle = 'x'", "styles.My style is not a good name; use small letters"),
        ("[styles.x.hours]\nlisten = 21", "styles.x.hours.listen is 21; it should be a number from 0 to 20"),
        ("[styles.x.hours]\nlisten = -1", "styles.x.hours.listen is -1; it should be a number from 0 to 20"),
        ("[styles.x.hours]\nlisten = nan", "styles.x.hours.listen is not a number (nan); it should be"),
        ("[styles.x.hours]\nlisten = '1'", 'styles.x.hours.listen is "1"; it should be a number from 0 to 20'),
    ],
)
def test_faults_of_styles_are_told_in_plain_words(written, refusal, text, message):
    written(text_of(), "styles/ours_two.toml")
    told = refusal(CHILD + text)
    assert message in told
    assert not re.search(r"pydantic|input_value|type=|Traceback", told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (text_of(coach=6.0), "hours adds up to 19.5 hours, 0.5 too few; a week of leading has 20"),
        (text_of(coach=7.25), "hours adds up to 20.75 hours, 0.75 too many; a week of leading has 20"),
        (FILES["coaching"].replace("walk =", "walks ="), 'hours.walks is not known here; did you mean "walk"?'),
        (FILES["coaching"].replace("walk = 2.0\n", ""), "hours.walk is missing; it should be a number from 0 to 20"),
        (
            FILES["coaching"].replace("[manner]", "[pets]"),
            "manner is missing; it should be a table with the keys",
        ),
        (FILES["coaching"].replace("[manner]", "[mannar]"), 'mannar is not known here; did you mean "manner"?'),
        (FILES["coaching"] + "warmth = 0.5\n", "stance.warmth is not known here; did you mean manner.warmth?"),
        (text_of(blames=1.5), "stance.blames is 1.5; it should be a number from 0 to 1"),
        (FILES["coaching"] + "harm = 0.5\n", "stance.harm is not known here"),
        (
            FILES["coaching"] + "[by_mode.repetitive]" + re.split(r"\[hours\]|\[manner\]", FILES["coaching"])[1],
            "by_mode.constrained is missing; it should be a table with the keys listen, coach",
        ),
        (
            FILES["mode_contingent"].replace("design = 6.5", "design = 6.0"),
            "by_mode.repetitive adds up to 19.5 hours, 0.5 too few",
        ),
        (FILES["mode_contingent"].replace("by_mode.rep", "by_mode.Rep"), "by_mode.Repetitive is not known here; did"),
        ('extends = "coaching.toml"', "extends is for scenarios; a style is written whole"),
        ("title == 3", "line 1, column 8: this is not TOML"),
        ("a = " + "[" * 50_000, "tables or lists are nested too deeply"),
        ("#" * 1_100_000, "the file is larger than 1 MB"),
        ("", "title is missing; it should be text in quotes of 1 to 200 characters on one line"),
    ],
)
def test_faults_of_a_style_file_are_told_by_the_keys_of_that_file(written, text, message):
    file = written(text, "styles/mine.toml")
    with pytest.raises(ScenarioError) as caught:
        load(written(CHILD + LED.format("mine")))
    assert f"{file}: {message}" in str(caught.value)
    assert "styles.mine" not in str(caught.value)


def test_a_fault_of_a_style_and_one_of_its_scenario_are_both_told_with_their_files(written):
    written(text_of(coach=6.0), "styles/mine.toml")
    with pytest.raises(ScenarioError) as caught:
        load(written(CHILD + LED.format("mine") + "[run]\nyears = 99"))
    first, second = caught.value.faults
    assert "mine.toml: run.years is 99" in first
    assert "styles/mine.toml: hours adds up to 19.5" in second


def test_there_may_be_a_hundred_styles_and_no_more():
    held = {f"style_{number}": RAW["coaching"] | {"title": "Mine"} for number in range(99)}
    assert len(from_mapping(SMALL | {"styles": held}).styles) == 100
    with pytest.raises(ScenarioError, match="styles has 101 entries; it should be a table with 1 to 100 entries"):
        from_mapping(SMALL | {"styles": held | {"one_more": RAW["coaching"] | {"title": "Mine"}}})


# Files from strangers


@QUIETLY
@given(st.text(max_size=30) | st.sampled_from(["../secret", "a/b", "C:secret", "..", ".", "~", "secret.toml", "\0"]))
def test_no_name_leaves_the_folder(tmp_path_factory, name):
    home = tmp_path_factory.mktemp("away") / "scenarios"
    (home / "styles").mkdir(parents=True)
    for place in (home.parent, home):
        (place / "secret.toml").write_text(FILES["coaching"], encoding="utf-8")
    shelf = Shelf(home / "styles", "styles", home)
    assert shelf.layer(name) is None
    with pytest.raises(ScenarioError):
        from_mapping(led_by(name + "/"))


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_link_does_not_leave_the_folder(written, folder, linked):
    secret = folder.parent / "elsewhere" / "mine.toml"
    secret.parent.mkdir()
    secret.write_text(text_of(title='"Secret"'), encoding="utf-8")
    if linked == "folder":
        (folder / "styles").symlink_to(secret.parent)
    else:
        (folder / "styles").mkdir()
        (folder / "styles" / "mine.toml").symlink_to(secret)
    with pytest.raises(ScenarioError) as caught:
        load(written(CHILD + LED.format("mine")))
    assert str(caught.value) == (
        f'{folder}/styles/mine.toml: this leads elsewhere; a style must lie in the folder "scenarios" or below it'
    )


def test_a_link_within_the_folder_is_followed(written, folder):
    written(text_of(title='"Linked"'), "shared/mine.toml")
    (folder / "styles").symlink_to(folder / "shared")
    assert load(written(CHILD + LED.format("mine"))).style_of("six_beds").title == "Linked"


@pytest.mark.parametrize("target", ["mine.toml", "gone.toml"])
def test_links_that_lead_nowhere_are_refused(written, folder, target):
    (folder / "styles").mkdir()
    (folder / "styles" / "mine.toml").symlink_to(target)
    with pytest.raises(ScenarioError, match=r"styles/mine\.toml: "):
        load(written(CHILD + LED.format("mine")))


def test_a_folder_or_a_file_in_the_place_of_the_other_is_refused_in_plain_words(written, folder):
    (folder / "styles" / "mine.toml").mkdir(parents=True)
    with pytest.raises(ScenarioError, match=r"styles/mine\.toml: this is a folder"):
        load(written(CHILD + LED.format("mine")))
    written("", "claims/styles")
    with pytest.raises(ScenarioError, match="no style is called so"):
        load(written('extends = "../small.toml"\n' + LED.format("yours"), "claims/mine.toml"))


def test_a_style_is_only_what_a_style_is():
    assert set(Style.model_fields) == {"title", "rationale", "source", "hours", "manner", "stance", "by_mode"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("warmth", "warmht", 'manner.warmht is not known here; did you mean "warmth"?'),
        ("[manner]", "[maner]", 'maner is not known here; did you mean "manner"?'),
        ("devolves", "devolvs", 'stance.devolvs is not known here; did you mean "devolves"?'),
        (
            "[by_mode.repetitive]",
            "[by_mode.repetitve]",
            'by_mode.repetitve is not known here; did you mean "repetitive"?',
        ),
        ("[by_mode.constrained]", "[by_mod.constrained]", 'by_mod is not known here; did you mean "by_mode"?'),
        ("convene = 6.0", "convnee = 6.0", 'by_mode.constrained.convnee is not known here; did you mean "convene"?'),
    ],
)
def test_a_misspelt_line_of_a_style_is_one_fault(written, refusal, old, new, told):
    assert old in FILES["mode_contingent"]
    written(FILES["mode_contingent"].replace(old, new, 1), "styles/mine.toml")
    message = refusal(CHILD + LED.format("mine"))
    assert message.endswith(f"mine.toml: {told}")
    assert len(message.splitlines()) == 1


def test_what_is_missing_for_another_reason_is_told_beside_what_is_unknown(written, refusal):
    lines = FILES["coaching"].replace("warmth", "pets").replace("inquiry", "warmht")
    written(lines, "styles/mine.toml")
    told = [line.split("mine.toml: ")[1] for line in refusal(CHILD + LED.format("mine")).splitlines()]
    assert [line.split(" is ")[0] for line in told] == ["manner.inquiry", "manner.warmht", "manner.pets"]
