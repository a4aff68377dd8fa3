"""The votes as a table of counts, and a file that holds them."""

import csv
import io
from pathlib import Path

from sim.report.folder import check_file, whole_file
from sim.workshop.server.room import Room

COLUMNS = ("puzzle", "round", "option", "votes")


def as_csv(room: Room) -> str:
    """Every round that has votes, a row for each option; only counts."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for puzzle, number, votes in room.counts():
        table.writerows((puzzle, number, option, count) for option, count in votes.items())
    return text.getvalue()


class VotesFile:
    """A file of votes, which is at each time whole."""

    def __init__(self, path: Path):
        """Take a file that is not there yet.

        Raises:
            FolderError: something is there already, or nothing may be written there.
        """
        check_file(path)
        self.path = path
        self._written: str | None = None

    def write(self, text: str) -> None:
        """Write the counts, in place of those that were written before.

        Raises:
            FolderError: that cannot be done.
        """
        if text == self._written:
            return
        with whole_file(self.path, again=self._written is not None) as file:
            file.write_text(text, encoding="utf-8", newline="")
        self._written = text
