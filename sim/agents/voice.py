"""Voice: the one decision behind stopping an error, escalating, questioning, reporting, and what it teaches.

People speak when what is at stake times the belief that it will be acted on outweighs what they expect it
to cost (Morrison 2011; Nembhard and Edmondson 2006; Edmondson 1996). Futility and fear are two beliefs.
"""

import math

from sim.state.behaviours import behaviour
from sim.state.vocabulary import IGNORED, REBUFFED, WELCOMED


@behaviour
def speaks_up(person, hearer, stake, p, draw):
    """Whether `person` says what she sees to `hearer`.

    Args:
        stake: what is at stake, 0 to 1.
        draw: her luck in this decision.
    """
    if p.on.voice == 0:
        return False
    return draw < chance_to_speak(stake * person.voice_is_acted_on, cost_of_voice(person, hearer, p), p)


@behaviour
def cost_of_voice(person, hearer, p):
    """What speaking is expected to cost: what the other may make of it, and haste on either side.

    Somebody who is on another ward must be called away from there.
    """
    cost = fear_of(person, hearer, p)
    if person.hurried == 1 or hearer.hurried == 1 or hearer.away == 1:
        cost += p.voice.busy_weighs
    return cost


@behaviour
def fear_of(person, hearer, p):
    """What is expected to follow for the speaker: fear, and the gap of status to one who does not invite voice."""
    cost = p.voice.fear * (1.0 - person.voice_is_safe)
    if p.on.status == 1:
        cost += p.voice.status_weighs * status_gap(person.status, hearer.status) * (1.0 - hearer.inviting)
    return cost


@behaviour
def files_report(person, manager, p, draw):
    """Whether a recognised incident is reported: the same decision, with the ward's manager as the reader."""
    if p.on.reporting == 0 or p.on.voice == 0:
        return False
    cost = fear_of(person, manager, p) + p.voice.report_takes
    if person.hurried == 1:
        cost += p.voice.busy_weighs
    return draw < chance_to_speak(p.voice.stake_in_report * person.voice_is_acted_on, cost, p)


@behaviour
def chance_to_speak(worth, cost, p):
    """Chance that what is at stake outweighs what it costs, for people who vary in how they weigh it."""
    return 1.0 / (1.0 + math.exp((cost - worth) / p.voice.temper))


@behaviour
def status_gap(own, others):
    """How far the other stands above, 0 to 1."""
    return max(0.0, others - own)


@behaviour
def answers(hearer, speaker, p, draw):
    """How `hearer` meets a concern: welcomed, ignored or rebuffed. Haste curtails an inviting manner."""
    welcome = hearer.inviting
    if hearer.hurried == 1:
        welcome *= 1.0 - p.voice.hurry_curtails
    if draw < welcome:
        return WELCOMED
    return REBUFFED if draw < welcome + (1.0 - welcome) * p.voice.rebuffs else IGNORED


@behaviour
def heeds(hearer, speaker, answer, p, draw):
    """Whether `hearer` acts on a concern that was met with `answer`."""
    return draw < p.voice.heeded[answer]


@behaviour
def hears_answer(person, answer, percent, p):
    """Note how voice was met, own (100 percent) or overheard; taken in before the next task.

    Whole numbers, so that the order in which answers are heard does not matter.
    """
    person.safety_heard += percent
    person.safety_felt += percent * int(100.0 * p.voice.feels[answer] + 0.5)


@behaviour
def sees_action(person, acted_on, percent):
    """Note whether a concern was acted on, own (100 percent) or overheard."""
    person.action_heard += percent
    if acted_on:
        person.action_seen += percent


@behaviour
def takes_in_answers(person, p):
    """Both beliefs move towards what was met since the last tick (Rescorla and Wagner 1972)."""
    if learns_from_answers(person, p):
        if person.safety_heard > 0:
            felt = person.safety_felt / (100.0 * person.safety_heard)
            person.voice_is_safe = updated(person.voice_is_safe, felt, person.safety_heard, p)
        if person.action_heard > 0:
            seen = person.action_seen / person.action_heard
            person.voice_is_acted_on = updated(person.voice_is_acted_on, seen, person.action_heard, p)
    forgets_answers(person)


@behaviour
def forgets_answers(person):
    """Nothing that was met or overheard is left to take in."""
    person.safety_heard = 0
    person.safety_felt = 0
    person.action_heard = 0
    person.action_seen = 0


@behaviour
def learns_from_answers(person, p):
    """Whether beliefs move at all: not where they are held, nor those of a post that an agency covers today."""
    return p.on.learned_voice == 1 and p.dials.hold == 0 and person.cover == 0


@behaviour
def updated(belief, met, percent, p):
    """A belief after events that amount to `percent` hundredths of one, all met with `met`, 0 to 1."""
    if p.voice.learns >= 1.0:
        return met
    kept = math.exp(percent / 100.0 * math.log(1.0 - p.voice.learns))
    return met + (belief - met) * kept
