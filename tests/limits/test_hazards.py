"""Latent hazards are a birth–death process: arise at a steady rate, go one by one, and feed errors of their kind."""

import numpy as np
import pytest

from sim.state.chance import Chance
from sim.state.ledgers import STAFFING
from sim.state.parameters import settings
from sim.state.rows import WARD
from sim.state.vocabulary import CHANCES, DOSE_SLIP, HAZARD, MADE, PERSON, STEP_SLIP
from sim.ward.hazards import FED_BY_HAZARDS, hazards_arise_and_go
from tests.limits.bench import Scenario, changed, only, run, share_error, small, wards


def test_hazards_settle_where_as_many_arise_as_go():
    """Mean arise / go and, as in a Poisson distribution, a variance equal to it."""
    arise, go, days, warm_up = 1.2, 0.3, 3 * 365, 60
    scenario = changed(
        wards(12, wards__six_beds__arrivals_per_day=0.0),
        {"errors.hazards_arise": arise, "errors.hazards_go": go} | only("latent_hazards"),
    )
    state = run(scenario, warm_up + days)
    alive = state.series["hazards"][warm_up:]
    # A count of this process forgets itself in 1 / go days, so independent counts are a day in two of those.
    independent = alive.size * go / 2
    expected = arise / go
    assert alive.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / independent))
    # The variance of a Poisson count has variance (expected + 2 expected²) / n, and forgets twice as fast.
    assert alive.var() == pytest.approx(expected, abs=4 * np.sqrt((expected + 2 * expected**2) / independent))
    gone = state.staffing["hazards_gone"].sum()
    arisen = state.staffing["hazards_arisen"].sum()
    assert arisen - gone == state.wards["hazards"].sum() - 12  # each ward began with one
    assert arisen / alive.shape[1] / (warm_up + days) == pytest.approx(arise, rel=4 / np.sqrt(arisen))


def test_each_kind_of_hazard_arises_and_goes_alike():
    p = settings({"errors.hazards_arise": 10.0, "errors.hazards_go": 1.0}, {})
    ward, staffing = WARD.table(1)[0], STAFFING.table(1)[0]
    ward.identity = 1
    total = np.zeros(len(ward.hazards))
    hours = 6_000
    for hour in range(hours):
        hazards_arise_and_go(ward, staffing, p, Chance(1, hour))
        total += ward.hazards
    mean = total[list(FED_BY_HAZARDS)] / hours
    # Ten alive, two of each kind; independent counts come every two days.
    assert mean == pytest.approx(2.0, abs=4 * np.sqrt(2 / (hours / 48)))
    assert total.sum() == pytest.approx(total[list(FED_BY_HAZARDS)].sum())


def test_each_hazard_feeds_errors_of_its_own_kind():
    feeds, slips = 0.04, 0.3
    content = changed(
        wards(3),
        {
            "errors.hazard_feeds": feeds,
            "errors.hazards_arise": 0.0,
            "errors.hazards_go": 0.0,
            "errors.by_skill": 0.0,
            "errors.rate.dose_slip": slips,
        }
        | only("slips", "latent_hazards"),
    ).model_dump(mode="json", exclude_none=True)
    hazards = (0, 2, 6)
    for index, number in enumerate(hazards):
        content["wards"][f"ward_{index}"]["hazards"] = {"dose_slip": number}
    funnel = run(Scenario.model_validate(content), 4 * 365).funnel.sum(axis=1)
    for index, number in enumerate(hazards):
        stages = funnel[index, DOSE_SLIP]
        chances = stages[PERSON, CHANCES]
        assert chances > 5_000
        share = (1 - slips) * number * feeds  # a hand that slips first needs no hazard
        assert stages[HAZARD, MADE] / chances == pytest.approx(share, abs=4 * share_error(share, chances))
        assert stages[PERSON, MADE] / chances == pytest.approx(slips, abs=4 * share_error(slips, chances))
        assert funnel[index, STEP_SLIP, HAZARD, MADE] == 0


def test_without_the_switch_hazards_neither_come_nor_feed():
    state = run(changed(small(), only("slips") | {"errors.hazard_feeds": 1.0, "errors.hazards_arise": 10.0}), 60)
    assert state.funnel[..., HAZARD, :].sum() == 0
    assert state.wards["hazards"].sum() == 1
