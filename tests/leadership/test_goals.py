"""Goals on their way down, up and into people; against geometric series."""

import numpy as np
import pytest

from sim.leadership.goals import reach_division, reach_ward, speaks_of_goals, wanted_by
from sim.state.parameters import settings
from sim.state.rows import DIVISION, LEAD, STAFF
from sim.state.vocabulary import ACTIVITIES, GOALS
from tests.leadership.test_week import styled
from tests.limits.bench import build_state, changed, everybody, run, small

WANTS = np.array([0.5, 0.25, 0.15, 0.1])
OF_MANAGER = np.array([0.1, 0.2, 0.3, 0.4])
OF_PEOPLE = np.array([0.7, 0.0, 0.0, 0.3])


def wanting(**others):
    values = {f"goals.wants.{goal}": float(want) for goal, want in zip(GOALS, WANTS, strict=True)}
    return settings(values | {name.replace("__", "."): value for name, value in others.items()}, {})


def a_ward():
    state = build_state(small(), 1, 1)
    team, division, manager = everybody(state), DIVISION.table(1)[0], STAFF.table(1)[0]
    team.ward_manager[0].leaning = manager.leaning = OF_MANAGER
    team.nurses["weights"][:] = team.doctors["weights"][:] = OF_PEOPLE
    division.goal = state.wards[0].goal = 0.0
    return state.wards[0], division, manager, team


def test_a_layer_takes_over_what_is_wanted_at_the_rate_given():
    p = wanting(goals__passes_down=0.2, goals__lost=0.0)
    ward, division, manager, team = a_ward()
    of_ward = np.zeros(len(GOALS))
    for day in range(1, 60):
        reach_division(division, manager, p)
        reach_ward(ward, division, team, p)
        assert division.goal == pytest.approx(WANTS * (1 - 0.8**day))
        of_ward += 0.2 * (np.array(division.goal) - of_ward)
        assert ward.goal == pytest.approx(of_ward)


@pytest.mark.parametrize("lost", [0.0, 0.1, 0.5, 1.0])
def test_each_layer_loses_its_share_to_what_its_own_manager_wants(lost):
    ward, division, manager, team = a_ward()
    for layers, share in ((True, lost), (False, 0.0)):
        p = wanting(goals__passes_down=1.0, goals__lost=lost)
        p.on.layers = layers
        reach_division(division, manager, p)
        reach_ward(ward, division, team, p)
        assert division.goal == pytest.approx((1 - share) * WANTS + share * OF_MANAGER)
        left = (1 - share) ** 2
        assert ward.goal == pytest.approx(left * WANTS + (1 - left) * OF_MANAGER)


@pytest.mark.parametrize("from_below", [0.0, 0.4, 1.0])
def test_goals_from_below_are_what_the_wards_people_want(from_below):
    p = wanting(goals__passes_down=1.0, goals__lost=0.0, goals__from_below=from_below)
    ward, division, _, team = a_ward()
    division.goal = WANTS
    reach_ward(ward, division, team, p)
    assert [wanted_by(team, goal) for goal in range(len(GOALS))] == pytest.approx(OF_PEOPLE, abs=1e-6)
    assert ward.goal == pytest.approx((1 - from_below) * WANTS + from_below * OF_PEOPLE, abs=1e-6)


@pytest.mark.parametrize(("language", "trust"), [(1.0, 1.0), (0.5, 0.6), (0.0, 1.0), (1.0, 0.0)])
def test_meetings_bring_people_to_the_goals_of_the_ward_and_words_to_calling_them_their_own(language, trust):
    """Once identification has settled the distance shrinks geometrically, at the rate times trust times that."""
    p = wanting(goals__adopts=0.05, goals__words_move=0.2)
    ward, *_ = a_ward()
    ward.goal = WANTS
    role, nurse = LEAD.table(1)[0], STAFF.table(1)[0]
    role.quality_language, nurse.trust, nurse.identification = language, trust, 0.9
    for meeting in range(1, 30):
        speaks_of_goals(role, nurse, ward, p)
        assert nurse.identification == pytest.approx(language + (0.9 - language) * 0.8**meeting)
    nurse.identification, nurse.weights = language, OF_PEOPLE
    for meeting in range(1, 30):
        speaks_of_goals(role, nurse, ward, p)
        left = (1 - 0.05 * trust * language) ** meeting
        assert nurse.weights == pytest.approx(WANTS + left * (OF_PEOPLE - WANTS))


def congruence(state):
    weights = np.concatenate([state.nurses["weights"], state.doctors["weights"]])
    wants = state.settings["goals"]["wants"][0]
    return (weights @ wants / np.linalg.norm(weights, axis=1) / np.linalg.norm(wants)).mean()


def test_with_nothing_lost_and_no_pull_of_their_own_people_come_to_want_what_the_organisation_wants():
    """In a running hospital whose lead speaks of quality and is trusted; what is lost or pulls keeps them away.

    Of an odd number of nurses nobody works nights alone and is never met.
    """
    apart = {
        "goals.lost": 0.0, "goals.own_pull": 0.0, "goals.adopts": 1.0, "goals.identifies": 1.0,
        "dials.goal_congruence": 0.0, "mechanisms.symbolic_attention": False, "mechanisms.turnover": False,
        "staffing.few.nurses.posts": 5, "styles.pace_setting.manner.quality_language": 1.0,
        "leadership.trust_at_start": 1.0, "leadership.trust_learns": 0.0,
        "mechanisms.succession": False, "mechanisms.promises": False,
    }  # fmt: skip
    listening = styled({activity: 20.0 if activity == "listen" else 0.0 for activity in ACTIVITIES})
    ends = [congruence(run(changed(listening, apart | more), 300)) for more in ({}, {"goals.lost": 0.8})]
    assert congruence(build_state(changed(listening, apart), 1, 1)) < 0.97
    assert ends[0] > 0.999
    assert ends[1] < ends[0]
    pulled = changed(listening, apart | {"goals.own_pull": 0.5})
    assert congruence(run(pulled, 300)) < ends[0] - 0.005


@pytest.mark.parametrize("dial", [0.0, 0.5, 1.0])
def test_the_dial_is_where_newcomers_stand_between_their_own_and_the_organisations_goals(dial):
    state = build_state(changed(small(), {"dials.goal_congruence": dial}), 1, 1)
    for people in (state.nurses, state.doctors, state.managers):
        assert people["leaning"].sum(axis=1) == pytest.approx(1.0)
        wants = state.wards["goal"][0]
        assert people["weights"] == pytest.approx(people["leaning"] + dial * (wants - people["leaning"]))
    if dial == 1.0:
        assert congruence(state) == pytest.approx(1.0)
