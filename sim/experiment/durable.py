"""What is written is on the disk before it counts as written."""

import os
from pathlib import Path


def force_to_disk(path: Path) -> None:
    """Return when a file, or a folder's list of names, would survive a loss of power."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
