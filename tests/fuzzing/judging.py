"""What is wrong with how the program took a case: nothing, if it did as it should."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.fuzzing.cases import Case, Wanted

ACCEPTED, REFUSED, BROKE, HUNG = "accepted", "refused", "broke", "hung"

MOST_SECONDS = 20.0  # of a processor, for one file; a command starts in up to nine
LONGEST_LINE = 6_000  # where every parameter of a part is listed
MORE_FAULTS = "There are more faults; these are the first ten."
INNARDS = ("Traceback", "pydantic", "<class ", "NoneType", "object at 0x", "Error:", "errno", "Errno")

# Words with which a sentence says what is allowed, or what to do.
GUIDES = r"""
    should; did you mean; known here:; \b(use|give|leave|put|make|name|save|set|adopt|let|copy|change|choose)\b;
    at most; at least; more than; exactly one; \bneeds?\b; there can be; may only; larger than; a range has both;
    each has two; a week of leading has; (is|are|in) for ; is written whole; each parameter has as many; twice;
    comes in whole numbers; a second time; changes as well; gives? the same runs; among the levers; this is not TOML;
    there is no such file; not UTF-8; too deeply; deep$; too many digits; in a circle; goes through; cannot be read;
    this is a folder; not an ordinary file; not a usable; leads elsewhere; no style is called so; which is no outcome"""
GUIDING = re.compile("|".join(phrase.strip() for phrase in GUIDES.split(";")))


class Found(NamedTuple):
    """How the program took a case.

    Attributes:
        outcome: accepted, refused, broke or hung.
        said: its refusal, or what it said when it broke.
        seconds: of a processor.
        strayed: what it read or wrote that it should not have.
    """

    outcome: str
    said: str = ""
    seconds: float = 0.0
    strayed: tuple[str, ...] = ()


def complaints(case: Case, found: Found, folder: str) -> Iterator[str]:
    """Everything that is wrong; the files of the case lie in `folder`, as messages name it."""
    if found.outcome in (BROKE, HUNG):
        yield f"it {found.outcome}"
    if found.seconds > MOST_SECONDS:
        yield f"it took {found.seconds:.1f} s"
    yield from (f"it strayed: {what}" for what in found.strayed)
    if case.must_be and found.outcome in (ACCEPTED, REFUSED) and found.outcome != case.must_be:
        yield f"it should be {case.must_be}"
    if found.outcome == REFUSED:
        yield from _of_words(found.said, folder)
        yield from _of_what_is_told(case, found.said)


def _of_words(said: str, folder: str) -> Iterator[str]:
    """What is wrong with the lines of any refusal."""
    lines = said.splitlines() or [""]
    if len(lines) > 11:
        yield f"the refusal has {len(lines)} lines"
    for line in lines:
        if line == MORE_FAULTS and len(lines) == 11:
            continue
        file, _, rest = line.partition(": ")
        if not f"{file}/".startswith(folder) or not rest:
            yield f"no file is named: {line[:200]}"
        if not GUIDING.search(rest):
            yield f"nothing is said of what is allowed: {line[:200]}"
        if not line.isprintable() or len(line) > LONGEST_LINE:
            yield f"a line cannot be read: {line[:200]!r}"
        yield from (f"{word!r} is none of a reader's words: {line[:200]}" for word in INNARDS if word in rest)


def _of_what_is_told(case: Case, said: str) -> Iterator[str]:
    """Where no fault that was made is told with its key and what is allowed."""
    if case.wanted and not any(_tells(said, wanted) for wanted in case.wanted):
        hoped = "; or ".join(f"{' or '.join(one.keys)} with {', '.join(one.allowed)}" for one in case.wanted)
        yield f"the key and what is allowed are not told; hoped for {hoped}"


def _tells(said: str, wanted: Wanted) -> bool:
    return any(
        any(key in line for key in wanted.keys) and all(word in line for word in wanted.allowed)
        for line in said.splitlines()
    )
