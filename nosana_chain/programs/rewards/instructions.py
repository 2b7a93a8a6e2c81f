"""Pure builders of the rewards program's instructions."""

from __future__ import annotations

from typing import TypedDict

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.rewards import instructions
from nosana_chain.networks import Network
from nosana_chain.units import u64


class _PoolAccounts(TypedDict):
    reflection: Pubkey
    vault: Pubkey


class _MemberAccounts(TypedDict):
    stake: Pubkey
    reward: Pubkey


def init_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Create the pool and its vault, once per cluster. Signer: `authority`, who only pays the rent."""
    return instructions.init(
        {
            "mint": network.nos_mint,
            **_pool_accounts(network),
            "authority": authority,
        },
        network.programs.rewards,
    )


def enter_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Join the pool with the xNOS of one's stake. Signer: `authority`, who pays the reward account's rent."""
    return instructions.enter(
        {
            "reflection": pda.reflection_address(network=network),
            **_member_accounts(authority, network),
            "authority": authority,
        },
        network.programs.rewards,
    )


def add_fee_ix(*, authority: Pubkey, amount: int, network: Network) -> Instruction:
    """Share `amount` NOS base units (0 to 2**64-1) among the pool's members. Signer: `authority`, who pays them.

    Never into an empty pool: that sets its rate to 0 for ever.
    """
    return instructions.add_fee(
        {"amount": u64(amount, "amount")},
        {
            "user": pda.nos_account_address(authority, network=network),
            **_pool_accounts(network),
            "authority": authority,
        },
        network.programs.rewards,
    )


def claim_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Pay a member what is due, and bring its weight up to its stake's. Signer: `authority`."""
    return instructions.claim(
        {
            "user": pda.nos_account_address(authority, network=network),
            **_pool_accounts(network),
            **_member_accounts(authority, network),
            "authority": authority,
        },
        network.programs.rewards,
    )


def sync_ix(*, staker: Pubkey, network: Network) -> Instruction:
    """Bring a member's weight up to its stake's. Anyone may call."""
    accounts: instructions.SyncAccounts = {
        **_member_accounts(staker, network),
        "reflection": pda.reflection_address(network=network),
    }
    return instructions.sync(accounts, network.programs.rewards)


def close_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Leave the pool; **unclaimed rewards are lost**, the rent goes to `authority`, who signs."""
    return instructions.close(
        {
            "reflection": pda.reflection_address(network=network),
            "reward": pda.reward_address(authority, network=network),
            "authority": authority,
        },
        network.programs.rewards,
    )


def _pool_accounts(network: Network) -> _PoolAccounts:
    return {
        "reflection": pda.reflection_address(network=network),
        "vault": pda.rewards_vault_address(network=network),
    }


def _member_accounts(authority: Pubkey, network: Network) -> _MemberAccounts:
    return {
        "stake": pda.stake_address(authority, network=network),
        "reward": pda.reward_address(authority, network=network),
    }
