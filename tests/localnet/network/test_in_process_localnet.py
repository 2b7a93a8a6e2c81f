"""The local network in this process: the same client, and what its endpoint answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction
from stage import CID, PRICE, RESULT

from nosana_chain import (
    InProcessLocalnet,
    JobEventKind,
    MarketTerms,
    NosanaClient,
    RpcResponseError,
    SyncClient,
    SyncInProcessLocalnet,
    TermsDifferError,
    nos,
)
from nosana_chain.localnet.inprocess import START
from nosana_chain.localnet.litesvm import METHODS
from nosana_chain.units import DAY, sol
from nosana_chain.wire.solana_client import TransportClient


@pytest.fixture
async def net() -> AsyncIterator[InProcessLocalnet]:
    async with InProcessLocalnet.start() as running:
        yield running


def client_of(net: InProcessLocalnet, wallet: str) -> NosanaClient:
    return NosanaClient(net.network, net.wallets[wallet], transport=net.transport)


@pytest.fixture
async def builder(net: InProcessLocalnet) -> AsyncIterator[NosanaClient]:
    async with client_of(net, "builder") as client:
        yield client


async def market_on(net: InProcessLocalnet) -> Pubkey:
    async with client_of(net, "operator") as operator:
        return (await operator.markets.open_market(MarketTerms(job_price=PRICE))).market


async def test_a_job_from_post_to_pay(net: InProcessLocalnet, builder: NosanaClient) -> None:
    market = await market_on(net)
    posted = await builder.jobs.post_job(market, definition_cid=CID, timeout=60)
    async with client_of(net, "host") as host:
        await host.stakes.stake(nos("1000"), duration=14 * DAY)
        await host.hosts.join_queue(market)
        await net.warp(30)
        await host.hosts.finish_job(posted.job, result_cid=RESULT)
        assert (await host.hosts.fetch_earnings()).paid == 30 * PRICE
    job = await builder.jobs.fetch_job(posted.job)
    assert (job.reward, job.time_end - job.time_start) == (30 * PRICE, 30)


async def test_a_key_is_kept_by_its_own_journal(net: InProcessLocalnet, builder: NosanaClient) -> None:
    market = await market_on(net)
    first = await builder.jobs.post_job(market, definition_cid=CID, timeout=60, idempotency_key="order-1")
    async with client_of(net, "builder") as again:
        second = await again.jobs.post_job(market, definition_cid=CID, timeout=60, idempotency_key="order-1")
        assert second.job == first.job
        with pytest.raises(TermsDifferError):
            await again.jobs.post_job(market, definition_cid=CID, timeout=61, idempotency_key="order-1")


async def test_what_happened_is_listed_and_watched(net: InProcessLocalnet, builder: NosanaClient) -> None:
    market = await market_on(net)
    async with builder.jobs.watch_jobs(market=market) as watch:
        posted = await builder.jobs.post_job(market, definition_cid=CID, timeout=60)
        event = await anext(watch)
    assert (event.kind, event.address) == (JobEventKind.POSTED, posted.job)
    assert posted.receipt is not None
    assert "+0.060000 NOS" in str(await builder.transactions.explain(posted.receipt.signature))


async def test_its_clock_stands_until_it_is_moved(net: InProcessLocalnet) -> None:
    assert await net.unix_time() == START
    assert await net.warp(DAY) == START + DAY == await net.unix_time()


async def test_its_faucets_give(net: InProcessLocalnet, builder: NosanaClient) -> None:
    other = Pubkey.new_unique()
    await net.airdrop(other, sol("2"))
    await net.airdrop(other, sol("2"))
    receipt = await net.mint_nos(other, nos("5"))
    assert await builder.fetch_sol_balance(owner=other) == sol("4")
    assert await builder.fetch_nos_balance(owner=other) == nos("5")
    assert [one.amount for one in await builder.tokens.find_token_accounts(owner=other)] == [nos("5")]
    assert receipt.fee > 0


async def test_what_it_serves_and_what_not(net: InProcessLocalnet, builder: NosanaClient) -> None:
    assert {"sendTransaction", "simulateTransaction", "getTransaction", "getProgramAccounts"} < set(METHODS)
    with pytest.raises(RpcResponseError, match="not among what a chain in process serves") as caught:
        await builder.connection.call("getBlock", 1, answer=Any)
    assert caught.value.rpc_code == -32601
    with pytest.raises(RpcResponseError, match="can't read its parameters"):
        await builder.connection.call("getAccountInfo", "nonsense", answer=Any)
    for method in ("getHealth", "getSlot", "getBlockHeight", "getGenesisHash", "getFirstAvailableBlock"):
        assert await builder.connection.call(method, answer=Any) is not None


async def test_a_signature_is_verified_and_a_failure_foretold(net: InProcessLocalnet, builder: NosanaClient) -> None:
    poor, other = Keypair(), Pubkey.new_unique()
    order = transfer(TransferParams(from_pubkey=poor.pubkey(), to_pubkey=other, lamports=sol("1")))
    signed = Transaction.new_signed_with_payer([order], poor.pubkey(), [poor], Hash.default())
    client = TransportClient(builder.connection.transport, "confirmed")
    with pytest.raises(RpcResponseError, match="simulation failed") as caught:
        await client.send_raw_transaction(bytes(signed))
    assert caught.value.rpc_code == -32002
    forged = Transaction.populate(signed.message, [Keypair().sign_message(b"another")])
    with pytest.raises(RpcResponseError, match="signature verification"):
        await client.send_raw_transaction(bytes(forged))


def test_it_serves_clients_of_several_threads() -> None:
    with SyncInProcessLocalnet.start() as net:
        options = {"transport": net.transport}
        with (
            SyncClient(net.network, net.wallets["operator"], **options) as operator,
            SyncClient(net.network, net.wallets["builder"], **options) as builder,
        ):
            market = operator.markets.open_market(MarketTerms(job_price=PRICE)).market
            builder.jobs.post_job(market, definition_cid=CID, timeout=60)
            assert operator.markets.fetch_market(market).queue != ()
        assert net.warp(1) == START + 1
