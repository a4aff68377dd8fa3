"""The hospital as rows: built from a scenario, opened by the tick alone."""

import math
from typing import NamedTuple

import numpy as np

from sim.scenario.interventions import most_arrivals
from sim.scenario.leading import Style
from sim.scenario.schema import Goals, Group, Scenario, Ward
from sim.state.chance import (
    BORN,
    HOW_SKILLED,
    LEANING,
    OWN_WAYS,
    STARTING,
    STARTS_HEARD,
    STARTS_INVITING,
    STARTS_SAFE,
    Chance,
    luck,
)
from sim.state.ledgers import OBSERVED, SERIES, STAFFING, TRUE, empty_funnel
from sim.state.rows import CONDITIONS, DIVISION, GROUP, LEAD, PATIENT, RETURN, SHIFTS_OF_A_GROUP, STAFF, WARD
from sim.state.vocabulary import (
    CONSULTANT,
    DIVISION_MANAGER,
    DOCTOR,
    ERRORS,
    FED_BY_HAZARDS,
    GRADES,
    JUNIOR,
    LEADS,
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
    STOPS,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WARD_MANAGER,
)
from sim.ward.hazards import arises, counts_load
from sim.ward.unconstrained import best_shared_treatment

PROFESSION_OF = {
    STAFF_NURSE: NURSE,
    SENIOR_NURSE: NURSE,
    JUNIOR: DOCTOR,
    CONSULTANT: DOCTOR,
    PHARMACY: PHARMACIST,
    WARD_MANAGER: MANAGER,
    DIVISION_MANAGER: MANAGER,
}

# Professions of those who hold the role of a ward's lead.
TRUSTED = {
    "consultant": (DOCTOR,),
    "senior nurse": (NURSE,),
    "ward manager": (MANAGER,),
    "shared": (DOCTOR, NURSE, MANAGER),
}

# Grades of those who hold it.
HOLDS_ROLE = {
    "consultant": (CONSULTANT,),
    "senior nurse": (SENIOR_NURSE,),
    "ward manager": (WARD_MANAGER,),
    "shared": (CONSULTANT, SENIOR_NURSE, WARD_MANAGER),
}

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
    settings = staff.settings
    leads = _leads(scenario, ward_names)
    staff.trust_leads(leads)
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


def _set_target(row: np.record, scenario: Scenario) -> None:
    row.target_stops = NO_TARGET
    if scenario.target:
        row.target_stops = STOPS.index(scenario.target.stops)
        row.target_deadline = scenario.target.deadline * TICKS_PER_HOUR


def _leads(scenario: Scenario, ward_names: list[str]) -> np.ndarray:
    """The role of each ward's lead, with the style it is held in."""
    rows = LEAD.table(len(ward_names))
    for index, name in enumerate(ward_names):
        row, leadership = rows[index], scenario.leadership_of(name)
        row.identity = index + 1
        row.held_by = LEADS.index(leadership.lead)
        row.presence = 1.0 if leadership.level == "ward" else 1 / _wards_of_division(scenario, name)
        leads_in_style(row, scenario.style_of(name))
        row.required_share = scenario.target.required_share if scenario.target else 0.0
        row.met_share = row.required_share
    return rows


def leads_in_style(row: np.record, style: Style) -> None:
    """The role is held in a style from now on."""
    row.contingent = style.is_contingent
    row.hours = [hours for week in style.weeks() for hours in week]
    for part in (style.manner, style.stance):
        for field, value in part.model_dump().items():
            row["aggregates" if field == "sees_data_alone" else field] = value


