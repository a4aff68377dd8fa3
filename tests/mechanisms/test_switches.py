"""Every mechanism has a switch: with it off its effect is gone and the rest runs; with it on it is there.

Two small wards of one division, so busy that everything happens within eight months.
"""

import functools

import numpy as np
import pytest

from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.tick import simulate
from sim.scenario import Scenario, ScenarioError
from sim.state.parameters import MECHANISMS
from sim.state.vocabulary import (
    ACTIVITIES,
    ADOPTED,
    CARE_SLIP,
    CHANCES,
    CONSTRAINED,
    DISCHARGE_SLIP,
    DOSE_SLIP,
    HANDOVER_LOSS,
    HAZARD,
    LED_BY_WARD_MANAGER,
    MADE,
    MISREAD_TERM,
    NOTICED,
    OBSERVATION_SLIP,
    PERSON,
    PRESCRIBING_MISTAKE,
    REACHED,
    REPETITIVE,
    SAID,
    STEP,
    STEP_SLIP,
    STOPPED,
    TICKS_PER_DAY,
    TREATMENT_MISTAKE,
    UNCONSTRAINED,
)
from tests.limits.bench import changed, heeding, wards, without

DAYS = 240
SLIPS = (OBSERVATION_SLIP, DOSE_SLIP, CARE_SLIP, STEP_SLIP, DISCHARGE_SLIP)
NIGHTS = {"start": "19:30", "hours": 12, "weekday": 1, "weekend": 1}
BUSY = {
    "staffing.few.nurses.posts": 8,
    "staffing.few.nurses.shifts": [  # two by day, so that nurses see and hear each other
        {"start": "07:30", "hours": 12, "weekday": 2, "weekend": 2},
        NIGHTS,
    ],
    "divisions.medicine.waiting_places": 12,
    "wards.ward_1.arrivals_per_day": 0.45,
    "flow.boards_after": 1,
    "work.hurry_at": 4,
    "errors.hazard_feeds": 0.05,
    "voice.has_idea": 0.01,
    "errors.recognises_harmless": 0.3,
    "errors.by_fatigue": 4.0,
    "errors.per_interruption": 1.0,
    "errors.harms.dose_slip": 0.02,
    **heeding(1.0),  # so that who speaks stops the error, and the rest was stopped by the person's own check
    "voice.false_alarm": 0.1,
    "voice.misled": 0.5,
    "errors.ambiguous": 0.05,
    "physiology.worsens": 0.003,
    "physiology.misfortune": 0.001,
    "flow.package_days": 20,
    "flow.needs_package": 0.5,
    "staffing.cover_price": 0.1,
    "staffing.leaves": 0.4,
    "staffing.post_vacant": 20,
    "leadership.tenure": 0.3,
    "leadership.post_empty": 5,
    "control.accountability": 0.5,
    "control.attention": 0.3,
    "control.exceptions.repetitive": 0.3,
    "control.exceptions.constrained": 0.3,
    "control.exceptions.unconstrained": 0.3,
    "modes.stage_after": 3,
    "control.sees_unready": 1.0,
}


def hospital() -> Scenario:
    """Two wards of one division, with a target and a style of leading in which everything happens.

    The manager leads one of them and the consultant the other.
    """
    content = wards(2).model_dump(mode="json", exclude_none=True)
    content["target"] = {"title": "Four hours", "stops": "bed", "deadline": 4.0, "required_share": 0.95}
    content["dials"]["target_pressure"] = 1.0
    style = content["styles"][content["leadership"]["style"]]
    style["hours"] = dict.fromkeys(ACTIVITIES, 20 / 11)
    style["manner"] |= {"admits_errors": 0.5, "keeps_promises": 0.5, "inquiry": 0.8}
    style["stance"] |= {"blames": 0.5, "presses": 0.8}
    content["wards"]["ward_1"]["leadership"] = {**content["leadership"], "lead": "consultant"}
    return Scenario.model_validate(content)


