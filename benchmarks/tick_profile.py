"""Where the time of a tick goes, and how near it is to what its chance and its memory alone must take.

    uv run python benchmarks/tick_profile.py [--days N] [--turns N] [--write]

The phases of `sim.engine.tick.tick` are told apart by a copy of it that reads the processor's counter at each numbered
comment; it must leave the same tables as the original. Draws are counted in plain Python over one day of the same ward
and timed compiled. `--write` keeps it in results/tick_profile.json, from which the table in the README is made.
"""

import argparse
import inspect
import json
import os
import re
import statistics
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from benchmarks.demand import comparable
from sim.engine import tick as engine
from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.overrides import plain
from sim.report.provenance import commit
from sim.scenario import load
from sim.scenario.schema import Scenario
from sim.state import chance as luck_of
from sim.state.behaviours import jit_is_on
from sim.state.chance import Chance, philox, word
from sim.state.vocabulary import TICKS_PER_DAY, TICKS_PER_YEAR

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results" / "tick_profile.json"
README = HERE / "README.md"
BLOCK = re.compile(r"(<!-- tick -->\n).*?(<!-- end of tick -->)", re.S)
PHASE = re.compile(r"^    # (\d) (.+)$", re.M)
SEED, WARM_UP_DAYS = 1, 56
DRAWS_TIMED = 2_000_000


def wards() -> dict[str, Scenario]:
    """The full model, and the common benchmark's ward, which lacks what its ports lack."""
    whole = load(ROOT / "scenarios" / "one_ward.toml")
    return {"the full model": whole, "the common benchmark": comparable(whole)}


