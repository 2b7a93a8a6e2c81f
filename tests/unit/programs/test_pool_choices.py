"""What pool actions refuse, and what they send."""

from dataclasses import replace
from typing import Any

import pytest
from recording import WALLET, RecordingContext, context_over, program_account, token_account
from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.bindings.rewards.accounts import ReflectionAccount
from nosana_chain.errors import AmountError, NotFoundError, WrongStateError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.pools.actions import Pools
from nosana_chain.programs.pools.instructions import (
    PoolTerms,
    claim_fee_ix,
    claim_transfer_ix,
    close_pool_ix,
    update_beneficiary_ix,
)
from nosana_chain.programs.token_accounts import create_token_account_ix, transfer_ix

START = 1_700_000_000
POOL, OTHER, MINT, PAID = (Pubkey(letter.encode() * 32) for letter in "pomb")
VAULT = pda.pool_vault_address(POOL, network=LOCALNET)
REFLECTION = pda.reflection_address(network=LOCALNET)
ME = WALLET.address
TERMS = PoolTerms(emission=10, start_time=START, closeable=True)
ACCOUNT = PoolAccount(
    authority=ME,
    beneficiary=PAID,
    claim_type=0,
    claimed_tokens=0,
    closeable=True,
    emission=10,
    start_time=START,
    vault=VAULT,
    vault_bump=255,
)
FEES = replace(ACCOUNT, claim_type=1)


def scene(pool: PoolAccount = ACCOUNT, *, vault: int = 1_000, members: int = 1, after: int = 60) -> RecordingContext:
    reflection = ReflectionAccount(rate=1, total_reflection=1, total_xnos=members, vault=OTHER, vault_bump=255)
    accounts: dict[Pubkey, Account] = {
        POOL: program_account(pool, LOCALNET.programs.pools),
        VAULT: token_account(mint=MINT, owner=VAULT, amount=vault),
        REFLECTION: program_account(reflection, LOCALNET.programs.rewards),
    }
    return context_over(accounts, now=START + after)


@pytest.mark.parametrize("action", ["fetch_pool", "fetch_claim", "claim_pool", "close_pool"])
async def test_a_pool_that_is_not_there(action: str) -> None:
    with pytest.raises(NotFoundError, match="no pool at"):
        await getattr(Pools(scene()), action)(OTHER)


async def test_a_pool_without_its_vault() -> None:
    context = context_over({POOL: program_account(ACCOUNT, LOCALNET.programs.pools)}, now=START)
    with pytest.raises(NotFoundError, match="no vault"):
        await Pools(context).fetch_claim(POOL)


async def test_fees_that_would_count_without_being_paid_are_refused() -> None:
    context = scene(FEES, vault=9)
    with pytest.raises(WrongStateError, match="count 9 base units") as caught:
        await Pools(context).claim_pool(POOL)
    assert caught.value.forfeited == 9
    assert context.sent == []


@pytest.mark.parametrize("force", [False, True])
async def test_fees_for_nobody_are_refused_even_if_forced(force: bool) -> None:  # noqa: FBT001  a parameter
    context = scene(FEES, members=0)
    with pytest.raises(WrongStateError, match="nobody is in the rewards pool"):
        await Pools(context).claim_pool(POOL, force=force)
    assert context.sent == []


@pytest.mark.parametrize("deposit", [-1, 2**64])
async def test_a_deposit_out_of_range(deposit: int) -> None:
    context = scene()
    with pytest.raises(AmountError, match="amount"):
        await Pools(context).open_fee_pool(TERMS, deposit=deposit)
    assert context.sent == []


async def test_a_claim_shows_what_is_due() -> None:
    claim = await Pools(scene(vault=450)).fetch_claim(POOL)
    assert (claim.due, claim.vault_balance, claim.paid) == (600, 450, 450)


async def test_a_forfeiting_claim_is_sent_when_forced() -> None:
    context = scene(FEES, vault=9)
    await Pools(context).claim_pool(POOL, force=True)
    assert context.sent == [[claim_fee_ix(pool=POOL, authority=ME, network=LOCALNET)]]


async def test_each_kind_is_claimed_its_own_way() -> None:
    vesting, fees = scene(members=0), scene(FEES)
    await Pools(vesting).claim_pool(POOL)
    await Pools(fees).claim_pool(POOL)
    assert vesting.sent == [[claim_transfer_ix(pool=POOL, beneficiary=PAID, authority=ME, network=LOCALNET)]]
    assert fees.sent == [[claim_fee_ix(pool=POOL, authority=ME, network=LOCALNET)]]


async def test_closing_pays_the_wallet_in_the_pools_own_mint() -> None:
    context = scene()
    await Pools(context).close_pool(POOL)
    mine = pda.token_account_address(ME, mint=MINT)
    assert context.sent == [
        [
            create_token_account_ix(owner=ME, mint=MINT, payer=ME),
            close_pool_ix(pool=POOL, user=mine, authority=ME, network=LOCALNET),
        ]
    ]


async def test_a_new_beneficiary_gets_an_account() -> None:
    context = scene()
    await Pools(context).change_beneficiary(POOL, to=OTHER)
    change = update_beneficiary_ix(
        pool=POOL,
        beneficiary=PAID,
        new_beneficiary=pda.token_account_address(OTHER, mint=MINT),
        authority=ME,
        network=LOCALNET,
    )
    assert context.sent == [[create_token_account_ix(owner=OTHER, mint=MINT, payer=ME), change]]


def opened(built: Any) -> dict[str, Pubkey]:
    names = ("pool", "vault", "beneficiary", "authority", "mint")
    return dict(zip(names, (meta.pubkey for meta in built.accounts), strict=False))


async def test_a_vesting_pool_is_opened_and_filled_at_once() -> None:
    context = scene()
    result = await Pools(context).open_vesting_pool(TERMS, beneficiary=OTHER, deposit=500, mint=MINT)
    [[creation, opening, funding]] = context.sent
    vault = pda.pool_vault_address(result.pool, network=LOCALNET)
    assert creation == create_token_account_ix(owner=OTHER, mint=MINT, payer=ME)
    assert opened(opening) == {
        "pool": result.pool,
        "vault": vault,
        "beneficiary": pda.token_account_address(OTHER, mint=MINT),
        "authority": ME,
        "mint": MINT,
    }
    mine = pda.token_account_address(ME, mint=MINT)
    assert funding == transfer_ix(source=mine, target=vault, owner=ME, amount=500)


async def test_a_pool_of_fees_pays_the_rewards_vault() -> None:
    context = scene()
    await Pools(context).open_fee_pool(TERMS)
    [[opening]] = context.sent
    assert opened(opening)["beneficiary"] == pda.rewards_vault_address(network=LOCALNET)
    assert opened(opening)["mint"] == LOCALNET.nos_mint


async def test_funding_goes_to_the_vault_in_its_mint() -> None:
    context = scene()
    await Pools(context).fund_pool(POOL, amount=7)
    mine = pda.token_account_address(ME, mint=MINT)
    assert context.sent == [[transfer_ix(source=mine, target=VAULT, owner=ME, amount=7)]]
