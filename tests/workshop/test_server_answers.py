"""Live runs: what `sim.run` gives, equal questions once, everybody in turn, and no more than can wait."""

import asyncio
import json
import threading

import numpy as np
import pytest

import sim
from sim.analysis.outcomes import BY_NAME
from sim.workshop.server import answers as module
from sim.workshop.server.answers import Answers
from sim.workshop.server.room import Refusal
from sim.workshop.server.runs import FEWEST, Runs, Stopped
from sim.workshop.settings import Setting, scenario_of

KEY = Setting("coaching", "constrained", devolution="high").key
OUTCOMES = ("patients_harmed", "incident_reports")


def of_run(record):
    return {name: float(BY_NAME[name].measure(record)[0][-1, -1]) for name in OUTCOMES}


def test_a_live_run_is_what_a_run_of_the_same_setting_and_seeds_gives():
    runs = Runs(scenario_of, of_run, years=0.05, seed=7, threads=2, replications=3)
    told = json.loads(runs.answer(KEY))
    found = sim.run(scenario_of(KEY), years=0.05, seed=7, reps=3)
    assert (told["key"], told["replications"]) == (KEY, 3)
    assert told["outcomes"] == {name: found.values(name).tolist() for name in OUTCOMES}
    assert np.ptp(told["outcomes"]["incident_reports"]) > 0


def test_as_many_replications_as_fit_into_the_time():
    runs = Runs(scenario_of, of_run, years=0.01, seed=1, threads=2)
    assert runs.within(1e-6, [KEY]).replications == FEWEST
    assert runs.within(1e6, [KEY]).replications == 200


def test_a_run_stops_when_the_server_does():
    runs = Runs(scenario_of, of_run, years=0.05, seed=1, threads=1)
    runs.stop()
    with pytest.raises(Stopped):
        runs.answer(KEY)


class Desk:
    """Works out answers only when it is let, and remembers in which order."""

    def __init__(self):
        self.order = []
        self.may = threading.Semaphore(0)

    def answer(self, question):
        self.may.acquire()
        self.order.append(question)
        if question == "fault":
            raise ZeroDivisionError
        return question.encode()


@pytest.fixture
def desk():
    return Desk()


def together(desk, *asked, let=1_000):
    """What comes of questions, pairs of what and who, that are asked at once, one after the other."""

    async def all_of_them():
        answers = Answers(desk.answer, lambda: None)
        waiting = []
        for what, who in asked:
            waiting.append(asyncio.create_task(answers.of(what, who)))
            await asyncio.sleep(0)
        desk.may.release(let)
        found = await asyncio.gather(*waiting, return_exceptions=True)
        await answers.close()
        return found

    return asyncio.run(all_of_them())


def test_everybody_is_served_in_turn(desk):
    together(desk, *[(f"a{k}", "greedy") for k in range(4)], ("b", "second"), ("c", "third"))
    assert desk.order == ["a0", "a1", "b", "c", "a2", "a3"]


def test_equal_questions_are_worked_out_once_and_a_fault_is_no_ones_answer(desk):
    found = together(desk, ("q", "one"), ("fault", "one"), ("q", "other"), ("fault", "other"), ("last", "one"))
    assert found[0] == found[2] == b"q"
    assert isinstance(found[1], ZeroDivisionError)
    assert isinstance(found[3], ZeroDivisionError)
    assert found[4] == b"last"
    assert sorted(desk.order) == ["fault", "last", "q"]


def test_what_cannot_wait_is_refused_at_once_with_a_time(desk, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 6)
    monkeypatch.setattr(module, "MOST_WAITING_OF_ONE", 4)
    asked = [(f"a{k}", "greedy") for k in range(8)] + [(f"b{k}", "other") for k in range(4)]
    found = together(desk, *asked)
    refused = [isinstance(each, Refusal) for each in found]
    assert refused[:8] == [False] * 5 + [True] * 3  # the first is worked on, and does not wait
    assert refused[8:] == [False] * 2 + [True] * 2
    assert all(each.status == 503 and each.wait > 0 for each in found if isinstance(each, Refusal))


def test_answers_are_kept_as_far_as_there_is_room(desk, monkeypatch):
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    desk.may.release(100)

    async def again():
        answers = Answers(desk.answer, lambda: None)
        for question in ("a", "b", "a", "c", "a", "b"):
            await answers.of(question, "one")
        await answers.close()

    asyncio.run(again())
    assert desk.order == ["a", "b", "c", "b"]


def test_whoever_leaves_takes_the_answer_from_nobody_else(desk):
    async def one_leaves():
        answers = Answers(desk.answer, lambda: None)
        leaver, other = (asyncio.create_task(answers.of("q", who)) for who in ("one", "other"))
        await asyncio.sleep(0.01)
        leaver.cancel()
        desk.may.release()
        found = await other
        await answers.close()
        return found

    assert asyncio.run(one_leaves()) == b"q"


def test_at_the_end_those_who_wait_are_told(desk):
    async def ended():
        answers = Answers(desk.answer, lambda: desk.may.release(10))
        waiting = [asyncio.create_task(answers.of(question, "one")) for question in "ab"]
        await asyncio.sleep(0.01)
        await answers.close()
        found = await asyncio.gather(*waiting, answers.of("c", "one"), return_exceptions=True)
        return [each.status for each in found]

    assert asyncio.run(ended()) == [503, 503, 503]
