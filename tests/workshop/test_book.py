"""The book: what it says of a setting and a seed is what a run gives; what it cannot be made of is refused."""

import json
from dataclasses import replace

import pytest

import sim
from sim.experiment.design_files import design_from
from sim.workshop import kept as keeping
from sim.workshop.book import book, otherwise, words
from sim.workshop.kept import KeptError
from sim.workshop.making import swept, values_of
from sim.workshop.outcomes import SHOWN, of_run
from sim.workshop.puzzles import PuzzleError, puzzles
from sim.workshop.settings import DIALS, STYLES, YEARS, Setting, design, key_of, scenario_of, shown, ward
from tests.workshop.kepts import FIRST, SECOND, kept, values

LARGEST = 1_000_000
SHORT = 0.02  # years


@pytest.fixture(scope="module")
def made_up():
    return kept()


@pytest.fixture(scope="module")
def told(made_up):
    return book(made_up, puzzles(), "microsystem workshop build")


def test_what_a_book_says_of_a_setting_and_a_seed_is_what_a_run_gives(tmp_path):
    """Arms of the shipped experiment, over some days, against `sim.run` of the scenario of their key."""
    whole = design()
    form = {**whole.form, "styles": ["coaching", "laissez_faire"], "run": {"years": SHORT, "replications": 2}}
    options = whole.form["levers"]["dials"]["options"]
    form["levers"] = {"dials": {"options": {name: options[name] for name in ("usual", "high_target_pressure")}}}
    modes = whole.form["uncertainties"]["mode"]["options"]
    form["uncertainties"] = {"mode": {"options": {name: modes[name] for name in ("constrained", "unconstrained")}}}
    found = values_of(swept(design_from(form, whole.scenario), tmp_path / "runs"))
    assert len(found) == 8
    for key, outcomes in found.items():
        results = sim.run(scenario_of(key), years=SHORT, reps=2)
        for replication, record in enumerate(results.records):
            assert {name: row[replication] for name, row in outcomes.items()} == of_run(record)


def test_kept_results_are_what_a_run_gives_today():
    """Those that ship: of this version of the model, whole, small, and equal to a run that is done now."""
    found = keeping.read(keeping.folder())
    assert set(found.values) == set(shown())
    sizes = [file.stat().st_size for file in keeping.folder().rglob("*") if file.is_file()]
    assert max(sizes) < LARGEST
    for key, seed in ((Setting("coaching", "repetitive").key, 3), (Setting("directive", "constrained").key, 1)):
        record = sim.run(scenario_of(key), years=YEARS, seed=seed, reps=1).records[0]
        assert {name: row[seed - 1] for name, row in found.values[key].items()} == of_run(record)
    assert len(json.dumps(book(found, puzzles(), ""), separators=(",", ":"))) < 6_000_000
    for day in found.days.values():
        assert len(json.dumps(day, separators=(",", ":"))) < 45_000


def test_a_book_holds_what_a_page_needs(told):
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(told["settings"]) == shown()
    assert [style["name"] for style in told["styles"]] == list(STYLES)
    assert all(part["title"] and part["words"] for name in ("styles", "modes", "dials") for part in told[name])
    assert [level["value"] for level in told["dials"][0]["levels"]] == list(DIALS["psychological_safety"].values())
    counterparts = {each["name"]: each["counterpart"] for each in told["outcomes"] if "counterpart" in each}
    ledgers = {each["name"]: each["ledger"] for each in told["outcomes"]}
    assert all(counterparts[other] == name and ledgers[other] != ledgers[name] for name, other in counterparts.items())
    assert len(told["puzzles"]) >= 6
    assert len(told["limits"]) >= 5
    assert told["server"] is None
    assert told["about"]["replications"] == 200


