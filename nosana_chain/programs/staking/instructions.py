"""Pure builders of the staking program's instructions.

Each staker has one stake and one vault, derived from the staker's key and the NOS mint.
"""

from __future__ import annotations

from typing import TypedDict

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.staking import instructions
from nosana_chain.networks import Network
from nosana_chain.units import u64, u128


class _StakeAccounts(TypedDict):
    stake: Pubkey
    vault: Pubkey


def init_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Create the program's settings, once per cluster. Signer: `authority`, who only pays the rent."""
    return instructions.init(
        {
            "settings": pda.settings_address(network=network),
            "authority": authority,
        },
        network.programs.staking,
    )


def stake_ix(*, authority: Pubkey, amount: int, duration: int, network: Network) -> Instruction:
    """Lock `amount` NOS base units (0 to 2**64-1) for `duration` seconds (14 to 365 days). Signer: `authority`.

    Raises:
        AmountError: a number that doesn't fit its field; the program itself checks the duration's range.
    """
    return instructions.stake(
        {"amount": u64(amount, "amount"), "duration": u128(duration, "duration")},
        {
            "mint": network.nos_mint,
            "user": pda.nos_account_address(authority, network=network),
            **_stake_accounts(authority, network),
            "authority": authority,
        },
        network.programs.staking,
    )


def unstake_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Begin to unlock a stake; its xNOS fall to 0. Refused while a reward account exists. Signer: `authority`."""
    return instructions.unstake(
        {
            "stake": pda.stake_address(authority, network=network),
            "reward": pda.reward_address(authority, network=network),
            "authority": authority,
        },
        network.programs.staking,
    )


def restake_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Stake what the vault still holds again, for the same duration from its start. Signer: `authority`."""
    accounts: instructions.RestakeAccounts = {**_stake_accounts(authority, network), "authority": authority}
    return instructions.restake(accounts, network.programs.staking)


def topup_ix(*, authority: Pubkey, amount: int, network: Network) -> Instruction:
    """Add `amount` NOS base units (1 to 2**64-1) to a stake. Signer: `authority`."""
    return instructions.topup(
        {"amount": u64(amount, "amount")},
        {
            "user": pda.nos_account_address(authority, network=network),
            **_stake_accounts(authority, network),
            "authority": authority,
        },
        network.programs.staking,
    )


def extend_ix(*, authority: Pubkey, duration: int, network: Network) -> Instruction:
    """**Add** `duration` seconds to a stake's duration, up to 365 days in all. Signer: `authority`."""
    return instructions.extend(
        {"duration": u64(duration, "duration")},
        {"stake": pda.stake_address(authority, network=network), "authority": authority},
        network.programs.staking,
    )


def withdraw_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Move what has unlocked so far to the staker's NOS account. Signer: `authority`."""
    return instructions.withdraw(
        {
            "user": pda.nos_account_address(authority, network=network),
            **_stake_accounts(authority, network),
            "authority": authority,
        },
        network.programs.staking,
    )


def close_ix(*, authority: Pubkey, network: Network) -> Instruction:
    """Close an empty, unlocked stake and its vault; the rent goes to `authority`, who signs."""
    return instructions.close(
        {
            "user": pda.nos_account_address(authority, network=network),
            **_stake_accounts(authority, network),
            "authority": authority,
        },
        network.programs.staking,
    )


def slash_ix(*, staker: Pubkey, amount: int, token_account: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Take `amount` NOS base units out of a stake. Signer: `authority`, as in the settings.

    `token_account` receives them: the settings' own.
    """
    return instructions.slash(
        {"amount": u64(amount, "amount")},
        {
            **_stake_accounts(staker, network),
            "token_account": token_account,
            "settings": pda.settings_address(network=network),
            "authority": authority,
        },
        network.programs.staking,
    )


def update_settings_ix(
    *, new_authority: Pubkey, token_account: Pubkey, authority: Pubkey, network: Network
) -> Instruction:
    """Replace who may slash and where slashed NOS go. Signer: the settings' present `authority`."""
    return instructions.update_settings(
        {
            "new_authority": new_authority,
            "token_account": token_account,
            "settings": pda.settings_address(network=network),
            "authority": authority,
        },
        network.programs.staking,
    )


def _stake_accounts(authority: Pubkey, network: Network) -> _StakeAccounts:
    return {
        "stake": pda.stake_address(authority, network=network),
        "vault": pda.stake_vault_address(authority, network=network),
    }
