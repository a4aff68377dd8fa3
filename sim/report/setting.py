"""How a hospital is led, in one line: who leads, the dials that are turned, and what is scheduled."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sim.scenario import Leadership, Scenario
from sim.scenario.interventions import SAME, Adopt, Intervention, Mandate, Ramp, Replace, Set, Train
from sim.scenario.words import shortened
from sim.state.vocabulary import DECISION_DOMAINS

MOST_CHANGES, MOST_LEADS = 3, 3
LONGEST_NAME = 40
SEVERAL = {
    "ward manager": "ward managers",
    "consultant": "consultants",
    "senior nurse": "senior nurses",
    "shared": "several grades together",
}


def how_led(scenario: Scenario) -> str:
    """Who leads wards in which style, which dials differ from their default, and which interventions are scheduled.

    As in ``Led by ward managers, pace-setting; devolution 0.3; from day 90: checklist adopted``.
    """
    return "; ".join(filter(None, (_leads(scenario), ", ".join(_dials(scenario)), *_changes(scenario))))


def _leads(scenario: Scenario) -> str:
    if not scenario.mechanisms["leadership"]:
        return "Led by nobody, since leadership is switched off"
    wards = defaultdict(list)
    for name in scenario.wards:
        wards[_lead(scenario, scenario.leadership_of(name))].append(name)
    usual, *others = sorted(wards, key=lambda lead: -len(wards[lead]))
    if len(others) >= MOST_LEADS:
        return f"Led by {usual}, but {sum(len(wards[lead]) for lead in others):,} wards otherwise"
    elsewhere = " and ".join(f"on {_places(wards[lead])} by {lead}" for lead in others)
    return ", but ".join(filter(None, (f"Led by {usual}", elsewhere)))


def _lead(scenario: Scenario, led: Leadership) -> str:
    who = led.lead if scenario.mechanisms["clinical_leads"] else "ward manager"
    grade = "division managers" if led.level == "division" else SEVERAL[who]
    return f"{grade}, {_style(scenario, led.style)}"


def _style(scenario: Scenario, name: str) -> str:
    return shortened(scenario.styles[name].title, LONGEST_NAME).lower()


def _places(wards: Sequence[str]) -> str:
    return _spaced(wards[0]) if len(wards) == 1 else f"{len(wards):,} wards"


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _dials(scenario: Scenario) -> Iterator[str]:
    changed = scenario.changed_parameters()
    turned = {name.removeprefix("dials."): value for name, value in changed.items() if name.startswith("dials.")}
    domains = {name: value for name, value in turned.items() if name.startswith("devolution.")}
    if len(domains) == len(DECISION_DOMAINS) and len(set(domains.values())) == 1:
        turned = {"devolution": domains.popitem()[1]} | {n: v for n, v in turned.items() if "." not in n}
    for name, value in turned.items():
        yield "beliefs held" if name == "hold" else f"{dial_words(name)} {_number(value)}"


def dial_words(name: str) -> str:
    """A dial as people read it, e.g. ``admissions devolution`` for ``devolution.admissions``."""
    dial, _, domain = name.partition(".")
    return f"{domain} {_spaced(dial)}".strip()


def _number(value: float) -> str:
    return f"{value:,.6g}"  # 0.3, and not 0.30000000000000004


def _changes(scenario: Scenario) -> Iterator[str]:
    """What is scheduled, the first of it in words."""
    scheduled = sorted(scenario.interventions, key=lambda intervention: intervention.day)
    for intervention in scheduled[:MOST_CHANGES]:
        where = (
            ""
            if set(intervention.places(scenario)) == set(scenario.wards)
            else (f" on {_places(intervention.places(scenario))}")
        )
        yield f"{_when(intervention)}: {_what(intervention, scenario)}{where}"
    if len(scheduled) > MOST_CHANGES:
        yield f"{len(scheduled) - MOST_CHANGES:,} more later"


def _when(intervention: Intervention) -> str:
    first = intervention.day
    match intervention:
        case Set(until=int(until)):
            return f"days {first:,} to {until - 1:,}"
        case Ramp(days=days):
            return f"days {first:,} to {first + days:,}"
        case Train():
            return f"day {first:,}"
    return f"from day {first:,}"


def _what(intervention: Intervention, scenario: Scenario) -> str:
    match intervention:
        case Set() | Ramp():
            return _number_changed(intervention)
        case Replace():
            return _new_leads(intervention, scenario)
        case Train():
            return f"training in {intervention.what}"
        case Adopt():
            return f"{intervention.practice} adopted"
        case Mandate():
            return f"{intervention.practice} mandated"


def _number_changed(change: Set | Ramp) -> str:
    table, _, name = change.change.partition(".")
    told = {"dials": dial_words(name), "wards": _spaced(name).replace(".", " ")}.get(table, change.change)
    return f"{told} × {_number(change.times)}" if change.times is not None else f"{told} {_number(change.to or 0.0)}"


def _new_leads(change: Replace, scenario: Scenario) -> str:
    style = _style(scenario, change.style) if change.style else ""
    if change.comes_from == SAME:
        return f"leads turn to {style}"
    who = f"{SEVERAL[change.lead] if change.lead else 'others'} from {change.comes_from} lead"
    return ", ".join(filter(None, (who, style)))