def _wards_of_division(scenario: Scenario, ward: str) -> int:
    return sum(other.division == scenario.wards[ward].division for other in scenario.wards.values())


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
        rows[index].manager = staff.hire_division_manager(index, members[0], division.manager_weights)
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
        self.luck = Chance(seed, 0)
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
        for post in range(group.posts):
            key = ((ward_index + 1) * 64 + number) * 1024 + post
            people.append(self._hire(key, post, ward_index, int(ward.division), grade, group.weights))
            people[-1].group = len(self.groups)
        self.groups.append(row)

    def hire_division_manager(self, division: int, first_ward: int, weights: Goals | None) -> int:
        manager = self._hire((1 << 40) + division, 0, int(first_ward), division, DIVISION_MANAGER, weights)
        manager.on_shift = 1
        self.people[MANAGER].append(manager)
        return len(self.people[MANAGER]) - 1

    def _hire(self, post_key: int, post: int, ward: int, division: int, grade: int, weights: Goals | None) -> np.record:
        """A new holder of a post; skill, habit and leaning are the person's own luck."""
        person = STAFF.table(1)[0]
        person.identity = post_key * 65536
        person.post, person.ward, person.division = post, ward, division
        person.profession, person.grade = PROFESSION_OF[grade], grade
        draws = luck(self.luck, BORN, int(person.identity), 0)
        staffing = self.settings.staffing
        person.status = staffing.status[grade]
        person.skill = _within(staffing.skill[grade], staffing.skill_spread, draws[HOW_SKILLED])
        person.habit = draws[OWN_WAYS]
        self._start_voice(person)
        self._start_under_lead(person)
        person.weights = self._leaning(person.profession, weights, draws[LEANING])
        person.presence = 1.0
        person.task[:] = -1
        return person

    def trust_leads(self, leads: np.ndarray) -> None:
        """Trust starts by profession and standing; those who hold the role answer in the manner of its style."""
        for people in self.people.values():
            for person in people:
                person.trust = trust_in_stranger(person, leads[person.ward], self.settings)
                person.inviting = how_inviting(person, leads[person.ward], self.settings, self.luck)

    def _start_voice(self, person: np.record) -> None:
        """What a newcomer believes about voice; how inviting she is follows when the lead is known."""
        draws = luck(self.luck, STARTING, int(person.identity), 0)
        voice, dials = self.settings.voice, self.settings.dials
        person.voice_is_safe = _within(dials.psychological_safety, voice.belief_spread, draws[STARTS_SAFE])
        person.voice_is_acted_on = _within(voice.acted_on_at_start, voice.belief_spread, draws[STARTS_HEARD])

    def _start_under_lead(self, person: np.record) -> None:
        """What a newcomer can do alone, and how much the work matters; trust follows when the lead is known."""
        leadership = self.settings.leadership
        person.capability, person.engagement = leadership.capability, leadership.engagement

    def _leaning(self, profession: int, weights: Goals | None, draw: float) -> list[float]:
        usual = USUAL_WEIGHTS[int(profession)]
        goals = list(weights.model_dump().values()) if weights else list(usual)
        shift = self.settings.staffing.weight_spread * (draw - 0.5)
        leaning = [max(0.0, goal + (shift if index == 0 else -shift / 3)) for index, goal in enumerate(goals)]
        return [weight / sum(leaning) for weight in leaning]


def trust_in_stranger(person: np.record, role: np.record, settings: np.record) -> float:
    """Trust in a lead whom nobody knows yet: more in one of the own profession, or in a consultant."""
    trusted = TRUSTED[LEADS[int(role.held_by)]]
    own = int(person.profession) in trusted or DOCTOR in trusted
    return min(1.0, settings.leadership.trust_at_start + settings.leadership.trusts_own * own)


def how_inviting(person: np.record, role: np.record, settings: np.record, chance: Chance) -> float:
    """How inviting a person is: those who hold the role by the manner of its style, others by their own nature.

    Args:
        chance: seed of the run, and tick 0, in which everybody's nature was drawn.
    """
    if settings.on.leadership and int(person.grade) in HOLDS_ROLE[LEADS[int(role.held_by)]]:
        return (role.inquiry + role.warmth) / 2
    draw = luck(chance, STARTING, int(person.identity), 0)[STARTS_INVITING]
    return _within(settings.voice.inviting, settings.voice.inviting_spread, draw)


def _within(mean: float, width: float, draw: float) -> float:
    """A number of a range around `mean`, kept to 0 to 1; the range narrows where it would reach beyond."""
    reach = min(width / 2, mean, 1 - mean)
    return mean + reach * (2 * draw - 1)


def _stack(rows: list[np.record], kind) -> np.ndarray:
    table = kind.table(len(rows))
    for index, row in enumerate(rows):
        table[index] = row
    return table
