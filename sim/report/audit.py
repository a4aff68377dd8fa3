"""The audit of measurement distortion for reading: where records rank otherwise than what happened, and kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from sim.analysis.audit import TURNED, Audit, looks_better
from sim.analysis.outcomes import BY_NAME, Outcome
from sim.analysis.stored import StoredResults
from sim.report.arm_labels import levels_in_words
from sim.report.contingency import capital
from sim.report.export import write_origin
from sim.report.figures import save_figure
from sim.report.folder import whole
from sim.report.groups import (
    across_words,
    chosen_words,
    group_words,
    outcome_words,
    ranking_table,
    shown_unit,
    what_is_missing,
)
from sim.report.numbers import with_interval
from sim.report.provenance import encodable
from sim.report.spreadsheets import write_csv

MOST_NAMED = 3  # arms of one pair and group in sentences
HOW_TO_READ = (
    "τ is Kendall's rank correlation: 1 where both ledgers rank alike, −1 where one is the other turned over. In one "
    "run both share its luck, so “halves” reads each off another half of the replications, and “noise” is that of the "
    "true ledger with itself: what noise alone leaves of a perfect record. Alike, turned over and not told count pairs "
    "of arms; an order is told where both paired differences are sure at 95% for all pairs of arms together (Holm). "
    "The cost is what the arm that looks best costs against the best, in the true outcome."
)


def audit_words(found: Audit) -> Iterator[str]:
    """The answer in sentences: for each record what it is taken for, how far it ranks alike, what is turned over."""
    arms = levels_in_words(found.layout.choices)
    most = int(found.agreement.replications.max())
    yield (
        f"{len(arms):,} arms by {chosen_words(found.layout)}, ranked by what was recorded and by what happened"
        f"{across_words(found.layout)}; {most:,} replications in pairs."
    )
    for pair in found.pairs:
        yield ""
        yield from _of_pair(found, pair, arms)
    yield ""
    yield from what_is_missing(found.progress, found.dropped, most)


def audit_tables(found: Audit) -> Iterator[Table]:
    """How far each record agrees with what happened by group; ranks of arms where it turns over an order."""
    arms = levels_in_words(found.layout.choices)
    yield _agreement(found, arms)
    for pair in found.pairs:
        if found.part(found.agreement, pair, last_group(found, pair)).iloc[0].turned:
            yield _ranks(found, pair, arms)


def save_audit(found: Audit, of: StoredResults, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write an audit into a new `folder`, all or nothing, and return its path.

    Args:
        found: to be written; one with too many arms for a figure is written without.
        of: the experiment of which it is.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for it, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    from sim.report.audit_figure import audit_figure, too_large

    with whole(folder) as part:
        for name in ("agreement", "ranking", "order"):
            write_csv(getattr(found, name), part / f"{name}.csv")
        if not too_large(found):
            save_figure(audit_figure(found), part / "figure")
        write_origin(of, part, {"audit": {"command": encodable(command)}})
    return Path(folder)


def last_group(found: Audit, pair: tuple[str, str]) -> object:
    """The widest group that a pair has: all patients, or every mode alike."""
    return [group for group in found.groups if not found.part(found.agreement, pair, group).empty][-1]


def _of_pair(found: Audit, pair: tuple[str, str], arms: Sequence[str]) -> Iterator[str]:
    true, observed = (BY_NAME[name] for name in pair)
    yield (f"{capital(outcome_words(observed))}, {_read(observed)}, against {outcome_words(true)}, {_read(true)}:")
    widest = last_group(found, pair)
    yield f"  {_agreeing(found, pair, widest, arms)}"
    yield from (f"  {each}" for each in _turned(found, pair, widest, arms))
    for group in found.groups:
        if group != widest and not found.part(found.agreement, pair, group).empty:
            words = list(_turned(found, pair, group, arms))
            yield from (f"  {capital(group_words(found.layout, group))}: {each}" for each in words[:1])


def _read(outcome: Outcome) -> str:
    direction = "fewer" if looks_better(outcome) == "lower" else "more"
    return f"{direction} being better" if outcome.ledger == "true" else f"read as if {direction} were better"


def _agreeing(found: Audit, pair: tuple[str, str], group: object, arms: Sequence[str]) -> str:
    row = found.part(found.agreement, pair, group).iloc[0]
    total = row.alike + row.turned + row.open
    said = f"{capital(group_words(found.layout, group))}: "
    if row.replications < 2:
        return f"{said}one replication does not say which order is luck."
    if not row.alike + row.turned:
        said += f"of {total:,} pairs of arms none has an order that is sure in both ledgers"
    else:
        said += (
            f"of {total:,} pairs of arms {row.alike:,} stand in the same order in both ledgers, {row.turned:,} turned "
            f"over, {row.open:,} not told"
        )
    said += f"; rank correlation {_two(row.tau)} ({_two(row.low)} to {_two(row.high)})"
    if not pd.isna(row.halves):
        said += f", {_two(row.halves)} across halves, where noise alone would leave {_two(max(row.noise, 0.0))}"
    return f"{said}. Who goes by the record picks {arms[row.picked]}; {_costing(pair, row)}."


def _costing(pair: tuple[str, str], row: Any) -> str:
    if row.cost_high == 0:
        return "that is the best one"
    factor, unit = shown_unit(BY_NAME[pair[0]])
    cost = with_interval(*(factor * value for value in (row.cost, row.cost_low, row.cost_high)))
    return f"that costs {cost} {unit}{'' if row.cost_low > 0 else ', which is not told from nought'}"


def _turned(found: Audit, pair: tuple[str, str], group: object, arms: Sequence[str]) -> Iterator[str]:
    """A sentence for each of the arms turned over most, with the furthest other in truth; none tells a pair again."""
    ranking = found.part(found.ranking, pair, group).set_index("choice")
    order = found.part(found.order, pair, group)
    left = order[order.verdict == TURNED].sort_values("true_difference", key=abs, ascending=False, kind="stable")
    shown = ranking[ranking.turned > 0].sort_values(["turned", "true_rank"], ascending=[False, True], kind="stable")
    said = 0
    for choice in shown.index:
        own = left[(left.one == choice) | (left.other == choice)]
        if own.empty or said == MOST_NAMED:
            continue
        told = own.iloc[0]
        beside = told.other if told.one == choice else told.one
        left, said = left.drop(told.name), said + 1
        yield (
            f"{capital(_placed(ranking, choice, arms))}; {_placed(ranking, beside, arms)}. "
            f"{_beside(pair, told, int(choice), arms)}"
        )
    if len(left):
        pairs = f"{len(left):,} pair{'s' * (len(left) > 1)}"
        yield f"And {pairs} of arms more with an order that is turned over: order.csv with --out FOLDER."


def _placed(ranking: pd.DataFrame, choice: int, arms: Sequence[str]) -> str:
    row = ranking.loc[choice]
    looks, is_so = (_place(row, ledger, len(arms)) for ledger in ("observed", "true"))
    return f"{arms[choice]} looks {looks} by the record and is {is_so} by what happened"


def _place(row: Any, ledger: str, arms: int) -> str:
    rank, low, high = (getattr(row, f"{ledger}_rank{end}") for end in ("", "_low", "_high"))
    between = "surely" if low == high else f"surely from {ordinal(low)} to {ordinal(high)}"
    return f"{ordinal(rank)} of {arms} ({between})"


def _beside(pair: tuple[str, str], told: Any, choice: int, arms: Sequence[str]) -> str:
    """Both differences of an arm from another, in the sense of the arm less the other."""
    sign = 1.0 if told.one == choice else -1.0
    beside = arms[told.other if told.one == choice else told.one]
    said = []
    for name, ledger in zip(pair, ("true", "observed"), strict=True):
        factor, unit = shown_unit(BY_NAME[name])
        mean, low, high = (sign * factor * told[f"{ledger}_{end}"] for end in ("difference", "low", "high"))
        words = with_interval(mean, min(low, high), max(low, high), sign=True)
        worse = (mean > 0) == (looks_better(BY_NAME[name]) == "lower")
        said.append(f"{'worse' if worse else 'better'}, {words} {unit}")
    return f"Beside {beside} it looks {said[1]}, and is {said[0]} (95% intervals)."


def ordinal(number: int) -> str:
    """A place in words of figures, e.g. ``1st`` or ``12th``."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _two(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:z.2f}".replace("-", "−")


