"""Reading scenario files: what they say arrives, and every bad file is refused in plain words."""

import os
import re
import time
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, from_mapping, from_text, load, to_toml, with_changes
from sim.scenario.files import LARGEST_FILE
from sim.state import parameters as registry

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.toml"))
CHILD = 'extends = "small.toml"\n'

A_NUMBER = next(p for p in registry.PARAMETERS.values() if not p.label)
AN_ELEMENT = next(p for p in registry.PARAMETERS.values() if p.label)
SHIFTS = "shifts=[{start='09:00',hours=8,weekday=0,weekend=0}]"
MANY_GROUPS = [f"group_{number}" for number in range(61)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_load_and_come_back_whole(path):
    scenario = load(path)
    again = from_text(to_toml(scenario))
    assert again == scenario
    assert again.digest() == scenario.digest()


def test_baseline_is_the_hospital_it_says_it_is():
    baseline = load(SCENARIOS / "baseline.toml")
    assert len(baseline.wards) == 4
    assert set(baseline.divisions) == {"medicine", "surgery"}
    for ward in baseline.wards.values():
        assert 24 <= ward.beds <= 28
        # New patients for 90% occupancy at 7.3 days, less those who come back or stay longer than that.
        assert 0.55 <= ward.arrivals_per_day * 7.3 / ward.beds <= 0.92
    largest = [max(ward.mode_mix.model_dump().items(), key=lambda item: item[1]) for ward in baseline.wards.values()]
    assert {mode for mode, share in largest if share >= 0.7} == {"repetitive", "constrained", "unconstrained"}
    assert sum(share < 0.5 for _, share in largest) == 1


def test_england_is_as_large_as_it_says_and_otherwise_like_baseline():
    england, baseline = load(SCENARIOS / "england.toml"), load(SCENARIOS / "baseline.toml")
    wards, beds = len(england.wards), sum(ward.beds for ward in england.wards.values())
    said = (SCENARIOS / "england.toml").read_text(encoding="utf-8")
    assert f"{england.run.replications} acute trusts with {england.run.replications * wards:,} wards" in said
    assert f"{england.run.replications * beds:,} beds" in said
    assert f"{wards} wards and {beds} beds" in (SCENARIOS / "parts" / "acute_trust.toml").read_text(encoding="utf-8")
    for key in ("dials", "leadership", "target", "staffing", "mechanisms", "parameters"):
        assert getattr(england, key) == getattr(baseline, key)
    for name, division in england.divisions.items():
        assert division.waiting_places == 10 * sum(ward.division == name for ward in england.wards.values())


def test_round_trip_keeps_changes_awkward_text_and_order_of_wards(small):
    awkward = 'quotes " and \\ slash, tab\t, newline\n, bell \x07, delete \x7f, é, 🏥, = and [brackets] # and more'
    wards = {name: small.wards["six_beds"].model_dump(mode="json") for name in ("zulu", "alpha")}
    changed = with_changes(
        small,
        {
            "description": awkward,
            "wards": wards,
            A_NUMBER.name: A_NUMBER.low,
            "mechanisms.voice": False,
            "divisions.medicine.manager_weights": {
                "outcome": 0.1,
                "timeliness": 0.2,
                "throughput": 0.3,
                "standard": 0.4,
            },
        },
    )
    again = from_text(to_toml(changed))
    assert again == changed
    assert again.description == awkward
    assert list(again.wards) == ["zulu", "alpha"]
    assert again.digest() == changed.digest() != small.digest()


def test_extends_merges_tables_and_replaces_lists(written, small):
    mine = load(
        written(
            CHILD
            + """
            title = "Mine"
            [wards.six_beds]
            beds = 7
            [wards.six_beds.hazards]
            care_slip = 2
            [staffing.few.nurses]
            shifts = [{ start = "07:00", hours = 24, weekday = 2, weekend = 1 }]
            """
        )
    )
    ward, before = mine.wards["six_beds"], small.wards["six_beds"]
    assert (mine.title, mine.description) == ("Mine", small.description)
    assert (ward.beds, ward.arrivals_per_day) == (7, before.arrivals_per_day)
    assert (ward.hazards["care_slip"], ward.hazards["dose_slip"]) == (2, 1)
    assert len(mine.staffing["few"]["nurses"].shifts) == 1
    assert mine.staffing["few"]["consultant"] == small.staffing["few"]["consultant"]


def test_extends_goes_through_several_files_and_back_up_to_the_folder_of_scenarios(written, small):
    written(CHILD + "[run]\nyears = 2\nseed = 5", "middle.toml")
    mine = load(written('extends = "../middle.toml"\n[run]\nyears = 3', "claims/mine.toml"))
    assert (mine.run.years, mine.run.seed, mine.run.warm_up_days) == (3, 5, small.run.warm_up_days)


def test_whole_numbers_will_do_for_numbers_and_a_mark_at_the_start_of_a_file_does_no_harm(folder):
    file = folder / "marked.toml"
    file.write_bytes(b"\xef\xbb\xbf" + (CHILD + "[run]\nyears = 5").encode())
    years = load(file).run.years
    assert years == 5
    assert isinstance(years, float)


# Faults of content: each message has the file, the key, what was given and what is allowed.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[wards.six_beds]\nbeds = '20'", 'wards.six_beds.beds is "20"; it should be a whole number from 1 to 200'),
        ("[wards.six_beds]\nbeds = 20.0", "wards.six_beds.beds is 20; it should be a whole number from 1 to 200"),
        ("[wards.six_beds]\nbeds = 201", "wards.six_beds.beds is 201; it should be a whole number from 1 to 200"),
        ("[wards.six_beds]\nbeds = true", "wards.six_beds.beds is true; it should be a whole number"),
        ("[wards.six_beds]\nbeds = [1]", "wards.six_beds.beds is a list; it should be a whole number"),
        ("[wards.six_beds]\nbed = 20", 'wards.six_beds.bed is not known here; did you mean "beds"?'),
        ("[ward.six_beds]\nbeds = 20", 'ward is not known here; did you mean "wards"?'),
        ("[wards.new]\nbeds = 20", "wards.new.title is missing; it should be text in quotes"),
        ("[wards.'New ward']\nbeds = 2", "wards.New ward is not a good name; use small letters"),
        (
            "[wards.six_beds]\ndivision = 'medcine'",
            'is "medcine", which is not in [divisions]; did you mean "medicine"?',
        ),
        ("[wards.six_beds]\nstaffing = 'fewer'", 'is "fewer", which is not in [staffing]; did you mean "few"?'),
        ("[divisions.x]\ntitle='X'\nwaiting_places=1", "divisions.x has no ward"),
        ("[wards.six_beds]\nhandover = 'fax'", 'is "fax"; it should be one of "verbal", "notes" or "printed"'),
        (
            "[wards.six_beds.hazards]\ndoseslip = 1",
            'doseslip is not a kind of error that a hazard feeds; did you mean "dose',
        ),
        ("[wards.six_beds.hazards]\nmisread_term = 1", "misread_term is not a kind of error that a hazard feeds"),
        (
            "".join(f"[staffing.few.{name}]\ngrade='pharmacist'\nposts=1\n{SHIFTS}\n" for name in MANY_GROUPS),
            "staffing.few has 66 groups; a ward has at most 60",
        ),
        (
            "[wards.six_beds.hazards]\ndose_slip = 11",
            "hazards.dose_slip is 11; it should be a whole number from 0 to 10",
        ),
        ("[wards.six_beds]\nmode_mix.repetitive = 0.6", "wards.six_beds.mode_mix adds up to 1.1; its parts should"),
        ("[run]\nyears = nan", "run.years is not a number (nan); it should be a number from 0.01 to 50"),
        ("[run]\nyears = -inf", "run.years is infinite; it should be a number from 0.01 to 50"),
        ("[run]\nyears = true", "run.years is true; it should be a number"),
        ("[run]\nyears = 2020-01-01", "run.years is the date or time 2020-01-01; it should be a number"),
        ("[run]\nseed = " + "9" * 30, "run.seed is 999,999,999,999"),
        ("[run]\nseed = 0x" + "f" * 9000, "run.seed is a number of thousands of digits; it should be"),
        ("[run]\nyears = 0x" + "f" * 9000, "run.years is a number of thousands of digits; it should be"),
        ("[run]\nseed = " + "9" * 9000, "a number or date in the file has too many digits"),
        ("title = ''", "title has 0 characters; it should be text in quotes of 1 to 200 characters"),
        ("run = 3", "run is 3; it should be a table with the keys years, warm_up_days"),
        ("staffing.few.nurses.shifts = []", "staffing.few.nurses.shifts has 0 entries; it should be a list of 1 to 3"),
        ("staffing.few.nurses.posts = 1", "posts is 1, but the shifts of one weekday need 2 people"),
        ("staffing.few.nurses.grade = 'nurse'", 'is "nurse"; it should be one of "staff nurse", "senior nurse"'),
        (
            "staffing.few.nurses.grade = 'ward manager'",
            "staffing.few has 7 posts of ward manager; a ward has exactly one",
        ),
        ("staffing.few.nurses.grade = 'consultant'", "staffing.few has no post of staff nurse or senior nurse"),
        (
            "[staffing.few.junior_doctors]\ngrade = 'pharmacist'\n[staffing.few.consultant]\ngrade = 'pharmacist'",
            "staffing.few has no post of junior doctor or consultant",
        ),
        ("[mechanisms]\nvoce = false", 'mechanisms.voce is not a mechanism; did you mean "voice"?'),
        ("[mechanisms]\nvoice = 0", "mechanisms.voice is 0; it should be true or false"),
        ("mechanisms = 1", "mechanisms is 1; it should be a table"),
        ("parameters = 1", "parameters is 1; it should hold tables"),
        ("[parameters.erors]\nx = 1", 'parameters.erors is not a part of the model; did you mean "errors"?'),
        ("parameters.errors = 1", "parameters.errors is 1; it should be a table of parameters"),
        (f"parameters.{A_NUMBER.name}s = 0", f'is not a parameter; did you mean "{A_NUMBER.field}"?'),
        (f"parameters.{A_NUMBER.name} = '1'", f'parameters.{A_NUMBER.name} is "1"; it should be a number from'),
        (f"parameters.{A_NUMBER.name} = true", f"parameters.{A_NUMBER.name} is true; it should be a number from"),
        (f"parameters.{A_NUMBER.name} = nan", f"parameters.{A_NUMBER.name} is not a number (nan); it should be"),
        (f"parameters.{A_NUMBER.name} = inf", f"parameters.{A_NUMBER.name} is infinite; it should be"),
        (f"parameters.{AN_ELEMENT.name} = {AN_ELEMENT.high + 1}", f"parameters.{AN_ELEMENT.name} is"),
        (f"parameters.{AN_ELEMENT.name}x = 1", "is not known here"),
        (f"parameters.{AN_ELEMENT.module}.{AN_ELEMENT.field} = 1", "it should be a table with a number for any of"),
    ],
)
def test_faults_of_content_are_told_in_plain_words(refusal, text, message):
    told = refusal(CHILD + text)
    assert message in told
    assert "mine.toml: " in told
    assert not re.search(r"pydantic|input_value|type=|Traceback", told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[voice]\nfear = 0.2", "mine.toml: voice is not known here; did you mean [parameters.voice]?"),
        ("voice = false", "voice is not known here; did you mean mechanisms.voice?"),
        ("voice.fear = 0.2", "voice is not known here; did you mean [parameters.voice]?"),
        ("'voice.fear' = 0.2", '"voice.fear" is not known here; did you mean parameters.voice.fear?'),
        ("years = 2", "years is not known here; did you mean run.years?"),
        ("[run]\nextends = 'small.toml'", "run.extends is not known here; did you mean extends?"),
        ("extend = 'small.toml'", 'extend is not known here; did you mean "extends"?'),
        ("[run]\nfear = 0.2", "run.fear is not known here; did you mean parameters.voice.fear?"),
        ("[run]\nbeds = 2", "run.beds is not known here; did you mean wards.<name>.beds?"),
        (
            "[run]\ntitle = 'x'",
            "run.title is not known here; did you mean title or divisions.<name>.title or wards.<name>.title?",
        ),
        ("[wards.six_beds]\nfatigue = false", "wards.six_beds.fatigue is not known here; did you mean mechanisms.fa"),
        ("[wards.six_beds]\nquality = 0.8", "is not known here; did you mean wards.six_beds.pathway.quality?"),
        ("[wards.six_beds.voice]\nfear = 0.2", "six_beds.voice is not known here; did you mean [parameters.voice]?"),
        ("[parameters]\nfear = 0.2", "parameters.fear is not a part of the model; did you mean parameters.voice.fear?"),
        ("[parameters]\nfatigue = false", "fatigue is not a part of the model; did you mean mechanisms.fatigue?"),
        ("[parameters]\nvoice = false", "it should be a table of parameters; did you mean mechanisms.voice?"),
        ("[parameters.rate]\ndose_slip = 0.1", "is not a part of the model; did you mean [parameters.errors.rate]?"),
        ("[parameters]\n'voice.fear' = 0.2", 'parameters."voice.fear" is not a part of the model; did you mean para'),
        ("[parameters.errors]\nfear = 0.2", "errors.fear is not a parameter; did you mean parameters.voice.fear?"),
        ("[parameters.errors]\nvoice = false", "errors.voice is not a parameter; did you mean mechanisms.voice?"),
        ("[mechanisms]\nfear = 0.2", "mechanisms.fear is not a mechanism; did you mean parameters.voice.fear?"),
        ("[staffing]\nabsence = 0.1", "with at least one entry; did you mean parameters.staffing.absence?"),
        ("[staffing.skill]\nconsultant = 1", "weights; did you mean parameters.staffing.skill.consultant?"),
    ],
)
def test_a_key_in_the_wrong_table_is_told_where_it_belongs(refusal, text, message):
    told = refusal(CHILD + text)
    assert message in told
    assert len(told.splitlines()) == 1


