"""The documentation keeps up with the model: code runs, tables and lists are complete."""

import inspect
import re
import runpy

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from docs import reference
from docs.evidence import kept_claims
from sim.adoption import COLUMNS, template
from sim.analysis.arms import Runs, compare_arms
from sim.cli import app
from sim.commands.adopting import adopt
from sim.commands.comparing import compare
from sim.commands.reporting import report
from sim.commands.serving import serve
from sim.commands.workshop import build
from sim.engine.overrides import plain
from sim.engine.tick import tick
from sim.experiment.claims import FORMS, Statement, shipped
from sim.experiment.replications import COMPILING
from sim.report.saving import TABLES, save, save_comparison
from sim.state.parameters import MECHANISMS
from sim.workshop.puzzles import puzzles
from sim.workshop.settings import REPLICATIONS
from tests import pages
from tests.made_up import written

DOCS = pages.ROOT / "docs"
TEMPLATES = pages.ROOT / "sim" / "workshop" / "templates"
TRIED = ["tutorial_own_trust.md", "tutorial_first_session.md", "howto_run_a_workshop.md"]
SHORT = {"--years": "0.02", "--reps": "2"}
WITH_CODE = [page for page in pages.PAGES if pages.BLOCK.search(page.read_text(encoding="utf-8"))]


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_code_in_pages_runs_and_prints_what_stands_below_it(page, monkeypatch):
    monkeypatch.chdir(pages.ROOT)
    for block, printed in pages.runs(page):
        if block["printed"] is not None:
            assert printed == block["printed"], "run `uv run python -m tests.pages` and read what has changed"


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_commands_in_pages_are_such_as_can_be_given(page):
    known = {words[1:]: command for words, command in reference.every_command()}
    for given in pages.commands(page):
        (words,) = (words for words in known if tuple(given[: len(words)]) == words)
        known[words].make_context(" ".join(words), given[len(words) :])  # refuses what there is not


