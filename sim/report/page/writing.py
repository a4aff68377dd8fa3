"""The page itself: its parts filled in, escaped throughout, with a policy that lets nothing in from outside."""

import base64
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.arms import Comparison, ComparisonError
from sim.analysis.outcomes import in_pairs
from sim.report.arms import arms_heading, too_many
from sim.report.figures import as_svg, save_figure
from sim.report.folder import whole, whole_file
from sim.report.markup import as_data, by_hashes, filled
from sim.report.numbers import how_far
from sim.report.page import assumptions
from sim.report.page.answer import answer
from sim.report.page.figures import Drawn, difference_figures, ledger_figures
from sim.report.page.interactive import drawn_by_script
from sim.report.page.limits import limits
from sim.report.page.method import REFERENCES, bibtex, program
from sim.report.page.settings import settings_of, what_arms_are
from sim.report.page.subject import COURSE, HARM, LEDGERS, STAFF, Subject
from sim.report.page.tables import beside, blocks, frequencies, icons
from sim.report.page.words import Names, counted, name_of, names_of
from sim.report.provenance import PACKAGES, package_version
from sim.report.setting import how_led

WRITTEN_WITH = ("microsystem", *PACKAGES, "jinja2", "plotly")
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@dataclass(frozen=True)
class Report:
    """A page, and the figures on it."""

    html: str
    figures: tuple[Drawn, ...]


def report(subject: Subject, asked: dict[str, Any], command: Sequence[str] = (), interactive: bool = True) -> Report:
    """The page about some results.

    Args:
        subject: what it is about.
        asked: which arms are compared with which, as `compare_arms` is asked.
        command: what makes the page again, word by word.
        interactive: whether it carries a script that draws figures which answer to the mouse.

    Raises:
        ComparisonError: there is no such arm, factor or level, or there are too many arms to be shown.
    """
    comparison = subject.compared(**asked)
    if comparison and (refusal := too_many(comparison)):
        raise ComparisonError(refusal)
    names = names_of(comparison) if comparison else _of_one(subject)
    figures = _figures(comparison, names)
    told = _parts(subject, comparison, names, figures) | {"commands": [*subject.commands, shlex.join(command)]}
    script = _scripts(subject, comparison, names) if interactive and comparison else {"data": "", "scripts": []}
    html = filled(TEMPLATES / "report.html", **told, **script, **_dressed(script["scripts"]))
    return Report(html, tuple(figures))


def save_report(found: Report, page: Path, figures: Path | None = None) -> None:
    """Write a report into a new file, and its figures as PNG and SVG into a new folder if one is named.

    Raises:
        FolderError: one of them is there already, or cannot be made.
    """
    with whole_file(page) as file:
        file.write_text(found.html, encoding="utf-8")
        if figures is not None:
            with whole(figures) as part:
                for each in found.figures:
                    save_figure(each.figure, part / each.name)


def _of_one(subject: Subject) -> Names:
    return Names({0: name_of(str(subject.found.arms["title"].iloc[0]))}, {})


def _figures(comparison: Comparison | None, names: Names) -> list[Drawn]:
    if comparison is None:
        return []
    shown = [name for name in comparison.table["outcome"].unique() if name not in {*STAFF, *LEDGERS[1:]}]
    return [*difference_figures(comparison, names, shown), *ledger_figures(comparison, names)]


def _parts(subject: Subject, comparison: Comparison | None, names: Names, figures: Sequence[Drawn]) -> dict[str, Any]:
    """All that the template shows, by name."""
    pairs = in_pairs(subject.kept)
    drawn = {each.name: (each, _as_address(each)) for each in figures}
    settings = settings_of(subject, names)
    own = [name for name in subject.kept if name not in {*HARM, *COURSE, *STAFF, *LEDGERS}]
    return {
        "subject": subject,
        "title": name_of(subject.title),
        "description": subject.description,
        "comparison": comparison,
        "heading": arms_heading(comparison) if comparison else "",
        "answer": answer(subject, comparison),
        "arms": what_arms_are(settings, names),
        "led": how_led(subject.scenario) if subject.scenario else "",
        "frequencies": frequencies(subject, comparison, names),
        "icons": icons(subject, comparison, names),
        "differences": blocks(subject, comparison, names, (*HARM, "errors_reached", *COURSE, *own)),
        "staff": blocks(subject, comparison, names, STAFF),
        "beside": beside(subject, comparison, names, pairs),
        "drawn": drawn,
        "ledger_figures": [each for name, each in drawn.items() if name.startswith("ledgers_")],
        "between": assumptions.between_arms(settings, names),
        "more_between": assumptions.left_out(settings),
        "shared": assumptions.shared(settings, names),
        "of_scenario": assumptions.of_scenario(subject, settings),
        "studied": assumptions.studied(subject.primary),
        "grades": assumptions.grades(),
        "limits": limits(subject, comparison),
        "program": program(subject),
        "references": REFERENCES,
        "bibtex": bibtex(subject),
        "counted": counted,
        "progress": _progress(comparison),
        "provenance": _provenance(subject),
    }


def _progress(comparison: Comparison | None) -> str:
    progress = comparison.progress if comparison else None
    return how_far(progress.runs, progress.done, progress.failed) if progress else ""


def _provenance(subject: Subject) -> list[tuple[str, str]]:
    known = {
        "digest of all results": subject.found.digest(),
        "version of the model’s sources": subject.model,
        "scenario": subject.scenario.digest() if subject.scenario else None,
        **subject.software,
        "this page was written with": ", ".join(f"{name} {package_version(name)}" for name in WRITTEN_WITH),
    }
    return [(name, value) for name, value in known.items() if value]


def _as_address(drawn: Drawn) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(as_svg(drawn.figure)).decode()}"


def _scripts(subject: Subject, comparison: Comparison, names: Names) -> dict[str, Any]:
    from plotly.offline import get_plotlyjs

    data = as_data(drawn_by_script(subject, comparison, names))
    return {"data": data, "scripts": [get_plotlyjs(), _text("report.js")]}


def _dressed(scripts: Sequence[str]) -> dict[str, str]:
    """The style sheet, and the policy: nothing from outside, and of scripts only those that are named by their hash."""
    style = _text("report.css")
    # The script of the figures writes styles of its own, so with it styles cannot be named by their hash.
    styles = "'unsafe-inline'" if scripts else by_hashes([style])
    allowed = ["default-src 'none'", "img-src data:", f"style-src {styles}"]
    if scripts:
        allowed.append(f"script-src {by_hashes(scripts)}")
    return {"style": style, "policy": "; ".join([*allowed, "base-uri 'none'", "form-action 'none'"])}


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
