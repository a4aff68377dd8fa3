"""The names of counts by kind, such as ``done dose``, that a comparison and the ward in plain Mesa share."""

from sim.state.vocabulary import ACTIVITIES, ANSWERS, LOGGED, TASKS, TIMES_INTERRUPTED

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
