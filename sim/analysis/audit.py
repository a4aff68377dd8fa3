"""The audit of measurement distortion: styles ranked by what a hospital sees, and by what happened.

Reports, recorded waits and surveys are read off the observed ledger, harm, waits and voice off the true one. Where the
two rank the same arms otherwise, a hospital that goes by its records would choose wrongly. An order counts as turned
over only where both paired differences are sure and have opposite senses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.analysis.arms import Arms, ComparisonError
from sim.analysis.choosing import halves, p_of_pairs, ranks, regret, regret_within, resampled
from sim.analysis.contingency import complete, known_outcome
from sim.analysis.evidence import ERROR_RATE, holm, sure_interval
from sim.analysis.layout import Layout, lay_out
from sim.analysis.outcomes import ALL, BY_NAME, Outcome
from sim.analysis.stored import StoredResults
from sim.experiment.design import STYLE
from sim.experiment.store import Status
from sim.scenario import Scenario
from sim.scenario.words import quoted

# What happened, and what a hospital would go by. Reports stand beside harm, which is what they are taken for, and
# beside the errors of which they are reports; the survey beside what people do, which it cannot see.
PAIRS = (
    ("preventable_events", "incident_reports"),
    ("errors_reached", "incident_reports"),
    ("preventable_events", "chart_events"),
    ("reached_dose_slip", "dose_errors"),
    ("breaches", "recorded_breaches"),
    ("voice", "felt_safe"),
)
LOOKS_BETTER = {"incident_reports": "lower", "errors_reported": "lower"}  # as tables of hospitals are often read
RANGE = 0.995  # of resampled rank correlations
FEWEST_FOR_HALVES = 4  # replications, of which each half still has two
ALIKE, TURNED, OPEN = "alike", "turned over", "not told"


@dataclass(frozen=True)
class Audit:
    """Arms ranked twice, by what happened and by what was recorded.

    Attributes:
        layout: which arms are ranked, and across what.
        pairs: outcomes of the true ledger, each with one of the observed.
        groups: modes of care as a rule; the last is ``all``, unless there is one group only.
        agreement: a row for each pair and group: the rank correlation `tau` (Kendall's) with its interval from `low` to
            `high`; `halves`, the same with each ledger read off another half of the replications, and `noise`, that of
            the true ledger with itself; how many pairs of arms are `alike`, `turned` over or `open`; `picked`, the arm
            that looks best, and its `cost` in the true outcome with `cost_low` and `cost_high`; `replications`.
        ranking: a row for each pair, group and arm: its levels, and for `true` and `observed` each its mean with a 95%
            t interval and its rank with the ranks between which it surely is; `turned`, with how many others its order
            is turned over.
        order: a row for each pair, group and two arms: both paired differences, first arm less second, with 95% t
            intervals; `p` of the less sure one, `p_adjusted` for all of this pair and group (Holm); `verdict`.
        dropped: replications left out, the most of any pair.
        scenario: what every arm changes; None where this version cannot read it.
        progress: how far the experiment is; None for runs in memory.
    """

    layout: Layout
    pairs: tuple[tuple[str, str], ...]
    groups: tuple[object, ...]
    agreement: pd.DataFrame
    ranking: pd.DataFrame
    order: pd.DataFrame
    dropped: int
    scenario: Scenario | None = None
    progress: Status | None = None

    def part(self, table: pd.DataFrame, pair: tuple[str, str], group: object) -> pd.DataFrame:
        """The rows of a table that are of a pair of outcomes and a group."""
        return table[(table.true == pair[0]) & (table.observed == pair[1]) & (table[self.layout.group_name] == group)]


def audit(
    found: Arms,
    pairs: Sequence[tuple[str, str]] | None = None,
    ranked: Sequence[str] | None = None,
    by: str | None = None,
    where: Sequence[tuple[str, object]] = (),
) -> Audit:
    """Rank arms by what was recorded and by what happened.

    Args:
        found: the experiment, or runs in memory.
        pairs: names of an outcome of the true ledger and of one of the observed; if None, those of `PAIRS` that are
            stored.
        ranked: factors whose levels are ranked; if None, styles, where there are any, or else all that is chosen.
        by, where: as for `sim.analysis.layout.lay_out`.

    Raises:
        ComparisonError: there is no such factor, level or outcome, an outcome is not of its ledger or has no direction,
            or there is nothing to rank.
    """
    chosen = _pairs(found, pairs)
    layout = lay_out(found, ranked, by, where, usual=(STYLE,))
    agreement: list[dict[str, object]] = []
    ranking: list[dict[str, object]] = []
    order: list[dict[str, object]] = []
    groups: dict[object, None] = {}
    dropped = 0
    for pair in chosen:
        of = {name: layout.values(found, name) for name in pair}
        shared = [group for group in of[pair[0]] if group in of[pair[1]]]
        known = np.all([complete({g: grids[g] for g in shared}, BY_NAME[name]) for name, grids in of.items()], axis=0)
        if not known.any():
            raise ComparisonError(f"no replication has both {pair[0]} and {pair[1]} in every arm")
        dropped = max(dropped, int((~known).sum()))
        for group in shared:
            groups.setdefault(group)
            true, observed = (of[name][group][known].mean(axis=1) for name in pair)
            where_it_is: dict[str, object] = {"true": pair[0], "observed": pair[1], layout.group_name: group}
            rows = list(_orders(pair, true, observed))
            order += [where_it_is | row for row in rows]
            agreement.append(where_it_is | _agreement(pair, true, observed, rows))
            ranking += [where_it_is | row for row in _ranking(layout, pair, true, observed, rows)]
    return Audit(
        layout, chosen, tuple(sorted(groups, key=lambda group: group == ALL)), pd.DataFrame(agreement),
        pd.DataFrame(ranking), pd.DataFrame(order), dropped, found.scenario,
        found.store.status() if isinstance(found, StoredResults) else None,
    )  # fmt: skip


def looks_better(outcome: Outcome) -> str:
    """Which direction of an outcome looks better to who reads it, ``lower`` or ``higher``.

    Raises:
        ComparisonError: nobody can say.
    """
    direction = LOOKS_BETTER.get(outcome.name, outcome.better)
    if direction == "neither":
        raise ComparisonError(f"neither direction of {outcome.name} is better, so that nothing can be ranked by it")
    return direction


def rank_correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Kendall's tau-b of each row with the other's, [rows], of [rows, arms].

    Pairs ordered alike less pairs turned over, as a share of all pairs, ties left out. Not a number where all is tied.
    """
    first, second = np.triu_indices(one.shape[-1], 1)
    order = np.sign(one[..., first] - one[..., second])
    as_other = np.sign(other[..., first] - other[..., second])
    untied = np.sqrt((order * order).sum(axis=-1) * (as_other * as_other).sum(axis=-1))
    alike = (order * as_other).sum(axis=-1)
    return np.divide(alike, untied, out=np.full(np.shape(alike), np.nan), where=untied > 0)


def _pairs(found: Arms, asked: Sequence[tuple[str, str]] | None) -> tuple[tuple[str, str], ...]:
    kept = set(found.kept_outcomes)
    chosen = tuple(dict.fromkeys(asked)) if asked else tuple(pair for pair in PAIRS if kept.issuperset(pair))
    if not chosen:
        wanted = "; ".join(" with ".join(pair) for pair in PAIRS)
        raise ComparisonError(
            f"no pair of outcomes to compare is stored; keep.outcomes of the design may leave them out: {wanted}"
        )
    for pair in chosen:
        for name, ledger in zip(pair, ("true", "observed"), strict=True):
            outcome = known_outcome(name, found)
            looks_better(outcome)
            if outcome.ledger != ledger:
                raise ComparisonError(
                    f"{quoted(name)} is of the {outcome.ledger} ledger; a pair is TRUE=OBSERVED, such as "
                    f"{'='.join(PAIRS[0])}"
                )
    return chosen


def _signs(pair: tuple[str, str]) -> tuple[float, float]:
    """What makes losses of both outcomes: 1 where lower is better, −1 where higher is."""
    true, observed = (1.0 if looks_better(BY_NAME[name]) == "lower" else -1.0 for name in pair)
    return true, observed


def _orders(pair: tuple[str, str], true: np.ndarray, observed: np.ndarray) -> Iterator[dict[str, object]]:
    """A row for each two arms: both differences, and whether their order is the same in both ledgers."""
    signs = _signs(pair)
    first, second = np.triu_indices(true.shape[1], 1)
    p = np.maximum(p_of_pairs(true), p_of_pairs(observed))[first, second]
    adjusted = holm(p)
    for one, other, chance, together in zip(first, second, p, adjusted, strict=True):
        apart = [sure_interval(values[:, one] - values[:, other]) for values in (true, observed)]
        senses = [np.sign(sign * each[0]) for sign, each in zip(signs, apart, strict=True)]
        verdict = OPEN if not together < ERROR_RATE else ALIKE if senses[0] == senses[1] else TURNED
        yield {
            "one": int(one),
            "other": int(other),
            **_with_ends("true", apart[0]),
            **_with_ends("observed", apart[1]),
            "p": chance,
            "p_adjusted": together,
            "verdict": verdict,
        }


def _with_ends(ledger: str, apart: tuple[float, float, float, int]) -> dict[str, float]:
    return {f"{ledger}_difference": apart[0], f"{ledger}_low": apart[1], f"{ledger}_high": apart[2]}


def _agreement(
    pair: tuple[str, str], true: np.ndarray, observed: np.ndarray, rows: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    of_true, of_observed = (sign * values for sign, values in zip(_signs(pair), (true, observed), strict=True))
    tau = float(rank_correlation(of_true.mean(axis=0), of_observed.mean(axis=0)))
    low, high = range_of_tau(tau, of_true, of_observed)
    apart, noise = _by_halves(of_true, of_observed)
    verdicts = [row["verdict"] for row in rows]
    picked = int(of_observed.mean(axis=0).argmin())
    least, most = regret_within(of_true)
    return {
        "tau": tau,
        "low": low,
        "high": high,
        "halves": apart,
        "noise": noise,
        "alike": verdicts.count(ALIKE),
        "turned": verdicts.count(TURNED),
        "open": verdicts.count(OPEN),
        "picked": picked,
        "cost": float(np.clip(regret(of_true)[picked], least[picked], most[picked])),
        "cost_low": least[picked],
        "cost_high": most[picked],
        "replications": len(true),
    }


def range_of_tau(tau: float, true: np.ndarray, observed: np.ndarray) -> tuple[float, float]:
    """Between what the rank correlation without noise lies.

    Resampled means carry the noise of the runs twice, so that resampled correlations lie too near nought where arms lie
    close: a plain 95% range of them hardly ever held a true correlation of one, and one reflected about the estimate
    missed nought too often. Both ranges together, each of 99.5% of draws, held the true one in 92 to 100 of 100 made-up
    experiments of 4 to 20 replications, whatever it was.
    """
    if len(true) < 2 or np.isnan(tau):
        return np.nan, np.nan
    drawn = rank_correlation(resampled(true), resampled(observed))
    low, high = np.nanquantile(drawn, ((1 - RANGE) / 2, (1 + RANGE) / 2))
    return max(-1.0, min(low, 2 * tau - high)), min(1.0, max(high, 2 * tau - low))


def _by_halves(true: np.ndarray, observed: np.ndarray) -> tuple[float, float]:
    """Rank correlation of one half's true ledger with the other half's observed one, and with its true one.

    In one run both ledgers share its luck: more errors are also more reports. Across halves they share none, so that
    arms which do not differ have a correlation of nought; and the second says what noise alone leaves of a perfect one.
    """
    if len(true) < FEWEST_FOR_HALVES:
        return np.nan, np.nan
    ways = halves(len(true))
    one = ways @ true / ways.sum(axis=1, keepdims=True)
    rest = (1 - ways) / (1 - ways).sum(axis=1, keepdims=True)
    found = [rank_correlation(one, rest @ values) for values in (observed, true)]
    apart, noise = (float(np.nanmean(each)) if not np.isnan(each).all() else np.nan for each in found)
    return apart, noise


def _ranking(
    layout: Layout,
    pair: tuple[str, str],
    true: np.ndarray,
    observed: np.ndarray,
    rows: Sequence[Mapping[str, object]],
) -> Iterator[dict[str, object]]:
    """A row for each arm: its mean and rank in each ledger."""
    turned = Counter(arm for pair in rows if pair["verdict"] == TURNED for arm in (pair["one"], pair["other"]))
    ledgers = list(zip(("true", "observed"), pair, _signs(pair), (true, observed), strict=True))
    of_ledger = {ledger: ranks(sign * values) for ledger, _, sign, values in ledgers}
    for choice, levels in enumerate(layout.choices.to_dict("records")):
        row: dict[str, object] = {**levels, "choice": choice}
        for ledger, name, _, values in ledgers:
            mean, low, high, _ = sure_interval(values[:, choice], least=0.0, most=BY_NAME[name].most)
            place, first, last = (each[choice] for each in of_ledger[ledger])
            row |= {f"{ledger}_mean": mean, f"{ledger}_low": low, f"{ledger}_high": high}
            row |= {f"{ledger}_rank": int(place), f"{ledger}_rank_low": int(first), f"{ledger}_rank_high": int(last)}
        yield {**row, "turned": turned[choice]}