@functools.cache
def busy(*off: str, **parameters: float) -> HospitalState:
    """The busy hospital after eight months, without some mechanisms and with some parameters changed."""
    scenario = changed(hospital(), BUSY | without(*off) | {key.replace("__", "."): n for key, n in parameters.items()})
    return after(scenario)


def after(scenario: Scenario, habit: float | None = None) -> HospitalState:
    state = build_state(scenario, 1, DAYS)
    state.wards["checklist"] = ADOPTED
    if habit is not None:
        state.nurses["habit"] = habit
    simulate(state, 1, 0, DAYS * TICKS_PER_DAY)
    return state


def counted(state: HospitalState, name: str) -> int:
    """One column of a ledger, over all wards and modes."""
    for table in (state.true, state.observed, state.staffing):
        if name in table.dtype.names:
            return int(table[name].sum())
    raise KeyError(name)


def errors(state: HospitalState, kinds, stage: int, sources=(PERSON, HAZARD)) -> int:
    """How many errors of these kinds and sources came to a stage."""
    return int(state.funnel[:, :, list(kinds)][:, :, :, list(sources), stage].sum())


def ledger(name):
    return lambda off: counted(busy(*off), name)


def slips_per_task(state: HospitalState) -> float:
    return errors(state, SLIPS, MADE, (PERSON,)) / errors(state, SLIPS, CHANCES)


def stopped_alone(off):
    """Slips stopped by the person who made them: all but those of which somebody spoke."""
    state = busy("checklists", *off)
    return errors(state, SLIPS, STOPPED) - errors(state, SLIPS, SAID)


def stopped_by_checklist(off):
    """Slips stopped where nobody looked over her own work or a colleague's."""
    return errors(busy("own_check", "colleague_check", *off), SLIPS, STOPPED)


def noticed_by_colleague(off):
    state = busy("checklists", *off)
    return errors(state, SLIPS, NOTICED) - stopped_alone(off)


def orders_stopped(off):
    """Wrong orders stopped where nobody but a pharmacist or the nurse with the dose could stop them."""
    return errors(busy("own_check", "colleague_check", *off), (PRESCRIBING_MISTAKE,), STOPPED)


def handover_errors(off):
    return errors(busy(*off), (HANDOVER_LOSS,), CHANCES) + counted(busy(*off), "forgotten")


def fatigue_slope(off):
    """How much more people slip because of fatigue: nothing, if the size of its effect changes nothing."""
    return abs(slips_per_task(busy(*off)) - slips_per_task(busy(*off, errors__by_fatigue=0.0)))


def interruption_slope(off):
    return abs(slips_per_task(busy(*off)) - slips_per_task(busy(*off, errors__per_interruption=0.0)))


def departures_from_pathway(off):
    return counted(busy(*off), "steps") - counted(busy(*off), "steps_followed")


def variation_by_habit(off):
    """How many steps more or fewer follow the pathway if all nurses have their own ways, against none."""
    scenario = changed(hospital(), BUSY | without(*off))
    return abs(
        counted(after(scenario, habit=0.0), "steps_followed") - counted(after(scenario, habit=1.0), "steps_followed")
    )


def change_by_goals(off):
    """How much the work done changes, by kind of task, if nurses want something else; what effort buys is apart."""
    scenario = changed(hospital(), BUSY | without("effort", *off))
    goals = {"outcome": 0.0, "timeliness": 0.0, "throughput": 1.0, "standard": 0.0}
    kinds = [
        after(changed(scenario, {"staffing.few.nurses.weights": weights, "staffing.weight_spread": 0.0}))
        for weights in (goals, {**goals, "throughput": 0.0, "outcome": 1.0})
    ]
    return int(np.abs(kinds[0].true["undone"].sum(axis=(0, 1)) - kinds[1].true["undone"].sum(axis=(0, 1))).sum())


