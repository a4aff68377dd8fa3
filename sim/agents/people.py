"""Doctors, nurses, pharmacists, managers and patients as `mesa.Agent`s.

Each is a handle on one row: its attributes are the row's columns, its methods the decisions of that kind of
agent. Subclass one and define a decision anew, in plain Python, to change what these people do.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import mesa
import numpy as np

from sim.agents import doctor as of_doctor
from sim.agents import manager as of_manager
from sim.agents import nurse as of_nurse
from sim.agents import pharmacist as of_pharmacist
from sim.agents import staff as of_staff
from sim.agents import voice as of_voice
from sim.state.rows import PATIENT, STAFF, Row


class Column:
    """An attribute of an agent that is a column of its row."""

    def __init__(self, name: str, meaning: str):
        self.name = name
        self.__doc__ = meaning

    def __get__(self, agent: "RowAgent | None", kind: type) -> Any:
        """The value in the agent's row."""
        return self if agent is None else getattr(agent.row, self.name)

    def __set__(self, agent: "RowAgent", value: Any) -> None:
        """Change the value in the agent's row."""
        setattr(agent.row, self.name, value)


class Decision:
    """A method of an agent that is a behaviour called with the agent's own row first.

    The behaviour is the usual one of the agent's hospital, in which other overrides are heard too.
    """

    def __init__(self, behaviour: Callable):
        self.behaviour = behaviour
        self.__doc__ = behaviour.__doc__

    def __get__(self, agent: "RowAgent | None", kind: type) -> Any:
        """The behaviour, bound to the agent's row."""
        if agent is None:
            return self
        return partial(agent.model.usual[self.behaviour.__name__], agent.row)


class RowAgent(mesa.Agent):
    """An agent whose state is one row of a table."""

    row_kind: Row

    def __init__(self, model: mesa.Model, row: np.record):
        super().__init__(model)
        self.row = row

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give a class that names its kind of row an attribute for each column."""
        super().__init_subclass__(**kwargs)
        if "row_kind" in cls.__dict__:
            for field in cls.row_kind.fields:
                setattr(cls, field.name, Column(field.name, f"{field.meaning} ({field.unit})"))


class Staff(RowAgent):
    """A member of staff: what all of them decide.

    `bay` is what they see of their ward, `rota` the rota of their group, and `table` their own
    row as a table of one row.
    """

    row_kind = STAFF
    bay: Any
    rota: Any
    table: Any

    chooses_tasks = Decision(of_staff.chooses_tasks)
    weighs = Decision(of_staff.weighs)
    hurries = Decision(of_staff.hurries)
    checks_own_work = Decision(of_staff.checks_own_work)
    notices = Decision(of_staff.notices)
    speaks_up = Decision(of_voice.speaks_up)
    answers = Decision(of_voice.answers)
    heeds = Decision(of_voice.heeds)
    files_report = Decision(of_voice.files_report)
    asks_back = Decision(of_staff.asks_back)
    chooses_effort = Decision(of_staff.chooses_effort)
    leaves_post = Decision(of_staff.leaves_post)
    is_in_earnest = Decision(of_staff.is_in_earnest)


class Nurse(Staff):
    """A registered nurse on a ward rota."""

    sees_deterioration = Decision(of_nurse.sees_deterioration)
    follows_pathway = Decision(of_nurse.follows_pathway)
    sees_misfit = Decision(of_nurse.sees_misfit)
    questions_order = Decision(of_nurse.questions_order)
    own_view = Decision(of_doctor.own_view)


class Doctor(Staff):
    """A junior doctor or a consultant; `grade` says which."""

    own_view = Decision(of_doctor.own_view)
    asks_patient = Decision(of_doctor.asks_patient)
    takes_it_on = Decision(of_doctor.takes_it_on)
    makes_plan = Decision(of_doctor.makes_plan)
    admits_failure = Decision(of_doctor.admits_failure)
    starts_with_protocol = Decision(of_doctor.starts_with_protocol)
    reconsiders = Decision(of_doctor.reconsiders)
    reads_response = Decision(of_doctor.reads_response)
    is_content = Decision(of_doctor.is_content)
    corrects_record = Decision(of_staff.corrects_record)


class Pharmacist(Staff):
    """A pharmacist who visits the ward and checks orders."""

    finds_wrong_order = Decision(of_pharmacist.finds_wrong_order)


class Manager(Staff):
    """A ward's manager, who covers gaps in the rota; a division's, who gives out beds; or the hospital's executive."""

    weighs_admission = Decision(of_manager.weighs_admission)
    boards_elsewhere = Decision(of_manager.boards_elsewhere)
    books_cover = Decision(of_manager.books_cover)
    attends_to_inbox = Decision(of_manager.attends_to_inbox)
    passes_up = Decision(of_manager.passes_up)
    corrects_record = Decision(of_staff.corrects_record)


class Patient(RowAgent):
    """A patient, waiting or in a bed. The handle ends with the stay."""

    row_kind = PATIENT
