"""Verdicts that are kept, so that a long run goes on where it stopped."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.mutation.judge import ENDLESS, INCOMPETENT, KILLED, SURVIVED, Line, Verdict
from tests.mutation.mutants import Mutant
from tests.mutation.sources import version

Told = dict[str, Any]


def told(mutant: Mutant, verdict: Verdict, stage: str) -> Told:
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
        "stage": stage,
        **verdict._asdict(),
    }


def share_killed(verdicts: Iterable[Told]) -> float:
    """The share killed, by a check or by the clock, of all mutants that are Python."""
    outcomes = [verdict["outcome"] for verdict in verdicts if verdict["outcome"] != INCOMPETENT]
    return sum(outcome in (KILLED, ENDLESS) for outcome in outcomes) / max(1, len(outcomes))


class Kept:
    """Verdicts, the last of each mutant, and every line that a check entered; in a folder, if one is given."""

    def __init__(self, folder: Path | None):
        """Read what the folder holds.

        Raises:
            SystemExit: it holds verdicts on another version of the model.
        """
        self.verdicts: dict[str, Told] = {}
        self.entered: set[Line] = set()
        self.seconds = 0.0
        self.file = folder / f"{version()}.jsonl" if folder else None
        if folder is None or self.file is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        others = [path.name for path in folder.glob("*.jsonl") if path != self.file]
        if others:
            raise SystemExit(f"{folder} holds verdicts on another version of the model: {', '.join(others)}")
        for line in self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else ():
            self._take(json.loads(line))

    def stage_survived(self, key: str) -> str | None:
        """The last stage that a mutant has survived; "" before its first, None once it is killed."""
        verdict = self.verdicts.get(key)
        if verdict is None:
            return ""
        return verdict["stage"] if verdict["outcome"] == SURVIVED else None

    def add(self, verdict: Told) -> None:
        """Keep a verdict."""
        self._take(verdict)
        self._write(verdict)

    def note_entered(self, lines: set[Line]) -> None:
        """Keep which lines checks entered."""
        self.entered |= lines
        self._write({"entered": sorted(lines)})

    def _take(self, kept: Told) -> None:
        if "entered" in kept:
            self.entered |= {(behaviour, line) for behaviour, line in kept["entered"]}
            return
        self.verdicts[kept["key"]] = kept
        self.seconds += kept["seconds"]

    def _write(self, kept: Told) -> None:
        if self.file:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(kept) + "\n")
