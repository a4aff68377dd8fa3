"""What is usual for a ward: that of ``scenarios/one_ward.toml``, from which comes all that no table of wards says."""

from dataclasses import dataclass
from functools import cache

from sim.experiment.claims import shipped
from sim.scenario import Division, Group, Shift, Ward, load

FILE = "one_ward.toml"


@dataclass(frozen=True)
class Usual:
    """The usual ward.

    Attributes:
        ward: its pathway, handover and hazards.
        groups: who works on it, by name.
        division: the layer above it.
    """

    ward: Ward
    groups: dict[str, Group]
    division: Division

    def group_of(self, grade: str) -> tuple[str, Group]:
        """The group of a grade, with its name."""
        return next((name, group) for name, group in self.groups.items() if group.grade == grade)


@cache
def usual() -> Usual:
    """The usual ward that ships with the model."""
    scenario = load(next(iter(shipped().values())).parents[1] / FILE)
    (ward,) = scenario.wards.values()
    return Usual(ward, scenario.staffing[ward.staffing], scenario.divisions[ward.division])


def rota(group: Group, posts: int) -> tuple[Shift, ...]:
    """The shifts that so many posts fill, in the proportions of the usual `group`.

    So many of a hundred posts are at work on a day as usual. Shifts that go on at weekends too come first, as far as
    there are posts for each of them, so that no night is empty for the sake of a fraction; the rest is shared out by
    what lacks most.

    Args:
        group: the usual one, with its own posts.
        posts: one or more.
    """
    first = [shift.weekday > 0 and shift.weekend > 0 for shift in group.shifts]
    counts = [
        _shared([getattr(shift, day) for shift in group.shifts], first, posts, group.posts)
        for day in ("weekday", "weekend")
    ]
    scaled = [
        shift.model_copy(update={"weekday": weekday, "weekend": weekend})
        for shift, weekday, weekend in zip(group.shifts, *counts, strict=True)
    ]
    return tuple(shift for shift in scaled if shift.weekday or shift.weekend)


def _shared(needed: list[int], first: list[bool], posts: int, usual_posts: int) -> list[int]:
    """People on each shift of a day."""
    wanted = [need * posts / usual_posts for need in needed]
    total = int(sum(wanted) + 0.5)
    if posts > sum(first):
        total = max(total, sum(first))
    given = [0] * len(needed)
    for _ in range(total):
        lacks = max(range(len(needed)), key=lambda k: (first[k] and not given[k], wanted[k] - given[k]))
        given[lacks] += 1
    return given
