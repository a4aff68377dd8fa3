import numpy as np
import pytest

from sim.analysis.outcomes import BY_NAME, OUTCOMES
from sim.state.vocabulary import (
    CHANCES,
    DOCTOR,
    DOSE,
    DOSE_SLIP,
    HANDOVER_LOSS,
    HARMED,
    HAZARD,
    MADE,
    NURSE,
    PERSON,
    PHARMACIST,
    REACHED,
    REPORTED,
)
from tests.synthetic import empty_record, random_record

ASH, BEECH, BOTH = 0, 1, -1
REPETITIVE, CONSTRAINED, UNCONSTRAINED, EVERY = 0, 1, 2, -1


def value(record, name, ward=BOTH, mode=EVERY):
    return BY_NAME[name].measure(record)[0][ward, mode]


def test_names_are_unique_and_every_outcome_says_what_it_means():
    assert len(BY_NAME) == len(OUTCOMES)
    assert all(outcome.meaning.endswith(".") and outcome.unit for outcome in OUTCOMES)


def test_an_empty_record_gives_no_value_and_no_exception():
    record = empty_record()
    values = {outcome.name: outcome.measure(record)[0] for outcome in OUTCOMES}
    for by_time in ("hazards_alive", "successions"):
        assert not values.pop(by_time).any()  # time went by in which there was none, and that is a value
    assert all(np.isnan(value).all() for value in values.values())


