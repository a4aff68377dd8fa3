"""What a pharmacist decides: whether an order is wrong."""

from sim.state.behaviours import behaviour


@behaviour
def finds_wrong_order(pharmacist, p, draw):
    """Whether a pharmacist who checks a wrong order finds it."""
    if p.on.order_check == 0:
        return False
    return draw < p.errors.pharmacist_catches
