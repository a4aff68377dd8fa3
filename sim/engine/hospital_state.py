"""The hospital as rows: built from a scenario, opened by the tick alone."""

import math
from typing import NamedTuple

import numpy as np

from sim.agents.standing import settles_under_lead
from sim.scenario.interventions import most_arrivals
from sim.scenario.leading import Style
from sim.scenario.schema import Goals, Group, Scenario, Ward
from sim.state.chance import Chance, post_of
from sim.state.ledgers import OBSERVED, SERIES, STAFFING, TRUE, empty_funnel
from sim.state.rows import CONDITIONS, DIVISION, GROUP, LEAD, PATIENT, RETURN, SHIFTS_OF_A_GROUP, STAFF, WARD
from sim.state.vocabulary import (
    CONSULTANT,
    DIVISION_MANAGER,
    DOCTOR,
    ERRORS,
    EXECUTIVE,
    FED_BY_HAZARDS,
    GOALS,
    GRADES,
    GRADES_THAT_LEAD,
    JUNIOR,
    LEADS,
    LED_BY_WARD_MANAGER,
    MANAGER,
    MODES,
    NEVER,
    NO_HAZARD,
    NO_TARGET,
    NURSE,
    PHARMACIST,
    PHARMACY,
    SENIOR_NURSE,
    STAFF_NURSE,
    STARTS,
    STOPS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WARD_MANAGER,
)
from sim.ward.hazards import arises, counts_load
from sim.ward.turnover import familiarity_now, starts_in_post
from sim.ward.unconstrained import best_shared_treatment

PROFESSION_OF = {
    STAFF_NURSE: NURSE,
    SENIOR_NURSE: NURSE,
    JUNIOR: DOCTOR,
    CONSULTANT: DOCTOR,
    PHARMACY: PHARMACIST,
    WARD_MANAGER: MANAGER,
    DIVISION_MANAGER: MANAGER,
    EXECUTIVE: MANAGER,
}

# Shifts after which somebody knows a ward as well as anybody: those who are there when a run begins.
KNOWS_WARD_WELL = 1_000

# Goal weights (outcome, timeliness, throughput, standard) of each profession where a scenario names
# none. Assumed: clinicians put the patient first, managers share their weight out (Davies and Harrison 2003).
USUAL_WEIGHTS = {
    NURSE: (0.45, 0.1, 0.1, 0.35),
    DOCTOR: (0.5, 0.1, 0.1, 0.3),
    PHARMACIST: (0.5, 0.05, 0.05, 0.4),
    MANAGER: (0.35, 0.3, 0.2, 0.15),
}


class HospitalState(NamedTuple):
    """Every table of one hospital. Behaviours never receive it: the tick hands them rows and slices."""

    patients: np.ndarray
    nurses: np.ndarray
    doctors: np.ndarray
    pharmacists: np.ndarray
    managers: np.ndarray
    wards: np.ndarray
    leads: np.ndarray
    divisions: np.ndarray
    groups: np.ndarray
    returns: np.ndarray
    true: np.ndarray
    observed: np.ndarray
    staffing: np.ndarray
    series: np.ndarray
    funnel: np.ndarray
    settings: np.ndarray


def build_state(scenario: Scenario, seed: int, days: int) -> HospitalState:
    """A hospital on its first Monday at midnight: beds empty, everybody at home.

    Args:
        scenario: a complete scenario.
        seed: of the run, 0 to 2**62.
        days: length of the daily series.
    """
    divisions = list(scenario.divisions)
    ward_names = ward_order(scenario)
    wards = WARD.table(len(ward_names))
    staff = _Staff(seed, scenario.settings())
    protocols = [best_shared_treatment(group, staff.settings, Chance(seed, 0)) for group in range(CONDITIONS)]
    first_bed = 0
    for index, name in enumerate(ward_names):
        ward = scenario.wards[name]
        _fill_ward(wards[index], ward, index, divisions.index(ward.division), staff.settings, protocols, seed)
        wards[index].beds_from = first_bed
        first_bed += ward.beds
        wards[index].beds_to = first_bed
        _set_target(wards[index], scenario)
        _hire_ward(staff, wards[index], index, scenario.staffing[ward.staffing])
    division_rows, places = _fill_divisions(scenario, wards, first_bed, staff)
    staff.hire_executive(wards[0])
    settings = staff.settings
    leads = _leads(scenario, ward_names, division_rows[wards["division"]], staff)
    staff.settle_under(leads)
    return HospitalState(
        patients=_empty_places(places),
        nurses=staff.table(NURSE),
        doctors=staff.table(DOCTOR),
        pharmacists=staff.table(PHARMACIST),
        managers=staff.table(MANAGER),
        wards=wards,
        leads=leads,
        divisions=division_rows,
        groups=staff.group_table(),
        returns=_returns(scenario),
        true=_by_mode(TRUE, len(wards)),
        observed=_by_mode(OBSERVED, len(wards)),
        staffing=STAFFING.table(len(wards)),
        series=SERIES.table(days * len(wards)).reshape(days, len(wards)),
        funnel=empty_funnel(len(wards)),
        settings=settings.reshape(1),
    )