@pytest.fixture(scope="module")
def by_hand():
    """Two wards: 10 and 90 admissions; 2 and 3 bed-days; events only on the first."""
    record = empty_record(nurses=0)
    true, observed = record.true, record.observed
    true.admissions[ASH, REPETITIVE], true.admissions[BEECH, REPETITIVE] = 10, 90
    true.bed_time[ASH, REPETITIVE], true.bed_time[BEECH, CONSTRAINED] = 2 * 96, 3 * 96
    true.preventable_events[ASH, REPETITIVE], true.other_events[ASH, REPETITIVE] = 1, 3
    true.wait[ASH, REPETITIVE] = 40 * 4
    true.breaches[ASH, REPETITIVE] = 5
    true.discharges[ASH, REPETITIVE], true.deaths[ASH, REPETITIVE] = 7, 1
    true.harmed[ASH, REPETITIVE] = 4
    true.long_stays[ASH, REPETITIVE], true.long_stay_deaths[ASH, REPETITIVE] = 5, 1
    true.overnight_stays[ASH, REPETITIVE], true.overnight_stay[ASH, REPETITIVE] = 4, 10 * 96
    true.returns[ASH, REPETITIVE] = 2
    true.delayed_time[ASH, REPETITIVE] = 48
    true.due[ASH, REPETITIVE, DOSE], true.undone[ASH, REPETITIVE, DOSE] = 8, 2
    true.due[ASH, REPETITIVE, 0] = 12
    true.done[ASH, REPETITIVE, DOSE], true.hurried[ASH, REPETITIVE] = 5, 3
    observed.recorded_waits[ASH, REPETITIVE], observed.recorded_breaches[ASH, REPETITIVE] = 10, 4
    observed.doses_watched[ASH, REPETITIVE], observed.doses_seen_wrong[ASH, REPETITIVE] = 50, 4
    observed.orders_checked[ASH, REPETITIVE], observed.orders_found_wrong[ASH, REPETITIVE] = 20, 1
    observed.incident_reports[ASH, REPETITIVE] = 1
    observed.midnight_beds[ASH, REPETITIVE], observed.midnight_patients[ASH, CONSTRAINED] = 40, 36
    record.staffing.worked[:], record.staffing.busy[:] = (100, 300), (50, 50)
    record.staffing.shifts_needed[ASH], record.staffing.shifts_absent[ASH] = 50, 4
    record.staffing.shifts_covered[ASH] = 3
    record.staffing.surveyed[:] = 10, 30
    record.staffing.congruence[:] = 9_000, 21_000
    record.staffing.shifts_vacant[ASH], record.staffing.successions[ASH] = 2, 1
    record.staffing.decisions_reviewed[BEECH] = 1
    true.offered[ASH, REPETITIVE], true.offered[ASH, CONSTRAINED] = 6, 2
    true.declined[ASH, REPETITIVE], true.targets_set_aside[ASH, REPETITIVE] = 3, 2
    true.joint_tasks[ASH, REPETITIVE], true.joint_delay[ASH, REPETITIVE] = 8, 4
    record.staffing.led_hours_due[:], record.staffing.led_hours[:] = (100, 60), (50, 46)
    record.staffing.hazards_mended[:], record.staffing.size_mended[:] = (1, 3), (3_000, 5_000)
    true.promises[ASH, REPETITIVE], true.promises_kept[ASH, REPETITIVE] = 8, 6
    true.exceptions[ASH, REPETITIVE], true.exceptions_sent_up[ASH, REPETITIVE] = 10, 4
    record.staffing.agree_safe[:], record.staffing.agree_acted_on[:] = (4, 20), (1, 7)
    true.concerns[ASH, REPETITIVE], true.silences[ASH, REPETITIVE] = 8, 2
    true.answers[ASH, REPETITIVE], true.false_concerns[ASH, REPETITIVE] = (4, 2, 2), 1
    true.treatment_choices[ASH, CONSTRAINED], true.treatment_choices[ASH, UNCONSTRAINED] = 10, 90
    true.fitting_choices[ASH, CONSTRAINED], true.wrong_choices[ASH, UNCONSTRAINED] = 6, 25
    true.exceptions_decided[ASH, REPETITIVE], true.exception_delay[ASH, REPETITIVE] = 5, 30 * 4
    true.exception_fit[ASH, REPETITIVE] = 3_500
    observed.charts_reviewed[ASH, REPETITIVE], observed.charts_with_event[ASH, REPETITIVE] = 8, 4
    observed.charts_preventable[ASH, REPETITIVE], observed.charts_reported[ASH, REPETITIVE] = 1, 1
    observed.charts_extra_stay[ASH, REPETITIVE] = 4 * 8 * 96
    observed.incidents_found[ASH, REPETITIVE], observed.incidents_reported[ASH, REPETITIVE] = 20, 3
    observed.medication_errors_found[ASH, REPETITIVE], observed.medication_errors_harmed[ASH, REPETITIVE] = 50, 1
    observed.doses_interrupted[ASH, REPETITIVE], observed.doses_interrupted_wrong[ASH, REPETITIVE] = (
        (20, 15, 10, 5, 0),
        (1, 1, 1, 2, 0),
    )
    true.orders[ASH, REPETITIVE], true.failures_met[ASH, REPETITIVE], true.failures_told[ASH, REPETITIVE] = 400, 20, 1
    record.staffing.nurses_left[:], record.staffing.nurse_days[:] = (1, 0), (365, 365 * 3)
    record.staffing.shifts_logged[:], record.staffing.shifts_with_error[:] = ((40, 10), (60, 10)), ((1, 2), (3, 2))
    record.funnel[ASH, REPETITIVE, HANDOVER_LOSS, PERSON, CHANCES] = 40
    record.funnel[ASH, REPETITIVE, HANDOVER_LOSS, PERSON, MADE] = 1
    record.funnel[ASH, REPETITIVE, DOSE_SLIP, PERSON, MADE] = 6
    record.funnel[ASH, REPETITIVE, DOSE_SLIP, HAZARD, MADE] = 4
    record.funnel[ASH, REPETITIVE, DOSE_SLIP, HAZARD, REACHED] = 5
    record.funnel[ASH, REPETITIVE, DOSE_SLIP, HAZARD, HARMED] = 2
    record.funnel[ASH, REPETITIVE, DOSE_SLIP, HAZARD, REPORTED] = 1
    return record


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("adverse_events", 4.0),
        ("preventable_share", 25.0),
        ("preventable_events", 200.0),
        ("patients_harmed", 50.0),
        ("mortality", 20.0),
        ("readmission", 100 * 2 / 7),
        ("length_of_stay", 2.5),
        ("wait", 0.4),
        ("breaches", 5.0),
        ("recorded_breaches", 40.0),
        ("delayed_time", 10.0),
        ("undone", 10.0),
        ("undone_dose", 25.0),
        ("hurried", 60.0),
        ("dose_errors", 8.0),
        ("prescribing_errors", 5.0),
        ("incident_reports", 200.0),
        ("share_reported", 20.0),
        ("harm_with_report", 25.0),
        ("attributed_stay", 8.0),
        ("incidents_reported", 15.0),
        ("medication_harm", 2.0),
        ("medication_errors_found", 12.5),
        ("failures_told", 5.0),
        ("dose_errors_undisturbed", 5.0),
        ("dose_errors_interrupted", 40.0),
        ("logged_errors_short", 4.0),
        ("logged_errors_long", 20.0),
        ("items_kept", 97.5),
        ("nurses_leaving", 25.0),
        ("occupancy", 90.0),
        ("utilisation", 25.0),
        ("absence", 8.0),
        ("agency_cover", 50.0),
        ("measured_congruence", 0.75),
        ("uptake", 62.5),
        ("decisions_reviewed", 20.0),
        ("coordination_delay", 7.5),
        ("targets_set_aside", 20.0),
        ("staff_time", 20.0),
        ("successions", 1 / 2 / (10 / 365)),
        ("felt_safe", 60.0),
        ("felt_heard", 20.0),
        ("voice", 80.0),
        ("rebuffed", 25.0),
        ("false_concerns", 12.5),
        ("fitting_choices", 60.0),
        ("wrong_choices", 25.0),
        ("exception_delay", 6.0),
        ("exception_fit", 70.0),
        ("measured_devolution", 60.0),
        ("led", 60.0),
        ("promises_kept", 75.0),
        ("size_of_hazards_mended", 2.0),
        ("chart_events", 50.0),
        ("chart_preventable", 25.0),
        ("errors_made", 2200.0),
        ("errors_reached", 1000.0),
        ("errors_harmed", 400.0),
    ],
)
def test_a_record_counted_by_hand(by_hand, name, expected):
    assert value(by_hand, name) == pytest.approx(expected)


