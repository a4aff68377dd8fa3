"""Keyed chance: the published generator, uniform and independent draws, and a table that holds each decision."""

import ast
from collections import Counter
from functools import cache
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from scipy import stats

from sim.engine.overrides import plain, rebuild
from sim.state import chance as chance_module
from sim.state.behaviours import BEHAVIOURS
from sim.state.chance import DECISIONS, Chance, luck, named, philox, word
from sim.state.parameters import PARAMETERS
from tests.engine.hospitals import ROOT, Trial, eventful, group, hospitals, shift

# Random123 1.14, kat_vectors, "philox4x32 10": counter, key, result.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
DRAWS = 131_072

# What may vary from one draw to the next while all else stays: seed, tick, block, identity, index.
START = (20_260_722, 96, 13, 65_536, 0)
STEPS = {
    "seed": (1, 0, 0, 0, 0),
    "high half of the seed": (2**32, 0, 0, 0, 0),
    "tick": (0, 1, 0, 0, 0),
    "block": (0, 0, 1, 0, 0),
    "identity": (0, 0, 0, 1, 0),
    "person": (0, 0, 0, 65_536, 0),
    "high half of the identity": (0, 0, 0, 2**32, 0),
    "index": (0, 0, 0, 0, 1),
}


@njit
def along(start, step, number, out):
    for i in range(number):
        seed = start[0] + i * step[0]
        tick = start[1] + i * step[1]
        block = start[2] + i * step[2]
        out[i] = luck(Chance(seed, tick), block, start[3] + i * step[3], start[4] + i * step[4])


def draws(way: str) -> np.ndarray:
    """Four lanes of draws along one way; as many as keep each word within its range."""
    number = 65_536 if way in ("block", "index") else DRAWS
    start = (START[0], START[1], 0 if way == "block" else START[2], *START[3:])
    out = np.empty((number, 4))
    along(start, STEPS[way], number, out)
    return out


def words(text: str) -> list:
    return [word(int(part, 16)) for part in text.split()]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(counter, key, result):
    assert list(philox(*words(counter), *words(key))) == words(result)


def test_a_draw_is_a_published_word_with_its_key_in_its_place():
    seed, tick, block, index = 0x299F31D0A4093822, 0x13198A2E, 0x0370, 0x7344
    drawn = luck(Chance(seed, tick), block, 0x05A308D3243F6A88, index)
    counter = words("243f6a88 05a308d3 13198a2e 03707344")
    assert [draw * 2**32 for draw in drawn] == list(philox(*counter, *words("a4093822 299f31d0")))


