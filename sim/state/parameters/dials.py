"""The dials of a hospital's culture and policy, which a scenario sets in its table [dials].

Each goes from 0 to 1, and its meaning says what both ends are on a ward. Dials are read by initial states, by the
routing of decisions, by pressure, and by beliefs that are held fast; by nothing that makes an outcome.
"""

from sim.state.parameters.registry import Module
from sim.state.vocabulary import DECISION_DOMAINS

DIAL_PARAMETERS = Module("dials", "culture and policy as a hospital could set them, in the table [dials]")
DIAL_PARAMETERS.number(
    "psychological_safety",
    0.6,
    0,
    1,
    "0 to 1",
    "mean belief that voice is safe, of people who start; 0: everybody expects to be punished for speaking, "
    "1: nobody does",
    "62.3% of NHS staff feel safe to speak up (NHS Staff Survey); the start is assumed, the answer learned",
    "assumed",
)
DIAL_PARAMETERS.number(
    "goal_congruence",
    0.6,
    0,
    1,
    "0 to 1",
    "how near the goals of people who start are to those of the organisation; 0: each ward and profession pulls its "
    "own way, 1: all want what the organisation wants",
    "Bohmer 2012, section 5: goals need to be congruent; the level in English hospitals is not known: somewhat more "
    "shared than not",
    "assumed",
)
_WHO_DECIDES = {
    "clinical": "of decisions on a patient that no rule covers, the share that is taken at the bedside; 0: each waits "
    "for a manager, 1: the doctor at the bedside takes every one",
    "override": "of wishes to set a standard or a target aside for a patient, the share that is decided at the "
    "bedside; 0: each waits for a manager, 1: those who care for the patient decide",
    "process": "of changes in how the ward works, the share that is decided on the ward; 0: each waits for a manager "
    "above it, 1: those who do the work decide",
    "staffing": "of decisions on rota and cover, the share that is taken on the ward; 0: each waits for a manager "
    "above it, 1: the ward decides",
}
for _domain in DECISION_DOMAINS:
    DIAL_PARAMETERS.vector(
        "devolution",
        (_domain,),
        (0.5,),
        0,
        1,
        "share",
        _WHO_DECIDES[_domain],
        "policy; Bohmer 2012, section 5: devolution to the front line is atypical in the UK; not known, and one half "
        "lets the lead's own stance decide",
        "assumed",
    )
DIAL_PARAMETERS.number(
    "target_pressure",
    0.3,
    0,
    1,
    "0 to 1",
    "how strongly managers feel the gap between a target and what was reached; 0: a missed target is a number in a "
    "report, 1: nothing else counts until it is met",
    "Bohmer 2012, section 6: centrally mandated targets; not known: felt, but well short of counting alone",
    "assumed",
)
DIAL_PARAMETERS.number(
    "hold",
    0,
    0,
    1,
    "0 or 1",
    "1: both beliefs about voice stay where they started, for controlled experiments; 0: they are learned",
    "a switch for controlled experiments; 0, since people learn",
    "assumed",
)
