"""What is kept of the runs behind a page, in small form: a folder of text that says where it is from.

outcomes/NAME.csv   one outcome: a row for each setting, a column for each seed
days/*.json         the watched day of each setting that has one
traces/*.json       the patient of each puzzle
provenance.json     what ran, with which version of the model
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiment.identity import model_version
from sim.report.folder import whole
from sim.scenario.words import one_line
from sim.workshop.outcomes import SHOWN
from sim.workshop.settings import ward

OUTCOMES, DAYS, TRACES, PROVENANCE = "outcomes", "days", "traces", "provenance.json"
_IN_PACKAGE = Path(__file__).with_name("kept_results")
_IN_REPOSITORY = Path(__file__).parents[2] / "results" / "reference" / "workshop"
AGAIN = (
    "`python results/reference/workshop.py` makes them anew in 40 minutes of two cores, and "
    "`microsystem workshop build --fresh --reps 20` makes a small page now"
)


class KeptError(ValueError):
    """Kept results cannot be used; the message says why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """What a page needs of the model.

    Attributes:
        origin: what ran, with which version, as `sim.report.export.origin` gives it.
        seed: of the first replication.
        values: setting → outcome → its value in each replication, in the page's unit; None where nothing was counted.
        days: setting → its watched day.
        traces: puzzle → its patient.
    """

    origin: Mapping[str, Any]
    seed: int
    values: Mapping[str, Mapping[str, list[float | None]]]
    days: Mapping[str, Mapping[str, Any]]
    traces: Mapping[str, Mapping[str, Any]]

    @property
    def replications(self) -> int:
        """How many runs each setting has."""
        return len(next(iter(next(iter(self.values.values())).values())))


def folder() -> Path:
    """Where results are kept: in an installed package its own copy, in the repository the original."""
    return _IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_REPOSITORY


def keep(kept: Kept, target: Path) -> None:
    """Write results into a new folder, all or nothing.

    Raises:
        FolderError: something is there already, or nothing may be written there.
    """
    with whole(target) as part:
        for name in (OUTCOMES, DAYS, TRACES):
            (part / name).mkdir()
        for shown in SHOWN:
            _write_outcome(kept, shown.name, part / OUTCOMES / f"{shown.name}.csv")
        for key, day in kept.days.items():
            _write(day, part / DAYS / f"{key.replace('/', '-')}.json")
        for name, trace in kept.traces.items():
            _write(trace, part / TRACES / f"{name}.json")
        text = json.dumps(kept.origin, indent=2, ensure_ascii=False)
        (part / PROVENANCE).write_text(text + "\n", encoding="utf-8")


def read(source: Path) -> Kept:
    """The results that a folder keeps.

    Raises:
        KeptError: there are none, they are of another version of the model, or of other outcomes.
    """
    shown = one_line(str(source))
    try:
        origin = json.loads((source / PROVENANCE).read_text(encoding="utf-8"))
        _refuse_other_model(origin["experiment"]["model"], shown)
        values: dict[str, dict[str, list[float | None]]] = {}
        for outcome in SHOWN:
            for key, row in _outcome(source / OUTCOMES / f"{outcome.name}.csv"):
                values.setdefault(key, {})[outcome.name] = row
        _refuse_uneven(values)
        days = {day["setting"]: day for day in _all(source / DAYS).values()}
        return Kept(origin, ward().run.seed, values, days, _all(source / TRACES))
    except FileNotFoundError as missing:
        raise KeptError(f"{shown} has no {Path(str(missing.filename)).name}: {AGAIN}") from None
    except (ValueError, KeyError, TypeError) as problem:
        if isinstance(problem, KeptError):
            raise
        raise KeptError(f"{shown} cannot be understood ({one_line(str(problem))}): {AGAIN}") from None


def _refuse_other_model(model: str, shown: str) -> None:
    if model != model_version():
        raise KeptError(
            f"{shown} keeps results of version {model} of the model, and this is {model_version()}, in which "
            f"patients fare otherwise: {AGAIN}"
        )


def _refuse_uneven(values: Mapping[str, Mapping[str, list[float | None]]]) -> None:
    sizes = {len(row) for outcomes in values.values() for row in outcomes.values()}
    if len(sizes) != 1 or any(len(outcomes) < len(SHOWN) for outcomes in values.values()):
        raise ValueError("not every setting has every outcome in as many runs")


def _write_outcome(kept: Kept, name: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["setting", *range(kept.seed, kept.seed + kept.replications)])
        for key, outcomes in kept.values.items():
            table.writerow([key, *(f"{value:g}" if value is not None else "" for value in outcomes[name])])


def _outcome(path: Path) -> list[tuple[str, list[float | None]]]:
    with path.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return [(key, [float(value) if value else None for value in row]) for key, *row in rows]


def _write(content: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _all(place: Path) -> dict[str, dict[str, Any]]:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(place.glob("*.json"))}
