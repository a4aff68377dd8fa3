"""Records as a run might leave them, made without running anything."""

import hashlib
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np

from sim.analysis.ablation import DEFAULT_OUTCOMES, Ablation
from sim.analysis.results import Results
from sim.scenario import Leadership
from sim.state.ledgers import OBSERVED, SERIES, STAFFING, TRUE, empty_funnel
from sim.state.rows import STAFF, Row
from sim.state.vocabulary import CONSTRAINED, DOCTOR, JUNIOR, MODES, NURSE, SENIOR_NURSE, TICKS_PER_DAY

WARDS = ("Ash", "Beech")


@dataclass(frozen=True)
class Record:
    """What the engine's record has, filled in by hand."""

    seed: int
    days: int
    true: np.recarray
    observed: np.recarray
    staffing: np.recarray
    series: np.recarray
    funnel: np.ndarray
    staff: np.recarray
    arrays: tuple = field(init=False, default=("true", "observed", "staffing", "series", "funnel", "staff"))

    def digest(self) -> str:
        """SHA-256 of all arrays."""
        return hashlib.sha256(b"".join(getattr(self, name).tobytes() for name in self.arrays)).hexdigest()


def empty_record(wards: int = 2, days: int = 10, warm_up: int = 5, nurses: int = 0, seed: int = 1) -> Record:
    """A record in which nothing happened."""
    by_mode, by_day = (wards, len(MODES)), (warm_up + days, wards)
    return Record(
        seed,
        days,
        _rows(TRUE, *by_mode),
        _rows(OBSERVED, *by_mode),
        _rows(STAFFING, wards),
        _rows(SERIES, *by_day),
        empty_funnel(wards),
        _rows(STAFF, nurses),
    )


def _rows(row: Row, *shape: int) -> np.recarray:
    return np.zeros(shape, row.dtype).view(np.recarray)


