"""Accounts of the Nosana programs, as these programs would have left them."""

from __future__ import annotations

from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.bindings.pools.accounts import PoolAccount
from nosana_chain.bindings.rewards.accounts import ReflectionAccount, RewardAccount
from nosana_chain.bindings.staking.accounts import SettingsAccount, StakeAccount
from nosana_chain.localnet.accounts import rent_exempt

#: What the programs allocate: 8 bytes and the size of the Rust struct, as the recorded cases have them. The one table.
ACCOUNT_BYTES = {SettingsAccount: 72, StakeAccount: 120, ReflectionAccount: 96, RewardAccount: 80, PoolAccount: 136}


def program_account(program: Pubkey, kind: Any, **fields: Any) -> Account:
    """An account of `program` with just its rent.

    Args:
        program: its owner.
        kind: its binding, one of `ACCOUNT_BYTES`.
        fields: all of them, as the binding names them.
    """
    data: bytes = kind.discriminator + kind.layout.build(fields)
    return rent_exempt(data.ljust(ACCOUNT_BYTES[kind], b"\0"), program)


def derive(program: Pubkey, *seeds: bytes | Pubkey) -> tuple[Pubkey, int]:
    """Address and bump: the programs store the bump, which `nosana_chain.pda` doesn't tell."""
    return Pubkey.find_program_address([bytes(seed) for seed in seeds], program)
