"""What the golden digests say of a change of one behaviour: the changed model runs small hospitals in plain Python.

The hospitals and their digests are those of `tests.engine`. Each change is judged in a process forked for it, which puts
the changed body in the place of the behaviour's and runs those hospitals that enter the changed statement, until a digest
is another. What no hospital enters cannot change a digest, so nothing is missed by leaving the others out.
"""

import ast
import hashlib
import inspect
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from types import CodeType
from typing import Any, NamedTuple

from sim.engine.hospital_state import HospitalState
from sim.engine.mesa_driver import Hospital
from sim.engine.overrides import plain
from sim.state.behaviours import BEHAVIOURS, COMPILED_PARTS, PACKAGE, jit_is_on
from tests.engine.hospitals import COUNTED, GOLDEN, RECORD, Trial, digest, hospitals, record, run

KILLED, SURVIVED, ENDLESS, INCOMPETENT = "killed", "survived", "endless", "incompetent"

# Few hospitals that enter nearly every line between them, the cheapest first; found by coverage.
PANEL = (
    "nothing is safe to say",
    "all is answered for",
    "leads change and people learn",
    "one bed, by Mesa",
    "a checklist is mandated",
    "all planned",
    "wishes wait for the manager",
    "several lead by turns",
    "a division's manager leads",
)

# A run that takes so many times its usual processor time, and some seconds more, will not end.
PATIENCE = 10
GRACE = 20

Line = tuple[str, int]  # a behaviour and a line of its file


class JudgeError(Exception):
    """The unchanged model does not pass, so nothing can be said of a changed one."""


class Verdict(NamedTuple):
    """What became of a changed model.

    Attributes:
        outcome: killed, survived, endless (killed by the clock), or incompetent (it is no Python).
        by: the hospital that told; "" where none did.
        how: "another digest", or the error that ended the run.
        tried: how many hospitals entered the changed statement and were run.
        seconds: of the processor.
    """

    outcome: str
    by: str
    how: str
    tried: int
    seconds: float


class Change(NamedTuple):
    """A behaviour with another body.

    Attributes:
        behaviour: its name.
        first, last: the lines, in the behaviour's file, of the statement that is changed.
        body: the source of the function as changed, without its decorator.
    """

    behaviour: str
    first: int
    last: int
    body: str


def by_mesa(trial: Trial) -> HospitalState:
    """The tables after the run by the Mesa driver."""
    model = Hospital(trial.scenario, trial.seed, trial.days, state=trial.build())
    for _ in range(trial.ticks):
        model.step()
    return model.state


def checks() -> dict[str, Callable[[], str]]:
    """Everything that can judge, by name: a run that gives a digest. The panel stands first."""
    named: dict[str, Callable[[], str]] = {
        name: lambda trial=trial: digest(run(trial), COUNTED) for name, trial in hospitals().items()
    }
    for name in ("one bed", "all is on"):
        named[f"{name}, by Mesa"] = lambda trial=hospitals()[name]: digest(by_mesa(trial), COUNTED)
    named[RECORD] = lambda: digest(record(), COUNTED)
    return {name: named[name] for name in (*PANEL, *(name for name in named if name not in PANEL))}


