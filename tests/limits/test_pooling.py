"""Constrained care: the pooled choice against Condorcet's jury and Stasser and Titus's hidden profiles.

Every trial is one call of `chooses` for one patient, with the luck of its own tick. Bounds are four
standard errors.
"""

import itertools

import numpy as np
import pytest

from sim.state.chance import Chance
from sim.state.parameters import settings
from sim.state.vocabulary import (
    CHANCES,
    CONSTRAINED,
    CONSULTANT,
    JUNIOR,
    MADE,
    NOTICED,
    PERSON,
    SAID,
    STAFF_NURSE,
    STOPPED,
    TREATMENT_MISTAKE,
)
from sim.ward.constrained import UNHEARD, chooses, most_votes, view_of
from tests.limits.bench import (
    a_patient,
    build_state,
    changed,
    everybody,
    heeding,
    ledgers,
    outspoken,
    person,
    share_error,
    small,
)

BEST = 1
FREE = {"voice.fear": 0.0, "voice.status_weighs": 0.0, "voice.busy_weighs": 0.0, "voice.temper": 0.01} | heeding(1.0)


class Bedside:
    """A consultant who decides, a junior and a nurse who look after the same bed."""

    def __init__(self, values, switches=None, **skills):
        off = {"learned_voice": False, "preferences": False, "contingency": False}
        self.p = settings(values, off | (switches or {}))
        self.state = build_state(changed(small(), values), 1, 1)
        self.consultant = person(self.state, "doctors", CONSULTANT)
        self.junior = person(self.state, "doctors", JUNIOR)
        self.nurse = person(self.state, "nurses", STAFF_NURSE)
        for name, skill in skills.items():
            getattr(self, name).skill = skill
        for member in (self.consultant, self.junior, self.nurse):
            member.first_bed, member.end_bed = 0, 6
        self.consultant.bed[0] = 2

    def goes_home(self, *names):
        for name in names:
            getattr(self, name).on_shift = 0
        return self

    def chooses(self, times):
        """The consultant's own view, the choice, for each of so many patients, and the stages of the funnel."""
        funnel, true, _ = ledgers()
        team, p = everybody(self.state), self.p
        patient = a_patient(CONSTRAINED)
        patient.clinical_option = patient.best_option = BEST
        own, choice = np.empty(times, int), np.empty(times, int)
        for now in range(times):
            chance = Chance(5, now)
            own[now] = view_of(self.consultant, BEST, 2, p, chance)
            chooses(self.consultant, self.consultant, patient, 2, 0, team, funnel, true, p, chance)
            choice[now] = patient.option
        assert funnel.sum() == funnel[CONSTRAINED, TREATMENT_MISTAKE, PERSON].sum()
        return own, choice, funnel[CONSTRAINED, TREATMENT_MISTAKE, PERSON], true


def is_share(part, whole, share):
    assert whole > 400
    assert part / whole == pytest.approx(share, abs=4 * share_error(share, whole) + 1e-9)


def majority(*competences):
    """Chance that most of three independent judges are right."""
    total = 0.0
    for right in itertools.product((0, 1), repeat=3):
        if sum(right) >= 2:
            total += np.prod([c if r else 1 - c for c, r in zip(competences, right, strict=True)])
    return total


@pytest.mark.parametrize(
    ("consultant", "junior", "nurse"), [(0.8, 0.7, 0.6), (0.6, 0.6, 0.6), (0.55, 0.9, 0.9), (0.9, 0.55, 0.55)]
)
def test_of_two_options_the_majority_wins_as_in_condorcets_jury(consultant, junior, nurse):
    values = FREE | {
        "modes.options": 2,
        "modes.own_view_counts": 1.0,
        "modes.doctor_sees": 1.0,
        "modes.nurse_sees": 1.0,
    }
    # With sight 1 the chance to be right is 1/2 + skill/2.
    team = Bedside(values, consultant=2 * consultant - 1, junior=2 * junior - 1, nurse=2 * nurse - 1)
    times = 4_000
    own, choice, stages, _ = team.chooses(times)
    is_share((own == BEST).sum(), times, consultant)
    expected = majority(consultant, junior, nurse)
    is_share((choice == BEST).sum(), times, expected)
    if consultant == junior == nurse:
        assert expected > consultant  # Condorcet: more are right together than each alone
    assert stages[CHANCES] == times
    # What was stopped and what was not: own view wrong, or right and outvoted.
    assert stages[MADE] == ((own != BEST) | (choice != BEST)).sum()
    assert stages[STOPPED] == ((own != BEST) & (choice == BEST)).sum()


def test_one_who_counts_the_own_view_for_more_than_all_others_together_decides_alone():
    values = FREE | {"modes.options": 2, "modes.own_view_counts": 2.5}
    own, choice, stages, _ = Bedside(values, consultant=0.5).chooses(600)
    assert (own == choice).all()
    assert stages[STOPPED] == 0 < stages[SAID]


