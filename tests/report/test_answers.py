"""The contingency map and the audit for reading: what is said first, what tables hold, figures that can be read."""

import io
import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from rich.console import Console

from sim.analysis.arms import ComparisonError
from sim.analysis.audit import audit
from sim.analysis.contingency import contingency
from sim.report.audit import audit_tables, audit_words, ordinal
from sim.report.audit_figure import audit_figure
from sim.report.contingency import map_tables, map_words
from sim.report.contingency_figure import contingency_figure, too_large
from tests.analysis.test_audit import means
from tests.analysis.test_contingency import by_mode_of_the_ward
from tests.answers import Known, design
from tests.arms import MadeUp, factorial


@pytest.fixture(scope="module")
def mapped():
    return contingency(Known(design(), by_mode_of_the_ward))


@pytest.fixture(scope="module")
def audited():
    return audit(Known(design(), means))


@pytest.fixture(scope="module")
def large():
    """Ten styles and two degrees of devolution in eight settings of three modes."""
    return contingency(MadeUp(factorial()))


def shown(tables, width=160):
    console = Console(width=width, record=True, file=io.StringIO())
    for table in tables:
        console.print(table)
    return re.sub(" +", " ", console.export_text())


def off_the_page(figure):
    """Texts that run off the page, and pairs of names of rows or columns that lie on each other."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    texts = [*figure.texts]
    for axes in figure.axes:
        texts += [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts]
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in texts if text.get_text()]
    off = [words for words, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width + 1 or box.y1 > height]
    return off + [(a, b) for k, (a, one) in enumerate(boxes) for b, other in boxes[:k] if one.overlaps(other)]


def test_the_map_says_its_ledger_what_is_best_where_and_what_a_mismatch_costs(mapped):
    words = list(map_words(mapped))
    assert words[0].startswith(
        "By preventable adverse events, per 1,000 bed-days (true ledger: what happened); lower is better. 6 choices of "
        "style and devolution, across 2 settings of goal congruence; 12 replications in pairs."
    )
    assert words[1].startswith("Repetitive care: best mean with directive, devolution 0.2, ")
    assert words[1].endswith("; best in 100% of resampled experiments. All others are told apart from it.")
    assert "No one choice is best everywhere: each is told apart from the best somewhere." in words
    (dearest,) = [line for line in words if "dearest mismatch" in line]
    assert re.search(
        r"directive, devolution 0.2, best for repetitive care, costs 3.0 .* in unconstrained care", dearest
    )


def test_few_runs_without_an_event_are_not_said_to_be_certain():
    never = Known(design(), lambda levels, *_: float(levels["style"] != "coaching"), 4, spread=0.0, shared=0.0)
    words = " ".join(map_words(contingency(never)))
    assert "0 in each of 4 replications, which are too few for an interval; best in" in words


def test_a_map_by_what_was_recorded_says_so():
    found = contingency(Known(design(), by_mode_of_the_ward), outcome="incident_reports", better="lower")
    words = " ".join(map_words(found))
    assert "incident reports, per 1,000 bed-days (observed ledger: what was recorded)" in words
    assert "This is what was recorded: `microsystem audit` says" in words


def test_few_replications_and_nothing_told_apart_are_said_plainly():
    found = contingency(Known(design(), lambda *_: 20.0, replications=3, spread=2.0, seed=1))
    words = " ".join(map_words(found))
    assert "this experiment does not say which to choose" in words
    assert "3 replications are few. Raise replications in the design" in words
    one = contingency(Known(design(), lambda *_: 20.0, replications=1))
    assert "One replication says nothing about luck" in " ".join(map_words(one))
    assert set(one.table.standing) == {"not known"}
    shown(map_tables(one))
    contingency_figure(one)


@pytest.mark.parametrize("width", [110, 160])
def test_tables_of_a_map_show_regret_with_its_interval_and_fit(mapped, width):
    text = shown(map_tables(mapped), width)
    assert max(map(len, text.splitlines())) <= width
    row = mapped.of("repetitive").set_index("choice").loc[3]  # coaching, devolution 0.8
    assert re.search(rf"coaching, devolution 0.8 .* {row.regret:.1f} \({row.regret_low:.1f} to", text)
    assert "Best in each setting" in text
    assert re.search(r"Every mode alike: ", text)


def test_an_arm_that_is_turned_over_is_said_in_words_with_both_differences(audited):
    words = [line.strip() for line in audit_words(audited)]
    (coaching, *_) = [line for line in words if line.startswith("Coaching looks")]
    assert coaching.startswith(
        "Coaching looks 3rd of 3 (surely) by the record and is 1st of 3 (surely) by what happened; "
        "laissez faire looks 2nd of 3 (surely) by the record and is 3rd of 3 (surely) by what happened. "
    )
    assert re.search(
        r"Beside laissez faire it looks worse, \+3\.0 \(.*\) per 1,000 bed-days, and is better, −4\.0 \(", coaching
    )
    (heading, *_) = [line for line in words if line.startswith("Incident reports")]
    assert "(observed ledger: what was recorded), read as if fewer were better" in heading
    assert "(true ledger: what happened), fewer being better" in heading
    of_reports = words[words.index(heading) + 1 : words.index("", words.index(heading))]
    pairs = [each.split(". ")[0] for each in of_reports if each.startswith(("Coaching looks", "Directive looks"))]
    assert len(pairs) == 2
    assert not [each for each in of_reports if each.startswith("Laissez faire looks")]
    assert any("1 stand in the same order in both ledgers, 2 turned over, 0 not told" in line for line in words)
    assert any("picks directive; that costs 2.0" in line for line in words)
    assert any("picks coaching; that is the best one" in line for line in words)


def test_no_sentence_says_that_an_order_is_turned_over_where_none_is():
    found = audit(Known(design(), lambda *_: 20.0, replications=8, spread=2.0))
    words = " ".join(audit_words(found))
    assert "Beside" not in words
    assert "none has an order that is sure in both ledgers" in words


@pytest.mark.parametrize("width", [120, 160])
def test_tables_of_an_audit_fit_and_name_what_looks_best(audited, width):
    text = shown(audit_tables(audited), width)
    assert max(map(len, text.splitlines())) <= width
    assert re.search(r"every mode alike −0.33 \(−0.33 to −0.33\)", text)
    assert text.count("turned over with others") or text.count("with others") == 1


def test_figures_can_be_read(mapped, audited, large):
    for figure in (contingency_figure(mapped), contingency_figure(large), audit_figure(audited)):
        assert not off_the_page(figure)


def test_a_scale_says_what_the_darkest_cell_of_a_map_costs(mapped):
    figure = contingency_figure(mapped)
    (scale,) = (axes for axes in figure.axes if axes.get_gid() == "scale")
    drawn = [axes.images[0] for axes in figure.axes if axes.get_gid() != "scale"]
    most = max(float(np.max(image.get_array())) for image in drawn)
    assert {image.get_clim() for image in drawn} == {(0, most)}
    assert scale.images[0].get_cmap() == drawn[0].get_cmap()
    assert f"{most:.1f} per 1,000 bed-days" in [text.get_text() for text in figure.texts]


def test_long_names_of_one_factor_are_told_apart_in_the_figure_of_an_audit():
    names = ["devolved_with_both", "devolved_with_both_and_overrides", "devolved_with_both_and_overrides_later"]
    options = {name: {"dials.devolution": 0.1 * place} for place, name in enumerate(names, start=1)}
    made = Known(design(False, styles=None, levers={"strategy": {"options": options}}), lambda *_: 20.0)
    figure = audit_figure(audit(made, ranked=["strategy"]))
    axes = next(axes for axes in figure.axes if axes.get_gid() == "voice-felt_safe")
    shown = {text.get_text().replace("\n", " ") for text in axes.texts}
    assert {name.replace("_", " ") for name in names} <= shown
    assert not off_the_page(figure)


def test_names_that_look_like_formulas_or_markup_are_written_as_they_are():
    made = Known(design(), means)
    made.arms = made.arms.replace({"mode": {"repetitive": "$x_{$", "unconstrained": "[bold]$"}})
    made.arms = made.arms.replace({"dials.goal_congruence": {0.3: "$q_{$", 0.8: "$$"}})
    for figure in (contingency_figure(contingency(made)), audit_figure(audit(made))):
        FigureCanvasAgg(figure).draw()
    assert "[bold]$" in shown(map_tables(contingency(made)))
    assert "[bold]$" in shown(audit_tables(audit(made)))


def test_marks_of_a_map_are_those_of_its_table(mapped):
    axes = next(axes for axes in contingency_figure(mapped).axes if axes.get_gid() == "map")
    filled = [line for line in axes.lines if line.get_markerfacecolor() != "none" and line.get_marker() == "o"]
    assert len(filled) == len(mapped.groups)
    drawn = axes.images[0].get_array()
    assert drawn.shape == (6, 3)
    assert float(np.max(drawn)) == pytest.approx(mapped.table[mapped.table.setting == -1].regret.max())


def test_lines_of_arms_that_are_turned_over_are_coloured(audited):
    figure = audit_figure(audited)
    axes = {axes.get_gid(): axes for axes in figure.axes}
    of_reports = [line.get_color() for line in axes["preventable_events-incident_reports"].lines]
    of_survey = [line.get_color() for line in axes["voice-felt_safe"].lines]
    assert of_reports.count("#D55E00") == 3
    assert "#D55E00" not in of_survey


def test_too_many_choices_for_a_figure_are_refused_with_the_way_to_choose():
    made = MadeUp(factorial())
    found = contingency(made, chosen=["style", "devolution", "goal_congruence", "target_pressure"])
    assert too_large(found).startswith("80 choices in 4 groups are more than the 40")
    with pytest.raises(ComparisonError, match="--choose FACTOR"):
        contingency_figure(found)


def test_places_are_written_as_people_say_them():
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 102)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd",
    ]  # fmt: skip
