"""What actions of stakers send, also where strangers sent lamports to addresses of theirs."""

from dataclasses import replace

import pytest
from recording import WALLET, RecordingContext, context_over, program_account, token_account
from solders.account import Account
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM

from nosana_chain import pda
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import StakeAccount
from nosana_chain.errors import NotFoundError, WrongStateError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.nos_accounts import create_nos_account_ix, fetch_nos_balance
from nosana_chain.programs.rewards import instructions as rewards_ix
from nosana_chain.programs.rewards.actions import Rewards
from nosana_chain.programs.staking import instructions as staking_ix
from nosana_chain.programs.staking.actions import Stakes
from nosana_chain.units import DAY

ME = WALLET.address
NOW = 1_700_000_000
STAKE, VAULT = (find(ME, network=LOCALNET) for find in (pda.stake_address, pda.stake_vault_address))
REWARD, PURSE = (find(ME, network=LOCALNET) for find in (pda.reward_address, pda.nos_account_address))
REFLECTION = pda.reflection_address(network=LOCALNET)
#: What anybody can make of an address that is free.
SENT_THERE = Account(890_880, b"", SYSTEM_PROGRAM)

STAKED = StakeAccount(
    amount=1_000, authority=ME, duration=14 * DAY, time_unstake=0, vault=VAULT, vault_bump=255, xnos=1_115
)
CREATION = create_nos_account_ix(owner=ME, payer=ME, network=LOCALNET)
UNSTAKING = staking_ix.unstake_ix(authority=ME, network=LOCALNET)
CLAIMING, LEAVING = (build(authority=ME, network=LOCALNET) for build in (rewards_ix.claim_ix, rewards_ix.close_ix))


def member(*, reflection: int = 1_115 * 50) -> Account:
    account = RewardAccount(authority=ME, bump=255, reflection=reflection, xnos=1_115)
    return program_account(account, LOCALNET.programs.rewards)


def scene(stake: StakeAccount = STAKED, *, rate: int = 40, **others: Account) -> RecordingContext:
    """A staker, and whatever stands at the reward address, the purse and the vault."""
    places = {"reward": REWARD, "purse": PURSE, "vault": VAULT}
    pool = ReflectionAccount(rate=rate, total_reflection=1, total_xnos=1, vault=Pubkey.default(), vault_bump=255)
    accounts = {
        STAKE: program_account(stake, LOCALNET.programs.staking),
        REFLECTION: program_account(pool, LOCALNET.programs.rewards),
    }
    return context_over(accounts | {places[name]: account for name, account in others.items()}, now=NOW)


async def test_lamports_at_the_reward_address_are_no_membership() -> None:
    context = scene(reward=SENT_THERE)
    with pytest.raises(WrongStateError, match="not in the rewards pool"):
        await Rewards(context).leave_pool()
    with pytest.raises(NotFoundError, match="no reward"):
        await Rewards(context).fetch_pending()
    await Stakes(context).unstake()
    await Stakes(context).topup(5)
    assert context.sent == [[UNSTAKING], [staking_ix.topup_ix(authority=ME, amount=5, network=LOCALNET)]]


async def test_lamports_at_the_address_of_a_nos_account_are_no_token_account() -> None:
    context = scene(purse=SENT_THERE)
    assert await fetch_nos_balance(context.connection, ME) == 0
    await Rewards(context).claim_rewards()
    assert context.sent == [[CREATION, CLAIMING]]


async def test_a_wallet_without_a_nos_account_is_told_that_it_has_too_little() -> None:
    """Its account is created in the same transaction, so that the transfer itself says what is missing."""
    context = scene()
    await Stakes(context).stake(5, duration=14 * DAY)
    await Rewards(context).add_fee(5)
    assert context.sent == [
        [CREATION, staking_ix.stake_ix(authority=ME, amount=5, duration=14 * DAY, network=LOCALNET)],
        [CREATION, rewards_ix.add_fee_ix(authority=ME, amount=5, network=LOCALNET)],
    ]


async def test_something_else_at_the_reward_address_is_not_taken_for_nothing() -> None:
    with pytest.raises(NotFoundError, match="another kind of account"):
        await Stakes(scene(reward=Account(1, b"else", LOCALNET.programs.rewards))).unstake()


async def test_a_member_claims_and_leaves_before_unstaking() -> None:
    context = scene(reward=member(), purse=token_account(mint=LOCALNET.nos_mint, owner=ME, amount=0))
    await Stakes(context).unstake()
    assert context.sent == [[CLAIMING, LEAVING, UNSTAKING]]


async def test_a_member_of_a_pool_that_can_never_pay_leaves_without_a_claim() -> None:
    """The claim would abort, and the stake would stay locked in."""
    purse = token_account(mint=LOCALNET.nos_mint, owner=ME, amount=0)
    context = scene(rate=0, reward=member(reflection=0), purse=purse)
    await Stakes(context).unstake()
    await Rewards(context).leave_pool()
    await Stakes(context).topup(5)
    topup = staking_ix.topup_ix(authority=ME, amount=5, network=LOCALNET)
    assert context.sent == [[LEAVING, UNSTAKING], [LEAVING], [topup]]


async def test_what_is_due_is_worth_the_rate_of_its_own_moment() -> None:
    context = scene(reward=member())
    assert await Rewards(context).fetch_pending() == 1_115 * 50 // 40 - 1_115


async def test_tokens_that_were_sent_to_the_vault_can_not_be_withdrawn_before_the_end() -> None:
    unstaked = replace(STAKED, time_unstake=NOW - 7 * DAY, xnos=0)
    vaults = {held: token_account(mint=LOCALNET.nos_mint, owner=VAULT, amount=held) for held in (1_000, 1_001)}
    assert await Stakes(scene(unstaked, vault=vaults[1_001])).fetch_withdrawable() == 0
    assert await Stakes(scene(unstaked, vault=vaults[1_000])).fetch_withdrawable() == 500
