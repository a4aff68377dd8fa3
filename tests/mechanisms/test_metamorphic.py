"""What must not change, and what must change in one direction only, when the hospital is changed."""

import functools

import numpy as np
import pytest

from sim.engine import run_once
from sim.engine.hospital_state import HospitalState, build_state
from sim.engine.tick import simulate
from sim.scenario import Scenario, load
from sim.state.vocabulary import CHANCES, MADE, MISJUDGED_TRIAL, REACHED, SAID, TICKS_PER_DAY, TREATMENT_MISTAKE
from tests.limits.bench import SCENARIOS, changed, heeding, run, small, wards, without

BASELINE = load(SCENARIOS / "baseline.toml")
# What a patient brings: the same whoever is on shift.
TRAITS = (
    "home_ward", "mode", "urgency", "frailty", "arrived", "recovery_needed", "fits_pathway", "clinical_option",
    "best_option", "condition",
)  # fmt: skip


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.tobytes() == other.tobytes()


def test_with_no_hazards_no_slips_no_mistakes_and_no_losses_nothing_goes_wrong():
    causes = (
        "slips", "mistakes", "latent_hazards", "handover_loss", "deterioration",
        "terms",  # misread
        "false_concerns",  # acted on
        "pathway",  # left
    )  # fmt: skip
    state = run(changed(BASELINE, without(*causes)), 120)
    assert state.funnel[..., CHANCES].sum() > 10_000
    assert state.funnel[..., MADE:].sum() == 0
    assert state.true["preventable_events"].sum() == state.true["harmful_omissions"].sum()
    assert state.observed["doses_seen_wrong"].sum() == state.observed["orders_found_wrong"].sum() == 0
    # and each cause alone is enough for errors
    for cause in causes:
        others = [name for name in causes if name != cause]
        assert run(changed(BASELINE, without(*others)), 30).funnel[..., MADE].sum() > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_people_relabelled_with_their_keys_change_nothing(seed):
    """Rows of nurses and of doctors are shuffled within their wards: luck belongs to keys and not to rows."""
    days = 60
    eventful = changed(
        BASELINE,
        {"staffing.leaves": 0.6, "leadership.tenure": 0.3, "modes.stage_after": 20, "control.accountability": 0.6},
    )
    plain = build_state(eventful, seed, days)
    shuffled = build_state(eventful, seed, days)
    order = {}
    for table in ("nurses", "doctors"):
        people = getattr(shuffled, table)
        rows = np.arange(len(people))
        for ward in range(len(shuffled.wards)):
            mine = rows[people["ward"] == ward]
            rows[people["ward"] == ward] = np.random.default_rng(seed).permutation(mine)
        assert (rows != np.arange(len(people))).any()
        order[table] = rows
        people[:] = people[rows].copy()
    for state in (plain, shuffled):
        simulate(state, seed, 0, days * TICKS_PER_DAY)
    for table in HospitalState._fields:
        one, other = getattr(plain, table), getattr(shuffled, table)
        assert same(one[order[table]] if table in order else one, other), table
    assert plain.funnel[..., REACHED].sum() > 1_000
    for table, column in (
        *(("staffing", "leavers"), ("staffing", "successions"), ("staffing", "decisions_reviewed")),
        *(("staffing", "changes_decided"), ("true", "passed_on"), ("true", "declined"), ("true", "moved_on")),
    ):
        assert getattr(plain, table)[column].sum() > 0, column


def test_titles_are_only_words():
    renamed = {f"wards.{ward}.title": "Another name" for ward in BASELINE.wards}
    renamed |= {f"divisions.{division}.title": "Another name" for division in BASELINE.divisions}
    other = changed(BASELINE, renamed | {"title": "Another", "description": "Another"})
    digests = {run_once(scenario, 3, 20, 5).digest() for scenario in (BASELINE, other)}
    assert len(digests) == 1
    assert run_once(BASELINE, 4, 20, 5).digest() not in digests


@pytest.mark.parametrize("quiet", [0, 1])
def test_two_divisions_do_not_touch(quiet):
    """What happens in one division does not depend on the demand of the other."""
    content = wards(2).model_dump(mode="json", exclude_none=True)
    content["divisions"]["surgery"] = content["divisions"]["medicine"]
    content["wards"]["ward_1"] = {**content["wards"]["ward_1"], "division": "surgery"}
    both = Scenario.model_validate(content)
    one = run(both, 120)
    other = run(changed(both, {f"wards.ward_{1 - quiet}.arrivals_per_day": 2.5}), 120)
    assert not same(one.true[1 - quiet], other.true[1 - quiet])
    for table in ("true", "observed", "staffing", "funnel"):
        assert same(getattr(one, table)[quiet], getattr(other, table)[quiet]), table
    assert same(one.series[:, quiet], other.series[:, quiet])
    for table in ("nurses", "doctors", "pharmacists", "managers"):
        mine = getattr(one, table)["ward"] == quiet
        assert same(getattr(one, table)[mine], getattr(other, table)[mine]), table
    beds = slice(one.wards[quiet].beds_from, one.wards[quiet].beds_to)
    assert same(one.patients[beds], other.patients[beds])
    assert one.true[quiet]["discharges"].sum() > 10


