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
    "order by clinical seriousness, wrong treatment and wrong drugs near the top; distances not known",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_deterioration",
    1.0,
    0,
    1,
    "0 to 1",
    "how much is at stake when a patient is getting worse",
    "the top of the scale: a life may depend on it",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_report",
    0.35,
    0,
    1,
    "0 to 1",
    "how much is at stake in reporting an incident after the event",
    "less than in stopping an error: what is done is done",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_override",
    0.5,
    0,
    1,
    "0 to 1",
    "how much is at stake in a pathway that seems wrong for a patient",
    "as in a slip in a step of treatment: the patient loses slowly",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_hazard",
    0.45,
    0,
    1,
    "0 to 1",
    "how much is at stake in a hazard of the ward",
    "less than in most errors that can still be stopped: nobody need be harmed today",
    "assumed",
)
VOICE_PARAMETERS.number(
    "stake_in_idea",
    0.35,
    0,
    1,
    "0 to 1",
    "how much is at stake in an idea for the ward",
    "as in a report: nothing is lost today if it is kept back",
    "assumed",
)
VOICE_PARAMETERS.number(
    "sees_hazard",
    0.645,
    0,
    1,
    "chance",
    "chance that somebody whose work a hazard of middling visibility spoilt sees that it was the hazard",
    "calibrated to 7% of failures that a nurse brings to somebody (Tucker and Edmondson 2003)",
    "calibrated",
)
VOICE_PARAMETERS.number(
    "patches",
    0.5,
    0,
    1,
    "chance",
    "chance that somebody who sees a hazard that nobody takes up works around it",
    "most problems of nurses are met by a first-order response (Tucker and Edmondson 2003); at least every second; "
    "none to all is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "patch_lasts",
    7,
    0,
    365,
    "days",
    "how long such a patch hides a hazard and what it does",
    "a week: stock runs out, colleagues change and the way round is forgotten; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "has_idea",
    0.0003,
    0,
    1,
    "chance per contact",
    "chance that somebody at work has an idea how the right step would be the easy one",
    "at some 450 contacts a day on a ward, about one a week",
    "assumed",
)
VOICE_PARAMETERS.number(
    "asked_knows",
    0.131,
    0,
    1,
    "chance",
    "chance that somebody whom a lead asks has an idea to tell",
    "calibrated to 10.7% of junior doctors who ever had an idea carried out (Gilbert 2012)",
    "calibrated",
)
VOICE_PARAMETERS.number(
    "idea_works",
    0.5,
    0,
    1,
    "chance",
    "chance that an idea which is taken up works",
    "as likely as not; none to all is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "mending_takes",
    4,
    0,
    96,
    "quarter-hours",
    "time that a hazard or idea which is taken up takes of the ward's manager",
    "an hour: a few calls, a form, a word with those concerned; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "fear",
    0.4,
    0,
    2,
    "stake",
    "what speaking is expected to cost a person who believes that voice is not safe at all",
    "expected cost of voice (Morrison 2011; Edmondson 1996); as much as is at stake in a slip, which somebody wholly "
    "afraid then seldom mentions",
    "assumed",
)
VOICE_PARAMETERS.number(
    "status_weighs",
    0.35,
    0,
    2,
    "stake",
    "what speaking costs across the largest gap of status, to somebody who does not invite it",
    "direction from Nembhard and Edmondson 2006; at most a little less than fear; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "busy_weighs",
    0.1,
    0,
    2,
    "stake",
    "what speaking costs when either of the two is in a hurry",
    "haste puts people off, but less than fear or rank: a quarter of what fear does; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "report_takes",
    0.15,
    0,
    2,
    "stake",
    "what the time for an incident report costs",
    "a form takes longer than a word, so more than haste costs; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "temper",
    0.12,
    0.01,
    1,
    "stake",
    "how much people vary in weighing what is at stake against what it costs",
    "neither a threshold nor a coin: where one side outweighs the other by a quarter, nine in ten follow it",
    "assumed",
)
VOICE_PARAMETERS.number(
    "inviting",
    0.5,
    0,
    1,
    "0 to 1",
    "mean of how inviting people are when somebody speaks up to them",
    "the middle of the scale: people are neither inviting nor forbidding on average",
    "assumed",
)
VOICE_PARAMETERS.number(
    "inviting_spread",
    0.5,
    0,
    1,
    "0 to 1",
    "width of the range in which people are inviting",
    "half of the scale: some welcome one concern in four, others three in four",
    "assumed",
)
VOICE_PARAMETERS.number(
    "hurry_curtails",
    0.3,
    0,
    1,
    "relative fall",
    "how much less inviting a person is in a hurry",
    "haste is heard in the tone and does not undo a manner: about a third less; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "rebuffs",
    0.5,
    0,
    1,
    "share",
    "share of answers that are not welcoming which rebuff, the others ignore",
    "as likely as not to be rebuffed or ignored; none to all is in range",
    "assumed",
)
VOICE_PARAMETERS.vector(
    "heeded",
    ANSWERS,
    (0.95, 0.744, 0.35),
    0,
    1,
    "chance",
    "chance that a concern which was {label} is acted on",
    "order only: what is welcomed is nearly always acted on, what is rebuffed seldom",
    "assumed",
    calibrated={
        "ignored": "calibrated to 50.1% of staff who think that a concern would be acted on (NHS Staff Survey)",
    },
)
VOICE_PARAMETERS.vector(
    "feels",
    ANSWERS,
    (1.0, 0.5, 0.0),
    0,
    1,
    "0 to 1",
    "how safe speaking feels to one whose concern was {label}",
    "the ends of the scale for a welcome and a rebuff; to be ignored lies midway",
    "assumed",
)
VOICE_PARAMETERS.number(
    "learns",
    0.05,
    0,
    1,
    "share per event",
    "share of the way that a belief moves towards how voice was met",
    "Rescorla and Wagner 1972 for the form; half the way in some fourteen events, weeks of work",
    "assumed",
)
VOICE_PARAMETERS.number(
    "overheard_counts",
    0.3,
    0,
    1,
    "ratio",
    "how much an answer to a colleague counts, against one to oneself",
    "what happens to others teaches, but less than half as much as what happens to oneself; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "earshot",
    0.3,
    0,
    1,
    "chance",
    "chance that a colleague on the ward overhears",
    "of a ward of bays and side rooms about a third is within hearing; none to all is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "belief_spread",
    0.3,
    0,
    1,
    "0 to 1",
    "width of the range in which beliefs about voice lie when people start",
    "newcomers differ, but by less than how they are met can move them: 0.15 either way",
    "assumed",
)
VOICE_PARAMETERS.number(
    "acted_on_at_start",
    0.55,
    0,
    1,
    "0 to 1",
    "mean belief that voice is acted on, of people who start",
    "a little below the belief in safety, as in the NHS Staff Survey (50.1% against 62.3%); a start, then learned",
    "assumed",
)
VOICE_PARAMETERS.number(
    "report_acted_on",
    0.3,
    0,
    1,
    "chance",
    "chance that the one who reported an incident sees that something came of it",
    "most who report an incident hear no more of it: three in ten do; none to all is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "false_alarm",
    0.01,
    0,
    1,
    "chance per contact",
    "chance that a colleague who is near sees an error where there is none",
    "rarer than the errors that a colleague rightly sees, but not rare; none is in range",
    "assumed",
)
VOICE_PARAMETERS.number(
    "misled",
    0.1,
    0,
    1,
    "chance",
    "chance that a false concern which is acted on spoils a task that was right",
    "most false concerns clear up once they are looked into: one in ten does not; none is in range",
    "assumed",
)
