"""Reading designs from TOML files, and refusing what cannot be run with one plain message for each fault.

A design may come from a stranger. So its size and depth are limited, it names a scenario in its own folder, or
anywhere in the folder of scenarios around it, and every level is tried on that scenario before anything runs.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, combinations, islice
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.experiment.design import MOST_RUNS, STYLE, Crossed, Design, Level, Range
from sim.experiment.design_form import MOST_POINTS, SAMPLED, Form, Varied, in_words
from sim.experiment.draws import Draws, faults, from_columns, posterior
from sim.experiment.replications import RunError, refuse_unreached
from sim.experiment.sampling import MOST_NUMBERS, rows, sample
from sim.scenario import Scenario, ScenarioError, load, with_changes
from sim.scenario.files import parsed, text_of
from sim.scenario.loading import neighbour
from sim.scenario.schema import days_of
from sim.scenario.styles import named_in
from sim.scenario.words import did_you_mean, number, one_line, quoted
from sim.state.parameters import PARAMETERS

ARMS_TRIED = 200
ARM = "arm"


class DesignError(ScenarioError):
    """A design that cannot be run."""


def load_design(path: str | os.PathLike[str], outcomes: Collection[str] = ()) -> Design:
    """The design in the TOML file at `path`, on the scenario that it names.

    Args:
        path: of the file.
        outcomes: names of outcomes that may be kept; any, if there are none.

    Raises:
        DesignError: the file is no design, or asks for arms that cannot be.
        ScenarioError: the file, or its scenario, cannot be read, or it names one that it may not.
    """
    shown = one_line(str(path))
    form = _form(parsed(text_of(Path(path), shown), shown), shown)
    scenario = load(neighbour(Path(path), form.scenario, "scenario"), _styles_named(form))
    return _made(form, scenario, shown, outcomes)


def design_from(
    content: Mapping[str, Any], scenario: Scenario, name: str = "design", outcomes: Collection[str] = ()
) -> Design:
    """The design that nested dictionaries describe, in the layout of a file, on a scenario that is loaded.

    Raises:
        DesignError: as for `load_design`.
    """
    return _made(_form({"scenario": "given", **content}, name), scenario, name, outcomes)


def with_draws(design: Design, draws: Draws) -> Design:
    """The design with levels drawn for each replication; its form says so, for whoever makes it again."""
    return replace(design, draws=draws, form={**design.form, "draws": draws.columns()})


def _form(content: Mapping[str, Any], shown: str) -> Form:
    try:
        return Form.model_validate(content)
    except ValidationError as refusal:
        raise DesignError(f"{shown}: {sentence}" for sentence in in_words(refusal)) from None


def _styles_named(form: Form) -> list[str]:
    """Every style that some arm may have."""
    factors = {**form.levers, **form.uncertainties}
    valued = [{name: value} for name, factor in factors.items() for value in factor.values or ()]
    return [*(form.styles or ()), *named_in([valued, form.model_dump()])]


def _made(form: Form, scenario: Scenario, shown: str, outcomes: Collection[str]) -> Design:
    _refuse(shown, chain(_faults(form), _outcome_faults(form, outcomes)))
    _refuse(shown, _end_faults(form, scenario))
    factors = _factors(form, scenario)
    _refuse(shown, _clashes(factors))
    crossed = tuple(factor for factor in factors if isinstance(factor, Crossed))
    ranges = tuple(factor for factor in factors if isinstance(factor, Range))
    _refuse(shown, _size_faults(form, crossed, ranges))
    _refuse(shown, _level_faults(scenario, factors))
    drawn = np.empty((1, 0))
    if ranges and form.sampling:
        how = form.sampling
        drawn = sample(form.method, len(ranges), how.samples, how.seed, how.levels)
    run, usual = form.run, scenario.run
    design = Design(
        title=form.title,
        description=form.description,
        scenario=scenario,
        method=form.method,
        crossed=crossed,
        ranges=ranges,
        sampled=drawn,
        days=run.days or days_of(run.years or usual.years),
        warm_up_days=usual.warm_up_days if run.warm_up_days is None else run.warm_up_days,
        seed=usual.seed if run.seed is None else run.seed,
        replications=run.replications or usual.replications,
        outcomes=form.keep.outcomes and tuple(dict.fromkeys(form.keep.outcomes)),
        series=form.keep.series,
        draws=from_columns(form.draws) if form.draws else None,
        form=form.model_dump(mode="json", exclude_none=True, exclude_unset=True, exclude={"posterior"}),
    )
    if form.posterior:
        design = with_draws(design, posterior())
    _refuse(shown, _arm_faults(design))
    return design


def _refuse(shown: str, faults: Iterable[str]) -> None:
    found = list(islice(faults, 11))
    if found:
        raise DesignError(f"{shown}: {sentence}" for sentence in found)


# What is wrong with what a file says.


def _faults(form: Form) -> Iterator[str]:
    varied = {"levers": form.levers, "uncertainties": form.uncertainties}
    if form.run.years is not None and form.run.days is not None:
        yield "run.days is given as well as run.years; give one of them"
    if form.method == "list":
        yield from _list_faults(form)
    elif form.arms:
        yield f'arms is given, but method is {quoted(form.method)}; arms are for method = "list"'
    elif not (form.styles or form.levers or form.uncertainties):
        yield "the design is empty: nothing varies; give styles, levers or uncertainties"
    yield from (f"styles names {quoted(name)} twice" for name in _repeated(form.styles or ()))
    yield from (
        f"uncertainties.{name} stands among the levers as well; it can be one of them"
        for name in form.uncertainties
        if name in form.levers
    )
    for table, factors in varied.items():
        for name, factor in factors.items():
            yield from (f"{table}.{name} {sentence}" for sentence in _form_faults(factor, form.method))
    yield from _sampling_faults(form)
    if form.draws and form.posterior:
        yield "draws is given, and posterior is true; give one of them"
    yield from (f"draws{sentence}" if sentence[0] == "." else f"draws {sentence}" for sentence in faults(form.draws))


def _list_faults(form: Form) -> Iterator[str]:
    if not form.arms:
        yield 'the design is empty: method is "list"; give arms, one or more tables such as [arms.usual]'
    for table in ("levers", "uncertainties", "styles"):
        if getattr(form, table):
            yield f'{table} is given, but method is "list"; put what differs under each of the arms'
    seen: dict[str, str] = {}
    for name, arm in form.arms.items():
        same = seen.setdefault(repr((arm.style, sorted(arm.set.items()))), name)
        if same != name:
            yield f"arms.{name} is the same as arms.{same}; leave one out"


def _form_faults(factor: Varied, method: str) -> Iterator[str]:
    forms = factor.forms
    if len(forms) != 1:
        given = f"has {' and '.join(forms)}" if forms else "has nothing to be"
        yield f"{given}; give values, or low and high, or options"
        return
    if not factor.is_range and factor.high is None:
        yield from _list_form_faults(factor, method)
        return
    if factor.low is None or factor.high is None:
        yield f"has {'no low' if factor.low is None else 'no high'}; a range has both"
    elif factor.low >= factor.high:
        yield f"goes from {number(factor.low)} to {number(factor.high)}; low should be below high"
    elif factor.scale == "log" and factor.low <= 0:
        yield f"has the scale log and starts at {number(factor.low)}; it should start above 0"
    if method == "grid" and factor.steps is None:
        yield 'is a range, and method is "grid"; give it steps, or a list of values'
    elif method != "grid" and factor.steps is not None:
        yield 'has steps, which are for method = "grid"; leave steps out'


def _list_form_faults(factor: Varied, method: str) -> Iterator[str]:
    if factor.steps is not None or factor.scale != "linear":
        yield "has steps or a scale, which are for ranges with low and high"
    yield from (f"has the value {quoted(value)} twice" for value in _repeated(factor.values or ()))
    levels = len(factor.values or factor.options or ())
    if method == "factorial" and levels != 2:
        yield f"has {levels} levels; in a factorial each has two"


def _sampling_faults(form: Form) -> Iterator[str]:
    ranges = [factor for factor in (*form.levers.values(), *form.uncertainties.values()) if factor.is_range]
    if form.method not in SAMPLED:
        if form.sampling:
            yield f"sampling is given, but method is {quoted(form.method)}, which draws nothing; leave it out"
        return
    if not ranges:
        what = "give a lever or an uncertainty low and high"
        yield f"method is {quoted(form.method)}, but there is nothing to draw; {what}"
    if form.sampling is None:
        yield f"sampling is missing; method = {quoted(form.method)} needs samples under [sampling]"
    elif form.method == "sobol" and form.sampling.samples.bit_count() != 1:
        below = 1 << form.sampling.samples.bit_length() - 1
        given = number(form.sampling.samples)
        yield f"sampling.samples is {given}; for sobol it should be a power of two, such as {below:,} or {2 * below:,}"


def _outcome_faults(form: Form, known: Collection[str]) -> Iterator[str]:
    for name in form.keep.outcomes or ():
        if known and name not in known:
            yield f"keep.outcomes names {quoted(name)}, which is no outcome{did_you_mean(name, known)}"


def _end_faults(form: Form, scenario: Scenario) -> Iterator[str]:
    """Ranges of what comes in whole numbers whose ends are none."""
    for table, factors in (("levers", form.levers), ("uncertainties", form.uncertainties)):
        for name, factor in factors.items():
            ends = [end for end in (factor.low, factor.high) if end is not None]
            broken = [number(end) for end in ends if not end.is_integer()]
            if broken and _is_whole(name, scenario):
                be = "which is no whole number" if len(broken) == 1 else "which are no whole numbers"
                yield f"{table}.{name} comes in whole numbers, and its range ends at {' and '.join(broken)}, {be}"


def _clashes(factors: Iterable[Crossed | Range]) -> Iterator[str]:
    """Two factors that change one key: which of them an arm would follow is not said."""
    for one, other in combinations(factors, 2):
        for key in _keys(one):
            for beside in _keys(other):
                if f"{key}.".startswith(f"{beside}.") or f"{beside}.".startswith(f"{key}."):
                    yield f"{other.name} changes {beside}, which {one.name} changes as well; let one of them do it"
                    return


def _keys(factor: Crossed | Range) -> list[str]:
    if isinstance(factor, Range):
        return [factor.name]
    return list(dict.fromkeys(key for level in factor.levels for key in level.changes))


def _size_faults(form: Form, crossed: Iterable[Crossed], ranges: tuple[Range, ...]) -> Iterator[str]:
    arms = 1
    if ranges and form.sampling:
        arms = rows(form.method, len(ranges), form.sampling.samples)
        if arms > MOST_POINTS or arms * len(ranges) > MOST_NUMBERS:
            yield f"sampling.samples makes {arms:,} points of {len(ranges)} numbers each; there can be {MOST_POINTS:,}"
            return
    for factor in crossed:
        arms *= len(factor.levels)
    runs = arms * (form.run.replications or 1)
    if runs > MOST_RUNS:
        yield f"the design has {runs:,} runs; there can be {MOST_RUNS:,}"


def _level_faults(scenario: Scenario, factors: Iterable[Crossed | Range]) -> Iterator[str]:
    """What cannot be in the scenario, each level tried on its own."""
    for factor in factors:
        table = {"lever": "levers", "uncertainty": "uncertainties", "style": "styles", "arm": "arms"}[factor.kind]
        tried: list[tuple[str, Mapping[str, Any]]]
        if isinstance(factor, Range):
            ends = [factor.changes(end) for end in (factor.low, factor.high)]
            tried = [(f".{factor.name} = {quoted(changes[factor.name])}", changes) for changes in ends]
        else:
            tried = [(_called(factor, level), level.changes) for level in factor.levels]
        told = set()
        for what, changes in tried:
            for sentence in _refusals(scenario, changes):
                if sentence not in told:
                    told.add(sentence)
                    yield f"{table}.{sentence}" if sentence.startswith(factor.name) else f"{table}{what}: {sentence}"


def _called(factor: Crossed, level: Level) -> str:
    """What a level is called behind the name of its table."""
    if factor.kind == "style":
        return ""
    return f".{level.label}" if factor.kind == "arm" else f".{factor.name} = {quoted(level.label)}"


def _arm_faults(design: Design) -> Iterator[str]:
    """What is wrong with whole arms, of those that are tried."""
    seen: dict[str, str] = {}
    for index in _arms_tried(design):
        arm = design.arm(int(index))
        called = f"arms.{arm.title}" if list(arm.levels) == [ARM] else f"arm {arm.index} ({arm.title})"
        try:
            refuse_unreached(design.scenario_of(arm), design.days)
            condition = design.scenario_of_run(arm, 0).condition_digest()
        except (ScenarioError, RunError) as refusal:
            yield f"arm {arm.index} ({arm.title}): {_plain(refusal)}"
            return
        same = seen.setdefault(condition, called)
        if same != called:
            yield f"{called} gives the same runs as {same}; leave one of them out"
            return


def _arms_tried(design: Design) -> np.ndarray:
    """Places of all arms; of very many, of some that lie evenly over all, and of those one level from the first."""
    evenly = np.linspace(0, design.arms - 1, min(design.arms, ARMS_TRIED)).astype(int)
    near: list[int] = []
    apart = design.arms // len(design.points)
    for factor in design.crossed:
        apart //= len(factor.levels)
        near += [place * apart for place in range(len(factor.levels))]
    return np.unique([*evenly, *near])


def _refusals(scenario: Scenario, changes: Mapping[str, Any]) -> Iterator[str]:
    try:
        with_changes(scenario, changes)
    except ScenarioError as refusal:
        yield _plain(refusal)


def _plain(refusal: Exception) -> str:
    return str(refusal).splitlines()[0].removeprefix("changes: ").removeprefix("parameters.")


def _repeated[Thing](things: Iterable[Thing]) -> list[Thing]:
    seen: list[tuple[type, Thing]] = []  # 1 and true are equal, and yet two things
    again: list[tuple[type, Thing]] = []
    for thing in things:
        typed = (type(thing), thing)
        (again if typed in seen else seen).append(typed)
    return [thing for _, thing in again]


# What varies.


def _factors(form: Form, scenario: Scenario) -> list[Crossed | Range]:
    found: list[Crossed | Range] = []
    if form.styles:
        levels = tuple(Level(name, led_by(scenario, name)) for name in form.styles)
        found.append(Crossed(STYLE, "style", levels))
    for kind, factors in (("lever", form.levers), ("uncertainty", form.uncertainties)):
        found += [_factor(name, kind, factor, form.method, scenario) for name, factor in factors.items()]
    if form.arms:
        styled = {name: led_by(scenario, arm.style) if arm.style else {} for name, arm in form.arms.items()}
        levels = tuple(Level(name, {**styled[name], **arm.set}) for name, arm in form.arms.items())
        found.append(Crossed(ARM, "arm", levels))
    return found


def _factor(name: str, kind: str, factor: Varied, method: str, scenario: Scenario) -> Crossed | Range:
    if factor.options is not None:
        return Crossed(name, kind, tuple(Level(label, changes) for label, changes in factor.options.items()))
    if factor.values is not None:
        return Crossed(name, kind, tuple(Level(value, {name: value}) for value in factor.values))
    assert factor.low is not None
    assert factor.high is not None
    of = Range(name, kind, factor.low, factor.high, factor.scale, _is_whole(name, scenario))
    if method in SAMPLED:
        return of
    steps = np.linspace(0, 1, factor.steps or 2)
    numbers = dict.fromkeys(of.step(unit) for unit in steps)
    return Crossed(name, kind, tuple(Level(each, {name: each}) for each in numbers))


def led_by(scenario: Scenario, style: str) -> dict[str, str]:
    """What puts a style in place of that of the hospital, and of every ward that has one of its own."""
    own = [name for name, ward in scenario.wards.items() if ward.leadership and ward.leadership.style is not None]
    return {"leadership.style": style, **{f"wards.{name}.leadership.style": style for name in own}}


def _is_whole(name: str, scenario: Scenario) -> bool:
    """Whether the number under a key comes in whole numbers; what is not known is refused elsewhere."""
    short = name.removeprefix("parameters.")
    if short in PARAMETERS:
        return PARAMETERS[short].is_whole
    place: Any = scenario.model_dump(mode="json")
    for part in name.split("."):
        if not isinstance(place, dict) or part not in place:
            return False
        place = place[part]
    return isinstance(place, int) and not isinstance(place, bool)
