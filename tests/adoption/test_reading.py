"""What tables of wards may hold, and how each fault is told."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.adoption import AdoptionError, WardRow, read_table, template
from sim.adoption.columns import COLUMNS
from tests.adoption.tables import ASH, HEADING, with_cells

QUIETLY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PLAIN = f"{HEADING}\n{ASH}\n"


@pytest.fixture
def read(tmp_path):
    """Reads a table of such text or bytes."""

    def reads(content):
        file = tmp_path / "wards.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(file)

    return reads


@pytest.fixture
def faults(read, tmp_path):
    """The faults of a table, less the name of the file."""

    def found(content):
        with pytest.raises(AdoptionError) as refused:
            read(content)
        return [fault.removeprefix(str(tmp_path / "wards.csv")) for fault in refused.value.faults]

    return found


def test_the_template_is_read_without_a_fault(read):
    table = read(template())
    assert [row.name for row in table.rows] == ["Ash", "Beech"]
    assert [row.division for row in table.rows] == ["Medicine", "Medicine"]
    assert table.readings == ()


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace(",", ";").replace("0.5", "0,5").replace("6.9", "6,9"),
        "sep=;\r\n" + PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        f"\n,,,,\n{PLAIN}\n,,,,,,\n",
        "\n".join(f"{line},," for line in PLAIN.splitlines()),
        PLAIN.replace("staff_nurses", " Staff  Nurses ")
        .replace("ward", "WARD")
        .replace("junior_doctors", "junior-doctors"),
        PLAIN.replace("90%", "0.9"),
        PLAIN.replace("90%", "90"),
        PLAIN.replace("90%", '"90 %"'),
        PLAIN.replace("0.5,0.3,0.2", "50%,30%,0.2"),
        PLAIN.replace("0.5,0.3,0.2", "50,30,20"),
        PLAIN.replace("Ash", '"Ash"').replace("26", " 26 "),
    ],
)
def test_a_table_is_the_same_however_a_spreadsheet_saves_it(read, content):
    (row,) = read(content).rows
    said = (row.name, row.beds, row.occupancy, row.stay, row.mode_mix, row.emergency_share)
    assert said == ("Ash", 26, 0.9, 6.9, (0.5, 0.3, 0.2), None)
    assert list(row.posts.values()) == [16, 4, 6, 3, 1]


def test_rows_are_counted_as_a_spreadsheet_counts_them(read):
    table = read(f'sep=,\n\n{HEADING}\n\n"A\nsh",{ASH[4:]}\n\n{ASH}\n')
    assert [(row.row, row.name) for row in table.rows] == [(5, "A sh"), (7, "Ash")]


def test_what_is_rounded_or_guessed_is_told(read):
    table = read(f"{HEADING}\nSüd,26,90%,6.9,16.5,4,6,3,33%,33%,33%\n".encode("cp1252"))
    (row,) = table.rows
    assert row.name == "Süd"
    assert row.posts["staff nurse"] == 17
    assert sum(row.mode_mix) == pytest.approx(1, abs=1e-8)
    assert row.readings == (
        "16.5 posts of staff nurse are 17 people here",
        "the shares of modes add up to 99%, and were scaled to 100%",
    )
    assert "cp1252" in table.readings[0]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"ward": ""}, "ward is empty"),
        ({"ward": "x" * 101}, "ward has 101 characters"),
        ({"ward": "a\u202eb"}, "with a character that cannot be shown"),
        ({"ward": "=cmd()"}, 'ward is the formula "=cmd()"'),
        ({"ward": "Total"}, "seems to sum up other rows"),
        ({"beds": "0"}, 'beds is "0"; it should be a whole number from 1 to 200'),
        ({"beds": "26.5"}, 'beds is "26.5"; it should be a whole number'),
        ({"beds": "201"}, "a whole number from 1 to 200"),
        ({"beds": "many"}, 'beds is "many"'),
        ({"beds": "9" * 5_000}, "a whole number from 1 to 200"),
        ({"beds": "1,200"}, 'beds is "1,200", with what may separate thousands'),
        ({"beds": "1'200"}, "with what may separate thousands"),
        ({"beds": "1 200"}, "with what may separate thousands"),
        ({"beds": "1.200,0"}, "with what may separate thousands"),
        ({"beds": "٢٦"}, "a whole number from 1 to 200"),
        ({"beds": "2e1"}, "a whole number from 1 to 200"),
        ({"occupancy": "1.05"}, "a share from 0.1 to 1, or a percentage from 10% to 100%"),
        ({"occupancy": "120%"}, "a share from 0.1 to 1"),
        ({"occupancy": "%"}, 'occupancy is "%"'),
        ({"occupancy": "=B2/28"}, "save the values, not the formulas"),
        ({"occupancy": "#DIV/0!"}, "an error of the spreadsheet"),
        ({"stay": "0"}, "a number of days from 1 to 90"),
        ({"stay": "nan"}, 'stay is "nan"'),
        ({"stay": "inf"}, 'stay is "inf"'),
        ({"stay": "-3"}, 'stay is "-3"'),
        ({"stay": "1", "beds": "200"}, "a ward of the model takes at most 60"),
        ({"staff_nurses": "3"}, "a number of posts from 4 to 500"),
        ({"junior_doctors": "2"}, "a number of posts from 3 to 500"),
        ({"consultants": ""}, "consultants is empty"),
        ({"repetitive": "0.6"}, "repetitive, constrained, unconstrained add up to 110%"),
        ({"repetitive": "0.8", "constrained": "-0.1"}, "constrained is"),
        ({"emergency": "2%%"}, 'emergency is "2%%"'),
        ({"pharmacists": "-1"}, "a number of posts from 0 to 500"),
    ],
)
def test_each_faulty_cell_is_told_with_its_row_and_what_is_allowed(faults, cells, fault):
    (told,) = faults(with_cells(**cells))
    assert told.startswith(", row 2: ")
    assert fault in told
    assert "\n" not in told
    assert len(told) < 400


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (PLAIN.replace("beds", "bed"), [', row 1: "bed" is not a column; did you mean "beds"?']),
        (PLAIN.replace("stay", "Length of stay"), [', row 1: "Length of stay" is not a column; did you mean "stay"?']),
        (f"{HEADING},Beds\n{ASH},3", [', row 1: the column "beds" is there 2 times; leave one']),
        (f"{ASH}\n{ASH}", [", row 1: here should stand the names of columns (ward, division,"]),
        (
            f"{HEADING.replace('beds', 'x')},notes\n{ASH},y",
            [
                ', row 1: "x" is not a column; leave it out, or use one of division, beds,',
                ', row 1: "notes" is not a column; leave it out',
                ', row 1: the column "beds" is missing; it holds the beds that are open',
            ],
        ),
        (f"{HEADING}\n{ASH},extra", [', row 2: "extra" stands below no column']),
        (f"{HEADING}\n{ASH}\n{ASH.replace('Ash', 'ASH ')}", [', row 3: ward is "ASH", as in row 2']),
        (f"{HEADING}\nAsh,26", [", row 2: occupancy is empty", *[", row 2: "] * 8]),
        (f'{HEADING}\n"Ash,26\n{ASH}', [", row 2: a quotation mark is opened and not closed"]),
        (f'{HEADING}\n"{"x" * 200_000}",26', [", row 2: a cell is longer than any cell can be"]),
        (HEADING, [": there is no row of a ward below the names of columns in row 1"]),
        (HEADING + f"\n{ASH}" * 251, [": the table has 251 wards; it may have 1 to 250"]),
        ("", [": the file is empty"]),
        (b"x" * 1_000_001, [": the file is larger than 1 MB"]),
        (b"PK\x03\x04wards", [": this is a workbook; save the sheet as CSV"]),
        (b"\x89PNG\r\n\x1a\n\0\0", [": this is not text"]),
        (PLAIN.encode("utf-16-le"), [": this is not text"]),
        (b"\xff\xfe" + PLAIN.encode("utf-16-le") + b"\0", [": this is not text in an encoding that we know"]),
        (PLAIN.replace("Ash", "A\x1b[31m"), [": line 2 holds a control character"]),
        (b"ward\x81", [": this is not text in an encoding that we know"]),
    ],
)
def test_a_table_as_a_whole_is_refused_in_words(faults, content, told):
    found = faults(content)
    assert len(found) == len(told)
    for fault, begins in zip(found, told, strict=True):
        assert fault.startswith(begins)


def test_all_faults_of_a_table_come_at_once_in_order(faults):
    rows = [ASH.replace("Ash", f"Ward {number}").replace("26", "none") for number in range(60)]
    found = faults("\n".join([HEADING, ASH.replace("6.9", "?"), *rows]))
    assert found[0].startswith(", row 2: stay")
    assert found[1].startswith(', row 3: beds is "none"')
    assert len(found) == 51
    assert found[-1] == "There are more faults; these are the first 50."


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (".", "this is a folder"),
        ("/dev/null", "this is not an ordinary file"),
        ("ward.csv", 'there is no such file; did you mean "wards.csv"?'),
        ("a\0b", "this is not a usable file name"),
        ("x" * 3_000, "the file cannot be read: File name too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path, monkeypatch, name, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wards.csv").write_text(PLAIN)
    with pytest.raises(AdoptionError, match=r".") as refused:
        read_table(name)
    assert told in str(refused.value)


PIECES = [
    b",",
    b";",
    b'"',
    b"\n",
    b"\r",
    b"\t",
    b"\0",
    b"\xff",
    b"\xfe",
    b"%",
    b"=",
    b"'",
    b"9" * 500,
    b"sep=,\n",
    b"-",
]


@QUIETLY
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 30), st.sampled_from(PIECES) | st.binary(max_size=9))),
    st.sampled_from([template(), PLAIN.encode(), PLAIN.encode("utf-16")]),
)
def test_damaged_tables_are_read_or_refused_on_single_lines(tmp_path, edits, content):
    for at, length, piece in edits:
        content = content[:at] + piece + content[at + length :]
    file = tmp_path / "damaged.csv"
    file.write_bytes(content)
    try:
        found = read_table(file).rows
    except AdoptionError as refused:
        found = refused.faults
    assert found
    assert all(isinstance(each, WardRow) or each.isprintable() for each in found)


def test_bytes_that_are_no_table_are_refused(faults):
    draw = random.Random(7)
    for _ in range(100):
        assert faults(draw.randbytes(draw.randrange(1, 400)))


def test_every_column_has_words_and_two_examples():
    assert all(column.meaning and column.allowed and len(column.examples) == 2 for column in COLUMNS)
