"""Claims as files: those that ship, and what is refused."""

import shutil
import tomllib

import pytest

import sim
from sim.analysis.claims import measures
from sim.experiment.claims import ClaimError, changed, find, load_claim, shipped
from sim.scenario import ScenarioError, load, shipped_styles
from tests.made_up import ROOT, written

REGISTER = [f"H{number}" for number in range(1, 14)]
LOADED = {name: load_claim(file, measures()) for name, file in shipped().items()}
EACH = pytest.mark.parametrize("claim", LOADED.values(), ids=LOADED)


def test_every_claim_of_the_register_ships_once():
    assert [claim.statement.id for claim in LOADED.values()] == REGISTER


@EACH
def test_a_claim_that_ships_says_what_would_refute_it_and_where_it_fails(claim):
    told = claim.statement
    assert all((told.claim, told.passage, told.power, told.supported_if, told.refuted_by))
    assert not told.is_premise
    assert told.fails_at.why
    assert claim.failing != claim.arms


@EACH
def test_arms_are_different_hospitals_here_and_at_the_failing_point(claim):
    for arms in (claim.arms, claim.failing):
        assert len({scenario.condition_digest() for scenario in arms.values()}) == len(arms) > 1
    assert set(claim.arms) == set(claim.failing) == set(claim.statement.arms)


@EACH
def test_margins_were_chosen_and_a_claim_is_more_than_its_reports(claim):
    counted = [test for test in claim.statement.tests if test.role == "verdict"]
    assert counted
    assert any(test.asked > 0 for test in counted)


@EACH
def test_true_harm_or_what_was_recorded_is_counted_with_enough_replications(claim):
    assert claim.statement.replications >= 20
    assert {test.outcome for test in claim.statement.tests} <= set(measures().outcomes)


def test_h1_compares_all_styles_that_ship():
    assert set(LOADED["h01"].arms) == set(shipped_styles())
    for name, scenario in LOADED["h01"].arms.items():
        assert {scenario.leadership_of(ward).style for ward in scenario.wards} == {name}


def test_h12_changes_how_error_is_met_and_nothing_else():
    process, blame = LOADED["h12"].arms.values()
    assert process.styles["pace_setting"].stance.blames == 0
    assert blame.styles["pace_setting"].stance.blames == 0.9
    assert sim.with_changes(blame, {"styles.pace_setting.stance.blames": 0.0}) == process


def test_h4_presses_the_same_target_everywhere():
    for scenario in LOADED["h04"].arms.values():
        assert (scenario.target.deadline, scenario.target.stops, scenario.target.required_share) == (4.0, "bed", 0.95)


def test_claims_are_found_by_number_by_name_and_by_file(tmp_path):
    assert find("h01") == find("H1") == find("H01") == shipped()["h01"]
    assert find(str(tmp_path / "mine.toml")) == tmp_path / "mine.toml"
    with pytest.raises(ClaimError, match='"h99" is no claim that ships'):
        find("h99")


def test_a_whole_claim_is_read(tmp_path):
    claim = load_claim(written(tmp_path), measures())
    assert claim.statement.id == "X1"
    assert [scenario.wards["six_beds"].beds for scenario in claim.arms.values()] == [6, 7, 9]
    assert {scenario.wards["six_beds"].arrivals_per_day for scenario in claim.failing.values()} == {0.05}


def test_tables_of_changes_change_only_what_they_name(tmp_path):
    one = (
        'changes = { "wards.six_beds.beds" = 6 }',
        "changes = { wards.six_beds = { beds = 6 }, dials.devolution.process = 0.9 }",
    )
    claim = load_claim(written(tmp_path, one), measures())
    assert claim.arms["few"].wards["six_beds"].beds == 6
    assert claim.arms["few"].dials.devolution.process == 0.9
    assert claim.arms["few"].dials.devolution.clinical == claim.scenario.dials.devolution.clinical


def test_a_style_that_an_arm_names_can_be_changed_in_it():
    scenario = load(ROOT / "scenarios" / "small.toml")
    changes = {"styles.coaching.stance.blames": 0.6, "leadership.style": "coaching"}
    led = changed(scenario, changes)
    assert led.style_of("six_beds").stance.blames == 0.6
    assert led.style_of("six_beds").hours == shipped_styles()["coaching"].hours


