"""Arms laid out for an answer: what somebody chooses, by mode of care, across all that nobody chooses."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.arms import Arms, ComparisonError, factor_called, factors_of, with_levels
from sim.analysis.claims import measures
from sim.analysis.outcomes import ALL
from sim.analysis.stored import StoredResults
from sim.experiment.design import STYLE
from sim.experiment.design_files import ARM
from sim.experiment.design_form import SAMPLED
from sim.scenario.words import one_line
from sim.state.vocabulary import MODES

MODE = "mode"
DEVOLUTION = "dials.devolution"
NO_ARM = -1


@dataclass(frozen=True)
class Layout:
    """Arms as a grid: each choice in each setting of what is not chosen, in each group.

    Attributes:
        chosen: factors that make a choice; none for arms of a list, each of which is a choice.
        by: the factor whose levels are the groups; None where groups are modes of care within the same wards.
        across: all other factors that vary.
        choices: a row for each choice: its levels of what is chosen, or ``arm``, the title of one of a list.
        settings: a row for each setting of what is across; one without columns if nothing is.
        levels: of `by`; one that is no group, ``all``, where groups are modes of care.
        arms: numbers of the arms, [levels, settings, choices].
    """

    chosen: tuple[str, ...]
    by: str | None
    across: tuple[str, ...]
    choices: pd.DataFrame
    settings: pd.DataFrame
    levels: tuple[object, ...]
    arms: np.ndarray

    @property
    def group_name(self) -> str:
        """What the column of groups is called."""
        return self.by or MODE

    def values(self, found: Arms, outcome: str) -> dict[object, np.ndarray]:
        """Group → values of an outcome, [replications, settings, choices]; the last group is ``all``.

        Of groups that are levels of a factor, ``all`` is the mean, each level counting alike. Of modes of care in the
        same wards it is all patients. A mode that no patient needs is left out, and so are all modes where the outcome
        is not counted by mode. Not a number where a run failed or there was nothing to count.

        Raises:
            ComparisonError: no run has such an outcome.
        """
        if self.by is None:
            modes = (*MODES, ALL) if outcome in measures().by_mode else (ALL,)
            of_modes = {mode: self._grid(found, outcome, mode)[:, 0] for mode in modes}
            return {mode: grid for mode, grid in of_modes.items() if mode == ALL or not np.isnan(grid).all()}
        grid = self._grid(found, outcome, ALL)
        by_level = {level: grid[:, place] for place, level in enumerate(self.levels)}
        return by_level if len(by_level) == 1 else by_level | {ALL: grid.mean(axis=1)}

    def _grid(self, found: Arms, outcome: str, mode: str) -> np.ndarray:
        try:
            values = found.values(outcome, mode=mode)
        except ValueError as refusal:
            raise ComparisonError(str(refusal)) from None
        wanted = self.arms.ravel()
        return values.reindex(columns=wanted).to_numpy(float).reshape(len(values), *self.arms.shape)


def lay_out(
    found: Arms,
    chosen: Sequence[str] | None = None,
    by: str | None = None,
    where: Sequence[tuple[str, object]] = (),
    usual: Collection[str] = (STYLE, DEVOLUTION),
) -> Layout:
    """Lay arms out as choices, groups and settings.

    Args:
        found: the experiment, or runs in memory.
        chosen: factors that make a choice, by name or its last part. If None, those of `usual` that the design does not
            call uncertainties; where there is none, all levers; of a list, its arms.
        by: the factor whose levels are the groups; if None, ``mode`` where that is a factor, or else modes of care
            within wards.
        where: factors and levels that arms have; of several levels of one factor, any.
        usual: factors that are chosen if nothing is said; the domains of one, such as of devolution, count with it.

    Raises:
        ComparisonError: there is no such factor or level, nothing is chosen, or not every choice met every setting.
    """
    arms = found.arms[found.arms["arm"].isin(with_levels(found.arms, where))]
    form = _form(found)
    grouped = factor_called(by, arms) if by is not None else MODE if MODE in factors_of(arms) else None
    named = [factor_called(name, arms) for name in chosen] if chosen else _usually(arms, grouped, form, usual)
    made = tuple(dict.fromkeys(named))
    if grouped in made:
        raise ComparisonError(f"{grouped} is what is chosen; --by takes another factor")
    across = tuple(name for name in factors_of(arms) if name not in (*made, grouped) and arms[name].nunique() > 1)
    of_choices = arms[list(made)] if made else arms[["title"]].rename(columns={"title": ARM})
    choices, choice = _each_once(of_choices)
    settings, setting = _each_once(arms[list(across)])
    levels = list(dict.fromkeys(arms[grouped])) if grouped else [ALL]
    level = [levels.index(each) for each in arms[grouped]] if grouped else [0] * len(arms)
    if len(choices) < 2:
        raise ComparisonError(f"there is one choice of {' and '.join(made) or 'arms'} only; a ranking takes two")
    grid = np.full((len(levels), len(settings), len(choices)), NO_ARM)
    grid[level, setting, choice] = arms["arm"]
    if (grid == NO_ARM).any():
        raise ComparisonError(_why_not_whole(found, form, grid, made))
    return Layout(made, grouped, across, choices, settings, tuple(levels), grid)


def _form(found: Arms) -> Mapping[str, Any]:
    """The design as it was written; nothing of runs in memory."""
    return found.store.manifest["design"]["form"] if isinstance(found, StoredResults) else {}


def _usually(arms: pd.DataFrame, grouped: str | None, form: Mapping[str, Any], usual: Collection[str]) -> list[str]:
    """What is chosen if nobody says it: the usual, or else every lever; nothing for arms of a list."""
    known = factors_of(arms)
    if not known:
        return []
    unchosen = (*form.get("uncertainties", ()), grouped)
    free = [name for name in known if name not in unchosen and arms[name].nunique() > 1]
    named = [name for name in free if any(f"{name}.".startswith(f"{each}.") for each in usual)]
    found = [name for name in named if name not in _drawn(form)] or named or free
    if not found:
        raise ComparisonError(
            f"nothing here is chosen: no styles and no levers vary; name a factor with --choose{_known(known)}"
        )
    return found


def _known(factors: Sequence[str]) -> str:
    return f" ({', '.join(one_line(name) for name in factors)})"


def _drawn(form: Mapping[str, Any]) -> list[str]:
    """Factors of which points were drawn, so that hardly two arms share a level."""
    if form.get("method") not in SAMPLED:
        return []
    tables = (form.get("levers", {}), form.get("uncertainties", {}))
    return [name for table in tables for name, factor in table.items() if "low" in factor]


def _each_once(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """The different rows in the order in which they appear, and which of them each row is."""
    places: dict[tuple, int] = {}
    which = [places.setdefault(tuple(row), len(places)) for row in rows.itertuples(index=False, name=None)]
    first = [which.index(place) for place in range(len(places))]
    return rows.iloc[first].reset_index(drop=True), which


def _why_not_whole(found: Arms, form: Mapping[str, Any], grid: np.ndarray, made: Sequence[str]) -> str:
    drawn = [name for name in made if name in _drawn(form)]
    if drawn:
        return (
            f"{drawn[0]} is drawn from a range, so that no two choices meet the same setting; choose among factors "
            'that are crossed (--choose), or make a design with method = "grid" and steps'
        )
    missing = f"{int((grid == NO_ARM).sum()):,} of {grid.size:,} combinations of what is chosen and what is not"
    if isinstance(found, StoredResults) and found.store.status().left:
        return f"{missing} have not run yet; `microsystem resume {found.store.shown}` goes on with them"
    return f"{missing} have no arm, so that choices cannot be compared in the same settings; a grid has them all"
