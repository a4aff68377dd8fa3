"""Which levers and uncertainties an outcome hangs on: Morris and Sobol indices of a sweep, by SALib.

Sobol's first-order index is the share of the variance between points that a factor makes alone; its total index adds
all in which it has a part. Morris's mu* is the mean size of what a factor does over its whole range, sigma how much
that differs with the others. Both are of the mean over replications, and every interval holds chance twice over: which
points were drawn (SALib's bootstrap) and which replications (a jackknife). What chance is left in these means stands
beside them: a factor that changes nothing but the course that luck takes has indices too. Where a resample does not
vary at all, as of a count that is nearly always nought, there is no telling, and no index is given.

Sources: Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018; Campolongo, Cariboni and Saltelli 2007,
doi:10.1016/j.envsoft.2006.10.004; on when indices have settled, Sarrazin, Pianosi and Wagener 2016,
doi:10.1016/j.envsoft.2016.02.005.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit
from scipy.stats import norm, rankdata

from sim.analysis.evidence import ERROR_RATE, holm
from sim.analysis.outcomes import ALL, BY_NAME
from sim.analysis.results import CONFIDENCE
from sim.analysis.stored import StoredResults
from sim.analysis.swept import Chance, Swept, SweptError, chance_of, number_of, swept
from sim.experiment.design_form import Sampling

SOBOL, MORRIS = METHODS = ("sobol", "morris")
MAIN = {SOBOL: "total", MORRIS: "mu_star"}
WITH_INTERVAL = {SOBOL: ("first", "total", "together"), MORRIS: ("mu_star",)}
WITHOUT_INTERVAL: dict[str, tuple[str, ...]] = {SOBOL: (), MORRIS: ("mu", "sigma")}
DEFAULT_OUTCOMES = ("preventable_events", "incident_reports", "mortality", "wait")

RESAMPLES, SEED = 500, 1  # of SALib's bootstrap
MOST_GROUPS = 20  # of replications that a jackknife leaves out in turn
FEWEST_SAMPLES, MOST_SIZES = {SOBOL: 8, MORRIS: 4}, 6  # of which indices are shown
MATTERS = {SOBOL: 0.05, MORRIS: 0.1}  # a total index, and a mu* as a share of the largest
NARROW = {SOBOL: 0.1, MORRIS: 0.2}  # half of an interval that counts as settled, likewise
SAME = 1e-12  # values that are apart by no more than such a share do not vary


class Settling(NamedTuple):
    """Whether the indices of an outcome under a strategy have settled.

    Attributes:
        samples, before: the samples, and about half of them, of which they are compared.
        swapped: pairs of factors that matter, by more than chance, and changed places.
        widest: the factor with the widest interval, half of which is `reach`; `limit` counts as narrow.
        too_rare: whether there are no indices of that half, since it varied too rarely.
    """

    samples: int
    before: int
    swapped: tuple[tuple[str, str], ...]
    widest: str
    reach: float
    limit: float
    too_rare: bool

    @property
    def settled(self) -> bool:
        """Whether no two factors that matter changed places, and all intervals are narrow."""
        return self.before > 0 and not self.too_rare and not self.swapped and self.reach <= self.limit


@dataclass(frozen=True)
class Sensitivity:
    """What outcomes of a sweep hang on.

    Attributes:
        of: the sweep.
        reference: the combination of what is listed that is taken from every other, by number; None if none is.
        table: a row for each outcome, strategy and factor: `outcome`, `title`, `unit`, `ledger`; `strategy`; `factor`,
            its `kind` and its range from `low_end` to `high_end`; of Sobol the indices `first` and `total`, shares from
            0 to 1, and `together`, the second less the first; of Morris `mu_star`, `mu` and `sigma`, in the unit of the
            outcome over the whole range of the factor; each index but the last two with its 95% interval, as in
            `total_low` and `total_high`; `too_rare`, whether it varies, but so rarely that there are no indices;
            `raises`,
            from −1 to 1, how far more of the factor goes with more of the outcome; `rank`, 1 for what matters most; the
            `mean` of the outcome, and `lowest` and `highest`, between which nine tenths of the points lie;
            `chance_of_runs` and `chance_of_means`, shares of variance that are chance, and `by_chance`, the main index
            of a factor that changes nothing but luck; `samples` and `replications`.
        convergence: a row for each outcome, strategy, factor and number of first `samples`, with the main `index`,
            `low` and `high`.
        differences: a row for each outcome, factor and two strategies, `one` less `other` in the main index:
            `of_one`, `of_other`, `difference`, `low`, `high`, `p`, and `p_adjusted` for all rows of the outcome (Holm).
    """

    of: Swept = field(repr=False)
    reference: int | None
    table: pd.DataFrame
    convergence: pd.DataFrame
    differences: pd.DataFrame

    @property
    def method(self) -> str:
        """``sobol`` or ``morris``."""
        return self.of.design.method

    @property
    def main(self) -> str:
        """The index by which factors are ranked."""
        return MAIN[self.method]

    @property
    def outcomes(self) -> list[str]:
        """The outcomes, in the order asked for."""
        return list(self.table["outcome"].unique())

    @property
    def titles(self) -> list[str]:
        """What each strategy is called, or with a reference what is taken from what."""
        return _titles(self.of, self.reference)

    @cached_property
    def differing(self) -> pd.DataFrame:
        """The differences between strategies that hold for all rows together, the largest of each factor."""
        sure = self.differences[self.differences["p_adjusted"] < ERROR_RATE]
        order = sure["difference"].abs().sort_values(ascending=False).index
        return sure.loc[order].drop_duplicates(["outcome", "factor"])

    def rows(self, outcome: str, strategy: str) -> pd.DataFrame:
        """The rows of the table for one outcome and strategy, what matters most first."""
        table = self.table
        return table[(table["outcome"] == outcome) & (table["strategy"] == strategy)].sort_values("rank")

    def settling(self, outcome: str, strategy: str) -> Settling:
        """Whether the indices of an outcome under a strategy changed with the last half of the samples."""
        every = self.convergence
        every = every[(every["outcome"] == outcome) & (every["strategy"] == strategy)]
        samples = int(every["samples"].max())
        before = max((int(size) for size in every["samples"].unique() if 2 * size <= samples), default=0)
        now = every[every["samples"] == samples].set_index("factor")
        largest = float(now["index"].max())
        scale = 1.0 if self.method == SOBOL else largest
        reach = (now["high"] - now["low"]) / 2
        swapped: list[tuple[str, str]] = []
        too_rare = False
        if before:
            then = every[every["samples"] == before].set_index("factor")["index"]
            least = np.nanmax([MATTERS[self.method] * scale, self.rows(outcome, strategy)["by_chance"].iloc[0]])
            too_rare = bool(then.isna().all())
            of_weight = now[now["index"] >= least].sort_values("index", ascending=False).index
            swapped = [(one, other) for one, other in combinations(of_weight, 2) if then[one] < then[other]]
        widest = str(reach.idxmax()) if reach.notna().any() else ""
        size = float(reach.max())
        return Settling(samples, before, tuple(swapped), widest, size, NARROW[self.method] * scale, too_rare)


def sensitivity(
    found: StoredResults,
    outcomes: Sequence[str] | None = None,
    ward: str = ALL,
    mode: str = ALL,
    reference: str | int | None = None,
) -> Sensitivity:
    """What outcomes of a sweep hang on, for each strategy: each combination of what the design lists.

    Args:
        found: a sweep whose design has the method ``sobol`` or ``morris``, whole.
        outcomes: names; a usual choice of both ledgers if None.
        ward: a ward, or ``all`` for the hospital.
        mode: a mode of care, or ``all``.
        reference: a strategy, by number, title or level. What others differ by from it at the same point and with the
            same seeds is analysed in place of what each comes to.

    Raises:
        SweptError: it has another method, is not whole, or has no such outcome; or a run has no value.
        StoreError: the folder cannot be read.
    """
    method = found.store.manifest["design"]["form"]["method"]
    if method not in METHODS:
        raise SweptError(
            f'{found.store.shown} was swept with method = "{method}"; indices take a design with method = "morris", to '
            'find the few that matter among many, or "sobol", for shares of variance. '
            "scenarios/experiments/which-assumptions-matter.toml and what-harm-hangs-on.toml show both"
        )
    of = swept(found)
    usual = [name for name in DEFAULT_OUTCOMES if name in found.kept_outcomes] or sorted(found.kept_outcomes)
    chosen = list(dict.fromkeys(outcomes)) if outcomes is not None else usual
    base = None if reference is None else number_of(reference, of.combinations)
    if base is not None and len(of.combinations) < 2:
        raise SweptError("--reference asks for a difference, and the design lists one strategy alone")
    values = {name: _less(_finite(of, name, ward, mode), base) for name in chosen}
    parts = [_of_outcome(of, name, each, _titles(of, base)) for name, each in values.items()]
    return Sensitivity(of, base, *(pd.concat([part[k] for part in parts], ignore_index=True) for k in range(3)))


def _finite(of: Swept, outcome: str, ward: str, mode: str) -> np.ndarray:
    """The values of an outcome by row of the sample, [replications, rows, strategies]: one NaN would spoil all."""
    values = of.values(outcome, ward, mode)
    none = ~np.isfinite(values)
    if none.any():
        replication, point, which = (int(each[0]) for each in np.nonzero(none))
        arm = of.design.arm(point * len(of.combinations) + which)
        raise SweptError(
            f"{outcome} has no value in {int(none.sum()):,} of {none.size:,} runs, the first of them replication "
            f"{replication} of arm {arm.index} ({arm.title}): nothing was counted there, and one missing row spoils "
            "every index. Choose another outcome with --outcome, or sweep more days or beds into a new folder"
        )
    return values[:, of.design.rows, :]


def _less(values: np.ndarray, base: int | None) -> np.ndarray:
    """Values less those of a strategy, of the same row and replication; as they are if there is none."""
    return values if base is None else np.delete(values - values[:, :, [base]], base, axis=2)


def _titles(of: Swept, base: int | None) -> list[str]:
    if base is None:
        return list(of.titles)
    return [f"{title} less {of.titles[base]}" for number, title in enumerate(of.titles) if number != base]


def _of_outcome(
    of: Swept, outcome: str, values: np.ndarray, titles: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    strategies = [_Indexed(of, values[:, :, which]) for which in range(values.shape[2])]
    who = dict(zip(titles, strategies, strict=True))
    table = pd.concat([strategy.table(outcome, title) for title, strategy in who.items()])
    convergence = pd.concat([strategy.convergence(outcome, title) for title, strategy in who.items()])
    rows = [row for pair in combinations(who.items(), 2) for row in _compared(outcome, *pair)]
    differences = pd.DataFrame(rows, columns=_DIFFERENCES)
    differences["p_adjusted"] = holm(differences["p"].to_numpy(float))
    return table, convergence, differences


class _Indices(NamedTuple):
    """Indices of the factors, each [factors]; and how far those with an interval would differ in another sample.

    Attributes:
        values: by name.
        spreads: their standard errors, for those with an interval.
        each: of the main index, draws or parts of it, [draws, factors], drawn alike for every strategy.
        root: what their standard deviation is divided by to get the standard error.
    """

    values: dict[str, np.ndarray]
    spreads: dict[str, np.ndarray]
    each: np.ndarray
    root: float


class _Interval(NamedTuple):
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


class _Indexed:
    """The indices of one outcome under one strategy, of values [replications, rows]."""

    def __init__(self, of: Swept, values: np.ndarray):
        self.design = of.design
        self.values = values
        self.factors = [factor.name for factor in of.design.ranges]
        self.block = len(self.factors) + (2 if of.design.method == SOBOL else 1)
        self.samples = values.shape[1] // self.block
        self.main = MAIN[of.design.method]

    @property
    def whole(self) -> _Indices:
        """Of all samples."""
        return self._of_all[0]

    @property
    def without(self) -> list[dict[str, np.ndarray]]:
        """The same with a group of replications left out in turn."""
        return self._of_all[1]

    @cached_property
    def _of_all(self) -> tuple[_Indices, list[dict[str, np.ndarray]]]:
        return self.resampled(self.values)

    def resampled(self, values: np.ndarray) -> tuple[_Indices, list[dict[str, np.ndarray]]]:
        """Indices, and those with a group of replications left out in turn; none where one resample does not vary."""
        indices, without = self.indices(values), self._without(values)
        spreads = [indices.spreads[name] for name in WITH_INTERVAL[self.design.method]]
        is_told = np.isfinite([*spreads, *(each[self.main] for each in without)]).all()
        return (indices, without) if is_told else (self._none(), without)

    def indices(self, values: np.ndarray, resamples: int = RESAMPLES) -> _Indices:
        """Of the mean over the replications given, and of the rows given."""
        mean = values.mean(axis=0)
        method = self.design.method
        if not _varies(mean[self._independent[: len(mean)]] if method == SOBOL else mean):
            return self._none()
        unit = self.design.sampled[: len(mean)]
        if method == SOBOL:
            return _sobol(self.factors, mean, resamples)
        levels = int(self.design.form["sampling"].get("levels", Sampling.model_fields["levels"].default))
        return _morris(self.factors, unit, mean, levels, resamples)

    def _none(self) -> _Indices:
        """Indices that are no numbers."""
        method = self.design.method
        none = np.full(len(self.factors), np.nan)
        names = (*WITH_INTERVAL[method], *WITHOUT_INTERVAL[method])
        return _Indices(dict.fromkeys(names, none), dict.fromkeys(names, none), none[None], 1.0)

    def _without(self, values: np.ndarray) -> list[dict[str, np.ndarray]]:
        if len(values) < 2:
            return []
        groups = np.array_split(np.arange(len(values)), min(len(values), MOST_GROUPS))
        return [self.indices(np.delete(values, group, axis=0), 2).values for group in groups]

    def table(self, outcome: str, strategy: str) -> pd.DataFrame:
        """A row for each factor."""
        told, chance = BY_NAME[outcome], chance_of(self.values[:, np.unique(self.design.rows, return_index=True)[1]])
        mean = self.values.mean(axis=0)
        columns: dict[str, Any] = {"outcome": outcome, "title": told.whole_title, "unit": told.unit}
        columns |= {"ledger": told.ledger, "strategy": strategy, "factor": self.factors}
        columns["kind"] = [factor.kind for factor in self.design.ranges]
        columns |= {f"{end}_end": [getattr(factor, end) for factor in self.design.ranges] for end in ("low", "high")}
        for name, value in self.whole.values.items():
            columns[name] = value
            if name in self.whole.spreads and name in WITH_INTERVAL[self.design.method]:
                low, high, _ = self._interval(name, self.whole, self.without, self.samples)
                columns |= {f"{name}_low": low, f"{name}_high": high}
        columns["too_rare"] = _varies(mean) and bool(np.isnan(self.whole.values[self.main]).all())
        columns["raises"] = self._raises(mean)
        columns["rank"] = rankdata(-self.whole.values[self.main], method="ordinal", nan_policy="omit")
        lowest, highest = np.quantile(mean, (0.05, 0.95))
        columns |= {"mean": mean.mean(), "lowest": lowest, "highest": highest}
        columns |= {"chance_of_runs": chance.of_runs, "chance_of_means": chance.of_means}
        columns["by_chance"] = self._by_chance(chance)
        columns |= {"samples": self.samples, "replications": len(self.values)}
        return pd.DataFrame(columns)

    def _by_chance(self, chance: Chance) -> float:
        """What the main index of a factor that changes nothing but luck comes to."""
        if self.design.method == SOBOL:
            return chance.of_means
        step = float(np.abs(np.diff(self.design.sampled[:2], axis=0)).max())
        return float(np.sqrt(2 / np.pi) * np.sqrt(2 * chance.left) / step)  # the mean size of a normal difference

    def convergence(self, outcome: str, strategy: str) -> pd.DataFrame:
        """A row for each factor and number of first samples."""
        parts = []
        for samples in _sizes(self.design.method, self.samples):
            values = self.values[:, : samples * self.block]
            indices, without = self.resampled(values)
            low, high, _ = self._interval(self.main, indices, without, samples)
            columns = {"outcome": outcome, "strategy": strategy, "factor": self.factors, "samples": samples}
            parts.append(pd.DataFrame({**columns, "index": indices.values[self.main], "low": low, "high": high}))
        return pd.concat(parts)

    def _interval(self, name: str, of: _Indices, without: Sequence[dict[str, np.ndarray]], samples: int) -> _Interval:
        left_out = [each[name] for each in without]
        most = 1.0 if self.design.method == SOBOL else np.inf
        return _interval(of.values[name], of.spreads[name], samples, left_out, 0.0, most)

    @property
    def _independent(self) -> np.ndarray:
        """Which rows of a Sobol sample were drawn without regard to others, [rows]."""
        rows = np.arange(self.values.shape[1]) % self.block
        return (rows == 0) | (rows == self.block - 1)

    def _raises(self, mean: np.ndarray) -> np.ndarray:
        """From −1 to 1, how far more of each factor goes with more of the outcome."""
        if self.design.method == MORRIS:
            main = self.whole.values["mu_star"]
            return np.divide(self.whole.values["mu"], main, out=np.zeros_like(main), where=main > 0)
        independent = self._independent
        ranks = rankdata(self.design.sampled[independent], axis=0), rankdata(mean[independent])
        if np.ptp(ranks[1]) == 0:
            return np.zeros(len(self.factors))
        return np.array([np.corrcoef(column, ranks[1])[0, 1] for column in ranks[0].T])


def _varies(mean: np.ndarray) -> bool:
    return bool(np.ptp(mean) > SAME * np.abs(mean).max())


def _sobol(factors: Sequence[str], mean: np.ndarray, resamples: int) -> _Indices:
    from SALib.analyze import sobol  # each takes a third of a second to import

    found = sobol.analyze(
        _problem(factors), mean, calc_second_order=False, num_resamples=resamples, keep_resamples=True, seed=SEED
    )
    values = {"first": np.asarray(found["S1"]), "total": np.asarray(found["ST"])}
    drawn = {"first": np.asarray(found["S1_conf_all"]), "total": np.asarray(found["ST_conf_all"])}
    for each in (values, drawn):  # SALib gives noughts for what does not vary
        each["total"] = np.where((each["total"] > 0).any(axis=-1, keepdims=True), each["total"], np.nan)
        each["together"] = each["total"] - each["first"]
    spreads = {name: each.std(axis=0, ddof=1) for name, each in drawn.items()}
    return _Indices(values, spreads, drawn["total"], 1.0)


def _morris(factors: Sequence[str], unit: np.ndarray, mean: np.ndarray, levels: int, resamples: int) -> _Indices:
    from SALib.analyze import morris

    found = morris.analyze(_problem(factors), unit, mean, num_resamples=resamples, num_levels=levels, seed=SEED)
    values = {name: np.asarray(found[name], dtype=float) for name in ("mu_star", "mu", "sigma")}
    spread = np.asarray(found["mu_star_conf"], dtype=float) / norm.ppf((1 + CONFIDENCE) / 2)
    effects = np.abs(elementary_effects(unit, mean))
    return _Indices(values, {"mu_star": spread}, effects, np.sqrt(len(effects)))


def elementary_effects(unit: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What each step of each Morris trajectory does, for a step over the whole range, [trajectories, factors].

    Args:
        unit: the sample, [rows, factors], places from 0 to 1.
        values: of the rows.
    """
    factors = unit.shape[1]
    steps = np.diff(unit.reshape(-1, factors + 1, factors), axis=1)
    changes = np.diff(values.reshape(-1, factors + 1), axis=1)
    return (changes[:, :, None] * np.sign(steps)).sum(axis=1) / np.abs(steps).sum(axis=1)


