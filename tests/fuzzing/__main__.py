"""Many cases, one after the other, and what came of them: see the package."""

import argparse
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from sim.experiment.identity import model_version
from tests.fuzzing import commands, trying
from tests.fuzzing.cases import KINDS, Case, case
from tests.fuzzing.judging import ACCEPTED, REFUSED, Found, complaints, strangers

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "fuzzing.json"
SHOWN = 20

type Try = Callable[[Case], Found]


@dataclass
class Tally:
    """What came of many cases.

    Attributes:
        outcomes: how many of each kind and outcome.
        ways: how many of each way to spoil a file.
        faults: the first few cases in which something was wrong, each with what.
        faulty: how many there were.
        strangers: refusals that name an unknown key and nothing that could stand there.
        slowest: the case that took longest, with its seconds of a processor.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    faults: list[dict[str, Any]] = field(default_factory=list)
    faulty: int = 0
    strangers: int = 0
    slowest: dict[str, Any] = field(default_factory=dict)

    def add(self, of: Case, found: Found, wrong: list[str]) -> None:
        """Count one case."""
        self.outcomes[of.kind, found.outcome] += 1
        self.ways[f"{of.kind} {of.form}: {of.how}"] += " and " not in of.how
        self.strangers += strangers(found.said) > 0 and found.outcome == REFUSED
        if found.seconds > self.slowest.get("seconds", 0.0):
            self.slowest = {"number": of.number, "form": of.form, "how": of.how, "seconds": round(found.seconds, 3)}
        if wrong:
            self.faulty += 1
            if len(self.faults) < SHOWN:
                self.faults.append({"number": of.number, "how": of.how, "wrong": wrong[:3]})

    def in_a_table(self) -> dict[str, dict[str, int]]:
        """Cases by kind and outcome."""
        named = {outcome for _, outcome in self.outcomes} | {ACCEPTED, REFUSED}
        return {kind: {outcome: self.outcomes[kind, outcome] for outcome in sorted(named)} for kind in KINDS}


class Series(NamedTuple):
    """One of the two ways to try cases.

    Attributes:
        asked: how many are asked for.
        short: whether hospitals are small enough to run.
        attempt: tries a case.
        folder: where its files lie, as messages begin.
    """

    name: str
    asked: int
    short: bool
    attempt: Try
    folder: str


def many(by: Series, seed: int, minutes: float) -> tuple[Tally, int, float]:
    """Try the cases from 0 on, for so many minutes at most: what came of them, how many were tried, and the seconds."""
    tally, began, number = Tally(), time.monotonic(), 0
    while number < by.asked and time.monotonic() - began < minutes * 60:
        made = case(seed, number, by.short)
        found = by.attempt(made)
        wrong = list(complaints(made, found, by.folder))
        tally.add(made, found, wrong)
        for what in wrong if tally.faulty <= SHOWN else ():
            print(f"case {number} ({made.kind} {made.form}: {made.how}): {what}", flush=True)
        number += 1
        if number % max(1, by.asked // 20) == 0:
            print(f"{number:,} of {by.asked:,} after {time.monotonic() - began:,.0f} s", file=sys.stderr, flush=True)
    return tally, number, time.monotonic() - began


def versions() -> dict[str, Any]:
    """What is about to be tried, asked before it is."""
    return {
        "date": datetime.date.today().isoformat(),
        "version": version("microsystem"),
        "commit": _git("rev-parse", "HEAD"),
        "changed_since": _git("diff", "HEAD", "--name-only", "sim").split(),
        "model": model_version(),
        "python": sys.version.split()[0],
    }


def summary(words: str, seed: int, tally: Tally, tried: int, seconds: float) -> dict[str, Any]:
    """What is kept of a series, besides the versions."""
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "command": f"python -m tests.fuzzing {words} --seed {seed}",
        "tried": tried,
        "seconds": round(seconds, 1),
        "load": round(os.getloadavg()[0], 2),
        "peak_megabytes": round(peak / 1024),
        "outcomes": tally.in_a_table(),
        "ways": dict(sorted(tally.ways.items())),
        "faulty": tally.faulty,
        "faults": tally.faults,
        "refusals_that_name_a_stranger_alone": tally.strangers,
        "slowest": tally.slowest,
    }


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def told(kept: dict[str, Any]) -> str:
    """A series in a few lines."""
    lines = [f"{kept['command']}: {kept['tried']:,} cases in {kept['seconds']:,.0f} s, {kept['faulty']} with a fault"]
    lines += [
        f"  {kind}: {', '.join(f'{n:,} {what}' for what, n in row.items())}" for kind, row in kept["outcomes"].items()
    ]
    slow = kept["slowest"]
    return "\n".join(
        [*lines, f"  slowest: case {slow['number']} ({slow['how']}), {slow['seconds']:.2f} s of a processor"]
    )


def show(made: Case, found: Found, wrong: list[str]) -> None:
    """One case in full, and what came of it."""
    print(f"case {made.number}: {made.kind} {made.form}, {made.how}; {made.wanted}")
    for name, content in made.files.items():
        print(
            f"--- {name}",
            content if not isinstance(content, bytes) else content.decode("utf-8", "replace")[:20_000],
            sep="\n",
        )
    print(f"--- {found.outcome} in {found.seconds:.3f} s of a processor", found.said, *wrong, sep="\n")


def both(asked: argparse.Namespace, scratch: Path) -> tuple[Series, Series]:
    """In this process, and by the command."""
    watch, folder, around = trying.Watch(), scratch / commands.FOLDER, scratch / "around"

    def read(made: Case) -> Found:
        return trying.tried(made, folder, watch)

    def command(made: Case) -> Found:
        return commands.commanded(made, around, watch)

    return (
        Series("files", asked.files, False, read, f"{folder}/"),
        Series("commands", asked.commands, True, command, f"{commands.FOLDER}/"),
    )


def show_one(number: int, seed: int, by: Series) -> None:
    """Try one case, and show all of it."""
    made = case(seed, number, by.short)
    found = by.attempt(made)
    show(made, found, list(complaints(made, found, by.folder)))


def keep(name: str, kept: dict[str, Any]) -> None:
    """Write what a series found beside what the other did."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(before | {name: kept}, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Do what the command line asks for; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--files", type=int, default=0, help="cases to read in this process")
    parser.add_argument("--commands", type=int, default=0, help="cases to give to the command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one case, shown in full; with --commands 1 by the command")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop each series after so many minutes")
    parser.add_argument("--write", action="store_true", help=f"keep what was found in {RESULTS.relative_to(ROOT)}")
    asked = parser.parse_args()
    trying.warm_up()
    if asked.commands:
        commands.ready()
    tried_on, faulty = versions(), 0
    with tempfile.TemporaryDirectory() as scratch:
        series = both(asked, Path(scratch))
        if asked.only is not None:
            show_one(asked.only, asked.seed, series[bool(asked.commands)])
            return 0
        for each in series:
            if not each.asked:
                continue
            tally, tried, seconds = many(each, asked.seed, asked.minutes)
            kept = tried_on | summary(f"--{each.name} {each.asked}", asked.seed, tally, tried, seconds)
            print(told(kept))
            faulty += tally.faulty
            if asked.write:
                keep(each.name, kept)
    return int(faulty > 0)


if __name__ == "__main__":
    sys.exit(main())