@pytest.mark.parametrize("off", ["pooling", "mistakes"])
def test_nobody_else_is_asked_where_pooling_or_mistakes_are_off(off):
    own, choice, stages, true = Bedside(FREE | {"modes.options": 2}, {off: False}, consultant=0.5).chooses(600)
    assert (choice == (own if off == "pooling" else BEST)).all()
    assert stages[NOTICED] == stages[SAID] == stages[STOPPED] == 0
    assert true.concerns == true.silences == 0
    everybody_asked = Bedside(FREE | {"modes.options": 2}, consultant=0.5).chooses(600)
    assert everybody_asked[2][SAID] > 0 < everybody_asked[3].concerns


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.5, 2.5])
def test_most_votes_decide_and_in_a_tie_the_own_view(weight):
    options = 5
    p = settings({"modes.own_view_counts": weight}, {})
    for own, one, other in itertools.product(range(options), *[range(UNHEARD, options)] * 2):
        votes = np.zeros(options)
        votes[own] = weight
        for view in (one, other):
            if view != UNHEARD:
                votes[view] += 1.0
        first = [own] if votes[own] == votes.max() else np.flatnonzero(votes == votes.max())
        assert most_votes(own, one, other, p) == first[0]


SEES_NOTHING = {"modes.options": 2, "modes.doctor_sees": 0.0, "modes.nurse_sees": 1.0}  # doctors always wrong


@pytest.mark.parametrize("speaks", [0.15, 0.5, 0.85])
def test_a_view_that_only_one_member_holds_surfaces_as_often_as_it_is_said(speaks):
    """Hidden profile: the nurse alone knows what is best. It is found if she says it and is heard."""
    heeds = 0.7
    values = SEES_NOTHING | {"modes.own_view_counts": 0.5, "voice.stake.treatment_mistake": 0.8}
    values |= outspoken(speaks, 0.8) | heeding(heeds)
    team = Bedside(values, consultant=1.0, nurse=1.0).goes_home("junior")
    times = 3_000
    own, choice, stages, true = team.chooses(times)
    assert (own != BEST).all()
    assert stages[NOTICED] == stages[MADE] == stages[CHANCES] == times
    is_share(stages[SAID], times, speaks)
    is_share(stages[STOPPED], stages[SAID], heeds)
    assert (choice == BEST).sum() == stages[STOPPED]
    assert (true.concerns, true.silences) == (stages[SAID], times - stages[SAID])


def test_what_two_members_hold_surfaces_more_often_than_what_one_holds():
    """Stasser and Titus: a fact that n know is said with chance 1 − (1 − c)^n."""
    speaks, times = 0.3, 4_000
    both = {"modes.options": 2, "modes.doctor_sees": 1.0, "modes.nurse_sees": 1.0, "voice.stake.treatment_mistake": 1.0}
    both |= outspoken(speaks) | heeding(1.0)
    own, _, stages, _ = Bedside(both, consultant=0.0, junior=1.0, nurse=1.0).chooses(times)  # a consultant who guesses
    assert stages[NOTICED] == (own != BEST).sum()
    is_share(stages[SAID], stages[NOTICED], 1 - (1 - speaks) ** 2)
    alone = Bedside(both, consultant=0.0, nurse=1.0).goes_home("junior").chooses(times)[2]
    is_share(alone[SAID], alone[NOTICED], speaks)


def test_a_profile_stays_hidden_where_most_share_what_is_wrong():
    """Even said and heard, one vote does not outweigh two that agree."""
    values = FREE | SEES_NOTHING | {"modes.own_view_counts": 1.0}
    own, choice, stages, _ = Bedside(values, consultant=1.0, junior=1.0, nurse=1.0).chooses(600)
    assert stages[SAID] == 600
    assert (choice == own).all()
    assert stages[STOPPED] == 0


def test_a_wrong_view_too_must_be_said_and_heard_to_count():
    """Two who are always wrong outvote a consultant who is right only if both speak and both are heard."""
    speaks, heeds, times = 0.8, 0.7, 4_000
    values = {"modes.options": 2, "modes.doctor_sees": 0.0, "modes.nurse_sees": 0.0, "modes.own_view_counts": 1.0}
    values |= {"voice.stake.treatment_mistake": 1.0} | outspoken(speaks) | heeding(heeds)
    own, choice, stages, _ = Bedside(values, consultant=0.0, junior=1.0, nurse=1.0).chooses(times)
    right = own == BEST
    assert right.sum() > 1_500
    is_share((choice[right] != BEST).sum(), right.sum(), (speaks * heeds) ** 2)
    assert (choice[~right] == own[~right]).all()
    assert stages[SAID] == stages[STOPPED] == 0  # nobody said what would have been right


@pytest.mark.parametrize("off", ["voice", "pooling"])
@pytest.mark.parametrize("options", [2, 4])
@pytest.mark.parametrize("others", [0.0, 1.0])
def test_with_voice_off_the_choice_is_as_good_as_the_one_who_decides(off, options, others):
    values = {"modes.options": options, "modes.doctor_sees": 0.9, "modes.nurse_sees": 1.0}
    team = Bedside(values, {off: False}, consultant=0.6, junior=others, nurse=others)
    times = 2_000
    own, choice, stages, true = team.chooses(times)
    assert (own == choice).all()
    is_share((choice == BEST).sum(), times, 1 / options + (0.9 - 1 / options) * 0.6)
    assert stages[SAID] == stages[STOPPED] == true.concerns == 0
    assert stages[MADE] == (own != BEST).sum()
