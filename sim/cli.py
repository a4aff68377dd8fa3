"""The command line: run, ablate, claims, validate, explain, styles, schema; and what `sim/commands` adds.

Commands import what they need when they run, so that help comes at once.
"""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import adopting, answering, comparing, evidence, experiments, exploring, reporting, tracing, workshop
from sim.commands.running import (
    USER_MISTAKE,
    Out,
    Posterior,
    Reps,
    Seed,
    Threads,
    Years,
    command_line,
    plainly,
    say_where,
    watched,
    wide_console,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from sim.analysis.ablation import Ablation
    from sim.analysis.claims import Examination
    from sim.analysis.results import Results
    from sim.experiment.claims import Claim
    from sim.experiment.replications import Plan, Progress
    from sim.scenario import Scenario, Style

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


Driver = Annotated[str, typer.Option(help="compiled (fast) or mesa (agents in plain Python).")]
ScenarioFile = Annotated[Path, typer.Argument(help="A scenario file.", show_default=False)]


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

    with plainly(ScenarioError, RunError, FolderError):
        chosen = load(scenario)
        planned = plan(chosen, years, seed, reps, driver, threads, draws=draws_if(posterior))
        if out is not None:
            check(out)

        def work(tell: "Progress | None") -> Results:
            return Results(chosen, carry_out(planned, chosen, tell), planned.driver, planned.threads, planned.draws)

        results = watched(work, planned, chosen)
        options = dict(years=years, seed=seed, reps=reps, driver=driver, threads=threads, posterior=posterior)
        _keep(results, out, command_line("run", [scenario], options))
        _show(results)
        say_where(out)


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

    with plainly(ScenarioError, RunError, FolderError):
        designed = design(load(scenario), mechanism or None)
        outcomes = known_names("outcome", outcome or DEFAULT_OUTCOMES, BY_NAME)
        planned = plan(designed.full, years, seed, reps, driver, threads, len(designed.arms), draws_if(posterior))
        if out is not None:
            check(out)
        if not mechanism and designed.off:
            typer.echo(f"Off in this scenario already, and left out: {', '.join(designed.off)}.", err=True)
        ablation = watched(lambda tell: carry_out(planned, designed, outcomes, tell), planned, designed.full)
        options: dict[str, Any] = dict(mechanism=mechanism, outcome=outcome, years=years, seed=seed, reps=reps)
        options |= dict(driver=driver, threads=threads, posterior=posterior)
        _keep(ablation, out, command_line("ablate", [scenario], options))
        _show_ablation(ablation)
        say_where(out)


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

    with plainly(ScenarioError, RunError, FolderError):
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
        options: dict[str, Any] = {"at-failing-point": at_failing_point}
        options |= dict(years=years, reps=reps, seed=seed, threads=threads, posterior=posterior)
        _keep(found, out, command_line("claims", names or [], options))
        _show_claims(found)
        say_where(out)


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
    with plainly(UnknownName):
        typer.echo("\n\n".join(_explanations(name.strip())))


@app.command()
def styles(
    name: Annotated[str | None, typer.Argument(help="A style that ships, to see in full.")] = None,
) -> None:
    """Show the styles of leading that ship, side by side; or one of them in full."""
    from sim.scenario import ScenarioError, shipped_style, shipped_styles

    with plainly(ScenarioError):
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
comparing.add_to(app)
answering.add_to(app)
evidence.add_to(app)
exploring.add_to(app)
tracing.add_to(app)
adopting.add_to(app)
reporting.add_to(app)
workshop.add_to(app)


def _show_styles(shipped: "Mapping[str, Style]") -> None:
    from sim.report.styles import LEAST_WIDTH, side_by_side, weeks_by_mode

    console = wide_console(LEAST_WIDTH)
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

    console = wide_console(LEAST_WIDTH)
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

    wide_console(LEAST_WIDTH).print(listed(chosen))
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
    return watched(lambda tell: carry_out(settled, claim, at_failing_point, tell), settled, claim.scenario, what)


def _show_claims(found: "list[Examination]") -> None:
    from sim.report.claims import (
        LEAST_WIDTH,
        claim_table,
        failing_note,
        refuting,
        standing,
        verdict_line,
        verdict_table,
    )

    console = wide_console(LEAST_WIDTH)
    for each in found:
        console.print(verdict_line(each), style="bold", markup=False, soft_wrap=True)
        console.print(claim_table(each))
        for line in filter(None, (refuting(each.claim.statement, console.width), failing_note(each))):
            console.print(line, markup=False)
        console.print()
    if len(found) > 1:
        console.print(verdict_table(found))
    console.print(standing(found[0]), soft_wrap=True)


def _keep(found: "Results | Ablation | list[Examination]", out: Path | None, command: list[str]) -> None:
    if out is not None:
        from sim.interface import save

        save(found, out, command)


def _show_ablation(ablation: "Ablation") -> None:
    from sim.report.tables import LEAST_WIDTH, NOTE, ablation_note, ablation_tables

    console = wide_console(LEAST_WIDTH)
    _say_how_led(console, ablation.full.scenario)
    for table in ablation_tables(ablation, console.width):
        console.print(table)
    for line in (ablation_note(ablation), *_warm_up_notes(ablation.full), NOTE):
        console.print(line, soft_wrap=True)


def _show(results: "Results") -> None:
    from sim.report.tables import LEAST_WIDTH, NOTE, funnel_table, outcome_table

    console = wide_console(LEAST_WIDTH)
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
