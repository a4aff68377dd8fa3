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
from typing import Any

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


def many(how_many: int, seed: int, minutes: float, short: bool, attempt: Try, folder: str) -> tuple[Tally, int, float]:
    """Try the cases from 0 on, for so many minutes at most: what came of them, how many were tried, and the seconds."""
    tally, began, number = Tally(), time.monotonic(), 0
    while number < how_many and time.monotonic() - began < minutes * 60:
        made = case(seed, number, short)
        found = attempt(made)
        wrong = list(complaints(made, found, folder))
        tally.add(made, found, wrong)
        for what in wrong if tally.faulty <= SHOWN else ():
            print(f"case {number} ({made.kind} {made.form}: {made.how}): {what}", flush=True)
        number += 1
        if number % max(1, how_many // 20) == 0:
            print(f"{number:,} of {how_many:,} after {time.monotonic() - began:,.0f} s", file=sys.stderr, flush=True)
    return tally, number, time.monotonic() - began


def summary(words: str, seed: int, tally: Tally, tried: int, seconds: float) -> dict[str, Any]:
    """What is kept of a series."""
    commit, changed = (_git(*asked) for asked in (("rev-parse", "HEAD"), ("diff", "HEAD", "--name-only", "sim")))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "command": f"python -m tests.fuzzing {words} --seed {seed}",
        "date": datetime.date.today().isoformat(),
        "version": version("microsystem"),
        "commit": commit,
        "changed_since": changed.split(),
        "model": model_version(),
        "python": sys.version.split()[0],
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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("--files", type=int, default=0, help="cases to read in this process")
    parser.add_argument("--commands", type=int, default=0, help="cases to give to the command")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one case, shown in full; with --commands 1 by the command")
    parser.add_argument("--minutes", type=float, default=600.0, help="stop each series after so many minutes")
    parser.add_argument("--write", action="store_true", help=f"keep what was found in {RESULTS.relative_to(ROOT)}")
    asked = parser.parse_args()
    watch = trying.Watch()
    trying.warm_up()
    with tempfile.TemporaryDirectory() as scratch:
        folder, around = Path(scratch) / commands.FOLDER, Path(scratch) / "around"

        def read(made: Case) -> Found:
            return trying.tried(made, folder, watch)

        def command(made: Case) -> Found:
            return commands.commanded(made, around, watch)

        series: list[tuple[str, int, bool, Try, str]] = [
            ("--files", asked.files, False, read, f"{folder}/"),
            ("--commands", asked.commands, True, command, f"{commands.FOLDER}/"),
        ]
        if asked.commands:
            commands.ready()
        if asked.only is not None:
            _, _, short, attempt, named = series[bool(asked.commands)]
            made = case(asked.seed, asked.only, short)
            found = attempt(made)
            show(made, found, list(complaints(made, found, named)))
            return 0
        faulty = 0
        for name, how_many, short, attempt, named in series:
            if how_many:
                tally, tried, seconds = many(how_many, asked.seed, asked.minutes, short, attempt, named)
                kept = summary(f"{name} {how_many}", asked.seed, tally, tried, seconds)
                print(told(kept))
                faulty += tally.faulty
                if asked.write:
                    before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
                    RESULTS.write_text(json.dumps(before | {name.strip("-"): kept}, indent=2) + "\n")
    return int(faulty > 0)


if __name__ == "__main__":
    sys.exit(main())
