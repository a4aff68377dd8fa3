"""The lead's week: the same hours under every style, spent as the style says, and lost where nobody is there."""

from typing import Any

import numpy as np
import pytest

from sim.leadership.week import activity_for, first_who_is_free, is_leading_hour, looks_at_patient, who_leads_today
from sim.scenario import Scenario
from sim.state.chance import LEADING, Chance, luck
from sim.state.parameters import settings
from sim.state.rows import LEAD, STAFF
from sim.state.vocabulary import (
    ACTIVITIES,
    BED,
    CHASE,
    CONSTRAINED,
    DIVISION_MANAGER,
    LEADING_WEEK,
    LEADS,
    LED_BY_SEVERAL,
    MODES,
    PAPERWORK,
    SENIOR_NURSE,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_WEEK,
    WARD_MANAGER,
)
from tests.limits.bench import EVERY_HOUR_OF_THE_WEEK, build_state, changed, run, small, without

HOURS = dict(zip(ACTIVITIES, (1, 2, 3, 4, 0, 2, 1, 1.5, 2.5, 1, 2), strict=True))


def styled(
    hours: dict[str, float] | None = None, manner: Any = None, stance: Any = None, **leadership: Any
) -> Scenario:
    """Six beds whose lead, the ward manager, is always at work, with a style of our own."""
    content = small().model_dump(mode="json", exclude_none=True)
    style = content["styles"][content["leadership"]["style"]]
    style["hours"] = hours or HOURS
    style["manner"] |= manner or {}
    style["stance"] |= stance or {}
    content["leadership"] |= leadership
    content["staffing"]["few"]["ward_manager"]["shifts"] = EVERY_HOUR_OF_THE_WEEK
    return changed(Scenario.model_validate(content), without("absence"))


def test_a_week_has_twenty_hours_of_leading_spent_as_the_style_says():
    weeks = 60
    # Nobody brings the manager anything, so that no time is taken up by other things.
    state = run(changed(styled(), without("ideas", "raised_hazards")), 7 * weeks)
    due, done = (state.staffing[name].sum() for name in ("led_hours_due", "led_hours"))
    hours = due / TICKS_PER_HOUR / weeks
    assert 0.98 * due < done <= due  # what is said in a meeting takes a little time afterwards
    spread = np.sqrt(200 * 0.4 * 0.6) / TICKS_PER_HOUR / np.sqrt(weeks)
    assert hours == pytest.approx(LEADING_WEEK, abs=4 * spread)
    led = state.true["led"].sum(axis=(0, 1))
    assert led.sum() == state.staffing["led_hours"].sum()
    for activity, share in enumerate(np.array(list(HOURS.values())) / LEADING_WEEK):
        error = np.sqrt(share * (1 - share) / led.sum())
        assert led[activity] / led.sum() == pytest.approx(share, abs=4 * error)


def test_a_week_is_lost_while_nobody_is_there_to_lead_and_what_was_missed_is_made_up():
    absent = styled()
    for hours, least, most in ((2, 0.4, 0.5), (4, 0.75, 1.0), (10, 0.97, 1.0)):
        shifts = [{"start": "08:00", "hours": hours, "weekday": 1, "weekend": 0}]
        led = run(changed(absent, {"staffing.few.ward_manager.shifts": shifts}), 200).staffing
        share = led["led_hours"].sum() / led["led_hours_due"].sum()
        assert least < share <= most, f"{5 * hours} hours a week, of which 20 are for leading"
    nobody = run(changed(absent, without("leadership")), 30)
    assert nobody.staffing["led_hours_due"].sum() == nobody.true["led"].sum() == 0


def test_a_lead_of_a_division_is_on_each_ward_for_its_share_of_the_week():
    content = styled(level="division").model_dump(mode="json", exclude_none=True)
    content["wards"] = {f"ward_{index}": content["wards"]["six_beds"] for index in range(4)}
    state = run(Scenario.model_validate(content), 200)
    assert (state.leads["presence"] == 0.25).all()
    due = state.staffing["led_hours_due"] / TICKS_PER_HOUR / (200 / 7)
    assert due == pytest.approx(LEADING_WEEK / 4, rel=0.15)


def test_leading_hours_are_those_of_office_days():
    hours = [is_leading_hour(tick) for tick in range(TICKS_PER_WEEK)]
    assert sum(hours) == 5 * 10 * TICKS_PER_HOUR
    assert not any(hours[5 * TICKS_PER_DAY :])


