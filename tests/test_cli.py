import json
import re
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from sim.experiment import replications
from sim.state.parameters import MECHANISMS
from tests.synthetic import random_record

SMALL = Path(__file__).parents[1] / "scenarios" / "small.toml"
WINTER = SMALL.with_name("winter_shock.toml")


@pytest.fixture
def engine(monkeypatch):
    """An engine that answers at once with random records."""

    def run_once(scenario, seed, days, warm_up_days, driver="compiled", progress=None):
        return random_record(seed, wards=len(scenario.wards), days=days, warm_up=warm_up_days)

    fake = SimpleNamespace(run_once=run_once, is_warm=lambda: True)
    monkeypatch.setattr(replications, "engine", fake)
    return fake


def call(*words):
    from sim.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def test_help_loads_nothing_heavy():
    code = (
        "import sys, sim.cli\n"
        "try: sim.cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numba', 'numpy', 'pandas', 'mesa', 'pydantic', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"
    assert "validate" in said


def test_the_version_is_the_packages():
    said = call("--version")
    assert said.exit_code == 0
    assert re.fullmatch(r"microsystem \d+\.\d+\.\d+\n", said.output)


def test_a_run_shows_both_tables_and_writes_nothing_unasked(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = call("run", SMALL, "--reps", 2, "--years", 0.1)
    assert said.exit_code == 0
    assert said.stdout.startswith("Led by ward managers, pace-setting\n")
    assert "Errors on their way to the patient" in said.stdout
    assert "Deaths in hospital" in said.stdout
    assert "Compare published figures with the observed ledger only." in said.stdout
    assert len(said.stderr.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_run_can_be_kept(engine, tmp_path):
    said = call("run", SMALL, "--reps", 2, "--seed", 9, "--years", 0.1, "--out", tmp_path / "out")
    assert said.exit_code == 0
    origin = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert (origin["run"]["seed"], origin["run"]["replications"], origin["run"]["days"]) == (9, 2, 36)


def command_kept(folder):
    return json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["run"]["command"]


def test_the_same_run_keeps_the_same_command_wherever_it_is_written(engine, tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "small.toml").write_bytes(SMALL.read_bytes())
    monkeypatch.chdir(tmp_path)
    options = ["--years", 0.1, "--seed", 9, "--reps", 2, "--driver", "mesa", "--threads", 1]
    assert call("run", "mine/small.toml", *options, "--out", "one").exit_code == 0
    assert call("run", *options, f"--out={tmp_path / 'deep' / 'two'}", tmp_path / "mine" / "small.toml").exit_code == 0
    assert command_kept(tmp_path / "one") == ["microsystem", "run", "mine/small.toml", *map(str, options)]
    assert command_kept(tmp_path / "deep" / "two") == command_kept(tmp_path / "one")


def test_the_command_that_is_kept_runs_again_with_the_same_results(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(SMALL.parents[1])
    assert call("run", "scenarios/small.toml", "--years", 1, "--reps", 2, "--out", tmp_path / "once").exit_code == 0
    program, *words = command_kept(tmp_path / "once")
    assert (program, words[words.index("--years") + 1]) == ("microsystem", "1")
    assert call(*words, "--out", tmp_path / "again").exit_code == 0
    files = [(tmp_path / folder / "outcomes.parquet").read_bytes() for folder in ("once", "again")]
    assert files[0] == files[1]


def test_files_that_are_kept_say_nothing_of_the_folders_of_the_machine(engine, tmp_path, monkeypatch):
    secret, here = tmp_path / "alice", tmp_path / "here"
    for folder in (secret, here):
        folder.mkdir()
    (secret / "small.toml").write_bytes(SMALL.read_bytes())
    monkeypatch.chdir(here)
    assert call("run", secret / "small.toml", "--reps", 1, "--years", 0.1, "--out", here / "out").exit_code == 0
    assert command_kept(here / "out")[:3] == ["microsystem", "run", "small.toml"]
    kept = {path.name: path.read_bytes() for path in (here / "out").iterdir()}
    assert len(kept) == 9
    assert not [name for name, content in kept.items() if b"alice" in content or bytes(tmp_path) in content]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "nowhere.toml"], "nowhere.toml"),
        (["run", SMALL, "--driver", "magic"], "compiled, mesa"),
        (["run", SMALL, "--reps", "0"], "reps must be"),
        (["run", SMALL, "--years", "nan"], "years must be"),
        (["run", SMALL, "--sede", "3"], "--seed"),
        (
            ["run", WINTER, "--years", "0.2"],
            'the intervention "A fifth more patients" is on day 120',
        ),
        (["ablate", "nowhere.toml"], "nowhere.toml"),
        (["ablate", SMALL, "--mechanism", "fatige"], 'there is no mechanism "fatige"; did you mean "fatigue"?'),
        (["ablate", SMALL, "--outcome", "mortalty"], 'there is no outcome "mortalty"; did you mean "mortality"?'),
        (["validate", "nowhere.toml"], "nowhere.toml"),
        (["explain", "mortalitty"], "mortality"),
        (["explain", "m27"], "m27 is not a name of this model; did you mean M7 or M2"),
        (["styles", "coachin"], '"coachin" is not a style that ships; did you mean "coaching"?'),
        (["styles", "../baseline"], '"../baseline" is not a style that ships'),
        (["styles", "x" * 3_000], "is not a style that ships"),
        (["styles", ""], '"" is not a style that ships'),
    ],
)
def test_mistakes_get_one_message_and_status_two(engine, words, message):
    said = call(*words)
    assert said.exit_code == 2
    assert message in said.stderr
    assert said.stdout == ""
    assert "Traceback" not in said.stderr


