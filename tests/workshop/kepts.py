"""What tests of a workshop share: results that are made up, so that puzzles come out as their files say."""

import numpy as np

from sim.experiment.identity import model_version
from sim.workshop.kept import Kept
from sim.workshop.making import days_to_watch
from sim.workshop.outcomes import SHOWN
from sim.workshop.puzzles import puzzles
from sim.workshop.settings import shown

STEP = {"more": 1.5, "same": 1.0, "fewer": 0.6}
FIRST, SECOND = 4_297_645_568, 4_297_000_000  # keys of patients; the second came first


def values(replications):
    """For each setting and outcome numbers around 40; those of puzzles go as expected."""
    rng = np.random.default_rng(8)
    of_seed = rng.normal(40.0, 3.0, replications)
    found = {
        key: {each.name: list(np.round(of_seed + rng.normal(0, 0.1, replications), 2)) for each in SHOWN}
        for key in shown()
    }
    # Two puzzles may share a setting, so one outcome may have to rise from step to step.
    for _ in range(len(found)):
        changed = False
        for puzzle in puzzles().values():
            for outcome, expected in puzzle.expects.items():
                wanted = [value * STEP[expected] for value in found[puzzle.a][outcome]]
                if not np.allclose(np.mean(wanted), np.mean(found[puzzle.b][outcome]), rtol=0.02):
                    found[puzzle.b][outcome] = [float(round(value, 2)) for value in wanted]
                    changed = True
        if not changed:
            return found
    raise AssertionError("puzzles expect what cannot be together")


def event(tick, words, patient=0, kind="error", who=0, **more):
    told = {"tick": tick, "kind": kind, "words": words, "who": who, "bed": -1, "patient": patient, "error": ""}
    return {**told, "lead": "", "on_record": False, "reasons": {}, **more}


def day(key):
    """A day on which one patient lies in the third bed and another comes at noon."""
    beds = [[0, 0, FIRST, *[0] * 25], [0, SECOND, FIRST, *[0] * 25]]
    return {
        "setting": key,
        "day": 3,
        "weekday": "Thursday",
        "beds": 28,
        "staff": [{"id": 5, "title": "staff nurse 5", "profession": "nurse", "lead": False}],
        "patients": ["..s" + "." * 25] * 48 + [".ss" + "." * 25] * 48,
        "who": [{"tick": 0, "beds": beds[0]}, {"tick": 48, "beds": beds[1]}],
        "places": ["02"] * 96,
        "leading": [None] * 96,
        "events": [event(50, "A dose went wrong.", SECOND, who=5, bed=1)],
    }


def trace(a, b, about):
    mine = [event(9, "It harmed.", FIRST, "harm", when="day 0, 02:15")]
    otherwise = {"setting": b, "events": []}
    return {"patient": FIRST, "about": sorted(about), "setting": a, "events": mine, "otherwise": otherwise, "parts": 0}


def kept(replications=200, model=None):
    chosen = puzzles()
    origin = {"experiment": {"model": model or model_version()}, "results": {"digest": "made up"}}
    days = {key: day(key) for key in days_to_watch(chosen.values())}
    traces = {name: trace(puzzle.a, puzzle.b, puzzle.follows) for name, puzzle in chosen.items()}
    return Kept(origin, 1, values(replications), days, traces)
