"""Where strategies fail, for reading: boxes in plain words, how each strategy stands, and the folder that keeps it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.analysis.boxes import HIGH, LEAST_CASES, LEAST_FAILURES, LEVELS, LOW, Box, Restriction
from sim.analysis.discovery import HIGHER, Discovered, Discovery
from sim.report.arm_labels import factor_keys, named_levels
from sim.report.export import write_origin
from sim.report.figures import save_figure
from sim.report.folder import whole
from sim.report.numbers import in_words, with_interval
from sim.report.provenance import encodable
from sim.report.spreadsheets import write_csv
from sim.scenario.words import number, one_line

LEAST_WIDTH = 110
MUCH_CHANCE = 0.2


@dataclass(frozen=True)
class Wording:
    """What factors, by name, and strategies, in their order, are called."""

    factors: Mapping[str, str]
    strategies: Sequence[str]


def wording(found: Discovery) -> Wording:
    """What the factors and strategies of a discovery are called."""
    factors = factor_keys(dict.fromkeys([*(factor.name for factor in found.of.design.factors), *found.futures]))
    called = [named_levels(levels, factors).removeprefix("arm ") for levels in found.strategies]
    return Wording(factors, [words or "the scenario as it is" for words in called])


def discovery_heading(found: Discovery) -> str:
    """What was looked at, in one line."""
    futures, factors = len(found.futures), found.futures.shape[1]
    draws = f", from {_number_of_draws(found):,} draws of levels," if "draws" in found.drawn else ","
    strategies = "one strategy" if len(found.strategies) == 1 else f"{len(found.strategies):,} strategies"
    return (
        f"{one_line(found.of.design.title)}: {strategies} in {futures:,} futures{draws} which differ in {factors} "
        f"factor{'s' * (factors > 1)}"
    )


def _number_of_draws(found: Discovery) -> int:
    design = found.of.design
    return min(design.replications, len(design.draws or ()))


def failing_in_words(found: Discovery) -> str:
    """What counted as failing."""
    failing, told = found.failing, found.told
    begin = f"A strategy fails in a future where this holds: {told.whole_title[:1].lower()}{told.whole_title[1:]}"
    if failing.reference is not None:
        beyond = f", by more than {number(failing.limit)} {told.unit}" if failing.limit else ""
        words = wording(found).strategies[failing.reference]
        return f"{begin} {failing.bad} than with {words} in the same future{beyond}."
    side = "above" if failing.bad == HIGHER else "below"
    worst = f" (the worst {100 * failing.worst:.3g}% of all cases)" if failing.worst is not None else ""
    return f"{begin} {side} {in_words(failing.limit)} {told.unit}{worst}."


def discovery_answer(found: Discovery) -> list[str]:
    """The answer in plain words: a paragraph for each strategy."""
    words = wording(found)
    return [_answer(found, words, place) for place in range(len(found.strategies)) if place != found.failing.reference]


def _answer(found: Discovery, words: Wording, place: int) -> str:
    one, name = found.found[place], words.strategies[place]
    share = f"{100 * one.failures / one.cases:.0f}%" if one.cases else "–"
    first = f"{_capital(name)} fails in {one.failures:,} of {one.cases:,} futures ({share})."
    chance = found.chance[place].of_means
    if found.of.design.draws is not None:
        luck = ""
    elif one.is_sought and found.one_run_each:
        luck = "All futures were run with one seed alone: a box may be that seed's luck. Raise replications."
    elif one.is_sought and chance > MUCH_CHANCE:
        luck = (
            f"Chance makes {100 * chance:.0f}% of what varies between futures; more replications would sharpen boxes."
        )
    else:
        luck = ""
    return " ".join(filter(None, (first, *_boxes(found, words, one, name), luck)))


def _boxes(found: Discovery, words: Wording, one: Discovered, name: str) -> Iterator[str]:
    if one.failures in (0, one.cases):
        return
    if not one.is_sought:
        yield f"That is too few to look for where: it takes {LEAST_CASES} futures, and {LEAST_FAILURES} that fail."
        return
    for place, box in enumerate(one.boxes):
        also = "It also fails when" if place else "It fails when"
        yield f"{also} {asked_in_words(box, found, words)}: {_inside(box)}"
    if one.boxes:
        return
    if one.refuted is None:
        yield "Nothing tells the futures in which it fails from the others by more than chance."
        return
    box = one.refuted
    why = (
        f"of those that the search had not seen {100 * box.held_out_density:.0f}% do, against "
        f"{100 * one.failures / one.cases:.0f}% of all, which chance alone does in {_in_hundred(box.p)} of 100 searches"
        if box.found_again
        else "with part of the futures left out the search found others"
    )
    yield (
        f"Nothing is shown to tell them from the others: a box was found ({asked_in_words(box, found, words)}) in "
        f"which {100 * box.density:.0f}% fail, but {why}."
    )


def _in_hundred(p: float) -> str:
    return f"{100 * p:.0f}" if p >= 0.01 else "less than 1"


def _inside(box: Box) -> str:
    return (
        f"{box.failures:,} of {box.cases:,} such futures fail (density {100 * box.density:.0f}%, of cases held out "
        f"{100 * box.held_out_density:.0f}%), {100 * box.coverage:.0f}% of all in which it fails (coverage, held out "
        f"{100 * box.held_out_coverage:.0f}%); the box holds {100 * box.mass:.0f}% of all futures."
    )


def asked_in_words(box: Box, found: Discovery, words: Wording) -> str:
    """What a box asks, as in ``voice.fear is above 0.4 (of 0.2 to 0.6) and hold is on``."""
    factors = dict.fromkeys(each.factor for each in box.restrictions)
    parts = []
    for factor in factors:
        own = {each.side: each for each in box.restrictions if each.factor == factor}
        parts.append(f"{words.factors[factor]} is {_limits(own, found.futures[factor])}")
    return " and ".join(parts)


def _limits(own: Mapping[str, Restriction], column: pd.Series) -> str:
    if LEVELS in own:
        return " or ".join(level.replace("_", " ") for level in own[LEVELS].levels)
    whole_range = f"(of {_digits(column.min())} to {_digits(column.max())})"
    if LOW in own and HIGH in own:
        return f"from {_digits(own[LOW].limit)} to {_digits(own[HIGH].limit)} {whole_range}"
    side = LOW if LOW in own else HIGH
    return f"{'above' if side == LOW else 'below'} {_digits(own[side].limit)} {whole_range}"


def _digits(value: float) -> str:
    return f"{value:,.3g}"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def robustness_table(found: Discovery) -> Table:
    """How each strategy stands up to the futures."""
    told, words = found.told, wording(found)
    title = Text(f"{told.whole_title}, {told.unit}, over {len(found.futures):,} futures", style="bold")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("strategy", overflow="fold")
    for header in (
        "mean",
        "worst 5%",
        "does not fail",
        "best",
        "mean regret\n(95% interval)",
        "largest\nregret",
        "by chance",
    ):
        table.add_column(header, justify="right", no_wrap=True)
    for name, row in zip(words.strategies, found.robustness.itertuples(), strict=True):
        table.add_row(
            Text(name),
            in_words(row.mean),
            in_words(row.worst),
            "–" if math.isnan(row.meets) else f"{100 * row.meets:.0f}%",
            "–" if math.isnan(row.best) else f"{100 * row.best:.0f}%",
            with_interval(row.mean_regret, row.low, row.high),
            in_words(row.max_regret),
            in_words(row.regret_by_chance),
        )
    return table


def discovery_note(found: Discovery) -> str:
    """How to read the answer and the table."""
    other_half = "" if found.one_run_each else " in the other half of the replications"
    reading = (
        "Density: the share of futures in the box in which the strategy fails; coverage: the share of all failures "
        f"in the box. Held out: the same, where boxes were sought anew with {_left_out(found)} left out and counted on "
        f"these{other_half}. Regret: by how much a strategy is worse than the best in the same future. Does "
        "not fail: the share of futures in which it meets the threshold (satisficing)."
    )
    if found.one_run_each:
        return f"{reading} Part of each regret is luck; with one run of each future nobody can tell how much."
    return f"{reading} By chance: the mean regret that luck alone would give if no strategy were better than another."


def _left_out(found: Discovery) -> str:
    if len(found.drawn) > 1:
        return f"each third of the {found.drawn[0]} and each third of the {found.drawn[1]}"
    return f"each fifth of the {found.drawn[0]}"


def save_discovery(found: Discovery, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write where strategies fail into a new `folder`, all or nothing, and return its path.

    Args:
        found: to be written.
        folder: a path that does not exist yet, or an empty folder other than the one you are in.
        command: the command line that asked for it, for the provenance.

    Raises:
        FolderError: the folder is not empty, or cannot be made.
    """
    from sim.report.discovery_figure import discovery_figure

    titles = dict(enumerate(found.titles))
    cases = found.cases.join(found.futures, on="future").assign(strategy=found.cases["strategy"].map(titles))
    with whole(folder) as part:
        write_csv(found.boxes, part / "boxes.csv")
        write_csv(found.robustness, part / "robustness.csv")
        write_csv(found.trade_off, part / "trade_off.csv")
        write_csv(cases, part / "cases.csv")
        lines = [discovery_heading(found), failing_in_words(found), *discovery_answer(found), discovery_note(found)]
        (part / "answer.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        save_figure(discovery_figure(found), part / "figure")
        write_origin(found.of.found, part, {"discovery": {"command": encodable(command)}})
    return Path(folder)
