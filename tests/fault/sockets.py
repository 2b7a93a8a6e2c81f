"""WebSockets whose other end is the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.websocket import SocketLostError


class FakeSocket:
    """A socket whose other end is the test."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._coming: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def send(self, message: bytes) -> None:
        self.sent.put_nowait(json.loads(message))

    async def receive(self) -> bytes:
        message = await self._coming.get()
        if message is None:
            raise SocketLostError("gone")
        return message

    def tell(self, message: Any) -> None:
        self._coming.put_nowait(message if isinstance(message, bytes) else json.dumps(message).encode())

    def lose(self) -> None:
        self._coming.put_nowait(None)

    async def accept(self, number: int) -> dict[str, Any]:
        """Answer the next request with the number of a subscription."""
        request = await self.sent.get()
        self.tell({"jsonrpc": "2.0", "id": request["id"], "result": number})
        return request


class Exchange:
    """Opens fake sockets, or fails to."""

    def __init__(self, *, failures: int = 0) -> None:
        self.opened: asyncio.Queue[FakeSocket] = asyncio.Queue()
        self._failures = failures

    @asynccontextmanager
    async def dial(self, _url: EndpointUrl) -> AsyncIterator[FakeSocket]:
        if self._failures:
            self._failures -= 1
            raise SocketLostError("refused")
        socket = FakeSocket()
        self.opened.put_nowait(socket)
        yield socket


def note(number: int, value: Any, *, slot: int = 5, method: str = "accountNotification") -> dict[str, Any]:
    """A notification."""
    result = {"context": {"slot": slot}, "value": value}
    return {"jsonrpc": "2.0", "method": method, "params": {"subscription": number, "result": result}}
