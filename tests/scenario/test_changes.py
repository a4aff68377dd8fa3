"""Scenarios in Python: changing values, what stands at its default, digests, and the row for behaviours."""

import numpy as np
import pytest
from pydantic import ValidationError

from sim.scenario import ScenarioError, with_changes
from sim.state import parameters as registry

A_NUMBER = next(p for p in registry.PARAMETERS.values() if not p.label and p.default != p.high)
AN_ELEMENT = next(p for p in registry.PARAMETERS.values() if p.label and p.default != p.high)


def test_changes_reach_scenario_and_settings_and_leave_the_original_alone(small):
    before = small.digest()
    changed = with_changes(
        small,
        {
            A_NUMBER.name: A_NUMBER.high,
            f"parameters.{AN_ELEMENT.name}": np.float64(AN_ELEMENT.high),
            "mechanisms.voice": np.bool_(False),
            "wards.six_beds.beds": np.int64(5),
            "staffing.few.nurses.shifts.0.hours": 11.5,
        },
    )
    assert changed.wards["six_beds"].beds == 5
    assert changed.staffing["few"]["nurses"].shifts[0].hours == 11.5
    assert changed.changed_parameters() == {A_NUMBER.name: A_NUMBER.high, AN_ELEMENT.name: AN_ELEMENT.high}
    assert not changed.mechanisms["voice"]
    assert changed.mechanisms["fatigue"]
    row = changed.settings()
    assert row[A_NUMBER.module][A_NUMBER.field] == A_NUMBER.high
    assert row[AN_ELEMENT.module][AN_ELEMENT.field][0] == AN_ELEMENT.high
    assert row["on"]["voice"] == 0
    assert row["on"]["fatigue"] == 1
    assert (small.digest(), small.changed_parameters(), small.mechanisms["voice"]) == (before, {}, True)


def test_every_parameter_reaches_its_own_place_in_the_row(small):
    shares = np.linspace(0.1, 0.9, len(registry.PARAMETERS))
    values = {
        name: parameter.low + (parameter.high - parameter.low) * share
        for (name, parameter), share in zip(registry.PARAMETERS.items(), shares, strict=True)
    }
    values.update({name: round(values[name]) for name, known in registry.PARAMETERS.items() if known.is_whole})
    ours = with_changes(small, values).settings()
    assert ours.tobytes() == registry.settings(values, {}).tobytes() != small.settings().tobytes()


def test_what_is_left_out_stands_at_its_default(small):
    assert set(small.mechanisms) == set(registry.MECHANISMS)
    assert all(small.mechanisms.values())
    assert small.settings().tobytes() == registry.settings({}, {}).tobytes()
    assert small.wards["six_beds"].hazards["care_slip"] == 0


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("wards.six_bed.beds", 5, 'wards.six_bed.beds is not known; did you mean "six_beds"?'),
        ("wards.six_beds.bedz", 5, 'wards.six_beds.bedz is not known here; did you mean "beds"?'),
        ("wards.six_beds.beds.more", 5, "wards.six_beds.beds is 6"),
        ("staffing.few.nurses.shifts.2.hours", 5, "is not known"),
        ("staffing.few.nurses.shifts.x", 5, "is not known"),
        ("", 5, "is not known"),
        (f"{AN_ELEMENT.module}.{AN_ELEMENT.field}x.a", 1, f'did you mean "{AN_ELEMENT.module}.{AN_ELEMENT.field}'),
        (A_NUMBER.name, A_NUMBER.high + 1, f"parameters.{A_NUMBER.name} is"),
        ("run.years", object(), "of a kind that scenarios do not hold (object)"),
    ],
)
def test_bad_changes_are_refused(small, key, value, message):
    with pytest.raises(ScenarioError) as caught:
        with_changes(small, {key: value})
    assert message in str(caught.value)


def test_scenarios_cannot_be_changed_in_place(small):
    with pytest.raises(ValidationError):
        small.title = "other"
    with pytest.raises(ValidationError):
        small.wards["six_beds"].beds = 3


def test_digest_tells_any_two_scenarios_apart(small):
    changes = [
        {"title": "Other"},
        {"run.seed": 2},
        {"wards.six_beds.beds": 5},
        {"mechanisms.voice": False},
        {A_NUMBER.name: A_NUMBER.high},
        {"staffing.few.nurses.shifts.0.presence": 0.5},
    ]
    digests = {with_changes(small, change).digest() for change in changes} | {small.digest()}
    assert len(digests) == len(changes) + 1
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in digests)
    assert with_changes(small, {"run.years": small.run.years}).digest() == small.digest()


def test_condition_digest_overlooks_words_seed_and_replications_only(small):
    same = {
        "title": "Other",
        "description": "Other",
        "run.seed": 2,
        "run.replications": 99,
        "wards.six_beds.title": "Other",
        "divisions.medicine.title": "Other",
    }
    assert with_changes(small, same).condition_digest() == small.condition_digest()
    for change in ({"run.years": 2}, {"run.warm_up_days": 8}, {"wards.six_beds.beds": 5}, {"mechanisms.voice": False}):
        assert with_changes(small, change).condition_digest() != small.condition_digest()


def test_there_may_be_four_thousand_wards_and_no_more(small):
    ward = small.wards["six_beds"].model_dump(mode="json")
    wards = {f"ward_{number}": ward for number in range(4_000)}
    assert len(with_changes(small, {"wards": wards}).wards) == 4_000
    with pytest.raises(ScenarioError, match="wards has 4,001 entries; it should be a table with 1 to 4,000"):
        with_changes(small, {"wards": {**wards, "one_more": ward}})


def test_things_that_are_counted_take_whole_numbers_only(small):
    with pytest.raises(ScenarioError, match=r"modes\.options is 4\.7; it should be a whole number from 2 to 8"):
        with_changes(small, {"modes.options": 4.7})
    assert with_changes(small, {"modes.options": 3.0}).settings().modes.options == 3