def random_record(seed: int = 1, wards: int = 2, days: int = 60, warm_up: int = 30) -> Record:
    """A plausible record of wards with about 25 beds."""
    rng = np.random.default_rng(seed)
    record = empty_record(wards, days, warm_up, nurses=8 * wards, seed=seed)
    worse = np.array([1.0, 1.4, 2.2])
    scale = days / 365 * worse * np.ones((wards, 1))
    true, observed, staffing = record.true, record.observed, record.staffing

    def set_true(**means: float) -> None:
        for name, mean in means.items():
            shape = true[name].shape
            lam = mean * scale if len(shape) == 2 else (mean * scale)[..., None]
            true[name] = rng.poisson(np.broadcast_to(lam, shape))

    set_true(arrivals=1300, admissions=1250, wait=1250 * 14, breaches=150, discharges=1200, deaths=30)
    set_true(long_stays=900, long_stay_deaths=28, overnight_stays=1000, overnight_stay=1000 * 6 * 96, returns=130)
    set_true(preventable_events=40, other_events=80, harmed=95, preventably_harmed=35, deteriorations=160)
    set_true(due=15000, done=13500, undone=1100, hurried=40000, steps=9000, treatment_choices=900, orders=4000)
    set_true(asked=300, plans_made=300, preference_choices=80, failures_kept=20, trials=800, wrong_orders_left=9)
    set_true(exceptions=400, silences=2500, concerns=6000)
    true.bed_time[:] = rng.poisson(9000 * days / 365 / 3, true.bed_time.shape) * TICKS_PER_DAY
    true.delayed_time[:] = rng.binomial(true.bed_time, 0.07)
    true.recognised[:] = rng.binomial(true.deteriorations, 0.8)
    true.rescued[:] = rng.binomial(true.recognised, 0.8)
    true.steps_followed[:] = rng.binomial(true.steps, 0.8)
    true.wrong_choices[:] = rng.binomial(true.treatment_choices, 0.2)
    true.fitting_choices[:, CONSTRAINED] = rng.binomial(true.treatment_choices[:, CONSTRAINED], 0.7)
    _fill_voice_and_control(record, rng)
    observed.incident_reports[:] = rng.poisson(40 * scale)
    observed.recorded_waits[:] = true.admissions
    observed.recorded_breaches[:] = rng.binomial(true.breaches, 0.8)
    observed.recorded_just_within[:] = 5 + rng.binomial(true.admissions, 0.1)
    observed.recorded_just_over[:] = rng.binomial(observed.recorded_breaches, 0.3)
    observed.orders_checked[:] = rng.binomial(true.orders, 0.7)
    observed.orders_found_wrong[:] = rng.binomial(observed.orders_checked, 0.09)
    observed.doses_watched[:] = rng.poisson(50000 * scale)
    observed.doses_seen_wrong[:] = rng.binomial(observed.doses_watched, 0.08)
    observed.charts_reviewed[:] = true.discharges + true.deaths
    observed.charts_with_event[:] = rng.binomial(observed.charts_reviewed, 0.08)
    observed.charts_preventable[:] = rng.binomial(observed.charts_with_event, 0.4)
    observed.charts_reported[:] = rng.binomial(observed.charts_with_event, 0.06)
    observed.charts_extra_stay[:] = observed.charts_with_event * rng.integers(
        600, 900, observed.charts_with_event.shape
    )
    observed.incidents_found[:] = 200 + rng.poisson(100 * scale, observed.incidents_found.shape)
    observed.incidents_reported[:] = rng.binomial(observed.incidents_found, 0.17)
    observed.medication_errors_found[:] = 200 + rng.poisson(100 * scale, observed.medication_errors_found.shape)
    observed.medication_errors_harmed[:] = rng.binomial(observed.medication_errors_found, 0.01)
    for times, share in enumerate((0.6, 0.25, 0.1, 0.04, 0.01)):
        observed.doses_interrupted[..., times] = rng.binomial(observed.doses_watched, share)
        observed.doses_interrupted_wrong[..., times] = rng.binomial(observed.doses_interrupted[..., times], 0.08)
    true.failures_met[:] = 20 + rng.poisson(40, true.failures_met.shape)
    true.failures_told[:] = rng.binomial(true.failures_met, 0.07)
    staffing.nurses_left[:] = rng.poisson(2, wards)
    staffing.nurse_days[:] = 19 * days
    staffing.shifts_logged[:] = 7 * days
    staffing.shifts_with_error[:] = rng.binomial(staffing.shifts_logged, 0.05)
    observed.midnight_beds[:, 0] = 26 * days
    observed.midnight_patients[:] = rng.poisson(26 * days * 0.3, (wards, 3))
    staffing.shifts_needed[:] = 12 * days
    staffing.shifts_absent[:] = rng.binomial(12 * days, 0.06, wards)
    staffing.shifts_covered[:] = rng.binomial(staffing.shifts_absent, 0.6)
    staffing.worked[:] = 600 * days
    staffing.busy[:] = rng.binomial(600 * days, 0.75, wards)
    staffing.led_hours_due[:] = 80 * days
    staffing.led_hours[:] = rng.binomial(80 * days, 0.8, wards)
    staffing.samples_shown[:] = 10 + rng.poisson(4 * days, wards)
    staffing.samples_misled[:] = rng.binomial(staffing.samples_shown, 0.2)
    staffing.hazards_mended[:] = 3 + rng.poisson(4, wards)
    staffing.size_mended[:] = rng.integers(500, 2_500, wards) * staffing.hazards_mended
    staffing.surveyed[:] = 40
    staffing.congruence[:] = rng.integers(28_000, 40_000, wards)
    staffing.shifts_vacant[:] = rng.binomial(12 * days, 0.02, wards)
    staffing.leavers[:] = 1 + rng.poisson(3, wards)
    staffing.successions[:] = 1 + rng.poisson(1, wards)
    staffing.agree_safe[:] = rng.binomial(40, 0.6, wards)
    staffing.agree_acted_on[:] = rng.binomial(40, 0.5, wards)
    _fill_funnel(record, rng, scale)
    for name in record.series.dtype.names or ():
        record.series[name] = rng.poisson(20, record.series.shape)
    _fill_staff(record, rng)
    return record