def with_nurses(day_and_night: int) -> Scenario:
    """Six busy beds with so many nurses on every shift."""
    shifts = [
        {"start": start, "hours": 12, "weekday": day_and_night, "weekend": day_and_night}
        for start in ("07:30", "19:30")
    ]
    return small(
        staffing__few__nurses__posts=12,
        staffing__few__nurses__shifts=shifts,
        wards__six_beds__beds=16,
        wards__six_beds__arrivals_per_day=1.6,
        divisions__medicine__waiting_places=400,
        mechanisms__readmission=False,
    )


@functools.cache
def staffed(nurses: int, seed: int) -> HospitalState:
    return run(with_nurses(nurses), 120, seed)


def test_more_nurses_leave_less_care_undone():
    for seed in range(1, 6):
        undone = [
            staffed(nurses, seed).true["undone"].sum() / staffed(nurses, seed).true["due"].sum() for nurses in (1, 2, 3)
        ]
        assert undone[0] > undone[1] > undone[2]


def test_people_who_check_their_own_work_better_let_fewer_errors_reach_patients():
    for seed in range(1, 6):
        reached = []
        for sharp in (0.1, 0.4, 0.7):
            own = {f"errors.own_check.{kind}_slip": sharp for kind in ("dose", "care", "step", "observation")}
            funnel = run(changed(small(), own), 240, seed).funnel
            reached.append(funnel[..., REACHED].sum() / funnel[..., CHANCES].sum())
        assert reached[0] > reached[1] > reached[2]


def test_the_same_patients_come_under_any_staffing():
    """Who comes, when and with what is the patient's own luck, whoever is on shift."""
    few, many = (staffed(nurses, 1) for nurses in (1, 3))
    assert (few.true["arrivals"] == many.true["arrivals"]).all()
    assert few.true["diverted"].sum() == many.true["diverted"].sum() == 0
    seen = [patients_seen(with_nurses(nurses), 60) for nurses in (1, 3)]
    both = seen[0].keys() & seen[1].keys()
    assert len(both) > 60
    assert all(seen[0][identity] == seen[1][identity] for identity in both)
    other_luck = patients_seen(with_nurses(1), 60, seed=2)
    assert not any(seen[0].get(identity) == traits for identity, traits in other_luck.items())


def patients_seen(scenario: Scenario, days: int, seed: int = 1) -> dict[int, tuple]:
    """The traits of everybody found in a bed or waiting, by identity, at a look every six hours."""
    state = build_state(scenario, seed, days)
    seen = {}
    for now in range(0, days * TICKS_PER_DAY, 24):
        simulate(state, seed, now, now + 24)
        for patient in state.patients[state.patients["place"] > 0]:
            seen[int(patient["identity"])] = tuple(patient[name].item() for name in TRAITS)
    return seen


# How those who hold the role meet a concern is counted as their manner, whatever becomes of it.
OF_MANNER = {"true": {"answers"}}
STYLES = sorted(file.stem for file in (SCENARIOS / "styles").glob("*.toml"))


def ledgers(state: HospitalState, but: dict[str, set[str]] | None = None) -> dict[str, bytes]:
    """Every column of every ledger, without some."""
    found = {"funnel": state.funnel.tobytes()}
    for table in ("true", "observed", "staffing", "series"):
        rows = getattr(state, table)
        left_out = (but or {}).get(table, set())
        found |= {f"{table}.{name}": rows[name].tobytes() for name in rows.dtype.names if name not in left_out}
    return found


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name in one if one[name] != other[name]]


def one_nurse_led_by_nobody() -> Scenario:
    """One nurse with every shift, and a consultant who would lead and is never there.

    Those above the ward have no attention.
    """
    content = small().model_dump(mode="json", exclude_none=True)
    never = [{"start": "09:00", "hours": 4, "weekday": 0, "weekend": 0}]
    groups = content["staffing"]["few"]
    nurse = {**groups["nurses"], "posts": 1, "shifts": [{"start": "07:30", "hours": 24, "weekday": 1, "weekend": 1}]}
    content["staffing"]["few"] = {
        "nurses": nurse,
        "consultant": {**groups["consultant"], "shifts": never},
        "ward_manager": {**groups["ward_manager"], "shifts": never},
    }
    content["leadership"]["lead"] = "consultant"
    content["dials"]["devolution"] = 0.5
    return Scenario.model_validate(content)


def led_in(scenario: Scenario, style: str, days: int = 40, **switches: bool) -> HospitalState:
    named = {f"mechanisms.{name}": is_on for name, is_on in switches.items()}
    return run(changed(scenario, {"leadership.style": style} | named), days)


def test_with_one_person_on_the_ward_and_nobody_there_to_lead_styles_do_not_differ():
    """Bit for bit in all ledgers, over every style that ships, whatever its manner and stance."""
    alone = one_nurse_led_by_nobody()
    first = led_in(alone, STYLES[0])
    assert len(STYLES) >= 11
    assert first.staffing["led_hours_due"].sum() > 0
    assert first.staffing["led_hours"].sum() == 0
    assert first.true["done"].sum() > 300
    for style in STYLES[1:]:
        assert differing(ledgers(first), ledgers(led_in(alone, style))) == [], style
    led = {style: led_in(small(), style) for style in STYLES[:2]}
    assert differing(*(ledgers(state) for state in led.values())) != []


