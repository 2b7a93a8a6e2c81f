"""Watching without an event loop of one's own."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator
from types import TracebackType
from typing import Generic, Self

from nosana_chain.engine.following.teller import Event
from nosana_chain.engine.following.watch import Watch
from nosana_chain.sync.loop import BackgroundLoop


class SyncWatch(Generic[Event]):
    """An iterator of events, each once and in order; it waits for the next one and never ends by itself.

    Ctrl-C ends a wait, and loses nothing. Use it as a context manager too, or call `close`, where it isn't used until
    the client is closed.

    Args:
        loop: the client's.
        watch: what happens in it.
    """

    def __init__(self, loop: BackgroundLoop, watch: Watch[Event]) -> None:
        self._loop = loop
        self._watch = watch
        weakref.finalize(self, loop.forget, watch.aclose).atexit = False

    @property
    def followed(self) -> tuple[str, ...]:
        """What is watched: the sort of events, and what they must fit."""
        return self._watch.followed

    @property
    def cursor(self) -> str | None:
        """Where to go on after all that was given: another process, or another watch, takes it as `since`."""
        return self._watch.cursor

    @property
    def trouble(self) -> str | None:
        """Why nothing can be told at the moment, with secrets removed; None while all is well."""
        return self._watch.trouble

    @property
    def polling(self) -> str | None:
        """Why it looks by itself from time to time, and isn't woken by a socket; None where it is."""
        return self._watch.polling

    def start(self) -> None:
        """Begin: what happens from now on is told. Iterating does it, too; once more does nothing.

        Network: 3 calls or so.
        """
        self._loop.run(self._watch.start())

    def wait(self, *, within: float) -> Event | None:
        """The next event; None if there is none within so many seconds. It comes later then, and isn't lost."""
        return self._loop.run(self._next(within))

    def close(self) -> None:
        """Listen no more."""
        if not self._loop.is_closed:
            self._loop.run(self._watch.aclose())

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        return self._loop.run(self._watch.__anext__())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def _next(self, within: float) -> Event | None:
        limit = asyncio.timeout(within)
        try:
            async with limit:
                return await self._watch.__anext__()
        except TimeoutError:
            if limit.expired():
                return None
            raise
