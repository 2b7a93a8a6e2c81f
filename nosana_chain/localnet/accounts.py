"""Accounts as the chain's own programs would have left them: mints, token accounts, all free of rent."""

from __future__ import annotations

from solders.account import Account
from solders.pubkey import Pubkey
from solders.rent import Rent
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import Mint, TokenAccount, TokenAccountState

_RENT = Rent.default()


def rent_exempt(data: bytes, owner: Pubkey) -> Account:
    """An account of the program `owner`, with just the lamports that free it from rent."""
    return Account(_RENT.minimum_balance(len(data)), data, owner)


def mint_account(*, supply: int, decimals: int, authority: Pubkey | None) -> Account:
    """A mint that nobody can freeze; `authority` may mint more, None for nobody."""
    return rent_exempt(
        bytes(Mint(authority, supply, decimals, is_initialized=True, freeze_authority=None)), TOKEN_PROGRAM
    )


def token_account(owner: Pubkey, *, mint: Pubkey, amount: int) -> Account:
    """A token account of the wallet `owner`, with `amount` in base units."""
    state = TokenAccount(
        mint,
        owner,
        amount,
        delegate=None,
        state=TokenAccountState.Initialized,
        is_native=None,
        delegated_amount=0,
        close_authority=None,
    )
    return rent_exempt(bytes(state), TOKEN_PROGRAM)
