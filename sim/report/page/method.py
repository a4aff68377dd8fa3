"""What a paper cites: the program with its versions, works that the method rests on, and a block of BibTeX."""

import re

from sim.report.page.subject import Subject

REFERENCES = (
    "Bohmer R (2012). The instrumental value of medical leadership: engaging doctors in improving services. London: "
    "The King’s Fund.",
    "Hoad K, Robinson S, Davies R (2010). Automated selection of the number of replications for a discrete-event "
    "simulation. Journal of the Operational Research Society 61: 1632–1644.",
    "Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6: "
    "65–70.",
    "Salmon JK, Moraes MA, Dror RO, Shaw DE (2011). Parallel random numbers: as easy as 1, 2, 3. SC11.",
)
_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_AS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def program(subject: Subject) -> str:
    """The program that the results come from, with its versions, e.g. ``microsystem 0.1.0 (commit 0123456789ab)``."""
    version, commit = subject.software.get("microsystem"), subject.software.get("commit")
    head, plus, changed = (commit or "").partition("+")
    told = [f"model {subject.model}"] * bool(subject.model)
    told += [f"commit {head[:12]}{plus}{changed}"] * bool(commit)
    return f"microsystem {version or 'of an unknown version'}{f' ({", ".join(told)})' if told else ''}"


def bibtex(subject: Subject) -> str:
    """Two entries: the program, and these results."""
    version, digest = subject.software.get("microsystem") or "", subject.found.digest()
    results = {
        "title": _escaped(subject.title),
        "note": f"Simulated with microsystem {version}; digest of results {digest}",
    }
    used = {
        "title": "microsystem: an agent-based simulation of leadership, error and outcome on hospital wards",
        "author": "{The microsystem authors}",
        "version": version,
    }
    return f"{_entry('software', 'microsystem', used)}\n\n{_entry('misc', f'results-{digest[:8]}', results)}"


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _AS.get(match[0], f"\\{match[0]}"), text)
