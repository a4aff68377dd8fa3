"""The command for one's own trust: adopt."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.running import Threads, plainly, say_where, watched, wide_console

if TYPE_CHECKING:
    from sim.adoption import WardTable
    from sim.adoption.checking import Seen
    from sim.experiment.replications import Progress

SCENARIO, TABLE = ".toml", ".csv"


def add_to(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(adopt)


def adopt(
    table: Annotated[Path | None, typer.Argument(help="A table of wards, saved as CSV.", show_default=False)] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The scenario to write, or the template.", show_default=False)
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="Write a table of wards to fill in.")] = False,
    title: Annotated[str | None, typer.Option(help="Title of the scenario; the name of the table if left out.")] = None,
    check: Annotated[bool, typer.Option(help="Run it, and show occupancy and stays beside the table's.")] = True,
    fit: Annotated[bool, typer.Option("--fit", help="Choose arrivals that fill beds as in the table.")] = False,
    threads: Threads = None,
) -> None:
    """Make a scenario from a table of wards: beds, occupancy, stays, staff and modes of care."""
    from sim.adoption import AdoptionError
    from sim.experiment.replications import RunError
    from sim.report.folder import FolderError

    with plainly(AdoptionError, FolderError, RunError):
        if out is None:
            raise AdoptionError([f"say what to write: -o {'wards.csv' if template else 'mine.toml'}"])
        if template:
            _write_template(table, out)
        else:
            _adopt(table, out, title, check, fit, threads)
        say_where(out)


def _write_template(table: Path | None, out: Path) -> None:
    from sim.adoption import AdoptionError, template
    from sim.report.adoption import columns_in_words
    from sim.report.folder import whole_file

    if table is not None:
        raise AdoptionError(["--template writes a table and reads none: microsystem adopt --template -o wards.csv"])
    _refuse_ending(out, TABLE)
    with whole_file(out) as file:
        file.write_bytes(template())
    typer.echo(f"The columns of a table of wards, which has a row for each:\n{columns_in_words()}")


def _adopt(path: Path | None, out: Path, title: str | None, check: bool, fit: bool, threads: int | None) -> None:
    from sim.adoption import AdoptionError, read_table, scenario_text
    from sim.report.folder import check_file, whole_file
    from sim.scenario.words import shortened

    if path is None:
        raise AdoptionError(["name a table of wards; microsystem adopt --template -o wards.csv writes one to fill in"])
    if fit and not check:
        raise AdoptionError(["--fit has to run the scenario, so it does not go with --no-check"])
    _refuse_ending(out, SCENARIO)
    check_file(out)
    named = shortened(f"The wards in {path.name}") if title is None else title
    _refuse_title(named)
    table = read_table(path)
    for line in _readings(table):
        typer.echo(line, err=True)
    seen = _seen(table, named, fit, threads) if check else ()
    with whole_file(out) as file:
        file.write_text(scenario_text(table, named, seen, fit), encoding="utf-8", newline="\n")
    if check:
        _show(seen, fit)


def _refuse_ending(out: Path, ending: str) -> None:
    from sim.adoption import AdoptionError
    from sim.scenario.words import one_line

    if out.suffix.lower() != ending and not out.is_dir():
        raise AdoptionError([f"{one_line(str(out))}: the name of this file should end in {ending}"])


def _refuse_title(title: str) -> None:
    from sim.adoption import AdoptionError
    from sim.adoption.writing import LONGEST_TITLE
    from sim.scenario.words import quoted

    if not (0 < len(title) <= LONGEST_TITLE and title.isprintable()):
        raise AdoptionError([f"title is {quoted(title)}; it should be a line of 1 to {LONGEST_TITLE} characters"])


def _readings(table: "WardTable") -> Iterator[str]:
    """How cells were read that could not be taken as they are."""
    yield from table.readings
    for row in table.rows:
        yield from (f"Row {row.row}, {row.name}: {reading}." for reading in row.readings)


def _seen(table: "WardTable", title: str, fit: bool, threads: int | None) -> "tuple[Seen, ...]":
    """What the model shows of the wards, from a run of the scenario as it stands, or from one after another."""
    from sim.adoption import checking
    from sim.analysis.results import Results
    from sim.experiment.replications import carry_out, plan

    def run(arrivals: Mapping[int, float], number: int = 0) -> Results:
        scenario = checking.scenario_of(table, title, arrivals)
        planned = plan(scenario, threads=threads)

        def work(tell: "Progress | None") -> Results:
            return Results(scenario, carry_out(planned, scenario, tell), planned.driver, planned.threads)

        what = f"Round {number}, to fit arrivals: {table.beds:,} beds, {planned.replications} runs." if number else None
        return watched(work, planned, scenario, what)

    return checking.fit(table, run) if fit else checking.beside(table, run({}))


def _show(seen: "Sequence[Seen]", fit: bool) -> None:
    from sim.adoption.checking import advice
    from sim.report.adoption import LEAST_WIDTH, beside_table

    console = wide_console(LEAST_WIDTH)
    console.print(beside_table(seen))
    for line in advice(seen, fit):
        console.print(line, markup=False, soft_wrap=True)