def ward_order(scenario: Scenario) -> list[str]:
    """Names of the wards in the order of rows: division by division."""
    divisions = list(scenario.divisions)
    return sorted(scenario.wards, key=lambda name: divisions.index(scenario.wards[name].division))


def _fill_ward(
    row: np.record, ward: Ward, index: int, division: int, settings: np.record, protocols: list[int], seed: int
) -> None:
    keeps = {
        "verbal": settings.work.verbal_keeps,
        "notes": settings.work.notes_keep,
        "printed": settings.work.printed_keeps,
    }
    row.identity = index + 1
    row.division = division
    row.mode_mix = [getattr(ward.mode_mix, mode) for mode in MODES]
    row.arrivals_per_day = ward.arrivals_per_day
    row.emergency_share = ward.emergency_share
    row.pathway_quality = ward.pathway.quality
    row.pathway_fit = ward.pathway.fit
    row.pathway_design = ward.pathway.design
    row.fragmentation = ward.fragmentation
    row.handover_keeps = keeps[ward.handover]
    row.hazard_kind[:] = NO_HAZARD
    for kind in FED_BY_HAZARDS:
        for _ in range(ward.hazards[ERRORS[kind].replace(" ", "_")]):
            arises(row, kind, settings, Chance(seed, 0))
    counts_load(row, Chance(seed, 0))
    row.next_return = NEVER
    row.protocol = protocols
    row.goal = _wanted(settings)


def _wanted(settings: np.record) -> np.ndarray:
    """Goal weights of the organisation, as shares; as good as none where it wants nothing."""
    wants = settings.goals.wants
    return wants / wants.sum() if wants.sum() > 0 else np.full(len(GOALS), 1 / len(GOALS))


def _set_target(row: np.record, scenario: Scenario) -> None:
    row.target_stops = NO_TARGET
    if scenario.target:
        row.target_starts = STARTS.index(scenario.target.starts)
        row.target_stops = STOPS.index(scenario.target.stops)
        row.target_by_clock = scenario.target.recorder == "clock"
        row.target_deadline = scenario.target.deadline * TICKS_PER_HOUR


def _leads(scenario: Scenario, ward_names: list[str], divisions: np.ndarray, staff: "_Staff") -> np.ndarray:
    """The role of each ward's lead, with the style it is held in; `divisions` has the row of each ward's division."""
    settings = staff.settings
    rows = LEAD.table(len(ward_names))
    for index, name in enumerate(ward_names):
        row, leadership = rows[index], scenario.leadership_of(name)
        row.identity = index + 1
        lead = leadership.lead if settings.on.clinical_leads else LEADS[LED_BY_WARD_MANAGER]
        row.held_by = LEADS.index(lead)
        row.seats = [staff.first_post(index, grade) for grade in GRADES_THAT_LEAD]
        row.at_division = leadership.level == "division"
        row.knows_ward = settings.leadership.stranger_knows if row.at_division else settings.leadership.knows_at_start
        first, end = divisions[index].wards_from, divisions[index].wards_to
        row.turn = index - first
        row.presence = 1.0 if leadership.level == "ward" else 1 / (end - first)
        leads_in_style(row, scenario.style_of(name))
        row.required_share = scenario.target.required_share if scenario.target else 0.0
        row.last_led = -NEVER
        row.met_share = row.required_share
        row.answers_above = scenario.target is not None and scenario.target.audience == "division"
    return rows


def leads_in_style(row: np.record, style: Style) -> None:
    """The role is held in a style from now on."""
    row.contingent = style.is_contingent
    row.hours = [hours for week in style.weeks() for hours in week]
    for part in (style.manner, style.stance):
        for field, value in part.model_dump().items():
            row[field] = value
    row.shows_aggregates = style.aggregates()


def _hire_ward(staff: "_Staff", row: np.record, index: int, pattern: dict[str, Group]) -> None:
    before = staff.sizes()
    for number, group in enumerate(pattern.values()):
        staff.hire_group(group, row, index, number)
    after = staff.sizes()
    row.nurses_from, row.nurses_to = before[NURSE], after[NURSE]
    row.doctors_from, row.doctors_to = before[DOCTOR], after[DOCTOR]
    row.pharmacists_from, row.pharmacists_to = before[PHARMACIST], after[PHARMACIST]
    row.manager = before[MANAGER]


def _fill_divisions(scenario: Scenario, wards: np.ndarray, beds: int, staff: "_Staff") -> tuple[np.ndarray, int]:
    rows = DIVISION.table(len(scenario.divisions))
    place = beds
    for index, division in enumerate(scenario.divisions.values()):
        members = np.flatnonzero(wards["division"] == index)
        rows[index].identity = index + 1
        rows[index].wards_from, rows[index].wards_to = members[0], members[-1] + 1
        rows[index].queue_from = place
        place += division.waiting_places
        rows[index].queue_to = place
        rows[index].manager = staff.hire_division_manager(index, wards[members[0]], division.manager_weights)
        rows[index].goal = _wanted(staff.settings)
    return rows, place


