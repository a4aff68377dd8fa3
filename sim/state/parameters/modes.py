"""Parameters of the three modes of care (M1, M4)."""

from sim.state.parameters.registry import Module

MODE_PARAMETERS = Module("modes", "how care works in each of the three modes")
MODE_PARAMETERS.number(
    "untreated_effect",
    0.3,
    0,
    1,
    "0 to 1",
    "effect of being in a bed before any treatment has begun",
    "bed, food and watching help a little: less than care off the pathway (0.45) or a wrong option (0.5)",
    "assumed",
)
MODE_PARAMETERS.number(
    "design_floor",
    0.6,
    0,
    1,
    "chance",
    "chance that a step is done as the pathway says where the system of work gives no help",
    "McGlynn 2003: about half of recommended care was given in ordinary practice; a little more, since a ward sees "
    "what is done",
    "assumed",
)
MODE_PARAMETERS.number(
    "hurry_departs",
    0.15,
    0,
    1,
    "relative fall",
    "fall in adherence in a hurried contact",
    "haste leaves out one step in seven; none is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "habit_departs",
    0.3,
    0,
    1,
    "relative fall",
    "fall in adherence for a person who always does things in her own way",
    "unwarranted variation (Wennberg 2002); at middling habit as much as haste takes away",
    "assumed",
)
MODE_PARAMETERS.number(
    "boarders_step",
    0.8,
    0,
    1,
    "ratio",
    "adherence for a patient on another ward than the home ward, against at home",
    "the ward is not set up for this pathway: one step in five is lost; none is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "step_memory",
    0.3,
    0.01,
    1,
    "share",
    "weight of the latest step in how closely care follows the pathway",
    "about the last three steps count, a day and a half of care",
    "assumed",
)
MODE_PARAMETERS.number(
    "off_pathway_effect",
    0.45,
    0,
    1,
    "0 to 1",
    "effect of care that leaves the pathway",
    "Bohmer 2012, Table 1: tight cause-effect linkages in repetitive care; little more than half of what a good "
    "pathway does",
    "assumed",
)
MODE_PARAMETERS.number(
    "misfit_effect",
    0.5,
    0,
    1,
    "0 to 1",
    "effect of a pathway on a patient whom it does not fit",
    "half, as for a wrong option in constrained care",
    "assumed",
)
MODE_PARAMETERS.number(
    "tailored_effect",
    0.7,
    0,
    1,
    "0 to 1",
    "effect of care made to measure for a patient whom the pathway does not fit",
    "custom care inside standard care (Bohmer 2012, section 4); between a pathway that does not fit (0.5) and one "
    "that does (0.75 to 0.85)",
    "assumed",
)
MODE_PARAMETERS.number(
    "sees_misfit",
    0.1,
    0,
    1,
    "chance per step",
    "chance that a nurse sees that the pathway does not fit a patient whom it does not fit",
    "she sees more of the patient than anybody: at two steps a day every second misfit within some three days",
    "assumed",
)
MODE_PARAMETERS.number(
    "sees_fit_as_misfit",
    0.01,
    0,
    1,
    "chance per step",
    "chance that the pathway seems wrong to her for a patient whom it fits",
    "a tenth as often as rightly, so that most wishes to set a pathway aside are right",
    "assumed",
)
MODE_PARAMETERS.number(
    "idea_improves",
    0.02,
    0,
    1,
    "share",
    "share of what is still missing in the design of the pathway that one good idea adds",
    "ideas from the ward are small steps: half of what is missing takes some 35 that work",
    "assumed",
)
MODE_PARAMETERS.number(
    "design_erodes",
    0.0008,
    0,
    1,
    "share per day",
    "share of the design of the pathway that is lost each day: staff, drugs and devices change around it",
    "so that a design of 0.5 to 0.6 is kept up where an idea works every three weeks",
    "assumed",
)
MODE_PARAMETERS.number(
    "options",
    4,
    2,
    8,
    "options",
    "number of known options in constrained care",
    "Bohmer 2012, Table 1: a defined and finite set; as many as one talk with a patient can set out",
    "assumed",
)
MODE_PARAMETERS.number(
    "doctor_sees",
    0.75,
    0,
    1,
    "chance",
    "chance that the own view of a doctor of full skill points to the best option (of no skill: by chance)",
    "between chance (one in four) and certainty: three in four, so that choices are hard and not hopeless",
    "assumed",
)
MODE_PARAMETERS.number(
    "nurse_sees",
    0.55,
    0,
    1,
    "chance",
    "the same for a nurse of full skill",
    "better than chance (one in four), and less trained in this than a doctor: little more than half",
    "assumed",
)
MODE_PARAMETERS.number(
    "own_view_counts",
    1.5,
    0.1,
    20,
    "votes",
    "how much the one who decides counts the own view, against one view of somebody else",
    "advocacy against inquiry (Argyris 1991); more than one view, and less than two that agree",
    "assumed",
)
MODE_PARAMETERS.number(
    "prefers_other",
    0.3,
    0,
    1,
    "share",
    "share of patients whose values make another option best than the disease alone would",
    "Wennberg 2002: preference-sensitive care; how many is not known: three in ten; none to all is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "asks_patient",
    0.5,
    0,
    1,
    "chance",
    "chance that a doctor who is not hurried asks what the patient values before choosing",
    "as likely as not; none to all is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "makes_plan",
    0.5,
    0,
    1,
    "chance",
    "chance that a doctor who is not hurried makes a plan for complications that are known",
    "as likely as not; none to all is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "asking_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that asking a patient about values takes of the doctor",
    "a talk about values is one contact, the least beside none, which is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "planning_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that a plan for known complications takes of the doctor",
    "a plan is one contact, the least beside none, which is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "plan_helps",
    1.6,
    1,
    10,
    "ratio",
    "how much likelier a response works where a plan was made, against where none was",
    "known unexpected events can be planned for (Bohmer 2012, section 4); so that every second planned response to "
    "deterioration works",
    "assumed",
)
MODE_PARAMETERS.number(
    "notices_slow_progress",
    0.3,
    0,
    1,
    "chance per review",
    "chance that the nurse brings up that progress seems slow",
    "somewhat less often than the doctor whose choice it was thinks it over (0.4); none to all is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "wrong_option_effect",
    0.5,
    0,
    1,
    "0 to 1",
    "effect of an option that is not the best for the patient",
    "the association of action and outcome is not tight (Bohmer 2012, section 4): half of what the right one does",
    "assumed",
)
MODE_PARAMETERS.number(
    "progress_noise",
    0.35,
    0,
    1,
    "0 to 1",
    "width of the noise in seeing how well a patient progresses",
    "action and outcome are not tightly linked (Bohmer 2012, section 4): a wrong option seems slow four times in "
    "five, a right one once in fourteen",
    "assumed",
)
MODE_PARAMETERS.number(
    "slow_below",
    0.7,
    0,
    1,
    "0 to 1",
    "effect of care below which progress is called slow",
    "between the effect of a wrong option (0.5) and that of a right one (1)",
    "assumed",
)
MODE_PARAMETERS.number(
    "reconsiders",
    0.4,
    0,
    1,
    "chance per review",
    "chance that a doctor of full skill takes slow progress as a sign of the wrong choice",
    "a choice is given time before it is doubted: less than every second review that shows slow progress",
    "assumed",
)
MODE_PARAMETERS.number(
    "interactions",
    2,
    0,
    7,
    "elements",
    "how many other elements each element of treatment interacts with, by the disease alone",
    "Kauffman's K; many interacting diseases and drugs (Bohmer 2012, section 4); of seven, enough for several local "
    "bests and few enough to learn from",
    "assumed",
)
MODE_PARAMETERS.number(
    "interact_by_frailty",
    4,
    0,
    7,
    "elements",
    "how many more for a patient as frail as can be, whose diseases and drugs interact",
    "interacting diseases and drugs (Bohmer 2012, section 4); brings the frailest near the most there can be, six of "
    "seven",
    "assumed",
)
MODE_PARAMETERS.number(
    "interact_by_system",
    3,
    0,
    7,
    "elements",
    "how many more where care around the ward is as fragmented as can be",
    "fragmented local systems of care (Bohmer 2012, section 4); somewhat less than full frailty",
    "assumed",
)
MODE_PARAMETERS.number(
    "good_enough",
    0.75,
    0,
    1,
    "0 to 1",
    "response, as it is read, at which a doctor leaves treatment as it is",
    "satisficing (Simon 1955); a little above the best that most patients' landscapes hold, so that few searches stop "
    "early",
    "assumed",
)
MODE_PARAMETERS.number(
    "reading_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that each reading of a response after the first takes of the doctor",
    "to look again is one contact, the least beside none, which is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "reading_noise",
    0.12,
    0,
    1,
    "0 to 1",
    "width of the noise in reading a patient's response to a trial",
    "Bohmer 2012, Table 1: loose cause-effect links; about twice what changing one element does, so that one reading "
    "often misleads",
    "assumed",
)
MODE_PARAMETERS.number(
    "shared",
    0.4,
    0,
    1,
    "share",
    "how much of what works is shared by patients of a group of conditions (the rest is each one's own)",
    "the question on which standards in unconstrained care turn; not known: less than half, none to all is in range; "
    "to be swept",
    "assumed",
)
MODE_PARAMETERS.number(
    "starts_on_protocol",
    0.5,
    0,
    1,
    "chance",
    "chance that care of an unconstrained patient begins with the protocol",
    "as likely as not for a doctor of middling habit; none to all is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "readings",
    1,
    1,
    8,
    "readings",
    "how many readings of the response are averaged before a trial is judged (rigour)",
    "rigour in experimental practice (Bohmer 2012, section 4); one is the least: more is what leads may teach",
    "assumed",
)
MODE_PARAMETERS.number(
    "admits_anyway",
    0.6,
    0,
    1,
    "chance",
    "chance that a failed trial is admitted by a person who believes that voice is not safe at all",
    "many failures are too plain to keep quiet about; failure is essential to learning (Edmondson 2004); none to all "
    "is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "waiting_costs",
    0.3,
    0,
    1,
    "relative fall",
    "fall in the effect of care while a decision is waited for",
    "usual care goes on while a decision is waited for: about a third is lost; none is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "misfit_costs",
    0.4,
    0,
    1,
    "relative fall",
    "fall in the effect of care under a decision that does not fit at all",
    "at its worst somewhat more than waiting costs (0.3); none is in range",
    "assumed",
)
MODE_PARAMETERS.number(
    "stage_after",
    800,
    1,
    100000,
    "lessons",
    "lessons that a ward draws from patients of one group of conditions before these move to the next mode of care",
    "diseases shift columns as knowledge grows (Bohmer 2012, section 4); so that it takes years and not months; to be "
    "swept",
    "assumed",
)