def test_where_a_key_belongs_is_said_of_the_nearest_places_and_of_three_at_most(refusal):
    told = refusal(CHILD + "[parameters.errors]\ndose_slip = 0.1")
    hint = told.split("did you mean ")[1].rstrip("?").split(" or ")
    assert len(hint) == 3
    assert all(place.startswith("parameters.errors.") and place.endswith(".dose_slip") for place in hint)
    assert all(place.removeprefix("parameters.") in registry.PARAMETERS for place in hint)


@pytest.mark.parametrize(
    "text", ["[run]\nyears = 99", "[run]\nyears = '3'", "run = 3", "[wards.six_beds]\nbeds = 4.0", "fear = 'no'"]
)
def test_a_key_in_its_own_place_or_with_another_kind_of_value_is_not_sent_away(refusal, text):
    assert "did you mean" not in refusal(CHILD + text)


def test_a_fault_in_a_shift_is_not_also_called_a_missing_shift(refusal):
    shift = "{ start = '09:00', hours = 25, weekday = 1, weekend = 1 }"
    (told,) = refusal(CHILD + f"[staffing.few.consultant]\nshifts = [{shift}]").splitlines()
    assert "shifts.0.hours is 25" in told


@pytest.mark.parametrize("start", ["7:30", "07:31", "24:00", "0730", "07:30:00", "\u0660\u0667:\u0663\u0660"])
def test_shifts_start_on_a_quarter_of_an_hour(refusal, start):
    shift = f"shifts = [{{ start = '{start}', hours = 8, weekday = 1, weekend = 1 }}]"
    assert f'shifts.0.start is "{start}"; it should be a time' in refusal(CHILD + f"[staffing.few.nurses]\n{shift}")