@pytest.fixture
def untouched(engine, tmp_path, monkeypatch):
    """A folder of things that go wrong to stand in, and a check that nothing ran or was written there."""

    def run_once(*_, **__):
        raise AssertionError("it ran")

    engine.run_once = run_once
    text = SMALL.read_text(encoding="utf-8")
    (tmp_path / "small.toml").write_text(text, encoding="utf-8")
    (tmp_path / "silent.toml").write_text(f"{text}\n[mechanisms]\nvoice = false\n", encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b'title = "caf\xe9"')
    (tmp_path / "wide.toml").write_bytes(text.encode("utf-16"))
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    (tmp_path / "deep.toml").write_text("a = " + "[" * 50_000)
    (tmp_path / "digits.toml").write_text("[run]\nseed = " + "9" * 5_000)
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "scenario.json").write_text('{"title": "x"}')
    (tmp_path / "outside.toml").write_text('extends = "../other.toml"')
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "folder.toml").mkdir()
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    yield tmp_path
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["validate", "."], "this is a folder; name a .toml file in it"),
        (["validate", ""], "this is a folder; name a .toml file in it"),
        (["run", "folder.toml"], "folder.toml: this is a folder"),
        (["run", "smal.toml"], 'did you mean "small.toml"?'),
        (["run", "/dev/null"], "this is not an ordinary file"),
        (["run", "loop.toml"], "the file cannot be read"),
        (["run", "small.toml/x"], "small.toml/x: the file cannot be read: Not a directory"),
        (["run", "x" * 3_000], "the file cannot be read: File name too long"),
        (["run", "latin.toml"], "line 1 is not UTF-8 text"),
        (["run", "wide.toml"], "is not UTF-8 text"),
        (["run", "binary.toml"], "is not UTF-8 text"),
        (["run", "deep.toml"], "nested too deeply"),
        (["run", "digits.toml"], "too many digits"),
        (["run", "empty.toml"], "title is missing"),
        (["run", "scenario.json"], "this is not TOML"),
        (["run", "outside.toml"], "extends is"),
        (["run", "small.toml", "--years", "0"], "years must be a number above 0"),
        (["run", "small.toml", "--years", "1e400"], "years must be a number above 0 and up to 50"),
        (["run", "small.toml", "--years", "two"], "--years"),
        (["run", "small.toml", "--reps", "1.5"], "--reps"),
        (["run", "small.toml", "--reps", "9" * 30], "reps must be a whole number from 1 to 100,000"),
        (["run", "small.toml", "--reps", "9" * 5_000], "--reps"),
        (["run", "small.toml", "--seed", "-1"], "seed must be a whole number from 0"),
        (["run", "small.toml", "--threads", "0"], "threads must be a whole number from 1"),
        (["run", "small.toml", "--driver", ""], "driver must be one of"),
        (["run", "small.toml", "more.toml"], "unexpected extra argument"),
        (["run"], "Missing argument"),
        (["run", "small.toml", "--out"], "requires an argument"),
        (["runn", "small.toml"], "No such command"),
        (["run", "small.toml", "--out", "small.toml"], "small.toml exists and is not an empty folder"),
        (["run", "small.toml", "--out", "."], "exists and is not an empty folder"),
        (["run", "small.toml", "--out", "folder.toml/.."], "exists and is not an empty folder"),
        (["run", "small.toml", "--out", "new/.."], "exists and is not an empty folder"),
        (["run", "small.toml", "--out", "nowhere"], "nowhere exists and is not an empty folder"),
        (["run", "small.toml", "--out", "small.toml/out"], "cannot write small.toml/out: Not a directory"),
        (["run", "small.toml", "--out", "/proc/out"], "cannot write /proc/out"),
        (["run", "small.toml", "--out", "x" * 300], "File name too long"),
        (["run", "small.toml", "--out", "new/" + "x" * 300 + "/out"], "File name too long"),
        (["run", "small.toml", "--out", "x/" * 3_000], "File name too long"),
        (["run", "small.toml", "--out", "caf\udce9"], "not a usable folder name"),
        (["ablate"], "Missing argument"),
        (["ablate", "empty.toml"], "title is missing"),
        (["ablate", "small.toml", "--reps", "0"], "reps must be a whole number from 1"),
        (["ablate", "small.toml", "--mechanism"], "requires an argument"),
        (["ablate", "small.toml", "--mechanism", ""], 'there is no mechanism ""'),
        (["ablate", "small.toml", "--mechanism", "voice", "--mechanism", "\udcff\x1b"], "there is no mechanism"),
        (["ablate", "small.toml", "--mechanism", "x" * 100_000], "`microsystem explain` lists them"),
        (["ablate", "small.toml", "--outcome", "slips"], 'there is no outcome "slips"'),
        (["ablate", "small.toml", "--outcome", "mortality,voice"], 'there is no outcome "mortality,voice"'),
        (["ablate", "silent.toml", "--mechanism", "voice"], 'mechanism "voice" is off in this scenario already'),
        (["ablate", "small.toml", "--out", "small.toml"], "small.toml exists and is not an empty folder"),
        (["explain", ""], '"" is not a name of this model'),
        (["explain", "x" * 100_000], "is not a name of this model"),
        (["explain", "\udcff\x1b"], "is not a name of this model"),
    ],
)
def test_no_mistake_ends_in_a_traceback_or_leaves_anything_behind(untouched, words, message):
    said = call(*words)
    assert said.exit_code == 2, said.exception
    assert isinstance(said.exception, SystemExit)
    assert message in " ".join(said.stderr.split())
    assert said.stdout == ""
    assert "\x1b" not in said.stderr


