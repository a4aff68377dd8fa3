"""What all tests share."""

import os

os.environ.setdefault("MPLBACKEND", "Agg")  # figures need no display

from hypothesis import settings

# The first example may compile a behaviour, so no deadline; in CI the same examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
