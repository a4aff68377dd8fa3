"""Every mechanism's switch. With a switch off its effect is gone and the rest runs."""

from sim.state.parameters.registry import Mechanism

MECHANISM_LIST = (
    Mechanism("slips", "M5", "people make slips and lapses in tasks", "errors made by persons"),
    Mechanism("mistakes", "M5", "people make mistakes in choices and orders", "prescribing and treatment mistakes"),
    Mechanism("latent_hazards", "M5", "latent hazards of the ward feed errors", "errors made with source hazard"),
    Mechanism("own_check", "M5", "people check their own work", "errors stopped by the person who made them"),
    Mechanism("colleague_check", "M5", "somebody present may notice an error", "errors noticed by a colleague"),
    Mechanism("voice", "M6", "those who notice may say so", "errors said"),
    Mechanism("order_check", "M5", "pharmacists and nurses check orders before doses", "prescribing mistakes stopped"),
    Mechanism("harm", "M5", "errors that reach a patient may harm", "preventable adverse events"),
    Mechanism("reporting", "M5", "recognised incidents may be reported", "incident reports"),
    Mechanism("handover_loss", "M7", "items are lost when care is handed over", "communication errors"),
    Mechanism("fatigue", "M25", "hours on shift tire, and tired people slip more", "slips by hours on shift"),
    Mechanism("interruptions", "M25", "interruptions make slips more likely", "slips by load"),
    Mechanism("hurry", "M25", "a person with too much to do works faster and skips checks", "hurried contacts"),
    Mechanism("care_left_undone", "M25", "what is not reached by the end of a shift is not done", "tasks undone"),
    Mechanism("goal_weights", "M9", "goal weights choose the next task; off: the latest first", "tasks undone by kind"),
    Mechanism("absence", "M25", "staff fall ill and agencies fill some gaps", "shifts absent and covered"),
    Mechanism("pathway", "M1", "repetitive care progresses by adherence to a pathway", "stay in repetitive care"),
    Mechanism("habit", "M4", "people do steps in their own way", "unwarranted variation"),
    Mechanism("deterioration", "M24", "patients deteriorate", "deteriorations, deaths"),
    Mechanism("rescue", "M24", "deterioration is observed, escalated and treated", "patients rescued"),
    Mechanism("misfortune", "M5", "adverse events happen that nobody could prevent", "other adverse events"),
    Mechanism("boarding", "M24", "patients may be put on another ward of the division", "boarded patients"),
    Mechanism("outside_care", "M24", "some who are fit wait for a package of care outside", "delayed bed time"),
    Mechanism("readmission", "M24", "some discharged patients come back within 30 days", "readmissions"),
)
