"""Arms side by side for reading: what they are called, both ledgers beside each other, pages that can be read."""

import re
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from rich.console import Console

from sim.analysis.arms import ComparisonError, Runs, compare_arms
from sim.analysis.evidence import LEAST_WITHOUT_SPREAD
from sim.analysis.outcomes import BY_NAME
from sim.analysis.stored import results
from sim.experiment.store import Status
from sim.report.arm_labels import factor_words, label
from sim.report.arms import arms_heading, arms_note, arms_setting, arms_tables, how_far_it_is, too_many
from sim.report.arms_figure import arms_figure
from tests import synthetic
from tests.arms import MadeUp, by_chance, factorial
from tests.experiment import sweeps

DIALS = ("psychological_safety", "goal_congruence", "devolution", "target_pressure")
LOW = [("psychological_safety", 0.3), ("goal_congruence", 0.3), ("devolution", 0.2), ("target_pressure", 0.1)]


@pytest.fixture(scope="module")
def large():
    return MadeUp(factorial())


@pytest.fixture(scope="module")
def styles(large):
    """Ten styles on wards of each mode of care: 27 differences in three groups."""
    return compare_arms(large, within=["mode"], where=LOW)


@pytest.fixture(scope="module")
def dials(large):
    """Arms that differ in six factors."""
    return compare_arms(large, arms=range(1, 440, 11))


def written(comparison, width):
    console = Console(width=width, record=True, file=StringIO())
    for table in arms_tables(comparison, width):
        console.print(table)
    return [line.rstrip() for line in console.export_text().splitlines()]


def texts(figure):
    said = [text.get_text() for text in figure.texts]
    return said + [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]


