"""What a quarter of an hour of leading is: an encounter that changes the state of whom or what it meets.

Nothing here knows an outcome. What a lead learns or takes up becomes work that takes her time later.
"""

import math

from sim.agents.voice import hears_answer
from sim.leadership.goals import speaks_of_goals
from sim.leadership.influence import counts_for_trust, responds_to_error, tone_of
from sim.state.behaviours import behaviour
from sim.state.chance import (
    ADMITS_OWN_ERROR,
    ASKED_IDEA_WORKS,
    COMES_UPON,
    ENCOUNTER,
    FEEDBACK,
    HAS_ANSWER,
    IS_AGGREGATE,
    KEEPS_PROMISE,
    LEARNS_RIGOUR,
    MEETING,
    MENDS_NOW,
    REPORT_SHOWS_HAZARD,
    SAMPLE_NOISE,
    TOLD_HAZARD,
    TOLD_IDEA,
    WALKING,
    WORK_OF_LEAD,
    event_key,
    luck,
)
from sim.state.rows import MOST_HAZARDS
from sim.state.vocabulary import (
    BED,
    CHASE,
    COACH,
    CONSTRAINED,
    CONSULTANT,
    CONVENE,
    DESIGN,
    DIRECT_CARE,
    DIVISION_MANAGER,
    DOCTOR,
    FED_BY_HAZARDS,
    JUNIOR,
    LISTEN,
    MANAGER,
    NO_HAZARD,
    RECOGNISE,
    REPETITIVE,
    REVIEW_TRIALS,
    SENIOR_NURSE,
    SHOW_DATA,
    STAFF_NURSE,
    UNCONSTRAINED,
    WALK,
    WARD_MANAGER,
    WELCOMED,
)
from sim.ward.constrained import CONVENED, settles_together
from sim.ward.errors import NOBODY, is_nearer, nearest, who_covers
from sim.ward.exceptions import UNIT_NOISE
from sim.ward.hazards import NO_PLACE, counts_load, removes_hazard
from sim.ward.improvement import carries_idea
from sim.ward.repetitive import asks_override
from sim.ward.voice import ACTED_ON, SILENT, is_in_earshot, is_met, voices

MOST_RIGOUR = 3


@behaviour
def spends_quarter_on(activity, lead, role, team, beds, ward, funnel, true, observed, staffing, p, chance):
    """One quarter of an hour of one activity.

    Args:
        lead: the staff row of whoever holds the role now.
        role: the row of the ward's lead.
        team, beds, ward: those of the ward.
        funnel, true, observed, staffing: the ward's ledgers.
    """
    counts = true[role.mode]
    if activity in (LISTEN, COACH, RECOGNISE, SHOW_DATA, CHASE):
        meets_somebody(activity, lead, role, team, beds, ward, counts, staffing, p, chance)
    elif activity == WALK:
        walks(role, ward, staffing, p, chance)
    elif activity == DESIGN:
        designs(lead, role, ward, counts, staffing, p, chance)
    elif activity == CONVENE:
        convenes(lead, role, team, beds, ward, funnel, true, observed, p, chance)
    elif activity == REVIEW_TRIALS:
        reviews_trials(lead, role, team, beds, p, chance)
    elif activity == DIRECT_CARE and lead.profession == MANAGER:
        lends_a_hand(team)


@behaviour
def meets_somebody(activity, lead, role, team, beds, ward, counts, staffing, p, chance):
    """The lead meets the nurse or doctor who happens to be nearest; it takes the time of both."""
    nurse = nearest(lead, team.nurses, ENCOUNTER, chance)
    doctor = nearest(lead, team.doctors, ENCOUNTER, chance)
    if nurse == NOBODY and doctor == NOBODY:
        return
    event = event_key(lead.identity, ENCOUNTER)
    if doctor == NOBODY or (nurse != NOBODY and is_nearer(team.nurses[nurse], team.doctors[doctor], event, chance)):
        meets(activity, lead, role, team.nurses[nurse], team, beds, ward, counts, staffing, p, chance)
    else:
        meets(activity, lead, role, team.doctors[doctor], team, beds, ward, counts, staffing, p, chance)


@behaviour
def meets(activity, lead, role, person, team, beds, ward, counts, staffing, p, chance):
    """A quarter of an hour with one member of the team; nothing lasts of one with an agency colleague."""
    person.engaged += 1
    if person.cover == 1:
        return
    person.lead_near += 1
    if p.on.presence == 1:
        counts_for_trust(person, p.leadership.met_builds, tone_of(role, p), p)
    speaks_of_own_errors(role, person, p, chance)
    responds_to_error(role, person, p, chance)
    speaks_of_goals(role, person, ward, p)
    if activity == LISTEN:
        listens(lead, role, person, team, ward, counts, p, chance)
    elif activity == COACH:
        coaches(person, p)
    elif activity == RECOGNISE:
        recognises(lead, person, p)
    elif activity == SHOW_DATA:
        shows_data(role, person, beds, ward, staffing, p, chance)
    elif activity == CHASE:
        chases(role, person, p)


