"""The command line: run, ablate, claims, validate, explain, styles, schema; and what `sim/commands` adds.

Commands import what they need when they run, so that help comes at once.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import evidence, experiments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from sim.analysis.ablation import Ablation
    from sim.analysis.claims import Examination
    from sim.analysis.results import Results
    from sim.experiment.claims import Claim
    from sim.experiment.replications import Plan, Progress
    from sim.scenario import Scenario, Style

USER_MISTAKE = 2
STOPPED = 130
PIPED_WIDTH = 160

app = typer.Typer(
    help="How leadership on hospital wards turns into errors and outcomes: an agent-based simulation.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a dash that a terminal does not have must not end a long run
    app()


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    typer.echo(f"microsystem {version('microsystem')}")
    raise typer.Exit


@app.callback()
def _whole_program(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    pass


ScenarioFile = Annotated[Path, typer.Argument(help="A scenario file.", show_default=False)]
Years = Annotated[float | None, typer.Option(help="Years counted, after the warm-up.")]
Seed = Annotated[int | None, typer.Option(help="Seed of the first replication; each next has one more.")]
Reps = Annotated[int | None, typer.Option(help="Replications.")]
Driver = Annotated[str, typer.Option(help="compiled (fast) or mesa (agents in plain Python).")]
Threads = Annotated[int | None, typer.Option(help="Replications at a time; as many as processors.")]
Posterior = Annotated[
    bool, typer.Option("--posterior", help="Draw levels from the posterior, one draw for each replication.")
]
Out = Annotated[Path | None, typer.Option(help="A new folder for tables, figure and provenance.")]


@app.command()
def run(
    scenario: ScenarioFile,
    years: Years = None,
    seed: Seed = None,
    reps: Reps = None,
    driver: Driver = "compiled",
    threads: Threads = None,
    posterior: Posterior = False,
    out: Out = None,
) -> None:
    """Run a scenario; show errors and outcomes by mode of care.

    What is left out comes from the scenario.
    """
    from sim.analysis.results import Results
    from sim.experiment.draws import draws_if
    from sim.experiment.replications import RunError, carry_out, plan
    from sim.report.folder import FolderError, check
    from sim.scenario import ScenarioError, load

    with _plainly(ScenarioError, RunError, FolderError):
        chosen = load(scenario)
        planned = plan(chosen, years, seed, reps, driver, threads, draws=draws_if(posterior))
        if out is not None:
            check(out)

        def work(tell: "Progress | None") -> Results:
            return Results(chosen, carry_out(planned, chosen, tell), planned.driver, planned.threads, planned.draws)

        results = _watched(work, planned, chosen)
        options = dict(years=years, seed=seed, reps=reps, driver=driver, threads=threads, posterior=posterior)
        _keep(results, out, _command("run", scenario, **options))
        _show(results)
        _say_where(out)


@app.command()
def ablate(
    scenario: ScenarioFile,
    mechanism: Annotated[
        list[str] | None,
        typer.Option(help="What to switch off; repeat it for more. Left out: all that are on.", show_default=False),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(help="What to compare; repeat it for more. The first one ranks.", show_default=False),
    ] = None,
    years: Years = None,
    seed: Seed = None,
    reps: Reps = None,
    driver: Driver = "compiled",
    threads: Threads = None,
    posterior: Posterior = False,
    out: Out = None,
) -> None:
    """Switch each mechanism off in turn, with the same seeds; show what it carries.

    What is left out comes from the scenario.
    """
    from sim.analysis.ablation import DEFAULT_OUTCOMES, carry_out
    from sim.analysis.outcomes import BY_NAME
    from sim.experiment.ablation import design
    from sim.experiment.draws import draws_if
    from sim.experiment.replications import RunError, known_names, plan
    from sim.report.folder import FolderError, check
    from sim.scenario import ScenarioError, load

    with _plainly(ScenarioError, RunError, FolderError):
        designed = design(load(scenario), mechanism or None)
        outcomes = known_names("outcome", outcome or DEFAULT_OUTCOMES, BY_NAME)
        planned = plan(designed.full, years, seed, reps, driver, threads, len(designed.arms), draws_if(posterior))
        if out is not None:
            check(out)
        if not mechanism and designed.off:
            typer.echo(f"Off in this scenario already, and left out: {', '.join(designed.off)}.", err=True)
        ablation = _watched(lambda tell: carry_out(planned, designed, outcomes, tell), planned, designed.full)
        options = dict(mechanism=mechanism, outcome=outcome, years=years, seed=seed, reps=reps)
        more = dict(driver=driver, threads=threads, posterior=posterior)
        _keep(ablation, out, _command("ablate", scenario, **options, **more))
        _show_ablation(ablation)
        _say_where(out)


@app.command()
def claims(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Claims that ship (h01 or H1), or files. Left out: all that ship.", show_default=False),
    ] = None,
    years: Years = None,
    reps: Reps = None,
    seed: Seed = None,
    threads: Threads = None,
    posterior: Posterior = False,
    out: Out = None,
    at_failing_point: Annotated[
        bool, typer.Option("--at-failing-point", help="Run them where their files say that they fail.")
    ] = False,
    list_them: Annotated[bool, typer.Option("--list", help="Show what they say, without running them.")] = False,
) -> None:
    """Run claims of the paper as experiments; show the verdict on each, by its own rule.

    What is left out comes from the files of the claims.
    """
    from sim.analysis.claims import measures, planned
    from sim.experiment.claims import find, load_claim, shipped
    from sim.experiment.draws import draws_if
    from sim.experiment.replications import RunError
    from sim.report.folder import FolderError, check
    from sim.scenario import ScenarioError

    with _plainly(ScenarioError, RunError, FolderError):
        chosen = [load_claim(find(name), measures()) for name in names or shipped()]
        _refuse_twice(chosen)
        if list_them:
            _list_claims(chosen)
            return
        drawn = draws_if(posterior)
        plans = [planned(claim, at_failing_point, years, seed, reps, threads, drawn) for claim in chosen]
        if out is not None:
            check(out)
        found = [_examined(claim, settled, at_failing_point) for claim, settled in zip(chosen, plans, strict=True)]
        options = dict(years=years, reps=reps, seed=seed, threads=threads, posterior=posterior)
        _keep(found, out, _command_of_claims(names or [], at_failing_point, options))
        _show_claims(found)
        _say_where(out)


@app.command()
def validate(
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario files.", show_default=False)],
) -> None:
    """Check scenario files, without running them."""
    from sim.scenario import ScenarioError, load

    faulty = False
    for path in scenarios:
        try:
            typer.echo(f"{path}: OK: {_in_brief(load(path))}")
        except ScenarioError as mistake:
            typer.echo(str(mistake), err=True)
            faulty = True
    if faulty:
        raise typer.Exit(USER_MISTAKE)


@app.command()
def explain(
    name: Annotated[str | None, typer.Argument(help="A parameter, switch, key, column, outcome, or M14.")] = None,
) -> None:
    """Explain a name; without one, list what can be explained."""
    from sim.scenario import UnknownName

    if name is None:
        typer.echo(_what_can_be_explained())
        return
    with _plainly(UnknownName):
        typer.echo("\n\n".join(_explanations(name.strip())))


@app.command()
def styles(
    name: Annotated[str | None, typer.Argument(help="A style that ships, to see in full.")] = None,
) -> None:
    """Show the styles of leading that ship, side by side; or one of them in full."""
    from sim.scenario import ScenarioError, shipped_style, shipped_styles

    with _plainly(ScenarioError):
        if name is not None:
            _show_style(name.strip(), shipped_style(name.strip()))
        else:
            _show_styles(shipped_styles())


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    import json

    from sim.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


experiments.add_to(app)
evidence.add_to(app)


@contextmanager
def _plainly(*mistakes: type[Exception]) -> Iterator[None]:
    """Say the user's mistakes in one message and a stop in one line; our own faults keep their traceback."""
    try:
        yield
    except mistakes as mistake:
        typer.echo(str(mistake), err=True)
        raise typer.Exit(USER_MISTAKE) from None
    except KeyboardInterrupt:
        typer.echo("\nStopped; nothing was written.", err=True)
        raise typer.Exit(STOPPED) from None


