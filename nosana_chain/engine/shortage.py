"""What a transaction that can't be paid would have taken, and what is there: both in amounts.

A simulation that fails tells of the transfers that it came to, the last of which failed. So what was needed is known
even where the price is the program's own: a network fee on top of a deposit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from nosana_chain.errors import AmountError, InsufficientFundsError, RpcError
from nosana_chain.models.token_account import token_holding
from nosana_chain.networks import Network
from nosana_chain.reading.fees import base_fee
from nosana_chain.reading.funding import own_funding
from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.reading.movements import TokenTransfer, nos_outflow, own_transfers
from nosana_chain.reading.simulated_calls import SimulatedCalls, simulated_funding, simulated_transfers
from nosana_chain.units import Lamports, format_nos, format_sol
from nosana_chain.wire.connection import Connection

#: What an account without data must keep: (128 + 0 bytes) x 3,480 lamports x 2 years, on every public cluster.
LEAST_LAMPORTS = Lamports(128 * 3_480 * 2)

_NO_FEE = ("AccountNotFound", "InsufficientFundsForFee")
_NO_RENT = "InsufficientFundsForRent"
_NO_TOKENS = "Custom(1)"  # InsufficientFunds of the token program; the system program's own tells its amounts


def need_of(error: InsufficientFundsError, refusal: Any, message: AnyMessage, inner: SimulatedCalls) -> dict[str, Any]:
    """What a simulated transaction needed and who hadn't it, as facts of its error; none where nobody tells.

    Args:
        error: what it failed with.
        refusal: the TransactionError, as JSON-RPC writes it.
        message: of the transaction.
        inner: the calls that it came to.
    """
    if "needed" in error.facts:
        return {}
    payer = message.account_keys[0]
    try:
        if error.reason in _NO_FEE:
            return {"short": str(payer), "needed": base_fee(message)}
        if error.reason == _NO_RENT and refusal == {_NO_RENT: {"account_index": 0}}:
            funded = funded_by(message, inner).get(payer, Lamports(0))
            return {"short": str(payer), "needed": base_fee(message) + funded + LEAST_LAMPORTS}
        moved = tuple(one for each in simulated_transfers(inner).values() for one in each)
        return _tokens(error, message, moved)
    except (ValueError, AmountError):  # an answer that is none: what is known is enough
        return {}


def funded_by(message: AnyMessage, inner: SimulatedCalls) -> dict[Pubkey, Lamports]:
    """Lamports that wallets put into other accounts, by wallet: by the transaction itself, and by what it calls.

    Raises:
        ValueError, AmountError: an address or an amount of the answer that is none.
    """
    own, called = own_funding(message), simulated_funding(inner)
    return {payer: Lamports(own.get(payer, 0) + called.get(payer, 0)) for payer in {**own, **called}}


def _tokens(error: InsufficientFundsError, message: AnyMessage, called: tuple[TokenTransfer, ...]) -> dict[str, Any]:
    """The token account that gave out, and all that the transaction had taken of it by then."""
    at = error.instruction_index
    if error.reason != _NO_TOKENS or at is None:
        return {}
    before, failed = (own_transfers(message, slice(start, end)) for start, end in ((0, at), (at, at + 1)))
    last = failed or called
    if not last:
        return {}
    source = last[-1].source
    return {"short": str(source), "needed": nos_outflow((*before, *called, *failed), source)}


async def with_amounts(connection: Connection, error: InsufficientFundsError) -> InsufficientFundsError:
    """The error, telling what is there and what is missing. Network: 1 call, if it doesn't tell yet and nothing landed.

    Never raises.
    """
    if error.signature is not None or "short" not in error.facts or "balance" in error.facts:
        return error
    needed: int = error.facts["needed"]
    try:
        account = await connection.fetch_account(Pubkey.from_string(error.facts["short"]))
    except RpcError:
        return error
    is_token = error.reason == _NO_TOKENS
    balance = token_holding(account).amount if is_token else (account.lamports if account else 0)
    if balance >= needed:  # it has been filled since
        return error
    unit, shown = _unit(connection.network, account) if is_token else ("SOL", format_sol)
    needs = "this takes" if is_token else "this takes at least"  # without a price for being taken early
    told = InsufficientFundsError(
        f"{error.message}: {error.facts['short']} holds {shown(balance)} {unit}, and {needs} {shown(needed)}; add "
        f"{shown(needed - balance)} {unit}",
        **error.facts,
        balance=balance,
    )
    told.explanation = error.explanation
    return told


def _unit(network: Network, account: Account | None) -> tuple[str, Callable[[int], str]]:
    mint = token_holding(account).mint
    return ("NOS", format_nos) if mint == network.nos_mint else (f"base units of {mint}", str)