def _agreement(found: Audit, arms: Sequence[str]) -> Table:
    table = ranking_table("How far records rank as what happened does")
    for heading in (
        "recorded", "happened", "", "τ (95% interval)", "halves", "noise", "alike", "turned\nover", "not\ntold",
        "looks best", "and costs",
    ):  # fmt: skip
        is_text = heading in ("recorded", "happened", "looks best")
        table.add_column(heading, justify="left" if is_text or not heading else "right", no_wrap=not is_text)
    for pair in found.pairs:
        rows = found.agreement[(found.agreement.true == pair[0]) & (found.agreement.observed == pair[1])]
        for place, row in enumerate(rows.to_dict("records")):
            names = [BY_NAME[name].whole_title if place == 0 else "" for name in reversed(pair)]
            factor = shown_unit(BY_NAME[pair[0]])[0]
            cells = (
                *names,
                group_words(found.layout, row[found.layout.group_name]),
                f"{_two(row['tau'])} ({_two(row['low'])} to {_two(row['high'])})",
                _two(row["halves"]),
                _two(row["noise"]),
                *(f"{row[name]:,}" for name in ("alike", "turned", "open")),
                arms[row["picked"]],
                with_interval(*(factor * row[name] for name in ("cost", "cost_low", "cost_high"))),
            )
            table.add_row(*map(Text, cells), style="bold" if row["turned"] else "")
        table.add_section()
    return table


def _ranks(found: Audit, pair: tuple[str, str], arms: Sequence[str]) -> Table:
    group = last_group(found, pair)
    true, observed = (BY_NAME[name] for name in pair)
    title = f"{capital(group_words(found.layout, group))}: {outcome_words(observed)}; {outcome_words(true)}"
    table = ranking_table(
        title,
        [
            (chosen_words(found.layout), "left"),
            ("looks\n(surely)", "left"),
            ("recorded\n(95% interval)", "right"),
            ("is\n(surely)", "left"),
            ("happened\n(95% interval)", "right"),
            ("turned over\nwith others", "right"),
        ],
    )
    for row in found.part(found.ranking, pair, group).sort_values("observed_rank").to_dict("records"):
        told = [arms[row["choice"]]]
        for ledger, outcome in (("observed", observed), ("true", true)):
            factor = shown_unit(outcome)[0]
            told.append(f"{row[f'{ledger}_rank']} ({row[f'{ledger}_rank_low']} to {row[f'{ledger}_rank_high']})")
            told.append(with_interval(*(factor * row[f"{ledger}_{end}"] for end in ("mean", "low", "high"))))
        table.add_row(*map(Text, (*told, f"{row['turned']:,}")), style="bold" if row["turned"] else "")
    return table
