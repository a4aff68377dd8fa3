"""Laws that hold in any hospital that can be described: what has no cause does not happen, and more is not less.

Hospitals are drawn from all that a scenario may say, interventions, styles and parameters at the ends of their ranges
included. What is lost or made from nothing within a tick is looked for in `test_conservation`.
"""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.outcomes import OUTCOMES
from sim.engine import run_once
from sim.engine.hospital_state import HospitalState
from sim.scenario import Scenario, from_mapping
from sim.state.vocabulary import CHANCES, ERRORS, MADE, PERSON, TICKS_PER_DAY
from tests.engine import test_conservation as conserved
from tests.engine.hospitals import HIGHEST_SEED, Trial, run
from tests.fuzzing import valid
from tests.limits.bench import changed, small, without
from tests.limits.bench import run as watched

SEEDS = range(1, 7)
ROUNDING = 1e-9

# Switched off, nothing can go wrong: `tests/mechanisms/test_metamorphic.py` shows that each of them alone is enough.
CAUSES = ("slips", "mistakes", "latent_hazards", "handover_loss", "deterioration", "terms", "false_concerns", "pathway")


OF_PATIENTS = (
    *("arrivals", "admissions", "discharges", "deaths", "bed_time", "wait", "due", "done", "undone", "orders"),
    *("preventable_events", "harmful_omissions", "harmed", "deteriorations", "exceptions", "treatment_choices"),
)


# Of all wards together: one that began while waiting counts at the ward waited for, and is seen where the patient lies.
OF_DETERIORATIONS = ("recognised", "rescued")


@st.composite
def described(draw: st.DrawFn) -> Trial:
    """Any small hospital that a file may describe, with a seed, for as many days as the file says."""
    return _trial(_content(draw(st.integers(0, 2**32))), draw(st.integers(0, HIGHEST_SEED)))


def _content(number: int) -> dict[str, Any]:
    return valid.scenario(random.Random(number), short=True)


def _trial(content: dict[str, Any], seed: int, changes: dict[str, Any] | None = None) -> Trial:
    scenario = changed(from_mapping(content), changes or {})
    return Trial(scenario, seed, scenario.run.warm_up_days + scenario.run.days)


