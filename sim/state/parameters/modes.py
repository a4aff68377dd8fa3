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
    "chooses_best",
    0.85,
    0,
    1,
    "chance",
    "chance that a doctor of full skill chooses the best option alone (of no skill: by chance)",
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
    "reconsiders",
    0.3,
    0,
    1,
    "chance per review",
    "chance that slow progress under a wrong option is seen as such",
    "assumed",
    "assumed",
)
MODE_PARAMETERS.number(
    "interactions",
    4,
    0,
    7,
    "elements",
    "how many other elements of treatment each element interacts with in unconstrained care",
    "Kauffman's K; Bohmer 2012: many interacting diseases and drugs; size assumed",
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
