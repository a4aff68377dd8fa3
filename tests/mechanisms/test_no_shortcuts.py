"""The rule of no shortcuts, over the syntax tree: leadership, culture and policy meet agents, never outcomes.

Behaviours that make outcomes (harm, physiology, recognition) know the patient, the settings of bodies and
errors, and chance. What they may read is listed here; everything else is a shortcut.
"""

import ast
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.hospital_state import leads_in_style
from sim.scenario import load, with_changes
from sim.scenario.leading import Manner, Stance
from sim.state.parameters import PARAMETERS
from sim.state.rows import LEAD, PATIENT, STAFF, WARD
from sim.state.vocabulary import ACTIVITIES
from tests.limits.bench import SCENARIOS

PACKAGE = Path(sim.__file__).parent
# Which behaviours of a file make outcomes: all, or those named.
OUTCOME_FILES = {
    "ward/harm.py": None,
    "ward/physiology.py": None,
    "ward/errors.py": ("is_recognised",),
    "ward/repetitive.py": ("pathway_effect",),
    "ward/constrained.py": ("option_effect", "suits"),
    "ward/unconstrained.py": ("landscape_effect", "part_effect"),
    "ward/flow.py": ("recovery_needed", "gamma", "likely_to_come_back"),
}
MUST_BE_THERE = {
    "error_harms", "omission_harms", "suffers", "suffers_preventable", "suffers_misfortune", "recovers",
    "changes_state", "chance_to_worsen", "responds_to_treatment", "is_recognised", "landscape_effect",
    "recovery_needed", "effect_now", "option_effect", "suits", "part_effect", "pathway_effect",
    "likely_to_come_back",
}  # fmt: skip
MAY_BE_GIVEN = {
    "patient", "identity", "error", "kind", "mode", "index", "treatment", "option", "quality", "neighbours",
    "frailty", "fragmentation", "harmed", "hours", "mean", "draw", "x", "counts", "p", "chance",
}  # fmt: skip
MAY_READ_OF_SETTINGS = {"on", "errors", "physiology", "modes", "flow"}
MAY_READ_OF_ERRORS = {"harm_level", "harms", "omission_harms", "recognises_harm", "recognises_harmless"}
# Settings of modes and flow, each for the one behaviour that needs it.
MAY_READ_OF_MODES_AND_FLOW = {
    "effect_now": {"waiting_costs", "misfit_costs"},
    "responds_to_treatment": {"plan_helps"},
    "option_effect": {"wrong_option_effect"},
    "pathway_effect": {"misfit_effect", "off_pathway_effect", "tailored_effect"},
    "likely_to_come_back": {"comes_back", "frail_come_back", "gap_brings_back"},
    "landscape_effect": {"shared", "interactions"},
    "recovery_needed": {"recovery", "recovery_level", "recovery_shape"},
}
PATIENT_FIELDS = {field.name for field in PATIENT.fields}
LEDGER = "counts"
FORBIDDEN_FIELDS = {field.name for row in (STAFF, WARD) for field in row.fields} - PATIENT_FIELDS
OPENS_THE_HOSPITAL = {"tick", "change_of_shift", "simulate"}


def functions(source: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


def parameters(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)] + [
        a.arg for a in (arguments.vararg, arguments.kwarg) if a
    ]


