"""Fixtures of networks that keep running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nosana_chain.localnet.up import UpNetwork, UpSettings, localnet_up

Up = Callable[..., AbstractAsyncContextManager[UpNetwork]]


@pytest.fixture
def up(tmp_path: Path) -> Up:
    """Starts a network whose state is kept in the test's folder, and lets it keep running."""

    @asynccontextmanager
    async def started(**settings: Any) -> AsyncIterator[UpNetwork]:
        chosen = {"state": tmp_path / "state", "rpc_port": None, "slot_ms": 50, **settings}
        async with localnet_up(UpSettings(**chosen)) as network:
            keeping = asyncio.create_task(network.until_stopped())
            yield network
            network.stop()
            await keeping

    return started
