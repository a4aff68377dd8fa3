"""Behaviours replaced for everybody, and redefined by a class of agents: never in silence without effect."""

from inspect import signature
from types import FunctionType

import numpy as np
import pytest

import sim
from sim.agents.people import Decision, Staff
from sim.agents.voice import speaks_up
from sim.engine import DRIVERS, run_once
from sim.engine.hospital_state import HospitalState
from sim.engine.overrides import plain, rebuild
from sim.state.behaviours import BEHAVIOURS
from sim.state.vocabulary import BED, DOCTOR, NURSE, TICKS_PER_DAY, WAITING
from sim.ward.flow import is_admitted
from tests.engine.hospitals import CHECKLIST, STRUCTURE, Trial, digest, eventful, hospitals, intervened, run

TRIAL = Trial(eventful(), 12, 2)
DAY = TRIAL._replace(days=1)
WITH_PRACTICES = intervened(CHECKLIST, STRUCTURE, beds=(3, 3))._replace(seed=10)
DECIDED_THERE = {"passes_up": hospitals()["wishes wait for the manager"]}


KINDS = {
    "nurse": sim.Nurse,
    "doctor": sim.Doctor,
    "pharmacist": sim.Pharmacist,
    "manager": sim.Manager,
    "patient": sim.Patient,
}


def every(kind: type) -> dict:
    """What a class and its bases define, by name."""
    return {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}


# Each decision with the kind of agent of whom it is asked first, and some that are not in a class: a
# pharmacist is never near an error, and a manager never at a bedside.
OF_STAFF = [name for name, value in vars(Staff).items() if isinstance(value, Decision)]
DECIDERS = [(kind, name) for kind in ("nurse", "doctor") for name in OF_STAFF]
DECIDERS += [
    (kind, name) for kind, agent in KINDS.items() for name, value in vars(agent).items() if isinstance(value, Decision)
]
DECIDERS += [("pharmacist", "chooses_tasks"), ("manager", "books_cover"), ("patient", "changes_state")]


class Called(Exception):
    """Raised by an override, to show that it was asked."""


def copied(behaviour):
    known = plain(behaviour)
    return FunctionType(known.__code__, known.__globals__, known.__name__)


def raises(person, hearer, stake, p, draw):
    raise Called


def nobody_speaks(person, hearer, stake, p, draw):
    return False


def nurses_are_quiet(person, hearer, stake, p, draw):
    if person.profession == NURSE:
        return False
    return speaks_up(person, hearer, stake, p, draw)


class QuietNurse(sim.Nurse):
    def speaks_up(self, hearer, stake, p, draw):
        return False


def by_mesa(trial: Trial = DAY, **choices) -> sim.Hospital:
    hospital = sim.Hospital(trial.scenario, trial.seed, trial.days, **choices)
    for _ in range(trial.ticks):
        hospital.step()
    return hospital


def concerns(state: HospitalState) -> int:
    return int(state.true["concerns"].sum())


@pytest.fixture(scope="module")
def usual() -> HospitalState:
    return run(DAY)


@pytest.fixture(scope="module")
def quiet_nurses() -> HospitalState:
    simulate = rebuild({"speaks_up": nurses_are_quiet}, jit=False).called["simulate"]
    return run(DAY, simulate)


# Replaced for everybody


@pytest.mark.parametrize("name", ["changes_state", "speaks_up", "luck"])
def test_a_copy_in_its_place_changes_nothing(name):
    copy = {name: copied(BEHAVIOURS[name])}
    same = run_once(DAY.scenario, DAY.seed, 1, 0, driver="mesa", replace=copy)
    assert same.digest() == run_once(DAY.scenario, DAY.seed, 1, 0).digest()


def test_a_replacement_is_called():
    with pytest.raises(Called):
        run_once(DAY.scenario, DAY.seed, 1, 0, driver="mesa", replace={"speaks_up": raises})


def test_a_compiled_replacement_is_called_and_the_rest_stays_as_it_was(usual):
    """The one test that compiles the model again, with a replacement and a copy, which takes a while."""
    quiet = {"speaks_up": nurses_are_quiet, "changes_state": copied(BEHAVIOURS["changes_state"])}
    compiled, plain_python = (run_once(DAY.scenario, DAY.seed, 1, 0, driver, replace=quiet) for driver in DRIVERS)
    assert compiled.digest() == plain_python.digest()
    assert 0 < compiled.true["concerns"].sum() < concerns(usual)


