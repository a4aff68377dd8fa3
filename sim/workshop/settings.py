"""The settings of a workshop: one ward, a style of leading, a mode of care and four dials, each said by a key.

A key is ``style/mode/psychological_safety/goal_congruence/devolution/target_pressure``, the dials as ``low``, ``usual``
or ``high``: ``coaching/repetitive/usual/usual/usual/usual``. The page, its data and a server all go by keys.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from sim import experiment
from sim.analysis.outcomes import BY_NAME
from sim.experiment.design import STYLE, Design, Value
from sim.experiment.design_files import led_by, load_design
from sim.scenario import Scenario, load, with_changes
from sim.scenario.schema import days_of
from sim.scenario.words import did_you_mean, one_line, quoted
from sim.state.vocabulary import MODES
from sim.tracing.replay import Run

STYLES = ("directive", "pace_setting", "scientific_bureaucratic", "coaching", "participative", "laissez_faire")
LOW, USUAL, HIGH = LEVELS = ("low", "usual", "high")

# What levels are as numbers; usual is what the ward's own scenario says.
DIALS: Mapping[str, Mapping[str, float]] = {
    "psychological_safety": {LOW: 0.3, USUAL: 0.6, HIGH: 0.8},
    "goal_congruence": {LOW: 0.3, USUAL: 0.6, HIGH: 0.8},
    "devolution": {LOW: 0.2, USUAL: 0.5, HIGH: 0.8},
    "target_pressure": {LOW: 0.1, USUAL: 0.3, HIGH: 0.7},
}

YEARS = 0.5
REPLICATIONS = 200

WARD_FILE = "parts/one_ward_with_target.toml"
DESIGN_FILE = "experiments/workshop.toml"
_IN_PACKAGE = Path(experiment.__file__).with_name("scenarios")
_IN_REPOSITORY = Path(__file__).parents[2] / "scenarios"


class UnknownSetting(ValueError):
    """There is no setting of that key; the message says what is wrong with it and what is allowed."""


class Setting(NamedTuple):
    """One setting; its parts in the order of its key."""

    style: str
    mode: str
    psychological_safety: str = USUAL
    goal_congruence: str = USUAL
    devolution: str = USUAL
    target_pressure: str = USUAL

    @property
    def key(self) -> str:
        """What data, page and server call it."""
        return "/".join(self)


def setting_of(key: str) -> Setting:
    """The setting of a key.

    Raises:
        UnknownSetting: there is none.
    """
    parts = key.split("/")
    known = {"style": STYLES, "mode": MODES, **dict.fromkeys(DIALS, LEVELS)}
    if len(parts) != len(known):
        allowed = "/".join(known)
        given = quoted(one_line(key))
        raise UnknownSetting(f"setting {given} names {len(parts)} of {len(known)}; it should be {allowed}")
    for part, (name, allowed_here) in zip(parts, known.items(), strict=True):
        if part not in allowed_here:
            hint = did_you_mean(part, allowed_here)
            listed = ", ".join(allowed_here)
            raise UnknownSetting(f"{name} is {quoted(one_line(part))}{hint}; it should be one of {listed}")
    return Setting(*parts)


def scenario_of(key: str) -> Scenario:
    """The scenario of a setting: the ward, with its lead, its patients and its dials.

    Raises:
        UnknownSetting: there is no such setting.
    """
    setting = setting_of(key)
    moved = {f"dials.{dial}": DIALS[dial][level] for dial, level in dials_of(setting).items() if level != USUAL}
    return with_changes(ward(), {**led_by(ward(), setting.style), **_patients()[setting.mode], **moved})


@cache
def _patients() -> dict[str, Mapping[str, Value]]:
    """For each mode, who comes to the ward and how many, as the design says."""
    modes = next(factor for factor in design().crossed if factor.name == "mode")
    return {str(level.label): level.changes for level in modes.levels}


def run_of(key: str, seed: int | None = None) -> Run:
    """One run of a setting, as long as a page shows it; of the first seed if left out.

    Raises:
        UnknownSetting: there is no such setting.
    """
    usual = ward().run
    return Run(scenario_of(key), usual.seed if seed is None else seed, days_of(YEARS), usual.warm_up_days)


def dials_of(setting: Setting) -> dict[str, str]:
    """The level of each dial."""
    return {dial: getattr(setting, dial) for dial in DIALS}


def shown() -> list[str]:
    """Keys of the settings that a page shows: every style in every mode, dials as usual or one of them moved."""
    moved: list[dict[str, str]] = [{}, *({dial: level} for dial in DIALS for level in (LOW, HIGH))]
    return [Setting(style, mode, **levels).key for style, mode, levels in product(STYLES, MODES, moved)]


def key_of(levels: Mapping[str, Value]) -> str:
    """The key of an arm of the design, from its level of each factor."""
    level, _, dial = str(levels["dials"]).partition("_")
    moved = {dial: level} if dial else {}
    return Setting(str(levels[STYLE]), str(levels["mode"]), **moved).key


def design(replications: int | None = None) -> Design:
    """The experiment behind a page: an arm for each setting that is shown.

    Args:
        replications: of each; as many as the file says if left out.
    """
    designed = load_design(scenarios() / DESIGN_FILE, BY_NAME)
    if replications is None:
        return designed
    run = {**designed.form.get("run", {}), "replications": replications}
    return replace(designed, replications=replications, form={**designed.form, "run": run})


@cache
def ward() -> Scenario:
    """The ward that all settings share."""
    return load(scenarios() / WARD_FILE)


def scenarios() -> Path:
    """The folder of scenarios: in an installed package its own copy, in the repository the original."""
    return _IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_REPOSITORY
