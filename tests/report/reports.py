"""What tests of reports share: results with any names, and a page taken apart."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from sim.analysis.arms import Runs, compare_arms
from sim.analysis.results import Results
from sim.report.page.subject import Subject, subject_of
from sim.report.page.writing import report
from sim.report.saving import save_comparison
from tests.experiment import sweeps
from tests.experiment.sweeps import SMALL
from tests.synthetic import random_record

HOSTILE = (
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202eright to left\u200f 🏥 \u2028",
    "<img src=x onerror=alert(2)>" + "word" * 200,
)
VOID = {"meta", "link", "img", "br", "input", "hr"}


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """Every element of that kind below this one, in the order of the page."""
        return [each for child in self.children for each in ([child] * (child.tag == tag) + child.all(tag))]

    def words(self) -> str:
        """All that it says, on one line."""
        return " ".join(" ".join([self.text, *(child.words() for child in self.children)]).split())


class _Taken(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(Element("", {}, data))


def taken(html: str) -> Element:
    """A page as a tree; every element must be closed by its own end."""
    parser = _Taken()
    parser.feed(html)
    parser.close()
    assert parser.open == [parser.root]
    return parser.root


def swept(folder: Path, **more: object) -> Subject:
    """Four arms of an experiment, with numbers by chance."""
    return subject_of(sweeps.swept(folder, sweeps.design(**more)).folder)


def runs(*titles: str, replications: int = 4) -> Runs:
    """Runs of arms with these titles, with numbers by chance."""
    scenario = SMALL.model_copy(update={"description": titles[-1]})
    return Runs(
        {
            title: Results(
                scenario.model_copy(update={"title": title}),
                tuple(_with_seed(random_record(50 * arm + k, wards=1), k) for k in range(1, replications + 1)),
            )
            for arm, title in enumerate(titles)
        }
    )


def _with_seed(record, seed):
    object.__setattr__(record, "seed", seed)
    return record


def kept(folder: Path, *titles: str) -> Subject:
    """Arms with these titles as `compare --out` keeps them."""
    found = runs(*titles)
    save_comparison(compare_arms(found), found, folder, ["microsystem", "compare", "one.toml", "two.toml"])
    return subject_of(folder)


def page_of(subject: Subject, interactive: bool = False, **asked: object) -> str:
    """The page about results."""
    return report(subject, asked, ["microsystem", "report", "RESULTS"], interactive).html
