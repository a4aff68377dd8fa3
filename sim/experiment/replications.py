"""Running replications of one scenario or of several, in threads, with one order of results."""

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from numbers import Integral, Real
from threading import Event, Lock

from sim import engine
from sim.engine.record import RunRecord
from sim.experiment.draws import Draws
from sim.scenario import Scenario
from sim.scenario.schema import days_of
from sim.scenario.words import perhaps, quoted
from sim.state.vocabulary import DAYS_PER_YEAR, TICKS_PER_DAY

DRIVERS = ("compiled", "mesa")
LONGEST_YEARS = 50
MOST_REPLICATIONS = 100_000
HIGHEST_SEED = 2**62
MOST_THREADS = 1_024
COMPILING = "Compiling the model for this machine, once; this takes one to two minutes."

Progress = Callable[[int, int], None]


class RunError(ValueError):
    """A run was asked for that cannot be made; the message says what can."""


class _Stopped(Exception):
    """Another replication failed or the user stopped the run, so this one ends too."""


@dataclass(frozen=True)
class Plan:
    """How a scenario, or several that are to be compared, will be run.

    Attributes:
        days, warm_up_days: days counted, and days before counting begins.
        seed: of the first replication; replication k has this seed plus k.
        replications: how many.
        driver: ``compiled`` or ``mesa``.
        threads: how many replications run at a time; the Mesa driver runs one.
        arms: how many scenarios are run, each with the same seeds.
        draws: values of parameters by replication, in place of defaults.
    """

    days: int
    warm_up_days: int
    seed: int
    replications: int
    driver: str
    threads: int
    arms: int = 1
    draws: Draws | None = None

    @property
    def ticks_of_each(self) -> int:
        """Ticks of one replication, warm-up included."""
        return (self.warm_up_days + self.days) * TICKS_PER_DAY

    @property
    def ticks(self) -> int:
        """Ticks of all replications of all arms together, warm-up included."""
        return self.arms * self.replications * self.ticks_of_each


def plan(
    scenario: Scenario,
    years: float | None = None,
    seed: int | None = None,
    reps: int | None = None,
    driver: str = "compiled",
    threads: int | None = None,
    arms: int = 1,
    draws: Draws | None = None,
) -> Plan:
    """Settle how `scenario`, in as many variants as `arms`, will be run; what is None comes from its ``run`` table.

    Raises:
        RunError: something asked for is out of range.
    """
    defaults = scenario.run
    days = _days(defaults.years if years is None else years)
    refuse_unreached(scenario, days)
    replications = _whole("reps", defaults.replications if reps is None else reps, 1, MOST_REPLICATIONS)
    first = _whole("seed", defaults.seed if seed is None else seed, 0, HIGHEST_SEED - replications)
    if driver not in DRIVERS:
        raise RunError(f"driver must be one of {', '.join(DRIVERS)}, not {driver!r}")
    wanted = _whole("threads", processors() if threads is None else threads, 1, MOST_THREADS)
    at_a_time = min(wanted, arms * replications) if driver == "compiled" else 1
    return Plan(days, int(defaults.warm_up_days), first, replications, driver, at_a_time, arms, draws)


def carry_out(planned: Plan, scenario: Scenario, progress: Progress | None = None) -> tuple[RunRecord, ...]:
    """Run `scenario` as `planned`: one record of each replication, in order, whatever the number of threads.

    `progress` is called with the ticks done and the ticks in all; it may raise to stop the run.
    """
    (records,) = carry_out_arms(planned, (scenario,), progress)
    return records


def carry_out_arms(
    planned: Plan, arms: Sequence[Scenario], progress: Progress | None = None
) -> tuple[tuple[RunRecord, ...], ...]:
    """Run each of several scenarios as `planned`, all with the same seeds: the records of each, as by `carry_out`.

    Replications of different arms run at the same time, so that threads have work even where each arm has one.

    Raises:
        ValueError: there are more or fewer `arms` than planned.
        RunError: one of them does something after the days that are planned.
    """
    if len(arms) != planned.arms:
        raise ValueError(f"{planned.arms} arms were planned, and {len(arms)} are given")
    for scenario in arms:
        refuse_unreached(scenario, planned.days)
    compile_kernel(planned, arms[0])
    meter = _Meter(planned.ticks, progress)
    jobs = [_Job(scenario, k) for scenario in arms for k in range(planned.replications)]
    records = _one_by_one(planned, jobs, meter) if planned.threads == 1 else _at_once(planned, jobs, meter)
    return tuple(batched(records, planned.replications))


