"""Tables for reading: styles of leading side by side, weeks by mode of care, and one style in full."""

from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.scenario import Hours, Manner, Stance, Style
from sim.scenario.words import one_line
from sim.state.vocabulary import MODES

type Column = tuple[str, Sequence[str]]
type Part = tuple[str, Sequence[str]]

WEEK: Part = ("Hours of a week", (*Hours.model_fields, "in all"))
PARTS: tuple[Part, ...] = (
    WEEK,
    ("Manner, 0 to 1", tuple(Manner.model_fields)),
    ("Stance, 0 to 1", tuple(Stance.model_fields)),
)
BY_MODE: tuple[Part, ...] = (WEEK, ("Stance, 0 to 1", ("shows_aggregates",)))
GAP, EDGES = 2, 2  # between columns: a space to the right of each, and one that divides them
LEAST_WIDTH = 60  # narrower, and numbers would be cut


def side_by_side(styles: Mapping[str, Style], width: int) -> list[Table]:
    """Every line of several styles, which stand in columns; in as many tables as `width` characters ask for."""
    return _tables([("\n".join(_in_pieces(style.title)), _column(style)) for style in styles.values()], PARTS, width)


def weeks_by_mode(styles: Mapping[str, Style], width: int) -> list[Table]:
    """The weeks of contingent styles, mode by mode, in as many tables as `width` characters ask for."""
    contingent = [style for style in styles.values() if style.is_contingent]
    weeks = [
        ("\n".join((*_in_pieces(style.title), mode)), [*_hours(week), *_aligned([share])])
        for style in contingent
        for mode, week, share in zip(MODES, style.weeks(), style.aggregates(), strict=True)
    ]
    return _tables(weeks, BY_MODE, width)


def _tables(columns: Iterable[Column], parts: Sequence[Part], width: int) -> list[Table]:
    groups: list[list[Column]] = []
    left = 0
    for title, column in columns:
        needed = _width(title, column) + GAP
        if not groups or needed > left:
            groups.append([])
            left = width - _first_width() - GAP - EDGES
        groups[-1].append((title, column))
        left -= needed
    return [_table(group, parts) for group in groups]


def in_full(style: Style) -> Table:
    """One style: hours for each mode of care if it is contingent, manner and stance."""
    whole = _column(style)
    columns: list[Column] = [("hours" if style.by_mode is None else "mean", whole)]
    if style.by_mode is not None:
        for mode, week in zip(MODES, style.weeks(), strict=True):
            hours = _hours(week)
            columns.append((mode, [*hours, *[""] * (len(whole) - len(hours))]))
    return _table(columns, PARTS)


def _first_width() -> int:
    return max(len(line) for heading, lines in PARTS for line in (heading, *lines))


def _hours(week: Sequence[float]) -> list[str]:
    return _aligned([*week, sum(week)])


def _column(style: Style) -> list[str]:
    """The numbers of a style from top to bottom."""
    manner, stance = (list(part.model_dump().values()) for part in (style.manner, style.stance))
    return [*_hours(style.hours.week()), *_aligned(manner), *_aligned(stance)]


def _aligned(numbers: Sequence[float]) -> list[str]:
    """Numbers with one decimal, or all with two where one of them needs it."""
    places = 1 if all(abs(value - round(value, 1)) < 1e-9 for value in numbers) else 2
    return [f"{value:.{places}f}" for value in numbers]


def _width(title: str, column: Sequence[str]) -> int:
    return max(len(line) for line in (*title.splitlines(), *column))


def _table(columns: Sequence[Column], parts: Sequence[Part]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), pad_edge=False)
    table.add_column("", width=_first_width(), no_wrap=True)
    for title, column in columns:
        table.add_column(Text(title), justify="right", width=_width(title, column), no_wrap=True)
    numbers = zip(*(column for _, column in columns), strict=True)
    for heading, lines in parts:
        table.add_section()
        table.add_row(f"[bold]{heading}[/bold]")
        for line in lines:
            table.add_row(line, *next(numbers))
    return table


def _in_pieces(title: str) -> list[str]:
    """A title in pieces that go below one another: broken at spaces and after hyphens."""
    return [piece for word in one_line(title).split() for piece in word.replace("-", "- ").split()]
