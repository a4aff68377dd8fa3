"""Where strategies fail: boxes of futures in which they do, and how each stands up to all futures (robustness).

A strategy is a combination of what a hospital can choose from a list: levers, styles, arms. A future is all else that
the design varies, and every strategy meets the same. Where levels are drawn, as from the posterior, each replication is
a future with its draw; else a future is a point of the design, and its outcome the mean over replications.

Sources: Bryant and Lempert 2010, doi:10.1016/j.techfore.2009.08.002; McPhail et al. 2018, doi:10.1002/2017EF000649, on
regret and satisficing as measures of robustness.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.boxes import LEAST_CASES, LEAST_FAILURES, Axis, Box, axis_of, boxes_of
from sim.analysis.evidence import ERROR_RATE
from sim.analysis.outcomes import ALL, BY_NAME, Outcome
from sim.analysis.results import interval
from sim.analysis.stored import StoredResults
from sim.analysis.swept import Chance, Swept, SweptError, chance_of, number_of, swept, title_of
from sim.experiment.design import Design, Value
from sim.scenario.words import did_you_mean, quoted

CHOSEN = ("lever", "style", "arm")  # kinds of factors that make up strategies
SAMPLES_WITH = {"sobol": 2, "morris": 1}  # points of a sample beside one for each factor
DEFAULT_OUTCOME = "preventable_events"
WORST = 0.25
MOST_STRATEGIES, MOST_BOXES = 24, 2
HIGHER, LOWER = BAD = ("higher", "lower")
FLIPS, SEED = 20, 1


@dataclass(frozen=True)
class Rule:
    """What counts as failing; at most one of the first three is given, and the worst quarter fails if none is.

    Attributes:
        worst: share of the cases of all strategies together, above 0 and up to a half.
        worse_than: a value of the outcome.
        reference: a strategy, by number, title or level; others fail where they are worse than it in the same future,
            by more than `margin`, in the unit of the outcome.
        bad: ``higher`` or ``lower``, for outcomes of which the model does not say which is worse.
    """

    worst: float | None = None
    worse_than: float | None = None
    reference: str | int | None = None
    margin: float = 0.0
    bad: str | None = None


class Failing(NamedTuple):
    """What counted as failing.

    Attributes:
        bad: ``higher`` or ``lower``: which is worse.
        limit: the value of the outcome beyond which a case fails, or with a reference the difference.
        worst: the share of all cases that `limit` cuts off, if that was asked for.
        reference: the strategy that others are compared with; None if there is none.
    """

    bad: str
    limit: float
    worst: float | None
    reference: int | None


@dataclass(frozen=True)
class Discovered:
    """What was found of one strategy.

    Attributes:
        cases, failures: how many futures it was run in, and in how many it failed.
        boxes: that held for cases and replications not seen.
        refuted: the first that did not, where none did.
    """

    cases: int
    failures: int
    boxes: tuple[Box, ...] = ()
    refuted: Box | None = None

    @property
    def is_sought(self) -> bool:
        """Whether there were enough cases, failing and not, to look for boxes."""
        return self.cases >= LEAST_CASES and LEAST_FAILURES <= self.failures < self.cases


@dataclass(frozen=True)
class Discovery:
    """Where strategies fail.

    Attributes:
        of: the sweep.
        outcome: its name.
        failing: what counted as failing.
        strategies: the levels of each.
        futures: a row for each future: its level of each factor; texts for what is listed as such.
        cases: a row for each strategy and future: `strategy` (its number), `future`, `value`, `difference` from the
            reference, if there is one, and whether it `fails`; without cases of which nothing was counted.
        found: of each strategy what was found; the reference has no failures.
        robustness: a row for each strategy: `strategy` (its title), `outcome`, `unit`, `cases`, `mean` of the outcome,
            `worst`, beyond which are a twentieth of the futures, `meets`, the share of futures in which it does not
            fail, `best`, the share in which none is better; `mean_regret`, how much worse it is than the best in the
            same future, with its 95% interval from `low` to `high`, `max_regret`, and `regret_by_chance`, the mean
            regret that luck alone would give if all were equally good.
        chance: of each strategy, how much of what varies between futures is chance.
        drawn: what was drawn by luck, and is held out whole: ``points``, ``draws``, or both; else ``futures``.
    """

    of: Swept = field(repr=False)
    outcome: str
    failing: Failing
    strategies: tuple[Mapping[str, Value], ...]
    futures: pd.DataFrame
    cases: pd.DataFrame
    found: tuple[Discovered, ...]
    robustness: pd.DataFrame
    chance: tuple[Chance, ...]
    drawn: tuple[str, ...]

    @property
    def told(self) -> Outcome:
        """The outcome with its title and unit."""
        return BY_NAME[self.outcome]

    @property
    def titles(self) -> list[str]:
        """What each strategy is called, e.g. ``dials.devolution = 0.2``."""
        return [title_of(levels) for levels in self.strategies]

    @property
    def one_run_each(self) -> bool:
        """Whether each future was run once, so that its luck cannot be told from it."""
        return self.of.design.draws is not None or self.of.design.replications == 1

    @property
    def boxes(self) -> pd.DataFrame:
        """A row for each restriction of each box, held to be true or not (`holds`), with what is inside the box."""
        return pd.DataFrame(list(self._restrictions()), columns=_BOX_COLUMNS)

    @property
    def trade_off(self) -> pd.DataFrame:
        """A row for each step of PRIM towards each box: `coverage`, `density`, `mass` and `restricted` factors."""
        paths = [
            box.path.assign(strategy=title, box=number, step=range(len(box.path)))
            for title, number, box, _ in self._all_boxes()
        ]
        columns = ["strategy", "box", "step", "coverage", "density", "mass", "restricted"]
        return pd.concat(paths, ignore_index=True)[columns] if paths else pd.DataFrame(columns=columns)

    def _all_boxes(self) -> Iterator[tuple[str, int, Box, bool]]:
        for title, found in zip(self.titles, self.found, strict=True):
            yield from ((title, number, box, True) for number, box in enumerate(found.boxes, start=1))
            if found.refuted:
                yield title, len(found.boxes) + 1, found.refuted, False

    def _restrictions(self) -> Iterator[tuple[object, ...]]:
        for title, number, box, holds in self._all_boxes():
            of_seen = (box.cases, box.failures, box.coverage, box.density, box.mass)
            inside = (*of_seen, box.held_out_coverage, box.held_out_density, box.p)
            for each in box.restrictions:
                levels = " or ".join(each.levels)
                yield (
                    title,
                    number,
                    holds,
                    each.factor,
                    each.side,
                    each.limit,
                    levels,
                    each.quasi_p,
                    each.refits,
                    *inside,
                )


_BOX_COLUMNS = [
    *("strategy", "box", "holds", "factor", "side", "limit", "levels", "quasi_p", "refits", "cases", "failures"),
    *("coverage", "density", "mass", "held_out_coverage", "held_out_density", "p"),
]


def discover(
    found: StoredResults,
    outcome: str = DEFAULT_OUTCOME,
    rule: Rule | None = None,
    strategies: Sequence[str] | None = None,
    ward: str = ALL,
    mode: str = ALL,
) -> Discovery:
    """Where each strategy of a sweep fails, and how it stands up to all futures.

    Args:
        found: a sweep, whole, in which something varies that nobody chooses from a list.
        outcome: its name.
        rule: what counts as failing; the worst quarter of all cases if None.
        strategies: names of the factors that make up a strategy; all listed levers, styles and arms if None. Others of
            these are then part of the future.
        ward: a ward, or ``all`` for the hospital.
        mode: a mode of care, or ``all``.

    Raises:
        SweptError: the sweep is not whole, or is not of such a kind, or there is no such factor, strategy or outcome.
        StoreError: the folder cannot be read.
    """
    asked = rule or Rule()
    _refuse(asked)
    of = swept(found)
    own = _own_factors(of.design, strategies)
    layout = _Layout(of, own)
    values = layout.arranged(of.values(outcome, ward, mode))
    bad = _bad(BY_NAME[outcome], asked.bad)
    sign = 1.0 if bad == HIGHER else -1.0
    means = values.mean(axis=0)
    if np.isnan(means).all():
        raise SweptError(f"{outcome} has no value in any future: nothing was counted there; choose another outcome")
    reference = None if asked.reference is None else number_of(asked.reference, layout.strategies)
    badness = _badness(means, sign, reference)
    limit = _limit(asked, badness, sign)
    fails = badness > limit
    halves = np.array([fails, fails])
    if len(values) > 1:
        by_half = [_badness(values[half::2].mean(axis=0), sign, reference) for half in range(2)]
        halves = np.array([half > _limit(asked, half, sign) for half in by_half])
    failing = Failing(bad, limit if reference is not None else sign * limit, _worst(asked), reference)
    every = range(len(layout.strategies))
    known = ~np.isnan(badness)
    cases = pd.concat(
        [
            pd.DataFrame(
                {
                    "strategy": each,
                    "future": np.flatnonzero(known[each]),
                    "value": means[each][known[each]],
                    **({} if reference is None else {"difference": sign * badness[each][known[each]]}),
                    "fails": fails[each][known[each]],
                }
            )
            for each in every
        ],
        ignore_index=True,
    )
    sought = tuple(
        Discovered(int(known[each].sum()), 0)
        if each == reference
        else _discovered(layout, known[each], fails[each], halves[:, each], len(every))
        for each in every
    )
    robustness = _robustness(layout, values, sign, cases, outcome)
    chance = tuple(chance_of(values[:, each][:, known[each]]) for each in every)
    drawn = tuple(axis.name for axis in layout.axes)
    return Discovery(of, outcome, failing, layout.strategies, layout.futures, cases, sought, robustness, chance, drawn)


class _Layout:
    """Which runs belong to which strategy and which future.

    Attributes:
        strategies: the levels of each.
        futures: as in `Discovery`.
        axes: how futures were drawn: as points of a sample, of which neighbours belong together; with draws of levels,
            of which those of one replication share its seed too; or both. Of a grid each future stands for itself.
    """

    def __init__(self, of: Swept, own: Sequence[str]):
        design = of.design
        chosen = [{name: levels[name] for name in own} for levels in of.combinations]
        beside = [{name: level for name, level in levels.items() if name not in own} for levels in of.combinations]
        self.strategies = tuple(_each_once(chosen))
        others = _each_once(beside)
        self._which = np.empty((len(self.strategies), len(others)), dtype=int)
        for place, (one, other) in enumerate(zip(chosen, beside, strict=True)):
            self._which[self.strategies.index(one), others.index(other)] = place
        self._drawn = design.draws is not None
        points = len(design.points)
        point = np.repeat(np.arange(points), len(others))
        table = pd.DataFrame(design.points[point], columns=[each.name for each in design.ranges])
        for name in others[0]:
            table[name] = [_as_column(other[name]) for _ in range(points) for other in others]
        groups, draws = _groups(design)[point], np.zeros(len(table), dtype=int)
        if design.draws is not None:
            groups = np.tile(groups, design.replications)
            table, draws = _with_draws(design, table)
        self.futures = table[[name for name in table if table[name].nunique() > 1]]
        sampled = {each.name for each in design.ranges}
        drawn = {"points": (groups, sampled), "draws": (draws, {*table.columns} - sampled - {*others[0]})}
        self.axes = [axis_of(name, *each) for name, each in drawn.items() if each[0].max() > 0]
        self.axes = self.axes or [axis_of("futures", np.arange(len(table)), table.columns)]
        if self.futures.empty:
            raise SweptError(
                f"{of.found.store.shown} varies nothing but strategies, so there are no futures to tell apart. Give "
                "the design ranges under [uncertainties], with method lhs or sobol, or posterior = true"
            )

    def arranged(self, values: np.ndarray) -> np.ndarray:
        """Values by replication of a future, strategy and future, of those [replications, points, combinations]."""
        each = values[:, :, self._which]  # [replications, points, strategies, others]
        replications, _, strategies, _ = each.shape
        if self._drawn:
            return each.transpose(2, 0, 1, 3).reshape(1, strategies, -1)
        return each.transpose(0, 2, 1, 3).reshape(replications, strategies, -1)


def _each_once(levels: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    seen: list[Mapping[str, Value]] = []
    for each in levels:
        if each not in seen:
            seen.append(each)
    return seen


def _as_column(level: Value) -> float | str:
    if isinstance(level, bool):
        return "on" if level else "off"
    return level if isinstance(level, str) else float(level)


def _groups(design: Design) -> np.ndarray:
    """The group of each point: of a Sobol sample or a Morris trajectory, those drawn together."""
    if design.method not in SAMPLES_WITH:
        return np.arange(len(design.points))
    block = len(design.ranges) + SAMPLES_WITH[design.method]
    return np.unique(design.rows, return_index=True)[1] // block


def _with_draws(design: Design, table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Futures of each replication, with its draw of all levels that the scenario leaves open; and which draw it is."""
    draws = design.draws
    assert draws is not None
    replications, count = design.replications, len(table)
    every = pd.concat([table] * replications, ignore_index=True)
    which = np.repeat(np.arange(replications) % len(draws), count)
    fixed = {*design.scenario.changed_parameters(), *table.columns}
    for position, name in enumerate(draws.names):
        if name not in fixed:
            every[name] = draws.values[which, position]
    return every, which


