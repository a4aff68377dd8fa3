"""How far a lead is heeded: what people make of her tone, her presence and her response to error."""

import math

from sim.agents.standing import trust_of_stranger
from sim.agents.voice import hears_answer
from sim.state.behaviours import behaviour
from sim.state.chance import BLAMES, MEETING, luck
from sim.state.vocabulary import REBUFFED, WELCOMED


@behaviour
def counts_for_trust(person, weight, kept, p):
    """Trust in the lead moves towards what was seen: 1 for a promise kept or a warm meeting, 0 for a broken one."""
    person.trust += min(1.0, p.leadership.trust_learns * weight) * (kept - person.trust)


@behaviour
def tone_of(role, p):
    """How warm the lead's tone is; neither warm nor cold where manner counts for nothing."""
    return role.warmth if p.on.manner == 1 else 0.5


@behaviour
def grows_near_or_strange(person, role, p):
    """At midnight: a lead who was seen near is known for her tone; one who was not becomes a stranger (M19)."""
    if p.on.leadership == 0:
        return
    takes_in_promises(person, p)
    if p.on.presence == 0:
        return
    if person.lead_near > 0:
        counts_for_trust(person, p.leadership.seen_builds * person.lead_near, tone_of(role, p), p)
    else:
        person.trust += p.leadership.estranges * (trust_of_stranger(person.profession, role, p) - person.trust)
    person.lead_near = 0


@behaviour
def takes_in_promises(person, p):
    """Trust moves towards the share of promises to others that were seen to be kept."""
    if person.promises_heard > 0 and person.cover == 0:
        learns, events = p.leadership.trust_learns, person.promises_heard / 100.0
        stays = math.exp(events * math.log(1.0 - learns)) if learns < 1.0 else 0.0
        person.trust += (1.0 - stays) * (person.promises_seen / person.promises_heard - person.trust)
    person.promises_heard = 0
    person.promises_seen = 0


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
