"""Claims for reading: what each says, what came of it with intervals, and what would have refuted it."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.analysis.claims import ASSUMED, WHY_PROVISIONAL, Comparison, Examination, Finding, unit_of
from sim.analysis.outcomes import ALL, BY_NAME
from sim.experiment.claims import Claim, Statement
from sim.report.numbers import in_words, with_interval
from sim.scenario.words import one_line
from sim.state.vocabulary import MODES

LEAST_WIDTH = 80
SIGN_WORDS = {"below": "below", "above": "above", "not_below": "not below", "not_above": "not above"}
FORM_WORDS = {
    "interior_minimum": "lowest in between, by",
    "best_differs": "each beaten somewhere, by",
}
STATE_STYLE = {"holds": "bold green", "fails": "bold red", "open": "yellow", "shown": "dim"}
ROLE_WORDS = {"verdict": "", "check": "check: ", "report": "for information: "}


def listed(claims: Iterable[Claim]) -> Table:
    """What each claim is, before it is run."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in ("claim", "says", "would be refuted by"):
        table.add_column(heading, overflow="fold")
    table.add_column("run", no_wrap=True)
    for claim in claims:
        told = claim.statement
        size = f"{len(claim.arms)} arms\n× {told.replications:,} runs\n× {told.years:g} y"
        kind = "\npremise" if told.is_premise else ""
        words = (told.id, _plain(told.claim), _plain(told.refuted_by), f"{size}{kind}")
        table.add_row(*map(Text, words), end_section=True)
    return table


def verdict_line(examined: Examination) -> str:
    """The verdict on one claim in a line."""
    told = examined.claim.statement
    where = ", at the point where it should fail" if examined.at_failing_point else ""
    return f"{told.id} {one_line(told.title)}{where}: {examined.told}"


def failing_note(examined: Examination) -> str:
    """What the verdict says about the point at which a claim was expected to fail; nothing for a usual run."""
    if not examined.at_failing_point:
        return ""
    if examined.verdict == "supported":
        return "It was expected to fail here and does not: its file needs another failing point."
    return "It was expected not to be supported here, and is not."


def verdict_table(examined: Sequence[Examination]) -> Table:
    """The verdicts on several claims."""
    table = Table(title="Verdicts", title_style="bold", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("claim", "", "verdict"):
        table.add_column(heading, overflow="fold")
    for each in examined:
        told = each.claim.statement
        table.add_row(told.id, Text(one_line(told.title)), each.told)
    return table


def standing(examined: Examination) -> str:
    """How far verdicts can be taken."""
    return ASSUMED if examined.is_over_posterior else f"{WHY_PROVISIONAL} {ASSUMED}"


def claim_table(examined: Examination) -> Table:
    """What came of each test of a claim: the comparisons that tell why, with intervals and what was asked."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("test", overflow="fold", ratio=3)
    table.add_column("compared", overflow="fold", ratio=3)
    table.add_column("estimate", justify="right", no_wrap=True)
    table.add_column("asked", no_wrap=True)
    table.add_column("", no_wrap=True)
    for test, found in zip(examined.claim.statement.tests, examined.findings, strict=True):
        _add(table, test, found)
    return table


def refuting(statement: Statement, width: int) -> str:
    """What would have refuted a claim, in lines of so many characters."""
    return "\n".join(wrap(f"Would be refuted by: {_plain(statement.refuted_by)}", width))


def estimate_in_words(comparison: Comparison, unit: str) -> str:
    """An estimate with its interval, as in ``−3.2% (−5.1 to −1.3)`` or ``+1.2 (+0.3 to +2.1)``."""
    scale, mark = _scale(unit)
    mean, low, high = (scale * value for value in (comparison.estimate, comparison.low, comparison.high))
    return with_interval(mean, low, high, sign=True, unit=mark)


def size_in_words(comparison: Comparison, unit: str) -> str:
    """An estimate alone, as in ``−3.2%`` or ``+1.2``."""
    scale, mark = _scale(unit)
    return f"{in_words(scale * comparison.estimate, sign=True)}{mark}"


def _scale(unit: str) -> tuple[float, str]:
    """What an estimate is multiplied by to be shown, and the mark behind it: shares are shown in hundredths."""
    return (100.0, "%") if unit.startswith("share") else (1.0, "")


def asked_in_words(test: Any) -> str:
    """What a test asks for, as in ``below −3%``."""
    if not hasattr(test, "asked"):
        return ""
    size = f"{100 * test.asked:g}%" if test.is_relative else f"{test.asked:g}"
    if test.form in FORM_WORDS:
        return f"{FORM_WORDS[test.form]} {size}"
    mark = "" if test.asked == 0 else "−" if test.sign in ("below", "not_below") else "+"
    return f"{SIGN_WORDS[test.sign]} {mark}{size}"


def subject_in_words(test: Any) -> str:
    """The outcome of a test, with where and when it is counted."""
    parts = [_title(test.outcome) + (f" less {_title(test.less).lower()}" if test.less else "")]
    mode = getattr(test, "mode", ALL)
    if hasattr(test, "modes"):
        parts.append("by mode" if test.modes == MODES else ", ".join(test.modes))
    parts += [place for place in (mode, test.ward) if place != ALL]
    if test.days:
        parts.append(f"days {test.days[0]} to {test.days[1]}")
    return ", ".join(parts)


def _title(name: str) -> str:
    return BY_NAME[name].whole_title if name in BY_NAME else name.replace("_", " ").capitalize()


def _add(table: Table, test: Any, found: Finding) -> None:
    unit = unit_of(test)
    title = Text(f"{ROLE_WORDS[test.role]}{one_line(test.title)}\n")
    title.append(subject_in_words(test), style="dim")
    if not unit.startswith("share"):
        title.append(f", {unit}", style="dim")
    if found.note:
        title.append(f"\n{found.note}", style="dim")
    shown = "shown" if test.role == "report" else found.state
    for position, each in enumerate(found.comparisons):
        first, last = position == 0, position == len(found.comparisons) - 1
        table.add_row(
            title if first else "",
            Text(each.what),
            estimate_in_words(each, unit),
            asked_in_words(test) if first else "",
            Text(shown, style=STATE_STYLE[shown]) if first else "",
            end_section=last,
        )


def _plain(text: str) -> str:
    return " ".join(one_line(text).split())
