"""Local networks for the tests of this folder."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from nosana_chain.localnet import Genesis, Localnet, standard_genesis


@pytest.fixture
def bare_genesis() -> Genesis:
    """The standard accounts without the programs: what a test of the process itself needs."""
    return replace(standard_genesis(), programs={})


@pytest.fixture
async def net(bare_genesis: Genesis) -> AsyncIterator[Localnet]:
    async with Localnet.start(genesis=bare_genesis, slot_ms=50) as running:
        yield running


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def taken_after_free() -> Iterator[tuple[int, int]]:
    """A port that is free, and the one after it, which isn't."""
    while True:
        with suppress(OSError), socket.create_server(("127.0.0.1", 0)) as server:
            taken = server.getsockname()[1]
            socket.create_server(("127.0.0.1", taken - 1)).close()
            yield taken - 1, taken
            return


@pytest.fixture
def free_ports() -> tuple[int, int]:
    """A port with a free one after it, and a third."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        while True:
            with suppress(OSError), socket.create_server(("127.0.0.1", 0)) as first:
                port = first.getsockname()[1]
                socket.create_server(("127.0.0.1", port + 1)).close()
                return port, other.getsockname()[1]