def _own_factors(design: Design, asked: Sequence[str] | None) -> list[str]:
    """The factors that make up a strategy."""
    listed = [factor.name for factor in design.crossed if factor.kind in CHOSEN]
    if asked is None:
        own = listed
    else:
        own = []
        for name in asked:
            alike = [each for each in listed if each == name] or [each for each in listed if each.endswith(f".{name}")]
            if len(alike) != 1:
                hint = did_you_mean(name, listed) if listed else "; it lists none"
                raise SweptError(f"the design lists no lever or style {quoted(name)}{hint}")
            own += [each for each in alike if each not in own]
    count = int(np.prod([len(factor.levels) for factor in design.crossed if factor.name in own]))
    if count > MOST_STRATEGIES:
        raise SweptError(
            f"{' × '.join(own)} make {count:,} strategies, more than the {MOST_STRATEGIES} that can be told apart: "
            "name those that make up a strategy with --strategy FACTOR; the others then belong to the future"
        )
    return own


def _refuse(rule: Rule) -> None:
    given = {
        "--worst": rule.worst is not None,
        "--worse-than": rule.worse_than is not None,
        "--reference": rule.reference is not None,
    }
    named = [option for option, there in given.items() if there]
    if len(named) > 1:
        raise SweptError(f"{' and '.join(named)} are both given; a case fails by one rule")
    if rule.worst is not None and not 0 < rule.worst <= 0.5:
        raise SweptError(f"--worst is {rule.worst:.0%}; it should be above 0% and up to 50%")
    if rule.worse_than is not None and not np.isfinite(rule.worse_than):
        raise SweptError("--worse-than should be a number, in the unit of the outcome")
    if rule.margin and rule.reference is None:
        raise SweptError("--margin is for --reference: by how much worse than it a strategy must be to fail")
    if not (np.isfinite(rule.margin) and rule.margin >= 0):
        raise SweptError(f"--margin is {rule.margin:g}; it should be 0 or more, in the unit of the outcome")
    if rule.bad is not None and rule.bad not in BAD:
        raise SweptError(f"--bad is {quoted(rule.bad)}{did_you_mean(rule.bad, BAD)}")