def test_every_setting_with_usual_dials_and_every_setting_of_a_puzzle_has_a_day(told):
    wanted = {Setting(style["name"], mode["name"]).key for style in told["styles"] for mode in told["modes"]}
    for puzzle in told["puzzles"]:
        wanted |= {puzzle["a"], puzzle["b"]}
        assert puzzle["answer"] in [option["name"] for option in puzzle["options"]]
        assert "{" not in json.dumps([puzzle["story"], puzzle["debrief"], puzzle["discuss"]])
    assert set(told["days"]) == wanted


def test_patients_have_small_numbers_that_are_the_same_everywhere(told):
    for day in told["days"].values():
        assert day["who"][-1]["beds"][1:3] == [1, 2]
        assert day["events"][0]["patient"] == 1
    trace = told["puzzles"][0]["trace"]
    assert (trace["patient"], trace["key"], trace["events"][0]["patient"]) == (2, FIRST, 2)
    assert SECOND < FIRST


def test_results_that_say_otherwise_than_a_puzzle_make_no_book(made_up):
    puzzle = puzzles()["target_met"]
    lower = [0.7 * value for value in made_up.values[puzzle.a][puzzle.asks]]
    wrong = {**made_up.values, puzzle.b: {**made_up.values[puzzle.b], puzzle.asks: lower}}
    with pytest.raises(PuzzleError, match=r'target_met.expects.readmission is "more", and results say "fewer" \(30%\)'):
        book(replace(made_up, values=wrong), puzzles(), "")


def test_few_runs_make_a_book_and_say_what_they_do_not_bear_out(made_up):
    few = replace(made_up, values={**values(3)})
    puzzle = puzzles()["target_met"]
    few.values[puzzle.b][puzzle.asks][:] = few.values[puzzle.a][puzzle.asks]
    told = book(few, puzzles(), "")
    assert told["about"]["replications"] == 3
    assert any(sentence.startswith("target_met.expects.readmission") for sentence in otherwise(few, puzzles()))
    assert next(each for each in told["puzzles"] if each["name"] == "target_met")["answer"] == "same"


def test_what_is_kept_is_read_again_as_it_was(tmp_path):
    few = kept(4)
    few.values[shown()[0]]["wrong_choices"][2] = None
    keeping.keep(few, tmp_path / "kept")
    assert keeping.read(tmp_path / "kept") == few


def test_results_of_another_model_are_refused_with_what_to_do(tmp_path):
    keeping.keep(kept(2, model="0123456789abcdef"), tmp_path / "kept")
    with pytest.raises(
        KeptError, match=r"of version 0123456789abcdef of the model.*results/reference/workshop.py.*--fresh"
    ):
        keeping.read(tmp_path / "kept")


@pytest.mark.parametrize("broken", ["provenance.json", "outcomes/voice.csv"])
def test_results_that_are_torn_or_missing_are_refused_with_what_to_do(tmp_path, broken):
    keeping.keep(kept(2), tmp_path / "kept")
    (tmp_path / "kept" / broken).write_text("{,", encoding="utf-8")
    with pytest.raises(KeptError, match="--fresh"):
        keeping.read(tmp_path / "kept")
    (tmp_path / "kept" / broken).unlink()
    with pytest.raises(KeptError, match=f"has no {broken.rpartition('/')[2]}"):
        keeping.read(tmp_path / "kept")


@pytest.mark.parametrize("part", ["values", "days", "traces"])
def test_what_is_missing_is_named(made_up, part):
    held = dict(getattr(made_up, part))
    held.pop(puzzles()["deaths"].a if part != "traces" else "deaths")
    with pytest.raises(KeptError, match=r"deaths|there are no runs of directive/unconstrained"):
        book(replace(made_up, **{part: held}), puzzles(), "")


def test_every_outcome_of_a_page_is_kept_by_the_experiment():
    assert {each.name for each in SHOWN} <= set(design().outcomes)
    assert set(words()) == {"limits", "styles", "modes", "dials", "glossary"}
    assert ward().leadership.style in STYLES
    assert (
        key_of({"style": "coaching", "dials": "usual", "mode": "repetitive"}) == Setting("coaching", "repetitive").key
    )
