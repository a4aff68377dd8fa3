"""Answers in plain words, figures on which nothing is cut, and folders that hold it all."""

import inspect
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from sim.analysis.discovery import Rule, discover
from sim.analysis.sensitivity import sensitivity
from sim.analysis.swept import SweptError
from sim.commands import exploring
from sim.report.discovery import discovery_answer, discovery_note, failing_in_words, save_discovery
from sim.report.discovery_figure import discovery_figure
from sim.report.sensitivity import save_sensitivity, sensitivity_answer, sensitivity_heading
from sim.report.sensitivity_figure import sensitivity_figure
from tests import pages
from tests.analysis.test_discovery import boxed, usual
from tests.analysis.test_sensitivity import NAMES, ishigami, linear, made
from tests.sampled import Sampled


@pytest.fixture(scope="module")
def sobol():
    """Two strategies under which other factors matter."""
    design = made("sobol", 128, 4, levers={"dials.devolution": [0.2, 0.8]})

    def weighed(levels):
        heavy, light = NAMES[:2] if levels["dials.devolution"] == 0.2 else NAMES[1::-1]
        return 10 + 3 * levels[heavy] - levels[light]

    return sensitivity(Sampled(design, weighed, noise=0.1))


@pytest.fixture(scope="module")
def found():
    return discover(Sampled(usual(4), boxed, noise=0.5), rule=Rule(worse_than=3.5))


