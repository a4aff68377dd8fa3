"""What makes a run the run it is: two with one key give the same, and no run with a key that is stored runs again."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache

from sim.engine.overrides import source_of
from sim.state.behaviours import COMPILED_PARTS, PACKAGE

# Besides what is compiled: what a scenario means to the engine, and what is counted of a run.
COUNTS_TOO = ("scenario", "analysis/outcomes.py")


# Sources that give what earlier ones gave, bit by bit: the same model, made faster, or its messages plainer. What is
# kept of the earlier version stays good. A test holds all of them to the golden digests of that version.
SAME_RESULTS_AS = {
    "39df8b10ff1cdfa8": "cca6775810a16852",
}


@cache
def model_version() -> str:
    """16 hexadecimal digits of the sources that decide what a run gives, or of the first that gave the same.

    They are the same on every machine.
    """
    sources = digest_of_sources()
    return SAME_RESULTS_AS.get(sources, sources)


def digest_of_sources() -> str:
    """16 hexadecimal digits of the sources that decide what a run gives, in whatever form they have now."""
    digest = hashlib.sha256()
    for part in (*COMPILED_PARTS, *COUNTS_TOO):
        place = PACKAGE / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            source = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{path.relative_to(PACKAGE).as_posix()} {len(source)}\n".encode())
            digest.update(source)
    return digest.hexdigest()[:16]


def replaced_digest(replace: Mapping[str, Callable] | None) -> str:
    """16 hexadecimal digits of the source of behaviours that are replaced; empty where none is."""
    return hashlib.sha256(source_of(replace).encode()).hexdigest()[:16] if replace else ""


def run_key(model: str, replaced: str, scenario: str, seed: int, days: int, warm_up_days: int) -> str:
    """32 hexadecimal digits that say which run it is.

    Args:
        model: as by `model_version`.
        replaced: as by `replaced_digest`.
        scenario: the condition digest of the scenario.
        seed, days, warm_up_days: of the run.
    """
    parts = (model, replaced, scenario, seed, days, warm_up_days)
    return hashlib.sha256(" ".join(str(part) for part in parts).encode()).hexdigest()[:32]
