"""When and from where a connection may be asked: while it is open, and in the event loop that it is used in first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from nosana_chain.errors import NosanaError, RpcClosedError, RpcError, RpcLoopError
from nosana_chain.wire.transport import Carrier, RpcRequest

Given = TypeVar("Given")
Other = TypeVar("Other")


class LivingTransport(Generic[Given]):
    """Refuses what comes after the end, or from another event loop, before libraries stumble over it.

    A request that is on its way when the end comes fails with RpcClosedError too: what became of it is unknown.
    """

    def __init__(self, inner: Carrier[Given]) -> None:
        self._inner = inner
        self._closed = False
        self._home: dict[None, asyncio.AbstractEventLoop] = {}  # one entry; setdefault is one step for threads

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> Given:
        """As `Carrier.send`.

        Raises:
            RpcClosedError: closed before or meanwhile.
            RpcLoopError: this isn't the event loop that it was used in first.
        """
        return await self.during(self._inner.send, request)

    async def during(self, send: Callable[[RpcRequest], Awaitable[Other]], request: RpcRequest) -> Other:
        """What `send` gives, under the same conditions."""
        self._require_home(request)
        if self._closed:
            reason = "this client was closed: nothing was sent; make a new one, or stay inside its `async with`"
            raise self._error(RpcClosedError, request, reason)
        try:
            return await send(request)
        except NosanaError as failed:
            error = failed
        if self._closed:
            reason = "this client was closed while the request was on its way; its answer is lost"
            raise self._error(RpcClosedError, request, reason)
        raise error

    async def aclose(self) -> None:
        """Close the transport inside; once more does nothing."""
        if not self._closed:
            self._closed = True
            await self._inner.aclose()

    def _require_home(self, request: RpcRequest) -> None:
        here = asyncio.get_running_loop()
        if self._home.setdefault(None, here) is not here:
            reason = "this client belongs to another event loop: nothing was sent; make one client for each loop"
            raise self._error(RpcLoopError, request, reason)

    def _error(self, kind: type[RpcError], request: RpcRequest, reason: str) -> RpcError:
        return kind(f"{request.method}: {reason}", endpoint=self.endpoint, method=request.method)
