"""How far a lead is heeded, and what people make of a lead's response to error."""

from sim.agents.voice import hears_answer
from sim.state.behaviours import behaviour
from sim.state.chance import BLAMES, MEETING, luck
from sim.state.vocabulary import REBUFFED, WELCOMED


@behaviour
def counts_for_trust(person, weight, kept, p):
    """Trust in the lead moves towards what was seen: 1 for a promise kept or a warm meeting, 0 for a broken one."""
    person.trust += min(1.0, p.leadership.trust_learns * weight) * (kept - person.trust)


@behaviour
def responds_to_error(role, person, p, chance):
    """Once the lead knows of an error by a report: blame the person, or look at the process with her (M8).

    Blame teaches silence, and wariness too.
    """
    if person.reported == 0:
        return
    person.reported = 0
    if p.on.blame == 1 and luck(chance, MEETING, role.identity, 0)[BLAMES] < role.blames:
        hears_answer(person, REBUFFED, int(100.0 * p.leadership.blame_counts + 0.5), p)
        person.wary += p.leadership.blame_warns * (1.0 - person.wary)
    else:
        hears_answer(person, WELCOMED, 100, p)
