"""What the model shows beside a table, and fitting arrivals, against a model whose answer is known."""

import numpy as np
import pytest

import sim
from sim.adoption import WardRow, WardTable, checking, read_table, template
from sim.adoption.checking import FAR_IN_OCCUPANCY, advice, beside, fit, scenario_of
from sim.adoption.writing import derived_arrivals, scenario_text
from sim.analysis.results import Results
from sim.scenario import from_text
from sim.state.vocabulary import TICKS_PER_DAY
from tests.synthetic import empty_record

DAYS = 1_000
RETURNS = 0.15
POSTS = {"staff nurse": 16, "senior nurse": 4, "junior doctor": 6, "consultant": 3, "pharmacist": 1}


def row(number: int, beds: int, occupancy: float, stay: float, division: str = "") -> WardRow:
    return WardRow(number, f"Ward {number}", division, beds, occupancy, stay, POSTS, (0.5, 0.3, 0.2))


def table(*rows: WardRow) -> WardTable:
    return WardTable("wards.csv", rows)


def hospital(wards: WardTable, stays: tuple[float, ...], fullest: float = 0.97):
    """Wards on which patients stay for known days, as a function that runs them: what is left of Little's law."""
    runs = []

    def run(arrivals, number=0):
        scenario = scenario_of(wards, "Known", arrivals)
        record = empty_record(wards=len(stays), days=DAYS)
        true, observed = record.true, record.observed
        for place, (ward, stay) in enumerate(zip(scenario.wards.values(), stays, strict=True)):
            came = ward.arrivals_per_day * DAYS * (1 + RETURNS)
            full = min(came * stay / DAYS, fullest * ward.beds)
            true.arrivals[place, 0], true.returns[place, 0] = came, ward.arrivals_per_day * DAYS * RETURNS
            true.admissions[place, 0] = full * DAYS / stay
            true.diverted[place, 0] = came - full * DAYS / stay
            true.overnight_stays[place, 0] = 1_000
            true.overnight_stay[place, 0] = 1_000 * stay * TICKS_PER_DAY
            observed.midnight_beds[place, 0], observed.midnight_patients[place, 0] = ward.beds * DAYS, full * DAYS
        runs.append(arrivals)
        return Results(scenario, (record,))

    return run, runs


def test_what_a_run_gave_stands_beside_its_row():
    wards = table(row(2, 26, 0.9, 6.9), row(5, 20, 0.5, 6.0))
    run, _ = hospital(wards, (6.9, 9.0))
    first, second = beside(wards, run({}))
    assert (first.row.row, second.row.row) == (2, 5)
    assert first.arrivals == derived_arrivals(wards.rows[0])
    assert first.occupancy[0] == pytest.approx(0.9 * 7 / 8 * 1.15, abs=1e-3)
    assert first.stay[0] == pytest.approx(6.9, abs=0.01)
    assert first.returns == pytest.approx(RETURNS, abs=1e-3)
    assert not first.is_off_in_occupancy
    assert not first.is_off_in_stay
    assert second.stay[0] == pytest.approx(9.0, abs=0.01)
    assert second.is_off_in_occupancy
    assert second.is_off_in_stay


def test_the_model_fills_the_wards_of_the_template_as_it_says(tmp_path):
    (tmp_path / "wards.csv").write_bytes(template())
    wards = read_table(tmp_path / "wards.csv")
    for seen in beside(wards, sim.run(scenario_of(wards, "Template", {}), reps=4)):
        assert seen.occupancy[0] == pytest.approx(seen.row.occupancy, abs=0.05)
        assert seen.stay[0] == pytest.approx(seen.row.stay, rel=0.1)
        assert seen.returns == pytest.approx(1 / 7, abs=0.04)  # one in eight of all who come


def test_arrivals_are_fitted_to_the_occupancy_that_the_table_says():
    wards = table(row(2, 26, 0.9, 4.0), row(3, 30, 0.85, 12.0), row(4, 20, 0.6, 7.0))
    stays = (7.0, 7.0, 7.0)
    run, runs = hospital(wards, stays)
    found = fit(wards, run)
    for each, stay in zip(found, stays, strict=True):
        assert each.occupancy[0] == pytest.approx(each.row.occupancy, abs=checking.CLOSE)
        answer = each.row.beds * each.row.occupancy / stay / (1 + RETURNS)
        assert each.arrivals == pytest.approx(answer, rel=0.02)
    assert len(runs) == 2
    assert {name for arrivals in runs for name in arrivals} == {2, 3, 4}


def test_an_occupancy_that_cannot_be_had_is_told_and_ends():
    wards = table(row(2, 26, 1.0, 7.0))
    run, runs = hospital(wards, (7.0,), fullest=0.94)
    found = fit(wards, run)
    assert len(runs) == checking.MOST_ROUNDS
    assert found[0].is_off_in_occupancy
    (sentence,) = advice(found, True)
    assert sentence.startswith(
        "Ward 2: 94% of beds are full in the model and 100% in the table; fitting came no nearer"
    )
    assert "find no place" in sentence


def test_the_advice_follows_what_is_off():
    (sentence,) = said((6.9, 0.9, 6.9), is_fitted=False)
    assert sentence.startswith("The model shows what the table says")
    stays, beds, how, everywhere = said((4.0, 0.9, 7.0), is_fitted=False)
    assert "patients stay 7.0 days in the model and 4 in the table" in stays
    assert "no mix of modes comes to 4" in stays
    assert "About 2.9 new patients a day in place of 5.1 would fill them so" in beds
    assert "--fit" in how
    assert "flow.recovery_level" in everywhere


def said(ward: tuple[float, float, float], is_fitted: bool) -> list[str]:
    stay, occupancy, in_model = ward
    wards = table(row(2, 26, occupancy, stay))
    run, _ = hospital(wards, (in_model,))
    return list(advice(beside(wards, run({})), is_fitted))


def test_a_ward_that_fills_with_others_patients_is_told_of_divisions():
    wards = table(row(2, 26, 0.9, 7.0), row(3, 26, 0.5, 7.0))
    run, _ = hospital(wards, (7.0, 14.0))
    seen = beside(wards, run({}))
    assert seen[1].occupancy[0] - 0.5 > FAR_IN_OCCUPANCY
    assert any("take patients of fuller wards" in sentence for sentence in advice(seen, True))


def test_the_file_says_what_the_scenario_that_was_run_had():
    wards = table(row(2, 26, 0.9, 4.0))
    run, _ = hospital(wards, (7.0,))
    found = fit(wards, run)
    written = scenario_text(wards, "Known", found, True)
    scenario = from_text(written)
    assert scenario == scenario_of(wards, "Known", {2: found[0].arrivals})
    assert "# In the model 90.0% of beds are full and patients stay 7.0 days.\n" in written
    assert "fitted to the occupancy; the table asks for 5.119" in written
    assert np.isclose(next(iter(scenario.wards.values())).arrivals_per_day, found[0].arrivals)
