"""Parameters of work and load (M9, M25)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import TASKS

WORK_PARAMETERS = Module("work", "tasks, how they are chosen, load and what it does to people")
WORK_PARAMETERS.vector(
    "interval",
    TASKS,
    (5, 6, 6, 12, 1, 24, 1, 24, 1, 1, 24),
    0.25,
    168,
    "hours",
    "time from one {label} to the next for the same patient",
    "observations by early warning score, four drug rounds a day, daily review (usual English practice)",
    "assumed",
)
WORK_PARAMETERS.number(
    "sick_interval",
    1,
    0.25,
    24,
    "hours",
    "time between observations of a patient known to deteriorate",
    "Royal College of Physicians 2017, NEWS2: at least hourly from a score of 5",
    "literature",
)
WORK_PARAMETERS.vector(
    "urgency",
    TASKS,
    (0.5, 0.55, 0.2, 0.4, 0.15, 0.5, 0.6, 0.5, 1.0, 0.15, 0.5),
    0,
    1,
    "0 to 1",
    "how urgent a {label} is for the patient's outcome",
    "order by clinical priority, a response to a call at the top; distances not known",
    "assumed",
)
WORK_PARAMETERS.vector(
    "counts_for_target",
    TASKS,
    (0, 0, 0, 0, 0.8, 0.2, 0.3, 0.1, 0.1, 0.8, 0.1),
    0,
    1,
    "0 to 1",
    "how far a {label} helps to give a bed to those who wait",
    "order by how directly a task gives a bed: discharge and letter most, clerking and review a little, bedside "
    "routine not at all",
    "assumed",
)
WORK_PARAMETERS.vector(
    "frees_bed",
    TASKS,
    (0, 0.05, 0, 0.3, 1.0, 0.4, 0.1, 0.1, 0, 1.0, 0),
    0,
    1,
    "0 to 1",
    "how far a {label} brings the discharge nearer",
    "discharge and letter end a stay, a review may, a step brings recovery nearer; distances not known",
    "assumed",
)
WORK_PARAMETERS.number(
    "sick_urgency",
    0.6,
    0,
    2,
    "0 to 2",
    "added urgency of tasks for a patient who is known to deteriorate",
    "so that to look at somebody who gets worse comes before any other task of a nurse that is as late",
    "assumed",
)
WORK_PARAMETERS.number(
    "taste",
    0.15,
    0,
    1,
    "weighted urgency",
    "width of the noise with which people weigh waiting tasks",
    "enough for tasks of nearly equal weight to be taken in either order, and no more",
    "assumed",
)
WORK_PARAMETERS.number(
    "hurry_at",
    6,
    0,
    100,
    "tasks",
    "tasks waiting at which a person begins to hurry",
    "an hour and a half of work in hand",
    "assumed",
)
WORK_PARAMETERS.number(
    "interruption_rate",
    0.35,
    0,
    5,
    "per quarter-hour",
    "interruptions from calls, visitors and the telephone",
    "Westbrook 2010: more than half of drug administrations were interrupted; somewhat less here, since not all work "
    "is giving drugs",
    "assumed",
)
WORK_PARAMETERS.number(
    "interruption_by_load",
    0.05,
    0,
    1,
    "per quarter-hour and task",
    "added interruptions for each task that waits",
    "seven tasks in waiting double the interruptions from elsewhere (0.35); none is in range",
    "assumed",
)
WORK_PARAMETERS.number(
    "tires",
    0.04,
    0,
    0.5,
    "per hour",
    "fatigue gained in an hour on shift",
    "about half tired after twelve hours",
    "assumed",
)
WORK_PARAMETERS.number(
    "rest_hours",
    10,
    1,
    100,
    "hours",
    "time off in which fatigue falls to a third",
    "most of it goes in a night's rest",
    "assumed",
)
WORK_PARAMETERS.number(
    "items_handed_over",
    0.3,
    0,
    1,
    "items per patient and handover",
    "things about one patient that must be remembered across a change of shift",
    "about one patient in three has something out of the ordinary to remember; none is in range",
    "assumed",
)
WORK_PARAMETERS.number(
    "verbal_keeps",
    0.478,
    0,
    1,
    "share",
    "share of items that survive one verbal handover",
    "Bhabra 2007: 2.5% kept after five",
    "literature",
)
WORK_PARAMETERS.number(
    "notes_keep",
    0.969,
    0,
    1,
    "share",
    "share of items that survive one handover with notes",
    "Bhabra 2007: 85.5% kept after five",
    "literature",
)
WORK_PARAMETERS.number(
    "printed_keeps",
    0.998,
    0,
    1,
    "share",
    "share of items that survive one handover with a printed sheet",
    "Bhabra 2007: 99% kept after five",
    "literature",
)
WORK_PARAMETERS.number(
    "structure_takes",
    0.25,
    0,
    1,
    "chance per shift",
    "chance that structured handover takes a further quarter of an hour of whoever takes over, also where it is only "
    "a form",
    "some four minutes a handover, counted as a quarter of an hour in every fourth",
    "assumed",
)
WORK_PARAMETERS.number(
    "asks_back",
    0.25,
    0,
    1,
    "chance",
    "chance that the one who takes over asks about what was not said",
    "it is hard to ask about what one has not heard of: one in four; none to all is in range",
    "assumed",
)
WORK_PARAMETERS.number(
    "carried_over",
    1,
    0,
    12,
    "hours",
    "how late a task may be at the end of a shift and still pass to the next",
    "what fell due in the last hour is usually passed on; what is later counts as missed",
    "assumed",
)
WORK_PARAMETERS.number(
    "orders_written",
    2,
    1,
    20,
    "orders",
    "orders written at one time",
    "one or two changes to the chart at a daily review; the rest stand",
    "assumed",
)
WORK_PARAMETERS.number(
    "pressure_hurries",
    0.3,
    0,
    1,
    "share",
    "by which share fewer waiting tasks make somebody hurry who is under as much pressure as can be",
    "pressure of targets arrives as haste (Bohmer 2012, section 3); at full pressure five tasks in waiting are enough "
    "and not six",
    "assumed",
)
