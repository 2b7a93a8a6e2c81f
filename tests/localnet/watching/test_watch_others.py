"""Watching a market's queue, and a host that waits for its next job."""

from __future__ import annotations

import asyncio

from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.engine.following.watch import Watch
from nosana_chain.models.event import ChainEvent
from nosana_chain.programs.jobs.host_events import HostEvent
from nosana_chain.programs.jobs.market_events import MarketEvent
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import DAY, NosUnits, UnixSeconds, nos

SLOTS = 0.3  # seconds, several slots
PATIENCE = 30  # seconds; only a failure waits so long


async def take(watch: Watch[ChainEvent], count: int) -> list[ChainEvent]:
    return [await asyncio.wait_for(anext(watch), PATIENCE) for _ in range(count)]


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


async def test_a_market_with_its_queue_and_prices(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    async with scene.authority.markets.watch_market(market) as watch:
        await asyncio.sleep(SLOTS)  # the account was looked at in a slot that still fills
        jobs = [await post(scene, market) for _ in range(3)]
        await scene.builder.jobs.stop_job(jobs[1])
        await staked_host.hosts.join_queue(market)
        await scene.operator.markets.update_market(market, job_price=NosUnits(7))
        events = await take(watch, 6)
    assert all(isinstance(event, MarketEvent) for event in events)
    assert [event.kind.value for event in events] == [*["job_queued"] * 3, "job_delisted", "job_taken", "updated"]
    assert [event.position for event in events] == [0, 1, 2, 1, 0, None]
    assert [event.job for event in events[:-1]] == [*jobs, jobs[1], jobs[0]]
    assert events[-1].old.job_price != events[-1].new.job_price == 7
    assert events[-1].new == await scene.operator.markets.fetch_market(market)


async def test_a_host_and_its_next_job(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    async with scene.authority.hosts.watch_host(host=scene.net.wallets["host"].address) as watch:
        await staked_host.hosts.join_queue(market)
        job = await post(scene, market)
        joined, got = await take(watch, 2)
        assert (joined.kind.value, joined.market) == ("joined", market)
        assert isinstance(got, HostEvent)
        assert (got.kind.value, got.job) == ("got_job", job)
        assert got.run is not None
        cursor = watch.cursor
        await staked_host.hosts.finish_job(job, result_cid=RESULT)
        await staked_host.hosts.join_queue(market)
        await staked_host.hosts.leave_queue(market)
        assert [event.kind.value for event in await take(watch, 3)] == ["finished", "joined", "left"]
    async with scene.authority.hosts.watch_host(host=scene.net.wallets["host"].address, since=cursor) as again:
        assert [event.kind.value for event in await take(again, 3)] == ["finished", "joined", "left"]


async def test_a_stake(scene: Scene) -> None:
    host = scene.net.wallets["host"].address
    async with scene.authority.stakes.watch_stake(authority=host) as watch:
        await asyncio.sleep(SLOTS)  # the account was looked at in a slot that still fills
        await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
        await scene.host.stakes.topup(nos("1"))
        await scene.host.stakes.unstake()
        events = await take(watch, 3)
    assert [event.kind.value for event in events] == ["created", "topped_up", "unstaked"]
    assert [event.old and event.old.amount for event in events] == [None, nos("1000"), nos("1001")]
    assert events[-1].new == await scene.host.stakes.fetch_stake()


async def test_a_pool(scene: Scene) -> None:
    terms = PoolTerms(emission=1, start_time=UnixSeconds(1), closeable=True)
    opened = await scene.operator.pools.open_vesting_pool(terms, beneficiary=scene.net.wallets["host"].address)
    async with scene.authority.pools.watch_pool(opened.pool) as watch:
        await asyncio.sleep(SLOTS)  # the account was looked at in a slot that still fills
        await scene.operator.pools.fund_pool(opened.pool, amount=nos("1"))
        await scene.operator.pools.close_pool(opened.pool)
        events = await take(watch, 2)
    assert [event.kind.value for event in events] == ["funded", "closed"]
    assert events[0].amount == nos("1")
    assert (events[1].old is not None, events[1].new) == (True, None)


async def test_a_balance(scene: Scene, market: Pubkey) -> None:
    before = await scene.builder.fetch_nos_balance()
    async with scene.builder.watch_nos_balance() as watch:
        await asyncio.sleep(SLOTS)  # the account was looked at in a slot that still fills
        job = await post(scene, market)
        await scene.builder.jobs.extend_job(job, by=60)
        await scene.builder.jobs.stop_job(job)
        events = await take(watch, 3)
    assert [event.gained for event in events] == [-TIMEOUT * PRICE, -60 * PRICE, (TIMEOUT + 60) * PRICE]
    assert (events[0].old, events[-1].new) == (before, before)
