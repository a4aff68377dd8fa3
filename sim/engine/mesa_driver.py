"""The Mesa driver: the same phases and behaviours as `sim.engine.tick`, walked by real `mesa.Agent`s."""

import functools
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
from mesa.agentset import AgentSet

from sim.agents.people import Doctor, Manager, Nurse, Patient, Pharmacist, RowAgent, Staff
from sim.engine import doors  # noqa: F401  importing them registers them as behaviours
from sim.engine.hospital_state import HospitalState, build_state, ward_order
from sim.engine.interventions import Schedule
from sim.engine.overrides import check, plain, rebuild
from sim.scenario.schema import Scenario
from sim.state.behaviours import BEHAVIOURS
from sim.state.chance import Chance
from sim.state.vocabulary import (
    CONSULTANT,
    DIVISION_MANAGER,
    DOCTOR,
    JUNIOR,
    NURSE,
    PHARMACY,
    SENIOR_NURSE,
    STAFF_NURSE,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    WAITING,
)

# What may be given for a kind of agent: one class for all, or a function that chooses a class for each row.
Choice = type[RowAgent] | Callable[[np.record], type[RowAgent]]


class Bay:
    """What the people of one ward see of it: its tables, with each row as a table of one row."""

    def __init__(self, name: str, index: int, state: HospitalState):
        row = state.wards[index]
        division = state.divisions[row.division]
        self.name = name
        self.index = index
        self.ward = state.wards[index : index + 1]
        self.staffing = state.staffing[index : index + 1]
        self.manager = state.managers[row.manager : row.manager + 1]
        self.nurses = state.nurses[row.nurses_from : row.nurses_to]
        self.doctors = state.doctors[row.doctors_from : row.doctors_to]
        self.pharmacists = state.pharmacists[row.pharmacists_from : row.pharmacists_to]
        self.division = state.divisions[row.division : row.division + 1]
        self.above = state.managers[division.manager : division.manager + 1]
        self.role = state.leads[index : index + 1]
        self.team = (self.nurses, self.doctors, self.manager, self.role)
        self.first_bed = int(row.beds_from)
        self.beds = state.patients[row.beds_from : row.beds_to]
        self.queue = state.patients[division.queue_from : division.queue_to]
        self.returns = state.returns[index]
        self.true = state.true[index]
        self.observed = state.observed[index]
        self.funnel = state.funnel[index]


class Office:
    """What the manager of one division sees of it."""

    def __init__(self, index: int, state: HospitalState):
        row = state.divisions[index]
        self.division = state.divisions[index : index + 1]
        self.manager = state.managers[row.manager : row.manager + 1]
        self.leads = state.leads[row.wards_from : row.wards_to]
        self.beds = state.patients[state.wards[row.wards_from].beds_from : state.wards[row.wards_to - 1].beds_to]