def test_where_nobody_speaks_nothing_is_said(usual):
    silent = run_once(DAY.scenario, DAY.seed, 1, 0, driver="mesa", replace={"speaks_up": nobody_speaks})
    assert concerns(usual) > 0
    assert silent.true["concerns"].sum() == silent.staff["spoken"].sum() == 0
    assert silent.true["silences"].sum() == silent.staff["occasions"].sum() > 0


def test_the_original_is_as_it_was_after_a_replacement(usual, quiet_nurses):
    assert digest(quiet_nurses) != digest(usual)
    assert digest(run(DAY)) == digest(usual)


# Redefined by a class


def test_a_class_and_a_replacement_say_the_same(usual, quiet_nurses):
    assert 0 < concerns(quiet_nurses) < concerns(usual)
    assert digest(by_mesa(nurse=QuietNurse).state) == digest(quiet_nurses)
    assert digest(by_mesa(replace={"speaks_up": nurses_are_quiet}).state) == digest(quiet_nurses)


def test_an_override_is_asked_and_may_ask_the_usual(usual):
    asked = []

    class Listening(sim.Nurse):
        def speaks_up(self, hearer, stake, p, draw):
            asked.append((self, hearer.profession))
            return super().speaks_up(hearer, stake, p, draw)

    hospital = by_mesa(nurse=Listening)
    assert digest(hospital.state) == digest(usual)
    assert len({nurse.unique_id for nurse, _ in asked}) > 1
    assert DOCTOR in {hearer for _, hearer in asked}
    assert all(isinstance(nurse, Listening) for nurse, _ in asked)


def test_an_override_for_one_nurse_is_for_her_alone(usual):
    asked = []

    class Apart(sim.Nurse):
        def speaks_up(self, hearer, stake, p, draw):
            asked.append(self)
            return False

    talkers = []

    class Talker(sim.Nurse):
        def speaks_up(self, hearer, stake, p, draw):
            talkers.append(self.identity)
            return super().speaks_up(hearer, stake, p, draw)

    by_mesa(nurse=Talker)
    chosen = max(set(talkers), key=talkers.count)
    hospital = by_mesa(nurse=lambda row: Apart if row.identity == chosen else sim.Nurse)
    (she,) = hospital.agents_by_type[Apart]
    assert asked
    assert all(person is she for person in asked)
    assert she.identity == chosen
    assert 0 < concerns(hospital.state) < concerns(usual)


@pytest.mark.parametrize(("kind", "name"), DECIDERS)
def test_an_override_that_raises_is_called(kind, name):
    names = ", ".join(signature(plain(BEHAVIOURS[name])).parameters)
    methods: dict = {"Called": Called}
    exec(f"def {name}({names}): raise Called", methods)
    raising = type("Raising", (KINDS[kind],), {name: methods[name]})
    with pytest.raises(Called):
        by_mesa(DECIDED_THERE.get(name, WITH_PRACTICES), **{kind: raising})


def test_every_decision_is_asked_of_somebody():
    decisions = {name for kind in KINDS.values() for name, value in every(kind).items() if isinstance(value, Decision)}
    assert {name for _, name in DECIDERS} >= decisions


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("hurries", lambda person, p: 0), ("follows_pathway", lambda nurse, patient, ward, p, draw: True)],
)
def test_a_decision_in_the_middle_can_be_redefined(name, outcome, usual):
    class Other(sim.Nurse):
        pass

    setattr(Other, name, outcome)
    true = by_mesa(nurse=Other).state
    if name == "hurries":
        assert usual.nurses["hurried"].sum() + usual.true["hurried"].sum() > 0
        assert true.nurses["hurried"].sum() == 0
        assert true.true["hurried"].sum() < usual.true["hurried"].sum()
    else:
        assert true.true["steps"].sum() == true.true["steps_followed"].sum() > 0
        assert usual.true["steps"].sum() > usual.true["steps_followed"].sum()


def test_an_override_is_heard_by_the_usual_behaviour_around_it():
    """A class that redefines a decision, and a behaviour that calls it by way of super, means both."""

    class Both(sim.Nurse):
        def weighs(self, patient, kind, bed, ward, taste, p, chance):
            raise Called

        def chooses_tasks(self, beds, ward, p, chance):
            return super().chooses_tasks(beds, ward, p, chance)

    with pytest.raises(Called):
        by_mesa(nurse=Both)


