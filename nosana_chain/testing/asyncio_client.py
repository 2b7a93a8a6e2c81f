"""The asynchronous client where pytest-asyncio runs the tests; `plugin` registers it there alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from nosana_chain.client import NosanaClient
    from nosana_chain.sync import SyncInProcessLocalnet, SyncLocalnet


@pytest_asyncio.fixture(loop_scope="function")
async def _nosana_asyncio_client(nosana_net: SyncLocalnet | SyncInProcessLocalnet) -> AsyncIterator[NosanaClient]:
    from nosana_chain.testing.builder_client import builder_client  # noqa: PLC0415  heavy

    async with builder_client(nosana_net) as client:
        yield client
