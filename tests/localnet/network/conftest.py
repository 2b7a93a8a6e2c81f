"""Local networks for the tests of this folder."""

from collections.abc import AsyncIterator
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