def overlaps(figure):
    """Pairs of texts on the page that lie on each other, and texts that run off it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    shown = [*figure.texts, *(label for axes in figure.axes for label in axes.get_yticklabels())]
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in shown if text.get_text()]
    width, height = canvas.get_width_height()
    off = [words for words, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    pairs = [(a, b) for k, (a, one) in enumerate(boxes) for b, other in boxes[:k] if one.overlaps(other)]
    return off + pairs


def test_arms_are_called_by_what_sets_them_apart_and_the_rest_is_said_once(styles):
    labels = label(styles)
    assert labels.arms[49] == "visionary"
    assert labels.groups == {0: "mode repetitive", 1: "mode constrained", 2: "mode unconstrained"}
    assert labels.shared == "psychological safety 0.3, goal congruence 0.3, devolution 0.2, target pressure 0.1"
    assert labels.shared in arms_setting(styles)
    assert arms_heading(styles) == "Each arm less “directive”, within each mode"


def test_of_many_factors_levels_stand_under_their_names_and_no_two_arms_read_the_same(dials):
    labels = label(dials)
    assert labels.heading == "style, psychological safety, goal congruence, devolution, target pressure, mode"
    assert labels.arms[1] == "directive 0.3 0.3 0.2 0.1 constrained"
    assert len(set(labels.arms.values())) == len(labels.arms) == 41
    assert arms_heading(dials).startswith("Each arm less arm 0, “directive, psychological safety 0.3, ")


def test_truth_values_are_on_or_off_and_numbers_without_noise(tmp_path):
    levers = {"dials.devolution": [0.1 + 0.2, 0.8], "dials.hold": [True, False]}
    found = results(sweeps.swept(tmp_path / "x", sweeps.design(2, levers=levers)).folder)
    assert label(compare_arms(found)).arms[1] == "devolution 0.3, hold off"


def test_factors_are_called_by_as_much_of_their_key_as_sets_them_apart():
    keys = ("style", "dials.devolution.admissions", "wards.ash.beds", "wards.oak.beds", "errors.rate.dose_slip")
    assert list(factor_words(keys).values()) == [
        "style", "admissions devolution", "ash beds", "oak beds", "dose slip",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [120, 150])
def test_what_happened_stands_beside_what_was_recorded(styles, width):
    lines = written(styles, width)
    assert max(map(len, lines)) <= width
    (first, *_) = [place for place, line in enumerate(lines) if "What happened" in line]
    assert re.search(r"What happened +What was recorded", lines[first])
    assert re.search(r"Errors: reached the patient +Incident reports", lines[first + 1])
    assert re.search(r"per 1,000 bed-days; 10 pairs; × \S+ +per 1,000 bed-days; 10 pairs", lines[first + 2])
    (harmed,) = [line for line in lines if "Patients harmed" in line]
    assert "Stays with an adverse event" in harmed


def test_a_row_of_the_table_has_the_number_that_the_option_takes_and_both_differences(styles):
    line = next(line for line in written(styles, 150) if re.match(r" +49 +visionary", line))
    row = styles.table[(styles.table.arm == 49)].set_index("outcome")
    for name in ("errors_reached", "incident_reports"):
        assert f"{row.difference[name]:+.1f} (".replace("-", "−") in line
    first = next(line for line in written(styles, 150) if "directive" in line)
    assert first.count("reference") == 2


def test_shares_of_patients_are_shown_among_a_thousand(styles):
    lines = written(styles, 150)
    assert any("per 1,000 stays over a day" in line for line in lines)
    assert not any("% of stays" in line for line in lines)
    line = [line for line in lines if re.match(r" +49 +visionary", line)][3]  # the fourth table: deaths
    mean = 10 * styles.table[(styles.table.arm == 49) & (styles.table.outcome == "mortality")].of_arm.iloc[0]
    assert f" {mean:,.0f} " in line
    drawn = next(axes for axes in arms_figure(styles).axes if axes.get_gid() == "mortality")
    dots = np.concatenate([line.get_xdata() for line in drawn.lines if line.get_marker() == "o"])
    assert sorted(dots) == pytest.approx(sorted(10 * styles.table[styles.table.outcome == "mortality"].difference))


def test_a_figure_of_many_arms_is_a_page_on_which_nothing_lies_on_anything_else(styles, dials):
    for comparison in (styles, dials):
        figure = arms_figure(comparison)
        assert overlaps(figure) == []
        width, height = figure.get_size_inches()
        assert width <= 22
        assert height <= 16
        labels = label(comparison)
        said = " ".join(" ".join(texts(figure)).split())
        for arm, words in labels.arms.items():
            assert f"{arm} {words}" in said


def test_a_figure_of_few_arms_is_as_small_as_they_are():
    one = synthetic.results(6)
    figure = arms_figure(compare_arms(Runs({"usual": one, "A longer name, " * 12: synthetic.unlike(one)})))
    assert overlaps(figure) == []
    assert figure.get_size_inches()[1] < 8


def test_titles_of_panels_stand_whole_above_them():
    one = synthetic.results(2)
    longest = ["sent_early", "felt_heard", "moved_on", "medication_errors_found"]
    figure = arms_figure(compare_arms(Runs({"usual": one, "unlike": synthetic.unlike(one)}), outcomes=longest))
    assert overlaps(figure) == []
    said = " ".join(texts(figure))
    assert not [name for name in longest if BY_NAME[name].whole_title not in said]


def test_counterparts_are_neighbours_in_the_figure_each_under_its_ledger(styles):
    figure = arms_figure(styles)
    places = {axes.get_gid(): axes.get_position() for axes in figure.axes}
    true, observed = places["errors_reached"], places["incident_reports"]
    assert true.y0 == observed.y0
    assert 0 < observed.x0 - true.x1 < 0.02
    said = [text.get_text() for text in figure.texts]
    assert said.count("What happened") == 3
    assert said.count("What was recorded") == 4


def test_each_group_has_its_reference_at_nought(styles):
    names = [label.get_text().split("  ")[-1] for label in arms_figure(styles).axes[0].get_yticklabels()]
    assert names[:3] == ["mode repetitive", "directive (reference)", "visionary"]
    assert names.count("directive (reference)") == 3
    assert len(names) == 27 + 3 + 3


def test_too_many_arms_or_outcomes_are_refused_with_the_way_to_choose(large, styles):
    comparison = compare_arms(large, outcomes=["mortality"])
    with pytest.raises(ComparisonError, match="479 arms are more than the 40 that can be shown: choose with --arm"):
        arms_figure(comparison)
    assert "--where FACTOR=LEVEL (style, dials.psychological_safety" in too_many(comparison)
    assert too_many(styles) == ""
    many = replace(styles, table=styles.table.assign(outcome=[f"o{k}" for k in range(len(styles.table))]))
    assert "choose with --outcome NAME" in too_many(many)


def test_an_unfinished_experiment_says_so_on_its_figure(styles):
    unfinished = replace(styles, progress=Status(9_000, 2_250, 3, {}))
    words = "2,250 of 9,000 runs are done, 3 of them failed; 6,750 left."
    assert how_far_it_is(unfinished) == words
    assert words in texts(arms_figure(unfinished))
    whole = replace(styles, progress=Status(9_000, 9_000, 0, {}))
    assert how_far_it_is(whole) == "9,000 of 9,000 runs are done, 0 of them failed; 0 left."
    assert how_far_it_is(whole) not in texts(arms_figure(whole))


def test_few_pairs_without_spread_are_drawn_as_unsure_and_have_no_interval():
    def constant(arm, outcome):
        return np.linspace(3, 7, LEAST_WITHOUT_SPREAD - 1) + arm

    comparison = compare_arms(MadeUp(factorial(), constant), arms=[1, 2], outcomes=["mortality"])
    line = next(line for line in written(comparison, 150) if re.match(r" +1 ", line))
    assert re.search(r"\+10\.0 +\+0\.\d+ +not known: \+1", line)
    marks = {line.get_markerfacecolor(): len(line.get_xdata()) for line in arms_figure(comparison).axes[0].lines}
    assert (marks["white"], marks["#0072B2"]) == (2, 0)


def test_a_filled_mark_is_a_difference_after_correction():
    def apart(arm, outcome):
        return by_chance(0, outcome) + 10 * (arm == 1) + 0.01 * by_chance(arm, outcome)

    comparison = compare_arms(MadeUp(factorial(), apart), arms=[1, 2], outcomes=["mortality"])
    assert comparison.table.verdict.tolist()[0] == "higher, which is worse"
    marks = {line.get_markerfacecolor(): list(line.get_ydata()) for line in arms_figure(comparison).axes[0].lines}
    assert marks["#0072B2"] == [1]
    assert marks["white"] == [2]


def test_a_comparison_says_how_wards_are_led_but_for_what_arms_change(large):
    comparison = compare_arms(large, arms=[3])
    assert arms_setting(comparison).startswith("But for what arms change: led by ward managers, pace-setting. All ")
    unknown = replace(comparison, scenario=None)
    assert "of another version" in arms_setting(unknown)
    assert "Holm" in arms_note(comparison)
