"""Make the reference run anew, and the README's table from it: `uv run python results/reference/make.py`."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from PIL import Image

from sim.analysis.outcomes import BY_NAME
from sim.report.numbers import with_interval
from sim.state.vocabulary import MODES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- reference run -->\n).*?(<!-- end of reference run -->)", re.S)
RUN = ["run", "scenarios/baseline.toml", "--years", "1", "--reps", "10", "--seed", "1"]
KEPT = ("summary.csv", "figure.png", "scenario.toml", "provenance.json")
SHOWN = (
    "errors_made",
    "errors_reached",
    "errors_harmed",
    "errors_reported",
    "length_of_stay",
    "mortality",
    "readmission",
)


def make(folder: Path) -> None:
    """Run the command and keep its small files in `folder`."""
    command = Path(sys.executable).with_name("microsystem")
    with tempfile.TemporaryDirectory() as elsewhere:
        out = Path(elsewhere) / "out"
        subprocess.run([str(command), *RUN, "--out", str(out)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        folder.mkdir(parents=True, exist_ok=True)
        for name in KEPT:
            shutil.copyfile(out / name, folder / name)
    kept = folder / "figure.png"
    with Image.open(kept) as figure:
        fewer_colours = figure.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    fewer_colours.save(kept, optimize=True)  # a third of the size, for a picture that git keeps


def table(summary: pd.DataFrame) -> str:
    """The README's table: some outcomes by mode of care, with intervals."""
    rows = summary[summary.ward == "all"].set_index(["outcome", "mode"])
    lines = [f"| | ledger | {' | '.join(MODES)} |", f"|---|---|{'--:|' * len(MODES)}"]
    for name in SHOWN:
        outcome = BY_NAME[name]
        cells = [
            with_interval(row["mean"], row["low"], row["high"]) for row in (rows.loc[(name, mode)] for mode in MODES)
        ]
        lines.append(f"| {outcome.title}, {outcome.unit} | {outcome.ledger} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def with_table(readme: str, summary: pd.DataFrame) -> str:
    """The README with its table as `summary` gives it."""
    return TABLE.sub(lambda match: match[1] + "\n" + table(summary) + "\n" + match[2], readme)


if __name__ == "__main__":
    make(HERE / "baseline")
    README.write_text(
        with_table(README.read_text(encoding="utf-8"), pd.read_csv(HERE / "baseline" / "summary.csv")), encoding="utf-8"
    )
