"""What a page needs of the model: runs of the settings that it shows, watched days, and a patient for each puzzle."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sim.analysis.stored import StoredResults
from sim.analysis.sweeps import carry_out
from sim.experiment.design import Design
from sim.experiment.identity import model_version
from sim.experiment.store import StoreError, create
from sim.experiment.sweeping import Tell
from sim.report.export import origin
from sim.state.vocabulary import MODES
from sim.workshop.days import day_of
from sim.workshop.kept import Kept
from sim.workshop.outcomes import SHOWN
from sim.workshop.puzzles import Puzzle
from sim.workshop.settings import STYLES, Setting, key_of, ward
from sim.workshop.traces import is_of, trace_of

Say = Callable[[str], None]


def swept(
    designed: Design, folder: Path, tell: Tell = lambda progress: None, threads: int | None = None
) -> StoredResults:
    """The runs of a design; those that its folder holds already are not done again.

    Args:
        designed: which runs.
        folder: a new one, or one of the same design.
        tell: called now and then with how far it is; may raise to stop.
        threads: how many at a time; as many as processors if left out.

    Raises:
        StoreError: the folder cannot be used, or runs failed.
    """
    store = create(folder, designed, model_version())
    carry_out(store, tell, threads=threads, design=designed)
    status = store.status()
    if status.failed:
        why = f"`microsystem status {store.shown}` says why"
        raise StoreError(f"{status.failed:,} of {status.runs:,} runs failed, and a page needs them all; {why}")
    return StoredResults(folder)


def made(
    found: StoredResults, puzzles: Mapping[str, Puzzle], say: Say = lambda words: None, known: Kept | None = None
) -> Kept:
    """What a page needs: the outcomes of runs that are done, and the days and patients, which are run here and watched.

    Args:
        found: the runs of the design.
        puzzles: those of the page.
        say: called with a line now and then, since watching takes minutes.
        known: results of this version of the model, whose days and patients are not watched again.
    """
    days = dict(known.days) if known else {}
    traces = dict(known.traces) if known else {}
    for key in days_to_watch(puzzles.values()):
        if key not in days:
            say(f"Watching a day of {key}.")
            days[key] = day_of(key)
    for name, puzzle in puzzles.items():
        if not is_of(traces.get(name), puzzle.a, puzzle.b, puzzle.follows):
            say(f"Following a patient for the puzzle {name}.")
            traces[name] = trace_of(puzzle.a, puzzle.b, puzzle.follows)
    return Kept(origin(found), ward().run.seed, values_of(found), days, traces)


def days_to_watch(puzzles: Iterable[Puzzle]) -> list[str]:
    """Keys of the settings with a watched day: every style in every mode, dials as usual, and those of the puzzles."""
    usual = [Setting(style, mode).key for style in STYLES for mode in MODES]
    return list(dict.fromkeys([*usual, *(key for puzzle in puzzles for key in (puzzle.a, puzzle.b))]))


def values_of(found: StoredResults) -> dict[str, dict[str, list[float | None]]]:
    """For each setting and each outcome that is shown, its value in each replication, in the page's unit."""
    keys = {int(row["arm"]): key_of(row) for row in found.arms.to_dict("records")}
    values: dict[str, dict[str, list[float | None]]] = {key: {} for key in keys.values()}
    for shown in SHOWN:
        table = found.values(shown.name)
        for arm, key in keys.items():
            values[key][shown.name] = [shown.on_page(float(value)) for value in table[arm]]
    return values
