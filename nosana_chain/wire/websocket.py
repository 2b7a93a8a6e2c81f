"""A WebSocket to one endpoint: texts out, texts in, and a heartbeat that notices a dead one.

The library's own log and tracebacks hold the URL, so its log is off, and its errors are told by their names.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeVar

from websockets.asyncio.client import ClientConnection, connect

from nosana_chain.wire.endpoint_url import EndpointUrl

HEARTBEAT_SECONDS = 10.0  #: between pings; a socket whose answer takes as long again is dead
_MAX_MESSAGE_BYTES = 16 * 1024**2  # the largest account, 10 MiB, in base64
_MAX_WAITING = 64  # messages that are read ahead; then the endpoint has to wait
_OPEN_SECONDS = 10.0
_CLOSE_SECONDS = 2.0

# under no other logger, so that no configuration of the program switches it on
_silent = logging.Logger("silent", level=logging.CRITICAL + 1)  # noqa: LOG001
Done = TypeVar("Done")


class SocketLostError(Exception):
    """The socket can't be opened, or broke; the text is the name of what happened. It never leaves the wire."""


class Socket(Protocol):
    """An open socket."""

    async def send(self, message: bytes) -> None:
        """Send a text. SocketLostError where it is broken."""
        ...

    async def receive(self) -> bytes:
        """The next text. SocketLostError where it is broken, or the endpoint has gone silent."""
        ...


class Dial(Protocol):
    """Opens sockets."""

    def __call__(self, url: EndpointUrl) -> AbstractAsyncContextManager[Socket]:
        """A socket to `url`, for the length of the block."""
        ...


@asynccontextmanager
async def dial(url: EndpointUrl, *, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> AsyncIterator[Socket]:
    """A socket to `url`, closed with the block.

    Args:
        url: `ws://` or `wss://`. Proxies of the environment are used, except towards this machine.
        heartbeat_seconds: between pings, and for each one's answer.

    Raises:
        SocketLostError: it can't be opened.
    """
    connection = await _by_name(_open(url, heartbeat_seconds))
    try:
        yield _LibrarySocket(connection)
    finally:
        await connection.close()


class _LibrarySocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: bytes) -> None:
        await _by_name(self._connection.send(message, text=True))

    async def receive(self) -> bytes:
        return bytes(await _by_name(self._connection.recv(decode=False)))


class _Connect(connect):
    """Follows no redirects: they would lead to an endpoint that nobody named."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def _open(url: EndpointUrl, heartbeat_seconds: float) -> ClientConnection:
    return await _Connect(
        url.reveal(),
        compression=None,  # a small message can't become a huge one
        proxy=None if url.is_loopback else True,
        open_timeout=_OPEN_SECONDS,
        close_timeout=_CLOSE_SECONDS,
        ping_interval=heartbeat_seconds,
        ping_timeout=heartbeat_seconds,
        max_size=_MAX_MESSAGE_BYTES,
        max_queue=_MAX_WAITING,
        logger=_silent,
    )


async def _by_name(act: Awaitable[Done]) -> Done:
    """What `act` gives; errors by their name alone, without the frames of the library."""
    try:
        return await act
    except Exception as error:  # noqa: BLE001  whatever the library makes of a broken line is one thing here
        name = type(error).__name__
    except BaseException as error:  # noqa: BLE001  cancelled: the same, without the library's frames
        raise error.with_traceback(None) from None
    raise SocketLostError(name)
