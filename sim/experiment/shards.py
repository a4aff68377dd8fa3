"""Shards: folders of Parquet files that appear whole or not at all, each with the sums that tell a torn one.

A shard holds the tables of a block of runs. It is written in a folder beside, forced to the disk, and then given its
name in one step, so that a process that is killed leaves either all of it or nothing that anybody reads.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.durable import force_to_disk

SUMS = "sums.json"
RUNS = "runs"


def write(tables: Mapping[str, pa.Table], target: Path, scratch: Path, notes: Mapping[str, Any]) -> bool:
    """Write `tables` as the shard `target`; whether it was new. One that is there already stays as it is.

    Args:
        tables: by name, ``runs`` among them.
        target: the folder that the shard becomes.
        scratch: a folder on the same disk, in which it is made.
        notes: what to keep beside the sums, such as how many runs failed.

    Raises:
        OSError: the disk is full, or nothing may be written; nothing is left behind.
    """
    part = _prepared(tables, target, scratch, notes)
    try:
        os.rename(part, target)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        if target.is_dir():
            return False
        raise
    force_to_disk(target.parent)
    return True


def exchange(tables: Mapping[str, pa.Table], target: Path, scratch: Path, notes: Mapping[str, Any]) -> None:
    """Put another shard in the place of `target`. Killed in between, there is none, and its runs are done again.

    Raises:
        OSError: as for `write`.
    """
    part = _prepared(tables, target, scratch, notes)
    old = scratch / f"{target.name}.{secrets.token_hex(4)}.old"
    os.rename(target, old)
    os.rename(part, target)
    force_to_disk(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def read(shard: Path) -> dict[str, pa.Table]:
    """The tables of a shard by name."""
    return {path.stem: pq.read_table(path) for path in sorted(shard.glob("*.parquet"))}


def notes_of(shard: Path) -> dict[str, Any]:
    """What was kept beside the sums of a shard; empty if it cannot be read."""
    try:
        return json.loads((shard / SUMS).read_text(encoding="utf-8"))["notes"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def fault(shard: Path, wholly: bool) -> str:
    """What is wrong with a shard, in words; empty if nothing is.

    Args:
        shard: its folder.
        wholly: read every byte and compare sums; otherwise only compare sizes, which finds one that was cut short.
    """
    try:
        sums = json.loads((shard / SUMS).read_text(encoding="utf-8"))["files"]
        for name, (size, sum_of) in sums.items():
            path = shard / os.path.basename(name)
            if path.stat().st_size != size:
                return f"{name} has {path.stat().st_size:,} bytes in place of {size:,}"
            if wholly and _sum(path) != sum_of:
                return f"{name} has changed since it was written"
    except FileNotFoundError as missing:
        return f"{os.path.basename(missing.filename)} is missing"
    except OSError as problem:
        return f"it cannot be read: {problem.strerror}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{SUMS} is damaged"
    return "" if f"{RUNS}.parquet" in sums else f"{SUMS} is damaged"


def _prepared(tables: Mapping[str, pa.Table], target: Path, scratch: Path, notes: Mapping[str, Any]) -> Path:
    part = scratch / f"{target.name}.{secrets.token_hex(4)}"
    try:
        part.mkdir()
        files = {}
        for name, table in tables.items():
            path = part / f"{name}.parquet"
            pq.write_table(table, path, compression="zstd")
            force_to_disk(path)
            files[path.name] = [path.stat().st_size, _sum(path)]
        write_whole(part / SUMS, json.dumps({"files": files, "notes": notes}))
        force_to_disk(part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return part


def write_whole(path: Path, text: str) -> None:
    """Write a file of text that appears whole, in place of one that is there."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        part.write_text(text, encoding="utf-8")
        force_to_disk(part)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    force_to_disk(path.parent)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
