"""What is told of a patient's way through the hospital: coming, waiting, a bed, going, and what records say of it."""

from collections.abc import Generator
from typing import Any

from sim.state.vocabulary import BED, DEAD, MODES, TICKS_PER_HOUR, URGENCIES
from sim.tracing.events import lasting, name_of
from sim.tracing.watching import Call, Watch, listens

PRESSURE = "pressure that the lead felt or passed on may bear upon it"


@listens("becomes_patient")
def an_arrival(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Somebody comes."""
    yield
    patient = call.patient
    ward = watch.ward_name(int(patient.home_ward))
    words = f"came for {ward} ({URGENCIES[patient.urgency]}), with a condition that needs {MODES[patient.mode]} care"
    reasons = {"frailty": float(patient.frailty), "hours of care needed": float(patient.recovery_needed)}
    watch.tell("flow", words, on_record=True, reasons=reasons)


@listens("joins_queue")
def a_place_to_wait(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Somebody comes, and there may be no place to wait."""
    sent_on = int(call.counts.diverted)
    yield
    if int(call.counts.diverted) > sent_on:
        words = "came, and was sent elsewhere: every place to wait was taken"
        watch.tell("flow", words, about=int(call.identity), on_record=True)


@listens("is_admitted")
def an_admission(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A bed is given."""
    patient = call.patient
    wait = lasting(watch.tick - int(patient.arrived))
    at_home = int(patient.home_ward) == int(call.index)
    where = watch.ward_name(int(call.index))
    words = f"was given a bed on {where} after {wait}" + ("" if at_home else ", away from the ward that she belongs to")
    watch.tell("flow", words, call.manager, on_record=True)
    yield


@listens("is_corrected")
def a_corrected_wait(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A wait that is over the deadline may be written down as within it."""
    corrected = yield
    if corrected:
        lead = PRESSURE if watch.is_lead(call.recorder) else ""
        words = f"{name_of(call.recorder)} wrote a wait of {lasting(float(call.wait))} down as within the deadline"
        watch.tell("target", words, call.recorder, lead, reasons=_pressure(call.recorder))


@listens("is_fit_to_leave")
def fitness(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A doctor asks whether recovery is complete enough."""
    fit = yield
    if not fit or call.patient.fit_since >= 0:
        return
    doctor, short = name_of(call.doctor), float(call.patient.recovery_left)
    if short <= 0.0:
        watch.tell("flow", f"{doctor} found the patient fit to leave", call.doctor, on_record=True)
        return
    words = f"{doctor} found the patient fit to leave, {short:.0f} hours of care short of recovery"
    watch.tell("target", words, call.doctor, reasons=_pressure(call.doctor))


@listens("closes_stay")
def an_end(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A stay ends."""
    patient = call.patient
    if patient.state != DEAD:
        stay = lasting(watch.tick - int(patient.admitted))
        short = max(0.0, float(patient.recovery_left))
        ready = f", {short:.0f} hours of care short of recovery" if short > 0 else ""
        watch.tell("flow", f"went home after {stay}{ready}", on_record=True)
    yield


@listens("leaves_the_queue")
def an_end_of_waiting(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """Somebody who waits dies, or is sent home because no bed came free."""
    row = watch.row()
    waiting = row is not None and row.place != BED
    arrived = int(row.arrived) if row is not None else 0
    yield
    if waiting and row is not None and watch.row() is None and row.state != DEAD:
        hours = (watch.tick - arrived) / TICKS_PER_HOUR
        words = f"was sent home after {hours:.0f} hours, since no bed came free"
        watch.tell("flow", words, about=watch.patient, on_record=True)


def _pressure(person: Any) -> dict[str, float]:
    return {"pressure of the target": float(person.pressure)}
