"""The same idempotency key again, after it was done: what makes an account gives it, what makes none says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from stage import CID, PRICE, TIMEOUT, Scene

from nosana_chain.client import NosanaClient
from nosana_chain.engine.action import Action
from nosana_chain.errors import AlreadyDoneError, TermsDifferError
from nosana_chain.models.receipt import Receipt
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import nos

KEY = {"idempotency_key": "order-4711"}
EMPTY = PoolTerms(emission=1, start_time=0, closeable=True)


def elsewhere(scene: Scene, name: str) -> NosanaClient:
    """The same wallet on another machine, without the journal of this one."""
    return NosanaClient(scene.net.network, scene.net.wallets[name], journal=":memory:")


async def test_a_market_is_opened_once(scene: Scene) -> None:
    terms = MarketTerms(job_price=PRICE)
    first = await scene.operator.markets.open_market(terms, **KEY)
    await scene.operator.markets.update_market(first.market, job_price=PRICE + 1)
    again = await scene.operator.markets.open_market(terms, **KEY)
    async with elsewhere(scene, "operator") as client:
        there = await client.markets.open_market(terms, **KEY)
    assert [(one.market, one.receipt) for one in (again, there)] == [(first.market, None)] * 2
    assert len(await scene.operator.markets.find_markets(authority=scene.net.wallets["operator"].address)) == 1
    with pytest.raises(TermsDifferError):
        await scene.operator.markets.open_market(MarketTerms(job_price=PRICE + 1), **KEY)


async def test_nothing_is_said_of_a_history_that_is_whole(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    await scene.operator.markets.open_market(MarketTerms(job_price=PRICE), strict_key=True, **KEY)
    assert [one for one in caplog.messages if "history" in one] == []


async def test_a_market_that_is_closed_is_not_opened_again(scene: Scene) -> None:
    opened = await scene.operator.markets.open_market(MarketTerms(job_price=PRICE), **KEY)
    await scene.operator.markets.close_market(opened.market)
    async with elsewhere(scene, "operator") as client:
        for one in (scene.operator, client):
            with pytest.raises(AlreadyDoneError):
                await one.markets.open_market(MarketTerms(job_price=PRICE), **KEY)


async def test_a_pool_is_opened_and_filled_once(scene: Scene) -> None:
    first = await scene.operator.pools.open_fee_pool(EMPTY, deposit=nos("1"), **KEY)
    before = await scene.operator.fetch_nos_balance()
    async with elsewhere(scene, "operator") as client:
        for one in (scene.operator, client):
            again = await one.pools.open_fee_pool(EMPTY, deposit=nos("1"), **KEY)
            assert (again.pool, again.receipt) == (first.pool, None)
        other = PoolTerms(emission=2, start_time=0, closeable=True)
        with pytest.raises(TermsDifferError, match="emission 1, not 2"):
            await client.pools.open_fee_pool(other, deposit=nos("1"), **KEY)
    assert await scene.operator.fetch_nos_balance() == before


async def test_a_job_is_claimed_once(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.quit_job(posted.job)
    first = await staked_host.hosts.claim_job(posted.job, **KEY)
    async with elsewhere(scene, "host") as client:
        for one in (staked_host, client):
            again = await one.hosts.claim_job(posted.job, **KEY)
            assert (again.run, again.receipt) == (first.run, None)
        with pytest.raises(TermsDifferError, match="is of job"):
            await client.hosts.claim_job(market, **KEY)
    await staked_host.hosts.quit_job(posted.job)
    with pytest.raises(AlreadyDoneError):
        await staked_host.hosts.claim_job(posted.job, **KEY)


def giving(client: NosanaClient, lamports: int, **options: Any) -> Action[Receipt]:
    other = client.network.nos_mint  # anything that has its rent
    moving = transfer(TransferParams(from_pubkey=client.wallet.address, to_pubkey=other, lamports=lamports))  # type: ignore[union-attr]
    return client.transactions.send([moving], **options)


ONCE: dict[str, Callable[[NosanaClient, int], Action[Receipt]]] = {
    "topup": lambda client, amount: client.stakes.topup(amount, **KEY),
    "extend": lambda client, seconds: client.stakes.extend(by=seconds, **KEY),
    "add_fee": lambda client, amount: client.rewards.add_fee(amount, **KEY),
    "send": lambda client, lamports: giving(client, lamports, **KEY),
}


@pytest.mark.parametrize("name", ONCE)
async def test_what_makes_no_account_is_done_once(name: str, staked_host: NosanaClient) -> None:
    await staked_host.rewards.enter_pool()
    act = ONCE[name]
    receipt = await act(staked_host, 1_000)
    spent = await staked_host.fetch_nos_balance(), await staked_host.fetch_sol_balance()
    with pytest.raises(AlreadyDoneError) as caught:
        await act(staked_host, 1_000)
    assert caught.value.signature == str(receipt.signature)
    with pytest.raises(TermsDifferError):
        await act(staked_host, 1_001)
    assert (await staked_host.fetch_nos_balance(), await staked_host.fetch_sol_balance()) == spent


async def test_what_was_done_is_told_though_nothing_is_left_to_do_it_with(staked_host: NosanaClient) -> None:
    everything = await staked_host.fetch_nos_balance()
    receipt = await staked_host.stakes.topup(everything, **KEY)
    with pytest.raises(AlreadyDoneError) as caught:
        await staked_host.stakes.topup(everything, **KEY)
    assert caught.value.signature == str(receipt.signature)


async def test_a_job_is_extended_once(scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await scene.builder.jobs.extend_job(posted.job, by=60, **KEY)
    with pytest.raises(AlreadyDoneError):
        await scene.builder.jobs.extend_job(posted.job, by=60, **KEY)
    assert (await scene.builder.jobs.fetch_job(posted.job)).timeout == TIMEOUT + 60


async def test_a_queue_is_joined_once(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    for _ in range(2):
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    joined = await staked_host.hosts.join_queue(market, **KEY)
    with pytest.raises(AlreadyDoneError) as caught:
        await staked_host.hosts.join_queue(market, **KEY)
    assert caught.value.signature == str(joined.receipt.signature)
    assert [run.address for run in await staked_host.hosts.find_runs()] == [joined.run]


async def test_a_pool_is_funded_once(scene: Scene) -> None:
    pool = (await scene.operator.pools.open_fee_pool(EMPTY)).pool
    await scene.operator.pools.fund_pool(pool, amount=5, **KEY)
    with pytest.raises(AlreadyDoneError):
        await scene.operator.pools.fund_pool(pool, amount=5, **KEY)
    assert (await scene.operator.pools.fetch_claim(pool)).vault_balance == 5