@pytest.mark.parametrize("way", STEPS)
def test_draws_are_uniform(way):
    for lane in draws(way).T:
        assert lane.min() >= 0.0
        assert lane.max() < 1.0
        assert stats.chisquare(np.bincount((lane * 256).astype(int), minlength=256)).pvalue > 1e-4
        assert stats.kstest(lane, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("way", STEPS)
def test_neighbours_and_lanes_are_independent(way):
    found = draws(way)
    pairs = [(found[:-1, a], found[1:, b]) for a in range(4) for b in range(4)]
    pairs += [(found[:, a], found[:, b]) for a in range(4) for b in range(a)]
    for one, other in pairs:
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(len(one))
        cells = (one * 16).astype(int) * 16 + (other * 16).astype(int)
        assert stats.chisquare(np.bincount(cells, minlength=256)).pvalue > 1e-5


def test_no_two_keys_share_their_luck():
    seeds, ticks, identities = (0, 1, 2**32, 2**62 - 1), (0, 1, 96, 2**22), (1, 2, 65_536, 2**32, 2**56, 2**62 - 1)
    keys = [
        (Chance(seed, tick), block, identity, index)
        for seed in seeds
        for tick in ticks
        for identity in identities
        for block in (1, 2, 26)
        for index in (0, 1, 32_768, 65_535)
    ]
    assert len({luck(*key) for key in keys}) == len(keys)


def test_each_decision_has_a_place_of_its_own():
    places = [(decision.block, decision.lane) for decision in DECISIONS.values()]
    assert len(set(places)) == len(places) == len(DECISIONS)
    assert {lane for _, lane in places} <= {0, 1, 2, 3}
    assert all(decision.identity in ("person", "patient", "ward") for decision in DECISIONS.values())


@pytest.mark.parametrize(
    ("block", "decisions"),
    [
        (1, {"something_new": ""}),
        (9_999, {"how_many_arrive": ""}),
        (9_999, dict.fromkeys("abcde", "")),
    ],
)
def test_a_place_or_a_name_that_is_taken_is_refused(block, decisions, monkeypatch):
    monkeypatch.setattr(chance_module, "DECISIONS", dict(DECISIONS))
    with pytest.raises(ValueError):
        named(block, "ward", **decisions)


class Source:
    """The syntax of every module that may draw: which lane is read from which block, also through calls."""

    def __init__(self) -> None:
        paths = [path for part in ("agents", "ward", "leadership", "engine") for path in modules(part)]
        trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
        every = [node for tree in trees for node in ast.walk(tree)]
        self.functions = {node.name: node for node in every if isinstance(node, ast.FunctionDef)}
        self.blocks, self.lanes = declared()

    def reads(self) -> list[tuple[str, str, str]]:
        """(function, block, lane) of each draw that is read."""
        return [
            (name, block, node.slice.id)
            for name, function in self.functions.items()
            for node in ast.walk(function)
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id in self.lanes
            for block in self.origins(name, node.value)
        ]

    def origins(self, name: str, value: ast.expr) -> set[str]:
        """Names of the blocks that `value` was drawn from, in the function called `name`."""
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "luck":
            return {ast.unparse(value.args[1])}
        assert isinstance(value, ast.Name), f"{name}: a lane is read from {ast.unparse(value)}"
        function = self.functions[name]
        assigned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and any(ast.unparse(target) == value.id for target in node.targets)
        ]
        if assigned:
            return set().union(*(self.origins(name, source) for source in assigned))
        position = [argument.arg for argument in function.args.args].index(value.id)
        return set().union(*(self.origins(caller, call.args[position]) for caller, call in self.calls(name)))

    def calls(self, name: str) -> list[tuple[str, ast.Call]]:
        return [
            (caller, node)
            for caller, function in self.functions.items()
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        ]

    def drawn(self) -> set[str]:
        """Names of the blocks with which `luck` is called."""
        return {ast.unparse(call.args[1]) for _, call in self.calls("luck")}


def modules(part: str) -> list[Path]:
    return sorted((ROOT / "sim" / part).rglob("*.py"))


def declared() -> tuple[dict[str, int], dict[str, str]]:
    """The table as `sim.state.chance` writes it: block constant → number, lane constant → block constant."""
    blocks: dict[str, int] = {}
    lanes: dict[str, str] = {}
    for node in ast.parse(Path(chance_module.__file__).read_text(encoding="utf-8")).body:
        if not (isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("named(")):
            continue
        block, *own = (constant.id for constant in node.targets[0].elts)
        assert block not in blocks
        assert not set(own) & set(lanes), "two lanes share a name"
        blocks[block] = node.value.args[0].value
        lanes |= dict.fromkeys(own, block)
    return blocks, lanes


@cache
def source() -> Source:
    return Source()


def test_the_source_draws_from_blocks_of_the_table_alone():
    assert source().drawn() == set(source().blocks)
    assert set(source().blocks.values()) == {decision.block for decision in DECISIONS.values()}


def test_each_lane_is_read_from_its_own_block_and_none_lies_idle():
    reads = source().reads()
    assert [(name, block, lane) for name, block, lane in reads if source().lanes[lane] != block] == []
    assert {lane for _, _, lane in reads} == set(source().lanes)


class Watched(tuple):
    """Four draws that note which of them are read, each once."""

    def __new__(cls, four, key, read):
        watched = super().__new__(cls, four)
        watched.key, watched.read, watched.own = key, read, set()
        return watched

    def __getitem__(self, lane):
        if lane not in self.own:
            self.own.add(lane)
            self.read[*self.key, lane] += 1
        return super().__getitem__(lane)


