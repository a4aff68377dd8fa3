"""How Sphinx builds the documentation."""

import sys
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

project = "microsystem"
author = "The microsystem authors"
copyright = "2026, the microsystem authors"
release = version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
language = "en_GB"

extensions = ["myst_parser"]
exclude_patterns = ["_build", "_generated"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]  # equations in odd.md
nitpicky = True

html_theme = "alabaster"
html_theme_options = {
    "description": "Leadership, error and outcome on simulated hospital wards",
    "fixed_sidebar": True,
    "page_width": "72rem",
}
html_show_sourcelink = False


def write_parameter_table(app: Sphinx) -> None:
    """Write the table of parameters, which `reference_parameters.md` includes, from the registry."""
    from sim.scenario.explain import parameter_table

    folder = HERE / "_generated"
    folder.mkdir(exist_ok=True)
    (folder / "parameters.md").write_text(parameter_table(), encoding="utf-8")


def write_evidence_tables(app: Sphinx) -> None:
    """Write the tables of pages on evidence and on very many runs, from the results that are kept."""
    from docs import evidence, scaling

    for name, table in (evidence.tables() | scaling.tables()).items():
        (HERE / "_generated" / f"{name}.md").write_text(table, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", write_parameter_table)
    app.connect("builder-inited", write_evidence_tables)
