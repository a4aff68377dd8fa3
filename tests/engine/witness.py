"""What one version of the model does in one small hospital, for `tests.engine.explain` to lay beside another.

Run as a file, with the version to be watched on PYTHONPATH and NUMBA_DISABLE_JIT=1: prints a line of JSON for every
tick with a digest of each column of each table; or, for one tick, whatever each behaviour gave, in order, and all
tables after it.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from sim.engine.hospital_state import HospitalState
from sim.engine.interventions import Schedule
from sim.engine.overrides import plain
from sim.engine.tick import simulate
from sim.state.behaviours import BEHAVIOURS
from sim.state.chance import DECISIONS
from tests.engine.hospitals import Trial, hospitals

Told = dict[str, Any]


def moments(trial: Trial) -> Iterator[tuple[HospitalState, int]]:
    """The tables and each tick that is to be done with them, one after the other, as interventions fall due."""
    state = trial.build()
    schedule = Schedule(trial.scenario, state, trial.seed, trial.scenario.run.warm_up_days)
    for start, stop in schedule.stages(0, trial.ticks):
        for now in range(start, stop):
            yield state, now


def columns(state: HospitalState) -> Iterator[tuple[str, np.ndarray]]:
    """Every column of every table, by a name such as ``nurses.fatigue``."""
    for table in state._fields:
        yield from parts(table, getattr(state, table))


def parts(name: str, values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    if values.dtype.names is None:
        yield name, values
        return
    for part in values.dtype.names:
        yield from parts(f"{name}.{part}", values[part])


def digests(state: HospitalState) -> dict[str, str]:
    """A digest of each column."""
    return {name: hashlib.blake2b(values.tobytes(), digest_size=8).hexdigest() for name, values in columns(state)}


@contextmanager
def listening(heard: list[Told]) -> Iterator[None]:
    """Notes what each behaviour gives, whose row it had, and what it left in the rows that it was handed."""
    names = {plain(behaviour).__code__: name for name, behaviour in BEHAVIOURS.items()}
    watch, tool = sys.monitoring, sys.monitoring.PROFILER_ID

    def gives(code: Any, _offset: int, value: Any) -> None:
        frame = sys._getframe(1)
        handed = [frame.f_locals[name] for name in code.co_varnames[: code.co_argcount]]
        callers, outer = [], frame.f_back
        while outer:
            if outer.f_code in names:
                callers.append(names[outer.f_code])
            outer = outer.f_back
        heard.append(
            {
                "behaviour": names[code],
                "by": callers,
                "of": whose(frame.f_locals),
                "gives": repr(value) if isinstance(value, str | bytes) else plainly(value),
                "leaves": [hashlib.blake2b(row.tobytes(), digest_size=8).hexdigest() for row in handed if is_row(row)],
            }
        )

    watch.use_tool_id(tool, "witness")
    watch.register_callback(tool, watch.events.PY_RETURN, gives)
    for code in names:
        watch.set_local_events(tool, code, watch.events.PY_RETURN)
    try:
        yield
    finally:
        watch.free_tool_id(tool)


def is_row(value: Any) -> bool:
    return isinstance(value, np.record | np.void)


def whose(handed: dict[str, Any]) -> str:
    """Of a draw the named decisions and whose luck it is; else the identity of the first who has one."""
    if all(name in handed for name in ("chance", "block", "identity", "index")):
        decisions = [name for name, decision in DECISIONS.items() if decision.block == handed["block"]]
        return f"{', '.join(decisions)}; identity {handed['identity']}, index {handed['index']}"
    for name, value in handed.items():
        if is_row(value) and "identity" in (value.dtype.names or ()):
            return f"{name} {value['identity']}"
    return ""


def plainly(value: Any) -> Any:
    """A value as JSON has it; of what JSON lacks, only that there is something."""
    if isinstance(value, tuple):
        return [plainly(part) for part in value]
    if isinstance(value, np.generic) and not is_row(value):
        return value.item()
    return value if isinstance(value, bool | int | float | None) else "something"


def every_tick(trial: Trial) -> None:
    """A line for the hospital as it was built, and one for it after each tick."""
    for state, now in moments(trial):
        if now == 0:
            print(json.dumps(digests(state)))
        simulate(state, trial.seed, now, now + 1)
        print(json.dumps(digests(state)))


def one_tick(trial: Trial, tick: int) -> None:
    """What behaviours gave in one tick, and the tables after it."""
    heard: list[Told] = []
    for state, now in moments(trial):
        if now < tick:
            simulate(state, trial.seed, now, now + 1)
            continue
        with listening(heard):
            simulate(state, trial.seed, now, now + 1)
        after = {name: values.tolist() for name, values in columns(state)}
        print(json.dumps({"heard": heard, "after": after}))
        return


if __name__ == "__main__":
    chosen = hospitals()[sys.argv[1]]
    one_tick(chosen, int(sys.argv[2])) if len(sys.argv) > 2 else every_tick(chosen)
