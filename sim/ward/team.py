"""Who is on a ward together: whoever acts may be seen, helped, heard or led by these."""

from typing import Any, NamedTuple


class Team(NamedTuple):
    """The people of one ward, at work or not.

    Attributes:
        nurses: the staff rows of its nurses.
        doctors: those of its doctors.
        ward_manager: its manager, as a table of one row.
        role: the role of its lead, as a table of one row.
    """

    nurses: Any
    doctors: Any
    ward_manager: Any
    role: Any
