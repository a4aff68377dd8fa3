"""Goals on their way: from the organisation down to the ward, or up from its people; spoken of, adopted (M9, M11)."""

from sim.state.behaviours import behaviour
from sim.state.vocabulary import GOALS

# Weights are added up in whole millionths, so that the order of people changes nothing.
MILLIONTHS = 1e6


@behaviour
def reach_division(division, manager, p):
    """At midnight: what the organisation wants becomes, little by little, what its division understands of it."""
    total = 0.0
    for goal in range(len(GOALS)):
        total += p.goals.wants[goal]
    if p.on.shared_goals == 0 or total <= 0.0:
        return
    for goal in range(len(GOALS)):
        meant = as_passed_on(p.goals.wants[goal] / total, manager.leaning[goal], p)
        division.goal[goal] += p.goals.passes_down * (meant - division.goal[goal])


@behaviour
def reach_ward(ward, division, team, p):
    """At midnight: what the division wants, and what the ward's own people do, become the goals of the ward."""
    if p.on.shared_goals == 0:
        return
    for goal in range(len(GOALS)):
        above = as_passed_on(division.goal[goal], team.ward_manager[0].leaning[goal], p)
        meant = above + p.goals.from_below * (wanted_by(team, goal) - above)
        ward.goal[goal] += p.goals.passes_down * (meant - ward.goal[goal])


@behaviour
def as_passed_on(goal, own, p):
    """The weight of a goal as a layer passes it on: some is lost, and replaced by what its manager wants."""
    lost = p.goals.lost if p.on.layers == 1 else 0.0
    return goal + lost * (own - goal)


@behaviour
def wanted_by(team, goal):
    """How much nurses and doctors of a ward want one goal, on average."""
    total = added_up(team.nurses, goal) + added_up(team.doctors, goal)
    return total / (MILLIONTHS * (len(team.nurses) + len(team.doctors)))


@behaviour
def added_up(people, goal):
    """Weights that people give to one goal, in millionths."""
    total = 0
    for i in range(len(people)):
        total += int(people[i].weights[goal] * MILLIONTHS)
    return total


@behaviour
def speaks_of_goals(role, person, ward, p):
    """A lead speaks of what the ward is there for: what is said in the language of quality people make their own.

    They want it the more, the more it is their own; of cost they do not (Bohmer 2012, section 5).
    """
    if p.on.shared_goals == 0:
        return
    person.identification += p.goals.words_move * (role.quality_language - person.identification)
    moves = p.goals.adopts * person.identification * person.trust
    for goal in range(len(GOALS)):
        person.weights[goal] += moves * (ward.goal[goal] - person.weights[goal])