def _fill_voice_and_control(record: Record, rng: np.random.Generator) -> None:
    true = record.true
    true.answers[:] = rng.multinomial(true.concerns, (0.5, 0.3, 0.2))
    true.false_concerns[:] = rng.binomial(true.concerns, 0.02)
    true.promises[:] = 5 + rng.poisson(5, true.shape)
    true.promises_kept[:] = rng.binomial(true.promises, 0.7)
    true.misled[:] = rng.binomial(true.false_concerns, 0.1)
    true.exceptions_sent_up[:] = rng.binomial(true.exceptions, 0.5)
    true.exceptions_lapsed[:] = rng.binomial(true.exceptions_sent_up, 0.1)
    true.exceptions_decided[:] = true.exceptions - true.exceptions_lapsed
    true.exception_delay[:] = rng.poisson(20 * true.exceptions_sent_up)
    true.offered[:] = rng.binomial(true.exceptions, 0.5)
    true.declined[:] = rng.binomial(true.offered, 0.3)
    record.staffing.decisions_reviewed[:] = rng.binomial((true.offered - true.declined).sum(axis=1), 0.2)
    true.joint_tasks[:] = 200 + rng.poisson(50, true.shape)
    true.joint_delay[:] = rng.poisson(3 * true.joint_tasks)
    true.targets_set_aside[:] = 1 + rng.poisson(3, true.shape)
    true.exception_fit[:] = rng.binomial(1000 * true.exceptions_decided, 0.7)
    true.exception_fit_squared[:] = rng.binomial(true.exception_fit, 0.8)
    true.overrides_sent_up[:] = rng.binomial(true.exceptions_sent_up, 0.1)
    true.passed_on[:] = rng.binomial(true.exceptions_sent_up, 0.4)
    true.moved_on[:] = rng.binomial(true.arrivals - true.returns, 0.1)
    true.set_aside[:] = 5 + rng.poisson(20, true.shape)
    true.set_aside_rightly[:] = rng.binomial(true.set_aside, 0.8)
    true.sent_early[:] = rng.binomial(true.discharges, 0.08)
    true.ideas_raised[:] = 5 + rng.poisson(10, true.shape)
    true.ideas_taken_up[:] = rng.binomial(true.ideas_raised, 0.4)


def _fill_funnel(record: Record, rng: np.random.Generator, scale: np.ndarray) -> None:
    funnel = record.funnel
    kinds_and_sources = funnel.shape[-3:-1]
    chances = rng.poisson(20000 * scale[..., None, None] * np.ones((*scale.shape, *kinds_and_sources)))
    shares = (1.0, 0.05, 0.35, 0.7, 0.9)
    counts = [chances]
    for share in shares[1:]:
        counts.append(rng.binomial(counts[-1], share))
    counts.append(counts[1] - counts[4])
    for share in (0.03, 0.5, 0.2):
        counts.append(rng.binomial(counts[-1], share))
    funnel[...] = np.stack(counts, axis=-1)


def _fill_staff(record: Record, rng: np.random.Generator) -> None:
    staff = record.staff
    staff.ward[:] = np.repeat(np.arange(len(record.staffing)), len(staff) // len(record.staffing))
    staff.profession[:] = NURSE
    staff.grade[::2] = SENIOR_NURSE
    staff.profession[-1] = DOCTOR
    staff.grade[-1], staff.idea_carried[-1] = JUNIOR, rng.integers(0, 2)
    for name in ("voice_is_safe", "trust", "pressure", "engagement", "exhaustion", "effort"):
        staff[name] = rng.random(len(staff))
    staff.occasions[:] = rng.integers(100, 200, len(staff))
    staff.spoken[:] = rng.binomial(staff.occasions, 0.6)
    staff.steps[:] = rng.integers(800, 1200, len(staff))
    staff.steps_followed[:] = rng.binomial(staff.steps, rng.normal(0.8, 0.05, len(staff)).clip(0, 1))


class Scenario(SimpleNamespace):
    """As much of a scenario as results and reports ask about."""

    def digest(self) -> str:
        """A digest, always the same."""
        return "5" * 64


def scenario(wards: tuple[str, ...] = WARDS) -> Scenario:
    """A scenario of wards with 26 beds, ten days and two replications."""
    return Scenario(
        title="Two wards",
        description="",
        run=SimpleNamespace(years=1.0, warm_up_days=30, seed=1, replications=2),
        interventions=(),
        wards={name: SimpleNamespace(title=name, beds=26) for name in wards},
        mechanisms={"leadership": True, "clinical_leads": True},
        styles={"coaching": SimpleNamespace(title="Coaching")},
        leadership_of=lambda ward: Leadership(style="coaching"),
        changed_parameters=lambda: {"dials.target_pressure": 0.9},
    )


def results(replications: int = 5, seed: int = 1, **shape: int) -> Results:
    """Results of random records."""
    records = tuple(random_record(seed + k, **shape) for k in range(replications))
    return Results(scenario(), records)


def unlike(found: Results) -> Results:
    """Results that differ from others, for the same seeds."""
    records = [
        replace(random_record(1_000 + record.seed, days=record.days), seed=record.seed) for record in found.records
    ]
    return Results(found.scenario, tuple(records))


def ablation(
    mechanisms: tuple[str, ...] = ("voice", "care_left_undone", "boarding"),
    outcomes: tuple[str, ...] = DEFAULT_OUTCOMES,
    replications: int = 5,
) -> Ablation:
    """An ablation of random records, in which the last mechanism makes no difference."""
    full = results(replications)
    without = {name: unlike(Results(full.scenario, full.records)) for name in mechanisms[:-1]}
    return Ablation(full, without | {mechanisms[-1]: full}, outcomes)
