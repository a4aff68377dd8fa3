"""What is kept of a calibration: tables, figures, the posterior, and where it all came from."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.calibration.fit import Calibration
from sim.calibration.recovery import Recovered
from sim.experiment import draws
from sim.report.calibration_figure import fit_figure, levels_figure, recovery_figure
from sim.report.folder import whole
from sim.report.provenance import made_with
from sim.report.spreadsheets import write_csv

DOTS_PER_INCH = 110
DIGITS = "%.4g"


def save_calibration(
    found: Calibration, recovered: Recovered | None, folder: str | Path, command: Sequence[str] = ()
) -> Path:
    """Write what a calibration found into a new folder, whole or not at all.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    with whole(folder) as part:
        draws.write(found.posterior, part / "posterior.csv")
        tables = {"fit": found.fit, "levels": found.levels, "together": found.together, "emulator": found.emulator}
        figures = {"fit": fit_figure(found), "levels": levels_figure(found)}
        if recovered is not None:
            tables["recovery"] = _beside(recovered.years.table, found.levels)
            tables["again"] = _beside(recovered.point, found.levels)
            figures["recovery"] = recovery_figure(recovered.years)
        for name, table in tables.items():
            write_csv(table, part / f"{name}.csv", DIGITS)
        for name, figure in figures.items():
            figure.savefig(part / f"{name}.png", dpi=DOTS_PER_INCH)
        text = json.dumps(_origin(found, recovered, command), indent=2, ensure_ascii=False)
        (part / "provenance.json").write_text(text + "\n", encoding="utf-8")
    return Path(folder)


def _beside(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """A table of levels with the `spread` that is left in the posterior beside its own."""
    table = table.copy()
    table.insert(table.columns.get_loc("spread") + 1, "posterior_spread", found["spread"].to_numpy())
    return table


def _origin(found: Calibration, recovered: Recovered | None, command: Sequence[str]) -> dict[str, object]:
    return {
        "command": list(command),
        "point": found.point,
        "posterior": {
            "digest": found.posterior.digest(),
            "draws": len(found.posterior),
            "accepted": round(found.accepted, 3),
            "independent": round(found.independent),
        },
        "runs": {
            "fitted to": len(found.known.values),
            "over the posterior": len(found.over_posterior.values),
            "at the point": len(found.at_point.values),
        },
        "seconds of runs": round(found.seconds),
        "truths sought again": 0 if recovered is None else len(recovered.years.ranks),
        **made_with(),
    }
