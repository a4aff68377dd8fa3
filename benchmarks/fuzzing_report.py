"""What tests/fuzzing found, as a table in README.md, made from results/fuzzing.json alone.

    uv run python benchmarks/fuzzing_report.py

makes it anew from what is kept, without trying anything.
"""

import json
import re
from pathlib import Path
from typing import Any

README = Path(__file__).with_name("README.md")
RESULTS = Path(__file__).with_name("results") / "fuzzing.json"
BLOCK = re.compile(r"(<!-- fuzzing -->\n).*?(<!-- end of fuzzing -->)", re.S)
SERIES = {"files": "read in one process", "commands": "given to the command"}


def in_words(kept: dict[str, Any]) -> str:
    """A table of what came of the cases of each series, and how they were made; Markdown."""
    columns = ("valid: accepted", "nearly valid: refused", "hostile: refused", "with a fault", "core time", "slowest")
    lines = [
        f"| cases | {' | '.join(columns)} |",
        f"|---|{'--:|' * len(columns)}",
        *(_row(title, kept[name]) for name, title in SERIES.items()),
        "",
        *(_made(kept[name]) for name in SERIES),
    ]
    return "\n".join(lines) + "\n"


def _row(title: str, series: dict[str, Any]) -> str:
    expected = {"valid": "accepted", "nearly valid": "refused", "hostile": "refused"}
    cells = [f"{series['tried']:,} {title}"]
    for kind, outcome in expected.items():
        of_kind = series["outcomes"][kind]
        cells.append(f"{of_kind[outcome]:,} of {sum(of_kind.values()):,}")
    each, slowest = 1e3 * series["processor_seconds"] / series["tried"], series["slowest"]["seconds"]
    return f"| {' | '.join([*cells, f'{series["faulty"]:,}', f'{each:.0f} ms', f'{slowest:.1f} s'])} |"


def _made(series: dict[str, Any]) -> str:
    return (
        f"- `{series['command']}`, {series['date']}, version {series['version']}, Python {series['python']}: "
        f"{series['processor_seconds']:,.0f} s of a core, {series['peak_megabytes']:,} MB at most, "
        f"{len(series['ways'])} ways to make or spoil a file."
    )


def with_words(page: str, kept: dict[str, Any]) -> str:
    """A page with what was found in its block."""
    return BLOCK.sub(lambda match: match[1] + in_words(kept) + match[2], page)


def write() -> None:
    """Put what is kept into README.md."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    README.write_text(with_words(README.read_text(encoding="utf-8"), kept), encoding="utf-8")


if __name__ == "__main__":
    write()
