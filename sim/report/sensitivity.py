"""What outcomes hang on, for reading: answers in plain words, tables, and the folder in which they are kept."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.analysis.outcomes import LEDGER_WORDS
from sim.analysis.sensitivity import MATTERS, SOBOL, Sensitivity
from sim.report.arm_labels import factor_keys, named_levels
from sim.report.export import write_origin
from sim.report.figures import save_figure
from sim.report.folder import whole
from sim.report.numbers import in_words, with_interval
from sim.report.provenance import encodable
from sim.report.spreadsheets import write_csv
from sim.scenario.words import one_line

LEAST_WIDTH = 100
MOST_TOLD, MOST_ROWS = 6, 15
MUCH_CHANCE, LITTLE_CHANCE = 0.5, 0.2
ONE_WAY = 0.3  # from 0, both ways, to 1, one way alone


@dataclass(frozen=True)
class Wording:
    """What factors are called, by name, and strategies, by title; the only one there is goes by nothing."""

    factors: Mapping[str, str]
    strategies: Mapping[str, str]


def wording(found: Sensitivity) -> Wording:
    """What the factors and strategies of an analysis are called."""
    factors = factor_keys(factor.name for factor in found.of.design.factors)
    called = [named_levels(levels, factors) for levels in found.of.combinations]
    if found.reference is not None:
        base = called.pop(found.reference)
        called = [f"{words} less {base}" for words in called]
    return Wording(factors, dict(zip(found.titles, called, strict=True)))


def sensitivity_heading(found: Sensitivity) -> str:
    """What was analysed, in one line."""
    design = found.of.design
    drawn = f"{found.table['samples'].iloc[0]:,} {_drawn(found)}"
    strategies = f", under each of {len(found.titles):,} strategies" if len(found.titles) > 1 else ""
    factors = f"{len(design.ranges)} factor{'s' * (len(design.ranges) > 1)}"
    method = "Sobol indices" if found.method == SOBOL else "Morris screening"
    runs = "one replication" if design.replications == 1 else f"the mean of {design.replications:,} replications"
    return f"{one_line(design.title)}: {method} of {factors} from {drawn}{strategies}; each point is {runs}"


def sensitivity_answer(found: Sensitivity) -> list[str]:
    """The answer in plain words: a paragraph for each outcome and strategy, and where strategies differ."""
    words = wording(found)
    told = [_answer(found, words, outcome, title) for outcome in found.outcomes for title in found.titles]
    return [*told, *_differing(found, words)]


def _answer(found: Sensitivity, words: Wording, outcome: str, strategy: str) -> str:
    rows = found.rows(outcome, strategy)
    first = rows.iloc[0]
    of_difference = found.reference is not None
    under = f"{',' if of_difference else ' under'} {words.strategies[strategy]}" if words.strategies[strategy] else ""
    title = f"{first.title}, {first.unit}{under}:"
    if first.too_rare:
        return (
            f"{title} {in_words(first['mean'])} on average. It differs at so few points that it is too rare to tell "
            f"what it hangs on. More {_drawn(found)}, days or replications would help."
        )
    if rows[found.main].isna().all():
        return f"{title} {in_words(first['mean'])} at every point; nothing varies, so it hangs on none of the factors."
    spread = (
        f"{in_words(first['mean'])} on average, {in_words(first.lowest)} to {in_words(first.highest)} in nine of ten"
    )
    shares = _shares(rows, words.factors) if found.method == SOBOL else _sizes(rows, words.factors)
    return " ".join(
        [f"{title} {spread} points.", shares, _chance(found, rows), _settled(found, words, outcome, strategy)]
    )


def _shares(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """What share of the variance each factor makes."""
    chance = 0.0 if math.isnan(rows["by_chance"].iloc[0]) else rows["by_chance"].iloc[0]
    alone = rows[(rows["first_low"] > 0) & (rows["first"] >= max(chance, MATTERS[SOBOL]))]
    if alone.empty:
        none = "No factor is shown to make more of the variance between points alone than chance does."
        return f"{none}{_together(rows, names, chance)}"
    alone = alone.sort_values("first", ascending=False)
    each = [
        f"{_share(row, 'first')} comes from {names[row.factor]} alone{_direction(row)}" for row in alone.itertuples()
    ]
    return f"Of the variance between points, {_listed(each)}.{_together(rows, names, chance)}"


def _together(rows: pd.DataFrame, names: Mapping[str, str], chance: float) -> str:
    """Which factors make more in all than alone, and more than luck that they send another way."""
    sure = rows[(rows["together_low"] > chance) & (rows["together"] - chance >= MATTERS[SOBOL])]
    if sure.empty:
        return ""
    sure = sure.sort_values("together", ascending=False)
    each = [f"{names[row.factor]} makes {_share(row, 'together')} more" for row in sure.itertuples()]
    return f" Together with others {_listed(each)}."


def _sizes(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    """By how much each factor changes the outcome over its range."""
    floor = rows["by_chance"].iloc[0]
    floor = 0.0 if math.isnan(floor) else floor
    sure = rows[(rows["mu_star_low"] > floor) & (rows["mu_star"] >= 0.1 * rows["mu_star"].max())].head(MOST_TOLD)
    if sure.empty:
        return "No factor is shown to change it by more than chance does."
    each = [
        f"{names[row.factor]} {_verb(row)} it by {with_interval(row.mu_star, row.mu_star_low, row.mu_star_high)}"
        for row in sure.itertuples()
    ]
    return f"From one end of its range to the other, on average, {_listed(each)}."


def _direction(row) -> str:
    return "" if abs(row.raises) < ONE_WAY else f", which {_verb(row)} it"


def _verb(row) -> str:
    """What more of a factor does to the outcome."""
    if abs(row.raises) < ONE_WAY:
        return "changes"
    return "raises" if row.raises > 0 else "lowers"


def _chance(found: Sensitivity, rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    if math.isnan(first.chance_of_means):
        return "With one replication of each point nobody can tell how much of this is chance: raise replications."
    replications = int(first.replications)
    told = (
        f"Chance makes {100 * first.chance_of_runs:.0f}% of the variance between single runs, and "
        f"{100 * first.chance_of_means:.0f}% of that between means of {replications:,} replications"
    )
    floor = (
        f"an index of up to {100 * first.by_chance:.0f}% can be chance"
        if found.method == SOBOL
        else f"a factor that changes nothing but luck comes to {in_words(first.by_chance)}"
    )
    if first.chance_of_means <= LITTLE_CHANCE:
        return f"{told}: {floor}."
    most = "Read no ranking into it: m" if first.chance_of_means > MUCH_CHANCE else "M"
    return f"{told}: {floor}. {most}ore replications would help, about {_replications(first):,} in all."


def _replications(row) -> int:
    """How many replications bring chance down to a little, at two digits."""
    odds = row.chance_of_means / max(1 - row.chance_of_means, 0.01)
    wanted = row.replications * odds * (1 - LITTLE_CHANCE) / LITTLE_CHANCE
    return math.ceil(float(f"{wanted:.1e}"))


def _drawn(found: Sensitivity) -> str:
    return "samples" if found.method == SOBOL else "trajectories"


def _settled(found: Sensitivity, words: Wording, outcome: str, strategy: str) -> str:
    """Whether more samples would change it, in a sentence."""
    settling = found.settling(outcome, strategy)
    many = _drawn(found)
    scale = (lambda size: f"{100 * size:.0f} points") if found.method == SOBOL else in_words
    if not settling.before:
        return f"There are too few {many} to see whether it has settled."
    if settling.settled:
        return (
            f"It has settled: with {settling.before:,} {many} those that matter stand in the same order as with "
            f"{settling.samples:,}, and no interval reaches further than ±{scale(settling.reach)}."
        )
    why = []
    if settling.too_rare:
        why.append(f"in {settling.before:,} {many} it was too rare to tell")
    if settling.swapped:
        above, below = (words.factors[factor] for factor in settling.swapped[0])
        why.append(f"with {settling.before:,} {many} {below} stood above {above}")
    if settling.reach > settling.limit:
        why.append(f"the interval of {words.factors[settling.widest]} still reaches ±{scale(settling.reach)}")
    return f"It has not settled: {' and '.join(why)}."


def _differing(found: Sensitivity, words: Wording) -> Iterator[str]:
    """Where what matters differs between strategies."""
    if len(found.titles) < 2:
        return
    sure = found.differing
    for row in sure.itertuples():
        less, more = sorted(((row.of_one, row.one), (row.of_other, row.other)))
        size = [f"{100 * each:.0f}%" if found.method == SOBOL else in_words(each) for each in (more[0], less[0])]
        title = found.table.loc[found.table["outcome"] == row.outcome, "title"].iloc[0]
        yield (
            f"{title}: {words.factors[row.factor]} matters more under {words.strategies[more[1]]} than under "
            f"{words.strategies[less[1]]} ({found.main.replace('_', ' ')} {size[0]} against {size[1]})."
        )
    if sure.empty:
        yield "What matters is not shown to differ between strategies."


def _share(row, name: str) -> str:
    shares = (100 * getattr(row, name + end) for end in ("", "_low", "_high"))
    value, low, high = shares
    return f"{value:z.0f}% ({low:z.0f} to {high:z.0f})".replace("-", "−")


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def sensitivity_tables(found: Sensitivity) -> list[Table]:
    """A table for each outcome: the indices of each factor under each strategy, what matters most first."""
    words = wording(found)
    return [_table(found, words, outcome) for outcome in found.outcomes]


def _table(found: Sensitivity, words: Wording, outcome: str) -> Table:
    first = found.table[found.table["outcome"] == outcome].iloc[0]
    title = f"{first.title}, {first.unit} ({LEDGER_WORDS[first.ledger]})"
    table = Table(title=Text(title, style="bold"), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    headers = ("alone", "in all") if found.method == SOBOL else ("mu*", "mu", "sigma")
    for header in ("factor", ""):
        table.add_column(header, overflow="fold")
    for header in headers:
        table.add_column(header, justify="right", no_wrap=True)
    for strategy, called in words.strategies.items():
        table.add_section()
        if called:
            table.add_row(Text(called, style="bold"))
        for row in found.rows(outcome, strategy).head(MOST_ROWS).itertuples():
            numbers = (
                (_share(row, "first"), _share(row, "total"))
                if found.method == SOBOL
                else (
                    with_interval(row.mu_star, row.mu_star_low, row.mu_star_high),
                    in_words(row.mu, True),
                    in_words(row.sigma),
                )
            )
            table.add_row(Text(words.factors[row.factor]), row.kind, *numbers)
    return table


def sensitivity_note(found: Sensitivity) -> str:
    """How to read the tables."""
    reading = (
        "Alone: the share of the variance between points that the factor makes by itself (first-order index). In all: "
        "with all in which it has a part (total index)."
        if found.method == SOBOL
        else "mu*: by how much the factor changes the outcome from one end of its range to the other, on average; mu: "
        "the same with its sign; sigma: how far that differs with the other factors."
    )
    return (
        f"{reading} Intervals of 95% hold the chance of which points were drawn, and of which replications. Indices "
        "hang on the ranges that the design gives."
    )


def save_sensitivity(found: Sensitivity, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write what outcomes hang on into a new `folder`, all or nothing, and return its path.

    Args:
        found: to be written.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for it, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    from sim.report.sensitivity_figure import sensitivity_figure

    with whole(folder) as part:
        write_csv(found.table, part / "sensitivity.csv")
        write_csv(found.convergence, part / "convergence.csv")
        write_csv(found.differences, part / "differences.csv")
        lines = [sensitivity_heading(found), *sensitivity_answer(found), sensitivity_note(found)]
        (part / "answer.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        save_figure(sensitivity_figure(found), part / "figure")
        write_origin(found.of.found, part, {"sensitivity": {"command": encodable(command)}})
    return Path(folder)
