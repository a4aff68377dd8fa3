"""Files that are valid but for one thing or two, each of which a refusal must tell with its key and what is allowed."""

import copy
import datetime
import random
from collections.abc import Callable
from typing import Any

from sim.analysis.outcomes import BY_NAME
from sim.scenario.schema import DOCTOR_GRADES, NURSE_GRADES, days_of
from sim.state.parameters import PARAMETERS
from tests.fuzzing import valid
from tests.fuzzing.cases import Content, Files, Wanted
from tests.fuzzing.places import Place, places
from tests.fuzzing.valid import DESIGN, SCENARIO, STYLE, Contents

type Spoiler = Callable[[random.Random, Content], Wanted | None]
type Spoilt = tuple[str, Files, tuple[Wanted, ...]]

ROOTS = {SCENARIO: (), STYLE: ("styles", "mine")}
FILES = {"scenario": SCENARIO, "style": STYLE, "design": DESIGN}
TRIES = 30


def spoilt(luck: random.Random, form: str, contents: Contents) -> Spoilt:
    """What was done, the files, and what a refusal must tell."""
    file = FILES[form]
    if luck.random() < 0.06:
        return _given_twice(luck, file, contents)
    ways = {"scenario": OF_SCENARIOS, "style": OF_STYLES, "design": OF_DESIGNS}[form]
    unspoilt = contents[file]
    done: dict[str, Wanted] = {}
    hoped_for = luck.choice((1, 1, 2))
    while len(done) < hoped_for:
        how = luck.choice([way for way in ways if way not in done])
        tried = copy.deepcopy(contents[file])
        try:
            wanted = ways[how](luck, tried)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError):
            if not done:
                raise
            break  # what was spoilt first has left nothing to spoil here
        if wanted and tried != unspoilt:  # what is taken away may be what was put in before
            contents[file] = tried
            done[how] = wanted
    return " and ".join(done), valid.files(luck, contents), tuple(done.values())


def _given_twice(luck: random.Random, file: str, contents: Contents) -> Spoilt:
    files = valid.files(luck, contents)
    text = files[file].decode()
    headings = [line for line in text.splitlines() if line.startswith("[")]
    again = f'title = "Again"\n{text}' if luck.random() < 0.5 or not headings else f"{text}{luck.choice(headings)}\n"
    return "a key or table given twice", {**files, file: again.encode()}, (Wanted(("line",), ("second time",)),)


def misspelt(luck: random.Random, word: str) -> str:
    """The word with a letter too few or too many."""
    at = luck.randrange(1, len(word))
    return word[:at] + word[at + 1 :] if luck.random() < 0.5 and len(word) > 3 else word[:at] + word[at - 1 :]


def as_people_write(number: float) -> str:
    """A limit as a message should show it."""
    return f"{int(number):,}" if number == int(number) else repr(number)


# What can be wrong anywhere in a scenario or a style.


def _anywhere(root: tuple[str, ...], spoil: Callable[[random.Random, Place], Wanted | None]) -> Spoiler:
    """Spoils one of the places of a file that stands at `root`."""

    def somewhere(luck: random.Random, content: Content) -> Wanted | None:
        there = places(content, root)
        luck.shuffle(there)
        return next((wanted for place in there[:TRIES] if (wanted := spoil(luck, place))), None)

    return somewhere


def _key_misspelt(luck: random.Random, place: Place) -> Wanted | None:
    if place.key not in place.siblings or len(place.key) < 3:
        return None
    wrong = misspelt(luck, place.key)
    if wrong in place.siblings:
        return None
    place.held_by[wrong] = place.held_by.pop(place.key)
    return Wanted((".".join([*map(str, place.path[:-1]), wrong]),), (place.key,))


