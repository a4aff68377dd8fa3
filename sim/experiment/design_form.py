"""The form of a design file: what varies, how, how often and for how long. Every table is closed and strict."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.basics import NAME_RULE, Name, Table, Title
from sim.scenario.faults import choices_of, mistakes
from sim.scenario.words import did_you_mean, one_of, perhaps, quoted, shortened

METHODS = ("grid", "factorial", "list", "lhs", "sobol", "morris")
SAMPLED = ("lhs", "sobol", "morris")
MOST_LEVELS = 1_000
MOST_POINTS = 2**20
MOST_FACTORS = 200
MOST_DRAWS = 100_000
MOST_DRAWN = 1_000

type Path = tuple[int | str, ...]
type Value = bool | int | float | str
type Key = Annotated[str, Field(min_length=1, max_length=200)]
type Draw = Annotated[tuple[float, ...], Field(strict=False, min_length=1, max_length=MOST_DRAWS)]
type Changes = Annotated[dict[Key, Value], Field(min_length=1, max_length=MOST_FACTORS)]


class Varied(Table):
    """What one lever or uncertainty may be: a list of values, a range, or named options that change several keys."""

    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=MOST_LEVELS)] | None = Field(
        default=None, strict=False, description=f"a list of 1 to {MOST_LEVELS:,} numbers, words or truth values"
    )
    low: float | None = Field(default=None, description="the lowest number of a range")
    high: float | None = Field(default=None, description="the highest number of a range")
    steps: int | None = Field(
        default=None, ge=2, le=MOST_LEVELS, description=f"a whole number from 2 to {MOST_LEVELS:,}"
    )
    scale: Literal["linear", "log"] = Field(default="linear", description=one_of(["linear", "log"]))
    options: Annotated[dict[Name, Changes], Field(min_length=1, max_length=MOST_LEVELS)] | None = Field(
        default=None, description="tables of changes by name"
    )

    @property
    def forms(self) -> list[str]:
        """In which of the three forms it is given; one, if it is given well."""
        given = {"values": self.values, "low and high": self.low if self.low is not None else self.high}
        return [name for name, value in (given | {"options": self.options}).items() if value is not None]

    @property
    def is_range(self) -> bool:
        """Whether it may be any number between two."""
        return self.low is not None


def _as_table(given: Any) -> Any:
    return {"values": given} if isinstance(given, list) else given


type Factor = Annotated[Varied, BeforeValidator(_as_table)]
type Factors = Annotated[dict[Key, Factor], Field(max_length=MOST_FACTORS)]


class RunTable(Table):
    """How long and how often; what is left out comes from the scenario."""

    years: float | None = Field(default=None, gt=0, le=50, description="a number above 0 and up to 50")
    days: int | None = Field(default=None, ge=1, le=18_250, description="a whole number from 1 to 18,250")
    warm_up_days: int | None = Field(default=None, ge=0, le=365, description="a whole number from 0 to 365")
    seed: int | None = Field(default=None, ge=0, le=2**61, description="a whole number from 0 to 2^61")
    replications: int | None = Field(default=None, ge=1, le=1_000_000, description="a whole number from 1 to 1,000,000")


class Sampling(Table):
    """How points are drawn, for methods that draw them."""

    samples: int = Field(ge=2, le=MOST_POINTS, description=f"a whole number from 2 to {MOST_POINTS:,}")
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="a whole number from 0 to 2^31 - 1")
    levels: int = Field(default=4, ge=2, le=100, multiple_of=2, description="an even number from 2 to 100")


class ArmTable(Table):
    """One arm of a list: a style, changes to the scenario, both, or neither, for the scenario as it is."""

    style: str | None = Field(default=None, description="the name of a style of leading")
    set: dict[Key, Value] = Field(default_factory=dict, max_length=MOST_FACTORS, description="changes by key")


class Keep(Table):
    """What is kept of each run besides its row in `runs`."""

    outcomes: tuple[str, ...] | None = Field(
        default=None, strict=False, min_length=1, max_length=1_000, description="a list of names of outcomes"
    )
    series: bool = Field(default=True, description="true or false")


class Form(Table):
    """A design file as a whole."""

    title: Title = Field(description="one line, 1 to 200 characters")
    description: str = Field(default="", max_length=4_000, description="text of up to 4,000 characters")
    scenario: str = Field(
        min_length=1, max_length=200, description="the path of a scenario file from this file's folder, with /"
    )
    method: Literal["grid", "factorial", "list", "lhs", "sobol", "morris"] = Field(description=one_of(METHODS))
    run: RunTable = Field(default=RunTable(), description="a table")
    sampling: Sampling | None = Field(default=None, description="a table with samples, and seed if you like")
    styles: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)] | None = Field(
        default=None, strict=False, description="a list of 1 to 100 names of styles"
    )
    levers: Factors = Field(default_factory=dict, description="a table of levers by key of the scenario")
    uncertainties: Factors = Field(default_factory=dict, description="a table of uncertainties by key of the scenario")
    arms: dict[Name, ArmTable] = Field(
        default_factory=dict, max_length=MOST_LEVELS, description="a table of arms by name"
    )
    draws: dict[Key, Draw] = Field(
        default_factory=dict,
        max_length=MOST_DRAWN,
        description="a table with a list of values for each parameter; replication k has the k-th of each",
    )
    posterior: bool = Field(default=False, description="true, to draw levels from the posterior that ships, or false")
    keep: Keep = Field(default=Keep(), description="a table")


def in_words(refusal: ValidationError) -> Iterator[str]:
    """The faults of a design's form, each as where, what was given and what is allowed."""
    told: dict[Path, ErrorDetails] = {}
    for error in mistakes(refusal):
        path = _as_written(error)
        told.setdefault(path, error)  # each kind of value that a list may hold has its own complaint
    for path, error in told.items():
        if not any(below[: len(path)] == path for below in told if below != path):
            yield _sentence(error, path)