def known_names(kind: str, names: str | Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The `names` of things of a `kind` such as ``mechanism``, each once and in their order.

    Raises:
        RunError: there are none, or one is not `known`; the message gives the nearest.
    """
    wanted = tuple(dict.fromkeys([names] if isinstance(names, str) else names))
    if not wanted:
        raise RunError(f"name at least one {kind}; `microsystem explain` lists them")
    among = tuple(known)
    for name in wanted:
        if name not in among:
            hint = perhaps(name, among) or "; `microsystem explain` lists them"
            raise RunError(f"there is no {kind} {quoted(name)}{hint}")
    return wanted


def needs_compiling(planned: Plan) -> bool:
    """Whether the model must first be compiled for this machine, which takes one to two minutes."""
    return planned.driver == "compiled" and not engine.is_warm()


def compile_kernel(planned: Plan, scenario: Scenario) -> None:
    """Compile the model if need be, here and not in a thread, where Ctrl-C could not stop it."""
    if needs_compiling(planned):
        engine.run_once(scenario, seed=planned.seed, days=1, warm_up_days=0, driver=planned.driver)


@dataclass(frozen=True)
class _Job:
    """One replication of one scenario."""

    scenario: Scenario
    number: int


class _Meter:
    """Adds up the ticks of replications that run at the same time, and tells them when to stop."""

    def __init__(self, ticks: int, tell: Progress | None):
        self.stop = Event()
        self._ticks = ticks
        self._tell = tell
        self._of_each: dict[int, int] = {}
        self._done = 0
        self._lock = Lock()

    def of(self, position: int) -> Callable[[int], None]:
        """What the replication at a position in the list of jobs calls with the ticks it has done."""

        def ticked(done: int) -> None:
            if self.stop.is_set():
                raise _Stopped
            if self._tell is None:
                return
            with self._lock:
                self._done += done - self._of_each.get(position, 0)
                self._of_each[position] = done
                self._tell(self._done, self._ticks)

        return ticked

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Whatever goes wrong inside stops every replication."""
        try:
            yield
        except BaseException:
            self.stop.set()
            raise


def _one_by_one(planned: Plan, jobs: Sequence[_Job], meter: _Meter) -> list[RunRecord]:
    return [_replication(planned, job, meter.of(position)) for position, job in enumerate(jobs)]


def _at_once(planned: Plan, jobs: Sequence[_Job], meter: _Meter) -> list[RunRecord]:
    with ThreadPoolExecutor(planned.threads) as pool, meter.stopping():
        runs = [pool.submit(_replication, planned, job, meter.of(position)) for position, job in enumerate(jobs)]
        finished, _ = wait(runs, return_when=FIRST_EXCEPTION)
        for failed in finished:
            failed.result()  # raises what went wrong, while the others still run
        return [done.result() for done in runs]


def _replication(planned: Plan, job: _Job, ticked: Callable[[int], None]) -> RunRecord:
    ticked(0)
    scenario = planned.draws.settle(job.scenario, job.number) if planned.draws else job.scenario
    record = engine.run_once(
        scenario,
        seed=planned.seed + job.number,
        days=planned.days,
        warm_up_days=planned.warm_up_days,
        driver=planned.driver,
        progress=ticked,
    )
    ticked(planned.ticks_of_each)
    return record


def refuse_unreached(scenario: Scenario, days: int) -> None:
    """Refuse to count fewer days than there are until the last intervention."""
    last = max(scenario.interventions, key=lambda intervention: intervention.day, default=None)
    if last is not None and last.day >= days:
        counted = f"{days:,} {'day' if days == 1 else 'days'}"
        enough = math.ceil((last.day + 1) / DAYS_PER_YEAR * 1000) / 1000
        raise RunError(
            f"the run counts {counted}, and the intervention {quoted(last.title)} is on day {last.day:,}; "
            f"run for {enough} years or more"
        )


def _days(years: float) -> int:
    number = isinstance(years, Real) and not isinstance(years, bool) and math.isfinite(years)
    if not number or not 0 < years <= LONGEST_YEARS:
        raise RunError(f"years must be a number above 0 and up to {LONGEST_YEARS:,}, not {years!r}")
    return days_of(float(years))


def _whole(name: str, value: int, low: int, high: int) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool) or not low <= value <= high:
        raise RunError(f"{name} must be a whole number from {low:,} to {high:,}, not {value!r}")
    return int(value)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
