"""The rules of the benchmark's ward in plain Python: what people decide, and what happens at a bed.

They are those of SPECIFICATION.md, with ordinary classes and methods, no tables, nothing compiled. The ports to Mesa
(`plain_mesa/`) and to SimPy (`simpy_ward/`) add who acts when, each as its documentation teaches it, so that what is
compared is the framework and not how well somebody wrote the rules. Nothing but the benchmark uses them.

One thing is simpler than in the model, for the mechanisms that `left_out.py` names are off: where patients share no
part of what works, a protocol is as good a start as any.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from benchmarks.demand import ELECTIVE, EMERGENCY, Demand, is_weekend
from benchmarks.left_out import LEFT_OUT
from benchmarks.names import names_by_kind
from sim.engine.hospital_state import PROFESSION_OF, USUAL_WEIGHTS
from sim.scenario.schema import Goals, Group, Scenario
from sim.state.rows import ELEMENTS_OF_TREATMENT, MOST_HAZARDS
from sim.state.vocabulary import (
    ANSWERS,
    ERRORS,
    GRADES,
    LOGGED,
    MODES,
    NEVER,
    PHYSIOLOGY,
    SOURCES,
    STAGES,
    TASKS,
    TICKS_OF_LONG_SHIFT,
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TIMES_INTERRUPTED,
)

# The model's own words for things, as Python's own integers.
REPETITIVE, CONSTRAINED, UNCONSTRAINED = range(len(MODES))
OBSERVATION, DOSE, CARE, STEP, DISCHARGE, REVIEW, CLERKING, ORDERS, RESPONSE, LETTER, ORDER_CHECK = range(len(TASKS))
PERSON, HAZARD = range(len(SOURCES))
CHANCES, MADE, NOTICED, SAID, STOPPED, REACHED, HARMED, RECOGNISED, REPORTED = range(len(STAGES))
WELCOMED, IGNORED, REBUFFED = range(len(ANSWERS))
STABLE, DETERIORATING, CRITICAL, DEAD = range(len(PHYSIOLOGY))
SHORT_SHIFT, LONG_SHIFT = range(len(LOGGED))
OBSERVATION_SLIP = ERRORS.index("observation slip")
DOSE_SLIP = ERRORS.index("dose slip")
CARE_SLIP = ERRORS.index("care slip")
STEP_SLIP = ERRORS.index("step slip")
PRESCRIBING_MISTAKE = ERRORS.index("prescribing mistake")
TREATMENT_MISTAKE = ERRORS.index("treatment mistake")
HANDOVER_LOSS = ERRORS.index("handover loss")
DISCHARGE_SLIP = ERRORS.index("discharge slip")
FAILURE_TO_RESCUE = ERRORS.index("failure to rescue")
PATHWAY_DEPARTURE = ERRORS.index("pathway departure")
MISJUDGED_TRIAL = ERRORS.index("misjudged trial")
DIVISION_MANAGER = GRADES.index("division manager")

SILENT, SAID_IN_VAIN, ACTED_ON = range(3)
NO_TRIAL, NOT_BEGUN = -1, -2
ELEMENTS = frozenset(range(ELEMENTS_OF_TREATMENT))
FED_BY_HAZARDS = (OBSERVATION_SLIP, DOSE_SLIP, CARE_SLIP, STEP_SLIP, DISCHARGE_SLIP)


def near(random: Random, mean: float, width: float) -> float:
    """A number of a range around `mean`, which narrows where it would reach beyond 0 to 1."""
    reach = min(width / 2, mean, 1 - mean)
    return random.uniform(mean - reach, mean + reach)


def poisson(random: Random, rate: float) -> int:
    """A Poisson number, by Knuth's method; the rates here are small."""
    limit, number, product = math.exp(-rate), 0, random.random()
    while product > limit:
        number += 1
        product *= random.random()
    return number


@dataclass
class Hazard:
    """A latent hazard: the kind of error it feeds, and how much, 1 for the mean of all that arise."""

    kind: int
    size: float


@dataclass
class Turn:
    """A shift of a rota: quarter-hour of the day, length in ticks, people needed, share of it on this ward."""

    start: int
    length: int
    weekday: int
    weekend: int
    presence: float


