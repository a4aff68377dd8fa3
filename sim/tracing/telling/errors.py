"""What is told of an error on its way to the patient: made, noticed or not, stopped, what it did, who knows of it."""

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.agents.staff import skill_now
from sim.state.vocabulary import (
    ERRORS,
    FAILURE_TO_RESCUE,
    HAZARD,
    MISJUDGED_TRIAL,
    MISREAD_TERM,
    PATHWAY_DEPARTURE,
    PRESCRIBING_MISTAKE,
    TREATMENT_MISTAKE,
)
from sim.tracing.events import MADE, PUT_RIGHT, REACHED, STOPPED, name_of
from sim.tracing.watching import Call, Watch, listens, remembers
from sim.ward.errors import NOT_MADE

# How each kind of error is told.
WENT_WRONG = dict(
    zip(
        ERRORS,
        (
            "an observation went wrong",
            "a dose went wrong",
            "care went wrong",
            "a step of treatment went wrong",
            "an order was written wrongly",
            "a treatment was chosen that does not suit the patient",
            "something was lost in a handover",
            "the discharge letter left something out",
            "the patient turned critical before anybody had called for help",
            "a term in an order was read in another sense than was meant",
            "a step was done otherwise than the pathway says",
            "a trial of treatment was misjudged",
        ),
        strict=True,
    )
)

# That these were made is known only as somebody could still stop them.
MADE_BEFORE_A_CHECK = (PRESCRIBING_MISTAKE, PATHWAY_DEPARTURE)
# And these are made in the moment in which they reach the patient.
MADE_AT_THE_PATIENT = (TREATMENT_MISTAKE, FAILURE_TO_RESCUE, MISJUDGED_TRIAL, MISREAD_TERM)
STOPPED_IN_TIME = "it was put right before it reached the patient"

remembers("clears_terms")


