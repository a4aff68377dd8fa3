"""What a scenario says: a hospital, how it is staffed, what is changed in the model, and how to run it.

Scenarios are strict. A misspelt key, a number in quotes, an infinite number or a value out of range is
refused and never mended in silence. Each field says what it means, its unit and its range; the JSON
Schema, `microsystem explain` and the messages about faults are made from the same declarations.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.scenario.basics import GradeName, Name, Share, Table, Title
from sim.scenario.checks import Fault, Joint, Values, complete_mechanisms, complete_parameters, refuse
from sim.scenario.interventions import MOST_INTERVENTIONS, Intervention, Replace, faults_of
from sim.scenario.leading import (
    MOST_STYLES,
    SHARED,
    SUM_TOLERANCE,
    Dials,
    Leadership,
    Style,
    Target,
    WardLeadership,
    possible_leads,
)
from sim.scenario.words import did_you_mean, number, one_of, quoted
from sim.state import parameters as registry
from sim.state.vocabulary import DAYS_PER_YEAR, ERRORS, FED_BY_HAZARDS, TICKS_PER_HOUR

MOST_WARDS = 4_000
MOST_GROUPS = 60
ALL_WARDS = "all"
WHO_LEADS = ("division", "leadership")  # keys of a ward that decide with whom it shares a lead
HAZARD_KINDS = tuple(ERRORS[kind].replace(" ", "_") for kind in FED_BY_HAZARDS)
NURSE_GRADES = ("staff nurse", "senior nurse")
DOCTOR_GRADES = ("junior doctor", "consultant")


def days_of(years: float) -> int:
    """So many years in whole days, at least one."""
    return max(1, round(years * DAYS_PER_YEAR))


def _sums_to_one(shares: Iterable[float]) -> Iterator[Fault]:
    total = sum(shares)
    if abs(total - 1) > SUM_TOLERANCE:
        yield (), f"adds up to {number(round(total, 9))}; its parts should add up to 1"


class Goals(Table):
    """What somebody cares about when choosing the next task; the four weights add up to 1."""

    outcome: Share = Field(description="weight of the patient's outcome, 0 to 1")
    timeliness: Share = Field(description="weight of timeliness, which a waiting target counts, 0 to 1")
    throughput: Share = Field(description="weight of freeing beds and of cost, 0 to 1")
    standard: Share = Field(description="weight of the person's own professional standard, 0 to 1")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse(_sums_to_one((self.outcome, self.timeliness, self.throughput, self.standard)))
        return self


class RunPlan(Table):
    """How long the hospital is watched, and how often the run is repeated with other luck."""

    years: float = Field(
        default=1.0, ge=0.01, le=50, description="time that is counted after the warm-up, years, 0.01 to 50"
    )
    warm_up_days: int = Field(default=56, ge=0, le=365, description="time before counting begins, days, 0 to 365")
    seed: int = Field(default=1, ge=0, le=2**62 - 1, description="first replication's luck, 0 to 2^62 - 1")
    replications: int = Field(default=10, ge=1, le=100_000, description="runs with different luck, 1 to 100,000")

    @property
    def days(self) -> int:
        """Days that are counted."""
        return days_of(self.years)


class Division(Table):
    """A layer of control over wards, with a waiting place that they share."""

    title: Title = Field(description="name for reports, 1 to 200 characters")
    waiting_places: int = Field(ge=0, le=400, description="places to wait for a bed, such as trolleys, 0 to 400")
    manager_weights: Goals | None = Field(default=None, description="goal weights of its manager; left out: the usual")


class ModeMix(Table):
    """The share of a ward's patients in each of the three modes of care; they add up to 1."""

    repetitive: Share = Field(description="share whose care follows a known pathway, 0 to 1")
    constrained: Share = Field(description="share whose treatment is chosen among known options, 0 to 1")
    unconstrained: Share = Field(description="share whose treatment must be found by trial, 0 to 1")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse(_sums_to_one((self.repetitive, self.constrained, self.unconstrained)))
        return self


class Pathway(Table):
    """The ward's standard pathway for repetitive care."""

    quality: Share = Field(description="how effective the pathway is for those it fits, 0 to 1")
    fit: Share = Field(description="share of repetitive patients whom the pathway fits, 0 to 1")
    design: Share = Field(description="how far the system of work makes the right step the easy one, 0 to 1")


