"""Parameters of voice (M6, M15): when people speak, how they are answered, what they learn from it."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import ANSWERS, ERRORS

VOICE_PARAMETERS = Module("voice", "saying what one sees, how it is met, and what people learn from that")
VOICE_PARAMETERS.vector(
    "stake",
    ERRORS,
    (0.5, 0.7, 0.4, 0.5, 0.7, 0.8, 0.5, 0.5, 1.0, 0.8, 0.4, 0.6),
    0,
    1,
    "0 to 1",
    "how much is at stake in a {label}, as the one who sees it judges",
    "order by clinical seriousness; distances assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_deterioration",
    1.0,
    0,
    1,
    "0 to 1",
    "how much is at stake when a patient is getting worse",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_report",
    0.35,
    0,
    1,
    "0 to 1",
    "how much is at stake in reporting an incident after the event",
    "assumed: less than in stopping it",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_override",
    0.5,
    0,
    1,
    "0 to 1",
    "how much is at stake in a pathway that seems wrong for a patient",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_hazard",
    0.45,
    0,
    1,
    "0 to 1",
    "how much is at stake in a hazard of the ward",
    "assumed: less than in an error that can still be stopped",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_idea",
    0.35,
    0,
    1,
    "0 to 1",
    "how much is at stake in an idea for the ward",
    "assumed: as in a report",
    "assumed",
)
VOICE_PARAMETERS.number(
    "sees_hazard",
    0.2,
    0,
    1,
    "chance",
    "chance that somebody whose work a hazard of middling visibility spoilt sees that it was the hazard",
    "assumed: people bring what they recognise (Bohmer 2012, section 5, Deming)",
    "assumed",
)
VOICE_PARAMETERS.number(
    "patches",
    0.5,
    0,
    1,
    "chance",
    "chance that somebody who sees a hazard that nobody takes up works around it",
    "most problems of nurses are met by a first-order response (Tucker and Edmondson 2003); size assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "patch_lasts",
    7,
    0,
    365,
    "days",
    "how long such a patch hides a hazard and what it does",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "has_idea",
    0.0003,
    0,
    1,
    "chance per contact",
    "chance that somebody at work has an idea how the right step would be the easy one",
    "assumed: about two a week on a ward",
    "assumed",
)
VOICE_PARAMETERS.number(
    "asked_knows",
    0.3,
    0,
    1,
    "chance",
    "chance that somebody whom a lead asks has an idea to tell",
    "assumed: asking brings out what nobody would have brought",
    "assumed",
)
VOICE_PARAMETERS.number(
    "idea_works",
    0.5,
    0,
    1,
    "chance",
    "chance that an idea which is taken up works",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "mending_takes",
    4,
    0,
    96,
    "quarter-hours",
    "time that a hazard or idea which is taken up takes of the ward's manager",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "fear",
    0.4,
    0,
    2,
    "stake",
    "what speaking is expected to cost a person who believes that voice is not safe at all",
    "expected cost of voice (Morrison 2011; Edmondson 1996); size assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "status_weighs",
    0.35,
    0,
    2,
    "stake",
    "what speaking costs across the largest gap of status, to somebody who does not invite it",
    "direction from Nembhard and Edmondson 2006; size assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "busy_weighs",
    0.1,
    0,
    2,
    "stake",
    "what speaking costs when either of the two is in a hurry",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "report_takes",
    0.15,
    0,
    2,
    "stake",
    "what the time for an incident report costs",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "temper",
    0.12,
    0.01,
    1,
    "stake",
    "how much people vary in weighing what is at stake against what it costs",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "inviting",
    0.5,
    0,
    1,
    "0 to 1",
    "mean of how inviting people are when somebody speaks up to them",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "inviting_spread",
    0.5,
    0,
    1,
    "0 to 1",
    "width of the range in which people are inviting",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "hurry_curtails",
    0.3,
    0,
    1,
    "relative fall",
    "how much less inviting a person is in a hurry",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "rebuffs",
    0.5,
    0,
    1,
    "share",
    "share of answers that are not welcoming which rebuff, the others ignore",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.vector(
    "heeded",
    ANSWERS,
    (0.95, 0.6, 0.35),
    0,
    1,
    "chance",
    "chance that a concern which was {label} is acted on",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.vector(
    "feels",
    ANSWERS,
    (1.0, 0.5, 0.0),
    0,
    1,
    "0 to 1",
    "how safe speaking feels to one whose concern was {label}",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "learns",
    0.05,
    0,
    1,
    "share per event",
    "share of the way that a belief moves towards how voice was met",
    "Rescorla and Wagner 1972; rate assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "overheard_counts",
    0.3,
    0,
    1,
    "ratio",
    "how much an answer to a colleague counts, against one to oneself",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "earshot",
    0.3,
    0,
    1,
    "chance",
    "chance that a colleague on the ward overhears",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "belief_spread",
    0.3,
    0,
    1,
    "0 to 1",
    "width of the range in which beliefs about voice lie when people start",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "acted_on_at_start",
    0.55,
    0,
    1,
    "0 to 1",
    "mean belief that voice is acted on, of people who start",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "report_acted_on",
    0.3,
    0,
    1,
    "chance",
    "chance that the one who reported an incident sees that something came of it",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "false_alarm",
    0.01,
    0,
    1,
    "chance per contact",
    "chance that a colleague who is near sees an error where there is none",
    "assumed",
    "assumed",
)
VOICE_PARAMETERS.number(
    "misled",
    0.1,
    0,
    1,
    "chance",
    "chance that a false concern which is acted on spoils a task that was right",
    "assumed",
    "assumed",
)
