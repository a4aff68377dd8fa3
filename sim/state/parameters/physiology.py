"""Parameters of latent physiology, harm and rescue (M24)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import PHYSIOLOGY

PHYSIOLOGY_PARAMETERS = Module("physiology", "deterioration, rescue, harm and death")
PHYSIOLOGY_PARAMETERS.number(
    "worsens",
    0.0005,
    0,
    1,
    "chance per hour",
    "chance that a stable, robust, well-treated patient at the start of recovery begins to deteriorate",
    "level set near 4.1% deaths in stays longer than a day (Griffiths 2019)",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "frail_worsens",
    3,
    0,
    20,
    "relative rise",
    "relative rise of that chance at full frailty",
    "assumed",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "poor_care_worsens",
    1.5,
    0,
    20,
    "relative rise",
    "relative rise of that chance where care has no effect",
    "assumed",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "harm_worsens",
    0.01,
    0,
    1,
    "relative rise per hour of harm",
    "relative rise of that chance for each added hour of recovery that harm has cost",
    "assumed",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "turns_critical",
    0.05,
    0,
    1,
    "chance per hour",
    "chance that a deteriorating patient becomes critical",
    "assumed",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "settles",
    0.04,
    0,
    1,
    "chance per hour",
    "chance that a deteriorating patient settles without help",
    "assumed",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.vector(
    "dies",
    PHYSIOLOGY,
    (0.00003, 0.006, 0.06, 0.0),
    0,
    1,
    "chance per hour",
    "chance of death for a {label} patient",
    "level set near 4.1% deaths in stays longer than a day (Griffiths 2019)",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.vector(
    "response_works",
    PHYSIOLOGY,
    (1.0, 0.35, 0.12, 0.0),
    0,
    1,
    "chance",
    "chance that one response turns a {label} patient round",
    "assumed",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "harm_hours",
    110,
    0,
    1000,
    "hours",
    "mean hours of recovery that one adverse event adds",
    "Sari 2007: eight days of stay attributed to an adverse event; care is not fully effective, so fewer hours",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "misfortune",
    0.0003,
    0,
    1,
    "chance per hour",
    "chance of an adverse event that nobody could prevent",
    "level set near 8.7% of admissions with an adverse event, 31% preventable (Sari 2007)",
    "assumed",
)
