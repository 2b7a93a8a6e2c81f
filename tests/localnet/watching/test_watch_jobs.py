"""Watching jobs on a running network: every way through a job's life, event by event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from in_process_option import in_process
from solders.pubkey import Pubkey
from stage import CID, RESULT, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.engine.following.watch import Watch
from nosana_chain.errors import CursorError
from nosana_chain.models.job import JobState
from nosana_chain.programs.jobs.events import JobEvent
from nosana_chain.programs.jobs.terms import MarketTerms

PATIENCE = 30  # seconds; only a failure waits so long


async def take(watch: Watch[JobEvent], count: int) -> list[JobEvent]:
    return [await asyncio.wait_for(anext(watch), PATIENCE) for _ in range(count)]


def kinds(events: Sequence[JobEvent]) -> list[str]:
    return [event.kind.value for event in events]


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


@pytest.fixture
async def watch(scene: Scene, market: Pubkey) -> AsyncIterator[Watch[JobEvent]]:
    async with scene.authority.jobs.watch_jobs(market=market) as watching:
        yield watching


async def test_every_way_through_a_life(
    scene: Scene, market: Pubkey, staked_host: NosanaClient, watch: Watch[JobEvent]
) -> None:
    done = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await scene.builder.jobs.extend_job(done, by=60)
    await staked_host.hosts.finish_job(done, result_cid=RESULT)
    events = await take(watch, 5)
    assert kinds(events) == ["posted", "queued", "started", "extended", "finished"]
    assert {event.address for event in events} == {done}
    assert [event.old and event.old.state for event in events] == [
        None, JobState.QUEUED, JobState.QUEUED, JobState.RUNNING, JobState.RUNNING
    ]  # fmt: skip
    assert [event.new and event.new.state for event in events] == [
        JobState.QUEUED, JobState.QUEUED, JobState.RUNNING, JobState.RUNNING, JobState.DONE
    ]  # fmt: skip
    assert events[-1].new == await scene.builder.jobs.fetch_job(done)
    assert {event.host for event in events[2:]} == {staked_host.wallet and staked_host.wallet.address, None}

    await staked_host.hosts.join_queue(market)
    left = await post(scene, market)
    await staked_host.hosts.quit_job(left)
    await staked_host.hosts.claim_job(left)
    await staked_host.hosts.quit_job(left)
    await scene.builder.jobs.recover_job(left)
    events = await take(watch, 6)
    assert kinds(events) == ["posted", "started", "quit", "claimed", "quit", "recovered"]
    assert {event.address for event in events} == {left}

    waiting = await post(scene, market)
    await scene.builder.jobs.stop_job(waiting)
    evicted = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await scene.authority.hosts.evict_host(evicted)
    await scene.authority.jobs.clean_job_as_admin(evicted)
    events = await take(watch, 8)
    assert kinds(events) == [
        "posted", "queued", "delisted", "posted", "queued", "started", "evicted", "cleaned"
    ]  # fmt: skip
    assert [event.address for event in events] == [waiting] * 3 + [evicted] * 5

    ended = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await scene.builder.jobs.stop_job(ended)
    await staked_host.hosts.complete_job(ended, result_cid=RESULT)
    await scene.operator.markets.close_market(market, force=True)
    events = await take(watch, 6)
    assert kinds(events) == ["posted", "queued", "started", "ended", "result_set", "market_closed"]
    assert (watch.polling is None) != in_process()  # where there are no sockets


async def test_only_what_fits_all_filters_is_told(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    other = (await scene.operator.markets.open_market(MarketTerms(job_price=1))).market
    builder, host = scene.net.wallets["builder"].address, scene.net.wallets["host"].address
    jobs = scene.authority.jobs
    mine = await post(scene, market)
    async with (
        jobs.watch_jobs(project=builder, market=other) as elsewhere,
        jobs.watch_jobs(host=host) as hosted,
        jobs.watch_jobs(job=mine) as single,
        jobs.watch_jobs(project=scene.net.wallets["staker"].address) as nobody,
    ):
        there = await post(scene, other)
        await staked_host.hosts.join_queue(market)
        await scene.builder.jobs.stop_job(mine)
        await scene.builder.jobs.stop_job(there)
        assert kinds(await take(elsewhere, 3)) == ["posted", "queued", "delisted"]
        events = await take(hosted, 2)
        assert (kinds(events), {event.address for event in events}) == (["started", "ended"], {mine})
        assert kinds(await take(single, 2)) == ["started", "ended"]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(nobody), 1)


async def test_one_job_is_told_of_an_eviction(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    async with scene.authority.jobs.watch_jobs(job=job) as single:
        await post(scene, market)  # of no interest
        await staked_host.hosts.join_queue(market)
        assert kinds(await take(single, 1)) == ["started"]
        cursor = single.cursor
        await scene.authority.hosts.evict_host(job)
        assert kinds(await take(single, 1)) == ["evicted"]
    async with scene.authority.jobs.watch_jobs(job=job, since=cursor) as again:
        assert kinds(await take(again, 1)) == ["evicted"], "the run that was followed is in the cursor"


async def test_one_job_that_runs_already_is_told_of_an_eviction(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    async with scene.authority.jobs.watch_jobs(job=job) as single:
        await scene.authority.hosts.evict_host(job)
        assert kinds(await take(single, 1)) == ["evicted"]


async def test_a_cursor_is_taken_up_by_another_client(scene: Scene, market: Pubkey, watch: Watch[JobEvent]) -> None:
    jobs = [await post(scene, market) for _ in range(3)]
    events = await take(watch, 6)
    later = await post(scene, market)
    for number, event in enumerate(events):
        async with (
            NosanaClient(scene.net.network) as reader,
            reader.jobs.watch_jobs(market=market, since=event.cursor) as again,
        ):
            missed = await take(again, 8 - number - 1)
        assert [one.identity for one in missed[:-2]] == [one.identity for one in events[number + 1 :]]
        assert {one.address for one in missed[-2:]} == {later}
    assert len(set(jobs)) == 3
    with pytest.raises(CursorError, match="another watch"):
        await scene.builder.jobs.watch_jobs(project=market, since=events[0].cursor).start()


async def test_a_job_whose_run_is_gone_is_found_by_its_markets_queue(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    done, *jobs = [await post(scene, market) for _ in range(4)]
    await scene.builder.jobs.stop_job(jobs[0])
    async with scene.authority.jobs.watch_jobs(market=market) as watch:
        cursor = watch.cursor
    for job in (done, jobs[1], jobs[2]):
        await staked_host.hosts.join_queue(market)
        await scene.authority.hosts.evict_host(job)  # no transaction names both run and job
    async with scene.authority.jobs.watch_jobs(market=market, since=cursor) as again:
        events = await take(again, 6)
    assert kinds(events) == ["started", "evicted"] * 3
    assert [event.address for event in events] == [done, done, jobs[1], jobs[1], jobs[2], jobs[2]]


async def test_a_wait_for_the_next_event_that_is_cancelled_loses_nothing(
    scene: Scene, market: Pubkey, watch: Watch[JobEvent]
) -> None:
    posted = [asyncio.create_task(post(scene, market)) for _ in range(4)]
    events: list[JobEvent] = []
    number = 0
    while len(events) < 8:
        number += 1
        try:
            events.append(await asyncio.wait_for(anext(watch), 0.002 * (number % 8 + 1)))
        except TimeoutError:
            continue
    jobs = await asyncio.gather(*posted)
    assert sorted(str(event.address) for event in events) == sorted([str(job) for job in jobs] * 2)
    assert number > 8
