"""Live runs: what `sim.run` gives, a first answer for everybody in turn, which grows while somebody waits for it."""

import asyncio
import threading

import numpy as np
import pytest

import sim
from sim.analysis.outcomes import BY_NAME
from sim.workshop.server import answers as module
from sim.workshop.server.answers import Answers
from sim.workshop.server.room import Refusal
from sim.workshop.server.runs import Runs, Stopped
from sim.workshop.settings import Setting, scenario_of

KEY = Setting("coaching", "constrained", devolution="high").key
OUTCOMES = ("patients_harmed", "incident_reports")


def of_run(record):
    return {name: float(BY_NAME[name].measure(record)[0][-1, -1]) for name in OUTCOMES}


def test_live_runs_are_what_runs_of_the_same_setting_and_seeds_give():
    runs = Runs(scenario_of, of_run, years=0.05, seed=7, threads=2, replications=3)
    first, second = runs.more(KEY, 0), runs.more(KEY, 2)
    assert [len(each["incident_reports"]) for each in (first, second)] == [2, 1]
    found = sim.run(scenario_of(KEY), years=0.05, seed=7, reps=3)
    assert {name: first[name] + second[name] for name in OUTCOMES} == {
        name: found.values(name).tolist() for name in OUTCOMES
    }
    assert np.ptp(found.values("incident_reports")) > 0


def test_a_run_stops_when_the_server_does():
    runs = Runs(scenario_of, of_run, years=0.05, seed=1, threads=1, replications=4)
    runs.stop()
    with pytest.raises(Stopped):
        runs.more(KEY, 0)


class Desk:
    """Works out answers of six replications, two at a time and only when it is let, and remembers in which order."""

    replications = 6

    def __init__(self):
        self.order = []
        self.may = threading.Semaphore(0)

    def more(self, question, done):
        self.may.acquire()
        self.order.append(f"{question}{done}")
        if question == "fault":
            raise ZeroDivisionError
        return {"wait": [float(done), None]}

    def stop(self):
        self.may.release(1_000)


class Room:
    """Answers by a desk, and a clock that goes only when it is told to."""

    def __init__(self, desk):
        self.now = 0.0
        self.answers = Answers(desk, lambda: self.now)

    async def asks(self, *asked):
        """Ask questions, triples of what, who and how many are seen, one after the other, and wait for none."""
        tasks = []
        for question, who, *seen in asked:
            tasks.append(asyncio.create_task(self.answers.of(question, who, *seen)))
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)  # until the first of them is worked on
        return tasks

    async def __aenter__(self):
        return self

    async def __aexit__(self, *why):
        await self.answers.close()


@pytest.fixture
def desk():
    return Desk()


def together(desk, *asked):
    """What comes of questions that are asked at once, each answered with its first few replications."""

    async def all_of_them():
        async with Room(desk) as room:
            waiting = await room.asks(*asked)
            desk.may.release(1_000)
            return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_everybody_has_a_first_answer_in_turn_before_any_answer_grows(desk):
    together(desk, *[(f"a{k}-", "greedy") for k in range(4)], ("b-", "second"), ("c-", "third"))
    assert desk.order[:6] == ["a0-0", "b-0", "c-0", "a1-0", "a2-0", "a3-0"]


def test_an_answer_grows_to_its_end_for_whoever_asks_on(desk):
    desk.may.release(1_000)

    async def asks_on():
        async with Room(desk) as room:
            seen = []
            while not seen or seen[-1]["replications"] < 6:
                told = await room.answers.of("q", "one", seen[-1]["replications"] if seen else 0)
                seen.append({**told, "outcomes": {name: [*each] for name, each in told["outcomes"].items()}})
            again = await room.answers.of("q", "other")
            return seen, again

    seen, again = asyncio.run(asks_on())
    assert seen[0]["replications"] >= 2
    assert all(len(each["outcomes"]["wait"]) == each["replications"] for each in seen)
    assert seen[-1]["outcomes"] == {"wait": [0.0, None, 2.0, None, 4.0, None]}
    assert (seen[-1]["of"], seen[-1]["ahead"]) == (6, 0)
    assert again == seen[-1]
    assert desk.order == ["q0", "q2", "q4"]


