"""Puzzles: what a room is told, what it predicts, and what the model shows; a file that is checked against results.

The file says which way each outcome goes of which its words speak. Where results say otherwise (`unlike`) no page is
made; and numbers in the words are filled in from results (`filled`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario import ScenarioError
from sim.scenario.basics import NAME_PATTERN, NAME_RULE, Table, Title
from sim.scenario.faults import choices_of, mistakes
from sim.scenario.files import parsed, text_of
from sim.scenario.words import did_you_mean, dotted, one_line, one_of, perhaps, quoted
from sim.tracing.events import KINDS
from sim.workshop.judging import ANSWERS, change_of, judged, mean_of, runs_with_more
from sim.workshop.outcomes import BY_SHOWN, SEEN
from sim.workshop.settings import UnknownSetting, setting_of

FILE = Path(__file__).with_name("puzzles.toml")
PLACE = re.compile(r"\{([^{}]*)\}")

# Outcome → its value in each replication, of one setting.
type Values = Mapping[str, Sequence[float | None]]
type Answer = Literal["more", "same", "fewer"]

_TEXT = "text in quotes of 1 to 1,500 characters"
_KEY = "the key of a setting, such as coaching/repetitive/usual/usual/usual/usual"
_NAMES = "a list of 1 to 12 names of outcomes that pages show"
_KINDS = "a list of 1 to 12 of " + ", ".join(KINDS)
_PARAGRAPHS = "a list of 1 to 8 paragraphs, each " + _TEXT
type Paragraph = Annotated[str, Field(min_length=1, max_length=1_500)]
type Paragraphs = Annotated[tuple[Paragraph, ...], Field(strict=False, min_length=1, max_length=8)]
type Names = Annotated[tuple[str, ...], Field(strict=False, min_length=1, max_length=12)]


class PuzzleError(ScenarioError):
    """Puzzles that cannot be used; the message says where, what was given and what is allowed."""


class Options(Table):
    """What each answer is called."""

    more: Title = Field(description=_TEXT)
    same: Title = Field(description=_TEXT)
    fewer: Title = Field(description=_TEXT)


class Puzzle(Table):
    """One puzzle, as its file says it.

    Attributes:
        title: what the room sees first.
        claim: the claim of the paper that it is about, such as ``H3``; empty for none.
        passage: where in Bohmer (2012) it comes from.
        a, b: keys of the two settings.
        story: what the room is told before it answers.
        question: what it answers.
        asks: the outcome whose change from `a` to `b` is asked for.
        options: what the answers are called.
        expects: for each outcome of which the words speak, which way it goes; among them the one that is asked for.
        shows, debrief_shows: outcomes of the first reveal, and of the second ledger.
        debrief: why, by which mechanism of the model, and what the model cannot know.
        follows: kinds of event in which the two histories of its patient are to differ.
        discuss: questions for the room.
    """

    title: Title = Field(description=_TEXT)
    claim: str = Field(default="", pattern=r"^(H\d{1,2})?$", description="the name of a claim, such as H3")
    passage: Paragraph = Field(description=_TEXT)
    a: str = Field(description=_KEY)
    b: str = Field(description=_KEY)
    story: Paragraphs = Field(description=_PARAGRAPHS)
    question: Paragraph = Field(description=_TEXT)
    asks: str = Field(description="the name of an outcome that pages show")
    options: Options = Field(description="a table with more, same and fewer")
    expects: dict[str, Answer] = Field(min_length=1, description="a table with more, same or fewer for each outcome")
    shows: Names = Field(description=_NAMES)
    debrief_shows: Names = Field(description=_NAMES)
    debrief: Paragraphs = Field(description=_PARAGRAPHS)
    follows: Names = Field(description=_KINDS)
    discuss: Paragraphs = Field(description=_PARAGRAPHS)

    @property
    def mode(self) -> str:
        """The mode of care of both settings."""
        return setting_of(self.a).mode


def puzzles(path: Path = FILE) -> dict[str, Puzzle]:
    """The puzzles of a file, by name, in its order.

    Raises:
        PuzzleError: one of them cannot be used.
        ScenarioError: the file cannot be read or is no TOML.
    """
    shown = one_line(path.name)
    found, faults = {}, []
    for name, content in parsed(text_of(path, shown), shown).items():
        try:
            found[name] = Puzzle.model_validate(content)
        except ValidationError as refusal:
            faults += [_sentence(error, name) for error in mistakes(refusal)]
            continue
        faults += [f"{name}.{sentence}" for sentence in _faults(name, found[name])]
    if faults or not found:
        faults = faults or ["has no puzzles; each is a table such as [more_reports]"]
        raise PuzzleError(f"{shown}: {sentence}" for sentence in faults)
    return found


def unlike(puzzle: Puzzle, a: Values, b: Values) -> Iterator[str]:
    """What results say otherwise than the puzzle's file, a sentence for each outcome."""
    for outcome, expected in puzzle.expects.items():
        found = judged(a[outcome], b[outcome])
        if found != expected:
            change = change_of(a[outcome], b[outcome])
            yield f"expects.{outcome} is {quoted(expected)}, and results say {quoted(found)} ({change})"