def test_a_style_beside_the_scenario_can_lead_an_arm(tmp_path):
    (tmp_path / "styles").mkdir()
    text = (ROOT / "scenarios" / "styles" / "coaching.toml").read_text(encoding="utf-8")
    (tmp_path / "styles" / "ours.toml").write_text(text.replace("blames = 0.1", "blames = 0.7"), encoding="utf-8")
    one = ('changes = { "wards.six_beds.beds" = 6 }', 'changes = { "leadership.style" = "ours" }')
    claim = load_claim(written(tmp_path, one), measures())
    assert claim.arms["few"].style_of("six_beds").stance.blames == 0.7


def test_a_claim_without_a_failing_point_is_a_premise(tmp_path):
    text = written(tmp_path).read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text[: text.index("[fails_at]")], encoding="utf-8")
    claim = load_claim(tmp_path / "mine.toml", measures())
    assert claim.statement.is_premise
    with pytest.raises(sim.RunError, match="X1 is a premise"):
        claim.arms_at(failing_point=True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'refuted_by = "Waits that are not shorter by a tenth."\n',
            "",
            "refuted_by is missing; it should be which result",
        ),
        ('claim = "A ward with more beds has shorter waits."\n', "", "claim is missing"),
        ('id = "X1"', 'id = "X 1"', 'id is "X 1"; it should be letters'),
        ("replications = 3", "replications = 1", "replications is 1; it should be a whole number from 2"),
        ("replications = 3", 'replications = "3"', 'replications is "3"; it should be a whole number'),
        ("years = 0.1", "yeers = 0.1", 'yeers is not known here; did you mean "years"?'),
        ("years = 0.1", "years = inf", "years is infinite; it should be a number of years"),
        (
            'outcome = "wait"',
            'outcome = "wayt"',
            'tests.0.outcome is "wayt", which is no outcome; did you mean "wait"?',
        ),
        (
            'reference = "few"',
            'reference = "fev"',
            'tests.0.reference names "fev", which is not in [arms]; did you mean "few"?',
        ),
        ("[arms.many]", "[arms.mny]", 'tests.0.arm names "many", which is not in [arms]; did you mean "mny"?'),
        ('form = "difference"', 'from = "difference"', 'tests.0.from is not known here; did you mean "form"?'),
        ('arm = "many"', 'amr = "many"', 'tests.0.amr is not known here; did you mean "arm"?'),
        ('role = "report"', 'role = "reprot"', '(shown alone); did you mean "report"?'),
        (
            "[arms.few]",
            "[changes]\ndials.devolutoin = 0.5\n[arms.few]",
            ": changes: dials.devolutoin is not known here",
        ),
        ("[fails_at]\nchanges", "[fails_at]\nchange", 'fails_at.change is not known here; did you mean "changes"?'),
        ('reference = "few"', 'reference = "many"', "tests.0.reference is the arm itself"),
        ('arm = "many"\n', "", "tests.0.arm is missing; it should be the name of an arm"),
        ('form = "difference"', 'form = "diference"', 'form is "diference"; it should be one of "difference"'),
        ('form = "difference"\n', "", "tests.0 has no form; it should be one of"),
        ('form = "difference"', 'form = "difference"\nmode = "repetetive"', 'did you mean "repetitive"?'),
        ('form = "difference"', 'form = "difference"\nward = "six_bed"', 'did you mean "six_beds"?'),
        ('form = "difference"', 'form = "difference"\nrole = "main"', 'tests.0.role is "main"; it should be verdict'),
        ('form = "difference"', 'form = "difference"\nmoode = "all"', 'did you mean "mode"?'),
        ('form = "difference"', 'form = "difference"\nfrom_day = 3', "tests.0 must have both from_day and to_day"),
        ('form = "difference"', 'form = "difference"\nfrom_day = 3\nto_day = 9', "has no value for single days"),
        ('sign = "below"\nmargin = 0.1\narm =', 'sign = "under"\nmargin = 0.1\narm =', 'tests.0.sign is "under"'),
        ("margin = 0.1\narm =", "arm =", "tests.0 must have one of margin"),
        ("margin = 0.1\narm =", "margin = 0.1\npoints = 1.0\narm =", "tests.0 must have one of margin"),
        (
            "margin = 0.1\narm =",
            "margin = 5\narm =",
            "tests.0.margin is 5; it should be a share of the reference, 0 to 1",
        ),
        (
            'arms = ["few", "some", "many"]',
            'arms = ["few", "many"]',
            "tests.1.arms is a list; it should be a list of names",
        ),
        ('arms = ["few", "some", "many"]', 'arms = ["few", "some", "few"]', "tests.1.arms names an arm twice"),
        ('arms = ["few", "some", "many"]', 'arms = ["few", "lots", "many"]', 'tests.1.arms names "lots"'),
        ('"wards.six_beds.beds" = 7', '"wards.six_beds.beds" = 9', "arms.many is the same hospital as arms.some"),
        ('"wards.six_beds.beds" = 7', '"wards.six_beds.beds" = 700', "arms.some: wards.six_beds.beds is 700"),
        (
            '"wards.six_beds.beds" = 7',
            '"wards.six_bed.beds" = 7',
            'arms.some: wards.six_bed.beds is not known; did you mean "six_beds"?',
        ),
        (
            '"wards.six_beds.arrivals_per_day" = 0.05',
            '"errors.by_fatige" = 1.0',
            "fails_at.changes: parameters.errors.by_fatige",
        ),
        (
            '"wards.six_beds.arrivals_per_day" = 0.05',
            '"wards.six_beds.arrivals_per_day" = 0.75',
            "fails_at.changes change no arm",
        ),
        ('why = "Where hardly anybody comes nobody waits."', "", "fails_at.why is missing; it should be why it fails"),
        ("[fails_at]", "[fails_yet]", 'fails_yet is not known here; did you mean "fails_at"?'),
        ('title = "Seven beds"\n', "", "arms.some.title is missing"),
        ("[arms.some]", '[arms."so me"]', "is not a good name"),
        ('role = "report"\n', 'role = "report"\nmode = "repetitive"\n', None),
        ('scenario = "small.toml"', 'scenario = "smal.toml"', 'there is no such file; did you mean "small.toml"?'),
        (
            'scenario = "small.toml"',
            'scenario = "../../small.toml"',
            'scenario is "../../small.toml"; it may only name a file',
        ),
        ('scenario = "small.toml"', 'scenario = "/etc/passwd"', "it may only name a file that lies in the folder"),
        ('scenario = "small.toml"', "scenario = 3", "scenario is 3; it should be the file of a scenario"),
    ],
)
def test_a_fault_gets_one_message_that_says_where_and_what_is_allowed(tmp_path, old, new, message):
    file = written(tmp_path, (old, new))
    if message is None:
        assert load_claim(file, measures())
        return
    with pytest.raises(ScenarioError) as caught:
        load_claim(file, measures())
    told = str(caught.value).splitlines()
    assert any(message in line for line in told), told
    assert len(told) == (2 if new in TWO_MISTAKES else 1)


