"""A local network with everybody on it, for tests of actions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.localnet.network import Localnet
from nosana_chain.networks import Network
from nosana_chain.wire.transport import HttpTransport, RpcRequest

CID = cid_of(b'{"ops": []}')
RESULT = cid_of(b'{"status": "success"}')
PRICE = 1_000  # NOS base units per second
TIMEOUT = 600  # seconds


@dataclass(frozen=True, slots=True)
class Scene:
    """A network and a client for each of its main wallets."""

    net: Localnet
    operator: NosanaClient
    builder: NosanaClient
    host: NosanaClient
    authority: NosanaClient


@asynccontextmanager
async def scene_on(net: Localnet) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(NosanaClient(net.network, net.wallets[name]))
            for name in ("operator", "builder", "host", "authority")
        ]
        yield Scene(net, *clients)


class Interrupted:
    """A transport that lets somebody else act once, right before the first request of a method goes out."""

    def __init__(
        self, network: Network, act: Callable[[], Awaitable[object]], *, before: str = "simulateTransaction"
    ) -> None:
        self._wire = HttpTransport(str(network.rpc_url))
        self._act: Callable[[], Awaitable[object]] | None = act
        self._before = before

    @property
    def endpoint(self) -> str:
        return self._wire.endpoint

    async def send(self, request: RpcRequest) -> bytes:
        if request.method == self._before and self._act:
            act, self._act = self._act, None
            await act()
        return await self._wire.send(request)

    async def aclose(self) -> None:
        await self._wire.aclose()
