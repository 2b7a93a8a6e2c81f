"""A server in Surfpool's place behind the real front: a test says what it answers, and sees what came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection, serve

from nosana_chain.localnet import find_toolchain, standard_genesis
from nosana_chain.localnet.surfpool import Endpoints, running_surfpool

GENESIS = replace(standard_genesis(), programs={}, accounts={})

# The part of the native module that the launcher uses.
_MODULE = """
const surfnet = {{ rpcUrl: "http://127.0.0.1:{rpc}", wsUrl: "ws://127.0.0.1:{ws}", drainEvents() {{}}, stop() {{}} }};
module.exports = {{ Surfnet: {{ startWithConfig: () => surfnet }} }};
"""

Answer = Callable[[bytes], bytes]
Talk = Callable[[ServerConnection], Awaitable[None]]


async def silence(_socket: ServerConnection) -> None:
    """Let a client talk to nobody."""
    await _socket.wait_closed()


def to_json(value: Any) -> bytes:
    body = json.dumps(value).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@dataclass
class Upstream:
    """What stands in Surfpool's place.

    Attributes:
        answer: the whole answer to the body of a request.
        talk: what happens on each WebSocket.
        connections: heads and bodies that came, for each connection to the RPC port.
    """

    answer: Answer = lambda _body: to_json({})
    talk: Talk = silence
    connections: list[list[tuple[bytes, bytes]]] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve_rpc(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, each after the one before."""
        requests: list[tuple[bytes, bytes]] = []
        self.connections.append(requests)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await reader.readexactly(_length(head))
                requests.append((head, body))
                writer.write(self.answer(body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed.set()
        writer.close()


def _length(head: bytes) -> int:
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
    return int(fields.get(b"content-length", 0))


@asynccontextmanager
async def behind_the_front(upstream: Upstream, folder: Path) -> AsyncIterator[Endpoints]:
    """The launcher's endpoints, with `upstream` in Surfpool's place; `folder` is any empty one."""
    toolchain = find_toolchain()
    (folder / "node_modules").symlink_to(_folder_of_packages(toolchain.surfpool))
    module = folder / "surfpool.cjs"
    async with AsyncExitStack() as stack:
        rpc = await stack.enter_async_context(await asyncio.start_server(upstream.serve_rpc, "127.0.0.1", 0))
        ws = await stack.enter_async_context(serve(upstream.talk, "127.0.0.1", 0, max_size=None))
        ports = {name: server.sockets[0].getsockname()[1] for name, server in (("rpc", rpc), ("ws", ws.server))}
        module.write_text(_MODULE.format(**ports))
        yield await stack.enter_async_context(
            running_surfpool(replace(toolchain, surfpool=module), GENESIS, slot_ms=50, ports={})
        )


def _folder_of_packages(surfpool: Path) -> Path:
    return next(folder for folder in surfpool.parents if folder.name == "node_modules")


async def connection_to(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    return await asyncio.open_connection(parts.hostname, parts.port)
