"""Reason's barriers are a product: each stands behind the last, with the chance that its parameter says.

Hurry, fatigue and interruptions are off, so chances are the parameters. Counts are binomial; bounds are
four standard errors.
"""

import numpy as np
import pytest

from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    CHANCES,
    CONSULTANT,
    DOSE_SLIP,
    ERRORS,
    HARMED,
    JUNIOR,
    MADE,
    NOTICED,
    PERSON,
    PHARMACY,
    PRESCRIBING_MISTAKE,
    REACHED,
    SAID,
    STAFF_NURSE,
    STOPPED,
)
from sim.ward.errors import reaches_patient
from sim.ward.work import checks_orders, meets_wrong_order
from tests.limits.bench import (
    EVERY_HOUR_OF_THE_WEEK,
    a_patient,
    build_state,
    changed,
    everybody,
    heeding,
    ledgers,
    only,
    outspoken,
    person,
    run,
    share_error,
    small,
)

RATE, OWN, NEAR, NOTICES, SPEAKS, HEEDS = 0.5, 0.4, 0.8, 0.5, 0.7, 0.6
STAKE = 0.8
BARRIERS = {
    "errors.rate.dose_slip": RATE,
    "errors.by_skill": 0.0,
    "errors.own_check.dose_slip": OWN,
    "errors.somebody_near": NEAR,
    "errors.colleague_notices": NOTICES,
    "voice.stake.dose_slip": STAKE,
    **outspoken(SPEAKS, STAKE),
    **heeding(HEEDS),
    "staffing.few.junior_doctors.shifts": [  # never away, so that there is always a colleague
        {"start": "08:30", "hours": 12.5, "weekday": 1, "weekend": 1},
        {"start": "20:30", "hours": 12.5, "weekday": 1, "weekend": 1},
    ],
}


def is_share(part, whole, share):
    """Whether `part` of `whole` is `share`, to four standard errors; `whole` must be many."""
    assert whole > 1_000
    assert part / whole == pytest.approx(share, abs=4 * share_error(share, whole) + 1e-9)


@pytest.mark.parametrize("own_check", [True, False])
@pytest.mark.parametrize("colleagues", [True, False])
def test_barriers_against_dose_slips_multiply(own_check, colleagues):
    scenario = changed(small(), BARRIERS | only("slips", "own_check", "colleague_check", "voice"))
    scenario = changed(scenario, {"mechanisms.own_check": own_check, "mechanisms.colleague_check": colleagues})
    stages = run(scenario, 6 * 365).funnel[0, :, DOSE_SLIP, PERSON].sum(axis=0)
    made, own = stages[MADE], OWN * own_check
    by_colleague = (1 - own) * NEAR * NOTICES * colleagues
    is_share(made, stages[CHANCES], RATE)
    is_share(stages[NOTICED], made, own + by_colleague)
    is_share(stages[SAID], made, by_colleague * SPEAKS)
    is_share(stages[STOPPED], made, own + by_colleague * SPEAKS * HEEDS)
    is_share(stages[REACHED], made, 1 - own - by_colleague * SPEAKS * HEEDS)
    assert stages[STOPPED] + stages[REACHED] == made
    if colleagues and not own_check:  # each barrier alone, of those that came to it
        is_share(stages[SAID], stages[NOTICED], SPEAKS)
        is_share(stages[STOPPED], stages[SAID], HEEDS)


def test_a_nurse_is_the_last_barrier_before_a_wrong_order():
    catches, speaks, heeds = 0.5, 0.7, 0.6
    voice = outspoken(speaks, STAKE) | heeding(heeds) | {"voice.stake.prescribing_mistake": STAKE}
    p = settings({"errors.nurse_catches": catches, **voice}, {"learned_voice": False})
    state = build_state(changed(small(), voice), 1, 1)
    nurse, junior = person(state, "nurses", STAFF_NURSE), person(state, "doctors", JUNIOR)
    junior.first_bed, junior.end_bed, nurse.bed[0] = 0, 6, 0
    patient = a_patient()
    patient.wrong_orders = orders = 4_000
    funnel, true, observed = ledgers()
    for now in range(orders):
        meets_wrong_order(nurse, patient, 0, everybody(state), funnel, true, observed, p, Chance(1, now))
    stages = funnel[0, PRESCRIBING_MISTAKE, PERSON]
    is_share(stages[NOTICED], orders, catches)
    is_share(stages[SAID], stages[NOTICED], speaks)
    is_share(stages[STOPPED], stages[SAID], heeds)
    assert stages[STOPPED] + stages[REACHED] == orders
    assert patient.wrong_orders == 0
    assert patient.wrong_orders_given == stages[REACHED]


def test_a_pharmacist_finds_wrong_orders_at_her_own_rate_and_stops_those_not_yet_given():
    catches, looks = 0.7, 3_000
    p = settings({"errors.pharmacist_catches": catches}, {})
    state = build_state(small(), 1, 1)
    pharmacist = person(state, "pharmacists", PHARMACY)
    funnel, true, observed = ledgers()
    for now in range(looks):
        patient = a_patient()
        patient.wrong_orders = patient.wrong_orders_given = 1
        checks_orders(pharmacist, patient, 0, funnel, true, observed, p, Chance(1, now))
    stages = funnel[0, PRESCRIBING_MISTAKE, PERSON]
    assert stages[STOPPED] == stages[NOTICED] == stages[SAID]
    assert stages[STOPPED] / looks == pytest.approx(catches, abs=4 * share_error(catches, looks))
    assert observed.orders_found_wrong / looks == pytest.approx(
        2 * catches, abs=4 * share_error(catches, 2 * looks) * 2
    )