def waits_outside(off):
    """Time in bed by patients fit to leave that grows with the wait for a package of care outside."""
    per_patient = [
        counted(state, "delayed_time") / counted(state, "discharges")
        for state in (busy(*off), busy(*off, flow__package_days=0.0))
    ]
    return max(0.0, per_patient[0] - per_patient[1])


def beliefs(state: HospitalState) -> np.ndarray:
    """What every nurse and doctor believes about voice."""
    return np.concatenate(
        [
            getattr(state, table)[name]
            for table in ("nurses", "doctors")
            for name in ("voice_is_safe", "voice_is_acted_on")
        ]
    )


def beliefs_learned(off):
    """How far beliefs have moved in those who stay, which are all if nobody leaves."""
    start = build_state(changed(hospital(), BUSY | without(*off)), 1, DAYS)
    return np.abs(beliefs(busy("turnover", *off)) - beliefs(start)).sum()


def beliefs_by_earshot(off):
    """How much beliefs change if nobody is ever in earshot."""
    return np.abs(beliefs(busy(*off)) - beliefs(busy(*off, voice__earshot=0.0))).sum()


def voice_by_status(off):
    """How much the share of what is said falls if status weighs more."""
    shares = [
        counted(state, "concerns") / (counted(state, "concerns") + counted(state, "silences"))
        for state in (busy(*off), busy(*off, voice__status_weighs=2.0))
    ]
    return max(0.0, shares[0] - shares[1])


def slips_made(off):
    """Slips of persons; a task that a false concern spoils is another matter."""
    return errors(busy("false_concerns", *off), SLIPS, MADE, (PERSON,))


def views_pooled(off):
    """Choices against which somebody had another view, said or not."""
    return sum(errors(busy(*off), (TREATMENT_MISTAKE,), stage) for stage in (NOTICED, SAID, STOPPED))


def preferences_met(off):
    state = busy(*off)
    others = int((state.patients["best_option"] != state.patients["clinical_option"]).sum())
    return counted(state, "asked") * counted(state, "preference_choices") + counted(state, "asked") + others


def effect_of_what_is_shared(off):
    """How much the course of unconstrained care changes with the share that patients have in common."""
    more = busy(*off, modes__shared=0.9)
    return int(np.abs(busy(*off).true[:, UNCONSTRAINED]["bed_time"] - more.true[:, UNCONSTRAINED]["bed_time"]).sum())


def rescued(off):
    return counted(busy(*off), "rescued") + counted(busy(*off), "escalated")


def changed_designs(off):
    """How far the design of pathways is from where it began, over wards."""
    begun = build_state(changed(hospital(), BUSY), 1, 1).wards["pathway_design"]
    return float(np.abs(busy("leadership", *off).wards["pathway_design"] - begun).sum())


def change_since_the_start(name, *others):
    """How far a column of nurses and doctors has moved, without the other mechanisms that move it."""

    def moved(off):
        apart = ("turnover", *others, *off)
        start = build_state(changed(hospital(), BUSY | without(*apart)), 1, 1)
        return sum(
            float(np.abs(getattr(busy(*apart), table)[name] - getattr(start, table)[name]).sum())
            for table in ("nurses", "doctors")
        )

    return moved


def congruence(state: HospitalState) -> np.ndarray:
    """The share of each one's goal weights that lies where the organisation's lie."""
    weights = np.concatenate([state.nurses["weights"], state.doctors["weights"]])
    wants = state.settings["goals"]["wants"][0]
    return np.minimum(weights, wants / wants.sum()).sum(axis=1)


def congruence_moved(off):
    """How far congruence moves where nobody leaves and nobody copies what a lead does."""
    apart = ("turnover", "symbolic_attention", *off)
    start = build_state(changed(hospital(), BUSY | without(*apart)), 1, 1)
    return float(np.abs(congruence(busy(*apart)) - congruence(start)).sum())


