"""An encounter of voice: said or not, how it is met, whether it is acted on, who overhears, who learns."""

from sim.agents.voice import answers, hears_answer, heeds, sees_action, speaks_up
from sim.state.behaviours import behaviour
from sim.state.chance import ANSWERED, EARSHOT, IS_HEEDED, OVERHEARS, SPEAKS, VOICE, event_key, luck, onlooker

SILENT, SAID_IN_VAIN, ACTED_ON = range(3)
NO_ANSWER = -1


@behaviour
def raises_concern(person, hearer, stake, event, index, team, counts, p, chance):
    """One person may raise a concern with another, who acts on it or not: silent, said in vain, or acted on.

    Args:
        stake: what is at stake, 0 to 1.
        event: identity of the person whose task it is about; with `index` it sets events of a tick apart.
        team: everybody of the ward, some of whom may overhear.
        counts: the true ledger of the ward and the patient's mode.
    """
    said, answer = voices(person, hearer, stake, event, index, counts, p, chance)
    if said != SILENT:
        is_met(person, hearer, answer, said == ACTED_ON, event, index, team, p, chance)
    return said


@behaviour
def voices(person, hearer, stake, event, index, counts, p, chance):
    """Whether it is said, how it is answered, and whether the hearer takes it up: for arguments see above.

    Speaking takes the time of both: each is interrupted in the next tick.
    """
    draws = luck(chance, VOICE, event, index)
    person.occasions += 1
    if not speaks_up(person, hearer, stake, p, draws[SPEAKS]):
        counts.silences += 1
        return SILENT, NO_ANSWER
    person.spoken += 1
    counts.concerns += 1
    person.interrupting += 1
    hearer.interrupting += 1
    answer = answers(hearer, person, p, draws[ANSWERED])
    counts.answers[answer] += 1
    return (ACTED_ON if heeds(hearer, person, answer, p, draws[IS_HEEDED]) else SAID_IN_VAIN), answer


@behaviour
def is_met(person, hearer, answer, acted_on, event, index, team, p, chance):
    """The speaker and those in earshot note how a concern was met, and whether anything came of it."""
    hears_answer(person, answer, 100, p)
    sees_action(person, acted_on, 100)
    if p.on.overhearing == 1:
        is_overheard(person, hearer, team.nurses, answer, acted_on, event_key(event, index), p, chance)
        is_overheard(person, hearer, team.doctors, answer, acted_on, event_key(event, index), p, chance)


@behaviour
def is_overheard(person, hearer, colleagues, answer, acted_on, event, p, chance):
    """Colleagues in earshot note how the concern was met."""
    percent = int(100.0 * p.voice.overheard_counts + 0.5)
    for i in range(len(colleagues)):
        if is_in_earshot(colleagues[i], person, hearer, event, p, chance):
            hears_answer(colleagues[i], answer, percent, p)
            sees_action(colleagues[i], acted_on, percent)


@behaviour
def is_in_earshot(colleague, person, hearer, event, p, chance):
    """Whether a colleague of two who speak overhears them."""
    if colleague.on_shift == 0 or colleague.away == 1:
        return False
    if colleague.identity == person.identity or colleague.identity == hearer.identity:
        return False
    return luck(chance, EARSHOT, event, onlooker(colleague.identity))[OVERHEARS] < p.voice.earshot
