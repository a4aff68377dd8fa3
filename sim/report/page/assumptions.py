"""The assumptions that carry a result: what arms change and what the scenario sets, then what harm hangs on."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.report.numbers import in_words
from sim.report.page.settings import Settings, meaning, said, told_by_value
from sim.report.page.subject import Subject
from sim.report.page.words import Names, listed
from sim.scenario import Scenario, shipped_styles
from sim.scenario.words import one_line
from sim.state.parameters import PARAMETERS
from sim.state.parameters.registry import Parameter

MOST_STUDIED = 6
MOST_VALUES = 6
MOST_CHANGED = 24
ASSUMED = "assumed"
SETTING = "a setting"  # it says what is simulated, and not how people behave
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


def between_arms(settings: Settings | None, names: Names) -> list[Assumption]:
    """What differs between the arms that are shown, with the value that each has, in the order of the design."""
    if settings is None:
        return []
    return [_of_arms(key, settings, names) for key in settings.apart[:MOST_CHANGED]]


def left_out(settings: Settings | None) -> int:
    """How many more differences between arms there are than are shown."""
    return max(0, len(settings.apart) - MOST_CHANGED) if settings else 0


def shared(settings: Settings | None, names: Names) -> list[Assumption]:
    """What all arms that are shown have alike, of all that some arm of the results changes."""
    if settings is None:
        return []
    return [_of_arms(key, settings, names) for key in settings.shared[:MOST_CHANGED]]


def of_scenario(subject: Subject, settings: Settings | None) -> list[Assumption]:
    """Parameters that the scenario itself sets to another value than the default, but for those that arms set."""
    if subject.scenario is None:
        return []
    by_arms = (*settings.apart, *settings.shared) if settings else ()
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


def _of_arms(key: str, settings: Settings, names: Names) -> Assumption:
    values = told_by_value(settings, names, key, MOST_VALUES)
    if (known := _parameter(key)) is not None:
        default = said(known.default)
        last = ", as by default" if settings.is_own(key, default) else f"; by default {default}"
        return Assumption(key, known.meaning, f"{values}{last}", *_known(known))
    if key.rpartition(".")[2] in STYLES:
        return Assumption(
            key,
            "the style in which wards are led: how leads spend their hours, and their manner",
            values,
            ASSUMED,
            _sources(settings.scenario, list(settings.arms_by_value(key))),
        )
    return Assumption(key, meaning(key, settings.scenario), values, SETTING, "chosen by the design")


def _parameter(key: str) -> Parameter | None:
    """The parameter of that name; of devolution in all domains, the first of them."""
    return PARAMETERS.get(key) or next((PARAMETERS[name] for name in PARAMETERS if name.startswith(f"{key}.")), None)


def _sources(scenario: Scenario | None, styles: list[str]) -> str:
    known = shipped_styles() | (scenario.styles if scenario else {})
    found = dict.fromkeys(one_line(known[name].source) for name in styles if name in known)
    return listed(list(found)) or "as the file of the style says"


def _known(parameter: Parameter) -> tuple[str, str]:
    return parameter.grade, parameter.source