@pytest.mark.parametrize("held_by", range(len(LEADS)))
def test_a_shared_role_goes_round_day_by_day_and_another_stays(held_by):
    role = LEAD.table(1)[0]
    role.held_by = held_by
    days = [who_leads_today(role, day * TICKS_PER_DAY) for day in range(9)]
    if held_by == LED_BY_SEVERAL:
        assert [days.count(lead) for lead in range(3)] == [3, 3, 3]
    else:
        assert set(days) == {held_by}


def test_of_those_who_are_free_the_one_with_the_lowest_key_leads():
    state = build_state(small(), 1, 1)
    nurses = state.nurses
    nurses["grade"] = SENIOR_NURSE
    p, now = settings({}, {}), Chance(1, 40)
    assert first_who_is_free(nurses, SENIOR_NURSE, p, now) == -1
    nurses["on_shift"] = [0, 0, 1, 1, 0, 1]
    nurses["identity"][[2, 3, 5]] = (900, 700, 800)
    assert first_who_is_free(nurses, SENIOR_NURSE, p, now) == 3
    nurses["engaged"][3] = 2  # taken up: a colleague stands in
    assert first_who_is_free(nurses, SENIOR_NURSE, p, now) == 5
    nurses["presence"][5] = 0.0  # on another ward
    assert first_who_is_free(nurses, SENIOR_NURSE, p, now) == 2


@pytest.mark.parametrize("grade", [WARD_MANAGER, DIVISION_MANAGER])
@pytest.mark.parametrize("contingent", [0, 1])
def test_a_contingent_lead_judges_the_mode_as_well_as_the_parameter_says_and_pays_for_turning(contingent, grade):
    reads = 0.7
    trained, untrained = (reads, 0.1) if grade != DIVISION_MANAGER else (0.1, reads)
    changes = {"leadership.reads_mode": trained, "leadership.untrained_reads_mode": untrained}
    p = settings(changes | {"leadership.looks_again": 1, "leadership.switch_takes": 2}, {})
    state = build_state(small(), 1, 1)
    beds = state.patients[:6]
    beds["place"], beds["mode"] = BED, CONSTRAINED
    role = LEAD.table(1)[0]
    role.contingent, role.identity = contingent, 1
    lead = STAFF.table(1)[0]
    lead.grade = grade
    seen = np.zeros(len(MODES))
    times, turned = 6_000, 0
    for now in range(times):
        before = role.mode
        looks_at_patient(lead, role, beds, luck(Chance(1, now), LEADING, 1, 0), p, Chance(1, now))
        seen[role.mode] += 1
        turned += role.turning_until == now + 2
        assert (role.turning_until == now + 2) == (contingent == 1 and role.mode != before)
    right = reads + (1 - reads) / 3
    assert seen[CONSTRAINED] / times == pytest.approx(right, abs=4 * np.sqrt(right * (1 - right) / times))
    assert (turned > 0) == bool(contingent)


@pytest.mark.parametrize(("pressure", "presses"), [(0.0, 1.0), (0.8, 0.5)])
def test_each_mode_of_a_contingent_style_has_its_own_week_but_for_what_pressure_takes(pressure, presses):
    """Pressure that is passed on takes its share of the week for the target, and leaves the rest in proportion."""
    p = settings({"leadership.pressure_takes": 0.5}, {})
    role = LEAD.table(1)[0]
    role.pressure, role.presses = pressure, presses
    weeks = np.random.default_rng(1).dirichlet(np.ones(len(ACTIVITIES)), len(MODES)) * LEADING_WEEK
    role.hours = weeks.ravel()
    draws = (np.arange(4_000) + 0.5) / 4_000
    for mode in range(len(MODES)):
        role.mode = mode
        chosen = [activity_for(role, draw, p) for draw in draws]
        spent = np.bincount(chosen, minlength=len(ACTIVITIES)) / len(draws)
        taken = 0.5 * pressure * presses
        left = weeks[mode] * (1 - taken) + LEADING_WEEK * taken * (np.arange(len(ACTIVITIES)) == CHASE)
        assert spent * LEADING_WEEK == pytest.approx(left, abs=0.02)
    role.hours = 0
    assert activity_for(role, 0.9, p) == PAPERWORK
