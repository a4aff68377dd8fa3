"""Claims as files: what is compared, in which outcome, with which sign and margin, and what would refute it.

A claim is written before it is run. It names a scenario and its arms, which are changes to that scenario; tests, which
compare arms; and a plausible point at which it fails. A claim without such a point is a premise. Files may come from
strangers and are as strict as scenarios.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, Union

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails

from sim.experiment.replications import LONGEST_YEARS, MOST_REPLICATIONS, RunError
from sim.scenario import Scenario, ScenarioError, load, with_changes
from sim.scenario.basics import NAME_RULE, Name, Table, Title
from sim.scenario.checks import Fault, refuse
from sim.scenario.faults import choices_of, mistakes, untagged
from sim.scenario.files import parsed, text_of
from sim.scenario.loading import neighbour, stranger
from sim.scenario.styles import named_in
from sim.scenario.words import did_you_mean, dotted, one_line, one_of, perhaps, quoted
from sim.state.vocabulary import DAYS_PER_YEAR, MODES

FOLDER = "claims"
ALL: Final = "all"
STYLE = "leadership.style"
MOST_ARMS, MOST_TESTS = 60, 40
LONGEST_WARM_UP = 365
_IN_PACKAGE = Path(__file__).with_name("scenarios") / FOLDER
_IN_REPOSITORY = Path(__file__).parents[2] / "scenarios" / FOLDER

type Sign = Literal["below", "above", "not_below", "not_above"]
type Role = Literal["verdict", "check", "report"]
type Mode = Literal["repetitive", "constrained", "unconstrained"]
type Scope = Literal["repetitive", "constrained", "unconstrained", "all"]
type Text = Annotated[str, Field(min_length=1, max_length=2_000)]
type Several = Annotated[tuple[Name, ...], Field(strict=False, min_length=2, max_length=MOST_ARMS)]
type Ordered = Annotated[tuple[Name, ...], Field(strict=False, min_length=3, max_length=MOST_ARMS)]
type Pair = Annotated[tuple[Name, ...], Field(strict=False, min_length=2, max_length=2)]
type Changes = dict[str, Any]


class ClaimError(ScenarioError):
    """A claim that cannot be used; the message says where, what was given and what is allowed."""


@dataclass(frozen=True)
class Measures:
    """What tests may ask about, by name of outcome.

    Attributes:
        outcomes: all that there are.
        by_mode: those that are counted by mode of care.
        by_day: those that the daily series can give.
    """

    outcomes: Collection[str]
    by_mode: Collection[str]
    by_day: Collection[str]


# What one test compares. A description is what a message says is allowed there.

_LIST = "a list of names of arms, {} of them or more, each once"
_ROLE = "verdict (counts), check (where it does not hold nothing is decided) or report (shown alone)"


class _Test(Table):
    title: Title = Field(description="text in quotes of 1 to 200 characters on one line")
    role: Role = Field(default="verdict", description=_ROLE)
    outcome: str = Field(description="the name of an outcome")
    less: str | None = Field(default=None, description="the name of an outcome to subtract")
    ward: str = Field(default=ALL, description="the name of a ward of the scenario, or all")
    from_day: int | None = Field(
        default=None, ge=-LONGEST_WARM_UP, le=LONGEST_YEARS * DAYS_PER_YEAR, description="a whole number of days"
    )
    to_day: int | None = Field(
        default=None, ge=1, le=LONGEST_YEARS * DAYS_PER_YEAR, description="a whole number of days, from 1"
    )

    @property
    def arms_named(self) -> tuple[str, ...]:
        """Every arm that the test compares, each once."""
        return tuple(dict.fromkeys(name for _, name in self.arms_by_key))

    @property
    def arms_by_key(self) -> list[tuple[str, str]]:
        """The keys that name arms, each with a name that stands there."""
        given = {key: getattr(self, key, ()) for key in ("arm", "reference", "arms", "references")}
        return [(key, name) for key, names in given.items() for name in ([names] if isinstance(names, str) else names)]

    @property
    def days(self) -> tuple[int, int] | None:
        """The first day counted and the day after the last; None for all."""
        return (self.from_day, self.to_day) if self.from_day is not None and self.to_day is not None else None


class _OfOneMode(_Test):
    mode: Scope = Field(default=ALL, description=one_of((*MODES, ALL)))


class _Sized(_Test):
    margin: float | None = Field(default=None, ge=0, le=1, description="a share of the reference, 0 to 1")
    points: float | None = Field(default=None, ge=0, le=1e6, description="a number in the unit of the outcome, from 0")

    @property
    def asked(self) -> float:
        """How large an effect must be to count: a share of the reference, or in the unit of the outcome."""
        return self.points if self.points is not None else self.margin or 0.0

    @property
    def is_relative(self) -> bool:
        """Whether effects are shares of the reference."""
        return self.points is None


class Difference(_Sized, _OfOneMode):
    """One arm less another."""

    form: Literal["difference"]
    sign: Sign = Field(description=one_of(("below", "above", "not_below", "not_above")))
    arm: Name = Field(description="the name of an arm")
    reference: Name = Field(description="the name of the arm that it is compared with")


class Interaction(_Sized, _OfOneMode):
    """What two arms differ by, less what two others do; or the same two in another mode of care."""

    form: Literal["interaction"]
    sign: Sign = Field(description=one_of(("below", "above", "not_below", "not_above")))
    arms: Pair = Field(description="a list of two names of arms")
    references: Pair = Field(description="a list of two names of arms")
    reference_mode: Scope | None = Field(default=None, description=one_of((*MODES, ALL)))


class Trend(_Sized, _OfOneMode):
    """Falling, or rising, from the first of several arms to the last, with no clear step back."""

    form: Literal["trend"]
    sign: Literal["below", "above"] = Field(description='"below" (falls) or "above" (rises)')
    arms: Ordered = Field(description=_LIST.format(3))


class InteriorMinimum(_Sized, _OfOneMode):
    """Lower at one of the arms in between than at either end."""

    form: Literal["interior_minimum"]
    arms: Ordered = Field(description=_LIST.format(3))


class BestDiffers(_Sized):
    """No arm is best in every mode of care: each is beaten by another in some mode."""

    form: Literal["best_differs"]
    sign: Literal["below", "above"] = Field(description='"below" (less is better) or "above" (more is)')
    arms: Several = Field(description=_LIST.format(2))
    modes: Annotated[tuple[Mode, ...], Field(strict=False, min_length=2, max_length=3)] = Field(
        default=("repetitive", "constrained", "unconstrained"),
        description=f"a list of two or three of {', '.join(MODES)}",
    )


class BeatsEvery(_Sized, _OfOneMode):
    """One arm against each of several, the best of which it must beat."""

    form: Literal["beats_every"]
    sign: Literal["below", "above"] = Field(description='"below" (less is better) or "above" (more is)')
    arm: Name = Field(description="the name of an arm")
    arms: Several = Field(description=_LIST.format(2))


class Crossing(_OfOneMode):
    """At which level the difference between two arms changes its sign; shown alone."""

    form: Literal["crossing"]
    role: Literal["report"] = Field(default="report", description='"report"; it decides nothing')
    arms: Several = Field(description=_LIST.format(2))
    references: Several = Field(description=_LIST.format(2))
    levels: Annotated[tuple[float, ...], Field(strict=False, min_length=2, max_length=MOST_ARMS)] = Field(
        description="a rising list of numbers, one for each arm"
    )


FORMS: dict[str, type[_Test]] = {
    "difference": Difference,
    "interaction": Interaction,
    "trend": Trend,
    "interior_minimum": InteriorMinimum,
    "best_differs": BestDiffers,
    "beats_every": BeatsEvery,
    "crossing": Crossing,
}

type Test = Annotated[
    Union[Difference, Interaction, Trend, InteriorMinimum, BestDiffers, BeatsEvery, Crossing],  # noqa: UP007
    Field(discriminator="form"),
]


class Arm(Table):
    """One of the hospitals that are compared."""

    title: Title = Field(description="text in quotes of 1 to 200 characters on one line")
    changes: Changes = Field(description="a table of changes to the scenario, key = value")


class FailingPoint(Table):
    """A plausible point of the parameters at which the claim fails."""

    changes: Changes = Field(min_length=1, description="a table of changes to the scenario, key = value")
    why: Text = Field(description="why it fails there and is plausible, in 1 to 2,000 characters")


_CLAIM_ID = r"^[A-Za-z][A-Za-z0-9_-]{0,19}$"


class Statement(Table):
    """What the file of a claim says."""

    id: str = Field(pattern=_CLAIM_ID, description="letters, digits, - and _, beginning with a letter, at most 20")
    title: Title = Field(description="text in quotes of 1 to 200 characters on one line")
    claim: Text = Field(description="the claim in plain words, 1 to 2,000 characters")
    passage: Text = Field(description="where it was made, 1 to 2,000 characters")
    scenario: str = Field(description='the file of a scenario, such as "../baseline.toml"')
    years: float = Field(ge=0.01, le=LONGEST_YEARS, description=f"a number of years from 0.01 to {LONGEST_YEARS}")
    replications: int = Field(ge=2, le=MOST_REPLICATIONS, description=f"a whole number from 2 to {MOST_REPLICATIONS:,}")
    seed: int = Field(ge=0, le=2**61, description="a whole number from 0")
    power: str = Field(default="", max_length=2_000, description="why so many replications, up to 2,000 characters")
    supported_if: Text = Field(description="which result supports the claim, 1 to 2,000 characters")
    refuted_by: Text = Field(description="which result would refute the claim, 1 to 2,000 characters")
    changes: Changes = Field(default_factory=dict, description="changes that all arms share, key = value")
    arms: Annotated[dict[Name, Arm], Field(min_length=2, max_length=MOST_ARMS)] = Field(
        description=f"2 to {MOST_ARMS} tables [arms.NAME]"
    )
    tests: Annotated[tuple[Test, ...], Field(strict=False, min_length=1, max_length=MOST_TESTS)] = Field(
        description=f"1 to {MOST_TESTS} tables [[tests]]"
    )
    fails_at: FailingPoint | None = Field(default=None, description="a table with the keys changes and why")

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        measures = (info.context or {})["measures"]
        faults = (self._faults_of(position, test, measures) for position, test in enumerate(self.tests))
        refuse(chain(self._own_faults(), chain.from_iterable(faults)))
        return self

    @property
    def is_premise(self) -> bool:
        """Whether nobody has said where it fails; then it is never called supported."""
        return self.fails_at is None

    def digest(self) -> str:
        """A short name for exactly this claim: 16 hexadecimal digits of its SHA-256."""
        text = json.dumps(self.model_dump(mode="json"), separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _own_faults(self) -> Iterator[Fault]:
        if all(test.role != "verdict" for test in self.tests):
            yield ("tests",), 'has no test with the role "verdict"; nothing could support or refute the claim'
        yield from self._faults_of_names()

    def _faults_of_names(self) -> Iterator[Fault]:
        """Arms that tests name and that are none, each once; or else arms that no test names."""
        places: dict[str, tuple[str, ...]] = {}
        for position, test in enumerate(self.tests):
            for key, name in test.arms_by_key:
                places.setdefault(name, ("tests", str(position), key))
        strangers = [name for name in places if name not in self.arms]
        for name in strangers:
            yield places[name], f"names {quoted(name)}, which is not in [arms]{did_you_mean(name, self.arms)}"
        for name in self.arms:
            if not strangers and name not in places:
                yield ("arms", name), "is in no test; name it in one or leave it out"

    def _faults_of(self, position: int, test: _Test, measures: Measures) -> Iterator[Fault]:
        for below, sentence in chain(
            _outcome_faults(test, measures), _arm_faults(test), _margin_faults(test), _day_faults(test, self)
        ):
            yield ("tests", str(position), *below), sentence


def _outcome_faults(test: _Test, measures: Measures) -> Iterator[Fault]:
    for key, name in (("outcome", test.outcome), ("less", test.less)):
        if name is None:
            continue
        if name not in measures.outcomes:
            hint = perhaps(name, measures.outcomes) or "; `microsystem explain` lists them"
            yield (key,), f"is {quoted(name)}, which is no outcome{hint}"
        elif _needs_modes(test) and name not in measures.by_mode:
            yield (key,), f"is {quoted(name)}, which is not counted by mode of care"
        elif test.from_day is not None and name not in measures.by_day:
            days = ", ".join(measures.by_day)
            yield (key,), f"is {quoted(name)}, which has no value for single days; those that have are {days}"


def _needs_modes(test: _Test) -> bool:
    if isinstance(test, BestDiffers):
        return True
    return any(getattr(test, key, None) not in (None, ALL) for key in ("mode", "reference_mode"))


def _arm_faults(test: _Test) -> Iterator[Fault]:
    for key in ("arms", "references"):
        given = getattr(test, key, ())
        if len(set(given)) < len(given):
            yield (key,), "names an arm twice"
    if isinstance(test, Difference) and test.arm == test.reference:
        yield ("reference",), "is the arm itself"
    if isinstance(test, BeatsEvery) and test.arm in test.arms:
        yield ("arms",), f"holds {quoted(test.arm)}, which is the arm itself"
    if isinstance(test, Interaction) and test.arms == test.references and test.reference_mode in (None, test.mode):
        yield ("references",), "are the arms themselves; name others, or a reference_mode"
    if isinstance(test, Crossing) and not len(test.arms) == len(test.references) == len(test.levels):
        yield ("levels",), "must be as many as arms and as references"
    if isinstance(test, Crossing) and any(b <= a for a, b in zip(test.levels, test.levels[1:], strict=False)):
        yield ("levels",), "must rise"


def _margin_faults(test: _Test) -> Iterator[Fault]:
    if isinstance(test, _Sized) and (test.margin is None) == (test.points is None):
        yield (), "must have one of margin (a share of the reference) and points (in the unit of the outcome)"


def _day_faults(test: _Test, statement: Statement) -> Iterator[Fault]:
    if (test.from_day is None) != (test.to_day is None):
        yield (), "must have both from_day and to_day, or neither"
    if test.days is None:
        return
    first, end = test.days
    if first >= end:
        yield ("to_day",), f"is {end}; it must come after from_day, which is {first}"
    last = days_of(statement.years)
    if end > last:
        yield ("to_day",), f"is {end}, after the last of the {last:,} days that are counted"
    if _needs_modes(test):
        yield (), "has days and a mode of care; single days are not counted by mode"


def days_of(years: float) -> int:
    """The days that are counted in so many years."""
    return max(1, round(years * DAYS_PER_YEAR))


@dataclass(frozen=True)
class Claim:
    """A claim that can be run.

    Attributes:
        statement: what its file says.
        scenario: what its arms change.
        arms: name → scenario, in the order of the file.
        failing: the same at the point where it should fail; empty for a premise.
    """

    statement: Statement
    scenario: Scenario
    arms: Mapping[str, Scenario]
    failing: Mapping[str, Scenario]

    def arms_at(self, failing_point: bool) -> Mapping[str, Scenario]:
        """The arms to run.

        Raises:
            RunError: the claim is a premise, and has no point at which it fails.
        """
        if failing_point and not self.failing:
            raise RunError(f"{self.statement.id} is a premise: its file says no point at which it fails")
        return self.failing if failing_point else self.arms


def shipped() -> dict[str, Path]:
    """The files of the claims that ship, by the name of the file: in an installed package, or in the repository."""
    folder = _IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_REPOSITORY
    return {file.stem: _from_here(file) for file in sorted(folder.glob("*.toml"))}


def find(name: str) -> Path:
    """The file of a claim: one that ships, by name (``h01`` or ``H1``), or any other by its path.

    Raises:
        ClaimError: none of that name ships, and it is no path of a TOML file.
    """
    files = shipped()
    for stem, file in files.items():
        if name.lower() in (stem, stem.replace("h0", "h")):
            return file
    if name.endswith(".toml") or os.sep in name:
        return Path(name)
    hint = perhaps(name.lower(), files) or f"; known here: {', '.join(files)}"
    raise ClaimError([f"{quoted(name)} is no claim that ships and no .toml file{hint}"])


def load_claim(path: str | os.PathLike[str], measures: Measures) -> Claim:
    """The claim in the TOML file at `path`, with its scenario and every arm made and checked.

    Raises:
        ClaimError: the file is no claim, its scenario cannot be read, or an arm makes no valid scenario.
        ScenarioError: the file cannot be read.
    """
    file, shown = Path(path), one_line(str(path))
    content = parsed(text_of(file, shown), shown)
    try:
        statement = _stated(content, shown, measures)
    except ClaimError as refusal:
        raise ClaimError([*refusal.faults, *_faults_of_scenario(file, content)]) from None
    try:
        scenario = load(neighbour(file, statement.scenario, "scenario"), named_in(statement.model_dump()))
    except ScenarioError as refusal:
        raise ClaimError([*refusal.faults, *_faults_of_arms(statement, shown)]) from None
    _refuse_wards(statement, scenario, shown)
    arms = {name: _arm(statement, scenario, name, {}, shown) for name in statement.arms}
    failing: dict[str, Scenario] = {}
    if statement.fails_at is not None:
        point = statement.fails_at.changes
        failing = {name: _arm(statement, scenario, name, point, shown) for name in statement.arms}
        if failing == arms:
            raise ClaimError([f"{shown}: fails_at.changes change no arm"])
    _refuse_equal(arms, shown)
    _refuse_equal(failing, shown)
    return Claim(statement, scenario, arms, failing)


def _stated(content: dict[str, Any], shown: str, measures: Measures) -> Statement:
    try:
        return Statement.model_validate(content, context={"measures": measures})
    except ValidationError as refusal:
        faults = (sentence for error in mistakes(refusal) for sentence in _sentences(error))
        raise ClaimError(f"{shown}: {sentence}" for sentence in faults) from None


def _faults_of_scenario(file: Path, content: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with the scenario that a file names which is no claim yet."""
    given = content.get("scenario")
    try:
        if isinstance(given, str):
            load(neighbour(file, given, "scenario"))
    except ScenarioError as refusal:
        return refusal.faults
    return ()


