"""The official SDK on a local network, for the tests of this folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from node_process import NodeProcess, node_script
from pinning import Pinning, pinning_service
from sdk import Sdk
from visited import VISITORS, visited_network

from nosana_chain.localnet import Localnet

#: The SDK takes its endpoint from ANCHOR_PROVIDER_URL where it is set, and axios a proxy from the environment.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


@pytest.fixture
async def net() -> AsyncIterator[Localnet]:
    async with visited_network() as running:
        yield running


@pytest.fixture
def pinning() -> Iterator[Pinning]:
    with pinning_service() as service:
        yield service


@pytest.fixture
def sdks(net: Localnet, pinning: Pinning) -> Iterator[dict[str, Sdk]]:
    """The SDK for each visitor."""
    with node_script(Path(__file__).with_name("sdk.mjs"), ENVIRONMENT) as streams:
        process = NodeProcess(*streams)
        for wallet, key in VISITORS.items():
            facts = {"url": net.network.rpc_url, "ipfs": pinning.settings}
            process.ask("open", wallet=wallet, key=list(bytes(key)), **facts)
        yield {wallet: Sdk(process, wallet) for wallet in VISITORS}
