"""The repository keeps its own promises: commands, versions, layers, sizes."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FIRST_SCREEN = 32  # lines

# Arrows run one way, from later lines to earlier ones. Parts on one line stand side by side: one may import
# the other, but not both ways.
LAYERS = (
    ("state",),
    ("agents",),
    ("ward",),
    ("leadership",),
    ("engine", "scenario"),
    ("experiment",),
    ("analysis", "tracing"),
    ("adoption", "calibration"),
    ("report", "workshop"),
    ("interface",),
    ("commands",),
    ("__init__", "__main__", "cli"),
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}

# What people are and do knows no files, no tables of results, no web, and no chance but the keyed one.
CORE = ("state", "agents", "ward", "leadership")
NOT_IN_CORE = {
    "aiohttp", "csv", "glob", "http", "io", "jinja2", "json", "matplotlib", "os", "pandas", "pathlib", "pickle",
    "plotly", "pyarrow", "pydantic", "random", "requests", "rich", "secrets", "shutil", "socket", "starlette",
    "tempfile", "tomllib", "typer", "urllib",
}  # fmt: skip
EXCEPT = {"sim/state/behaviours.py": {"os", "pathlib"}}  # it says where compiled behaviours are kept


def modules() -> list[Path]:
    return sorted((ROOT / "sim").rglob("*.py"))


def part_of(path: Path) -> str:
    """The part of the package a module belongs to: its folder, or its own name at the top."""
    return path.relative_to(ROOT / "sim").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Each import of a module as (line, full dotted name), relative ones resolved."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            for alias in node.names:
                yield node.lineno, ".".join([*base, *([node.module] if node.module else []), alias.name])


def tracked_files() -> list[Path]:
    """What git keeps, or would keep on the next `git add`."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def commands_of_first_screen() -> list[str]:
    first = "\n".join(README.splitlines()[:FIRST_SCREEN])
    return [
        line for block in re.findall(r"```(?:console|bash|sh)\n(.*?)```", first, re.S) for line in block.splitlines()
    ]


def test_the_readme_opens_with_exactly_two_commands():
    main_job, tests = commands_of_first_screen()
    assert main_job == "pip install uv && uv run microsystem run scenarios/baseline.toml --years 1 --reps 10"
    assert tests == "pip install uv && uv run pytest"


def test_ci_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (command,) = re.findall(r"^test_command='(.*)'$", script, re.M)
    assert command == commands_of_first_screen()[1]
    assert re.search(r'^stage .* bash -c "\$test_command"$', script, re.M)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_follow_the_arrows(path):
    part = part_of(path)
    assert part in RANK, f"{part} has no place in LAYERS"
    for line, name in imports(path):
        if name.split(".")[0] != "sim":
            continue
        wanted = [*name.split("."), "__init__"][1]
        wanted = wanted if wanted in RANK else "__init__"  # `from sim import run` reaches for the top
        assert RANK[wanted] <= RANK[part], f"line {line}: {part} must not import {name}"


def test_parts_that_stand_side_by_side_do_not_import_each_other_both_ways():
    seen = {
        (part_of(path), name.split(".")[1])
        for path in modules()
        for _, name in imports(path)
        if name.startswith("sim.")
    }
    for layer in LAYERS[:-1]:
        for one in layer:
            for other in layer:
                assert one == other or not {(one, other), (other, one)} <= seen, f"{one} and {other} form a circle"


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if part_of(path) in CORE],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_people_and_wards_know_no_files_tables_or_web(path):
    foreign = NOT_IN_CORE - EXCEPT.get(path.relative_to(ROOT).as_posix(), set())
    for line, name in imports(path):
        assert name.split(".")[0] not in foreign, f"line {line}: imports {name}"
        assert not name.startswith("numpy.random"), f"line {line}: chance is keyed, see sim/state/chance.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name):
            assert node.value.id not in {"np", "numpy"}, f"line {node.lineno}: chance is keyed"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "open", f"line {node.lineno}: opens a file"


def test_one_version_everywhere():
    version = PROJECT["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r'^version: "?([^"\n]+)"?$', citation, re.M).group(1) == version
    assert re.search(r"^## \[(\d[^\]]*)\]", changelog, re.M).group(1) == version


def test_the_lock_file_is_of_this_project_file():
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    (ours,) = [package for package in lock["package"] if package["name"] == PROJECT["project"]["name"]]
    locked = {"": ours["metadata"]["requires-dist"], **ours["metadata"]["requires-dev"]}
    extras = [each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra]
    asked = {"": [*PROJECT["project"]["dependencies"], *extras], **PROJECT["dependency-groups"]}

    def pair(requirement: str) -> tuple[str, tuple[str, ...]]:
        name, limits = re.fullmatch(r"([\w.-]+)(.*)", requirement).groups()
        return name, tuple(sorted(limits.split(",")))

    assert ours["version"] == PROJECT["project"]["version"]
    assert {group: {pair(requirement) for requirement in asked[group]} for group in asked} == {
        group: {pair(entry["name"] + entry.get("specifier", "")) for entry in locked[group]} for group in locked
    }, "run `uv lock`"


def test_links_within_the_repository_lead_somewhere():
    for page in (path for path in tracked_files() if path.suffix == ".md"):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_no_file_is_above_one_megabyte():
    large = [path.relative_to(ROOT).as_posix() for path in tracked_files() if path.stat().st_size > 1_000_000]
    assert not large


def test_nothing_in_the_package_is_left_to_do():
    mark = "TO" + "DO"
    left = [path for path in (ROOT / "sim").rglob("*.py") if mark in path.read_text(encoding="utf-8")]
    assert not left


def test_results_that_are_kept_come_from_sources_that_are_kept():
    made = sorted((ROOT / "results" / "reference").rglob("provenance.json"))
    assert len(made) > 20
    assert [path for path in made if "+dirty" in path.read_text(encoding="utf-8")] == []
