"""Pools on a chain: what a claim pays at a moment, what it must not swallow, and who decides about a pool."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from stage import Scene

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import ConstraintTokenOwner
from nosana_chain.bindings.program_errors.common import Unauthorized
from nosana_chain.bindings.program_errors.pools import NotCloseable, WrongClaimType
from nosana_chain.client import NosanaClient
from nosana_chain.errors import InsufficientFundsError, NotFoundError, NothingDueError, WrongStateError
from nosana_chain.models.pool import ClaimType
from nosana_chain.programs.pools.instructions import open_pool_ix
from nosana_chain.programs.pools.terms import PoolTerms
from nosana_chain.units import DAY, HOUR, nos
from nosana_chain.wallet import Wallet

EMISSION = 1_000  # NOS base units per second
DEPOSIT = nos("100")  # a little more than a day's emission
QUARTER = 365 * DAY // 4
POOL_BYTES, VAULT_BYTES = 136, 165


async def terms(scene: Scene, *, started: int = HOUR, closeable: bool = True, emission: int = EMISSION) -> PoolTerms:
    """Terms of a pool that started some seconds ago."""
    now = await scene.net.unix_time()
    return PoolTerms(emission=emission, start_time=now - started, closeable=closeable)


async def vesting_pool(scene: Scene, *, deposit: int = DEPOSIT, started: int = HOUR, closeable: bool = True) -> Pubkey:
    """A pool of the operator that pays the host."""
    opened = await scene.operator.pools.open_vesting_pool(
        await terms(scene, started=started, closeable=closeable),
        beneficiary=scene.net.wallets["host"].address,
        deposit=deposit,
    )
    return opened.pool


async def fee_pool(scene: Scene, *, deposit: int = DEPOSIT) -> Pubkey:
    return (await scene.operator.pools.open_fee_pool(await terms(scene), deposit=deposit)).pool


def purse(scene: Scene, owner: Pubkey) -> Pubkey:
    return pda.nos_account_address(owner, network=scene.net.network)


async def another_token(scene: Scene) -> Pubkey:
    """A mint beside NOS, of which the operator has as much as it has NOS."""
    mint, operator = Pubkey.new_unique(), scene.net.wallets["operator"].address
    nos_mint, held = await scene.operator.connection.fetch_accounts(
        [scene.net.network.nos_mint, purse(scene, operator)]
    )
    assert nos_mint is not None
    assert held is not None
    await scene.net.set_account(mint, nos_mint)
    of_that_mint = type(held)(held.lamports, bytes(mint) + held.data[32:], held.owner)
    await scene.net.set_account(pda.token_account_address(operator, mint=mint), of_that_mint)
    return mint


async def test_opening_beyond_ones_means_opens_nothing(scene: Scene) -> None:
    with pytest.raises(InsufficientFundsError):
        await vesting_pool(scene, deposit=nos("10001"))
    assert await scene.operator.pools.find_pools(authority=scene.net.wallets["operator"].address) == []


async def test_claiming_before_the_start(scene: Scene) -> None:
    pool = await vesting_pool(scene, started=-HOUR)
    assert (await scene.host.pools.fetch_claim(pool)).due == 0
    with pytest.raises(NothingDueError) as caught:
        await scene.host.pools.claim_pool(pool)
    assert caught.value.due_at == (await scene.host.pools.fetch_pool(pool)).start_time + 1


async def test_claiming_from_an_empty_vesting_pool(scene: Scene) -> None:
    pool = await vesting_pool(scene, deposit=EMISSION - 1)
    with pytest.raises(NothingDueError, match="fund it"):
        await scene.host.pools.claim_pool(pool)
    assert (await scene.host.pools.fetch_pool(pool)).claimed_tokens == 0


async def test_claiming_from_a_pool_of_no_known_type(scene: Scene) -> None:
    key, operator = Wallet.generate(), scene.net.wallets["operator"]
    opening = open_pool_ix(
        pool=key.address,
        authority=operator.address,
        beneficiary=purse(scene, operator.address),
        claim_type=ClaimType.UNKNOWN,
        terms=await terms(scene),
        network=scene.net.network,
    )
    await scene.operator.transactions.send([opening], signers=[key])
    await scene.operator.pools.fund_pool(key.address, amount=DEPOSIT)
    with pytest.raises(WrongClaimType):
        await scene.operator.pools.claim_pool(key.address)


async def test_fees_that_would_count_without_paying(scene: Scene) -> None:
    pool = await fee_pool(scene, deposit=EMISSION - 1)
    with pytest.raises(WrongStateError, match=f"count {EMISSION - 1} base units as claimed and pay nothing"):
        await scene.host.pools.claim_pool(pool)
    assert (await scene.host.pools.fetch_pool(pool)).claimed_tokens == 0


async def test_a_forced_claim_of_such_fees_counts_and_pays_nothing(scene: Scene) -> None:
    pool = await fee_pool(scene, deposit=EMISSION - 1)
    before = await scene.host.rewards.fetch_pool()
    assert (await scene.host.pools.claim_pool(pool, force=True)).amount == 0
    claim = await scene.host.pools.fetch_claim(pool)
    assert (claim.pool.claimed_tokens, claim.vault_balance) == (EMISSION - 1, EMISSION - 1)
    assert await scene.host.rewards.fetch_pool() == before


async def test_fees_for_a_rewards_pool_that_everybody_left(scene: Scene) -> None:
    pool = await fee_pool(scene)
    async with NosanaClient(scene.net.network, scene.net.wallets["staker"]) as staker:
        await staker.rewards.leave_pool()
    with pytest.raises(WrongStateError, match="nobody is in the rewards pool"):
        await scene.host.pools.claim_pool(pool, force=True)


async def test_closing_somebody_elses_pool(scene: Scene) -> None:
    pool = await vesting_pool(scene)
    with pytest.raises(Unauthorized):
        await scene.host.pools.close_pool(pool)


async def test_closing_a_pool_that_was_opened_to_stay(scene: Scene) -> None:
    pool = await vesting_pool(scene, closeable=False)
    with pytest.raises(NotCloseable):
        await scene.operator.pools.close_pool(pool)
    assert (await scene.operator.pools.fetch_claim(pool)).vault_balance == DEPOSIT


async def test_the_pools_authority_does_not_choose_another_beneficiary(scene: Scene) -> None:
    pool = await vesting_pool(scene)
    with pytest.raises(ConstraintTokenOwner):
        await scene.operator.pools.change_beneficiary(pool, to=scene.net.wallets["operator"].address)


async def test_a_claim_pays_the_emission_of_the_seconds_that_passed(scene: Scene) -> None:
    pool, before = await vesting_pool(scene), await scene.host.fetch_nos_balance()
    shown = await scene.builder.pools.fetch_claim(pool)
    claimed = await scene.builder.pools.claim_pool(pool)  # anyone may; the host is paid
    after = await scene.builder.pools.fetch_claim(pool)
    paid = await scene.host.fetch_nos_balance() - before
    assert claimed.amount == paid == after.pool.claimed_tokens == DEPOSIT - after.vault_balance
    assert paid % EMISSION == 0
    assert shown.paid <= paid <= (after.now - after.pool.start_time) * EMISSION


async def test_the_next_claim_pays_what_came_due_since(scene: Scene) -> None:
    pool = await vesting_pool(scene)
    await scene.host.pools.claim_pool(pool)
    first = (await scene.host.pools.fetch_pool(pool)).claimed_tokens
    await scene.net.warp(2 * HOUR)
    await scene.host.pools.claim_pool(pool)
    after = await scene.host.pools.fetch_claim(pool)
    assert after.pool.claimed_tokens - first >= 2 * HOUR * EMISSION
    assert after.pool.claimed_tokens <= (after.now - after.pool.start_time) * EMISSION


async def test_every_claim_of_a_year_pays_whole_seconds_up_to_its_moment(scene: Scene) -> None:
    emission = 271  # base units per second: 8,546 NOS in a year
    planned, host = await terms(scene, emission=emission), scene.net.wallets["host"].address
    opened = await scene.operator.pools.open_vesting_pool(planned, beneficiary=host, deposit=nos("9000"))
    held = await scene.host.fetch_nos_balance()
    for _quarter in range(4):
        before = await scene.net.warp(QUARTER)
        await scene.host.pools.claim_pool(opened.pool)
        after = await scene.host.pools.fetch_claim(opened.pool)
        seconds, rest = divmod(after.pool.claimed_tokens, emission)
        assert rest == 0
        assert before <= planned.start_time + seconds <= after.now
        assert await scene.host.fetch_nos_balance() - held == after.pool.claimed_tokens


async def test_a_claim_pays_no_more_than_the_vault_holds(scene: Scene) -> None:
    pool, before = await vesting_pool(scene, started=2 * DAY), await scene.host.fetch_nos_balance()
    claim = await scene.host.pools.fetch_claim(pool)
    assert claim.due > claim.paid == DEPOSIT
    await scene.host.pools.claim_pool(pool)
    assert await scene.host.fetch_nos_balance() == before + DEPOSIT
    await scene.operator.pools.fund_pool(pool, amount=5 * EMISSION)
    await scene.host.pools.claim_pool(pool)
    assert await scene.host.fetch_nos_balance() == before + DEPOSIT + 5 * EMISSION


async def test_claimed_fees_reach_the_stakers(scene: Scene) -> None:
    pool, staker = await fee_pool(scene), scene.net.wallets["staker"].address
    await scene.host.pools.claim_pool(pool)
    paid = (await scene.host.pools.fetch_pool(pool)).claimed_tokens
    assert HOUR * EMISSION <= paid < DEPOSIT
    assert await scene.host.rewards.fetch_pending(authority=staker) == paid


async def test_closing_returns_the_tokens_and_the_rent(scene: Scene) -> None:
    pool = await vesting_pool(scene)
    tokens, lamports = await scene.operator.fetch_nos_balance(), await scene.operator.fetch_sol_balance()
    closed = await scene.operator.pools.close_pool(pool)
    lengths = (POOL_BYTES, VAULT_BYTES)
    rent = sum([await scene.operator.connection.fetch_rent(length) for length in lengths])
    assert await scene.operator.fetch_nos_balance() == tokens + DEPOSIT == tokens + (closed.amount or 0)
    assert await scene.operator.fetch_sol_balance() == lamports + rent - closed.receipt.fee
    with pytest.raises(NotFoundError):
        await scene.operator.pools.fetch_pool(pool)


async def test_a_pool_that_was_opened_to_stay_closes_once_it_is_empty(scene: Scene) -> None:
    pool = await vesting_pool(scene, closeable=False, started=2 * DAY)
    await scene.host.pools.claim_pool(pool)
    await scene.operator.pools.close_pool(pool)
    assert await scene.operator.pools.find_pools(authority=scene.net.wallets["operator"].address) == []


async def test_a_new_beneficiary_is_paid_from_then_on(scene: Scene) -> None:
    pool, heir = await vesting_pool(scene), Wallet.generate().address
    await scene.host.pools.change_beneficiary(pool, to=heir)
    before = await scene.host.fetch_nos_balance()
    await scene.builder.pools.claim_pool(pool)
    paid = (await scene.host.pools.fetch_pool(pool)).claimed_tokens
    assert await scene.host.fetch_nos_balance(owner=heir) == paid >= HOUR * EMISSION
    assert await scene.host.fetch_nos_balance() == before


async def test_a_pool_of_another_token_pays_in_it_and_returns_it(scene: Scene) -> None:
    mint, host = await another_token(scene), scene.net.wallets["host"].address
    opened = await scene.operator.pools.open_vesting_pool(
        await terms(scene), beneficiary=host, deposit=DEPOSIT, mint=mint
    )
    before = await scene.operator.fetch_nos_balance()
    await scene.host.pools.claim_pool(opened.pool)
    claim = await scene.host.pools.fetch_claim(opened.pool)
    assert claim.vault_balance == DEPOSIT - claim.pool.claimed_tokens
    await scene.operator.pools.close_pool(opened.pool)
    assert await scene.operator.fetch_nos_balance() == before


async def test_finding_pools_by_who_opened_and_who_is_paid(scene: Scene) -> None:
    vesting, fees = await vesting_pool(scene), await fee_pool(scene)
    operator, host = (scene.net.wallets[name].address for name in ("operator", "host"))
    everything = await scene.builder.pools.find_pools(authority=operator)
    assert {pool.address: pool.claim_type for pool in everything} == {
        vesting: ClaimType.TRANSFER,
        fees: ClaimType.ADD_FEE,
    }
    (paying,) = await scene.builder.pools.find_pools(authority=operator, beneficiary=purse(scene, host))
    assert paying.address == vesting
    assert await scene.builder.pools.find_pools(authority=host) == []
