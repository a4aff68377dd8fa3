"""How a hospital is led: its dials, who leads a ward in which style, and a target.

A style is what a lead does with the hours of a week, the manner in which it is done, and a stance on control, pressure
and blame. It names no outcome. All styles share the same hours, so that one can be compared with another line by line.
"""

import re
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from sim.scenario.basics import NAME_PATTERN, NAME_RULE, Share, Table, Title
from sim.scenario.checks import Fault, is_number, refuse
from sim.scenario.words import did_you_mean, quoted
from sim.state.parameters import PARAMETERS
from sim.state.vocabulary import (
    ACTIVITIES,
    DECISION_DOMAINS,
    LEADING_WEEK,
    LEADS,
    LED_BY_SEVERAL,
    MODES,
)

USUAL_STYLE = "pace_setting"  # of most of 800 leaders of the NHS (Santry 2011, in Bohmer 2012)
SHARED = LEADS[LED_BY_SEVERAL]
MOST_STYLES = 100
SUM_TOLERANCE = 1e-6

type LeadName = Literal["consultant", "senior nurse", "ward manager", "shared"]
type Level = Literal["ward", "division"]


# Dials. The registry holds their meaning, range and default.


def _dial(name: str) -> Any:
    known = PARAMETERS[f"dials.{name}"]
    told = f"{known.meaning} ({known.unit}; {known.grade}: {known.source})"
    if known.unit == "0 or 1":
        return Field(default=bool(known.default), description=told)
    return Field(default=known.default, ge=known.low, le=known.high, description=told)


class Devolution(Table):
    """The share of decisions that is left to those who do the work, by what the decision is about."""

    clinical: float = _dial("devolution.clinical")
    override: float = _dial("devolution.override")
    process: float = _dial("devolution.process")
    staffing: float = _dial("devolution.staffing")


def by_domain(given: Any) -> Any:
    """One number for devolution as a table in which it stands for every domain; anything else as it is."""
    return dict.fromkeys(DECISION_DOMAINS, given) if is_number(given) and 0 <= given <= 1 else given


def _devolution(given: Any) -> Any:
    refuse(((), sentence) for sentence in devolution_faults(given))
    return by_domain(given)


def devolution_faults(given: Any) -> Iterator[str]:
    """What is wrong with devolution as a whole, in words; its domains are looked at one by one."""
    if given == {} or not isinstance(by_domain(given), dict | Devolution):
        what = "an empty table" if given == {} else quoted(given)
        domains = ", ".join(DECISION_DOMAINS)
        yield f"is {what}; it should be a number from 0 to 1, or a table with such a number for any of: {domains}"


class Dials(Table):
    """The dials of the hospital's culture and policy, each from 0 to 1."""

    psychological_safety: float = _dial("psychological_safety")
    goal_congruence: float = _dial("goal_congruence")
    devolution: Annotated[Devolution, BeforeValidator(_devolution)] = Field(
        default=Devolution(),
        description="share of decisions that is left to those who do the work: one number, 0 to 1, or a table with "
        f"one for any of {', '.join(DECISION_DOMAINS)}; 0: each waits for a manager, 1: none does",
    )
    target_pressure: float = _dial("target_pressure")
    hold: bool = _dial("hold")

    def values(self) -> dict[str, float]:
        """Every dial by the full name of its parameter."""
        flat: dict[str, float] = {}
        for field, value in self.model_dump().items():
            if isinstance(value, dict):
                flat.update({f"dials.{field}.{label}": float(element) for label, element in value.items()})
            else:
                flat[f"dials.{field}"] = float(value)
        return flat


# Styles.


def _hours(meaning: str) -> Any:
    return Field(ge=0, le=LEADING_WEEK, description=f"{meaning}, hours a week, 0 to {LEADING_WEEK}")


