"""The command for evidence: calibrate."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.experiments import SECONDS_BETWEEN_LINES, STOPPED, compile_first, plainly, watching
from sim.commands.running import command_line

if TYPE_CHECKING:
    from sim.calibration.fit import Calibration
    from sim.calibration.recovery import Recovered
    from sim.experiment.sweeping import Tell

FEWEST_TRUTHS = 20
MOST_WAVES, MOST_SEED = 20, 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(calibrate)


def calibrate(
    scenario: Annotated[Path, typer.Argument(help="The baseline, a scenario file.", show_default=False)],
    folder: Annotated[
        Path, typer.Argument(help="A folder for its runs; called again, it goes on.", show_default=False)
    ],
    waves: Annotated[int, typer.Option(min=2, max=MOST_WAVES, help="Waves that close in on the levels.")] = 3,
    points: Annotated[int, typer.Option(min=100, max=100_000, help="Hospitals in each wave.")] = 1_000,
    draws: Annotated[int, typer.Option(min=50, max=100_000, help="Draws of the posterior.")] = 300,
    years: Annotated[float, typer.Option(min=0.1, max=50, help="Years that each hospital is counted for.")] = 1.0,
    seed: Annotated[int, typer.Option(min=1, max=MOST_SEED, help="Of everything.")] = 1,
    recover: Annotated[int, typer.Option(min=0, help="Levels of so many known hospitals are sought again.")] = 0,
    threads: Annotated[int | None, typer.Option(min=1, max=1_024, help="Hospitals at a time.")] = None,
    out: Annotated[Path | None, typer.Option(help="A new folder for tables, figures and posterior.")] = None,
) -> None:
    """Find levels with which the model shows what was published, and how sure they are."""
    from rich.console import Console

    from sim.calibration.calibrating import calibrate as calibrated
    from sim.calibration.recovery import Recovered, found_again
    from sim.calibration.recovery import recover as recovered_from
    from sim.calibration.targets import targets
    from sim.calibration.waves import Settings, bank, wave_names
    from sim.experiment.store import StoreError
    from sim.report.calibration import save_calibration
    from sim.report.folder import check
    from sim.scenario import load

    with plainly():
        if out is not None:
            check(out)
        if recover and not FEWEST_TRUTHS <= recover <= points:
            raise StoreError(
                f"recover is {recover}; it can be 0, or from {FEWEST_TRUTHS} to the {points:,} points of a wave"
            )
        settings = Settings(load(scenario), targets(), waves, points, years, draws, seed)
        compile_first(settings.scenario, seed)
        console = Console(stderr=True, highlight=False)

        @contextmanager
        def watched(words: str) -> "Iterator[Tell]":
            console.print(words, markup=False)
            with watching(console) as tell:
                yield tell

        try:
            found = calibrated(folder, settings, watched, threads)
        except KeyboardInterrupt:
            typer.echo("\nStopped. Runs that are done are kept; the same command goes on.", err=True)
            raise typer.Exit(STOPPED) from None
        recovered = None
        if recover:
            console.print(f"Recovery: levels of {recover:,} known hospitals are sought again.", markup=False)
            try:
                first = bank(folder, wave_names(1), settings.targets)
                sought = recovered_from(first, recover, seed, _told_of(recover))
                recovered = Recovered(sought, found_again(found, seed))
            except KeyboardInterrupt:
                typer.echo(
                    "\nStopped. All runs are kept, but nothing of the recovery, nor was a result written; "
                    "the same command begins the recovery anew.",
                    err=True,
                )
                raise typer.Exit(STOPPED) from None
        _show(found, recovered)
        if out is not None:
            options = {"waves": waves, "points": points, "draws": draws, "years": years, "seed": seed}
            words = command_line("calibrate", [scenario, folder], {**options, "recover": recover})
            save_calibration(found, recovered, out, words)
            typer.echo(f"Written to {out.as_posix()}.", err=True)


def _told_of(truths: int) -> Callable[[int], None]:
    """What to call with how many truths have been sought: it says so now and then, and at the end."""
    last = time.perf_counter()

    def tell(done: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if done == truths or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            typer.echo(f"{done:,} of {truths:,} known hospitals", err=True)

    return tell


def _show(found: "Calibration", recovered: "Recovered | None") -> None:
    from sim.calibration.fit import missed

    for row in found.fit.itertuples():
        mark = " " if row.within else "*"
        typer.echo(
            f"{mark} {row.id:<4} {row.quantity:<54} {row.at_point:7.3g}  published {row.figure:g} "
            f"({row.low:g} to {row.high:g}) {row.unit}"
        )
    held = int(found.fit["within"].sum())
    typer.echo(
        f"{held} of {len(found.fit)} figures lie in their interval; the worst is off by {found.fit.factor.max():.3g}."
    )
    for sentence in missed(found):
        typer.echo(f"  {sentence}")
    typer.echo("")
    for row in found.levels.itertuples():
        typer.echo(
            f"  {row.name:<32} {row.point:9.4g}  {row.posterior_low:.3g} to {row.posterior_high:.3g} "
            f"(before: {row.low:g} to {row.high:g}); {row.verdict}"
        )
    for row in found.together.itertuples():
        words = f"held in place together more than apart (correlation {row.correlation:.2f})"
        typer.echo(f"  {row.one} and {row.other} are {words}")
    if recovered is not None:
        typer.echo("")
        for row in recovered.years.table.itertuples():
            typer.echo(
                f"  {row.name:<32} 90% intervals hold {row.within_90:.0%} of truths; ranks even: p = {row.p:.2f}"
            )
