"""A token account of SPL Token: what it holds, and who besides its owner may spend from it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.account import Account
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from solders.token.state import TokenAccount as _TokenState

from nosana_chain.models.presence import is_there
from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, NosUnits, TokenUnits

_NOTHING = TokenUnits(0)

LENGTH = 165  #: bytes of a token account (spl-token, `Account::LEN`)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHolding:
    """What a token account holds.

    Attributes:
        amount: base units; 0 for an account that doesn't exist.
        mint: whose tokens; None for an account that doesn't exist.
        delegate: who may spend from it besides its owner, and how many base units; None for nobody.
    """

    amount: TokenUnits = _NOTHING
    mint: Pubkey | None = None
    delegate: tuple[Pubkey, int] | None = None


def token_holding(account: Account | None) -> TokenHolding:
    """What the token account of these bytes holds; nothing where there is none."""
    if not is_there(account) or account.owner != TOKEN_PROGRAM or len(account.data) < LENGTH:
        return TokenHolding()
    state = _TokenState.from_bytes(account.data[:LENGTH])
    delegate = None if state.delegate is None else (state.delegate, state.delegated_amount)
    return TokenHolding(amount=TokenUnits(state.amount), mint=state.mint, delegate=delegate)


def token_balance(account: Account | None) -> NosUnits:
    """What a token account holds, in base units; 0 for an account that doesn't exist."""
    return NosUnits(token_holding(account).amount)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAccount:
    """A token account.

    Attributes:
        amount: base units of its mint.
        owner: whose tokens they are.
        closer: who may close it once it is empty: its owner, if nobody else was named.
        is_native: whether its tokens are wrapped SOL.
        lamports: its rent, and what else is in it; all of it comes back when it is closed.
    """

    address: Pubkey
    mint: Pubkey
    owner: Pubkey
    amount: TokenUnits
    closer: Pubkey
    is_native: bool
    lamports: Lamports

    @classmethod
    def read(cls, address: Pubkey, account: Account | None) -> TokenAccount | None:
        """The token account of these bytes; None where there is none."""
        if account is None or account.owner != TOKEN_PROGRAM or len(account.data) != LENGTH:
            return None
        state = _TokenState.from_bytes(account.data)
        return cls(
            address=address,
            mint=state.mint,
            owner=state.owner,
            amount=TokenUnits(state.amount),
            closer=state.owner if state.close_authority is None else state.close_authority,
            is_native=state.is_native is not None,
            lamports=Lamports(account.lamports),
        )
