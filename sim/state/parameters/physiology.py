"""Parameters of latent physiology, harm and rescue (M24)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import PHYSIOLOGY

PHYSIOLOGY_PARAMETERS = Module("physiology", "deterioration, rescue, harm and death")
PHYSIOLOGY_PARAMETERS.number(
    "worsens",
    0.000463,
    0,
    1,
    "chance per hour",
    "chance that a stable, robust, well-treated patient at the start of recovery begins to deteriorate",
    "calibrated to 4.1% deaths in stays longer than a day (Griffiths 2019)",
    "calibrated",
)
PHYSIOLOGY_PARAMETERS.number(
    "frail_worsens",
    3,
    0,
    20,
    "relative rise",
    "relative rise of that chance at full frailty",
    "the frailest four times as likely as the robust; at mean frailty (one third) the chance is doubled",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "poor_care_worsens",
    1.5,
    0,
    20,
    "relative rise",
    "relative rise of that chance where care has no effect",
    "care without effect raises it as much as a frailty of one half does; none is in range",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "harm_worsens",
    0.01,
    0,
    1,
    "relative rise per hour of harm",
    "relative rise of that chance for each added hour of recovery that harm has cost",
    "an adverse event of mean size (110 hours) about doubles the chance",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "turns_critical",
    0.05,
    0,
    1,
    "chance per hour",
    "chance that a deteriorating patient becomes critical",
    "untreated deterioration is decided within some ten hours, little less than a shift, a little likelier for the "
    "worse",
    "assumed",
)
PHYSIOLOGY_PARAMETERS.number(
    "settles",
    0.04,
    0,
    1,
    "chance per hour",
    "chance that a deteriorating patient settles without help",
    "some recover by themselves: a little less likely each hour than turning critical (0.05)",
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
    "level set near 4.1% deaths in stays longer than a day (Griffiths 2019); ten times likelier each hour for "
    "critical patients than for those who deteriorate, and rare for stable ones",
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
    "the sooner the better: one response in three works before a patient is critical, and a third as many after",
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
    0.000375,
    0,
    1,
    "chance per hour",
    "chance of an adverse event that nobody could prevent",
    "calibrated to 8.7% of admissions with an adverse event by review of charts (Sari 2007)",
    "calibrated",
)
