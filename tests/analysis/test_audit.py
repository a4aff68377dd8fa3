"""The audit: orders that are known to be turned over are found, and none is where there is none."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from sim.analysis.arms import ComparisonError
from sim.analysis.audit import PAIRS, audit, looks_better, range_of_tau, rank_correlation
from sim.analysis.outcomes import ALL, BY_NAME
from tests.answers import Known, design

# A coaching lead's wards do least harm and report most; a ward that nobody leads does most and reports in between.
TRUE = {"coaching": 10.0, "directive": 12.0, "laissez_faire": 14.0}
REPORTS = {"coaching": 9.0, "directive": 3.0, "laissez_faire": 6.0}


def means(levels, outcome, mode):
    of = {"preventable_events": TRUE, "incident_reports": REPORTS}
    if outcome in of:
        return of[outcome][levels["style"]]
    return -TRUE[levels["style"]]  # both voice and the survey: higher is better


@pytest.fixture(scope="module")
def known():
    return audit(Known(design(), means))


def pair_of(found, group=ALL):
    pair = ("preventable_events", "incident_reports")
    agreement = found.part(found.agreement, pair, group).iloc[0]
    return agreement, found.part(found.ranking, pair, group), found.part(found.order, pair, group)


def test_the_pairs_turned_over_are_those_that_were_put_in(known):
    agreement, ranking, order = pair_of(known)
    styles = known.layout.choices["style"]
    turned = {
        frozenset((styles[row.one], styles[row.other])) for row in order[order.verdict == "turned over"].itertuples()
    }
    assert turned == {frozenset(("coaching", "directive")), frozenset(("coaching", "laissez_faire"))}
    assert (agreement.turned, agreement.alike, agreement.open) == (2, 1, 0)
    assert agreement.tau == pytest.approx(-1 / 3)
    assert agreement.low == agreement.high == pytest.approx(-1 / 3)
    assert agreement.noise == 1
    ranks = ranking.set_index("style")
    assert ranks.true_rank.to_dict() == {"coaching": 1, "directive": 2, "laissez_faire": 3}
    assert ranks.observed_rank.to_dict() == {"coaching": 3, "directive": 1, "laissez_faire": 2}
    assert ranks.turned.to_dict() == {"coaching": 2, "directive": 1, "laissez_faire": 1}


def test_who_goes_by_reports_pays_what_was_put_in(known):
    agreement, _, _ = pair_of(known)
    assert known.layout.choices["style"][agreement.picked] == "directive"
    assert agreement.cost == pytest.approx(2, abs=0.1)
    assert agreement.cost_low < 2 < agreement.cost_high


def test_a_survey_that_ranks_as_voice_does_is_alike_though_higher_is_better_in_both(known):
    row = known.part(known.agreement, ("voice", "felt_safe"), ALL).iloc[0]
    assert (row.tau, row.alike, row.turned) == (1, 3, 0)


def test_groups_are_modes_of_care_and_all(known):
    assert known.groups == ("repetitive", "unconstrained", ALL)
    assert pair_of(known, "repetitive")[0].turned == 2


def test_where_nothing_differs_no_order_is_turned_over_or_alike_whatever_luck_both_ledgers_share():
    of = design(with_modes=False)
    found = [
        audit(
            Known(of, lambda *_: 20.0, replications=8, spread=2.0, seed=seed),
            pairs=[("preventable_events", "incident_reports")],
        ).agreement
        for seed in range(20)
    ]
    told = sum(int((table.turned + table.alike).sum()) for table in found)
    assert told <= 1
    assert all((table.low < 0).all() and (table.high > 0).all() for table in found)


def test_luck_that_both_ledgers_share_makes_ranks_alike_in_the_same_runs_and_not_across_halves():
    taus, halves = [], []
    of = design(with_modes=False, styles=["directive", "coaching", "visionary", "affiliative"])
    for seed in range(25):
        made = Known(of, means)
        luck = np.random.default_rng(seed).normal(size=(8, len(made.arms)))
        made.values = _with_luck(made, luck, seed)
        row = audit(made, pairs=[("preventable_events", "incident_reports")]).agreement.iloc[-1]
        taus.append(row.tau)
        halves.append(row.halves)
    assert np.mean(taus) > 0.3
    assert abs(np.mean(halves)) < 0.2


def _with_luck(made, luck, seed):
    def values(outcome, ward=ALL, mode=ALL):
        own = np.random.default_rng([seed, *outcome.encode()]).normal(size=luck.shape)
        return pd.DataFrame(luck + 0.7 * own, columns=list(made.arms["arm"]))

    return values


def test_a_true_correlation_of_one_is_held_though_arms_lie_close():
    """A plain range of resampled correlations would hold it hardly ever."""
    held, of = 0, design(with_modes=False)
    for seed in range(20):

        def close(levels, outcome, mode):
            sign = -1.0 if outcome in ("voice", "felt_safe") else 1.0
            return 50 + sign * list(TRUE).index(levels["style"]) + 2 * sign * levels["dials.devolution"]

        made = Known(of, close, replications=8, spread=1.0, seed=seed)
        found = audit(made, [("voice", "felt_safe")], ranked=["style", "devolution"]).agreement.iloc[-1]
        held += found.high == 1
        assert found.low > -0.5
    assert held >= 18


@pytest.mark.parametrize(("replications", "spread", "widest"), [(4, 1.0, 1.6), (20, 0.3, 0.7)])
def test_intervals_of_the_rank_correlation_hold_it_as_often_as_the_page_says_and_are_no_wider_than_they_must(
    replications, spread, widest
):
    held, widths = 0, []
    for seed in range(100):
        chance = np.random.default_rng(seed)
        means = chance.normal(size=6)
        other = means * np.cos(chance.uniform(0, np.pi)) + 0.5 * chance.normal(size=6)
        true, observed = (of + spread * chance.normal(size=(replications, 6)) for of in (means, other))
        low, high = range_of_tau(float(rank_correlation(true.mean(axis=0), observed.mean(axis=0))), true, observed)
        held += low - 1e-9 <= rank_correlation(means, other) <= high + 1e-9
        widths.append(high - low)
    assert held >= 92
    assert np.mean(widths) < widest


def test_few_runs_without_an_event_have_no_interval_of_no_width():
    of = design(with_modes=False)
    never = audit(Known(of, lambda *_: 0.0, replications=4, spread=0.0, shared=0.0)).ranking
    assert never[["true_low", "true_high", "observed_low", "observed_high"]].isna().all(axis=None)


def test_rank_correlation_is_kendalls():
    chance = np.random.default_rng(1)
    one, other = chance.integers(0, 5, 9).astype(float), chance.integers(0, 5, 9).astype(float)
    assert rank_correlation(one, other) == pytest.approx(kendalltau(one, other).statistic)
    assert np.isnan(rank_correlation(np.ones(4), other[:4]))


def test_pairs_are_of_the_true_and_of_the_observed_ledger_and_have_a_direction():
    for true, observed in PAIRS:
        assert (BY_NAME[true].ledger, BY_NAME[observed].ledger) == ("true", "observed")
        assert {looks_better(BY_NAME[true]), looks_better(BY_NAME[observed])} <= {"lower", "higher"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"pairs": [("incident_reports", "incident_reports")]}, '"incident_reports" is of the observed ledger; a pair'),
        ({"pairs": [("voice", "felt_save")]}, 'did you mean "felt_safe"'),
        ({"ranked": ["stile"]}, 'did you mean "style"'),
        ({"ranked": ["style"], "where": [("style", "coaching")]}, "one choice of style only"),
    ],
)
def test_what_cannot_be_audited_is_refused_in_words(asked, words):
    with pytest.raises(ComparisonError, match=words):
        audit(Known(design(), means), **asked)


def test_an_experiment_that_keeps_no_pair_says_what_to_keep():
    with pytest.raises(
        ComparisonError, match=r"keep.outcomes of the design .* preventable_events with incident_reports"
    ):
        audit(Known(design(), means, outcomes=("mortality",)))