# Decisions that look at the same draw again on purpose.
LOOKED_AT_AGAIN = {
    "is_elsewhere": "whoever is away can neither lead nor work in that quarter of an hour",
    "contribution": "a landscape is the patient's own and stays as it is",
    "cases_mislead": "what a doctor expects of a case is her own and stays as it is",
    "how_far": "a colleague is compared with one after another",
    "which_condition": "a patient's group of conditions says which mode of care is needed, and is kept",
    **dict.fromkeys(
        ("case_first", "case_second", "case_third", "case_fourth"), "a latent case is the same to all who estimate it"
    ),
}


def busy() -> Trial:
    """Everything goes wrong, in a hurry, with many orders: as many draws for each person and tick as there can be."""
    rates = {name: 1.0 for name in PARAMETERS if name.startswith("errors.rate.")}
    hurry = {"work.hurry_at": 1.0, "work.orders_written": 6.0, "work.interval.review": 1.0}
    last = {"work.frees_bed.letter": 0.0, "work.urgency.letter": 0.0, "work.counts_for_target.letter": 0.0}
    junior = group("junior doctor", 2, shift("08:00", 12, 1, 1), shift("20:00", 12, 1, 1))
    well = {"harm": False, "misfortune": False, "deterioration": False, "outside_care": False}
    here = eventful(beds=(8,), staffing={"junior_doctors": junior}, changes=rates | hurry | last, switches=well)
    return Trial(here, 1, 3)


def takes_draws(behaviour) -> bool:
    return not {"draws", "values"}.isdisjoint(signature(plain(behaviour)).parameters)


def talkative() -> Trial:
    """Much goes wrong, somebody always says so among many who may overhear, and every event is reported."""
    crowd = {
        "nurses": group("staff nurse", 9, shift("00:00", 24, 9, 9)),
        "junior_doctors": group("junior doctor", 1, shift("00:00", 24, 1, 1)),
    }
    voice = {"dials.psychological_safety": 1, "voice.fear": 0, "voice.status_weighs": 0, "voice.busy_weighs": 0}
    voice |= {"voice.acted_on_at_start": 1, "voice.report_takes": 0, "voice.stake_in_report": 1}
    errors = {f"errors.rate.{kind}": 1 for kind in ("dose_slip", "care_slip", "discharge_slip")}
    errors |= {f"errors.own_check.{kind}": 0 for kind in ("dose_slip", "care_slip", "discharge_slip")}
    near = {"errors.somebody_near": 1, "errors.colleague_notices": 0.7, "errors.recognises_harmless": 1}
    often = {"work.interval.dose": 0.5, "work.interval.care": 1, "physiology.worsens": 0.5}
    here = eventful(beds=(18,), staffing=crowd, arrivals_per_day=30.0, changes=voice | errors | near | often)
    return Trial(here, 1, 1)


BUSY = {"busy": busy, "talkative": talkative}
WATCHED = ["three wards, one division", "all planned", "everybody ill, all covered", "views of a full team"]


@pytest.mark.parametrize("name", [*BUSY, *WATCHED])
def test_one_draw_decides_one_thing(name):
    trial = BUSY[name]() if name in BUSY else hospitals()[name]._replace(days=1)
    read: Counter = Counter()

    def watched_luck(chance, block, identity, index):
        return Watched(luck(chance, block, identity, index), (chance.tick, block, int(identity), int(index)), read)

    # Behaviours to which draws are handed over must be in plain Python too.
    handed = {name: plain(known) for name, known in BEHAVIOURS.items() if takes_draws(known)}
    simulate = rebuild({"luck": watched_luck} | handed, jit=False).called["simulate"]
    simulate(trial.build(), trial.seed, 0, trial.ticks)
    names = {(decision.block, decision.lane): name for name, decision in DECISIONS.items()}
    again = {names[block, lane] for (_, block, _, _, lane), times in read.items() if times > 1}
    assert again <= set(LOOKED_AT_AGAIN)
