"""What hosts and market operators do, failures first."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT, Scene

from nosana_chain.bindings.program_errors.jobs import NodeNotEnoughStake
from nosana_chain.client import NosanaClient
from nosana_chain.errors import AlreadyExistsError, CidError, NotFoundError, TransactionFailedError, WrongStateError
from nosana_chain.models.job import JobState
from nosana_chain.models.market import JobType, QueueKind
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import nos
from nosana_chain.wallet import Wallet


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


async def test_working_with_too_light_a_stake(scene: Scene, staked_host: NosanaClient) -> None:
    demanding = await scene.operator.markets.open_market(MarketTerms(job_price=PRICE, node_xnos_minimum=nos("1000000")))
    with pytest.raises(NodeNotEnoughStake) as error:
        await staked_host.hosts.join_queue(demanding.market)
    assert (error.value.account, error.value.instruction) == ("stake", "Work")


async def test_working_where_there_is_no_market(scene: Scene, staked_host: NosanaClient) -> None:
    with pytest.raises(NotFoundError, match="no market at"):
        await staked_host.hosts.join_queue(Pubkey.new_unique())


async def test_working_where_nobody_is_ever_queued(scene: Scene, staked_host: NosanaClient) -> None:
    market = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE, job_type=JobType.UNKNOWN))).market
    before = await staked_host.fetch_sol_balance()
    with pytest.raises(WrongStateError, match="no host is ever queued"):
        await staked_host.hosts.join_queue(market)
    assert await staked_host.fetch_sol_balance() == before


async def test_queueing_twice(market: Pubkey, staked_host: NosanaClient) -> None:
    await staked_host.hosts.join_queue(market)
    with pytest.raises(AlreadyExistsError, match="already, as number 1"):
        await staked_host.hosts.join_queue(market)


async def test_finishing_what_nobody_runs(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    for action in (staked_host.hosts.finish_job(job, result_cid=RESULT), staked_host.hosts.quit_job(job)):
        with pytest.raises(WrongStateError, match="nobody runs"):
            await action


async def test_finishing_with_what_is_no_cid(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    with pytest.raises(CidError):
        await staked_host.hosts.finish_job(job, result_cid="result.json")
    assert (await scene.builder.jobs.fetch_job(job)).state is JobState.RUNNING


async def test_opening_without_sol_spends_nothing(scene: Scene) -> None:
    poor = Wallet.generate()
    async with NosanaClient(scene.net.network, poor) as client:
        with pytest.raises(TransactionFailedError) as error:
            await client.markets.open_market(MarketTerms(job_price=PRICE))
        assert error.value.signature is None
        assert await client.markets.find_markets(authority=poor.address) == []


async def test_finishing_pays_the_seconds_and_returns_the_rest(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    builder_before = await scene.builder.fetch_nos_balance()
    host_before = await staked_host.fetch_nos_balance()
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    assert [run.job for run in await staked_host.hosts.find_runs()] == [job]
    await scene.net.warp(50)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    done = await scene.builder.jobs.fetch_job(job)
    assert (done.state, done.result_cid, done.node) == (JobState.DONE, RESULT, scene.net.wallets["host"].address)
    assert done.reward is not None
    assert await staked_host.fetch_nos_balance() == host_before + done.reward
    assert await scene.builder.fetch_nos_balance() == builder_before - done.reward


async def test_a_run_past_its_timeout_pays_the_timeout_and_no_more(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    host_before = await staked_host.fetch_nos_balance()
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await scene.net.warp(2 * TIMEOUT)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    assert await staked_host.fetch_nos_balance() == host_before + TIMEOUT * PRICE


async def test_finding_the_markets_of_an_operator(scene: Scene, market: Pubkey) -> None:
    operator = scene.net.wallets["operator"].address
    found = await scene.builder.markets.find_markets(authority=operator)
    assert [(one.address, one.queue_kind, one.queue_capacity) for one in found] == [(market, QueueKind.EMPTY, 314)]
    assert await scene.builder.markets.find_markets(authority=Pubkey.new_unique()) == []
    assert len(await scene.builder.markets.find_markets()) == 1