@intrinsic
def counter(_context: Any) -> Any:
    """The processor's own counter, which runs evenly."""

    def read(_target: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        wanted = ir.FunctionType(ir.IntType(64), ())
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", (), wanted), ())

    return types.uint64(), read


def phases() -> dict[int, str]:
    """Number and name of each phase, as the comments in the tick say."""
    return {int(number): name for number, name in PHASE.findall(inspect.getsource(plain(engine.tick)))}


def stamped() -> Callable[[HospitalState, Chance, np.ndarray], None]:
    """A copy of the tick that adds to `spent[phase]` what the counter says of each phase; `spent[0]` is the rest."""
    source = textwrap.dedent(inspect.getsource(plain(engine.tick))).replace("@behaviour\n", "")
    source = source.replace("def tick(h, chance):", "def stamped(h, chance, spent):")
    source = PHASE.sub(lambda found: f"    last, at = mark(spent, at, last), {found[1]}", source)
    source = source.replace("    p = h.settings[0]\n", "    last, at = counter(), 0\n    p = h.settings[0]\n", 1)
    source += "    mark(spent, at, last)\n"
    names = vars(engine) | {"counter": counter, "mark": mark}
    exec(compile(source, "stamped", "exec"), names)  # our own source, with our own lines in it
    return njit(nogil=True, error_model="numpy", _nrt=False)(names["stamped"])


@njit(error_model="numpy", _nrt=False)
def mark(spent, phase, last):
    """Add what has passed to the phase, and say what time it is."""
    now = counter()
    spent[phase] += now - last
    return now


def by_phase(scenario: Scenario, days: int) -> dict[str, Any]:
    """Shares of phases, and the nanoseconds of a tick without the stamps."""
    watched = stamped()
    state, alone = settled(scenario, days), settled(scenario, days)
    begin = WARM_UP_DAYS * TICKS_PER_DAY
    spent = np.zeros(len(phases()) + 1, np.uint64)
    watched(settled(scenario, 1), Chance(SEED, begin), spent.copy())  # compiles
    for now in range(begin, begin + days * TICKS_PER_DAY):
        watched(state, Chance(SEED, now), spent)
    began = time.process_time()
    engine.simulate(alone, SEED, begin, begin + days * TICKS_PER_DAY)
    taken = time.process_time() - began
    if any(one.tobytes() != other.tobytes() for one, other in zip(state, alone, strict=True)):
        sys.exit("the stamped tick left other tables than the tick")
    return {
        "nanoseconds": taken / days / TICKS_PER_DAY * 1e9,
        "shares": {name: float(spent[number] / spent.sum()) for number, name in phases().items()},
    }


def settled(scenario: Scenario, days: int) -> HospitalState:
    """The ward after its warm-up, with room for so many days more."""
    state = build_state(scenario, SEED, WARM_UP_DAYS + days)
    engine.simulate(state, SEED, 0, WARM_UP_DAYS * TICKS_PER_DAY)
    return state


def draws_in(name: str) -> dict[str, float]:
    """Blocks of draws in a tick, by the first decision in each; counted in plain Python."""
    words = [sys.executable, __file__, "--count", name]
    quiet = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    return json.loads(subprocess.run(words, env=quiet, capture_output=True, text=True, check=True).stdout)


def counted(scenario: Scenario, from_file: Path) -> dict[str, float]:
    """What `draws_in` asks for, where nothing is compiled; the tables after the warm-up come from a file."""
    found: Counter[int] = Counter()

    def counting(*key: int) -> tuple[int, int, int, int]:
        found[int(key[3]) >> 16] += 1
        return philox(*key)

    state = build_state(scenario, SEED, WARM_UP_DAYS + 1)
    with np.load(from_file) as tables:
        for table, kept in zip(state, tables.values(), strict=True):
            table[...] = kept.view(table.dtype).reshape(table.shape)
    luck_of.philox = counting
    begin = WARM_UP_DAYS * TICKS_PER_DAY
    engine.simulate(state, SEED, begin, begin + TICKS_PER_DAY)
    first = {each.block: name for name, each in reversed(luck_of.DECISIONS.items())}
    return {first[block]: count / TICKS_PER_DAY for block, count in found.most_common()}


@njit(error_model="numpy", _nrt=False)
def draws_alone(number, seed):
    """So many blocks of draws, and nothing else."""
    total = word(0)
    for i in range(number):
        a, b, c, d = philox(word(i), word(0), word(7), word(65536), word(seed), word(0))
        total += a ^ b ^ c ^ d
    return total


def nanoseconds_of_draw() -> float:
    """A block of four draws, compiled."""
    draws_alone(1, 1)
    began = time.process_time()
    draws_alone(DRAWS_TIMED, 1)
    return (time.process_time() - began) / DRAWS_TIMED * 1e9


@njit(error_model="numpy", _nrt=False)
def walk(table):
    """Read and write each eighth byte once."""
    for i in range(len(table)):
        table[i] += 1


def nanoseconds_of_memory(size: int, turns: int = 20_000) -> float:
    """To read and write so many bytes, as often as a tick touches all rows at most."""
    table = np.zeros(size // 8, np.int64)
    walk(table)
    began = time.process_time()
    for _ in range(turns):
        walk(table)
    return (time.process_time() - began) / turns * 1e9


def measured(days: int, turns: int) -> dict[str, Any]:
    """Everything, the turns of all wards mixed; medians."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in wards()}
    draw: list[float] = []
    for _ in range(turns):
        draw.append(nanoseconds_of_draw())
        for name, scenario in wards().items():
            found[name].append(by_phase(scenario, days))
    return {name: summed_up(name, each, statistics.median(draw)) for name, each in found.items()}


def summed_up(name: str, turns: list[dict[str, Any]], draw: float) -> dict[str, Any]:
    """One ward: its time, its phases, its draws, its rows, and the limit that these set."""
    scenario = wards()[name]
    state = settled(scenario, 1)
    rows = sum(table.nbytes for table in (state.patients, state.nurses, state.doctors, state.pharmacists,
                                          state.managers, state.leads, state.wards))  # fmt: skip
    place = RESULTS.with_name(f"{name.replace(' ', '_')}.npz")
    np.savez(place, *(np.frombuffer(table.tobytes(), np.uint8) for table in state))
    try:
        draws = draws_in(name)
    finally:
        place.unlink()
    tick = statistics.median(each["nanoseconds"] for each in turns)
    limit = sum(draws.values()) * draw + nanoseconds_of_memory(rows)
    return {
        "milliseconds_of_ward_year": tick * TICKS_PER_YEAR / 1e6,
        "nanoseconds_of_tick": tick,
        "shares": {phase: statistics.median(each["shares"][phase] for each in turns) for phase in turns[0]["shares"]},
        "draws_of_tick": sum(draws.values()),
        "most_draws": dict(list(draws.items())[:8]),
        "nanoseconds_of_draw": draw,
        "bytes_of_rows": rows,
        "nanoseconds_of_limit": limit,
        "times_limit": tick / limit,
    }


def in_words(told: dict[str, Any]) -> str:
    """Two tables; Markdown."""
    found = told["wards"]
    lines = [
        "| a ward of 28 beds | a year | a tick | blocks of draws in a tick | these and rows alone | times that |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, each in found.items():
        lines.append(
            f"| {name} | {each['milliseconds_of_ward_year']:.0f} ms | {each['nanoseconds_of_tick'] / 1e3:.2f} µs "
            f"| {each['draws_of_tick']:.0f} | {each['nanoseconds_of_limit'] / 1e3:.2f} µs | {each['times_limit']:.1f} |"
        )
    lines += ["", "| share of a tick | " + " | ".join(found) + " |", "|---|" + "--:|" * len(found)]
    for number, phase in phases().items():
        shares = " | ".join(f"{each['shares'][phase]:.0%}" for each in found.values())
        lines.append(f"| {number} {phase} | {shares} |")
    each = next(iter(found.values()))
    most = ", ".join(f"{name} {count:.1f}" for name, count in each["most_draws"].items())
    lines += [
        "",
        f"A block of four draws takes {each['nanoseconds_of_draw']:.1f} ns, and the rows of the ward "
        f"{each['bytes_of_rows'] / 1e3:.0f} kB. Most drawn in a tick of {next(iter(found))}, by the first decision of "
        f"each block: {most}. Measured on {told['date']}, commit {told['commit'][:12]}: medians of "
        f"{told['turns']} turns of {told['days']} days.",
    ]
    return "\n".join(lines)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--days", type=int, default=182)
    words.add_argument("--turns", type=int, default=5)
    words.add_argument("--write", action="store_true", help="keep it, and the table in the README")
    words.add_argument("--count", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.count and not jit_is_on():
        place = RESULTS.with_name(f"{given.count.replace(' ', '_')}.npz")
        print(json.dumps(counted(wards()[given.count], place)))
        return
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "days": given.days,
        "turns": given.turns,
        "wards": measured(given.days, given.turns),
    }
    print(in_words(told))
    if given.write:
        RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        page = README.read_text(encoding="utf-8")
        README.write_text(BLOCK.sub(lambda match: match[1] + in_words(told) + "\n" + match[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
