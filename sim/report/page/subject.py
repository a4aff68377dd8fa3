"""What a report is about: arms and their outcomes, how they were run, and what sets them apart."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.analysis.arms import Comparison, compare_arms
from sim.analysis.kept import KeptRuns, kept_runs
from sim.analysis.stored import StoredResults, results
from sim.experiment.design import Arm, Design
from sim.experiment.identity import model_version
from sim.experiment.store import MANIFEST
from sim.report.page.words import listed
from sim.report.provenance import commit, package_version
from sim.scenario import Scenario, to_toml
from sim.scenario.words import one_line

HARM = ("patients_harmed", "preventable_events", "adverse_events")  # the first that is kept is what the answer is about
COURSE = ("mortality", "readmission", "wait", "length_of_stay", "undone", "exception_delay")
STAFF = ("staff_time", "agency_cover", "absence", "leavers", "successions", "engagement", "exhaustion")
LEDGERS = (
    *("errors_reached", "incident_reports", "chart_events", "breaches", "recorded_breaches"),
    *("measured_safety", "felt_safe"),
)
CHOSEN = (*HARM[:2], *LEDGERS, *COURSE, *STAFF)
DEVOLUTION = "dials.devolution"
PARAMETERS_OF = "parameters."  # may stand before the name of a parameter, or be left out
DRAWN = "drawn anew in each replication"
SAID_OTHERWISE = {"title", "description", "run", "styles"}  # of a scenario: no change of an arm


@dataclass(frozen=True)
class Subject:
    """Arms with their outcomes, and all that a report says of how they came about.

    Attributes:
        found: the outcomes.
        title, description: for people.
        replications, days, warm_up_days, seed: how each arm was run.
        settings: gives the values with which an arm ran, by key of the scenario, of all that some arm changes; None
            where this version cannot tell.
        own: the scenario's own values of these; nothing where each arm is a scenario of its own.
        posterior: whether levels were drawn anew for each replication.
        model: version of the model's sources; None where it was not kept.
        replaced: whether behaviours were replaced.
        software: versions that made the results, by name, as far as they are known.
        commands: what makes the results again.
        texts: what the results were made from, by title, to be kept whole.
    """

    found: StoredResults | KeptRuns
    title: str
    description: str
    replications: int
    days: int
    warm_up_days: int
    seed: int
    settings: Callable[[int], Mapping[str, Any]] | None
    own: Mapping[str, Any]
    posterior: bool
    model: str | None
    replaced: bool
    software: Mapping[str, str | None]
    commands: tuple[str, ...]
    texts: Mapping[str, str]

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """The outcomes that the report shows, of those that there are: a fixed choice, or all where none of it is."""
        there = set(self.found.kept_outcomes)
        return tuple(name for name in CHOSEN if name in there) or tuple(sorted(there))

    @cached_property
    def primary(self) -> str | None:
        """The outcome that the answer is about, chosen before anything is compared; None where none was kept."""
        return next((name for name in HARM if name in self.kept), None)

    @property
    def scenario(self) -> Scenario | None:
        """What every arm changes; None where this version cannot read it."""
        return self.found.scenario

    def compared(self, **asked: Any) -> Comparison | None:
        """Its arms compared, as `compare_arms` is asked; None where there is but one.

        Raises:
            ComparisonError: there is no such arm, factor or level.
        """
        if len(self.found.arms) == 1:
            return None
        return compare_arms(self.found, outcomes=self.kept, **asked)


def subject_of(folder: Path) -> Subject:
    """What the results in a folder are: those of an experiment, of a run or of scenario files compared.

    Raises:
        StoreError: it is an experiment of another version, damaged, or without results.
        KeptError: it holds nothing that a report can be made of.
    """
    return _stored(results(folder)) if (folder / MANIFEST).exists() else _kept(kept_runs(folder))


def _stored(found: StoredResults) -> Subject:
    design, own = found.store.design(), found.store.model == model_version()
    form = dict(found.store.manifest["design"]["form"])
    drawn = form.pop("draws", None) is not None
    settings, own_values = ran_with(design)
    posterior = " --posterior" * drawn
    return Subject(
        found,
        one_line(design.title),
        one_line(design.description),
        found.store.replications,
        design.days,
        design.warm_up_days,
        design.seed,
        settings,
        own_values,
        drawn,
        found.store.model,
        bool(found.store.replaced),
        {"microsystem": package_version("microsystem"), "commit": commit()} if own else {},
        (f"microsystem sweep DESIGN.toml --out RESULTS{posterior}",),
        {
            "The design, as it was read": _visible(json.dumps(form, indent=2, ensure_ascii=False)),
            "The scenario, in full": _visible(to_toml(design.scenario)),
        },
    )


def _kept(found: KeptRuns) -> Subject:
    run = found.run
    scenarios = dict(zip(found.arms["title"], found.scenarios, strict=True))
    apart = _apart(found.scenarios)
    return Subject(
        found,
        one_line(listed(list(scenarios))),
        one_line(found.scenario.description) if found.scenario and len(scenarios) == 1 else "",
        run.replications,
        run.days,
        run.warm_up_days,
        run.seed,
        apart.__getitem__ if apart is not None else None,
        {},
        run.draws is not None,
        None,
        False,
        found.software,
        tuple(filter(None, (" ".join([*run.command, "--out RESULTS"] if run.command else []),))),
        {
            f"The scenario “{one_line(title)}”, in full": _visible(to_toml(each))
            for title, each in scenarios.items()
            if each
        },
    )


def _visible(text: str) -> str:
    """A text of JSON or TOML with letters that are not seen, such as marks of direction, written as both write them."""
    return "".join(letter if letter.isprintable() or letter == "\n" else f"\\u{ord(letter):04x}" for letter in text)


def ran_with(design: Design) -> tuple[Callable[[int], Mapping[str, Any]], Mapping[str, Any]]:
    """What gives the values with which an arm of a design ran, of all that some arm changes; and the scenario's own."""
    keys = _changed(design)
    return lambda arm: _with_draws(design, keys, design.arm(arm)), _values_at(design.scenario, keys)


