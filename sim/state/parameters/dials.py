"""The dials of a hospital's culture: where people start. Read only by initial states and by beliefs held fast."""

from sim.state.parameters.registry import Module

DIAL_PARAMETERS = Module("dials", "culture and policy as a hospital could set them")
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
    "hold",
    0,
    0,
    1,
    "0 or 1",
    "1: both beliefs about voice stay where they started, for controlled experiments; 0: they are learned",
    "a switch for experiments",
    "assumed",
)
