"""Latent hazards are a birth–death process: arise at a steady rate, go one by one, and feed errors of their kind."""

import numpy as np
import pytest

from sim.state.chance import Chance
from sim.state.ledgers import STAFFING
from sim.state.parameters import settings
from sim.state.rows import MOST_HAZARDS, WARD
from sim.state.vocabulary import CHANCES, DOSE_SLIP, HAZARD, MADE, NO_HAZARD, PERSON, STEP_SLIP
from sim.ward.hazards import FED_BY_HAZARDS, arises, counts_load, culprit, hazards_arise_and_go
from sim.ward.improvement import improves
from tests.limits.bench import (
    EVERY_HOUR_OF_THE_WEEK,
    Scenario,
    changed,
    heeding,
    only,
    outspoken,
    run,
    share_error,
    small,
    wards,
)


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
    ward.identity, ward.hazard_kind[:] = 1, NO_HAZARD
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
    state = run(Scenario.model_validate(content), 4 * 365)
    funnel = state.funnel.sum(axis=1)
    for index, number in enumerate(hazards):
        stages = funnel[index, DOSE_SLIP]
        chances = stages[PERSON, CHANCES]
        assert chances > 5_000
        load = state.wards["hazard_size"][index][state.wards["hazard_kind"][index] == DOSE_SLIP].sum()
        assert state.wards["hazards"][index, DOSE_SLIP] == number
        share = (1 - slips) * load * feeds  # a hand that slips first needs no hazard
        assert stages[HAZARD, MADE] / chances == pytest.approx(share, abs=4 * share_error(share, chances))
        assert stages[PERSON, MADE] / chances == pytest.approx(slips, abs=4 * share_error(slips, chances))
        assert funnel[index, STEP_SLIP, HAZARD, MADE] == 0


def test_without_the_switch_hazards_neither_come_nor_feed():
    state = run(changed(small(), only("slips") | {"errors.hazard_feeds": 1.0, "errors.hazards_arise": 10.0}), 60)
    assert state.funnel[..., HAZARD, :].sum() == 0
    assert state.wards["hazards"].sum() == 1


def raising(sees, heeds=1.0, speaks=0.9):
    """A ward with five hazards for doses that neither arise nor go, and a manager who is always there."""
    return changed(
        small(wards__six_beds__hazards={"dose_slip": 5}),
        {
            "staffing.few.ward_manager.shifts": EVERY_HOUR_OF_THE_WEEK,
            "mechanisms.absence": False,
            "mechanisms.learned_voice": False,
            "mechanisms.leadership": False,
            "mechanisms.patches": False,
            "errors.hazard_feeds": 0.2,
            "errors.hazards_arise": 0.0,
            "errors.hazards_go": 0.0,
            "voice.sees_hazard": sees,
            "voice.stake_in_hazard": 1.0,
            **outspoken(speaks),
            **heeding(heeds),
        },
    )


@pytest.mark.parametrize(("sees", "heeds", "left"), [(1.0, 1.0, 0), (0.0, 1.0, 5), (1.0, 0.0, 5)])
def test_hazards_that_are_raised_and_taken_up_are_mended(sees, heeds, left):
    state = run(raising(sees, heeds=heeds), 60)
    assert state.wards["hazards"].sum() == left
    assert state.staffing["hazards_mended"].sum() == 5 - left
    raised = state.true["hazards_raised"].sum()
    if sees == 0.0:
        assert raised == 0
    else:
        assert raised >= 5
    # With hazards gone, nothing goes wrong by them any more.
    by_hazard = state.funnel[..., DOSE_SLIP, HAZARD, MADE].sum()
    assert by_hazard < 40 if left == 0 else by_hazard > 200


