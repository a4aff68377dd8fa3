"""Both ledgers side by side: what happened, what the hospital could see, and where the two say different things."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.analysis.arms import Comparison
from sim.analysis.evidence import ERROR_RATE
from sim.analysis.outcomes import BY_NAME
from sim.report.arms import in_shown_units, pairs_of
from sim.report.numbers import with_interval

OPPOSITE = "The records point the wrong way"
UNSEEN = "It happened, and the records do not show it"
UNFOUNDED = "The records show a difference that is not shown to have happened"
AGREE = "Both show it, in the same direction"
NEITHER = "Neither shows a difference"

SPOKEN = {
    "errors_reached": "errors that reach patients",
    "patients_harmed": "patients harmed",
    "preventable_events": "harms that better care would prevent",
    "adverse_events": "harms",
    "incident_reports": "incident reports",
    "chart_events": "stays in which a review of charts finds harm",
}


@dataclass(frozen=True)
class Reading:
    """What both ledgers say of one arm less its reference.

    Attributes:
        arm: its number.
        true, observed: names of the outcomes.
        happened, recorded: the differences, with their intervals.
        verdict: how the two go together, in words.
    """

    arm: int
    true: str
    observed: str
    happened: str
    recorded: str
    verdict: str

    @property
    def disagrees(self) -> bool:
        """Whether whoever reads the records alone is misled."""
        return self.verdict in (OPPOSITE, UNSEEN, UNFOUNDED)


def readings(comparison: Comparison) -> list[Reading]:
    """What both ledgers say of each arm, outcome by outcome, for all that have a counterpart."""
    return list(_readings(comparison))


def _readings(comparison: Comparison) -> Iterator[Reading]:
    rows = {(row.outcome, row.arm): row for row in in_shown_units(comparison.table).itertuples()}
    for pair in pairs_of(comparison):
        if len(pair) < 2:
            continue
        for arm in comparison.references:
            true, observed = (rows[name, arm] for name in pair)
            yield Reading(arm, pair[0], pair[1], _told(true), _told(observed), _verdict(true, observed))


def _told(row: Any) -> str:
    return with_interval(row.difference, row.low, row.high, sign=True)


def _verdict(true: Any, observed: Any) -> str:
    happened, recorded = (row.p_adjusted < ERROR_RATE for row in (true, observed))
    if happened and recorded:
        return AGREE if (true.difference > 0) == (observed.difference > 0) else OPPOSITE
    if happened:
        return UNSEEN
    return UNFOUNDED if recorded else NEITHER


def misled(reading: Reading, arm: str, reference: str) -> str:
    """In a sentence, what a hospital would conclude that reads its records alone."""
    true, observed = (SPOKEN.get(name, f"“{BY_NAME[name].whole_title}”") for name in (reading.true, reading.observed))
    recorded, happened = (_way(words) for words in (reading.recorded, reading.happened))
    if reading.verdict == UNSEEN:
        unseen = f"no change is seen in {observed}"
        subject = f"{true[:1].upper()}{true[1:]}"
        return f"{subject} go {happened} under {arm}, and the hospital’s own records would not show it: {unseen}."
    and_yet = f"while {true} go {happened}"
    if reading.verdict == UNFOUNDED:
        and_yet = f"though no change from {reference} is shown in {true}"
    return f"A hospital that went by its records would be misled: {observed} go {recorded} under {arm}, {and_yet}."


def _way(told: str) -> str:
    return "up" if told.startswith("+") else "down"
