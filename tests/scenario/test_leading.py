"""Dials, who leads, and targets: what a scenario may say, what arrives, and what is refused."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.scenario import Dials, Leadership, ScenarioError, Target, from_text, load, to_toml, with_changes
from sim.scenario.leading import Devolution
from sim.state import parameters as registry
from sim.state.vocabulary import DECISION_DOMAINS, LEADS
from tests.scenario.conftest import SCENARIOS

CHILD = 'extends = "small.toml"\n'
TARGET = '[target]\ntitle = "Four hours to a bed"\nstops = "bed"\ndeadline = 4\nrequired_share = 0.95\n'
QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DIALS = {name: parameter for name, parameter in registry.PARAMETERS.items() if parameter.module == "dials"}


# Dials


def test_the_table_of_dials_is_that_of_the_registry():
    assert list(Dials.model_fields) == list(dict.fromkeys(parameter.field for parameter in DIALS.values()))
    assert list(Devolution.model_fields) == list(DECISION_DOMAINS)
    assert Dials().values() == {name: parameter.default for name, parameter in DIALS.items()}


def test_what_both_ends_of_a_dial_mean_is_said():
    for name, parameter in DIALS.items():
        assert {"0:", "1:"} <= set(parameter.meaning.split()), name
        assert (parameter.low, parameter.high) == (0, 1)


def test_dials_left_out_stand_at_their_defaults(small):
    assert small.dials == Dials()
    assert "dials" not in small.parameters
    assert load(SCENARIOS / "baseline.toml").dials == Dials()


def test_devolution_that_says_nothing_is_refused_wherever_it_stands(small):
    with pytest.raises(ScenarioError, match=r"^changes: dials\.devolution is an empty table; [^\n]+$"):
        with_changes(small, {"dials.devolution": {}})
    with pytest.raises(ValidationError, match="is an empty table"):
        Dials.model_validate({"devolution": {}})


@QUIETLY
@given(st.data(), st.booleans(), st.tuples(*[st.floats(0, 1)] * 4))
def test_every_dial_reaches_the_row_that_behaviours_read(small, data, hold, domains):
    names = ("psychological_safety", "goal_congruence", "target_pressure")
    numbers = {name: data.draw(st.floats(0, 1)) for name in names}
    changes = {f"dials.{name}": value for name, value in numbers.items()} | {"dials.hold": hold}
    by_domain = {f"dials.devolution.{name}": share for name, share in zip(DECISION_DOMAINS, domains, strict=True)}
    scenario = with_changes(small, changes | by_domain)
    row = scenario.settings().dials
    assert {name: row[name] for name in numbers} == numbers
    assert row.devolution.tolist() == list(domains)
    assert row.hold == hold
    again = from_text(to_toml(scenario))
    assert (again, again.digest()) == (scenario, scenario.digest())
    assert with_changes(small, scenario.changed_parameters()) == scenario


@QUIETLY
@given(st.integers(0, 1) | st.floats(0, 1))
def test_one_number_turns_devolution_for_every_domain(small, written, share):
    by_change = with_changes(small, {"dials.devolution": share})
    by_domain = with_changes(small, {"dials.devolution": dict.fromkeys(DECISION_DOMAINS, share)})
    by_file = load(written(CHILD + f"[dials]\ndevolution = {share!r}"))
    assert by_change == by_domain == by_file
    assert by_change.settings().dials.devolution.tolist() == [share] * 4
    assert by_change.digest() == by_domain.digest() == by_file.digest()


def test_a_file_that_extends_another_may_turn_one_domain(written):
    written(CHILD + "[dials]\ndevolution = 0.8\npsychological_safety = 0.9", "middle.toml")
    scenario = load(written('extends = "middle.toml"\n[dials.devolution]\nclinical = 0.1'))
    assert scenario.dials.devolution == Devolution(clinical=0.1, override=0.8, process=0.8, staffing=0.8)
    assert scenario.dials.psychological_safety == 0.9
    back = load(written('extends = "mine.toml"\n[dials]\ndevolution = 0.3', "back.toml"))
    assert set(back.dials.devolution.model_dump().values()) == {0.3}


def test_changes_come_in_their_order(small):
    scenario = with_changes(small, {"dials.devolution": np.float64(0.8), "dials.devolution.process": 0})
    assert scenario.dials.devolution == Devolution(clinical=0.8, override=0.8, process=0.0, staffing=0.8)


@pytest.mark.parametrize(("given", "held"), [(1, True), (0.0, False), (np.bool_(True), True), (True, True)])
def test_hold_goes_by_its_number_in_changes(small, given, held):
    assert with_changes(small, {"dials.hold": given}).dials.hold is held


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dials]\npsychological_safety = 1.2", "dials.psychological_safety is 1.2; it should be a number from 0 to 1"),
        ("[dials]\ngoal_congruence = '1'", 'dials.goal_congruence is "1"; it should be a number from 0 to 1'),
        ("[dials]\ntarget_pressure = nan", "dials.target_pressure is not a number (nan); it should be a number from 0"),
        ("[dials]\ntarget_pressure = true", "dials.target_pressure is true; it should be a number from 0 to 1"),
        ("[dials]\nhold = 1", "dials.hold is 1; it should be true or false"),
        ("[dials]\nhold = 'yes'", 'dials.hold is "yes"; it should be true or false'),
        (
            "[dials]\ndevolution = 1.5",
            "dials.devolution is 1.5; it should be a number from 0 to 1, or a table with such a number for any of: "
            "clinical, override, process, staffing",
        ),
        (
            "[dials]\ndevolution = {}",
            "dials.devolution is an empty table; it should be a number from 0 to 1, or a table",
        ),
        ("[dials.devolution]", "dials.devolution is an empty table; it should be a number from 0 to 1, or a table"),
        ("[dials]\ndevolution = nan", "dials.devolution is not a number (nan); it should be a number from 0 to 1, or"),
        ("[dials]\ndevolution = true", "dials.devolution is true; it should be a number from 0 to 1, or a table"),
        ("[dials]\ndevolution = 'local'", 'dials.devolution is "local"; it should be a number from 0 to 1, or a table'),
        ("[dials]\ndevolution = [0.5]", "dials.devolution is a list; it should be a number from 0 to 1, or a table"),
        ("[dials.devolution]\nclinical = -1", "dials.devolution.clinical is -1; it should be a number from 0 to 1"),
        ("[dials.devolution]\nclinic = 1", 'dials.devolution.clinic is not known here; did you mean "clinical"?'),
        ("[dials]\nsafety = 1", "dials.safety is not known here; known here: psychological_safety, goal_congruence"),
        ("[dials]\nvoice = false", "dials.voice is not known here; did you mean mechanisms.voice?"),
        ("dials = 3", "dials is 3; it should be a table with the keys psychological_safety, goal_congruence, devol"),
        ("[parameters.dials]\nhold = 1", "parameters.dials is not a part of the model; did you mean [dials]?"),
        ("[parameters]\nhold = true", "parameters.hold is not a part of the model; did you mean dials.hold?"),
        (
            "[parameters.control]\ndevolution = 0.4",
            "parameters.control.devolution is not a parameter; did you mean dials.devolution?",
        ),
        ("psychological_safety = 0.4", "psychological_safety is not known here; did you mean dials.psychological_saf"),
        ("devolution = 0.4", "mine.toml: devolution is not known here; did you mean dials.devolution?"),
        ("[devolution]\nclinical = 0.4", "mine.toml: devolution is not known here; did you mean [dials.devolution]?"),
        ("[wards.six_beds]\ntarget_pressure = 1", "target_pressure is not known here; did you mean dials.target_press"),
        ("[mechanisms]\nhold = true", "mechanisms.hold is not a mechanism; did you mean dials.hold?"),
        ("[dial]\nhold = true", 'dial is not known here; did you mean "dials"?'),
    ],
)
def test_faults_of_dials_are_told_in_one_line(refusal, text, message):
    told = refusal(CHILD + text)
    assert message in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("dials.psychological_safty", 1, 'is not known here; did you mean "psychological_safety"?'),
        ("dials.devolution", 2, "dials.devolution is 2; it should be a number from 0 to 1, or a table"),
        ("dials.devolution.clinic", 1, 'is not known here; did you mean "clinical"?'),
        ("dials.hold", 2, "dials.hold is 2; it should be true or false"),
        ("parameters.dials.hold", 1, 'parameters.dials.hold is not known; did you mean "dials.hold"?'),
        ("control.devolution", 1, "did you mean dials.devolution?"),
        ("psychological_safety", 1, "did you mean dials.psychological_safety?"),
    ],
)
def test_bad_changes_of_dials_are_refused(small, key, value, message):
    with pytest.raises(ScenarioError) as caught:
        with_changes(small, {key: value})
    assert message in str(caught.value)


# Who leads


def test_without_a_word_a_ward_manager_sets_the_pace_on_the_ward(small):
    assert small.leadership == small.leadership_of("six_beds") == Leadership()
    assert small.leadership == Leadership(style="pace_setting", lead="ward manager", level="ward")
    assert load(SCENARIOS / "baseline.toml").leadership == small.leadership


def test_a_ward_says_only_what_differs(small, written):
    text = "[leadership]\nlead = 'consultant'\nstyle = 'coaching'\n[wards.six_beds.leadership]\nstyle = 'visionary'"
    scenario = load(written(CHILD + text))
    assert scenario.leadership_of("six_beds") == Leadership(style="visionary", lead="consultant", level="ward")
    by_change = with_changes(
        small,
        {
            "leadership.lead": "consultant",
            "leadership.style": "coaching",
            "wards.six_beds.leadership.style": "visionary",
        },
    )
    assert by_change == scenario
    assert with_changes(scenario, {"wards.six_beds.leadership": None}).leadership_of("six_beds").style == "coaching"


def test_a_lead_is_found_among_the_posts_of_the_ward(small):
    for lead in ("consultant", "ward manager", "shared"):
        assert with_changes(small, {"leadership.lead": lead}).leadership_of("six_beds").lead == lead
    for lead in LEADS:
        with_changes(load(SCENARIOS / "baseline.toml"), {"leadership.lead": lead})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[leadership]\nlead = 'senior nurse'",
            'leadership.lead is "senior nurse", but ward six_beds has no such post; there it should be one of '
            '"consultant", "ward manager" or "shared"',
        ),
        (
            "[wards.six_beds.leadership]\nlead = 'senior nurse'",
            'wards.six_beds.leadership.lead is "senior nurse", but ward six_beds has no such post',
        ),
        (
            "[leadership]\nlead = 'shared'\n[staffing.few.consultant]\ngrade = 'junior doctor'",
            'leadership.lead is "shared", but ward six_beds has posts of one such grade alone; there it should be '
            '"ward manager"',
        ),
        (
            "[leadership]\nlead = 'nurse'",
            'leadership.lead is "nurse"; it should be one of "consultant", "senior nurse", "ward manager" or "shared"',
        ),
        (
            "[leadership]\nlevel = 'hospital'",
            'leadership.level is "hospital"; it should be one of "ward" or "division"',
        ),
        ("[leadership]\nlevl = 'ward'", 'leadership.levl is not known here; did you mean "level"?'),
        ("leadership = 'coaching'", 'leadership is "coaching"; it should be a table with the keys style, lead, level'),
        ("[leader]\nlead = 'shared'", 'leader is not known here; did you mean "leadership"?'),
        ("[dials]\nlead = 'shared'", "dials.lead is not known here; did you mean leadership.lead or wards"),
    ],
)
def test_faults_of_leadership_are_told_in_one_line(refusal, text, message):
    told = refusal(CHILD + text)
    assert message in told
    assert len(told.splitlines()) == 1


def test_a_lead_that_is_lacking_on_many_wards_is_told_once(small):
    wards = {f"ward_{number}": small.wards["six_beds"].model_dump(mode="json") for number in range(50)}
    with pytest.raises(ScenarioError) as caught:
        with_changes(small, {"wards": wards, "leadership.lead": "senior nurse"})
    assert len(caught.value.faults) == 1


def test_a_lead_of_a_division_leads_all_its_wards_alike():
    baseline = load(SCENARIOS / "baseline.toml")
    assert with_changes(baseline, {"leadership.level": "division"}).leadership_of("complex_care").level == "division"
    surgery = {f"wards.{ward}.leadership.level": "division" for ward in ("cancer_surgery", "complex_care")}
    led = with_changes(baseline, surgery)
    assert [led.leadership_of(ward).level for ward in led.wards] == ["ward", "ward", "division", "division"]
    for key, differs in (("level", "ward"), ("style", "coaching"), ("lead", "shared")):
        with pytest.raises(ScenarioError) as caught:
            with_changes(baseline, surgery | {f"wards.complex_care.leadership.{key}": differs})
        assert str(caught.value) == (
            "changes: divisions.surgery has one lead for all its wards, but wards cancer_surgery and complex_care "
            "differ in style, lead or level; make these the same, or lead every ward at its own level"
        )


@pytest.mark.parametrize(
    "child",
    [
        '[leadership]\nlevel = "division"\n[wards.complex_care.leadership]\nstyle = "coaching"',
        '[wards.complex_care.leadership]\nlevel = "division"',
        '[leadership]\nlevel = "division"\n[wards.complex_care]\nleadership = { style = "coaching" }',
    ],
)
def test_wards_that_cannot_share_a_lead_are_told_by_the_file_that_says_so(written, child):
    for name in ("baseline.toml", "parts/staffing.toml"):
        written((SCENARIOS / name).read_text(encoding="utf-8"), name)
    file = written(f'extends = "baseline.toml"\n{child}\n')
    with pytest.raises(ScenarioError) as caught:
        load(file)
    (fault,) = caught.value.faults
    assert fault.startswith(f"{file}: divisions.")
    assert "has one lead for all its wards" in fault


def test_a_file_that_only_names_what_it_extends_is_not_blamed_for_it(written):
    for name in ("baseline.toml", "parts/staffing.toml"):
        written((SCENARIOS / name).read_text(encoding="utf-8"), name)
    wrong = written('extends = "baseline.toml"\n[wards.complex_care.leadership]\nlevel = "division"', "middle.toml")
    with pytest.raises(ScenarioError) as caught:
        load(written('extends = "middle.toml"\ntitle = "Mine"\n[divisions.medicine]\ntitle = "Ours"\n'))
    assert str(caught.value).startswith(f"{wrong}: divisions.")


# A target


def test_a_target_arrives_and_may_be_dropped(small, written):
    scenario = load(written(CHILD + TARGET))
    assert small.target is None
    assert scenario.target == Target(title="Four hours to a bed", stops="bed", deadline=4.0, required_share=0.95)
    again = from_text(to_toml(scenario))
    assert (again, again.digest()) == (scenario, scenario.digest())
    assert with_changes(scenario, {"target": None}).digest() == small.digest() != scenario.digest()
    fields = scenario.target.model_dump()
    assert with_changes(small, {f"target.{key}": value for key, value in fields.items()}) == scenario
    assert with_changes(scenario, {"target.title": "Other"}).condition_digest() == scenario.condition_digest()
    assert with_changes(scenario, {"target.deadline": 6}).condition_digest() != scenario.condition_digest()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "deadline = 4",
            "deadline = 0",
            "target.deadline is 0; it should be a number from 0.25 to 168 in steps of 0.25",
        ),
        (
            "deadline = 4",
            "deadline = 4.1",
            "target.deadline is 4.1; it should be a number from 0.25 to 168 in steps of",
        ),
        ("deadline = 4", "deadlin = 4", 'target.deadlin is not known here; did you mean "deadline"?'),
        ("deadline = 4", "", "target.deadline is missing; it should be a number from 0.25 to 168"),
        ("0.95", "95", "target.required_share is 95; it should be a number from 0 to 1"),
        (
            'stops = "bed"',
            'stops = "bed"\nstarts = "bed"',
            'target.stops is "bed", where the clock starts too; it should be',
        ),
        (
            'stops = "bed"',
            'stops = "bed"\nrecorder = "clocks"',
            'target.recorder is "clocks"; it should be one of "staff" or',
        ),
        (
            'stops = "bed"',
            'stops = "bed"\naudience = "all"',
            'target.audience is "all"; it should be one of "ward" or "divi',
        ),
        ('"bed"', '"seen"', 'target.stops is "seen"; it should be one of "bed" or "clerked"'),
        ("[target]", "[targets]", 'targets is not known here; did you mean "target"?'),
        ("[target]", "target = 4\n[dials]", "target is 4; it should be a table with the keys title, starts, stops, "),
    ],
)
def test_faults_of_targets_are_told_in_plain_words(refusal, old, new, message):
    assert message in refusal(CHILD + TARGET.replace(old, new))