def test_shifts_know_their_quarter_hours(small):
    shift = small.staffing["few"]["nurses"].shifts[1]
    assert (shift.start, shift.start_tick, shift.ticks) == ("19:30", 78, 48)


def test_several_faults_are_listed_one_a_line_and_at_most_ten(refusal):
    both = refusal(CHILD + "colour = 1\n[run]\nyears = -1\n[mechanisms]\nvoce = true").splitlines()
    assert len(both) == 3
    assert all(line.count("mine.toml: ") == 1 for line in both)
    many = refusal(CHILD + "".join(f"colour_{i} = 1\n" for i in range(40))).splitlines()
    assert len(many) == 11
    assert many[-1] == "There are more faults; these are the first ten."
    ten = refusal(CHILD + "[mechanisms]\n" + "".join(f"colour_{i} = true\n" for i in range(10))).splitlines()
    assert len(ten) == 10
    assert not ten[-1].startswith("There are more")


def test_long_values_are_cut_and_control_characters_do_not_reach_the_terminal(refusal):
    told = refusal(CHILD + f"[wards.six_beds]\nhandover = '{'x' * 5000}'\ndivision = \"\\u001b[31mred\"")
    assert "x" * 59 + "…" in told
    assert "x" * 60 not in told
    assert "\x1b" not in told


