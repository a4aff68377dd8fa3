"""A folder, or a file, that is written whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path

from sim.experiment.durable import force_to_disk
from sim.scenario.words import one_line

NAME_KEPT = 50  # letters of up to four bytes; a name has room for 255


class FolderError(ValueError):
    """The folder or file for the results cannot be used; the message says why."""


def check(folder: str | Path) -> Path:
    """Refuse a folder that could not be written later, before time is spent on a run.

    Raises:
        FolderError: something is there already, or nothing may be written there.
    """
    with _plainly(folder):
        target = _place(folder)
        _refuse(target, folder)
        made = _make(target.parent)
        try:
            probe = _beside(target)
            probe.mkdir()
            probe.rmdir()
        finally:
            _unmake(made)
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
    with _plainly(folder):
        made = _make(target.parent)
        part = _beside(target)
        try:
            part.mkdir()
            yield part
            for path in (*part.rglob("*"), part):
                force_to_disk(path)
            _give_name(part, target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            _unmake(made)
            raise


def check_file(file: str | Path) -> Path:
    """Refuse a file that could not be written later, before time is spent on what it is to hold.

    Raises:
        FolderError: something is there already, or nothing may be written there.
    """
    shown = one_line(str(file))
    with _plainly(file):
        target = _place(file)
        if _is_there(target):
            what = "is a folder: name a file in it" if target.is_dir() else "exists: choose another, or remove it first"
            raise FolderError(f"{shown} {what}")
        made = _make(target.parent)
        try:
            probe = _beside(target)
            probe.touch(exist_ok=False)
            probe.unlink()
        finally:
            _unmake(made)
    return target


@contextmanager
def whole_file(file: str | Path, again: bool = False) -> Iterator[Path]:
    """Give a new file to write; it becomes `file` at the end, on the disk, or goes if anything fails.

    Args:
        file: where nothing is yet.
        again: take the place of a file that is there, since we wrote it.

    Raises:
        FolderError: something is there already, or nothing may be written there.
    """
    target = _place(file) if again else check_file(file)
    with _plainly(file):
        made = _make(target.parent)
        part = _beside(target)
        try:
            yield part
            force_to_disk(part)
            part.replace(target)
            force_to_disk(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            _unmake(made)
            raise


@contextmanager
def _plainly(folder: str | Path) -> Iterator[None]:
    """Say what the machine refuses in words, with the folder as somebody named it."""
    try:
        yield
    except OSError as problem:
        raise FolderError(f"cannot write {one_line(str(folder))}: {problem.strerror or problem}") from problem


def _place(folder: str | Path) -> Path:
    """The whole path of `folder`, with links followed and ``..`` taken out, but for a link that leads nowhere."""
    path = Path(folder).absolute()
    follow = os.path.isdir(path) or path.name == ".."
    try:
        _refuse_odd_letters(str(path))
        return path.resolve() if follow else path.parent.resolve() / path.name
    except (ValueError, RuntimeError):  # a RuntimeError if links go round in a circle, before Python 3.13
        raise FolderError(f"cannot write {one_line(str(folder))}: this is not a usable folder name") from None


def _refuse_odd_letters(path: str) -> None:
    path.encode()  # Parquet files take names in UTF-8 only
    if "\0" in path:
        raise ValueError


def _is_there(target: Path) -> bool:
    """Whether there is anything, a link that leads nowhere among it; a name that is too long is an error at once."""
    try:
        os.lstat(target)
    except FileNotFoundError:
        return False
    return True


def _refuse(target: Path, folder: str | Path) -> None:
    """Refuse what is there already, unless it is an empty folder that another can take the place of."""
    try:
        os.lstat(target)
    except FileNotFoundError:
        return
    shown = one_line(str(folder))
    if not target.is_dir() or any(target.iterdir()):
        raise FolderError(f"{shown} exists and is not an empty folder: choose another, or remove it first")
    # Neither can be exchanged for the finished folder without a surprise.
    if target == Path.cwd():
        raise FolderError(f"{shown} is the folder you are in: name a new folder in it")
    if target.is_mount():
        raise FolderError(f"{shown} is where a disk begins: name a new folder on it")


def _make(folder: Path) -> list[Path]:
    """Make `folder` and those above it that are missing; which they were, the innermost first."""
    missing = list(takewhile(lambda each: not os.path.lexists(each), (folder, *folder.parents)))
    made: list[Path] = []
    try:
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            made.insert(0, each)
    except OSError:
        _unmake(made)
        raise
    return made


def _unmake(made: list[Path]) -> None:
    """Remove folders that `_make` made, as far as nobody has put anything there."""
    with suppress(OSError):
        for each in made:
            each.rmdir()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:NAME_KEPT]}.{secrets.token_hex(4)}.part")


def _give_name(part: Path, target: Path) -> None:
    if target.is_dir():
        target.rmdir()  # fails, as it should, if somebody has put something there meanwhile
    part.rename(target)
    force_to_disk(target.parent)
