"""A folder that is written whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderError(ValueError):
    """The folder for the results cannot be used; the message says why."""


def check(folder: str | Path) -> Path:
    """Refuse a folder that could not be written later, before time is spent on a run.

    Raises:
        FolderError: something is there already, or nothing may be written there.
    """
    target = Path(folder).absolute()
    if _in_the_way(target):
        raise FolderError(f"{folder} exists and is not an empty folder: choose another, or remove it first")
    try:
        probe = _beside(_nearest(target), target.name)
        probe.mkdir()
        probe.rmdir()
    except OSError as problem:
        raise FolderError(f"cannot write {folder}: {problem.strerror or problem}") from problem
    return target


@contextmanager
def whole(folder: str | Path) -> Iterator[Path]:
    """Give a new folder to write into; it becomes `folder` at the end, or goes if anything fails.

    Files are forced to the disk before the folder gets its name, so that a folder with that name is
    always complete, even after a power cut.

    Raises:
        FolderError: something is there already, or nothing may be written there.
    """
    target = check(folder)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = _beside(target.parent, target.name)
        part.mkdir()
    except OSError as problem:
        raise FolderError(f"cannot write {folder}: {problem.strerror or problem}") from problem
    try:
        yield part
        for path in (*part.rglob("*"), part):
            _force_to_disk(path)
        _give_name(part, target)
    except OSError as problem:
        shutil.rmtree(part, ignore_errors=True)
        raise FolderError(f"cannot write {folder}: {problem.strerror or problem}") from problem
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _in_the_way(target: Path) -> bool:
    if not target.is_dir():
        return os.path.lexists(target)
    return any(target.iterdir())


def _nearest(target: Path) -> Path:
    """The nearest folder above that exists already."""
    return next(parent for parent in target.parents if os.path.lexists(parent))


def _beside(parent: Path, name: str) -> Path:
    return parent / f".{name[:100]}.{secrets.token_hex(4)}.part"


def _give_name(part: Path, target: Path) -> None:
    if target.is_dir():
        target.rmdir()  # fails, as it should, if somebody has put something there meanwhile
    part.rename(target)
    _force_to_disk(target.parent)


def _force_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
