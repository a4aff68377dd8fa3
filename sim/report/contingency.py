"""The contingency map for reading: which choice is best in which mode of care, in words and tables, and kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from sim.analysis.contingency import BEHIND, BEST, NOT_TOLD_APART, Contingency
from sim.analysis.stored import StoredResults
from sim.report.arm_labels import levels_in_words
from sim.report.export import write_origin
from sim.report.figures import save_figure
from sim.report.folder import whole
from sim.report.groups import (
    across_words,
    chosen_words,
    group_words,
    outcome_words,
    ranking_table,
    setting_words,
    shown_unit,
    what_is_missing,
)
from sim.report.numbers import in_words, with_interval
from sim.report.provenance import encodable
from sim.report.spreadsheets import write_csv

LEAST_WIDTH = 110
MOST_NAMED = 4  # choices in a sentence
MOST_CHOICES, MOST_SETTINGS = 12, 48  # rows of a table
HOW_TO_READ = (
    "Regret is what a choice costs against the best, paired by seed. One half of the replications picks the best and "
    "the other measures both, many times over: to pick the best of noisy means and measure it by the same means would "
    "flatter it (the winner's curse). Its interval is 95% for all pairs of choices together; a choice is behind where "
    "it lies above nought. “Best in” is the share of resampled experiments in which a choice has the best mean."
)


def map_words(found: Contingency) -> Iterator[str]:
    """The answer in sentences: by what, what is best where, whether one choice serves all, what a mismatch costs."""
    choices = levels_in_words(found.layout.choices)
    yield (
        f"By {outcome_words(found.outcome)}; {found.better} is better. {len(choices):,} choices of "
        f"{chosen_words(found.layout)}{across_words(found.layout)}; {found.replications:,} replications in pairs."
    )
    if found.outcome.ledger == "observed":
        yield "This is what was recorded: `microsystem audit` says whether it ranks as what happened does."
    for group in found.groups:
        yield _of_group(found, group, choices)
    if len(found.modes) > 1 and found.replications > 1:
        yield _everywhere(found, choices)
        yield _mismatch(found, choices)
    yield from what_is_missing(found.progress, found.dropped, found.replications)
    if found.replications > 1:
        yield _how_fine(found)


def map_tables(found: Contingency) -> Iterator[Table]:
    """A table of choices for each group, of settings if there are several, and of mismatches."""
    choices = levels_in_words(found.layout.choices)
    for group in found.groups:
        yield _choices(found, group, choices)
    if 1 < len(found.layout.settings) * len(found.modes) <= MOST_SETTINGS and found.layout.across:
        yield _settings(found, choices)
    if len(found.modes) > 1:
        yield _mismatches(found, choices)


def save_map(found: Contingency, of: StoredResults, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write a contingency map into a new `folder`, all or nothing, and return its path.

    Args:
        found: to be written; one too large for a figure is written without.
        of: the experiment of which it is.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for it, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    from sim.report.contingency_figure import contingency_figure, too_large

    with whole(folder) as part:
        told = {"outcome": found.outcome.name, "ledger": found.outcome.ledger, "unit": found.outcome.unit}
        for name, table in (("map", found.table.drop(columns="setting")), ("mismatch", found.mismatch)):
            write_csv(table.assign(**told), part / f"{name}.csv")
        if not too_large(found):
            save_figure(contingency_figure(found), part / "figure")
        write_origin(of, part, {"map": {"command": encodable(command)}})
    return Path(folder)


def capital(words: str) -> str:
    """Words with a capital at their beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def _of_group(found: Contingency, group: object, choices: Sequence[str]) -> str:
    best, rows, factor = found.best(group), found.of(group), shown_unit(found.outcome)[0]
    mean = with_interval(*(factor * best[name] for name in ("mean", "low", "high")))
    said = f"{capital(group_words(found.layout, group))}: best mean with {choices[best.choice]}, {mean}"
    if found.replications < 2:
        return f"{said}."
    if pd.isna(best.low):
        said += f" in each of {found.replications} replications, which are too few for an interval"
    said += f"; best in {best.chance_best:.0%} of resampled experiments."
    beside = [choices[choice] for choice in rows[rows.standing == NOT_TOLD_APART].sort_values("rank").choice]
    if not beside:
        return f"{said} All others are told apart from it."
    if len(beside) == len(choices) - 1:
        return f"{said} No other is told apart from it."
    named = "; ".join(beside[:MOST_NAMED])
    more = f"; and {len(beside) - MOST_NAMED:,} more" if len(beside) > MOST_NAMED else ""
    return f"{said} Not told apart from it: {named}{more}."