def _faults_of_arms(statement: Statement, shown: str) -> Iterator[str]:
    """What is wrong with changes whatever the scenario may be: keys that none has, and arms that change the same."""
    arms = {name: _flat(arm.changes) for name, arm in statement.arms.items()}
    point = statement.fails_at.changes if statement.fails_at else {}
    tables = {"changes": _flat(statement.changes), "fails_at.changes": _flat(point)}
    tables |= {f"arms.{name}": changes for name, changes in arms.items()}
    for table, changes in tables.items():
        yield from (f"{shown}: {table}: {fault}" for fault in map(stranger, changes) if fault)
    yield from _equal({name: repr(sorted(changes.items())) for name, changes in arms.items()}, shown)


def _refuse_wards(statement: Statement, scenario: Scenario, shown: str) -> None:
    known = (*scenario.wards, ALL)
    faults = [
        f"{shown}: tests.{position}.ward is {quoted(test.ward)}, which the scenario does not have"
        f"{did_you_mean(test.ward, known)}"
        for position, test in enumerate(statement.tests)
        if test.ward not in known
    ]
    if faults:
        raise ClaimError(faults)


def _refuse_equal(arms: Mapping[str, Scenario], shown: str) -> None:
    faults = list(_equal({name: scenario.condition_digest() for name, scenario in arms.items()}, shown))
    if faults:
        raise ClaimError(faults)


