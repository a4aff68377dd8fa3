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
    "bank and agency fill most but not all requests: six in ten; none to all is in range",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "cover_price",
    0.5,
    0,
    10,
    "share of a team",
    "what cover costs, as the missing share of a team that is as bad",
    "so that a ward manager with usual goal weights covers a single gap in a team of four",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "cover_skill",
    0.85,
    0,
    1,
    "ratio",
    "skill of an agency colleague on an unfamiliar ward, against the usual holder of the post",
    "familiarity is worth skill (Huckman and Pisano 2006): about a seventh of it; none is in range",
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
    "doctors above nurses as in Nembhard and Edmondson 2006; other places and all distances by everyday rank",
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
    "experience counts: seniors above juniors by a fifth or so, and no grade at its best on average; not known",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "skill_spread",
    0.2,
    0,
    1,
    "0 to 1",
    "width of the range in which skills of one grade lie",
    "a tenth either way: people of one grade differ less than juniors and seniors do",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "weight_spread",
    0.2,
    0,
    1,
    "0 to 1",
    "width of the range in which one person's goal weights differ from those of the profession",
    "a tenth either way in the weight of outcome, about as much as professions differ in it",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "cover_pooled",
    0.75,
    0,
    1,
    "chance",
    "chance that a gap is filled where a manager above the wards looks for cover for all of them together",
    "who looks for cover for all wards together finds somewhat more than one ward does (0.6)",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "leaves",
    0.127,
    0,
    1,
    "share per year",
    "share of nurses and doctors in post who leave in a year, at usual engagement",
    "calibrated to 11.8% of nurses leaving in a year (NHS workforce statistics)",
    "calibrated",
)
STAFFING_PARAMETERS.number(
    "engaged_stay",
    2.0,
    0,
    10,
    "relative rise",
    "how much likelier a person leaves for each unit of engagement that is missing from the usual",
    "whoever is not engaged at all is about twice as likely to leave as usual; none is in range",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "post_vacant",
    60,
    0,
    365,
    "days",
    "time for which a post is vacant after somebody left",
    "two months from one holder to the next: advertising, checks and the new colleague's own notice",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "knows_after",
    40,
    1,
    1000,
    "shifts",
    "shifts after which a newcomer knows two thirds of what there is to know about the ward",
    "familiarity is worth skill (Huckman and Pisano 2006); some three months of full-time shifts",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "wears_out",
    0.02,
    0,
    1,
    "share per shift",
    "how far exhaustion moves with each shift towards how tiring that shift was",
    "exhaustion builds over months: half the way in some 35 shifts",
    "assumed",
)
STAFFING_PARAMETERS.number(
    "engagement_moves",
    0.01,
    0,
    1,
    "share per shift",
    "how far each shift moves engagement towards what work gives: to be heard, to share goals, to trust, to be rested",
    "half as fast as exhaustion, which is felt sooner: half the way in some 70 shifts",
    "assumed",
)
