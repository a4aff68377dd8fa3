"""Latent hazards of a ward: they arise, feed errors of their kind, are patched or mended, and go (M8).

Size and visibility of a hazard are drawn independently: how much harm it feeds says nothing about how easily
people recognise it. A patch hides a hazard for a while, and its effect with it (Tucker and Edmondson 2003).
"""

from sim.state.behaviours import behaviour
from sim.state.chance import (
    DECAY,
    HAZARD_ARISES,
    HAZARD_GOES,
    HAZARD_SIZE,
    HAZARD_VISIBLE,
    NEW_HAZARD,
    WHICH_HAZARD,
    Chance,
    luck,
)
from sim.state.rows import MOST_HAZARDS
from sim.state.vocabulary import FED_BY_HAZARDS, HOURS_PER_DAY, NO_HAZARD
from sim.ward.harm import exponential

NO_PLACE = -1


@behaviour
def hazards_arise_and_go(ward, staffing, p, chance):
    """One hour in the life of a ward's hazards: a complex system decays, and some faults go by themselves."""
    if p.on.latent_hazards == 0:
        return
    draws = luck(chance, DECAY, ward.identity, 0)
    alive = hazards_alive(ward)
    going = alive * p.errors.hazards_go / HOURS_PER_DAY
    if draws[HAZARD_GOES] < going:
        removes_hazard(ward, nth_hazard(ward, int(draws[HAZARD_GOES] / going * alive)), staffing)
        staffing.hazards_gone += 1
    if draws[HAZARD_ARISES] < p.errors.hazards_arise / HOURS_PER_DAY:
        kind = FED_BY_HAZARDS[int(draws[WHICH_HAZARD] * len(FED_BY_HAZARDS))]
        staffing.hazards_arisen += arises(ward, kind, p, chance)
    counts_load(ward, chance)


@behaviour
def arises(ward, kind, p, chance):
    """A hazard of this kind arises; 0 where the ward has as many as can be told apart, else 1."""
    place = NO_PLACE
    for i in range(MOST_HAZARDS):
        if ward.hazard_kind[i] == NO_HAZARD:
            place = i
            break
    if place == NO_PLACE:
        return 0
    draws = luck(Chance(chance.seed, 0), NEW_HAZARD, ward.identity, ward.hazards_ever)
    ward.hazards_ever += 1
    ward.hazard_kind[place] = kind
    ward.hazard_size[place] = exponential(1.0, draws[HAZARD_SIZE])
    ward.hazard_visible[place] = visibility(draws[HAZARD_SIZE], draws[HAZARD_VISIBLE], p)
    ward.hazard_known[place] = 0
    ward.hazard_patched_until[place] = 0
    ward.hazards[kind] += 1
    return 1


@behaviour
def visibility(size, draw, p):
    """How easily a hazard is seen for what it is, 0 to 1: by its rank in size, or the reverse, or on its own.

    Args:
        size: the draw behind its size, which is its rank among all hazards.
        draw: whether the rank decides, and the visibility if it does not.
    """
    tied = abs(p.errors.size_shows)
    if draw < tied:
        return size if p.errors.size_shows > 0.0 else 1.0 - size
    return (draw - tied) / (1.0 - tied)


@behaviour
def counts_load(ward, chance):
    """How much the hazards of each kind feed errors now: their sizes, but for those that are patched."""
    for kind in FED_BY_HAZARDS:
        ward.hazard_load[kind] = 0.0
    for i in range(MOST_HAZARDS):
        if ward.hazard_kind[i] != NO_HAZARD and ward.hazard_patched_until[i] <= chance.tick:
            ward.hazard_load[ward.hazard_kind[i]] += ward.hazard_size[i]


@behaviour
def hazards_alive(ward):
    """Number of latent hazards alive in a ward."""
    alive = 0
    for kind in FED_BY_HAZARDS:
        alive += ward.hazards[kind]
    return alive


@behaviour
def nth_hazard(ward, number):
    """The place of the hazard with this number, from 0, among those alive."""
    left = number
    for i in range(MOST_HAZARDS):
        if ward.hazard_kind[i] == NO_HAZARD:
            continue
        if left == 0:
            return i
        left -= 1
    return NO_PLACE


@behaviour
def culprit(ward, kind, draw, tick):
    """The place of the hazard that made a task of this kind go wrong: the larger, the likelier. `draw` in [0, 1)."""
    target = draw * ward.hazard_load[kind]
    last = NO_PLACE
    for i in range(MOST_HAZARDS):
        if ward.hazard_kind[i] != kind or ward.hazard_patched_until[i] > tick:
            continue
        last = i
        target -= ward.hazard_size[i]
        if target < 0.0:
            return i
    return last


@behaviour
def removes_hazard(ward, place, staffing):
    """A hazard is gone, and with it what of it waits for the division."""
    staffing.changes_lapsed += ward.hazard_sent_up[place]
    ward.hazard_sent_up[place] = 0
    ward.hazards[ward.hazard_kind[place]] -= 1
    ward.hazard_kind[place] = NO_HAZARD
