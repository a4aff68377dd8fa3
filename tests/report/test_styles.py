"""Tables of styles: every number is there and whole, however narrow the terminal."""

import re

import pytest
from rich.console import Console

from sim.report.styles import LEAST_WIDTH, in_full, side_by_side, weeks_by_mode
from sim.scenario import shipped_styles
from sim.scenario.leading import Hours, Manner, Stance
from sim.state.vocabulary import ACTIVITIES

LINES = [*Hours.model_fields, "in all", *Manner.model_fields, *Stance.model_fields]


def shown(tables, width):
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as captured:
        for table in tables:
            console.print(table)
    return captured.get()


def numbers_on(line, text):
    found = re.findall(rf"^ {line} +((?:[\d.]+ *)+)$", text, re.M)
    return [float(number) for row in found for number in row.split()]


@pytest.mark.parametrize("width", [LEAST_WIDTH, 80, 120, 160, 400])
def test_every_number_of_every_style_is_shown_whole(width):
    styles = shipped_styles()
    text = shown(side_by_side(styles, width), width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    for line in LINES:
        assert len(numbers_on(line, text)) == len(styles), line
    for activity in ACTIVITIES:
        assert numbers_on(activity, text) == [getattr(style.hours, activity) for style in styles.values()]
    for line in Manner.model_fields:
        assert numbers_on(line, text) == [getattr(style.manner, line) for style in styles.values()]
    for line in Stance.model_fields:
        assert numbers_on(line, text) == [getattr(style.stance, line) for style in styles.values()]


def test_eleven_styles_stand_in_one_table_where_there_is_room():
    assert len(side_by_side(shipped_styles(), 160)) == 1
    assert len(side_by_side(shipped_styles(), 80)) > 1
    assert side_by_side({}, 80) == []


@pytest.mark.parametrize("width", [LEAST_WIDTH, 80, 160])
def test_contingent_styles_are_told_apart_by_their_weeks(width):
    styles = shipped_styles()
    text = shown(weeks_by_mode(styles, width), width)
    assert "…" not in text
    weeks = [week for style in styles.values() if style.is_contingent for week in style.weeks()]
    assert len(weeks) == 6
    for index, activity in enumerate(ACTIVITIES):
        assert numbers_on(activity, text) == [week[index] for week in weeks]
    assert numbers_on("in all", text) == [20.0] * 6
    assert weeks_by_mode({"coaching": styles["coaching"]}, width) == []


@pytest.mark.parametrize("name", shipped_styles())
def test_one_style_is_shown_with_its_weeks(name):
    style = shipped_styles()[name]
    text = shown([in_full(style)], 100)
    weeks = style.weeks() if style.is_contingent else ()
    for index, activity in enumerate(ACTIVITIES):
        assert numbers_on(activity, text) == [getattr(style.hours, activity), *(week[index] for week in weeks)]
    assert numbers_on("in all", text) == [20.0] * (1 + len(weeks))
    assert numbers_on("inquiry", text) == [style.manner.inquiry]


def test_quarters_of_an_hour_are_not_rounded_away():
    style = shipped_styles()["coaching"]
    hours = style.hours.model_copy(update={"coach": 6.25, "listen": 4.25})
    text = shown(side_by_side({"mine": style.model_copy(update={"hours": hours})}, 80), 80)
    assert numbers_on("coach", text) == [6.25]
    assert numbers_on("in all", text) == [20.0]


def test_a_title_cannot_mark_up_or_control_the_terminal():
    style = shipped_styles()["coaching"].model_copy(update={"title": "[red]Ours[/red] and no more"})
    assert "[red]Ours[/red]" in shown(side_by_side({"mine": style}, 80), 80)
