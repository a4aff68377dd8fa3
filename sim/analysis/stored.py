"""What a sweep has stored: as tables of pandas, by SQL, and as one digest. Reading never writes."""

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.outcomes import ALL, BY_NAME
from sim.experiment.design_files import ARM
from sim.experiment.shards import RUNS
from sim.experiment.store import SHARDS, Block, Store, StoreError, open_store
from sim.experiment.work import DONE, commonest_failures
from sim.scenario import Scenario, ScenarioError
from sim.scenario.words import did_you_mean, quoted, shortened
from sim.state.vocabulary import MODES

if TYPE_CHECKING:
    import duckdb

TABLES = (RUNS, "outcomes", "series")
LONGEST_MESSAGE = 200


class StoredResults:
    """The results of an experiment, as far as it has run.

    Args:
        folder: of the experiment.

    Raises:
        StoreError: there is no experiment in it; later, a shard is damaged, or what is asked for is not stored.
    """

    def __init__(self, folder: str | Path):
        self.store: Store = open_store(folder)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row for each run: its key, arm, replication, seed, and how it ended; in the order of the design."""
        return self._table(RUNS).sort_values("position", ignore_index=True)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row for each run, ward, mode and outcome; ``all`` stands for every ward or mode."""
        return self._table("outcomes")

    @cached_property
    def series(self) -> pd.DataFrame:
        """A row for each run, day and ward; day 0 is the first counted, days before are negative."""
        return self._table("series")

    @cached_property
    def arms(self) -> pd.DataFrame:
        """A row for each arm that has run: number, title, and its level of each factor; arms of a list have no more."""
        seen = self.runs.drop_duplicates("arm").sort_values("arm")
        levels = pd.DataFrame([json.loads(text) for text in seen["levels"]], index=seen["arm"])
        levels = levels.drop(columns=ARM, errors="ignore")  # the name of an arm in a list is its title
        return levels.assign(title=seen["title"].to_numpy(str)).reset_index()

    @cached_property
    def scenario(self) -> Scenario | None:
        """What every arm changes; None where it is of another version, which this one does not understand."""
        try:
            return self.store.scenario()
        except ScenarioError:
            return None

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that failed, with the stage and what was said."""
        return self.runs[self.runs["status"] != DONE].reset_index(drop=True)

    def sql(self, query: str) -> "duckdb.DuckDBPyRelation":
        """What a query in DuckDB's SQL gives over the tables ``runs``, ``outcomes`` and ``series``.

        It reads the shards and not the whole experiment into memory. It can open no other file, nor write to these.

        Raises:
            duckdb.Error: the query cannot be understood.
        """
        return self._connection.sql(query)

    @cached_property
    def kept_outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes that are stored."""
        return tuple(self._rows("outcomes", "SELECT DISTINCT outcome FROM outcomes")["outcome"])

    def values(self, outcome: str, ward: str = ALL, mode: str = ALL) -> pd.DataFrame:
        """One outcome of each arm in each replication, [replications, arms], in its unit; NaN where there is none.

        Raises:
            ValueError: no run has such an outcome for that ward and mode.
        """
        query = "SELECT replication, arm, value FROM outcomes WHERE outcome = ? AND ward = ? AND mode = ?"
        found = self._rows("outcomes", query, outcome, ward, mode)
        if found.empty:
            wards = self._rows("outcomes", "SELECT DISTINCT ward FROM outcomes ORDER BY ward")["ward"]
            asked = ((outcome, BY_NAME), (ward, list(wards)), (mode, (*MODES, ALL)))
            hints = [did_you_mean(name, known) for name, known in asked if name not in known]
            what = f"ward {quoted(ward)} and mode {quoted(mode)}"
            raise ValueError(f"{quoted(outcome)} has no value for {what}{''.join(hints)}")
        return found.pivot_table(index="replication", columns="arm", values="value", dropna=False).astype(float)

    def digest(self) -> str:
        """SHA-256 over key and digest of every run, in the order of the design: equal only if every count is."""
        digest = hashlib.sha256()
        for block in self._blocks():
            with self.store.reading(block) as shard:
                table = pq.read_table(shard / f"{RUNS}.parquet", columns=["position", "run", "status", "digest"])
            rows = table.to_pydict()
            for position in np.argsort(rows["position"]):
                words = (rows[name][position] for name in ("run", "status", "digest"))
                digest.update(f"{' '.join(str(word) for word in words)}\n".encode())
        return digest.hexdigest()

    def pieces(self, table: str) -> Iterator[pa.Table]:
        """A table of ``runs``, ``outcomes`` and ``series``, shard by shard in the order of runs."""
        for block in self._blocks():
            if (self.store.shard(block) / f"{table}.parquet").exists():
                with self.store.reading(block) as shard:
                    piece = pq.read_table(shard / f"{table}.parquet")
                yield piece

    def _blocks(self) -> Iterator[Block]:
        """The blocks that are done, in the order of their runs."""
        self.store.refuse_damaged()
        return (block for block in self.store.blocks() if self.store.shard(block).is_dir())

    def _table(self, name: str) -> pd.DataFrame:
        return self._rows(name, f"SELECT * FROM {name}")

    def _rows(self, table: str, query: str, *given: str) -> pd.DataFrame:
        """What a query gives that asks for one of the tables."""
        import duckdb

        if table not in self._there:
            raise self._nothing_in(table)
        try:
            return self._connection.execute(query, given).df()
        except duckdb.Error:
            self.store.refuse_damaged(wholly=True)
            raise

    @cached_property
    def _there(self) -> list[str]:
        """The tables that some shard has."""
        return [name for name in TABLES if next((self.store.folder / SHARDS).glob(f"*/{name}.parquet"), None)]

    def _nothing_in(self, table: str) -> StoreError:
        self.store.refuse_damaged()
        shown = self.store.shown
        if RUNS not in self._there:
            return StoreError(f"{shown} holds no results yet; `microsystem resume` goes on with it")
        done = self.store.status()
        if done.failed < done.done:
            return StoreError(f"{shown} keeps no {table}: the design leaves them out")
        message, count = commonest_failures(self.store, most=1)[0]
        most = "all" if count == done.failed else f"{count:,} of them"
        said = f"{most} said {shortened(message, LONGEST_MESSAGE)}"
        return StoreError(
            f"{shown} has no {table}: all {done.failed:,} runs that were tried failed; {said}. "
            f"`microsystem status {shown}` says more, `microsystem resume {shown} --failed` tries them again"
        )

    @cached_property
    def _connection(self) -> "duckdb.DuckDBPyConnection":
        import duckdb  # takes a while to import

        if RUNS not in self._there:
            raise self._nothing_in(RUNS)
        self.store.refuse_damaged()
        folder = (self.store.folder / SHARDS).resolve()
        connection = duckdb.connect(":memory:")
        for name in self._there:
            files = str(folder / "*" / f"{name}.parquet").replace("'", "''")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{files}', union_by_name = true)")
        connection.execute("SET allowed_directories = [$folder]".replace("$folder", _quoted(f"{folder}/")))
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def results(path: str | Path) -> StoredResults:
    """The results of the experiment in a folder, as far as it has run.

    Raises:
        StoreError: there is no experiment in it.
    """
    return StoredResults(path)
