"""Parameters of the error chain (M5)."""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import ERRORS, PHYSIOLOGY, TASKS

ERROR_PARAMETERS = Module("errors", "errors made, barriers, harm, recognition")
ERROR_PARAMETERS.vector(
    "rate",
    ERRORS,
    (0.05, 0.0501, 0.04, 0.04, 0.0728, 0.0, 0.0, 0.06, 0.0, 0.0, 0.0, 0.0),
    0,
    1,
    "chance per task",
    "chance of a {label} by a rested, unhurried, uninterrupted person of full skill; where it is 0 the "
    "kind arises in another way: from a choice, a handover, a step off the pathway or a rescue that did not come",
    "other tasks of like kind are taken to be of like size, 4 to 6 in a hundred before any check",
    "assumed",
    calibrated={
        "dose slip": "calibrated to 8.0% of doses given wrongly, as an observer at the bedside sees (Keers 2013)",
        "prescribing mistake": "calibrated to 8.9 wrong orders in 100 that pharmacists check (Dornan 2009)",
    },
)
ERROR_PARAMETERS.number(
    "per_interruption",
    0.13,
    0,
    2,
    "relative rise",
    "relative rise in errors for each interruption",
    "Westbrook 2010: 25.3% without, 38.9% with three interruptions; an observer in the model finds the same ratio, of "
    "which a part is haste",
    "literature",
)
ERROR_PARAMETERS.number(
    "by_fatigue",
    2.0,
    0,
    5,
    "relative rise",
    "relative rise in errors at full fatigue",
    "Rogers 2004: about threefold odds of an error in shifts of 12.5 hours or more, by self-report, so no multiplier "
    "per task; size assumed: errors double by the twelfth hour. Logbooks of nurses in the model then give odds of 2.2",
    "assumed",
)
ERROR_PARAMETERS.number(
    "by_hurry",
    0.25,
    0,
    5,
    "relative rise",
    "relative rise in errors in a hurried contact",
    "haste is taken to cost a task as much attention as two interruptions (0.13 each)",
    "assumed",
)
ERROR_PARAMETERS.number(
    "by_skill",
    0.8,
    0,
    5,
    "relative rise",
    "relative rise in errors for a person of no skill, against one of full skill",
    "at the mean skills of nurses and doctors a rise of a tenth to a quarter: experience counts, and most errors are "
    "not for want of skill",
    "assumed",
)
ERROR_PARAMETERS.number(
    "hazard_feeds",
    0.004,
    0,
    1,
    "chance per task and hazard",
    "chance that one latent hazard makes a task of its kind go wrong",
    "Reason's latent conditions; a hazard of mean size spoils one task in 250, some tenth of what people spoil by hand",
    "assumed",
)
ERROR_PARAMETERS.number(
    "hazards_arise",
    0.1,
    0,
    10,
    "per ward and day",
    "rate at which latent hazards arise in a ward",
    "one every ten days, so that some five are alive where nobody mends any: one for each kind of task that they feed",
    "assumed",
)
ERROR_PARAMETERS.number(
    "hazards_go",
    0.02,
    0,
    1,
    "per hazard and day",
    "rate at which each latent hazard goes by itself",
    "one that nobody mends lasts some fifty days, until stock, staff or devices change",
    "assumed",
)
ERROR_PARAMETERS.vector(
    "own_check",
    ERRORS,
    (0.3, 0.3, 0.3, 0.3, 0.3, 0.0, 0.0, 0.3, 0.0, 0.0, 0.2, 0.0),
    0,
    1,
    "chance",
    "chance that a person who is not hurried notices her own {label} in time",
    "not known: three in ten, fewer departures from a pathway, since the own way seems right; none to all is in range",
    "assumed",
)
ERROR_PARAMETERS.number(
    "checklist_catches",
    0.3,
    0,
    1,
    "chance",
    "chance that a checklist that is gone through in earnest brings an error in a task to light in time",
    "Haynes 2009: complications 11.0% before a checklist that was brought in with care, 7.0% after; a somewhat "
    "smaller share of errors",
    "assumed",
)
ERROR_PARAMETERS.number(
    "checklist_takes",
    0.05,
    0,
    1,
    "chance per task",
    "chance that a checklist takes a further quarter of an hour at a task, also where it is only a form",
    "most take less than a minute, of the fifteen that a contact has",
    "assumed",
)
ERROR_PARAMETERS.number(
    "somebody_near",
    0.35,
    0,
    1,
    "chance",
    "chance that a colleague on shift is near enough to see",
    "most work at the bed is done alone, behind a curtain or in a side room: about one task in three is within sight",
    "assumed",
)
ERROR_PARAMETERS.number(
    "colleague_notices",
    0.4,
    0,
    1,
    "chance",
    "chance that a colleague who is near and not hurried notices the error",
    "a fresh eye sees a little more than the own check (0.3); not known, none to all is in range",
    "assumed",
)
ERROR_PARAMETERS.number(
    "hurried_notices",
    0.4,
    0,
    1,
    "ratio",
    "the same for a colleague who is hurried, against one who is not",
    "a hurried person skips the own check altogether; less than half an eye is left for others' work",
    "assumed",
)
ERROR_PARAMETERS.number(
    "pharmacist_catches",
    0.85,
    0,
    1,
    "chance",
    "chance that a pharmacist who checks a wrong order finds it",
    "Dornan 2009: nearly all were corrected before harm; six in seven are found, which leaves some to the nurse",
    "assumed",
)
ERROR_PARAMETERS.number(
    "dose_meets_order",
    0.2,
    0,
    1,
    "chance per dose",
    "chance that a dose is one that a wrong order calls for",
    "the drug of a new order is due within about a day: one in five, of four doses a day",
    "assumed",
)
ERROR_PARAMETERS.number(
    "nurse_catches",
    0.25,
    0,
    1,
    "chance",
    "chance that a nurse who is not hurried sees a wrong order before giving the dose",
    "she knows usual drugs and doses, and most wrong orders look like right ones: one in four; none to all is in range",
    "assumed",
)
ERROR_PARAMETERS.vector(
    "harms",
    ERRORS,
    (0.001, 0.004, 0.005, 0.003, 0.01, 0.006, 0.006, 0.006, 0.06, 0.08, 0.002, 0.006),
    0,
    1,
    "chance",
    "chance that a {label} that reached the patient harms",
    "Bates 1995: 0.9% of medication errors led to an adverse drug event; other kinds at that or below, but failure to "
    "rescue and misread terms several times it (a death in Bohmer 2012, note 8)",
    "assumed",
)
ERROR_PARAMETERS.number(
    "harm_level",
    0.496,
    0,
    20,
    "ratio",
    "how likely errors and omissions are to harm, as a multiple of the chances of each kind",
    "calibrated to 31% of adverse events judged preventable (Sari 2007) and 0.9% of medication errors "
    "that harm (Bates 1995); how kinds differ is an assumption",
    "calibrated",
)
ERROR_PARAMETERS.vector(
    "omission_harms",
    TASKS,
    (0.001, 0.004, 0.0015, 0.0, 0.0, 0.001, 0.0, 0.0, 0.0, 0.0, 0.0),
    0,
    1,
    "chance",
    "chance that a {label} left undone harms by itself",
    "wards short of nurses have more deaths (Griffiths 2019), missed care being a likely link; no likelier to harm "
    "than a slip in the same task",
    "assumed",
)
ERROR_PARAMETERS.number(
    "recognises_harm",
    0.25,
    0,
    1,
    "chance",
    "chance that staff recognise a harmful error as an incident",
    "Sari 2007 (BMJ): few harms were reported; how many of them were recognised is not known: one in four",
    "assumed",
)
ERROR_PARAMETERS.number(
    "recognises_harmless",
    0.0307,
    0,
    1,
    "chance",
    "chance that staff recognise an error that did no harm as an incident",
    "calibrated to 17% of incidents reported among those that charts or reports hold (Sari 2007)",
    "calibrated",
)
ERROR_PARAMETERS.vector(
    "sees_deterioration",
    PHYSIOLOGY,
    (0.0, 0.65, 0.95, 0.0),
    0,
    1,
    "chance",
    "chance that one correct observation of a {label} patient is read as deterioration",
    "early signs are slight, so two observations in three; somebody critical is hardly overlooked",
    "assumed",
)
ERROR_PARAMETERS.number(
    "ambiguous",
    0.004,
    0,
    1,
    "chance per order",
    "chance that an order uses a term which doctors and nurses read differently",
    "Bohmer 2012, note 8: the meaning of 'dose' in the cyclophosphamide death; rare: about one patient in fifteen in "
    "a week of two orders a day",
    "assumed",
)
ERROR_PARAMETERS.number(
    "reads_own_sense",
    0.5,
    0,
    1,
    "chance",
    "chance that a nurse reads such a term in her own profession's sense and has no doubt",
    "as likely as not: a term of one's own profession seems plain; none to all is in range",
    "assumed",
)
ERROR_PARAMETERS.number(
    "size_shows",
    0,
    -1,
    1,
    "correlation",
    "rank correlation of the size of a latent hazard with how easily people see it for what it is",
    "not known; people bring what they recognise (Bohmer 2012, section 5, after Deming): neither easier nor harder to "
    "see; to be swept",
    "assumed",
)
