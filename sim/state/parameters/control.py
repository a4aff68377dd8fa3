"""Parameters of control: where decisions are taken that no rule covers, and who answers for them (M10, M11)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import MODES

CONTROL_PARAMETERS = Module("control", "decisions that no rule covers, at the bedside or in an inbox")
CONTROL_PARAMETERS.vector(
    "exceptions",
    MODES,
    (0.02, 0.08, 0.2),
    0,
    1,
    "chance per review",
    "chance that a review of a patient in {label} care needs a decision that no rule covers",
    "order from Bohmer 2012, Table 1; in a week of daily reviews one patient in eight, four in ten and eight in ten "
    "meet one",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "stance_lasts",
    14,
    0,
    365,
    "days",
    "how long the stance of a ward's lead on who decides stands after somebody led last",
    "two weeks: a standing rule outlasts a usual leave but no longer absence; none to a year is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "case_spread",
    1.0,
    0.01,
    10,
    "units of the case",
    "standard deviation of what is best for one patient, between patients",
    "a scale, by definition: noise is measured against it, and how far a decision misses",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "bedside_noise",
    1.0,
    0,
    10,
    "units of the case",
    "noise of the bedside's view of the case, for a doctor of full capability (twice that for one of none)",
    "as large as the spread of cases, so that half of what is seen is signal at full capability; to be swept",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "attributes_seen",
    3,
    0,
    4,
    "attributes of four",
    "how many of the four attributes of a case reach the manager's desk",
    "what is lost on the way up is not known: three of four arrive; to be swept, none to all four are in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "desk_noise",
    0.2,
    0,
    10,
    "units of the case",
    "noise of the manager's view of those attributes; it is small where cases of many wards are pooled",
    "a fifth of the spread of cases: at a desk there is time to compare one case with many; to be swept",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "attention",
    0.15,
    0,
    1,
    "chance per quarter-hour",
    "chance that a manager at work has attention for one decision in the inbox",
    "about five decisions in a working day of eight hours, beside all else that a manager does",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "bedside_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that a decision at the bedside takes of the doctor",
    "authority costs those who use it time: one contact, the least beside none, which is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "shrinks",
    0.4,
    0,
    1,
    "chance",
    "chance that somebody who can decide nothing alone passes up a decision that is hers to take",
    "accidental leaders with no formal training (Bohmer 2012, section 5); at usual capability one decision in four is "
    "passed up",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "estranged",
    0.3,
    0,
    1,
    "chance",
    "further chance of the same for somebody to whom the organisation's goals mean nothing",
    "doctors may feel little connection to the goals of those above (Bohmer 2012, section 2); at usual identification "
    "one decision in seven is passed up for it",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "accountability",
    0.2,
    0,
    1,
    "share",
    "share of decisions left to the bedside that come with explicit expectations and a review of results",
    "policy; explicit expectations set a few organisations apart (Bohmer 2012, section 6), so the exception here; not "
    "known, none to all is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "review_teaches",
    0.05,
    0,
    1,
    "share",
    "share of missing capability that the review of one decision of one's own adds",
    "going through one's own case teaches a little more than as long a talk with a coach (0.04); not known",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "accounting_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that the review of one decision takes of the one who took it",
    "a talk about one case is one contact, the least beside none, which is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "passes_up",
    0.3,
    0,
    1,
    "chance",
    "chance that a decision which reaches a manager below the top is passed on to the layer above",
    "layers of ward, division and hospital (Bohmer 2012, Figure 2); most is settled where it arrives; to be swept, "
    "none is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "lost_per_layer",
    1,
    0,
    4,
    "attributes",
    "attributes of a case that each further layer no longer sees",
    "what is lost from layer to layer is not known: one is the least beside none; to be swept, none is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "fix_travels",
    0.3,
    0,
    1,
    "chance",
    "chance that a change decided above the wards also mends the hazard of that kind on another ward of the division",
    "central changes reach all wards, but what mends one ward fits another less often than not; none to all is in "
    "range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "overrides",
    0.5,
    0,
    1,
    "0 to 1",
    "what the hospital makes of those who set a standard or a target aside for a patient; 0: punishes, 0.5: allows, "
    "1: expects it",
    "policy; accepting the over-ride of standards sets a few organisations apart (Bohmer 2012, section 6); the "
    "middle, neither punished nor expected",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "sees_unready",
    0.5,
    0,
    1,
    "chance",
    "chance that a doctor who is pressed to discharge early sees that this patient is not ready",
    "as likely as not: how much of an illness is left is never certain at a review; none to all is in range",
    "assumed",
)
CONTROL_PARAMETERS.number(
    "own_cases_mislead",
    0.3,
    0,
    3,
    "of the spread",
    "standard deviation between doctors of what each expects of a case, since each has met few of them",
    "a pooled prior against one of few cases: the mean of eleven strays by 0.3 of their spread; none is in range",
    "assumed",
)
