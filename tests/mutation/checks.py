"""What judges: the golden digests of small hospitals, and the tests that name a behaviour, all in plain Python."""

import ast
import os
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path

from sim.engine.hospital_state import HospitalState
from sim.engine.mesa_driver import Hospital
from tests.engine.hospitals import COUNTED, GOLDEN, RECORD, ROOT, Trial, digest, hospitals, record, run

# Gives "" where all is as it should be, and else what is not.
Check = Callable[[], str]

BY_MESA = ", by Mesa"

# Hospitals that enter nearly every line between them, and end soon; found by coverage.
PANEL = (
    "nothing is safe to say",
    "all is answered for",
    "leads change and people learn",
    f"one bed{BY_MESA}",
    "a checklist is mandated",
    "all planned",
    "wishes wait for the manager",
    "several lead by turns",
    "a division's manager leads",
)

# And those that enter the rest of what any of them enters.
BEYOND = (
    "six beds",
    "what is met is believed at once",
    "all emergencies",
    "handover in structure is adopted",
    f"all is on{BY_MESA}",
    RECORD,
    "a lead who only shows data",
    "all is on, larger",
    "a lead who only presses",
    "three wards, one division",
    "a consultant listens",
    "three wards, two divisions",
    "a senior nurse leads",
    "people come and go",
)

FOLDERS_OF_TESTS = ("limits", "leadership", "engine")


def by_mesa(trial: Trial) -> HospitalState:
    """The tables after the run by the Mesa driver."""
    model = Hospital(trial.scenario, trial.seed, trial.days, state=trial.build())
    for _ in range(trial.ticks):
        model.step()
    return model.state


@cache
def _kept() -> dict[str, str]:
    return dict(line.split("\t")[:2] for line in GOLDEN.read_text(encoding="utf-8").splitlines())


def golden(name: str) -> Check:
    """Whether a hospital ends with its golden digest."""
    if name == RECORD:
        return lambda: _held(digest(record(), COUNTED), name)
    hospital = name.removesuffix(BY_MESA)
    trial = hospitals()[hospital]
    driver = by_mesa if name.endswith(BY_MESA) else run
    return lambda: _held(digest(driver(trial), COUNTED), hospital)


def _held(found: str, name: str) -> str:
    return "" if found == _kept()[name] else "another digest"


def passed(test: str) -> str:
    """Run a test of pytest in this process, which should do nothing else afterwards."""
    import pytest

    os.environ["CI"] = "1"  # hypothesis then draws the same examples every time
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    code = pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", "--rootdir", str(ROOT), str(ROOT / test)])
    return "" if code == pytest.ExitCode.OK else "the test fails"


def naming(behaviours: Iterable[str]) -> dict[str, Check]:
    """Tests that call one of some behaviours by its name, themselves or through a helper of their file."""
    wanted = set(behaviours)
    found = {}
    for folder in FOLDERS_OF_TESTS:
        for path in sorted((ROOT / "tests" / folder).glob("test_*.py")):
            named = _names(path)
            for test in named:
                if test.startswith("test_") and named[test] & wanted:
                    identity = f"{path.relative_to(ROOT).as_posix()}::{test}"
                    found[identity] = partial(passed, identity)
    return found


@cache
def _names(path: Path) -> dict[str, set[str]]:
    """What each function of a file names, with what those name that it names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    named = {
        function.name: {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        | {argument.arg for argument in function.args.args}  # fixtures
        for function in functions
    }
    while True:
        wider = {name: used.union(*(named[other] for other in used & named.keys())) for name, used in named.items()}
        if wider == named:
            return named
        named = wider
