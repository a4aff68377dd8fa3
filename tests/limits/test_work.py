"""Work: interruptions, handover, absence and the rota against the figures that they come from.

Counts are binomial; bounds are four standard errors.
"""

import numpy as np
import pytest

from sim.engine.hospital_state import build_state
from sim.engine.tick import simulate
from sim.scenario import load
from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    CHANCES,
    DOSE,
    DOSE_SLIP,
    HANDOVER_LOSS,
    JUNIOR,
    MADE,
    PERSON,
    STAFF_NURSE,
    STOPPED,
    TICKS_PER_DAY,
)
from sim.ward.errors import error_rate
from sim.ward.flow import is_weekend
from sim.ward.rota import hears_of
from tests.limits.bench import (
    SCENARIOS,
    Scenario,
    a_patient,
    changed,
    everybody,
    ledgers,
    only,
    person,
    run,
    share_error,
    small,
    wards,
)

# Share of items kept after five handovers (Bhabra 2007).
AFTER_FIVE = {"verbal": 0.025, "notes": 0.855, "printed": 0.99}


def test_each_interruption_raises_errors_by_its_share():
    p = settings({}, {})
    nurse = person(build_state(small(), 1, 1), "nurses", STAFF_NURSE)
    without = error_rate(nurse, DOSE_SLIP, p)
    nurse.interruptions = 3
    assert error_rate(nurse, DOSE_SLIP, p) / without == pytest.approx(1 + 3 * p.errors.per_interruption)


def test_an_observer_sees_errors_rise_with_interruptions_as_westbrook_did():
    """I1: 25.3% of doses wrong without interruption, 38.9% after three, of which a part is haste and tired hours."""
    seen = run(load(SCENARIOS / "one_ward.toml"), 2 * 365).observed
    doses, wrong = (seen[name].sum(axis=(0, 1)) for name in ("doses_interrupted", "doses_interrupted_wrong"))
    ratio = (wrong[3] / doses[3]) / (wrong[0] / doses[0])
    assert ratio == pytest.approx(38.9 / 25.3, abs=4 * ratio * np.sqrt(1 / wrong[3] + 1 / wrong[0]))


def test_a_ward_that_is_always_interrupted_slips_more_by_just_that_slope():
    slope, base = 0.3, 0.2
    quiet = changed(small(), {"errors.rate.dose_slip": base, "errors.per_interruption": slope, "errors.by_skill": 0.0})
    quiet = changed(quiet, only("slips", "interruptions") | {"work.interruption_by_load": 0.0})
    for rate, times in ((0.0, 0), (600.0, 5)):
        state = build_state(quiet, 1, 730)
        state.settings["work"]["interruption_rate"] = rate  # 600 in a quarter of an hour: always the most, five
        simulate(state, 1, 0, 730 * TICKS_PER_DAY)
        made, chances = state.funnel[0, :, DOSE_SLIP, PERSON].sum(axis=0)[[MADE, CHANCES]]
        expected = base * (1 + slope * times)
        assert made / chances == pytest.approx(expected, abs=4 * share_error(expected, chances))


def test_items_are_lost_at_handover_as_its_method_says():
    content = changed(wards(3), only("handover_loss") | {"work.items_handed_over": 1.0, "work.asks_back": 0.4})
    content = content.model_dump(mode="json", exclude_none=True)
    for index, method in enumerate(AFTER_FIVE):
        content["wards"][f"ward_{index}"]["handover"] = method
    state = run(Scenario.model_validate(content), 6 * 365)
    for index in range(3):
        stages = state.funnel[index, :, HANDOVER_LOSS, PERSON].sum(axis=0)
        lost = 1 - state.wards[index].handover_keeps
        assert stages[CHANCES] > 5_000
        assert stages[MADE] / stages[CHANCES] == pytest.approx(lost, abs=4 * share_error(lost, stages[CHANCES]))
        asked = stages[STOPPED] / stages[MADE]
        assert asked == pytest.approx(0.4, abs=4 * share_error(0.4, stages[MADE]))
        assert state.true[index]["forgotten"].sum() == stages[MADE] - stages[STOPPED]


