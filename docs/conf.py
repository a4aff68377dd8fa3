"""How Sphinx builds the documentation."""

import sys
import tomllib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, GoogleDocstring

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

project = "microsystem"
author = "The microsystem authors"
copyright = "2026, the microsystem authors"
release = version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
language = "en_GB"

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "_generated"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]  # equations in odd.md
nitpicky = True
# Types in signatures are for reading: most of them are nobody's pages.
nitpick_ignore_regex = [("py:.*", ".*")]
default_role = "code"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"

html_theme = "furo"
html_title = "microsystem"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00558c", "color-brand-content": "#00558c"},
    "dark_css_variables": {"color-brand-primary": "#8cc8f0", "color-brand-content": "#8cc8f0"},
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False


def write_generated(app: Sphinx) -> None:
    """Write what pages include: tables of parameters, evidence and puzzles, and the references."""
    from docs import evidence, puzzles, reference, scaling
    from sim.scenario.explain import parameter_table

    folder = HERE / "_generated"
    folder.mkdir(exist_ok=True)
    found = {"parameters": parameter_table()}
    found |= evidence.tables() | scaling.tables() | reference.pages() | puzzles.parts()
    for name, text in found.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def read_docstring(app: Sphinx, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Turn a docstring into what Sphinx reads; Sphinx's own reader takes the first colon of a property for its type."""
    lines[:] = GoogleDocstring(lines, Config(napoleon_attr_annotations=False)).lines()


def leave_out_signature(
    app: Sphinx, what: str, name: str, found: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str, str] | None:
    """Show none for classes: what they are made of is for the functions that give them."""
    return ("", "") if what == "class" and signature else None


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", write_generated)
    app.connect("autodoc-process-docstring", read_docstring)
    app.connect("autodoc-process-signature", leave_out_signature)
