"""The book of a workshop: all data of its page, which is made of it and of nothing else."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.experiment.identity import model_version
from sim.scenario import shipped_styles
from sim.scenario.schema import days_of
from sim.state.vocabulary import MODES
from sim.workshop import days, judging, traces
from sim.workshop.kept import Kept, KeptError
from sim.workshop.outcomes import SHOWN
from sim.workshop.puzzles import Puzzle, PuzzleError, filled, unlike
from sim.workshop.settings import DIALS, REPLICATIONS, STYLES, YEARS, Setting, setting_of, shown, ward

WORDS = Path(__file__).with_name("words.toml")
TITLE = "What a leader changes"
EXAMPLE = Setting("coaching", "repetitive").key


def book(kept: Kept, puzzles: Mapping[str, Puzzle], command: str) -> dict[str, Any]:
    """The data of a page, in a form that JSON can hold.

    Args:
        kept: what was run, watched and followed.
        puzzles: those of the page.
        command: the command line that makes the page, for its foot.

    Raises:
        KeptError: a setting, a day or a patient is missing.
        PuzzleError: there are as many runs as a page should have, and they say otherwise than a puzzle does.
    """
    _refuse_missing(kept, puzzles)
    if kept.replications >= REPLICATIONS:
        _refuse_unlike(kept, puzzles)
    numbers = _numbers(kept)
    return {
        "about": _about(kept, command),
        "styles": [_style(name) for name in STYLES],
        "modes": [{"name": mode, **words()["modes"][mode]} for mode in MODES],
        "dials": [_dial(name) for name in DIALS],
        "outcomes": [outcome.content() for outcome in SHOWN],
        "settings": {key: dict(kept.values[key]) for key in shown()},
        "days": {key: _day(day, numbers) for key, day in kept.days.items()},
        "puzzles": [_puzzle(name, puzzle, kept, numbers) for name, puzzle in puzzles.items()],
        "glossary": words()["glossary"],
        "limits": words()["limits"],
        "server": None,
    }


def otherwise(kept: Kept, puzzles: Mapping[str, Puzzle]) -> list[str]:
    """What results say otherwise than the puzzles do, a sentence each."""
    return [
        f"{name}.{sentence}"
        for name, puzzle in puzzles.items()
        for sentence in unlike(puzzle, kept.values[puzzle.a], kept.values[puzzle.b])
    ]


@cache
def words() -> dict[str, Any]:
    """What the page says in words: of styles, modes and dials, its glossary, and its limits."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def _about(kept: Kept, command: str) -> dict[str, Any]:
    once = f"--years {YEARS:g} --seed {kept.seed} --reps 1"
    run = f"microsystem workshop setting {EXAMPLE} -o one.toml && microsystem run one.toml {once}"
    return {
        "title": TITLE,
        "model": model_version(),
        "version": version("microsystem"),
        "seed": kept.seed,
        "replications": kept.replications,
        "years": YEARS,
        "days": days_of(YEARS),
        "warm_up_days": ward().run.warm_up_days,
        "scenario": ward().title,
        "beds": sum(each.beds for each in ward().wards.values()),
        "usual_style": ward().leadership.style,
        "command": command,
        "run": run,
        "least_share": judging.LEAST_SHARE,
        "rules": {"answer": judging.RULE, "day": days.RULE, "patient": traces.RULE},
    }


def _style(name: str) -> dict[str, str]:
    return {"name": name, "title": shipped_styles()[name].title, "words": words()["styles"][name]}


def _dial(name: str) -> dict[str, Any]:
    said = words()["dials"][name]
    levels = [{"name": level, "title": level.title(), "value": value} for level, value in DIALS[name].items()]
    return {"name": name, **said, "levels": levels}


def _puzzle(name: str, puzzle: Puzzle, kept: Kept, numbers: Mapping[int, int]) -> dict[str, Any]:
    a, b = kept.values[puzzle.a], kept.values[puzzle.b]
    told = {field: [filled(each, a, b) for each in getattr(puzzle, field)] for field in ("story", "debrief", "discuss")}
    trace = dict(kept.traces[name])
    trace["key"], trace["patient"] = trace["patient"], numbers[trace["patient"]]
    trace["events"] = _numbered(trace["events"], numbers)
    trace["otherwise"] = {**trace["otherwise"], "events": _numbered(trace["otherwise"]["events"], numbers)}
    return {
        "name": name,
        "title": puzzle.title,
        "claim": puzzle.claim,
        "passage": puzzle.passage,
        "mode": puzzle.mode,
        "a": puzzle.a,
        "b": puzzle.b,
        "question": filled(puzzle.question, a, b),
        "asks": puzzle.asks,
        "options": [{"name": each, "title": getattr(puzzle.options, each)} for each in judging.ANSWERS],
        "answer": judging.judged(a[puzzle.asks], b[puzzle.asks]),
        "shows": list(puzzle.shows),
        "debrief_shows": list(puzzle.debrief_shows),
        "trace": trace,
        **told,
    }


# Patients have keys of ten digits; in a room they go by small numbers, in the order in which they come.


def _numbers(kept: Kept) -> dict[int, int]:
    """A number for each patient of the book, the same under every lead."""
    found = {patient for day in kept.days.values() for patient in _patients_of(day)}
    for trace in kept.traces.values():
        found |= {trace["patient"], *_about_whom(trace["events"]), *_about_whom(trace["otherwise"]["events"])}
    return {key: number for number, key in enumerate(sorted(found - {0}), 1)} | {0: 0}


def _patients_of(day: Mapping[str, Any]) -> Iterator[int]:
    for row in day["who"]:
        yield from row["beds"]
    yield from _about_whom(day["events"])


def _about_whom(events: list[dict[str, Any]]) -> Iterator[int]:
    return (event["patient"] for event in events)


def _day(day: Mapping[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    who = [{**row, "beds": [numbers[patient] for patient in row["beds"]]} for row in day["who"]]
    return {**day, "title": _title_of(day), "who": who, "events": _numbered(day["events"], numbers)}


def _title_of(day: Mapping[str, Any]) -> str:
    setting = setting_of(day["setting"])
    care = words()["modes"][setting.mode]["title"].lower()
    return f"{day['weekday']}, day {day['day'] + 1}: {shipped_styles()[setting.style].title}, {care}"


def _numbered(events: list[dict[str, Any]], numbers: Mapping[int, int]) -> list[dict[str, Any]]:
    return [{**event, "patient": numbers[event["patient"]]} for event in events]


# What a book cannot be made of.


def _refuse_missing(kept: Kept, puzzles: Mapping[str, Puzzle]) -> None:
    for key in shown():
        if key not in kept.values:
            raise KeptError(f"there are no runs of {key}; the results are not of the settings that a page shows")
    for name, puzzle in puzzles.items():
        if not traces.is_of(kept.traces.get(name), puzzle.a, puzzle.b, puzzle.follows):
            raise KeptError(f"no patient is kept for the puzzle {name} as it is now; make the kept results anew")
        for key in (puzzle.a, puzzle.b):
            if key not in kept.values or key not in kept.days:
                raise KeptError(f"puzzle {name} is about {key}, of which there are no runs, or no watched day")


def _refuse_unlike(kept: Kept, puzzles: Mapping[str, Puzzle]) -> None:
    sentences = otherwise(kept, puzzles)
    if sentences:
        advice = "Change the words of the puzzle so that they are true of the results, or choose other settings."
        raise PuzzleError([*sentences, advice])
