"""Practices that are brought in: used in earnest by as many as trust the lead, and a form to the others.

Counts are binomial; bounds are four standard errors.
"""

import pytest

from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import ADOPTED, DOSE_SLIP, MADE, MANDATED, NOTICED, PERSON, STAFF_NURSE, STOPPED
from sim.ward.errors import goes_wrong
from sim.ward.rota import chance_to_survive, structure_takes_time
from tests.limits.bench import a_patient, build_state, everybody, ledgers, person, share_error, small

TASKS = 6_000
TRUST, CATCHES, TAKES = 0.6, 0.5, 0.2
SLIPS_ALONE = {"own_check": False, "colleague_check": False, "latent_hazards": False, "false_concerns": False}
ALWAYS_WRONG = {"errors.rate.dose_slip": 1.0, "errors.checklist_catches": CATCHES, "errors.checklist_takes": TAKES}


def tasks(standing, hurried=0, **switches):
    """Share of slips that the checklist stops, and quarter-hours that it takes of a nurse, by task."""
    p = settings(ALWAYS_WRONG, SLIPS_ALONE | switches)
    state = build_state(small(), 1, 1)
    nurse, ward, patient = person(state, "nurses", STAFF_NURSE), state.wards[0], a_patient()
    nurse.trust, nurse.hurried, nurse.engaged, ward.checklist = TRUST, hurried, 0, standing
    funnel, true, _ = ledgers()
    for tick in range(TASKS):
        goes_wrong(nurse, patient, DOSE_SLIP, 0, everybody(state), ward, funnel, true, p, Chance(1, tick))
    stages = funnel[patient.mode, DOSE_SLIP, PERSON]
    assert stages[MADE] == TASKS
    assert stages[NOTICED] == stages[STOPPED]
    return stages[STOPPED] / TASKS, nurse.engaged / TASKS


@pytest.mark.parametrize(
    ("standing", "hurried", "stops", "takes"),
    [
        (0, 0, 0.0, 0.0),
        (ADOPTED, 0, TRUST * CATCHES, TRUST * TAKES),
        (MANDATED, 0, TRUST * CATCHES, TAKES),
        (ADOPTED, 1, 0.0, 0.0),
        (MANDATED, 1, 0.0, TAKES),
    ],
)
def test_a_checklist_catches_for_those_in_earnest_and_takes_time_of_all_on_whom_it_is_imposed(
    standing, hurried, stops, takes
):
    stopped, taken = tasks(standing, hurried)
    assert stopped == pytest.approx(stops, abs=4 * share_error(stops, TASKS))
    assert taken == pytest.approx(takes, abs=4 * share_error(takes, TASKS))


def test_without_its_mechanism_a_checklist_neither_catches_nor_takes_time():
    assert tasks(MANDATED, checklists=False) == (0.0, 0.0)


@pytest.mark.parametrize(("standing", "takes"), [(0, 0.0), (ADOPTED, TRUST * TAKES), (MANDATED, TAKES)])
def test_structured_handover_keeps_as_much_as_a_printed_sheet_for_those_in_earnest(standing, takes):
    p = settings({"work.structure_takes": TAKES}, {})
    state = build_state(small(), 1, 1)
    nurse, ward = person(state, "nurses", STAFF_NURSE), state.wards[0]
    nurse.trust, ward.structured_handover = TRUST, standing
    survives = [chance_to_survive(nurse, ward, p, Chance(1, tick)) for tick in range(TASKS)]
    taken = sum(structure_takes_time(nurse, ward, p, Chance(1, tick)) for tick in range(TASKS))
    in_earnest = TRUST if standing else 0.0
    kept = sum(chance == p.work.printed_keeps for chance in survives)
    assert set(survives) <= {float(ward.handover_keeps), float(p.work.printed_keeps)}
    assert kept / TASKS == pytest.approx(in_earnest, abs=4 * share_error(in_earnest, TASKS))
    assert taken / TASKS == pytest.approx(takes, abs=4 * share_error(takes, TASKS))
