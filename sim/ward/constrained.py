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
from sim.ward.knowledge import draws_lesson
from sim.ward.voice import ACTED_ON, NO_ANSWER, SAID_IN_VAIN, SILENT, is_met, raises_concern, voices

NO_OPTION = -1
UNHEARD = -1
HEARD_ANYWAY = 3

# Views take one index for each bed, above the two tasks of a tick.
FIRST_BED_INDEX = 2

# A meeting stands beside the two tasks of a tick.
CONVENED = 2


@behaviour
def reviews_choice(doctor, patient, turn, team, ward, funnel, counts, seen, p, chance):
    """Choose among the known options, and reconsider when progress is seen to be slow."""
    before = patient.option
    if before == NO_OPTION:
        prepares_choice(doctor, patient, turn, counts, p, chance)
    elif is_reconsidered(doctor, patient, turn, team, counts, p, chance):
        counts.reconsidered += 1
    else:
        return
    was_wrong = before != NO_OPTION and not suits(patient, before)
    settles_choice(doctor, doctor, patient, doctor.bed[turn], turn, team, funnel, counts, seen, p, chance)
    draws_lesson(ward, patient, was_wrong and suits(patient, patient.option), p)


@behaviour
def settles_together(lead, doctor, patient, bed, team, ward, funnel, counts, seen, p, chance):
    """The team meets about a patient: a plan is made; and if there is no choice yet, or progress seems slow, one is.

    Everybody says what they think to the lead. What seems to work is not put to the vote again.
    """
    if patient.option == NO_OPTION:
        prepares_choice(doctor, patient, CONVENED, counts, p, chance)
    if p.on.contingency == 1 and patient.plan_made == 0:
        patient.plan_made = 1
        counts.plans_made += 1
    before = patient.option
    if before != NO_OPTION:
        if not seems_slow_to_team(doctor, patient, p, chance):
            return
        counts.reconsidered += 1
    was_wrong = before != NO_OPTION and not suits(patient, before)
    settles_choice(doctor, lead, patient, bed, CONVENED, team, funnel, counts, seen, p, chance)
    draws_lesson(ward, patient, was_wrong and suits(patient, patient.option), p)


@behaviour
def seems_slow_to_team(doctor, patient, p, chance):
    """Whether a team that meets thinks that the treatment chosen works too slowly."""
    if p.on.reconsideration == 0:
        return False
    return seems_slow(patient.effect, p, luck(chance, CARE_MODE, doctor.identity, CONVENED)[READS_RESPONSE])


@behaviour
def settles_choice(doctor, hearer, patient, bed, turn, team, funnel, counts, seen, p, chance):
    """The choice is made, and has its effect; what does not suit the patient is a mistake that reaches her.

    Args:
        doctor: who decides.
        hearer: to whom others say their view: the doctor, or the lead who convened the team.
    """
    counts.treatment_choices += 1
    chooses(doctor, hearer, patient, bed, turn, team, funnel, counts, p, chance)
    patient.effect = option_effect(patient, p)
    if patient.asked == 1 and patient.option == patient.best_option and patient.option != patient.clinical_option:
        counts.preference_choices += 1
    counts.fitting_choices += 1 if patient.option == patient.best_option else 0
    if not suits(patient, patient.option):
        counts.wrong_choices += 1
        reaches_patient(doctor, patient, TREATMENT_MISTAKE, PERSON, turn, team, funnel, counts, seen, p, chance)


@behaviour
def prepares_choice(doctor, patient, turn, counts, p, chance):
    """Before the first choice: ask what the patient values, and plan for complications that are known.

    Both take time, which the doctor's other patients wait for.
    """
    draws = luck(chance, VIEW, doctor.identity, turn)
    if p.on.preferences == 1 and asks_patient(doctor, p, draws[ASKS_PATIENT]):
        patient.asked = 1
        doctor.engaged += int(p.modes.asking_takes)
        counts.asked += 1
    if p.on.contingency == 1 and makes_plan(doctor, p, draws[MAKES_PLAN]):
        patient.plan_made = 1
        doctor.engaged += int(p.modes.planning_takes)
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
def is_reconsidered(doctor, patient, turn, team, counts, p, chance):
    """Whether a choice is thought over again: progress seems slow, and the doctor sees it or the nurse says so.

    What is seen is noisy, so a right choice is reconsidered too at times, and may be lost.
    """
    if p.on.reconsideration == 0:
        return False
    draws = luck(chance, CARE_MODE, doctor.identity, turn)
    was_shown = patient.further_readings > 0
    patient.further_readings = 0
    if not seems_slow(patient.effect, p, draws[READS_RESPONSE]):
        return False
    if was_shown or reconsiders(doctor, p, draws[RECONSIDERS]):
        return True
    nurse = who_covers(doctor.bed[turn], team.nurses, STAFF_NURSE, SENIOR_NURSE)
    if nurse == NOBODY or draws[NOTICES_SLOW] >= p.modes.notices_slow_progress:
        return False
    stake = p.voice.stake[TREATMENT_MISTAKE]
    index = SLOW_PROGRESS + turn
    return (
        raises_concern(team.nurses[nurse], doctor, stake, doctor.identity, index, team, counts, p, chance) == ACTED_ON
    )