# The first stands in two tests; the second lacks a day, and asks an outcome that has none.
TWO_MISTAKES = ('outcome = "wayt"', 'form = "difference"\nfrom_day = 3')


def faults_of(file):
    with pytest.raises(ClaimError) as caught:
        load_claim(file, measures())
    return [line.removeprefix(f"{file}: ") for line in str(caught.value).splitlines()]


OUTSIDE = ('scenario = "small.toml"', 'scenario = "../baseline.toml"')


def test_a_claim_copied_away_from_its_scenario_is_told_to_have_it_copied_too(tmp_path):
    (told,) = faults_of(written(tmp_path, OUTSIDE))
    assert told.startswith('scenario is "../baseline.toml"; it may only name a file that lies in the folder ')
    remedy = "copy that scenario, with the files that it extends, beside this file and write"
    assert told.endswith(f'; {remedy} scenario = "baseline.toml"')


@pytest.mark.parametrize(
    ("exchanges", "messages"),
    [
        ([("replications = 3", "replications = 1")], ["replications is 1; it should be"]),
        ([('outcome = "wait"', 'outcome = "wayt"')], ["tests.0.outcome is", "tests.1.outcome is"]),
        ([("[arms.few]", "[changes]\ndials.devolutoin = 0.5\n[arms.few]")], ["changes: dials.devolutoin is not known"]),
        (
            [
                ('"wards.six_beds.beds" = 7', '"wards.six_beds.beeds" = 7'),
                ('"wards.six_beds.beds" = 9', "mechanisms.voise = 0"),
            ],
            [
                'arms.some: wards.six_beds.beeds is not known; did you mean "beds"?',
                'arms.many: mechanisms.voise is not known; did you mean "voice"?',
            ],
        ),
        (
            [('"wards.six_beds.arrivals_per_day" = 0.05', '"errors.by_fatige" = 1.0')],
            ['fails_at.changes: parameters.errors.by_fatige is not known; did you mean "errors.by_fatigue"?'],
        ),
        ([('"wards.six_beds.beds" = 7', '"wards.six_beds.beds" = 9')], ["arms.many is the same hospital as arms.some"]),
    ],
)
@pytest.mark.parametrize("scenario", [OUTSIDE, ('scenario = "small.toml"', 'scenario = "nowhere.toml"')])
def test_faults_that_show_without_the_scenario_are_told_with_that_of_the_scenario(
    tmp_path, scenario, exchanges, messages
):
    told = faults_of(written(tmp_path, scenario, *exchanges))
    assert len(told) == len(messages) + 1
    assert sum("it may only name" in line or "there is no such file" in line for line in told) == 1
    for message in messages:
        assert any(line.startswith(message) for line in told), told


