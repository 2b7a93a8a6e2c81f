"""Accounts of the Nosana programs, as these programs would have left them."""

from __future__ import annotations

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import AccountLayout
from nosana_chain.localnet.accounts import rent_exempt


def program_account(program: Pubkey, kind: AccountLayout, **fields: Pubkey | int) -> Account:
    """An account of `program` with just its rent.

    Args:
        program: its owner.
        kind: its layout, one without a tail.
        fields: all of them, as the layout names them.
    """
    return rent_exempt(kind.build(**fields), program)


def derive(program: Pubkey, *seeds: bytes | Pubkey) -> tuple[Pubkey, int]:
    """Address and bump: the programs store the bump, which `nosana_chain.pda` doesn't tell."""
    return Pubkey.find_program_address([bytes(seed) for seed in seeds], program)
