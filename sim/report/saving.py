"""A folder of results: of a run, an ablation, claims, a comparison or a trace."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.analysis.ablation import Ablation
from sim.analysis.arms import Comparison, Runs
from sim.analysis.claims import Examination
from sim.analysis.results import Results
from sim.analysis.stored import StoredResults
from sim.report.ablation_figure import what_mechanisms_carry
from sim.report.arms import too_many
from sim.report.arms_figure import arms_figure
from sim.report.claims_figure import claims_figure
from sim.report.export import write_origin
from sim.report.figures import overview, save_figure
from sim.report.folder import whole
from sim.report.provenance import (
    ablation_provenance,
    claims_provenance,
    comparison_provenance,
    encodable,
    provenance,
    trace_provenance,
)
from sim.report.spreadsheets import write_csv
from sim.report.trace import content, in_words
from sim.report.trace_figure import trace_figure
from sim.scenario import Scenario, to_toml
from sim.tracing.trace import Trace

TABLES = ("outcomes", "funnel", "series", "staffing")


def save(results: Results, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write results into a new `folder`, all or nothing, and return its path.

    Args:
        results: to be written.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for the run, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        for table in TABLES:
            getattr(results, table).to_parquet(part / f"{table}.parquet", index=False)
        write_csv(results.summary("ward and mode"), part / "summary.csv")
        save_figure(overview(results), part / "figure")
        _write_origin(part, results.scenario, provenance(results, command))
    return Path(folder)


def save_ablation(ablation: Ablation, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write what mechanisms carry into a new `folder`, all or nothing, and return its path.

    Args:
        ablation: to be written; the scenario beside it is the full one.
        folder, command: as for `save`.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        write_csv(ablation.table, part / "ablation.csv")
        save_figure(what_mechanisms_carry(ablation), part / "figure")
        _write_origin(part, ablation.full.scenario, ablation_provenance(ablation, command))
    return Path(folder)


def save_claims(examined: Sequence[Examination], folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write what came of claims into a new `folder`, all or nothing, and return its path.

    Args:
        examined: one or more claims that were run.
        folder, command: as for `save`.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        for name in ("table", "arms"):
            table = pd.concat([getattr(each, name) for each in examined], ignore_index=True)
            file = "claims.csv" if name == "table" else "arms.csv"
            write_csv(table, part / file)
        save_figure(claims_figure(tuple(examined)), part / "figure")
        for each in examined:
            scenario = to_toml(each.claim.scenario)
            (part / f"{each.claim.statement.id}_scenario.toml").write_text(scenario, encoding="utf-8")
        _write_json(part / "provenance.json", claims_provenance(examined, command))
    return Path(folder)


def save_comparison(
    comparison: Comparison, found: StoredResults | Runs, folder: str | Path, command: Sequence[str] = ()
) -> Path:
    """Write a comparison of arms into a new `folder`, all or nothing, and return its path.

    Args:
        comparison: to be written; one with too many arms for a figure is written without.
        found: what was compared.
        folder, command: as for `save`.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        write_csv(comparison.table, part / "comparison.csv")
        if not too_many(comparison):
            save_figure(arms_figure(comparison), part / "figure")
        if isinstance(found, StoredResults):
            write_origin(found, part, {"comparison": {"command": encodable(command)}})
        else:
            _outcomes_of_arms(found).to_parquet(part / "outcomes.parquet", index=False)
            for number, results in enumerate(found.of.values()):
                (part / f"scenario_{number}.toml").write_text(to_toml(results.scenario), encoding="utf-8")
            _write_json(part / "provenance.json", comparison_provenance(found, command))
    return Path(folder)


def save_trace(told: Trace, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write a trace into a new `folder`, all or nothing, as text, figure and JSON; return its path.

    Args:
        told: to be written.
        folder, command: as for `save`.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        (part / "trace.txt").write_text("\n".join(in_words(told)) + "\n", encoding="utf-8")
        _write_json(part / "trace.json", content(told))
        save_figure(trace_figure(told), part / "figure")
        _write_origin(part, told.history.run.scenario, trace_provenance(told, command))
    return Path(folder)


def _outcomes_of_arms(runs: Runs) -> pd.DataFrame:
    """Outcomes in each replication as a run keeps them, each with its arm."""
    tables = []
    for number, (title, results) in enumerate(runs.of.items()):
        table = results.outcomes.copy()
        table.insert(0, "arm", number)
        table.insert(1, "arm_title", title)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _write_origin(part: Path, scenario: Scenario, origin: dict[str, Any]) -> None:
    (part / "scenario.toml").write_text(to_toml(scenario), encoding="utf-8")
    _write_json(part / "provenance.json", origin)


def _write_json(file: Path, origin: dict[str, Any]) -> None:
    text = json.dumps(origin, indent=2, ensure_ascii=False, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")
