"""Queues and runs: named hosts, leaving, removing, claiming, completing, evicting, cleaning."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT, Scene

from nosana_chain import pda
from nosana_chain.bindings.program_errors.common import Unauthorized
from nosana_chain.bindings.program_errors.jobs import (
    JobInWrongState,
    JobNotExpired,
    JobResultsAlreadySet,
    MarketInWrongState,
    NotInMarketQueue,
)
from nosana_chain.client import NosanaClient
from nosana_chain.errors import NotFoundError, WrongStateError
from nosana_chain.models.job import JobState
from nosana_chain.units import DAY
from nosana_chain.wallet import Wallet


async def post(scene: Scene, market: Pubkey, *, host: Pubkey | None = None) -> Pubkey:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT, host=host)
    return posted.job


async def test_posting_to_a_host_where_nobody_waits(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(MarketInWrongState):
        await post(scene, market, host=scene.net.wallets["host"].address)


async def test_posting_to_a_host_that_does_not_wait(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    await staked_host.hosts.join_queue(market)
    before = await scene.builder.fetch_nos_balance()
    with pytest.raises(NotInMarketQueue):
        await post(scene, market, host=scene.net.wallets["staker"].address)
    assert await scene.builder.fetch_nos_balance() == before


async def test_posting_to_a_host_passes_the_queue(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    async with NosanaClient(scene.net.network, scene.net.wallets["staker"]) as first_in_line:
        await first_in_line.hosts.join_queue(market)
    await staked_host.hosts.join_queue(market)
    host = scene.net.wallets["host"].address
    job = await scene.builder.jobs.fetch_job(await post(scene, market, host=host))
    assert job.run is not None
    assert (job.state, job.run.node) == (JobState.RUNNING, host)
    waiting = (await scene.builder.markets.fetch_market(market)).waiting_hosts
    assert waiting == (scene.net.wallets["staker"].address,)


async def test_leaving_a_queue_that_one_is_not_in(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(MarketInWrongState):
        await scene.host.hosts.leave_queue(market)


async def test_only_the_operator_removes_others(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    await staked_host.hosts.join_queue(market)
    host = scene.net.wallets["host"].address
    with pytest.raises(Unauthorized):
        await scene.builder.hosts.remove_from_queue(market, host=host)
    await scene.operator.hosts.remove_from_queue(market, host=host)
    assert (await scene.builder.markets.fetch_market(market)).queue == ()


async def test_leaving_a_queue(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.leave_queue(market)
    assert (await scene.builder.markets.fetch_market(market)).queue == ()


async def test_claiming_a_job_that_nobody_gave_up(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    with pytest.raises(JobInWrongState):
        await staked_host.hosts.claim_job(job)


async def test_claiming_an_abandoned_job_and_finishing_it(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.quit_job(job)
    before = await staked_host.fetch_nos_balance()
    claimed = await staked_host.hosts.claim_job(job)
    assert [run.address for run in await staked_host.hosts.find_runs()] == [claimed.run]
    await scene.net.warp(20)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    done = await scene.builder.jobs.fetch_job(job)
    assert done.state is JobState.DONE
    assert await staked_host.fetch_nos_balance() == before + (done.reward or 0)


async def test_completing_twice(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    with pytest.raises(JobInWrongState):
        await staked_host.hosts.complete_job(job, result_cid=RESULT)
    await scene.builder.jobs.stop_job(job)
    await staked_host.hosts.complete_job(job, result_cid=RESULT)
    assert (await scene.builder.jobs.fetch_job(job)).result_cid == RESULT
    with pytest.raises(JobResultsAlreadySet):
        await staked_host.hosts.complete_job(job, result_cid=RESULT)


async def test_evicting_needs_the_admin(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    with pytest.raises(WrongStateError, match="nobody runs"):
        await scene.authority.hosts.evict_host(job)
    await staked_host.hosts.join_queue(market)
    with pytest.raises(Unauthorized):
        await scene.operator.hosts.evict_host(job)
    await scene.authority.hosts.evict_host(job)
    assert await staked_host.hosts.find_runs() == []


async def test_cleaning_too_early(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    with pytest.raises(JobInWrongState):
        await scene.builder.jobs.clean_job(job)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    with pytest.raises(JobNotExpired):
        await scene.builder.jobs.clean_job(job)


async def test_anybody_cleans_an_expired_job_and_its_payer_gets_the_rent(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    before = await scene.builder.fetch_sol_balance()
    await scene.net.warp(DAY + 1)
    await staked_host.jobs.clean_job(job)
    assert await scene.builder.fetch_sol_balance() == before + await scene.builder.connection.fetch_rent(240)
    with pytest.raises(NotFoundError):
        await scene.builder.jobs.fetch_job(job)


async def test_cleaning_as_admin_keeps_the_deposit(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    before = await scene.builder.fetch_nos_balance()
    with pytest.raises(Unauthorized):
        await scene.operator.jobs.clean_job_as_admin(job)
    await scene.authority.jobs.clean_job_as_admin(job)
    assert await scene.builder.fetch_nos_balance() == before
    with pytest.raises(NotFoundError):
        await scene.builder.jobs.fetch_job(job)


async def test_finding_jobs_by_what_they_are(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    done, running, waiting = [await post(scene, market) for _ in range(3)]
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.finish_job(done, result_cid=RESULT)
    await staked_host.hosts.join_queue(market)
    builder, host = scene.net.wallets["builder"].address, scene.net.wallets["host"].address
    jobs = scene.builder.jobs
    assert {job.address for job in await jobs.find_jobs(market=market)} == {done, running, waiting}
    states = {job.address: job.state for job in await jobs.find_jobs(payer=builder, project=builder)}
    assert states == {done: JobState.DONE, running: JobState.RUNNING, waiting: JobState.QUEUED}
    assert [job.address for job in await jobs.find_jobs(host=host)] == [done]
    assert await jobs.find_jobs(market=Pubkey.new_unique()) == []


async def test_pay_and_a_deposit_that_comes_back_go_where_they_are_told_to(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    finished, given_up = [await post(scene, market) for _ in range(2)]
    for job in (finished, given_up):
        await staked_host.hosts.join_queue(market)
        if job == given_up:
            await staked_host.hosts.quit_job(job)
        else:
            await scene.net.warp(20)
            treasury = pda.nos_account_address(scene.net.wallets["operator"].address, network=scene.net.network)
            before = await scene.operator.fetch_nos_balance()
            done = await staked_host.hosts.finish_job(job, result_cid=RESULT, to=treasury)
            assert await scene.operator.fetch_nos_balance() == before + (done.paid or 0)
            assert (done.paid or 0) >= 20 * PRICE
    newcomer, before = Wallet.generate().address, await scene.builder.fetch_nos_balance()
    await scene.builder.jobs.recover_job(given_up, to=newcomer)
    assert await scene.builder.fetch_nos_balance(owner=newcomer) == PRICE * TIMEOUT
    assert await scene.builder.fetch_nos_balance() == before
