"""Parameters of demand and flow (M24)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import MODES

FLOW_PARAMETERS = Module("flow", "demand, waiting, admission, discharge and return")
FLOW_PARAMETERS.number(
    "night_arrivals",
    0.45,
    0,
    1,
    "ratio to mean",
    "rate of emergency arrivals at night (midnight to 7) against the mean of the day",
    "emergency attendances thin out at night: to a little less than half the mean of the day",
    "assumed",
)
FLOW_PARAMETERS.number(
    "deadline",
    4,
    0.25,
    72,
    "hours",
    "the wait for a bed that is recorded as too long",
    "NHS England four-hour standard for emergency departments",
    "literature",
)
FLOW_PARAMETERS.number(
    "planned_patience",
    12,
    1,
    168,
    "hours",
    "how long a planned patient waits for a bed before the admission is cancelled",
    "planned admissions are cancelled on the day: who came in the morning goes home in the evening",
    "assumed",
)
FLOW_PARAMETERS.number(
    "boards_after",
    6,
    0,
    72,
    "hours",
    "wait after which a patient may be given a bed on another ward of the division",
    "later than the four-hour standard, earlier than a night on a trolley",
    "assumed",
)
FLOW_PARAMETERS.vector(
    "recovery",
    MODES,
    (82, 92, 94),
    6,
    1000,
    "hours",
    "mean hours of fully effective care that recovery takes in {label} care",
    "levels set so that overnight stays average near 7.3 days (Health Foundation 2023); nearly alike, so that modes "
    "differ in stay by how effective care is",
    "assumed",
)
FLOW_PARAMETERS.number(
    "recovery_level",
    1.02,
    0.1,
    10,
    "ratio",
    "how long recovery takes, as a multiple of the mean hours of each mode of care",
    "calibrated to 90.2% of beds occupied at midnight (NHS England, KH03) and stays of 7.3 days (Health "
    "Foundation 2023)",
    "calibrated",
)
FLOW_PARAMETERS.vector(
    "recovery_shape",
    MODES,
    (1.5, 1.2, 1.0),
    0.5,
    5,
    "Weibull shape",
    "how alike recovery times are in {label} care (higher: more alike)",
    "Bohmer 2012, Table 1: outcomes predictable in repetitive care, unpredictable in unconstrained (1: the same "
    "chance to be well in every hour)",
    "assumed",
)
FLOW_PARAMETERS.number(
    "needs_package",
    0.15,
    0,
    1,
    "share",
    "share of patients who, once fit, wait for a package of care outside",
    "delayed transfers of care in England; most patients go home without new help: about one in seven needs some",
    "assumed",
)
FLOW_PARAMETERS.number(
    "package_days",
    3.5,
    0,
    60,
    "days",
    "mean wait for that package",
    "delayed transfers of care in England; most packages are arranged within days, some take weeks",
    "assumed",
)
FLOW_PARAMETERS.number(
    "comes_back",
    0.0556,
    0,
    1,
    "share",
    "share of discharged patients of no frailty, fully recovered, who are admitted again within 30 days",
    "calibrated to 13.7% readmitted within 30 days (Nuffield Trust)",
    "calibrated",
)
FLOW_PARAMETERS.number(
    "frail_come_back",
    0.16,
    0,
    1,
    "share",
    "added share for a patient of full frailty",
    "readmission rises with age and comorbidity; at mean frailty (one third) it adds some five points",
    "assumed",
)
FLOW_PARAMETERS.number(
    "gap_brings_back",
    0.08,
    0,
    1,
    "share",
    "added share when the discharge letter left something out",
    "communication across boundaries (Bohmer 2012, section 5); half of what full frailty adds; none is in range",
    "assumed",
)
FLOW_PARAMETERS.number(
    "return_days",
    10,
    1,
    30,
    "days",
    "mean time to the return, before it is cut off at 30 days",
    "readmissions crowd into the first days at home: at this mean half of them come in the first week",
    "assumed",
)
FLOW_PARAMETERS.number(
    "pressure_bends",
    24.0,
    0,
    96,
    "hours",
    "hours of recovery still to come at which a doctor under full pressure lets a patient go",
    "early discharge under targets (Bohmer 2012, section 6); one daily review too early at most; none is in range",
    "assumed",
)
FLOW_PARAMETERS.number(
    "near_enough",
    1.25,
    1,
    10,
    "ratio",
    "how far over the deadline a wait can be and still be recorded as within it",
    "an hour over a deadline of four: near enough for a record that nobody would question",
    "assumed",
)
FLOW_PARAMETERS.number(
    "corrects",
    0.5,
    0,
    1,
    "chance",
    "chance that such a wait is recorded as within the deadline, under full pressure",
    "as likely as not under full pressure, and never without any; none to all is in range",
    "assumed",
)
FLOW_PARAMETERS.number(
    "gap_presses",
    4.0,
    0,
    20,
    "ratio",
    "pressure that a lead feels for each unit of the gap between the share required and the share met, at a dial of 1",
    "at a dial of 1 a gap of a quarter, as 70% where 95% are required, is as much pressure as can be",
    "assumed",
)
FLOW_PARAMETERS.number(
    "answers_for_division",
    0.3,
    0,
    1,
    "share",
    "share of the gap of the whole division, where it is larger than the own, that a ward's lead is pressed for too",
    "pressure passes down layers (Bohmer 2012, section 6); a ward's own gap presses more; none is in range",
    "assumed",
)