def _equal(marks: Mapping[str, str], shown: str) -> Iterator[str]:
    """Arms that have the mark of an earlier one."""
    seen: dict[str, str] = {}
    for name, mark in marks.items():
        other = seen.setdefault(mark, name)
        if other != name:
            yield f"{shown}: arms.{name} is the same hospital as arms.{other}"


def _arm(statement: Statement, scenario: Scenario, name: str, point: Changes, shown: str) -> Scenario:
    """One arm: the changes that all share, then a failing point, then its own."""
    changes = {**_flat(statement.changes), **_flat(point), **_flat(statement.arms[name].changes)}
    try:
        return changed(scenario, changes)
    except ScenarioError as refusal:
        where = _where_wrong(statement, scenario, name, point, refusal)
        raise ClaimError(f"{shown}: {where}: {fault.removeprefix('changes: ')}" for fault in refusal.faults) from None


def _where_wrong(statement: Statement, scenario: Scenario, name: str, point: Changes, refusal: ScenarioError) -> str:
    """The table whose changes alone are refused in the same words; or else the arm, where they come together."""
    for table, changes in (("changes", statement.changes), ("fails_at.changes", point)):
        try:
            changed(scenario, _flat(changes))
        except ScenarioError as alone:
            if alone.faults == refusal.faults:
                return table
    return f"arms.{name}{' at the failing point' if point else ''}"


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with changes, those that name a style first: the others may then change that style.

    Raises:
        ScenarioError: as for `sim.scenario.with_changes`.
    """
    styles = {key: value for key, value in changes.items() if key.endswith(STYLE)}
    others = {key: value for key, value in changes.items() if key not in styles}
    led = with_changes(scenario, styles) if styles else scenario
    return with_changes(led, others) if others else led


def _flat(changes: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Changes by full keys, so that a table of them changes only what it names."""
    flat: dict[str, Any] = {}
    for key, value in changes.items():
        flat |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return flat