def _as_written(error: ErrorDetails) -> Path:
    """Where an error stands in the file: pydantic ends the path of a value of several types with the one it tried.

    A key of a file may be called like a type, too.
    """
    *above, last = error["loc"]
    of_the_key = error["type"] in ("extra_forbidden", "missing", "model_type", "dict_type")
    return tuple(above) if last in ("bool", "int", "float", "str", "[key]") and not of_the_key else error["loc"]


def _sentence(error: ErrorDetails, path: Path) -> str:
    where = ".".join(shortened(str(part)) for part in path) or "the design"
    allowed, beside = _around(path)
    match error["type"]:
        case "missing":
            return f"{where} is missing; it should be {allowed}"
        case "extra_forbidden":
            return f"{where} is not known here{did_you_mean(path[-1], beside)}"
        case "string_pattern_mismatch" if "[key]" in error["loc"]:
            return f"{where} is not a good name; use {NAME_RULE}"
        case "finite_number":
            return f"{where} is {quoted(error['input'])}; it should be a number"
        case "too_short" | "too_long":
            return f"{where} has {len(error['input']):,} entries; it should be {allowed}"
    near = perhaps(error["input"], choices_of(error))
    return f"{where} is {quoted(error['input'])}; it should be {allowed}{near}"


def _around(path: Path) -> tuple[str, list[str]]:
    """What may stand at a path, and the keys of the table that holds it."""
    model: type[BaseModel] | None = Form
    allowed, beside = "something else", list(Form.model_fields)
    for part in path:
        if isinstance(part, int):
            allowed = "a number, a word, true or false" if "a list of 1 to 1,000" in allowed else "text"
            break
        if path[0] == "draws":
            return f"a list of 1 to {MOST_DRAWS:,} numbers", beside
        if model is None:  # the name of a lever or an arm, chosen by people
            varied = "a list of values, or a table with low and high, or with options"
            model, allowed = (
                (ArmTable, "a table with style, set, or neither") if path[0] == "arms" else (Varied, varied)
            )
            beside = []
            continue
        beside = list(model.model_fields)
        field = model.model_fields.get(part)
        if field is None:
            break
        allowed = field.description or allowed
        model = _TABLES.get(part)
    return allowed, beside


_TABLES: Mapping[str, type[BaseModel]] = {"run": RunTable, "sampling": Sampling, "keep": Keep}
