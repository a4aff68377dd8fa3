"""Valid scenarios, styles and designs, drawn from the schema, the registry and the rules of what goes together."""

import math
import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.analysis.outcomes import BY_NAME
from sim.scenario import guide
from sim.scenario.interventions import DEVOLUTION, OF_TARGETS, OF_WARDS, is_read_once, range_of
from sim.scenario.leading import possible_leads
from sim.scenario.schema import DOCTOR_GRADES, HAZARD_KINDS, NURSE_GRADES, days_of
from sim.scenario.styles import shipped_shelf
from sim.state.parameters import MECHANISMS, PARAMETERS
from sim.state.vocabulary import ACTIVITIES, LEADING_WEEK, MODES
from tests.fuzzing.cases import Content
from tests.fuzzing.toml import written

type Contents = dict[str, Content]

SCENARIO, STYLE, DESIGN = "ward.toml", "styles/mine.toml", "design.toml"
SMALL = Path(__file__).parents[2] / "scenarios" / "small.toml"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
WORDS = (
    "Ward", "7", "–", "Ålesund", "&", "Łódź", "病院", "🏥", "«a»", "[red]b[/]", "{0}", "%s", "$HOME", "`x`", "\\",
    "/", "'", '"', "مستشفى", "n\u0308", "\u200d", "\ufeff",
)  # fmt: skip


def contents(luck: random.Random, form: str, short: bool) -> Contents:
    """The content of each file of a valid case."""
    if form == "scenario":
        return {SCENARIO: scenario(luck, short)}
    if form == "style":
        return {SCENARIO: scenario(luck, short, style="mine"), STYLE: style(luck)}
    return {SCENARIO: _small(), DESIGN: design(luck)}


def files(luck: random.Random, contents: Contents) -> dict[str, bytes]:
    """The files of these contents."""
    return {name: written(content, luck).encode() for name, content in contents.items()}


@cache
def _small() -> Content:
    return tomllib.loads(SMALL.read_text(encoding="utf-8"))


# Single values.


def number(luck: random.Random, low: float, high: float, whole: bool = False, steps: float = 0.0) -> int | float:
    """A number of a range, often near its lower end, now and then an end itself."""
    if whole:
        return round(luck.choice((low, high, low + (high - low) * luck.random() ** 4)))
    if steps:
        return steps * number(luck, math.ceil(low / steps), math.floor(high / steps), whole=True)
    return luck.choice((float(low), float(high), luck.uniform(low, high), round(luck.uniform(low, high), 2)))


@cache
def _node(*path: str) -> guide.Node:
    node = guide.node_at(path)
    assert node is not None, path
    return node


def leaf(luck: random.Random, *path: str) -> Any:
    """A value that the schema allows at a path of a scenario."""
    return drawn(luck, _node(*path))


def drawn(luck: random.Random, node: guide.Node) -> Any:
    """A value that a node of a schema allows."""
    if "enum" in node:
        return luck.choice(node["enum"])
    match node.get("type"):
        case "boolean":
            return luck.random() < 0.5
        case "integer":
            return number(luck, node["minimum"], node["maximum"], whole=True)
        case "number":
            return number(luck, node["minimum"], node["maximum"], steps=node.get("multipleOf", 0.0))
        case "string" if "examples" in node:
            return f"{luck.randrange(24):02}:{luck.choice(('00', '15', '30', '45'))}"
        case "string" if "maxLength" in node:
            return text(luck, node.get("minLength", 0), node["maxLength"])
    raise AssertionError(f"no value is known for {node}")