def _problem(factors: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(factors), "names": list(factors), "bounds": [[0.0, 1.0]] * len(factors)}


def _interval(
    values: np.ndarray,
    spread: np.ndarray,
    samples: int,
    left_out: Sequence[np.ndarray],
    least: float,
    most: float,
) -> _Interval:
    """The 95% t interval of what differs with the samples by `spread` and with replications as far as these show.

    Both are added as variances, with degrees of freedom by Welch and Satterthwaite. It is cut off at the least and the
    most that there can be, as `sim.analysis.results.interval` is. `p` is the chance of a value so far from nought.
    """
    of_samples = spread**2
    of_replications, groups = np.zeros_like(of_samples), len(left_out)
    if groups:
        of_replications = (groups - 1) * np.var(left_out, axis=0)
    variance = of_samples + of_replications
    parts = of_samples**2 / max(samples - 1, 1) + of_replications**2 / max(groups - 1, 1)
    freedom = np.divide(variance**2, parts, out=np.ones_like(variance), where=parts > 0)
    error = np.sqrt(variance)
    reach = stdtrit(freedom, (1 + CONFIDENCE) / 2) * error
    ratio = np.divide(np.abs(values), error, out=np.where(values == 0, 0.0, np.inf), where=error > 0)
    low, high = (
        np.maximum(values - reach, np.minimum(least, values)),
        np.minimum(values + reach, np.maximum(most, values)),
    )
    return _Interval(low, high, 2 * stdtr(freedom, -ratio))


