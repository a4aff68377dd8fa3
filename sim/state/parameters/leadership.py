"""Parameters of leading (M14 to M20, M22): what a quarter of an hour with a lead does, and to whom."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import ACTIVITIES

LEADERSHIP_PARAMETERS = Module("leadership", "the lead's week, encounters, influence and what people infer")
LEADERSHIP_PARAMETERS.number(
    "reads_mode",
    0.75,
    0,
    1,
    "chance",
    "chance that a lead of clinical training who looks at a patient sees which mode of care it is (otherwise a guess)",
    "judging the mode takes clinical training (Bohmer 2012, section 4); with lucky guesses right five times in six",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "untrained_reads_mode",
    0.5,
    0,
    1,
    "chance",
    "the same for a division's manager, who may have no clinical training; a ward's manager is a nurse by training",
    "judging the mode takes clinical training (Bohmer 2012, section 4); with lucky guesses right two times in three",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "looks_again",
    4,
    1,
    96,
    "quarter-hours",
    "how long a lead goes by the patient last looked at before looking at another",
    "an hour: about as long as a lead stays with one part of the ward",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "switch_takes",
    1,
    0,
    16,
    "quarter-hours",
    "time that a lead loses by turning from one mode to another",
    "turning from one kind of work to another costs time: one contact, the least beside none, which is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "in_sight",
    0.3,
    0,
    1,
    "chance",
    "chance that a colleague on the ward sees what a lead who is among people does in a quarter of an hour",
    "as for earshot: of a ward of bays and side rooms about a third is within sight",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "seen_at_desk",
    0.05,
    0,
    1,
    "chance",
    "the same for a lead at a desk: design and paperwork",
    "an office stands apart from the beds: a colleague in twenty comes by",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "seen_walking",
    0.6,
    0,
    1,
    "chance",
    "the same for a lead who walks the ward, past everybody",
    "a round passes everybody, but some are behind curtains or away: twice as many as see a lead in one place",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "seen_builds",
    0.02,
    0,
    1,
    "of a promise",
    "how much a quarter of an hour in which the lead was seen near counts for trust, against a promise kept",
    "presence (Bohmer 2012, section 5); to be seen counts a tenth of being met (0.2)",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "estranges",
    0.01,
    0,
    1,
    "share per day",
    "how far trust in the lead goes back to that in a stranger on a day on which she was not seen near",
    "an absent leader is a stranger (Bohmer 2012, section 5); slowly: half the way in ten weeks unseen",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "copies",
    0.01,
    0,
    1,
    "share per quarter-hour seen",
    "how far goal weights move towards those that the lead's use of time shows, at full trust",
    "symbolic attention (Porter and Nohria 2010, in Bohmer 2012, section 5); at middling trust half the way takes "
    "some 140 sightings",
    "assumed",
)
for goal, signals, words in (
    ("outcome", (0.3, 0.3, 0.6, 0.3, 0.2, 0.7, 0.7, 0.3, 0.0, 0.8, 0.0), "patients' outcomes"),
    ("timeliness", (0.0, 0.0, 0.0, 0.1, 0.2, 0.0, 0.0, 0.0, 0.8, 0.1, 0.2), "timeliness"),
    ("throughput", (0.0, 0.0, 0.0, 0.2, 0.2, 0.0, 0.0, 0.0, 0.2, 0.0, 0.8), "throughput and cost"),
    ("standard", (0.7, 0.7, 0.4, 0.4, 0.4, 0.3, 0.3, 0.7, 0.0, 0.1, 0.0), "professional standards"),
):
    LEADERSHIP_PARAMETERS.vector(
        f"shows_{goal}",
        ACTIVITIES,
        signals,
        0,
        1,
        "0 to 1",
        f"how far a lead who is seen to spend time on {{label}} seems to care about {words}",
        "what an onlooker would guess from the purpose of each activity; only the order is meant; distances not known",
        "assumed",
    )
LEADERSHIP_PARAMETERS.number(
    "trust_at_start",
    0.5,
    0,
    1,
    "0 to 1",
    "trust in the ward's lead of somebody who shares neither profession nor standing, at the start",
    "the middle of the scale: a stranger is neither trusted nor distrusted",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "trusts_own",
    0.2,
    0,
    1,
    "0 to 1",
    "how much more trust a lead of one's own profession, or a consultant, has at the start",
    "professional standing: managers move doctors little (Bohmer 2012, section 4); a fifth of the scale, to be swept "
    "from 0",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "trust_learns",
    0.05,
    0,
    1,
    "learning rate",
    "how far trust in the lead moves with each promise that is seen to be kept or broken",
    "Rescorla and Wagner 1972 for the form; as fast as beliefs about voice: half the way in fourteen promises",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "met_builds",
    0.2,
    0,
    1,
    "of a promise",
    "how much meeting a lead in person counts for trust, against a promise kept, where the tone is as warm as can be",
    "deeds weigh more than tone: five meetings count like one promise; none is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "admission_counts",
    1.0,
    0,
    5,
    "of an event",
    "how much hearing a lead speak of own errors counts as an answer to voice that felt safe",
    "Edmondson 2001, in Bohmer 2012, section 5: among the most powerful ways, so as much as one own welcome",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "capability",
    0.4,
    0,
    1,
    "0 to 1",
    "mean ability to decide where no rule covers, of people who start",
    "accidental leaders (Bohmer 2012, section 5): most were never trained for it, so below the middle",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "coaching_adds",
    0.04,
    0,
    1,
    "share",
    "share of missing capability that a quarter of an hour of coaching adds, at full trust",
    "at middling trust half of what is missing takes some 35 sessions, nine hours in all; not known, to be swept",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "practice_adds",
    0.01,
    0,
    1,
    "share",
    "share of missing capability that one decision of one's own adds",
    "a quarter of what coaching adds: practice without comment teaches slowly",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "walk_finds",
    0.04,
    0,
    1,
    "chance per quarter-hour",
    "chance that a lead who walks the ward comes upon a hazard, whatever its size and visibility",
    "a different route than that of those who bring what they recognise (Bohmer 2012, section 5); half of what is "
    "hidden in four hours of walking by one who knows the ward",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "mends",
    0.2,
    0,
    1,
    "chance per quarter-hour",
    "chance that a quarter of an hour of design mends a hazard that the lead knows of",
    "to remove a cause takes longer than to work around it (Tucker and Edmondson 2003): some two hours for a lead who "
    "knows most of the ward",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "design_adds",
    0.003,
    0,
    1,
    "share",
    "share of what is missing in the design of the pathway that a quarter of an hour of design adds",
    "so that two hours at the desk are worth about one idea from the ward that works (0.02)",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "records_shown",
    40,
    1,
    1000,
    "records",
    "steps in the sample of aggregate feedback",
    "large samples in repetitive care (Bohmer 2012, section 5); with 40 the standard error of a share is at most 8 "
    "points",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "feedback_moves",
    0.5,
    0,
    1,
    "share",
    "how far habit gives way where the own work seems below the standard, or grows where above, at full trust, for "
    "each unit between",
    "Hall 2010, in Bohmer 2012, section 5; Ivers 2012 for gains of a few points; at middling trust a gap of a tenth "
    "takes a fortieth off habit",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "feedback_learns",
    0.3,
    0,
    1,
    "learning rate",
    "how far what people think of their own work moves to a sample that they are shown, of few records or many, "
    "at full trust",
    "people heed small samples as they do large ones (Tversky and Kahneman 1971); at middling trust one showing goes "
    "a seventh of the way",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "standard",
    0.9,
    0,
    1,
    "share",
    "share of the own kind of work done by the norm that people think good enough, and believe of themselves at first",
    "good enough is a little short of always, and people think well of their own work until they are shown it",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "rigour_taught",
    0.05,
    0,
    1,
    "chance",
    "chance that a review of trials by a lead whom one trusts wholly makes a doctor read once more in future",
    "rigour in experimental practice (Bohmer 2012, section 4); lasting change is rare: one review in forty at "
    "middling trust",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "engagement",
    0.6,
    0,
    1,
    "0 to 1",
    "mean engagement of people who start",
    "somewhat above the middle, on the scale of staff surveys; only what differs from it acts",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "engaged_notice",
    0.5,
    0,
    2,
    "relative rise",
    "how much more an engaged person notices of what goes on around her, for each unit of engagement",
    "whoever is wholly engaged notices a fifth more than usual; not known, none is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "recognition_adds",
    0.05,
    0,
    1,
    "share",
    "share of missing engagement that recognition by the lead adds",
    "recognition can be a powerful motivator (Bohmer 2012, note 7); half of what is missing takes fourteen occasions",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "blame_counts",
    3.0,
    0,
    20,
    "of an event",
    "how much being blamed for an error counts as a rebuff",
    "blame by the lead is heavier than a colleague's rebuff: as heavy as three; none is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "blame_warns",
    0.2,
    0,
    1,
    "learning rate",
    "how far wariness rises when somebody is blamed",
    "felt at once, but one occasion does not make anybody wholly wary: a fifth of the way",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "wariness_fades",
    0.01,
    0,
    1,
    "share per shift",
    "how fast wariness fades",
    "slowly, since blame is remembered: half is left after some 70 shifts",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "wary_checks",
    0.5,
    0,
    1,
    "share",
    "share of errors missed by the own check that a wholly wary person would still catch",
    "anticipated blame buys slower checking: half of what the own check misses, since fear makes nobody infallible",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "wary_takes",
    0.3,
    0,
    1,
    "chance per contact",
    "chance that the checking of a wholly wary person takes a further quarter of an hour",
    "a second look at everything makes work about a third longer",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "reviews_report",
    0.3,
    0,
    1,
    "chance per report",
    "chance that a report reviewed by a lead who looks at the process shows the hazard behind it, if there is one",
    "a report says what happened and seldom why; a lead who knows most of the ward sees the cause in one of five",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "tenure",
    3,
    0.1,
    50,
    "years",
    "mean time for which somebody holds the role of a ward's lead",
    "the tenure of senior leaders in the NHS is short (Bohmer 2012, section 5): a few years are assumed on wards too",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "post_empty",
    30,
    0,
    365,
    "days",
    "time for which nobody holds the role between one lead and the next",
    "a month between one lead and the next: notice is shorter than an appointment takes; none is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "from_inside",
    0.5,
    0,
    1,
    "chance",
    "chance that the next lead comes from the ward's own staff",
    "as likely as not; none to all is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "insider_keeps",
    0.7,
    0,
    1,
    "share",
    "share of trust, of local knowledge and of known hazards that a lead from inside keeps of the last one's",
    "most of it: an insider knows ward and people, but is new in the role; none to all is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "stranger_knows",
    0.2,
    0,
    1,
    "0 to 1",
    "local knowledge with which a lead from outside begins",
    "a little: wards are alike in some things; none is in range",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "knows_at_start",
    0.7,
    0,
    1,
    "0 to 1",
    "local knowledge of those who lead when a run begins",
    "most of it: what a lead from outside knows after some 120 hours of leading",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "gets_to_know",
    0.002,
    0,
    1,
    "share per quarter-hour",
    "share of missing local knowledge that a quarter of an hour of leading adds",
    "half of what is missing in some 90 hours of leading, one to two months; not known",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "favour_adds",
    0.05,
    0,
    1,
    "share",
    "share of missing engagement that a favour on the rota adds where the lead has the rota to give",
    "tools of authority (Bohmer 2012, note 7); as much as recognition, since it is not known which moves more",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "budget_of_manager",
    1.5,
    0,
    10,
    "of the mean",
    "size of the largest hazard that the budget of a ward's manager can mend",
    "tools of authority differ by layer (Bohmer 2012, note 7); about four hazards in five are within it",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "budget_of_clinician",
    0.7,
    0,
    10,
    "of the mean",
    "size of the largest hazard that a clinician who leads can mend without a budget",
    "tools of authority differ by layer (Bohmer 2012, note 7); about half of all hazards need no budget",
    "assumed",
)
LEADERSHIP_PARAMETERS.number(
    "pressure_takes",
    0.5,
    0,
    1,
    "share",
    "share of the lead's hours that go to chasing the target under as much pressure as can be, where all is passed on",
    "pressure takes hours from other activities; at its greatest half of the week; none to all is in range",
    "assumed",
)