def text(luck: random.Random, least: int, most: int) -> str:
    """Text on one line, of a length that is allowed."""
    words = " ".join(luck.choices(WORDS, k=luck.randint(1, 6)))
    return (words * (1 + most // len(words)))[:most] if luck.random() < 0.03 else (words + "x" * least)[:most]


def name(luck: random.Random, taken: Mapping[str, Any]) -> str:
    """A name that nothing has yet."""
    while True:
        length = luck.choice((0, 3, 8, 39))
        found = luck.choice(LETTERS[:26]) + "".join(luck.choices(LETTERS, k=length))
        if found not in taken and found != "all":
            return found


def named(luck: random.Random, how_many: int, make: Callable[[], Any]) -> Content:
    """A table of names."""
    table: Content = {}
    for _ in range(how_many):
        table[name(luck, table)] = make()
    return table


def parts(luck: random.Random, labels: Sequence[str], whole: int, step: float) -> Content:
    """Numbers for `labels` in steps that binary fractions hold exactly, which add up to `whole` steps."""
    cuts = sorted(luck.randint(0, whole) for _ in labels[1:])
    return {label: step * (end - begin) for label, begin, end in zip(labels, [0, *cuts], [*cuts, whole], strict=True)}


def maybe(luck: random.Random, table: Content, key: str, make: Callable[[], Any], chance: float = 0.4) -> None:
    """Put a key into a table, or leave it out."""
    if luck.random() < chance:
        table[key] = make()


# Styles.


@cache
def shipped_styles() -> list[str]:
    """The names of the styles that ship."""
    return shipped_shelf().names()


def style(luck: random.Random) -> Content:
    """A style of leading."""

    def week() -> Content:
        return parts(luck, ACTIVITIES, LEADING_WEEK * 4, 0.25)

    at = ("styles", "mine")
    content = {key: leaf(luck, *at, key) for key in ("title", "rationale", "source")} | {"hours": week()}
    for table in ("manner", "stance"):
        content[table] = {key: leaf(luck, *at, table, key) for key in guide.keys_at((*at, table))}
    if luck.random() < 0.3:
        content["by_mode"] = {mode: week() for mode in MODES}
        for mode in MODES:
            maybe(luck, content["by_mode"][mode], "shows_aggregates", lambda: number(luck, 0, 1))
    return content


# Scenarios.


def scenario(luck: random.Random, short: bool = False, style: str = "") -> Content:
    """A hospital; one that is short has few beds and runs for days. A `style` beside the file leads it."""
    return _Hospital(luck, short, style).content


class _Hospital:
    """Draws a scenario table by table, since what stands in one depends on others."""

    def __init__(self, luck: random.Random, short: bool, own_style: str):
        self.luck, self.short = luck, short
        self.content: Content = {key: leaf(luck, key) for key in ("title", "description")}
        content = self.content
        maybe(luck, content, "run", self._run, 1.0 if short else 0.7)
        content["divisions"] = named(luck, luck.randint(1, 2), self._division)
        content["staffing"] = named(luck, luck.randint(1, 2), self._pattern)
        self.divisions, self.patterns = list(content["divisions"]), list(content["staffing"])
        left = list(self.divisions)
        content["wards"] = named(luck, len(left) + luck.randint(0, 1), lambda: self._ward(left))
        own = {own_style} if own_style else set()
        if luck.random() < 0.2:
            content["styles"] = named(luck, 1, lambda: style(luck))
        self.styles = [*content.get("styles", ()), *shipped_styles()]
        level = luck.choice(("ward", "ward", "division"))
        content["leadership"] = {"style": next(iter(own), luck.choice(self.styles)), "level": level}
        maybe(luck, content["leadership"], "lead", lambda: luck.choice(self._leads(content["wards"])))
        self.by_division = level == "division"
        for ward in content["wards"].values():
            if not self.by_division:
                maybe(luck, ward, "leadership", lambda ward=ward: self._own_lead(ward), 0.3)
        maybe(luck, content, "dials", self._dials)
        maybe(luck, content, "target", self._target)
        maybe(luck, content, "parameters", self._parameters)
        maybe(
            luck, content, "mechanisms", lambda: {each: luck.random() < 0.5 for each in luck.sample([*MECHANISMS], 4)}
        )
        maybe(luck, content, "interventions", self._interventions, 0.5)

    def _run(self) -> Content:
        if self.short:
            return {"years": 0.01 * self.luck.randint(1, 3), "warm_up_days": self.luck.randint(0, 3), "replications": 1}
        return {key: leaf(self.luck, "run", key) for key in guide.keys_at(("run",)) if self.luck.random() < 0.6}

    def _days(self) -> int:
        return days_of(self.content.get("run", {}).get("years", 1.0))

    def _goals(self) -> Content:
        return parts(self.luck, ("outcome", "timeliness", "throughput", "standard"), 64, 1 / 64)

    def _division(self) -> Content:
        division = {key: leaf(self.luck, "divisions", "a", key) for key in ("title", "waiting_places")}
        maybe(self.luck, division, "manager_weights", self._goals, 0.2)
        return division

    def _group(self, grade: str) -> Content:
        luck = self.luck
        shifts = [
            {key: leaf(luck, "staffing", "a", "b", "shifts", "0", key) for key in ("start", "hours")}
            | {day: luck.randint(0, 3) for day in ("weekday", "weekend")}
            for _ in range(luck.randint(1, 3))
        ]
        for shift in shifts:
            maybe(luck, shift, "presence", lambda: number(luck, 0, 1))
        needed = max(sum(shift[day] for shift in shifts) for day in ("weekday", "weekend"))
        group = {"grade": grade, "posts": max(1, needed + luck.randint(0, 3)), "shifts": shifts}
        maybe(luck, group, "weights", self._goals, 0.2)
        return group

    def _pattern(self) -> Content:
        luck = self.luck
        grades = [luck.choice(NURSE_GRADES), luck.choice(DOCTOR_GRADES)]
        grades += luck.sample([*NURSE_GRADES, *DOCTOR_GRADES, "pharmacist"], luck.randint(0, 3))
        found = named(luck, len(grades), lambda: self._group(grades.pop()))
        manager = self._group("ward manager")
        one = [{**shift, "weekday": int(not at), "weekend": 0} for at, shift in enumerate(manager["shifts"])]
        return {**found, name(luck, found): {**manager, "posts": 1, "shifts": one}}

    def _ward(self, left: list[str]) -> Content:
        luck, at = self.luck, ("wards", "a")
        keys = ("title", "beds", "arrivals_per_day", "emergency_share", "handover")
        ward = {key: leaf(luck, *at, key) for key in keys}
        if self.short:
            ward |= {"beds": luck.randint(1, 9), "arrivals_per_day": luck.uniform(0, 9)}
        ward["division"] = left.pop() if left else luck.choice(self.divisions)
        ward["staffing"] = luck.choice(self.patterns)
        ward["mode_mix"] = parts(luck, MODES, 64, 1 / 64)
        ward["pathway"] = {key: number(luck, 0, 1) for key in guide.keys_at((*at, "pathway"))}
        maybe(luck, ward, "fragmentation", lambda: number(luck, 0, 1))
        maybe(luck, ward, "hazards", lambda: {luck.choice(HAZARD_KINDS): luck.randint(0, 10)})
        return ward

    def _grades(self, ward: Content) -> set[str]:
        return {group["grade"] for group in self.content["staffing"][ward["staffing"]].values()}

    def _leads(self, wards: Mapping[str, Content]) -> list[str]:
        """Who could lead all of these wards."""
        possible = [possible_leads(self._grades(ward)) for ward in wards.values()]
        return [lead for lead in possible[0] if all(lead in others for others in possible)]

    def _own_lead(self, ward: Content) -> Content:
        own: Content = {}
        maybe(self.luck, own, "style", lambda: self.luck.choice(self.styles), 0.7)
        maybe(self.luck, own, "lead", lambda: self.luck.choice(possible_leads(self._grades(ward))), 0.7)
        return own

    def _dials(self) -> Content:
        luck = self.luck
        found: Content = {key: leaf(luck, "dials", key) for key in guide.keys_at(("dials",)) if key != "devolution"}
        domains = guide.keys_at(("dials", "devolution"))
        some = {domain: number(luck, 0, 1) for domain in luck.sample(domains, luck.randint(1, len(domains)))}
        return found | {"devolution": luck.choice((some, number(luck, 0, 1)))}

    def _target(self) -> Content:
        target = {key: leaf(self.luck, "target", key) for key in guide.keys_at(("target",))}
        return target | ({"stops": "clerked"} if target["starts"] == target["stops"] else {})

    def _parameters(self) -> Content:
        """A few parameters, each in its range."""
        found: Content = {}
        changeable = [each for each in PARAMETERS.values() if each.module != "dials"]
        for each in self.luck.sample(changeable, self.luck.randint(1, 12)):
            *tables, last = each.name.split(".")
            place = found
            for table in tables:
                place = place.setdefault(table, {})
            place[last] = number(self.luck, each.low, each.high, whole=each.is_whole)
        return found

    # Interventions.

    def _interventions(self) -> list[Content]:
        luck = self.luck
        changes = luck.sample(_may_change(luck.random() < 0.5, "target" in self.content), 5)
        practices = ["checklist", "structured handover", "walk-rounds"]
        found = []
        for kind in luck.choices(("set", "ramp", "replace", "train", "adopt", "mandate"), k=luck.randint(1, 5)):
            each = {"kind": kind, "title": leaf(luck, "title"), "day": luck.randrange(self._days())}
            match kind:
                case "set" | "ramp":
                    each |= self._change(changes.pop(), kind, each["day"])
                case "replace":
                    each |= self._replaced(each)
                case "train":
                    each |= self._trained()
                case _ if practices:
                    each["practice"] = practices.pop()
                    if each["practice"] == "walk-rounds":
                        maybe(luck, each, "hours", lambda: number(luck, 0, LEADING_WEEK))
                case _:
                    continue
            if kind in ("train", "adopt", "mandate") and luck.random() < 0.3:
                each["wards"] = list(self.content["wards"])
            found.append(each)
        return found

    def _change(self, what: str, kind: str, day: int) -> Content:
        luck, known = self.luck, range_of(what if what != DEVOLUTION else f"{DEVOLUTION}.clinical")
        if known.is_whole:
            kind = "set"
        change: Content = {"kind": kind, "change": what}
        change["to"] = number(luck, known.low, known.high, known.is_whole, getattr(known, "steps_of", 0.0))
        if kind == "ramp":
            change["days"] = luck.randint(1, self._days() - day)
        else:
            maybe(luck, change, "until", lambda: day + luck.randint(1, 9))
        if what in OF_WARDS:
            maybe(luck, change, "wards", lambda: luck.sample(list(self.content["wards"]), 1))
        return change

    def _replaced(self, each: Content) -> Content:
        luck = self.luck
        found: Content = {"comes_from": luck.choice(("inside", "outside"))}
        wards = self.content["wards"]
        if not self.by_division:
            maybe(luck, each, "wards", lambda: luck.sample(list(wards), 1))
        maybe(luck, found, "style", lambda: luck.choice(self.styles))
        there = {ward: wards[ward] for ward in each.get("wards", wards)}
        maybe(luck, found, "lead", lambda: luck.choice(self._leads(there)))
        return found

    def _trained(self) -> Content:
        luck = self.luck
        what = luck.choice(_TAUGHT)
        found: Content = {"what": what} if what == "rigour" else {"what": what, "dose": number(luck, 0, 1)}
        maybe(luck, found, "reaches", lambda: number(luck, 0, 1))
        maybe(luck, found, "takes", lambda: luck.randint(0, 400))
        there = {grade for ward in self.content["wards"].values() for grade in self._grades(ward)}
        taught = [grade for grade in sorted(there) if what != "rigour" or grade in DOCTOR_GRADES]
        maybe(luck, found, "who", lambda: luck.sample(taught, luck.randint(1, len(taught))))
        return found


_TAUGHT = ("speaking up", "deciding", "skill", "rigour")


@cache
def _may_change(devolution_as_one: bool, with_target: bool) -> list[str]:
    """What may change while a hospital runs, so that no two of them stand for one number."""
    domains = {each for each in PARAMETERS if each.startswith(f"{DEVOLUTION}.")}
    known = {*PARAMETERS, *OF_WARDS, *(OF_TARGETS if with_target else ())}
    known = known - domains | {DEVOLUTION} if devolution_as_one else known
    return sorted(each for each in known if not is_read_once(each))


# Designs.


def design(luck: random.Random) -> Content:
    """A design on six beds, with few arms."""
    method = luck.choice(("grid", "factorial", "list", "lhs", "sobol", "morris"))
    content: Content = {"title": leaf(luck, "title"), "scenario": SCENARIO, "method": method}
    maybe(luck, content, "description", lambda: text(luck, 0, 4_000))
    maybe(luck, content, "run", lambda: _horizon(luck))
    keep = {"series": luck.random() < 0.5, "outcomes": luck.sample(sorted(BY_NAME), luck.randint(1, 5))}
    maybe(luck, content, "keep", lambda: keep)
    if luck.random() < 0.2:
        rows = luck.randint(1, 4)
        drawn = luck.sample(_rates(), 2)
        content["draws"] = {each.name: [number(luck, each.low, each.high) for _ in range(rows)] for each in drawn}
    elif luck.random() < 0.1:
        content["posterior"] = True
    return content | (_listed(luck) if method == "list" else _crossed(luck, method))


def _horizon(luck: random.Random) -> Content:
    length = luck.choice(({"years": luck.uniform(0.001, 50)}, {"days": luck.randint(1, 18_250)}, {}))
    return length | {
        "warm_up_days": luck.randint(0, 365), "seed": luck.randint(0, 2**61), "replications": luck.randint(1, 10**6)
    }  # fmt: skip


def _rates() -> list[Any]:
    """Parameters that are fractions, and neither dials nor what the posterior draws or a style holds."""
    return [each for each in PARAMETERS.values() if each.module in ("voice", "modes") and not each.is_whole]


def _listed(luck: random.Random) -> Content:
    arms: Content = {name(luck, {}): {}} if luck.random() < 0.5 else {}
    for style in luck.sample(shipped_styles(), luck.randint(1, 2)):
        if style != "pace_setting":  # as the first arm may be
            arms[name(luck, arms)] = {"style": style}
    of = luck.choice(_rates())
    low, high = of.low + 0.1 * (of.high - of.low), of.high
    arms[name(luck, arms)] = {"set": {of.name: low + (high - low) * 0.25 * luck.random() + 1e-4}}
    return {"arms": arms}


def _crossed(luck: random.Random, method: str) -> Content:
    chosen = luck.sample(_rates(), 3)
    levers, uncertainties = {}, {}
    for at, of in enumerate(chosen[: luck.randint(1, 2)]):
        levers[of.name] = _varied(luck, of, method, must_range=not at)
    maybe(luck, uncertainties, chosen[2].name, lambda: _varied(luck, chosen[2], method, False), 0.3)
    content: Content = {"levers": levers, "uncertainties": uncertainties}
    if method in ("grid", "lhs"):
        maybe(luck, content, "styles", lambda: luck.sample(shipped_styles(), luck.randint(1, 2)), 0.3)
    if method in ("lhs", "sobol", "morris"):
        sampling = {"samples": 2, "seed": luck.randrange(2**31)}
        content["sampling"] = sampling | ({"levels": 4} if method == "morris" else {})
    return content


def _varied(luck: random.Random, of: Any, method: str, must_range: bool) -> Any:
    """What a lever or uncertainty may be under a method."""
    span = of.high - of.low
    ends = {"low": of.low + 0.2 * span * luck.random(), "high": of.high - 0.2 * span * luck.random()}
    if method in ("lhs", "sobol", "morris"):
        logarithmic = ends["low"] > 0 and luck.random() < 0.3
        return (
            ends | ({"scale": "log"} if logarithmic else {}) if must_range or luck.random() < 0.6 else [*ends.values()]
        )
    levels = 2 if method == "factorial" else luck.randint(2, 3)
    ways = [
        [of.low + span * (at + 0.5 * luck.random()) / levels for at in range(levels)],
        {"options": {f"o{at}": {of.name: of.low + span * (at + 0.5) / levels} for at in range(levels)}},
    ]
    return luck.choice([*ways, ends | {"steps": levels}] if method == "grid" else ways)