def _changed(design: Design) -> tuple[str, ...]:
    """Every key that some arm of a design changes, in the order of its factors."""
    by_levels = (key for factor in design.crossed for level in factor.levels for key in level.changes)
    return tuple(dict.fromkeys([*by_levels, *(of.name for of in design.ranges)]))


def _with_draws(design: Design, keys: Sequence[str], arm: Arm) -> dict[str, Any]:
    """The values with which an arm ran; of a level that its replications draw and it does not change, that."""
    kept = {*design.scenario.changed_parameters(), *arm.changes}
    drawn = {name: DRAWN for name in (design.draws.names if design.draws else ()) if name not in kept}
    values = _values_at(design.scenario_of(arm), keys)
    return {key: drawn.get(key.removeprefix(PARAMETERS_OF), value) for key, value in values.items()}


def _values_at(scenario: Scenario, keys: Sequence[str]) -> dict[str, Any]:
    """Key of changes → the value that a scenario has there; of a table of values that differ, each by its name."""
    flat = _flat(scenario.model_dump(mode="json"), lists=True)
    values = {key.removeprefix(PARAMETERS_OF): value for key, value in flat.items()}
    return {key: _value_at(values, key.removeprefix(PARAMETERS_OF)) for key in keys}


def _value_at(values: Mapping[str, Any], key: str) -> Any:
    if key in values:
        return values[key]
    below = {name.removeprefix(f"{key}."): value for name, value in values.items() if name.startswith(f"{key}.")}
    return next(iter(below.values()), None) if len(set(map(repr, below.values()))) < 2 else below


def _apart(scenarios: Sequence[Scenario | None]) -> dict[int, dict[str, Any]] | None:
    """Arm → its values of whatever differs between any two scenarios; None where one cannot be read."""
    if any(each is None for each in scenarios):
        return None
    said = [_all_values(each) for each in scenarios if each]
    keys = list(dict.fromkeys(key for each in said for key in each))
    differ = [key for key in keys if len({repr(each.get(key)) for each in said}) > 1]
    return {arm: {key: each[key] for key in differ if key in each} for arm, each in enumerate(said)}


def _all_values(scenario: Scenario) -> dict[str, Any]:
    """Every value of a scenario by its key; of devolution that is the same in every domain, one."""
    values = _flat(scenario.model_dump(mode="json", exclude=SAID_OTHERWISE))
    domains = [key for key in values if key.startswith(f"{DEVOLUTION}.")]
    if len({values[key] for key in domains}) == 1:
        values[DEVOLUTION] = values[domains[0]]
        for key in domains:
            del values[key]
    return {key.removeprefix(PARAMETERS_OF): value for key, value in values.items()}


def _flat(tree: Mapping[str, Any], above: str = "", lists: bool = False) -> dict[str, Any]:
    """The values of nested tables by their whole key; with `lists`, elements of lists go by number."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        key = f"{above}{name}"
        below = {str(place): each for place, each in enumerate(value)} if lists and isinstance(value, list) else value
        found |= _flat(below, f"{key}.", lists) if isinstance(below, dict) else {key: value}
    return found