@behaviour
def speaks_of_own_errors(role, person, p, chance):
    """A lead who speaks of own errors makes it safer to speak of one's own (Edmondson 2001)."""
    if p.on.fallibility == 0:
        return
    if luck(chance, MEETING, role.identity, 0)[ADMITS_OWN_ERROR] < role.admits_errors:
        hears_answer(person, WELCOMED, int(100.0 * p.leadership.admission_counts + 0.5), p)


@behaviour
def listens(lead, role, person, team, ward, counts, p, chance):
    """The lead asks; the other may tell of a hazard that was kept back, or of an idea (M15, M16)."""
    tells_of_hazard(lead, role, person, team, ward, counts, p, chance)
    draws = luck(chance, MEETING, role.identity, 0)
    if p.on.ideas == 0 or draws[HAS_ANSWER] >= p.voice.asked_knows:
        return
    stake, event = p.voice.stake_in_idea, person.identity
    said, answer = voices(person, lead, stake, event, TOLD_IDEA, counts, p, chance)
    counts.ideas_raised += 1 if said != SILENT else 0
    if not is_kept(lead, role, person, said, answer, TOLD_IDEA, team, counts, p, chance):
        return
    carries_idea(person, TOLD_IDEA, draws[ASKED_IDEA_WORKS], role, ward, counts, p, chance)


@behaviour
def tells_of_hazard(lead, role, person, team, ward, counts, p, chance):
    """Whoever saw a hazard and told nobody may tell the lead who asks; taken up, it waits for the lead's time."""
    place = person.unsaid - 1
    if place == NO_PLACE or p.on.raised_hazards == 0:
        return
    person.unsaid = 0
    if ward.hazard_kind[place] == NO_HAZARD:
        return
    said, answer = voices(person, lead, p.voice.stake_in_hazard, person.identity, TOLD_HAZARD, counts, p, chance)
    counts.hazards_raised += 1 if said != SILENT else 0
    if is_kept(lead, role, person, said, answer, TOLD_HAZARD, team, counts, p, chance):
        ward.hazard_known[place] = 1


@behaviour
def is_kept(lead, role, person, said, answer, index, team, counts, p, chance):
    """Whether what was told is taken up, and the promise in that is kept; the team sees which, and trusts by it."""
    if said == SILENT:
        return False
    taken_up = said == ACTED_ON
    kept = taken_up
    if taken_up and p.on.promises == 1:
        kept = luck(chance, WORK_OF_LEAD, role.identity, index)[KEEPS_PROMISE] < role.keeps_promises
        counts.promises += 1
        counts.promises_kept += 1 if kept else 0
        counts_for_trust(person, 1.0, 1.0 if kept else 0.0, p)
        others_see_promise(person, lead, kept, index, team, p, chance)
    is_met(person, lead, answer, kept, person.identity, index, team, p, chance)
    return kept


@behaviour
def others_see_promise(person, lead, kept, index, team, p, chance):
    """Those in earshot of what was promised see what becomes of it."""
    if p.on.overhearing == 1:
        event = event_key(person.identity, index)
        see_promise(person, lead, team.nurses, kept, event, p, chance)
        see_promise(person, lead, team.doctors, kept, event, p, chance)


@behaviour
def see_promise(person, lead, colleagues, kept, event, p, chance):
    """Colleagues in earshot note whether a promise was kept; taken in at midnight."""
    percent = int(100.0 * p.voice.overheard_counts + 0.5)
    for i in range(len(colleagues)):
        if is_in_earshot(colleagues[i], person, lead, event, p, chance):
            colleagues[i].promises_heard += percent
            colleagues[i].promises_seen += percent if kept else 0


@behaviour
def coaches(person, p):
    """Coaching adds to what the other can decide alone, and to confidence, as far as the lead is trusted (M18)."""
    if p.on.coaching == 1:
        person.capability += p.leadership.coaching_adds * person.trust * (1.0 - person.capability)
        person.confidence += p.goals.coaching_assures * person.trust * (1.0 - person.confidence)


@behaviour
def recognises(lead, person, p):
    """Recognition is a tool of authority that every lead has; a favour on the rota only those who make it (M22)."""
    if p.on.recognition == 1:
        person.engagement += p.leadership.recognition_adds * (1.0 - person.engagement)
    if p.on.tools_of_authority == 1 and lead.grade in (WARD_MANAGER, SENIOR_NURSE, DIVISION_MANAGER):
        person.engagement += p.leadership.favour_adds * (1.0 - person.engagement)