def _worst(rule: Rule) -> float | None:
    if rule.worse_than is not None or rule.reference is not None:
        return None
    return WORST if rule.worst is None else rule.worst


def _bad(outcome: Outcome, given: str | None) -> str:
    """Which is worse of an outcome, higher or lower."""
    if outcome.better == "neither":
        if given is None:
            raise SweptError(
                f"of {outcome.name} the model does not say which is worse: give --bad higher or --bad lower"
            )
        return given
    known = HIGHER if outcome.better == LOWER else LOWER
    if given not in (None, known):
        raise SweptError(f"of {outcome.name} {known} is worse; leave --bad out")
    return known


def _badness(means: np.ndarray, sign: float, reference: int | None) -> np.ndarray:
    """How bad each strategy is in each future, or by how much worse than the reference there."""
    return sign * (means if reference is None else means - means[reference])


def _limit(rule: Rule, badness: np.ndarray, sign: float) -> float:
    """How bad is beyond failing."""
    if rule.reference is not None:
        return rule.margin
    if rule.worse_than is not None:
        return sign * rule.worse_than
    worst = WORST if rule.worst is None else rule.worst
    return float(np.nanquantile(badness, 1 - worst))


def _discovered(
    layout: _Layout, known: np.ndarray, fails: np.ndarray, halves: np.ndarray, strategies: int
) -> Discovered:
    """The boxes of one strategy."""
    cases = layout.futures[known].reset_index(drop=True)
    found = Discovered(len(cases), int(fails[known].sum()))
    if not found.is_sought:
        return found
    error_rate = ERROR_RATE / strategies
    axes = [axis.among(known) for axis in layout.axes]
    told = list(boxes_of(cases, fails[known], axes, halves[:, known], MOST_BOXES, error_rate))
    sure = tuple(box for box, holds in told if holds)
    refuted = None if sure else next((box for box, holds in told if not holds), None)
    return Discovered(found.cases, found.failures, sure, refuted)


