"""What goes on step by step, without an event loop of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

from nosana_chain.sync.loop import BackgroundLoop

T = TypeVar("T")


class SyncSteps(Generic[T]):
    """An iterator of steps: each is made when it is asked for. Ctrl-C ends it; the same call again goes on.

    Args:
        loop: the client's.
        steps: as they are made in it.
    """

    def __init__(self, loop: BackgroundLoop, steps: AsyncIterator[T]) -> None:
        self._loop = loop
        self._steps = steps

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        try:
            return self._loop.run(self._next())
        except StopAsyncIteration:
            raise StopIteration from None

    async def _next(self) -> T:
        return await self._steps.__anext__()
