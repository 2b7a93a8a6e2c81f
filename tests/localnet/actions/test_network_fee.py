"""A build of the jobs program that takes a tenth on top of each deposit, and never gives it back."""

from collections.abc import AsyncIterator

import pytest
from harness.networks import local_network
from solders.pubkey import Pubkey
from stage import CID, PRICE, TIMEOUT, Scene, scene_on

from nosana_chain.client import NosanaClient
from nosana_chain.errors import InsufficientFundsError
from nosana_chain.units import sol
from nosana_chain.wallet import Wallet

DEPOSIT = PRICE * TIMEOUT
FEE = DEPOSIT // 10


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with local_network(jobs_fee=True) as net, scene_on(net) as everybody:
        yield everybody


async def test_a_wallet_that_covers_the_deposit_but_not_the_fee_sends_nothing(scene: Scene, market: Pubkey) -> None:
    short = Wallet.generate()
    await scene.net.airdrop(short.address, sol("1"))
    await scene.net.mint_nos(short.address, DEPOSIT + FEE - 1)
    async with NosanaClient(scene.net.network, short) as client:
        with pytest.raises(InsufficientFundsError) as error:
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert error.value.signature is None
        assert await client.fetch_nos_balance() == DEPOSIT + FEE - 1
        await scene.net.mint_nos(short.address, 1)
        await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert await client.fetch_nos_balance() == 0


async def test_stopping_gives_the_deposit_back_and_not_the_fee(scene: Scene, market: Pubkey) -> None:
    before = await scene.builder.fetch_nos_balance()
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert posted.deposit == DEPOSIT
    extended = await scene.builder.jobs.extend_job(posted.job, by=TIMEOUT)
    assert extended.deposit == DEPOSIT
    assert (await scene.operator.markets.audit_market(market)).surplus == 0
    await scene.builder.jobs.stop_job(posted.job)
    assert await scene.builder.fetch_nos_balance() == before - 2 * FEE
