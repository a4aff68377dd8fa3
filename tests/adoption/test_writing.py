"""A scenario that is made from a table carries its numbers, can be read, and loads."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.adoption import WardRow, WardTable, read_table, scenario_text, template
from sim.adoption.columns import POSTS
from sim.adoption.usual import rota, usual
from sim.adoption.writing import derived_arrivals
from sim.scenario import from_text
from sim.scenario.files import LARGEST_FILE

text = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=100)


@st.composite
def wards(draw, row: int) -> WardRow:
    first, second = sorted(draw(st.tuples(st.integers(0, 100), st.integers(0, 100))))
    occupancy, beds = draw(st.integers(10, 100)) / 100, draw(st.integers(1, 200))
    return WardRow(
        row,
        draw(text),
        draw(st.sampled_from(["", "Medicine", "medicine", "Chirurgie Süd", "外科"])),
        beds,
        occupancy,
        draw(st.floats(max(1.0, beds * occupancy / 60), 90).map(lambda days: math.ceil(days * 100) / 100)),
        {column.grade: draw(st.integers(column.least, 500)) for column in POSTS},
        (first / 100, (second - first) / 100, (100 - second) / 100),
        draw(st.none() | st.integers(0, 100).map(lambda percent: percent / 100)),
    )


@st.composite
def tables(draw) -> WardTable:
    rows = [draw(wards(row)) for row in range(2, 2 + draw(st.integers(1, 6)))]
    return WardTable("wards.csv", tuple({row.name.casefold(): row for row in rows}.values()))


@settings(deadline=None, max_examples=50)
@given(tables(), text)
def test_a_scenario_carries_the_numbers_of_any_table(table, title):
    scenario = from_text(scenario_text(table, title))
    assert scenario.title == title
    assert len(scenario.wards) == len(table.rows)
    for row, ward in zip(table.rows, scenario.wards.values(), strict=True):
        assert (ward.title, ward.beds) == (row.name, row.beds)
        assert ward.arrivals_per_day == pytest.approx(7 / 8 * row.beds * row.occupancy / row.stay, abs=5.01e-4)
        assert tuple(ward.mode_mix.model_dump().values()) == row.mode_mix
        assert ward.emergency_share == (0.7 if row.emergency_share is None else row.emergency_share)
        assert scenario.divisions[ward.division].title.casefold() == (row.division or "wards").casefold()
        posts = {group.grade: group.posts for group in scenario.staffing[ward.staffing].values()}
        assert posts == {grade: count for grade, count in row.posts.items() if count} | {"ward manager": 1}
        assert_somebody_at_all_hours(scenario.staffing[ward.staffing].values())


def assert_somebody_at_all_hours(groups) -> None:
    for profession in (("staff nurse", "senior nurse"), ("junior doctor",)):
        for day in ("weekday", "weekend"):
            starts = [
                shift.start
                for group in groups
                if group.grade in profession
                for shift in group.shifts
                if getattr(shift, day)
            ]
            assert min(starts) < "09:00"
            assert max(starts) > "19:00"


@pytest.mark.parametrize("grade", ["staff nurse", "senior nurse", "junior doctor", "consultant", "pharmacist"])
def test_the_usual_posts_have_the_usual_rota_and_others_their_share(grade):
    _, group = usual().group_of(grade)
    assert rota(group, group.posts) == group.shifts
    for posts in range(group.posts, 501, 7):
        for day in ("weekday", "weekend"):
            usual_share = sum(getattr(shift, day) for shift in group.shifts) / group.posts
            at_work = sum(getattr(shift, day) for shift in rota(group, posts))
            assert at_work == pytest.approx(posts * usual_share, abs=0.5)


def test_every_ward_says_which_row_made_it(tmp_path):
    (tmp_path / "wards.csv").write_bytes(template())
    written = scenario_text(read_table(tmp_path / "wards.csv"), "My trust")
    assert written.startswith("# My trust. Made from wards.csv by `microsystem adopt`.\n")
    assert str(tmp_path) not in written
    assert "# Row 3: Beech, 28 beds, 92% full, stays of 7.9 days.\n" in written
    assert "# 17.4 posts of staff nurse are 17 people here.\n" in written
    assert "arrivals_per_day = 2.967 # 26 × 90% / 6.9 = 3.39 a day, less an eighth\n" in written
    assert "# Nurses on duty: 4 from 07:30 and 3 from 19:30, so 6.5 and 8.7 beds to each.\n" in written
    assert max(map(len, written.splitlines())) <= 140
    assert not from_text(written).changed_parameters()


def test_wards_with_the_same_staff_share_a_pattern_and_names_alike_get_keys_of_their_own():
    names = ["South 1", "South-1", "7A", "all", "病棟", "", "South_1"]
    (row,) = [ward("x", 2)]
    rows = tuple(ward(name or "ß", number) for number, name in enumerate(names, start=2))
    scenario = from_text(scenario_text(WardTable("wards.csv", rows), "x"))
    assert list(scenario.wards) == ["south_1", "south_1_2", "ward_7a", "ward_all", "ward", "ward_2", "south_1_3"]
    assert list(scenario.staffing) == ["south_1"]
    assert scenario.divisions["wards"].waiting_places == 70
    assert derived_arrivals(row) == 2.967


def ward(name: str, number: int, division: str = "") -> WardRow:
    posts = {"staff nurse": 16, "senior nurse": 4, "junior doctor": 6, "consultant": 3, "pharmacist": 1}
    return WardRow(number, name, division, 26, 0.9, 6.9, posts, (0.5, 0.3, 0.2))


def test_the_largest_table_makes_a_file_that_loads():
    posts = {column.grade: column.least + 1 for column in POSTS}
    rows = [
        WardRow(
            n + 2, f"{'漢' * 97}{n:03}", "漢" * 97 + f"{n:03}", 26, 0.9, 6.9, posts | {"staff nurse": 4 + n}, (1, 0, 0)
        )
        for n in range(250)
    ]
    written = scenario_text(WardTable("wards.csv", tuple(rows)), "t" * 200)
    assert len(written.encode()) < LARGEST_FILE
    assert len(from_text(written).wards) == 250


def test_a_name_cannot_leave_its_quotes_or_its_comment():
    name = 'x"]\n[dials]\ntarget_pressure = 1 # \\'
    scenario = from_text(scenario_text(WardTable("wards.csv", (ward(re.sub(r"\s", " ", name), 2),)), "x"))
    assert scenario.dials.target_pressure != 1
    assert next(iter(scenario.wards.values())).title == re.sub(r"\s", " ", name)
