"""What the facilitator's pack says of the puzzles, made from the results that are kept for the workshop's page."""

from collections.abc import Iterator, Mapping

from docs.evidence import table
from sim.analysis.results import interval
from sim.scenario import shipped_styles
from sim.workshop.book import words
from sim.workshop.judging import ANSWERS, FEWER, MORE, RULE, SAME, Values, judged, mean_of, pairs
from sim.workshop.kept import Kept, folder, read
from sim.workshop.outcomes import BY_SHOWN, Shown
from sim.workshop.puzzles import PLACE, Puzzle, filled, puzzles
from sim.workshop.settings import Setting, dials_of, setting_of

SO = {MORE: "clearly more", SAME: "about the same", FEWER: "clearly less"}
LEDGER = {"seen": "what the hospital sees", "happened": "what happened"}


def parts() -> dict[str, str]:
    """Each part by the name of its file, in Markdown."""
    return dict(_parts(read(folder()), puzzles()))


def _parts(kept: Kept, found: Mapping[str, Puzzle]) -> Iterator[tuple[str, str]]:
    yield "puzzles", listed(found)
    yield "puzzles_rule", f"> {RULE}\n"
    yield "puzzles_limits", "".join(f"- {sentence}\n" for sentence in words()["limits"])
    for name, puzzle in found.items():
        yield f"puzzle_{name}_asked", asked(puzzle, kept)
        yield f"puzzle_{name}_answered", answered(puzzle, kept)


def listed(found: Mapping[str, Puzzle]) -> str:
    """All puzzles, in the order of the page."""
    rows = [
        [
            f"[{puzzle.title}](puzzles.md#puzzle-{name.replace('_', '-')})",
            words()["modes"][puzzle.mode]["title"],
            *sides(puzzle),
        ]
        for name, puzzle in found.items()
    ]
    return table(["puzzle", "kind of care", "ward A", "ward B"], rows)


def sides(puzzle: Puzzle) -> tuple[str, str]:
    """What sets the two wards of a puzzle apart, in few words for each."""
    a, b = setting_of(puzzle.a), setting_of(puzzle.b)
    return _apart(a, b), _apart(b, a)


def _apart(one: Setting, other: Setting) -> str:
    levels = [
        f"{words()['dials'][dial]['title'].lower()}: {level}"
        for dial, level in dials_of(one).items()
        if level != dials_of(other)[dial]
    ]
    return "; ".join(levels or [f"{shipped_styles()[one.style].title.lower()} leader"])


def asked(puzzle: Puzzle, kept: Kept) -> str:
    """What the room is told and asked."""
    quoted = "\n>\n".join(f"> {each}" for each in _filled((*puzzle.story, f"**{puzzle.question}**"), puzzle, kept))
    options = "\n".join(f"- {getattr(puzzle.options, answer)}" for answer in ANSWERS)
    return f"{quoted}\n\n{options}\n"


def answered(puzzle: Puzzle, kept: Kept) -> str:
    """The answer as the page computes it, with its figures, the debrief, the passage, and questions to discuss."""
    a, b = kept.values[puzzle.a], kept.values[puzzle.b]
    answer = getattr(puzzle.options, judged(a[puzzle.asks], b[puzzle.asks]))
    shown = [each for name, each in BY_SHOWN.items() if name in (puzzle.asks, *puzzle.shows, *puzzle.debrief_shows)]
    rows = [_row(each, a[each.name], b[each.name], each.name == puzzle.asks) for each in shown]
    heads = [f"ward {letter}: {side}" for letter, side in zip("AB", sides(puzzle), strict=True)]
    paragraphs = [
        f"**In the model: {answer}.** Means of {kept.replications:,} half-years of each ward:",
        table(["", "ledger", *heads, "B less A, with 95% interval", "so"], rows).strip(),
        *_be_ready(puzzle, shown, a, b),
        "The debrief that stands under **Why**:",
        "\n>\n".join(f"> {each}" for each in _filled(puzzle.debrief, puzzle, kept)),
        f"In Bohmer (2012): {puzzle.passage}",
        "To discuss:",
        "\n".join(f"{number}. {each}" for number, each in enumerate(puzzle.discuss, 1)),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _be_ready(puzzle: Puzzle, shown: list[Shown], a: Mapping[str, Values], b: Mapping[str, Values]) -> Iterator[str]:
    """What a room may find on the screen of which the puzzle does not speak, and what looks clear and is not."""
    spoken = {place.rpartition(".")[2] for text in (*puzzle.story, *puzzle.debrief) for place in PLACE.findall(text)}
    silent = [each for each in shown if each.name not in {puzzle.asks, *puzzle.expects, *spoken}]
    found = {each: judged(a[each.name], b[each.name]) for each in silent}
    clear = [f"{each.title[0].lower()}{each.title[1:]} ({SO[way]})" for each, way in found.items() if way != SAME]
    if clear:
        yield f"**Be ready for** what the screen shows and the debrief does not name: {'; '.join(clear)}."
    small = [each for each in shown if _is_small_and_sure(a[each.name], b[each.name])]
    if small:
        titles = "; ".join(f"{each.title[0].lower()}{each.title[1:]}" for each in small)
        yield f"**Be ready for** an interval that leaves out nought where the change is below 5%: {titles}."


def _is_small_and_sure(a: Values, b: Values) -> bool:
    one, other = pairs(a, b)
    _, low, high, _ = interval(other - one)
    return (low > 0 or high < 0) and judged(a, b) == SAME


def _filled(texts: tuple[str, ...], puzzle: Puzzle, kept: Kept) -> Iterator[str]:
    return (filled(text, kept.values[puzzle.a], kept.values[puzzle.b]) for text in texts)


def _row(shown: Shown, a: Values, b: Values, is_asked: bool) -> list[str]:
    one, other = pairs(a, b)
    difference, low, high, _ = interval(other - one)
    less = f"{_number(shown, difference, '+')} ({_number(shown, low, '+')} to {_number(shown, high, '+')})"
    title = f"{shown.title}, {shown.unit}"
    cells = [_number(shown, mean) for mean in (mean_of(a), mean_of(b)) if mean is not None]
    return [f"**{title}**" if is_asked else title, LEDGER[shown.ledger], *cells, less, SO[judged(a, b)]]


def _number(shown: Shown, value: float, sign: str = "") -> str:
    return f"{value:{sign}z,.{shown.digits}f}".replace("-", "−")
