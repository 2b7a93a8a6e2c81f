"""What many actions at once ask for together: one call instead of one for each.

Whoever asks while a call is being collected is answered by it. Nothing is kept longer than a moment, and what a waiter
gets is never older than its question, but for blockhashes and fees, which are good for several slots.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")

#: Calls of one kind that are under way at a time: more questions wait for one of them, and go out together.
CALLS_AT_ONCE = 2


@dataclass(slots=True)
class _Collecting(Generic[Asked, Answer]):
    """Questions that go out together."""

    loop: asyncio.AbstractEventLoop
    asked: dict[Asked, asyncio.Future[Answer]] = field(default_factory=dict)


class Together(Generic[Asked, Answer]):
    """Answers questions in common calls.

    Args:
        fetch: answers up to `most` questions in one call, in their order.
        most: questions that fit into one.
        weight: how much of `most` a question takes.
    """

    def __init__(
        self,
        fetch: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        most: int,
        weight: Callable[[Asked], int] = lambda _asked: 1,
    ) -> None:
        self._fetch = fetch
        self._most = most
        self._weight = weight
        self._collecting: _Collecting[Asked, Answer] | None = None
        self._calls: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(CALLS_AT_ONCE)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def ask(self, asked: Asked) -> Answer:
        """The answer to one question. An error of the call is every waiter's."""
        collecting = self._joined()
        if asked not in collecting.asked:
            collecting.asked[asked] = collecting.loop.create_future()
        return await asyncio.shield(collecting.asked[asked])

    async def aclose(self) -> None:
        """End the calls that are under way, of which nobody needs the answer any more."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _joined(self) -> _Collecting[Asked, Answer]:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # the loop that it knew is over
            self._loop, self._collecting, self._gate = loop, None, asyncio.Semaphore(CALLS_AT_ONCE)
        if self._collecting is None:
            self._collecting = _Collecting(loop)
            call = loop.create_task(self._send(self._collecting))
            self._calls.add(call)  # a task that nothing refers to may be collected as garbage
            call.add_done_callback(self._calls.discard)
        return self._collecting

    async def _send(self, collecting: _Collecting[Asked, Answer]) -> None:
        await asyncio.sleep(0)  # whoever is about to ask may join
        async with self._gate:
            if self._collecting is collecting:
                self._collecting = None
            pages = paged(collecting.asked, most=self._most, weight=self._weight)
            await asyncio.gather(*(self._answer(collecting, page) for page in pages))

    async def _answer(self, collecting: _Collecting[Asked, Answer], page: Sequence[Asked]) -> None:
        try:
            answers = await self._fetch(page)
        except BaseException as error:
            for asked in page:
                _fail(collecting.asked[asked], error)
            if not isinstance(error, Exception):
                raise
            return
        for asked, answer in zip(page, answers, strict=True):
            if not collecting.asked[asked].done():
                collecting.asked[asked].set_result(answer)


def paged(asked: Iterable[Asked], *, most: int, weight: Callable[[Asked], int]) -> list[list[Asked]]:
    """Questions in groups, in their order, none of which weighs more than `most` unless a single question does."""
    pages: list[list[Asked]] = []
    room = 0
    for one in asked:
        taken = weight(one)
        if not pages or taken > room:
            pages.append([])
            room = most
        pages[-1].append(one)
        room -= taken
    return pages


class Kept(Generic[Asked, Answer]):
    """Answers that are good for a while: asked for once, and again when they are too old.

    Args:
        fetch: answers a question.
        seconds: how long an answer is good.
        clock: seconds that only go forward.
    """

    def __init__(
        self, fetch: Callable[[Asked], Awaitable[Answer]], *, seconds: float, clock: Callable[[], float]
    ) -> None:
        self._together: Together[Asked, Answer] = Together(self._each, most=1)
        self._fetch = fetch
        self._seconds = seconds
        self._clock = clock
        self._answers: dict[Asked, tuple[float, Answer]] = {}

    async def ask(self, asked: Asked) -> Answer:
        """The answer to a question, as it was at most `seconds` ago."""
        kept = self._answers.get(asked)
        if kept is not None and self._clock() - kept[0] < self._seconds:
            return kept[1]
        answer = await self._together.ask(asked)
        self._forget_old()
        self._answers[asked] = self._clock(), answer
        return answer

    async def aclose(self) -> None:
        """End the calls that are under way."""
        await self._together.aclose()

    async def _each(self, asked: Sequence[Asked]) -> Sequence[Answer]:
        return [await self._fetch(one) for one in asked]

    def _forget_old(self) -> None:
        now = self._clock()
        self._answers = {asked: kept for asked, kept in self._answers.items() if now - kept[0] < self._seconds}


def _fail(future: asyncio.Future[Answer], error: BaseException) -> None:
    if future.done():
        return
    if isinstance(error, asyncio.CancelledError):
        future.cancel()
        return
    future.set_exception(error)
    future.exception()  # retrieved: whoever waits gets it, and nobody may


async def all_of(*awaitables: Awaitable[Any]) -> list[Any]:
    """What several awaitables come to, at once; none is left running when one of them fails."""
    found = await asyncio.gather(*awaitables, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found
