"""Being told what became of a transaction, where the cluster has a WebSocket: sooner than by asking, and for less."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from solders.signature import Signature

from nosana_chain.engine.engine import Engine
from nosana_chain.errors import RpcError
from nosana_chain.wire.subscriptions import Interrupted, SignatureNotice, Subscription

_LOG = logging.getLogger(__name__)


class Listening:
    """Waits for the notice of one signature; without a socket, or one that takes it, it only waits.

    A notice can be wrong, early or lost, as a status can be: what it says has to be proven, and one that never comes
    is made up for by asking.

    Args:
        engine: its subscriptions, if it has any.
        signature: of the transaction. Listen before it is sent.
    """

    def __init__(self, engine: Engine, signature: Signature) -> None:
        self._engine = engine
        self._subscription: Subscription[SignatureNotice] | None = None
        self._next: asyncio.Future[SignatureNotice | Interrupted] | None = None
        if engine.subscriptions is None:
            return
        with suppress(RpcError):  # closed, or of another event loop: then there is asking
            self._subscription = engine.subscriptions.signature(signature, commitment=engine.settled)

    @property
    def will_be_told(self) -> bool:
        """Whether the endpoint has agreed to tell."""
        return self._subscription is not None and self._subscription.is_open

    async def wait(self, seconds: float) -> SignatureNotice | None:
        """The notice, as soon as it comes; None after `seconds`, or when something may have been missed."""
        if self._subscription is None:
            await self._engine.sleep(seconds)
            return None
        self._next = self._next or asyncio.ensure_future(anext(self._subscription))
        sleeping = asyncio.ensure_future(self._engine.sleep(seconds))
        try:
            await asyncio.wait((sleeping, self._next), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
        return self._taken(self._next) if self._next.done() else None

    def end(self) -> None:
        """Listen no longer."""
        if self._next is not None and not self._next.cancel() and not self._next.cancelled():
            self._next.exception()  # retrieved: nobody needs it any more
        if self._subscription is not None:
            self._subscription.end()

    def _taken(self, heard: asyncio.Future[SignatureNotice | Interrupted]) -> SignatureNotice | None:
        self._next = None
        try:
            notice = heard.result()
        except (RpcError, StopAsyncIteration) as error:  # refused, or told already
            self._subscription = None
            if isinstance(error, RpcError) and self._engine.connection.first_time("signatureSubscribe"):
                _LOG.warning("transactions are looked up again and again, since nothing is told by itself: %s", error)
            return None
        return None if isinstance(notice, Interrupted) else notice