def path_of(node: ast.AST) -> tuple[str, ...]:
    """`p.errors.harms` as ("p", "errors", "harms"); empty for anything that does not begin with a name."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute) and path_of(node.value):
        return (*path_of(node.value), node.attr)
    return ()


def shortcuts(function: ast.FunctionDef, outcomes: set[str]) -> list[str]:
    """Everything that a behaviour which makes outcomes is given, reads or calls, and may not."""
    found = [f"is given {name}" for name in parameters(function) if name not in MAY_BE_GIVEN]
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute):
            found += _reads(node, MAY_READ_OF_MODES_AND_FLOW.get(function.name, set()))
        if isinstance(node, ast.Call):
            called = path_of(node.func)
            if called[0] not in {"math", "min", "max", "int", "range", "luck", "Chance"} | outcomes:
                found.append(f"calls {'.'.join(called)}")
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in ("getattr", "globals"):
            found.append(f"uses {node.id}")
    return found


def _reads(node: ast.Attribute, of_modes_and_flow: set[str]) -> list[str]:
    path = path_of(node)
    wrong = [f"reads {node.attr}"] if node.attr in FORBIDDEN_FIELDS and path[:1] != (LEDGER,) else []
    if path[:1] == ("patient",) and len(path) == 2 and path[1] not in PATIENT_FIELDS:
        wrong.append(f"reads {'.'.join(path)}")
    if path[:1] == ("p",) and len(path) == 2 and path[1] not in MAY_READ_OF_SETTINGS:
        wrong.append(f"reads {'.'.join(path)}")
    if path[:2] == ("p", "errors") and len(path) == 3 and path[2] not in MAY_READ_OF_ERRORS:
        wrong.append(f"reads {'.'.join(path)}")
    if path[:2] in (("p", "modes"), ("p", "flow")) and len(path) == 3 and path[2] not in of_modes_and_flow:
        wrong.append(f"reads {'.'.join(path)}")
    return wrong


def outcome_behaviours() -> dict[str, ast.FunctionDef]:
    found = {}
    for path, names in OUTCOME_FILES.items():
        there = functions((PACKAGE / path).read_text(encoding="utf-8"))
        found.update({name: node for name, node in there.items() if names is None or name in names})
    return found


OUTCOMES = outcome_behaviours()


def test_the_behaviours_that_make_outcomes_are_where_this_test_looks():
    assert set(OUTCOMES) >= MUST_BE_THERE


@pytest.mark.parametrize("name", OUTCOMES)
def test_outcomes_know_no_staff_no_ward_and_no_policy(name):
    assert shortcuts(OUTCOMES[name], set(OUTCOMES)) == []


@pytest.mark.parametrize(
    ("cheat", "seen"),
    [
        ("def error_harms(patient, nurse, p, chance): return nurse.fatigue", "is given nurse"),
        ("def error_harms(patient, ward, p, chance): return 1", "is given ward"),
        ("def error_harms(patient, p, chance): return p.voice.speaks", "reads p.voice"),
        ("def error_harms(patient, p, chance): return p.errors.by_fatigue", "reads p.errors.by_fatigue"),
        ("def error_harms(patient, p, chance): return p.modes.hurry_departs", "reads p.modes.hurry_departs"),
        ("def error_harms(patient, p, chance): return p.modes.waiting_costs", "reads p.modes.waiting_costs"),
        ("def error_harms(patient, p, chance): return p.dials.psychological_safety", "reads p.dials"),
        ("def error_harms(patient, p, chance): return p.control.devolution", "reads p.control"),
        ("def error_harms(patient, person, p): return person.voice_is_safe", "reads voice_is_safe"),
        ("def error_harms(patient, manager, p): return patient.inviting", "reads inviting"),
        ("def error_harms(patient, p, chance): return patient.status", "reads status"),
        ("def error_harms(patient, p, chance): return skill_now(patient, p)", "calls skill_now"),
        ("def error_harms(patient, p, chance): return getattr(patient, 'safety')", "uses getattr"),
    ],
)
def test_a_shortcut_would_be_seen(cheat, seen):
    assert seen in shortcuts(functions(cheat)["error_harms"], set(OUTCOMES))


def test_only_the_tick_opens_the_hospital():
    """No behaviour of agents, wards or leaders receives the hospital, under whatever name."""
    opened = set()
    for part in ("state", "agents", "ward", "leadership", "engine"):
        for file in sorted((PACKAGE / part).rglob("*.py")):
            for name, function in functions(file.read_text(encoding="utf-8")).items():
                if not any(path_of(d)[-1:] == ("behaviour",) for d in function.decorator_list):
                    continue
                tables = {
                    node.attr
                    for node in ast.walk(function)
                    if isinstance(node, ast.Attribute)
                    and node.attr in {"settings", "patients", "managers", "divisions"}
                }
                if "h" in parameters(function) or tables:
                    opened.add(f"{part}/{file.stem}.{name}")
    assert opened == {f"engine/tick.{name}" for name in OPENS_THE_HOSPITAL}


# Who may read a style or a dial: the lead's week and manner, initial states, the routing of decisions, beliefs held
# fast, pressure.
OF_A_FILE = {"contingent", "hours", *Manner.model_fields, *Stance.model_fields}
STYLE = {field.name for field in LEAD.fields} & OF_A_FILE
# What the role itself has, whoever holds it in whatever style: who holds it, what is known of the ward, the records.
OF_THE_ROLE = {field.name for field in LEAD.fields} - STYLE
NOT_OF_A_LEAD = {field.name for row in (STAFF, PATIENT, WARD) for field in row.fields}
MAY_READ_STYLE = {
    "leadership/week": {"looks_at_patient", "activity_for"},
    "leadership/encounters": {"speaks_of_own_errors", "is_kept", "shows_data", "chases", "goes_into_report"},
    "leadership/goals": {"speaks_of_goals"},
    "leadership/influence": {"responds_to_error", "tone_of"},
    "agents/standing": {"how_inviting"},  # the initial state of whoever holds the role
    "ward/routing": {"share_devolved"},
}
MAY_READ_ROLE = {
    "leadership/week": {
        "leads_ward",
        "leads_now",
        "who_leads_today",
        "looks_at_patient",
        "spends_quarter",
        "begins_week",
        "has_led",
    },
    # What the lead knows, whom she looked at, and reports that wait.
    "leadership/encounters": {"walks", "designs", "goes_into_report", "is_spoken_of", "patient_looked_at"},
    "ward/routing": {"stance_stands"},  # a standing rule of whoever leads
    "agents/standing": {"stands_high_with", "holds_role"},
    "leadership/tenure": {"hands_over", "may_hand_over"},
    "leadership/targets": {"counts_gap", "feels_pressure"},
    "ward/errors": {"reaches_patient"},  # a report is left for the lead
}
MAY_READ_DIALS = {
    "agents/voice": {"learns_from_answers"},
    "leadership/targets": {"pressure_of"},
    "ward/routing": {"share_devolved"},
    "ward/turnover": {"starts_voice", "takes_up_goals"},  # initial states of a newcomer
}


def behaviours_that(reads) -> dict[str, set[str]]:
    """Names of the behaviours, file by file, of which an attribute satisfies `reads`."""
    found: dict[str, set[str]] = {}
    for part in ("agents", "ward", "leadership"):
        for file in sorted((PACKAGE / part).rglob("*.py")):
            for name, function in functions(file.read_text(encoding="utf-8")).items():
                attributes = [node for node in ast.walk(function) if isinstance(node, ast.Attribute)]
                if any(reads(node) for node in attributes):
                    found.setdefault(f"{part}/{file.stem}", set()).add(name)
    return found


def test_every_column_that_a_style_fills_is_known_here():
    """A role held in two styles whose every number differs differs in these columns, and in no other."""
    one, other = LEAD.table(2)
    for role, name in ((one, "pace_setting"), (other, "mode_contingent")):
        leads_in_style(role, with_changes(load(SCENARIOS / "small.toml"), {"leadership.style": name}).styles[name])
    filled = {name for name in LEAD.dtype.names if np.any(one[name] != other[name])}
    assert filled <= STYLE
    assert len(STYLE) == len(OF_A_FILE) == 11
    assert not STYLE & NOT_OF_A_LEAD  # so the name of a column tells that a style is read


def test_only_the_leads_week_and_manner_and_the_routing_of_decisions_read_a_style():
    assert behaviours_that(lambda node: node.attr in STYLE) == MAY_READ_STYLE


def test_only_leading_reads_the_state_of_the_role():
    own = OF_THE_ROLE - NOT_OF_A_LEAD
    assert {"at_division", "knows_ward", "held_by", "reports"} <= own
    assert behaviours_that(lambda node: node.attr in own) == MAY_READ_ROLE
    # A column that others have too is read of a role only where its name says so.
    vacant = behaviours_that(lambda node: path_of(node) == ("role", "vacant_until"))
    assert vacant == {
        "leadership/week": {"leads_ward"},
        "leadership/tenure": {"may_hand_over"},
        "ward/routing": {"stance_stands"},
    }


def test_only_routing_held_beliefs_initial_states_and_pressure_read_a_dial():
    assert behaviours_that(lambda node: path_of(node)[:2] == ("p", "dials")) == MAY_READ_DIALS


def test_no_number_is_indexed_by_style_or_by_activity_and_mode():
    """A parameter of leading is a number, or one for each activity; none is for a style, or for a mode of care."""
    labels = {label for parameter in PARAMETERS.values() for label in parameter.label.split() if parameter.label}
    assert not labels & {"directive", "visionary", "coaching", "distributed", "laissez", "pace"}
    of_leading = {p.label for p in PARAMETERS.values() if p.module == "leadership" and p.label}
    assert of_leading == set(ACTIVITIES)
