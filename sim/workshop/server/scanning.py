"""The code to scan: an address as a picture that phones read."""

import segno

VERSION = 3  # 29 squares by 29, for up to 42 letters
QUIET = 4  # squares around a code that stay empty


def code_to_scan(text: str) -> str:
    """A QR code as the path of an SVG in the box ``0 0 37 37``, its empty edge included: a bar for each run of squares.

    Raises:
        segno.DataOverflowError: `text` has more than 42 letters.
    """
    code = segno.make(text, version=VERSION, error="m", boost_error=False, micro=False)
    rows = ["".join("1" if dark else "0" for dark in row) for row in code.matrix]
    return "".join(_bars(y + QUIET, row) for y, row in enumerate(rows))


def _bars(y: int, row: str) -> str:
    dark = []
    x = 0
    while (x := row.find("1", x)) >= 0:
        end = row.find("0", x)
        width = (end if end >= 0 else len(row)) - x
        dark.append(f"M{x + QUIET} {y}h{width}v1h-{width}z")
        x += width
    return "".join(dark)
