"""A made-up book that obeys the contract of the workshop's page, the same whenever it is made."""

from itertools import product
from random import Random
from typing import Any

from sim.state.vocabulary import ACTIVITIES

STYLES = ("directive", "pace_setting", "scientific_bureaucratic", "coaching", "participative", "laissez_faire")
MODES = ("repetitive", "constrained", "unconstrained")
DIALS = ("psychological_safety", "goal_congruence", "devolution", "target_pressure")
USUAL = ("usual",) * len(DIALS)
TICKS, BEDS = 96, 28

# Name, title, unit, ledger, better, digits, counterpart, usual level, effect of a coaching leader.
OUTCOMES = (
    ("incident_reports", "Incident reports", "per 1,000 admissions", "seen", "", 1, "errors_reached", 42.0, 9.0),
    ("wait_recorded", "Recorded wait for a bed", "hours", "seen", "less", 2, "wait", 3.4, -0.1),
    ("deaths", "Deaths", "per 1,000 admissions", "seen", "less", 1, "", 21.0, -0.6),
    ("length_of_stay", "Length of stay", "days", "seen", "less", 2, "", 6.1, -0.1),
    ("readmission", "Readmissions", "per 100 discharges", "seen", "less", 1, "", 12.0, 0.0),
    ("errors_reached", "Errors that reach patients", "per 1,000 bed-days", "happened", "less", 1, "incident_reports",
     131.0, -12.0),
    ("patients_harmed", "Patients harmed who need not have been", "per 1,000 admissions", "happened", "less", 1, "",
     64.0, -7.0),
    ("wait", "Wait for a bed", "hours", "happened", "less", 2, "wait_recorded", 4.9, 0.0),
    ("wrong_choices", "Treatments that do not suit", "% of choices", "happened", "less", 1, "", 17.0, 0.5),
    ("turnover", "Nurses who leave", "% a year", "seen", "less", 1, "", 14.0, -1.0),
    ("decision_delay", "Time until a decision is taken", "hours", "happened", "less", 1, "", 7.5, -1.5),
    ("silences", "Concerns that nobody voiced", "per 100 concerns", "happened", "less", 1, "", 58.0, -15.0),
)  # fmt: skip

PUZZLES = (
    ("more_reports", "Why did reports go up?", "incident_reports", "more"),
    ("silence", "Who keeps silent?", "silences", "fewer"),
    ("harm", "Does a kind leader harm less?", "patients_harmed", "fewer"),
    ("waits", "Do recorded waits tell the truth?", "wait_recorded", "same"),
    ("stays", "Will stays become shorter?", "length_of_stay", "same"),
    ("returns", "Who comes back?", "readmission", "same"),
)
OPTIONS = ({"name": "more", "title": "Clearly more"}, {"name": "same", "title": "About the same"},
           {"name": "fewer", "title": "Clearly fewer"})  # fmt: skip

# Kind, words, error, whether it is on record, reasons.
HAPPENINGS = (
    ("flow", "a patient came to the ward", "", True, {}),
    ("error", "a dose went wrong, in the hands of {who}", "dose slip", False, {"fatigue": 0.42, "hurried": 1.0}),
    ("barrier", "{who} noticed it", "dose slip", False, {}),
    ("silence", "{who} did not tell consultant 1 of the error", "dose slip", False,
     {"belief that it is safe to speak": 0.31, "gap of status to the hearer": 0.55, "chance to speak": 0.18}),
    ("voice", "{who} told senior nurse 1 of the error, who was glad of it and acted on it", "dose slip", False,
     {"belief that it is safe to speak": 0.71, "chance to speak": 0.64}),
    ("record", "{who} wrote an incident report", "dose slip", True, {}),
    ("decline", "the patient began to get worse, unseen", "", False, {}),
    ("waits", "a decision was needed that no rule covers; it was not for {who} to take, and went to the ward manager's "
     "inbox", "", True, {}),
    ("decision", "a decision was needed that no rule covers; {who} took it at the bedside", "", True, {}),
    ("harm", "it harmed: 31 more hours of care are needed", "dose slip", False, {"hours": 31.0}),
    ("lead", "consultant 1 met {who}", "", False, {}),
)  # fmt: skip

LAYERS = {"waits": "ward", "decision": "bedside"}

STAFF = (
    *((f"staff nurse {n}", "nurse", False) for n in range(1, 9)),
    *((f"senior nurse {n}", "nurse", False) for n in range(1, 3)),
    *((f"junior doctor {n}", "doctor", False) for n in range(1, 4)),
    ("consultant 1", "doctor", True),
    ("pharmacist 1", "pharmacist", False),
    ("the ward manager", "manager", False),
)
STATION, NOT_AT_WORK, OFFICE, ELSEWHERE = -1, -2, -3, -4


