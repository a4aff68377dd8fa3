"""What arms are: the values that each has of all that some arm changes, told once where arms share them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.report.arm_labels import factor_words
from sim.report.page.subject import Subject
from sim.report.page.words import Names, counted, listed
from sim.scenario import Scenario
from sim.scenario.interventions import Ramp, Set
from sim.scenario.words import number, shortened

MOST_TOLD = 24
FEWEST_ALIKE = 3  # arms of which what they share is told once, for all but one
LONGEST_VALUE = 60
HOURS = "hours a week"


@dataclass(frozen=True)
class Settings:
    """What the arms that are shown have of all that some arm changes, by key of the scenario.

    Attributes:
        values: arm → key → value, with which it ran.
        own: the scenario's own values; nothing where each arm is a scenario of its own.
        scenario: what arms change; None where this version cannot read it.
    """

    values: Mapping[int, Mapping[str, Any]]
    own: Mapping[str, Any]
    scenario: Scenario | None

    @cached_property
    def apart(self) -> tuple[str, ...]:
        """The keys of which arms have different values; of one arm alone all."""
        return tuple(key for key in self._keys if len(self.arms_by_value(key)) > 1 or len(self.values) == 1)

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The keys of which all arms have one value."""
        return tuple(key for key in self._keys if key not in self.apart)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for of_arm in self.values.values() for key in of_arm))

    def arms_by_value(self, key: str) -> dict[str, list[int]]:
        """Value in words → the arms that have it."""
        found: dict[str, list[int]] = {}
        for arm, of_arm in self.values.items():
            found.setdefault(said(of_arm.get(key)), []).append(arm)
        return found

    def is_own(self, key: str, value: str) -> bool:
        """Whether the scenario itself has that value."""
        return key in self.own and said(self.own[key]) == value


def settings_of(subject: Subject, names: Names) -> Settings | None:
    """The settings of the arms that are shown; None where this version cannot tell."""
    if subject.settings is None:
        return None
    return Settings({arm: subject.settings(arm) for arm in names.arms}, subject.own, subject.scenario)


def what_arms_are(settings: Settings | None, names: Names) -> list[tuple[str, str]]:
    """What all arms share, what all but one share, what else each has beside the scenario, and the scenario itself."""
    if settings is None:
        return [(called, "not known here") for called in names.arms.values()]
    words = words_for(settings.apart[:MOST_TOLD], settings.scenario)
    most = {key: found for key in words if (found := _of_all_but_one(settings, key))}
    rows = []
    if settings.shared:
        alike = words_for(settings.shared[:MOST_TOLD], settings.scenario)
        rows.append(("All of these", _told(alike, next(iter(settings.values.values())))))
    for but in dict.fromkeys(but for but, _ in most.values()):
        alike = {key: words[key] for key, (other, _) in most.items() if other == but}
        any_other = next(arm for arm in settings.values if arm != but)
        rows.append((f"All but {names.quoted(but)}", _told(alike, settings.values[any_other])))
    rows += [(called, _of_arm(settings, arm, words, most)) for arm, called in names.arms.items()]
    if settings.own and settings.apart:
        rows.append(("The scenario itself", _told(words, settings.own)))
    return rows


def _told(words: Mapping[str, str], values: Mapping[str, Any]) -> str:
    return "; ".join(_phrase(told, said(values.get(key))) for key, told in words.items())


def _of_arm(settings: Settings, arm: int, words: Mapping[str, str], most: Mapping[str, tuple[int, str]]) -> str:
    """What an arm has beside the scenario, less what is told of all but one; and how much more there is."""
    values = settings.values[arm]
    changed = [key for key in words if not settings.is_own(key, said(values.get(key)))]
    own = {key: words[key] for key in changed if key not in most or most[key][0] == arm}
    more = len(settings.apart) - len(words)
    told = [_told(own, values)] * bool(own) + [f"{counted(more, 'setting')} more"] * bool(more)
    return "; ".join(told) or ("nothing else" if changed else "as the scenario is")


def _of_all_but_one(settings: Settings, key: str) -> tuple[int, str] | None:
    """The one arm that has another value than all others, and theirs; of few arms, or of the scenario's value, none."""
    found = sorted(settings.arms_by_value(key).items(), key=lambda pair: len(pair[1]))
    if len(found) != 2 or len(found[0][1]) != 1 or len(found[1][1]) < FEWEST_ALIKE:
        return None
    (_, (but,)), (value, _) = found
    return None if settings.is_own(key, value) else (but, value)


def words_for(keys: Sequence[str], scenario: Scenario | None) -> dict[str, str]:
    """Key of a scenario → what stands beside its value, e.g. ``devolution`` or ``hours a week of “coach”``.

    Interventions go by the title that the scenario gives them.
    """
    return {key: _hours(key) or _of_intervention(key, scenario) or words for key, words in factor_words(keys).items()}


def meaning(key: str, scenario: Scenario | None) -> str:
    """What a key of a scenario is that is no parameter, in words."""
    if hours := _hours(key):
        return f"{hours} in the style {key.split('.')[1].replace('_', ' ')}"
    return _of_intervention(key, scenario) or f"{factor_words([key])[key]}, as the scenario describes it"


def _phrase(words: str, value: str) -> str:
    if words.startswith(HOURS):
        return f"{value} {words.replace('hours', 'hour', value == '1')}"
    return f"{words} {value}"


def _hours(key: str) -> str:
    match key.split("."):
        case ["styles", _, "hours", activity]:
            return f"{HOURS} of “{activity.replace('_', ' ')}”"
    return ""


def _of_intervention(key: str, scenario: Scenario | None) -> str:
    match key.split("."):
        case ["interventions", position, *what] if scenario and position.isdigit():
            known = scenario.interventions[int(position)]
            if what == ["to"] and isinstance(known, Set | Ramp):
                return f"“{known.title}” brings {factor_words([known.change])[known.change]} to"
            return f"“{known.title}”: {' '.join(what).replace('_', ' ')}"
    return ""


def told_by_value(settings: Settings, names: Names, key: str, most: int) -> str:
    """Which arms have which value of a key, the scenario's own beside them."""
    found = settings.arms_by_value(key)
    if len(found) == 1:
        told = [f"{next(iter(found))} in {'all arms' if len(settings.values) > 1 else names.listed(list(names.arms))}"]
    else:
        rest = max(found, key=lambda value: len(found[value]))
        others = rest if len(found[rest]) >= FEWEST_ALIKE and len(found) <= most else None
        shown = [value for value in found if value != others][:most]
        told = [f"{value} in {names.listed(found[value])}" for value in shown]
        told += [f"{others} in all others"] if others else []
        told += [f"and {len(found) - most:,} values more"] * (len(found) > most)
    own = [f"the scenario itself has {said(settings.own[key])}"] if key in settings.own else []
    return "; ".join([*told, *own])


def said(value: Any) -> str:
    """A value of a scenario in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "on" if value else "off"
        case int():
            return number(value)
        case float():
            return f"{value:,.6g}"
        case dict():
            return listed([f"{name.replace('_', ' ')} {said(each)}" for name, each in value.items()])
    return shortened(str(value), LONGEST_VALUE)
