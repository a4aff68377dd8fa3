"""What a table of wards says once it has been read, and how it is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

FAULTS_SHOWN = 50


class AdoptionError(Exception):
    """A table that cannot be adopted.

    Attributes:
        faults: what is wrong, one plain sentence each, at most fifty, and then a line if there are more.
    """

    def __init__(self, faults: Iterable[str]):
        found = list(islice(faults, FAULTS_SHOWN + 1))
        more = [f"There are more faults; these are the first {FAULTS_SHOWN}."] if len(found) > FAULTS_SHOWN else []
        self.faults = (*found[:FAULTS_SHOWN], *more)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class WardRow:
    """One ward, as a row of the table describes it.

    Attributes:
        row: its row in the spreadsheet; the names of columns stand in the first one that is not empty.
        name: of the ward, on one line.
        division: the name of its division; empty where the table has none.
        beds: that are open.
        occupancy: share of them with a patient at midnight, 0 to 1.
        stay: mean days of stays over at least one night.
        posts: people by grade, without the ward manager.
        mode_mix: shares of patients in the three modes of care, which add up to 1.
        emergency_share: share of arrivals that are not planned, 0 to 1; None where the table does not say.
        readings: how cells were read that the model cannot take as they are, in words.
    """

    row: int
    name: str
    division: str
    beds: int
    occupancy: float
    stay: float
    posts: dict[str, int]
    mode_mix: tuple[float, float, float]
    emergency_share: float | None = None
    readings: tuple[str, ...] = ()

    @property
    def patients_a_day(self) -> float:
        """Patients whom beds, occupancy and stay ask for, a day: as many come as leave (Little's law)."""
        return self.beds * self.occupancy / self.stay


@dataclass(frozen=True)
class WardTable:
    """A table of wards.

    Attributes:
        source: the name of its file, without folders.
        rows: its wards, in order.
        readings: how the file as a whole was read, where that was not plain.
    """

    source: str
    rows: tuple[WardRow, ...]
    readings: tuple[str, ...] = ()

    @property
    def beds(self) -> int:
        """Beds of all wards."""
        return sum(row.beds for row in self.rows)