def book(*, styles: int = 3, replications: int = 20, **more: Any) -> dict[str, Any]:
    """A book about so many styles; `more` takes the place of parts of it."""
    led = STYLES[-styles:]
    keys = [key(style, mode, *levels) for style, mode, levels in product(led, MODES, _moved())]
    watched = [each for each in keys if each.endswith("/".join(USUAL))]
    pairs = [(key(led[0], mode), key(led[1], mode)) for mode in MODES for _ in range(2)]
    return {
        "about": _about(replications),
        "styles": [
            _named(name, "", f"A {name} leader spends the week on what such a leader cares for.") for name in led
        ],
        "modes": [
            _named(name, " care", f"Care that is {name}, as for a patient with one known illness.") for name in MODES
        ],
        "dials": [_dial(name) for name in DIALS],
        "outcomes": [_outcome(*each) for each in OUTCOMES],
        "settings": {each: _runs(each, replications) for each in keys},
        "days": {each: day(each) for each in watched},
        "puzzles": [_puzzle(*each, *pair) for each, pair in zip(PUZZLES, pairs, strict=True)],
        "glossary": [{"term": f"Term {n}", "words": "What it means, in one plain sentence."} for n in range(1, 9)],
        "limits": [
            "It says nothing about any real ward.",
            "Effects of leading are assumed, and their size is not known.",
        ],
        "server": None,
        **more,
    }


def key(style: str, mode: str, *levels: str) -> str:
    """The key of a setting; dials are as usual if left out."""
    return "/".join((style, mode, *(levels or USUAL)))


def day(of: str) -> dict[str, Any]:
    """One watched day."""
    patients, own = Random(of.split("/")[1]), Random(of)
    letters, who = _patients(patients, own)
    places = [_places(tick, own) for tick in range(TICKS)]
    return {
        "setting": of,
        "day": 17,
        "weekday": "Wednesday",
        "title": "Wednesday, day 18: a day on which enough happens",
        "beds": BEDS,
        "staff": [{"id": n, "title": title, "profession": kind, "lead": lead} for n, (title, kind, lead) in
                  enumerate(STAFF, 1)],
        "patients": letters,
        "who": who,
        "places": ["".join(f"{place:02d}" for place in row) for row in places],
        "leading": [own.choice(ACTIVITIES) if 36 <= tick < 64 else None for tick in range(TICKS)],
        "events": list(_events(own, who)),
    }  # fmt: skip


def _about(replications: int) -> dict[str, Any]:
    return {
        "title": "Who leads, and what becomes of it",
        "model": "0123456789abcdef",
        "version": "0.1.0",
        "seed": 1,
        "replications": replications,
        "years": 0.5,
        "days": 182,
        "scenario": "One acute medical ward with a target",
        "least_share": 0.05,
        "beds": BEDS,
        "command": "microsystem workshop build -o workshop.html",
        "run": "microsystem run scenarios/one_ward.toml --years 0.5 --seed 1",
        "rules": {
            "answer": "An answer is called clear where the 95% interval of the mean difference leaves nought out.",
            "day": "The day is the first weekday on which an error, a silence and a decision can all be seen.",
            "patient": "The patient is the first whom care harmed under A and did not harm under B.",
        },
    }


def _named(name: str, more: str, words: str) -> dict[str, Any]:
    return {"name": name, "title": name.replace("_", "-").capitalize() + more, "words": words}


def _dial(name: str) -> dict[str, Any]:
    levels = [{"name": level, "title": level.capitalize(), "value": value} for level, value in
              (("low", 0.3), ("usual", 0.6), ("high", 0.8))]  # fmt: skip
    titled = name.replace("_", " ").capitalize()
    return {"name": name, "title": titled, "words": f"{titled}: how much of it there is.", "levels": levels}


def _outcome(name, title, unit, ledger, better, digits, counterpart, *_) -> dict[str, Any]:
    told = {"name": name, "title": title, "unit": unit, "ledger": ledger, "better": better, "digits": digits,
            "words": f"{title}, as it is counted."}  # fmt: skip
    return told | ({"counterpart": counterpart} if counterpart else {})


def _moved() -> list[tuple[str, ...]]:
    return [USUAL, *((*USUAL[:at], level, *USUAL[at + 1 :]) for at in range(len(DIALS)) for level in ("low", "high"))]


def _runs(of: str, replications: int) -> dict[str, list[float | None]]:
    strength = STYLES.index(of.split("/")[0]) - 2.5
    found: dict[str, list[float | None]] = {}
    for name, *_, level, effect in OUTCOMES:
        luck, own = Random(name), Random(name + of)
        found[name] = [
            round(max(0.0, level + 0.4 * effect * strength + luck.gauss(0, level / 12) + own.gauss(0, level / 30)), 4)
            for _ in range(replications)
        ]
    found["deaths"][3] = None
    if "/repetitive/" in of:
        found["wrong_choices"] = [None] * replications
    return found


