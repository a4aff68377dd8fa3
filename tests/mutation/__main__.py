"""Change the model in many places, one at a time, and see how many of the changes the golden digests notice.

    NUMBA_DISABLE_JIT=1 uv run --group mutation python -m tests.mutation --mutants 400 --seed 1 --out FOLDER

Goes on where it stopped, if FOLDER holds a part. Ends with 1 where fewer than 85% are killed.
"""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"

from tests.mutation.judge import ENDLESS, INCOMPETENT, KILLED, PANEL, SURVIVED, Bench, Verdict, checks, version
from tests.mutation.mutants import Mutant, sample

LEAST_KILLED = 0.85


def told(mutant: Mutant, verdict: Verdict) -> dict[str, Any]:
    """A mutant and what became of it, for a line of JSON."""
    was, becomes = mutant.lines
    return {
        "key": mutant.key,
        "behaviour": mutant.behaviour,
        "file": mutant.file,
        "line": mutant.line,
        "operator": mutant.operator,
        "was": was,
        "becomes": becomes,
        **verdict._asdict(),
    }


class Kept:
    """Verdicts in a file, one a line; the last one of a mutant counts."""

    def __init__(self, folder: Path | None):
        """Read what the folder holds.

        Raises:
            SystemExit: it holds verdicts on another version of the model.
        """
        self.file = folder / f"{version()}.jsonl" if folder else None
        self.verdicts: dict[str, dict[str, Any]] = {}
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        others = [path.name for path in self.file.parent.glob("*.jsonl") if path.name != self.file.name]
        if others:
            raise SystemExit(f"{folder} holds verdicts on another version of the model: {', '.join(others)}")
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                verdict = json.loads(line)
                self.verdicts[verdict["key"]] = verdict

    def add(self, verdict: dict[str, Any]) -> None:
        self.verdicts[verdict["key"]] = verdict
        if self.file:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(verdict) + "\n")


def judged(chosen: list[Mutant], names: list[str], kept: Kept, of: set[str]) -> None:
    """Judge by some checks those that were not judged yet, or whose verdict is one of `of`."""
    waiting = [mutant for mutant in chosen if mutant.key not in kept.verdicts or kept.verdicts[mutant.key]["how"] in of]
    if not waiting:
        return
    bench = Bench(names)
    print(f"the unchanged model passes {len(names)} checks in {sum(bench.seconds.values()):.0f} s", flush=True)
    for number, mutant in enumerate(waiting, 1):
        verdict = bench.judge(mutant.change)
        kept.add(told(mutant, verdict))
        what = f"{verdict.outcome} {verdict.by and 'by ' + verdict.by} {verdict.how}".strip()
        print(f"{number}/{len(waiting)} {mutant.behaviour}:{mutant.line} {what} ({verdict.seconds:.1f} s)", flush=True)


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    words.add_argument("--mutants", type=int, default=400, metavar="N", help="how many; 400 if left out")
    words.add_argument("--seed", type=int, default=1, help="of the choice of mutants; 1 if left out")
    words.add_argument("--out", type=Path, metavar="FOLDER", help="where verdicts are kept, to go on from")
    given = words.parse_args()
    chosen = sample(given.mutants, given.seed)
    kept = Kept(given.out)
    judged(chosen, list(PANEL), kept, set())
    return 0


if __name__ == "__main__":
    sys.exit(main())
