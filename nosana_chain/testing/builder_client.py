"""The client that the fixtures for coroutines give."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nosana_chain.client import NosanaClient
from nosana_chain.localnet.genesis import BUILDER
from nosana_chain.sync import SyncInProcessLocalnet, SyncLocalnet


@asynccontextmanager
async def builder_client(net: SyncLocalnet | SyncInProcessLocalnet) -> AsyncIterator[NosanaClient]:
    """A client of the builder's wallet on `net`, in the caller's own loop."""
    async with NosanaClient(net.network, net.wallets[BUILDER], transport=net.transport) as client:
        yield client