def _command(name: str, scenario: Path, **options: float | str | list[str] | None) -> list[str]:
    """The command line that asks for these results, for keeping beside them; a list is an option given several times.

    It has no ``--out``, since where results are kept makes no difference to them, and no folders of this machine.
    """
    return ["microsystem", name, _from_here(scenario), *_options(options)]


def _command_of_claims(names: list[str], at_failing_point: bool, options: "Mapping[str, float | None]") -> list[str]:
    """The command line that asks for these claims again, as by `_command`."""
    words = ["microsystem", "claims", *(_from_here(Path(name)) for name in names)]
    words += ["--at-failing-point"] * at_failing_point
    return [*words, *_options(options)]


def _options(options: "Mapping[str, float | str | list[str] | None]") -> Iterator[str]:
    for option, given in options.items():
        for value in given if isinstance(given, list) else [given]:
            if value is True:
                yield f"--{option}"
            elif value is not None and value is not False:
                yield from (f"--{option}", str(value).removesuffix(".0"))


def _from_here(path: Path) -> str:
    """An absolute `path` from the folder we are in, or its name alone if it lies elsewhere; any other as it is."""
    if not path.is_absolute():
        return path.as_posix()
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name


def _watched[Found: (Results, Ablation, Examination)](
    work: Callable[["Progress | None"], Found], planned: "Plan", scenario: "Scenario", what: str | None = None
) -> Found:
    """Do the planned `work` with a progress bar, or with a line before and after where nobody watches.

    `what` says what will run, where that is not a scenario or an ablation of it.
    """
    from rich.console import Console

    from sim.experiment.replications import COMPILING, compile_kernel, needs_compiling

    console = Console(stderr=True, highlight=False)
    console.print(what or _what_will_run(planned, scenario), markup=False, soft_wrap=True)
    if needs_compiling(planned):
        console.print(COMPILING)
        compile_kernel(planned, scenario)
    began = time.perf_counter()
    with _progress(console) as tell:
        found = work(tell)
    console.print(f"Done in {time.perf_counter() - began:.1f} s; results {found.digest()[:12]}.")
    return found


