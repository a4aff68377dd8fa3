import pytest

from sim.analysis.ablation import DEFAULT_OUTCOMES, Ablation
from sim.analysis.outcomes import BY_NAME
from tests.synthetic import ablation, results, unlike


def test_the_usual_outcomes_exist():
    assert set(DEFAULT_OUTCOMES) <= set(BY_NAME)


def test_the_table_has_a_row_for_each_mechanism_and_outcome():
    found = ablation()
    assert list(zip(found.table.mechanism, found.table.outcome, strict=True)) == [
        (mechanism, outcome) for mechanism in found.without for outcome in found.outcomes
    ]
    columns = "mechanism outcome title unit ledger full without difference low high relative replications"
    assert " ".join(found.table.columns) == columns
    assert (found.table.full - found.table.without).tolist() == pytest.approx(found.table.difference.tolist())


def test_what_carries_most_of_the_first_outcome_comes_first():
    found = ablation(("boarding", "voice", "status"), ("wait", "mortality"))
    sizes = found.ranked_rows("wait").difference.abs()
    assert sizes.index[-1] == "status"
    assert sizes.is_monotonic_decreasing
    assert found.ranked_rows("mortality").index.tolist() == list(found.ranked)


def test_the_digest_depends_on_every_result_and_its_name():
    full = results(2)
    digests = {
        Ablation(full, without).digest()
        for without in ({"voice": full}, {"status": full}, {"voice": unlike(full)}, {"voice": full, "status": full})
    }
    assert len(digests) == 4
    assert Ablation(full, {"voice": full}).digest() in digests
