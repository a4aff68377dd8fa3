import io
import math

import pytest
from rich.console import Console

from sim.report.numbers import in_words, with_interval
from sim.report.tables import funnel_table, outcome_table
from tests.synthetic import results


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((8.13, 7.94, 8.31), "8.1 (7.9 to 8.3)"),
        ((0.0523, 0.0411, 0.0635), "0.052 (0.041 to 0.064)"),
        ((12345.6, 12000.4, 12700.0), "12,346 (12,000 to 12,700)"),
        ((1.0, 0.0, 2.4), "1.0 (0.0 to 2.4)"),
        ((0.0012, -0.4, 0.4), "0.00 (−0.40 to 0.40)"),
        ((0.0, 0.0, 0.0), "0 (0 to 0)"),
        ((4.04, math.nan, math.nan), "4.0"),
        ((math.nan, math.nan, math.nan), "–"),
    ],
)
def test_numbers_are_rounded_to_what_they_carry(numbers, words):
    assert with_interval(*numbers) == words


def test_differences_have_their_sign_and_what_cannot_be_counted_a_word():
    assert with_interval(-3.21, -5.1, 1.3, sign=True, unit="%") == "−3.2% (−5.1 to +1.3)"
    assert with_interval(math.nan, math.nan, math.nan, sign=True, unit="%") == "–"
    assert [in_words(value, sign=True) for value in (0.0, -0.0523, 1234.5)] == ["+0", "−0.052", "+1,234"]
    assert in_words(math.inf) == "∞"


@pytest.mark.parametrize("width", [80, 110, 160])
def test_tables_name_the_ledger_and_fit_the_width(width):
    console = Console(width=width, record=True, file=io.StringIO())
    found = results(replications=3)
    console.print(funnel_table(found, width), outcome_table(found, width))
    text = console.export_text()
    numbers = [
        with_interval(*row) for row in found.summary().query("outcome == 'errors_made'")[["mean", "low", "high"]].values
    ]
    words = {"observed", "true", "Reported", "Harmed", "discharges", *" ".join(numbers).split()}
    assert words <= set(text.split())
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text, "something is cut"
