"""What a doctor decides: which known option, whether to reconsider, what to make of a trial, who is fit."""

from sim.agents.staff import skill_now
from sim.state.behaviours import behaviour
from sim.state.vocabulary import NURSE


@behaviour
def own_view(person, best, p, right, other):
    """The option to which one person's own signal points.

    A person of no skill guesses among the known options; one of full skill is right with probability
    `modes.doctor_sees` or `modes.nurse_sees`.

    Args:
        best: the option that is best by what is known.
        right, other: draws that decide whether the view is right, and which one it is if not.
    """
    full = p.modes.nurse_sees if person.profession == NURSE else p.modes.doctor_sees
    by_chance = 1.0 / p.modes.options
    if right < by_chance + (full - by_chance) * skill_now(person, p):
        return best
    others = int(p.modes.options) - 1
    return (best + 1 + int(other * others)) % (others + 1)


@behaviour
def asks_patient(doctor, p, draw):
    """Whether a doctor asks what the patient values before choosing; a hurried one does not."""
    return doctor.hurried == 0 and draw < p.modes.asks_patient


@behaviour
def makes_plan(doctor, p, draw):
    """Whether a doctor makes a plan for complications that are known; a hurried one does not."""
    return doctor.hurried == 0 and draw < p.modes.makes_plan


@behaviour
def admits_failure(doctor, p, draw):
    """Whether a doctor says that a trial has failed; it takes a belief that voice is safe (Edmondson 2004)."""
    if p.on.honesty == 0:
        return True
    return draw < p.modes.admits_anyway + (1.0 - p.modes.admits_anyway) * doctor.voice_is_safe


@behaviour
def starts_with_protocol(doctor, p, draw):
    """Whether care of an unconstrained patient begins with the best that is known for the group.

    As often as the parameter says for a doctor of middling habit; less for one who does things in her own way.
    """
    return draw < p.modes.starts_on_protocol * (1.5 - doctor.habit)


@behaviour
def seems_slow(effect, p, draw):
    """Whether progress under the present treatment seems slow; what is seen of it is noisy, both ways."""
    return effect + p.modes.progress_noise * (2.0 * draw - 1.0) < p.modes.slow_below


@behaviour
def reconsiders(doctor, p, draw):
    """Whether a doctor to whom progress seems slow takes it as a sign of the wrong choice."""
    return draw < p.modes.reconsiders * skill_now(doctor, p)


@behaviour
def reads_response(doctor, effect, p, draw):
    """How a patient's response to treatment appears to the doctor: the true effect, with noise."""
    return effect + p.modes.reading_noise * (2.0 * draw - 1.0)


@behaviour
def is_content(doctor, response, p):
    """Whether the response seems good enough to leave treatment as it is (Simon 1955)."""
    return response >= p.modes.good_enough


@behaviour
def is_fit_to_leave(doctor, patient, p):
    """Whether recovery seems complete enough; pressure to free beds bends what is enough (M12)."""
    enough = p.flow.pressure_bends * doctor.pressure if p.on.pressure == 1 else 0.0
    return patient.recovery_left <= enough and patient.recognised == 0


@behaviour
def takes_it_on(doctor, is_expected, p, draw):
    """Whether a doctor takes a decision that is left to her, or passes it up all the same.

    Some do not see themselves as those who decide, unless they are told that it is expected of them; and some do not
    share the goals (Bohmer 2012, section 5: accidental leaders).
    """
    shrinks = 0.0 if is_expected else p.control.shrinks * (1.0 - doctor.capability)
    return draw < (1.0 - shrinks) * (1.0 - p.control.estranged * (1.0 - doctor.identification))
