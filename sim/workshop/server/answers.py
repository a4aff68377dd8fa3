"""Live runs for a room: a first answer soon for everybody, which grows while somebody waits for it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any, Protocol

from sim.workshop.server.room import Refusal
from sim.workshop.server.runs import Outcomes

MOST_WAITING = 96
MOST_WAITING_OF_ONE = 64
MOST_KEPT = 256
SECONDS_TO_WAIT = 1.5  # after which whoever asks is told how far it is
SECONDS_OF_ATTENTION = 6  # for which a question is worked on after somebody last asked it
FIRST_GUESS = 1.0  # seconds that a few replications take
OVER = "The workshop is over."


class Work(Protocol):
    """What works out answers, a few replications at a time; `more` is called in a thread of its own."""

    @property
    def replications(self) -> int:
        """Of an answer that is whole."""

    def more(self, key: str, done: int) -> Outcomes:
        """The outcomes of the next few replications after those that are done."""

    def stop(self) -> None:
        """Make what is worked out now end."""


class _Answer:
    """The answer to one question so far, and who asks for it."""

    def __init__(self, question: str, number: int):
        self.question = question
        self.number = number
        self.done = 0
        self.outcomes: dict[str, list[float | None]] = {}
        self.asked: dict[str, float] = {}  # who → when last
        self.coming: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def grows(self, more: Outcomes) -> None:
        """Take in a few replications, and wake all who wait for some."""
        for name, values in more.items():
            self.outcomes.setdefault(name, []).extend(values)
        self.done = max(map(len, self.outcomes.values()))
        self.coming.set_result(None)
        self.coming = asyncio.get_running_loop().create_future()

    def fails(self, fault: Exception) -> None:
        """Tell all who wait; asked for once, so that nothing complains where all have left."""
        self.coming.set_exception(fault)
        self.coming.exception()


class Answers:
    """Answers to questions, worked out a few replications at a time and kept for all who ask the same.

    A question that has no answer yet goes before all that have some. Among equals askers take turns, and of an asker's
    own questions the one with the fewest replications is next. What nobody has asked for in a while grows no further,
    until somebody asks again. Of answers that are kept, the one that nobody has asked for longest goes first.
    """

    def __init__(self, work: Work, clock: Callable[[], float] = time.monotonic):
        """Take what works out answers."""
        self._work = work
        self._clock = clock
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._served: dict[str, int] = {}  # who → when last, counted in turns
        self._turn = 0
        self._now: _Answer | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live run")
        self._worker: asyncio.Task[None] | None = None
        self._seconds = FIRST_GUESS
        self._over = False

    async def of(self, question: str, who: str, seen: int = 0) -> dict[str, Any]:
        """The answer to a question that `who` asks, as soon as it has more replications than were seen.

        It is given as it is where it is whole or where nothing comes within `SECONDS_TO_WAIT`.

        Returns:
            ``replications`` so far, how many there will be ``of`` it, how many questions are ``ahead`` of its first
            answer, and ``outcomes``.

        Raises:
            Refusal: too much waits already, or the server ends.
        """
        if self._over:
            raise Refusal(OVER, 503)
        self._turn += 1
        answer = self._answers.get(question) or _Answer(question, self._turn)
        if not self._is_whole(answer):
            self._attends(answer, who)
        self._keep(answer)
        if answer.done <= seen and not self._is_whole(answer):
            self._goes_on()
            await self._comes(answer.coming)
        return self._content(answer)

    async def close(self) -> None:
        """Answer nothing more; returns when the thread has ended."""
        self._over = True
        for answer in self._answers.values():
            answer.fails(Refusal(OVER, 503))
        if self._worker is not None:
            self._worker.cancel()
        self._work.stop()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    # Who asks.

    def _attends(self, answer: _Answer, who: str) -> None:
        lately = self._askers(answer)
        if who not in lately:
            self._refuse_too_many(who)
        answer.asked = {each: answer.asked[each] for each in lately} | {who: self._clock()}

    def _keep(self, answer: _Answer) -> None:
        self._answers[answer.question] = answer
        self._answers.move_to_end(answer.question)
        if len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)

    def _refuse_too_many(self, who: str) -> None:
        waiting = self._waiting()
        own = sum(who in self._askers(answer) for answer in waiting)
        if len(waiting) >= MOST_WAITING or own >= MOST_WAITING_OF_ONE:
            wait = ceil(len(waiting) * self._seconds)
            raise Refusal("Too many live runs are waiting: ask again in a while.", 503, wait)

    @staticmethod
    async def _comes(coming: asyncio.Future[None]) -> None:
        """Wait, but not for long; whoever leaves takes it from nobody else."""
        done, _ = await asyncio.wait([coming], timeout=SECONDS_TO_WAIT)
        for each in done:
            each.result()

    def _content(self, answer: _Answer) -> dict[str, Any]:
        return {
            "key": answer.question,
            "replications": answer.done,
            "of": self._work.replications,
            "ahead": 0 if answer.done else self._ahead(answer),
            "outcomes": answer.outcomes,
        }

    # Whose turn it is.

    def _askers(self, answer: _Answer) -> list[str]:
        """Who asked for it lately."""
        since = self._clock() - SECONDS_OF_ATTENTION
        return [who for who, asked in answer.asked.items() if asked >= since]

    def _is_whole(self, answer: _Answer) -> bool:
        return answer.done >= self._work.replications

    def _waiting(self) -> list[_Answer]:
        """All that somebody waits for, in the order in which they are worked on."""
        waiting = [each for each in self._answers.values() if not self._is_whole(each) and self._askers(each)]
        return sorted(waiting, key=self._rank)

    def _rank(self, answer: _Answer) -> tuple[bool, int, int, int]:
        served = min((self._served.get(who, 0) for who in self._askers(answer)), default=self._turn)
        return answer.done > 0, served, answer.done, answer.number

    def _ahead(self, answer: _Answer) -> int:
        """How many questions get something before this one does."""
        if answer is self._now:
            return 0
        others = [each for each in self._waiting() if each is not self._now]
        return others.index(answer) + (self._now is not None) if answer in others else 0

    # Working on it.

    def _goes_on(self) -> None:
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work_on())

    async def _work_on(self) -> None:
        """Work on what somebody waits for, until there is no such question."""
        while waiting := self._waiting():
            self._now = waiting[0]
            self._turn += 1
            self._served |= dict.fromkeys(self._askers(self._now), self._turn)
            await self._grow(self._now)
            self._now = None
        self._served.clear()

    async def _grow(self, answer: _Answer) -> None:
        began = time.monotonic()
        loop = asyncio.get_running_loop()
        try:
            more = await loop.run_in_executor(self._thread, self._work.more, answer.question, answer.done)
        except Exception as fault:
            self._answers.pop(answer.question, None)
            answer.fails(fault)
        else:
            answer.grows(more)
        self._seconds = time.monotonic() - began