class Rota:
    """People of one grade who take shifts in turn, week after week."""

    def __init__(self, group: Group):
        self.grade = GRADES.index(group.grade)
        self.posts = group.posts
        self.weights = group.weights
        self.turns = [
            Turn(shift.start_tick, shift.ticks, shift.weekday, shift.weekend, shift.presence) for shift in group.shifts
        ]
        self.people: list[Staff] = []

    def begins_for(self, post: int, tick: int) -> Turn | None:
        """The shift that begins now for this post, if any."""
        turn = self.filled_before(tick // TICKS_PER_DAY)
        for shift in self.turns:
            needed = shift.weekend if is_weekend(tick) else shift.weekday
            if shift.start == tick % TICKS_PER_DAY and (post - turn) % self.posts < needed:
                return shift
            turn += needed
        return None

    def filled_before(self, day: int) -> int:
        """Number of shifts filled before this day."""
        weekday = sum(shift.weekday for shift in self.turns)
        weekend = sum(shift.weekend for shift in self.turns)
        weeks, days = divmod(day, 7)
        return weeks * (5 * weekday + 2 * weekend) + min(days, 5) * weekday + max(0, days - 5) * weekend


class Patient:
    """A patient, waiting for a bed or in one."""

    def __init__(self, ward: "Ward", mode: int, frailty: float, urgency: int):
        self.ward = ward
        self.p = p = ward.p
        random = ward.random
        self.mode = mode
        self.frailty = frailty
        self.urgency = urgency
        self.ledger = ward.ledgers[mode]
        self.funnel = ward.funnels[mode]
        self.arrived = ward.now
        self.admitted: int | None = None
        self.bed: int | None = None
        shape = p.flow.recovery_shape[mode]
        scale = p.flow.recovery_level * p.flow.recovery[mode] / math.gamma(1 + 1 / shape)
        self.recovery_needed = max(1.0, random.weibullvariate(scale, shape))
        self.recovery_left = self.recovery_needed
        self.effect = p.modes.untreated_effect
        self.state = STABLE
        self.recognised = False
        self.escalated = False
        self.missed_rescue = False
        self.misread = False
        self.fits_pathway = random.random() < ward.pathway.fit
        self.on_pathway = 1.0
        self.option: int | None = None
        self.best_option = random.randrange(int(p.modes.options))
        self.treatment = random.getrandbits(ELEMENTS_OF_TREATMENT)
        self.trial = NOT_BEGUN
        self.tried: set[int] = set()
        self.response_before = 0.0
        self.wrong_orders = 0
        self.wrong_orders_given = 0
        self.unchecked_orders = 0
        self.harm = 0.0
        self.preventable_events = 0
        self.other_events = 0
        self.reports = 0
        self.reports_of_harm = 0
        self.discharge_gap = False
        self.fit_since: int | None = None
        self.package_until = 0
        self.letter_done = False
        self.leaves = False
        self.due = [NEVER] * len(TASKS)
        if mode == UNCONSTRAINED:
            self.interactions = self.interactions_of()
            patterns = 2 ** (self.interactions + 1)
            self.landscape = [[random.random() for _ in range(patterns)] for _ in range(ELEMENTS_OF_TREATMENT)]

    # The plan of tasks

    def plan(self, kind: int, tick: int) -> None:
        """Plan a task; one that is planned already is only ever brought forward."""
        if self.due[kind] == NEVER:
            self.ledger["due", kind] += 1
            self.due[kind] = tick
        elif tick < self.due[kind]:
            self.due[kind] = tick

    def plan_next(self, kind: int) -> None:
        """Plan the next of a task that comes again."""
        self.plan(kind, self.ward.now + int(self.p.work.interval[kind] * TICKS_PER_HOUR))

    def drop(self, kind: int, why: str) -> None:
        """A planned task is left undone or forgotten; the next of its kind comes one interval later."""
        self.due[kind] = NEVER
        self.ledger[why, kind] += 1
        self.plan_next(kind)

    # Errors and harm

    def is_reached_by(self, error: int, source: int, person: "Staff") -> None:
        """An error may harm, be recognised as an incident, and be reported by `person`."""
        funnel, p, chance = self.funnel, self.p, self.ward.random.random
        funnel[error, source, REACHED] += 1
        harmed = chance() < p.errors.harm_level * p.errors.harms[error]
        if harmed:
            self.suffers_preventable()
            funnel[error, source, HARMED] += 1
        self.wrong_dose_is_looked_for(error, harmed)
        recognised = chance() < (p.errors.recognises_harm if harmed else p.errors.recognises_harmless)
        reported = recognised and person.files_report()
        self.incident_is_looked_for(harmed, reported)
        if recognised:
            funnel[error, source, RECOGNISED] += 1
            person.own_errors += 1
        if reported:
            funnel[error, source, REPORTED] += 1
            self.is_reported(harmed)
            person.interrupting += 1

    def is_omitted(self, kind: int, person: "Staff") -> None:
        """Care left undone may harm by itself, be recognised and be reported."""
        errors = self.p.errors
        if self.ward.random.random() >= errors.harm_level * errors.omission_harms[kind]:
            return
        self.suffers_preventable()
        self.ledger["harmful_omissions"] += 1
        self.harm_comes_to_light(person)

    def harm_comes_to_light(self, person: "Staff") -> None:
        """Harm that no error of this moment did may be recognised as an incident and reported by `person`."""
        reported = self.ward.random.random() < self.p.errors.recognises_harm and person.files_report()
        self.incident_is_looked_for(True, reported)
        if reported:
            self.is_reported(True)
            person.interrupting += 1

    def is_reported(self, harmed: bool) -> None:
        """An incident report is filed."""
        self.reports += 1
        self.reports_of_harm += harmed
        self.ledger["incident_reports"] += 1
        self.ledger["reports_of_harm"] += harmed

    def suffers_preventable(self) -> None:
        """An adverse event that care could have prevented."""
        self.suffers()
        self.preventable_events += 1
        self.ledger["preventable_events"] += 1

    def suffers(self) -> None:
        """Harm adds hours of care that are still needed, and a discharge is off."""
        hours = self.ward.random.expovariate(1 / self.p.physiology.harm_hours)
        self.harm += hours
        self.recovery_left = max(0.0, self.recovery_left) + hours
        self.fit_since = None
        self.letter_done = False

    # The body

    def lives_an_hour(self) -> None:
        """One hour: recovery and its delays in a bed, physiology everywhere."""
        if self.bed is None:
            self.changes_state()
            return
        self.ledger["bed_time"] += TICKS_PER_HOUR
        if self.fit_since is not None:
            self.ledger["delayed_time"] += TICKS_PER_HOUR
        if self.state == STABLE:
            self.recovery_left -= self.effect
        events = self.other_events
        turned_critical = self.changes_state()
        if self.other_events > events:
            self.harm_comes_to_light(self.who_reports())
        if turned_critical:
            self.may_be_unheard()

    def changes_state(self) -> bool:
        """Misfortune, death, deterioration, settling. Returns whether the patient turned critical."""
        body, chance = self.p.physiology, self.ward.random.random
        if chance() < body.misfortune * (1 + self.frailty):
            self.suffers()
            self.other_events += 1
            self.ledger["other_events"] += 1
        if chance() < body.dies[self.state]:
            self.state = DEAD
        elif self.state == STABLE:
            if chance() < self.chance_to_worsen():
                self.state = DETERIORATING
                self.recognised = self.escalated = self.missed_rescue = False
                self.ledger["deteriorations"] += 1
        elif self.state == DETERIORATING:
            draw = chance()
            if draw < body.turns_critical:
                self.state = CRITICAL
                return True
            if draw < body.turns_critical + body.settles:
                self.becomes_stable()
        return False

    def chance_to_worsen(self) -> float:
        """Chance per hour that a stable patient begins to deteriorate."""
        body = self.p.physiology
        illness = max(0.0, self.recovery_left) / self.recovery_needed
        return (
            body.worsens
            * (0.25 + min(1.0, illness))
            * (1 + body.frail_worsens * self.frailty)
            * (1 + body.poor_care_worsens * (1 - self.effect))
            * (1 + body.harm_worsens * self.harm)
        )

    def becomes_stable(self) -> None:
        """An episode of deterioration is over."""
        self.state = STABLE
        self.recognised = self.escalated = False

    def may_be_unheard(self) -> None:
        """Turning critical before anyone has called for help is a failure to rescue."""
        self.funnel[FAILURE_TO_RESCUE, PERSON, CHANCES] += 1
        if self.escalated or self.missed_rescue:
            return
        self.missed_rescue = True
        self.funnel[FAILURE_TO_RESCUE, PERSON, MADE] += 1
        self.is_reached_by(FAILURE_TO_RESCUE, PERSON, self.who_reports())

    def who_reports(self) -> "Staff":
        """The nurse who would report what happens: who covers the bed, or else any."""
        return self.ward.who_covers["nurse"][self.bed] or self.ward.nurses[0]

    # Treatment

    def remembers_step(self, followed: bool) -> None:
        """How closely care has followed the pathway of late sets how effective it is."""
        modes, pathway = self.p.modes, self.ward.pathway
        self.on_pathway += modes.step_memory * (followed - self.on_pathway)
        on_pathway = pathway.quality if self.fits_pathway else modes.misfit_effect
        self.effect = self.on_pathway * on_pathway + (1 - self.on_pathway) * modes.off_pathway_effect

    def misses_step(self) -> None:
        """A step that nobody got round to leaves the pathway too."""
        if self.mode == REPETITIVE:
            self.remembers_step(False)

    def interactions_of(self) -> int:
        """With how many others each element of treatment interacts: more for the frail, and where care is split."""
        modes = self.p.modes
        number = modes.interactions + modes.interact_by_frailty * self.frailty
        number += modes.interact_by_system * self.ward.fragmentation
        return min(ELEMENTS_OF_TREATMENT - 1, int(number + 0.5))

    def response_to(self, treatment: int) -> float:
        """How effective a combination of elements is: Kauffman's landscape, each patient's own."""
        total = 0.0
        for element, contributions in enumerate(self.landscape):
            pattern = 0
            for step in range(self.interactions + 1):
                pattern = pattern * 2 + (treatment >> (element + step) % ELEMENTS_OF_TREATMENT & 1)
            total += contributions[pattern]
        return total / ELEMENTS_OF_TREATMENT

    # Coming and going

    def is_admitted(self, bed: int) -> None:
        """Take a bed; the first tasks are planned."""
        ward, now = self.ward, self.ward.now
        self.bed = bed
        self.admitted = now
        if self.state > STABLE:
            self.recognised = True
            self.ledger["recognised"] += 1
        wait = now - self.arrived
        self.ledger["admissions"] += 1
        self.ledger["wait"] += wait
        self.ledger["breaches"] += wait > ward.p.flow.deadline * TICKS_PER_HOUR
        self.plan(OBSERVATION, now)
        self.plan(CLERKING, now)
        self.plan(DOSE, now + TICKS_PER_HOUR)
        self.plan(CARE, now + TICKS_PER_HOUR)

    def gives_up(self) -> bool:
        """Whether a planned patient has waited long enough and goes home."""
        waited = self.ward.now - self.arrived
        return self.urgency == ELECTIVE and waited > self.p.flow.planned_patience * TICKS_PER_HOUR

    def ends_stay(self) -> None:
        """Count the stay that ends, by discharge or death."""
        ledger, now = self.ledger, self.ward.now
        for kind, tick in enumerate(self.due):
            if tick != NEVER:
                ledger["lapsed", kind] += 1
        ledger["wrong_orders_left"] += self.wrong_orders
        stay = now - self.admitted
        if stay > TICKS_PER_DAY:
            ledger["long_stays"] += 1
            ledger["long_stay_deaths"] += self.state == DEAD
        if now // TICKS_PER_DAY > self.admitted // TICKS_PER_DAY:
            ledger["overnight_stays"] += 1
            ledger["overnight_stay"] += stay
        ledger["harmed"] += self.preventable_events + self.other_events > 0
        ledger["preventably_harmed"] += self.preventable_events > 0
        ledger["patients_with_report"] += self.reports > 0
        self.chart_is_reviewed()
        ledger["deaths" if self.state == DEAD else "discharges"] += 1

    def comes_back_after(self) -> int | None:
        """Ticks until somebody who was discharged comes again, within 30 days; None for most."""
        flow, random = self.p.flow, self.ward.random
        likelihood = flow.comes_back + flow.frail_come_back * self.frailty + flow.gap_brings_back * self.discharge_gap
        likelihood += max(0.0, self.recovery_left) / self.recovery_needed
        if random.random() >= likelihood:
            return None
        within_30_days = 1 - math.exp(-30 / flow.return_days)
        days = -flow.return_days * math.log(1 - random.random() * within_30_days)
        return max(1, int(days * TICKS_PER_DAY))

    # What observers find

    def chart_is_reviewed(self) -> None:
        """Reviewers of the chart may find an adverse event; they judge its cause, and how much stay it cost."""
        observers, ledger, chance = self.p.observers, self.ledger, self.ward.random.random
        ledger["charts_reviewed"] += 1
        preventable = self.preventable_events > 0 and chance() < observers.chart_finds_event
        other = self.other_events > 0 and chance() < observers.chart_finds_event
        if not preventable and not other:
            return
        ledger["charts_with_event"] += 1
        ledger["charts_extra_stay"] += self.attributed_stay()
        ledger["charts_reported"] += self.reports_of_harm > 0
        ledger["charts_preventable"] += preventable == (chance() < observers.chart_judges_right)

    def attributed_stay(self) -> int:
        """Ticks of a stay that go back to harm: the share that harm has in all the recovery that was needed."""
        return int((self.ward.now - self.admitted) * self.harm / (self.recovery_needed + self.harm))

    def incident_is_looked_for(self, harmed: bool, reported: bool) -> None:
        """A review of charts may find an incident, and whoever has the reports knows of those."""
        observers = self.p.observers
        finds = observers.chart_finds_event if harmed else observers.chart_finds_harmless
        if reported or self.ward.random.random() < finds:
            self.ledger["incidents_found"] += 1
            self.ledger["incidents_reported"] += reported

    def wrong_order_is_looked_for(self) -> None:
        """A study of medication errors may find that an order is wrong."""
        self.ledger["medication_errors_found"] += self.ward.random.random() < self.p.observers.study_finds_error

    def wrong_dose_is_looked_for(self, error: int, harmed: bool) -> None:
        """The same study may find an error in a dose, by itself or by its harm; that of an order only by its harm."""
        if error not in (DOSE_SLIP, PRESCRIBING_MISTAKE):
            return
        observers, chance = self.p.observers, self.ward.random.random
        by_harm = harmed and chance() < observers.chart_finds_event
        by_itself = error == DOSE_SLIP and chance() < observers.study_finds_error
        self.ledger["medication_errors_found"] += by_harm or by_itself
        self.ledger["medication_errors_harmed"] += by_harm


class Staff:
    """A member of staff: shifts, choice of tasks, errors and what is done about them, voice."""

    tasks: ClassVar[dict[int, str]] = {}  # kind of task → the method that does it
    hands_over: ClassVar[bool] = False
    left_undone: ClassVar[tuple[int, ...]] = ()

    covers: ClassVar[str] = ""  # as whom others find her at a bed
    is_clinician: ClassVar[bool] = True

    def __init__(self, ward: "Ward", grade: int, post: int = 0, rota: Rota | None = None, goals: Goals | None = None):
        self.ward = ward
        self.p = p = ward.p
        random = ward.random
        self.post = post
        self.rota = rota
        self.status = p.staffing.status[grade]
        self.skill = near(random, p.staffing.skill[grade], p.staffing.skill_spread)
        self.habit = random.random()
        self.voice_is_safe = near(random, p.dials.psychological_safety, p.voice.belief_spread)
        self.voice_is_acted_on = near(random, p.voice.acted_on_at_start, p.voice.belief_spread)
        self.inviting = near(random, p.voice.inviting, p.voice.inviting_spread)
        usual = goals.model_dump().values() if goals else USUAL_WEIGHTS[PROFESSION_OF[grade]]
        self.outcome, self.timeliness, self.throughput, self.standard = self.leaning(tuple(usual))
        work = p.work
        self.interval = [hours * TICKS_PER_HOUR for hours in work.interval]
        self.urgent = [self.outcome * urgency for urgency in work.urgency]
        self.sick_urgent = [
            self.outcome * (work.urgency[kind] + work.sick_urgency * (kind in (OBSERVATION, RESPONSE)))
            for kind in range(len(TASKS))
        ]
        self.frees_bed = [self.throughput * frees for frees in work.frees_bed]
        self.on_target = [self.timeliness * counts for counts in work.counts_for_target]
        self.on_shift = False
        self.absent = False
        self.cover = False
        self.shift_began = 0
        self.shift_ends = 0
        self.presence = 1.0
        self.away = False
        self.first_bed = 0
        self.end_bed = 0
        self.tiredness = 0.0
        self.fatigue = 0.0
        self.engaged = 0
        self.waiting = 0
        self.hurried = False
        self.interrupting = 0
        self.interruptions = 0
        self.in_hand: list[tuple[int, Patient]] = []
        self.own_errors = 0
        self.contacts = 0
        self.steps = 0
        self.steps_followed = 0
        self.occasions = 0
        self.spoken = 0
        self.cover_shifts = 0

    def leaning(self, usual: tuple[float, ...]) -> list[float]:
        """A person's own goal weights, which differ a little from her profession's."""
        shift = self.p.staffing.weight_spread * (self.ward.random.random() - 0.5)
        weights = [max(0.0, goal + (shift if index == 0 else -shift / 3)) for index, goal in enumerate(usual)]
        return [weight / sum(weights) for weight in weights]

    # Shifts

    def changes_shift(self) -> None:
        """Go off if the shift is over, come on if one begins."""
        now, staffing = self.ward.now, self.ward.staffing
        if self.on_shift and now >= self.shift_ends:
            self.leaves_tasks_undone()
            if not self.cover:
                self.keeps_logbook()
            self.goes_home()
        self.absent = False
        turn = self.rota.begins_for(self.post, now)
        if turn is None:
            return
        staffing["shifts_needed"] += 1
        if not self.on_shift and self.ward.random.random() < self.p.staffing.absence:
            self.absent = True
            staffing["shifts_absent"] += 1
            return
        self.comes_on(turn)

    def goes_home(self) -> None:
        """A shift is over; what takes more time waits for the next. The holder of a covered post has rested."""
        self.puts_work_down()
        self.own_errors = 0
        self.waiting = 0
        self.interrupting = 0
        self.away = False
        self.on_shift = False
        if self.cover:
            self.cover = False
            self.fatigue = 0.0
            self.engaged = 0

    def puts_work_down(self) -> None:
        """No task in hand, no interruption felt, no hurry."""
        self.in_hand = []
        self.interruptions = 0
        self.hurried = False

    def comes_on(self, turn: Turn) -> None:
        """A shift begins, with what rest has left of earlier fatigue."""
        now = self.ward.now
        hours_off = max(0, now - self.shift_ends) / TICKS_PER_HOUR
        self.tiredness = self.fatigue = self.fatigue * math.exp(-hours_off / self.p.work.rest_hours)
        self.on_shift = True
        self.shift_began = now
        self.shift_ends = now + turn.length
        self.presence = turn.presence

    def is_covered(self) -> None:
        """An agency colleague, rested, holds the post for this shift."""
        self.comes_on(self.rota.begins_for(self.post, self.ward.now))
        self.tiredness = self.fatigue = 0.0
        self.cover = True
        self.cover_shifts += 1
        self.ward.staffing["shifts_covered"] += 1

    def patients(self) -> Iterator[Patient]:
        """The patients in this person's beds."""
        return (patient for patient in self.ward.beds[self.first_bed : self.end_bed] if patient is not None)

    def leaves_tasks_undone(self) -> None:
        """What was not reached by the end of the shift; what fell due in the last hour passes on."""
        latest = self.ward.now - self.p.work.carried_over * TICKS_PER_HOUR
        for patient in self.patients():
            for kind in self.left_undone:
                if patient.due[kind] <= latest:
                    patient.drop(kind, "undone")
                    if kind == STEP:
                        patient.misses_step()
                    patient.is_omitted(kind, self)

    def keeps_logbook(self) -> None:
        """Only nurses are asked to."""

    def takes_over(self) -> None:
        """Coming on shift: what must be remembered of each patient is passed on, asked back, or forgotten."""
        if not self.hands_over or self.shift_began != self.ward.now:
            return
        work, random = self.p.work, self.ward.random
        items = [kind for kind in self.tasks if kind != DISCHARGE]
        for patient in self.patients():
            if random.random() >= work.items_handed_over:
                continue
            kind = random.choice(items)
            if patient.due[kind] == NEVER:
                continue
            funnel = patient.funnel
            funnel[HANDOVER_LOSS, PERSON, CHANCES] += 1
            if random.random() < self.ward.handover_keeps:
                continue
            funnel[HANDOVER_LOSS, PERSON, MADE] += 1
            if random.random() < work.asks_back:
                for stage in (NOTICED, SAID, STOPPED):
                    funnel[HANDOVER_LOSS, PERSON, stage] += 1
                continue
            patient.drop(kind, "forgotten")
            patient.is_reached_by(HANDOVER_LOSS, PERSON, self)

    # Work

    def chooses_tasks(self) -> None:
        """Take the waiting task that weighs most, or two where hurry makes contacts short."""
        ward, now, work = self.ward, self.ward.now, self.p.work
        self.puts_work_down()
        self.fatigue = min(1.0, self.tiredness + work.tires * (now - self.shift_began) / TICKS_PER_HOUR)
        self.away = self.presence < 1 and ward.random.random() >= self.presence
        if self.away or self.is_taken_up():
            return
        rate = work.interruption_rate + work.interruption_by_load * self.waiting
        self.interruptions = self.interrupting + poisson(ward.random, rate)
        self.interrupting = 0
        tasks = self.tasks
        waiting = [
            (kind, patient)
            for patient in ward.beds[self.first_bed : self.end_bed]
            if patient is not None
            for kind in tasks
            if patient.due[kind] <= now
        ]
        self.waiting = len(waiting)
        self.hurried = len(waiting) >= work.hurry_at
        if self.hurried:
            self.in_hand = heapq.nlargest(2, waiting, key=self.weighs)
        elif waiting:
            self.in_hand = [max(waiting, key=self.weighs)]

    def is_taken_up(self) -> bool:
        """Whether this quarter of an hour goes to what was begun before."""
        if self.engaged == 0:
            return False
        self.engaged -= 1
        return True

    def weighs(self, task: tuple[int, Patient]) -> float:
        """How much a waiting task weighs: goal weights times what the task is, plus a little noise."""
        kind, patient = task
        late = (self.ward.now - patient.due[kind]) / self.interval[kind]
        urgent = self.sick_urgent if patient.recognised else self.urgent
        weight = urgent[kind] * (1 + late) + self.frees_bed[kind] + self.standard * (late if late < 2 else 2)
        if self.ward.queue:
            weight += self.on_target[kind]
        return weight + self.p.work.taste * self.ward.random.random()

    def works(self) -> None:
        """The contacts of this tick."""
        if self.away:
            return
        staffing = self.ward.staffing
        staffing["worked"] += 1
        staffing["interruptions"] += self.interruptions
        if not self.in_hand:
            return
        staffing["busy"] += 1
        for kind, patient in self.in_hand:
            self.contacts += 1
            ledger = patient.ledger
            ledger["hurried"] += self.hurried
            ledger["done", kind] += 1
            patient.due[kind] = NEVER
            getattr(self, self.tasks[kind])(patient)

    # Errors

    def skill_now(self) -> float:
        """Skill on this ward, which an agency colleague does not know."""
        return self.skill * self.p.staffing.cover_skill if self.cover else self.skill

    def error_rate(self, error: int) -> float:
        """Chance that a task goes wrong now: skill, interruptions, fatigue and hurry."""
        errors = self.p.errors
        rate = errors.rate[error] * (1 + errors.by_skill * (1 - self.skill_now()))
        rate *= 1 + errors.per_interruption * self.interruptions
        rate *= 1 + errors.by_fatigue * self.fatigue
        if self.hurried:
            rate *= 1 + errors.by_hurry
        return min(1.0, rate)

    def errs(self, patient: Patient, error: int) -> bool:
        """Whether a task goes wrong and the error reaches the patient."""
        ward, funnel, chance = self.ward, patient.funnel, self.ward.random.random
        funnel[error, PERSON, CHANCES] += 1
        if chance() < self.error_rate(error):
            source = PERSON
        elif chance() < ward.hazard_load(error) * ward.p.errors.hazard_feeds:
            source = HAZARD
        else:
            return False
        funnel[error, source, MADE] += 1
        if source == HAZARD:
            self.meets_hazard(patient)
        if self.is_stopped(patient, error, source):
            return False
        patient.is_reached_by(error, source, self)
        return True

    def meets_hazard(self, patient: Patient) -> None:
        """Failures are counted for nurses alone, and nobody is told of a hazard here."""

    def is_stopped(self, patient: Patient, error: int, source: int) -> bool:
        """Whether an error is stopped in time: by herself, or by a colleague who sees it and is heeded."""
        errors, funnel, random = self.p.errors, patient.funnel, self.ward.random
        if not self.hurried and random.random() < errors.own_check[error]:
            funnel[error, source, NOTICED] += 1
            funnel[error, source, STOPPED] += 1
            self.own_errors += 1
            return True
        if random.random() >= errors.somebody_near:
            return False
        colleagues = [person for person in self.ward.clinicians if not person.away and person is not self]
        if not colleagues:
            return False
        witness = random.choice(colleagues)
        if random.random() >= errors.colleague_notices * (errors.hurried_notices if witness.hurried else 1.0):
            return False
        funnel[error, source, NOTICED] += 1
        said = witness.raises_concern(self, self.p.voice.stake[error], patient)
        if said != SILENT:
            funnel[error, source, SAID] += 1
        if said == ACTED_ON:
            funnel[error, source, STOPPED] += 1
            self.own_errors += 1
        return said == ACTED_ON

    # Voice

    def raises_concern(self, hearer: "Staff", stake: float, patient: Patient) -> int:
        """Raise a concern with a colleague or not: silent, said in vain, or acted on."""
        voice, ledger, chance = self.p.voice, patient.ledger, self.ward.random.random
        cost = self.fear_of(hearer)
        if self.hurried or hearer.hurried or hearer.away:
            cost += voice.busy_weighs
        self.occasions += 1
        if not self.speaks(stake * self.voice_is_acted_on, cost):
            ledger["silences"] += 1
            return SILENT
        self.spoken += 1
        ledger["concerns"] += 1
        self.interrupting += 1
        hearer.interrupting += 1
        welcome = hearer.inviting * (1 - voice.hurry_curtails) if hearer.hurried else hearer.inviting
        if chance() < welcome:
            answer = WELCOMED
        else:
            answer = REBUFFED if chance() < voice.rebuffs else IGNORED
        ledger["answers", answer] += 1
        return ACTED_ON if chance() < voice.heeded[answer] else SAID_IN_VAIN

    def fear_of(self, hearer: "Staff") -> float:
        """What is expected to follow: fear, and the gap of status to one who does not invite voice."""
        voice = self.p.voice
        gap = max(0.0, hearer.status - self.status)
        return voice.fear * (1 - self.voice_is_safe) + voice.status_weighs * gap * (1 - hearer.inviting)

    def files_report(self) -> bool:
        """Whether a recognised incident is reported, with the ward's manager as the reader."""
        voice = self.p.voice
        cost = self.fear_of(self.ward.manager) + voice.report_takes
        if self.hurried:
            cost += voice.busy_weighs
        return self.speaks(voice.stake_in_report * self.voice_is_acted_on, cost)

    def speaks(self, worth: float, cost: float) -> bool:
        """Whether what is at stake outweighs what speaking costs, for people who vary in how they weigh it."""
        return self.ward.random.random() < 1 / (1 + math.exp((cost - worth) / self.p.voice.temper))


class Nurse(Staff):
    """A registered nurse."""

    tasks: ClassVar = {
        OBSERVATION: "observes",
        DOSE: "gives_dose",
        CARE: "cares",
        STEP: "takes_step",
        DISCHARGE: "sees_home",
    }  # fmt: skip
    covers = "nurse"
    hands_over = True
    left_undone = (OBSERVATION, DOSE, CARE, STEP)

    def keeps_logbook(self) -> None:
        """At the end of a shift she may write down errors of her own that she knows of."""
        staffing = self.ward.staffing
        length = LONG_SHIFT if self.ward.now - self.shift_began >= TICKS_OF_LONG_SHIFT else SHORT_SHIFT
        keeps_silent = (1 - self.p.observers.logs_error) ** self.own_errors
        staffing["shifts_logged", length] += 1
        staffing["shifts_with_error", length] += self.ward.random.random() >= keeps_silent

    def meets_hazard(self, patient: Patient) -> None:
        """A hazard spoilt her work."""
        patient.ledger["failures_met"] += 1

    def observes(self, patient: Patient) -> None:
        """An observation: the only way in which deterioration becomes known."""
        patient.misread = self.errs(patient, OBSERVATION_SLIP)
        if patient.state > STABLE:
            self.meets_deterioration(patient)
        if patient.recognised:
            patient.plan(OBSERVATION, self.ward.now + int(self.p.work.sick_interval * TICKS_PER_HOUR))
        else:
            patient.plan_next(OBSERVATION)

    def meets_deterioration(self, patient: Patient) -> None:
        """See that the patient is getting worse, and call the doctor who covers the bed."""
        p, ward = self.p, self.ward
        if not patient.recognised:
            if patient.misread or self.ward.random.random() >= p.errors.sees_deterioration[patient.state]:
                return
            patient.recognised = True
            patient.ledger["recognised"] += 1
        on_call = ward.who_covers["junior"][patient.bed]
        if patient.escalated or on_call is None:
            return
        if self.raises_concern(on_call, p.voice.stake_in_deterioration, patient) == ACTED_ON:
            patient.escalated = True
            patient.ledger["escalated"] += 1
            patient.plan(RESPONSE, ward.now + 1)

    def gives_dose(self, patient: Patient) -> None:
        """A dose: a wrong order may be questioned first; then the dose itself may go wrong."""
        patient.plan_next(DOSE)
        if patient.wrong_orders and self.ward.random.random() < self.p.errors.dose_meets_order:
            self.meets_wrong_order(patient)
        self.is_watched(patient, self.errs(patient, DOSE_SLIP))

    def is_watched(self, patient: Patient, is_wrong: bool) -> None:
        """An observer of a dose counts how often she was interrupted, and may see that the dose is wrong."""
        ledger, interruptions = patient.ledger, min(self.interruptions, TIMES_INTERRUPTED - 1)
        ledger["doses_watched"] += 1
        ledger["doses_interrupted", interruptions] += 1
        if is_wrong and self.ward.random.random() < self.p.observers.watcher_sees:
            ledger["doses_seen_wrong"] += 1
            ledger["doses_interrupted_wrong", interruptions] += 1

    def meets_wrong_order(self, patient: Patient) -> None:
        """The last barrier before a wrong order: she sees it, asks, and is heeded. In a hurry she does not look."""
        patient.wrong_orders -= 1
        p, funnel = self.p, patient.funnel
        if not self.hurried and self.ward.random.random() < p.errors.nurse_catches:
            funnel[PRESCRIBING_MISTAKE, PERSON, NOTICED] += 1
            prescriber = self.ward.who_covers["junior"][patient.bed]
            if prescriber is not None:
                said = self.raises_concern(prescriber, p.voice.stake[PRESCRIBING_MISTAKE], patient)
                if said != SILENT:
                    funnel[PRESCRIBING_MISTAKE, PERSON, SAID] += 1
                if said == ACTED_ON:
                    funnel[PRESCRIBING_MISTAKE, PERSON, STOPPED] += 1
                    return
        patient.wrong_orders_given += 1
        patient.is_reached_by(PRESCRIBING_MISTAKE, PERSON, self)

    def cares(self, patient: Patient) -> None:
        """Fundamental care."""
        patient.plan_next(CARE)
        self.errs(patient, CARE_SLIP)

    def takes_step(self, patient: Patient) -> None:
        """A step of treatment; in repetitive care it is done as the pathway says, or not."""
        patient.plan_next(STEP)
        if patient.mode == REPETITIVE:
            self.takes_pathway_step(patient)
        self.errs(patient, STEP_SLIP)

    def takes_pathway_step(self, patient: Patient) -> None:
        """A step as the pathway says, or a departure from it, which is an error where the pathway fits."""
        followed = self.follows_pathway()
        if patient.fits_pathway:
            patient.funnel[PATHWAY_DEPARTURE, PERSON, CHANCES] += 1
            followed = followed or self.is_brought_back(patient)
        self.steps += 1
        self.steps_followed += followed
        patient.ledger["steps"] += 1
        patient.ledger["steps_followed"] += followed
        patient.remembers_step(followed)

    def follows_pathway(self) -> bool:
        """Adherence, which design makes easy and hurry and habit make hard."""
        modes = self.p.modes
        likely = modes.design_floor + (1 - modes.design_floor) * self.ward.pathway.design
        if self.hurried:
            likely *= 1 - modes.hurry_departs
        likely *= 1 - modes.habit_departs * self.habit
        return self.ward.random.random() < likely

    def is_brought_back(self, patient: Patient) -> bool:
        """Whether a departure is stopped; otherwise it reaches the patient."""
        patient.funnel[PATHWAY_DEPARTURE, PERSON, MADE] += 1
        if self.is_stopped(patient, PATHWAY_DEPARTURE, PERSON):
            return True
        patient.is_reached_by(PATHWAY_DEPARTURE, PERSON, self)
        return False

    def sees_home(self, patient: Patient) -> None:
        """The discharge, if the letter is there; it is off for a patient who is getting worse."""
        if patient.recognised:
            patient.letter_done = False
        elif patient.letter_done:
            patient.leaves = True


class Consultant(Staff):
    """A consultant, who reviews patients."""

    tasks: ClassVar = {REVIEW: "reviews"}
    left_undone = (REVIEW,)

    def reviews(self, patient: Patient) -> None:
        """Treatment, orders, and whether the patient is fit to leave."""
        patient.plan_next(REVIEW)
        if patient.recovery_left <= 0 and not patient.recognised:
            self.finds_fit(patient)
            return
        if patient.mode == CONSTRAINED:
            self.reviews_choice(patient)
        elif patient.mode == UNCONSTRAINED:
            self.reviews_trial(patient)
        patient.plan(ORDERS, self.ward.now + 1)

    def finds_fit(self, patient: Patient) -> None:
        """Recovery is complete: the letter is next, when any package of care outside is ready."""
        now, flow, random = self.ward.now, self.p.flow, self.ward.random
        if patient.fit_since is None:
            patient.fit_since = now
            patient.package_until = now
            if random.random() < flow.needs_package:
                patient.package_until += int(random.expovariate(1 / (flow.package_days * TICKS_PER_DAY)))
        if not patient.letter_done:
            patient.plan(LETTER, max(now + 1, patient.package_until))

    def reviews_choice(self, patient: Patient) -> None:
        """Choose among the known options, and think a choice over when progress is seen to be slow."""
        if patient.option is not None:
            if not self.reconsiders(patient):
                return
            patient.ledger["reconsidered"] += 1
        patient.option = self.own_view(patient.best_option)
        patient.ledger["treatment_choices"] += 1
        patient.funnel[TREATMENT_MISTAKE, PERSON, CHANCES] += 1
        if patient.option == patient.best_option:
            patient.ledger["fitting_choices"] += 1
            patient.effect = 1.0
            return
        patient.effect = self.p.modes.wrong_option_effect
        patient.ledger["wrong_choices"] += 1
        patient.funnel[TREATMENT_MISTAKE, PERSON, MADE] += 1
        patient.is_reached_by(TREATMENT_MISTAKE, PERSON, self)

    def reconsiders(self, patient: Patient) -> bool:
        """Whether progress seems slow, and the doctor takes it as a sign or the nurse says so and is heeded."""
        p, chance = self.p, self.ward.random.random
        if patient.effect + p.modes.progress_noise * (2 * chance() - 1) >= p.modes.slow_below:
            return False
        if chance() < p.modes.reconsiders * self.skill_now():
            return True
        nurse = self.ward.who_covers["nurse"][patient.bed]
        if nurse is None or chance() >= p.modes.notices_slow_progress:
            return False
        return nurse.raises_concern(self, p.voice.stake[TREATMENT_MISTAKE], patient) == ACTED_ON

    def own_view(self, best: int) -> int:
        """The option to which her own signal points."""
        modes, random = self.p.modes, self.ward.random
        options = int(modes.options)
        if random.random() < 1 / options + (modes.doctor_sees - 1 / options) * self.skill_now():
            return best
        return (best + 1 + random.randrange(options - 1)) % options

    def reviews_trial(self, patient: Patient) -> None:
        """Begin; later keep what seems to have helped, undo what seems not to have, and try the next if need be."""
        if patient.trial == NOT_BEGUN:
            patient.trial = NO_TRIAL
            patient.effect = patient.response_to(patient.treatment)
            return
        now = self.reading(patient)
        if patient.trial != NO_TRIAL:
            patient.ledger["treatment_choices"] += 1
            now = self.judges_trial(patient, now)
        if len(patient.tried) < ELEMENTS_OF_TREATMENT and now < self.p.modes.good_enough:
            self.begins_trial(patient, now)

    def begins_trial(self, patient: Patient, response: float) -> None:
        """Change one element, of those not tried since the last change that was kept."""
        patient.ledger["trials"] += 1
        patient.trial = self.ward.random.choice(sorted(ELEMENTS - patient.tried))
        patient.tried.add(patient.trial)
        patient.response_before = response
        patient.treatment ^= 1 << patient.trial
        patient.effect = patient.response_to(patient.treatment)

    def reading(self, patient: Patient) -> float:
        """The response to treatment as it appears, averaged over readings; each after the first takes time."""
        modes = self.p.modes
        readings = int(modes.readings)
        noise = sum(self.ward.random.uniform(-modes.reading_noise, modes.reading_noise) for _ in range(readings))
        self.engaged += (readings - 1) * int(modes.reading_takes)
        return patient.effect + noise / readings

    def judges_trial(self, patient: Patient, response: float) -> float:
        """Keep or undo the element on trial; a misread response is a mistake. Returns how care in use responds."""
        patient.funnel[MISJUDGED_TRIAL, PERSON, CHANCES] += 1
        without = patient.treatment ^ 1 << patient.trial
        effect_without = patient.response_to(without)
        helps = patient.effect >= effect_without
        keeps = response >= patient.response_before
        if keeps:
            patient.tried = {patient.trial}
        else:
            patient.treatment = without
            patient.effect = effect_without
        patient.trial = NO_TRIAL
        if keeps != helps:
            patient.funnel[MISJUDGED_TRIAL, PERSON, MADE] += 1
            patient.ledger["wrong_choices"] += 1
            patient.is_reached_by(MISJUDGED_TRIAL, PERSON, self)
        return response if keeps else patient.response_before


class Junior(Staff):
    """A junior doctor."""

    tasks: ClassVar = {
        CLERKING: "clerks",
        ORDERS: "writes_orders",
        RESPONSE: "responds",
        LETTER: "writes_letter",
    }  # fmt: skip
    covers = "junior"
    hands_over = True

    def clerks(self, patient: Patient) -> None:
        """The first visit, from which the rest is planned."""
        now = self.ward.now
        patient.plan(ORDERS, now + 1)
        patient.plan(STEP, now + TICKS_PER_HOUR)
        patient.plan(REVIEW, now)

    def writes_orders(self, patient: Patient) -> None:
        """Each order may be wrong, and a wrong one waits for a check or for the next dose."""
        number = int(self.p.work.orders_written)
        patient.ledger["orders"] += number
        patient.unchecked_orders += number
        patient.plan(ORDER_CHECK, self.ward.now + 1)
        for _ in range(number):
            patient.funnel[PRESCRIBING_MISTAKE, PERSON, CHANCES] += 1
            if self.ward.random.random() >= self.error_rate(PRESCRIBING_MISTAKE):
                continue
            patient.funnel[PRESCRIBING_MISTAKE, PERSON, MADE] += 1
            if not self.is_stopped(patient, PRESCRIBING_MISTAKE, PERSON):
                patient.wrong_orders += 1
                patient.wrong_order_is_looked_for()

    def responds(self, patient: Patient) -> None:
        """Come to a deteriorating patient; what does not work is tried again."""
        if patient.state == STABLE:
            return
        if self.ward.random.random() < self.p.physiology.response_works[patient.state]:
            patient.becomes_stable()
            patient.ledger["rescued"] += 1
        else:
            patient.plan_next(RESPONSE)

    def writes_letter(self, patient: Patient) -> None:
        """The discharge letter, on which those outside will rely."""
        if patient.fit_since is None:
            return
        patient.letter_done = True
        patient.plan(DISCHARGE, self.ward.now + 1)
        if self.errs(patient, DISCHARGE_SLIP):
            patient.discharge_gap = True


class Pharmacist(Staff):
    """A pharmacist, who checks orders."""

    tasks: ClassVar = {ORDER_CHECK: "checks_orders"}
    is_clinician = False

    def checks_orders(self, patient: Patient) -> None:
        """What is found wrong is put right; an order carried out already is found too, but too late."""
        catches, chance, ledger = self.p.errors.pharmacist_catches, self.ward.random.random, patient.ledger
        ledger["orders_checked"] += patient.unchecked_orders
        patient.unchecked_orders = 0
        for _ in range(patient.wrong_orders):
            if chance() < catches:
                ledger["orders_found_wrong"] += 1
                patient.wrong_orders -= 1
                for stage in (NOTICED, SAID, STOPPED):
                    patient.funnel[PRESCRIBING_MISTAKE, PERSON, stage] += 1
        for _ in range(patient.wrong_orders_given):
            if chance() < catches:
                ledger["orders_found_wrong"] += 1
                patient.wrong_orders_given -= 1


class WardManager(Staff):
    """A ward manager, who has gaps in the rota covered."""

    def covers_gaps(self) -> None:
        """Ask an agency where the gap costs more in care than cover would cost; nobody covers for a manager."""
        staffing, now = self.p.staffing, self.ward.now
        for rota in self.ward.rotas:
            if rota is self.rota:
                continue
            absent = [person for person in rota.people if person.absent]
            if not absent:
                continue
            here = sum(person.on_shift and person.shift_began == now for person in rota.people)
            care = (self.outcome + self.standard) * len(absent) / (len(absent) + here)
            if care <= self.throughput * staffing.cover_price:
                continue
            for person in absent:
                if self.ward.random.random() < staffing.cover_available:
                    person.is_covered()


class DivisionManager(Staff):
    """A division's manager, who gives out free beds."""

    def weighs_admission(self, patient: Patient) -> float:
        """How much a waiting patient weighs for a free bed: urgency, and nearness to the deadline."""
        wait = (self.ward.now - patient.arrived) / (self.p.flow.deadline * TICKS_PER_HOUR)
        urgency = patient.urgency / EMERGENCY + (patient.state > STABLE)
        return self.outcome * urgency + self.timeliness * min(wait, 1.0) + self.standard + 0.01 * wait


class Ward(Demand):
    """What the rules know of a ward; a port says how its people are hired and who acts when.

    Args:
        scenario: of one ward, from `comparable`.
        random: whence all chance comes.

    Raises:
        ValueError: the scenario has several wards, or other mechanisms than this ward has.
    """

    kinds: ClassVar[Mapping[str, type[Staff]]]  # grade → whose behaviour; the port's own classes

    now: int

    def opens(self, scenario: Scenario) -> None:
        """Beds empty, everybody at home, on the first Monday at midnight."""
        (ward,) = scenario.wards.values()
        wrong = [name for name, on in scenario.mechanisms.items() if on == (name in LEFT_OUT) and name != "boarding"]
        if wrong:
            raise ValueError(f"this ward has no switch for {', '.join(wrong)}; use `comparable`")
        self.serves(scenario)
        self.pathway = ward.pathway
        self.fragmentation = ward.fragmentation
        work = self.p.work
        keeps = {"verbal": work.verbal_keeps, "notes": work.notes_keep, "printed": work.printed_keeps}
        self.handover_keeps = keeps[ward.handover]
        self.hazards: list[Hazard] = []
        for kind in FED_BY_HAZARDS:
            for _ in range(ward.hazards[ERRORS[kind].replace(" ", "_")]):
                self.hazard_arises(kind)
        self.beds: list[Patient | None] = [None] * ward.beds
        self.queue: list[Patient] = []
        self.ledgers = [Counter() for _ in MODES]
        self.funnels = [Counter() for _ in MODES]
        self.staffing = Counter()
        self.hires(scenario.staffing[ward.staffing].values(), scenario.divisions[ward.division].manager_weights)

    def hires(self, groups: Iterable[Group], goals_above: Goals | None) -> None:
        """People for every post of every rota; the manager of the division gives out beds."""
        self.rotas = [Rota(group) for group in groups]
        for rota in self.rotas:
            kind = self.kinds[GRADES[rota.grade]]
            rota.people = [kind(self, rota.grade, post, rota, rota.weights) for post in range(rota.posts)]
        people = [person for rota in self.rotas for person in rota.people]
        self.nurses = [person for person in people if isinstance(person, Nurse)]
        (self.manager,) = (person for person in people if isinstance(person, WardManager))
        self.bed_manager = self.kinds["division manager"](self, DIVISION_MANAGER, goals=goals_above)
        turns = [turn for rota in self.rotas for turn in rota.turns]
        self.changes = {(turn.start + hours) % TICKS_PER_DAY for turn in turns for hours in (0, turn.length)}

    def has_place(self, mode: int) -> bool:
        """Count who comes; whether there is a waiting place, or the patient is sent elsewhere."""
        self.ledgers[mode]["arrivals"] += 1
        if len(self.queue) < self.waiting_places:
            return True
        self.ledgers[mode]["diverted"] += 1
        return False

    def most_urgent(self) -> Patient:
        """The waiting patient who weighs most for a free bed."""
        return max(self.queue, key=self.bed_manager.weighs_admission)

    # Beds are shared out

    def share_beds(self, at_work: Iterable[Sequence[Staff]]) -> None:
        """Share the beds out among those who are now at work, kind by kind."""
        beds = len(self.beds)
        self.who_covers: dict[str, list[Staff | None]] = {"nurse": [None] * beds, "junior": [None] * beds}
        self.clinicians: list[Staff] = []
        for people in at_work:
            for rank, person in enumerate(people):
                person.first_bed = rank * beds // len(people)
                person.end_bed = (rank + 1) * beds // len(people)
                if person.covers:
                    for bed in range(person.first_bed, person.end_bed):
                        self.who_covers[person.covers][bed] = person
                if person.is_clinician:
                    self.clinicians.append(person)

    # The ward itself

    def hazards_arise_and_go(self) -> None:
        """A complex system decays, and some faults go by themselves."""
        errors, random = self.p.errors, self.random
        if random.random() < len(self.hazards) * errors.hazards_go / 24:
            self.hazards.remove(random.choice(self.hazards))
            self.staffing["hazards_gone"] += 1
        if random.random() < errors.hazards_arise / 24 and len(self.hazards) < MOST_HAZARDS:
            self.hazard_arises(random.choice(FED_BY_HAZARDS))
            self.staffing["hazards_arisen"] += 1

    def hazard_arises(self, kind: int) -> None:
        """A hazard that feeds this kind of error, of whatever size."""
        self.hazards.append(Hazard(kind, self.random.expovariate(1.0)))

    def hazard_load(self, error: int) -> float:
        """How much hazards feed this kind of error now: their sizes added up."""
        return sum(hazard.size for hazard in self.hazards if hazard.kind == error)

    def total(self, name: Any) -> int:
        """A count of the ledgers, over modes of care."""
        return sum(ledger[name] for ledger in self.ledgers)

    def counts(self) -> dict[str, float]:
        """Everything counted so far, over modes of care; `done dose` and `reached care slip` are such names."""
        found: Counter = Counter()
        for ledger in (*self.ledgers, self.staffing):
            for name, count in ledger.items():
                found[name if isinstance(name, str) else named(*name)] += count
        for funnel in self.funnels:
            for (error, _, stage), count in funnel.items():
                found[f"{STAGES[stage]} {ERRORS[error]}"] += count
        return {name: float(count) for name, count in found.items()}


def named(column: str, kind: int) -> str:
    """A name such as ``done dose`` or ``answers rebuffed``."""
    return names_by_kind(column)[kind]