@listens("makes_error")
def an_error(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A task goes wrong, by the hand of whoever does it or by a hazard that was there before."""
    reasons = what_pressed(call.person, call.p)
    source = yield
    if source == NOT_MADE:
        return
    by = "by a hazard of the ward, in the hands of" if source == HAZARD else "in the hands of"
    words = f"{WENT_WRONG[ERRORS[call.error]]}, {by} {name_of(call.person)}"
    watch.tell("error", words, call.person, stage=MADE, reasons=reasons)


@listens("uses_term")
def a_term(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """An order is written in words that another profession may read differently."""
    unclear = int(call.patient.ambiguous_orders)
    yield
    if int(call.patient.ambiguous_orders) > unclear:
        words = f"an order held a term that nurses read in another sense, in the hands of {name_of(call.doctor)}"
        watch.tell("error", words, call.doctor, error=ERRORS[MISREAD_TERM], stage=MADE)


@listens("is_stopped")
def a_mistake(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A mistake was made that can still be stopped."""
    if call.error in MADE_BEFORE_A_CHECK:
        words = f"{WENT_WRONG[ERRORS[call.error]]}, in the hands of {name_of(call.person)}"
        watch.tell("error", words, call.person, stage=MADE, reasons=what_pressed(call.person, call.p))
    is_stopped = yield
    if is_stopped:
        watch.tell("barrier", STOPPED_IN_TIME, call.person, stage=STOPPED)


@listens("checks_own_work")
def an_own_check(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Whoever made an error may see it."""
    saw = yield
    if saw:
        watch.tell("barrier", f"{name_of(call.person)} noticed it", call.person)
    elif call.person.hurried == 1:
        watch.tell("barrier", f"{name_of(call.person)} was in a hurry and did not check", call.person)


@listens("checklist_catches")
def a_checklist(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A checklist that is gone through in earnest may bring an error to light."""
    caught = yield
    if caught:
        words = "the checklist brought it to light before it reached the patient"
        watch.tell("barrier", words, call.person, stage=STOPPED)


@listens("is_stopped_by")
def a_witness(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Somebody stands near when an error is made."""
    events = len(watch.events)
    yield
    if len(watch.events) == events:
        hurried = float(call.witness.hurried)
        words = f"{name_of(call.witness)} stood near and did not notice"
        watch.tell("barrier", words, call.witness, reasons={"hurried": hurried} if hurried else {})


@listens("questions_order")
def a_second_look(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A nurse who is to carry out a wrong order may see that it is wrong."""
    saw = yield
    nurse = name_of(call.nurse)
    words = f"{nurse} saw that an order was wrong" if saw else f"{nurse} gave a wrong order no second look"
    reasons = {"hurried": 1.0} if call.nurse.hurried == 1 else {}
    watch.tell("barrier", words, call.nurse, error=ERRORS[PRESCRIBING_MISTAKE], reasons=reasons)


@listens("asks_prescriber")
def an_answer(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Whoever wrote an order is asked about it, or nobody is there to be asked."""
    is_mended = yield
    if is_mended:
        watch.tell("barrier", STOPPED_IN_TIME, call.nurse, stage=PUT_RIGHT)


@listens("checks_orders")
def a_visit(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A pharmacist goes over the orders of a patient: first those that can still be put right."""
    call.left = int(call.patient.wrong_orders)
    yield


@listens("finds_wrong_order")
def a_check_of_orders(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A pharmacist goes over an order that is wrong, or that two professions read differently."""
    found = yield
    who, visit, of_term = name_of(call.pharmacist), watch.under_way("checks_orders"), watch.under_way("clears_terms")
    if of_term:
        words = "made a term in an order plain" if found else "went over a term in an order and took it to be plain"
        _tell_check(watch, call, f"{who} {words}", MISREAD_TERM, PUT_RIGHT if found else "")
        return
    is_late = visit is not None and visit.left <= 0
    if visit is not None:
        visit.left -= 1
    if is_late:
        words = "found a wrong order after it was carried out" if found else "did not see that a wrong order was given"
    else:
        words = "found a wrong order and had it put right" if found else "went over a wrong order and did not see it"
    _tell_check(watch, call, f"{who} {words}", PRESCRIBING_MISTAKE, PUT_RIGHT if found and not is_late else "")


def _tell_check(watch: Watch, call: Call, words: str, error: int, stage: str) -> None:
    watch.tell("barrier", words, call.pharmacist, error=ERRORS[error], stage=stage)


@listens("is_spoilt")
def a_false_alarm(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A colleague takes something for an error that is none."""
    spoilt = yield
    if spoilt:
        words = f"{WENT_WRONG[ERRORS[call.error]]}, since {name_of(call.person)} was misled by a false concern"
        watch.tell("error", words, call.person, stage=MADE)


@listens("reaches_patient")
def an_error_that_arrives(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Nothing stopped it."""
    went_wrong = WENT_WRONG[ERRORS[call.error]]
    if call.error == FAILURE_TO_RESCUE:
        watch.tell("error", went_wrong, stage=REACHED)
    elif call.error in MADE_AT_THE_PATIENT:
        watch.tell("error", f"{went_wrong}, by {name_of(call.person)}", call.person, stage=REACHED)
    else:
        words = f"nothing stopped it: {went_wrong}, and it reached the patient"
        watch.tell("error", words, call.person, stage=REACHED)
    yield


@listens("suffers_preventable")
def preventable_harm(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Harm that care could have prevented."""
    hours = float(call.hours)
    watch.tell("harm", f"it harmed: {hours:.0f} more hours of care are needed", reasons={"hours": hours})
    yield


@listens("suffers_misfortune")
def misfortune(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Harm that nobody could have prevented."""
    hours = float(call.hours)
    words = f"harm that nobody could have prevented: {hours:.0f} more hours of care are needed"
    watch.tell("misfortune", words, reasons={"hours": hours})
    yield


@listens("is_recognised")
def an_incident(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Staff take it for an incident or not."""
    recognised = yield
    if recognised:
        watch.tell("record", "staff saw that it was an incident")
    elif call.harmed:
        watch.tell("unseen", "nobody saw that it was an incident")


def what_pressed(person: np.record, p: np.record) -> dict[str, float]:
    """What bore upon somebody as the work was done."""
    found = {
        "skill on this ward": skill_now(person, p),
        "fatigue": person.fatigue,
        "interruptions in this quarter of an hour": person.interruptions,
        "tasks waiting": person.waiting,
        "hurried": person.hurried,
        "pressure of the target": person.pressure,
    }
    return {name: float(value) for name, value in found.items()}
