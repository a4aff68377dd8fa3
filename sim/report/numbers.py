"""Numbers as reports show them: with the digits that carry meaning, and with their interval."""

import math

# Stands under every table and figure of outcomes, since no study ever saw the true ledger.
PUBLISHED = "Compare published figures with the observed ledger only."


def decimals(value: float) -> int:
    """How many decimals leave two or three digits that carry meaning: 0.052, 0.52, 8.1, 16.2, 120."""
    size = abs(value)
    if size >= 100 or not size > 0:
        return 0
    return 1 if size >= 1 else min(4, 1 - math.floor(math.log10(size)))


def in_words(value: float, sign: bool = False) -> str:
    """A number alone, as in ``8.1`` or, with its `sign`, ``+8.1``; a dash where there was nothing to count."""
    return _written(value, decimals(value) if math.isfinite(value) else 0, sign)


def with_interval(mean: float, low: float, high: float, join: str = " ", sign: bool = False, unit: str = "") -> str:
    """A mean with its interval, as in ``8.1 (7.9 to 8.3)``; the mean alone where there is no interval.

    All have the decimals of the mean, or of half the interval where that is larger.

    Args:
        mean, low, high: not a number where there is none.
        join: what stands between the mean and its interval.
        sign: whether a plus is written too, as for differences.
        unit: what follows the mean, such as ``%``.
    """
    if math.isnan(low):
        return f"{in_words(mean, sign)}{unit * (not math.isnan(mean))}"
    places = decimals(max(abs(mean), (high - low) / 2))
    first, least, most = (_written(value, places, sign) for value in (mean, low, high))
    return f"{first}{unit}{join}({least} to {most})"


def _written(value: float, places: int, sign: bool) -> str:
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    return f"{value:{'+' if sign else ''}z,.{places}f}".replace("-", "−")


def how_far(runs: int, done: int, failed: int) -> str:
    """How far an experiment is: runs in all, done, failed among these, and left."""
    return f"{done:,} of {runs:,} runs are done, {failed:,} of them failed; {runs - done:,} left."


def bytes_in_words(count: float) -> str:
    """So many bytes, as in ``1.2 GB`` of a thousand million each."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1_000:
            return f"{count:.3g} {unit}"
        count /= 1_000
    return f"{count:,.3g} TB"


def time_in_words(seconds: float) -> str:
    """A span of time in the unit that it is usually told in, as in ``40 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    if seconds < 72 * 3_600:
        return f"{seconds / 3_600:,.1f} h"
    return f"{seconds / (24 * 3_600):,.1f} days"
