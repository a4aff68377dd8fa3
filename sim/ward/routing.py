"""Who decides: those who do the work, or a manager above them (M10)."""

from sim.agents.doctor import takes_it_on
from sim.state.behaviours import behaviour
from sim.state.chance import FOR_OVERRIDE, IS_EXPECTED, PRESSED, ROUTING, SEES_UNREADY, TAKES_IT_ON, WHO_DECIDES, luck
from sim.state.vocabulary import OVERRIDE, TICKS_PER_DAY

# A target that is set aside stands beside the pathway that is set aside.
OF_TARGET = 4


@behaviour
def share_devolved(domain, role, p, chance):
    """Share of decisions of a `domain` that is left to those who do the work.

    The odds of the hospital's policy times those of the lead's own stance, of which 0.5 leaves the policy as it is.
    Where the policy leaves all or nothing, no lead can change that. A stance is a standing rule: it counts while
    somebody holds the role and has led of late.
    """
    policy = p.dials.devolution[domain]
    if p.on.leadership == 0 or not stance_stands(role, p, chance):
        return policy
    left = policy * role.devolves
    kept = (1.0 - policy) * (1.0 - role.devolves)
    return left / (left + kept) if left + kept > 0.0 else policy


@behaviour
def stance_stands(role, p, chance):
    """Whether the stance of the ward's lead is known and in force."""
    if chance.tick < role.vacant_until:
        return False
    return chance.tick - role.last_led < p.control.stance_lasts * TICKS_PER_DAY


@behaviour
def is_devolved(domain, person, index, role, p, chance):
    """Whether one decision of a `domain` is left to `person`; `index` sets those of a tick apart."""
    return luck(chance, ROUTING, person.identity, index)[WHO_DECIDES] < share_devolved(domain, role, p, chance)


@behaviour
def is_taken_on(doctor, turn, p, chance):
    """Whether a doctor takes a decision that is left to her, and whether its results will be looked at."""
    draws = luck(chance, ROUTING, doctor.identity, turn)
    is_expected = p.on.accountability == 1 and draws[IS_EXPECTED] < p.control.accountability
    taken_on = p.on.uptake == 0 or takes_it_on(doctor, is_expected, p, draws[TAKES_IT_ON])
    return taken_on, is_expected


@behaviour
def sets_target_aside(doctor, patient, turn, role, counts, p, chance):
    """Whether a doctor who is pressed to discharge early sets the target aside for this patient (M23)."""
    if p.on.target_overrides == 0 or patient.recovery_left <= 0.0:
        return False
    heart = min(1.0, 2.0 * p.control.overrides)
    if luck(chance, PRESSED, doctor.identity, turn)[SEES_UNREADY] >= p.control.sees_unready * heart:
        return False
    if not is_devolved(OVERRIDE, doctor, FOR_OVERRIDE + OF_TARGET + turn, role, p, chance):
        return False
    counts.targets_set_aside += 1
    return True