_DIFFERENCES = ("outcome", "factor", "one", "other", "of_one", "of_other", "difference", "low", "high", "p")


def _compared(outcome: str, one: tuple[str, _Indexed], other: tuple[str, _Indexed]) -> Iterator[tuple[Any, ...]]:
    """Rows that say in which factors two strategies differ, from the same points and the same replications."""
    (title, this), (beside, that) = one, other
    name, a, b = this.main, this.whole, that.whole
    difference = a.values[name] - b.values[name]
    if np.isnan(difference).all():
        return
    spread = (a.each - b.each).std(axis=0, ddof=1) / a.root
    left_out = [x[name] - y[name] for x, y in zip(this.without, that.without, strict=True)]
    low, high, p = _interval(difference, spread, this.samples, left_out, -np.inf, np.inf)
    columns = (a.values[name], b.values[name], difference, low, high, p)
    for place, factor in enumerate(this.factors):
        yield outcome, factor, title, beside, *(float(column[place]) for column in columns)


def _sizes(method: str, samples: int) -> list[int]:
    """Numbers of first samples of which indices are shown: of Sobol those that double up to all; of Morris any."""
    fewest = FEWEST_SAMPLES[method]
    if method == SOBOL:
        return [
            samples >> halved for halved in reversed(range(samples.bit_length())) if samples >> halved >= fewest
        ] or [samples]
    some = np.linspace(min(fewest, samples), samples, MOST_SIZES).round().astype(int).tolist()
    return sorted({*some, max(samples // 2, min(fewest, samples))})
