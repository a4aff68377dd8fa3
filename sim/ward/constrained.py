"""Constrained care: choose the best of a known set, by pooling what is said (Bohmer 2012, Table 1).

Everybody near the patient holds a private and noisy view. The choice pools the views that are said and
heard: a view like that of the one who decides costs nothing to say, another one is a concern (M6).
What is best depends on what the patient values, which is known only if somebody asks (M4).
"""

from sim.agents.doctor import asks_patient, makes_plan, own_view, reconsiders, seems_slow
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ASKS_PATIENT,
    CARE_MODE,
    MAKES_PLAN,
    NOTICES_SLOW,
    OTHER_VIEW,
    READS_RESPONSE,
    RECONSIDERS,
    SLOW_PROGRESS,
    VIEW,
    VIEW_IS_RIGHT,
    WHICH_VIEW,
    luck,
)
from sim.state.vocabulary import (
    CHANCES,
    JUNIOR,
    MADE,
    NOTICED,
    PERSON,
    SAID,
    SENIOR_NURSE,
    STAFF_NURSE,
    STOPPED,
    TREATMENT_MISTAKE,
)
from sim.ward.errors import NOBODY, reaches_patient, who_covers
from sim.ward.voice import ACTED_ON, SILENT, raises_concern

NO_OPTION = -1
UNHEARD = -1

# Views take one index for each bed, above the two tasks of a tick.
FIRST_BED_INDEX = 2


@behaviour
def reviews_choice(doctor, patient, turn, nurses, doctors, funnel, counts, seen, p, chance):
    """Choose among the known options, and reconsider when progress is seen to be slow."""
    if patient.option == NO_OPTION:
        prepares_choice(doctor, patient, turn, counts, p, chance)
    elif not is_reconsidered(doctor, patient, turn, nurses, doctors, counts, p, chance):
        return
    counts.treatment_choices += 1
    chooses(doctor, patient, turn, nurses, doctors, funnel, counts, p, chance)
    patient.effect = option_effect(patient, p)
    if patient.asked == 1 and patient.option == patient.best_option and patient.option != patient.clinical_option:
        counts.preference_choices += 1
    counts.fitting_choices += 1 if patient.option == patient.best_option else 0
    if not suits(patient, patient.option):
        counts.wrong_choices += 1
        reaches_patient(doctor, patient, TREATMENT_MISTAKE, PERSON, turn, funnel, counts, seen, p, chance)


@behaviour
def prepares_choice(doctor, patient, turn, counts, p, chance):
    """Before the first choice: ask what the patient values, and plan for complications that are known."""
    draws = luck(chance, VIEW, doctor.identity, turn)
    if p.on.preferences == 1 and asks_patient(doctor, p, draws[ASKS_PATIENT]):
        patient.asked = 1
        counts.asked += 1
    if p.on.contingency == 1 and makes_plan(doctor, p, draws[MAKES_PLAN]):
        patient.plan_made = 1
        counts.plans_made += 1


@behaviour
def known_best(patient):
    """The best option as far as anybody can know: the patient's values count only if somebody asked."""
    return patient.best_option if patient.asked == 1 else patient.clinical_option


@behaviour
def suits(patient, option):
    """Whether an option is best by the disease or by the patient's values; any other is a mistake.

    What the body makes of an option does not depend on whether anybody asked.
    """
    return option in (patient.clinical_option, patient.best_option)


@behaviour
def option_effect(patient, p):
    """How effective the chosen option is: full where it suits the patient."""
    return 1.0 if suits(patient, patient.option) else p.modes.wrong_option_effect


@behaviour
def is_reconsidered(doctor, patient, turn, nurses, doctors, counts, p, chance):
    """Whether a choice is thought over again: progress seems slow, and the doctor sees it or the nurse says so.

    What is seen is noisy, so a right choice is reconsidered too at times, and may be lost.
    """
    draws = luck(chance, CARE_MODE, doctor.identity, turn)
    if not seems_slow(patient.effect, p, draws[READS_RESPONSE]):
        return False
    if reconsiders(doctor, p, draws[RECONSIDERS]):
        return True
    nurse = who_covers(doctor.bed[turn], nurses, STAFF_NURSE, SENIOR_NURSE)
    if nurse == NOBODY or draws[NOTICES_SLOW] >= p.modes.notices_slow_progress:
        return False
    stake = p.voice.stake[TREATMENT_MISTAKE]
    index = SLOW_PROGRESS + turn
    return (
        raises_concern(nurses[nurse], doctor, stake, doctor.identity, index, nurses, doctors, counts, p, chance)
        == ACTED_ON
    )


