"""What wakes a follower: notices over the client's one socket, and time. Neither is ever taken for the truth."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from solders.signature import Signature

from nosana_chain.errors import RpcError
from nosana_chain.wire.notices import LogsNotice
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.subscriptions import Subscription, Subscriptions

#: Opens one subscription of a follower.
Subscribe = Callable[[Subscriptions], Subscription[Any]]

_MOST_AWAITED = 256  # signatures that were told, and aren't listed yet

_log = logging.getLogger(__name__)


class Bell:
    """Rings when there may be something new.

    Args:
        subscriptions: the client's socket; None where the endpoint has none.
        sleep: waits for seconds.

    Attributes:
        awaited: successful transactions that were told, and that the list will have in a moment.
        refusal: why an endpoint doesn't tell by itself; None while it does.
    """

    def __init__(self, subscriptions: Subscriptions | None, *, sleep: Sleep = asyncio.sleep) -> None:
        self.awaited: dict[Signature, None] = {}
        self.refusal: str | None = None if subscriptions else "the network has no WebSocket endpoint"
        self._subscriptions = subscriptions
        self._sleep = sleep
        self._rung = asyncio.Event()
        self._open: dict[object, tuple[Subscription[Any], asyncio.Task[None]]] = {}

    @property
    def is_sure(self) -> bool:
        """Whether the socket is there, and every subscription on it has been taken."""
        return self.refusal is None and all(subscription.is_open for subscription, _ in self._open.values())

    def listen(self, key: object, subscribe: Subscribe) -> None:
        """Let these notices ring it, under a name; once more does nothing.

        Raises:
            RpcClosedError: the client was closed.
        """
        if self._subscriptions is None or key in self._open:
            return
        subscription = subscribe(self._subscriptions)
        task = asyncio.get_running_loop().create_task(self._hear(subscription))
        self._open[key] = subscription, task

    def leave(self, keys: Iterable[object]) -> None:
        """Let these notices ring it no more."""
        for key in keys:
            subscription, task = self._open.pop(key, (None, None))
            if subscription and task:
                subscription.end()
                task.cancel()

    def ring(self) -> None:
        """There may be something new."""
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Until it rings, or the time is over; whether it rang."""
        ringing = asyncio.ensure_future(self._rung.wait())
        passing = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({ringing, passing}, return_when=asyncio.FIRST_COMPLETED)
            if passing.done():
                passing.result()  # what its error is, is the waiter's
        finally:
            for task in (ringing, passing):
                task.cancel()
            await asyncio.gather(ringing, passing, return_exceptions=True)
        rang = self._rung.is_set()
        self._rung.clear()
        return rang

    async def aclose(self) -> None:
        """Leave everything."""
        tasks = [task for _, task in self._open.values()]
        self.leave(list(self._open))
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, subscription: Subscription[Any]) -> None:
        with suppress(asyncio.CancelledError):
            try:
                async for notice in subscription:
                    self._note(notice)
            except RpcError as error:
                self.refusal = str(error)
            self.ring()

    def _note(self, notice: object) -> None:
        if isinstance(notice, LogsNotice) and not notice.failed and len(self.awaited) < _MOST_AWAITED:
            self.awaited[notice.signature] = None
        self.ring()