def trust_by_profession(off):
    """How much the trust of the professions in a lead differs before anything was seen of her."""
    start = build_state(changed(hospital(), BUSY | without(*off)), 1, 1)
    trust = [
        getattr(start, table)[getattr(start, table)["ward"] == 0]["trust"].mean() for table in ("nurses", "managers")
    ]
    return abs(trust[1] - trust[0])


def manner_of_leads(off):
    """How much more inviting leads of a style that asks are than leads of one that tells."""
    inviting = [
        build_state(changed(hospital(), BUSY | without(*off) | {"leadership.style": style}), 1, 1).managers["inviting"]
        for style in ("coaching", "directive")
    ]
    return float(np.abs(inviting[0] - inviting[1]).sum())


def clinicians_who_lead(off):
    """Wards that are led by somebody else than their manager."""
    return int((busy(*off).leads["held_by"] != LED_BY_WARD_MANAGER).sum())


def steps_in_custom_care(off):
    return int(busy(*off).true[:, [CONSTRAINED, UNCONSTRAINED]]["done"][..., STEP].sum())


def unusual_effort(off):
    state = busy(*off)
    return float(sum(np.abs(people["effort"] - 0.5).sum() for people in (state.nurses, state.doctors)))


def newcomers_who_do_not_know_the_ward(off):
    state = busy(*off)
    return int(sum((people["familiarity"] < 0.99).sum() for people in (state.nurses, state.doctors)))


def beliefs_by_admission(off):
    """How much beliefs change if it teaches nothing that a lead speaks of own errors."""
    return np.abs(beliefs(busy(*off)) - beliefs(busy(*off, leadership__admission_counts=0.0))).sum()


def pressure_felt(off):
    state = busy(*off)
    return float(state.leads["pressure"].sum() + state.nurses["pressure"].sum() + state.doctors["pressure"].sum())


# What each mechanism shows in, as its declaration says: nothing of it is left with the switch off.
SHOWS_IN = {
    "slips": slips_made,
    "mistakes": lambda off: errors(busy(*off), (PRESCRIBING_MISTAKE, TREATMENT_MISTAKE), MADE),
    "latent_hazards": lambda off: (
        int(busy(*off).funnel[..., HAZARD, MADE].sum()) + counted(busy(*off), "hazards_arisen")
    ),
    "own_check": stopped_alone,
    "colleague_check": noticed_by_colleague,
    "voice": lambda off: errors(busy(*off), SLIPS, SAID) + counted(busy(*off), "concerns"),
    "learned_voice": beliefs_learned,
    "overhearing": beliefs_by_earshot,
    "status": voice_by_status,
    "false_concerns": lambda off: counted(busy(*off), "false_concerns") * counted(busy(*off), "misled"),
    "order_check": orders_stopped,
    "harm": ledger("preventable_events"),
    "reporting": ledger("incident_reports"),
    "handover_loss": handover_errors,
    "terms": lambda off: errors(busy(*off), (MISREAD_TERM,), CHANCES),
    "pooling": views_pooled,
    "preferences": preferences_met,
    "contingency": ledger("plans_made"),
    "shared_landscape": effect_of_what_is_shared,
    "overrides": lambda off: counted(busy(*off), "set_aside") * counted(busy(*off), "set_aside_rightly"),
    "raised_hazards": lambda off: (
        counted(busy(*off), "hazards_raised") + counted(busy("leadership", *off), "hazards_mended")
    ),
    "ideas": lambda off: counted(busy(*off), "ideas_taken_up") + changed_designs(off),
    "checklists": stopped_by_checklist,
    "patches": ledger("hazards_patched"),
    "reconsideration": ledger("reconsidered"),
    "leadership": ledger("led_hours"),
    "symbolic_attention": change_since_the_start("weights", "shared_goals"),
    "fallibility": beliefs_by_admission,
    "promises": ledger("promises"),
    "feedback": change_since_the_start("habit"),
    "coaching": change_since_the_start("capability", "accountability"),
    "walk_rounds": ledger("hazards_found"),
    "presence": change_since_the_start("trust", "promises", "succession"),
    "manner": manner_of_leads,
    "recognition": change_since_the_start("engagement", "engagement", "tools_of_authority"),
    "blame": lambda off: float(busy(*off).nurses["wary"].sum()),
    "report_reviews": ledger("reports_reviewed"),
    "pressure": pressure_felt,
    "honesty": ledger("failures_kept"),
    "uptake": ledger("declined"),
    "accountability": ledger("decisions_reviewed"),
    "layers": ledger("passed_on"),
    "devolved_change": lambda off: counted(busy("tools_of_authority", *off), "changes_sent_up"),
    "devolved_cover": ledger("shifts_asked"),
    "target_overrides": ledger("targets_set_aside"),
    "standing": trust_by_profession,
    "clinical_leads": clinicians_who_lead,
    "tools_of_authority": lambda off: counted(busy("devolved_change", *off), "changes_sent_up"),
    "component_tasks": steps_in_custom_care,
    "knowledge": ledger("moved_on"),
    "shared_goals": congruence_moved,
    "effort": unusual_effort,
    "succession": ledger("successions"),
    "turnover": lambda off: counted(busy(*off), "leavers") * counted(busy(*off), "shifts_vacant"),
    "engagement": change_since_the_start("engagement", "recognition", "tools_of_authority"),
    "local_knowledge": newcomers_who_do_not_know_the_ward,
    "exceptions": lambda off: counted(busy(*off), "exceptions") * counted(busy(*off), "exception_delay"),
    "fatigue": fatigue_slope,
    "interruptions": interruption_slope,
    "hurry": ledger("hurried"),
    "care_left_undone": ledger("undone"),
    "goal_weights": change_by_goals,
    "absence": lambda off: counted(busy(*off), "shifts_absent") * counted(busy(*off), "shifts_covered"),
    "pathway": departures_from_pathway,
    "habit": variation_by_habit,
    "deterioration": lambda off: counted(busy(*off), "deteriorations") * counted(busy(*off), "deaths"),
    "rescue": rescued,
    "misfortune": ledger("other_events"),
    "boarding": ledger("boarded"),
    "outside_care": waits_outside,
    "readmission": ledger("returns"),
}


