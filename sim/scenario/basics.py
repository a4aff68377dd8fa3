"""What every table of a scenario is made of: names, shares, and a table that takes nothing that it does not know."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"
NAME_RULE = "small letters, digits and underscores, beginning with a letter, at most 40"

type Share = Annotated[float, Field(ge=0, le=1)]
type Name = Annotated[str, Field(pattern=NAME_PATTERN)]
type Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]

type GradeName = Literal["staff nurse", "senior nurse", "junior doctor", "consultant", "pharmacist", "ward manager"]


class Table(BaseModel):
    """A table of a scenario: strict, frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)
