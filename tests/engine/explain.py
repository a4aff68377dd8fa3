"""Why golden digests have changed: which decision first differed between two versions of the model.

    uv run python -m tests.engine.explain                           # the sources as they stand, against the last commit
    uv run python -m tests.engine.explain --against v0.1.0
    uv run python -m tests.engine.explain --hospital "one bed"      # of `tests.engine.hospitals`, and no other

Runs the small hospitals in plain Python by either version, until tables differ after some tick; does that tick again
and lays side by side what each behaviour gave, draws of chance among them, and what it left in the rows it had.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from sim.state.vocabulary import TICKS_PER_DAY
from tests.engine.hospitals import ROOT, hospitals

WITNESS = Path(__file__).with_name("witness.py")
MOST_CELLS = 8
MOST_BEFORE = 4
PLUMBING = ("philox",)  # whose words `luck` gives as numbers from 0 to 1
Told = dict[str, Any]


class Change(NamedTuple):
    """Where two versions part in a hospital.

    Attributes:
        hospital: its name.
        tick: after which tables differ; -1 where the hospital is built otherwise.
        calls: the first calls that differ, of the earlier and of the later version; None where one made none.
        before: calls of that tick that were still alike, the last few.
        cells: of each value that differs after the tick: column, row, value in the earlier and in the later version.
        columns: that only one of the versions has; where the hospital is built otherwise, those that differ as well.
    """

    hospital: str
    tick: int
    calls: tuple[Told | None, Told | None]
    before: list[Told]
    cells: list[tuple[str, int, Any, Any]]
    columns: list[str]


class ExplainError(ValueError):
    """Two versions cannot be laid side by side; the message says why."""


def first_change(earlier: Path, later: Path, hospital: str) -> Change | None:
    """Where two versions part in a hospital; None where they do not.

    Args:
        earlier, later: folders of both versions, each with `sim` and `tests`.
        hospital: a name of `tests.engine.hospitals`.

    Raises:
        ExplainError: a version cannot run it.
    """
    with _witness(earlier, hospital) as before, _witness(later, hospital) as now:
        found = _first_moment(before, now)
    if found is None:
        return None
    moment, one, other = found
    columns = sorted(one.keys() ^ other.keys())
    if moment == 0:
        return Change(hospital, -1, (None, None), [], [], sorted({*columns, *_differ(one, other)}))
    with _witness(earlier, hospital, str(moment - 1)) as before, _witness(later, hospital, str(moment - 1)) as now:
        [mine], [theirs] = before.lines(), now.lines()
    alike, calls = _first_call(mine["heard"], theirs["heard"])
    return Change(hospital, moment - 1, calls, alike[-MOST_BEFORE:], _cells(mine["after"], theirs["after"]), columns)


@contextmanager
def _witness(folder: Path, *words: str) -> Iterator["Witness"]:
    """A version at work, which ends with this at the latest."""
    alone = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile("w+") as problems:
        command = [sys.executable, "-P", WITNESS, *words]
        process = subprocess.Popen(command, cwd=folder, env=alone, stdout=subprocess.PIPE, stderr=problems, text=True)
        try:
            yield Witness(folder, process, problems)
        finally:
            process.kill()
            process.communicate()


class Witness(NamedTuple):
    """A process that tells what a version does."""

    folder: Path
    process: subprocess.Popen[str]
    problems: TextIO

    def lines(self) -> Iterator[Any]:
        """What it tells, line by line.

        Raises:
            ExplainError: it ended with an error.
        """
        yield from map(json.loads, self.process.stdout or ())
        if self.process.wait():
            self.problems.seek(0)
            raise ExplainError(f"the version in {self.folder} cannot be watched:\n{self.problems.read()}")


def _first_moment(before: Witness, now: Witness) -> tuple[int, Told, Told] | None:
    for moment, (one, other) in enumerate(zip(before.lines(), now.lines(), strict=True)):
        if _differ(one, other):
            return moment, one, other
    return None


def _differ(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return [name for name in one.keys() & other.keys() if one[name] != other[name]]


def _first_call(one: list[Told], other: list[Told]) -> tuple[list[Told], tuple[Told | None, Told | None]]:
    """Calls up to the first that differs, and that one in both; behaviours that one version lacks are passed over."""
    shared = {told["behaviour"] for told in one} & {told["behaviour"] for told in other}
    kept = [[told for told in calls if told["behaviour"] in shared] for calls in (one, other)]
    alike: list[Told] = []
    for mine, theirs in itertools.zip_longest(*kept):
        if mine is None or theirs is None or not _same(mine, theirs):
            return alike, (mine, theirs)
        alike.append(mine)
    return alike, (None, None)


def _same(one: Told, other: Told) -> bool:
    return all(one[part] == other[part] for part in ("behaviour", "of", "gives", "leaves"))


def _cells(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> list[tuple[str, int, Any, Any]]:
    return [
        (name, row, mine, theirs)
        for name in one
        if name in other and one[name] != other[name]
        for row, (mine, theirs) in enumerate(zip(one[name], other[name], strict=False))
        if mine != theirs
    ]


def in_words(change: Change) -> Iterator[str]:
    """The change, line by line."""
    if change.tick < 0:
        yield f"{change.hospital}: it is built otherwise: {', '.join(change.columns)}"
        return
    day, quarter = divmod(change.tick, TICKS_PER_DAY)
    yield f"{change.hospital}: tables first differ after tick {change.tick} (day {day}, {_time(quarter)})"
    if change.columns:
        yield f"  only one version has {', '.join(change.columns)}"
    for told in [told for told in change.before if told["behaviour"] not in PLUMBING]:
        yield f"  alike    {_call(told)}"
    for version, told in zip(("before", "now"), change.calls, strict=True):
        yield f"  {version:8} {_call(told) if told else 'nothing more is called'}"
    if all(change.calls) and _only_rows(*change.calls):
        yield "           both give the same, and leave a row that they were handed otherwise"
    for name, row, mine, theirs in change.cells[:MOST_CELLS]:
        yield f"  after the tick {name}[{row}] is {theirs} and was {mine}"
    if len(change.cells) > MOST_CELLS:
        yield f"  and {len(change.cells) - MOST_CELLS} values more"


def _time(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


def _call(told: Told) -> str:
    of = f" ({told['of']})" if told["of"] else ""
    return f"{told['behaviour']}{of} gives {told['gives']}, called by {' < '.join(told['by'][:4])}"


def _only_rows(one: Told, other: Told) -> bool:
    return one["gives"] == other["gives"] and one["behaviour"] == other["behaviour"] and one["of"] == other["of"]


def unpack(commit: str, folder: Path) -> None:
    """The files of a commit, in a folder.

    Raises:
        ExplainError: there is no such commit.
    """
    packed = subprocess.run(
        ["git", "archive", "--format=tar", commit, "sim", "tests", "scenarios"], cwd=ROOT, capture_output=True
    )
    if packed.returncode:
        raise ExplainError(f"git knows no version {commit!r}: {packed.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")


def main() -> int:
    """Tell where the sources as they stand part from a commit; 1 where they do, 2 where that cannot be told."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument(
        "--against", default="HEAD", metavar="COMMIT", help="the earlier version; the last commit if left out"
    )
    words.add_argument("--hospital", choices=list(hospitals()), metavar="NAME", help="this alone; all if left out")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            unpack(given.against, Path(scratch))
            for name in [given.hospital] if given.hospital else hospitals():
                print(f"{name} ...", file=sys.stderr, flush=True)
                if change := first_change(Path(scratch), ROOT, name):
                    print("\n".join(in_words(change)))
                    return 1
        except ExplainError as problem:
            print(problem, file=sys.stderr)
            return 2
    print("No table of these hospitals differs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
