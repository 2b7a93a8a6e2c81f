"""What others do between an action's simulation and its landing, and between its looks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from harness.networks import local_network
from solders.pubkey import Pubkey
from stage import CID, JOBS_WAIT, PRICE, TIMEOUT, Interrupted, Scene, fill_queue, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.errors import MarketClosedError, QueueFullError, WrongStateError
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.results import StopKind
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, nos
from nosana_chain.wallet import Wallet


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as everybody:
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


@pytest.mark.parametrize("before", ["simulateTransaction", "sendTransaction"])
async def test_the_queue_fills_while_a_job_is_posted(scene: Scene, market: Pubkey, before: str) -> None:
    async def fill() -> None:
        await fill_queue(scene, market, JOBS_WAIT)

    async with interrupted(scene, "builder", fill, before=before) as builder:
        had = await builder.fetch_nos_balance()
        with pytest.raises(QueueFullError, match="314 jobs wait there"):
            await builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert await builder.fetch_nos_balance() == had


async def test_a_job_comes_after_an_offer_was_simulated(scene: Scene, market: Pubkey) -> None:
    async def post() -> None:
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)

    async with interrupted(scene, "host", post, before="sendTransaction") as host:
        joined = await host.hosts.join_queue(market)
        assert [run.address for run in await host.hosts.find_runs()] == [joined.run]


async def test_a_host_comes_between_two_looks_of_who_stops_a_job(scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)

    async def join() -> None:
        await scene.host.hosts.join_queue(market)

    async with interrupted(scene, "builder", join, before="getProgramAccounts") as builder:
        assert (await builder.jobs.stop_job(posted.job)).kind is StopKind.ENDED


async def test_a_host_takes_a_job_and_gives_it_up_while_its_builder_stops_it(scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)

    async def join_and_quit() -> None:
        await scene.host.hosts.join_queue(market)
        await scene.host.hosts.quit_job(posted.job)

    async with interrupted(scene, "builder", join_and_quit, before="simulateTransaction") as builder:
        with pytest.raises(WrongStateError, match="it is stopped"):
            await builder.jobs.stop_job(posted.job)


async def test_stopping_a_job_that_another_host_claimed_pays_that_host(scene: Scene, market: Pubkey) -> None:
    await scene.host.hosts.join_queue(market)
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await scene.host.hosts.quit_job(posted.job, run=posted.run)
    claimed = await scene.host.hosts.claim_job(posted.job)
    before = await scene.host.fetch_nos_balance()
    await scene.net.warp(10)
    assert (await scene.builder.jobs.stop_job(posted.job, run=claimed.run)).kind is StopKind.ENDED
    ended = await scene.builder.jobs.fetch_job(posted.job)
    assert (ended.state, ended.run) == (JobState.DONE, None)
    assert await scene.host.fetch_nos_balance() == before + (ended.reward or 0) >= before + 10 * PRICE


async def test_a_wallet_without_nos_posts_to_a_free_market(scene: Scene) -> None:
    free = (await scene.operator.markets.open_market(MarketTerms(job_price=0))).market
    newcomer = Wallet.from_seed(bytes([9]) * 32)
    await scene.net.airdrop(newcomer.address, 10**9)
    async with NosanaClient(scene.net.network, newcomer) as client:
        posted = await client.jobs.post_job(free, definition_cid=CID, timeout=TIMEOUT)
        assert (await client.jobs.fetch_job(posted.job)).state is JobState.QUEUED
        assert (await client.jobs.stop_job(posted.job)).kind is StopKind.DELISTED


async def test_a_market_is_closed_between_quote_and_send(scene: Scene, market: Pubkey) -> None:
    action = scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert (await action.quote()).deposit == PRICE * TIMEOUT
    before = await scene.builder.fetch_nos_balance(), await scene.builder.fetch_sol_balance()
    await scene.operator.markets.close_market(market)
    with pytest.raises(MarketClosedError, match="closed just now"):
        await action
    assert (await scene.builder.fetch_nos_balance(), await scene.builder.fetch_sol_balance()) == before


@pytest.mark.parametrize("before", ["simulateTransaction", "sendTransaction"])
async def test_a_market_is_closed_under_way(scene: Scene, market: Pubkey, before: str) -> None:
    async def close() -> None:
        await scene.operator.markets.close_market(market)

    nos_before = await scene.builder.fetch_nos_balance()
    async with interrupted(scene, "builder", close, before=before) as builder:
        with pytest.raises(MarketClosedError):
            await builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert await scene.builder.fetch_nos_balance() == nos_before
