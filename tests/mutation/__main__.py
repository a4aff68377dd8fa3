"""Change the model in many places, one at a time, and see how many of the changes the tests notice.

    uv run --group mutation python -m tests.mutation --mutants 400 --seed 1 --out FOLDER --write
    uv run --group mutation python -m tests.mutation --mutants 20 --quick    # as continuous integration does

Three rounds, each for what survived the one before: hospitals of the panel, tests that name the changed behaviour, and
hospitals beyond the panel. Goes on where it stopped, if FOLDER holds a part. Ends with 1 where fewer than 85% are
killed.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

# Before numba and numpy are imported: a process that has one thread can be forked.
os.environ |= {"NUMBA_DISABLE_JIT": "1", "OPENBLAS_NUM_THREADS": "1"}

from tests.mutation.checks import BEYOND, PANEL, Check, golden, naming
from tests.mutation.judge import SURVIVED, Bench
from tests.mutation.kept import Kept, share_killed, told
from tests.mutation.mutants import Mutant, sample
from tests.mutation.survivors import PAGE, page

LEAST_KILLED = 0.85
LONGEST_TEST = 20.0  # seconds in plain Python; what takes longer does not judge


def judge(chosen: list[Mutant], kept: Kept, stage: str, checks: Callable[[], dict[str, Check]], after: str) -> None:
    """Judge what was not judged at all, or what has survived the stage before and nothing since."""
    waiting = [mutant for mutant in chosen if kept.stage_survived(mutant.key) == after]
    if not waiting:
        return
    bench = Bench(checks(), LONGEST_TEST if stage == "tests" else None)
    taken = sum(bench.seconds.values())
    print(f"{stage}: the unchanged model passes {len(bench.checks)} checks in {taken:.0f} s", flush=True)
    kept.note_entered(bench.lines())
    for number, mutant in enumerate(waiting, 1):
        verdict = bench.judge(mutant.change)
        kept.add(told(mutant, verdict, stage))
        by = f" by {verdict.by}: {verdict.how}" if verdict.by else ""
        where = f"{mutant.behaviour}, line {mutant.line}"
        print(f"{stage} {number}/{len(waiting)} {where}: {verdict.outcome}{by} ({verdict.seconds:.1f} s)", flush=True)


def behaviours(chosen: Iterable[Mutant], kept: Kept) -> list[str]:
    """Behaviours of mutants that survive so far."""
    return sorted({mutant.behaviour for mutant in chosen if kept.verdicts[mutant.key]["outcome"] == SURVIVED})


def main() -> int:
    """Judge, tell the share that was killed, and write the page of survivors where that is asked for."""
    words = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    words.add_argument("--mutants", type=int, default=400, metavar="N", help="how many; 400 if left out")
    words.add_argument("--seed", type=int, default=1, help="of the choice of mutants; 1 if left out")
    words.add_argument("--out", type=Path, metavar="FOLDER", help="where verdicts are kept, to go on from")
    words.add_argument("--quick", action="store_true", help="the panel alone judges")
    words.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    given = words.parse_args()
    chosen = sample(given.mutants, given.seed)
    kept = Kept(given.out)
    judge(chosen, kept, "panel", lambda: {name: golden(name) for name in PANEL}, "")
    if not given.quick:
        judge(chosen, kept, "tests", lambda: naming(behaviours(chosen, kept)), "panel")
        judge(chosen, kept, "beyond", lambda: {name: golden(name) for name in BEYOND}, "tests")
    verdicts = [kept.verdicts[mutant.key] for mutant in chosen]
    share = share_killed(verdicts)
    print(f"{share:.1%} of {len(verdicts)} mutants are killed")
    for verdict in verdicts:
        if verdict["outcome"] == SURVIVED:
            print(f"survived: {verdict['file']}:{verdict['line']}: {verdict['was']} -> {verdict['becomes']}")
    if given.write:
        PAGE.write_text(page(verdicts, given.seed, kept), encoding="utf-8")
    return 0 if share >= LEAST_KILLED else 1


if __name__ == "__main__":
    sys.exit(main())
