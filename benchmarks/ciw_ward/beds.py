"""The beds of the ward alone in Ciw 3, as a network of queues: what of the benchmark Ciw can express.

Patients are customers of nine classes, one for each mode of care and urgency; beds are servers, waiting places the
capacity of their queue, the manager who gives out beds a service discipline, planned patients who go home customers
who renege, and home is a second node from which some come back.

What it leaves out, since a network of queues has no place for it: all that happens in a bed. There are no nurses,
doctors or pharmacists and so no tasks, hurry, errors, concerns, reports, harm or deterioration, and stays do not come
of care but are drawn from those that were recorded in the whole model. That is the level "beds" of SPECIFICATION.md,
which `benchmarks/simpy_ward/beds.py` covers too.
"""

import random
from collections import Counter
from itertools import product
from typing import Any

import ciw

from benchmarks.demand import ELECTIVE, EMERGENCY, URGENT, BedsAlone, counted_in
from benchmarks.stays import kept
from sim.scenario.schema import Scenario
from sim.state.vocabulary import MODES, TICKS_PER_DAY, TICKS_PER_WEEK

WARD, HOME = 1, 2
KINDS = ["service", "rejection", "renege"]
MORE_THAN_PATIENCE = 1.5  # ticks: a planned patient goes home in the tick after the last that is waited for


def run(scenario: Scenario, seed: int, ticks: int, warm_up: int = 0) -> dict[str, float]:
    """Run the beds for `warm_up` ticks and then for `ticks` more: what was counted in the latter."""
    return counted_in(Beds(scenario, seed), ticks, warm_up)


def named(mode: int, urgency: int) -> str:
    """The class of such patients."""
    return f"{mode} {urgency}"


def urgency_of(ind: ciw.Individual) -> int:
    """How urgent the class of a patient is."""
    return int(ind.customer_class.split()[1])


def tick_of(date: float) -> int:
    """The tick in which a date lies; beds are free at its very beginning, give or take the last bit."""
    return int(date + 1e-6)


class Arrivals(ciw.dists.Distribution):
    """Poisson arrivals at a rate that changes from tick to tick and repeats each week.

    Ciw's own `PoissonIntervals` draws every interval beforehand, which takes ten times as long as the year itself.
    """

    def __init__(self, rates: list[float]):
        self.rates = rates
        self.busiest = max(rates)

    def sample(self, t: float, ind: ciw.Individual | None = None) -> float:
        """Ticks until the next arrival; candidates come as in the busiest tick, and some are kept."""
        at = t
        while True:
            at += random.expovariate(self.busiest)
            if random.random() * self.busiest < self.rates[int(at) % TICKS_PER_WEEK]:
                return at - t


class InBed(ciw.dists.Distribution):
    """A stay as recorded, to the end of the tick in which it ends; it settles whether the patient will be back."""

    def sample(self, t: float, ind: ciw.Individual) -> float:
        """Ticks until the bed is free."""
        admitted = tick_of(t)
        stay, ind.back = kept().draw(random, int(ind.customer_class.split()[0]), admitted)
        return admitted + stay + 1 - t


class AtHome(ciw.dists.Distribution):
    """Ticks at home of somebody who comes back."""

    def sample(self, t: float, ind: ciw.Individual) -> float:
        """From the end of the stay."""
        return ind.back - 1


class AfterStay(ciw.routing.NodeRouting):
    """Home for those who come back, and away for all others."""

    def next_node(self, ind: ciw.Individual) -> Any:
        """Where to go from a bed."""
        return self.simulation.nodes[HOME if ind.back is not None else -1]


class ComesBack(ciw.routing.NodeRouting):
    """To the ward again, or elsewhere where all waiting places are taken."""

    def next_node(self, ind: ciw.Individual) -> Any:
        """Where to go from home."""
        ward = self.simulation.nodes[WARD]
        return ward if ward.number_of_individuals < ward.node_capacity else self.simulation.nodes[-1]


