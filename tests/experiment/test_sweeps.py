"""Sweeps: one result whatever the engine, nothing lost, nothing twice, and every mishap told and mended."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim import engine
from sim.analysis.arms import compare_arms
from sim.analysis.stored import results
from sim.analysis.sweeps import carry_out
from sim.experiment import identity, shards, store, work
from sim.experiment.store import Share, StoreError, open_store
from sim.state.behaviours import PACKAGE
from tests.experiment import sweeps
from tests.experiment.sweeps import ROOT, design, digest, fails_at_times, store_of, swept


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(store, "MOST_IN_BLOCK", 7)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "MOST_IN_BLOCK", 7)
        return swept(tmp_path_factory.mktemp("whole") / "x", threads=1)


def is_whole(folder, of=None):
    """Whether every run of the design is there once and none is torn."""
    held = open_store(folder)
    status = held.status(wholly=True)
    runs = results(folder).runs
    positions = list(range((of or design()).runs))
    return status.left == 0 and not status.damaged and list(runs.position) == positions and runs.run.is_unique


@pytest.mark.parametrize("threads", [2, 4])
def test_any_number_of_threads_gives_one_digest(threads, whole, tmp_path):
    assert digest(swept(tmp_path / "x", threads=threads)) == digest(whole)
    assert is_whole(tmp_path / "x")


def test_halves_give_the_same_whether_in_one_folder_or_merged_from_two(whole, tmp_path):
    for which in (2, 1):
        swept(tmp_path / "one", share=Share(which, 2))
        swept(tmp_path / f"half{which}", share=Share(which, 2))
    merged, other = (open_store(tmp_path / f"half{which}") for which in (1, 2))
    assert 0 < merged.status().done < merged.runs
    with merged.writing():
        merged.take_in(other)
    assert digest(open_store(tmp_path / "one")) == digest(merged) == digest(whole)
    assert is_whole(tmp_path / "one")
    assert is_whole(tmp_path / "half1")


def test_what_is_stored_is_what_the_engine_gives(tmp_path):
    of = design(2)
    found = results(swept(tmp_path / "x", of, simulate=engine.run_once).folder)
    row = found.runs.iloc[5]
    record = engine.run_once(of.scenario_of(of.arm(row.arm)), row.seed, 2, 1)
    assert row.digest == record.digest()
    beds = found.outcomes.query("run == @row.run and outcome == 'errors_made' and ward == 'all' and mode == 'all'")
    assert list(beds.numerator) == [record.funnel[..., 1].sum()]
    days = found.series[found.series.run == row.run]
    assert list(days.day) == [-1, 0, 1]
    assert list(days.admissions) == list(record.series.admissions[:, 0])
    for table in (found.runs, found.outcomes, found.series):
        assert {"scenario", "seed", "replication", "arm"} <= set(table.columns)


def test_nothing_runs_twice_and_more_replications_add_only_theirs(whole, tmp_path):
    ran = []

    def counted(*words, **more):
        ran.append(more["seed"])
        return sweeps.made_up(*words, **more)

    swept(tmp_path / "x", design(5), simulate=counted)
    swept(tmp_path / "x", design(5), simulate=counted)
    assert len(ran) == 20
    swept(tmp_path / "x", design(12), simulate=counted)
    assert len(ran) == 48
    assert digest(open_store(tmp_path / "x")) == digest(whole)


def test_a_failed_run_is_a_row_and_is_tried_again_when_asked(whole, tmp_path, monkeypatch):
    held = swept(tmp_path / "x", simulate=fails_at_times)
    assert (held.status().failed, held.status().left) == (16, 0)
    found = results(held.folder)
    assert set(found.failures.stage) == {"run"}
    assert found.failures.message[0].startswith("ValueError: seed 3 is unlucky")
    assert len(found.runs) == 48
    assert found.outcomes.run.nunique() == 32
    monkeypatch.setenv("ALL_IS_WELL", "1")
    carry_out(held, simulate=fails_at_times)
    assert held.status().failed == 16
    carry_out(held, simulate=fails_at_times, retry=True)
    assert held.status().failed == 0
    assert digest(held) == digest(whole)
    assert results(held.folder).outcomes.run.nunique() == 48
    assert is_whole(tmp_path / "x")


def test_a_sweep_that_is_stopped_keeps_whole_blocks_and_goes_on(whole, tmp_path):
    def stop(progress):
        if progress.done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path / "x", tell=stop)
    held = open_store(tmp_path / "x")
    assert 0 < held.status(wholly=True).done < 48
    assert not held.status().damaged
    carry_out(held, simulate=sweeps.made_up)
    assert digest(held) == digest(whole)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-5])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut_short, flipped, Path.unlink])
@pytest.mark.parametrize("name", ["runs.parquet", "outcomes.parquet", "sums.json"])
def test_a_damaged_shard_is_found_and_done_again(damage, name, whole, tmp_path):
    held = swept(tmp_path / "x")
    block = list(held.blocks())[3]
    damage(held.shard(block) / name)
    found = held.status(wholly=True)
    if not (damage is flipped and name == "sums.json" and not found.damaged):  # a bit of a note may not matter
        assert list(found.damaged) == [block.name]
        with held.writing():
            held.set_aside(found.damaged)
        assert held.status().left == len(block)
    carry_out(held, simulate=sweeps.made_up)
    assert digest(held) == digest(whole)
    assert is_whole(tmp_path / "x")


READINGS = {
    "a comparison": lambda found: compare_arms(found),
    "a digest": lambda found: found.digest(),
    "an export": lambda found: [list(found.pieces(name)) for name in ("outcomes", "series", "runs")],
    "a table": lambda found: found.outcomes,
    "a query": lambda found: found.sql("SELECT count(*) FROM outcomes"),
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
@pytest.mark.parametrize("damage", [cut_short, Path.unlink])
def test_a_damaged_shard_is_named_to_whoever_reads_and_not_left_out(damage, reading, tmp_path):
    held = swept(tmp_path / "x")
    shard = held.shard(list(held.blocks())[3])
    damage(shard / "outcomes.parquet")
    with pytest.raises(StoreError) as refused:
        reading(results(held.folder))
    assert f"shards/{shard.name} is damaged (outcomes.parquet" in str(refused.value)
    assert f"run `microsystem verify {held.folder}`, then resume" in str(refused.value)


@pytest.mark.parametrize("name", ["runs", "outcomes"])
def test_a_shard_that_kept_its_size_and_makes_no_sense_is_named_too(name, tmp_path):
    held = swept(tmp_path / "x", simulate=fails_at_times)
    shard = held.shard(list(held.blocks())[3])
    path = shard / f"{name}.parquet"
    path.write_bytes(b"PAR1" + b"\xff" * (path.stat().st_size - 8) + b"PAR1")
    readings = [lambda found: list(found.pieces(name)), lambda found: getattr(found, name)]
    if name == "runs":
        readings += [lambda found: found.digest(), lambda found: carry_out(held, simulate=sweeps.made_up, retry=True)]
    for reading in readings:
        with pytest.raises(StoreError, match=f"shards/{shard.name} is damaged .{name}.parquet has changed"):
            reading(results(held.folder))


def fails(scenario, seed, days, warm_up_days, progress=None, replace=None):
    raise ValueError(f"seed {seed} is unlucky" if seed % 3 == 0 else "it cannot be")


def test_where_every_run_failed_it_is_said_with_what_most_of_them_said(tmp_path):
    held = swept(tmp_path / "x", simulate=fails)
    assert work.commonest_failures(held) == [("ValueError: it cannot be", 32), ("ValueError: seed … is unlucky", 16)]
    assert work.commonest_failures(held, most=1) == [("ValueError: it cannot be", 32)]
    with pytest.raises(StoreError) as refused:
        compare_arms(results(held.folder))
    assert str(refused.value) == (
        f"{held.folder} has no outcomes: all 48 runs that were tried failed; 32 of them said ValueError: it cannot be. "
        f"`microsystem status {held.folder}` says more, `microsystem resume {held.folder} --failed` tries them again"
    )
    assert results(held.folder).runs.status.eq("failed").all()


def test_a_table_that_the_design_leaves_out_is_not_there_in_words(tmp_path):
    held = swept(tmp_path / "x", design(1, keep={"series": False}))
    with pytest.raises(StoreError, match="keeps no series: the design leaves them out"):
        _ = results(held.folder).series


def test_a_merge_puts_good_shards_in_the_place_of_damaged_ones(whole, tmp_path):
    held, other = swept(tmp_path / "x"), swept(tmp_path / "y")
    first, second, third, *_ = held.blocks()
    cut_short(held.shard(first) / "runs.parquet")
    flipped(held.shard(second) / "outcomes.parquet")
    flipped(held.shard(third) / "outcomes.parquet")
    shutil.rmtree(other.shard(third))
    with held.writing():
        assert held.take_in(other) == 2
    assert list(held.status(wholly=True).damaged) == [third.name]
    assert {path.name for path in (held.folder / "set_aside").iterdir()} == {first.name, second.name}
    assert digest(held) == digest(whole)


def test_of_two_who_ask_for_more_at_once_the_one_who_asks_for_most_is_heard(tmp_path, monkeypatch):
    store_of(tmp_path / "x", design(5))
    locked = store._held

    @contextmanager
    def after_another(path, waits=False):
        monkeypatch.setattr(store, "_held", locked)
        store_of(tmp_path / "x", design(20))
        with locked(path, waits):
            yield

    monkeypatch.setattr(store, "_held", after_another)
    assert store_of(tmp_path / "x", design(12)).replications == 20
    assert open_store(tmp_path / "x").design().replications == 20
    assert is_whole(swept(tmp_path / "x", design(20)).folder, design(20))


def test_what_killed_shares_left_unfinished_goes_when_nobody_else_writes(tmp_path):
    held = store_of(tmp_path / "x")
    left = held.folder / "unfinished" / "0000000000-0000000007.12345678"
    with held.writing(Share(1, 3)):
        left.mkdir()
        with held.writing(Share(2, 3)):
            assert left.is_dir()
    with held.writing(Share(3, 3)):
        assert not left.exists()


def test_a_shard_that_was_cut_short_is_done_again_without_being_asked(whole, tmp_path):
    held = swept(tmp_path / "x")
    cut_short(held.shard(next(held.blocks())) / "series.parquet")
    carry_out(held, simulate=sweeps.made_up)
    assert is_whole(tmp_path / "x")


def test_two_writers_do_not_meet(tmp_path):
    held = store_of(tmp_path / "x")
    with held.writing(Share(1, 2)):
        with held.writing(Share(2, 2)):
            pass
        for other in (Share(1, 2), Share(1, 3), Share()):
            with pytest.raises(StoreError, match="another process writes"):
                carry_out(held, simulate=sweeps.made_up, share=other)
    carry_out(held, simulate=sweeps.made_up)


def test_blocks_that_two_have_done_are_there_once(whole, tmp_path):
    held = swept(tmp_path / "x")
    block = next(held.blocks())
    tables = shards.read(held.shard(block))
    assert not shards.write(tables, held.shard(block), held.folder / "unfinished", {})
    assert list((held.folder / "unfinished").iterdir()) == []
    assert digest(held) == digest(whole)


def test_a_full_disk_ends_the_sweep_in_words_and_it_can_go_on(whole, tmp_path):
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from sim.experiment import store\n"
        "from sim.experiment.store import StoreError\n"
        "from tests.experiment.sweeps import swept\n"
        "store.MOST_IN_BLOCK = 7\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "def limit(progress):\n"
        "    if progress.done > 15: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))\n"
        "try: swept(Path(sys.argv[1]), tell=limit)\n"
        "except StoreError as refusal: print(refusal); sys.exit(2)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, tmp_path / "x"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == f"cannot write to {tmp_path / 'x'}: File too large; make room, then resume\n"
    held = open_store(tmp_path / "x")
    assert 0 < held.status(wholly=True).done < 48
    assert list((held.folder / "unfinished").iterdir()) == []
    carry_out(held, simulate=sweeps.made_up)
    assert digest(held) == digest(whole)


def test_a_folder_that_may_not_be_written_is_refused_and_stays_readable(whole, tmp_path, monkeypatch):
    swept(tmp_path / "x", design(5))
    before = digest(open_store(tmp_path / "x"))
    opened = Path.open

    def refuses(path, mode="r", *words, **more):
        if mode != "r" and mode != "rb":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode, *words, **more)

    monkeypatch.setattr(Path, "open", refuses)
    with pytest.raises(StoreError, match=r"cannot write to .*: Permission denied"):
        swept(tmp_path / "x", design(12))
    assert digest(open_store(tmp_path / "x")) == before


def test_a_folder_of_another_design_model_or_nothing_is_refused(tmp_path):
    held = swept(tmp_path / "x", design(2))
    with pytest.raises(StoreError, match='holds another design, "Four arms"; name a new folder'):
        store_of(tmp_path / "x", design(2, levers={"dials.hold": [True]}))
    with pytest.raises(StoreError, match=r"results of model version .* sweep into a new folder"):
        store.create(tmp_path / "x", design(2), "an older one")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to_my_aunt.txt").touch()
    with pytest.raises(StoreError, match="holds something else"):
        store_of(tmp_path / "letters")
    with pytest.raises(StoreError, match="holds no experiment"):
        open_store(tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["to_my_aunt.txt"]
    assert held.status().left == 0


def test_results_of_an_older_version_can_be_read_and_not_added_to(tmp_path):
    held = swept(tmp_path / "x", design(2))
    path = held.folder / "experiment.json"
    path.write_text(json.dumps({**held.manifest, "model": "0123456789abcdef"}))
    (held.folder / "scenario.toml").write_text("what = 'an older form'")
    assert len(results(held.folder).runs) == 8
    with pytest.raises(StoreError, match="results of model version 0123456789abcdef"):
        carry_out(open_store(held.folder), simulate=sweeps.made_up)


def test_the_version_of_the_model_is_of_its_sources_and_not_of_where_they_lie(tmp_path, monkeypatch):
    before = identity.model_version()
    copy = tmp_path / "elsewhere" / "sim"
    for part in ("state", "agents", "ward", "leadership", "engine", "scenario", "analysis"):
        for path in (PACKAGE / part).rglob("*.py"):
            target = copy / path.relative_to(PACKAGE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    monkeypatch.setattr(identity, "PACKAGE", copy)
    identity.model_version.cache_clear()
    assert identity.model_version() == before
    (copy / "ward" / "errors.py").write_text("other = 1\n")
    identity.model_version.cache_clear()
    assert identity.model_version() != before
    identity.model_version.cache_clear()


def speaks_up(person, stake, hearer, busy, chance):
    return True


@pytest.mark.parametrize("part", range(6))
def test_a_key_is_of_everything_that_a_run_depends_on(part):
    usual = ["model", "replaced", "scenario", 1, 2, 3]
    other = [*usual[:part], 9, *usual[part + 1 :]]
    assert identity.run_key(*usual) != identity.run_key(*other)


def test_queries_read_the_experiment_and_nothing_else(whole, tmp_path):
    import duckdb

    found = results(whole.folder)
    assert found.sql("SELECT count(*) FROM runs WHERE seed = 3").fetchall() == [(4,)]
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    for query in (f"FROM read_csv('{tmp_path}/secret.csv')", f"COPY runs TO '{tmp_path}/out.csv'"):
        with pytest.raises(duckdb.Error):
            found.sql(query)
    assert not (tmp_path / "out.csv").exists()


def test_shards_are_ordinary_parquet(whole):
    paths = sorted(whole.folder.glob("shards/*/runs.parquet"))
    assert sum(pq.read_metadata(path).num_rows for path in paths) == 48