@pytest.mark.parametrize("page", TRIED)
def test_commands_of_a_lesson_work_one_after_the_other(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in pages.files(DOCS / page).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = [words for words in pages.commands(DOCS / page) if words[:2] != ["workshop", "serve"]]
    assert given
    for words in given:
        said = CliRunner().invoke(app, in_short(words))
        assert said.exit_code == 0, f"{' '.join(words)}: {said.output}"


def in_short(words: list[str]) -> list[str]:
    """A command whose runs are few and short."""
    shorter = [SHORT.get(before, word) for before, word in zip(["", *words], words, strict=False)]
    return [*shorter, "--no-check"] if words[0] == "adopt" and "--template" not in words else shorter


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial_first_run.md", "docs/howto_subclass_a_nurse.md"])
def test_pages_and_command_say_alike_how_long_compiling_takes(page):
    (how_long,) = re.findall(r"takes (\w+ to \w+ minutes)", COMPILING)
    assert how_long in " ".join((pages.ROOT / page).read_text(encoding="utf-8").split())


def test_the_table_of_decisions_is_that_of_the_model():
    table = pages.DECISIONS.search(text_of("howto_subclass_a_nurse.md"))
    assert table
    assert table[0] == table[1] + pages.decision_table() + table[2], "run `uv run python -m tests.pages`"


def test_the_page_of_claims_is_made_from_their_files():
    page = pages.CLAIMS.search(text_of("reference_claims.md"))
    assert page
    assert page[0] == page[1] + pages.claims_in_words() + page[2], "run `uv run python -m tests.pages`"


def test_pages_count_the_verdicts_that_are_kept():
    _, found = kept_claims()
    kept = found.drop_duplicates("claim")["verdict"].value_counts()
    words = {0: "none", 3: "three", 10: "ten"}
    counted = {verdict: words[int(kept.get(verdict, 0))] for verdict in ("supported", "refuted", "undecided")}
    said = f"{counted['supported']} is supported, {counted['refuted']} are refuted and {counted['undecided']} undecided"
    assert kept.sum() == len(shipped())
    assert said in " ".join(text_of("trace.md").split())


@pytest.mark.parametrize("name", MECHANISMS)
def test_the_model_page_names_every_switch(name):
    assert f"`{name}`" in text_of("explanation_model.md")


def phases(text: str) -> list[tuple[str, str]]:
    """Number and first words of each item of a numbered list."""
    items = re.findall(r"^ *(\d)\. (?:\*\*)?([\w ]+)", text, re.M)
    return [(number, name.lower().strip()) for number, name in items]


def test_the_model_page_lists_the_phases_of_a_tick_in_order():
    wanted = phases(plain(tick).__doc__ or "")
    assert wanted
    section = re.search(r"^## A quarter of an hour\n(.*?)^## ", text_of("explanation_model.md"), re.M | re.S)
    assert section
    assert phases(section[1]) == wanted


def test_the_page_on_results_names_every_file_and_column(tmp_path):
    page = text_of("howto_read_results.md")
    results = sim.run(pages.ROOT / "scenarios" / "small.toml", years=2 / 365, reps=2)
    tables = [getattr(results, table) for table in TABLES]
    columns = {column for table in [*tables, results.summary("ward and mode")] for column in table.columns}
    files = {path.name for path in save(results, tmp_path / "out").iterdir()}
    assert not [name for name in sorted(columns | files) if f"`{name}`" not in page]


def test_the_page_on_ablation_names_every_file_and_column(tmp_path):
    page = text_of("howto_ablate.md")
    ablation = sim.ablate(pages.ROOT / "scenarios" / "small.toml", "voice", years=2 / 365, reps=2)
    files = {path.name for path in sim.save(ablation, tmp_path / "out").iterdir()}
    assert not [name for name in sorted({*ablation.table.columns, *files}) if f"`{name}`" not in page]


def test_the_page_on_comparing_names_every_file_column_and_option(tmp_path):
    page = text_of("howto_compare_arms.md")
    results = sim.run(pages.ROOT / "scenarios" / "small.toml", years=2 / 365, reps=2)
    runs = Runs({"one": results, "other": results})
    comparison = compare_arms(runs)
    files = {path.name for path in save_comparison(comparison, runs, tmp_path / "out").iterdir()}
    options = {f"--{name}" for name in inspect.signature(compare).parameters if name != "what"}
    names = {*comparison.table.columns, *files, *options} - {"scenario_1.toml"}
    assert not [name for name in sorted(names) if not re.search(rf"`{re.escape(name)}\b", page)]


def test_the_page_on_ones_own_trust_names_every_column_and_option_and_shows_the_template():
    page = text_of("howto_use_your_own_trust.md")
    (table,) = re.findall(r"```text\n(ward,.*?)```", page, re.S)
    assert table.splitlines() == template().decode("utf-8-sig").splitlines()
    options = {f"--{name}" for name in inspect.signature(adopt).parameters if name != "table"}
    names = {column.name for column in COLUMNS} | options
    assert not [name for name in sorted(names) if f"`{name}`" not in page]


def test_the_page_on_reports_names_every_option():
    page = text_of("howto_make_a_report.md")
    options = {f"--{name}" for name in inspect.signature(report).parameters if name not in ("results", "page")}
    assert not [name for name in sorted({*options, "--output", "-o"}) if not re.search(rf"`{name}\b", page)]


def test_the_page_on_workshops_names_every_option():
    page = text_of("howto_run_a_workshop.md")
    options = {f"--{name}" for command in (build, serve) for name in inspect.signature(command).parameters}
    names = options - {"--page"} | {"--output", "-o"}
    assert not [name for name in sorted(names) if f"`{name}`" not in page]


def test_the_pack_has_every_puzzle_in_the_order_of_the_page():
    page = text_of("workshop/puzzles.md")
    wanted = [(name, puzzle.title, name, name) for name, puzzle in puzzles().items()]
    includes = r".*?/puzzle_(\w+)_asked.md.*?/puzzle_(\w+)_answered.md"
    found = re.findall(r"^\(puzzle-([\w-]+)\)=\n\n## (.*?)\n" + includes, page, re.M | re.S)
    assert [(label.replace("-", "_"), *rest) for label, *rest in found] == wanted


def test_what_stands_bold_in_plans_is_on_the_screen():
    one_or_many = f"One run, or {REPLICATIONS}"
    scripts = [path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.js"))]
    screen = "\n".join([one_or_many, *(puzzle.title for puzzle in puzzles().values()), *scripts])
    steps = [
        one_or_many if step == "oneOrMany" else step.strip('"') for step in re.findall(r"{ title: (.*), show:", screen)
    ]
    assert re.findall(r"^\| \*\*(.*?)\*\* \|", text_of("workshop/index.md"), re.M) == steps
    for plan in ("workshop/plan_20_minutes.md", "workshop/plan_50_minutes.md", "tutorial_first_session.md"):
        bold = (" ".join(words.split()) for words in re.findall(r"\*\*(.*?)\*\*", text_of(plan), re.S))
        assert not [words for words in bold if words not in screen]


def test_the_page_on_claims_names_every_file_column_key_and_form(tmp_path):
    page = text_of("howto_test_claims.md")
    found = sim.examine(written(tmp_path), years=2 / 365, reps=2)
    files = {path.name.replace("X1", "ID") for path in sim.save(found, tmp_path / "out").iterdir()}
    keys = {*Statement.model_fields, *(key for form in FORMS.values() for key in form.model_fields), *FORMS}
    names = files | keys | {*found.table.columns, *found.arms.columns}
    assert not [name for name in sorted(names) if f"`{name}`" not in page]


def test_the_readme_shows_the_reference_run():
    make = runpy.run_path(str(pages.ROOT / "results" / "reference" / "make.py"))
    summary = pd.read_csv(pages.ROOT / "results" / "reference" / "baseline" / "summary.csv")
    readme = (pages.ROOT / "README.md").read_text(encoding="utf-8")
    assert make["with_table"](readme, summary) == readme, "run `uv run python results/reference/make.py`"


def test_every_page_stands_in_the_table_of_contents():
    index = text_of("index.md")
    listed = {line for block in re.findall(r"```\{toctree\}\n(.*?)```", index, re.S) for line in block.splitlines()}
    written = {page.relative_to(DOCS).with_suffix("").as_posix() for page in pages.PAGES if DOCS in page.parents}
    assert written - {"index"} <= listed


def test_the_page_on_notebooks_names_every_lesson():
    folder = pages.ROOT / "notebooks"
    lessons = sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\]\((\w+\.md)\)", page)) == lessons