def test_a_fault_names_the_file_that_holds_it(written):
    written(CHILD + "[run]\nyears = 99", "parent.toml")
    with pytest.raises(ScenarioError) as caught:
        load(written('extends = "parent.toml"\n[run]\nseed = -1'))
    first, second = caught.value.faults
    assert "parent.toml: run.years" in first
    assert "mine.toml: run.seed" in second


# Faults of files


def test_what_is_not_toml_is_told_with_its_place(refusal):
    assert "line 2, column 7: this is not TOML" in refusal('title = "x"\nbeds == 3')
    assert "a key or table is given a second time" in refusal("title = 'x'\ntitle = 'y'")
    assert "a key or table is given a second time" in refusal("[run]\n[run]")
    assert "at the end: this is not TOML" in refusal('title = """x')


def test_missing_files_folders_and_odd_files_are_refused(folder, tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    for path, message in (
        (folder / "smal.toml", 'smal.toml: there is no such file; did you mean "small.toml"?'),
        (folder, "this is a folder"),
        (tmp_path / "pipe.toml", "not an ordinary file"),
        (tmp_path / ("x" * 3000), "cannot be read"),
        ("a\0b", "not a usable file name"),
    ):
        with pytest.raises(ScenarioError, match=re.escape(message)):
            load(path)


def test_a_file_that_is_hinted_at_cannot_write_to_the_terminal(folder):
    (folder / "mine\x1b.toml").write_text("")
    with pytest.raises(ScenarioError, match=r'did you mean "mine·\.toml"'):
        load(folder / "mine.toml")


def test_a_file_without_permission_is_refused(folder, monkeypatch):
    def no_permission(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", no_permission)
    with pytest.raises(ScenarioError, match="no permission to read"):
        load(folder / "small.toml")


def test_large_files_are_refused_unread(folder):
    file = folder / "large.toml"
    file.write_bytes(b"# " + b"x" * 10_000_000)
    with pytest.raises(ScenarioError, match="larger than 1 MB"):
        load(file)
    file.write_text((folder / "small.toml").read_text() + "#" * (LARGEST_FILE - 10_000))
    assert load(file).wards["six_beds"].beds == 6


def test_other_encodings_are_refused_with_the_line(folder):
    file = folder / "latin.toml"
    file.write_bytes(b'title = "x"\ndescription = "caf\xe9"')
    with pytest.raises(ScenarioError, match="line 2 is not UTF-8 text"):
        load(file)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "{a=" * 100_000,
        "a." * 100_000 + "a = 1",
        "[" + "a." * 100_000 + "a]",
        "b = { c = '''x'''', " + "'a'." * 100_000 + "a = 1 }",
        "\n".join("[" + "a." * depth + "a]" for depth in range(12)) + "\n" + "b." * 12 + "b = 1",
    ],
    ids=["lists", "inline tables", "dotted key", "heading", "key behind a string", "steps"],
)
def test_deep_nesting_is_refused_at_once(refusal, text):
    began = time.perf_counter()
    assert "nested" in refusal(text)
    assert time.perf_counter() - began < 5


