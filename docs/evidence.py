"""The tables of pages on evidence, made from the results that are kept in the repository."""

import json
import shlex
from pathlib import Path

import pandas as pd

from sim.analysis.claims import measures, unit_of
from sim.analysis.evidence import ERROR_RATE
from sim.analysis.outcomes import ALL, BY_NAME
from sim.experiment.claims import Statement, find, load_claim
from sim.report.claims import ROLE_WORDS, asked_in_words, estimate_in_words, subject_in_words
from sim.report.numbers import in_words, with_interval

MOST_TOLD = 6
MOST_COMPARED = 4
SETTINGS = ("dials.psychological_safety", "dials.goal_congruence", "dials.devolution", "dials.target_pressure")
SHOWN_OF_STYLES = ("errors_reached", "preventable_events", "patients_harmed", "length_of_stay", "occupancy")
REFERENCE = Path(__file__).resolve().parent.parent / "results" / "reference"


def tables() -> dict[str, str]:
    """Each table by the name of its file, in Markdown."""
    calibration = REFERENCE / "calibration"
    return {
        "fit": fit(_read(calibration / "fit.csv")),
        "levels": levels(_read(calibration / "levels.csv")),
        "together": together(_read(calibration / "together.csv")),
        "emulator": emulator(_read(calibration / "emulator.csv")),
        "made_by": made_by(json.loads((calibration / "provenance.json").read_text(encoding="utf-8"))),
        "recovery": recovery(_read(calibration / "recovery.csv")),
        "again": again(_read(calibration / "again.csv")),
        "inputs": inputs(_read(REFERENCE / "inputs" / "inputs.csv")),
        "horizon": horizon(_read(REFERENCE / "horizon" / "horizon.csv")),
        "ceiling": ceiling(_read(REFERENCE / "ceiling" / "ceiling.csv")),
        "assumptions": assumptions(_read(REFERENCE / "assumptions" / "assumptions.csv")),
        "verdicts": verdicts(*kept_claims()),
        "verdicts_by_test": verdicts_by_test(*kept_claims()),
        "strategies": strategies(_strategies("strategies")),
        "domains": strategies(_strategies("domains")),
        "styles_by_mode": styles_by_mode(_read(REFERENCE / "styles-by-mode" / "styles.csv")),
        "styles_by_errors": styles_by_errors(_read(REFERENCE / "styles-by-mode" / "map_of_errors" / "map.csv")),
    }


def _strategies(name: str) -> pd.DataFrame:
    return _read(REFERENCE / "devolution-strategies" / f"{name}.csv")


def kept_claims() -> tuple[dict[str, Statement], pd.DataFrame]:
    """Each claim that is kept, in the order of their numbers, and what came of their tests."""
    folders = sorted((REFERENCE / "claims").glob("h*"))
    statements = [load_claim(find(folder.name), measures()).statement for folder in folders]
    found = pd.concat([_read(folder / "claims.csv") for folder in folders])
    return {statement.id: statement for statement in statements}, found


def fit(found: pd.DataFrame) -> str:
    """What was published beside what observers in the model see."""
    lines = [
        [
            row.id if row.within else f"**{row.id}, missed**",
            f"{row.quantity}, {row.unit}",
            _with_interval(row.figure, row.low, row.high),
            _with_interval(row.at_point, row.at_point_low, row.at_point_high),
            f"{row.years_low:.3g} to {row.years_high:.3g}",
            row.source,
            row.confirmed,
        ]
        for row in found.itertuples()
    ]
    return table(["", "what", "published", "model", "hospital-years", "source", "confirmed"], lines)


def levels(found: pd.DataFrame) -> str:
    """What each level could be before, and can be now."""
    lines = [
        [
            f"`{row.name}`",
            row.meaning,
            f"{row.low:g} to {row.high:g}",
            f"{row.point:.3g}",
            f"{row.posterior_low:.3g} to {row.posterior_high:.3g}",
            "" if pd.isna(row.ratio) else f"{row.ratio:.2g}",
            f"{row.spread:.2f}, {row.verdict}",
            row.answers_for,
            "" if pd.isna(row.trades_with) else " ".join(f"`{name}`" for name in row.trades_with.split()),
        ]
        for row in found.drop(columns="name").assign(name=found["name"]).itertuples(index=False)
    ]
    head = ["level", "what it is", "before", "default", "95% of the posterior", "upper end over lower", "spread"]
    return table([*head, "answers for", "trades with"], lines)


def together(found: pd.DataFrame) -> str:
    """Pairs of levels that figures hold in place together more than apart."""
    lines = [[f"`{row.one}`", f"`{row.other}`", f"{row.correlation:.2f}"] for row in found.itertuples(index=False)]
    return table(["level", "with", "correlation"], lines or [["none", "", ""]])