def without_change(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a scenario, with nothing that is done later."""
    return {key: value for key, value in content.items() if key != "interventions"}


@settings(max_examples=30)
@given(trial=described())
def test_nothing_is_lost_whatever_a_file_says(trial):
    state = run(trial)
    for law in (
        *(conserved.patients_are_conserved, conserved.tasks_are_conserved, conserved.errors_are_conserved),
        *(conserved.concerns_are_conserved, conserved.decisions_are_conserved, conserved.changes_are_conserved),
        conserved.numbers_are_possible,
    ):
        law(state)


@settings(max_examples=30)
@given(trial=described())
def test_every_outcome_is_a_number_that_there_can_be_and_beds_hold_no_more_than_they_are(trial):
    """Without a warm-up: after one that ends within a week, hours of leading that were missed before it are made up."""
    planned = trial.scenario.run
    record = run_once(trial.scenario, trial.seed, planned.warm_up_days + planned.days, 0)
    for outcome in OUTCOMES:
        values, above, below = outcome.measure(record)
        assert np.isfinite(above).all(), outcome.name
        assert np.isfinite(below).all(), outcome.name
        assert (np.isnan(values) == (below <= 0)).all(), outcome.name
        known = values[below > 0]
        assert (known >= -ROUNDING).all(), outcome.name
        bounded = values[-1][below[-1] > 0] if outcome.name in OF_DETERIORATIONS else known
        assert (bounded <= outcome.most * (1 + ROUNDING)).all(), outcome.name
    beds = np.array([ward.beds for ward in trial.scenario.wards.values()])
    assert (record.true["bed_time"].sum(axis=1) <= beds * record.days * TICKS_PER_DAY).all()
    assert (record.series["midnight_patients"] <= beds).all()
    for ledger in ("true", "observed", "staffing"):
        for name in getattr(record, ledger).dtype.names:
            assert (getattr(record, ledger)[name] >= 0).all(), f"{ledger}.{name}"


@settings(max_examples=20)
@given(number=st.integers(0, 2**32), seed=st.integers(0, HIGHEST_SEED))
def test_where_nobody_comes_nothing_happens_to_anybody(number, seed):
    content = without_change(_content(number))
    for ward in content["wards"].values():
        ward["arrivals_per_day"] = 0.0
    state = run(_trial(content, seed))
    assert not state.funnel.any()
    assert [name for name in OF_PATIENTS if state.true[name].any()] == []


@settings(max_examples=20)
@given(number=st.integers(0, 2**32), seed=st.integers(0, HIGHEST_SEED))
def test_where_nothing_can_go_wrong_no_error_is_made_and_none_harms(number, seed):
    """Whoever leads, whatever is lacking; what is left undone may still do harm."""
    content = without_change(_content(number))
    state = run(_trial(content, seed, without(*CAUSES)))
    assert not state.funnel[..., MADE:].any()
    assert (state.true["preventable_events"] == state.true["harmful_omissions"]).all()
    assert not state.observed["orders_found_wrong"].any()


# What theory says of more and less, over keyed luck that both share.


def over_seeds(scenario: Scenario, days: int, measure: Callable[[HospitalState], float]) -> float:
    """The mean of a measure over runs of the same few seeds."""
    return float(np.mean([measure(watched(scenario, days, seed)) for seed in SEEDS]))


def busy(beds: int, arrivals: float) -> Scenario:
    """Beds of one ward with room for all who wait, who are all urgent, so that nobody gives up."""
    return small(
        wards__six_beds__beds=beds,
        wards__six_beds__arrivals_per_day=arrivals,
        wards__six_beds__emergency_share=1.0,
        divisions__medicine__waiting_places=400,
        mechanisms__readmission=False,
    )


def mean_wait(state: HospitalState) -> float:
    return state.true["wait"].sum() / max(1, state.true["admissions"].sum())


def bed_time(state: HospitalState) -> float:
    return float(state.true["bed_time"].sum())


@settings(max_examples=3)
@given(beds=st.integers(3, 8), load=st.floats(0.8, 1.2))
def test_more_beds_for_the_same_patients_make_no_longer_waits(beds, load):
    arrivals = load * beds / 7.3  # days that a stay takes here
    waits = [over_seeds(busy(many, arrivals), 60, mean_wait) for many in (beds, 2 * beds, 4 * beds)]
    assert waits[0] > waits[1] >= waits[2] - 1  # a quarter of an hour, where hardly anybody waits


@settings(max_examples=3)
@given(beds=st.integers(3, 12), load=st.floats(0.1, 0.5))
def test_more_patients_for_the_same_beds_leave_no_fewer_of_them_taken(beds, load):
    taken = [over_seeds(busy(beds, many * load * beds / 7.3), 60, bed_time) for many in (1, 2, 4)]
    assert taken[0] < taken[1] < taken[2]
    assert taken[2] <= beds * 60 * TICKS_PER_DAY


@settings(max_examples=3)
@given(kind=st.sampled_from(["dose_slip", "care_slip", "observation_slip"]), rate=st.floats(0.005, 0.03))
def test_a_slip_that_is_likelier_is_made_more_often_and_one_that_never_comes_never(kind, rate):
    of = ERRORS.index(kind.replace("_", " "))

    def made(state: HospitalState) -> float:
        found = state.funnel[:, :, of, PERSON]
        return found[..., MADE].sum() / found[..., CHANCES].sum()

    shares = [over_seeds(changed(small(), {f"errors.rate.{kind}": many * rate}), 60, made) for many in (0, 1, 4)]
    assert shares[0] == 0.0 < shares[1] < shares[2]
