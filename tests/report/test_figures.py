import sys
from dataclasses import replace

import matplotlib
import pytest

from sim.analysis.results import Results
from sim.report.figures import AFTER, BEFORE, KEY_OUTCOMES, overview, save_figure
from sim.state.vocabulary import STAGES
from tests.synthetic import empty_record, results, scenario


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
    assert "matplotlib.pyplot" not in sys.modules