def emulator(found: pd.DataFrame) -> str:
    """What the emulator foretells beside what the model gives, at the draws of the posterior."""
    lines = [
        [
            row.id,
            f"{row.quantity}, {row.unit}",
            f"{row.model:.4g}",
            f"{row.emulator:.4g}",
            f"{row.in_errors:+.2f}",
            f"{row.says:.2f}",
            f"{row.z:+.1f}",
        ]
        for row in found.itertuples(index=False)
    ]
    off = ["difference, in published standard errors", "what it says of its own error", "z"]
    return table(["", "what", "model", "emulator", *off], lines)


def made_by(origin: dict) -> str:
    """The command that made the kept tables, and what it took."""
    runs, seconds = origin["runs"], origin["seconds of runs"]
    took = f"{sum(runs.values()):,} hospital-years took {seconds / 3600:.1f} hours, added up; several ran at a time"
    return (
        f"```text\n{shlex.join(origin['command'])} --out results/calibration_found\n```\n\n"
        f"Its {took}. {runs['fitted to']:,} of them are the waves, {runs['over the posterior']:,} have the draws of "
        f"the posterior, and {runs['at the point']:,} the one set.\n"
    )


def recovery(found: pd.DataFrame) -> str:
    """How often intervals held the truth."""
    lines = [
        [
            *(f"`{row.name}`", f"{row.within_50:.0%}", f"{row.within_90:.0%}", f"{row.within_95:.0%}", f"{row.p:.2f}"),
            *(f"{row.spread:.2f}", f"{row.posterior_spread:.2f}"),
        ]
        for row in found.itertuples(index=False)
    ]
    mean = found[["within_50", "within_90", "within_95"]].mean()
    lines.append(["all together", *(f"{share:.0%}" for share in mean), "", "", ""])
    head = ["level", "50% intervals hold", "90%", "95%", "p that ranks are even"]
    return table([*head, "spread here", "spread of the posterior"], lines)


def again(found: pd.DataFrame) -> str:
    """The one set of levels, and what is found from its own hospital-years."""
    lines = [
        [
            f"`{row.name}`",
            f"{row.point:.3g}",
            f"{row.found_low:.3g} to {row.found_high:.3g}",
            f"{row.off:+.2f}",
            f"{row.spread:.2f}",
            f"{row.posterior_spread:.2f}",
        ]
        for row in found.itertuples(index=False)
    ]
    head = ["level", "known", "95% of what is found", "off, in standard deviations"]
    return table([*head, "spread here", "spread of the posterior"], lines)


def inputs(found: pd.DataFrame) -> str:
    """What was put in, and what comes out by looking."""
    lines = [
        [
            row.id,
            row.quantity,
            f"{row.published:g}",
            f"{row.observed:.3g} ({row.low:.3g} to {row.high:.3g})",
            row.source,
        ]
        for row in found.itertuples(index=False)
    ]
    return table(["", "what", "published", "observed in the model", "source"], lines)


def ceiling(found: pd.DataFrame) -> str:
    """What leading, and the absence of preventable harm, do to deaths, and to what could lead to them."""
    titles = {outcome: f"{BY_NAME[outcome].whole_title}, {BY_NAME[outcome].unit}" for outcome in found["outcome"]}
    lines = []
    for arm, rows in found.groupby("arm", sort=False):
        by_outcome = rows.set_index("outcome")
        lines.append([arm, *(_less_baseline(by_outcome.loc[outcome]) for outcome in titles)])
    return table(["arm, less the baseline", *titles.values()], lines)


def _less_baseline(row: pd.Series) -> str:
    return f"{row.difference:+.2g} ({row.low:+.2g} to {row.high:+.2g})"


def horizon(found: pd.DataFrame) -> str:
    """What observers would see after other years than the one that levels were calibrated on."""
    lines = []
    for name, rows in found.groupby("id", sort=False):
        cells = [f"{row.mean:.3g}" if row.within else f"**{row.mean:.3g}**" for row in rows.itertuples(index=False)]
        first = rows.iloc[0]
        lines.append([name, f"{first.quantity}, {first.unit}", f"{first.figure:g}", *cells])
    first = found[found["id"] == found["id"].iloc[0]]
    runs = [
        f"{row.years:g} {'year' if row.years == 1 else 'years'}{'' if row.knowledge else ', `knowledge` off'}"
        for row in first.itertuples(index=False)
    ]
    return table(["", "what", "published", *runs], lines)


def assumptions(found: pd.DataFrame) -> str:
    """The assumptions on which each outcome depends most."""
    lines = []
    for outcome, rows in found.groupby("outcome", sort=False):
        for row in rows.head(MOST_TOLD).itertuples(index=False):
            change = f"{row.change:+.3g}% ({row.low:+.3g} to {row.high:+.3g})"
            lines.append([f"`{outcome}`", f"`{row.parameter}`", change])
    return table(["outcome", "assumption", "change from its lower to its upper value"], lines)


