"""What is changed while a hospital runs, and when: numbers, leads, skills and practices.

Days are counted from the end of the warm-up: day 0 begins at the first midnight that counts. What a change may touch is
listed here; what a hospital is built of (beds, posts, divisions), and what is read only when it starts, cannot be
changed while it runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.basics import GradeName, Name, Share, Table, Title
from sim.scenario.checks import DIALS, Fault, Range, refuse, value_faults
from sim.scenario.leading import LEAD_MEANS, STYLE_MEANS, LeadName, StyleName, possible_leads
from sim.scenario.words import did_you_mean, nearest, number, one_of, quoted
from sim.state.parameters import PARAMETERS
from sim.state.vocabulary import LEADING_WEEK, TICKS_PER_HOUR

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MOST_INTERVENTIONS = 200
LAST_DAY = 50 * 365

type Taught = Literal["speaking up", "deciding", "skill", "rigour"]
type Practice = Literal["checklist", "structured handover", "walk-rounds"]
type Origin = Literal["inside", "outside", "same"]

RIGOUR = "rigour"
SAME: Origin = "same"
INSIDE: Origin = "inside"
WALK_ROUNDS = "walk-rounds"
USUAL_WALKS = 3.0
DOCTORS: tuple[GradeName, ...] = ("junior doctor", "consultant")
CLINICIANS: tuple[GradeName, ...] = ("staff nurse", "senior nurse", *DOCTORS)

# What can be changed.


@dataclass(frozen=True)
class Changeable:
    """A number of a ward or of its lead that may change while the hospital runs.

    Attributes:
        table, column: where the state holds it.
        low, high, unit: what it may be, as in the scenario itself.
        steps_of: it comes in multiples of this; 0: any number will do.
        per_unit: by how much the state multiplies it.
    """

    table: Literal["wards", "leads"]
    column: str
    low: float
    high: float
    unit: str
    steps_of: float = 0.0
    per_unit: int = 1

    is_whole = False


ARRIVALS = "wards.arrivals_per_day"
OF_WARDS = {
    ARRIVALS: Changeable("wards", "arrivals_per_day", 0, 60, "patients a day"),
    "wards.emergency_share": Changeable("wards", "emergency_share", 0, 1, "share"),
    "wards.fragmentation": Changeable("wards", "fragmentation", 0, 1, "0 to 1"),
    "wards.pathway.quality": Changeable("wards", "pathway_quality", 0, 1, "0 to 1"),
    "wards.pathway.fit": Changeable("wards", "pathway_fit", 0, 1, "share"),
    "wards.pathway.design": Changeable("wards", "pathway_design", 0, 1, "0 to 1"),
}
OF_TARGETS = {
    "target.required_share": Changeable("leads", "required_share", 0, 1, "share"),
    "target.deadline": Changeable("wards", "target_deadline", 0.25, 168, "hours", 0.25, TICKS_PER_HOUR),
}
OF_PLACES = OF_WARDS | OF_TARGETS

# Read only when people start or a ward opens, or at the very end: a change in between would change nothing, or half.
READ_ONCE = (
    "staffing.status",
    "staffing.skill",
    "staffing.skill_spread",
    "staffing.weight_spread",
    "work.verbal_keeps",
    "work.notes_keep",
    "voice.inviting",
    "voice.inviting_spread",
    "voice.belief_spread",
    "voice.acted_on_at_start",
    "dials.psychological_safety",
    "dials.goal_congruence",
    "leadership.trust_at_start",
    "leadership.trusts_own",
    "leadership.capability",
    "leadership.knows_at_start",
    "goals.identifies",
    "goals.owns",
    "goals.confidence",
    "goals.confidence_spread",
    "goals.pulls_apart",
    "observers.survey_cut",
)
DEVOLUTION = f"{DIALS}.devolution"
HOLD = f"{DIALS}.hold"
ALLOWED = f"a parameter or a dial by its full name, or one of {', '.join(OF_PLACES)}"


def numbers_of(change: str) -> list[str]:
    """The numbers that a key of `set` and `ramp` stands for: itself, or each domain of devolution; none if unknown."""
    if change == DEVOLUTION:
        return [name for name in PARAMETERS if name.startswith(f"{DEVOLUTION}.")]
    return [change] if change in OF_PLACES or change in PARAMETERS else []


def is_read_once(change: str) -> bool:
    """Whether the model reads this parameter once: when people start or a ward opens, or at the end."""
    return any(change == name or change.startswith(f"{name}.") for name in READ_ONCE)


def range_of(name: str) -> Range:
    """What a number may be."""
    return OF_PLACES.get(name) or PARAMETERS[name]


def _change_faults(change: str) -> Iterator[Fault]:
    if change == f"{DIALS}.psychological_safety":
        yield (
            ("change",),
            f'is {quoted(change)}, which is only where people start; to change it later, use kind = "train"',
        )
    elif is_read_once(change):
        sentence = f"is {quoted(change)}, which the model reads once and not day by day; set it in the scenario itself"
        yield ("change",), sentence
    elif not numbers_of(change):
        near = [name for name in nearest(change, _changeable()) if not is_read_once(name)]
        hint = f'; did you mean "{near[0]}"?' if near else ""
        yield (
            ("change",),
            f"is {quoted(change)}, which cannot change while a hospital runs; it should be {ALLOWED}{hint}",
        )


def _changeable() -> list[str]:
    return [*OF_PLACES, DEVOLUTION, *PARAMETERS]


def number_faults(name: str, value: float) -> Iterator[str]:
    """What is wrong with `value` for the number `name`, in words."""
    known = range_of(name)
    steps = getattr(known, "steps_of", 0.0)
    if steps and known.low <= value <= known.high and value % steps:
        yield f"is {quoted(value)}; it should be a number in steps of {steps}"
    yield from value_faults(known, value)


# The kinds of intervention.


class _Intervention(Table):
    title: Title = Field(description="what is done, for reports, 1 to 200 characters")
    day: int = Field(
        ge=0,
        le=LAST_DAY,
        description="day at whose first midnight it is done, counted from the end of the warm-up, from 0",
    )
    wards: tuple[Name, ...] | None = Field(
        default=None,
        strict=False,
        min_length=1,
        max_length=4_000,
        description="names of the wards where it is done; left out: all",
    )

    def places(self, scenario: "Scenario") -> tuple[str, ...]:
        """The wards where it is done, each once."""
        return tuple(dict.fromkeys(scenario.wards if self.wards is None else self.wards))


class _Change(_Intervention):
    change: str = Field(max_length=200, description=f"the number that changes: {ALLOWED}")
    to: float | None = Field(default=None, description="its new value, in its own unit; or give times")
    times: float | None = Field(
        default=None, ge=0, le=1_000, description="what it is multiplied by, 0 to 1,000; or give to"
    )

    @model_validator(mode="before")
    @classmethod
    def _switch_as_number(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("change") == HOLD and isinstance(given.get("to"), bool):
            return {**given, "to": int(given["to"])}
        return given

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(_change_faults(self.change))
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if (self.to is None) == (self.times is None):
            given = "neither to nor times" if self.to is None else "both to and times"
            yield (), f"has {given}; it should have one of them"
        elif self.to is not None:
            yield from ((("to",), sentence) for sentence in number_faults(numbers_of(self.change)[0], self.to))
        if self.wards is not None and not self.is_of_places:
            yield ("wards",), f"is given, but {self.change} is one number for the whole hospital; leave wards out"

    @property
    def is_of_places(self) -> bool:
        """Whether each ward has this number for itself."""
        return self.change in OF_PLACES

    @property
    def ends(self) -> int:
        """The day from which something else may change the same number."""
        raise NotImplementedError


class Set(_Change):
    """A number is given another value, for good or until a day on which it goes back to what it was."""

    kind: Literal["set"] = Field(description="set: a number is given another value at once")
    until: int | None = Field(
        default=None, ge=1, le=LAST_DAY, description="day on which the number goes back to what it was; left out: never"
    )

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.until is not None and self.until <= self.day:
            yield ("until",), f"is {number(self.until)}; it should be later than day, which is {number(self.day)}"

    @property
    def ends(self) -> int:
        """The day from which something else may change the same number."""
        return self.until or self.day + 1


class Ramp(_Change):
    """A number moves in equal steps, midnight by midnight, from what it is to another value."""

    kind: Literal["ramp"] = Field(description="ramp: a number moves day by day to another value")
    days: int = Field(ge=1, le=LAST_DAY, description="how many days the move takes, 1 or more")

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if range_of(numbers_of(self.change)[0]).is_whole:
            yield ("change",), f'is {quoted(self.change)}, which comes in whole numbers; change it with kind = "set"'

    @property
    def ends(self) -> int:
        """The day from which something else may change the same number."""
        return self.day + self.days + 1


class Replace(_Intervention):
    """The wards' lead takes on another style, or somebody else takes over the role."""

    kind: Literal["replace"] = Field(description="replace: another style of leading, or another lead")
    style: StyleName | None = Field(default=None, description=f"{STYLE_MEANS}; left out: the style stays")
    lead: LeadName | None = Field(default=None, description=f"{LEAD_MEANS}; left out: as it was")
    comes_from: Origin = Field(
        default=SAME,
        description="whether the lead is the same person as before, or another from inside or outside the hospital",
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.comes_from != SAME:
            return
        if self.lead is not None:
            yield (
                ("comes_from",),
                'is "same", but lead hands the role to somebody else; it should be "inside" or "outside"',
            )
        elif self.style is None:
            yield (), 'changes nothing; give a style, or comes_from = "inside" or "outside"'


class Train(_Intervention):
    """People are trained; those who attend get better at something, and are away from their work meanwhile."""

    kind: Literal["train"] = Field(description="train: people learn something, for time away from their work")
    what: Taught = Field(
        description="what is taught: that it is safe to speak up, to decide alone, the skill of the profession, or (to "
        "doctors) rigour, which is to read a response once more"
    )
    who: tuple[GradeName, ...] | None = Field(
        default=None,
        strict=False,
        min_length=1,
        max_length=6,
        description="grades that are trained; left out: all nurses and doctors, or for rigour all doctors",
    )
    dose: Share | None = Field(
        default=None,
        description="share of what somebody who attends still lacks that is learned, 0 to 1; not for rigour",
    )
    reaches: Share = Field(default=1.0, description="share of these people who attend, 0 to 1")
    takes: int = Field(
        default=16, ge=0, le=400, description="time away from work of each who attends, quarter-hours, 0 to 400"
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.what != RIGOUR and self.dose is None:
            yield ("dose",), "is missing; it should be a number from 0 to 1"
        if self.what == RIGOUR and self.dose is not None:
            yield ("dose",), "is given, but rigour comes by one reading a training; leave dose out"
        for at, grade in enumerate(self.who or ()):
            if self.what == RIGOUR and grade not in DOCTORS:
                yield ("who", str(at)), f"is {quoted(grade)}; rigour is for those who treat, {one_of(DOCTORS)}"

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades that are trained."""
        return self.who or (DOCTORS if self.what == RIGOUR else CLINICIANS)


class _Practice(_Intervention):
    practice: Practice = Field(description="what the wards bring in")
    hours: float | None = Field(
        default=None,
        ge=0,
        le=LEADING_WEEK,
        description=f"of walk-rounds: hours a week of walking the ward at least, 0 to {LEADING_WEEK}; left out: 3",
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.hours is not None and self.practice != WALK_ROUNDS:
            yield ("hours",), f"is given, but only {WALK_ROUNDS} take hours of a lead; leave hours out"

    @property
    def walks(self) -> float:
        """Hours a week of walking the ward at least."""
        return USUAL_WALKS if self.hours is None else self.hours


class Adopt(_Practice):
    """Wards adopt a practice: it is used by those who choose to, and takes their time alone."""

    kind: Literal["adopt"] = Field(description="adopt: a practice that those use who choose to")


class Mandate(_Practice):
    """A practice is mandated: it takes everybody's time, and is more than a form to those who choose to use it."""

    kind: Literal["mandate"] = Field(description="mandate: a practice that everybody must use, if only as a form")


type Intervention = Annotated[Set | Ramp | Replace | Train | Adopt | Mandate, Field(discriminator="kind")]

# One of each kind, for people who write their first: `microsystem explain interventions` shows them.
EXAMPLES = {
    "set": """\
[[interventions]]
kind = "set"
title = "A hard winter"
day = 120
until = 176
change = "wards.arrivals_per_day"
times = 1.2
wards = ["acute_medicine"]
""",
    "ramp": """\
[[interventions]]
kind = "ramp"
title = "Decisions move to the bedside"
day = 60
days = 90
change = "dials.devolution.clinical"
to = 0.8
""",
    "replace": """\
[[interventions]]
kind = "replace"
title = "A consultant from another hospital"
day = 100
style = "coaching"
lead = "consultant"
comes_from = "outside"
wards = ["complex_care"]
""",
    "train": """\
[[interventions]]
kind = "train"
title = "A course in speaking up"
day = 30
what = "speaking up"
who = ["staff nurse", "junior doctor"]
dose = 0.3
reaches = 0.8
takes = 16
""",
    "adopt": """\
[[interventions]]
kind = "adopt"
title = "A better handover, for those who like it"
day = 60
practice = "structured handover"
""",
    "mandate": """\
[[interventions]]
kind = "mandate"
title = "A checklist for every task"
day = 182
practice = "checklist"
""",
}


# Whether they fit the hospital.


def faults_of(scenario: "Scenario") -> Iterator[Fault]:
    """What is wrong with the interventions of a scenario whose wards and staffing are sound, with the path of each."""
    for index, intervention in enumerate(scenario.interventions):
        for path, sentence in _faults_of_one(intervention, scenario):
            yield ("interventions", str(index), *path), sentence
    yield from _clashes(scenario)
    yield from _adopted_too_late(scenario)


def _faults_of_one(intervention: Intervention, scenario: "Scenario") -> Iterator[Fault]:
    counted = scenario.run.days
    if intervention.day >= counted:
        last = f"the run counts {number(counted)} days, so it should be a whole number from 0 to {number(counted - 1)}"
        yield ("day",), f"is {number(intervention.day)}; {last}"
    elif isinstance(intervention, Ramp) and intervention.day + intervention.days > counted:
        longest = number(counted - intervention.day)
        told = f"the run counts {number(counted)} days, so from day {number(intervention.day)} it should be at most"
        yield ("days",), f"is {number(intervention.days)}; {told} {longest}"
    strangers = [name for name in intervention.places(scenario) if name not in scenario.wards]
    for name in strangers:
        yield ("wards",), f"names {quoted(name)}, which is not in [wards]{did_you_mean(name, scenario.wards)}"
    if strangers:
        return
    match intervention:
        case Set() | Ramp():
            yield from _change_in_place_faults(intervention, scenario)
        case Replace():
            yield from _lead_faults(intervention, scenario)
        case Train():
            yield from _grade_faults(intervention, scenario)


def _change_in_place_faults(change: Set | Ramp, scenario: "Scenario") -> Iterator[Fault]:
    if change.change in OF_TARGETS and scenario.target is None:
        yield (
            ("change",),
            f"is {quoted(change.change)}, but there is no [target]; one that begins later starts with a share of 0",
        )
        return
    if change.times is None:
        return
    for name in numbers_of(change.change):
        for ward in change.places(scenario)[: None if change.is_of_places else 1]:
            value = starts_at(scenario, name, ward) * change.times
            if wrong := next(number_faults(name, value), None):
                where = f" on ward {ward}" if change.is_of_places else ""
                yield ("times",), f"is {quoted(change.times)}, so that {name}{where} {wrong}"
                return


def starts_at(scenario: "Scenario", name: str, ward: str) -> float:
    """What a number is when the scenario starts."""
    if name in OF_WARDS:
        place: Any = scenario.wards[ward]
        for part in name.split(".")[1:]:
            place = getattr(place, part)
        return float(place)
    if name in OF_TARGETS:
        return float(getattr(scenario.target, name.split(".")[1]))
    return scenario.values()[name]


def most_arrivals(scenario: "Scenario", ward: str) -> float:
    """The most patients a day that can come to a ward at any time of the scenario, on average."""
    most, factor = scenario.wards[ward].arrivals_per_day, 1.0
    for change in scenario.interventions:
        if isinstance(change, Set | Ramp) and change.change == ARRIVALS and ward in change.places(scenario):
            most, factor = max(most, change.to or 0.0), factor * max(1.0, change.times or 0.0)
    return min(most * factor, OF_WARDS[ARRIVALS].high)


def _lead_faults(replace: Replace, scenario: "Scenario") -> Iterator[Fault]:
    for name in replace.places(scenario):
        ward = scenario.wards[name]
        possible = possible_leads({group.grade for group in scenario.staffing[ward.staffing].values()})
        if replace.lead and possible and replace.lead not in possible:
            yield (
                ("lead",),
                f"is {quoted(replace.lead)}, but nobody on ward {name} could be; there it should be {one_of(possible)}",
            )
            return
        missing = [
            other
            for other in scenario.wards
            if scenario.wards[other].division == ward.division and other not in replace.places(scenario)
        ]
        if scenario.leadership_of(name).level == "division" and missing:
            yield (
                ("wards",),
                f"names {quoted(name)}, whose lead leads {missing[0]} too; name all wards of that division",
            )
            return


def _grade_faults(training: Train, scenario: "Scenario") -> Iterator[Fault]:
    patterns = {scenario.wards[name].staffing for name in training.places(scenario)}
    there = {group.grade for pattern in patterns for group in scenario.staffing[pattern].values()}
    missing = [(at, grade) for at, grade in enumerate(training.who or ()) if grade not in there]
    for at, grade in missing:
        yield ("who", str(at)), f"is {quoted(grade)}, and no ward where it is done has such a post"
    if not missing and not there & set(training.grades):
        yield ("what",), f"is {quoted(training.what)}, and no ward where it is done has anybody to teach it to"


def _clashes(scenario: "Scenario") -> Iterator[Fault]:
    """Two that change one number in the same time: what it goes back to, or moves from, would depend on the order."""
    taken: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for index, change in enumerate(scenario.interventions):
        if not isinstance(change, Set | Ramp):
            continue
        clash = None
        for name in numbers_of(change.change):
            for ward in change.places(scenario) if change.is_of_places else ("",):
                others = taken.setdefault((name, ward), [])
                found = [other for day, ends, other in others if day < change.ends and change.day < ends]
                clash = clash or (f"interventions.{found[0]}" if found else None)
                others.append((change.day, change.ends, index))
        if clash:
            path = ("interventions", str(index), "change")
            yield (
                path,
                f"is {quoted(change.change)}, which {clash} changes in the same time; let one end before the other",
            )


def _adopted_too_late(scenario: "Scenario") -> Iterator[Fault]:
    """Practices that a ward adopts when they are mandated there: nobody is left to choose."""
    mandates = [(index, each) for index, each in enumerate(scenario.interventions) if isinstance(each, Mandate)]
    for position, adopted in enumerate(scenario.interventions):
        if not isinstance(adopted, Adopt):
            continue
        for index, mandate in mandates:
            shared = [ward for ward in adopted.places(scenario) if ward in mandate.places(scenario)]
            if shared and mandate.practice == adopted.practice and mandate.day <= adopted.day:
                yield (
                    ("interventions", str(position), "practice"),
                    f"is {quoted(adopted.practice)}, which interventions.{index} mandates on ward {shared[0]} from day "
                    f"{number(mandate.day)}; adopt it before that day, or leave this out",
                )
                break
