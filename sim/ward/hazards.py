"""Latent hazards of a ward: they arise, feed errors of their kind, and go (a birth–death process)."""

from sim.state.behaviours import behaviour
from sim.state.chance import DECAY, HAZARD_ARISES, HAZARD_GOES, WHICH_HAZARD, luck
from sim.state.vocabulary import FED_BY_HAZARDS

HOURS_PER_DAY = 24.0


@behaviour
def hazards_arise_and_go(ward, staffing, p, chance):
    """One hour in the life of a ward's hazards: a complex system decays, and some faults go by themselves."""
    if p.on.latent_hazards == 0:
        return
    draws = luck(chance, DECAY, ward.identity, 0)
    if draws[HAZARD_GOES] < hazards_alive(ward) * p.errors.hazards_go / HOURS_PER_DAY:
        removes_hazard(ward, draws[HAZARD_GOES] / (hazards_alive(ward) * p.errors.hazards_go / HOURS_PER_DAY))
        staffing.hazards_gone += 1
    if draws[HAZARD_ARISES] < p.errors.hazards_arise / HOURS_PER_DAY:
        ward.hazards[FED_BY_HAZARDS[int(draws[WHICH_HAZARD] * len(FED_BY_HAZARDS))]] += 1
        staffing.hazards_arisen += 1


@behaviour
def hazards_alive(ward):
    """Number of latent hazards alive in a ward."""
    alive = 0
    for kind in FED_BY_HAZARDS:
        alive += ward.hazards[kind]
    return alive


@behaviour
def removes_hazard(ward, draw):
    """Remove one hazard; each that is alive is as likely as any other. `draw` is uniform in [0, 1)."""
    target = int(draw * hazards_alive(ward))
    for kind in FED_BY_HAZARDS:
        target -= ward.hazards[kind]
        if target < 0:
            ward.hazards[kind] -= 1
            return
