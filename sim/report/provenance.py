"""Where results came from: all that is needed to get them again, or to say why one cannot."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.analysis.ablation import Ablation
from sim.analysis.arms import Runs
from sim.analysis.claims import Examination
from sim.analysis.results import Results
from sim.experiment.identity import model_version
from sim.scenario import to_toml
from sim.state.vocabulary import DAYS_PER_YEAR
from sim.tracing.trace import Trace

PACKAGES = ("numpy", "numba", "mesa", "scipy", "pandas", "pyarrow", "matplotlib")


def provenance(results: Results, command: Sequence[str] = ()) -> dict[str, Any]:
    """What was run, with what, where and when, in a form that JSON can hold.

    Args:
        results: of the run.
        command: the command line that asked for it; empty if it was asked for in Python.
    """
    return {
        "results": {"digest": results.digest()},
        "scenario": {
            "title": results.scenario.title,
            "digest": results.scenario.digest(),
            "resolved": to_toml(results.scenario),
        },
        "run": {
            "seed": results.seed,
            "replications": len(results.records),
            "years": results.days / DAYS_PER_YEAR,
            "days": results.days,
            "warm_up_days": results.warm_up_days,
            "driver": results.driver,
            "threads": results.threads,
            "draws": results.draws.digest() if results.draws else None,
            "command": encodable(command),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        **made_with(),
    }


def made_with() -> dict[str, Any]:
    """The software and the machine that make results here."""
    return {
        "software": {
            "microsystem": package_version("microsystem"),
            "model": model_version(),
            "commit": commit(),
            "python": platform.python_version(),
            **{name: package_version(name) for name in PACKAGES},
        },
        "platform": {"system": platform.system(), "machine": platform.machine()},
    }


def ablation_provenance(ablation: Ablation, command: Sequence[str] = ()) -> dict[str, Any]:
    """As `provenance` of the full model, with the digest of all results and of those without each mechanism.

    Args:
        ablation: of which it is the origin.
        command: the command line that asked for it; empty if it was asked for in Python.
    """
    return provenance(ablation.full, command) | {
        "ablation": {
            "digest": ablation.digest(),
            "outcomes": list(ablation.outcomes),
            "without": {name: results.digest() for name, results in ablation.without.items()},
        }
    }


def claims_provenance(examined: Sequence[Examination], command: Sequence[str] = ()) -> dict[str, Any]:
    """For each claim that was run, `provenance` of its first arm, with digests of the claim and of every arm.

    Args:
        examined: of which it is the origin.
        command: the command line that asked for it; empty if it was asked for in Python.
    """
    return {each.claim.statement.id: _claim_provenance(each, command) for each in examined}


def _claim_provenance(examined: Examination, command: Sequence[str]) -> dict[str, Any]:
    statement = examined.claim.statement
    return provenance(examined.any_results, command) | {
        "claim": {
            "digest": examined.digest(),
            "statement": statement.digest(),
            "says": statement.model_dump(mode="json"),
            "at_failing_point": examined.at_failing_point,
            "arms": {name: results.digest() for name, results in examined.results.items()},
            "scenarios": {name: results.scenario.digest() for name, results in examined.results.items()},
        }
    }


def comparison_provenance(runs: Runs, command: Sequence[str] = ()) -> dict[str, Any]:
    """As `provenance` of the first arm, with digests of every arm and its scenario, by title.

    Args:
        runs: of which it is the origin.
        command: the command line that asked for it; empty if it was asked for in Python.
    """
    first = next(iter(runs.of.values()))
    return provenance(first, command) | {
        "comparison": {
            "digest": runs.digest(),
            "arms": {title: results.digest() for title, results in runs.of.items()},
            "scenarios": {title: results.scenario.digest() for title, results in runs.of.items()},
        }
    }


def trace_provenance(told: Trace, command: Sequence[str] = ()) -> dict[str, Any]:
    """What was traced, with what, where and when, in a form that JSON can hold.

    Args:
        told: of which it is the origin.
        command: the command line that asked for it; empty if it was asked for in Python.
    """
    run = told.history.run
    return {
        "scenario": {"title": run.scenario.title, "digest": run.scenario.digest(), "resolved": to_toml(run.scenario)},
        "run": {
            "seed": run.seed,
            "days": run.days,
            "warm_up_days": run.warm_up_days,
            "command": encodable(command),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "patient": told.history.patient,
        "under": told.otherwise.style if told.otherwise else None,
        **made_with(),
    }


def encodable(words: Sequence[str]) -> list[str]:
    r"""Words with the bytes of file names that are no UTF-8 written out, as in ``\udcff.toml``."""
    return [word.encode(errors="backslashreplace").decode() for word in words]


def package_version(name: str) -> str | None:
    """The version of an installed package, or None if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def commit(source: Path = Path(__file__)) -> str | None:
    """The git commit that `source` belongs to, with ``+dirty`` if anything tracked has changed since, results apart.

    Results that are kept change when they are made anew, and make nothing themselves. None if `source` is not tracked
    in a checkout, as in an installed package, or git is not there.
    """
    if _git(source.parent, "ls-files", "--error-unmatch", source.name) is None:
        return None
    head = _git(source.parent, "rev-parse", "HEAD")
    if head is None:
        return None
    changes = _git(source.parent, "status", "--porcelain", "--untracked-files=no", "--", ":/", ":(top,exclude)results")
    return f"{head}+dirty" if changes else head


def _git(folder: Path, *words: str) -> str | None:
    """What git says, or None if it fails."""
    try:
        said = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()