def _robustness(layout: _Layout, values: np.ndarray, sign: float, cases: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """How each strategy stands up to the futures in which all have a value."""
    whole = ~np.isnan(values.mean(axis=0)).any(axis=0)
    badness = sign * values[:, :, whole]
    regret = _regret(badness.mean(axis=0))
    by_chance = _regret_by_chance(badness)
    rows = []
    for number, levels in enumerate(layout.strategies):
        own = cases[cases["strategy"] == number]
        mean, low, high = _over_clusters(regret[number], [axis.among(whole) for axis in layout.axes])
        worst = sign * np.quantile(sign * own["value"], 0.95) if len(own) else np.nan
        rows.append(
            {
                "strategy": title_of(levels),
                "outcome": outcome,
                "unit": BY_NAME[outcome].unit,
                "cases": len(own),
                "mean": own["value"].mean(),
                "worst": worst,
                "meets": 1 - own["fails"].mean(),
                "best": (regret[number] == 0).mean() if whole.any() else np.nan,
                "mean_regret": mean,
                "low": low,
                "high": high,
                "max_regret": regret[number].max(initial=0.0),
                "regret_by_chance": by_chance[number],
            }
        )
    return pd.DataFrame(rows)


def _over_clusters(regret: np.ndarray, axes: Sequence[Axis]) -> tuple[float, float, float]:
    """The mean with its interval over clusters, whose cases are not independent; the wider, where these are of two."""
    means = [pd.Series(regret).groupby(axis.clusters).mean().to_numpy() for axis in axes]
    told = [interval(each, least=0.0)[:3] for each in means]
    return max(told, key=lambda each: each[2] - each[1])


def _regret(badness: np.ndarray) -> np.ndarray:
    """How much worse each strategy is than the best in the same future, [strategies, futures]."""
    return badness - badness.min(axis=0)


def _regret_by_chance(badness: np.ndarray) -> np.ndarray:
    """The mean regret, [strategies], that luck alone would give, of badness [replications, strategies, futures].

    What sets the replications of a future apart is given signs at random, for all strategies alike: that is what the
    means could be if no strategy were better than another. NaN for one replication.
    """
    replications, strategies, _ = badness.shape
    if replications < 2:
        return np.full(strategies, np.nan)
    rest = (badness - badness.mean(axis=0)) * np.sqrt(replications / (replications - 1))
    rng = np.random.default_rng(SEED)
    signs = rng.choice([-1.0, 1.0], (FLIPS, replications, 1, rest.shape[2]))
    return np.array([_regret((rest * each).mean(axis=0)).mean(axis=1) for each in signs]).mean(axis=0)