def test_wrong_orders_pass_the_ward_in_that_order():
    """Whatever is wrong when written is stopped, given, waiting to be given, or gone with the patient."""
    day_and_night = {f"staffing.few.{group}.shifts": EVERY_HOUR_OF_THE_WEEK for group in ("pharmacist", "nurses")}
    scenario = changed(
        small(), day_and_night | {"errors.dose_meets_order": 1.0, "errors.somebody_near": 0.0} | only("mistakes")
    )
    orders = changed(scenario, {"errors.rate.prescribing_mistake": 1.0, "errors.by_skill": 0.0})
    alone = run(orders, 365)
    checked = run(changed(orders, {"mechanisms.order_check": True, "errors.pharmacist_catches": 1.0}), 365)
    for state, stopped in ((alone, False), (checked, True)):
        stages = state.funnel[0, :, PRESCRIBING_MISTAKE, PERSON].sum(axis=0)
        pending = state.patients["wrong_orders"][state.patients["place"] > 0].sum()
        assert stages[MADE] == stages[CHANCES] > 500
        assert (stages[STOPPED] > 0) == stopped
        assert stages[STOPPED] + stages[REACHED] + pending <= stages[MADE]
    assert alone.funnel[..., PRESCRIBING_MISTAKE, PERSON, REACHED].sum() > (
        2 * checked.funnel[..., PRESCRIBING_MISTAKE, PERSON, REACHED].sum()
    )


@pytest.mark.parametrize("error", range(len(ERRORS)), ids=ERRORS)
def test_the_chance_of_harm_is_the_parameter_whoever_erred(error):
    """Exactly the same errors harm under another person, status, goals and voice: only the kind counts."""
    chance_of_harm, errors = 0.3, 600
    name = ERRORS[error].replace(" ", "_")
    harms = {f"errors.harms.{name}": chance_of_harm, "errors.harm_level": 1.0, "errors.recognises_harmless": 1.0}
    humble = settings(harms | {"voice.fear": 2.0, "voice.report_takes": 2.0}, {})
    bold = settings(harms | {"voice.fear": 0.0, "voice.report_takes": 0.0, "voice.stake_in_report": 1.0}, {})
    state = build_state(small(), 1, 1)
    nurse, consultant = person(state, "nurses", STAFF_NURSE), person(state, "doctors", CONSULTANT)
    nurse.hurried, nurse.fatigue, nurse.weights = 1, 1.0, (0, 0, 1, 0)
    nurse.voice_is_safe = nurse.voice_is_acted_on = 0.0
    consultant.voice_is_safe = consultant.voice_is_acted_on = 1.0
    harmed, reported = [], []
    for someone, p in ((nurse, humble), (consultant, bold)):
        patient = a_patient()
        funnel, true, observed = ledgers()
        for now in range(errors):
            reaches_patient(
                someone, patient, error, PERSON, 0, everybody(state), funnel, true, observed, p, Chance(1, now)
            )
        assert funnel[0, error, PERSON, REACHED] == errors
        assert true.preventable_events == patient.preventable_events == funnel[0, error, PERSON, HARMED]
        reported.append(observed.incident_reports)
        harmed.append((int(funnel[0, error, PERSON, HARMED]), float(patient.harm)))
    assert harmed[0] == harmed[1]
    assert reported[0] == 0 < reported[1]
    assert harmed[0][0] / errors == pytest.approx(chance_of_harm, abs=4 * share_error(chance_of_harm, errors))


def test_errors_of_a_running_hospital_harm_at_the_same_rate_under_other_people():
    """Same chance of harm on a ward of timid and on a ward of bold people who want other things."""
    harms = {f"errors.harms.{error.replace(' ', '_')}": 0.1 for error in ERRORS} | {"errors.harm_level": 0.5}
    same_stay = {"physiology.harm_hours": 0.0}
    silent = {"dials.psychological_safety": 0.0, "dials.hold": 1, "voice.fear": 2.0}
    timid = changed(small(), harms | same_stay | silent)
    goals = {"outcome": 0.0, "timeliness": 0.5, "throughput": 0.5, "standard": 0.0}
    bold = changed(
        small(), harms | same_stay | {"dials.psychological_safety": 1.0, "staffing.few.nurses.weights": goals}
    )
    counts = [run(scenario, 4 * 365).funnel for scenario in (timid, bold)]
    reached = [funnel[..., REACHED].sum() for funnel in counts]
    assert min(reached) > 5_000
    for funnel, number in zip(counts, reached, strict=True):
        assert funnel[..., HARMED].sum() / number == pytest.approx(0.05, abs=4 * share_error(0.05, number))
    assert not np.array_equal(counts[0], counts[1])
