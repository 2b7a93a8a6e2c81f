"""Reading a transaction that is on chain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import base58
import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.errors import AmountError, RpcResponseError
from nosana_chain.models.landed_transaction import (
    BalanceChange,
    InnerInstruction,
    LandedTransaction,
    LoadedAddresses,
    Unknown,
)
from nosana_chain.units import I64_MAX, Lamports, TokenUnits, UnixSeconds, u64
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.envelope import unreadable
from nosana_chain.wire.texts import EndpointText

_Count = Annotated[int, msgspec.Meta(ge=0, le=I64_MAX)]  # the lamports of the whole supply take 60 bits

_Height = Annotated[int, msgspec.Meta(ge=1, le=64)]  # the runtime stops at 9 calls inside one another


class _Called(msgspec.Struct, rename="camel"):
    program_id_index: _Count
    accounts: list[_Count]
    data: str
    stack_height: _Height | None = None


class _Calls(msgspec.Struct):
    index: _Count
    instructions: list[_Called]


class _Loaded(msgspec.Struct):
    writable: list[str] | None = None
    readonly: list[str] | None = None


class _Amount(msgspec.Struct):
    amount: str


class _TokenBalance(msgspec.Struct, rename="camel"):
    account_index: _Count
    mint: str
    ui_token_amount: _Amount


class _Meta(msgspec.Struct, rename="camel"):
    """Every field may be null or absent: by the documentation of getTransaction, or in what endpoints send."""

    fee: _Count | None = None
    err: Any = msgspec.UNSET  # null says that it succeeded
    compute_units_consumed: _Count | None = None
    log_messages: list[EndpointText] | None = None
    loaded_addresses: _Loaded | None = None
    inner_instructions: list[_Calls] | None = None
    pre_balances: list[_Count] | None = None
    post_balances: list[_Count] | None = None
    pre_token_balances: list[_TokenBalance] | None = None
    post_token_balances: list[_TokenBalance] | None = None


class _Answer(msgspec.Struct, rename="camel"):
    slot: _Count
    transaction: tuple[bytes, Literal["base64"]]  # msgspec reads the base64
    meta: _Meta | None = None
    block_time: Annotated[int, msgspec.Meta(le=I64_MAX)] | None = None


_MAYBE: Any = _Answer | None  # a union, which `type[...]` can't name
_CALLED_DIRECTLY = 2  # stack height; nodes before 1.15 don't tell it
_FIRST_BLOCK = (
    1_584_282_000  # March 2020, when mainnet began: what is before is no time (Surfpool's: 1,000 times too small)
)

# MAX_CPI_INSTRUCTION_DATA_LEN of the runtime is 10 KiB; a byte takes 1.366 characters
_MAX_DATA_CHARACTERS = 14_000
_CHUNK = 256  # base58 takes the square of the length: read in pieces, the longest takes milliseconds
_AMOUNT = re.compile("[0-9]{1,20}")  # what a u64 takes


async def fetch_transaction(connection: Connection, signature: Signature) -> LandedTransaction | None:
    """The transaction of `signature`; None when it is not on chain, or not yet in the node's ledger.

    What the endpoint leaves out is absent, and named in `unknown`. Sees confirmed and finalized transactions.

    Network: 1 call.
    """
    level = connection.settled_commitment
    options = {"commitment": level, "encoding": "base64", "maxSupportedTransactionVersion": 0}
    answer: _Answer | None = await connection.call("getTransaction", str(signature), options, answer=_MAYBE)
    if answer is None:
        return None
    try:
        return _landed(answer)
    except (ValueError, AmountError) as error:  # what should be an address, a number, base58 or an index is none
        raise unreadable_transaction(connection) from error


def unreadable_transaction(connection: Connection) -> RpcResponseError:
    """The error for an answer of getTransaction that contradicts itself."""
    return unreadable("getTransaction", connection.transport.endpoint)


def _landed(answer: _Answer) -> LandedTransaction:
    meta = answer.meta or _Meta()
    balances = _balances(meta)
    fee = _fee(meta, balances)
    _require_accounts(meta, balances)
    return LandedTransaction(
        slot=answer.slot,
        error=None if meta.err is msgspec.UNSET else meta.err,
        fee=fee,
        compute_units=meta.compute_units_consumed,
        logs=tuple(meta.log_messages or ()),
        raw=answer.transaction[0],
        loaded=_loaded(meta.loaded_addresses) if meta.loaded_addresses else None,
        inner=tuple(_inner(meta)),
        changes=tuple(_changes(meta, balances, fee or Lamports(0))) if balances else (),
        block_time=_moment(answer.block_time),
        unknown=_unknown(meta),
    )


def _unknown(meta: _Meta) -> frozenset[Unknown]:
    told = {
        Unknown.OUTCOME: meta.err is not msgspec.UNSET,
        Unknown.FEE: meta.fee is not None or _balances(meta) is not None,
        Unknown.COMPUTE_UNITS: meta.compute_units_consumed is not None,
        Unknown.LOGS: meta.log_messages is not None,
        Unknown.CALLS: meta.inner_instructions is not None,
        Unknown.BALANCES: _balances(meta) is not None,
        Unknown.TOKEN_BALANCES: meta.pre_token_balances is not None and meta.post_token_balances is not None,
    }
    return frozenset(fact for fact, is_told in told.items() if not is_told)


def _balances(meta: _Meta) -> list[tuple[int, int]] | None:
    """Lamports of each account before and after; None where one of the two isn't told.

    Raises:
        ValueError: they are of different accounts.
    """
    if meta.pre_balances is None or meta.post_balances is None:
        return None
    return list(zip(meta.pre_balances, meta.post_balances, strict=True))


def _fee(meta: _Meta, balances: list[tuple[int, int]] | None) -> Lamports | None:
    """What all accounts together lost: instructions move lamports, and none makes or burns any.

    Exact where `fee` isn't: some nodes leave the priority fee out of that.
    """
    if balances is not None:
        return Lamports(u64(sum(before - after for before, after in balances), "fee"))
    return None if meta.fee is None else Lamports(meta.fee)


def _moment(seconds: int | None) -> UnixSeconds | None:
    return UnixSeconds(seconds) if seconds is not None and seconds >= _FIRST_BLOCK else None


def _loaded(loaded: _Loaded) -> LoadedAddresses:
    return LoadedAddresses(_keys(loaded.writable or []), _keys(loaded.readonly or []))


def _keys(texts: list[str]) -> tuple[Pubkey, ...]:
    return tuple(map(Pubkey.from_string, texts))


def _require_accounts(meta: _Meta, balances: list[tuple[int, int]] | None) -> None:
    """ValueError if an account is named that the transaction doesn't have, as far as the balances tell them."""
    calls = [call for calls in meta.inner_instructions or () for call in calls.instructions]
    named = [index for call in calls for index in (call.program_id_index, *call.accounts)]
    named += [balance.account_index for balance in meta.pre_token_balances or ()]
    named += [balance.account_index for balance in meta.post_token_balances or ()]
    if balances is not None and not all(index < len(balances) for index in named):
        raise ValueError(named)


