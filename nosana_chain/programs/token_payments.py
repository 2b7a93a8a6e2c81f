"""Payments out of a wallet's token account of any mint, NOS or not. Pure."""

from __future__ import annotations

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.engine.plan import Payment
from nosana_chain.errors import InsufficientFundsError
from nosana_chain.models.token_account import token_holding
from nosana_chain.networks import Network
from nosana_chain.programs.nos_accounts import payment_from_purse, payment_out_of, uncovered


def payment_of_tokens(
    held: Account | None, *, owner: Pubkey, mint: Pubkey, to: Pubkey, amount: int, network: Network, what: str
) -> Payment | None:
    """A payment out of the associated token account of `owner` for `mint`, once it is known that it is covered.

    Args:
        held: that account as it was seen; None where there is none.
        owner: whose it is.
        mint: of the tokens.
        to: the token account that gets them.
        amount: base units of the mint; for 0 there is no payment.
        network: the cluster.
        what: the payment's name in the error.

    Raises:
        InsufficientFundsError: the account holds less.
    """
    if not amount:
        return None
    if mint == network.nos_mint:
        return payment_from_purse(held, owner=owner, to=to, amount=amount, network=network, what=what)
    holding = token_holding(held)
    if holding.amount < amount:
        raise _too_few_tokens(owner, mint=mint, needed=amount, balance=holding.amount, what=what)
    return payment_out_of(holding, pda.token_account_address(owner, mint=mint), owner=owner, to=to, amount=amount)


def _too_few_tokens(owner: Pubkey, *, mint: Pubkey, needed: int, balance: int, what: str) -> InsufficientFundsError:
    return uncovered(
        f"{owner} has {balance} base units of {mint} and the {what} takes {needed}; add {needed - balance}",
        needed=needed,
        balance=balance,
    )
