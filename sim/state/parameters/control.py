"""Parameters of control: where decisions are taken that no rule covers (M10)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import MODES

CONTROL_PARAMETERS = Module("control", "decisions that no rule covers, at the bedside or in an inbox")
CONTROL_PARAMETERS.vector(
    "exceptions",
    MODES,
    (0.02, 0.08, 0.2),
    0,
    1,
    "chance per review",
    "chance that a review of a patient in {label} care needs a decision that no rule covers",
    "Bohmer 2012, Table 1: rare, common, usual; rates assumed",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "case_spread",
    1.0,
    0.01,
    10,
    "units of the case",
    "standard deviation of what is best for one patient, between patients",
    "scale, by definition",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "bedside_noise",
    1.0,
    0,
    10,
    "units of the case",
    "noise of the bedside's view of the case, for a doctor of full skill (twice that for one of none)",
    "assumed",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "attributes_seen",
    3,
    0,
    4,
    "attributes of four",
    "how many of the four attributes of a case reach the manager's desk",
    "what is lost on the way up is not known; to be swept, four is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "desk_noise",
    0.2,
    0,
    10,
    "units of the case",
    "noise of the manager's view of those attributes; it is small where cases of many wards are pooled",
    "assumed",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "attention",
    0.15,
    0,
    1,
    "chance per quarter-hour",
    "chance that a manager at work has attention for one decision in the inbox",
    "assumed",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "bedside_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that a decision at the bedside takes of the doctor",
    "authority costs those who use it time; size assumed",
    "assumed",
)
