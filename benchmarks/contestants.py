"""Who is compared: each way to run the benchmark's ward, with the time, memory and lines of code that it takes."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.c.layout import compiled_port  # noqa: E402
from benchmarks.demand import Runs  # noqa: E402
from benchmarks.names import BEDS, WARD  # noqa: E402
from benchmarks.rates import Port  # noqa: E402
from benchmarks.speed import seconds, steps  # noqa: E402
from sim.engine.hospital_state import HospitalState, build_state  # noqa: E402
from sim.engine.mesa_driver import Hospital  # noqa: E402
from sim.engine.record import snapshot  # noqa: E402
from sim.engine.tick import simulate  # noqa: E402
from sim.scenario import Scenario, load  # noqa: E402
from sim.state.vocabulary import DAYS_PER_YEAR, TICKS_PER_DAY, TICKS_PER_YEAR  # noqa: E402

BENCHMARK = ROOT / "scenarios" / "benchmark.toml"
SEED = 1
MESA_TICKS = 28 * TICKS_PER_DAY
BYTES = 1 if sys.platform == "darwin" else 1024  # what getrusage counts memory in

MODEL = ("sim/state", "sim/agents", "sim/ward", "sim/leadership", "sim/engine")
IN_PYTHON = ("benchmarks/demand.py", "benchmarks/rules.py")

Run = Callable[[HospitalState, int, int, int], None]


@dataclass(frozen=True)
class Contestant:
    """One way to run the ward: what it covers (`WARD` or `BEDS`), and where it is written.

    `files` are files, or folders of Python files; `kind` is the class of a port in Python, by module and name.
    """

    title: str
    covers: str
    files: tuple[str, ...]
    kind: tuple[str, str] | None = None

    def runs(self) -> Port:
        """The function that runs a port in Python and says what was counted."""
        assert self.kind is not None
        return import_module(self.kind[0]).run

    def lines(self) -> int:
        """Lines of code that it takes, those that it shares with others included."""
        paths = (ROOT / name for name in self.files)
        every = (path for at in paths for path in (sorted(at.rglob("*.py")) if at.is_dir() else [at]))
        return sum(lines_of_code(path.read_text(encoding="utf-8"), path.suffix) for path in every)


CONTESTANTS = {
    "c": Contestant("C", WARD, ("benchmarks/c/ward.c",)),
    "numba": Contestant("our compiled driver", WARD, MODEL),
    "mesa_driver": Contestant("our Mesa driver", WARD, MODEL),
    "simpy": Contestant(
        "SimPy",
        WARD,
        (*IN_PYTHON, "benchmarks/simpy_ward/front_door.py", "benchmarks/simpy_ward/ward.py"),
        ("benchmarks.simpy_ward.ward", "Ward"),
    ),
    "plain_mesa": Contestant(
        "plain Mesa", WARD, (*IN_PYTHON, "benchmarks/plain_mesa/ward.py"), ("benchmarks.plain_mesa.ward", "Ward")
    ),
    "simpy_beds": Contestant(
        "SimPy, beds alone",
        BEDS,
        ("benchmarks/demand.py", "benchmarks/simpy_ward/front_door.py", "benchmarks/simpy_ward/beds.py"),
        ("benchmarks.simpy_ward.beds", "Beds"),
    ),
    "ciw_beds": Contestant(
        "Ciw, beds alone",
        BEDS,
        ("benchmarks/demand.py", "benchmarks/ciw_ward/beds.py"),
        ("benchmarks.ciw_ward.beds", "Beds"),
    ),
}
PORTS = {name: contestant for name, contestant in CONTESTANTS.items() if contestant.kind}


# Time


class FilledWard:
    """A ward that has run through its warm-up, to be measured from there as often as wanted."""

    def __init__(self, path: Path):
        self.scenario = load(path)
        self.warm_up = self.scenario.run.warm_up_days * TICKS_PER_DAY
        self.end = self.warm_up + TICKS_PER_YEAR
        self.empty = build_state(self.scenario, SEED, self.end // TICKS_PER_DAY)
        self.filled = snapshot(self.empty)
        simulate(self.filled, SEED, 0, self.warm_up)

    def year(self, run: Run) -> float:
        """Seconds for a year."""
        state = snapshot(self.filled)
        return seconds(lambda: run(state, SEED, self.warm_up, self.end))

    def year_of_mesa(self) -> float:
        """Seconds for a year on our Mesa driver, from those for four weeks."""
        hospital = Hospital(self.scenario, SEED, state=snapshot(self.filled))
        hospital.tick = self.warm_up
        hospital.step()
        return seconds(lambda: steps(hospital, MESA_TICKS)) / MESA_TICKS * TICKS_PER_YEAR

    def year_of_port(self, contestant: Contestant) -> float:
        """Seconds for a year of a port in Python, with what it takes to say what was counted."""
        ward = opened(contestant, self.scenario)
        ward.goes_on(self.warm_up)

        def goes_on() -> None:
            ward.goes_on(TICKS_PER_YEAR)
            ward.counts()

        return seconds(goes_on)


def opened(contestant: Contestant, scenario: Scenario) -> Runs:
    """The ward of a port in Python, empty."""
    assert contestant.kind is not None
    module, name = contestant.kind
    return getattr(import_module(module), name)(scenario, SEED)


# Memory


def memory_of(name: str) -> dict[str, float]:
    """Peak memory of a process that runs a year from an empty ward and nothing else, and before it did, in MB.

    A process begins with the peak of the one that starts it. That is a shell here, which is small.

    Raises:
        RuntimeError: the process failed; with what it said.
    """
    shell = ("sh", "-c", '"$@"; exit $?', "sh")  # without the last word it would become the process and not start it
    said = subprocess.run([*shell, sys.executable, __file__, name], capture_output=True, text=True, cwd=ROOT)
    if said.returncode:
        raise RuntimeError(f"{name}: {said.stderr}")
    return json.loads(said.stdout.splitlines()[-1])


def peak_memory() -> float:
    """Of this process so far, in MB."""
    import resource  # which Windows has not

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES / 1e6


def year_from_empty(name: str) -> Callable[[], Any]:
    """A year of one contestant, to be run once; all that it imports is imported."""
    scenario, contestant = load(BENCHMARK), CONTESTANTS[name]
    if contestant.kind:
        import_module(contestant.kind[0])
        return lambda: opened(contestant, scenario).goes_on(TICKS_PER_YEAR)
    if name == "mesa_driver":
        return lambda: steps(Hospital(scenario, SEED, days=DAYS_PER_YEAR), TICKS_PER_YEAR)
    run = compiled_port() if name == "c" else simulate
    return lambda: run(build_state(scenario, SEED, DAYS_PER_YEAR), SEED, 0, TICKS_PER_YEAR)


# Lines


def lines_of_code(source: str, suffix: str) -> int:
    """Lines of C or Python with something on them beside comments; docstrings are comments too."""
    return len(_lines_of_python(source) if suffix == ".py" else _lines_of_c(source))


def _lines_of_c(source: str) -> set[int]:
    def blank(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith('"') else re.sub(r"[^\n]", " ", found[0])

    without = re.sub(r'"(?:\\.|[^"\\])*"|/\*.*?\*/|//[^\n]*', blank, source, flags=re.S)
    return {number for number, line in enumerate(without.splitlines()) if line.strip()}


def _lines_of_python(source: str) -> set[int]:
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in nothing:
            found |= set(range(token.start[0], token.end[0] + 1))
    return found - set(_lines_of_docstrings(source))


def _lines_of_docstrings(source: str) -> Iterable[int]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            yield from range(text.lineno, (text.end_lineno or text.lineno) + 1)


if __name__ == "__main__":
    work = year_from_empty(sys.argv[1])
    before = peak_memory()
    work()
    print(json.dumps({"before": before, "peak": peak_memory()}))
