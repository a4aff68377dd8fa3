"""How often somebody may ask: a bucket that fills with time and of which each request takes one."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil

MOST_KNOWN = 4_096


@dataclass(frozen=True)
class Rate:
    """So many at once, and after that so many a second."""

    at_once: float
    a_second: float


class Limit:
    """Holds each of many askers to a rate, in memory that is bounded.

    Whoever has not asked for longest is forgotten first; to be forgotten is to have a full bucket again.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, who: Hashable) -> int:
        """Seconds for which `who` has to wait before asking; 0 means that this request is allowed, and counted."""
        now = self._clock()
        left, last = self._left.pop(who, (self._rate.at_once, now))
        left = min(self._rate.at_once, left + (now - last) * self._rate.a_second)
        allowed = left >= 1
        self._left[who] = (left - allowed, now)
        if len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return 0 if allowed else ceil((1 - left) / self._rate.a_second)
