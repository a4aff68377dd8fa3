"""Keyed chance: Philox4x32-10 (Salmon et al. 2011), one named decision, one stream.

A draw depends on the seed, the named decision, the identity of the person, patient or ward whose
luck it is, and the tick: never on the order of events, on threads or on workers. Decisions that one
identity meets in one tick stand together in a *block* of four lanes, since one Philox call gives four
32-bit words; the block and lane of each named decision stand in one table, `DECISIONS`.
"""

from typing import NamedTuple, cast

import numpy as np

from sim.state.behaviours import behaviour, jit_is_on


class Chance(NamedTuple):
    """The luck of one tick: `seed` of the run (0 to 2**62) and `tick` (quarter-hours from the start)."""

    seed: int
    tick: int


class Decision(NamedTuple):
    """A named decision: its block and lane, whose luck it is, and what it decides."""

    block: int
    lane: int
    identity: str
    meaning: str


DECISIONS: dict[str, Decision] = {}


def named(block: int, identity: str, **decisions: str) -> tuple[int, ...]:
    """Enter the decisions of one block into the table and return (block, lane, lane, ...).

    Raises:
        ValueError: the block is taken, has more than four lanes, or a decision's name is taken.
    """
    if any(known.block == block for known in DECISIONS.values()):
        raise ValueError(f"block {block} is taken")
    if len(decisions) > 4:
        raise ValueError(f"block {block} has more than four decisions")
    for lane, (name, meaning) in enumerate(decisions.items()):
        if name in DECISIONS:
            raise ValueError(f"two decisions are called {name!r}")
        DECISIONS[name] = Decision(block, lane, identity, meaning)
    return tuple(cast(int, np.int64(number)) for number in (block, *range(len(decisions))))


# Machine words: 64-bit unsigned when compiled; Python's own integers when interpreted, which are
# several times faster there and never overflow, so both give the same words.
word = np.uint64 if jit_is_on() else int

MASK = word(0xFFFFFFFF)
HALF = word(32)
ROUND_0 = word(0xD2511F53)
ROUND_1 = word(0xCD9E8D57)
WEYL_0 = word(0x9E3779B9)
WEYL_1 = word(0xBB67AE85)
UNIT = 1.0 / 4294967296.0


