"""What answers by mode of care call their groups, their outcomes and the width of the evidence."""

from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from sim.analysis.evidence import natural_unit
from sim.analysis.layout import MODE, Layout
from sim.analysis.outcomes import ALL, LEDGER_WORDS, Outcome
from sim.experiment.store import Status
from sim.report.arm_labels import factor_words, levels_in_words, named_levels
from sim.report.numbers import how_far
from sim.state.vocabulary import MODES

FEW = 10  # replications


def ranking_table(title: str, columns: Iterable[tuple[str, JustifyMethod]] = ()) -> Table:
    """A table of an answer, with its title in bold, and columns with their headings."""
    table = Table(title=Text(title), title_style="bold", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading, justify in columns:
        table.add_column(heading, justify=justify)
    return table


def group_words(layout: Layout, group: object) -> str:
    """What a group is called, e.g. ``repetitive care``, ``all patients``, ``every mode alike``."""
    if group == ALL:
        return "all patients" if layout.by is None else f"every {factor_words([layout.by])[layout.by]} alike"
    if layout.by in (None, MODE) and group in MODES:
        return f"{group} care"
    return named_levels({str(layout.by): group}, factor_words([str(layout.by)]))


def outcome_words(outcome: Outcome) -> str:
    """An outcome with its unit as shown and its ledger, in one line."""
    return (
        f"{outcome.whole_title.lower()}, {shown_unit(outcome)[1]} ({outcome.ledger} ledger: "
        f"{LEDGER_WORDS[outcome.ledger]})"
    )


def shown_unit(outcome: Outcome) -> tuple[float, str]:
    """What values are multiplied by to be shown, and the unit then: shares of patients among 1,000 of them."""
    return natural_unit(outcome.unit) or (1.0, outcome.unit)


def chosen_words(layout: Layout) -> str:
    """What a choice is made of, e.g. ``style and devolution``."""
    names = factor_words(layout.chosen)
    return " and ".join(names.values()) or "arm"


def across_words(layout: Layout) -> str:
    """Across what choices are measured, e.g. ``, across 8 settings of goal congruence and target pressure``."""
    if not layout.across:
        return ""
    *names, last = factor_words(layout.across).values()
    listed = f"{', '.join(names)} and {last}" if names else last
    return f", across {len(layout.settings):,} settings of {listed}"


def setting_words(layout: Layout) -> list[str]:
    """What each setting is called."""
    return levels_in_words(layout.settings) if layout.across else [""] * len(layout.settings)


def what_is_missing(progress: Status | None, dropped: int, replications: int) -> Iterator[str]:
    """What makes the evidence thin, in words."""
    if progress and progress.left:
        yield f"{how_far(progress.runs, progress.done, progress.failed)} Every ranking can still change."
    if dropped:
        yield (
            f"{dropped:,} replications were left out: in some arm a run is left or failed, or there was nothing to "
            "count. If runs failed for what an arm does, what is left misleads."
        )
    if replications < 2:
        yield "One replication says nothing about luck: no ranking, no interval. Raise replications in the design."
    elif replications < FEW:
        yield (
            f"{replications} replications are few. Raise replications in the design and sweep into the same folder; "
            "four times as many make every interval half as wide, or less: the fewer there were, the more they gain."
        )
