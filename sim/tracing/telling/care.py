"""What is told of care and the body: observations, calls for help, treatment, what was left undone or forgotten."""

from collections.abc import Generator
from typing import Any

from sim.state.vocabulary import CRITICAL, DEAD, DETERIORATING, STABLE, TASKS, TICKS_PER_DAY
from sim.tracing.events import name_of
from sim.tracing.watching import Call, Watch, listens, remembers

TURNS = {
    (STABLE, DETERIORATING): "the patient began to get worse, unseen",
    (DETERIORATING, CRITICAL): "the patient turned critical",
    (DETERIORATING, STABLE): "the patient settled without help",
}

remembers("leaves_tasks_undone")


@listens("changes_state")
def an_hour(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """What an hour did to the body."""
    before = int(call.patient.state)
    yield
    after = int(call.patient.state)
    if after == DEAD:
        watch.tell("body", "the patient died")
    elif after != before:
        watch.tell("decline" if before == STABLE else "body", TURNS[before, after])


@listens("sees_deterioration")
def an_observation(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A nurse looks at a patient who is getting worse."""
    sees = yield
    nurse = name_of(call.nurse)
    if sees:
        words = f"{nurse} saw that the patient was getting worse"
    elif call.patient.misread == 1:
        words = f"{nurse} misread an observation that would have shown that the patient was getting worse"
    else:
        words = f"{nurse} did not see that the patient was getting worse"
    watch.tell("care", words, call.nurse, on_record=bool(sees))


@listens("responds")
def a_response(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A doctor comes to a patient who is getting worse."""
    was_ill = call.patient.state != STABLE
    yield
    if was_ill:
        helped = "and turned things round" if call.patient.state == STABLE else "but it did not help yet"
        watch.tell("care", f"{name_of(call.doctor)} came {helped}", call.doctor, on_record=True)


@listens("leave_undone")
def undone(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A task is given up for this shift."""
    leaving = watch.under_way("leaves_tasks_undone")
    person = leaving.person if leaving else None
    waiting = {"tasks waiting": float(person.waiting)} if person is not None else {}
    by = f" by {name_of(person)}" if person is not None else ""
    watch.tell("care", f"{TASKS[call.kind].replace('_', ' ')} was left undone{by}", person, reasons=waiting)
    yield


@listens("forget")
def forgotten(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A task is not known to those who took over."""
    watch.tell("care", f"that {TASKS[call.kind].replace('_', ' ')} was due was not passed on in a handover")
    yield


@listens("begins_treatment")
def beginning(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Search for what works begins."""
    begun = int(call.counts.begun_by_protocol)
    yield
    by_protocol = int(call.counts.begun_by_protocol) > begun
    words = "by the protocol" if by_protocol else "by the own experience"
    watch.tell("care", f"{name_of(call.doctor)} began treatment {words}", call.doctor, on_record=True)


@listens("settles_choice")
def a_choice(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A treatment is chosen from those that are known."""
    before = int(call.patient.option)
    wrong = int(call.counts.wrong_choices)
    yield
    if int(call.counts.wrong_choices) == wrong:
        again = "again " if before >= 0 else ""
        words = f"{name_of(call.doctor)} {again}chose treatment that suits the patient"
        watch.tell("care", words, call.doctor, on_record=True)


@listens("prepares_choice")
def a_preparation(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Before a choice the patient may be asked, and a plan made."""
    yield
    asked = "asked" if call.patient.asked == 1 else "did not ask"
    planned = (
        "made a plan for what may go wrong" if call.patient.plan_made == 1 else "made no plan for what may go wrong"
    )
    words = f"{name_of(call.doctor)} {asked} what matters to the patient, and {planned}"
    watch.tell("care", words, call.doctor, on_record=True, reasons={"hurried": float(call.doctor.hurried)})


@listens("wait_for_package")
def a_package(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Care outside may have to be waited for."""
    ticks = yield
    if ticks > 0:
        words = f"care outside the hospital is not ready: {ticks / TICKS_PER_DAY:.1f} days to wait"
        watch.tell("flow", words, on_record=True)