def test_design_settles_where_ideas_make_good_what_erodes():
    """An idea a day that works against a steady loss: the mean of both, whatever the design was at first."""
    gains, erodes = 0.05, 0.12
    p = settings({"modes.idea_improves": gains, "modes.design_erodes": erodes}, {})
    staffing = STAFFING.table(1)[0]
    kept = (1 - erodes / 24) ** 24
    for begins in (0.0, 1.0):
        ward = WARD.table(1)[0]
        ward.hazard_kind[:] = NO_HAZARD
        ward.pathway_design = begins
        for day in range(400):
            ward.ideas_that_work = 1
            for hour in range(24):
                improves(ward, staffing, p, Chance(1, day * 96 + hour * 4))
            assert ward.ideas_that_work == 0
        assert ward.pathway_design == pytest.approx(kept * gains / (1 - kept * (1 - gains)), rel=1e-6)


def test_ideas_are_had_and_taken_up_as_often_as_parameters_say():
    has, heeds = 0.02, 0.6
    scenario = changed(raising(0.0, heeds=heeds), {"voice.has_idea": has, "voice.stake_in_idea": 1.0})
    state = run(scenario, 200)
    contacts = sum(people["contacts"].sum() for people in (state.nurses, state.doctors, state.pharmacists))
    raised, taken_up = (state.true[name].sum() for name in ("ideas_raised", "ideas_taken_up"))
    said = 0.9 * has
    assert raised / contacts == pytest.approx(said, abs=4 * share_error(said, contacts))
    assert taken_up / raised == pytest.approx(heeds, abs=4 * share_error(heeds, raised))


def test_sizes_of_hazards_are_exponential_and_visibility_is_independent_of_size():
    p = settings({}, {})
    sizes, visible = [], []
    for number in range(60):
        ward = WARD.table(1)[0]
        ward.identity, ward.hazard_kind[:] = number + 1, NO_HAZARD
        for _ in range(MOST_HAZARDS):
            assert arises(ward, DOSE_SLIP, p, Chance(1, 0)) == 1
        assert arises(ward, DOSE_SLIP, p, Chance(1, 0)) == 0  # no more places
        sizes += list(ward.hazard_size)
        visible += list(ward.hazard_visible)
    number = len(sizes)
    assert np.mean(sizes) == pytest.approx(1.0, abs=4 / np.sqrt(number))
    assert np.std(sizes) == pytest.approx(1.0, abs=8 / np.sqrt(number))
    assert abs(np.corrcoef(sizes, visible)[0, 1]) < 4 / np.sqrt(number)


def test_the_larger_a_hazard_the_likelier_it_is_the_culprit():
    ward = WARD.table(1)[0]
    ward.hazard_kind[:] = NO_HAZARD
    ward.hazard_kind[:4] = (DOSE_SLIP, STEP_SLIP, DOSE_SLIP, DOSE_SLIP)
    ward.hazard_size[:4] = (1.0, 5.0, 3.0, 6.0)
    ward.hazard_patched_until[3] = 100  # hidden: it feeds nothing
    counts_load(ward, Chance(1, 50))
    assert ward.hazard_load[DOSE_SLIP] == 4.0
    draws = (np.arange(400) + 0.5) / 400
    found = np.bincount([culprit(ward, DOSE_SLIP, draw, 50) for draw in draws], minlength=4) / 400
    assert found.tolist() == [0.25, 0.0, 0.75, 0.0]
    counts_load(ward, Chance(1, 100))  # the patch wears off
    assert ward.hazard_load[DOSE_SLIP] == 10.0


def test_a_patch_hides_a_hazard_for_as_long_as_it_lasts_and_mends_nothing():
    lasts = 10
    scenario = changed(
        raising(1.0, heeds=0.0), {"mechanisms.patches": True, "voice.patches": 1.0, "voice.patch_lasts": lasts}
    )
    state = run(scenario, 200)
    assert state.wards["hazards"].sum() == 5
    assert state.staffing["hazards_mended"].sum() == 0
    patched = state.staffing["hazards_patched"].sum()
    assert patched > 20
    # While it is patched a hazard spoils nothing, so it is patched at most once in that time.
    assert patched <= 5 * (200 // lasts + 1)
    without = run(raising(1.0, heeds=0.0), 200)
    by_hazard = [s.funnel[..., DOSE_SLIP, HAZARD, MADE].sum() for s in (state, without)]
    assert by_hazard[0] < 0.7 * by_hazard[1]
