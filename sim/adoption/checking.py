"""What the model shows of wards that were adopted, beside what their table says; and fitting arrivals to occupancy.

How long patients stay and how full beds are comes out of a run: it can be asked for, and not be set. So the scenario is
run as it stands, and what differs is told with what can be done about it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.adoption.reading import MOST_A_DAY
from sim.adoption.table import WardRow, WardTable
from sim.adoption.writing import derived_arrivals, in_percent, scenario_text
from sim.analysis.results import Results, interval
from sim.scenario import Scenario, from_text, with_changes
from sim.state.vocabulary import MODES

FAR_IN_OCCUPANCY = 0.03  # of beds
FAR_IN_STAY = 0.1  # of the stay
CLOSE = 0.01  # of beds: a fit that is as near as this is done
MOST_ROUNDS = 6
MOST_TOLD = 10  # wards, one by one
MOST_TURNED = 3.0  # a fit leaves arrivals within this factor of what the table asks for

type Interval = tuple[float, float, float]  # mean, and the bounds of its 95% interval


@dataclass(frozen=True)
class Seen:
    """One ward in the model, beside its row of the table.

    Attributes:
        row: of the table.
        arrivals: new patients a day that the scenario has for it.
        occupancy: share of beds with a patient at midnight.
        stay: days of overnight stays.
        stays_by_mode: mean days of overnight stays in each mode of care; not a number where nobody had it.
        returns: patients who came back, for each new one.
        sent_elsewhere: share of patients who came and found no bed or place to wait: sent elsewhere or home again.
    """

    row: WardRow
    arrivals: float
    occupancy: Interval
    stay: Interval
    stays_by_mode: tuple[float, ...]
    returns: float
    sent_elsewhere: float

    @property
    def is_off_in_occupancy(self) -> bool:
        """Whether beds are much fuller or emptier than in the table."""
        return abs(self.occupancy[0] - self.row.occupancy) > FAR_IN_OCCUPANCY

    @property
    def is_off_in_stay(self) -> bool:
        """Whether patients stay much longer or shorter than in the table."""
        return abs(self.stay[0] / self.row.stay - 1) > FAR_IN_STAY

    def in_words(self) -> str:
        """How full beds are and how long patients stay."""
        return f"in the model {self.occupancy[0]:.1%} of beds are full and patients stay {self.stay[0]:.1f} days"


def scenario_of(table: WardTable, title: str, arrivals: Mapping[int, float]) -> Scenario:
    """The scenario of a table, as its file will have it, with other `arrivals` a day where they are given by row."""
    scenario = from_text(scenario_text(table, title))
    changes = {
        f"wards.{name}.arrivals_per_day": arrivals[row.row]
        for name, row in zip(scenario.wards, table.rows, strict=True)
        if row.row in arrivals
    }
    return with_changes(scenario, changes)


def beside(table: WardTable, results: Results) -> tuple[Seen, ...]:
    """What the model shows of each ward of a table.

    Args:
        table: from which the scenario was made.
        results: of that scenario.
    """
    wards = enumerate(zip(table.rows, results.wards, strict=True))
    return tuple(_seen(row, name, place, results) for place, (row, name) in wards)


def _seen(row: WardRow, name: str, place: int, results: Results) -> Seen:
    def mean(outcome: str) -> Interval:
        centre, low, high, _ = interval(results.values(outcome, name), least=0.0)
        return centre, low, high

    def count(column: str) -> float:
        return float(sum(record.true[column][place].sum() for record in results.records))

    occupancy = mean("occupancy")
    came = count("arrivals")
    return Seen(
        row,
        results.scenario.wards[name].arrivals_per_day,
        (occupancy[0] / 100, occupancy[1] / 100, occupancy[2] / 100),
        mean("length_of_stay"),
        tuple(interval(results.values("length_of_stay", name, mode))[0] for mode in MODES),
        count("returns") / max(1.0, came - count("returns")),
        (count("diverted") + count("cancelled")) / max(1.0, came),
    )


def fit(table: WardTable, run: Callable[[Mapping[int, float], int], Results]) -> tuple[Seen, ...]:
    """Arrivals with which beds are as full as the table says, as far as that can be had, and what the model then shows.

    Nothing but the arrivals of each ward is changed. Where stays are far from the table's, the first step takes stays
    and returns from the model (Little's law); all others are in proportion to what is lacking.

    Args:
        table: of wards.
        run: runs the scenario with such arrivals a day, by row; the number is that of the round, from 1.
    """
    arrivals = {row.row: derived_arrivals(row) for row in table.rows}
    for number in range(1, MOST_ROUNDS + 1):
        seen = beside(table, run(arrivals, number))
        if number == MOST_ROUNDS or all(abs(each.occupancy[0] - each.row.occupancy) <= CLOSE for each in seen):
            break
        arrivals = {each.row.row: _next_arrivals(each, number == 1) for each in seen}
    return seen


def _next_arrivals(seen: Seen, is_first: bool) -> float:
    """Arrivals a day with which a ward should come nearer to the occupancy of its table."""
    asked = derived_arrivals(seen.row)
    if not (seen.stay[0] > 0 and seen.occupancy[0] > 0):
        return asked
    wanted = _by_little(seen) if is_first and seen.is_off_in_stay else _in_proportion(seen)
    return round(min(max(wanted, asked / MOST_TURNED), asked * MOST_TURNED, MOST_A_DAY), 3)


def _in_proportion(seen: Seen) -> float:
    """New patients a day with which beds would be as full as in the table, were they as full as many come."""
    return seen.arrivals * seen.row.occupancy / seen.occupancy[0]


def _by_little(seen: Seen) -> float:
    """New patients a day with which beds would be as full as in the table, with the stays of the model."""
    return seen.row.beds * seen.row.occupancy / seen.stay[0] / (1 + seen.returns)


# In words


def advice(seen: Sequence[Seen], is_fitted: bool) -> Iterator[str]:
    """Sentences on the wards that the model shows far from their table, with what can be changed."""
    far = [each for each in seen if each.is_off_in_occupancy or each.is_off_in_stay]
    if not far:
        beds, days = f"{FAR_IN_OCCUPANCY:.0%} of beds", f"{FAR_IN_STAY:.0%}"
        yield f"The model shows what the table says: beds are as full within {beds}, stays as long within {days}."
        return
    for each in far[:MOST_TOLD]:
        yield from (f"{each.row.name}: {sentence}" for sentence in _about(each, is_fitted, seen))
    if len(far) > MOST_TOLD:
        yield f"{len(far) - MOST_TOLD} more wards are far from the table; a star marks them above."
    if not is_fitted and any(each.is_off_in_occupancy for each in far):
        yield (
            "With --fit, arrivals are chosen so that beds are as full as in the table. Where stays differ, the number"
            " of patients is then no longer that of the table: choose which of the two you trust."
        )
    ratios = [each.row.stay / each.stay[0] for each in seen]
    if all(each.is_off_in_stay for each in seen) and (min(ratios) > 1 or max(ratios) < 1):
        yield (
            "On all wards stays differ in one direction. flow.recovery_level says how long recovery takes everywhere,"
            " and [parameters.flow] can change it; it was calibrated to English hospitals, and would no longer be."
        )


def _about(seen: Seen, is_fitted: bool, all_seen: Sequence[Seen]) -> Iterator[str]:
    row = seen.row
    if seen.is_off_in_stay:
        yield f"patients stay {seen.stay[0]:.1f} days in the model and {row.stay:g} in the table. {_on_stays(seen)}"
    if not seen.is_off_in_occupancy:
        return
    full = f"{seen.occupancy[0]:.0%} of beds are full in the model and {in_percent(row.occupancy)} in the table"
    if not is_fitted:
        arrivals = _by_little(seen) if seen.is_off_in_stay else _in_proportion(seen)
        yield f"{full}. About {arrivals:.1f} new patients a day in place of {seen.arrivals:.1f} would fill them so."
        return
    crowd = f", of whom {seen.sent_elsewhere:.0%} find no place" if seen.sent_elsewhere > 0.01 else ""
    yield f"{full}; fitting came no nearer than this, with {seen.arrivals:.2f} new patients a day{crowd}."
    shares_beds = sum(each.row.division.casefold() == row.division.casefold() for each in all_seen) > 1
    if seen.occupancy[0] > row.occupancy and shares_beds:
        yield "its beds also take patients of fuller wards of its division; a division of its own would keep them out."


def _on_stays(seen: Seen) -> str:
    """What can be done about stays."""
    known = {mode: stay for mode, stay in zip(MODES, seen.stays_by_mode, strict=True) if not math.isnan(stay)}
    listed = ", ".join(f"{stay:.1f} in {mode}" for mode, stay in known.items())
    reason = f"There they follow from the mode of care ({listed}) and from how care goes"
    if not known or not min(known.values()) <= seen.row.stay <= max(known.values()):
        return f"{reason}; no mix of modes comes to {seen.row.stay:g}. Read what hangs on stays with care."
    longest = max(known, key=lambda mode: known[mode])
    change = "larger" if seen.row.stay > seen.stay[0] else "smaller"
    return f"{reason}; a {change} share of {longest} care would come nearer, if that is true of the ward."
