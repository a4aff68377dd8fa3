"""Names that a comparison and its ports share: levels of the benchmark, and counts by kind, such as ``done dose``."""

from sim.state.vocabulary import ACTIVITIES, ANSWERS, LOGGED, TASKS, TIMES_INTERRUPTED

WARD, BEDS = "ward", "beds"  # the levels of SPECIFICATION.md: all of it, or nobody but who lies in a bed

KINDS = {
    "answers": ANSWERS,
    "led": ACTIVITIES,
    "doses_interrupted": range(TIMES_INTERRUPTED),
    "doses_interrupted_wrong": range(TIMES_INTERRUPTED),
    "shifts_logged": LOGGED,
    "shifts_with_error": LOGGED,
}


def names_by_kind(column: str) -> list[str]:
    """What each number of a column is called; most columns count tasks."""
    return [f"{column} {kind}" for kind in KINDS.get(column, TASKS)]