def test_full_stops_in_prose_are_no_depth(written):
    prose = "One. Two. " * 100
    text = f"description = '''{prose}'''  # {prose}\n"
    assert load(written(CHILD + text)).description == prose


# Extending other files


def test_extends_in_a_circle_is_refused(written):
    written('extends = "mine.toml"', "other.toml")
    with pytest.raises(ScenarioError, match=r"circle: mine.toml extends other.toml extends mine.toml"):
        load(written('extends = "other.toml"'))
    with pytest.raises(ScenarioError, match="circle"):
        load(written('extends = "./mine.toml"'))


def test_extends_is_followed_through_ten_files_and_no_more(written):
    written(CHILD, "link_8.toml")
    for link in range(8):
        written(f'extends = "link_{link + 1}.toml"', f"link_{link}.toml")
    assert load(written("", "unused.toml").with_name("link_0.toml")).wards
    with pytest.raises(ScenarioError, match="more than 10 files"):
        load(written('extends = "link_0.toml"'))


@pytest.mark.parametrize(
    "given", ["../secret.toml", "parts/../../secret.toml", "/etc/passwd", "C:\\secret.toml", "c:x"]
)
def test_extends_does_not_leave_the_folder(written, folder, given):
    (folder.parent / "secret.toml").write_text((folder / "small.toml").read_text())
    (folder / "parts").mkdir()
    with pytest.raises(ScenarioError) as caught:
        load(written(f"extends = '{given}'"))
    assert str(caught.value).endswith(
        f'mine.toml: extends is "{given}"; it may only name a file that lies in the folder "scenarios" or below it, '
        "as a path from this file's folder, with /"
    )


