"""The report: its answer follows from the evidence, its numbers are those of the comparison, and names do no harm."""

import base64
import hashlib
import json
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from sim.analysis.arms import ComparisonError, compare_arms
from sim.analysis.kept import KeptError, kept_runs
from sim.analysis.outcomes import BY_NAME
from sim.analysis.stored import results
from sim.experiment.design_files import load_design, with_draws
from sim.experiment.draws import posterior
from sim.experiment.store import StoreError
from sim.report.arms import in_shown_units
from sim.report.folder import FolderError, check_file, whole_file
from sim.report.numbers import with_interval
from sim.report.page import assumptions
from sim.report.page.answer import answer
from sim.report.page.ledgers import AGREE, NEITHER, OPPOSITE, UNFOUNDED, UNSEEN, readings
from sim.report.page.limits import limits
from sim.report.page.method import bibtex
from sim.report.page.settings import Settings, settings_of, what_arms_are
from sim.report.page.subject import CHOSEN, COURSE, HARM, LEDGERS, STAFF, Subject, ran_with
from sim.report.page.words import Names, names_of
from sim.report.page.writing import Report, report, save_report
from sim.report.saving import save, save_comparison
from sim.state.parameters import PARAMETERS
from tests.arms import MadeUp
from tests.experiment import sweeps
from tests.report.reports import HOSTILE, kept, page_of, runs, swept, taken

SECTIONS = (
    *("answer", "frequencies", "differences", "ledgers", "staff", "assumptions", "limits", "method", "provenance"),
    "again",
)


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("four") / "x", replications=6)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return kept(tmp_path_factory.mktemp("hostile") / "x", *HOSTILE)


@pytest.fixture(scope="module")
def page(four):
    return taken(page_of(four))


class Told(MadeUp):
    """Arms that were never run, with a digest all the same."""

    def digest(self):
        return "0" * 64


def made_up(of_arm, outcomes=CHOSEN, **more) -> Subject:
    """Four arms, of which `of_arm` gives an outcome of an arm in ten replications."""
    found = Told(sweeps.design(10), of_arm, outcomes)
    plain = dict(title="Made up", description="", replications=10, days=365, warm_up_days=28, seed=1, own={})
    plain |= dict(
        settings=lambda arm: {}, posterior=False, model=None, replaced=False, software={}, commands=(), texts={}
    )
    return Subject(found, **{**plain, **more})


def moved(**by):
    """Arms that differ by so much, outcome by outcome, each a number for each arm; with a little chance."""

    def of_arm(arm, outcome):
        luck = np.random.default_rng(len(outcome)).normal(0, 1, 10)
        own = np.random.default_rng([arm, *outcome.encode()]).normal(0, 0.05, 10)
        return 20 + luck + own + by.get(outcome, (0, 0, 0, 0))[arm]

    return of_arm


def answered(of_arm, **asked):
    subject = made_up(of_arm)
    found = answer(subject, subject.compared(**asked))
    return " ".join([found.first, *found.others]), 1 + len(found.others)


def test_the_page_has_every_part_in_its_order_with_a_heading(page):
    sections = page.all("section")
    assert [each.attributes["id"] for each in sections] == list(SECTIONS)
    assert all(each.all("h2")[0].attributes["id"] == each.attributes["aria-labelledby"] for each in sections)
    assert len(page.all("h1")) == 1
    assert page.all("html")[0].attributes["lang"] == "en-GB"
    ids = [each.attributes["id"] for tag in ("section", "h2", "a", "figure") for each in page.all(tag)
           if "id" in each.attributes]  # fmt: skip
    linked = [each.attributes["href"][1:] for each in page.all("a")]
    assert set(linked) <= set(ids)
    assert all(table.all("caption") and table.all("th") for table in page.all("table"))
    assert all(len(image.attributes["alt"]) > 40 for image in page.all("img"))


