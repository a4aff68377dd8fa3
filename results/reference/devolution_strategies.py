"""Make the results on devolution anew: `uv run python results/reference/devolution_strategies.py`.

Sweeps scenarios/experiments/devolution-strategies.toml into results/devolution-strategies, or goes on there, and keeps
each strategy less central control, in pairs of one seed: over all levels of capability and pressure, within each, and
in each mode of care. Beside them stand the report's page and figures for people and pressure as usual, and the map of
what is best where. scenarios/experiments/devolution-by-domain.toml is swept likewise, for each domain of decisions
devolved alone. What the report answers about, patients harmed, was fixed before the runs, and is corrected for its own
comparisons; the other outcomes were chosen when results were in, to show by which ways harm moves, and are corrected
for all of them together.
"""

import itertools
import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import sim
from sim.analysis.evidence import ERROR_RATE, compared, holm
from sim.analysis.outcomes import ALL, BY_NAME
from sim.report.export import origin
from sim.report.figures import INK, PAPER, QUIET, RULE, STYLE, save_figure
from sim.state.vocabulary import MODES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DESIGNS = ROOT / "scenarios" / "experiments"
KEPT = HERE / "devolution-strategies"
STRATEGIES, DOMAINS = "devolution-strategies", "devolution-by-domain"
SWEEP = f"results/{STRATEGIES}"
CAPABILITY, PRESSURE = "leadership.capability", "dials.target_pressure"
USUAL = {CAPABILITY: 0.4, PRESSURE: 0.4}
PRIMARY = "patients_harmed"
OUTCOMES = {
    "harm": [PRIMARY, "preventable_events", "errors_reached", "mortality", "readmission", "length_of_stay"],
    "errors by kind": [
        *("reached_observation_slip", "reached_care_slip", "reached_prescribing_mistake"),
        *("reached_treatment_mistake", "reached_pathway_departure", "reached_misjudged_trial"),
    ],
    "decisions": ["exception_delay", "exception_fit", "set_aside", "set_aside_rightly", "sent_early", "ideas_carried"],
    "staff and records": ["agency_cover", "staff_time", "exhaustion", "trust", "incident_reports", "recorded_breaches"],
}
SHOWN = [name for names in OUTCOMES.values() for name in names]
COLUMNS = [
    *("mode", "capability", "pressure", "outcome", "title", "ledger", "unit", "strategy", "of_reference", "of_arm"),
    *("difference", "low", "high", "p_adjusted", "replications"),
]


def by_run(found: sim.StoredResults, factor: str, mode: str) -> pd.DataFrame:
    """The outcomes of each run of the hospital in a mode of care, with the levels of its arm."""
    names = ", ".join(f"'{name}'" for name in SHOWN)
    rows = found.sql(
        "SELECT arm, replication, outcome, value FROM outcomes "
        f"WHERE ward = 'all' AND mode = '{mode}' AND outcome IN ({names})"
    )
    arms = found.arms.drop(columns="title").rename(columns={factor: "strategy"})
    own = rows.df().merge(arms, on="arm")
    return own.assign(strategy=pd.Categorical(own["strategy"], arms["strategy"].unique()))


def less_the_first(rows: pd.DataFrame, outcome: str) -> list[dict[str, object]]:
    """Each strategy less the first, after the mean of each replication over whatever else varies."""
    own = rows[rows.outcome == outcome]
    means = own.groupby(["replication", "strategy"], observed=False)["value"].mean().unstack()
    first, *others = means.columns
    base = means[first].to_numpy()
    return [{"strategy": name} | compared(BY_NAME[outcome], base, means[name].to_numpy()) for name in others]


def within(rows: pd.DataFrame, settings: Sequence[str]) -> list[dict[str, object]]:
    """The same over all settings, and within each."""
    parts = [((ALL,) * len(settings), rows), *(rows.groupby(list(settings)) if settings else ())]
    return [
        dict(zip(("capability", "pressure"), levels, strict=False)) | row
        for levels, part in parts
        for name in sorted(part["outcome"].unique(), key=SHOWN.index)
        for row in less_the_first(part, name)
    ]


def table(found: sim.StoredResults, factor: str, settings: Sequence[str] = ()) -> pd.DataFrame:
    """All differences; those over all settings and patients are corrected (Holm), of patients harmed by themselves."""
    parts = [pd.DataFrame(within(by_run(found, factor, mode), settings)).assign(mode=mode) for mode in (ALL, *MODES)]
    every = pd.concat(parts).reset_index(drop=True)
    whole = every["mode"] == ALL
    if settings:
        whole &= every["capability"] == ALL
    for family in (whole & (every["outcome"] == PRIMARY), whole & (every["outcome"] != PRIMARY)):
        every.loc[family, "p_adjusted"] = holm(every.loc[family, "p"].to_numpy())
    return every[[column for column in COLUMNS if column in every]]