def cut(figure):
    """Texts that run off the page."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    shown = [*figure.texts]
    for axes in figure.axes:
        shown += [*axes.get_yticklabels(), *axes.get_xticklabels(), axes.xaxis.label, axes.yaxis.label, *axes.texts]
    width, height = canvas.get_width_height()
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in shown if text.get_text()]
    return [words for words, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]


def test_the_answer_says_what_share_comes_from_what_with_intervals_and_whether_it_has_settled(sobol):
    first, second, *differing = sensitivity_answer(sobol)
    assert "under devolution 0.2: 11.0 on average" in first
    share = r"Of the variance between points, 9\d% \(\d\d to 100\) comes from voice.fear alone, which raises it and"
    assert re.search(share, first)
    assert re.search(r"1\d% \(\d+ to \d+\) comes from voice.learns alone, which lowers it\.", first)
    assert re.search(r"Chance makes \d+% of the variance between single runs, and 0% of that between means of 4", first)
    assert "settled: " in first
    assert "comes from voice.learns alone, which raises it" in second
    assert len(differing) == 2
    assert re.fullmatch(
        r"Preventable adverse events: voice.fear matters more under devolution 0.2 than under devolution 0.8 "
        r"\(total 9\d% against \d+%\)\.",
        next(line for line in differing if "voice.fear" in line),
    )
    assert "Sobol indices of 3 factors from 128 samples, under each of 2 strategies" in sensitivity_heading(sobol)


def test_of_noise_the_answer_warns_and_says_how_many_replications_would_help():
    (told,) = sensitivity_answer(sensitivity(Sampled(made("sobol", 64, 2), lambda levels: 1.0, noise=1.0)))
    assert "No factor is shown to make more of the variance between points alone than chance does." in told
    assert re.search(r"Read no ranking into it: more replications would help, about [\d,]+ in all\.", told)
    (told,) = sensitivity_answer(sensitivity(Sampled(made("morris", 10, 2), lambda levels: 1.0, noise=1.0)))
    assert "No factor is shown to change it by more than chance does." in told
    (told,) = sensitivity_answer(sensitivity(Sampled(made("sobol", 64), linear)))
    assert "nobody can tell how much of this is chance" in told


def test_what_is_too_rare_to_tell_is_said_so_and_no_index_is_printed():
    rare = Sampled(made("sobol", 16, 3), lambda levels: 0.0)
    rare._values[1, [3, 40]] = 1.0
    found = sensitivity(rare)
    (told,) = sensitivity_answer(found)
    assert told.endswith("too rare to tell what it hangs on. More samples, days or replications would help.")
    assert cut(sensitivity_figure(found)) == []
    late = Sampled(made("sobol", 256, 2), linear)
    late._values[:, : late.design.arms // 2] = 3.0
    assert "It has not settled: in 128 samples it was too rare to tell" in sensitivity_answer(sensitivity(late))[0]


def test_factors_work_together_only_where_that_is_shown():
    assert "Together with others" not in sensitivity_answer(sensitivity(Sampled(made("sobol", 16, 3), linear, 0.5)))[0]
    (told,) = sensitivity_answer(sensitivity(Sampled(made("sobol", 256, 3), ishigami)))
    assert re.search(r"Together with others voice.fear makes 2\d% \(\d+ to \d+\) more and voice.inviting makes", told)


def test_morris_is_told_in_the_unit_of_the_outcome():
    (told,) = sensitivity_answer(sensitivity(Sampled(made("morris", 10, 2), linear)))
    assert "on average, voice.fear raises it by 4.0 (4.0 to 4.0), voice.learns raises it by 2.0" in told


def test_the_figures_of_a_sensitivity_analysis_show_each_outcome_under_each_strategy_and_cut_nothing(sobol):
    screened = sensitivity(Sampled(made("morris", 12, 2), linear, noise=0.1))
    for one, panels in ((sobol, 2), (screened, 1)):
        figure = sensitivity_figure(one)
        assert len(figure.axes) == 2 * panels
        assert cut(figure) == []
    drawn = sensitivity_figure(sobol).axes[1]
    assert [int(tick) for tick in drawn.get_xticks()] == [8, 16, 32, 64, 128]
    few = sensitivity(Sampled(made("sobol", 8, 2), lambda levels: 3.0, noise=1.0))
    few.table.loc[:, ["first", "total"]] = [-0.4, 1.6]  # as few samples give at times
    low, high = sensitivity_figure(few).axes[0].get_xlim()
    assert low < -0.4
    assert high > 1.6
    alone = sensitivity(Sampled(made("sobol", 8, 2), lambda levels: 3.0))
    assert cut(sensitivity_figure(alone)) == []


def test_more_panels_than_can_be_seen_are_refused(sobol, monkeypatch):
    monkeypatch.setattr("sim.report.sensitivity_figure.MOST_PANELS", 1)
    with pytest.raises(SweptError, match=r"1 outcomes under 2 strategies are 2 panels, .* --outcome NAME"):
        sensitivity_figure(sobol)


def test_a_box_is_told_in_words_with_coverage_and_density_of_cases_seen_and_held_out(found):
    never, always = discovery_answer(found)
    assert never == "Devolution 0.2 fails in 0 of 200 futures (0%)."
    words = (
        r"Devolution 0.8 fails in \d+ of 200 futures \(\d+%\)\. It fails when voice\.fear is above 0\.[56]\d* \(of "
        r"0\.00\d+ to 0\.99\d*\) and voice\.learns is below 0\.[45]\d* \(.*\): \d+ of \d+ such futures fail \(density "
        r"\d+%, of cases held out \d+%\), \d+% of all in which it fails \(coverage, held out \d+%\); the box holds "
        r"\d+% of all futures\."
    )
    assert re.match(words, always)
    assert failing_in_words(found).endswith("preventable adverse events above 3.5 per 1,000 bed-days.")
    assert "other half of the replications" in discovery_note(found)


def test_no_box_is_told_as_plainly_as_a_box():
    noise = discover(Sampled(usual(4), lambda levels: 1.0, noise=1.0))
    for told in discovery_answer(noise):
        assert re.search(r"Nothing (tells the futures|is shown to tell them)", told)
    few = discover(Sampled(usual(4), lambda levels: float(levels[NAMES[0]] > 0.99)), rule=Rule(worse_than=0.5))
    assert "That is too few to look for where: it takes 30 futures" in discovery_answer(few)[0]


def test_the_table_of_boxes_and_the_trade_off_hold_what_is_told(found):
    (box,) = found.found[1].boxes
    boxes = found.boxes
    assert list(boxes["factor"]) == [each.factor for each in box.restrictions]
    assert boxes["holds"].all()
    assert (boxes["density"] == box.density).all()
    path = found.trade_off
    assert path["density"].max() > 0.9
    assert np.isclose(path["coverage"].iloc[0], 1.0)


def test_the_figure_of_boxes_cuts_nothing(found):
    figure = discovery_figure(found)
    assert cut(figure) == []
    assert len(figure.axes) == 3  # the strategy that never fails has no box, and both have a trade-off
    against = discover(Sampled(usual(4), boxed, noise=0.5), rule=Rule(reference=0, margin=1.0))
    assert cut(discovery_figure(against)) == []
    assert len(discovery_figure(against).axes) == 2


@pytest.mark.parametrize(
    ("page", "command", "save", "what"),
    [
        ("howto_find_what_matters.md", exploring.sensitivity, save_sensitivity, "sobol"),
        ("howto_find_where_it_fails.md", exploring.discover, save_discovery, "found"),
    ],
)
def test_the_pages_name_every_file_column_and_option(page, command, save, what, request, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.report.sensitivity.write_origin", lambda *_: None)
    monkeypatch.setattr("sim.report.discovery.write_origin", lambda *_: None)
    text = (pages.ROOT / "docs" / page).read_text(encoding="utf-8")
    written = list(save(request.getfixturevalue(what), tmp_path / "out").iterdir())
    columns = {name for path in written if path.suffix == ".csv" for name in pd.read_csv(path, encoding="utf-8-sig")}
    options = {f"--{name.replace('_', '-')}" for name in inspect.signature(command).parameters if name != "folder"}
    names = {*columns, *options, *(path.name for path in written)} - set(NAMES)
    assert not [name for name in sorted(names) if not re.search(rf"`{re.escape(name)}\b", text)]