@cache
def golden() -> dict[str, str]:
    """The digest that each check has to give."""
    kept = dict(line.split("\t")[:2] for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    return kept | {f"{name}, by Mesa": digest for name, digest in kept.items()}


class Bench:
    """Checks that the unchanged model has passed, with the lines that each entered and the time it took."""

    def __init__(self, names: Iterable[str]):
        """Run every check once.

        Raises:
            JudgeError: one gives another digest than the golden one, or behaviours are compiled.
        """
        if jit_is_on():
            raise JudgeError("behaviours are compiled; set NUMBA_DISABLE_JIT=1")
        self.entered: dict[str, set[Line]] = {}
        self.seconds: dict[str, float] = {}
        every = checks()
        self.checks = {name: every[name] for name in names}
        with _listening() as heard:
            for name, check in self.checks.items():
                heard.clear()
                sys.monitoring.restart_events()
                began = time.process_time()
                if check() != golden()[name]:
                    raise JudgeError(f"the unchanged model has another digest than the golden one in {name!r}")
                self.seconds[name] = time.process_time() - began
                self.entered[name] = set(heard)

    def lines(self) -> set[Line]:
        """Every line that some check entered."""
        return set().union(*self.entered.values())

    def judge(self, change: Change) -> Verdict:
        """Run what enters the changed statement, in a process of its own, until a digest is another."""
        try:
            code = recompiled(change)
        except SyntaxError as fault:
            return Verdict(INCOMPETENT, "", str(fault), 0, 0.0)
        telling = [name for name in self.checks if self._enters(name, change)]
        if not telling:
            return Verdict(SURVIVED, "", "no hospital enters it", 0, 0.0)
        forked = multiprocessing.get_context("fork")
        ours, theirs = forked.Pipe(duplex=False)
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = forked.Process(target=self._try, args=(change.behaviour, code, telling, theirs))
        child.start()
        theirs.close()
        said = list(_heard(ours))
        child.join()
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = round(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime, 2)
        tried = len([name for kind, name in said if kind == "begins"])
        *_, (kind, what) = said
        name = telling[tried - 1]
        if kind == "survived":
            return Verdict(SURVIVED, "", "", tried, seconds)
        if kind == "begins":
            return Verdict(ENDLESS, name, "does not end", tried, seconds)
        return Verdict(KILLED, name, what, tried, seconds)

    def _enters(self, name: str, change: Change) -> bool:
        return any((change.behaviour, line) in self.entered[name] for line in range(change.first, change.last + 1))

    def _try(self, behaviour: str, code: CodeType, names: list[str], tell: Connection) -> None:
        plain(BEHAVIOURS[behaviour]).__code__ = code
        for name in names:
            tell.send(("begins", name))
            spent = time.process_time()
            limit = int(spent + PATIENCE * self.seconds[name] + GRACE)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
            try:
                found = self.checks[name]()
            except Exception as fault:
                tell.send(("killed", type(fault).__name__))
                return
            if found != golden()[name]:
                tell.send(("killed", "another digest"))
                return
        tell.send(("survived", ""))


def _heard(pipe: Connection) -> Iterator[tuple[str, str]]:
    while True:
        try:
            yield pipe.recv()
        except EOFError:
            return


@contextmanager
def _listening() -> Iterator[set[Line]]:
    """Collects the lines of behaviours that are entered."""
    names = {plain(behaviour).__code__: name for name, behaviour in BEHAVIOURS.items()}
    heard: set[Line] = set()
    watch, tool = sys.monitoring, sys.monitoring.COVERAGE_ID

    def enters(code: CodeType, line: int) -> Any:
        heard.add((names[code], line))
        return watch.DISABLE

    watch.use_tool_id(tool, "mutation")
    watch.register_callback(tool, watch.events.LINE, enters)
    for code in names:
        watch.set_local_events(tool, code, watch.events.LINE)
    try:
        yield heard
    finally:
        for code in names:
            watch.set_local_events(tool, code, watch.events.NO_EVENTS)
        watch.free_tool_id(tool)


@cache
def source(behaviour: str) -> tuple[str, int]:
    """The source of a behaviour without its decorator, and the line of its file on which that begins."""
    lines, first = inspect.getsourcelines(plain(BEHAVIOURS[behaviour]))
    above = next(number for number, line in enumerate(lines) if line.startswith("def "))
    return "".join(lines[above:]), first + above


def recompiled(change: Change) -> CodeType:
    """The code of the changed function.

    Raises:
        SyntaxError: the changed source is no Python.
    """
    function = plain(BEHAVIOURS[change.behaviour])
    tree = ast.increment_lineno(ast.parse(change.body), source(change.behaviour)[1] - 1)
    defined: dict[str, Any] = {}
    exec(compile(tree, function.__code__.co_filename, "exec"), dict(function.__globals__), defined)
    return defined[function.__name__].__code__


def statement(behaviour: str, line: int) -> tuple[int, int]:
    """First and last line of the innermost statement around a line; of a compound one, up to its body."""
    text, first = source(behaviour)
    around = [
        (node.lineno, node.body[0].lineno - 1 if getattr(node, "body", None) else node.end_lineno)
        for node in ast.walk(ast.increment_lineno(ast.parse(text), first - 1))
        if isinstance(node, ast.stmt)
    ]
    return min(
        ((begins, max(begins, ends)) for begins, ends in around if begins <= line <= max(begins, ends)),
        key=lambda lines: lines[1] - lines[0],
    )


def replaced(behaviour: str, was: str, becomes: str) -> Change:
    """A change by hand of the one place where a behaviour says `was`.

    Raises:
        ValueError: it does not say so, or more than once.
    """
    text, first = source(behaviour)
    if text.count(was) != 1:
        raise ValueError(f"{behaviour} says {was!r} {text.count(was)} times")
    line = first + text[: text.index(was)].count("\n")
    return Change(behaviour, *statement(behaviour, line), text.replace(was, becomes))


def version() -> str:
    """A hash of the model's sources and of the golden digests."""
    found = hashlib.sha256(GOLDEN.read_bytes())
    for part in COMPILED_PARTS:
        for path in sorted((PACKAGE / part).rglob("*.py")):
            found.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]
