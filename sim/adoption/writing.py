"""Writing the scenario that a table of wards asks for, so that a policy analyst can read it and go on from there.

The file says what the table says and what is usual for the rest, and which row made what. It is complete: it extends no
other file.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Protocol

from sim.adoption.columns import USUAL_EMERGENCIES
from sim.adoption.table import WardRow, WardTable
from sim.adoption.usual import rota, usual
from sim.scenario import RunPlan, Shift
from sim.scenario.schema import ALL_WARDS
from sim.scenario.words import one_line
from sim.state.vocabulary import MODES

COMING_BACK = 1 / 8  # of those who are admitted; they come by themselves, so the scenario must not count them again
MOST_WAITING = 400
PLACES_OF_A_WARD = 10  # as in scenarios/baseline.toml: 20 for the two wards of a division
WIDTH = 116
LONGEST_KEY, LONGEST_TITLE = 40, 200
RULE = f"# {'-' * (WIDTH - 2)}"
ONLY_DIVISION = "Wards"

HEADING = """\
Numbers of beds, occupancy, stay, posts and modes of care are those of the table; the row is named beside each ward. \
Everything else is usual: pathway, handover and hazards those of the mixed ward that ships with the model \
(scenarios/one_ward.toml), the rota its rota in proportion to the posts, who leads and the dials at their defaults. \
Change what you know better. `microsystem explain wards.beds` says what a key means, `microsystem validate` checks the \
file."""
STAY_NOTE = """\
How long patients stay cannot be set for a ward: it follows from their modes of care and from how care goes. What the \
table says of stays went into the arrivals alone: beds × occupancy / stay is how many come a day, and one in eight of \
them is somebody who comes back within 30 days, whom the model brings by itself."""
CHECKED_NOTE = """\
The scenario was run as it stands, and what the model showed is written beside each ward. Another version of the model \
may show something else: `microsystem run` on this file says what it is now."""
FITTED_NOTE = """\
Arrivals were then fitted, ward by ward and with nothing else changed, so that beds are as full as the table says. \
What the model showed in the last round is written beside each ward."""
UNCHECKED_NOTE = """\
The scenario was not run when it was written: `microsystem run` on this file shows how full beds are and how long \
patients stay."""
LEADING_NOTE = """\
Who leads, and how, stands under [leadership]; what the hospital is like to work in, under [dials]; a target under \
[target]: docs/howto_describe_leadership.md. Left out here, they stand at their defaults, and there is no target."""


class Beside(Protocol):
    """What the model showed of a ward, as far as the file tells it."""

    @property
    def row(self) -> WardRow:
        """Of the table."""

    @property
    def arrivals(self) -> float:
        """New patients a day."""

    def in_words(self) -> str:
        """Occupancy and stay."""


def scenario_text(table: WardTable, title: str, seen: Sequence[Beside] = (), is_fitted: bool = False) -> str:
    """The scenario of a table as TOML; `sim.scenario.from_text` reads it.

    Args:
        table: of wards.
        title: of the scenario, 1 to 200 characters on one line.
        seen: what the model showed of each ward when it was run; nothing if it was not.
        is_fitted: whether the arrivals were fitted to the occupancy of the table.
    """
    keys = _keys([row.name for row in table.rows])
    divisions = _divisions(table)
    patterns = _patterns(table, keys)
    shown = {each.row.row: each for each in seen}
    how_checked = (FITTED_NOTE if is_fitted else CHECKED_NOTE) if seen else UNCHECKED_NOTE
    lines = [
        *_comment(f"{title}. Made from {table.source} by `microsystem adopt`."),
        *(line for text in (HEADING, STAY_NOTE, how_checked, *table.readings) for line in ("#", *_comment(text))),
        "",
        f"title = {_quoted(title)}",
        f"description = {_quoted(_description(table))}",
        "",
        *_run_lines(),
        "",
        *_comment(LEADING_NOTE),
    ]
    for name, key in divisions.items():
        lines += ["", *_division_lines(key, [row for row in table.rows if row.division.casefold() == name])]
    for row in table.rows:
        division = divisions[row.division.casefold()]
        lines += ["", *_ward_lines(row, keys[row.name], division, patterns[_staff(row)], shown.get(row.row))]
    for staff, key in patterns.items():
        lines += ["", *_staffing_lines(key, staff, [row for row in table.rows if _staff(row) == staff])]
    return "\n".join(lines) + "\n"


def derived_arrivals(row: WardRow) -> float:
    """New patients a day whom a ward takes, less those who come back and come by themselves."""
    return round(row.patients_a_day * (1 - COMING_BACK), 3)


def in_percent(share: float) -> str:
    """A share as people write it: ``92%``, ``92.5%``."""
    return f"{100 * share:.4g}%"


# Names


def _keys(names: Sequence[str]) -> dict[str, str]:
    """A key of its own for each name: its letters and digits, small, with underscores between words."""
    keys: dict[str, str] = {}
    for name in dict.fromkeys(names):
        stem = key = _key(name)
        number = 2
        while key in keys.values():
            ending = f"_{number}"
            key = f"{stem[: LONGEST_KEY - len(ending)]}{ending}"
            number += 1
        keys[name] = key
    return keys


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not key or not key[0].isalpha() or key == ALL_WARDS:
        key = f"ward_{key}".strip("_")
    return key[:LONGEST_KEY].strip("_")


def _divisions(table: WardTable) -> dict[str, str]:
    """The key of each division, by its name in small letters; no name stands for the only one."""
    names = list(dict.fromkeys(row.division.casefold() for row in table.rows))
    keys = _keys([name or ONLY_DIVISION for name in names])
    return {name: keys[name or ONLY_DIVISION] for name in names}


def _staff(row: WardRow) -> tuple[tuple[str, int], ...]:
    return tuple(row.posts.items())


def _patterns(table: WardTable, keys: Mapping[str, str]) -> dict[tuple[tuple[str, int], ...], str]:
    """The key of each pattern of staffing: that of the first ward that has it."""
    patterns: dict[tuple[tuple[str, int], ...], str] = {}
    for row in table.rows:
        patterns.setdefault(_staff(row), keys[row.name])
    return patterns


# Lines


def _description(table: WardTable) -> str:
    wards, beds = len(table.rows), table.beds
    made = f"{wards} ward{'s' * (wards != 1)} with {beds:,} beds, from a table of wards"
    return f"{made}; what the table does not say is usual for an English acute ward."


def _run_lines() -> list[str]:
    plan = RunPlan()
    return [
        "[run]",
        f"years = {plan.years:g}",
        f"warm_up_days = {plan.warm_up_days} # the hospital starts empty and needs weeks to fill to its usual level",
        f"seed = {plan.seed}",
        f"replications = {plan.replications}",
    ]


def _division_lines(key: str, rows: Sequence[WardRow]) -> Iterator[str]:
    yield f"[divisions.{key}]"
    yield f"title = {_quoted(rows[0].division or ONLY_DIVISION)}"
    places = min(MOST_WAITING, PLACES_OF_A_WARD * len(rows))
    yield f"waiting_places = {places} # assumed: {PLACES_OF_A_WARD} trolleys and chairs for each ward"


def _ward_lines(row: WardRow, key: str, division: str, pattern: str, seen: Beside | None) -> Iterator[str]:
    like = usual().ward
    yield from _comment(
        f"Row {row.row}: {row.name}, {row.beds} beds, {in_percent(row.occupancy)} full, stays of {row.stay:g} days."
    )
    for told in (*row.readings, *([seen.in_words()] if seen else [])):
        yield from _comment(f"{told[:1].upper()}{told[1:]}.")
    yield f"[wards.{key}]"
    yield f"title = {_quoted(row.name)}"
    yield f'division = "{division}"'
    yield f'staffing = "{pattern}"'
    yield f"beds = {row.beds}"
    derived = derived_arrivals(row)
    arrivals = seen.arrivals if seen else derived
    asked = f"{row.beds} × {in_percent(row.occupancy)} / {row.stay:g} = {row.patients_a_day:.2f} a day, less an eighth"
    fitted = f"fitted to the occupancy; the table asks for {derived!r}: " if arrivals != derived else ""
    yield f"arrivals_per_day = {arrivals!r} # {fitted}{asked}"
    if row.emergency_share is None:
        yield f"emergency_share = {USUAL_EMERGENCIES} # usual; the table does not say"
    else:
        yield f"emergency_share = {row.emergency_share!r}"
    yield f"mode_mix = {{ {', '.join(f'{mode} = {part!r}' for mode, part in zip(MODES, row.mode_mix, strict=True))} }}"
    pathway = ", ".join(f"{name} = {value!r}" for name, value in like.pathway.model_dump().items())
    yield f"pathway = {{ {pathway} }}"
    yield f'handover = "{like.handover}"'
    hazards = ", ".join(f"{kind} = {count}" for kind, count in like.hazards.items() if count)
    yield f"hazards = {{ {hazards} }}"


def _staffing_lines(key: str, staff: Sequence[tuple[str, int]], rows: Sequence[WardRow]) -> Iterator[str]:
    of = ", ".join(f"{row.name} (row {row.row})" for row in rows)
    beds = {row.beds for row in rows}
    yield RULE
    yield from _comment(f"Staff of {of}.")
    if len(beds) == 1:
        yield from _comment(_patients_to_a_nurse(dict(staff), beds.pop()))
    yield RULE
    for grade, posts in staff:
        if posts:
            name, group = usual().group_of(grade)
            yield from ("", *_group_lines(key, name, grade, posts, rota(group, posts)))
    name, manager = usual().group_of("ward manager")
    yield from ("", *_group_lines(key, name, manager.grade, manager.posts, manager.shifts))


def _patients_to_a_nurse(posts: Mapping[str, int], beds: int) -> str:
    """How many nurses are on duty on a weekday by when their shift starts, and how many beds each of them has."""
    shifts = [
        shift
        for grade in ("staff nurse", "senior nurse")
        if posts[grade]
        for shift in rota(usual().group_of(grade)[1], posts[grade])
    ]
    starts = sorted({shift.start for shift in shifts})
    told = [f"{sum(shift.weekday for shift in shifts if shift.start == start)} from {start}" for start in starts]
    ratios = [beds / sum(shift.weekday for shift in shifts if shift.start == start) for start in starts]
    return f"Nurses on duty: {' and '.join(told)}, so {' and '.join(f'{ratio:.1f}' for ratio in ratios)} beds to each."


def _group_lines(key: str, name: str, grade: str, posts: int, shifts: Sequence[Shift]) -> Iterator[str]:
    yield f"[staffing.{key}.{name}]"
    yield f'grade = "{grade}"'
    yield f"posts = {posts}"
    yield "shifts = ["
    for shift in shifts:
        presence = f", presence = {shift.presence!r}" if shift.presence != 1 else ""
        people = f"weekday = {shift.weekday}, weekend = {shift.weekend}"
        yield f'    {{ start = "{shift.start}", hours = {shift.hours:g}, {people}{presence} }},'
    yield "]"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(one_line(text), WIDTH - 2, break_on_hyphens=False)]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a string of JSON without control characters is one of TOML
