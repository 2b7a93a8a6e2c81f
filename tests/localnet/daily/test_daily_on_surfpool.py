"""The same figures over a real wire: what was foretold for a second is what the chain did in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from harness.networks import local_network
from stage import CID, PRICE, RESULT, TIMEOUT, Scene, scene_on

from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import DAY, HOUR, UnixSeconds, nos


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as everybody:
        yield everybody


async def test_a_job_costs_what_was_foretold_for_the_second_in_which_it_ended(scene: Scene) -> None:
    market = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market
    await scene.host.stakes.stake(nos("1000"), duration=14 * DAY)
    first, job = [
        (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job for _ in range(2)
    ]
    waiting = await scene.builder.jobs.fetch_progress(job)
    assert waiting.place
    assert (waiting.place.position, waiting.place.waiting) == (2, 2)
    await scene.builder.jobs.stop_job(first)
    await scene.host.hosts.join_queue(market)
    await scene.net.warp(100)
    progress = await scene.builder.jobs.fetch_progress(job)
    assert progress.time_left
    assert TIMEOUT - 110 <= progress.time_left <= TIMEOUT - 100
    finished = await scene.host.hosts.finish_job(job, result_cid=RESULT)
    over = await scene.builder.jobs.fetch_progress(job)
    assert over.job.time_end
    then = replace(progress, now=over.job.time_end)
    assert (finished.paid, finished.refunded) == (then.cost, then.refund)
    earned, spent = await scene.host.hosts.fetch_earnings(), await scene.builder.jobs.fetch_spending()
    assert earned.paid == spent.paid == then.cost


async def test_a_stake_gives_what_was_foretold_for_the_day(scene: Scene) -> None:
    stakes = scene.builder.stakes
    await stakes.stake(nos("777"), duration=14 * DAY)
    await stakes.unstake()
    told = await stakes.fetch_unlocking()
    await scene.net.warp(DAY + HOUR)
    earlier = (await stakes.fetch_unlocking()).now
    withdrawn = await stakes.withdraw()
    later = (await stakes.fetch_unlocking()).now
    paid = [told.withdrawable_at(UnixSeconds(moment)) for moment in range(earlier, later + 1)]
    assert withdrawn.amount in paid
    await scene.net.warp(told.unlocks_at - later)
    assert (await stakes.fetch_unlocking()).withdrawable == nos("777") - withdrawn.amount
