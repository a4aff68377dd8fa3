"""The word "dose" (Bohmer 2012, note 8): a term that two professions read differently unless somebody checks."""

import pytest

from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    CHANCES,
    JUNIOR,
    MADE,
    MISREAD_TERM,
    NOTICED,
    PERSON,
    PHARMACY,
    REACHED,
    SAID,
    STAFF_NURSE,
    STOPPED,
)
from sim.ward.work import clears_terms, reads_term, uses_term
from tests.limits.bench import a_patient, build_state, changed, everybody, heeding, ledgers, outspoken, person, small
from tests.limits.test_barriers import is_share

STAKE, TERMS = 0.8, 4_000


def ward(values, **switches):
    voice = outspoken(0.7, STAKE) | heeding(0.6) | {"voice.stake.misread_term": STAKE}
    p = settings(voice | values, {"learned_voice": False} | switches)
    return p, build_state(changed(small(), voice), 1, 1)


def test_a_nurse_gives_what_a_term_means_to_her_unless_she_doubts_asks_and_is_heeded():
    own_sense = 0.4
    p, state = ward({"errors.reads_own_sense": own_sense})
    nurse, junior = person(state, "nurses", STAFF_NURSE), person(state, "doctors", JUNIOR)
    junior.first_bed, junior.end_bed, nurse.bed[0] = 0, 6, 0
    patient = a_patient()
    patient.ambiguous_orders = TERMS
    funnel, true, observed = ledgers()
    given = sum(
        reads_term(nurse, patient, 0, everybody(state), funnel, true, observed, p, Chance(1, now))
        for now in range(TERMS)
    )
    stages = funnel[0, MISREAD_TERM, PERSON]
    is_share(stages[NOTICED], TERMS, 1 - own_sense)
    is_share(stages[SAID], stages[NOTICED], 0.7)
    is_share(stages[STOPPED], stages[SAID], 0.6)
    assert given == stages[REACHED] == TERMS - stages[STOPPED]
    assert patient.ambiguous_orders == 0


@pytest.mark.parametrize("checks", [True, False])
def test_a_pharmacist_who_knows_both_languages_makes_terms_plain(checks):
    finds = 0.3
    p, state = ward({"errors.pharmacist_catches": finds}, order_check=checks)
    pharmacist = person(state, "pharmacists", PHARMACY)
    patient = a_patient()
    patient.ambiguous_orders = TERMS
    funnel, _, _ = ledgers()
    left = clears_terms(pharmacist, patient, 0, funnel, p, Chance(1, 0))
    stages = funnel[0, MISREAD_TERM, PERSON]
    assert stages[NOTICED] == stages[SAID] == stages[STOPPED] == TERMS - left
    if checks:
        is_share(stages[STOPPED], TERMS, finds)
    else:
        assert left == TERMS


def test_terms_are_used_as_often_as_the_parameter_says():
    share = 0.2
    p, state = ward({"errors.ambiguous": share})
    doctor, patient = person(state, "doctors", JUNIOR), a_patient()
    funnel, _, _ = ledgers()
    for now in range(TERMS):
        uses_term(doctor, patient, 0, funnel, p, Chance(1, now))
    stages = funnel[0, MISREAD_TERM, PERSON]
    assert stages[CHANCES] == TERMS
    assert patient.ambiguous_orders == stages[MADE]
    is_share(stages[MADE], TERMS, share)
