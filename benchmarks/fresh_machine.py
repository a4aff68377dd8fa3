"""The README's two commands as on a fresh machine: a clean clone, empty caches, nothing but Python and pip.

    uv run python benchmarks/fresh_machine.py [--python NAME OR PATH ...] [--tests] [--write]

For each Python a home of its own is made, with a clone of the last commit and an environment that has pip alone. Where
that Python is not the one of `.python-version`, `UV_PYTHON` names it, as the README says. Measured are the first
command, what it brought over the network, the same run once more with the network cut off (Linux, in a network
namespace of its own), and with `--tests` the second command. `--write` keeps it in results/fresh_machine.json, from
which the table in the README is made.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sim.report.provenance import commit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results" / "fresh_machine.json"
README = HERE / "README.md"
BLOCK = re.compile(r"(<!-- fresh machine -->\n).*?(<!-- end of fresh machine -->)", re.S)
NO_NETWORK = ("unshare", "--map-root-user", "--net")
OURS = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "MICROSYSTEM_CACHE", "PYENV_VERSION", "UV_PYTHON",
        "XDG_CACHE_HOME", "UV_CACHE_DIR")  # fmt: skip
MEGABYTE = 1e6
TELLS = "import sys; print('{}.{}'.format(*sys.version_info), sys.base_prefix + '/bin')"


class Machine(NamedTuple):
    """A home with nothing in it but a clone, and a Python with pip."""

    home: Path
    clone: Path
    environment: dict[str, str]

    def takes(self, command: str, *before: str) -> tuple[float, str]:
        """Seconds that a command takes in the clone, and what it says."""
        began = time.perf_counter()
        said = subprocess.run(
            [*before, "bash", "-c", command], cwd=self.clone, env=self.environment, capture_output=True, text=True
        )
        if said.returncode:
            sys.exit(f"{command!r} ended with status {said.returncode}:\n{said.stdout[-2000:]}\n{said.stderr[-2000:]}")
        return time.perf_counter() - began, said.stdout


def commands() -> tuple[str, str]:
    """The two commands of the README's first screen."""
    first, second, *_ = re.findall(r"```console\n(.*?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    return first, second


def fresh(home: Path, python: str) -> Machine:
    """A machine with this Python alone."""
    clone, tools = home / "microsystem", home / "python"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    subprocess.run([python, "-m", "venv", str(tools)], check=True)
    said = subprocess.run([python, "-c", TELLS], capture_output=True, text=True, check=True)
    version, beside = said.stdout.split()
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    alone = {"HOME": str(home), "PATH": f"{tools / 'bin'}:{beside}:/usr/bin:/bin", "UV_PYTHON_DOWNLOADS": "never"}
    if version != (clone / ".python-version").read_text(encoding="utf-8").strip():
        alone["UV_PYTHON"] = version
    return Machine(home, clone, kept | alone)


def received() -> int:
    """Bytes that came over the network since this machine started."""
    lines = Path("/proc/net/dev").read_text(encoding="utf-8").splitlines()[2:]
    return sum(int(line.split(":")[1].split()[0]) for line in lines if not line.strip().startswith("lo:"))


def size_of(folder: Path) -> float:
    """Megabytes of a folder, each file once."""
    files = {path.lstat().st_ino: path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink()}
    return sum(files.values()) / MEGABYTE


def measured(python: str, with_tests: bool) -> dict[str, Any]:
    """What the commands took with this Python."""
    job, tests = commands()
    again = job.split("&&")[-1].strip()
    with tempfile.TemporaryDirectory() as elsewhere:
        machine = fresh(Path(elsewhere), python)
        before = received()
        first, told = machine.takes(job)
        brought = received() - before
        offline, told_again = machine.takes(again, *NO_NETWORK)
        figures = {
            "python": machine.takes("uv run python -V")[1].split()[-1],
            "first_run_seconds": round(first, 1),
            "megabytes_received": round(brought / MEGABYTE, 1),
            "megabytes_of_environment": round(size_of(machine.clone / ".venv"), 1),
            "run_without_network_seconds": round(offline, 1),
            "same_results_without_network": results_in(told) == results_in(told_again),
        }
        if with_tests:
            seconds, told = machine.takes(tests)
            figures |= {"tests_seconds": round(seconds), "tests": told.strip().splitlines()[-1]}
        shutil.rmtree(machine.clone / ".venv")
    return figures


def results_in(told: str) -> list[str]:
    """Lines of tables, which do not depend on how long anything took."""
    return [line for line in told.splitlines() if re.search(r"\d \(\d", line)]


def in_words(found: dict[str, Any]) -> str:
    """A table of what was measured; Markdown."""
    lines = [
        "| Python | first command, from nothing | received | environment | again, no network | second command, tests |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for each in found["machines"]:
        tests = f"{each['tests_seconds'] / 60:.0f} min: {each['tests']}" if "tests" in each else "not run"
        lines.append(
            f"| {each['python']} | {each['first_run_seconds']:.0f} s | {each['megabytes_received']:.0f} MB "
            f"| {each['megabytes_of_environment']:.0f} MB | {each['run_without_network_seconds']:.0f} s, "
            f"{'the same results' if each['same_results_without_network'] else 'OTHER RESULTS'} | {tests} |"
        )
    measured_on = f"Measured on {found['date']}, commit {found['commit'][:12]}, on {found['cores']} cores."
    return "\n".join([*lines, "", measured_on])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--python", nargs="+", default=["python3.12", "python3.13"], help="names or paths")
    words.add_argument("--tests", action="store_true", help="the second command too, a quarter of an hour each")
    words.add_argument("--write", action="store_true", help="keep it, and the table in the README")
    given = words.parse_args()
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "cores": os.cpu_count(),
        "machines": [measured(python, given.tests) for python in given.python],
    }
    print(in_words(told))
    if given.write:
        RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        page = README.read_text(encoding="utf-8")
        README.write_text(BLOCK.sub(lambda match: match[1] + in_words(told) + "\n" + match[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
