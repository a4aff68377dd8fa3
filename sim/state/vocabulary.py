"""The words of the ward: every category that rows, ledgers and behaviours share.

Each category is a tuple of names, in the order of the integers that stand for them in rows and ledgers.
"""

from typing import cast

import numpy as np


def codes(names: tuple[str, ...]) -> tuple[int, ...]:
    """The integers that stand for `names`, in their order.

    Not Python's own: numba would compile a version of a function for each constant that it is called with.
    """
    return tuple(cast(int, np.int64(number)) for number in range(len(names)))


# Bohmer's three modes of care (Bohmer 2012, Table 1).
MODES = ("repetitive", "constrained", "unconstrained")
REPETITIVE, CONSTRAINED, UNCONSTRAINED = codes(MODES)

# What staff do to or for one patient in one contact.
TASKS = (
    "observation",
    "dose",
    "care",
    "step",
    "discharge",
    "review",
    "clerking",
    "orders",
    "response",
    "letter",
    "order_check",
)
OBSERVATION, DOSE, CARE, STEP, DISCHARGE, REVIEW, CLERKING, ORDERS, RESPONSE, LETTER, ORDER_CHECK = codes(TASKS)

# Who does which task, by grade: tasks of a grade stand together, so each is a range.
FIRST_TASK = (OBSERVATION, OBSERVATION, CLERKING, REVIEW, ORDER_CHECK, 0, 0, 0)
END_TASK = (DISCHARGE + 1, DISCHARGE + 1, LETTER + 1, REVIEW + 1, ORDER_CHECK + 1, 0, 0, 0)

# What can go wrong. Slips and lapses lie in tasks, mistakes in choices, then communication and rescue.
ERRORS = (
    "observation slip",
    "dose slip",
    "care slip",
    "step slip",
    "prescribing mistake",
    "treatment mistake",
    "handover loss",
    "discharge slip",
    "failure to rescue",
    "misread term",
    "pathway departure",
    "misjudged trial",
)
(
    OBSERVATION_SLIP,
    DOSE_SLIP,
    CARE_SLIP,
    STEP_SLIP,
    PRESCRIBING_MISTAKE,
    TREATMENT_MISTAKE,
    HANDOVER_LOSS,
    DISCHARGE_SLIP,
    FAILURE_TO_RESCUE,
    MISREAD_TERM,
    PATHWAY_DEPARTURE,
    MISJUDGED_TRIAL,
) = codes(ERRORS)

# Errors in tasks that a latent hazard of the ward can feed.
FED_BY_HAZARDS = (OBSERVATION_SLIP, DOSE_SLIP, CARE_SLIP, STEP_SLIP, DISCHARGE_SLIP)

# Where an error came from: the person who worked, or a latent hazard of the ward.
SOURCES = ("person", "hazard")
PERSON, HAZARD = codes(SOURCES)

# The stages of the error chain, in the order in which care happens.
STAGES = (
    "chances",
    "made",
    "noticed",
    "said",
    "stopped",
    "reached",
    "harmed",
    "recognised",
    "reported",
)
CHANCES, MADE, NOTICED, SAID, STOPPED, REACHED, HARMED, RECOGNISED, REPORTED = codes(STAGES)

# How a concern is met by the one who hears it.
ANSWERS = ("welcomed", "ignored", "rebuffed")
WELCOMED, IGNORED, REBUFFED = codes(ANSWERS)

# How often an observer of doses counts that a nurse was interrupted: never to three times, and more often.
TIMES_INTERRUPTED = 5

# Shifts in the logbooks of nurses: of less than twelve and a half hours, and of more (Rogers 2004).
LOGGED = ("short shifts", "long shifts")
SHORT_SHIFT, LONG_SHIFT = codes(LOGGED)

# Latent physiology (the patient's own state, seen only through observations).
PHYSIOLOGY = ("stable", "deteriorating", "critical", "dead")
STABLE, DETERIORATING, CRITICAL, DEAD = codes(PHYSIOLOGY)

