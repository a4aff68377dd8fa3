"""Tables of wards as people write them."""

HEADING = (
    "ward,beds,occupancy,stay,staff_nurses,senior_nurses,junior_doctors,consultants,"
    "repetitive,constrained,unconstrained"
)
ASH = "Ash,26,90%,6.9,16,4,6,3,0.5,0.3,0.2"


def with_cells(**cells: str) -> str:
    """A table of one ward, with some cells changed; others may be added."""
    row = dict(zip(HEADING.split(","), ASH.split(","), strict=True)) | cells
    return ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values())
