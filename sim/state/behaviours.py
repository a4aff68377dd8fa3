"""The one decorator of every behaviour: compiled by numba, plain Python when the JIT is off.

A behaviour is a small free function over rows. Registering each by name lets an override find and
clone its callers (`sim.engine.overrides`), and lets a test see what may touch what.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

# Small functions that are inlined into one loop gain nothing from LLVM's higher levels, and compile a
# sixth faster without them. Numba reads this when it is imported.
os.environ.setdefault("NUMBA_OPT", "1")

import numba
import numpy as np
from numba import njit

PACKAGE = Path(__file__).resolve().parent.parent
COMPILED_PARTS = ("state", "agents", "ward", "leadership", "engine")

BEHAVIOURS: dict[str, Callable] = {}


def source_hash() -> str:
    """A hash of every source file whose change can change a compiled behaviour.

    Numba's own cache looks only at the file of the function it loads and not at the files of the
    helpers which that function calls, so a stale answer would go unnoticed.
    """
    digest = hashlib.sha256(f"{PACKAGE} {numba.__version__} {np.__version__} {numba.config.BOUNDSCHECK}".encode())
    for part in COMPILED_PARTS:
        for path in sorted((PACKAGE / part).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled behaviours are kept, one folder for each state of the sources."""
    root = os.environ.get("MICROSYSTEM_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "microsystem" / source_hash()


def jit_is_on() -> bool:
    """Whether behaviours are compiled (false under `NUMBA_DISABLE_JIT=1`)."""
    return not numba.config.DISABLE_JIT


numba.config.CACHE_DIR = str(cache_folder())


def compiled(function: Callable, cache: bool = True, may_allocate: bool = False) -> Callable:
    """Compile `function` as all behaviours are: without the GIL, without fast-math.

    A behaviour allocates nothing. So numba need not count references to the arrays that it is handed,
    which took almost half of a run; a behaviour that does allocate is refused when it is compiled.
    """
    return njit(nogil=True, cache=cache, error_model="numpy", _nrt=may_allocate)(function)


def behaviour(function: Callable) -> Callable:
    """Register `function` under its name and compile it.

    Raises:
        ValueError: two behaviours share a name, so an override could not tell them apart.
    """
    name = function.__name__
    if name in BEHAVIOURS:
        raise ValueError(f"two behaviours are called {name!r}")
    BEHAVIOURS[name] = compiled(function)
    return BEHAVIOURS[name]
