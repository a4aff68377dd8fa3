"""What is told of decisions that no rule covers: where each was taken, how long it waited, how well it fits."""

from collections.abc import Generator
from typing import Any

from sim.state.vocabulary import DECIDED, DECISION_DOMAINS, IN_INBOX, LAYERS
from sim.tracing.events import BEDSIDE, lasting, name_of
from sim.tracing.watching import Call, Watch, listens
from sim.ward.desks import EMPTY, longest_waiting
from sim.ward.routing import share_devolved

STANCE = "the lead's stance bears upon who decides"


@listens("meets_exception")
def an_exception(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A review may find that a decision is needed."""
    asked_for = int(call.counts.exceptions)
    offered, declined = int(call.counts.offered), int(call.counts.declined)
    left = share_devolved(_CLINICAL, call.role, call.p, watch.chance)
    yield
    if int(call.counts.exceptions) == asked_for:
        return
    doctor, reasons = name_of(call.doctor), {"share of such decisions left to the bedside": float(left)}
    need = "a decision was needed that no rule covers"
    if int(call.counts.offered) == offered:
        words = f"{need}; it was not for {doctor} to take, and went to the ward manager's inbox"
    elif int(call.counts.declined) > declined:
        words = f"{need}; it was left to {doctor}, who passed it up to the ward manager's inbox"
    else:
        words = f"{need}; {doctor} took it at the bedside"
        reasons["how well it fits the patient"] = float(call.patient.decision_fit)
    waits = call.patient.exception == IN_INBOX
    kind, layer = ("waits", LAYERS[call.patient.exception_layer]) if waits else ("decision", BEDSIDE)
    watch.tell(kind, words, call.doctor, STANCE, layer=layer, on_record=True, reasons=reasons)


_CLINICAL = DECISION_DOMAINS.index("clinical")


@listens("deals_with_oldest")
def an_inbox(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A manager deals with what has waited longest."""
    oldest = longest_waiting(call.beds, call.layer)
    if oldest == EMPTY:
        yield
        return
    row = call.beds[oldest]
    about, since = int(row.identity), int(row.exception_since)
    yield
    waited = lasting(watch.tick - since)
    manager = name_of(call.manager)
    lead = "the lead decides" if watch.is_lead(call.manager) else ""
    if row.exception == DECIDED:
        reasons = {"how well it fits the patient": float(row.decision_fit)}
        words = f"{manager} decided on what had waited {waited}"
        layer = LAYERS[call.layer]
        watch.tell("decision", words, call.manager, lead, about=about, layer=layer, on_record=True, reasons=reasons)
    elif row.exception_layer != call.layer:
        layer = LAYERS[row.exception_layer]
        words = f"{manager} passed the decision on to the {layer}, after {waited}"
        watch.tell("waits", words, call.manager, lead, about=about, layer=layer, on_record=True)


@listens("sees_misfit")
def a_misfit(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A nurse may think that the pathway is wrong for this patient."""
    sees = yield
    if sees:
        rightly = "rightly" if call.patient.fits_pathway == 0 else "wrongly"
        words = f"{name_of(call.nurse)} thought, {rightly}, that the pathway does not fit this patient"
        watch.tell("care", words, call.nurse)


@listens("asks_override")
def an_override(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A pathway may be set aside; where that is not the bedside's to do, a manager decides."""
    set_aside, stood = int(call.patient.set_aside), int(call.patient.exception)
    yield
    if int(call.patient.set_aside) > set_aside:
        words = f"{name_of(call.nurse)} and {name_of(call.doctor)} set the pathway aside for this patient"
        watch.tell("decision", words, call.nurse, STANCE, layer=BEDSIDE, on_record=True)
    elif call.patient.exception == IN_INBOX != stood:
        words = "the wish to set the pathway aside went to the ward manager's inbox"
        layer = LAYERS[call.patient.exception_layer]
        watch.tell("waits", words, call.nurse, STANCE, layer=layer, on_record=True)


@listens("sets_target_aside")
def a_target_set_aside(call: Call, watch: Watch) -> Generator[None, Any, None]:
    """A doctor who is pressed to discharge early may set the target aside."""
    aside = yield
    if aside:
        words = f"{name_of(call.doctor)} set the target aside, since the patient was not ready"
        watch.tell("target", words, call.doctor, STANCE)
