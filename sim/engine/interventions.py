"""Interventions: what a scenario changes in a hospital while it runs, between one day and the next.

A run is cut at the midnights where something changes. There the tables are changed in plain Python, the same for both
drivers; chance comes in only as the luck of those who might attend a training.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sim.agents.standing import how_inviting
from sim.engine.hospital_state import HospitalState, leads_in_style, ward_order
from sim.leadership.encounters import MOST_RIGOUR
from sim.leadership.tenure import hands_over
from sim.scenario.interventions import (
    INSIDE,
    OF_PLACES,
    SAME,
    WALK_ROUNDS,
    Adopt,
    Intervention,
    Mandate,
    Ramp,
    Replace,
    Set,
    Train,
    numbers_of,
    range_of,
)
from sim.scenario.schema import Scenario
from sim.state.chance import ATTENDS, TRAINING, Chance, luck
from sim.state.parameters import PARAMETERS
from sim.state.vocabulary import (
    ACTIVITIES,
    ADOPTED,
    GRADES,
    LEADING_WEEK,
    LEADS,
    MANDATED,
    MODES,
    TICKS_PER_DAY,
    WALK,
)
from sim.ward.team import Team

# The column of a person's row that a training moves; rigour is counted in readings.
LEARNED = {"speaking up": "voice_is_safe", "deciding": "capability", "skill": "skill", "rigour": "rigour"}
COLUMN_OF = {"checklist": "checklist", "structured handover": "structured_handover"}


class Schedule:
    """The interventions of one run.

    Args:
        scenario: a complete scenario.
        state: the tables that are changed.
        seed: of the run.
        warm_up_days: days before day 0.
    """

    def __init__(self, scenario: Scenario, state: HospitalState, seed: int, warm_up_days: int):
        self.scenario = scenario
        self.state = state
        self.seed = seed
        self._first_day = warm_up_days
        self._wards = ward_order(scenario)
        self._walks = [0.0] * len(self._wards)
        self._before: dict[tuple[int, str, int], float] = {}
        self._days = {day for intervention in scenario.interventions for day in _days_of(intervention)}

    def stages(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The ticks from `start` to `stop` in pieces; what is due before each is changed when it is asked for."""
        midnights = sorted((self._first_day + day) * TICKS_PER_DAY for day in self._days)
        cuts = [start, *(tick for tick in midnights if start < tick < stop), stop]
        for first, end in pairwise(cuts):
            self.changes(first)
            yield first, end

    def changes(self, tick: int) -> None:
        """Change what is due at a tick, which happens at midnight alone: first what ends, then what begins."""
        day, quarter = divmod(tick, TICKS_PER_DAY)
        day -= self._first_day
        if quarter or day not in self._days:
            return
        for number, intervention in enumerate(self.scenario.interventions):
            if isinstance(intervention, Set) and intervention.until == day:
                self._goes_back(number, intervention)
        for number, intervention in enumerate(self.scenario.interventions):
            if day in _days_of(intervention):
                self._does(number, intervention, day, tick)

    def _does(self, number: int, intervention: Intervention, day: int, tick: int) -> None:
        match intervention:
            case Set() if day == intervention.day:
                self._moves(number, intervention, 1.0)
            case Ramp():
                self._moves(number, intervention, (day - intervention.day) / intervention.days)
            case Replace():
                self._replaces(intervention, tick)
            case Train():
                self._trains(intervention, tick)
            case Adopt():
                self._brings_in(intervention, ADOPTED)
            case Mandate():
                self._brings_in(intervention, MANDATED)

    # Numbers

    def _moves(self, number: int, change: Set | Ramp, share: float) -> None:
        """Move a number by a share of the way from what it was when the change began."""
        for name, ward in self._places(change):
            was = self._before.setdefault((number, name, ward), self._read(name, ward))
            aim = change.to if change.times is None else was * change.times
            if share > 0.0 and aim is not None:
                self._write(name, ward, aim if share == 1.0 else was + share * (aim - was))

    def _goes_back(self, number: int, change: Set) -> None:
        for name, ward in self._places(change):
            self._write(name, ward, self._before.pop((number, name, ward)))

    def _places(self, change: Set | Ramp) -> list[tuple[str, int]]:
        wards = self._rows(change) if change.is_of_places else [0]
        return [(name, ward) for name in numbers_of(change.change) for ward in wards]

    def _read(self, name: str, ward: int) -> float:
        if name in OF_PLACES:
            known = OF_PLACES[name]
            return float(getattr(self.state, known.table)[known.column][ward]) / known.per_unit
        column, place = self._setting(name)
        return float(column[place])

    def _write(self, name: str, ward: int, value: float) -> None:
        known = range_of(name)
        kept = min(max(value, known.low), known.high)
        if name in OF_PLACES:
            place = OF_PLACES[name]
            column = getattr(self.state, place.table)[place.column]
            column[ward] = round(kept * place.per_unit) if column.dtype.kind == "i" else kept
        else:
            column, index = self._setting(name)
            column[index] = kept

    def _setting(self, name: str) -> tuple[np.ndarray, int]:
        """The column of the settings that holds a parameter, and its place there."""
        parameter = PARAMETERS[name]
        column = self.state.settings[parameter.module][parameter.field]
        elements = [
            n for n, other in PARAMETERS.items() if (other.module, other.field) == (parameter.module, parameter.field)
        ]
        return (column[0], elements.index(name)) if parameter.label else (column, 0)

    # Leads

    def _replaces(self, change: Replace, tick: int) -> None:
        settings, still = self.state.settings[0], Chance(self.seed, 0)
        for ward in self._rows(change):
            role = self.state.leads[ward]
            if change.style is not None:
                leads_in_style(role, self.scenario.styles[change.style])
                raises_walks(role, self._walks[ward])
            if change.lead is not None and settings.on.clinical_leads:
                role.held_by = LEADS.index(change.lead)
            for person in self._people(ward):
                person.inviting = how_inviting(person, role, settings, still)
            if change.comes_from != SAME:
                keeps = settings.leadership.insider_keeps if change.comes_from == INSIDE else 0.0
                team = self._team(ward)
                hands_over(role, team, self.state.wards[ward], float(keeps), settings, Chance(self.seed, tick))

    # People

    def _trains(self, training: Train, tick: int) -> None:
        for ward in self._rows(training):
            for person in self._people(ward):
                if GRADES[int(person.grade)] in training.grades and self._attends(person, training, tick):
                    person.engaged += training.takes
                    self._learns(person, training)

    def _attends(self, person: np.record, training: Train, tick: int) -> bool:
        subject = list(LEARNED).index(training.what)
        return luck(Chance(self.seed, tick), TRAINING, int(person.identity), subject)[ATTENDS] < training.reaches

    def _learns(self, person: np.record, training: Train) -> None:
        column = LEARNED[training.what]
        if training.dose is None:
            person[column] = min(person[column] + 1, MOST_RIGOUR)
        elif column != "voice_is_safe" or not self.state.settings[0].dials.hold:
            person[column] += training.dose * (1.0 - person[column])

    # Practices

    def _brings_in(self, change: Adopt | Mandate, standing: int) -> None:
        for ward in self._rows(change):
            if change.practice == WALK_ROUNDS:
                self._walks[ward] = change.walks
                raises_walks(self.state.leads[ward], change.walks)
            else:
                self.state.wards[COLUMN_OF[change.practice]][ward] = standing

    def _rows(self, intervention: Intervention) -> list[int]:
        return [self._wards.index(name) for name in intervention.places(self.scenario)]

    def _team(self, ward: int) -> Team:
        row, state = self.state.wards[ward], self.state
        return Team(
            state.nurses[row.nurses_from : row.nurses_to],
            state.doctors[row.doctors_from : row.doctors_to],
            state.managers[row.manager : row.manager + 1],
            state.leads[ward : ward + 1],
        )

    def _people(self, ward: int) -> list[np.record]:
        """Everybody with a post on a ward, and the division's manager where she leads it."""
        row, state = self.state.wards[ward], self.state
        above = int(state.divisions[row.division].manager)
        leads_from_above = range(above, above + 1) if state.leads[ward].at_division else range(0)
        tables = (
            state.nurses[row.nurses_from : row.nurses_to],
            state.doctors[row.doctors_from : row.doctors_to],
            state.pharmacists[row.pharmacists_from : row.pharmacists_to],
            state.managers[row.manager : row.manager + 1],
            state.managers[leads_from_above.start : leads_from_above.stop],
        )
        return [table[index] for table in tables for index in range(len(table))]


def raises_walks(role: np.record, least: float) -> None:
    """Walks take at least so many hours of each week of leading; the other activities give them in proportion."""
    for mode in range(len(MODES)):
        week = role.hours[mode * len(ACTIVITIES) : (mode + 1) * len(ACTIVITIES)]
        walks = week[WALK]
        if walks < least:
            week *= (LEADING_WEEK - least) / (LEADING_WEEK - walks)
            week[WALK] = least


def _days_of(intervention: Intervention) -> range | tuple[int, ...]:
    """The days at whose first midnight an intervention has something to do."""
    match intervention:
        case Set(until=int(until)):
            return (intervention.day, until)
        case Ramp():
            return range(intervention.day, intervention.day + intervention.days + 1)
    return (intervention.day,)
