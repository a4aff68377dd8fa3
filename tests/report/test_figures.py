import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.analysis.results import Results
from sim.report.ablation_figure import what_mechanisms_carry
from sim.report.figures import AFTER, BEFORE, KEY_OUTCOMES, overview, save_figure, setting
from sim.state.vocabulary import STAGES
from tests.synthetic import ablation, empty_record, results, scenario

ROOT = Path(__file__).resolve().parents[2]


def test_the_figure_is_the_same_bytes_each_time(tmp_path):
    found = results(replications=3)
    first = save_figure(overview(found), tmp_path / "a")
    second = save_figure(overview(found), tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert b"<dc:date>" not in first[1].read_bytes()


@pytest.mark.parametrize("replications", [1, 2])
def test_a_hospital_where_nothing_happened_can_be_drawn(tmp_path, replications):
    found = Results(scenario(), (empty_record(),) * replications)
    save_figure(overview(found), tmp_path / "figure")


@pytest.mark.parametrize("title", ["$x_$", "$\\frac{", "Cost $5, and $6", "病棟 🏥", "<b>&amp;</b>"])
@pytest.mark.filterwarnings("error")
def test_any_title_is_drawn_as_it_stands(tmp_path, title):
    found = results(replications=2)
    found.scenario.title = title
    figure = overview(found)
    save_figure(figure, tmp_path / "figure")
    (drawn,) = [text for text in figure.texts if text.get_text() == title]
    assert not drawn.get_parse_math()


@pytest.mark.parametrize("draw", [lambda: overview(results(2)), lambda: what_mechanisms_carry(ablation())])
def test_a_figure_says_how_wards_are_led(draw):
    assert "Led by ward managers, coaching; target pressure 0.9" in [text.get_text() for text in draw().texts]


@pytest.mark.parametrize("width", [15.0, 11.0])
def test_a_long_line_about_leading_ends_within_the_page(width):
    figure = Figure(figsize=(width, 5))
    FigureCanvasAgg(figure)
    setting(figure, "Led by ward managers and mild women in $many$ rooms; " * 20, 0.1)
    (line,) = figure.texts
    box = line.get_window_extent(figure.canvas.get_renderer())
    assert 0 < box.x0 < box.x1 < figure.bbox.x1
    assert line.get_text().endswith("…")


def test_every_stage_and_outcome_has_its_place():
    figure = overview(results(replications=2))
    assert ("chances", *BEFORE, *AFTER) == STAGES
    funnel, *panels = [axes for part in figure.subfigs for axes in part.axes]
    assert len(funnel.get_yticklabels()) == len(BEFORE) + len(AFTER)
    assert len(panels) == len(KEY_OUTCOMES)


def test_drawing_leaves_matplotlib_as_it_was():
    before = dict(matplotlib.rcParams)
    overview(replace(results(replications=2), threads=2))
    assert dict(matplotlib.rcParams) == before


def test_drawing_does_not_need_pyplot_and_its_windows():
    there = "import sys; from sim.report.figures import overview; from tests.synthetic import results; "
    drawing = "overview(results(replications=2)); sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", there + drawing], cwd=ROOT, check=False).returncode == 0
