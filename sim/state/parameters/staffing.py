"""Parameters of the rota and of cover (M25), and of people over time (M21)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import GRADES

STAFFING_PARAMETERS = Module("staffing", "rota, absence, cover and what people bring to work")
STAFFING_PARAMETERS.number(
    "absence",
    0.05,
    0,
    1,
    "chance per shift",
    "chance that somebody is ill for a shift",
    "NHS sickness absence of about 4 to 5% (NHS Digital)",
    "literature",
)
STAFFING_PARAMETERS.number(
    "cover_available",
    0.6,
    0,
    1,
    "chance",
    "chance that an agency can fill a gap that a manager wants filled",
    "bank and agency fill most but not all requests; exact share assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "cover_price",
    0.5,
    0,
    10,
    "share of a team",
    "what cover costs, as the missing share of a team that is as bad",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "cover_skill",
    0.85,
    0,
    1,
    "ratio",
    "skill of an agency colleague on an unfamiliar ward, against the usual holder of the post",
    "familiarity is worth skill (Huckman and Pisano 2006); size assumed",
    "assumed",
)
STAFFING_PARAMETERS.vector(
    "status",
    GRADES,
    (0.25, 0.45, 0.5, 1.0, 0.55, 0.6, 0.8, 0.95),
    0,
    1,
    "0 to 1",
    "standing of a {label} in the professional hierarchy",
    "order from Nembhard and Edmondson 2006; distances assumed",
    "assumed",
)
STAFFING_PARAMETERS.vector(
    "skill",
    GRADES,
    (0.7, 0.85, 0.65, 0.9, 0.85, 0.8, 0.8, 0.8),
    0,
    1,
    "0 to 1",
    "mean skill of a {label} in the tasks of the grade",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "skill_spread",
    0.2,
    0,
    1,
    "0 to 1",
    "width of the range in which skills of one grade lie",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "weight_spread",
    0.2,
    0,
    1,
    "0 to 1",
    "width of the range in which one person's goal weights differ from those of the profession",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "cover_pooled",
    0.75,
    0,
    1,
    "chance",
    "chance that a gap is filled where a manager above the wards looks for cover for all of them together",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "leaves",
    0.12,
    0,
    1,
    "share per year",
    "share of nurses and doctors in post who leave in a year, at usual engagement",
    "about one in eight leaves an NHS trust in a year (NHS Digital); level by engagement assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "engaged_stay",
    2.0,
    0,
    10,
    "relative rise",
    "how much likelier a person leaves for each unit of engagement that is missing from the usual",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "post_vacant",
    60,
    0,
    365,
    "days",
    "time for which a post is vacant after somebody left",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "knows_after",
    40,
    1,
    1000,
    "shifts",
    "shifts after which a newcomer knows two thirds of what there is to know about the ward",
    "familiarity is worth skill (Huckman and Pisano 2006); size assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "wears_out",
    0.02,
    0,
    1,
    "share per shift",
    "how far exhaustion moves with each shift towards how tiring that shift was",
    "assumed",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "engagement_moves",
    0.01,
    0,
    1,
    "share per shift",
    "how far each shift moves engagement towards what work gives: to be heard, to share goals, to trust, to be rested",
    "assumed",
    "assumed",
)