class Hospital(mesa.Model):
    """A hospital of Mesa agents.

    Args:
        scenario: a complete scenario.
        seed: 0 to 2**62; left out: the scenario's.
        days: how long it may run; left out: the scenario's warm-up and years.
        nurse, doctor, pharmacist, manager, patient: a class for all of them, or a function that is given
            a row and returns the class for that one.
        replace: behaviours to replace for everybody, by name.
        state: the tables to work on; left out: built from the scenario.
        warm_up_days: days before the first day of its interventions; left out: the scenario's.

    Raises:
        OverrideError: a behaviour to replace is unknown or takes other arguments.

    Example:
        >>> hospital = Hospital(scenario, nurse=QuietNurse)     # doctest: +SKIP
        >>> hospital.step()                                     # doctest: +SKIP
        >>> hospital.agents_by_type[QuietNurse].agg("fatigue", max)     # doctest: +SKIP
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int | None = None,
        days: int | None = None,
        *,
        nurse: Choice = Nurse,
        doctor: Choice = Doctor,
        pharmacist: Choice = Pharmacist,
        manager: Choice = Manager,
        patient: Choice = Patient,
        replace: Mapping[str, Callable] | None = None,
        state: HospitalState | None = None,
        warm_up_days: int | None = None,
    ):
        seed = scenario.run.seed if seed is None else seed
        super().__init__(rng=seed)
        days = scenario.run.warm_up_days + scenario.run.days if days is None else days
        self.seed = seed
        self.tick = 0
        self.state = build_state(scenario, seed, days) if state is None else state
        warm_up_days = scenario.run.warm_up_days if warm_up_days is None else warm_up_days
        self.schedule = Schedule(scenario, self.state, seed, warm_up_days)
        self.bays = [Bay(name, index, self.state) for index, name in enumerate(ward_order(scenario))]
        self.offices = [Office(index, self.state) for index in range(len(self.state.divisions))]
        self._known = np.zeros(len(self.state.patients), np.int64)
        self._identities = self.state.patients["identity"]
        self._places = self.state.patients["place"]
        self._patients: dict[int, RowAgent] = {}
        self._choose_patient = patient
        self._choose_clinician = {NURSE: nurse, DOCTOR: doctor}
        self.nurses = self._employ(nurse, self.state.nurses)
        self.doctors = self._employ(doctor, self.state.doctors)
        self.pharmacists = self._employ(pharmacist, self.state.pharmacists)
        self.managers = self._employ(manager, self.state.managers)
        self._people = {_key(agent.row): agent for agent in self.agents}
        self._replace = dict(replace or {})
        self._learn_behaviours()
        self._settle_in()
        self._roll_call()

    def step(self) -> None:
        """One quarter of an hour: the numbered phases of `sim.engine.tick.tick`."""
        if self.tick >= len(self.state.series) * TICKS_PER_DAY:
            raise RuntimeError(f"this hospital was built for {len(self.state.series)} days; give it more with days=")
        self.schedule.changes(self.tick)
        chance = Chance(self.seed, self.tick)
        self.patients_arrive(chance)
        self.shifts_change(chance)
        self.managers_give_free_beds(chance)
        self._meet_patients()
        self.wards_are_led(chance)
        self.staff_choose_tasks(chance)
        self.staff_work(chance)
        if self.tick % TICKS_PER_HOUR == TICKS_PER_HOUR - 1:
            self.an_hour_passes(chance)
        self.patients_depart(chance)
        self._meet_patients()
        if self.tick % TICKS_PER_DAY == TICKS_PER_DAY - 1:
            self.day_closes(chance)
            self._meet_newcomers()
        self.tick += 1

    def patients_arrive(self, chance: Chance) -> None:
        """Phase 1."""
        arrivals = self.behaviours.arrivals_door
        for bay in self.bays:
            arrivals(bay.ward, bay.index, bay.queue, bay.returns, bay.true, self.state.settings, chance)

    def shifts_change(self, chance: Chance) -> None:
        """Phase 2."""
        changes = self.state.wards["changes"][:, self.tick % TICKS_PER_DAY]
        changing = set(np.flatnonzero(changes).tolist())
        if not changing:
            return
        here = [
            people.select(lambda person: person.bay.index in changing and person.grade < DIVISION_MANAGER)
            for people in (self.nurses, self.doctors, self.pharmacists, self.managers)
        ]
        for people in here:
            people.do(self._changes_shift, chance)
        for index in sorted(changing):
            self._shares_ward(self.bays[index], chance)
        for people in here[:2]:
            people.do(self._takes_over, chance)
        self._roll_call()

    def _changes_shift(self, person: Staff, chance: Chance) -> None:
        bay = person.bay
        self.behaviours.changes_shift_door(
            person.table,
            person.rota,
            *bay.team,
            bay.beds,
            bay.ward,
            bay.true,
            bay.observed,
            bay.staffing,
            self.state.settings,
            chance,
        )

    def _shares_ward(self, bay: Bay, chance: Chance) -> None:
        groups, settings = self.state.groups, self.state.settings
        self.behaviours.covers_ward_door(
            bay.manager,
            bay.above,
            bay.role,
            bay.nurses,
            bay.doctors,
            bay.pharmacists,
            groups,
            bay.staffing,
            settings,
            chance,
        )
        share = self.behaviours.shares_beds
        share(bay.nurses, STAFF_NURSE, SENIOR_NURSE, len(bay.beds))
        share(bay.doctors, JUNIOR, JUNIOR, len(bay.beds))
        share(bay.doctors, CONSULTANT, CONSULTANT, len(bay.beds))
        share(bay.pharmacists, PHARMACY, PHARMACY, len(bay.beds))

    def _takes_over(self, person: Staff, chance: Chance) -> None:
        bay = person.bay
        self.behaviours.takes_over_door(
            person.table,
            *bay.team,
            bay.beds,
            bay.ward,
            bay.funnel,
            bay.true,
            bay.observed,
            self.state.settings,
            chance,
        )

    def managers_give_free_beds(self, chance: Chance) -> None:
        """Phase 3."""
        h = self.state
        for index, manager in enumerate(h.divisions["manager"].tolist()):
            self.behaviours.gives_free_beds_door(
                h.managers[manager : manager + 1],
                h.wards,
                h.patients,
                h.divisions[index : index + 1],
                h.true,
                h.observed,
                h.settings,
                chance,
            )

    def wards_are_led(self, chance: Chance) -> None:
        """Phase 4."""
        h, behaviours = self.state, self.behaviours
        for bay in self.bays:
            behaviours.leads_ward_door(
                *bay.team,
                bay.above,
                bay.beds,
                bay.ward,
                bay.funnel,
                bay.true,
                bay.observed,
                bay.staffing,
                h.settings,
                chance,
            )
            behaviours.clears_inbox_door(*bay.team, h.wards, bay.beds, h.true, bay.staffing, h.settings, chance)
        for office in self.offices:
            behaviours.directs_division_door(
                office.manager, office.division, h.wards, office.beds, h.true, h.staffing, h.settings, chance
            )
        beds = h.patients[: int(h.divisions["queue_from"][0])]
        behaviours.directs_hospital_door(h.managers[-1:], h.wards, beds, h.true, h.settings, chance)

    def staff_choose_tasks(self, chance: Chance) -> None:
        """Phase 5."""
        for people in self.at_work:
            people.do(self._chooses, chance)

    def _chooses(self, person: Staff, chance: Chance) -> None:
        bay = person.bay
        self.behaviours.chooses_tasks_door(person.table, bay.beds, bay.ward, self.state.settings, chance)

    def staff_work(self, chance: Chance) -> None:
        """Phase 6."""
        for people in self.at_work:
            people.do(self._works, chance)

    def _works(self, person: Staff, chance: Chance) -> None:
        bay = person.bay
        self.behaviours.works_door(
            person.table,
            *bay.team,
            bay.beds,
            bay.ward,
            bay.funnel,
            bay.true,
            bay.observed,
            bay.staffing,
            self.state.settings,
            chance,
        )

    def an_hour_passes(self, chance: Chance) -> None:
        """Phase 7."""
        for place in np.flatnonzero(self._places).tolist():
            self._lives(place, chance)
        for bay in self.bays:
            self.behaviours.hazards_door(bay.ward, bay.staffing, self.state.settings, chance)

    def _lives(self, place: int, chance: Chance) -> None:
        patients, settings = self.state.patients, self.state.settings
        patient = patients[place : place + 1]
        if self._places[place] == WAITING:
            bay = self.bays[patients["home_ward"][place]]
            self.behaviours.hour_of_waiting_door(patient, bay.true, settings, chance)
            return
        bay = self.bays[patients["ward"][place]]
        self.behaviours.hour_in_bed_door(
            patient, place - bay.first_bed, *bay.team, bay.funnel, bay.true, bay.observed, settings, chance
        )

    def patients_depart(self, chance: Chance) -> None:
        """Phase 8."""
        h = self.state
        for bay in self.bays:
            self.behaviours.departures_door(bay.beds, h.wards, h.returns, bay.true, bay.observed, h.settings, chance)
        for first, end in zip(h.divisions["queue_from"].tolist(), h.divisions["queue_to"].tolist(), strict=True):
            self.behaviours.leaves_the_queue_door(h.patients[first:end], h.wards, h.true, h.settings, chance)

    def day_closes(self, chance: Chance) -> None:
        """Phase 9."""
        h = self.state
        for office in self.offices:
            self.behaviours.division_day_ends_door(office.division, office.manager, office.leads, h.settings)
        today = h.series[self.tick // TICKS_PER_DAY]
        for bay in self.bays:
            row = today[bay.index : bay.index + 1]
            self.behaviours.day_ends_door(
                *bay.team, bay.above, bay.ward, bay.division, h.groups, bay.true, bay.staffing, h.settings, chance
            )
            self.behaviours.closes_day_door(
                row, bay.ward, *bay.team, bay.beds, bay.funnel, bay.true, bay.observed, bay.staffing
            )

    def agent_of(self, row: Any) -> RowAgent | None:
        """The agent whose row this is, or None for anything else."""
        columns = getattr(getattr(row, "dtype", None), "names", None) or ()
        if "profession" in columns:
            return self._people.get(_key(row))
        if "home_ward" in columns and row.identity:
            return self._handle(row)
        return None

    def _employ(self, choice: Choice, rows: np.ndarray) -> AgentSet:
        agents = [_chosen(choice, rows[index])(self, rows[index]) for index in range(len(rows))]
        return AgentSet(agents, random=self.random)

    def _settle_in(self) -> None:
        """Bind each member of staff to the tables that behaviours are called with."""
        for people, rows in (
            (self.nurses, self.state.nurses),
            (self.doctors, self.state.doctors),
            (self.pharmacists, self.state.pharmacists),
            (self.managers, self.state.managers),
        ):
            for index, person in enumerate(people):
                person.table = rows[index : index + 1]
                person.bay = self.bays[person.ward]
                person.rota = self.state.groups[person.group : person.group + 1]

    def _meet_newcomers(self) -> None:
        """Whoever left a post is an agent no more; the one who follows is another, in the same place of the table."""
        left = [(key, person) for key, person in self._people.items() if key != _key(person.row)]
        for key, leaver in left:
            newcomer = _chosen(self._choose_clinician[int(leaver.row.profession)], leaver.row)(self, leaver.row)
            newcomer.table, newcomer.bay, newcomer.rota = leaver.table, leaver.bay, leaver.rota
            leaver.remove()
            del self._people[key]
            self._people[_key(newcomer.row)] = newcomer
        if left:
            self.nurses = self._in_order(self.state.nurses)
            self.doctors = self._in_order(self.state.doctors)

    def _in_order(self, rows: np.ndarray) -> AgentSet:
        """Everybody of one table, in the order of its rows, by which the roll is called."""
        return AgentSet([self._people[_key(rows[index])] for index in range(len(rows))], random=self.random)

    def _roll_call(self) -> None:
        """Who is at work: nurses, consultants, juniors, pharmacists. Changes only with the shift."""
        nurses, doctors, pharmacists = self.state.nurses, self.state.doctors, self.state.pharmacists
        self.at_work = (
            self._those(self.nurses, nurses["on_shift"]),
            self._those(self.doctors, doctors["on_shift"] * (doctors["grade"] == CONSULTANT)),
            self._those(self.doctors, doctors["on_shift"] * (doctors["grade"] == JUNIOR)),
            self._those(self.pharmacists, pharmacists["on_shift"]),
        )

    def _those(self, people: AgentSet, here: np.ndarray) -> AgentSet:
        everybody = people.to_list()
        return AgentSet([everybody[index] for index in np.flatnonzero(here).tolist()], random=self.random)

    def _meet_patients(self) -> None:
        """Give every patient who came a handle, move the handles of those who moved, end those who left."""
        if np.array_equal(self._identities, self._known):
            return
        changed = np.flatnonzero(self._identities != self._known)
        here = set(self._identities.tolist())
        for identity in self._known[changed].tolist():
            if identity and identity not in here:
                leaving = self._patients.pop(identity)
                leaving.row = leaving.row.copy()
                leaving.remove()
        for place in changed.tolist():
            if self._identities[place]:
                self._handle(self.state.patients[place])
        if self._classes != set(self.agent_types):
            self._learn_behaviours()
        self._known[:] = self._identities

    def _handle(self, row: np.record) -> RowAgent:
        """The patient's handle, on this row: patients move, and some act before anybody has met them."""
        identity = int(row.identity)
        if identity not in self._patients:
            self._patients[identity] = _chosen(self._choose_patient, row)(self, row)
        self._patients[identity].row = row
        return self._patients[identity]

    def _learn_behaviours(self) -> None:
        """Settle what is called under each name, now that the classes of agents are known."""
        asks = {name: functools.partial(self._asking, name) for name in self._defined_anew()}
        rebuilt = rebuild(self._replace, jit=False, asks=asks) if self._replace or asks else None
        self.behaviours = SimpleNamespace(**(rebuilt.called if rebuilt else BEHAVIOURS))
        self.usual = rebuilt.usual if rebuilt else BEHAVIOURS
        self._classes = set(self.agent_types)

    def _defined_anew(self) -> set[str]:
        """Names of behaviours that some agent's class defines in plain Python."""
        kinds = {base for kind in self.agent_types for base in kind.__mro__}
        if isinstance(self._choose_patient, type):
            kinds |= set(self._choose_patient.__mro__)
        named = [(name, value) for kind in kinds for name, value in vars(kind).items() if name in BEHAVIOURS]
        anew = [(name, value) for name, value in named if callable(value)]
        for name, value in anew:
            check(name, value)
        return {name for name, _ in anew}

    def _asking(self, name: str, usual: Callable) -> Callable:
        """A function that asks the agent whose row comes first, if its class defines the behaviour anew."""

        @functools.wraps(plain(usual))
        def ask(row: np.record, *rest: Any) -> Any:
            agent = self.agent_of(row)
            if agent is not None and callable(_in_class(type(agent), name)):
                return getattr(agent, name)(*rest)
            return usual(row, *rest)

        return ask


def _chosen(choice: Choice, row: np.record) -> type[RowAgent]:
    return choice if isinstance(choice, type) else choice(row)


def _in_class(kind: type, name: str) -> Any:
    for base in kind.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def _key(row: np.record) -> tuple[int, int]:
    return int(row.profession), int(row.identity)
