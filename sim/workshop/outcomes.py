"""What a page shows of a run: some outcomes of two ledgers, in units that a room can picture.

What the hospital sees stands first, what happened is shown at the debrief. Of two that are counterparts, one is what
records say and the other what they should have said.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.outcomes import BY_NAME, Better

if TYPE_CHECKING:
    from sim.engine.record import RunRecord

SEEN, HAPPENED = LEDGERS = ("seen", "happened")
_BETTER: dict[Better, str] = {"lower": "less", "higher": "more", "neither": ""}


@dataclass(frozen=True)
class Shown:
    """One outcome of a page.

    Attributes:
        name: as in `sim.analysis.outcomes.BY_NAME`.
        title: as a room reads it.
        unit: of the value on the page.
        ledger: ``seen`` by the hospital, or what ``happened``.
        digits: decimals to show.
        scale: the page's unit in that of the outcome, such as 10 for ``per 1,000`` of what is a per cent.
        counterpart: the outcome of the other ledger that is about the same; empty where there is none.
        words: what it means, where a room needs other words than the outcome's own.
    """

    name: str
    title: str
    unit: str
    ledger: str
    digits: int
    scale: float = 1.0
    counterpart: str = ""
    words: str = ""

    def on_page(self, value: float) -> float | None:
        """A value of the outcome as the page holds it: in the page's unit, with one decimal more than is shown."""
        return None if math.isnan(value) else round(value * self.scale, self.digits + 1)

    def content(self) -> dict[str, Any]:
        """What the page says of it."""
        kept = {key: value for key, value in asdict(self).items() if key != "scale" and value != ""}
        return kept | {"better": _BETTER[BY_NAME[self.name].better], "words": self.words or BY_NAME[self.name].meaning}


SHOWN: tuple[Shown, ...] = (
    Shown("incident_reports", "Incident reports", "per 1,000 bed-days", SEEN, 1, counterpart="errors_reached"),
    Shown("chart_events", "Stays with harm, as charts show", "per 1,000 stays", SEEN, 0, 10, "patients_harmed"),
    Shown("recorded_breaches", "Waits over four hours, as recorded", "per 1,000 waits", SEEN, 0, 10, "breaches"),
    Shown("felt_safe", "Staff who say it is safe to speak up", "% of staff asked", SEEN, 0, counterpart="voice"),
    Shown("readmission", "Patients back within 30 days", "per 1,000 discharges", SEEN, 0, 10),
    Shown("length_of_stay", "Length of stay", "days", SEEN, 1),
    Shown("deaths", "Deaths", "per 1,000 admissions", SEEN, 0),
    Shown("errors_reached", "Errors that reached patients", "per 1,000 bed-days", HAPPENED, 0, 1, "incident_reports"),
    Shown("patients_harmed", "Patients harmed by care", "per 1,000 stays", HAPPENED, 0, 10, "chart_events"),
    Shown("preventable_events", "Harm that care could have prevented", "per 1,000 bed-days", HAPPENED, 1),
    Shown("breaches", "Waits over four hours, in truth", "per 1,000 waits", HAPPENED, 0, 10, "recorded_breaches"),
    Shown("wait", "Wait for a bed", "hours", HAPPENED, 0),
    Shown("voice", "Concerns that were said", "% of concerns", HAPPENED, 0, counterpart="felt_safe"),
    Shown("hazards_alive", "Hazards that lie in wait on the ward", "on a usual night", HAPPENED, 1),
    Shown("exception_delay", "Wait for a decision that no rule covers", "hours", HAPPENED, 0),
    Shown("exception_fit", "How well such decisions fit the patient", "% of the best", HAPPENED, 0),
    Shown("adherence", "Steps done as the pathway says", "% of steps", HAPPENED, 0),
    Shown(
        "wrong_choices",
        "Treatments judged wrongly",
        "% of choices",
        HAPPENED,
        0,
        words="Among known options: another would have been better. In a search: a trial that does not help was kept, "
        "or one that helps was dropped.",
    ),
    Shown("hurried", "Contacts cut short by hurry", "% of contacts", HAPPENED, 0),
)
BY_SHOWN = {shown.name: shown for shown in SHOWN}


def of_run(record: "RunRecord") -> dict[str, float | None]:
    """What a page shows of one run, by name of outcome; None where nothing could be counted."""
    return dict(_of_run(record))


def _of_run(record: "RunRecord") -> Iterator[tuple[str, float | None]]:
    for shown in SHOWN:
        values, _, _ = BY_NAME[shown.name].measure(record)
        yield shown.name, shown.on_page(float(values[-1, -1]))
