"""Reading a transaction that is on chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import base58
import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.errors import RpcResponseError
from nosana_chain.models.landed_transaction import BalanceChange, InnerInstruction, LandedTransaction, LoadedAddresses
from nosana_chain.units import Lamports, TokenUnits
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.envelope import unreadable


class _Called(msgspec.Struct, rename="camel"):
    program_id_index: int
    accounts: list[int]
    data: str
    stack_height: int | None = None


class _Calls(msgspec.Struct):
    index: int
    instructions: list[_Called]


class _Loaded(msgspec.Struct):
    writable: list[str] = []
    readonly: list[str] = []


class _Amount(msgspec.Struct):
    amount: str


class _TokenBalance(msgspec.Struct, rename="camel"):
    account_index: int
    mint: str
    ui_token_amount: _Amount


class _Meta(msgspec.Struct, rename="camel"):
    fee: int
    err: Any = None
    compute_units_consumed: int = 0
    log_messages: list[str] | None = None
    loaded_addresses: _Loaded | None = None
    inner_instructions: list[_Calls] | None = None
    pre_balances: list[int] = []
    post_balances: list[int] = []
    pre_token_balances: list[_TokenBalance] | None = None
    post_token_balances: list[_TokenBalance] | None = None


class _Answer(msgspec.Struct):
    slot: int
    meta: _Meta
    transaction: tuple[bytes, str]  # msgspec reads the base64; the text says that it is some


_MAYBE: Any = _Answer | None  # a union, which `type[...]` can't name
_CALLED_DIRECTLY = 2  # stack height; nodes before 1.15 don't tell it


async def fetch_transaction(connection: Connection, signature: Signature) -> LandedTransaction | None:
    """The transaction of `signature`; None when it is not on chain, or not yet in the node's ledger.

    Sees confirmed and finalized transactions. Network: 1 call.
    """
    level = connection.settled_commitment
    settings = {"commitment": level, "encoding": "base64", "maxSupportedTransactionVersion": 0}
    answer: _Answer | None = await connection.call("getTransaction", str(signature), settings, answer=_MAYBE)
    if answer is None:
        return None
    try:
        return _landed(answer)
    except ValueError as error:  # what should be an address, a number, base58 or an index is none
        raise unreadable_transaction(connection) from error


def unreadable_transaction(connection: Connection) -> RpcResponseError:
    """The error for an answer of getTransaction that contradicts itself."""
    return unreadable("getTransaction", connection.transport.endpoint)


def _landed(answer: _Answer) -> LandedTransaction:
    meta = answer.meta
    loaded = meta.loaded_addresses or _Loaded()
    _require_accounts(meta)
    return LandedTransaction(
        slot=answer.slot,
        error=meta.err,
        fee=Lamports(meta.fee),
        compute_units=meta.compute_units_consumed,
        logs=tuple(meta.log_messages or ()),
        raw=answer.transaction[0],
        loaded=LoadedAddresses(_keys(loaded.writable), _keys(loaded.readonly)),
        inner=tuple(_inner(meta)),
        changes=tuple(_changes(meta)),
    )


def _keys(texts: list[str]) -> tuple[Pubkey, ...]:
    return tuple(map(Pubkey.from_string, texts))


def _require_accounts(meta: _Meta) -> None:
    """ValueError if an account is named that the transaction doesn't have."""
    calls = [call for calls in meta.inner_instructions or () for call in calls.instructions]
    named = [index for call in calls for index in (call.program_id_index, *call.accounts)]
    named += [balance.account_index for balance in meta.pre_token_balances or ()]
    named += [balance.account_index for balance in meta.post_token_balances or ()]
    if not all(0 <= index < len(meta.pre_balances) for index in named):
        raise ValueError(named)


def _inner(meta: _Meta) -> Iterator[InnerInstruction]:
    for calls in meta.inner_instructions or ():
        for call in calls.instructions:
            yield InnerInstruction(
                caller=calls.index,
                depth=(call.stack_height or _CALLED_DIRECTLY) - 1,
                program=call.program_id_index,
                accounts=tuple(call.accounts),
                data=base58.b58decode(call.data),
            )


def _changes(meta: _Meta) -> Iterator[BalanceChange]:
    tokens: defaultdict[int, int] = defaultdict(int)
    mints: dict[int, Pubkey] = {}
    for sign, balances in ((-1, meta.pre_token_balances), (1, meta.post_token_balances)):
        for balance in balances or ():
            tokens[balance.account_index] += sign * int(balance.ui_token_amount.amount)
            mints[balance.account_index] = Pubkey.from_string(balance.mint)
    for account, (before, after) in enumerate(zip(meta.pre_balances, meta.post_balances, strict=True)):
        fee = 0 if account else meta.fee  # the first account paid it
        yield BalanceChange(account, Lamports(after - before + fee), TokenUnits(tokens[account]), mints.get(account))
