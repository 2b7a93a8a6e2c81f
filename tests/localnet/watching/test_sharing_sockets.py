"""One socket for all watches of a client, none where the endpoint has none, and a cursor in another process."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from solders.pubkey import Pubkey
from stage import CID, TIMEOUT, Scene

from nosana_chain.engine.engine import Engine
from nosana_chain.errors import RpcClosedError
from nosana_chain.programs.jobs.actions import Jobs
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.subscriptions import Subscriptions
from nosana_chain.wire.websocket import Socket, dial

PATIENCE = 30  # seconds; only a failure waits so long
CARRIED = Path(__file__).parent / "carried.py"


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


async def test_watches_and_waits_share_a_socket(scene: Scene, market: Pubkey) -> None:
    opened = []

    @asynccontextmanager
    async def counted(url: EndpointUrl) -> AsyncIterator[Socket]:
        opened.append(url.shown)
        async with dial(url) as socket:
            yield socket

    connection = scene.authority.connection
    async with AsyncExitStack() as stack:
        subscriptions = await stack.enter_async_context(Subscriptions(scene.net.network, dial=counted))
        jobs = Jobs(Engine(connection=connection, subscriptions=subscriptions))
        watches = [
            await stack.enter_async_context(jobs.watch_jobs(market=market)),
            await stack.enter_async_context(jobs.watch_jobs(project=scene.net.wallets["builder"].address)),
        ]
        job = await post(scene, market)
        assert (await jobs.wait_for(job, until="queued", within=PATIENCE)).is_as_awaited
        for watch in watches:
            events = [await asyncio.wait_for(anext(watch), PATIENCE) for _ in range(2)]
            assert {event.address for event in events} == {job}
    assert len(opened) == 1


async def test_without_a_socket(scene: Scene, market: Pubkey, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    jobs = Jobs(Engine(connection=scene.authority.connection))
    async with jobs.watch_jobs(market=market) as watch, jobs.watch_jobs() as other:
        await post(scene, market)
        assert (await asyncio.wait_for(anext(watch), PATIENCE)).kind.value == "posted"
        assert watch.polling == other.polling == "the network has no WebSocket endpoint"
    assert caplog.text.count("watching by looking") == 1


async def test_a_client_that_is_closed_ends_its_watches(scene: Scene, market: Pubkey) -> None:
    watch = scene.authority.jobs.watch_jobs(market=market)
    await watch.start()
    waiting = asyncio.create_task(anext(watch))
    await asyncio.sleep(0.1)
    await scene.authority.__aexit__(None, None, None)
    with pytest.raises(RpcClosedError):
        await asyncio.wait_for(waiting, PATIENCE)


async def test_another_process_goes_on(scene: Scene, market: Pubkey) -> None:
    async with scene.authority.jobs.watch_jobs(market=market) as watch:
        cursor = watch.cursor
        for _ in range(4):
            await post(scene, market)
        events = [await asyncio.wait_for(anext(watch), PATIENCE) for _ in range(8)]
    told = []
    url = str.__str__(scene.net.network.rpc_url or "")
    for count in (3, 1, 4):  # each of them goes on where the one before stopped
        process = await asyncio.create_subprocess_exec(
            sys.executable, CARRIED, url, str(market), cursor or "", str(count), stdout=asyncio.subprocess.PIPE
        )
        said = (await asyncio.wait_for(process.communicate(), PATIENCE))[0].decode().split("\n")
        told += [tuple(line.split(" ")[:2]) for line in said if line]
        cursor = said[count - 1].split(" ")[2]
    assert told == [(event.kind.value, str(event.signature)) for event in events]
