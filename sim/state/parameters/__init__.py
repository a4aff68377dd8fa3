"""The parameters of the model, by the part of the model that reads them."""

from collections.abc import Mapping

import numpy as np

from sim.state.parameters.control import CONTROL_PARAMETERS
from sim.state.parameters.dials import DIAL_PARAMETERS
from sim.state.parameters.errors import ERROR_PARAMETERS
from sim.state.parameters.flow import FLOW_PARAMETERS
from sim.state.parameters.goals import GOAL_PARAMETERS
from sim.state.parameters.leadership import LEADERSHIP_PARAMETERS
from sim.state.parameters.mechanisms import MECHANISM_LIST, WITHOUT_SWITCH
from sim.state.parameters.modes import MODE_PARAMETERS
from sim.state.parameters.observers import OBSERVER_PARAMETERS
from sim.state.parameters.physiology import PHYSIOLOGY_PARAMETERS
from sim.state.parameters.registry import Mechanism, Module, Parameter, settings_row
from sim.state.parameters.staffing import STAFFING_PARAMETERS
from sim.state.parameters.voice import VOICE_PARAMETERS
from sim.state.parameters.work import WORK_PARAMETERS

MODULES: tuple[Module, ...] = (
    FLOW_PARAMETERS,
    STAFFING_PARAMETERS,
    WORK_PARAMETERS,
    MODE_PARAMETERS,
    ERROR_PARAMETERS,
    VOICE_PARAMETERS,
    CONTROL_PARAMETERS,
    GOAL_PARAMETERS,
    DIAL_PARAMETERS,
    LEADERSHIP_PARAMETERS,
    PHYSIOLOGY_PARAMETERS,
    OBSERVER_PARAMETERS,
)
PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for module in MODULES for parameter in module.parameters}
MECHANISMS: dict[str, Mechanism] = {mechanism.name: mechanism for mechanism in MECHANISM_LIST}
REGISTER: dict[str, list[Mechanism]] = {
    row: [mechanism for mechanism in MECHANISM_LIST if mechanism.register == row]
    for row in (f"M{number}" for number in range(1, 27))
}


def settings(values: Mapping[str, float], switches: Mapping[str, bool]) -> np.record:
    """The row of all parameters and switches, with `values` and `switches` in place of the defaults."""
    return settings_row(MODULES, MECHANISM_LIST, values, switches)


__all__ = [
    "MECHANISMS",
    "MODULES",
    "PARAMETERS",
    "REGISTER",
    "WITHOUT_SWITCH",
    "Mechanism",
    "Module",
    "Parameter",
    "settings",
]