def verdicts(statements: dict[str, Statement], found: pd.DataFrame) -> str:
    """The verdict on each claim, and how the tests came out that it hangs on."""
    lines = []
    for claim, rows in found.groupby("claim", sort=False):
        hangs_on = rows[rows["role"] != "report"].drop_duplicates("test")
        came_out = [f"{row.title}: {row.test_state}" for row in hangs_on.itertuples(index=False)]
        named = f"[{claim}](reference_claims.md#{str(claim).lower()})"
        lines.append([named, statements[str(claim)].title, f"**{rows['verdict'].iloc[0]}**", "<br>".join(came_out)])
    return table(["claim", "says", "verdict", "its tests"], lines)


def verdicts_by_test(statements: dict[str, Statement], found: pd.DataFrame) -> str:
    """Each test of each claim: what it asked for, and what was found."""
    lines = []
    for (claim, number), rows in found.groupby(["claim", "test"], sort=False):
        test = statements[claim].tests[number - 1]
        title = f"{ROLE_WORDS[test.role]}{test.title}<br>*{subject_in_words(test)}*"
        lines.append(
            [claim, title, asked_in_words(test) or "–", _effects(rows, unit_of(test)), rows["test_state"].iloc[0]]
        )
    return table(["claim", "test", "asked for", "found, with 95% interval", "came out"], lines)


def _effects(rows: pd.DataFrame, unit: str) -> str:
    """Each comparison of a test; of many, how they came out and how far apart they are."""
    if len(rows) <= MOST_COMPARED:
        return "<br>".join(f"{row.comparison}: {estimate_in_words(row, unit)}" for row in rows.itertuples(index=False))
    ends = rows.sort_values("estimate").iloc[[0, -1]].itertuples(index=False)
    states = ", ".join(f"{count} {state}" for state, count in rows["state"].value_counts().items())
    least_and_most = "<br>".join(f"{row.comparison}: {estimate_in_words(row, unit)}" for row in ends)
    return f"{len(rows)} comparisons ({states}), from<br>{least_and_most}"


def strategies(found: pd.DataFrame) -> str:
    """Each strategy of devolution less central control, of all patients and over all settings."""
    whole = found[(found["mode"] == ALL) & (found["capability"] == ALL if "capability" in found else True)]
    lines = []
    for outcome, rows in whole.groupby("outcome", sort=False):
        cells = [
            f"{'**' * sure}{with_interval(row.difference, row.low, row.high, sign=True)}{'**' * sure}"
            for row in rows.itertuples(index=False)
            for sure in [row.p_adjusted < ERROR_RATE]
        ]
        first = rows.iloc[0]
        lines.append([f"{BY_NAME[outcome].whole_title}, {first.unit}", in_words(first.of_reference), *cells])
    names = [str(name).replace("_", " ") for name in whole["strategy"].unique()]
    return table(["", "central", *names], lines)


def styles_by_errors(found: pd.DataFrame) -> str:
    """Each style's place by errors that reach patients, in each mode of care."""
    whole = found[found[[name for name in found if name in SETTINGS]].eq(ALL).all(axis=1)]
    modes = list(dict.fromkeys(whole["mode"]))
    lines = [
        [_plain(style), *(_place(of_style.loc[mode]) for mode in modes)]
        for style, of_style in whole.set_index("mode").groupby("style", sort=False)
    ]
    return table(["style", *(mode.capitalize() for mode in modes)], lines)


def _place(row: pd.Series) -> str:
    words = f"{row['rank']:.0f} ({row['rank_low']:.0f} to {row['rank_high']:.0f}): {row['mean']:,.0f}"
    return f"**{words}**" if row["standing"] == "best" else words


def styles_by_mode(found: pd.DataFrame) -> str:
    """What became of patients and wards under each style in each mode, over all dials."""
    means = found.pivot_table(index=["mode", "style"], columns="outcome", values="mean")[list(SHOWN_OF_STYLES)]
    lines = [
        [mode.capitalize(), _plain(style), *(in_words(means.loc[(mode, style), name]) for name in SHOWN_OF_STYLES)]
        for mode in ("repetitive", "constrained", "unconstrained")
        for style in means.loc[mode].sort_values("errors_reached").index
    ]
    heads = [f"{BY_NAME[name].whole_title}, {BY_NAME[name].unit}" for name in SHOWN_OF_STYLES]
    return table(["mode", "style", *heads], lines)


def _plain(style: str) -> str:
    return style.replace("_", " ")


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, encoding="utf-8-sig")


def _with_interval(value: float, low: float, high: float) -> str:
    return f"{value:.3g} ({low:.3g} to {high:.3g})"


def table(head: list[str], lines: list[list[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows) + "\n"
