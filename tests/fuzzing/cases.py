"""What a case is: files, which of them is given, and what a refusal has to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

KINDS = ("valid", "nearly valid", "hostile")
FORMS = ("scenario", "style", "design")
SHARES_OF_FORMS = (6, 3, 1)  # a design is read as a scenario for each of its arms

type Content = dict[str, Any]
type Files = Mapping[str, bytes | Link]


class Wanted(NamedTuple):
    """What a refusal must name: one of `keys`, and every word of `allowed`, on one line."""

    keys: tuple[str, ...]
    allowed: tuple[str, ...]


class Link(NamedTuple):
    """A file that is a link to somewhere else."""

    to: str


@dataclass(frozen=True)
class Case:
    """Files to lay into an empty folder, and what to make of them.

    Attributes:
        kind: one of `KINDS`.
        form: one of `FORMS`; what the files are about.
        how: what was done to them, in a word or two.
        files: by their path in the folder, which has no other.
        wanted: faults of which a refusal must tell at least one; none where any refusal will do.
    """

    number: int
    kind: str
    form: str
    how: str
    files: Files
    wanted: tuple[Wanted, ...] = ()

    @property
    def given(self) -> str:
        """The file that is given to the program."""
        return "design.toml" if self.form == "design" else "ward.toml"

    @property
    def must_be(self) -> str:
        """What has to come of it; nothing where accepting and refusing both will do."""
        return {"valid": "accepted", "nearly valid": "refused"}.get(self.kind, "")

    def lay(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Link):
                path.symlink_to(content.to)
            else:
                path.write_bytes(content)