@behaviour
def shows_data(role, person, beds, ward, staffing, p, chance):
    """Feedback is a sample of records of the person's kind of work: many together, or those of one patient (M17).

    Records of nurses say which steps followed the pathway; of doctors, which treatments began by protocol, and of one
    patient how the choice or the trial goes.
    """
    if p.on.feedback == 0:
        return
    draws = luck(chance, FEEDBACK, role.identity, 0)
    is_doctor = person.profession == DOCTOR
    share = ward.protocol_share if is_doctor else ward.steps_followed_share
    on_record = ward.begun_before if is_doctor else ward.steps_before
    if draws[IS_AGGREGATE] < role.shows_aggregates[role.mode]:
        if on_record > 0:
            is_shown(person, share_in_sample(share, draws[SAMPLE_NOISE], p), share, staffing, p)
        return
    bed = patient_looked_at(role, beds)
    if bed == NOBODY:
        return
    patient = beds[bed]
    if is_doctor and patient.mode != REPETITIVE:
        patient.further_readings = 1
    elif not is_doctor and patient.mode == REPETITIVE and patient.set_aside == 0 and on_record > 0:
        followed = 1.0 if draws[SAMPLE_NOISE] < patient.on_pathway else 0.0
        is_shown(person, followed, share, staffing, p)


@behaviour
def share_in_sample(share, draw, p):
    """The share that a sample of many records shows, with the spread that goes with its size."""
    spread = math.sqrt(share * (1.0 - share) / p.leadership.records_shown)
    return min(1.0, max(0.0, share + spread * UNIT_NOISE * (2.0 * draw - 1.0)))


@behaviour
def is_shown(person, shown, share, staffing, p):
    """One rule for a sample of any size: what people think of their work moves, and their habit with it.

    Where it seems below the standard they keep closer to the norm, where above they go their own way. Few records
    are heeded like many, so a single one mostly misleads: that is all there is to overreaction.

    Args:
        shown: what the sample shows, 0 to 1.
        share: what all records together would show.
    """
    person.process_seems += p.leadership.feedback_learns * person.trust * (shown - person.process_seems)
    missing = p.leadership.standard - person.process_seems
    moves = p.leadership.feedback_moves * person.trust * missing
    person.habit -= moves * (person.habit if missing > 0.0 else 1.0 - person.habit)
    staffing.samples_shown += 1
    staffing.samples_misled += 1 if (shown < p.leadership.standard) != (share < p.leadership.standard) else 0


@behaviour
def chases(role, person, p):
    """The lead passes on the pressure that she feels, as far as the style does (M12)."""
    if p.on.pressure == 1:
        person.pressed += int(100.0 * role.pressure * 2.0 * role.presses)


@behaviour
def walks(role, ward, staffing, p, chance):
    """Walking the ward, a lead who knows it comes upon hazards that nobody has brought, whatever their size (M19)."""
    if p.on.walk_rounds == 0:
        return
    for place in range(MOST_HAZARDS):
        if ward.hazard_kind[place] == NO_HAZARD or ward.hazard_known[place] == 1:
            continue
        if luck(chance, WALKING, role.identity, place)[COMES_UPON] < p.leadership.walk_finds * role.knows_ward:
            ward.hazard_known[place] = 1
            staffing.hazards_found += 1


@behaviour
def designs(lead, role, ward, counts, staffing, p, chance):
    """Work on the system: mend the largest hazard that is known, or go into a report, or better the pathway.

    A hazard that takes more than the lead's layer has the means for goes up to the division.
    """
    draws = luck(chance, WORK_OF_LEAD, role.identity, 0)
    place = largest_known(ward)
    if place != NO_PLACE:
        if p.on.tools_of_authority == 1 and ward.hazard_size[place] > means_of(lead, p):
            ward.hazard_known[place] = 0
            ward.hazard_sent_up[place] += 1
            counts.changes_sent_up += 1
        elif draws[MENDS_NOW] < p.leadership.mends * role.knows_ward:
            staffing.hazards_mended += 1
            staffing.size_mended += int(1000.0 * ward.hazard_size[place])
            removes_hazard(ward, place, staffing)
            counts_load(ward, chance)
        return
    if goes_into_report(role, ward, p, draws):
        staffing.reports_reviewed += 1
        return
    ward.pathway_design += p.leadership.design_adds * (1.0 - ward.pathway_design)


@behaviour
def means_of(lead, p):
    """Size of the largest hazard that a lead has the means to mend: staff and budget differ by layer (M22)."""
    if lead.grade == DIVISION_MANAGER:
        return math.inf
    return p.leadership.budget_of_manager if lead.grade == WARD_MANAGER else p.leadership.budget_of_clinician


