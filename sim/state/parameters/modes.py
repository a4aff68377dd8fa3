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
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "design_floor",
    0.6,
    0,
    1,
    "chance",
    "chance that a step is done as the pathway says where the system of work gives no help",
    "about half of recommended care is given where nothing supports it (McGlynn 2003); exact level assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "hurry_departs",
    0.15,
    0,
    1,
    "relative fall",
    "fall in adherence in a hurried contact",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "habit_departs",
    0.3,
    0,
    1,
    "relative fall",
    "fall in adherence for a person who always does things in her own way",
    "unwarranted variation (Wennberg 2002); size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "boarders_step",
    0.8,
    0,
    1,
    "ratio",
    "adherence for a patient on another ward than the home ward, against at home",
    "assumed: the ward is not set up for this pathway",
    "assumed",
)
MODE_PARAMETERS.number(
    "step_memory",
    0.3,
    0.01,
    1,
    "share",
    "weight of the latest step in how closely care follows the pathway",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "off_pathway_effect",
    0.45,
    0,
    1,
    "0 to 1",
    "effect of care that leaves the pathway",
    "Bohmer 2012, Table 1: tight cause-effect linkages in repetitive care; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "misfit_effect",
    0.5,
    0,
    1,
    "0 to 1",
    "effect of a pathway on a patient whom it does not fit",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "tailored_effect",
    0.7,
    0,
    1,
    "0 to 1",
    "effect of care made to measure for a patient whom the pathway does not fit",
    "Bohmer 2012, section 4: custom care inside standard care; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "sees_misfit",
    0.1,
    0,
    1,
    "chance per step",
    "chance that a nurse sees that the pathway does not fit a patient whom it does not fit",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "sees_fit_as_misfit",
    0.01,
    0,
    1,
    "chance per step",
    "chance that the pathway seems wrong to her for a patient whom it fits",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "idea_improves",
    0.02,
    0,
    1,
    "share",
    "share of what is still missing in the design of the pathway that one good idea adds",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "design_erodes",
    0.0008,
    0,
    1,
    "share per day",
    "share of the design of the pathway that is lost each day: staff, drugs and devices change around it",
    "assumed, so that it is kept up where an idea works every three weeks",
    "assumed",
)
MODE_PARAMETERS.number(
    "options",
    4,
    2,
    8,
    "options",
    "number of known options in constrained care",
    "Bohmer 2012, Table 1: a defined and finite set; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "doctor_sees",
    0.75,
    0,
    1,
    "chance",
    "chance that the own view of a doctor of full skill points to the best option (of no skill: by chance)",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "nurse_sees",
    0.55,
    0,
    1,
    "chance",
    "the same for a nurse of full skill",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "own_view_counts",
    1.5,
    0.1,
    20,
    "votes",
    "how much the one who decides counts the own view, against one view of somebody else",
    "advocacy against inquiry (Argyris 1991); size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "prefers_other",
    0.3,
    0,
    1,
    "share",
    "share of patients whose values make another option best than the disease alone would",
    "Wennberg 2002: preference-sensitive care; share assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "asks_patient",
    0.5,
    0,
    1,
    "chance",
    "chance that a doctor who is not hurried asks what the patient values before choosing",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "makes_plan",
    0.5,
    0,
    1,
    "chance",
    "chance that a doctor who is not hurried makes a plan for complications that are known",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "asking_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that asking a patient about values takes of the doctor",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "planning_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that a plan for known complications takes of the doctor",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "plan_helps",
    1.6,
    1,
    10,
    "ratio",
    "how much likelier a response works where a plan was made, against where none was",
    "Bohmer 2012: known unexpected events can be planned for; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "notices_slow_progress",
    0.3,
    0,
    1,
    "chance per review",
    "chance that the nurse brings up that progress seems slow",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "wrong_option_effect",
    0.5,
    0,
    1,
    "0 to 1",
    "effect of an option that is not the best for the patient",
    "Bohmer 2012: association of action and outcome not tight; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "progress_noise",
    0.35,
    0,
    1,
    "0 to 1",
    "width of the noise in seeing how well a patient progresses",
    "Bohmer 2012: action and outcome not tightly linked; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "slow_below",
    0.7,
    0,
    1,
    "0 to 1",
    "effect of care below which progress is called slow",
    "assumed: between a right and a wrong option",
    "assumed",
)
MODE_PARAMETERS.number(
    "reconsiders",
    0.4,
    0,
    1,
    "chance per review",
    "chance that a doctor of full skill takes slow progress as a sign of the wrong choice",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "interactions",
    2,
    0,
    7,
    "elements",
    "how many other elements each element of treatment interacts with, by the disease alone",
    "Kauffman's K; Bohmer 2012: many interacting diseases and drugs; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "interact_by_frailty",
    4,
    0,
    7,
    "elements",
    "how many more for a patient as frail as can be, whose diseases and drugs interact",
    "Bohmer 2012, section 4, on interacting diseases; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "interact_by_system",
    3,
    0,
    7,
    "elements",
    "how many more where care around the ward is as fragmented as can be",
    "Bohmer 2012, section 4, on the local system of care; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "good_enough",
    0.75,
    0,
    1,
    "0 to 1",
    "response, as it is read, at which a doctor leaves treatment as it is",
    "satisficing (Simon 1955); level assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "reading_takes",
    1,
    0,
    8,
    "quarter-hours",
    "time that each reading of a response after the first takes of the doctor",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "reading_noise",
    0.12,
    0,
    1,
    "0 to 1",
    "width of the noise in reading a patient's response to a trial",
    "Bohmer 2012, Table 1: loose cause-effect links; size assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "shared",
    0.4,
    0,
    1,
    "share",
    "how much of what works is shared by patients of a group of conditions (the rest is each one's own)",
    "the question on which standards in unconstrained care turn; not known, to be swept",
    "assumed",
)
MODE_PARAMETERS.number(
    "starts_on_protocol",
    0.5,
    0,
    1,
    "chance",
    "chance that care of an unconstrained patient begins with the protocol",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "readings",
    1,
    1,
    8,
    "readings",
    "how many readings of the response are averaged before a trial is judged (rigour)",
    "Bohmer 2012: rigour in experimental practice; level assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "admits_anyway",
    0.6,
    0,
    1,
    "chance",
    "chance that a failed trial is admitted by a person who believes that voice is not safe at all",
    "assumed; failure is essential to learning (Edmondson 2004)",
    "assumed",
)
MODE_PARAMETERS.number(
    "waiting_costs",
    0.3,
    0,
    1,
    "relative fall",
    "fall in the effect of care while a decision is waited for",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "misfit_costs",
    0.4,
    0,
    1,
    "relative fall",
    "fall in the effect of care under a decision that does not fit at all",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "stage_after",
    800,
    1,
    100000,
    "lessons",
    "lessons that a ward draws from patients of one group of conditions before these move to the next mode of care",
    "diseases shift columns as knowledge grows (Bohmer 2012, section 4); number assumed",
    "assumed",
)
