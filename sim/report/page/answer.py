"""The plain answer: two to five sentences, written from the evidence by rules that know nothing of what we hope for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from sim.analysis.arms import Comparison
from sim.analysis.evidence import ERROR_RATE, paired_p, still_needed, sure_interval
from sim.analysis.outcomes import BY_NAME
from sim.report.arms import in_shown_units
from sim.report.numbers import in_words
from sim.report.page.ledgers import Reading, misled, readings
from sim.report.page.subject import HARM, LEDGERS, Subject
from sim.report.page.tables import shown_unit
from sim.report.page.words import Names, apart, between, counted, names_of

MOST_SENTENCES = 5
MOST_OTHERS = 3  # outcomes beside harm
# A difference that somebody may care about, in units as shown, and in words.
PRECISE = {
    "patients_harmed": (1.0, "one patient in 1,000"),
    "preventable_events": (0.1, "one harm in 10,000 bed-days"),
    "adverse_events": (1.0, "one harm in 1,000 admissions"),
}
# What stands before a number, and what after it.
SAID_OF = {
    "patients_harmed": ("Of 1,000 patients", "are harmed by their care or by the lack of it"),
    "preventable_events": ("In 1,000 days that patients spend in a bed", "harms happen that better care would prevent"),
    "adverse_events": ("Of every 1,000 admissions", "harms come by care or by the lack of it"),
}
NO_HARM = (
    "These results cannot say which arm does better in true harm: no outcome of harm was kept. Leave `outcomes` out of "
    "`[keep]` in the design, or name patients_harmed there, and sweep into a new folder."
)


@dataclass(frozen=True)
class Answer:
    """The answer: its first sentence, and those that follow."""

    first: str
    others: tuple[str, ...]


def answer(subject: Subject, comparison: Comparison | None) -> Answer:
    """What the results say about true harm, and what else surely differs, in two to five sentences for a board."""
    if subject.primary is None:
        return Answer(NO_HARM, ("What was kept is compared below.",) if comparison else ())
    if comparison is None:
        return Answer(*_alone(subject, subject.primary))
    first, *others = _compared(subject, comparison, subject.primary)
    return Answer(first, tuple(others[: MOST_SENTENCES - 1]))


def _alone(subject: Subject, name: str) -> tuple[str, tuple[str, ...]]:
    """What is said of one arm."""
    lead, what = SAID_OF[name]
    factor = {"% of stays": 10.0, "per 100 admissions": 10.0}.get(BY_NAME[name].unit, 1.0)
    mean, low, high, runs = sure_interval(subject.found.values(name).iloc[:, 0].to_numpy() * factor, least=0.0)
    if isnan(mean):
        return f"Nobody stayed long enough to count {BY_NAME[name].title.lower()}.", ()
    sure = f" The 95% interval is {in_words(low)} to {in_words(high)}, from {counted(runs, 'run')}." * (not isnan(low))
    none = "One run alone says nothing of chance: ask for more replications." if runs == 1 else ""
    compare = "There is nothing to compare with: a second arm, with the same seeds, would show a difference."
    return f"{lead}, {in_words(mean)} {what}.{sure}", tuple(filter(None, (none, compare)))


def _compared(subject: Subject, comparison: Comparison, name: str) -> Iterator[str]:
    table = in_shown_units(comparison.table)
    rows = table[table.outcome == name]
    names = names_of(comparison)
    sure = rows[rows.p_adjusted < ERROR_RATE]
    better = list(sure[sure.difference < 0].sort_values("of_arm").itertuples())
    worse = list(sure[sure.difference > 0].sort_values("of_arm", ascending=False).itertuples())
    unsure = list(rows[~(rows.p_adjusted < ERROR_RATE)].itertuples())
    focus = (better or worse or unsure)[0]
    if names.groups:
        yield from _of_groups(rows, better, worse, names, name)
        if not (better or worse):
            yield _not_none(subject, unsure, name)
    elif better:
        yield from _of_better(subject, better, worse, unsure, names, name)
    elif worse:
        yield from _of_worse(worse, unsure, names, name)
    else:
        yield from _of_none(subject, unsure, names, name)
    if said := _unfinished(comparison):
        yield said
    yield from _beside_harm(table, name, names)
    yield from _records(comparison, focus, names)


def _of_better(
    subject: Subject, better: Sequence[Any], worse: Sequence[Any], unsure: Sequence[Any], names: Names, name: str
) -> Iterator[str]:
    best, *others = better
    lead, what = SAID_OF[name]
    yield (
        f"{names.quoted(best.arm)} does better in true harm than {names.quoted(best.reference)}: "
        f"{_lower(lead)}, {in_words(best.of_arm)} {what}, and not {in_words(best.of_reference)}."
    )
    yield _how_sure(best)
    said = []
    if also := [row.arm for row in others]:
        ties = _level_with(subject, best.arm, also, name, len(names.arms))
        tied = f", and these results cannot tell {_them(ties)} from the best" * bool(ties)
        said.append(f"{names.listed(also)} {_does(also)} better too{tied}")
    if unsure:
        arms = [row.arm for row in unsure]
        said.append(f"{names.listed(arms)} {_is(arms)} not told apart from {names.quoted(best.reference)}")
    if worse:
        said.append(_also_worse(worse, names))
    if said:
        yield f"{'; '.join(said)}."


def _of_worse(worse: Sequence[Any], unsure: Sequence[Any], names: Names, name: str) -> Iterator[str]:
    first, *others = worse
    lead, what = SAID_OF[name]
    yield (
        f"No other arm is shown to do better in true harm than {names.quoted(first.reference)}, and "
        f"{names.quoted(first.arm)} does worse: {_lower(lead)}, {in_words(first.of_arm)} {what}, and not "
        f"{in_words(first.of_reference)}."
    )
    yield _how_sure(first)
    said = [_also_worse(others, names)] if others else []
    if unsure:
        arms = [row.arm for row in unsure]
        said.append(f"{names.listed(arms)} {_is(arms)} not told apart from {names.quoted(first.reference)}")
    if said:
        yield f"{'; '.join(said)}."


def _of_none(subject: Subject, unsure: Sequence[Any], names: Names, name: str) -> Iterator[str]:
    arms, first = [row.arm for row in unsure], unsure[0]
    lead, what = SAID_OF[name]
    reference = names.quoted(first.reference)
    who = f"{names.quoted(arms[0])} and {reference}" if len(arms) == 1 else f"any arm from {reference}"
    yield f"In true harm these results do not tell {who}{' apart' * (len(arms) == 1)}."
    if all(isnan(row.low) for row in unsure):
        yield "One pair of runs, or a few that are all alike, cannot tell arms apart: ask for more replications."
        return
    means = sorted({in_words(value) for row in unsure for value in (row.of_arm, row.of_reference)}, key=_value)
    seen = means[0] if len(means) == 1 else f"{means[0]} to {means[-1]}"
    widest = max(unsure, key=lambda row: row.high - row.low if not isnan(row.low) else 0.0)
    under = f" under {names.quoted(widest.arm)}" if len(arms) > 1 else ""
    yield f"{lead}, {seen} {what}; the difference{under} may be anything {between(widest)} (95% interval)."
    yield _not_none(subject, unsure, name)


def _not_none(subject: Subject, unsure: Sequence[Any], name: str) -> str:
    """How many more replications would show differences to within one that somebody may care about."""
    within, words = PRECISE[name]
    arms = {arm for row in unsure for arm in (row.arm, row.reference)}
    values = shown_unit(name)[0] * subject.found.values(name).reindex(columns=sorted(arms))
    differences = [(values[row.arm] - values[row.reference]).dropna().to_numpy() for row in unsure]
    said = "That no difference is shown does not mean that there is none"
    if min(map(len, differences)) < 2:
        return f"{said}."
    needed = max(still_needed(each, within) for each in differences)
    which = "each difference" if len(unsure) > 1 else "it"
    if not needed:
        return f"{said}, but {which} is known to within {words}."
    return f"{said}: about {needed:,} more replications would show {which} to within {words}."


def _of_groups(
    rows: pd.DataFrame, better: Sequence[Any], worse: Sequence[Any], names: Names, name: str
) -> Iterator[str]:
    """Several references, each with its arms: how many do better, and the clearest example."""
    total = len(rows)
    yield (
        f"Of {counted(total, 'comparison')} in true harm, {counted(len(better), 'arm')} {_do(len(better))} better than "
        f"{'its' if len(better) == 1 else 'their'} reference and {counted(len(worse), 'arm')} {_do(len(worse))} worse; "
        f"{counted(total - len(better) - len(worse), 'arm')} {_are(total - len(better) - len(worse))} not told apart."
    )
    lead, what = SAID_OF[name]
    for words, found in (("clearest gain", better), ("clearest loss", worse)):
        if found:
            row = max(found, key=lambda each: abs(each.difference))
            yield (
                f"The {words} is of {names.quoted(row.arm)} ({names.groups[row.reference]}): {_lower(lead)}, "
                f"{in_words(row.of_arm)} {what}, and not {in_words(row.of_reference)}, "
                f"which is {apart(row)} (95% interval {between(row)})."
            )


def _how_sure(row: Any) -> str:
    if isnan(row.low):
        return f"That is {apart(row)}; too few pairs differ for an interval, so the size is not known."
    return (
        f"That is {apart(row)}; the 95% interval runs {between(row)}, from {row.replications:,} pairs of runs with the "
        "same patients and the same luck."
    )


def _level_with(subject: Subject, best: int, others: Sequence[int], name: str, arms: int) -> list[int]:
    """Which arms are not told apart from the best, corrected for all pairs of `arms` (Bonferroni): any may be best."""
    values, pairs = subject.found.values(name), arms * (arms - 1) // 2
    chances = {arm: paired_p((values[arm] - values[best]).dropna().to_numpy()) for arm in others}
    return [arm for arm, chance in chances.items() if not chance * pairs < ERROR_RATE]


def _also_worse(worse: Sequence[Any], names: Names) -> str:
    arms = [row.arm for row in worse]
    return f"{names.listed(arms)} {_does(arms)} worse{f' ({apart(worse[0])})' * (len(arms) == 1)}"


def _unfinished(comparison: Comparison) -> str:
    progress = comparison.progress
    if not progress or not (progress.left or progress.failed):
        return ""
    told = [f"{progress.left:,} are still to do"] * bool(progress.left)
    told += [f"{progress.failed:,} failed"] * bool(progress.failed)
    return f"This is not final: of {progress.runs:,} runs, {' and '.join(told)}."


def _beside_harm(table: pd.DataFrame, harm: str, names: Names) -> Iterator[str]:
    """What else is told apart: the outcomes that differ most as a share of their level, each by its clearest arm.

    Outcomes of which both ledgers tell are left to them.
    """
    rows = table[(table.p_adjusted < ERROR_RATE) & ~table.outcome.isin((harm, *LEDGERS))]
    share = rows.difference.abs() / rows[["of_reference", "of_arm"]].abs().max(axis=1)
    rows = rows.assign(share=share).sort_values("share", ascending=False, kind="stable")
    told = [_most_apart(rows[rows.outcome == name], names) for name in rows.outcome.unique()[:MOST_OTHERS]]
    if told:
        yield f"What else surely differs, the most first: {'; '.join(told)}."


def _most_apart(rows: pd.DataFrame, names: Names) -> str:
    """One outcome: how far it differs in the arm in which it does most, and how many more arms it is told apart in."""
    first, *others = rows.itertuples()
    alike = sum((row.difference > 0) == (first.difference > 0) for row in others)
    way, back = ("higher", "lower") if first.difference > 0 else ("lower", "higher")
    more = [f"{way} in {counted(alike, 'more arm')}"] * bool(alike)
    more += [f"{back} in {counted(len(others) - alike, 'arm')}"] * (len(others) > alike)
    group = names.groups.get(first.reference, "")
    where = f"{names.quoted(first.arm)}{f' ({group})' * bool(group)}"
    return (
        f"{_lower(first.title)} ({first.unit}), {in_words(first.of_arm)} and not {in_words(first.of_reference)} under "
        f"{where}{f' ({", ".join(more)})' * bool(more)}"
    )


def _records(comparison: Comparison, focus: Any, names: Names) -> Iterator[str]:
    """Where the records mislead: of the arm that was spoken of first, or else of any."""
    found = [reading for reading in readings(comparison) if reading.disagrees]
    harm = [reading for reading in found if reading.true in (*HARM, "errors_reached")]
    if not harm:
        return
    first: Reading = next((reading for reading in harm if reading.arm == focus.arm), harm[0])
    group = names.groups.get(comparison.references[first.arm], "")
    arm = f"{names.quoted(first.arm)}{f' ({group})' * bool(group)}"
    yield misled(first, arm, names.quoted(comparison.references[first.arm]))


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("–", "nan"))


def _them(arms: Sequence[int]) -> str:
    return "it" if len(arms) == 1 else "them"


def _does(arms: Sequence[int]) -> str:
    return _do(len(arms))


def _do(number: int) -> str:
    return "does" if number == 1 else "do"


def _is(arms: Sequence[int]) -> str:
    return _are(len(arms))


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