@behaviour
def largest_known(ward):
    """The largest hazard that the lead knows of, or `NO_PLACE`."""
    found = NO_PLACE
    for place in range(MOST_HAZARDS):
        if ward.hazard_kind[place] == NO_HAZARD or ward.hazard_known[place] == 0:
            continue
        if found == NO_PLACE or ward.hazard_size[place] > ward.hazard_size[found]:
            found = place
    return found


@behaviour
def goes_into_report(role, ward, p, draws):
    """Whether an incident report waits for review; looking at its process may show the hazard behind it (M8)."""
    if p.on.report_reviews == 0:
        return False
    for kind in FED_BY_HAZARDS:
        if role.reports[kind] == 0:
            continue
        role.reports[kind] -= 1
        place = first_unknown(ward, kind)
        sees_cause = p.leadership.reviews_report * role.knows_ward
        looks_at_process = draws[REPORT_SHOWS_HAZARD] < sees_cause * (1.0 - role.blames)
        if place != NO_PLACE and looks_at_process:
            ward.hazard_known[place] = 1
        return True
    return False


@behaviour
def first_unknown(ward, kind):
    """A hazard of this kind that the lead does not know of, or `NO_PLACE`."""
    for place in range(MOST_HAZARDS):
        if ward.hazard_kind[place] == kind and ward.hazard_known[place] == 0:
            return place
    return NO_PLACE


@behaviour
def convenes(lead, role, team, beds, ward, funnel, true, observed, p, chance):
    """The team meets about the patient whom the lead looked at; it takes a quarter of an hour of all who come.

    In constrained care everybody's view is said to the lead, and a plan made. In unconstrained care all who come look
    at how the trial goes. Where there is a pathway the nurse may say that it does not fit this patient.
    """
    bed = patient_looked_at(role, beds)
    consultant = who_covers(bed, team.doctors, CONSULTANT, CONSULTANT) if bed != NOBODY else NOBODY
    if consultant == NOBODY:
        return
    is_spoken_of(role, chance)
    team.doctors[consultant].engaged += 1
    come = 0
    junior = who_covers(bed, team.doctors, JUNIOR, JUNIOR)
    if junior != NOBODY:
        team.doctors[junior].engaged += 1
        come += 1
    nurse = who_covers(bed, team.nurses, STAFF_NURSE, SENIOR_NURSE)
    if nurse != NOBODY:
        team.nurses[nurse].engaged += 1
        come += 1
    if beds[bed].mode == CONSTRAINED:
        counts, seen = true[CONSTRAINED], observed[CONSTRAINED]
        settles_together(lead, team.doctors[consultant], beds[bed], bed, team, ward, funnel, counts, seen, p, chance)
    elif beds[bed].mode == UNCONSTRAINED:
        beds[bed].further_readings = come
    elif nurse != NOBODY:
        doctor = team.doctors[consultant]
        asks_override(team.nurses[nurse], doctor, beds[bed], CONVENED, team, ward, true[REPETITIVE], p, chance)


@behaviour
def reviews_trials(lead, role, team, beds, p, chance):
    """The lead goes through a trial with the doctor: a further reading now, and perhaps in all later trials.

    It is the trial of the patient whom the lead looked at; where nothing is on trial there is nothing to review.
    """
    bed = patient_looked_at(role, beds)
    if bed == NOBODY or beds[bed].mode != UNCONSTRAINED:
        return
    consultant = who_covers(bed, team.doctors, CONSULTANT, CONSULTANT)
    if consultant == NOBODY:
        return
    is_spoken_of(role, chance)
    doctor = team.doctors[consultant]
    doctor.engaged += 1
    beds[bed].further_readings = 1
    learns = luck(chance, FEEDBACK, lead.identity, 1)[LEARNS_RIGOUR] < p.leadership.rigour_taught * doctor.trust
    if learns and doctor.cover == 0:
        doctor.rigour = min(doctor.rigour + 1, MOST_RIGOUR)


@behaviour
def patient_looked_at(role, beds):
    """The bed of the patient whom the lead looked at last and has not yet spoken of, or `NOBODY`."""
    bed = role.looked_at - 1
    return bed if bed != NOBODY and beds[bed].place == BED else NOBODY


@behaviour
def is_spoken_of(role, chance):
    """A patient was spoken of: the lead looks at another next time."""
    role.looked_at = 0
    role.looks_at = chance.tick


@behaviour
def lends_a_hand(team):
    """A manager on the ward takes a task off the nurse with most to do."""
    busiest = NOBODY
    for i in range(len(team.nurses)):
        nurse = team.nurses[i]
        if nurse.on_shift == 0:
            continue
        if busiest == NOBODY or is_busier(nurse, team.nurses[busiest]):
            busiest = i
    if busiest != NOBODY:
        team.nurses[busiest].helped = 1


@behaviour
def is_busier(one, other):
    """Whether more waits for one than for the other; among equals the lower key."""
    if one.waiting != other.waiting:
        return one.waiting > other.waiting
    return one.identity < other.identity