def test_nothing_is_worked_out_for_those_who_have_left(desk):
    async def leaves():
        async with Room(desk) as room:
            (first,) = await room.asks(("left", "one"))
            room.now = module.SECONDS_OF_ATTENTION + 1
            (second,) = await room.asks(("here", "two"))
            desk.may.release(2)
            await asyncio.gather(first, second)
            room.now *= 2  # the second goes on with what it is at, and then waits too
            desk.may.release(1)
            (third,) = await room.asks(("left", "one", 2))
            desk.may.release(1)
            return first.result()["replications"], (await third)["replications"]

    assert asyncio.run(leaves()) == (2, 4)
    assert desk.order[:4] == ["left0", "here0", "here2", "left2"]


def test_whoever_waits_longer_is_told_how_many_are_before(desk, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_TO_WAIT", 0.01)

    async def wait():
        async with Room(desk) as room:
            return await asyncio.gather(*await room.asks(("a", "one"), ("b", "two"), ("c", "three")))

    told = asyncio.run(wait())
    assert [(each["replications"], each["ahead"], each["outcomes"]) for each in told] == [(0, k, {}) for k in range(3)]


def test_equal_questions_are_worked_out_once_and_a_fault_is_no_ones_answer(desk):
    found = together(desk, ("q", "one"), ("fault", "one"), ("q", "other"), ("fault", "other"), ("last", "one"))
    assert found[0]["outcomes"]["wait"][:2] == found[2]["outcomes"]["wait"][:2] == [0.0, None]
    assert isinstance(found[1], ZeroDivisionError)
    assert isinstance(found[3], ZeroDivisionError)
    assert found[4]["replications"] >= 2
    assert desk.order.count("q0") == desk.order.count("fault0") == desk.order.count("last0") == 1


def test_what_cannot_wait_is_refused_at_once_with_a_time(desk, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 6)
    monkeypatch.setattr(module, "MOST_WAITING_OF_ONE", 4)
    asked = [(f"a{k}", "greedy") for k in range(8)] + [(f"b{k}", "other") for k in range(4)]
    found = together(desk, *asked, ("a0", "greedy"))
    refused = [isinstance(each, Refusal) for each in found]
    assert refused[:8] == [False] * 4 + [True] * 4
    assert refused[8:] == [False] * 2 + [True] * 2 + [False]
    assert all(each.status == 503 and each.wait > 0 for each in found if isinstance(each, Refusal))


def test_answers_are_kept_as_far_as_there_is_room(desk, monkeypatch):
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    desk.may.release(1_000)
    monkeypatch.setattr(desk, "replications", 2, raising=False)

    async def again():
        async with Room(desk) as room:
            for question in ("a", "b", "a", "c", "a", "b"):
                await room.answers.of(question, "one")

    asyncio.run(again())
    assert desk.order == ["a0", "b0", "c0", "b0"]


def test_whoever_leaves_takes_the_answer_from_nobody_else(desk):
    async def one_leaves():
        async with Room(desk) as room:
            leaver, other = await room.asks(("q", "one"), ("q", "other"))
            leaver.cancel()
            desk.may.release()
            return await other

    assert asyncio.run(one_leaves())["replications"] == 2


def test_at_the_end_those_who_wait_are_told(desk):
    async def ended():
        room = Room(desk)
        waiting = await room.asks(("a", "one"), ("b", "one"))
        await room.answers.close()
        found = await asyncio.gather(*waiting, room.answers.of("c", "one"), return_exceptions=True)
        return [each.status for each in found]

    assert asyncio.run(ended()) == [503, 503, 503]
