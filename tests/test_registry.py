"""Every parameter says where its number comes from, or why it is assumed, and may take more than one value."""

import re
from typing import get_args

import pytest

from sim.calibration.levels import NAMES
from sim.state.parameters import PARAMETERS
from sim.state.parameters.registry import Grade

FEWEST_WORDS = 4
WITHOUT_REASON = re.compile(r"(?:^|[;,:] )(?:[\w ]+ )?assumed$")


def field_of(name: str) -> str:
    """The parameter's field, which the elements of a vector share: `errors.rate` of `errors.rate.dose_slip`."""
    return ".".join(name.split(".")[:2])


# Levels that are calibrated have their reason from the fit; elements of a vector share the text of their field.
CALIBRATED = {field_of(name) for name in NAMES}


def gives_reason(source: str) -> bool:
    """Whether a source says more than that a number is assumed."""
    return len(source.split()) >= FEWEST_WORDS and not WITHOUT_REASON.search(source)


def test_every_source_gives_a_reason():
    without = {
        name: parameter.source
        for name, parameter in PARAMETERS.items()
        if field_of(name) not in CALIBRATED and not gives_reason(parameter.source)
    }
    assert not without


@pytest.mark.parametrize(
    "source", ["assumed", "as above", "Rogers 2004 for the form; size assumed", "by rank, assumed"]
)
def test_a_bare_assumption_is_noticed(source):
    assert not gives_reason(source)


def test_every_source_is_one_line_without_a_full_stop():
    untidy = [name for name, parameter in PARAMETERS.items() if not re.fullmatch(r"\S.*[^\s.]", parameter.source)]
    assert not untidy


def test_every_grade_is_one_of_three():
    assert set(get_args(Grade)) == {"literature", "calibrated", "assumed"}
    assert {parameter.grade for parameter in PARAMETERS.values()} <= set(get_args(Grade))


def test_every_default_lies_in_a_range_of_more_than_one_point():
    wrong = [
        name
        for name, parameter in PARAMETERS.items()
        if not (parameter.low < parameter.high and parameter.low <= parameter.default <= parameter.high)
    ]
    assert not wrong