PROFESSIONS = ("nurse", "doctor", "pharmacist", "manager")
NURSE, DOCTOR, PHARMACIST, MANAGER = codes(PROFESSIONS)

GRADES = (
    "staff nurse",
    "senior nurse",
    "junior doctor",
    "consultant",
    "pharmacist",
    "ward manager",
    "division manager",
    "executive",
)
STAFF_NURSE, SENIOR_NURSE, JUNIOR, CONSULTANT, PHARMACY, WARD_MANAGER, DIVISION_MANAGER, EXECUTIVE = codes(GRADES)

# What a goal can weigh (Holmström and Milgrom 1991: several tasks, several ends).
GOALS = ("outcome", "timeliness", "throughput", "standard")
OUTCOME, TIMELINESS, THROUGHPUT, STANDARD = codes(GOALS)

# What a decision that may be left to those who do the work can be about.
DECISION_DOMAINS = ("clinical", "override", "process", "staffing")
CLINICAL, OVERRIDE, PROCESS, STAFFING = codes(DECISION_DOMAINS)

# Layers of control, in which a decision climbs (Bohmer 2012, Figure 2).
LAYERS = ("ward", "division", "hospital")
OF_WARD, OF_DIVISION, OF_HOSPITAL = codes(LAYERS)

# What a lead does with the hours of a week of leading, which are as many under every style.
ACTIVITIES = (
    "listen",
    "coach",
    "walk",
    "design",
    "show_data",
    "convene",
    "review_trials",
    "recognise",
    "chase",
    "direct_care",
    "paperwork",
)
(
    LISTEN,
    COACH,
    WALK,
    DESIGN,
    SHOW_DATA,
    CONVENE,
    REVIEW_TRIALS,
    RECOGNISE,
    CHASE,
    DIRECT_CARE,
    PAPERWORK,
) = codes(ACTIVITIES)
# Done where nobody of the ward is near.
AT_DESK = (DESIGN, PAPERWORK)
LEADING_WEEK = 20  # hours

# Who holds the role of a ward's lead: people of one grade, or several of these grades together.
LEADS = ("consultant", "senior nurse", "ward manager", "shared")
LED_BY_CONSULTANT, LED_BY_SENIOR_NURSE, LED_BY_WARD_MANAGER, LED_BY_SEVERAL = codes(LEADS)
GRADES_THAT_LEAD = (CONSULTANT, SENIOR_NURSE, WARD_MANAGER)

# Where a practice that can be brought in, such as a checklist, stands on a ward.
PRACTICE_IS = ("unknown", "adopted", "mandated")
UNKNOWN, ADOPTED, MANDATED = codes(PRACTICE_IS)

# Where a decision that no rule covers stands.
DECISIONS_NEEDED = ("none", "in an inbox", "decided")
NO_EXCEPTION, IN_INBOX, DECIDED = codes(DECISIONS_NEEDED)

# Where a patient is.
PLACES = ("nowhere", "waiting", "bed")
NOWHERE, WAITING, BED = codes(PLACES)

URGENCIES = ("elective", "urgent", "emergency")
ELECTIVE, URGENT, EMERGENCY = codes(URGENCIES)

HOURS_PER_DAY = 24
DAYS_PER_YEAR = 365
TICKS_PER_HOUR = 4
TICKS_PER_DAY = 96
TICKS_PER_WEEK = 7 * TICKS_PER_DAY
TICKS_PER_YEAR = 365 * TICKS_PER_DAY
TICKS_OF_LONG_SHIFT = 50

# What starts and what stops the clock of a target.
STARTS = ("arrival", "bed")
STARTS_AT_ARRIVAL, STARTS_AT_BED = codes(STARTS)
STOPS = ("bed", "clerked")
STOPS_AT_BED, STOPS_AT_CLERKING = codes(STOPS)
NO_TARGET = -1

NO_HAZARD = -1

NEVER = 1 << 40  # a tick that no run reaches: the task is not due