def test_every_number_is_that_of_the_comparison(four, page):
    comparison = compare_arms(four.found, outcomes=four.kept)
    table = in_shown_units(comparison.table)
    cells = Counter(cell.words() for cell in page.all("td"))
    expected = Counter()
    for row in table.itertuples():
        told = with_interval(row.difference, row.low, row.high, sign=True)
        in_tables = row.outcome in {*HARM, "errors_reached", *COURSE, *STAFF}
        in_ledgers = row.outcome in {*LEDGERS, "patients_harmed"}
        expected[told] += in_tables + in_ledgers
    assert sum(expected.values()) > 60
    assert {told: cells[told] for told in expected} == dict(expected)
    verdicts = {row.verdict for row in table.itertuples() if row.outcome in (*HARM, *COURSE, *STAFF)}
    assert verdicts <= set(cells)


def test_equal_results_give_equal_pages(tmp_path):
    first, second = (swept(tmp_path / name) for name in "ab")
    assert page_of(first, interactive=True) == page_of(second, interactive=True)


@pytest.mark.parametrize("interactive", [True, False])
def test_hostile_names_stay_words(hostile, interactive):
    html = page_of(hostile, interactive)
    page, own = taken(html), re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    scripts = page.all("script")
    assert [each.attributes.get("type", "") for each in scripts] == (
        ["application/json", "", ""] if interactive else []
    )
    assert "alert(1)" in page.all("body")[0].words()
    elements = [each for tag in ("img", "a", "link", "iframe", "form", "object", "base") for each in page.all(tag)]
    addresses = [each.attributes.get(name, "") for each in elements for name in ("src", "href")]
    assert all(address[:5] in ("", "data:") or address.startswith("#") for address in addresses)
    tags = set(re.findall(r"<([a-z]\w*)", own))
    named = {name for tag in tags for each in page.all(tag) for name in each.attributes}
    assert not {name for name in named if name.startswith("on") or name == "style"}
    assert not {"\u202e", "\u2028", "\u200f"} & set(own)
    if interactive:
        told = json.loads(scripts[0].words())
        assert told["outcomes"][0]["arms"][0]["name"].startswith("=cmd|")
        assert not {"<", ">", "&", "\u2028"} & set(scripts[0].words())
        assert all("<" not in arm["name"] for each in told["outcomes"] for arm in each["arms"])


