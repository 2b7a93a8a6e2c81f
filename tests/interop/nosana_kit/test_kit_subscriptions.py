"""Nosana's official client watches jobs and confirms transactions on the local network.

On Surfpool over the RPC port alone; the official validator has its sockets on the next one.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from harness.networks import local_network, on_surfpool
from npm import install_script
from stage import CID, PRICE, TIMEOUT, Scene, scene_on

from nosana_chain.programs.jobs.terms import MarketTerms

POSTS = 300
POSTERS = 4
CONFIRMATIONS = 50  # for each of two commitments, in each of three ways: 300
PATIENCE_SECONDS = 30


@pytest.fixture(scope="session")
def kit() -> Path:
    return install_script(Path(__file__).with_name("kit.mjs"))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as everybody:
        yield everybody


def urls(scene: Scene) -> tuple[str, str]:
    network = scene.net.network
    return str(network.rpc_url), "" if on_surfpool() else str(network.ws_url)


@asynccontextmanager
async def running(kit: Path, command: str, *arguments: object) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """What the client tells, line by line, while it runs."""
    process = await asyncio.create_subprocess_exec(
        "node", kit, command, *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield (json.loads(line) async for line in process.stdout)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def told(lines: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    return await asyncio.wait_for(anext(lines), PATIENCE_SECONDS)


async def test_it_misses_none_of_300_posts(kit: Path, scene: Scene) -> None:
    market = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market

    async def post(times: int) -> list[str]:
        jobs = [await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT) for _ in range(times)]
        return [str(each.job) for each in jobs]

    async with running(kit, "watch", *urls(scene)) as lines:
        assert await told(lines) == {"ready": True}
        while not ((await post(1)) and (await told(lines))["by"] == "monitor"):
            pass  # its monitor doesn't say when it has begun
        batches = await asyncio.gather(*(post(POSTS // POSTERS) for _ in range(POSTERS)))
        posted = {job for batch in batches for job in batch}
        missing = {by: set(posted) for by in ("processed", "monitor")}
        while any(missing.values()):
            line = await told(lines)
            missing[line["by"]].discard(line["address"])


async def test_it_confirms_every_transaction(kit: Path, scene: Scene) -> None:
    # "after" has a gap of this client's own: what comes in the turn in which it has subscribed, it drops; the official
    # validator tells of a transaction that is over at its next slot, which falls into that turn now and then.
    orders = ("before", "after") if on_surfpool() else ("before",)
    async with running(kit, "confirm", *urls(scene), CONFIRMATIONS, ",".join(orders)) as lines:
        heard = Counter([json.dumps(line) async for line in lines])

    assert heard == {
        json.dumps({"commitment": commitment, "order": order, "err": None, "isSeen": True}): CONFIRMATIONS
        for commitment in ("processed", "confirmed")
        for order in (*orders, "sendTransaction")
    }