@pytest.mark.parametrize("method", AFTER_FIVE)
def test_five_handovers_keep_what_bhabra_saw_them_keep(method):
    p = settings({"work.items_handed_over": 1.0, "work.asks_back": 0.0}, {})
    state = build_state(small(wards__six_beds__handover=method), 1, 1)
    nurse, ward = person(state, "nurses", STAFF_NURSE), state.wards[0]
    items, kept = 1_200, 0
    for item in range(items):
        patient = a_patient(identity=item * 32)
        patient.due[: DOSE + 3] = 0
        funnel, true, observed = ledgers()
        for handover in range(5):
            hears_of(nurse, patient, everybody(state), ward, funnel, true, observed, p, Chance(1, handover * 48))
        kept += funnel[0, HANDOVER_LOSS, PERSON, MADE] == 0
    share = AFTER_FIVE[method]
    assert ward.handover_keeps**5 == pytest.approx(share, abs=0.002)
    assert kept / items == pytest.approx(share, abs=4 * share_error(share, items) + 0.002)


def test_staff_are_absent_as_often_as_the_parameter_says():
    state = run(changed(small(), only("absence") | {"staffing.absence": 0.12}), 4 * 365)
    ward = state.staffing[0]
    assert ward.shifts_needed > 6_000
    assert ward.shifts_absent / ward.shifts_needed == pytest.approx(0.12, abs=4 * share_error(0.12, ward.shifts_needed))
    covered = ward.shifts_covered / ward.shifts_absent
    assert 0 < covered <= state.settings["staffing"]["cover_available"][0]
    assert covered * ward.shifts_absent == state.nurses["cover_shifts"].sum() + state.doctors["cover_shifts"].sum() + (
        state.pharmacists["cover_shifts"].sum()
    )


def starts_of_shifts(scenario, weeks):
    """(tick, table, rows that began a shift in it, rows of one group) of a hospital where nobody falls ill."""
    scenario = changed(scenario, only())
    state = build_state(scenario, 1, weeks * 7)
    changes = np.flatnonzero(state.wards["changes"].any(axis=0))
    now = 0
    for tick in (day * TICKS_PER_DAY + quarter for day in range(weeks * 7) for quarter in changes):
        simulate(state, 1, now, tick)
        ended = {table: getattr(state, table)["shift_ends"].copy() for table in ("nurses", "doctors", "pharmacists")}
        simulate(state, 1, tick, tick + 1)
        now = tick + 1
        yield state, tick, ended


def test_each_shift_of_the_baseline_gets_just_the_people_it_needs():
    weeks = 16  # the cycle of sixteen staff nurses, and a multiple of those of the smaller groups but the juniors
    begun: dict[str, np.ndarray] = {}
    for state, tick, ended in starts_of_shifts(load(SCENARIOS / "baseline.toml"), weeks):
        needed = "weekend" if is_weekend(tick) else "weekday"
        for number, group in enumerate(state.groups):
            table = ("nurses", "doctors", "pharmacists", "managers")[group["profession"]]
            people = getattr(state, table)
            mine = people["group"] == number
            if table == "managers":
                mine &= people["grade"] == group["grade"]
            begins = mine & (people["shift_began"] == tick) & (people["on_shift"] == 1)
            due = sum(
                group[needed][shift]
                for shift in range(3)
                if group["length"][shift] > 0 and group["start"][shift] == tick % TICKS_PER_DAY
            )
            if tick or due:
                assert begins.sum() == due
            if table in ended:
                assert (ended[table][begins] <= tick).all()  # nobody who starts was still at work
                assert (people["shift_ends"][begins] > tick).all()
                key = f"{table} {number}"
                begun[key] = begun.get(key, np.zeros(len(people))) + begins
    for key, counts in begun.items():
        table, number = key.split()
        shifts = counts[getattr(state, table)["group"] == int(number)]
        assert shifts.sum() > 0
        assert shifts.max() - shifts.min() <= 1  # posts take turns
    assert sum(counts.sum() for counts in begun.values()) > 4 * weeks * 7 * 10


def test_doctors_take_turns_on_every_kind_of_shift():
    """Long shifts fall to each junior alike over the whole cycle of the rota, not always to the same."""
    hours = None
    for state, tick, _ in starts_of_shifts(load(SCENARIOS / "baseline.toml"), 36):
        juniors = state.doctors[(state.doctors["grade"] == JUNIOR) & (state.doctors["ward"] == 0)]
        begins = (juniors["shift_began"] == tick) & (juniors["on_shift"] == 1)
        hours = np.zeros(len(juniors)) if hours is None else hours
        hours += begins * (juniors["shift_ends"] - juniors["shift_began"]) / 4
    assert hours.max() / hours.min() < 1.1
