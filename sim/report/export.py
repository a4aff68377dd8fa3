"""An experiment in files to take along: one for each table, in Parquet or as text for a spreadsheet."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.outcomes import BY_NAME
from sim.analysis.stored import TABLES, StoredResults
from sim.experiment.draws import from_columns
from sim.report.folder import whole
from sim.report.provenance import commit, package_version
from sim.report.spreadsheets import safe_for_spreadsheets, write_csv

PARQUET, CSV = FORMATS = ("parquet", "csv")


def export(found: StoredResults, folder: str | Path, form: str = PARQUET, tables: Iterable[str] = TABLES) -> Path:
    """Write the tables of an experiment into a new `folder`, all or nothing, shard by shard.

    Args:
        found: the experiment, as far as it has run.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        form: ``parquet``, or ``csv`` with every text made safe for spreadsheets.
        tables: names of those to write, of ``runs``, ``outcomes`` and ``series``.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    write = _parquet if form == PARQUET else _csv
    with whole(folder) as part:
        for name in tables:
            write(found.pieces(name), part / f"{name}.{form}")
        meanings = pd.DataFrame(
            [(each.name, each.title, each.unit, each.ledger, each.meaning) for each in BY_NAME.values()],
            columns=["outcome", "title", "unit", "ledger", "meaning"],
        )
        write_csv(meanings, part / "meanings.csv")
        write_origin(found, part)
    return Path(folder)


def write_origin(found: StoredResults, part: Path, more: dict[str, object] | None = None) -> None:
    """Write into a folder where stored results came from, with what is to be said `more` of them."""
    text = json.dumps(origin(found) | (more or {}), indent=2, ensure_ascii=False)
    (part / "provenance.json").write_text(text + "\n", encoding="utf-8")
    (part / "scenario.toml").write_bytes((found.store.folder / "scenario.toml").read_bytes())


def _parquet(pieces: Iterator[pa.Table], path: Path) -> None:
    with ExitStack() as held:
        writer = None
        for piece in pieces:
            plain = piece.cast(_plain(piece.schema))
            if writer is None:
                writer = held.enter_context(pq.ParquetWriter(path, plain.schema, compression="zstd"))
            writer.write_table(plain.select(writer.schema.names))


def _csv(pieces: Iterator[pa.Table], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        for position, piece in enumerate(pieces):
            table = piece.cast(_plain(piece.schema)).to_pandas()
            safe_for_spreadsheets(table).to_csv(file, index=False, header=position == 0)


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with words in place of numbers that stand for words, which differ from shard to shard."""
    return pa.schema(
        [pa.field(each.name, pa.string()) if pa.types.is_dictionary(each.type) else each for each in schema]
    )


def origin(found: StoredResults, with_draws: bool = True) -> dict[str, object]:
    """What ran, in a form that JSON can hold: the design, how far it is, one digest of all, and the software.

    Args:
        found: of which it is the origin.
        with_draws: whether drawn numbers stand in it, or, where they can be had elsewhere, their digest alone.
    """
    manifest, status = found.store.manifest, found.store.status()
    return {
        "experiment": manifest if with_draws else _without_draws(manifest),
        "results": {"digest": found.digest(), "runs": status.runs, "done": status.done, "failed": status.failed},
        "software": {"microsystem": package_version("microsystem"), "commit": commit()},
    }


def _without_draws(manifest: dict[str, Any]) -> dict[str, Any]:
    design = manifest["design"]
    draws = from_columns(design["form"]["draws"])
    told = {"parameters": list(draws.names), "number": len(draws), "digest": draws.digest()}
    return {**manifest, "design": {**design, "form": {**design["form"], "draws": told}}}