class Beds(BedsAlone):
    """The beds of one ward.

    Args:
        scenario: of one ward.
        seed: of the run; Ciw has one source of chance for all.
    """

    def __init__(self, scenario: Scenario, seed: int):
        ciw.seed(seed)
        self.serves(scenario)
        self.until = 0
        self.simulation = ciw.Simulation(self.network())

    def network(self) -> ciw.network.Network:
        """The ward and home."""
        classes = list(product(range(len(MODES)), (ELECTIVE, URGENT, EMERGENCY)))
        names = [named(*each) for each in classes]
        in_bed, at_home = InBed(), AtHome()
        routing = ciw.routing.NetworkRouting(routers=[AfterStay(), ComesBack()])
        patience = ciw.dists.Deterministic(self.patience + MORE_THAN_PATIENCE)
        urgent_again = {
            named(mode, urgency): {name: float(name == named(mode, URGENT)) for name in names}
            for mode, urgency in classes
        }
        return ciw.create_network(
            arrival_distributions={named(*each): [self.comes(*each), None] for each in classes},
            service_distributions={name: [in_bed, at_home] for name in names},
            reneging_time_distributions={
                named(mode, urgency): [patience if urgency == ELECTIVE else None, None] for mode, urgency in classes
            },
            class_change_matrices=[{}, urgent_again],
            number_of_servers=[self.number_of_beds, float("inf")],
            queue_capacities=[self.waiting_places, float("inf")],
            service_disciplines=[self.most_urgent, ciw.disciplines.FIFO],
            routing=dict.fromkeys(names, routing),
        )

    def comes(self, mode: int, urgency: int) -> Arrivals:
        """Arrivals of a class."""
        rate = self.planned_rate if urgency == ELECTIVE else self.emergency_rate
        share = self.mode_mix[mode] * {ELECTIVE: 1, URGENT: 2 / 3, EMERGENCY: 1 / 3}[urgency]
        return Arrivals([rate(tick) * share for tick in range(TICKS_PER_WEEK)])

    def most_urgent(self, waiting: list[ciw.Individual], t: float) -> ciw.Individual:
        """The waiting patient who weighs most."""
        return max(
            waiting, key=lambda ind: self.weighs(int(ind.customer_class.split()[1]), t - tick_of(ind.arrival_date))
        )

    def goes_on(self, ticks: int) -> None:
        """So many quarters of an hour."""
        if ticks:
            self.until += ticks
            self.simulation.simulate_until_max_time(self.until)

    def counts(self) -> dict[str, float]:
        """Everything counted since the beginning, from the records that Ciw keeps."""
        counted: Counter[str] = Counter()
        for record in self.simulation.get_all_records(only=KINDS, include_incomplete=True):
            if record.node == HOME:
                came_back = record.record_type == "service"
                counted["returns"] += came_back
                turned_away = came_back and record.destination == -1
                counted["arrivals"] += turned_away
                counted["diverted"] += turned_away
                continue
            counted["arrivals"] += 1
            counted["diverted"] += record.record_type == "rejection"
            counted["cancelled"] += record.record_type == "renege"
            if record.record_type in ("service", "incomplete") and record.service_start_date is not None:
                counted += self.of_stay(record)
        return {name: float(count) for name, count in counted.items()}

    def of_stay(self, record: ciw.data_record.DataRecord) -> Counter[str]:
        """What one admission adds."""
        admitted = tick_of(record.service_start_date)
        waited = admitted - tick_of(record.arrival_date)
        found = Counter(admissions=1, wait=waited, breaches=int(waited > self.deadline))
        has_left = record.record_type == "service"
        left = tick_of(record.exit_date) - 1 if has_left else self.until
        nights = left // TICKS_PER_DAY - admitted // TICKS_PER_DAY
        found.update(midnight_patients=nights)
        if has_left:
            found.update(stays=1, overnight_stays=int(nights > 0), overnight_stay=(left - admitted) * (nights > 0))
        return found