@behaviour
def chooses(doctor, patient, turn, nurses, doctors, funnel, counts, p, chance):
    """Pool the views that are said and heard; most votes decide, and in a tie the doctor's own view."""
    best = known_best(patient)
    own = best if p.on.mistakes == 0 else view_of(doctor, best, doctor.bed[turn], p, chance)
    said = 0
    noticed = 0
    choice = own
    if p.on.pooling == 1 and p.on.mistakes == 1:
        nurse = who_covers(doctor.bed[turn], nurses, STAFF_NURSE, SENIOR_NURSE)
        junior = who_covers(doctor.bed[turn], doctors, JUNIOR, JUNIOR)
        nurse_view = UNHEARD
        junior_view = UNHEARD
        if nurse != NOBODY:
            member = nurses[nurse]
            nurse_view, told, right = gives_view(member, doctor, own, best, turn, nurses, doctors, counts, p, chance)
            said += told
            noticed += right
        if junior != NOBODY:
            member = doctors[junior]
            junior_view, told, right = gives_view(member, doctor, own, best, turn, nurses, doctors, counts, p, chance)
            said += told
            noticed += right
        choice = most_votes(own, nurse_view, junior_view, p)
    patient.option = choice
    stages = funnel[patient.mode, TREATMENT_MISTAKE, PERSON]
    stages[CHANCES] += 1
    ends_well = suits(patient, choice)
    if suits(patient, own) and ends_well:
        return
    stages[MADE] += 1
    if noticed > 0 or ends_well:
        stages[NOTICED] += 1
    if said > 0 or ends_well:
        stages[SAID] += 1
    if ends_well:
        stages[STOPPED] += 1


@behaviour
def view_of(person, best, bed, p, chance):
    """The option to which one person's own signal about the patient in `bed` points today."""
    draws = luck(chance, VIEW, person.identity, FIRST_BED_INDEX + bed)
    return own_view(person, best, p, draws[VIEW_IS_RIGHT], draws[WHICH_VIEW])


@behaviour
def gives_view(member, doctor, own, best, turn, nurses, doctors, counts, p, chance):
    """One member's view: it counts if it agrees with the doctor's own, or if it is said and acted on.

    Returns:
        The view that counts, or `UNHEARD`; whether the member said a view that was right and not the
        doctor's; and whether the member's view was right (0 or 1 each).
    """
    view = view_of(member, best, doctor.bed[turn], p, chance)
    right = 1 if view == best else 0
    if view == own:
        return view, 0, right
    stake = p.voice.stake[TREATMENT_MISTAKE]
    index = OTHER_VIEW + turn * 2 + (0 if member.grade == JUNIOR else 1)
    said = raises_concern(member, doctor, stake, doctor.identity, index, nurses, doctors, counts, p, chance)
    if said == SILENT:
        return UNHEARD, 0, right
    return (view if said == ACTED_ON else UNHEARD), right, right


@behaviour
def most_votes(own, one, other, p):
    """The option with most votes; in a tie the own view of the one who decides, then the lower number."""
    choice = own
    if votes_for(min(one, other), own, one, other, p) > votes_for(choice, own, one, other, p):
        choice = min(one, other)
    if votes_for(max(one, other), own, one, other, p) > votes_for(choice, own, one, other, p):
        choice = max(one, other)
    return choice


@behaviour
def votes_for(option, own, one, other, p):
    """Votes for an option: one for each view that counts, and more for the own view of the one who decides."""
    if option == UNHEARD:
        return 0.0
    votes = p.modes.own_view_counts if option == own else 0.0
    votes += 1.0 if option == one else 0.0
    votes += 1.0 if option == other else 0.0
    return votes
