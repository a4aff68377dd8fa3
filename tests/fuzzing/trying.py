"""Giving a case to the program: in this process, or to the command in a process of its own."""

import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from sim.analysis.outcomes import BY_NAME
from sim.experiment.design_files import load_design
from sim.experiment.draws import posterior
from sim.experiment.sampling import sample
from sim.scenario import ScenarioError, load
from sim.scenario.styles import shipped_styles
from tests.fuzzing.cases import Case
from tests.fuzzing.judging import ACCEPTED, BROKE, HUNG, MOST_SECONDS, REFUSED, Found

PATIENCE = {signal.ITIMER_PROF: MOST_SECONDS, signal.ITIMER_REAL: 600.0}  # of a processor, and on the clock

MAKING = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.system", "os.exec")
LEAVING = ("subprocess.Popen", "socket.connect", "ctypes.dlopen", "os.fork")
OWN = tuple(f"{os.path.realpath(place)}{os.sep}" for place in (sys.prefix, sys.base_prefix, Path(__file__).parents[2]))


class Hung(BaseException):
    """A case took longer than anybody waits."""


class Watch:
    """Hears what Python opens, makes or starts while a case is tried."""

    def __init__(self) -> None:
        self._folder = ""
        self._reading = True
        self._allowed: tuple[str, ...] = ()
        self._strayed: list[str] = []
        sys.addaudithook(self._hear)

    @contextmanager
    def over(self, folder: Path, given: str, reading: bool = True) -> Iterator[list[str]]:
        """Collects what goes beyond reading: files in `folder`, the one that is given wherever it leads, the program.

        Without `reading` it hears only what is written, made or started: a run reads what the machine says of itself.
        """
        self._reading = reading
        self._allowed = (f"{os.path.realpath(folder)}{os.sep}", os.path.realpath(folder / given), *OWN)
        self._folder, self._strayed = str(folder), []
        try:
            yield self._strayed
        finally:
            self._folder = ""

    def _hear(self, event: str, words: tuple[Any, ...]) -> None:
        if not self._folder:
            return
        if event == "open":
            path, mode, _flags = words
            writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
            if isinstance(path, int):
                return
            if writes or (self._reading and not self._is_allowed(os.fsdecode(path))):
                self._strayed.append(f"opened {os.fsdecode(path)!r} to {'write' if writes else 'read'}")
        elif event in MAKING or event in LEAVING:
            self._strayed.append(f"{event} {words!r}"[:200])

    def _is_allowed(self, path: str) -> bool:
        return os.path.realpath(path).startswith(self._allowed)


def accept(case: Case, folder: Path) -> None:
    """Read the file that is given, as commands do.

    Raises:
        ScenarioError: it is refused.
    """
    if case.form == "design":
        load_design(folder / case.given, BY_NAME)
    else:
        load(folder / case.given)


def tried(case: Case, folder: Path, watch: Watch) -> Found:
    """What comes of the case in this process; `folder` is emptied and filled with its files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    case.lay(folder)
    before = time.process_time()
    with watch.over(folder, case.given) as strayed, _patience():
        outcome, said = _outcome(case, folder)
    return Found(outcome, said, round(time.process_time() - before, 3), tuple(strayed))


def _outcome(case: Case, folder: Path) -> tuple[str, str]:
    try:
        accept(case, folder)
    except ScenarioError as refusal:
        return REFUSED, str(refusal)
    except Hung:
        return HUNG, traceback.format_exc()
    except Exception:
        return BROKE, traceback.format_exc()
    return ACCEPTED, ""


@contextmanager
def _patience() -> Iterator[None]:
    """Raise `Hung` in whatever takes too long."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hung

    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, stop)
    for timer, seconds in PATIENCE.items():
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for timer in PATIENCE:
            signal.setitimer(timer, 0)


def warm_up() -> None:
    """Import and read once what is imported and read once, so that no case is charged with it."""
    for name in ("sobol", "morris", "lhs"):
        sample(name, 2, 2, 1, 4)
    posterior()
    shipped_styles()
