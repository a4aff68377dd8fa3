"""The page of survivors: which changes no check noticed, each with the reason that somebody found for it."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sim.engine.overrides import plain
from sim.state.behaviours import BEHAVIOURS
from tests.mutation.checks import BEYOND, PANEL
from tests.mutation.judge import ENDLESS, INCOMPETENT, KILLED, SURVIVED
from tests.mutation.kept import Kept, Told, share_killed

PAGE = Path(__file__).with_name("survivors.md")
REASONS = Path(__file__).with_name("reasons.toml")
NO_REASON = "**not yet looked into**"


def page(verdicts: list[Told], seed: int, kept: Kept) -> str:
    """The page, in Markdown."""
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return "\n".join([*_summary(verdicts, seed, kept), *_table(verdicts, reasons), *_never_entered(kept), ""])


def _summary(verdicts: list[Told], seed: int, kept: Kept) -> Iterator[str]:
    counted = Counter(verdict["outcome"] for verdict in verdicts)
    stages = Counter(verdict["stage"] for verdict in verdicts if verdict["outcome"] in (KILLED, ENDLESS))
    number, places = len(verdicts), len({verdict["behaviour"] for verdict in verdicts})
    yield from (
        "# Mutants that survived",
        "",
        f"Written by `python -m tests.mutation --mutants {number} --seed {seed} --out FOLDER --write`.",
        "The reasons are those of [reasons.toml](reasons.toml): change them there.",
        "",
        f"**{share_killed(verdicts):.1%} of {number} mutants in {places} behaviours were killed**, in",
        f"{kept.seconds / 60:.0f} minutes of one processor.",
        "",
        "| outcome | mutants |",
        "|---|--:|",
        f"| killed by golden digests of the panel's {len(PANEL)} hospitals | {stages['panel']} |",
        f"| killed by tests that name the behaviour | {stages['tests']} |",
        f"| killed by golden digests of {len(BEYOND)} hospitals more | {stages['beyond']} |",
        f"| survived | {counted[SURVIVED]} |",
        f"| no Python, and not counted | {counted[INCOMPETENT]} |",
        "",
        f"Of the killed, {sum(map(_by_error, verdicts))} ended with an error and {counted[ENDLESS]} never ended;",
        "all others gave other numbers.",
        "",
    )


def _by_error(verdict: Told) -> bool:
    return verdict["outcome"] == KILLED and verdict["how"] not in ("another digest", "the test fails")


def _table(verdicts: list[Told], reasons: dict[str, str]) -> Iterator[str]:
    yield "| behaviour | was | becomes | reason |"
    yield "|---|---|---|---|"
    for verdict in sorted(verdicts, key=lambda verdict: (verdict["file"], verdict["line"])):
        if verdict["outcome"] != SURVIVED:
            continue
        cells = [f"`{verdict['behaviour']}` in `{verdict['file']}`", _code(verdict["was"]), _code(verdict["becomes"])]
        yield f"| {' | '.join([*cells, reasons.get(verdict['key'], NO_REASON)])} |"
    yield ""


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _never_entered(kept: Kept) -> Iterator[str]:
    entered = {name for name, _ in kept.entered}
    missing = sorted(set(BEHAVIOURS) - entered)
    lines = {
        (name, line)
        for name, behaviour in BEHAVIOURS.items()
        for *_, line in plain(behaviour).__code__.co_lines()
        if line and line > plain(behaviour).__code__.co_firstlineno + 1
    }
    yield "## What no check of a run enters"
    yield ""
    yield f"Behaviours: {', '.join(f'`{name}`' for name in missing) or 'none'}."
    left = sorted(lines - kept.entered)
    where = Counter(name for name, _ in left)
    yield f"Lines: {len(left)} of {len(lines)}, in {', '.join(f'`{name}`' for name in sorted(where)) or 'none'}."
