"""Many cases, one after the other, and what came of them: see the package."""

import argparse
import datetime
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from tests.fuzzing import commands, trying
from tests.fuzzing.cases import KINDS, Case
from tests.fuzzing.judging import ACCEPTED, REFUSED, Found, complaints
from tests.fuzzing.making import case

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "fuzzing.json"
SHOWN = 20
PARTS = 50


class Series(NamedTuple):
    """One of the two ways to try cases.

    Attributes:
        name: as the command line has it.
        asked: how many are asked for.
        seed: of all of its cases.
        short: whether hospitals are small enough to run.
        attempt: tries a case.
        folder: where its files lie, as messages begin.
    """

    name: str
    asked: int
    seed: int
    short: bool
    attempt: Callable[[Case], Found]
    folder: str

    @property
    def command(self) -> str:
        """What makes the same cases again."""
        return f"python -m tests.fuzzing --{self.name} {self.asked} --seed {self.seed}"

    def tried(self, number: int) -> tuple[Case, Found, list[str]]:
        """A case, what came of it, and what is wrong with that."""
        made = case(self.seed, number, self.short)
        found = self.attempt(made)
        return made, found, list(complaints(made, found, self.folder))


@dataclass
class Tally:
    """What came of the cases of a series so far.

    Attributes:
        tried: how many they are, from 0 on.
        seconds: on the clock.
        processor_seconds: of this process and those that it started.
        peak_megabytes: the most memory that one of them took.
        outcomes: how many of each kind had each outcome.
        ways: how many files were spoilt in one way alone, by kind, form and way.
        faulty: how many cases had a fault.
        faults: the first few of them, each with what was wrong.
        slowest: the case that took longest, with its seconds of a processor.
    """

    tried: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_megabytes: int = 0
    outcomes: dict[str, dict[str, int]] = field(
        default_factory=lambda: {kind: {ACCEPTED: 0, REFUSED: 0} for kind in KINDS}
    )
    ways: dict[str, int] = field(default_factory=dict)
    faulty: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    slowest: dict[str, Any] = field(default_factory=lambda: {"seconds": 0.0})

    def go_on(self, series: Series, how_many: int) -> None:
        """Try the next cases."""
        clock, used = time.monotonic(), _processor_seconds()
        for number in range(self.tried, self.tried + how_many):
            self._count(*series.tried(number))
        self.tried += how_many
        self.seconds = round(self.seconds + time.monotonic() - clock, 1)
        self.processor_seconds = round(self.processor_seconds + _processor_seconds() - used, 1)
        self.peak_megabytes = max(self.peak_megabytes, _peak_megabytes())

    def _count(self, made: Case, found: Found, wrong: list[str]) -> None:
        of_kind = self.outcomes[made.kind]
        of_kind[found.outcome] = of_kind.get(found.outcome, 0) + 1
        if " and " not in made.how:
            way = f"{made.kind} {made.form}: {made.how}"
            self.ways[way] = self.ways.get(way, 0) + 1
        if found.seconds > self.slowest["seconds"]:
            self.slowest = {"number": made.number, "form": made.form, "how": made.how, "seconds": found.seconds}
        if not wrong:
            return
        self.faulty += 1
        print(f"case {made.number} ({made.kind} {made.form}: {made.how})", *wrong, sep="\n    ", flush=True)
        if len(self.faults) < SHOWN:
            self.faults.append({"number": made.number, "how": made.how, "wrong": wrong[:3]})

    def __str__(self) -> str:
        slow = self.slowest
        rows = [
            f"{kind}: {', '.join(f'{many:,} {what}' for what, many in row.items())}"
            for kind, row in self.outcomes.items()
        ]
        return "\n  ".join(
            [
                f"{self.tried:,} cases in {self.processor_seconds:,.0f} s of a processor, {self.faulty} with a fault",
                *rows,
                f"slowest: case {slow.get('number')} ({slow.get('how')}), {slow['seconds']:.2f} s of a processor",
            ]
        )


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def _peak_megabytes() -> int:
    kilobytes = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(kilobytes / 1024)


