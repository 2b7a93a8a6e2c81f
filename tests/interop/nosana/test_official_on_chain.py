"""Instructions that the official packages built, sent on a local network: they do what ours do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from harness.networks import local_network
from official import Official
from solders.pubkey import Pubkey
from stage import CID, PRICE, TIMEOUT, Scene, scene_on

from nosana_chain.cid import digest_of
from nosana_chain.errors import TransactionFailedError
from nosana_chain.pda import nos_account_address
from nosana_chain.programs.jobs.instructions import close_market_ix, list_ix
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.programs.staking.instructions import stake_ix
from nosana_chain.units import DAY, nos
from nosana_chain.wallet import Wallet


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network() as net, scene_on(net) as everybody:
        yield everybody


@pytest.fixture
async def market(scene: Scene) -> Pubkey:
    return (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market


async def test_an_official_close_fails_where_another_pays_the_fee(
    official: Official, scene: Scene, market: Pubkey
) -> None:
    """A deviation: it leaves the authority read-only. It works only where the authority pays the transaction's fee."""
    operator, network = scene.net.wallets["operator"], scene.net.network
    purse = nos_account_address(operator.address, network=network)
    ours = close_market_ix(market=market, authority=operator.address, user=purse, network=network)
    theirs = official.rebuild(ours, "jobs", "close")
    with pytest.raises(TransactionFailedError, match="writable"):
        await scene.builder.transactions.send([theirs], signers=[operator])
    await scene.builder.transactions.send([ours], signers=[operator])
    assert await scene.operator.markets.find_markets() == []


async def test_an_official_list_posts_the_same_job(official: Official, scene: Scene, market: Pubkey) -> None:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    job, run, payer = Wallet.generate(), Wallet.generate(), scene.net.wallets["builder"].address
    ours = list_ix(
        job=job.address,
        run=run.address,
        market=market,
        payer=payer,
        definition_cid=CID,
        timeout=TIMEOUT,
        network=scene.net.network,
    )
    theirs = official.rebuild(ours, "jobs", "list", ipfsJob=digest_of(CID), timeout=TIMEOUT)
    before = await scene.builder.fetch_nos_balance()
    await scene.builder.transactions.send([theirs], signers=[job, run])
    assert await scene.builder.fetch_nos_balance() == before - PRICE * TIMEOUT
    our_job, their_job = [await scene.builder.jobs.fetch_job(address) for address in (posted.job, job.address)]
    assert replace(their_job, address=our_job.address) == our_job
    assert (await scene.builder.markets.fetch_market(market)).waiting_jobs == (our_job.address, their_job.address)


async def test_an_official_stake_is_one_of_ours(official: Official, scene: Scene) -> None:
    amount, duration = nos("1000"), 100 * DAY
    host, network = scene.net.wallets["host"].address, scene.net.network
    ours = stake_ix(authority=host, amount=amount, duration=duration, network=network)
    theirs = official.rebuild(ours, "staking", "stake", amount=amount, duration=duration)
    await scene.host.transactions.send([theirs])
    await scene.builder.stakes.stake(amount, duration=duration)
    their_stake, our_stake = await scene.host.stakes.fetch_stake(), await scene.builder.stakes.fetch_stake()
    for unlike in ("address", "authority", "vault"):
        their_stake = replace(their_stake, **{unlike: getattr(our_stake, unlike)})
    assert their_stake == our_stake
