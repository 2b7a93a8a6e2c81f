"""Four processes with one wallet and one journal post under the same keys: each is one job, whoever was first."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.faults import fast_town
from harness.journals.postgres import NoServerError, PostgresServer
from harness.sharing import share

POSTS = 20


async def test_in_a_file(tmp_path: Path) -> None:
    async with fast_town() as scene:
        shared = await share(scene, str(tmp_path / "journal.sqlite"), POSTS)
    assert shared.wrong == []


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path has at most 107 characters
    folder.chmod(0o755)
    try:
        server = PostgresServer(folder)
    except NoServerError as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.close()


async def test_in_postgresql_whose_server_is_killed_midway(server: PostgresServer) -> None:
    async def kill() -> None:
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.start)

    async with fast_town() as scene:
        shared = await share(scene, server.fresh_schema(), POSTS, meanwhile=kill)
    assert shared.wrong == []
