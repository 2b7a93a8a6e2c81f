"""What others do between an action's simulation and its landing, and between its looks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, TIMEOUT, Interrupted, Scene, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.instructions.market import MarketTerms
from nosana_chain.units import DAY, nos


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with Localnet.start() as net, scene_on(net) as everybody:
        await everybody.host.stakes.stake(nos("1000"), duration=14 * DAY)
        yield everybody


@pytest.fixture
async def market(scene: Scene) -> Pubkey:
    return (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market


def interrupted(scene: Scene, name: str, act: Callable[[], Awaitable[object]], *, before: str) -> NosanaClient:
    """The client of a wallet during whose next action somebody else acts."""
    wire = Interrupted(scene.net.network, act, before=before)
    return NosanaClient(scene.net.network, scene.net.wallets[name], transport=wire)


async def test_a_host_comes_after_a_post_was_simulated(scene: Scene, market: Pubkey) -> None:
    async def join() -> None:
        await scene.host.hosts.join_queue(market)

    async with interrupted(scene, "builder", join, before="sendTransaction") as builder:
        posted = await builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert (await builder.jobs.fetch_job(posted.job)).state is JobState.RUNNING


async def test_a_job_comes_after_an_offer_was_simulated(scene: Scene, market: Pubkey) -> None:
    async def post() -> None:
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)

    async with interrupted(scene, "host", post, before="sendTransaction") as host:
        joined = await host.hosts.join_queue(market)
        assert [run.address for run in await host.hosts.find_runs()] == [joined.run]
