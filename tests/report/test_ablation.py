"""The table and the figure of an ablation, and the folder that it is kept in."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sim.analysis.ablation import Ablation
from sim.analysis.outcomes import BY_NAME, OUTCOMES
from sim.analysis.results import Results
from sim.interface import save
from sim.report.ablation_figure import what_mechanisms_carry
from sim.report.figures import save_figure
from sim.report.folder import FolderError
from sim.report.tables import ablation_note, ablation_tables
from tests.synthetic import ablation, empty_record, scenario

MANY = tuple(outcome.name for outcome in OUTCOMES)


def shown(found, width):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(*ablation_tables(found, width), sep="")
    return console.export_text()


@pytest.mark.parametrize("width", [80, 110, 160])
def test_tables_fit_the_width_and_show_every_number(width):
    found = ablation(outcomes=MANY)
    text = shown(found, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text, "something is cut"
    rows = [line.split() for line in text.splitlines() if line.split()[:1] == ["voice"]]
    assert sum(row.count("±") for row in rows) == len(MANY)


def test_a_cell_is_a_difference_with_half_of_its_interval():
    found = ablation(outcomes=("mortality",))
    row = found.ranked_rows("mortality").loc["voice"]
    text = shown(found, 80)
    assert f"{row.difference:+.2f} ± {(row.high - row.low) / 2:.2f}" in text
    assert [line.split() for line in text.splitlines() if "boarding" in line] == [["boarding", "0"]]


def test_the_note_says_how_many_intervals_miss_by_chance():
    assert "Of 21 intervals about 1 miss by chance" in ablation_note(ablation())
    assert "by chance" not in ablation_note(ablation(outcomes=("wait",)))
    assert "no intervals" in ablation_note(ablation(replications=1))


def nothing_happened(replications):
    full = Results(scenario(), (empty_record(),) * replications)
    return Ablation(full, {"voice": full})


@pytest.mark.parametrize("found", [nothing_happened(1), nothing_happened(2)])
@pytest.mark.filterwarnings("error")
def test_where_nothing_happened_a_table_and_a_figure_can_be_made(found, tmp_path):
    assert "–" in shown(found, 80)
    save_figure(what_mechanisms_carry(found), tmp_path / "figure")


@pytest.mark.parametrize("count", [1, 7, 9, len(MANY)])
@pytest.mark.parametrize("replications", [1, 3])
def test_every_outcome_has_its_panel_and_every_mechanism_its_row(count, replications):
    figure = what_mechanisms_carry(ablation(outcomes=MANY[:count], replications=replications))
    panels = [axes for axes in figure.axes if axes.axison]
    titles = [" ".join(axes.get_title(loc="left").split()) for axes in panels]
    assert titles == [BY_NAME[name].whole_title for name in MANY[:count]]
    assert all(len(axes.get_yticks()) == 3 for axes in panels)


@pytest.mark.parametrize("outcomes", [MANY[:1], MANY[8:17], (*MANY[30:37], "unwarranted_variation")])
def test_words_above_panels_do_not_lie_upon_one_another(outcomes):
    figure = what_mechanisms_carry(ablation(outcomes=outcomes))
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    words = [text for axes in figure.axes for text in (axes._left_title, *axes.texts) if axes.axison]
    boxes = [text.get_window_extent(renderer) for text in [*words, *figure.texts, *figure.legends]]
    overlaps = [one for k, one in enumerate(boxes) for other in boxes[k + 1 :] if one.overlaps(other)]
    assert not overlaps
    assert all(box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)


def test_a_mark_is_full_only_where_nought_lies_outside_its_interval():
    found = ablation(outcomes=("mortality",))
    rows = found.ranked_rows("mortality")
    (panel,) = what_mechanisms_carry(found).axes
    full, hollow = [line for line in panel.lines if line.get_marker() == "o"]
    sure = ((rows.low > 0) | (rows.high < 0)).to_numpy()
    assert full.get_ydata().tolist() == np.flatnonzero(sure).tolist()
    assert hollow.get_ydata().tolist() == np.flatnonzero(~sure).tolist()


def test_the_figure_is_the_same_bytes_each_time(tmp_path):
    first, second = (save_figure(what_mechanisms_carry(ablation()), tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.fixture
def plain_scenario(monkeypatch):
    for module in ("sim.report.saving", "sim.report.provenance"):
        monkeypatch.setattr(f"{module}.to_toml", lambda scenario: f'title = "{scenario.title}"\n')


def test_a_folder_is_complete(plain_scenario, tmp_path):
    found = ablation()
    folder = save(found, tmp_path / "out", ["microsystem", "ablate", "x.toml"])
    files = {"ablation.csv", "figure.png", "figure.svg", "scenario.toml", "provenance.json"}
    assert {path.name for path in folder.iterdir()} == files
    pd.testing.assert_frame_equal(pd.read_csv(folder / "ablation.csv"), found.table, check_dtype=False)
    origin = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert origin["run"]["command"] == ["microsystem", "ablate", "x.toml"]
    assert origin["results"]["digest"] == found.full.digest()
    assert origin["ablation"] == {
        "digest": found.digest(),
        "outcomes": list(found.outcomes),
        "without": {name: results.digest() for name, results in found.without.items()},
    }


def test_a_folder_in_use_is_refused(plain_scenario, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FolderError, match="not an empty folder"):
        save(ablation(), tmp_path)
