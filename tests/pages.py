"""What the documentation says in code: its blocks executed, its tables made from the model.

A block of `python` in a page is run in the page's own namespace, after those that stand before it. A
block of `text` directly after it is what it prints. To write both anew after the model has changed:

    uv run python -m tests.pages
"""

import contextlib
import inspect
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.agents.people import Decision, Doctor, Manager, Nurse, Pharmacist, Staff
from sim.engine.overrides import plain

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```$(?:\n\n```text\n(?P<printed>.*?)^```$)?", re.M | re.S)
DECISIONS = re.compile(r"(<!-- decisions -->\n).*?(<!-- end of decisions -->)", re.S)
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


def rewritten(page: Path) -> str:
    """The text of a page with what its blocks print, and with the table of decisions, as they are now."""
    text = page.read_text(encoding="utf-8")
    for block, printed in reversed(list(runs(page))):
        if block["printed"] is not None:
            text = text[: block.start("printed")] + printed + text[block.end("printed") :]
    return DECISIONS.sub(lambda match: match[1] + decision_table() + match[2], text)


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(rewritten(each), encoding="utf-8")
