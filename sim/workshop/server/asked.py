"""What may be asked of the server, word by word: whatever is not exactly of these forms is refused."""

from collections.abc import Collection
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sim.experiment.replications import MOST_REPLICATIONS
from sim.state.vocabulary import MODES
from sim.workshop.server.room import Phase, Refusal
from sim.workshop.settings import DIALS, STYLES, Setting

LONGEST_WORD = 60

type Word = Annotated[str, Field(min_length=1, max_length=LONGEST_WORD)]


def _one_of(words: Collection[str]) -> AfterValidator:
    def chosen(word: str) -> str:
        if word not in words:
            raise ValueError
        return word

    return AfterValidator(chosen)


class Asked(BaseModel):
    """A request's body: strict, and closed to keys that it does not know."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The body of a request.

        Raises:
            Refusal: it is not of this form; the reason names the first place and repeats nothing that was sent.
        """
        try:
            return cls.model_validate_json(body)
        except ValidationError as mistake:
            raise Refusal(cls._reason(mistake), 400) from None

    @classmethod
    def _reason(cls, mistake: ValidationError) -> str:
        first = mistake.errors(include_url=False, include_context=False, include_input=False)[0]
        kind, (where, *_) = first["type"], [*first["loc"], ""]
        if kind == "json_invalid":
            return "This is not JSON."
        if where not in cls.model_fields:
            return f"This should be a table with {_listed(cls.model_fields)}, and nothing else."
        return f"{where} is missing." if kind == "missing" else f"{where} is not one that can be chosen."


class Vote(Asked):
    """One vote."""

    ticket: Word
    puzzle: Word
    option: Word


class Lead(Asked):
    """Where the room shall go; no puzzle for the wait before the first."""

    puzzle: Word | None
    phase: Phase


def _whole(levels: dict[str, str]) -> dict[str, str]:
    if levels.keys() != DIALS.keys() or any(levels[name] not in known for name, known in DIALS.items()):
        raise ValueError
    return levels


class Run(Asked):
    """A live run of a setting; `seen` is how many replications of it are known already."""

    style: Annotated[str, _one_of(STYLES)]
    mode: Annotated[str, _one_of(MODES)]
    dials: Annotated[dict[str, str], AfterValidator(_whole)]
    seen: Annotated[int, Field(ge=0, le=MOST_REPLICATIONS)] = 0

    def key(self) -> str:
        """The key of the setting."""
        return Setting(self.style, self.mode, **self.dials).key


def _listed(names: Collection[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