# Faults in words.


def _sentences(error: ErrorDetails) -> Iterator[str]:
    given = tuple(error["loc"])
    form = given[2] if len(given) > 2 and given[0] == "tests" and given[2] in FORMS else None
    path = given[:2] + given[3:] if form else given
    where = dotted(path) or "the claim"
    match error["type"]:
        case "faults":
            for below, fault in error["ctx"]["faults"]:
                yield f"{dotted(below) or 'the claim'} {fault}"
        case "missing":
            yield f"{where} is missing; it should be {_allowed(path, form)}"
        case "extra_forbidden":
            yield f"{where} is not known here{did_you_mean(path[-1], _keys(path[:-1], form))}"
        case "union_tag_not_found":
            place, fault = untagged(error, path, "form", f"has no form; it should be {one_of(tuple(FORMS))}")
            yield f"{dotted(place)} {fault}"
        case "union_tag_invalid":
            tag = error["ctx"]["tag"]
            yield f"{where}.form is {quoted(tag)}; it should be {one_of(tuple(FORMS))}{perhaps(tag, FORMS)}"
        case _ if path and path[-1] == "[key]":
            yield f"{dotted(path[:-1])} is not a good name; use {NAME_RULE}"
        case _:
            hint = perhaps(error["input"], choices_of(error))
            yield f"{where} is {quoted(error['input'])}; it should be {_allowed(path, form)}{hint}"


def _table(path: tuple[int | str, ...], form: int | str | None) -> type[BaseModel]:
    """The table whose keys stand at `path`."""
    if path[:1] == ("tests",) and form in FORMS:
        return FORMS[str(form)]
    below: dict[str, type[BaseModel]] = {"arms": Arm, "fails_at": FailingPoint}
    return below.get(str(path[0]), Statement) if path else Statement


def _keys(path: tuple[int | str, ...], form: int | str | None) -> list[str]:
    return list(_table(path, form).model_fields)


def _allowed(path: tuple[int | str, ...], form: int | str | None) -> str:
    for length in range(len(path), 0, -1):
        field = _table(path[: length - 1], form).model_fields.get(str(path[length - 1]))
        if field is not None and field.description:
            return field.description
    return "something else"


def _from_here(file: Path) -> Path:
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