def _empty_places(places: int) -> np.ndarray:
    patients = PATIENT.table(places)
    patients["due"][:] = NEVER
    return patients


def _returns(scenario: Scenario) -> np.ndarray:
    # Nobody comes back later than 30 days, so 30 days of arrivals, doubled, and some never overflow.
    most = max(most_arrivals(scenario, name) for name in scenario.wards)
    places = 64 + math.ceil(60 * most)
    return RETURN.table(len(scenario.wards) * places).reshape(len(scenario.wards), places)


def _by_mode(row, wards: int) -> np.ndarray:
    return row.table(wards * len(MODES)).reshape(wards, len(MODES))


class _Staff:
    """Collects the people of a hospital, profession by profession, as they are hired."""

    def __init__(self, seed: int, settings: np.record):
        self.seed = seed
        self.settings = settings
        self.people: dict[int, list[np.record]] = {NURSE: [], DOCTOR: [], PHARMACIST: [], MANAGER: []}
        self.groups: list[np.record] = []

    def sizes(self) -> dict[int, int]:
        return {profession: len(people) for profession, people in self.people.items()}

    def table(self, profession: int) -> np.ndarray:
        return _stack(self.people[profession], STAFF)

    def group_table(self) -> np.ndarray:
        return _stack(self.groups, GROUP)

    def hire_group(self, group: Group, ward: np.record, ward_index: int, number: int) -> None:
        grade = GRADES.index(group.grade)
        people = self.people[PROFESSION_OF[grade]]
        row = GROUP.table(1)[0]
        row.ward, row.grade, row.profession = ward_index, grade, PROFESSION_OF[grade]
        row.people_from, row.people_to = len(people), len(people) + group.posts
        row.presence[:] = 1.0
        for index, shift in enumerate(group.shifts[:SHIFTS_OF_A_GROUP]):
            row.start[index], row.length[index] = shift.start_tick, shift.ticks
            row.weekday[index], row.weekend[index] = shift.weekday, shift.weekend
            row.presence[index] = shift.presence
            ward.changes[shift.start_tick] = 1
            ward.changes[(shift.start_tick + shift.ticks) % TICKS_PER_DAY] = 1
        row.leaning = _leaning(row.profession, group.weights)
        for post in range(group.posts):
            key = ((ward_index + 1) * 64 + number) * 1024 + post
            people.append(self._hire(key, post, ward_index, ward, grade, row))
            people[-1].group = len(self.groups)
        self.groups.append(row)

    def hire_division_manager(self, division: int, first_ward: np.record, weights: Goals | None) -> int:
        return self._hire_above((1 << 40) + division, first_ward, DIVISION_MANAGER, weights)

    def hire_executive(self, first_ward: np.record) -> int:
        return self._hire_above(1 << 41, first_ward, EXECUTIVE, None)

    def _hire_above(self, key: int, first_ward: np.record, grade: int, weights: Goals | None) -> int:
        group = GROUP.table(1)[0]
        group.leaning = _leaning(MANAGER, weights)
        manager = self._hire(key, 0, int(first_ward.identity) - 1, first_ward, grade, group)
        manager.on_shift = 1
        self.people[MANAGER].append(manager)
        return len(self.people[MANAGER]) - 1

    def _hire(self, post_key: int, post: int, index: int, ward: np.record, grade: int, group: np.record) -> np.record:
        """The first holder of a post, who knows the ward well."""
        person = STAFF.table(1)[0]
        person.identity = post_key * 65536
        person.post, person.ward, person.division = post, index, ward.division
        person.profession, person.grade = PROFESSION_OF[grade], grade
        starts_in_post(person, group, ward, self.settings, self.seed)
        person.shifts_here = KNOWS_WARD_WELL
        person.familiarity = familiarity_now(person, self.settings)
        person.presence = 1.0
        person.task[:] = -1
        return person

    def first_post(self, ward: int, grade: int) -> int:
        """The key of the first post of a grade on a ward; 0 if it has none."""
        people = self.people[PROFESSION_OF[grade]]
        posts = [post_of(person.identity) for person in people if (person.ward, person.grade) == (ward, grade)]
        return min(posts, default=0)

    def settle_under(self, leads: np.ndarray) -> None:
        """Everybody gets to know who leads their ward."""
        for people in self.people.values():
            for person in people:
                settles_under_lead(person, leads[person.ward], self.settings, Chance(self.seed, 0))


def _leaning(profession: int, weights: Goals | None) -> list[float]:
    """Goal weights of a group: those that the scenario names, or the usual ones of the profession."""
    return list(weights.model_dump().values()) if weights else list(USUAL_WEIGHTS[int(profession)])


def _stack(rows: list[np.record], kind) -> np.ndarray:
    table = kind.table(len(rows))
    for index, row in enumerate(rows):
        table[index] = row
    return table
