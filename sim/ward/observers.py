"""Virtual observers that look while things happen: direct observation of doses, review of charts.

What they miss stays in the true ledger alone. Published figures are compared only with what they see.
"""

from sim.state.behaviours import behaviour
from sim.state.chance import (
    CHART,
    CHART_FINDS_OTHER,
    CHART_FINDS_PREVENTABLE,
    CHART_JUDGES,
    WATCHER_SEES,
    WATCHING,
    luck,
)


@behaviour
def watches_dose(nurse, is_wrong, turn, seen, p, chance):
    """An observer watches a dose being given, and may see that it is wrong."""
    seen.doses_watched += 1
    if is_wrong and luck(chance, WATCHING, nurse.identity, turn)[WATCHER_SEES] < p.observers.watcher_sees:
        seen.doses_seen_wrong += 1


@behaviour
def reviews_chart(patient, seen, p, chance):
    """Reviewers read the chart of a stay that ended: they may find an adverse event and judge its cause."""
    seen.charts_reviewed += 1
    draws = luck(chance, CHART, patient.identity, 0)
    finds = p.observers.chart_finds_event
    preventable = patient.preventable_events > 0 and draws[CHART_FINDS_PREVENTABLE] < finds
    other = patient.other_events > 0 and draws[CHART_FINDS_OTHER] < finds
    if preventable or other:
        seen.charts_with_event += 1
        if preventable == (draws[CHART_JUDGES] < p.observers.chart_judges_right):
            seen.charts_preventable += 1
    if preventable or other or patient.incident_reports > 0:
        seen.charts_or_reports += 1
