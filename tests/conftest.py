"""What all tests share."""

import os
import shutil

os.environ.setdefault("MPLBACKEND", "Agg")  # figures need no display

import pytest
from hypothesis import settings

# The first example may compile a behaviour, so no deadline; in CI the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="module")
def browser():
    """The browser that the machine has, for pages; without one the test is left out."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium here; no page was opened in a browser")
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=as_root)
        yield opened
        opened.close()