class Ward(Table):
    """A clinical microsystem: beds, patients who come, staff, pathway and latent hazards."""

    title: Title = Field(description="name for reports, 1 to 200 characters")
    division: Name = Field(description="the division that the ward belongs to, a name from [divisions]")
    staffing: Name = Field(description="the staffing pattern of the ward, a name from [staffing]")
    beds: int = Field(ge=1, le=200, description="beds open, 1 to 200")
    arrivals_per_day: float = Field(ge=0, le=60, description="mean arrivals, patients a day, 0 to 60")
    emergency_share: Share = Field(description="share of arrivals that are urgent or emergencies, 0 to 1")
    mode_mix: ModeMix = Field(description="shares of patients in the three modes of care")
    pathway: Pathway = Field(description="the standard pathway for repetitive care")
    fragmentation: Share = Field(
        default=0.3,
        description="how far care around the ward is split between services that do not know of each other, 0 to 1",
    )
    handover: Literal["verbal", "notes", "printed"] = Field(description="how items are handed over between shifts")
    hazards: dict[str, Annotated[int, Field(ge=0, le=10)]] = Field(
        default_factory=dict,
        validate_default=True,
        description="latent hazards at the start, by kind of error that they feed, 0 to 10 each; left out: 0",
    )
    leadership: WardLeadership | None = Field(
        default=None, description="who leads this ward and how, where that differs from [leadership]"
    )

    @field_validator("hazards", mode="after")
    @classmethod
    def _every_kind(cls, hazards: dict[str, int]) -> dict[str, int]:
        refuse(
            ((kind,), f"is not a kind of error that a hazard feeds{did_you_mean(kind, HAZARD_KINDS)}")
            for kind in hazards
            if kind not in HAZARD_KINDS
        )
        return {kind: hazards.get(kind, 0) for kind in HAZARD_KINDS}


class Shift(Table):
    """A shift that a group of staff works, and how many of them it needs."""

    start: str = Field(
        pattern=r"^([01][0-9]|2[0-3]):(00|15|30|45)$",
        description="when it starts, hours and minutes on a quarter of an hour, 00:00 to 23:45",
        examples=["07:30"],
    )
    hours: float = Field(ge=0.25, le=24, multiple_of=0.25, description="how long it lasts, hours, 0.25 to 24")
    weekday: int = Field(ge=0, le=500, description="people needed on Monday to Friday, 0 to 500")
    weekend: int = Field(ge=0, le=500, description="people needed on Saturday and Sunday, 0 to 500")
    presence: Share = Field(
        default=1.0, description="share of the shift spent on this ward, 0 to 1; on-call staff cover several wards"
    )

    @property
    def start_tick(self) -> int:
        """When it starts, in quarter-hours after midnight."""
        hours, minutes = self.start.split(":")
        return int(hours) * TICKS_PER_HOUR + int(minutes) * TICKS_PER_HOUR // 60

    @property
    def ticks(self) -> int:
        """How long it lasts, in quarter-hours."""
        return round(self.hours * TICKS_PER_HOUR)


