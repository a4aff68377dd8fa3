"""What checks say of a change of one behaviour.

Each change is judged in a process forked for it, which puts the changed body in the place of the behaviour's and runs
those checks that enter the changed statement, until one fails. A check that never enters it cannot tell, so nothing is
missed by leaving it out.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import CodeType
from typing import Any, NamedTuple

from sim.engine.overrides import plain
from sim.state.behaviours import BEHAVIOURS, jit_is_on
from tests.mutation.checks import Check
from tests.mutation.sources import Change, recompiled

KILLED, SURVIVED, ENDLESS, INCOMPETENT = "killed", "survived", "endless", "incompetent"

# A check that takes so many times its usual processor time, and some seconds more, will not end.
PATIENCE = 10
GRACE = 3

Line = tuple[str, int]  # a behaviour and a line of its file


class JudgeError(Exception):
    """The unchanged model does not pass, so nothing can be said of a changed one."""


class Verdict(NamedTuple):
    """What became of a changed model.

    Attributes:
        outcome: killed, survived, endless (a check never came to its end), or incompetent (it is no Python).
        by: the check that told; "" where none did.
        how: what it told, or the error that ended it.
        tried: how many checks entered the changed statement and were run.
        seconds: of the processor.
    """

    outcome: str
    by: str
    how: str
    tried: int
    seconds: float


class Bench:
    """Checks that the unchanged model passes, with the lines that each enters and the time it takes.

    Attributes:
        entered, seconds: by check.
        slow: checks that took longer than was allowed, and do not judge.
    """

    def __init__(self, checks: Mapping[str, Check], longest: float | None = None):
        """Try every check on the unchanged model.

        Args:
            longest: seconds of the processor that a check may take; any number if left out.

        Raises:
            JudgeError: the unchanged model does not pass one of them, or behaviours are compiled.
        """
        if jit_is_on():
            raise JudgeError("behaviours are compiled; set NUMBA_DISABLE_JIT=1")
        self.checks: dict[str, Check] = {}
        self.entered: dict[str, set[Line]] = {}
        self.seconds: dict[str, float] = {}
        self.slow: list[str] = []
        for name, check in checks.items():
            told = list(_forked(_tries, check, longest))
            if not told:
                self.slow.append(name)
                continue
            [(problem, entered, seconds)] = told
            if problem:
                raise JudgeError(f"the unchanged model does not pass: {name}: {problem}")
            self.checks[name], self.entered[name], self.seconds[name] = check, entered, seconds

    def lines(self) -> set[Line]:
        """Every line that some check enters."""
        return set().union(*self.entered.values())

    def judge(self, change: Change) -> Verdict:
        """Run what enters the changed statement, in a process of its own, until a check fails."""
        try:
            code = recompiled(change)
        except SyntaxError as fault:
            return Verdict(INCOMPETENT, "", fault.msg, 0, 0.0)
        names = [name for name in self.checks if self._enters(name, change)]
        spent = _of_children()
        told = list(_forked(self._changed, change.behaviour, code, names)) if names else []
        seconds = round(_of_children() - spent, 2)
        if len(told) == len(names) and not any(told):
            return Verdict(SURVIVED, "", "" if names else "not entered", len(names), seconds)
        if told and told[-1]:
            return Verdict(KILLED, names[len(told) - 1], told[-1], len(told), seconds)
        return Verdict(ENDLESS, names[len(told)], "does not end", len(told) + 1, seconds)

    def _enters(self, name: str, change: Change) -> bool:
        return any((change.behaviour, line) in self.entered[name] for line in range(change.first, change.last + 1))

    def _changed(self, tell: Connection, behaviour: str, code: CodeType, names: list[str]) -> None:
        plain(BEHAVIOURS[behaviour]).__code__ = code
        for name in names:
            _allow(PATIENCE * self.seconds[name] + GRACE)
            problem = _problem(self.checks[name])
            tell.send(problem)
            if problem:
                return


def _tries(tell: Connection, check: Check, longest: float | None) -> None:
    if longest:
        _allow(longest)
    began = time.process_time()
    with _listening() as entered:
        problem = _problem(check)
    tell.send((problem, entered, time.process_time() - began))


def _problem(check: Check) -> str:
    try:
        return check()
    except Exception as fault:
        return type(fault).__name__


def _allow(seconds: float) -> None:
    """End this process when it has taken so many seconds more of the processor."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, resource.RLIM_INFINITY))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _forked(work: Any, *given: Any) -> Iterator[Any]:
    """What a process tells that is forked to do some work; less than all, where it was ended."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(theirs, *given))
    process.start()
    theirs.close()
    while True:
        try:
            yield ours.recv()
        except EOFError:
            process.join()
            return


@contextmanager
def _listening() -> Iterator[set[Line]]:
    """Collects the lines of behaviours that are entered, for as long as this process lives."""
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