def _everywhere(found: Contingency, choices: Sequence[str]) -> str:
    kept = [choices[choice] for choice in found.best_everywhere]
    if not kept:
        return "No one choice is best everywhere: each is told apart from the best somewhere."
    if len(kept) == len(choices):
        return "No choice is told apart from the best anywhere: this experiment does not say which to choose."
    count = "One choice is" if len(kept) == 1 else f"{len(kept):,} choices are"
    return f"{count} not told apart from the best anywhere: {'; '.join(kept[:MOST_NAMED])}{'; …' * (len(kept) > 4)}."


def _mismatch(found: Contingency, choices: Sequence[str]) -> str:
    rows = found.mismatch[found.mismatch.used_in.isin(found.modes) & found.mismatch.best_for.isin(found.modes)]
    sure = rows[rows.standing == BEHIND]
    if sure.empty:
        return f"No mismatch has a cost that is told from nought; the most it could be is {_most(found, rows)}."
    worst = sure.loc[sure.regret.idxmax()]
    return (
        f"The dearest mismatch: {choices[worst.choice]}, best for {group_words(found.layout, worst.best_for)}, costs "
        f"{_regret(found, worst)} in {group_words(found.layout, worst.used_in)}."
    )


def _most(found: Contingency, rows: pd.DataFrame) -> str:
    return in_words(shown_unit(found.outcome)[0] * rows.regret_high.max())


def _how_fine(found: Contingency) -> str:
    rows = [row for group in found.modes for row in [found.of(group)]]
    reach = pd.concat([table.reach[table["rank"] > 1] for table in rows]).median()
    factor, unit = shown_unit(found.outcome)
    return f"A choice must be about {in_words(factor * reach)} {unit} behind the best mean to be told apart from it."


def _regret(found: Contingency, row: Any) -> str:
    factor = shown_unit(found.outcome)[0]
    return with_interval(*(factor * value for value in (row.regret, row.regret_low, row.regret_high)))


def _choices(found: Contingency, group: object, choices: Sequence[str]) -> Table:
    factor, unit = shown_unit(found.outcome)
    title = f"{capital(group_words(found.layout, group))}: {found.outcome.whole_title.lower()}, {unit}"
    table = ranking_table(
        title,
        [
            ("rank\n(surely)", "left"),
            (chosen_words(found.layout), "left"),
            ("mean\n(95% interval)", "right"),
            ("regret\n(95% interval)", "right"),
            ("best in", "right"),
            ("", "left"),
        ],
    )
    rows = found.of(group).sort_values("rank")
    for row in rows.head(MOST_CHOICES).itertuples():
        cells = (
            f"{row.rank} ({row.rank_low} to {row.rank_high})",
            choices[row.choice],
            with_interval(factor * row.mean, factor * row.low, factor * row.high),
            _regret(found, row),
            "–" if pd.isna(row.chance_best) else f"{row.chance_best:.0%}",
            row.standing,
        )
        table.add_row(*map(Text, cells), style="bold" if row.standing == BEST else "")
    if len(rows) > MOST_CHOICES:
        table.caption = f"and {len(rows) - MOST_CHOICES:,} more, in map.csv with --out FOLDER"
    return table


def _settings(found: Contingency, choices: Sequence[str]) -> Table:
    table = ranking_table("Best in each setting")
    for heading in ("", "setting", "best mean", "best in", "not told apart", "regret there of what is best across all"):
        table.add_column(heading)
    for group in found.modes:
        across = found.best(group).choice
        for place, setting in enumerate(setting_words(found.layout)):
            best, rows = found.best(group, place), found.of(group, place)
            there = rows[rows.choice == across].iloc[0]
            kept = f"{int((rows.standing == NOT_TOLD_APART).sum()):,} of {len(rows) - 1:,}"
            chance = "–" if pd.isna(best.chance_best) else f"{best.chance_best:.0%}"
            cells = (setting, choices[best.choice], chance, kept, _regret(found, there))
            table.add_row(Text(group_words(found.layout, group) if place == 0 else ""), *map(Text, cells))
        table.add_section()
    return table


def _mismatches(found: Contingency, choices: Sequence[str]) -> Table:
    unit = shown_unit(found.outcome)[1]
    table = ranking_table(f"The cost of a mismatch, {unit}")
    table.add_column("what is best for")
    for group in found.modes:
        table.add_column(Text(f"used in\n{group_words(found.layout, group)}"), justify="right")
    for best_for in found.groups:
        own = found.mismatch[found.mismatch.best_for == best_for]
        cells = []
        for used_in in found.modes:
            row = own[own.used_in == used_in].iloc[0]
            cells.append(Text("best here" if best_for == used_in else _regret(found, row), _style(row.standing)))
        words = f"{group_words(found.layout, best_for)}: {choices[own.iloc[0].choice]}"
        table.add_row(Text(capital(words)), *cells)
    return table


def _style(standing: str) -> str:
    return "bold" if standing == BEHIND else ""