@pytest.mark.parametrize("file", shipped().values(), ids=shipped())
def test_a_claim_that_ships_lacks_nothing_but_its_scenario_where_it_is_copied(tmp_path, file):
    shutil.copy(file, tmp_path)
    (told,) = faults_of(tmp_path / file.name)
    assert told.startswith("scenario is ")


def test_an_arm_that_no_test_names_is_refused(tmp_path):
    file = written(
        tmp_path, ('arms = ["few", "some", "many"]', 'arms = ["few", "many", "more"]'), ("[fails_at]", EXTRA)
    )
    with pytest.raises(ClaimError, match=r"arms\.some is in no test"):
        load_claim(file, measures())


EXTRA = '[arms.more]\ntitle = "Twelve"\nchanges = { "wards.six_beds.beds" = 12 }\n\n[fails_at]'


def test_a_claim_of_reports_alone_is_refused(tmp_path):
    file = written(tmp_path, ('form = "difference"', 'form = "difference"\nrole = "report"'))
    with pytest.raises(ClaimError, match='no test with the role "verdict"'):
        load_claim(file, measures())


def test_modes_and_days_are_asked_only_of_outcomes_that_have_them(tmp_path):
    old = 'outcome = "wait"\nsign = "below"\nmargin = 0.1\narm ='
    for outcome, more, message in (
        ("trust", 'mode = "repetitive"', "is not counted by mode of care"),
        ("errors_reached", 'mode = "repetitive"\nfrom_day = 0\nto_day = 9', "not counted by mode"),
        ("errors_reached", "from_day = 0\nto_day = 90", "after the last of the 36 days"),
        ("errors_reached", "from_day = 9\nto_day = 9", "it must come after from_day"),
    ):
        new = old.replace("wait", outcome).replace("sign", f"{more}\nsign")
        with pytest.raises(ClaimError, match=message):
            load_claim(written(tmp_path, (old, new)), measures())


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a = [", b"a = " + b"[" * 50_000, b"tests = 3", b"arms = 3"])
def test_files_that_are_no_claims_are_refused_in_words(tmp_path, content):
    (tmp_path / "odd.toml").write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load_claim(tmp_path / "odd.toml", measures())
    assert str(caught.value).startswith(str(tmp_path / "odd.toml"))


def test_the_built_package_carries_the_claims_and_what_they_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["scenarios"] == "sim/experiment/scenarios"
    for claim in LOADED.values():
        file = (ROOT / "scenarios" / "claims" / claim.statement.scenario).resolve()
        assert file.is_relative_to(ROOT / "scenarios")