def filled(text: str, a: Values, b: Values) -> str:
    """A text of a puzzle with its numbers.

    ``{a.voice}`` is the mean of an outcome under the first setting and ``{b.voice}`` under the second; ``{a1.voice}``
    and ``{b1.voice}`` are those of the first run; ``{change.voice}`` says how large the change is, in per cent of the
    first; ``{more.voice}`` in how many runs the second has more; ``{runs}`` how many runs there are.
    """
    return PLACE.sub(lambda place: _number(place[1], a, b), text)


def _number(place: str, a: Values, b: Values) -> str:
    what, _, outcome = place.partition(".")
    if what == "runs":
        return f"{len(next(iter(a.values()))):,}"
    return _NUMBERS[what](outcome, a[outcome], b[outcome])


def _shown(outcome: str, value: float | None) -> str:
    return "none" if value is None else f"{value:,.{BY_SHOWN[outcome].digits}f}"


_NUMBERS: Mapping[str, Callable[[str, Sequence[float | None], Sequence[float | None]], str]] = {
    "a": lambda outcome, a, b: _shown(outcome, mean_of(a)),
    "b": lambda outcome, a, b: _shown(outcome, mean_of(b)),
    "a1": lambda outcome, a, b: _shown(outcome, a[0]),
    "b1": lambda outcome, a, b: _shown(outcome, b[0]),
    "change": lambda outcome, a, b: change_of(a, b),
    "more": lambda outcome, a, b: f"{runs_with_more(a, b):,}",
}


# What is wrong with a puzzle.


def _faults(name: str, puzzle: Puzzle) -> Iterator[str]:
    if not re.match(NAME_PATTERN, name):
        yield f"title stands under {quoted(name)}, which is not a good name; use {NAME_RULE}"
    keys_are_good = True
    for field in ("a", "b"):
        try:
            setting_of(getattr(puzzle, field))
        except UnknownSetting as refusal:
            keys_are_good = False
            yield f"{field}: {refusal}"
    if puzzle.a == puzzle.b:
        yield "b is the same setting as a; a puzzle compares two"
    elif keys_are_good and setting_of(puzzle.a).mode != setting_of(puzzle.b).mode:
        yield f"b is of {setting_of(puzzle.b).mode} care and a of {puzzle.mode}; they should have the same patients"
    for field, outcomes in _outcomes_named(puzzle):
        yield from (f"{field} names {quoted(each)}, {_unknown(each)}" for each in outcomes if each not in BY_SHOWN)
    if puzzle.asks in BY_SHOWN and puzzle.asks not in puzzle.expects:
        yield f"expects does not say which way {puzzle.asks} goes, which is what the puzzle asks"
    yield from _unseen(puzzle)
    for kind in puzzle.follows:
        if kind not in KINDS:
            yield f"follows names {quoted(kind)}{did_you_mean(kind, KINDS)}; it should be {_KINDS}"
    for field in ("story", "debrief", "discuss"):
        places = [place for paragraph in getattr(puzzle, field) for place in PLACE.findall(paragraph)]
        yield from (f"{field} has {{{place}}}, {wrong}" for place in places if (wrong := _odd(place)))


def _outcomes_named(puzzle: Puzzle) -> list[tuple[str, Sequence[str]]]:
    named = [("shows", puzzle.shows), ("debrief_shows", puzzle.debrief_shows)]
    return [("asks", [puzzle.asks]), ("expects", list(puzzle.expects)), *named]


def _unseen(puzzle: Puzzle) -> Iterator[str]:
    """Outcomes of the first reveal that a hospital cannot see."""
    for outcome in puzzle.shows:
        if outcome in BY_SHOWN and BY_SHOWN[outcome].ledger != SEEN and outcome != puzzle.asks:
            yield f"shows names {quoted(outcome)}, which no hospital sees; show it at the debrief"


def _unknown(outcome: str) -> str:
    return f"which no page shows{did_you_mean(outcome, BY_SHOWN)}"


def _odd(place: str) -> str:
    """What is wrong with a place for a number; empty if nothing is."""
    what, _, outcome = place.partition(".")
    if place == "runs" or (what in _NUMBERS and outcome in BY_SHOWN):
        return ""
    if what in _NUMBERS:
        return _unknown(outcome)
    known = ", ".join(f"{{{each}.OUTCOME}}" for each in _NUMBERS)
    return f"which is no number of a puzzle; there are {{runs}}, {known}"


def _sentence(error: ErrorDetails, name: str) -> str:
    where = dotted([name, *error["loc"]])
    allowed = _allowed(error["loc"])
    match error["type"]:
        case "missing":
            return f"{where} is missing; it should be {allowed}"
        case "extra_forbidden":
            beside = Options.model_fields if len(error["loc"]) > 1 else Puzzle.model_fields
            return f"{where} is not known here{did_you_mean(str(error['loc'][-1]), beside)}"
        case "too_short" | "too_long":
            return f"{where} has {len(error['input']):,} entries; it should be {allowed}"
        case "model_type":
            return f"{where} is {quoted(error['input'])}; it should be a table"
    return f"{where} is {quoted(error['input'])}; it should be {allowed}{perhaps(error['input'], choices_of(error))}"


def _allowed(path: Sequence[int | str]) -> str:
    if not path:
        return "a table"
    field = Puzzle.model_fields.get(str(path[0]))
    if len(path) == 1:
        return field.description or "something else" if field else "something else"
    if path[0] == "expects":
        return one_of(ANSWERS)
    return "the name of an outcome" if path[0] in ("shows", "debrief_shows") else _TEXT
