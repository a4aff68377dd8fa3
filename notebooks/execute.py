"""Execute the notebooks that are kept as text, from top to bottom, in the root of the repository.

`python notebooks/execute.py` takes all of them, `python notebooks/execute.py targets` those that are named.
"""

import sys
import time
from pathlib import Path

import jupytext
import nbclient

FOLDER = Path(__file__).resolve().parent
SECONDS_PER_CELL = 300
SECONDS_PER_LESSON = 120


def main(names: list[str]) -> int:
    """Execute lessons, all if none is named; stops with the traceback of the first cell that fails."""
    known = {path.stem: path for path in sorted(FOLDER.glob("*.md")) if path.name != "README.md"}
    if unknown := [name for name in names if name not in known]:
        print(f"there is no lesson {unknown[0]}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    took = 0.0
    for name in names or known:
        print(name, flush=True)
        seconds = execute(known[name])
        late = ", more than two minutes" if seconds > SECONDS_PER_LESSON else ""
        print(f"    {seconds:.0f} s{late}", flush=True)
        took += seconds
    print(f"all: {took:.0f} s")
    return 0


def execute(lesson: Path) -> float:
    """Execute one lesson; how long it took, in seconds."""
    began = time.monotonic()
    client = nbclient.NotebookClient(
        jupytext.read(lesson),
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER.parent)}},
    )
    client.execute()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