def test_the_policy_lets_in_nothing_but_the_scripts_of_the_page(hostile):
    page = taken(page_of(hostile, interactive=True))
    (policy,) = (each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes)
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert not re.search(r"https?:|\*|unsafe-eval|script-src[^;]*unsafe", policy)
    scripts = [each.children[0].text for each in page.all("script") if "type" not in each.attributes]
    named = re.findall(r"sha256-([\w+/=]+)", policy)
    assert named == [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    still = taken(page_of(hostile))
    (policy,) = (each.attributes["content"] for each in still.all("meta") if "http-equiv" in each.attributes)
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_an_arm_with_less_harm_is_said_to_do_better_and_by_how_much():
    said, sentences = answered(moved(patients_harmed=(0, -5, -1, 0)))
    assert "“devolution 0.2, hold off” does better in true harm than “devolution 0.2, hold on”: of 1,000 " in said
    assert re.search(r"That is 5\d(\.\d)? fewer; the 95% interval runs from 4\d.* to 5\d.* fewer, from 10 pairs", said)
    assert "“devolution 0.8, hold on” does better too" in said
    assert "“devolution 0.8, hold off” is not told apart" in said
    assert 2 <= sentences <= 5


def test_two_arms_that_are_alike_are_not_ranked():
    said, _ = answered(moved(patients_harmed=(0, -5, -5, -5)))
    assert "cannot tell them from the best" in said


def test_an_arm_with_more_harm_is_not_hidden():
    said, _ = answered(moved(patients_harmed=(0, 5, 0, 0)))
    assert said.startswith("No other arm is shown to do better in true harm than")
    assert "“devolution 0.2, hold off” does worse" in said
    mirrored, _ = answered(moved(patients_harmed=(0, -5, 0, 0)))
    assert "does worse" not in mirrored


def test_nothing_told_apart_is_said_to_be_so():
    said, sentences = answered(moved())
    assert said.startswith("In true harm these results do not tell any arm from “devolution 0.2, hold on”.")
    assert "does better" not in said
    assert "That no difference is shown does not mean that there is none" in said
    assert re.search(r"may be anything from \S+ fewer to \S+ more", said)
    assert "but each difference is known to within one patient in 1,000." in said
    assert sentences <= 4


def test_how_many_replications_more_would_do_follows_from_a_difference_in_harm_that_is_named():
    def wide(arm, outcome):
        return 10 + np.random.default_rng([arm, *outcome.encode()]).normal(0, 0.25, 10)

    found = made_up(wide)
    comparison = found.compared()
    assert not comparison.table[comparison.table.outcome == "patients_harmed"].needed.any()  # within 5% of the level
    said = " ".join(answer(found, comparison).others)
    (more,) = re.findall(
        r"about (\d+) more replications would show each difference to within one patient in 1,000", said
    )
    assert 20 < int(more) < 120  # (1.96 * 0.25 * √2 * 10)² = 48, less the ten, for a spread that is not known well


def test_what_else_surely_differs_is_said_the_most_first():
    subject = made_up(moved(readmission=(0, -5, -4, 0), agency_cover=(0, 9, 0, -1), felt_safe=(0, 9, 9, 9)))
    (said,) = [each for each in answer(subject, subject.compared()).others if each.startswith("What else surely")]
    assert re.fullmatch(
        r"What else surely differs, the most first: gaps filled by an agency \(% of gaps\), \S+ and not \S+ under "
        r"“devolution 0.2, hold off” \(lower in one arm\); back within 30 days \(per 1,000 discharges\), 1\d\d and not "
        r"\d+ under “devolution 0.2, hold off” \(lower in one more arm\)\.",
        said,
    )


def test_of_two_arms_both_are_named():
    said, _ = answered(moved(), arms=[1])
    assert "do not tell “hold off” and “hold on” apart." in said


def test_several_references_are_counted_and_the_clearest_is_told():
    said, _ = answered(moved(patients_harmed=(0, -5, 0, 3)), within=["devolution"])
    assert said.startswith("Of two comparisons in true harm, one arm does better than its reference and one arm does ")
    assert "The clearest gain is of “hold off” (devolution 0.2): of 1,000 patients" in said


def test_one_pair_tells_nothing_apart():
    said, _ = answered(lambda arm, outcome: np.array([20.0 + arm]))
    assert "One pair of runs, or a few that are all alike, cannot tell arms apart" in said


def test_without_an_outcome_of_harm_the_answer_says_what_to_change():
    subject = made_up(moved(), ("trust", "wait"))
    found = answer(subject, subject.compared())
    assert "Leave `outcomes` out of `[keep]` in the design" in found.first
    page = taken(page_of(made_up(moved(), ("trust",)), arms=[1]))
    assert "name for example errors_reached and incident_reports there" in page.words()
    assert "Trust in the ward's lead" in page.words()


@pytest.mark.parametrize(
    ("true", "observed", "verdict"),
    [
        (-5, 5, OPPOSITE), (-5, 0, UNSEEN), (0, 5, UNFOUNDED), (5, 5, AGREE), (-5, -5, AGREE), (0, 0, NEITHER),
    ],
)  # fmt: skip
def test_both_ledgers_are_read_together(true, observed, verdict):
    subject = made_up(moved(errors_reached=(0, true, 0, 0), incident_reports=(0, observed, 0, 0)))
    comparison = subject.compared(arms=[1])
    (reading,) = [each for each in readings(comparison) if each.true == "errors_reached"]
    assert reading.verdict == verdict
    said = " ".join([answer(subject, comparison).first, *answer(subject, comparison).others])
    if verdict == UNSEEN:
        assert "Errors that reach patients go down under “hold off”, and the hospital’s own records would not" in said
    assert ("misled" in said or "would not show it" in said) == reading.disagrees
    marked = [row for row in taken(page_of(subject, arms=[1])).all("tr") if row.attributes.get("class") == "disagrees"]
    assert len(marked) == reading.disagrees


def test_a_thousand_dots_show_as_many_as_were_harmed():
    page = taken(page_of(made_up(moved(patients_harmed=(0, -5, 2, 0)))))
    of = {figure.all("bdi")[0].words(): figure for figure in page.all("section")[1].all("figure")}
    table = compare_arms(MadeUp(sweeps.design(10), moved(patients_harmed=(0, -5, 2, 0)))).table
    harmed = table[table.outcome == "patients_harmed"].set_index("arm")
    dots, (reference, *others) = {}, list(of.values())
    for arm, figure in zip((1, 2, 3), others, strict=True):
        dots[arm] = [len(group.all("circle")) + len(group.all("rect")) for group in figure.all("g")]
    assert dots[1][0] == round(10 * harmed.of_arm[1])
    assert dots[1][0] + dots[1][1] == round(10 * harmed.of_reference[1]) == len(reference.all("g")[0].all("circle"))
    assert dots[2][0] + dots[2][2] == round(10 * harmed.of_arm[2])
    assert dots[1][2] == dots[2][1] == 0


def test_limits_follow_from_the_results(tmp_path):
    few = " ".join(limits(made_up(moved()), made_up(moved()).compared()))
    assert "10 replications" in few or "ten replications" in few
    assert "--posterior" in few
    assert "hardly begun to show" in few
    settled = made_up(moved(), replications=60, posterior=True, days=1_000, replaced=True, model="another")
    told = " ".join(limits(settled, settled.compared()))
    assert "which are few" not in told
    assert "twelve calibrated levels" in told
    assert "hardly begun to show" not in told
    assert "another version of the model" in told
    assert "were replaced" in told


def test_runs_that_failed_or_are_left_are_told_in_answer_and_limits(tmp_path):
    store = sweeps.swept(tmp_path / "x", sweeps.design(6), simulate=sweeps.fails_at_times)
    from sim.report.page.subject import subject_of

    page = taken(page_of(subject_of(store.folder)))
    by_id = {each.attributes["id"]: each.words() for each in page.all("section")}
    assert "This is not final: of 24 runs, 8 failed." in by_id["answer"]
    assert "8 runs failed, and their pairs are left out." in by_id["limits"]
    assert "24 of 24 runs are done, 8 of them failed" in by_id["method"]


def test_assumptions_are_those_of_the_registry_with_what_arms_change_first(four, page):
    found = assumptions.between_arms(settings_of(four, _names(four)), _names(four))
    assert [each.name for each in found] == ["dials.devolution", "dials.hold"]
    assert found[0].grade == PARAMETERS["dials.devolution.clinical"].grade
    assert "0.8 in “devolution 0.8, hold on” and “devolution 0.8, hold off”" in found[0].values
    studied = assumptions.studied("preventable_events")
    kept_there = pd.read_csv(sweeps.ROOT / "results" / "reference" / "assumptions" / "assumptions.csv")
    wanted = kept_there[kept_there.outcome == "preventable_events"].parameter.head(len(studied)).tolist()
    assert [each.name for each in studied] == wanted
    codes = [each.words() for each in page.all("code")]
    assert codes[:2] == ["dials.devolution", "dials.hold"]
    assert sum(assumptions.grades().values()) == len(PARAMETERS)


@pytest.fixture(scope="module")
def strategies():
    """Seven strategies of devolution for people and pressure as usual, with what they are called."""
    design = load_design(sweeps.ROOT / "scenarios" / "experiments" / "devolution-strategies.toml", BY_NAME)
    usual = {"leadership.capability": 0.4, "dials.target_pressure": 0.4}
    arms = [arm for arm in map(design.arm, range(design.arms)) if usual.items() <= arm.levels.items()]
    names = Names({arm.index: arm.levels["strategy"].replace("_", " ") for arm in arms}, {})
    of_arm, own = ran_with(design)
    return Settings({arm.index: of_arm(arm.index) for arm in arms}, own, design.scenario), names


def test_each_arm_is_shown_with_the_value_that_it_ran_with_and_not_with_a_default(strategies):
    settings, names = strategies
    told = {each.name: each.values for each in assumptions.between_arms(settings, names)}
    assert told["control.accountability"] == (
        "0 in “central”, “devolved at once” and “devolved with coaching”; 0.8 in all others; the scenario itself has 0"
        "; by default 0.2"
    )
    assert told["dials.devolution"].startswith("0.1 in “central” and “earned by stage”; 0.9 in all others; ")
    (pressure,) = (each for each in assumptions.shared(settings, names) if each.name == "dials.target_pressure")
    assert pressure.values == "0.4 in all arms; the scenario itself has 0.3, as by default"


def test_what_arms_share_is_told_once_and_then_what_sets_each_apart(strategies):
    told = dict(what_arms_are(*strategies))
    assert told["All of these"] == "capability 0.4; target pressure 0.4"
    assert "“And on rota and cover” brings staffing devolution to 0.9" in told["All but “central”"]
    assert told["central"] == "as the scenario is"
    assert told["devolved at once"] == "devolution 0.9"
    assert told["devolved with coaching"] == (
        "devolution 0.9; 5 hours a week of “coach”; 1 hour a week of “direct care”; 0 hours a week of “paperwork”"
    )
    assert told["The scenario itself"].startswith("accountability 0; devolution 0.1; “Clinical decisions move")


def test_a_level_that_replications_draw_is_told_as_drawn_where_an_arm_leaves_it():
    level = posterior().names[0]
    given = 1.1 * PARAMETERS[level].default
    design = sweeps.design(method="list", levers={}, arms={"drawn": {}, "held": {"set": {level: given}}})
    of_arm, _ = ran_with(with_draws(design, posterior()))
    assert [of_arm(arm)[level] for arm in (0, 1)] == ["drawn anew in each replication", given]


def _names(subject):
    return names_of(subject.compared())


def test_the_built_package_carries_the_study_of_assumptions():
    import tomllib

    project = tomllib.loads((sweeps.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    original = "results/reference/assumptions/assumptions.csv"
    assert included[original] == assumptions._IN_PACKAGE.relative_to(sweeps.ROOT).as_posix()
    assert (sweeps.ROOT / original) == assumptions._IN_REPOSITORY


def test_method_and_commands_hold_the_numbers_of_the_design(four, page):
    by_id = {each.attributes["id"]: each.words() for each in page.all("section")}
    assert "Four arms were simulated, with six replications each, of 2 days counted after 1 days" in by_id["method"]
    assert f"All {len(four.compared().table)} differences on this page were tested together" in by_id["method"]
    assert four.found.digest() in by_id["provenance"]
    assert "microsystem sweep DESIGN.toml --out RESULTS" in by_id["again"]
    assert "@software{microsystem," in by_id["method"]


def test_bibtex_takes_any_title(hostile):
    entry = bibtex(hostile).split("@misc")[1]
    plain = re.sub(r"\\[\\{}&%$#_~^]|\\text\w+\{\}", "", entry)
    assert plain.count("{") == plain.count("}")


def test_what_compare_keeps_is_read_back_as_it_was(tmp_path):
    found = runs("one", "two")
    save_comparison(compare_arms(found), found, tmp_path / "x", ["microsystem", "compare", "a.toml", "b.toml"])
    again = kept_runs(tmp_path / "x")
    assert set(again.kept_outcomes) == set(BY_NAME)
    for name in ("mortality", "errors_reached"):
        pd.testing.assert_frame_equal(again.values(name), found.values(name), check_names=False)
    table = compare_arms(again).table
    pd.testing.assert_frame_equal(table, compare_arms(found).table)
    assert again.digest() == found.digest()


def test_one_arm_is_described_without_comparison(tmp_path):
    from sim.report.page.subject import subject_of

    save(next(iter(runs("alone").of.values())), tmp_path / "x", ["microsystem", "run", "alone.toml"])
    page = taken(page_of(subject_of(tmp_path / "x"), interactive=True))
    said = page.words()
    assert [each.attributes["id"] for each in page.all("section")] == list(SECTIONS)
    assert "There is nothing to compare with" in said
    assert "microsystem run alone.toml --out RESULTS" in said
    assert not page.all("script")
    for word in ("Verdict", "(reference)", "Differences", "told apart", "in pairs"):
        assert word not in said


def test_other_folders_are_refused_with_what_to_do(tmp_path):
    with pytest.raises(KeptError, match="there is no such folder"):
        kept_runs(tmp_path / "none")
    (tmp_path / "design.toml").write_text("")
    with pytest.raises(KeptError, match=r"design\.toml is a file: a report takes the folder of `microsystem sweep`"):
        kept_runs(tmp_path / "design.toml")
    with pytest.raises(StoreError, match=r"which `microsystem sweep DESIGN\.toml` makes"):
        results(tmp_path / "design.toml")
    with pytest.raises(KeptError, match="a report takes the folder of `microsystem sweep`"):
        kept_runs(tmp_path)
    (tmp_path / "provenance.json").write_text('{"results": 3}')
    with pytest.raises(KeptError, match="holds results of another kind"):
        kept_runs(tmp_path)
    found = results(sweeps.swept(tmp_path / "experiment").folder)
    save_comparison(compare_arms(found), found, tmp_path / "of_experiment")
    with pytest.raises(KeptError, match="name the folder of that experiment itself"):
        kept_runs(tmp_path / "of_experiment")
    both = runs("one", "two")
    save_comparison(compare_arms(both), both, tmp_path / "x", ["microsystem", "compare", "a.toml"])
    (tmp_path / "x" / "outcomes.parquet").write_bytes(b"PAR1")
    with pytest.raises(KeptError, match=r"outcomes\.parquet cannot be read"):
        kept_runs(tmp_path / "x")
    (tmp_path / "x" / "outcomes.parquet").unlink()
    with pytest.raises(KeptError, match=r"microsystem compare a\.toml --out NEW makes it"):
        kept_runs(tmp_path / "x")


def test_too_many_arms_are_refused_with_the_way_to_choose():
    from tests.arms import factorial

    subject = made_up(moved())
    large = Subject(**{**vars(subject), "found": MadeUp(factorial(), lambda arm, name: np.arange(3.0) + arm)})
    with pytest.raises(ComparisonError, match=r"479 arms are more than the 40 .* --where FACTOR=LEVEL"):
        report(large, {})


def test_page_and_figures_are_there_together_or_not_at_all(four, tmp_path, monkeypatch):
    found = report(four, {}, interactive=False)
    save_report(found, tmp_path / "page.html", tmp_path / "figures")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == found.html
    names = {path.stem for path in (tmp_path / "figures").iterdir()}
    assert names == {each.name for each in found.figures}
    embedded = [base64.b64decode(data) for data in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", found.html)]
    written = [path.read_bytes() for path in (tmp_path / "figures").glob("*.svg")]
    assert sorted(embedded) == sorted(written)
    before = {path.name for path in tmp_path.iterdir()}
    (tmp_path / "figures" / "mine").write_text("")
    with pytest.raises(FolderError, match="not an empty folder"):
        save_report(Report(found.html, found.figures), tmp_path / "second.html", tmp_path / "figures")
    with pytest.raises(FolderError, match=r"page\.html exists: choose another, or remove it first"):
        save_report(found, tmp_path / "page.html")
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_file_is_whole_or_not_there(tmp_path):
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "deep" / "x.html") as file:
        file.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FolderError, match="is a folder: name a file in it"):
        check_file(tmp_path)