def test_super_means_the_replacement_where_there_is_one(quiet_nurses):
    class Listening(sim.Nurse):
        def speaks_up(self, hearer, stake, p, draw):
            return super().speaks_up(hearer, stake, p, draw)

    assert digest(by_mesa(nurse=Listening, replace={"speaks_up": nurses_are_quiet}).state) == digest(quiet_nurses)


def test_a_patient_chosen_by_row_may_redefine_a_behaviour():
    class Raising(sim.Patient):
        def changes_state(self, p, chance, counts):
            raise Called

    with pytest.raises(Called):
        by_mesa(TRIAL, patient=lambda row: Raising)


def test_a_patient_who_is_asked_stands_on_her_own_row(usual):
    asked = []

    class Asked(sim.Patient):
        def is_admitted(self, index, manager, ward, true, observed, p, chance):
            asked.append((self.identity > 0, self.place))
            return is_admitted(self.row, index, manager, ward, true, observed, p, chance)

    hospital = by_mesa(patient=Asked)
    assert asked == [(True, WAITING)] * int(usual.true["admissions"].sum())
    assert digest(hospital.state) == digest(usual)


# Refused


@pytest.mark.parametrize("driver", ["compiled", "mesa"])
def test_an_unknown_name_is_refused_with_the_nearest(driver):
    with pytest.raises(sim.OverrideError, match=r"'speak_up'.*'speaks_up'"):
        run_once(DAY.scenario, 1, 1, 0, driver=driver, replace={"speak_up": nobody_speaks})


@pytest.mark.parametrize("driver", ["compiled", "mesa"])
def test_other_arguments_are_refused(driver):
    with pytest.raises(sim.OverrideError, match=r"takes 5 arguments.*takes 2"):
        run_once(DAY.scenario, 1, 1, 0, driver=driver, replace={"speaks_up": lambda person, hearer: False})


def test_a_method_with_other_arguments_is_refused():
    class Short(sim.Nurse):
        def speaks_up(self, hearer):
            return False

    with pytest.raises(sim.OverrideError, match=r"speaks_up"):
        sim.Hospital(DAY.scenario, 1, 1, nurse=Short)


# Agents and their rows


def test_attributes_are_the_columns():
    hospital = by_mesa()
    nurses = hospital.agents_by_type[sim.Nurse]
    assert len(nurses) == len(hospital.state.nurses)
    assert hospital.state.nurses["fatigue"].max() > 0
    assert nurses.agg("fatigue", np.mean) == hospital.state.nurses["fatigue"].mean()
    for row, nurse in enumerate(nurses):
        nurse.fatigue = row / 64
        nurse.weights[0] = row / 128
    assert hospital.state.nurses["fatigue"].tolist() == [row / 64 for row in range(len(nurses))]
    assert hospital.state.nurses["weights"][:, 0].tolist() == [row / 128 for row in range(len(nurses))]


def test_handles_are_the_patients_who_are_here():
    hospital = sim.Hospital(TRIAL.scenario, TRIAL.seed, TRIAL.days)
    handles: dict = {}
    followed, ended = 0, 0
    for _ in range(TRIAL.ticks):
        hospital.step()
        here = hospital.state.patients[hospital.state.patients["place"] > 0]
        patients = hospital.agents_by_type.get(sim.Patient, [])
        now = {patient.identity: patient for patient in patients}
        assert sorted(now) == sorted(here["identity"])
        assert len(now) == len(patients)
        for row in here:
            assert now[row.identity].row.tobytes() == row.tobytes()
        for identity, (handle, place) in handles.items():
            if identity in now:
                assert now[identity] is handle
                followed += place == WAITING and handle.place == BED
            else:
                ended += 1
                assert handle not in hospital.agents
                assert handle.model is None or handle.place == 0
        handles = {identity: (handle, handle.place) for identity, handle in now.items()}
    assert followed > 0
    assert ended > 0


def test_a_handle_writes_where_the_patient_is():
    hospital = by_mesa()
    for patient in hospital.agents_by_type[sim.Patient]:
        patient.harm = patient.identity / 2**40
    here = hospital.state.patients[hospital.state.patients["place"] > 0]
    assert len(here) > 0
    assert here["harm"].tolist() == [identity / 2**40 for identity in here["identity"]]


def test_a_step_beyond_the_days_it_was_built_for_is_refused():
    hospital = by_mesa()
    assert hospital.tick == TICKS_PER_DAY
    with pytest.raises(RuntimeError, match=r"days"):
        hospital.step()
