"""The assumptions that carry a result: what arms change and what the scenario sets, then what harm hangs on."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.report.arm_labels import factor_words
from sim.report.numbers import in_words
from sim.report.page.subject import Subject
from sim.report.page.words import Names, listed
from sim.scenario import Scenario, shipped_styles
from sim.scenario.words import number, one_line, shortened
from sim.state.parameters import PARAMETERS
from sim.state.parameters.registry import Parameter

MOST_STUDIED = 6
MOST_VALUES = 6
MOST_CHANGED = 24
LONGEST_VALUE = 60
ASSUMED = "assumed"
SETTING = "of the scenario"  # a number that says what is simulated, and not how people behave
STUDIED_AS = {"patients_harmed": "adverse_events"}  # the outcome of the study that is nearest
STYLES = ("style",)

_IN_PACKAGE = Path(__file__).with_name("reference_assumptions.csv")
_IN_REPOSITORY = Path(__file__).parents[3] / "results" / "reference" / "assumptions" / "assumptions.csv"


@dataclass(frozen=True)
class Assumption:
    """One number, style or setting that a result hangs on.

    Attributes:
        name: as in scenarios.
        meaning: in plain words.
        values: what it is here, in words.
        grade: ``literature``, ``calibrated``, ``assumed``, or what it is instead.
        source: a paper, or the reason for an assumption.
    """

    name: str
    meaning: str
    values: str
    grade: str
    source: str


def between_arms(subject: Subject, names: Names) -> list[Assumption]:
    """What differs between the arms that are shown, in the order in which arms change it."""
    if subject.changes is None:
        return []
    shown = {arm: changes for arm, changes in subject.changes.items() if arm in names.arms}
    keys = list(dict.fromkeys(key for changes in shown.values() for key in changes))
    return [_of_arms(key, shown, names, subject.scenario) for key in keys[:MOST_CHANGED]]


def left_out(subject: Subject, names: Names) -> int:
    """How many more differences between arms there are than are shown."""
    shown = {arm: changes for arm, changes in (subject.changes or {}).items() if arm in names.arms}
    return max(0, len({key for changes in shown.values() for key in changes}) - MOST_CHANGED)


def of_scenario(subject: Subject) -> list[Assumption]:
    """Parameters that the scenario itself sets to another value than the default, but for those that arms set."""
    if subject.scenario is None:
        return []
    by_arms = {key for changes in (subject.changes or {}).values() for key in changes}
    changed = {
        key: value
        for key, value in subject.scenario.changed_parameters().items()
        if not any(key == name or key.startswith(f"{name}.") for name in by_arms)
    }
    return [
        Assumption(key, known.meaning, f"{said(value)}, and by default {said(known.default)}", *_known(known))
        for key, value in list(changed.items())[:MOST_CHANGED]
        for known in (PARAMETERS[key],)
    ]


def studied(outcome: str | None) -> list[Assumption]:
    """The assumptions that moved an outcome most when every one was moved by a quarter, on one ward."""
    name = STUDIED_AS.get(outcome or "", outcome)
    rows = [row for row in _study() if row["outcome"] == name and row["parameter"] in PARAMETERS]
    return [
        Assumption(
            row["parameter"],
            PARAMETERS[row["parameter"]].meaning,
            f"harm changes by {in_words(float(row['change']), sign=True)}% from its lower to its upper value",
            *_known(PARAMETERS[row["parameter"]]),
        )
        for row in rows[:MOST_STUDIED]
    ]


def grades() -> dict[str, int]:
    """How many parameters of the model have each grade of evidence."""
    found = {"literature": 0, "calibrated": 0, ASSUMED: 0}
    for parameter in PARAMETERS.values():
        found[parameter.grade] += 1
    return found


@cache
def _study() -> list[dict[str, str]]:
    """The reference study of all assumptions: in an installed package its own copy, in the repository the original."""
    path = _IN_PACKAGE if _IN_PACKAGE.exists() else _IN_REPOSITORY
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _of_arms(key: str, shown: Mapping[int, Mapping[str, Any]], names: Names, scenario: Scenario | None) -> Assumption:
    by_value: dict[str, list[int]] = {}
    for arm, changes in shown.items():
        if key in changes:
            by_value.setdefault(said(changes[key]), []).append(arm)
    told = [f"{value} in {names.listed(arms)}" for value, arms in list(by_value.items())[:MOST_VALUES]]
    told += [f"and {len(by_value) - MOST_VALUES:,} values more"] * (len(by_value) > MOST_VALUES)
    if (known := _parameter(key)) is not None:
        values = f"{'; '.join(told)}; by default {said(known.default)}"
        return Assumption(key, known.meaning, values, *_known(known))
    if key.rpartition(".")[2] in STYLES:
        return Assumption(
            key,
            "the style in which wards are led: how leads spend their hours, and their manner",
            "; ".join(told),
            ASSUMED,
            _sources(scenario, list(by_value)),
        )
    words = short_names([key], scenario)[key]
    return Assumption(key, f"{words}, as the scenario describes it", "; ".join(told), SETTING, "chosen by the design")


def _parameter(key: str) -> Parameter | None:
    """The parameter of that name; of devolution in all domains, the first of them."""
    return PARAMETERS.get(key) or next((PARAMETERS[name] for name in PARAMETERS if name.startswith(f"{key}.")), None)


def _sources(scenario: Scenario | None, styles: list[str]) -> str:
    known = shipped_styles() | (scenario.styles if scenario else {})
    found = dict.fromkeys(one_line(known[name].source) for name in styles if name in known)
    return listed(list(found)) or "as the file of the style says"


def _known(parameter: Parameter) -> tuple[str, str]:
    return parameter.grade, parameter.source


def short_names(keys: Sequence[str], scenario: Scenario | None) -> dict[str, str]:
    """Key of a scenario → a few words for it that set it apart from the others, e.g. ``devolution``.

    Interventions go by the title that the scenario gives them.
    """
    return {key: _of_intervention(key, scenario) or words for key, words in factor_words(keys).items()}


def _of_intervention(key: str, scenario: Scenario | None) -> str:
    match key.split("."):
        case ["interventions", position, *what] if scenario and position.isdigit():
            known = scenario.interventions[int(position)]
            return f"“{known.title}”: {' '.join(what).replace('_', ' ')}"
        case ["styles", _, "hours", activity]:
            return f"hours a week of “{activity.replace('_', ' ')}”:"
    return ""


def said(value: Any) -> str:
    """A value of a scenario in words."""
    match value:
        case bool():
            return "on" if value else "off"
        case int():
            return number(value)
        case float():
            return f"{value:,.6g}"
    return shortened(str(value), LONGEST_VALUE)
