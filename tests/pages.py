"""What the documentation says in code: its blocks executed, its tables made from the model.

A block of `python` in a page is run in the page's own namespace, after those that stand before it. A
block of `text` directly after it is what it prints. To write both anew after the model has changed:

    uv run python -m tests.pages

The page of claims is made from their files in the same way.

A line of `console` that begins with ``uv run microsystem`` is a command. A block of `toml` whose first line is a
comment with the name of a file is that file.
"""

import contextlib
import inspect
import io
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sim.agents.people import Decision, Doctor, Manager, Nurse, Pharmacist, Staff
from sim.analysis.claims import measures
from sim.engine.overrides import plain
from sim.experiment.claims import Claim, load_claim, shipped
from sim.report.claims import asked_in_words, subject_in_words

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "workshop").glob("*.md")])
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$(?:\n\n```text\n(?P<printed>.*?)^```$)?", re.M | re.S)
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"^```toml\n(?P<text># (?P<name>\w+\.toml)\n.*?)^```$", re.M | re.S)
COMMAND = "uv run microsystem "
DECISIONS = re.compile(r"(<!-- decisions -->\n).*?(<!-- end of decisions -->)", re.S)
CLAIMS = re.compile(r"(<!-- claims -->\n).*?(<!-- end of claims -->)", re.S)
WHO = {
    Staff: "everybody on the staff",
    Nurse: "a nurse",
    Doctor: "a doctor",
    Pharmacist: "a pharmacist",
    Manager: "a manager",
}


def runs(page: Path) -> Iterator[tuple[re.Match, str]]:
    """Run the blocks of a page in order, in one fresh namespace: each with what it prints."""
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": f"page_{page.stem}"}
    for block in BLOCK.finditer(text):
        line = text[: block.start("code")].count("\n")
        code = compile("\n" * line + block["code"], str(page), "exec")  # a fault names the line of the page
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, names)
        yield block, printed.getvalue()


def commands(page: Path) -> list[list[str]]:
    """The words of each command of a page, without those that every one begins with."""
    blocks = "".join(CONSOLE.findall(page.read_text(encoding="utf-8"))).replace("\\\n", "")
    lines = (line.rpartition("&& ")[2] for line in blocks.splitlines())
    return [shlex.split(line.removeprefix(COMMAND), comments=True) for line in lines if line.startswith(COMMAND)]


def files(page: Path) -> dict[str, str]:
    """The files that a page shows whole: name → text."""
    return {found["name"]: found["text"] for found in FILE.finditer(page.read_text(encoding="utf-8"))}


def decisions_of(kind: type) -> dict[str, Callable]:
    """The decisions that a kind of agent has, and those above it have not: name → plain function."""
    return {name: plain(value.behaviour) for name, value in vars(kind).items() if isinstance(value, Decision)}


def decision_table() -> str:
    """A Markdown table of every decision: whose it is, what it is given, what it decides."""
    lines = ["| whose | decision | is given | decides |", "|---|---|---|---|"]
    for kind, who in WHO.items():
        for name, function in decisions_of(kind).items():
            given = ", ".join(list(inspect.signature(function).parameters)[1:])
            meaning = (function.__doc__ or "").splitlines()[0].rstrip(".").replace("`person`", "the person")
            lines.append(f"| {who} | `{name}` | `{given}` | {meaning} |")
    return "\n".join(lines) + "\n"


def claims_in_words() -> str:
    """Markdown on every claim that ships: a table of all, and what each compares, asks for and would be refuted by."""
    found = [load_claim(file, measures()) for file in shipped().values()]
    lines = ["| claim | says | years | runs | arms |", "|---|---|--:|--:|--:|"]
    for each in found:
        told = each.statement
        size = f"{told.years:g} | {told.replications} | {len(each.arms)}"
        lines.append(f"| [{told.id}](#{told.id.lower()}) | {told.title} | {size} |")
    return "\n".join([*lines, *(line for each in found for line in _claim_in_words(each))]) + "\n"


def _claim_in_words(claim: Claim) -> Iterator[str]:
    told = claim.statement
    yield from ("", f"({told.id.lower()})=", "", f"## {told.id}: {told.title}", "", _in_a_line(told.claim), "")
    yield from (f"*Bohmer 2012, {told.passage}.*", "", "| test | estimand | arms | asks for |", "|---|---|---|---|")
    for test in told.tests:
        role = {"verdict": "", "check": " (a check)", "report": " (for information)"}[test.role]
        cells = (f"{test.title}{role}", subject_in_words(test), _arms_in_words(test), asked_in_words(test) or "–")
        yield f"| {' | '.join(cells)} |"
    yield from ("", f"**Supported if:** {_in_a_line(told.supported_if)}", "")
    yield from (f"**Refuted by:** {_in_a_line(told.refuted_by)}", "")
    years = f"{told.years:g} year{'s' * (told.years != 1)}"
    horizon = f"{years}, {told.replications} replications from seed {told.seed}. {_in_a_line(told.power)}"
    yield from (f"**Horizon:** {horizon}", "")
    if told.fails_at is None:
        yield "**Fails at:** nobody has said where; this is a premise."
        return
    point = ", ".join(f"`{key}` = {value}" for key, value in told.fails_at.changes.items())
    yield f"**Fails at:** {point}. {_in_a_line(told.fails_at.why)}"


def _arms_in_words(test: Any) -> str:
    match test.form:
        case "difference":
            return f"{test.arm} less {test.reference}"
        case "beats_every":
            return f"{test.arm} less each of {', '.join(test.arms)}"
        case "interaction":
            there = f" in {test.reference_mode} care" if test.reference_mode else ""
            return f"({' less '.join(test.arms)}) less ({' less '.join(test.references)}){there}"
        case "crossing":
            levels = ", ".join(f"{level:g}" for level in test.levels)
            return f"{test.arms[0]} less {test.references[0]} and so on, at {levels}"
    return ", ".join(test.arms)


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def rewritten(page: Path) -> str:
    """The text of a page with what its blocks print, and with the table of decisions, as they are now."""
    text = page.read_text(encoding="utf-8")
    for block, printed in reversed(list(runs(page))):
        if block["printed"] is not None:
            text = text[: block.start("printed")] + printed + text[block.end("printed") :]
    text = CLAIMS.sub(lambda match: match[1] + claims_in_words() + match[2], text)
    return DECISIONS.sub(lambda match: match[1] + decision_table() + match[2], text)


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(rewritten(each), encoding="utf-8")