def test_a_ward_and_a_mode_have_their_own_figures(by_hand):
    assert value(by_hand, "adverse_events", ASH) == pytest.approx(40.0)
    assert value(by_hand, "adverse_events", BEECH) == 0.0
    assert value(by_hand, "preventable_events", BOTH, CONSTRAINED) == 0.0
    assert np.isnan(value(by_hand, "preventable_events", BOTH, UNCONSTRAINED))


def test_counts_are_summed_before_they_are_divided():
    record = random_record()
    for outcome in OUTCOMES:
        values, above, below = outcome.measure(record)
        assert above[-1] == pytest.approx(above[:-1].sum(axis=0)), outcome.name
        assert below[-1] == pytest.approx(below[:-1].sum(axis=0)), outcome.name
        if values.shape[1] > 1:
            assert above[:, -1] == pytest.approx(above[:, :-1].sum(axis=1)), outcome.name
        ratio = np.full(below.shape, np.nan)  # where there is nothing to count, there is no value
        np.divide(above, below, out=ratio, where=below > 0)
        ratio = np.maximum(ratio, 0) ** (0.5 if outcome.root else 1)
        assert values == pytest.approx(outcome.scale * ratio, nan_ok=True), outcome.name
        assert not np.isnan(values[-1, -1]), outcome.name


@pytest.mark.parametrize(("name", "profession"), [("voice_of_nurses", NURSE), ("voice_of_doctors", DOCTOR)])
def test_the_voice_of_a_profession_is_that_of_its_people(name, profession):
    record = empty_record(wards=2, nurses=4)
    record.staff.ward[:], record.staff.profession[:] = (0, 0, 1, 1), (profession, profession, profession, PHARMACIST)
    record.staff.occasions[:], record.staff.spoken[:] = (10, 30, 60, 100), (9, 11, 30, 1)
    assert BY_NAME[name].measure(record)[0][:, EVERY].tolist() == [50.0, 50.0, 50.0]
    record.staff.spoken[:2] = 0
    assert BY_NAME[name].measure(record)[0][:, EVERY].tolist() == [0.0, 50.0, 30.0]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("measured_safety", "voice_is_safe"),
        ("measured_pressure", "pressure"),
        ("trust", "trust"),
        ("engagement", "engagement"),
        ("exhaustion", "exhaustion"),
        ("effort", "effort"),
    ],
)
def test_what_became_of_people_is_the_mean_of_nurses_and_doctors(name, column):
    record = empty_record(wards=2, nurses=4)
    record.staff.ward[:], record.staff.profession[:] = (0, 0, 1, 1), (NURSE, DOCTOR, NURSE, PHARMACIST)
    record.staff[column] = (0.2, 0.6, 0.8, 0.1)
    assert BY_NAME[name].measure(record)[0][:, EVERY] == pytest.approx([0.4, 0.8, 1.6 / 3])


def test_those_who_leave_are_a_share_of_posts_of_nurses_and_doctors_in_a_year():
    record = empty_record(wards=2, nurses=4, days=73)
    record.staff.ward[:], record.staff.profession[:] = (0, 0, 1, 1), (NURSE, DOCTOR, NURSE, PHARMACIST)
    record.staffing.leavers[:] = 1, 0
    assert BY_NAME["leavers"].measure(record)[0][:, EVERY] == pytest.approx([250.0, 0.0, 500 / 3])


def nurses_with(shares, steps, rng=None):
    record = empty_record(wards=1, nurses=len(shares))
    record.staff.profession[:] = NURSE
    record.staff.steps[:] = steps
    record.staff.steps_followed[:] = rng.binomial(steps, shares) if rng else np.round(np.array(shares) * steps)
    return record


def test_nurses_who_differ_only_by_chance_show_no_variation_on_average():
    rng = np.random.default_rng(1)
    variances = []
    for _ in range(400):
        _, above, below = BY_NAME["unwarranted_variation"].measure(nurses_with([0.8] * 12, 50, rng))
        variances.append(above[-1, -1] / below[-1, -1])
    by_chance_alone = 0.8 * 0.2 / 50
    assert abs(np.mean(variances)) < 0.1 * by_chance_alone


def test_the_spread_between_nurses_is_found_beneath_the_noise():
    rng = np.random.default_rng(2)
    shares = rng.normal(0.7, 0.1, 400).clip(0, 1)
    assert value(nurses_with(shares, 60, rng), "unwarranted_variation") == pytest.approx(10.0, rel=0.12)


def test_wards_that_differ_from_one_another_add_nothing_to_the_spread_within_them():
    record = empty_record(wards=2, nurses=8)
    record.staff.profession[:], record.staff.steps[:] = NURSE, 1000
    record.staff.ward[4:] = 1
    record.staff.steps_followed[:4], record.staff.steps_followed[4:] = 900, 300
    assert value(record, "unwarranted_variation") == 0.0


def test_one_nurse_alone_has_no_spread():
    assert np.isnan(value(nurses_with([0.5], 100), "unwarranted_variation"))
