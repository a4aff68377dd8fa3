"""What `microsystem run --out` and `microsystem compare --out` have kept, read back: arms with their outcomes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.analysis.outcomes import ALL, BY_NAME
from sim.scenario import Scenario, ScenarioError, from_text
from sim.scenario.words import one_line, quoted

ORIGIN, OUTCOMES = "provenance.json", "outcomes.parquet"
OF_AN_ARM = ("arm", "arm_title")  # columns that only the outcomes of several arms have
TAKES = "a report takes the folder of `microsystem sweep`, or of `run --out` or `compare --out` of scenario files"
COLUMNS = ("replication", "seed", "ward", "mode", "outcome", "value")


class KeptError(ValueError):
    """A folder holds no results that can be read back; the message says what makes them."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class RunTold(_Part):
    """How runs were made: `seed` of the first, `replications` of each arm, `days` counted after `warm_up_days`."""

    seed: int
    replications: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1)]
    warm_up_days: Annotated[int, Field(ge=0)]
    draws: str | None = None
    command: list[str] = []


class _Digest(_Part):
    digest: str


class _Compared(_Digest):
    arms: dict[str, str]


class _Titled(_Part):
    title: str


class _Origin(_Part):
    results: _Digest
    scenario: _Titled
    run: RunTold
    software: dict[str, str | None]
    comparison: _Compared | None = None


@dataclass(frozen=True)
class KeptRuns:
    """Arms that were run with the same seeds and kept in files: as many as were compared, or one.

    Attributes:
        arms: a row for each arm: its number `arm` and its `title`.
        outcomes: a row for each arm, replication, ward, mode and outcome, with its `value`.
        scenarios: of each arm; None where this version cannot read it.
        run: how all of them were run.
        software: versions that they were run with, by name.
        of_all: digest of all results.
    """

    arms: pd.DataFrame
    outcomes: pd.DataFrame
    scenarios: tuple[Scenario | None, ...]
    run: RunTold
    software: dict[str, str | None]
    of_all: str

    @property
    def scenario(self) -> Scenario | None:
        """The scenario of the first arm; None where this version cannot read it."""
        return self.scenarios[0]

    @property
    def kept_outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes that there are."""
        return tuple(name for name in BY_NAME if name in set(self.outcomes["outcome"]))

    def values(self, outcome: str, ward: str = ALL, mode: str = ALL) -> pd.DataFrame:
        """One outcome of each arm in each replication, [replications, arms], in its unit; NaN where there is none.

        Raises:
            ValueError: there is no such outcome for that ward and mode.
        """
        of = self.outcomes
        found = of[(of["outcome"] == outcome) & (of["ward"] == ward) & (of["mode"] == mode)]
        if found.empty:
            raise ValueError(f"{quoted(outcome)} has no value for ward {quoted(ward)} and mode {quoted(mode)}")
        return found.pivot_table(index="replication", columns="arm", values="value", dropna=False).astype(float)

    def digest(self) -> str:
        """The digest of all results, as it was kept beside them."""
        return self.of_all


def kept_runs(folder: str | Path) -> KeptRuns:
    """What a folder of `run --out` or of `compare --out` holds, of scenario files.

    Raises:
        KeptError: it holds something else, or files that are damaged or lacking.
    """
    path, shown = Path(folder), one_line(str(folder))
    if path.is_file():
        raise KeptError(f"{shown} is a file: {TAKES}")
    if not path.is_dir():
        raise KeptError(f"{shown}: there is no such folder")
    origin = _origin(path, shown)
    table = _outcomes(path, shown, origin)
    titles = list(origin.comparison.arms) if origin.comparison else [origin.scenario.title]
    names = [f"scenario_{arm}.toml" for arm in range(len(titles))] if origin.comparison else ["scenario.toml"]
    if not set(table["arm"]) <= set(range(len(titles))):
        raise KeptError(f"{shown}/{OUTCOMES} has other arms than {ORIGIN} beside it")
    return KeptRuns(
        pd.DataFrame({"arm": range(len(titles)), "title": titles}),
        table,
        tuple(_scenario(path / name) for name in names),
        origin.run,
        origin.software,
        (origin.comparison or origin.results).digest,
    )


def _origin(path: Path, shown: str) -> _Origin:
    """Where results came from, refused with the command that makes what can be read back."""
    try:
        text = (path / ORIGIN).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeptError(f"{shown} holds no results: {TAKES}") from None
    except (OSError, ValueError) as problem:
        raise KeptError(f"{shown}/{ORIGIN} cannot be read: {_in_short(problem)}") from None
    try:
        content = json.loads(text)
        if "experiment" in content:
            raise KeptError(f"{shown} compares arms of an experiment: name the folder of that experiment itself")
        return _Origin.model_validate(content)
    except (ValidationError, json.JSONDecodeError, TypeError, RecursionError):
        raise KeptError(f"{shown} holds results of another kind: {TAKES}") from None


def _outcomes(path: Path, shown: str, origin: _Origin) -> pd.DataFrame:
    several = origin.comparison is not None
    if not (path / OUTCOMES).exists():
        again = " ".join(map(one_line, origin.run.command)) or "the command that made it"
        raise KeptError(f"{shown} has no {OUTCOMES}, without which there is no report; {again} --out NEW makes it")
    try:
        table = pd.read_parquet(path / OUTCOMES, columns=[*(OF_AN_ARM[:1] if several else ()), *COLUMNS])
        kinds = {"value": float, "replication": "int64", "seed": "int64", "arm": "int64"}
        table = (table if several else table.assign(arm=0)).astype(kinds)
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException) as problem:
        raise KeptError(f"{shown}/{OUTCOMES} cannot be read: {_in_short(problem)}") from None
    return table


def _in_short(problem: Any) -> str:
    return one_line(str(problem).splitlines()[0] if str(problem) else type(problem).__name__)


def _scenario(path: Path) -> Scenario | None:
    try:
        return from_text(path.read_text(encoding="utf-8"), path.name)
    except (ScenarioError, OSError, ValueError):
        return None
