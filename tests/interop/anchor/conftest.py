"""Anchor's TypeScript client on a local network, for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from node_process import NodeProcess, node_script
from visited import VISITORS, visited_network

from nosana_chain.localnet import Localnet

Anchor = Callable[[str], NodeProcess]


@pytest.fixture
async def net() -> AsyncIterator[Localnet]:
    async with visited_network() as running:
        yield running


@pytest.fixture
def anchor(net: Localnet) -> Iterator[Anchor]:
    """Starts the client of a version ("0.28", "0.29", "0.30") with the visitor's wallet."""
    script = Path(__file__).with_name("anchor.mjs")
    with ExitStack() as stack:

        def start(version: str) -> NodeProcess:
            client = NodeProcess(*stack.enter_context(node_script(script)))
            client.ask("open", version=version, url=net.network.rpc_url, key=list(bytes(VISITORS["visitor"])))
            return client

        yield start