class Group(Table):
    """People of one grade on one ward, who share a rota."""

    grade: GradeName = Field(description="profession and seniority")
    posts: int = Field(ge=1, le=500, description="posts on the ward, 1 to 500")
    shifts: tuple[Shift, ...] = Field(
        strict=False, min_length=1, max_length=3, description="the shifts of a day, 1 to 3 of them"
    )
    weights: Goals | None = Field(default=None, description="goal weights of these people; left out: the usual")

    @model_validator(mode="after")
    def _enough_posts(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for day, needed in (
            ("weekday", sum(shift.weekday for shift in self.shifts)),
            ("weekend day", sum(shift.weekend for shift in self.shifts)),
        ):
            if needed > self.posts:
                yield (
                    ("posts",),
                    f"is {self.posts}, but the shifts of one {day} need {needed} people; nobody works two shifts a day",
                )


type Staffing = dict[Name, Group]


class Scenario(Table):
    """One hospital under one set of rules. Complete: what a file leaves out stands here at its default."""

    title: Title = Field(description="one line that names the scenario, 1 to 200 characters")
    description: str = Field(max_length=4_000, description="what it stands for, in plain words, up to 4,000 characters")
    run: RunPlan = Field(default=RunPlan(), description="how long to watch and how often to repeat")
    dials: Dials = Field(default=Dials(), description="culture and policy: dials from 0 to 1")
    leadership: Leadership = Field(default=Leadership(), description="who leads the wards, where, and in which style")
    divisions: dict[Name, Division] = Field(min_length=1, description="layers of control over wards, by name")
    wards: dict[Name, Ward] = Field(min_length=1, max_length=MOST_WARDS, description="wards by name, 1 to 4,000")
    staffing: dict[Name, Staffing] = Field(min_length=1, description="staffing patterns by name, of groups by name")
    target: Target | None = Field(default=None, description="a target that is pressed; left out: there is none")
    interventions: tuple[Intervention, ...] = Field(
        default=(),
        strict=False,
        min_length=0,
        max_length=MOST_INTERVENTIONS,
        description="what is changed while the hospital runs, and when: tables whose kind is set, ramp, replace, "
        "train, adopt or mandate; left out: nothing",
    )
    styles: dict[Name, Style] = Field(
        default_factory=dict,
        max_length=MOST_STYLES,
        description="styles of leading by name, for those that are no files; a style that is used must be whole",
    )
    parameters: Values = Field(
        default_factory=dict, validate_default=True, description="numbers of the model, by part of the model"
    )
    mechanisms: dict[str, bool] = Field(
        default_factory=dict, validate_default=True, description="switches: true (on) or false (off) for each mechanism"
    )

    @field_validator("parameters", mode="before")
    @classmethod
    def _every_parameter(cls, given: Any) -> Values:
        return complete_parameters(given)

    @field_validator("mechanisms", mode="before")
    @classmethod
    def _every_mechanism(cls, given: Any) -> dict[str, bool]:
        return complete_mechanisms(given)

    @field_validator("styles", mode="after")
    @classmethod
    def _in_one_order(cls, styles: dict[str, Style]) -> dict[str, Style]:
        return dict(sorted(styles.items()))  # it makes no difference to a run, and so none to a digest

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        known = (info.context or {}).get("styles", self.styles)
        refuse(chain(self._faults(), self._style_faults(known), self._lead_faults(), self._level_faults()))
        refuse(faults_of(self))
        return self

    def _faults(self) -> Iterator[Fault]:
        if ALL_WARDS in self.wards:
            yield ("wards", ALL_WARDS), "is a name that tables of results use for all wards together; choose another"
        for name, ward in self.wards.items():
            if ward.division not in self.divisions:
                hint = did_you_mean(ward.division, self.divisions)
                yield ("wards", name, "division"), f"is {quoted(ward.division)}, which is not in [divisions]{hint}"
            if ward.staffing not in self.staffing:
                hint = did_you_mean(ward.staffing, self.staffing)
                yield ("wards", name, "staffing"), f"is {quoted(ward.staffing)}, which is not in [staffing]{hint}"
        with_wards = {ward.division for ward in self.wards.values()}
        for name in self.divisions:
            if name not in with_wards and with_wards <= set(self.divisions):  # else a ward's was told above
                lines = [("divisions", name), *(("wards", ward, "division") for ward in self.wards)]
                yield lines[0], Joint("has no ward; give it one or leave the division out", tuple(lines))
        for name, pattern in self.staffing.items():
            for sentence in _staffing_faults(pattern):
                yield ("staffing", name), sentence

    def _style_faults(self, known: Iterable[str]) -> Iterator[Fault]:
        for path, name in self._styles_named():
            if name not in self.styles:
                where = "in [styles], in a folder styles beside the file, or among those that ship"
                yield path, f"is {quoted(name)}, and no style is called so {where}{did_you_mean(name, known)}"

    def _styles_named(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Where the scenario names a style, and which."""
        yield ("leadership", "style"), self.leadership.style
        for name, ward in self.wards.items():
            if ward.leadership and ward.leadership.style is not None:
                yield ("wards", name, "leadership", "style"), ward.leadership.style
        for index, intervention in enumerate(self.interventions):
            if isinstance(intervention, Replace) and intervention.style is not None:
                yield ("interventions", str(index), "style"), intervention.style

    def _lead_faults(self) -> Iterator[Fault]:
        told = set()
        for name, ward in self.wards.items():
            own = bool(ward.leadership and ward.leadership.lead)
            path = ("wards", name, "leadership", "lead") if own else ("leadership", "lead")
            pattern = self.staffing.get(ward.staffing, {})
            lead, possible = self.leadership_of(name).lead, possible_leads({group.grade for group in pattern.values()})
            if possible and lead not in possible and (path, ward.staffing) not in told:
                told.add((path, ward.staffing))
                lacks = "posts of one such grade alone" if lead == SHARED else "no such post"
                yield path, f"is {quoted(lead)}, but ward {name} has {lacks}; there it should be {one_of(possible)}"

    def _level_faults(self) -> Iterator[Fault]:
        first: dict[str, tuple[str, Leadership]] = {}
        told = set()
        for name, ward in self.wards.items():
            led = self.leadership_of(name)
            other, by = first.setdefault(ward.division, (name, led))
            if led != by and "division" in (led.level, by.level) and ward.division not in told:
                told.add(ward.division)
                sentence = (
                    f"has one lead for all its wards, but wards {other} and {name} differ in style, lead or level; "
                    "make these the same, or lead every ward at its own level"
                )
                lines = [("leadership",), *(("wards", one, key) for one in (other, name) for key in WHO_LEADS)]
                yield ("divisions", ward.division), Joint(sentence, tuple(lines))

    def leadership_of(self, ward: str) -> Leadership:
        """Who leads a ward, where, and in which style."""
        own = self.wards[ward].leadership
        return self.leadership.model_copy(update=own.model_dump(exclude_none=True)) if own else self.leadership

    def style_of(self, ward: str) -> Style:
        """The style in which a ward is led."""
        return self.styles[self.leadership_of(ward).style]

    def changed_parameters(self) -> dict[str, float]:
        """The parameters that differ from their default, by full name."""
        return {name: value for name, value in self.values().items() if value != registry.PARAMETERS[name].default}

    def settings(self) -> np.record:
        """The row of every parameter and switch, as behaviours read it."""
        return registry.settings(self.values(), self.mechanisms)

    def digest(self) -> str:
        """A short name for exactly this scenario: 16 hexadecimal digits of its SHA-256.

        Wards, divisions and groups count in their order, since it decides the order of rows.
        """
        return _digest(self.model_dump(mode="json"))

    def condition_digest(self) -> str:
        """As `digest`, without titles, description, seed and number of replications.

        Two scenarios with the same one give the same runs for the same seed. So a better title, or
        more replications, need not repeat runs that are done; nor need the reasons for a style, or a style that nobody
        has.
        """
        content = self.model_dump(mode="json", exclude={"title", "description"})
        for key in ("seed", "replications"):
            del content["run"][key]
        named = {name for _, name in self._styles_named()}
        styles = content["styles"] = {name: style for name, style in content["styles"].items() if name in named}
        targets = [content["target"]] if content["target"] else []
        named_tables = (content["divisions"], content["wards"], styles)
        tables = [table for names in named_tables for table in names.values()]
        for table in (*tables, *targets, *content["interventions"]):
            del table["title"]
        for style in styles.values():
            del style["rationale"], style["source"]
        return _digest(content)

    def values(self) -> dict[str, float]:
        """Every parameter by its full name, dials among them."""
        flat: dict[str, float] = {}
        for module, fields in self.parameters.items():
            for field, value in fields.items():
                if isinstance(value, dict):
                    flat.update({f"{module}.{field}.{label}": element for label, element in value.items()})
                else:
                    flat[f"{module}.{field}"] = value
        return flat | self.dials.values()


def _staffing_faults(pattern: Staffing) -> Iterator[str]:
    if len(pattern) > MOST_GROUPS:
        yield f"has {len(pattern)} groups; a ward has at most {MOST_GROUPS}"

    def posts(*grades: str) -> int:
        return sum(group.posts for group in pattern.values() if group.grade in grades)

    if posts("ward manager") != 1:
        yield f"has {posts('ward manager')} posts of ward manager; a ward has exactly one"
    if not posts(*NURSE_GRADES):
        yield "has no post of staff nurse or senior nurse; a ward needs at least one"
    if not posts(*DOCTOR_GRADES):
        yield "has no post of junior doctor or consultant; a ward needs at least one"


def _digest(content: object) -> str:
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