@behaviour
def chooses(doctor, hearer, patient, bed, turn, team, funnel, counts, p, chance):
    """Pool the views that are said and heard; most votes decide, and in a tie the doctor's own view."""
    best = known_best(patient)
    own = best if p.on.mistakes == 0 else view_of(doctor, best, bed, p, chance)
    choice = own
    noticed = 0
    said = 0
    if p.on.pooling == 1 and p.on.mistakes == 1:
        choice, noticed, said = pools_views(doctor, hearer, own, best, bed, turn, team, counts, p, chance)
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
def pools_views(doctor, hearer, own, best, bed, turn, team, counts, p, chance):
    """The option that most votes favour, how many others saw the best one, and how many of them said so.

    A view is seen to be acted on where the choice follows it, not where it was taken up and outvoted.
    """
    nurse = who_covers(bed, team.nurses, STAFF_NURSE, SENIOR_NURSE)
    junior = who_covers(bed, team.doctors, JUNIOR, JUNIOR)
    if junior != NOBODY and team.doctors[junior].away == 1:
        junior = NOBODY
    nurse_view, nurse_said, nurse_answer = UNHEARD, SILENT, NO_ANSWER
    junior_view, junior_said, junior_answer = UNHEARD, SILENT, NO_ANSWER
    by_nurse = OTHER_VIEW + turn * 2 + 1
    by_junior = OTHER_VIEW + turn * 2
    if nurse != NOBODY:
        member = team.nurses[nurse]
        nurse_view, nurse_said, nurse_answer = gives_view(
            member, hearer, doctor, own, best, by_nurse, bed, counts, p, chance
        )
    if junior != NOBODY:
        member = team.doctors[junior]
        junior_view, junior_said, junior_answer = gives_view(
            member, hearer, doctor, own, best, by_junior, bed, counts, p, chance
        )
    choice = most_votes(own, vote_of(nurse_view, own, nurse_said), vote_of(junior_view, own, junior_said), p)
    event = doctor.identity
    if was_said(nurse_said):
        followed = choice == nurse_view
        is_met(team.nurses[nurse], hearer, nurse_answer, followed, event, by_nurse, team, p, chance)
    if was_said(junior_said):
        followed = choice == junior_view
        is_met(team.doctors[junior], hearer, junior_answer, followed, event, by_junior, team, p, chance)
    noticed = (1 if nurse_view == best else 0) + (1 if junior_view == best else 0)
    said = (1 if nurse_view == best and was_said(nurse_said) else 0) + (
        1 if junior_view == best and was_said(junior_said) else 0
    )
    return choice, noticed, said


@behaviour
def view_of(person, best, bed, p, chance):
    """The option to which one person's own signal about the patient in `bed` points today."""
    draws = luck(chance, VIEW, person.identity, FIRST_BED_INDEX + bed)
    return own_view(person, best, p, draws[VIEW_IS_RIGHT], draws[WHICH_VIEW])


@behaviour
def gives_view(member, hearer, doctor, own, best, index, bed, counts, p, chance):
    """One member's view, whether it was said, and how that was answered.

    Nobody need say what the doctor thinks too; and the lead who convened the team is heard in any case.
    """
    view = view_of(member, best, bed, p, chance)
    if view == own:
        return view, SILENT, NO_ANSWER
    if member.identity == hearer.identity:
        return view, HEARD_ANYWAY, NO_ANSWER
    said, answer = voices(member, hearer, p.voice.stake[TREATMENT_MISTAKE], doctor.identity, index, counts, p, chance)
    return view, said, answer


@behaviour
def was_said(said):
    """Whether a view was said as a concern that somebody could meet."""
    return said in (SAID_IN_VAIN, ACTED_ON)


@behaviour
def vote_of(view, own, said):
    """A view counts if it agrees with the doctor's own, or if it was said and taken up."""
    return view if view == own or said in (ACTED_ON, HEARD_ANYWAY) else UNHEARD


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
