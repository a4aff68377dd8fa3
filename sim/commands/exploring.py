"""The commands that explore a sweep: what outcomes hang on, and where strategies fail."""

from typing import Annotated, Any

import typer

from sim.commands.running import Out, StoredIn, command_line, plainly, say_where, wide_console

Ward = Annotated[str, typer.Option(help="A ward, or all for the hospital.")]
Mode = Annotated[str, typer.Option(help="A mode of care, or all.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (sensitivity, discover):
        app.command()(command)


def sensitivity(
    folder: StoredIn,
    outcome: Annotated[
        list[str] | None, typer.Option(help="What may hang on factors; repeat it for more.", show_default=False)
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(help="A strategy, by number, title or level: what others differ by from it hangs on what?"),
    ] = None,
    ward: Ward = "all",
    mode: Mode = "all",
    out: Out = None,
) -> None:
    """Say which levers and uncertainties outcomes hang on: Morris or Sobol indices of a sweep, with intervals."""
    from sim.analysis.sensitivity import sensitivity as analysed
    from sim.analysis.stored import results
    from sim.analysis.swept import SweptError
    from sim.experiment.store import StoreError
    from sim.report.folder import FolderError, check
    from sim.report.sensitivity import (
        LEAST_WIDTH,
        save_sensitivity,
        sensitivity_answer,
        sensitivity_heading,
        sensitivity_note,
        sensitivity_tables,
    )

    with plainly(SweptError, StoreError, FolderError):
        if out is not None:
            check(out)
        found = analysed(results(folder), outcome or None, ward, mode, reference)
        if out is not None:
            options = dict(outcome=outcome, reference=reference, ward=ward, mode=mode)
            save_sensitivity(found, out, command_line("sensitivity", [folder], options))
        console = wide_console(LEAST_WIDTH)
        console.print(sensitivity_heading(found), markup=False, soft_wrap=True)
        for paragraph in sensitivity_answer(found):
            console.print(f"\n{paragraph}", markup=False)
        console.print()
        console.print(*sensitivity_tables(found), sep="")
        console.print(sensitivity_note(found), markup=False)
        say_where(out)


def discover(
    folder: StoredIn,
    outcome: Annotated[str, typer.Option(help="In which strategies may fail.")] = "preventable_events",
    worst: Annotated[
        str | None, typer.Option(help="Fail: this share of all cases, such as 25%, which it is if left out.")
    ] = None,
    worse_than: Annotated[
        float | None, typer.Option(help="Fail: worse than this value, in the outcome's unit.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Fail: worse than this strategy in the same future; its number, title or level.")
    ] = None,
    margin: Annotated[float, typer.Option(help="By how much worse than the reference, in the outcome's unit.")] = 0.0,
    bad: Annotated[str | None, typer.Option(help="higher or lower, for outcomes of which it is not plain.")] = None,
    strategy: Annotated[
        list[str] | None,
        typer.Option(help="A lever that makes up strategies; repeat it for more. Left out: all.", show_default=False),
    ] = None,
    ward: Ward = "all",
    mode: Mode = "all",
    out: Out = None,
) -> None:
    """Say where strategies fail: boxes of futures (PRIM), tried on cases held out; and how robust each strategy is."""
    from sim.analysis.discovery import Rule
    from sim.analysis.discovery import discover as discovered
    from sim.analysis.stored import results
    from sim.analysis.swept import SweptError
    from sim.experiment.store import StoreError
    from sim.report.discovery import (
        LEAST_WIDTH,
        discovery_answer,
        discovery_heading,
        discovery_note,
        failing_in_words,
        robustness_table,
        save_discovery,
    )
    from sim.report.folder import FolderError, check

    with plainly(SweptError, StoreError, FolderError):
        if out is not None:
            check(out)
        rule = Rule(_share(worst), worse_than, reference, margin, bad)
        found = discovered(results(folder), outcome, rule, strategy or None, ward, mode)
        if out is not None:
            options: dict[str, Any] = {"outcome": outcome, "worst": worst, "worse-than": worse_than}
            options |= {"reference": reference, "margin": margin or None, "bad": bad, "strategy": strategy}
            options |= {"ward": ward, "mode": mode}
            save_discovery(found, out, command_line("discover", [folder], options))
        console = wide_console(LEAST_WIDTH)
        for line in (discovery_heading(found), failing_in_words(found)):
            console.print(line, markup=False)
        for paragraph in discovery_answer(found):
            console.print(f"\n{paragraph}", markup=False)
        console.print()
        console.print(robustness_table(found))
        console.print(discovery_note(found), markup=False)
        say_where(out)


def _share(given: str | None) -> float | None:
    """A share that was given as such or per hundred, as in ``0.25`` and ``25%``."""
    from sim.analysis.swept import SweptError
    from sim.scenario.words import quoted

    if given is None:
        return None
    try:
        return float(given.removesuffix("%")) / (100 if given.endswith("%") else 1)
    except ValueError:
        raise SweptError(f"--worst is {quoted(given)}; it should be such as 25%") from None
