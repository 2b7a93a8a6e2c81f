"""A local network with everybody on it, for tests of actions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.cid import cid_of
from nosana_chain.client import NosanaClient
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.market import QUEUE_OFFSET
from nosana_chain.networks import Network
from nosana_chain.wire.transport import HttpTransport, RpcRequest

CID = cid_of(b'{"ops": []}')
RESULT = cid_of(b'{"status": "success"}')
PRICE = 1_000  # NOS base units per second
TIMEOUT = 600  # seconds
JOBS_WAIT, HOSTS_WAIT = 0, 1  # a queue's type; after it come its length and its keys (spec, section 3)


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


async def fill_queue(scene: Scene, market: Pubkey, kind: int) -> None:
    """Let the market's queue have no room any more."""
    account = await scene.operator.connection.fetch_account(market)
    assert account is not None
    room = (len(account.data) - QUEUE_OFFSET) // 32
    head = account.data[: QUEUE_OFFSET - 5] + bytes([kind]) + room.to_bytes(4, "little")
    keys = b"".join(bytes(Pubkey.new_unique()) for _ in range(room))
    await scene.net.set_account(market, Account(account.lamports, head + keys, account.owner))