def _patients(patients: Random, own: Random) -> tuple[list[str], list[dict[str, Any]]]:
    """How patients do, and which: the same come under every leader, and do as they do under this one."""
    state = ["s" if patients.random() < 0.85 else "." for _ in range(BEDS)]
    numbers = [bed + 1 if letter != "." else 0 for bed, letter in enumerate(state)]
    rows, who = [], [{"tick": 0, "beds": [*numbers]}]
    for tick in range(TICKS):
        for bed in range(BEDS):
            state[bed] = own.choice(_NEXT[state[bed]]) if own.random() < 0.05 else state[bed]
        if tick % 24 == 12:
            bed = patients.randrange(BEDS)
            state[bed], numbers[bed] = "s", 100 + tick
            who.append({"tick": tick, "beds": [*numbers]})
        rows.append("".join(letter if number else "." for letter, number in zip(state, numbers, strict=True)))
    return rows, who


_NEXT = {".": "..", "s": "ssssdr", "r": "rrs", "d": "dkcs", "k": "ksC", "c": "cC", "C": "CksCsx", "x": "."}


def _places(tick: int, own: Random) -> list[int]:
    row = []
    for n, (_, kind, _) in enumerate(STAFF):
        at_work = 30 <= tick < 70 if kind != "nurse" else (n % 2 == 0) == (28 <= tick < 78)
        if not at_work:
            row.append(NOT_AT_WORK)
        elif kind == "manager":
            row.append(OFFICE if own.random() < 0.8 else own.randrange(BEDS))
        else:
            row.append(STATION if own.random() < 0.3 else ELSEWHERE if own.random() < 0.03 else own.randrange(BEDS))
    return row


def _events(own: Random, who: list[dict[str, Any]]):
    for tick in range(TICKS):
        for _ in range(own.choice((0, 0, 1, 1, 2, 4))):
            kind, words, error, on_record, reasons = own.choice(HAPPENINGS)
            beds = [each for each in who if each["tick"] <= tick][-1]["beds"]
            bed = own.choice([at for at, number in enumerate(beds) if number])
            person = own.randrange(len(STAFF) - 1)
            told = {"tick": tick, "kind": kind, "words": words.format(who=STAFF[person][0]), "who": person + 1}
            yield told | {"bed": bed, "patient": beds[bed], "error": error, "layer": LAYERS.get(kind, ""), "lead": "",
                          "on_record": on_record, "reasons": reasons}  # fmt: skip


def _puzzle(name: str, title: str, asks: str, answer: str, a: str, b: str) -> dict[str, Any]:
    seen, happened = ["incident_reports", "wait_recorded"], ["errors_reached", "wait"]  # each has its counterpart
    alone = name != "waits"
    return {
        "name": name,
        "title": title,
        "claim": "H3",
        "mode": a.split("/")[1],
        "story": ["Two wards are alike in all but how they are led.", f"After half a year somebody asks: {title}"],
        "a": a,
        "b": b,
        "question": f"What happens to it under B, against A? ({title})",
        "asks": asks,
        "options": [*OPTIONS],
        "answer": answer,
        "shows": seen + ["deaths", "length_of_stay", "readmission"] * alone,
        "passage": "Section 5: what a leader attends to.",
        "debrief_shows": happened + ["readmission", "patients_harmed", "silences"] * alone,
        "debrief": [f"The debrief of {name}: reports say what is reported.", "What happened is another thing."],
        "discuss": ["What does your ward count?", "Who would tell you?", "What would you ask for first?"],
        "trace": _trace(a, b),
    }


def _trace(a: str, b: str) -> dict[str, Any]:
    common = [_told(30 + 2 * n, kind) for n, kind in enumerate(("flow", "error", "barrier", "waits", "lead", "error"))]
    mine = [*common, _told(44, "silence"), _told(45, "harm")]
    theirs = [*common, _told(44, "voice"), _told(46, "record")]
    return {
        "patient": 7,
        "setting": a,
        "events": mine,
        "otherwise": {"setting": b, "events": theirs},
        "parts": len(common),
    }


def _told(tick: int, wanted: str) -> dict[str, Any]:
    words, error, on_record, reasons = next(rest for kind, *rest in HAPPENINGS if kind == wanted)
    clock = f"day 17, {tick // 4:02d}:{15 * (tick % 4):02d}"
    told = {"tick": tick, "when": clock, "kind": wanted, "words": words.format(who="staff nurse 3"), "who": 3, "bed": 4}
    more = {"patient": 7, "error": error, "layer": LAYERS.get(wanted, ""), "lead": ""}
    return told | more | {"on_record": on_record, "reasons": reasons}
