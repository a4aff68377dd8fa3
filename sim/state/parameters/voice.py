"""Parameters of voice, in its first and simple form (M6)."""

from sim.state.parameters.registry import Module

VOICE_PARAMETERS = Module("voice", "saying what one sees, hearing it, reporting it")
VOICE_PARAMETERS.number(
    "speaks",
    0.65,
    0,
    1,
    "chance",
    "chance that somebody who sees an error says so to an equal or junior colleague",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "status_silences",
    0.7,
    0,
    1,
    "relative fall",
    "how much of that is lost at the largest gap of status upwards",
    "direction from Nembhard and Edmondson 2006; size assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "heeds",
    0.85,
    0,
    1,
    "chance",
    "chance that a person who is told and is not hurried acts on it",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "hurried_heeds",
    0.8,
    0,
    1,
    "ratio",
    "the same for a hurried person, against one who is not",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "calls",
    0.9,
    0,
    1,
    "chance",
    "chance that a nurse who sees deterioration calls a doctor of equal status at once",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "reports",
    0.25,
    0,
    1,
    "chance",
    "chance that a recognised incident is reported",
    "Sari 2007: 17% of incidents found by either method were reported; level assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "reports_in_hurry",
    0.5,
    0,
    1,
    "ratio",
    "the same for a hurried person, against one who is not",
    "assumed: a report takes time",
    "assumed",
)