# What is kept.


def versions() -> dict[str, str]:
    """What is about to be tried, and with what: cases of other sources are other cases."""
    return {"version": version("microsystem"), "sources": _sources(), "python": sys.version.split()[0]}


def _sources() -> str:
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "sim").rglob("*.py"), *(ROOT / "tests" / "fuzzing").glob("*.py")]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def kept() -> dict[str, Any]:
    """What is kept of each series."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return found


def keep(name: str, of: dict[str, str], tally: Tally) -> None:
    """Write how far a series is."""
    now = {**of, "date": datetime.date.today().isoformat(), **asdict(tally), "ways": dict(sorted(tally.ways.items()))}
    RESULTS.write_text(json.dumps(kept() | {name: now}, indent=2) + "\n", encoding="utf-8")


def so_far(name: str, of: dict[str, str]) -> Tally:
    """How far the same series of the same sources is."""
    before = kept().get(name, {})
    if any(before.get(key) != value for key, value in of.items()):
        return Tally()
    return Tally(**{each.name: before[each.name] for each in fields(Tally)})


# The command.


def main() -> int:
    """Do what the command line asks for; 1 if anything was wrong."""
    asked = _parser().parse_args()
    trying.warm_up()
    if asked.commands:
        commands.ready()
    with tempfile.TemporaryDirectory() as scratch:
        in_process, by_command = both(asked, Path(scratch))
        if asked.only is not None:
            show(*(by_command if asked.commands else in_process).tried(asked.only))
            return 0
        return int(any([run(each, asked.minutes, asked.write) for each in (in_process, by_command) if each.asked]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--files", type=int, default=0, help="cases to read in this process")
    parser.add_argument("--commands", type=int, default=0, help="cases to give to the command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one case, shown in full; with --commands 1 by the command")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop each series after so many minutes")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"keep what is found in {RESULTS.relative_to(ROOT)}, and go on from there where the same series stopped",
    )
    return parser


def both(asked: argparse.Namespace, scratch: Path) -> tuple[Series, Series]:
    """In this process, and by the command."""
    watch, folder, around = trying.Watch(), scratch / commands.FOLDER, scratch / "around"

    def read(made: Case) -> Found:
        return trying.tried(made, folder, watch)

    def command(made: Case) -> Found:
        return commands.commanded(made, around, watch)

    return (
        Series("files", asked.files, asked.seed, False, read, f"{folder}/"),
        Series("commands", asked.commands, asked.seed, True, command, f"{commands.FOLDER}/"),
    )


def run(series: Series, minutes: float, write: bool) -> int:
    """Try a series, for so many minutes at most; how many of its cases had a fault."""
    of, until = {"command": series.command, **versions()}, time.monotonic() + 60 * minutes
    tally = so_far(series.name, of) if write else Tally()
    part = max(1, series.asked // PARTS)
    while tally.tried < series.asked and time.monotonic() < until:
        tally.go_on(series, min(part, series.asked - tally.tried))
        if write:
            keep(series.name, of, tally)
        print(f"{tally.tried:,} of {series.asked:,} after {tally.seconds:,.0f} s", file=sys.stderr, flush=True)
    print(f"{series.command}: {tally}")
    return tally.faulty


def show(made: Case, found: Found, wrong: list[str]) -> None:
    """One case in full, and what came of it."""
    print(f"case {made.number}: {made.kind} {made.form}, {made.how}; {made.wanted}")
    for name, content in made.files.items():
        print(f"--- {name}")
        print(content.decode("utf-8", "replace")[:20_000] if isinstance(content, bytes) else content)
    print(f"--- {found.outcome} in {found.seconds:.3f} s of a processor", found.said, *wrong, sep="\n")


if __name__ == "__main__":
    sys.exit(main())
