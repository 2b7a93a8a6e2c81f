"""What builders do, failures first: nothing is spent on bad input, and every unit is accounted for after."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey
from stage import CID, PRICE, RESULT, TIMEOUT, Interrupted, Scene

from nosana_chain.bindings.program_errors.jobs import JobTimeoutNotGreater
from nosana_chain.client import NosanaClient
from nosana_chain.errors import (
    AlreadyDoneError,
    AmountError,
    CidError,
    ConfigError,
    InsufficientFundsError,
    NotFoundError,
    RpcUnreachableError,
    TermsDifferError,
    WrongNetworkError,
    WrongStateError,
)
from nosana_chain.models.job import JobState
from nosana_chain.networks import MAINNET
from nosana_chain.programs.jobs.instructions import extend_ix
from nosana_chain.programs.jobs.results import StopKind
from nosana_chain.programs.jobs.terms import MarketTerms
from nosana_chain.units import U64_MAX, nos
from nosana_chain.wallet import Wallet

DEPOSIT = PRICE * TIMEOUT


async def purse(client: NosanaClient) -> tuple[int, int]:
    return await client.fetch_nos_balance(), await client.fetch_sol_balance()


async def post(scene: Scene, market: Pubkey) -> Pubkey:
    return (await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)).job


# ---------------------------------------------------------------- refused before anything is signed


async def test_posting_to_no_market_spends_nothing(scene: Scene) -> None:
    before = await purse(scene.builder)
    with pytest.raises(NotFoundError, match="no market at") as error:
        await scene.builder.jobs.post_job(Pubkey.new_unique(), definition_cid=CID, timeout=TIMEOUT)
    assert error.value.kind == "market"
    assert await purse(scene.builder) == before


async def test_posting_to_something_that_is_no_market(scene: Scene) -> None:
    with pytest.raises(NotFoundError, match="another kind of account is there, a mint, owned by"):
        await scene.builder.jobs.post_job(scene.net.network.nos_mint, definition_cid=CID, timeout=TIMEOUT)


@pytest.mark.parametrize("timeout", [0, -1, 2**63])
async def test_posting_for_no_time_or_for_ever(scene: Scene, market: Pubkey, timeout: int) -> None:
    with pytest.raises(AmountError, match="timeout"):
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=timeout)


async def test_posting_for_more_than_64_bits_of_money(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(AmountError, match="deposit"):
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=U64_MAX // PRICE + 1)


async def test_posting_what_is_no_cid(scene: Scene, market: Pubkey) -> None:
    with pytest.raises(CidError):
        await scene.builder.jobs.post_job(market, definition_cid="my-job.json", timeout=TIMEOUT)


async def test_posting_beyond_ones_means_says_what_is_missing(scene: Scene, market: Pubkey) -> None:
    before = await purse(scene.builder)
    with pytest.raises(InsufficientFundsError, match=r"has 10000\.000000 NOS and the deposit takes 20000\.000000"):
        await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=nos("20000") // PRICE)
    assert await purse(scene.builder) == before


async def test_posting_without_sol_sends_nothing(scene: Scene, market: Pubkey) -> None:
    poor = Wallet.generate()
    await scene.net.mint_nos(poor.address, nos("10"))
    async with NosanaClient(scene.net.network, poor) as client:
        with pytest.raises(InsufficientFundsError) as error:
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
        assert error.value.signature is None
        assert await client.fetch_nos_balance() == nos("10")


async def test_posting_without_a_wallet(scene: Scene, market: Pubkey) -> None:
    async with NosanaClient(scene.net.network) as reader:
        assert (await reader.markets.fetch_market(market)).job_price == PRICE
        with pytest.raises(ConfigError, match="no wallet"):
            await reader.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)


async def test_posting_to_the_wrong_network(scene: Scene, market: Pubkey) -> None:
    pretended = replace(scene.net.network, name="mainnet", genesis_hash=MAINNET.genesis_hash)
    before = await purse(scene.builder)
    async with NosanaClient(pretended, scene.net.wallets["builder"]) as client:
        with pytest.raises(WrongNetworkError, match="does not serve mainnet"):
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert await purse(scene.builder) == before


async def test_posting_with_the_wrong_mint_spends_nothing(scene: Scene, market: Pubkey) -> None:
    mistaken = replace(scene.net.network, nos_mint=MAINNET.nos_mint)
    before = await purse(scene.builder)
    async with NosanaClient(mistaken, scene.net.wallets["builder"]) as client:
        with pytest.raises(InsufficientFundsError, match=r"has 0\.000000 NOS"):
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert await purse(scene.builder) == before


async def test_posting_to_an_endpoint_that_is_gone(scene: Scene, market: Pubkey) -> None:
    nowhere = scene.net.network.at("http://127.0.0.1:9")
    async with NosanaClient(nowhere, scene.net.wallets["builder"]) as client:
        with pytest.raises(RpcUnreachableError):
            await client.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)


async def test_the_same_key_again_gives_the_same_job(scene: Scene, market: Pubkey) -> None:
    wanted = {"definition_cid": CID, "timeout": TIMEOUT, "idempotency_key": "order-4711"}
    first = await scene.builder.jobs.post_job(market, **wanted)
    before = await scene.builder.fetch_nos_balance()
    again = await scene.builder.jobs.post_job(market, **wanted)
    assert (again.job, again.receipt, again.deposit) == (first.job, None, first.deposit)
    async with NosanaClient(scene.net.network, scene.net.wallets["builder"], journal=":memory:") as elsewhere:
        assert (await elsewhere.jobs.post_job(market, **wanted)).job == first.job
    assert await scene.builder.fetch_nos_balance() == before


async def test_the_same_key_with_other_terms(scene: Scene, market: Pubkey) -> None:
    wanted = {"definition_cid": CID, "idempotency_key": "order-4711"}
    await scene.builder.jobs.post_job(market, timeout=TIMEOUT, **wanted)
    with pytest.raises(TermsDifferError, match=rf"{TIMEOUT} s, paid by \w+; asked for"):
        await scene.builder.jobs.post_job(market, timeout=TIMEOUT + 1, **wanted)
    other = (await scene.operator.markets.open_market(MarketTerms(job_price=PRICE))).market
    with pytest.raises(TermsDifferError):
        await scene.builder.jobs.post_job(other, timeout=TIMEOUT, **wanted)


@pytest.mark.parametrize("journal", ["own", "another", "none"])
async def test_a_job_that_is_over_is_not_paid_again(scene: Scene, market: Pubkey, journal: str) -> None:
    wanted = {"definition_cid": CID, "timeout": TIMEOUT, "idempotency_key": "order-4711"}
    posted = await scene.builder.jobs.post_job(market, **wanted)
    await scene.builder.jobs.stop_job(posted.job)
    places = {"own": scene.net.network.journal_path, "another": ":memory:", "none": None}
    async with NosanaClient(scene.net.network, scene.net.wallets["builder"], journal=places[journal]) as client:
        with pytest.raises(AlreadyDoneError) as caught:
            await client.jobs.post_job(market, **wanted)
    assert posted.receipt is not None
    assert caught.value.signature == str(posted.receipt.signature)


# ---------------------------------------------------------------- extending


@pytest.mark.parametrize("how", [{}, {"by": 1, "to": 2}, {"by": 0}, {"by": -5}, {"to": TIMEOUT}, {"to": TIMEOUT - 1}])
async def test_extending_by_nothing(scene: Scene, market: Pubkey, how: dict[str, int]) -> None:
    job = await post(scene, market)
    with pytest.raises(AmountError):
        await scene.builder.jobs.extend_job(job, **how)


async def test_extending_for_more_than_64_bits_of_money(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    with pytest.raises(AmountError, match="added deposit"):
        await scene.builder.jobs.extend_job(job, by=U64_MAX // PRICE + 1)


async def test_the_program_too_refuses_a_shorter_timeout(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    builder = scene.net.wallets["builder"].address
    shorter = extend_ix(job=job, market=market, payer=builder, timeout=TIMEOUT, network=scene.net.network)
    with pytest.raises(JobTimeoutNotGreater) as error:
        await scene.builder.transactions.send([shorter])
    assert error.value.signature is None, "caught by the simulation, so nothing was sent"


async def test_extending_a_job_that_is_over(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    with pytest.raises(WrongStateError, match="it is done"):
        await scene.builder.jobs.extend_job(job, by=60)


@pytest.mark.parametrize("how", [{"by": 30}, {"to": TIMEOUT + 30}])
async def test_extending_locks_the_difference(scene: Scene, market: Pubkey, how: dict[str, int]) -> None:
    job = await post(scene, market)
    before, _ = await purse(scene.builder)
    extended = await scene.builder.jobs.extend_job(job, **how)
    assert (extended.timeout, extended.deposit) == (TIMEOUT + 30, 30 * PRICE)
    assert (await purse(scene.builder))[0] == before - 30 * PRICE
    assert (await scene.builder.jobs.fetch_job(job)).timeout == TIMEOUT + 30


# ---------------------------------------------------------------- stopping


async def test_stopping_no_job(scene: Scene) -> None:
    with pytest.raises(NotFoundError, match="no job at"):
        await scene.builder.jobs.stop_job(Pubkey.new_unique())


async def test_stopping_a_job_that_is_over(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.finish_job(job, result_cid=RESULT)
    with pytest.raises(WrongStateError, match="can't stop"):
        await scene.builder.jobs.stop_job(job)


async def test_stopping_a_waiting_job_returns_everything(scene: Scene, market: Pubkey) -> None:
    nos_before, sol_before = await purse(scene.builder)
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    stopped = await scene.builder.jobs.stop_job(posted.job)
    assert stopped.kind is StopKind.DELISTED
    fees = posted.receipt.fee + stopped.receipt.fee
    assert await purse(scene.builder) == (nos_before, sol_before - fees)
    with pytest.raises(NotFoundError):
        await scene.builder.jobs.fetch_job(posted.job)


async def test_stopping_a_running_job_pays_its_seconds(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    nos_before, _ = await purse(scene.builder)
    host_before, _ = await purse(staked_host)
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    await scene.net.warp(100)
    stopped = await scene.builder.jobs.stop_job(job)
    assert stopped.kind is StopKind.ENDED
    ended = await scene.builder.jobs.fetch_job(job)
    assert ended.state is JobState.DONE
    assert ended.reward is not None
    assert 100 * PRICE <= ended.reward < DEPOSIT
    assert (await purse(scene.builder))[0] == nos_before - ended.reward
    assert (await purse(staked_host))[0] == host_before + ended.reward


async def test_stopping_while_a_host_takes_the_job_ends_it(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    job = await post(scene, market)
    race = Interrupted(scene.net.network, lambda: staked_host.hosts.join_queue(market))
    async with NosanaClient(scene.net.network, scene.net.wallets["builder"], transport=race) as slow:
        stopped = await slow.jobs.stop_job(job)
    assert stopped.kind is StopKind.ENDED


async def test_stopping_while_the_host_gives_up_says_so(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    job = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    race = Interrupted(scene.net.network, lambda: staked_host.hosts.quit_job(job))
    async with NosanaClient(scene.net.network, scene.net.wallets["builder"], transport=race) as slow:
        with pytest.raises(WrongStateError, match="it is stopped"):
            await slow.jobs.stop_job(job)


# ---------------------------------------------------------------- recovering


async def test_recovering_a_job_that_nobody_gave_up(scene: Scene, market: Pubkey) -> None:
    job = await post(scene, market)
    with pytest.raises(WrongStateError, match="it is queued"):
        await scene.builder.jobs.recover_job(job)


async def test_recovering_an_abandoned_job_returns_everything(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    nos_before, sol_before = await purse(scene.builder)
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    await staked_host.hosts.join_queue(market)
    await staked_host.hosts.quit_job(posted.job)
    assert (await scene.builder.jobs.fetch_job(posted.job)).state is JobState.STOPPED
    recovered = await scene.builder.jobs.recover_job(posted.job)
    assert await purse(scene.builder) == (nos_before, sol_before - posted.receipt.fee - recovered.fee)


# ---------------------------------------------------------------- posting


async def test_posting_locks_the_price_of_the_whole_timeout(scene: Scene, market: Pubkey) -> None:
    before, _ = await purse(scene.builder)
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    assert posted.deposit == DEPOSIT
    assert (await purse(scene.builder))[0] == before - DEPOSIT
    job = await scene.builder.jobs.fetch_job(posted.job)
    assert (job.state, job.definition_cid, job.result_cid, job.deposit) == (JobState.QUEUED, CID, None, DEPOSIT)
    assert (await scene.builder.markets.fetch_market(market)).waiting_jobs == (posted.job,)


async def test_posting_to_a_waiting_host_starts_the_job(
    scene: Scene, market: Pubkey, staked_host: NosanaClient
) -> None:
    await staked_host.hosts.join_queue(market)
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    job = await scene.builder.jobs.fetch_job(posted.job)
    assert job.state is JobState.RUNNING
    assert job.run is not None
    assert (job.run.address, job.run.node) == (posted.run, scene.net.wallets["host"].address)


async def test_posting_to_a_free_market_locks_nothing(scene: Scene) -> None:
    free = (await scene.operator.markets.open_market(MarketTerms(job_price=0))).market
    before, _ = await purse(scene.builder)
    posted = await scene.builder.jobs.post_job(free, definition_cid=CID, timeout=TIMEOUT)
    assert posted.deposit == 0
    assert (await purse(scene.builder))[0] == before
