"""Whatever the hospital: patients, tasks, staff and errors are neither lost nor made from nothing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.hospital_state import HospitalState
from sim.engine.tick import simulate
from sim.state.parameters import MECHANISMS
from sim.state.vocabulary import (
    BED,
    CHANCES,
    CONSULTANT,
    ERRORS,
    FED_BY_HAZARDS,
    HARMED,
    HAZARD,
    IN_INBOX,
    JUNIOR,
    LAYERS,
    MADE,
    MISREAD_TERM,
    NEVER,
    NO_EXCEPTION,
    NO_HAZARD,
    NOTICED,
    PERSON,
    PHARMACY,
    PRESCRIBING_MISTAKE,
    REACHED,
    RECOGNISED,
    REPORTED,
    SAID,
    SENIOR_NURSE,
    STAFF_NURSE,
    STAGES,
    STEP,
    STOPPED,
    WAITING,
)
from tests.engine.hospitals import EVENTFUL, HIGHEST_SEED, UNSETTLED, Trial, eventful, group, scenario, shift

SHARES = (
    *("staff.skill", "staff.habit", "staff.status", "staff.presence", "staff.tiredness", "staff.fatigue"),
    *("staff.voice_is_safe", "staff.voice_is_acted_on", "staff.inviting", "patients.decision_fit"),
    *("staff.trust", "staff.engagement", "staff.exhaustion", "staff.familiarity", "staff.identification"),
    *("staff.confidence", "staff.effort", "staff.capability", "staff.wary", "staff.pressure"),
    *("patients.frailty", "patients.effect", "patients.on_pathway", "patients.response_before"),
)


# Parameters at an end of their range.
EXTREME = {
    "voice.learns": 1.0,
    "voice.inviting": 0.0,
    "voice.misled": 1.0,
    "voice.overheard_counts": 1.0,
    "dials.psychological_safety": 1.0,
    "control.attributes_seen": 0,
    "control.bedside_noise": 10.0,
    "control.attention": 0.02,
    "errors.reads_own_sense": 0.0,
    "modes.options": 8,
    "modes.doctor_sees": 0.3,
    "modes.interactions": 7,
}


@st.composite
def trials(draw) -> Trial:
    """Any small hospital, a seed and a few days."""
    divisions = draw(st.integers(1, 2))
    beds = draw(st.lists(st.integers(1, 8), min_size=divisions, max_size=3))
    parts = draw(st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any))
    modes = [part / sum(parts) for part in parts]
    off = draw(st.sets(st.sampled_from(sorted(MECHANISMS)), max_size=3))
    seniors = group("senior nurse", 4, shift("06:45", 12.5, 1, 0), shift("18:30", 12.75, 1, 1))
    here = scenario(
        beds=tuple(beds),
        divisions=divisions,
        waiting_places=draw(st.integers(0, 6)),
        staffing=draw(st.sampled_from([{}, {"seniors": seniors}, {"pharmacist": None}, {"consultant": None}])),
        changes=draw(
            st.sampled_from(
                [{}, EVENTFUL, EVENTFUL | {"staffing.absence": 0.9}, EVENTFUL | EXTREME, EVENTFUL | UNSETTLED]
            )
        ),
        switches=dict.fromkeys(off, False),
        arrivals_per_day=draw(st.sampled_from([0.0, 0.5, 3.0, 20.0])),
        emergency_share=draw(st.sampled_from([0.0, 0.5, 1.0])),
        mode_mix=dict(zip(("repetitive", "constrained", "unconstrained"), modes, strict=True)),
        handover=draw(st.sampled_from(["verbal", "notes", "printed"])),
    )
    return Trial(here, draw(st.integers(0, HIGHEST_SEED)), draw(st.integers(1, 6)))


@settings(max_examples=30)
@given(trial=trials())
def test_nothing_is_lost(trial):
    state = trial.build()
    for tick in range(trial.ticks):
        funnel = state.funnel.copy()
        simulate(state, trial.seed, tick, tick + 1)
        stages_follow_one_another(state.funnel - funnel)
        staff_are_in_one_place(state, tick)
    patients_are_conserved(state)
    tasks_are_conserved(state)
    errors_are_conserved(state)
    concerns_are_conserved(state)
    decisions_are_conserved(state)
    changes_are_conserved(state)
    numbers_are_possible(state)


def patients_are_conserved(state: HospitalState) -> None:
    true, patients = state.true, state.patients
    waiting, _in_bed = patients["place"] == WAITING, patients["place"] == BED
    ends = ("diverted", "cancelled", "deaths_waiting", "admissions")
    assert true["arrivals"].sum() == sum(true[end].sum() for end in ends) + waiting.sum()
    by_ward = true["admissions"] - true["discharges"] - true["deaths"]
    assert (by_ward == by_bed(state, np.ones(len(patients), np.int64))).all()
    assert (state.observed["charts_reviewed"] == true["discharges"] + true["deaths"]).all()
    queue = np.bincount(patients["home_ward"][waiting], minlength=len(state.wards))
    assert (state.wards["queue"] == queue).all()
    present = patients["identity"][patients["place"] > 0]
    assert (present > 0).all()
    assert len(set(present)) == len(present)
    assert (patients["identity"][patients["place"] == 0] == 0).all()
    for ward in range(len(state.wards)):
        beds = patients[state.wards["beds_from"][ward] : state.wards["beds_to"][ward]]
        assert (beds["ward"][beds["place"] == BED] == ward).all()
        assert not (beds["place"] == WAITING).any()
    assert (true["boarded"] <= true["admissions"]).all()
    assert (true["returns"] <= true["arrivals"]).all()


def tasks_are_conserved(state: HospitalState) -> None:
    true, patients = state.true, state.patients
    planned = np.zeros_like(true["due"])
    for patient in patients[patients["place"] == BED]:
        planned[patient["ward"], patient["mode"]] += patient["due"] != NEVER
    ended = sum(true[end] for end in ("done", "undone", "forgotten", "lapsed"))
    assert (true["due"] == ended + planned).all()


def staff_are_in_one_place(state: HospitalState, tick: int) -> None:
    for people in (state.nurses, state.doctors, state.pharmacists, state.managers):
        assert set(people["on_shift"]) <= {0, 1}
        assert len(set(people["identity"])) == len(people)
    for ward in state.wards:
        nurses = state.nurses[ward["nurses_from"] : ward["nurses_to"]]
        doctors = state.doctors[ward["doctors_from"] : ward["doctors_to"]]
        pharmacists = state.pharmacists[ward["pharmacists_from"] : ward["pharmacists_to"]]
        beds = ward["beds_to"] - ward["beds_from"]
        for people, grades in (
            (nurses, (STAFF_NURSE, SENIOR_NURSE)),
            (doctors, (JUNIOR,)),
            (doctors, (CONSULTANT,)),
            (pharmacists, (PHARMACY,)),
        ):
            here = people[(people["on_shift"] == 1) & np.isin(people["grade"], grades)]
            assert (here["shift_began"] <= tick).all()
            assert (here["shift_ends"] > tick).all()
            shares = sorted((first, end) for first, end in here[["first_bed", "end_bed"]].tolist())
            covered = [bed for first, end in shares for bed in range(first, end)]
            assert covered == (list(range(beds)) if shares else [])


def by_bed(state: HospitalState, values: np.ndarray) -> np.ndarray:
    """A whole number of each patient in a bed, summed by ward and mode."""
    patients = state.patients
    in_bed = patients["place"] == BED
    total = np.zeros(state.true.shape, np.int64)
    np.add.at(total, (patients["ward"][in_bed], patients["mode"][in_bed]), values[in_bed])
    return total


def stages_follow_one_another(funnel: np.ndarray) -> None:
    """No stage without the one before it: an order that was wrong earlier may be stopped or carried out now."""
    stage = np.moveaxis(funnel, -1, 0)
    assert (funnel >= 0).all()
    for later, earlier in (
        *((STOPPED, NOTICED), (SAID, NOTICED), (HARMED, REACHED), (RECOGNISED, REACHED), (REPORTED, RECOGNISED)),
    ):
        assert (stage[later] <= stage[earlier]).all(), f"{STAGES[later]} and {STAGES[earlier]}"
    assert (stage[MADE] <= stage[CHANCES])[..., PERSON].all()
    assert (stage[MADE].sum(-1) <= stage[CHANCES].sum(-1)).all()


def errors_are_conserved(state: HospitalState) -> None:
    true, funnel = state.true, state.funnel
    stage = np.moveaxis(funnel, -1, 0)
    ended = stage[STOPPED] + stage[REACHED]
    others = np.ones(stage[MADE].shape, bool)
    for error, waiting, left in (
        (PRESCRIBING_MISTAKE, "wrong_orders", "wrong_orders_left"),
        (MISREAD_TERM, "ambiguous_orders", "unclear_orders_left"),
    ):
        of_orders = (slice(None), slice(None), error, PERSON)
        pending = by_bed(state, state.patients[waiting])
        assert ((stage[MADE] - ended)[of_orders] == pending + true[left]).all(), waiting
        others[of_orders] = False
    assert (stage[MADE] == ended)[others].all()
    by_hazards = np.zeros(len(ERRORS), bool)
    by_hazards[list(FED_BY_HAZARDS)] = True
    assert (stage[:, :, :, ~by_hazards, HAZARD] == 0).all()
    stages_follow_one_another(funnel)
    by_errors = stage[HARMED].sum((2, 3))
    assert (true["preventable_events"] == by_errors + true["harmful_omissions"]).all()
    reported = state.observed["incident_reports"]
    assert (reported >= stage[REPORTED].sum((2, 3))).all()
    assert (reported <= stage[REPORTED].sum((2, 3)) + true["harmful_omissions"] + true["other_events"]).all()
    of_harm = state.observed["reports_of_harm"]
    assert (of_harm <= true["preventable_events"] + true["other_events"]).all()


def concerns_are_conserved(state: HospitalState) -> None:
    true = state.true
    clinicians = (state.nurses, state.doctors, state.pharmacists)
    occasions, spoken = (sum(people[name].sum() for people in clinicians) for name in ("occasions", "spoken"))
    assert (true["answers"].sum(-1) == true["concerns"]).all()
    assert spoken == true["concerns"].sum()
    assert occasions == spoken + true["silences"].sum()
    for people in (*clinicians, state.managers):
        assert (people["occasions"] >= people["spoken"]).all()
        assert (people["safety_felt"] <= 100 * people["safety_heard"]).all()
        assert (people["action_seen"] <= people["action_heard"]).all()
    assert not state.managers["occasions"].any()
    assert (true["misled"] <= true["false_concerns"]).all()
    assert (true["false_concerns"] <= true["concerns"]).all()


def decisions_are_conserved(state: HospitalState) -> None:
    true, patients = state.true, state.patients
    waiting = by_bed(state, patients["exception"] == IN_INBOX)
    assert (true["exceptions"] == true["exceptions_decided"] + waiting + true["exceptions_lapsed"]).all()
    assert (true["exceptions_sent_up"] <= true["exceptions"]).all()
    assert (waiting + true["exceptions_lapsed"] <= true["exceptions_sent_up"]).all()
    assert (true["exception_fit"] <= 1000 * true["exceptions_decided"]).all()
    at_bedside = true["exceptions"] - true["exceptions_sent_up"]
    assert (true["exception_delay"][true["exceptions_decided"] == at_bedside] == 0).all()
    assert (true["offered"] - true["declined"] == at_bedside).all()
    assert (true["declined"] <= true["offered"]).all()
    layers = patients["exception_layer"][(patients["place"] == BED) & (patients["exception"] == IN_INBOX)]
    assert ((layers >= 0) & (layers < len(LAYERS))).all()
    climbed = by_bed(state, np.where(patients["exception"] == IN_INBOX, patients["exception_layer"], 0))
    assert (true["passed_on"] >= climbed).all()
    assert (true["passed_on"] <= (len(LAYERS) - 1) * true["exceptions_sent_up"]).all()
    assert state.doctors["poor_to_review"].sum() <= state.doctors["to_review"].sum()
    waits_for_review = state.doctors["to_review"].sum()
    assert state.staffing["decisions_reviewed"].sum() + waits_for_review <= (true["offered"] - true["declined"]).sum()
    concerned = patients["exception"] != NO_EXCEPTION
    assert (patients["exception_since"][concerned & (patients["place"] == BED)] >= 0).all()


def changes_are_conserved(state: HospitalState) -> None:
    """What was sent up is decided on, lapses with its hazard, or waits; whoever left a post is followed by one more."""
    wards, staffing = state.wards, state.staffing
    waiting = wards["ideas_sent_up"] + wards["hazard_sent_up"].sum(axis=1)
    sent_up = state.true["changes_sent_up"].sum(axis=1)
    assert (sent_up == staffing["changes_decided"] + staffing["changes_lapsed"] + waiting).all()
    assert (wards["hazard_sent_up"][wards["hazard_kind"] == NO_HAZARD] == 0).all()
    hires = sum((people["identity"] % 65536).sum() for people in (state.nurses, state.doctors))
    assert hires == staffing["leavers"].sum()
    assert not any((people["identity"] % 65536).any() for people in (state.pharmacists, state.managers))


def numbers_are_possible(state: HospitalState) -> None:
    for name, table in state._asdict().items():
        for column in table.dtype.names or ():
            values = table[column]
            if values.dtype.kind == "f":
                assert np.isfinite(values).all(), f"{name}.{column}"
            elif values.dtype.kind == "i" and name in ("true", "observed", "staffing", "series"):
                assert (values >= 0).all(), f"{name}.{column}"
    assert (state.funnel >= 0).all()
    tables = {"staff": (state.nurses, state.doctors, state.pharmacists, state.managers), "patients": (state.patients,)}
    for share in SHARES:
        kind, column = share.split(".")
        for table in tables[kind]:
            assert ((table[column] >= 0.0) & (table[column] <= 1.0)).all(), share
    true = state.true
    for part, whole in (
        *(("steps_followed", "steps"), ("wrong_choices", "treatment_choices"), ("delayed_time", "bed_time")),
        *(("long_stay_deaths", "long_stays"), ("preventably_harmed", "harmed"), ("breaches", "admissions")),
        *(("harmful_omissions", "preventable_events"), ("plans_made", "admissions"), ("asked", "admissions")),
        *(("fitting_choices", "treatment_choices"), ("preference_choices", "fitting_choices")),
        *(("failures_kept", "trials"), ("wrong_orders_left", "orders")),
        *(("failures_told", "failures_met"), ("set_aside_rightly", "set_aside")),
        *(("ideas_taken_up", "ideas_raised"), ("hazards_raised", "concerns")),
    ):
        assert (true[part] <= true[whole]).all(), f"{part} of {whole}"
    for part, whole in (("escalated", "recognised"), ("recognised", "deteriorations"), ("rescued", "deteriorations")):
        assert true[part].sum() <= true[whole].sum(), f"{part} of {whole}"
    for part, whole in (
        *(("recorded_breaches", "recorded_waits"), ("doses_seen_wrong", "doses_watched")),
        *(("reports_of_harm", "incident_reports"),),
        *(("midnight_patients", "midnight_beds"), ("charts_with_event", "charts_reviewed")),
        *(("charts_preventable", "charts_with_event"), ("charts_reported", "charts_with_event")),
        *(("incidents_reported", "incidents_found"), ("incident_reports", "incidents_found")),
        *(("medication_errors_harmed", "medication_errors_found"),),
    ):
        assert state.observed[part].sum() <= state.observed[whole].sum(), f"{part} of {whole}"
    doses, wrong = state.observed["doses_interrupted"], state.observed["doses_interrupted_wrong"]
    assert (doses.sum(axis=-1) == state.observed["doses_watched"]).all()
    assert (wrong.sum(axis=-1) == state.observed["doses_seen_wrong"]).all()
    assert (state.staffing["shifts_with_error"] <= state.staffing["shifts_logged"]).all()
    assert (state.staffing["nurses_left"] <= state.staffing["leavers"]).all()
    assert (state.staffing["busy"] <= state.staffing["worked"]).all()
    gaps = state.staffing["shifts_absent"] + state.staffing["shifts_vacant"]
    assert (state.staffing["shifts_covered"] <= gaps).all()
    assert (state.staffing["shifts_asked"] <= gaps).all()
    assert (state.staffing["shifts_absent"] <= state.staffing["shifts_needed"]).all()
    assert (state.wards["hazards"] >= 0).all()


def test_only_nurses_leave_the_work_of_nurses_undone():
    """Nurses work round the clock without a change; so when others go home, none of their work is given up."""
    always = group("staff nurse", 1, shift("00:00", 24, 1, 1))
    here = eventful(beds=(8,), staffing={"nurses": always}, changes={"staffing.absence": 0.0})
    trial = Trial(here, 3, 1)
    state = trial.build()
    simulate(state, trial.seed, 0, trial.ticks)
    assert state.true["done"][..., : STEP + 1].sum() > 0
    assert state.true["undone"][..., : STEP + 1].sum() == 0