def test_every_mechanism_has_its_expectation():
    assert set(SHOWS_IN) == set(MECHANISMS)


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_switched_off_leaves_nothing_of_its_effect(name):
    assert SHOWS_IN[name](()) > 0
    assert SHOWS_IN[name]((name,)) == 0
    state = busy(name)
    for runs in ("arrivals", "discharges", "done", "steps"):
        assert counted(state, runs) > 50, f"without {name} the rest should run"
    assert state.funnel[..., REACHED].sum() > 100


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_switch_changes_the_run_and_stays_out_of_arrivals(name):
    on, off = busy(), busy(name)
    assert (on.true != off.true).any() or (on.observed != off.observed).any()
    assert (on.true["arrivals"] - on.true["returns"]).sum() == (off.true["arrivals"] - off.true["returns"]).sum()


def test_without_fatigue_nobody_is_tired_and_without_interruptions_nobody_is_interrupted():
    assert busy().nurses["fatigue"].max() > 0
    assert busy("fatigue").nurses["fatigue"].max() == 0
    assert counted(busy(), "interruptions") > 0
    assert counted(busy("interruptions"), "interruptions") == 0


def test_without_the_pathway_care_in_repetitive_patients_is_never_off_it():
    patients = busy("pathway").patients
    treated = patients[(patients["place"] == 2) & (patients["mode"] == REPETITIVE)]
    assert (treated["on_pathway"] == 1.0).all()


@pytest.mark.parametrize(("misspelt", "meant"), [("fatige", "fatigue"), ("own_chek", "own_check")])
def test_a_misspelt_switch_is_refused_with_the_nearest_name(misspelt, meant):
    with pytest.raises(ScenarioError, match=f'did you mean "{meant}"'):
        changed(wards(1), {f"mechanisms.{misspelt}": False})
