"""Live runs for a room: one at a time, equal questions once, and everybody in turn."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from sim.workshop.server.room import Refusal

MOST_WAITING = 96
MOST_WAITING_OF_ONE = 64
MOST_KEPT = 512
FIRST_GUESS = 1.0  # seconds that an answer takes
OVER = "The workshop is over."


class Answers:
    """Answers to questions, each worked out in a thread.

    Askers take turns: whoever asked for many waits with the second until all others have their first. Answers are
    kept, and the one that nobody has asked for longest goes first.
    """

    def __init__(self, work: Callable[[str], bytes], stop: Callable[[], None]):
        """Take what works out an answer, in a thread of its own, and what makes it stop."""
        self._work = work
        self._stop = stop
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._coming: dict[str, asyncio.Future[bytes]] = {}
        self._lines: OrderedDict[str, deque[str]] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live run")
        self._worker: asyncio.Task[None] | None = None
        self._seconds = FIRST_GUESS
        self._over = False

    async def of(self, question: str, who: str) -> bytes:
        """The answer to a question that `who` asks.

        Raises:
            Refusal: too much waits already, or the server ends.
        """
        if question in self._kept:
            self._kept.move_to_end(question)
            return self._kept[question]
        if question not in self._coming:
            self._line_up(question, who)
        return await asyncio.shield(self._coming[question])  # whoever leaves takes the answer from nobody else

    async def close(self) -> None:
        """Answer nothing more; returns when the thread has ended."""
        self._over = True
        for coming in self._coming.values():
            _fail(coming, Refusal(OVER, 503))
        if self._worker is not None:
            self._worker.cancel()
        self._stop()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _line_up(self, question: str, who: str) -> None:
        if self._over:
            raise Refusal(OVER, 503)
        waiting = sum(map(len, self._lines.values()))
        if waiting >= MOST_WAITING or len(self._lines.get(who, ())) >= MOST_WAITING_OF_ONE:
            raise Refusal("Too many live runs are waiting: ask again in a while.", 503, ceil(waiting * self._seconds))
        self._coming[question] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(who, deque()).append(question)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._answer_all())

    async def _answer_all(self) -> None:
        while self._lines:
            await self._answer(self._next())

    def _next(self) -> str:
        """The first question of whoever was served longest ago."""
        who, line = self._lines.popitem(last=False)
        question = line.popleft()
        if line:
            self._lines[who] = line
        return question

    async def _answer(self, question: str) -> None:
        began = time.monotonic()
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._thread, self._work, question)
        except Exception as fault:
            _fail(self._coming[question], fault)
        else:
            self._coming[question].set_result(answer)
            self._keep(question, answer)
        finally:
            del self._coming[question]
        self._seconds = time.monotonic() - began

    def _keep(self, question: str, answer: bytes) -> None:
        self._kept[question] = answer
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def _fail(coming: asyncio.Future[bytes], fault: Exception) -> None:
    """Tell all who wait; asked for once, so that nothing complains where all have left."""
    coming.set_exception(fault)
    coming.exception()