def _inner(meta: _Meta) -> Iterator[InnerInstruction]:
    for calls in meta.inner_instructions or ():
        for call in calls.instructions:
            yield InnerInstruction(
                caller=calls.index,
                depth=max(_CALLED_DIRECTLY, call.stack_height or 0) - 1,
                program=call.program_id_index,
                accounts=tuple(call.accounts),
                data=_bytes_of(call.data),
            )


def _bytes_of(text: str) -> bytes:
    """The bytes of base58, within the bound of what a program can be called with; ValueError for any other text."""
    if len(text) > _MAX_DATA_CHARACTERS:
        raise ValueError(len(text))
    zeros = len(text) - len(text.lstrip("1"))
    number = 0
    for start in range(zeros, len(text), _CHUNK):
        chunk = text[start : start + _CHUNK].encode("ascii")
        number = number * 58 ** len(chunk) + base58.b58decode_int(chunk)
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _changes(meta: _Meta, balances: list[tuple[int, int]], fee: Lamports) -> Iterator[BalanceChange]:
    tokens: defaultdict[int, int] = defaultdict(int)
    mints: dict[int, Pubkey] = {}
    for sign, token_balances in ((-1, meta.pre_token_balances), (1, meta.post_token_balances)):
        for balance in token_balances or ():
            tokens[balance.account_index] += sign * _amount(balance.ui_token_amount.amount)
            mints[balance.account_index] = Pubkey.from_string(balance.mint)
    for account, (before, after) in enumerate(balances):
        gained = after - before + (0 if account else fee)  # the first account paid it
        yield BalanceChange(account, Lamports(gained), TokenUnits(tokens[account]), mints.get(account))


def _amount(text: str) -> int:
    if not _AMOUNT.fullmatch(text):
        raise ValueError(text[:100])
    return int(text)
