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

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "_generated"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]  # equations in odd.md
nitpicky = True
# Types in signatures are for reading: most of them are nobody's pages.
nitpick_ignore_regex = [("py:.*", ".*")]
default_role = "code"
add_module_names = False
autodoc_class_signature = "separated"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"

html_theme = "furo"
html_title = "microsystem"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False


def write_generated(app: Sphinx) -> None:
    """Write what pages include: tables of parameters, evidence and puzzles, and the references."""
    from docs import evidence, puzzles, reference
    from sim.scenario.explain import parameter_table

    folder = HERE / "_generated"
    folder.mkdir(exist_ok=True)
    found = {"parameters": parameter_table(), **evidence.tables(), **reference.pages(), **puzzles.parts()}
    for name, text in found.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", write_generated)