@contextmanager
def _progress(console: "Console") -> Iterator[Callable[[int, int], None] | None]:
    """What to call with ticks done and ticks in all; nothing unless a person is watching."""
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from sim.state.vocabulary import TICKS_PER_DAY

    rate = TextColumn("{task.fields[rate]}")
    columns = (BarColumn(), TaskProgressColumn(), rate, TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")
        began = time.perf_counter()

        def tell(done: int, ticks: int) -> None:
            days = done / TICKS_PER_DAY / max(time.perf_counter() - began, 1e-9)
            bar.update(task, completed=done, total=ticks, rate=f"{days:,.0f} days/s")

        yield tell


def _console(least_width: int) -> "Console":
    """Where tables are written: as wide as the terminal, or as is usual where nobody watches."""
    from rich.console import Console

    console = Console(highlight=False)
    console.width = max(console.width, least_width) if console.is_terminal else PIPED_WIDTH
    return console


def _show_styles(shipped: "Mapping[str, Style]") -> None:
    from sim.report.styles import LEAST_WIDTH, side_by_side, weeks_by_mode

    console = _console(LEAST_WIDTH)
    for table in side_by_side(shipped, console.width):
        console.print(table)
    typer.echo("Weeks of styles that follow the mode of care; above stands their mean:")
    for table in weeks_by_mode(shipped, console.width):
        console.print(table)
    names = [(name, style.title + ", by mode of care" * style.is_contingent) for name, style in shipped.items()]
    typer.echo(_listed("Names in scenarios: style = NAME under [leadership]", names))
    typer.echo("\nFor one in full, with its reason and source: microsystem styles NAME")


def _show_style(name: str, style: "Style") -> None:
    from rich.text import Text

    from sim.report.styles import LEAST_WIDTH, in_full

    console = _console(LEAST_WIDTH)
    source = f"Source: {style.source}"
    for text in (f"{name}: {style.title}", " ".join(style.rationale.split()), source):
        console.print(Text(text), end="\n\n")
    console.print(in_full(style))


def _refuse_twice(chosen: "list[Claim]") -> None:
    from sim.experiment.replications import RunError

    ids = [claim.statement.id for claim in chosen]
    for name in ids:
        if ids.count(name) > 1:
            raise RunError(f"claim {name} is asked for twice")


def _list_claims(chosen: "list[Claim]") -> None:
    from sim.report.claims import LEAST_WIDTH, listed

    _console(LEAST_WIDTH).print(listed(chosen))
    typer.echo("For one of them: microsystem claims NAME; its file has every test.")


def _examined(claim: "Claim", settled: "Plan", at_failing_point: bool) -> "Examination":
    from sim.analysis.claims import carry_out
    from sim.scenario.words import one_line

    told = claim.statement
    where = ", where it should fail" if at_failing_point else ""
    what = (
        f"{told.id} {one_line(told.title)}{where}: {settled.arms} arms, {settled.replications:,} replications each of "
        f"{settled.days:,} days after {settled.warm_up_days:,} of warm-up, from seed {settled.seed}."
    )
    return _watched(lambda tell: carry_out(settled, claim, at_failing_point, tell), settled, claim.scenario, what)


def _show_claims(found: "list[Examination]") -> None:
    from sim.analysis.claims import WHY_PROVISIONAL
    from sim.report.claims import LEAST_WIDTH, claim_table, failing_note, refuting, verdict_line, verdict_table

    console = _console(LEAST_WIDTH)
    for each in found:
        console.print(verdict_line(each), style="bold", markup=False, soft_wrap=True)
        console.print(claim_table(each))
        for line in filter(None, (refuting(each.claim.statement, console.width), failing_note(each))):
            console.print(line, markup=False)
        console.print()
    if len(found) > 1:
        console.print(verdict_table(found))
    console.print(WHY_PROVISIONAL, soft_wrap=True)


def _keep(found: "Results | Ablation | list[Examination]", out: Path | None, command: list[str]) -> None:
    if out is not None:
        from sim.interface import save

        save(found, out, command)


def _say_where(out: Path | None) -> None:
    from sim.scenario.words import one_line

    if out is not None:
        typer.echo(f"Written to {one_line(str(out))}.", err=True)


def _show_ablation(ablation: "Ablation") -> None:
    from sim.report.tables import LEAST_WIDTH, NOTE, ablation_note, ablation_tables

    console = _console(LEAST_WIDTH)
    _say_how_led(console, ablation.full.scenario)
    for table in ablation_tables(ablation, console.width):
        console.print(table)
    for line in (ablation_note(ablation), *_warm_up_notes(ablation.full), NOTE):
        console.print(line, soft_wrap=True)


def _show(results: "Results") -> None:
    from sim.report.tables import LEAST_WIDTH, NOTE, funnel_table, outcome_table

    console = _console(LEAST_WIDTH)
    _say_how_led(console, results.scenario)
    console.print(funnel_table(results, console.width))
    console.print()
    console.print(outcome_table(results, console.width))
    for line in (*_warm_up_notes(results), NOTE):
        console.print(line, soft_wrap=True)


def _say_how_led(console: "Console", scenario: "Scenario") -> None:
    from sim.report.setting import how_led

    console.print(how_led(scenario), markup=False, soft_wrap=True)


def _warm_up_notes(results: "Results") -> list[str]:
    from sim.analysis.warm_up import warm_up_report

    report = warm_up_report(results)
    short = report[report.covered.eq(False).fillna(False)]
    return [
        f"The warm-up of {row.warm_up} days is short: MSER-5 asks for {row.asked} for {row.meaning}."
        for row in short.itertuples()
    ]


def _what_will_run(planned: "Plan", scenario: "Scenario") -> str:
    from sim.scenario.words import one_line

    runs = "one replication" if planned.replications == 1 else f"{planned.replications:,} replications"
    if planned.arms > 1:
        others = planned.arms - 1
        runs = (
            f"in full and without {'one mechanism' if others == 1 else f'each of {others:,} mechanisms'}, {runs} each"
        )
    at_a_time = f", {planned.threads} at a time" if planned.threads > 1 else ""
    days = f"{planned.days:,} days after {planned.warm_up_days:,} of warm-up"
    return f"{one_line(scenario.title)}: {runs} of {days}, from seed {planned.seed}{at_a_time}."


def _in_brief(scenario: "Scenario") -> str:
    beds = sum(ward.beds for ward in scenario.wards.values())
    posts = sum(group.posts for ward in scenario.wards.values() for group in scenario.staffing[ward.staffing].values())
    wards = len(scenario.wards)
    return f"{wards} ward{'s' * (wards != 1)}, {beds} beds, {posts} posts; digest {scenario.digest()}"


def _explanations(name: str) -> list[str]:
    """What `name` means: an outcome, a name of the model, or both."""
    from difflib import get_close_matches

    from sim.analysis.outcomes import BY_NAME
    from sim.scenario import UnknownName
    from sim.scenario import explain as explained

    outcome = [BY_NAME[name].explained()] if name in BY_NAME else []
    try:
        return [*outcome, explained(name)]
    except UnknownName as unknown:
        if outcome:
            return outcome
        raise UnknownName(name, [*get_close_matches(name, BY_NAME), *unknown.nearest][:3]) from None


def _what_can_be_explained() -> str:
    from sim.analysis.outcomes import OUTCOMES
    from sim.scenario import shipped_styles
    from sim.scenario.guide import scenario_keys
    from sim.state.ledgers import LEDGERS
    from sim.state.parameters import MECHANISMS, MODULES, REGISTER
    from sim.state.rows import ROWS

    keys = [(key, node.get("description", "")) for key, node in scenario_keys() if "." not in key]
    sections = {
        "Outcomes": [(outcome.name, f"{outcome.title}, {outcome.unit}") for outcome in OUTCOMES if not outcome.detail],
        "Parts of the model, each with its parameters": [(module.name, module.meaning) for module in MODULES],
        "Mechanisms that can be switched off": [(name, each.meaning) for name, each in MECHANISMS.items()],
        "Rows of the register, each with its mechanisms": [
            (row, ", ".join(mechanism.name for mechanism in mechanisms)) for row, mechanisms in REGISTER.items()
        ],
        "Keys of a scenario": keys,
        "Styles of leading that ship": [(name, style.title) for name, style in shipped_styles().items()],
        "Tables of results and of state": [(row.name, row.meaning) for row in (*LEDGERS, *ROWS)],
    }
    blocks = [_listed(heading, entries) for heading, entries in sections.items()]
    return "\n\n".join([*blocks, "For more on any of them: microsystem explain NAME"])


def _listed(heading: str, entries: list[tuple[str, str]]) -> str:
    width = max((len(name) for name, _ in entries), default=0)
    return "\n".join([heading, *(f"  {name:<{width}}  {meaning}" for name, meaning in entries)])


if __name__ == "__main__":
    main()