def _key_missing(luck: random.Random, place: Place) -> Wanted | None:
    if not place.is_required:
        return None
    del place.held_by[place.key]
    above = ".".join(map(str, place.path[:-1]))
    if place.key == "kind":
        return Wanted((above,), ("has no kind", "should be"))
    return Wanted((f"{place.dotted} is",), ("missing", "should be"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _out_of_range(luck: random.Random, place: Place) -> Wanted | None:
    limits = place.limits
    if limits is None or not _is_number(place.value):
        return None
    low, high = limits
    beyond = luck.choice((1, 0.25 * (high - low) + 1, 1e6, 10**30))
    wrong = luck.choice((low - beyond, high + beyond))
    place.held_by[place.key] = int(wrong) if isinstance(place.value, int) else float(wrong)
    return Wanted((place.dotted,), (as_people_write(low), as_people_write(high)))


def _of_another_type(luck: random.Random, place: Place) -> Wanted | None:
    others: list[Any] = ["12", True, 7, 1.5, [1], {}, {"a": 1}, datetime.date(2020, 2, 2), datetime.time(7, 30)]
    value = place.value
    if _is_number(value):
        fitting = [other for other in others if not _is_number(other)]
        if isinstance(value, int) and place.node.get("type") == "integer":
            fitting.append(value + 0.5)
        if place.key == "to":
            fitting.remove(True)
        if place.known_as == ("dials", "devolution"):
            fitting.remove({})
            fitting.remove({"a": 1})
    elif isinstance(value, dict | list):
        fitting = [other for other in others if not isinstance(other, dict | list) and not _is_number(other)]
    else:
        fitting = [other for other in others if type(other) is not type(value)]
    place.held_by[place.key] = luck.choice(fitting)
    return Wanted((place.dotted,), ("should",))


def _in_another_unit(luck: random.Random, place: Place) -> Wanted | None:
    wrong: dict[Any, tuple[Any, ...]] = {
        "start": ("7.30", "7:30", "19:40", "0730", "7:30 am", "24:00", 730),
        "deadline": (240.0, 0.1, "4 h"),
        "years": (365, "1 year"),
        "beds": (28.5, "28 beds"),
        "emergency_share": (80, 62.5, "80%"),
        "presence": (40, "40%"),
        "required_share": (95, "95%"),
    }
    if place.key not in wrong or place.key not in place.siblings:
        return None
    place.held_by[place.key] = luck.choice(wrong[place.key])
    allowed = ('"07:30"',) if place.key == "start" else tuple(map(as_people_write, place.limits or ()))
    return Wanted((place.dotted,), allowed)


# What does not go together in a scenario.


def _pick(luck: random.Random, content: Content, table: str) -> tuple[str, Any]:
    return luck.choice(sorted(content[table].items()))


def _mix(luck: random.Random, content: Content) -> Wanted:
    name, ward = _pick(luck, content, "wards")
    ward["mode_mix"] = {"repetitive": 0.5, "constrained": 0.3, "unconstrained": luck.choice((0.1, 0.2001, 0.9))}
    return Wanted((f"wards.{name}.mode_mix",), ("add up to 1",))


def _weights(luck: random.Random, content: Content) -> Wanted:
    pattern, groups = _pick(luck, content, "staffing")
    name, group = luck.choice(sorted(groups.items()))
    group["weights"] = dict.fromkeys(("outcome", "timeliness", "throughput", "standard"), luck.choice((0.2, 0.5)))
    return Wanted((f"staffing.{pattern}.{name}.weights",), ("add up to 1",))


def _unknown_name(luck: random.Random, content: Content) -> Wanted:
    name, ward = _pick(luck, content, "wards")
    key, table = luck.choice((("division", "divisions"), ("staffing", "staffing")))
    ward[key] = "nowhere_" + valid.name(luck, {})[:20]
    return Wanted((f"wards.{name}.{key}",), (next(iter(content[table])),))


def _division_without_ward(luck: random.Random, content: Content) -> Wanted:
    content["divisions"]["nobodys"] = {"title": "Nobody's", "waiting_places": 3}
    return Wanted(("divisions.nobodys",), ("has no ward; give it one",))


def _unknown_style(luck: random.Random, content: Content) -> Wanted:
    content["leadership"]["style"] = luck.choice(("coachin", "coachinng", "Coaching"))
    return Wanted(("leadership.style",), ('"coaching"',))


def _lead_without_post(luck: random.Random, content: Content) -> Wanted | None:
    for ward in content["wards"].values():
        grades = {group["grade"] for group in content["staffing"][ward["staffing"]].values()}
        lacking = [lead for lead in ("consultant", "senior nurse") if lead not in grades]
        if lacking and "lead" not in ward.get("leadership", {}):
            content["leadership"]["lead"] = luck.choice(lacking)
            return Wanted(("leadership.lead",), ("should be", "ward manager"))
    return None


def _too_few_posts(luck: random.Random, content: Content) -> Wanted:
    pattern, groups = _pick(luck, content, "staffing")
    name, group = luck.choice(sorted(groups.items()))
    group["shifts"][0]["weekend"] = group["posts"] + 1
    return Wanted((f"staffing.{pattern}.{name}.posts",), ("need", "people"))


def _grades(luck: random.Random, content: Content) -> Wanted:
    pattern, groups = _pick(luck, content, "staffing")
    lost, told = luck.choice(
        (
            (("ward manager",), "exactly one"),
            (NURSE_GRADES, "staff nurse or senior nurse; a ward needs at least one"),
            (DOCTOR_GRADES, "junior doctor or consultant; a ward needs at least one"),
        )
    )
    for group in groups.values():
        if group["grade"] in lost:
            group["grade"] = "pharmacist"
    return Wanted((f"staffing.{pattern}",), (told,))


def _clock(luck: random.Random, content: Content) -> Wanted:
    content["target"] = {"title": "One", "starts": "bed", "stops": "bed", "deadline": 4, "required_share": 0.9}
    return Wanted(("target.stops",), ('"clerked"',))


def _ward_called_all(luck: random.Random, content: Content) -> Wanted:
    _name, ward = _pick(luck, content, "wards")
    content["wards"]["all"] = ward
    return Wanted(("wards.all",), ("choose another",))


def _intervention(luck: random.Random, content: Content) -> Wanted:
    """One more, which is wrong in itself or does not fit the hospital."""
    days = days_of(content.get("run", {}).get("years", 1.0))
    set_one = {"kind": "set", "change": "voice.earshot", "to": 0.5}
    walks = "dials.target_pressure"
    key, allowed, wrong = luck.choice(
        [
            (".until", ("later than day",), set_one | {"day": 2, "until": luck.choice((1, 2))}),
            ("", ("both to and times", "one of them"), set_one | {"times": 1.0}),
            ("", ("neither to nor times", "one of them"), {"kind": "set", "change": "voice.earshot"}),
            (".day", (f"from 0 to {days - 1:,}",), set_one | {"day": min(days + luck.randint(0, 9), 18_250)}),
            (".wards", ("[wards]",), set_one | {"change": "wards.emergency_share", "wards": ["no_such_ward"]}),
            (".wards", ("leave wards out",), set_one | {"change": walks, "wards": [next(iter(content["wards"]))]}),
            (".change", ('"voice.earshot"',), set_one | {"change": "voice.earsho"}),
            (".change", ("set it in the scenario itself",), set_one | {"change": "staffing.skill"}),
            (".change", ("should be",), set_one | {"change": "wards.beds"}),
            (".to", ("0 to 1",), set_one | {"to": 1.01}),
            ("", ("give a style",), {"kind": "replace"}),
            (".comes_from", ('"inside" or "outside"',), {"kind": "replace", "lead": "ward manager"}),
            (
                ".who.0",
                ('"junior doctor" or "consultant"',),
                {"kind": "train", "what": "rigour", "who": ["staff nurse"]},
            ),
            (".dose", ("leave dose out",), {"kind": "train", "what": "rigour", "dose": 0.2}),
            (".dose", ("missing", "from 0 to 1"), {"kind": "train", "what": "skill"}),
            (".hours", ("leave hours out",), {"kind": "adopt", "practice": "checklist", "hours": 2.0}),
            (".kind", ('"set"', '"mandate"'), {"kind": "banish"}),
        ]
    )
    schedule = content.setdefault("interventions", [])
    schedule.append({"title": "Wrong", "day": 0} | wrong)
    return Wanted((f"interventions.{len(schedule) - 1}{key} ",), allowed)


def _week(luck: random.Random, content: Content) -> Wanted:
    activity = max(content["hours"], key=content["hours"].get)
    content["hours"][activity] -= luck.choice((0.25, 1.0, 0.001))
    return Wanted(("hours adds up",), ("a week of leading has 20",))


def _style_extends(luck: random.Random, content: Content) -> Wanted:
    content["extends"] = "coaching.toml"
    return Wanted(("extends",), ("a style is written whole",))


def _of_places(root: tuple[str, ...]) -> dict[str, Spoiler]:
    return {
        "a key misspelt": _anywhere(root, _key_misspelt),
        "a key missing": _anywhere(root, _key_missing),
        "a number out of range": _anywhere(root, _out_of_range),
        "a value of another type": _anywhere(root, _of_another_type),
    }


OF_SCENARIOS: dict[str, Spoiler] = {
    **_of_places(()),
    "a value in another unit": _anywhere((), _in_another_unit),
    "a mix that does not add up": _mix,
    "weights that do not add up": _weights,
    "a name that is not known": _unknown_name,
    "a division without a ward": _division_without_ward,
    "a style that is not known": _unknown_style,
    "a lead without a post": _lead_without_post,
    "too few posts": _too_few_posts,
    "a grade that is missing": _grades,
    "a clock that does not run": _clock,
    "a ward called all": _ward_called_all,
    "an intervention that is wrong": _intervention,
}
OF_STYLES: dict[str, Spoiler] = {
    **_of_places(ROOTS[STYLE]),
    "a week of other hours": _week,
    "a style that extends": _style_extends,
}


# Designs.


def _design_key(luck: random.Random, content: Content) -> Wanted:
    tables = [("", content), *((f"{key}.", content[key]) for key in ("run", "sampling", "keep") if content.get(key))]
    where, table = luck.choice(tables)
    right = luck.choice([key for key in table if len(key) > 3])
    wrong = misspelt(luck, right)
    table[wrong] = table.pop(right)
    return Wanted((f"{where}{wrong}",), (right,))


def _design_missing(luck: random.Random, content: Content) -> Wanted:
    key = luck.choice([key for key in ("title", "scenario", "method", "sampling") if key in content])
    del content[key]
    return Wanted((f"{key} is missing",), ("samples" if key == "sampling" else "should be",))


def _design_value(luck: random.Random, content: Content) -> Wanted:
    """A number out of range or a value of another type at a key that people know."""
    path, wrong, allowed = luck.choice(
        [
            ("title", 5, ("1 to 200",)),
            ("title", "", ("1 to 200",)),
            ("title", "x" * 201, ("1 to 200",)),
            ("description", ["a"], ("4,000",)),
            ("method", "gird", ('"grid"',)),
            ("method", 3, ('"grid"', '"morris"')),
            ("scenario", 5, ("path of a scenario file",)),
            ("styles", "coaching", ("list of 1 to 100",)),
            ("styles", [], ("list of 1 to 100",)),
            ("posterior", "yes", ("true",)),
            ("run", 3, ("a table",)),
            ("run.years", luck.choice((0, -1, 51, "one")), ("above 0", "50")),
            ("run.days", luck.choice((0, 18_251, 2.5, "7")), ("1 to 18,250",)),
            ("run.warm_up_days", luck.choice((-1, 366, 0.5)), ("0 to 365",)),
            ("run.replications", luck.choice((0, 1_000_001, "20", 2.5)), ("1 to 1,000,000",)),
            ("run.seed", luck.choice((-1, 2**61 + 1, "luck")), ("0 to 2^61",)),
            ("sampling.samples", luck.choice((1, 2**20 + 1, "many")), ("2 to 1,048,576",)),
            ("sampling.levels", luck.choice((3, 1, 102)), ("even number from 2 to 100",)),
            ("keep.outcomes", luck.choice((["mortalty"], ["mortalityy"])), ('"mortality"',)),
            ("keep.series", 1, ("true or false",)),
            ("keep.outcomes", "mortality", ("a list",)),
        ]
    )
    place = content
    *tables, last = path.split(".")
    for table in tables:
        place = place.setdefault(table, {"samples": 2} if table == "sampling" else {})
    place[last] = wrong
    return Wanted((path,), allowed)


def _design_horizons(luck: random.Random, content: Content) -> Wanted:
    content.setdefault("run", {}).update(years=1, days=5)
    return Wanted(("run.days",), ("run.years", "give one of them"))


def _design_scenario(luck: random.Random, content: Content) -> Wanted:
    given, allowed = luck.choice((("wrd.toml", ('"ward.toml"',)), ("../ward.toml", ("may only name a file",))))
    content["scenario"] = given
    return Wanted(("wrd.toml: ", "scenario is"), allowed)


def _design_draws(luck: random.Random, content: Content) -> Wanted:
    content.pop("posterior", None)
    content["draws"], told = luck.choice(
        [
            ({"voice.earsho": [0.1]}, Wanted(("draws.voice.earsho",), ('"voice.earshot"',))),
            ({"voice.earshot": [0.1, 2.0]}, Wanted(("draws.voice.earshot",), ("numbers from 0 to 1",))),
            ({"voice.earshot": [0.1], "voice.learns": [0.1, 0.2]}, Wanted(("draws have",), ("has as many",))),
            ({"voice.earshot": []}, Wanted(("draws.voice.earshot",), ("1 to 100,000",))),
            ({"voice.earshot": "0.1"}, Wanted(("draws.voice.earshot",), ("1 to 100,000",))),
        ]
    )
    return told


def _design_factor(luck: random.Random, content: Content) -> Wanted | None:
    """A lever or an uncertainty that cannot be."""
    if content.get("method") in ("list", None):
        content.setdefault("arms", {})["odd"] = {"set": {"voice.earsho": 0.5}}
        return Wanted(("arms.odd: voice.earsho",), ('"earshot"',))
    method, table, whole = content["method"], luck.choice(("levers", "uncertainties")), {"low": 0.1, "high": 0.2}
    steps = {"steps": 2} if method == "grid" else {}
    key, allowed, wrong = luck.choice(
        [
            ("control.attention", ("give values, or low and high, or options",), {}),
            ("control.attention", ("give values, or low and high, or options",), {"values": [0.1, 0.2], **whole}),
            ("control.attention", ("low should be below high",), {"low": 0.3, "high": 0.2} | steps),
            ("control.attention", ("a range has both",), {"low": 0.3} | steps),
            ("control.attention", ("should start above 0",), {"low": 0.0, "high": 0.2, "scale": "log"} | steps),
            ("control.attention", ('"linear" or "log"',), whole | {"scale": "lgo"} | steps),
            ("control.attention", ("steps",), whole if method == "grid" else whole | {"steps": 3}),
            ("control.attention", ("a list of values",), 0.3),
            ("control.attention", ("twice",), [0.3, 0.3]),
            ("control.attention", ("0", _most("control.attention")), [0.3, 7.0]),
            ("control.attention", ("should",), ["a little", "much"]),
            ("control.attenton", ('"attention"',), [0.3, 0.4]),
            ("wards.six_beds.beds", ("1 to 200",), [6, 201]),
            ("wards.six_beds.bed", ('"beds"',), [6, 7]),
            ("wards.five_beds.beds", ('"six_beds"',), [6, 7]),
        ]
    )
    content.setdefault(table, {})[key] = wrong
    return Wanted((f"{table}.{key}",), allowed)


def _most(name: str) -> str:
    return as_people_write(PARAMETERS[name].high)


def _design_method(luck: random.Random, content: Content) -> Wanted | None:
    """Keys that are for another method, or a method that lacks what it needs."""
    match content.get("method"):
        case "list":
            content["styles"] = ["coaching"]
            return Wanted(("styles is given",), ("put what differs under each of the arms",))
        case "sobol" if "sampling" in content:
            content["sampling"]["samples"] = luck.choice((3, 100))
            return Wanted(("sampling.samples",), ("power of two",))
        case "factorial":
            content["levers"]["control.attention"] = [0.1, 0.2, 0.3]
            return Wanted(("levers.control.attention",), ("in a factorial each has two",))
        case "grid":
            content["sampling"] = {"samples": 4}
            return Wanted(("sampling is given",), ("leave it out",))
        case "lhs" | "morris":
            content["arms"] = {"usual": {}}
            return Wanted(("arms is given",), ('method = "list"',))
    return None


def _design_outcome(luck: random.Random, content: Content) -> Wanted:
    right = luck.choice(sorted(BY_NAME))
    wrong = misspelt(luck, right)
    content["keep"] = {"outcomes": [wrong]}
    return Wanted(("keep.outcomes",), (right,) if wrong not in BY_NAME else ("",))


OF_DESIGNS: dict[str, Spoiler] = {
    "a key misspelt": _design_key,
    "a key missing": _design_missing,
    "a value that cannot be": _design_value,
    "two horizons": _design_horizons,
    "a scenario that is not there": _design_scenario,
    "draws that cannot be": _design_draws,
    "a factor that cannot be": _design_factor,
    "what is for another method": _design_method,
    "an outcome that is not known": _design_outcome,
}
