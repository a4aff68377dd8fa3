"""The command compare: arms of a stored experiment, or scenario files that it runs itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.running import (
    OtherArms,
    Out,
    Posterior,
    Reps,
    Seed,
    Threads,
    Where,
    Within,
    Years,
    command_line,
    plainly,
    say_where,
    watched,
    wide_console,
)

if TYPE_CHECKING:
    from sim.analysis.arms import Comparison, Runs
    from sim.analysis.stored import StoredResults
    from sim.experiment.replications import Plan
    from sim.scenario import Scenario

WHY_NOT_FILES = "is for the folder of an experiment: of scenario files, all that are named are compared"
WHY_NOT_FOLDER = "is for scenario files: the runs of a folder are done already"


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(compare)


def compare(
    what: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER | SCENARIO...",
            help="The folder of an experiment, or two or more scenario files.",
            show_default=False,
        ),
    ],
    reference: Annotated[
        str | None, typer.Option(help="Arm to compare with, by number, title or file; the first if left out.")
    ] = None,
    arm: OtherArms = None,
    within: Within = None,
    where: Where = None,
    outcome: Annotated[
        list[str] | None, typer.Option(help="What to compare; repeat it for more.", show_default=False)
    ] = None,
    ward: Annotated[str, typer.Option(help="A ward, or all for the hospital.")] = "all",
    mode: Annotated[str, typer.Option(help="A mode of care, or all.")] = "all",
    precision: Annotated[float, typer.Option(help="Half-width that is precise, as a share of the larger mean.")] = 0.05,
    years: Years = None,
    seed: Seed = None,
    reps: Reps = None,
    threads: Threads = None,
    posterior: Posterior = False,
    out: Out = None,
) -> None:
    """Compare arms in pairs of one seed: differences with intervals, verdicts, and replications still needed.

    The arms are those of an experiment, or scenario files that are run first, all with the same seeds.
    """
    from sim.analysis.arms import ComparisonError, compare_arms
    from sim.analysis.stored import results
    from sim.experiment.replications import RunError
    from sim.experiment.store import StoreError
    from sim.report.folder import FolderError, check
    from sim.scenario import ScenarioError

    with plainly(ComparisonError, StoreError, RunError, FolderError, ScenarioError):
        of_folder, of_files = dict(arm=arm, within=within, where=where), dict(years=years, reps=reps, seed=seed)
        of_files |= dict(threads=threads, posterior=posterior)
        is_folder = _is_folder(what)
        _refuse(*((of_files, WHY_NOT_FOLDER) if is_folder else (of_folder, WHY_NOT_FILES)))
        if out is not None:
            check(out)
        asked: dict[str, Any] = dict(reference=reference, outcomes=outcome or None, ward=ward, mode=mode)
        asked |= dict(precision=precision)
        found: StoredResults | Runs
        if is_folder:
            asked |= dict(arms=arm or None, within=within or (), where=levels_asked(where or ()))
            found = results(what[0])
        else:
            asked |= dict(reference=_number_of(reference, what))
            found = _run(what, asked, years, seed, reps, threads, posterior)
        told = dict(reference=reference, outcome=outcome, ward=ward, mode=mode, precision=precision)
        command = command_line("compare", what, told | of_folder | of_files)
        _report(compare_arms(found, **asked), found, out, command)


def _is_folder(what: Sequence[Path]) -> bool:
    """Whether arms are those of an experiment, and not scenario files."""
    from sim.analysis.arms import ComparisonError
    from sim.scenario.words import one_line

    folders = [path for path in what if path.is_dir()]
    if len(what) > 1 and folders:
        raise ComparisonError(
            f"{one_line(str(folders[0]))} is a folder: name the folder of one experiment alone, or scenario files"
        )
    if len(what) == 1 and what[0].suffix == ".toml" and not folders:
        raise ComparisonError(f"{one_line(str(what[0]))} is one scenario alone: name two or more, or a folder")
    return len(what) == 1


def _refuse(options: Mapping[str, Any], why: str) -> None:
    from sim.analysis.arms import ComparisonError

    for name, given in options.items():
        if given not in (None, False, []):
            raise ComparisonError(f"--{name} {why}")


def levels_asked(where: Sequence[str]) -> list[tuple[str, str]]:
    """Factors and levels that were given as FACTOR=LEVEL."""
    from sim.analysis.arms import ComparisonError
    from sim.scenario.words import quoted

    pairs = [(factor.strip(), level.strip()) for factor, _, level in (text.partition("=") for text in where)]
    for text, (_, level) in zip(where, pairs, strict=True):
        if not level:
            raise ComparisonError(f"--where is {quoted(text)}; it should be such as dials.devolution=0.8")
    return pairs


def _number_of(reference: str | None, files: Sequence[Path]) -> str | int | None:
    """The number of the arm that was named by its file; any other reference as it is."""
    return next((number for number, path in enumerate(files) if reference == str(path)), reference)


def _run(
    files: Sequence[Path],
    asked: Mapping[str, Any],
    years: float | None,
    seed: int | None,
    reps: int | None,
    threads: int | None,
    posterior: bool,
) -> "Runs":
    """Run each scenario as an arm, all with the same seeds; what cannot be compared is refused before."""
    from sim.analysis.arms import refuse_early, run_arms
    from sim.experiment.draws import draws_if
    from sim.experiment.replications import plan
    from sim.scenario import load

    scenarios = _by_title(files, [load(path) for path in files])
    refuse_early(scenarios, **asked)
    first = next(iter(scenarios.values()))
    planned = plan(first, years, seed, reps, "compiled", threads, len(scenarios), draws_if(posterior))
    return watched(lambda tell: run_arms(planned, scenarios, tell), planned, first, _what_will_run(planned))


def _by_title(files: Sequence[Path], scenarios: "Sequence[Scenario]") -> "dict[str, Scenario]":
    """The scenarios by their titles, made distinct by the names of their files."""
    from sim.analysis.arms import ComparisonError
    from sim.scenario.words import one_line

    for path, count in Counter(path.resolve() for path in files).items():
        if count > 1:
            raise ComparisonError(f"{one_line(path.name)} is named twice; an arm is compared with others only")
    titles = [one_line(scenario.title) for scenario in scenarios]
    for names in ([path.stem for path in files], list(map(str, files))):
        counts = Counter(titles)
        pairs = zip(titles, names, strict=True)
        titles = [f"{title} ({one_line(name)})" if counts[title] > 1 else title for title, name in pairs]
    return dict(zip(titles, scenarios, strict=True))


def _what_will_run(planned: "Plan") -> str:
    replications = "one replication" if planned.replications == 1 else f"{planned.replications:,} replications"
    at_a_time = f", {planned.threads} at a time" if planned.threads > 1 else ""
    return (
        f"{planned.arms} scenarios: {replications} each of {planned.days:,} days after {planned.warm_up_days:,} of "
        f"warm-up, from seed {planned.seed}{at_a_time}."
    )


def _report(comparison: "Comparison", found: "StoredResults | Runs", out: Path | None, command: list[str]) -> None:
    """Show a comparison, and keep it if it is wanted; of one too large to be shown only the table is kept."""
    from sim.analysis.arms import ComparisonError
    from sim.report.arms import (
        LEAST_WIDTH,
        arms_heading,
        arms_note,
        arms_setting,
        arms_tables,
        how_far_it_is,
        too_many,
    )

    refusal = too_many(comparison)
    if refusal and out is None:
        raise ComparisonError(f"{refusal}, or keep all in a table with --out FOLDER")
    if out is not None:
        from sim.report.saving import save_comparison

        save_comparison(comparison, found, out, command)
    console = wide_console(LEAST_WIDTH)
    for line in filter(None, (arms_setting(comparison), arms_heading(comparison), how_far_it_is(comparison))):
        console.print(line, markup=False, soft_wrap=True)
    if not refusal:
        console.print(*arms_tables(comparison, console.width), sep="")
        console.print(arms_note(comparison), markup=False, soft_wrap=True)
    for line in comparison.warnings:
        console.print(line, markup=False, soft_wrap=True)
    if refusal:
        typer.echo(f"{refusal}. comparison.csv holds all; no figure was drawn.", err=True)
    say_where(out)
