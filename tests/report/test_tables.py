import io
import math

import pytest
from rich.console import Console

from sim.report.tables import funnel_table, in_words, outcome_table
from tests.synthetic import results


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((8.13, 7.94, 8.31), "8.1 (7.9 to 8.3)"),
        ((0.0523, 0.0411, 0.0635), "0.052 (0.041 to 0.064)"),
        ((12345.6, 12000.4, 12700.0), "12,346 (12,000 to 12,700)"),
        ((1.0, -0.4, 2.4), "1.0 (0.0 to 2.4)"),
        ((0.0, 0.0, 0.0), "0 (0 to 0)"),
        ((4.04, math.nan, math.nan), "4.0"),
        ((math.nan, math.nan, math.nan), "–"),
    ],
)
def test_numbers_are_rounded_to_what_they_carry(numbers, words):
    assert in_words(*numbers) == words


def test_an_interval_of_a_share_ends_at_a_hundred():
    assert in_words(62.5, -414.0, 539.0, most=100.0) == "62.5 (0.0 to 100.0)"


@pytest.mark.parametrize("width", [80, 110, 160])
def test_tables_name_the_ledger_and_fit_the_width(width):
    console = Console(width=width, record=True, file=io.StringIO())
    found = results(replications=3)
    console.print(funnel_table(found, width), outcome_table(found, width))
    text = console.export_text()
    numbers = [
        in_words(*row) for row in found.summary().query("outcome == 'errors_made'")[["mean", "low", "high"]].values
    ]
    words = {"observed", "true", "Reported", "Harmed", "discharges", *" ".join(numbers).split()}
    assert words <= set(text.split())
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text, "something is cut"
