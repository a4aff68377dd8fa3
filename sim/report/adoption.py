"""What the model shows of wards that were adopted, beside their table, for reading."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from sim.adoption.checking import Interval, Seen
from sim.adoption.columns import COLUMNS
from sim.adoption.writing import in_percent
from sim.report.numbers import with_interval

LEAST_WIDTH = 80


def beside_table(seen: Sequence[Seen]) -> Table:
    """A row for each ward: how full its beds are and how long patients stay, in the table and in the model.

    What is far from the table has a star.
    """
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("ward", overflow="fold")
    for heading in ("beds full:\ntable", "\nmodel", "stay, days:\ntable", "\nmodel", "new patients\na day"):
        table.add_column(heading, justify="right")
    for each in seen:
        row = each.row
        table.add_row(
            Text(row.name),
            in_percent(row.occupancy),
            _marked(tuple(100 * value for value in each.occupancy), "%", each.is_off_in_occupancy),
            f"{row.stay:g}",
            _marked(each.stay, "", each.is_off_in_stay),
            f"{each.arrivals:.2f}",
        )
    return table


def _marked(value: Interval | tuple[float, ...], unit: str, is_off: bool) -> Text:
    mean, low, high = value
    return Text(f"{with_interval(mean, low, high, unit=unit)} {'*' if is_off else ' '}", style="bold" * is_off)


def columns_in_words() -> str:
    """Every column of a table of wards: what it means, what it may hold, and what is taken without it."""
    width = max(len(column.name) for column in COLUMNS)
    lines = []
    for column in COLUMNS:
        without = f"; left out: {column.left_out}" if column.left_out else ""
        lines.append(f"  {column.name:<{width}}  {column.meaning} ({column.allowed}{without})")
    return "\n".join(lines)