@behaviour
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32 on counter words `c0..c3` and key words `k0, k1`.

    Returns four words, each 0 to 2**32 - 1. Source: Salmon et al. 2011, SC '11.
    """
    for _ in range(10):
        p0 = ROUND_0 * c0
        p1 = ROUND_1 * c2
        c0 = (p1 >> HALF) ^ c1 ^ k0
        c1 = p1 & MASK
        c2 = (p0 >> HALF) ^ c3 ^ k1
        c3 = p0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


@behaviour
def luck(chance, block, identity, index):
    """The four uniforms, each in [0, 1), of one block for one identity in this tick.

    Args:
        chance: seed and tick.
        block: a block of the decision table.
        identity: whose luck, 0 to 2**62.
        index: 0 to 65535, apart where the same decision is met several times in a tick.
    """
    a, b, c, d = philox(
        word(identity) & MASK,
        word(identity) >> HALF,
        word(chance.tick),
        word(block * 65536 + index),
        word(chance.seed) & MASK,
        word(chance.seed) >> HALF,
    )
    return a * UNIT, b * UNIT, c * UNIT, d * UNIT


@behaviour
def around(mean, width, draw):
    """A number of a range around `mean`, kept to 0 to 1; the range narrows where it would reach beyond."""
    reach = min(width / 2.0, mean, 1.0 - mean)
    return mean + reach * (2.0 * draw - 1.0)


# What sets apart the concerns that one person meets in one tick (the index of a draw). Errors in tasks
# take the numbers below `ESCALATION`.
ESCALATION = 128
QUESTION_OF_ORDER = 136
FALSE_ALARM = 144
SLOW_PROGRESS = 200
OTHER_VIEW = 208
QUESTION_OF_TERM = 216
OF_HAZARD = 224
TOLD_HAZARD = 226
TOLD_IDEA = 227
OF_IDEA = 232
FOR_OVERRIDE = 240
DEPARTURE = 248
ENCOUNTER = 256


@behaviour
def event_key(identity, index):
    """The key of what happens to a person in one tick, which all onlookers share.

    Args:
        identity: of the person to whom it happens.
        index: of the event among those of that person in the tick, below 65536.
    """
    return identity - identity % 65536 + index


@behaviour
def post_of(identity):
    """The key of the post that a person holds: the identity without the number of the hire."""
    return identity // 65536


@behaviour
def onlooker(identity):
    """An index that sets the people of one ward apart: group and post, of which a ward has 64 by 1,024."""
    return post_of(identity) % 65536


# Reports of care left undone, and of harm that nobody could prevent, stand above those of errors.
OF_OMISSION = 8192
OF_MISFORTUNE = 16384

# Each block is a set of named decisions of one identity in one tick. Numbers are never used again, so
# that a new decision leaves every other stream as it was.
ARRIVES, HOW_MANY = named(1, "ward", how_many_arrive="how many patients arrive")
TRAITS, WHICH_MODE, HOW_LONG, HOW_FRAIL, HOW_URGENT = named(
    2,
    "patient",
    mode_of_care="which mode of care the patient's condition needs",
    recovery_needed="how many hours of good care recovery takes",
    frailty="how frail the patient is",
    urgency="how urgent the admission is",
)
LATENT, FITS_PATHWAY, BEST_OPTION, NEEDS_PACKAGE, PACKAGE_WAIT = named(
    3,
    "patient",
    fits_pathway="whether the pathway fits this patient",
    best_option="which known option is best for this patient",
    needs_package="whether leaving needs a package of care outside",
    package_wait="how long that package takes",
)
BORN, HOW_SKILLED, OWN_WAYS, LEANING = named(
    10,
    "person",
    skill="how skilled a new member of staff is",
    habit="how far she does things in her own way",
    leaning="how her goal weights differ from her profession's",
)
SHIFT, FALLS_ILL, COVER_COMES, IS_ELSEWHERE = named(
    11,
    "person",
    falls_ill="whether she is absent from this shift",
    cover_comes="whether an agency can fill the gap",
    is_elsewhere="whether someone who covers several wards is away from this one",
)
CHOICE, TASTE, INTERRUPTED, CHECKS_SLOWLY = named(
    12,
    "person",
    task_noise="the noise in weighing waiting tasks",
    interruptions="how often she is interrupted",
    checks_slowly="whether wary checking takes her a further quarter of an hour",
)
WORK, SLIPS, FROM_HAZARD, CHECKS_OWN, RECOGNISES = named(
    13,
    "person",
    slips="whether the task goes wrong by her own hand",
    from_hazard="whether a latent hazard makes it go wrong",
    checks_own="whether she notices it herself",
    recognises_deterioration="whether she sees that the patient is getting worse",
)
WITNESS, SOMEBODY_NEAR, WITNESS_NOTICES = named(
    14,
    "person",
    somebody_near="whether a colleague is near enough to see",
    witness_notices="whether that colleague notices the error",
)
CONSEQUENCE, HARMS, HOW_BAD, HARM_RECOGNISED, HARM_REPORTED = named(
    15,
    "patient",
    harms="whether an error that reached the patient harms",
    severity_of_harm="how bad the harm is",
    recognised_as_incident="whether someone recognises the event as an incident",
    incident_reported="whether it is reported",
)
CARE_MODE, FOLLOWS_PATHWAY, NOTICES_SLOW, RECONSIDERS, READS_RESPONSE = named(
    16,
    "person",
    follows_pathway="whether a step is done as the pathway says",
    notices_slow="whether a nurse notices that progress is slow",
    reconsiders="whether slow progress is seen as a wrong choice",
    reads_response="the noise in reading how a patient responds to a trial",
)
OTHER_CHOICE, WHICH_CHANGE, ORDER_IS_WRONG = named(
    17,
    "person",
    which_change="which element of treatment a trial changes",
    order_is_wrong="whether an order is written wrongly",
)
SECOND_LOOK, CATCHES_ORDER, RESPONSE_WORKS = named(
    18,
    "person",
    catches_order="whether a wrong order is seen before the dose is given",
    response_works="whether the response turns deterioration round",
)
HANDING_OVER, HAS_ITEM, ITEM_LOST, ITEM_ASKED, WHICH_ITEM = named(
    19,
    "patient",
    has_item="whether something must be handed over at this change of shift",
    item_lost="whether it is lost",
    item_asked="whether the one who takes over asks and so recovers it",
    which_item="which task is forgotten",
)
BODY, WORSENS, MISFORTUNE, MISFORTUNE_SIZE, DIES = named(
    20,
    "patient",
    physiology="whether and how the patient's state changes in this hour",
    misfortune="whether an adverse event that nobody could prevent happens",
    misfortune_size="how bad it is",
    death="whether the patient dies in this hour",
)
LEAVING, COMES_BACK, WHEN_BACK = named(
    21,
    "patient",
    comes_back="whether the patient is admitted again within 30 days",
    when_back="after how long",
)
OMISSION, OMISSION_HARMS, OMISSION_SIZE, OMISSION_RECOGNISED, OMISSION_REPORTED = named(
    22,
    "patient",
    omission_harms="whether care left undone harms",
    omission_size="how bad that harm is",
    omission_recognised="whether it is recognised as an incident",
    omission_reported="whether it is reported",
)
HARM_SEEN, MISFORTUNE_RECOGNISED, MISFORTUNE_REPORTED = named(
    78,
    "patient",
    misfortune_recognised="whether harm that nobody could prevent is recognised as an incident",
    misfortune_reported="whether it is reported",
)
DECAY, HAZARD_ARISES, HAZARD_GOES, WHICH_HAZARD = named(
    23,
    "ward",
    hazard_arises="whether a latent hazard arises in this hour",
    hazard_goes="whether one of the hazards is removed in this hour",
    which_hazard="in which kind of task",
)
DOSE_OF, IS_OF_WRONG_ORDER, IS_OF_UNCLEAR_ORDER = named(
    25,
    "person",
    is_of_wrong_order="whether this dose is one that a wrong order calls for",
    is_of_unclear_order="whether it is one that an ambiguous order calls for",
)
WHEREABOUTS, HOW_FAR = named(
    26,
    "person",
    how_far="how far from an error each colleague happens to be",
)
VOICE, SPEAKS, ANSWERED, IS_HEEDED = named(
    27,
    "person",
    speaks="whether somebody who has something to say says it",
    answered="how it is met",
    is_heeded="whether it is acted on",
)
EARSHOT, OVERHEARS = named(28, "person", overhears="whether a colleague overhears how a concern is met")
ALARM, SEES_FALSE_ERROR, IS_MISLED = named(
    29,
    "person",
    sees_false_error="whether a colleague sees an error where there is none",
    is_misled="whether acting on it spoils the task",
)
STARTING, STARTS_SAFE, STARTS_HEARD, STARTS_INVITING = named(
    30,
    "person",
    starts_safe="how safe a newcomer believes voice to be",
    starts_heard="how far a newcomer believes that voice is acted on",
    starts_inviting="how inviting the person is",
)
VIEW, VIEW_IS_RIGHT, WHICH_VIEW, ASKS_PATIENT, MAKES_PLAN = named(
    31,
    "person",
    view_is_right="whether a person's own view points to the best option",
    which_view="which other option it points to if not",
    asks_patient="whether the patient is asked about preferences",
    makes_plan="whether a plan is made for complications that are known",
)
VALUES, PREFERS_OTHER, WHICH_PREFERRED, WHICH_CONDITION, STARTING_POINT = named(
    32,
    "patient",
    prefers_other="whether the patient's values make another option best",
    which_preferred="which one",
    which_condition="the group of conditions",
    starting_point="the treatment with which care begins, where it does not begin with the protocol",
)
TERM, IS_AMBIGUOUS, READS_OWN_SENSE, ADMITS_FAILURE, FOLLOWS_PROTOCOL = named(
    33,
    "person",
    is_ambiguous="whether an order uses a term that two professions read differently",
    reads_own_sense="whether it is read in the reader's own sense without doubt",
    admits_failure="whether a trial that failed is said to have failed",
    follows_protocol="whether care begins with the protocol",
)
EXCEPTION, ARISES, WHERE_DECIDED, BEDSIDE_CUE, MANAGER_CUE = named(
    34,
    "patient",
    exception_arises="whether a decision is needed that no rule covers",
    where_decided="whether it is taken at the bedside or sent up",
    bedside_cue="the noise in what is seen of the case at the bedside",
    manager_cue="the noise in what is known of such cases at the manager's desk",
)
CASE, CASE_1, CASE_2, CASE_3, CASE_4 = named(
    35,
    "patient",
    case_first="first attribute of the latent case",
    case_second="second attribute of the latent case",
    case_third="third attribute of the latent case",
    case_fourth="fourth attribute of the latent case",
)
DESK, HAS_ATTENTION = named(36, "person", has_attention="whether a manager has attention for the inbox")
CHART, CHART_FINDS_PREVENTABLE, CHART_FINDS_OTHER, CHART_JUDGES = named(
    37,
    "patient",
    chart_finds_preventable="whether a review of the chart finds a preventable adverse event",
    chart_finds_other="whether it finds one that nobody could prevent",
    chart_judges="whether the reviewers judge rightly which it was",
)
REPORT, REPORT_ACTED_ON, CHART_FINDS_INCIDENT = named(
    39,
    "patient",
    report_acted_on="whether something is seen to come of a report",
    chart_finds_incident="whether a review of the chart finds an incident, harmful or not",
)
WORKPLACE, SEES_HAZARD, HAS_IDEA, IDEA_WORKS, PATCHES = named(
    40,
    "person",
    sees_hazard="whether somebody whose work a hazard spoilt sees that it was the hazard",
    has_idea="whether somebody at work has an idea how the ward could work better",
    idea_works="whether that idea works",
    patches="whether she works around a hazard that nobody takes up",
)
STEPS, SEES_MISFIT, SEES_DEPARTURE = named(
    41,
    "person",
    sees_misfit="whether the pathway seems wrong for a patient at a step",
    sees_departure="whether she who leaves the pathway sees it herself in time",
)
NEW_HAZARD, HAZARD_SIZE, HAZARD_VISIBLE = named(
    42,
    "ward",
    hazard_size="how large a new hazard is",
    hazard_visible="how easily it is seen for what it is",
)
LEADING, LEADS_NOW, WHICH_ACTIVITY, WHICH_PATIENT, READS_MODE = named(
    43,
    "ward",
    leads_now="whether this quarter-hour is one of leading",
    which_activity="what it goes to",
    which_patient="at which patient the lead looks to judge the mode of care",
    reads_mode="whether the lead judges it rightly, and what she takes it for if not",
)
MEETING, ADMITS_OWN_ERROR, HAS_ANSWER, ASKED_IDEA_WORKS, BLAMES = named(
    44,
    "ward",
    admits_own_error="whether the lead speaks of own errors to whom she meets",
    has_answer="whether somebody whom the lead asks has an idea",
    asked_idea_works="whether that idea works",
    blames="whether a lead who knows of an error blames the person",
)
WORK_OF_LEAD, KEEPS_PROMISE, MENDS_NOW, REPORT_SHOWS_HAZARD = named(
    45,
    "ward",
    keeps_promise="whether what the lead took up is done",
    mends_now="whether work on the system mends a hazard that is known",
    report_shows_hazard="whether a report that is gone into shows the hazard behind it",
)
SIGHT, SEES_LEAD = named(46, "person", sees_lead="whether a colleague sees what the lead does")
WALKING, COMES_UPON = named(47, "ward", comes_upon="whether a lead who walks the ward comes upon a hazard")
FEEDBACK, IS_AGGREGATE, SAMPLE_NOISE, LEARNS_RIGOUR = named(
    48,
    "ward",
    is_aggregate="whether feedback shows many records or a single case",
    sample_noise="how far the sample is from the process, or what a single record shows",
    learns_rigour="whether a doctor learns to read a response once more",
)
RECORDS, CORRECTED = named(49, "patient", wait_corrected="whether a wait just over the deadline is put right")
ROUTING, WHO_DECIDES, TAKES_IT_ON, IS_PASSED_UP, IS_EXPECTED = named(
    70,
    "person",
    who_decides="whether a decision is left to those who do the work",
    takes_it_on="whether the one to whom it is left takes it",
    is_passed_up="whether a manager passes it on to the layer above",
    is_expected="whether results of a decision that is left to the bedside are expected and reviewed",
)
ABOVE, DECIDES_CHANGE, CHANGE_ARRIVES, CHANGE_WORKS, FIX_TRAVELS = named(
    71,
    "person",
    decides_change="whether a manager above the wards has attention for a change of their work",
    change_arrives="whether enough of what was meant arrives there",
    change_works="whether an idea that waited for the division works",
    fix_travels="whether a change mends a hazard on another ward too",
)
SUCCESSION, LEAD_LEAVES, COMES_FROM_INSIDE = named(
    72,
    "ward",
    lead_leaves="whether the lead gives up the role",
    comes_from_inside="whether the next one comes from the ward's own staff",
)
FORGETTING, IS_REMEMBERED = named(73, "ward", is_remembered="whether the next lead is told of a hazard that is known")
STAYING, LEAVES_POST, STARTS_CONFIDENT, CASES_MISLEAD = named(
    74,
    "person",
    leaves_post="whether somebody leaves the post",
    starts_confident="how confident a newcomer is",
    cases_mislead="how far the few cases that a person has met are from all such cases",
)
PULL, PULLS_TOWARDS, PULLS_HOW_MUCH = named(
    75,
    "ward",
    pulls_towards="which goal a profession of a ward cares about more than others do",
    pulls_how_much="by how much",
)
ENDEAVOUR, SLACKENS, HASTENS = named(
    76,
    "person",
    slackens="whether a quarter of an hour goes by unused",
    hastens="whether somebody who makes an effort does a second task",
)
PRESSED, SEES_UNREADY = named(77, "person", sees_unready="whether a doctor sees that a patient is not ready to leave")
CHECKLIST, KEEPS_CHECKLIST, CHECKLIST_CATCHES, CHECKLIST_TAKES = named(
    60,
    "person",
    keeps_checklist="whether the person goes through the checklist in earnest at a task",
    checklist_catches="whether that brings an error to light",
    checklist_takes="whether it takes a further quarter of an hour",
)
STRUCTURE, KEEPS_STRUCTURE, STRUCTURE_TAKES = named(
    61,
    "person",
    keeps_structure="whether the person takes over in the structured form in earnest",
    structure_takes="whether that form takes a further quarter of an hour",
)
TRAINING, ATTENDS = named(62, "person", attends="whether the person attends a training")
WATCHING, WATCHER_SEES, STUDY_FINDS_ERROR, STUDY_FINDS_HARM, LOGS_ERROR = named(
    38,
    "person",
    watcher_sees="whether an observer sees that a dose is wrong",
    study_finds_error="whether a study of medication errors finds one, by self-report or in the charts",
    study_finds_harm="whether it finds one by the harm that it did",
    logs_error="whether a nurse enters an error of her own in a logbook",
)
LANDSCAPE, CONTRIBUTION = named(
    24,
    "patient",
    contribution="what one element of treatment adds, given the elements it interacts with",
)
