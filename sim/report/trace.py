"""A history in words: how each harm came about, all that happened, and where it parts under another leader."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sim.report.setting import how_led
from sim.scenario.words import one_line
from sim.tracing.chains import Chain, chains
from sim.tracing.differing import Difference
from sim.tracing.events import Event, clock
from sim.tracing.history import Harm, History
from sim.tracing.parting import Parting
from sim.tracing.replay import Run
from sim.tracing.trace import Otherwise, Trace

# Reasons that are worth a word only where there is something of them.
PRESSED_BY = {
    "hurried": "in a hurry",
    "fatigue": "tired ({:.2f} of 1)",
    "interruptions in this quarter of an hour": "interruptions: {:.0f}",
    "tasks waiting": "tasks waiting: {:.0f}",
    "pressure of the target": "under pressure of the target ({:.2f} of 1)",
}

AS_IT_WAS = "as it was"
WHICH = "of {} errors that were open then nothing tells which one it was; here is what belongs to any of them"


def list_of_harms(found: Sequence[Harm], warm_up_days: int) -> list[str]:
    """A line for each harm that is listed, and how to ask for one."""
    lines = [f"{'patient':>20}  {'when':<16} {'ward':<20} harmed by"]
    for harm in found:
        when, kinds = clock(harm.tick, warm_up_days), " or ".join(harm.kinds) or "an error"
        known = "; reported" if harm.reported else ""
        lines.append(f"{harm.patient:>20}  {when:<16} {one_line(harm.ward):<20} {kinds}{known}")
    lines.append(f"{len(found):,} times harm came that care could have prevented. --patient tells how it came about.")
    return lines


def in_words(told: Trace) -> list[str]:
    """All that is told of a patient: how harm came about, what happened, and what another lead would have changed."""
    own = told.history
    lines = [f"Patient {own.patient}. {how_led(own.run.scenario)}; seed {own.run.seed}.", ""]
    lines += [*summary(own), "", "What happened (* is in no record of the hospital):", "", *timeline(own)]
    if told.otherwise is not None:
        lines += ["", *_otherwise(own, told.otherwise)]
    return lines


def _otherwise(own: History, other: Otherwise) -> list[str]:
    theirs, names = other.history, (AS_IT_WAS, f"under {other.style}")
    led = how_led(theirs.run.scenario)
    lines = [f"The same patient with the same luck. {led}.", _since_when(own.run, other), ""]
    if not theirs.events:
        return [*lines, "She never comes: whoever comes again does so only where all before was the same."]
    warm_up = own.run.warm_up_days
    lines += [*of_parting(other.hospitals_part, warm_up, names, "the two hospitals"), ""]
    lines += of_parting(other.patient_parts, warm_up, names, "the two histories of this patient")
    if other.patient_parts is not None:
        lines += _what_differs(other, " | ".join(map(one_line, names)))
        lines += ["", *summary(theirs), "", "What happens then:", "", *timeline(theirs)]
    return lines


def _since_when(run: Run, other: Otherwise) -> str:
    if other.day is not None:
        style = one_line(other.style)
        return f"Leads turn to {style} on day {other.day}. Up to then the two hospitals are the same."
    if run.warm_up_days:
        return f"So led from day -{run.warm_up_days} on, the warm-up included: people learn otherwise from then on."
    return "The other style is there from the beginning."


def _what_differs(other: Otherwise, sides: str) -> Iterator[str]:
    """What lies between the parting of the hospitals and that of the patient, as far as it touches her."""
    yield from _side_by_side(f"What the lead of her ward gave time to in between ({sides}):", other.lead_time)
    yield from _side_by_side(f"What differed just then for those concerned ({sides}):", other.differs)


def _side_by_side(title: str, found: Sequence[Difference]) -> Iterator[str]:
    if not found:
        return
    yield from ("", title)
    for each in found:
        yield f"  {each.of}, {each.what}: {each.one} | {each.other}"


def summary(history: History) -> list[str]:
    """How each preventable harm came about, in a few lines each; or that there was none."""
    warm_up = history.run.warm_up_days
    found = list(chains(history))
    if not found:
        return ["No harm came to this patient that care could have prevented."]
    lines = []
    for chain in found:
        lines += [f"Harm on {clock(chain.harm.tick, warm_up)}: {chain.harm.words}.", *_of_chain(chain, warm_up), ""]
    return lines[:-1]


def _of_chain(chain: Chain, warm_up_days: int) -> Iterator[str]:
    if chain.could_be > 1:
        yield f"  {'which':<9} {WHICH.format(chain.could_be)}"
    for event in chain.led_to:
        at = "" if event.tick == chain.harm.tick else f" ({clock(event.tick, warm_up_days)})"
        yield f"  {'body' if event.kind == 'decline' else event.kind:<9} {event.words}{at}{_why(event)}"
    if chain.waited is not None:
        yield f"  {'waiting':<9} since {clock(chain.waited.tick, warm_up_days)}: {chain.waited.words}"
    for event in chain.pressed:
        yield f"  {'target':<9} {event.words} ({clock(event.tick, warm_up_days)}){_why(event)}"
    for event in chain.known:
        yield f"  {'known':<9} {event.words}{_why(event)}"
    if not chain.known:
        yield f"  {'known':<9} nobody asked whether it was an incident"


def _why(event: Event) -> str:
    """What stood behind an event, in brackets."""
    reasons = event.reasons
    if event.kind in ("silence", "voice"):
        return _why_said(reasons)
    told = [words.format(reasons[name]) for name, words in PRESSED_BY.items() if reasons.get(name, 0.0) > 0.0]
    return f" ({', '.join(told)})" if told else ""


def _why_said(reasons: Any) -> str:
    """Beliefs behind a decision to speak or to be silent."""
    likely = next((reasons[name] for name in ("chance to speak", "chance to report") if name in reasons), None)
    if likely is None:
        return ""
    parts = [f"chance {likely:.2f}: at stake {reasons['what was at stake']:.2f}"]
    parts.append(f"believed {reasons['belief that it would be acted on']:.2f} that it would be acted on")
    parts.append(f"and {reasons['belief that it is safe to speak']:.2f} that it is safe")
    gap = next((value for name, value in reasons.items() if name.startswith("gap of status")), 0.0)
    if gap > 0.0:
        parts.append(f"a gap of status of {gap:.2f}")
    if any(reasons.get(name, 0.0) > 0 for name in ("one of the two in haste, or away", "hurried")):
        parts.append("in haste")
    return f" ({', '.join(parts)})"


def timeline(history: History) -> list[str]:
    """All that happened, a line for each event; a star stands before what is in no record of the hospital."""
    warm_up = history.run.warm_up_days
    lines = []
    for event in history.events:
        mark = " " if event.on_record else "*"
        lines.append(f"{clock(event.tick, warm_up):<15} {mark} {event.words}")
    if not history.is_whole:
        lines.append("... and the stay goes on.")
    return lines


def of_parting(parting: Parting | None, warm_up_days: int, names: tuple[str, str], of: str) -> list[str]:
    """Where two histories part, in words.

    Args:
        names: of both sides.
        of: what parts, such as "the histories of this patient".
    """
    if parting is None:
        return [f"{of[0].upper()}{of[1:]} do not part."]
    lines = [f"{of[0].upper()}{of[1:]} part on {clock(parting.tick, warm_up_days)}:"]
    for name, event in zip(names, (parting.one, parting.other), strict=True):
        words = f"{event.words}{_why(event)}" if event else "nothing of the kind"
        role = f" [{event.lead}]" if event and event.lead else ""
        lines.append(f"  {one_line(name)}: {words}{role}")
    return lines


def content(told: Trace) -> dict[str, Any]:
    """A trace in a form that JSON can hold."""
    found: dict[str, Any] = {"patient": told.history.patient, "history": _history(told.history)}
    if told.otherwise is not None:
        found["under"] = {
            "style": told.otherwise.style,
            "from_day": told.otherwise.day,
            "history": _history(told.otherwise.history),
            "patient_parts": _parting(told.otherwise.patient_parts),
            "hospitals_part": _parting(told.otherwise.hospitals_part),
            "lead_time": [asdict(each) for each in told.otherwise.lead_time],
            "differs": [asdict(each) for each in told.otherwise.differs],
        }
    return found


def _history(history: History) -> dict[str, Any]:
    warm_up = history.run.warm_up_days
    return {
        "led": how_led(history.run.scenario),
        "is_whole": history.is_whole,
        "events": [event.content() | {"when": clock(event.tick, warm_up)} for event in history.events],
    }


def _parting(parting: Parting | None) -> dict[str, Any] | None:
    if parting is None:
        return None
    sides = {"one": parting.one, "other": parting.other}
    return {"tick": parting.tick} | {side: event.content() if event else None for side, event in sides.items()}