def test_the_empty_folder_one_is_in_is_refused_beforehand(untouched, monkeypatch):
    monkeypatch.chdir("folder.toml")
    said = call("run", SMALL, "--out", ".")
    assert said.exit_code == 2
    assert "is the folder you are in: name a new folder in it" in said.stderr


def test_a_terminal_without_a_letter_shows_something_else_and_keeps_the_results(engine, tmp_path, monkeypatch):
    from sim.cli import main

    terminal = TextIOWrapper(BytesIO(), encoding="ascii")
    words = ["run", str(SMALL), "--years", "0.1", "--reps", "1", "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "argv", ["microsystem", *words])
    with pytest.raises(SystemExit) as left:
        main()
    terminal.flush()
    assert left.value.code in (0, None)
    assert b"Deaths in hospital" in terminal.buffer.getvalue()
    assert (tmp_path / "out" / "outcomes.parquet").exists()


def test_control_characters_of_a_title_or_a_folder_do_not_reach_the_terminal(engine, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        SMALL.read_text(encoding="utf-8").replace('"Six beds"', r'"Six \u009b31m beds"', 1), encoding="utf-8"
    )
    said = call("run", mine, "--years", 0.1, "--reps", 1, "--out", tmp_path / "a\x1b[31m")
    assert said.exit_code == 0
    assert not {"\x1b", "\x9b"} & set(said.stderr)


def test_a_file_name_that_is_no_utf8_does_no_harm(engine, tmp_path):
    mine = tmp_path / "caf\udce9.toml"
    mine.write_bytes(SMALL.read_bytes())
    assert call("run", mine, "--years", 0.1, "--reps", 1, "--out", tmp_path / "out").exit_code == 0
    assert command_kept(tmp_path / "out")[2] == "caf\\udce9.toml"


def test_a_folder_in_use_is_refused_before_anything_runs(engine, tmp_path):
    def run_once(*_, **__):
        raise AssertionError("it ran")

    engine.run_once = run_once
    (tmp_path / "mine").write_text("")
    said = call("run", SMALL, "--out", tmp_path)
    assert said.exit_code == 2
    assert "not an empty folder" in said.stderr


def test_an_ablation_shows_a_row_for_each_mechanism_and_writes_nothing_unasked(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = call("ablate", SMALL, "--reps", 2, "--years", 0.1)
    assert said.exit_code == 0
    assert said.stdout.startswith("Led by ward managers, pace-setting\n")
    assert "What each mechanism carries" in said.stdout
    assert {line.split()[0] for line in said.stdout.splitlines() if line.split()[1:] == ["0"] * 7} == set(MECHANISMS)
    assert f"without each of {len(MECHANISMS)} mechanisms, 2 replications each of 36 days" in said.stderr
    assert len(said.stderr.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_ablation_says_which_mechanisms_were_off_already(engine, tmp_path):
    silent = tmp_path / "silent.toml"
    silent.write_text(f"{SMALL.read_text(encoding='utf-8')}\n[mechanisms]\nvoice = false\n", encoding="utf-8")
    said = call("ablate", silent, "--reps", 1, "--years", 0.1)
    assert "Off in this scenario already, and left out: voice." in said.stderr
    assert not [line for line in said.stdout.splitlines() if line.split()[:1] == ["voice"]]
    chosen = call("ablate", silent, "--reps", 1, "--years", 0.1, "--mechanism", "harm")
    assert "Off in this scenario" not in chosen.stderr
    assert "in full and without one mechanism, one replication each" in chosen.stderr


def test_the_command_of_an_ablation_runs_again_with_the_same_results(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(SMALL.parents[1])
    words = ["ablate", "scenarios/small.toml", "--mechanism", "harm", "--mechanism", "voice", "--outcome", "wait"]
    words += ["--years", "1", "--reps", "2", "--driver", "compiled", "--threads", "2"]
    assert call(*words, "--out", tmp_path / "once").exit_code == 0
    assert command_kept(tmp_path / "once") == ["microsystem", *words]
    assert call(*command_kept(tmp_path / "once")[1:], "--out", tmp_path / "again").exit_code == 0
    files = [(tmp_path / folder / "ablation.csv").read_bytes() for folder in ("once", "again")]
    assert files[0] == files[1]


@pytest.mark.parametrize("command", ["run", "ablate"])
def test_ctrl_c_is_answered_in_one_line(engine, tmp_path, command):
    def run_once(*_, **__):
        raise KeyboardInterrupt

    engine.run_once = run_once
    said = call(command, SMALL, "--reps", 3, "--out", tmp_path / "out")
    assert said.exit_code == 130
    assert said.stderr.endswith("Stopped; nothing was written.\n")
    assert list(tmp_path.iterdir()) == []


def test_our_own_faults_keep_their_traceback(engine):
    def run_once(*_, **__):
        raise ZeroDivisionError

    engine.run_once = run_once
    said = call("run", SMALL, "--reps", 1)
    assert said.exit_code == 1
    assert isinstance(said.exception, ZeroDivisionError)


def test_compiling_is_announced(engine):
    warm = iter([False, False, True])
    engine.is_warm = lambda: next(warm)
    assert "Compiling the model for this machine, once" in call("run", SMALL, "--reps", 1, "--years", 0.1).stderr


def test_validate_sums_the_hospital_up():
    said = call("validate", SMALL)
    assert said.exit_code == 0
    assert re.search(r"small\.toml: OK: 1 ward, \d+ beds, \d+ posts; digest [0-9a-f]{16}\n", said.stdout)


def test_validate_goes_on_after_a_fault():
    said = call("validate", "nowhere.toml", SMALL)
    assert said.exit_code == 2
    assert "OK" in said.stdout
    assert "nowhere.toml" in said.stderr


def test_a_name_that_is_an_outcome_and_a_column_gets_both():
    said = call("explain", "recognised").stdout
    assert "an outcome" in said
    assert "true.recognised" in said


def test_explain_alone_lists_outcomes_parameters_and_switches():
    said = call("explain").stdout
    assert all(word in said for word in ("mortality", "errors", "staffing", "coaching", "microsystem explain NAME"))
    assert re.search(r"^  extends +another scenario file", said, re.M)
    assert re.search(r"^  M14 +leadership, symbolic_attention$", said, re.M)


def test_explain_takes_a_row_of_the_register_as_it_is_written_or_in_small_letters():
    assert "mechanisms.symbolic_attention: people copy" in call("explain", "M14").stdout
    assert call("explain", "m14").stdout == call("explain", "M14").stdout


def test_styles_stand_side_by_side_line_by_line():
    said = call("styles").stdout
    names = [path.stem for path in (SMALL.parent / "styles").glob("*.toml")]
    assert all(re.search(rf"^  {name} ", said, re.M) for name in names)
    chase, by_mode = re.findall(r"^ chase +(.+)$", said, re.M)
    assert len(chase.split()) == len(names) == 11
    assert len(by_mode.split()) == 2 * 3
    whole = re.findall(r"^ in all +(.+)$", said, re.M)
    assert set(" ".join(whole).split()) == {"20.0"}
    assert all(line in said for line in ("direct_care", "quality_language", "keeps_promises", "presses"))


def test_a_style_is_shown_in_full_with_its_reason_and_source():
    said = call("styles", " mode_contingent ").stdout
    assert said.startswith("mode_contingent: Mode-contingent\n")
    assert "Source: Bohmer 2012, section 4 with Table 1" in said
    assert re.search(r"^ design +3\.0 +6\.5 +2\.0 +0\.5 *$", said, re.M)
    assert re.search(r"^ blames +0\.1 *$", said, re.M)


def test_a_faulty_style_is_told_by_its_own_file_and_nothing_is_run(untouched):
    (untouched / "styles").mkdir()
    text = (SMALL.parent / "styles" / "coaching.toml").read_text(encoding="utf-8")
    (untouched / "styles" / "mine.toml").write_text(text.replace("coach = 6.5", "coach = 6.0"), encoding="utf-8")
    led = '\n[leadership]\nstyle = "mine"\n'
    (untouched / "small.toml").write_text(SMALL.read_text(encoding="utf-8") + led, encoding="utf-8")
    for words in (["validate", "small.toml"], ["run", "small.toml"]):
        said = call(*words)
        assert said.exit_code == 2
        assert said.stderr == "styles/mine.toml: hours adds up to 19.5 hours, 0.5 too few; a week of leading has 20\n"
    (untouched / "styles" / "mine.toml").unlink()
    (untouched / "styles").rmdir()


def test_the_schema_is_json():
    assert json.loads(call("schema").stdout)["$schema"].startswith("https://json-schema.org")


def test_a_reader_who_leaves_early_is_no_error():
    command = f"{sys.executable} -c 'from sim.cli import main; main()' schema | head -c 10"
    said = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=SMALL.parents[1])
    assert said.stderr == ""