# Nobody trusts the lead, and nothing that a lead says or is seen to do moves anybody.
DEAF = {
    "leadership.trust_at_start": 0.0, "leadership.trusts_own": 0.0, "leadership.trust_learns": 0.0,
    "leadership.admission_counts": 0.0, "leadership.blame_counts": 0.0, "leadership.blame_warns": 0.0,
    "leadership.recognition_adds": 0.0, "leadership.favour_adds": 0.0, "leadership.estranges": 0.0,
    "leadership.feedback_moves": 0.0,
    "goals.words_move": 0.0, "mechanisms.pressure": False, "mechanisms.learned_voice": False,
    # What is brought to whoever leads, and how inviting she is for it; what is left to her stance.
    "mechanisms.raised_hazards": False, "mechanisms.ideas": False, "mechanisms.reporting": False,
    "dials.devolution": 1.0, "voice.status_weighs": 0.0,
    # What a lead makes of a report, by her stance on blame, is the work of her own hands.
    "mechanisms.report_reviews": False,
    # What she is told as a colleague, with or without the role, is heeded alike however she meets it.
    **heeding(0.6),
}  # fmt: skip


@pytest.mark.parametrize("lead", ["ward manager", "consultant"])
def test_with_nobody_listening_manner_and_stance_change_nothing(lead):
    """The same hours of the same work in the manner of any style that ships: only whom she meets would tell.

    A contingent style is left out, since turning from mode to mode takes the lead's own time. Whether many records are
    shown or one trial is gone through is work of its own, and the same for all here.
    """
    deaf = changed(small(), DEAF | {"leadership.lead": lead})
    hours = deaf.styles["pace_setting"].hours.model_dump()
    hours |= {"direct_care": hours["direct_care"] + hours["convene"], "convene": 0.0}
    states = []
    fixed = [style for style in STYLES if not style.startswith("mode_contingent")]
    assert len(fixed) == len(STYLES) - 2
    for style in fixed:
        content = changed(deaf, {"leadership.style": style}).model_dump(mode="json", exclude_none=True)
        of_style = content["styles"][style]
        stance = of_style["stance"] | {"shows_aggregates": 0.5}
        content["styles"][style] = {**of_style, "hours": hours, "stance": stance}
        states.append(run(Scenario.model_validate(content), 60))
    assert states[0].staffing["led_hours"].sum() > 20
    assert states[0].staffing["samples_shown"].sum() + states[0].staffing["hazards_found"].sum() > 0
    for style, state in zip(fixed[1:], states[1:], strict=True):
        assert differing(ledgers(states[0], OF_MANNER), ledgers(state, OF_MANNER)) == [], style


def test_no_target_presses_where_the_dial_says_that_it_does_not_count():
    """A target changes what is recorded of clocks, and nothing else, in a hospital of two divisions."""
    content = changed(BASELINE, {"dials.target_pressure": 0.0}).model_dump(mode="json", exclude_none=True)
    with_target = run(Scenario.model_validate(content), 60)
    del content["target"]
    without_target = run(Scenario.model_validate(content), 60)
    assert differing(ledgers(with_target), ledgers(without_target)) == []
    assert with_target.wards["clocks_stopped"].sum() > 100
    assert without_target.wards["clocks_stopped"].sum() == 0
    content["dials"]["target_pressure"] = 1.0
    pressed = run(changed(BASELINE, {"dials.target_pressure": 1.0}), 60)
    assert differing(ledgers(pressed), ledgers(run(Scenario.model_validate(content), 60))) != []


@pytest.mark.parametrize("safety", [0.3, 0.6])
def test_held_safety_does_not_reach_into_what_goes_wrong_but_into_what_is_said(safety):
    """In any one tick the same slips and wrong orders are made, whether nothing is safe to say or everything.

    A choice of treatment and the verdict on a trial are themselves made of what is said and admitted.
    """
    state = build_state(changed(BASELINE, {"dials.hold": True, "dials.psychological_safety": safety}), 1, 20)
    days = 10 * TICKS_PER_DAY + 41
    simulate(state, 1, 0, days)
    made = []
    for safe in (0.0, 1.0):
        copied = HospitalState(*(table.copy() for table in state))
        for people in (copied.nurses, copied.doctors, copied.pharmacists, copied.managers):
            people["voice_is_safe"] = safe
        said = copied.funnel[..., SAID].sum() + copied.true["concerns"].sum()
        before = copied.funnel.copy()
        simulate(copied, 1, days, days + 1)
        made.append(np.delete((copied.funnel - before)[..., MADE], (TREATMENT_MISTAKE, MISJUDGED_TRIAL), axis=2))
        assert copied.funnel[..., SAID].sum() + copied.true["concerns"].sum() >= said
    assert (made[0] == made[1]).all()
    assert made[0].sum() > 0
