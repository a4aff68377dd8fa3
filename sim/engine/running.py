"""One run of one scenario: build the hospital, warm up, count, record."""

from collections.abc import Callable, Mapping

from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.interventions import Schedule
from sim.engine.overrides import rebuild
from sim.engine.record import RunRecord, make_record, snapshot
from sim.engine.tick import simulate
from sim.scenario.schema import Scenario
from sim.state.behaviours import cache_folder, jit_is_on
from sim.state.vocabulary import TICKS_PER_DAY

DRIVERS = ("compiled", "mesa")

# A compiled loop cannot be interrupted, so it runs in pieces of ten days.
TICKS_PER_PIECE = 10 * TICKS_PER_DAY

Progress = Callable[[int], None]
Advance = Callable[[int, int], None]


def run_once(
    scenario: Scenario,
    seed: int,
    days: int,
    warm_up_days: int,
    driver: str = "compiled",
    progress: Progress | None = None,
    replace: Mapping[str, Callable] | None = None,
) -> RunRecord:
    """Run a scenario once.

    Args:
        scenario: a complete scenario.
        seed: 0 to 2**62; equal seeds give equal runs, byte for byte.
        days: to count, 1 or more.
        warm_up_days: to run before counting begins, 0 or more.
        driver: "compiled" or "mesa"; both give the same record.
        progress: called with the number of ticks done, every few thousand ticks; may raise to stop.
        replace: behaviours to replace for everybody, by name.

    Raises:
        ValueError: the driver is not one of `DRIVERS`.
        OverrideError: a behaviour to replace is unknown or takes other arguments.
    """
    # One type of number, or the whole model would be compiled again for another.
    seed, days, warm_up_days = int(seed), int(days), int(warm_up_days)
    if driver not in DRIVERS:
        raise ValueError(f"driver is {driver!r}; it can be {' or '.join(DRIVERS)}")
    state = build_state(scenario, seed, days + warm_up_days)
    drive = _compiled if driver == "compiled" else _mesa
    advance = drive(scenario, state, seed, warm_up_days, replace)
    warm_up_ends = warm_up_days * TICKS_PER_DAY
    _advance_in_pieces(advance, 0, warm_up_ends, progress)
    before = snapshot(state)
    _advance_in_pieces(advance, warm_up_ends, (warm_up_days + days) * TICKS_PER_DAY, progress)
    return make_record(scenario, seed, days, warm_up_days, before, state)


def is_warm() -> bool:
    """Whether the compiled model is ready: in memory, in the cache folder, or not needed."""
    if not jit_is_on() or getattr(simulate, "signatures", None):
        return True
    return any(cache_folder().rglob("tick.simulate-*.nbi"))


def _advance_in_pieces(advance: Advance, start: int, stop: int, progress: Progress | None) -> None:
    for piece in range(start, stop, TICKS_PER_PIECE):
        end = min(piece + TICKS_PER_PIECE, stop)
        advance(piece, end)
        if progress:
            progress(end)


def _compiled(
    scenario: Scenario, state: HospitalState, seed: int, warm_up_days: int, replace: Mapping[str, Callable] | None
) -> Advance:
    schedule = Schedule(scenario, state, seed, warm_up_days)
    loop = rebuild(replace, jit=jit_is_on()).called["simulate"] if replace else simulate

    def advance(start: int, stop: int) -> None:
        for first, end in schedule.stages(start, stop):
            loop(state, seed, first, end)

    return advance


def _mesa(
    scenario: Scenario, state: HospitalState, seed: int, warm_up_days: int, replace: Mapping[str, Callable] | None
) -> Advance:
    # Mesa takes more than a second to import, which only this driver should cost.
    from sim.engine.mesa_driver import Hospital

    hospital = Hospital(scenario, seed, state=state, warm_up_days=warm_up_days, replace=replace)

    def advance(start: int, stop: int) -> None:
        for _ in range(start, stop):
            hospital.step()

    return advance