def figure(rows: pd.DataFrame) -> Figure:
    """Each strategy less central control: over all levels, and within each level of capability and pressure."""
    with matplotlib.rc_context(STYLE):
        drawn = Figure(figsize=(13.5, 12.4))
        FigureCanvasAgg(drawn)
        panels = drawn.subplots(len(OUTCOMES), max(map(len, OUTCOMES.values())), sharey=True)
        drawn.subplots_adjust(left=0.2, right=0.985, top=0.88, bottom=0.04, wspace=0.14, hspace=0.66)
        names = list(dict.fromkeys(rows["strategy"]))
        for axes, outcome in zip(panels.flat, SHOWN, strict=True):
            panel(axes, rows[rows.outcome == outcome], names)
        panels[0, 0].set_ylim(len(names) - 0.4, -0.6)
        panels[0, 0].set_yticks(range(len(names)), [name.replace("_", " ").capitalize() for name in names])
        for row, title in zip(panels, OUTCOMES, strict=True):
            drawn.text(0.02, row[0].get_position().y1, title.capitalize(), size=11, weight="bold")
        drawn.text(0.02, 0.972, "Six ways to devolve, less central control", size=14, weight="bold")
        words = (
            "Large: mean over nine settings of capability and target pressure, with 95% interval; filled where it "
            "stands after correction. Small: each setting. Tinted: the hospital’s own records."
        )
        drawn.text(0.02, 0.953, words, size=9, color=QUIET)
    return drawn


def panel(axes: matplotlib.axes.Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """One outcome."""
    outcome = BY_NAME[rows.outcome.iloc[0]]
    axes.set_facecolor(PAPER[outcome.ledger])
    axes.axvline(0, color=QUIET, linewidth=0.8)
    places = {name: place for place, name in enumerate(names)}
    settings = rows[rows.capability != ALL]
    axes.plot(settings.difference, settings.strategy.map(places), "|", color=QUIET, markersize=5, alpha=0.6)
    for row in rows[rows.capability == ALL].itertuples():
        sure = row.p_adjusted < ERROR_RATE
        axes.plot((row.low, row.high), (places[row.strategy],) * 2, color=INK, linewidth=1.6)
        axes.plot(
            row.difference, places[row.strategy], "o", color=INK, markersize=6, markerfacecolor=INK if sure else "white"
        )
    axes.set_title(textwrap.fill(outcome.whole_title, 24), size=9, loc="left", pad=16)
    axes.text(0, 1.03, outcome.unit, transform=axes.transAxes, size=7.5, color=QUIET)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7.5)
    axes.locator_params(axis="x", nbins=4)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)


def commands() -> list[list[str]]:
    """The report and the map of the same sweep."""
    usual = itertools.chain.from_iterable(("--where", f"{name}={level}") for name, level in USUAL.items())
    page, drawn, best = (f"{KEPT.relative_to(ROOT)}/{name}" for name in ("report.html", "figures", "map"))
    return [
        ["report", SWEEP, "-o", page, "--figures", drawn, "--static", *usual],
        ["map", SWEEP, "--outcome", PRIMARY, "--out", best],
    ]


def keep_origin(found: sim.StoredResults, name: str) -> None:
    """Keep where results came from."""
    told = json.dumps(origin(found, with_draws=False), indent=2, ensure_ascii=False)
    (KEPT / name).write_text(told + "\n", encoding="utf-8")


def make() -> None:
    """Sweep what is missing, and keep the result."""
    found = sim.sweep(DESIGNS / f"{STRATEGIES}.toml", ROOT / SWEEP)
    apart = sim.sweep(DESIGNS / f"{DOMAINS}.toml", ROOT / "results" / DOMAINS)
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir()
    every = table(found, "strategy", (CAPABILITY, PRESSURE))
    every.to_csv(KEPT / "strategies.csv", index=False, float_format="%.5g")
    table(apart, "devolved").to_csv(KEPT / "domains.csv", index=False, float_format="%.5g")
    save_figure(figure(every[every["mode"] == ALL]), KEPT / "strategies")
    for command in commands():
        subprocess.run([Path(sys.executable).with_name("microsystem"), *command], cwd=ROOT, check=True)
    keep_origin(found, "provenance.json")
    keep_origin(apart, "domains_provenance.json")


if __name__ == "__main__":
    make()
