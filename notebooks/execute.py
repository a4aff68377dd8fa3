"""Execute every notebook that is kept as text, from top to bottom, in the root of the repository."""

import sys
import time
from pathlib import Path

import jupytext
import nbclient

FOLDER = Path(__file__).resolve().parent
SECONDS_PER_CELL = 300


def main() -> int:
    """Execute all lessons; stops with the traceback of the first cell that fails."""
    lessons = [path for path in sorted(FOLDER.glob("*.md")) if path.name != "README.md"]
    if not lessons:
        print("no notebooks found", file=sys.stderr)
        return 1
    for path in lessons:
        began = time.monotonic()
        notebook = jupytext.read(path)
        client = nbclient.NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(FOLDER.parent)}},
        )
        client.execute()
        print(f"{path.name}: {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
