"""The in-process network for tests of clients: its clock is set to any moment, and it refuses what a test says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

from nosana_chain.client import NosanaClient
from nosana_chain.errors import RpcResponseError
from nosana_chain.localnet.genesis import Genesis, standard_genesis
from nosana_chain.localnet.inprocess import START
from nosana_chain.localnet.litesvm.chain import InProcessChain as Chain
from nosana_chain.localnet.litesvm.transport import InProcessTransport
from nosana_chain.wallet import Wallet
from nosana_chain.wire.transport import RpcRequest


class InProcessChain(InProcessTransport):
    """A transport to a chain in this process, and that chain.

    Attributes:
        refuses: methods that this endpoint doesn't serve.
        methods: those that were asked for, in order.
        before: called before anything is answered, with the method's name.
    """

    def __init__(self, genesis: Genesis | None = None) -> None:
        self.genesis = (genesis or standard_genesis()).starting_at(START)
        self.network, self.wallets = self.genesis.network, self.genesis.wallets
        self.refuses: set[str] = set()
        self.methods: list[str] = []
        self.before: Callable[[str], None] = lambda _method: None
        chain = Chain(self.genesis, now=START)
        super().__init__(chain)
        self.svm, self.at, self.account, self.owned_by = chain.svm, chain.set_time, chain.account, chain.owned_by

    @property
    def now(self) -> int:
        return self._chain.now

    def wait(self, seconds: int) -> None:
        self.at(self.now + seconds)

    @asynccontextmanager
    async def client(self, wallet: Wallet | str | None, **options: Any) -> Any:
        """A client of a wallet, or of one of the genesis by its name."""
        chosen = self.wallets[wallet] if isinstance(wallet, str) else wallet
        async with NosanaClient(self.network, chosen, transport=self, journal=None, **options) as client:
            yield client

    async def send(self, request: RpcRequest) -> bytes:
        if request.method in self.refuses:
            raise RpcResponseError("not served here", endpoint=self.endpoint, method=request.method, rpc_code=-32601)
        self.methods.append(request.method)
        self.before(request.method)
        return await super().send(request)