def test_extends_does_not_leave_the_folder_through_a_link(written, folder):
    secret = folder.parent / "secret.toml"
    secret.write_text((folder / "small.toml").read_text())
    (folder / "link.toml").symlink_to(secret)
    with pytest.raises(ScenarioError, match=r'extends is "link\.toml"; it may only name a file that lies in'):
        load(written('extends = "link.toml"'))


def test_extends_goes_up_only_to_a_folder_called_scenarios(tmp_path, folder):
    (tmp_path / "small.toml").write_text((folder / "small.toml").read_text())
    below = tmp_path / "other" / "mine.toml"
    below.parent.mkdir()
    below.write_text('extends = "../small.toml"')
    with pytest.raises(ScenarioError, match='may only name a file that lies in the folder "other" or below it'):
        load(below)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("3", "mine.toml: extends is 3; it should be a file name"),
        ("''", 'mine.toml: extends is ""; it should be a file name'),
        ("['small.toml']", "mine.toml: extends is a list; it should be a file name"),
        (f"'{'x' * 500}'", "it should be a file name"),
        ('"a\\u0000b"', "not a usable file name"),
        ('"a\\nb.toml"', "a·b.toml: there is no such file"),
        ("'smal.toml'", 'smal.toml: there is no such file; did you mean "small.toml"?'),
        ("'.'", "scenarios: this is a folder"),
    ],
)
def test_extends_with_nonsense_is_refused(refusal, given, message):
    assert message in refusal(f"extends = {given}")


def test_text_and_mappings_do_not_extend(small):
    with pytest.raises(ScenarioError, match="extends works in files only"):
        from_text(CHILD)
    with pytest.raises(ScenarioError, match="extends works in files only"):
        from_mapping({**small.model_dump(mode="json", exclude_none=True), "extends": "small.toml"})


def test_a_division_without_a_ward_is_told_by_the_file_that_took_its_ward_away(written):
    other = '[divisions.surgery]\ntitle = "Surgery"\nwaiting_places = 2\n[wards.six_beds]\ndivision = "surgery"\n'
    file = written(f'extends = "small.toml"\n{other}')
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert caught.value.faults == (f"{file}: divisions.medicine has no ward; give it one or leave the division out",)


def test_a_misspelt_division_of_a_ward_is_one_fault(refusal):
    message = refusal('extends = "small.toml"\n[wards.six_beds]\ndivision = "medcine"\n')
    assert message.endswith('is "medcine", which is not in [divisions]; did you mean "medicine"?')
    assert len(message.splitlines()) == 1
