"""An encounter of voice: said or not, how it is met, whether it is acted on, who overhears, who learns."""

from sim.agents.voice import answers, hears_answer, heeds, sees_action, speaks_up
from sim.state.behaviours import behaviour
from sim.state.chance import ANSWERED, EARSHOT, IS_HEEDED, OVERHEARS, SPEAKS, VOICE, event_number, luck

SILENT, SAID_IN_VAIN, ACTED_ON = range(3)


@behaviour
def raises_concern(person, hearer, stake, event, index, nurses, doctors, counts, p, chance):
    """One person may raise a concern with another: silent, said in vain, or acted on.

    Speaking takes the time of both: each is interrupted in the next tick. The speaker and those in
    earshot note how it was met.

    Args:
        stake: what is at stake, 0 to 1.
        event: identity of the person whose task it is about; with `index` it sets events of a tick apart.
        nurses, doctors: everybody of the ward, some of whom may overhear.
        counts: the true ledger of the ward and the patient's mode.
    """
    draws = luck(chance, VOICE, event, index)
    person.occasions += 1
    if not speaks_up(person, hearer, stake, p, draws[SPEAKS]):
        counts.silences += 1
        return SILENT
    person.spoken += 1
    counts.concerns += 1
    person.interrupting += 1
    hearer.interrupting += 1
    answer = answers(hearer, person, p, draws[ANSWERED])
    acted_on = heeds(hearer, person, answer, p, draws[IS_HEEDED])
    counts.answers[answer] += 1
    hears_answer(person, answer, 100, p)
    sees_action(person, acted_on, 100)
    if p.on.overhearing == 1:
        is_overheard(person, hearer, nurses, answer, acted_on, event_number(event, index), p, chance)
        is_overheard(person, hearer, doctors, answer, acted_on, event_number(event, index), p, chance)
    return ACTED_ON if acted_on else SAID_IN_VAIN


@behaviour
def is_overheard(person, hearer, colleagues, answer, acted_on, event, p, chance):
    """Colleagues in earshot note how the concern was met."""
    percent = int(100.0 * p.voice.overheard_counts + 0.5)
    for i in range(len(colleagues)):
        colleague = colleagues[i]
        if colleague.on_shift == 0 or colleague.away == 1:
            continue
        if colleague.identity == person.identity or colleague.identity == hearer.identity:
            continue
        if luck(chance, EARSHOT, colleague.identity, event)[OVERHEARS] < p.voice.earshot:
            hears_answer(colleague, answer, percent, p)
            sees_action(colleague, acted_on, percent)