class Hours(Table):
    """One week of leading by activity; the hours add up to the same for every style."""

    listen: float = _hours("listening to people, and asking them")
    coach: float = _hours("helping somebody to decide well, in place of deciding")
    walk: float = _hours("walking the ward and looking")
    design: float = _hours("designing the system of work: pathway, checklists, plans, hazards that are known")
    show_data: float = _hours("showing people data about their work")
    convene: float = _hours("bringing the team together about one patient")
    review_trials: float = _hours("going through trials of treatment: what was changed, and what was seen")
    recognise: float = _hours("saying what people did well")
    chase: float = _hours("chasing the target")
    direct_care: float = _hours("caring for patients with the own hands")
    paperwork: float = _hours("paperwork")

    @model_validator(mode="after")
    def _whole_week(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        total = sum(self.week())
        off = total - LEADING_WEEK
        if abs(off) > SUM_TOLERANCE:
            much = f"{_plainly(abs(off))} too {'many' if off > 0 else 'few'}"
            yield (), f"adds up to {_plainly(total)} hours, {much}; a week of leading has {LEADING_WEEK}"

    def week(self) -> tuple[float, ...]:
        """The hours in the order of `ACTIVITIES`."""
        return tuple(float(getattr(self, activity)) for activity in ACTIVITIES)


def _plainly(hours: float) -> str:
    return f"{hours:.7f}".rstrip("0").rstrip(".")


class Week(Hours):
    """One week of leading in one mode of care, and the kind of data that is shown in it."""

    shows_aggregates: Share | None = Field(
        default=None, description="share of feedback that is data of many cases in this mode, in place of the stance's"
    )


class HoursByMode(Table):
    """A week for each mode of care that the lead believes to have before her."""

    repetitive: Week = Field(description="hours of a week in care that follows a known pathway")
    constrained: Week = Field(description="hours of a week in care that is a choice among known options")
    unconstrained: Week = Field(description="hours of a week in care that is a search by trial")


class Manner(Table):
    """How a lead speaks and keeps faith."""

    inquiry: Share = Field(description="how far the lead asks rather than tells, 0 to 1")
    warmth: Share = Field(description="how warm the lead's tone is, 0 to 1")
    quality_language: Share = Field(description="how far the lead speaks of quality rather than of cost, 0 to 1")
    admits_errors: Share = Field(description="how readily the lead speaks of the own errors, 0 to 1")
    keeps_promises: Share = Field(description="share of promises that the lead keeps, 0 to 1")


class Stance(Table):
    """Where a lead stands on control, pressure, blame and data."""

    devolves: Share = Field(
        description="how far the lead leaves decisions to others, 0 to 1; multiplies the odds of the dial of devolution"
    )
    presses: Share = Field(description="share of the pressure felt that the lead passes on to others, 0 to 1")
    blames: Share = Field(description="how an error is met, 0 to 1; 0: by a look at the process, 1: at the person")
    shows_aggregates: Share = Field(
        description="share of feedback that is data of many cases together, rather than single cases, 0 to 1"
    )


class Style(Table):
    """A style of leading: a week, a manner and a stance, with the reason why they count as this style."""

    title: Title = Field(description="name for tables, 1 to 200 characters")
    rationale: str = Field(
        min_length=1,
        max_length=2_000,
        description="what such a lead does with a week and why it counts as this style, 1 to 2,000 characters",
    )
    source: str = Field(
        min_length=1, max_length=1_000, description="papers and passages it rests on, 1 to 1,000 characters"
    )
    hours: Hours = Field(description="one week of leading, by activity; 20 hours in all")
    manner: Manner = Field(description="how the lead speaks and keeps faith")
    stance: Stance = Field(description="where the lead stands on control, pressure, blame and data")
    by_mode: HoursByMode | None = Field(
        default=None, description="of a contingent style: a week for each mode of care, in place of the one for all"
    )

    @property
    def is_contingent(self) -> bool:
        """Whether the week differs by mode of care."""
        return self.by_mode is not None

    def weeks(self) -> tuple[tuple[float, ...], ...]:
        """Hours in the order of `ACTIVITIES`, for each of `MODES`; the same three times unless it is contingent."""
        return tuple((getattr(self.by_mode, mode) if self.by_mode else self.hours).week() for mode in MODES)

    def aggregates(self) -> tuple[float, ...]:
        """Share of feedback that is data of many cases, for each of `MODES`; the stance's where a week has none."""
        weeks = [getattr(self.by_mode, mode) for mode in MODES] if self.by_mode else []
        shares = [week.shows_aggregates for week in weeks] or [None] * len(MODES)
        return tuple(self.stance.shows_aggregates if share is None else share for share in shares)


# Who leads.


def _style_name(given: str, info: ValidationInfo) -> str:
    if not re.fullmatch(NAME_PATTERN, given):
        meant = given.strip().lower().replace("-", "_").replace(" ", "_")
        hint = did_you_mean(meant, (info.context or {}).get("styles", ()))
        refuse(iter([((), f"is {quoted(given)}; it should be the name of a style ({NAME_RULE}){hint}")]))
    return given


type StyleName = Annotated[str, AfterValidator(_style_name)]

STYLE_MEANS = "a style of leading, by name: one in [styles], a file in styles/ beside the scenario, or one that ships"
LEAD_MEANS = "who holds the role of the ward's lead: people of one grade, or several of the three grades together"
LEVEL_MEANS = "where the lead sits: on the ward, or in the division, with one lead who is seldom on each of its wards"


class Leadership(Table):
    """Who leads, where, and in which style."""

    style: StyleName = Field(default=USUAL_STYLE, description=STYLE_MEANS)
    lead: LeadName = Field(default="ward manager", description=LEAD_MEANS)
    level: Level = Field(default="ward", description=LEVEL_MEANS)


class WardLeadership(Table):
    """What differs on one ward from the leadership of the hospital."""

    style: StyleName | None = Field(default=None, description=STYLE_MEANS)
    lead: LeadName | None = Field(default=None, description=LEAD_MEANS)
    level: Level | None = Field(default=None, description=LEVEL_MEANS)


def possible_leads(grades: Collection[str]) -> list[str]:
    """Who could lead a ward that has posts of these `grades`."""
    alone = [lead for lead in LEADS if lead in grades]
    return [*alone, SHARED] if len(alone) > 1 else alone


# A target.


class Target(Table):
    """A time within which something is to happen to patients, and the share of them to whom it must."""

    title: Title = Field(description="name for reports, 1 to 200 characters")
    starts: Literal["arrival", "bed"] = Field(
        default="arrival", description="what starts the clock: the patient arrives, or is given a bed"
    )
    stops: Literal["bed", "clerked"] = Field(
        description="what stops the clock: a bed is given, or a doctor has seen the patient"
    )
    deadline: float = Field(
        ge=0.25,
        le=168,
        multiple_of=0.25,
        description="time from one to the other, hours, 0.25 to 168",
    )
    required_share: Share = Field(description="share of patients for whom it must happen in time, 0 to 1")
    recorder: Literal["staff", "clock"] = Field(
        default="staff",
        description="who records the time: whoever does the work, who may put it right, or a clock that nobody can",
    )
    audience: Literal["ward", "division"] = Field(
        default="division",
        description="who sees what was met: the ward's lead alone, or the division's manager too, who presses in turn",
    )

    @model_validator(mode="after")
    def _clock_runs(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.starts == self.stops:
            sentence = 'is "bed", where the clock starts too; it should be "clerked", or starts should be "arrival"'
            yield ("stops",), sentence
