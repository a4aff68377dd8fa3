import numpy as np
import pytest

from sim.experiment import draws
from sim.experiment.design_files import DesignError, design_from, with_draws
from sim.experiment.draws import Draws, from_columns
from sim.experiment.replications import carry_out, plan
from sim.experiment.work import Work
from sim.scenario import with_changes
from sim.state.parameters import PARAMETERS
from tests.experiment.sweeps import made_up
from tests.limits.bench import small

DOSES, IDEAS = "errors.rate.dose_slip", "voice.has_idea"


@pytest.fixture
def three():
    return from_columns({DOSES: [0.01, 0.02, 0.03], IDEAS: [0.001, 0.002, 0.004]})


def test_each_replication_has_its_draw_and_after_the_last_the_first_comes_again(three):
    assert three.of(1) == {DOSES: 0.02, IDEAS: 0.002}
    assert three.of(5) == three.of(2)
    assert three.settle(small(), 4).changed_parameters() == pytest.approx(
        {**small().changed_parameters(), **three.of(1)}
    )


def test_what_a_scenario_or_an_arm_sets_stays(three):
    chosen = with_changes(small(), {DOSES: 0.5})
    assert three.settle(chosen, 0).values()[DOSES] == 0.5
    own = {IDEAS: PARAMETERS[IDEAS].default}
    assert three.settle(small(), 0, own).values()[IDEAS] == PARAMETERS[IDEAS].default
    assert three.settle(small(), 0, own).values()[DOSES] == 0.01


def test_draws_with_other_values_are_others(three):
    other = Draws(three.names, three.values * [1.0, 1.0001])
    again = from_columns(three.columns())
    assert three.digest() == again.digest() != other.digest()
    assert three == again != other
    assert hash(three) == hash(again)
    assert len({three, again, other}) == 2


def test_arms_of_a_sweep_have_the_same_draw_in_the_same_replication(three):
    content = {
        "title": "two arms",
        "method": "list",
        "arms": {"usual": {}, "busy": {"set": {"work.hurry_at": 2}}, "own": {"set": {DOSES: 0.2}}},
        "run": {"days": 1, "warm_up_days": 0, "replications": 4},
    }
    design = with_draws(design_from(content, small()), three)
    again = design_from({key: value for key, value in design.form.items() if key != "scenario"}, small())
    assert again.digest() == design.digest() != design_from(content, small()).digest()
    for replication in range(4):
        usual, busy, own = (design.scenario_of_run(design.arm(arm), replication).values() for arm in range(3))
        assert usual[DOSES] == busy[DOSES] == three.of(replication)[DOSES]
        assert own[DOSES] == 0.2
        assert own[IDEAS] == usual[IDEAS] == three.of(replication)[IDEAS]


def test_a_sweep_resolves_each_run_with_its_draw(three):
    seen = []

    def simulate(scenario, seed, **options):
        seen.append((seed, scenario.values()[DOSES]))
        return made_up(scenario, seed, **options)

    content = {
        "title": "one arm",
        "method": "list",
        "arms": {"usual": {}},
        "run": {"days": 1, "warm_up_days": 0, "replications": 4, "seed": 10},
    }
    work = Work(with_draws(design_from(content, small()), three), simulate, measures=_Nothing())
    rows = [work.run(position).row for position in range(4)]
    assert seen == [(10, 0.01), (11, 0.02), (12, 0.03), (13, 0.01)]
    assert rows[0]["scenario"] == rows[3]["scenario"] != rows[1]["scenario"]


def test_runs_differ_by_their_draws_and_by_nothing_else(three):
    scenario = small()
    planned = plan(scenario, years=0.02, seed=5, reps=2, threads=1, draws=three)
    drawn = carry_out(planned, scenario)
    by_hand = [
        carry_out(plan(scenario, years=0.02, seed=5 + k, reps=1, threads=1), with_changes(scenario, three.of(k)))[0]
        for k in range(2)
    ]
    assert [record.digest() for record in drawn] == [record.digest() for record in by_hand]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"errors.rate.dose_slipp": [0.1]}, "draws.errors.rate.dose_slipp is no parameter; did you mean"),
        ({DOSES: [0.1, 7.0]}, "draws.errors.rate.dose_slip holds 7; it should hold numbers from 0 to 1"),
        ({DOSES: [0.1, 0.2], IDEAS: [0.1]}, "draws have 1 and 2 values; each parameter has as many"),
        ({DOSES: "many"}, "draws.errors.rate.dose_slip is 'many'; it should be a list of 1 to 100,000 numbers"),
    ],
)
def test_draws_that_cannot_be_are_refused(columns, words):
    with pytest.raises(DesignError) as refusal:
        design_from({"title": "x", "method": "list", "arms": {"usual": {}}, "draws": columns}, small())
    assert words in str(refusal.value).replace('"', "'")


def test_a_design_has_draws_of_its_own_or_those_that_ship():
    content = {"title": "x", "method": "list", "arms": {"usual": {}}, "draws": {DOSES: [0.1]}, "posterior": True}
    with pytest.raises(DesignError, match="draws is given, and posterior is true; give one of them"):
        design_from(content, small())


def test_the_posterior_that_ships_is_possible_and_survives_being_written(tmp_path):
    shipped = draws.posterior()
    assert list(draws.faults(shipped.columns())) == []
    assert len(shipped) >= 200
    draws.write(shipped, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == draws.POSTERIOR.read_bytes()
    assert not np.isnan(shipped.values).any()


class _Nothing:
    def take(self, record):
        return None

    def tables(self, rows, taken):
        return {}
