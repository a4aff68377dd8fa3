"""Giving a case to `microsystem`, in a process of its own for each.

A new process imports for a second or two. So most are forked from this one, which has imported and compiled what they
need, and each then does what the script of the command does; now and then one starts from nothing.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from sim import cli, engine
from sim.commands.running import USER_MISTAKE
from sim.scenario import load
from tests.fuzzing.cases import Case
from tests.fuzzing.judging import ACCEPTED, BROKE, HUNG, REFUSED, Found
from tests.fuzzing.trying import Watch, warm_up
from tests.fuzzing.valid import SMALL

PATIENCE = 300.0  # seconds on the clock
FRESH_EVERY = 50
STRAYED = "the watch heard: "
FOLDER = "case"  # as the command is told it
SCRIPT = "import sys; from sim.cli import main; sys.argv[0] = 'microsystem'; main()"


def ready() -> None:
    """Import and compile what the commands need, before anything is forked."""
    for name in ("sim.analysis.estimate", "sim.analysis.results", "sim.report.tables", "sim.analysis.warm_up"):
        import_module(name)
    warm_up()
    engine.run_once(load(SMALL), 1, 1, 0)


def words(case: Case) -> list[str]:
    """The command for a case: check a scenario or run it, or say what a design will cost."""
    given = f"{FOLDER}/{case.given}"
    if case.form == "design":
        return ["plan", given]
    return ["run", given, "--reps", "1"] if case.number % 2 else ["validate", given]


def commanded(case: Case, around: Path, watch: Watch) -> Found:
    """What comes of the case by the command, which is started in `around`; that folder is emptied first."""
    shutil.rmtree(around, ignore_errors=True)
    (around / FOLDER).mkdir(parents=True)
    case.lay(around / FOLDER)
    said = around.with_name(f"{around.name}-said")
    before = _listing(around)
    with said.open("wb") as heard:
        begin = _started if case.number % FRESH_EVERY == 0 else partial(_forked, watch)
        status, seconds = _ended(begin(words(case), around, heard.fileno()))
    told = said.read_text(encoding="utf-8", errors="replace").strip()
    strayed = [line for line in told.splitlines() if line.startswith(STRAYED)]
    changed = [f"left {path}" for path in sorted(_listing(around) ^ before)]
    return Found(_outcome(status, told), told, seconds, (*strayed, *changed))


def _outcome(status: int | None, told: str) -> str:
    if status is None:
        return HUNG
    if "Traceback" in told or status not in (0, USER_MISTAKE):
        return BROKE
    return ACCEPTED if status == 0 else REFUSED


def _listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _started(command: Sequence[str], folder: Path, heard: int) -> int:
    """A new process; its number."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *command],
        cwd=folder, env=here, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=heard,
    ).pid  # fmt: skip


def _forked(watch: Watch, command: Sequence[str], folder: Path, heard: int) -> int:
    """A process forked from this one; its number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream, of in ((0, nothing), (1, nothing), (2, heard)):
            os.dup2(of, stream)
        sys.argv = ["microsystem", *command]
        sys.dont_write_bytecode = True  # of what is imported late, which is no fault of the command
        with watch.over(folder, f"{FOLDER}/x", reading=False) as strayed:
            status = _as_a_script()
        for what in strayed:
            print(f"{STRAYED}{what}", file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _as_a_script() -> int:
    """Run the command line; its exit status, as Python gives it to a script."""
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _ended(pid: int) -> tuple[int | None, float]:
    """The exit status of a process, nothing if it had to be killed, and its time of a processor in seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    _, _, used = os.wait4(pid, 0)
    return None, used.ru_utime + used.ru_stime
