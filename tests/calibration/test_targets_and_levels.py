import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.outcomes import BY_NAME
from sim.calibration.levels import LEVELS, NAMES, at, places_of
from sim.calibration.targets import misfits, targets
from sim.state.parameters import PARAMETERS

MODULES_OF_LEADING = {"leadership", "control", "goals", "dials"}


def test_every_figure_is_measured_by_an_observer_and_lies_in_its_interval():
    assert [target.id for target in targets()] == [f"T{number}" for number in range(1, 19) if number != 6]
    for target in targets():
        assert BY_NAME[target.outcome].ledger == "observed", target.id
        assert target.low < target.figure < target.high, target.id
        assert target.source, target.id
        assert target.confirmed, target.id


def test_misfits_are_in_standard_errors_of_the_side_on_which_they_fall():
    (target,) = (each for each in targets() if each.id == "T9")  # 5, from 2.5 to 11.4
    values = np.array([[5.0], [2.5], [11.4], [8.2]])
    assert misfits(values, [target])[:, 0] == pytest.approx([0.0, -2.0, 2.0, 1.0])


def test_a_dozen_levels_at_most_and_none_that_says_who_leads_how():
    assert len(NAMES) == len(set(NAMES)) <= 12
    assert not {name.split(".")[0] for name in NAMES} & MODULES_OF_LEADING


@pytest.mark.parametrize("level", LEVELS, ids=NAMES)
def test_ranges_are_possible_and_hold_the_default(level):
    known = PARAMETERS[level.name]
    assert known.low <= level.low < known.default < level.high <= known.high
    assert set(level.answers_for) <= {target.id for target in targets()}
    assert {PARAMETERS[name].grade for name in level.trades_with} <= {"assumed"}


def test_every_level_says_what_was_published_for_it_and_no_other_is_called_calibrated():
    graded = {name for name, parameter in PARAMETERS.items() if parameter.grade == "calibrated"}
    assert graded == set(NAMES)


@given(st.lists(st.floats(0, 1), min_size=len(LEVELS), max_size=len(LEVELS)))
def test_places_and_values_are_each_others_reverse(places):
    values = at(np.array(places))
    assert places_of(values) == pytest.approx(places, abs=1e-9)
    assert all(level.low <= value <= level.high * (1 + 1e-12) for level, value in zip(LEVELS, values, strict=True))
