"""Parameters of goals: what the organisation wants, how that reaches people, and the effort they make (M9)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import GOALS

GOAL_PARAMETERS = Module("goals", "what the organisation wants, how it is passed on, and effort")
GOAL_PARAMETERS.vector(
    "wants",
    GOALS,
    (0.45, 0.2, 0.15, 0.2),
    0,
    1,
    "weight",
    "how much the organisation wants {label}, against its other goals",
    "policy; patients first, with time and throughput together about a third, as in an English hospital under targets",
    "assumed",
)
GOAL_PARAMETERS.number(
    "from_below",
    0,
    0,
    1,
    "share",
    "how far a ward's goals are what its own people want; 0: set above, 1: developed below",
    "policy; Bohmer 2012, section 5: goals set from above predominate in the NHS",
    "assumed",
)
GOAL_PARAMETERS.number(
    "passes_down",
    0.05,
    0,
    1,
    "share per day",
    "how fast goals of one layer become those of the layer below",
    "half of a change comes through a layer in two weeks, as by meetings every other week; not known",
    "assumed",
)
GOAL_PARAMETERS.number(
    "lost",
    0.1,
    0,
    1,
    "share",
    "share of a goal that each layer replaces by what its own manager wants",
    "what is lost from layer to layer is not known: a tenth, so a fifth over two; to be swept, none is in range",
    "assumed",
)
GOAL_PARAMETERS.number(
    "identifies",
    0.5,
    0,
    1,
    "0 to 1",
    "how far people who start make goals that are set above their own",
    "the middle of the scale: goals set above are half one's own; not known, to be swept",
    "assumed",
)
GOAL_PARAMETERS.number(
    "owns",
    0.5,
    0,
    1,
    "share",
    "share of the missing identification that goals developed below add from the start",
    "participation raises identification (Bohmer 2012, section 5): halfway to full; none to all is in range",
    "assumed",
)
GOAL_PARAMETERS.number(
    "words_move",
    0.02,
    0,
    1,
    "share",
    "how far identification moves at a meeting with the lead, towards 1 where the lead speaks of quality, "
    "towards 0 where of cost",
    "professionals answer to the language of quality (Bohmer 2012, section 5); one talk moves little: half the way "
    "takes some 35",
    "assumed",
)
GOAL_PARAMETERS.number(
    "adopts",
    0.05,
    0,
    1,
    "share",
    "how far goal weights move at a meeting with the lead towards the ward's goals, at full identification",
    "at usual identification and trust one talk goes an eightieth of the way: half of it takes some 55; none is in "
    "range",
    "assumed",
)
GOAL_PARAMETERS.number(
    "stretch",
    0.5,
    0,
    1,
    "0 to 1",
    "how far the goal lies above what is usual; 0.5: as far as most people think that they can reach with usual effort",
    "policy; stretch goals (Bohmer 2012, section 5); the middle, a goal within reach and no stretch",
    "assumed",
)
GOAL_PARAMETERS.number(
    "confidence",
    0.4,
    0,
    1,
    "0 to 1",
    "what people who start think they reach without effort, on the scale of the stretch",
    "a little below the usual goal (0.5), which usual effort then puts within reach, with a chance of two in three",
    "assumed",
)
GOAL_PARAMETERS.number(
    "confidence_spread",
    0.3,
    0,
    1,
    "0 to 1",
    "width of the range in which the confidence of people who start lies",
    "so that some see an even chance of the usual goal without effort, and others only at usual effort",
    "assumed",
)
GOAL_PARAMETERS.number(
    "coaching_assures",
    0.02,
    0,
    1,
    "share",
    "share of missing confidence that a quarter of an hour of coaching adds, at full trust",
    "half of what coaching adds to capability (0.04): confidence follows ability",
    "assumed",
)
GOAL_PARAMETERS.number(
    "effort_reaches",
    0.5,
    0,
    2,
    "of the stretch",
    "how much further full effort takes people than none, as they see it",
    "half of the scale, so that full effort turns a goal that seems out of reach into one that seems within it",
    "assumed",
)
GOAL_PARAMETERS.number(
    "doubt",
    0.2,
    0.01,
    2,
    "of the stretch",
    "how gradually the chance of success falls, as people see it, with the distance to the goal",
    "gradual: from nine chances in ten to one in ten takes most of the scale",
    "assumed",
)
GOAL_PARAMETERS.number(
    "effort_costs",
    0.23,
    0,
    5,
    "of success",
    "what full effort costs, where success with a goal that is one's own is worth 1",
    "so that somebody of middling confidence and identification makes about the usual effort (0.5)",
    "assumed",
)
GOAL_PARAMETERS.number(
    "slackens",
    0.1,
    0,
    1,
    "chance per contact",
    "chance that a quarter of an hour goes by unused where somebody makes no effort at all",
    "at no effort at all somewhat more than an hour of a shift of twelve; none is in range",
    "assumed",
)
GOAL_PARAMETERS.number(
    "hastens",
    0.2,
    0,
    1,
    "chance per contact",
    "chance of a second task in the same quarter of an hour at full effort, for somebody who wants pace alone",
    "a fifth more work at most, where a hurried person does twice as much in a contact",
    "assumed",
)
GOAL_PARAMETERS.number(
    "watches",
    0.3,
    0,
    1,
    "relative rise",
    "how much more is noticed at full effort than at usual effort by somebody who wants care alone",
    "care sharpens the eye by a third at most, less than haste dulls it; none is in range",
    "assumed",
)
GOAL_PARAMETERS.number(
    "pulls_apart",
    0.5,
    0,
    1,
    "weight",
    "by how much, at most, a profession of one ward weighs one goal more than the same profession elsewhere",
    "enough for a profession to want something else than its hospital does: viewpoints conflict (Bohmer 2012, section "
    "5); none is in range",
    "assumed",
)
GOAL_PARAMETERS.number(
    "own_pull",
    0.01,
    0,
    1,
    "share per shift",
    "how far goal weights move back with each shift towards what is the person's own",
    "clinicians answer to their profession more than to managers (Bohmer 2012, section 4); half the way back in some "
    "70 shifts",
    "assumed",
)
GOAL_PARAMETERS.number(
    "effort_tires",
    0.3,
    0,
    1,
    "relative rise",
    "how much faster full effort tires people than usual effort",
    "effort is felt, but less than the hours themselves: a third faster at most; none is in range",
    "assumed",
)
