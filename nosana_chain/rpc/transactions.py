"""Reading a transaction that is on chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from solders.signature import Signature

from nosana_chain.rpc.connection import Connection
from nosana_chain.units import Lamports


@dataclass(frozen=True, slots=True)
class LandedTransaction:
    """What the cluster keeps about a transaction.

    Attributes:
        slot: where it landed.
        error: None, or the TransactionError as JSON.
        fee: lamports that the fee payer paid; failed transactions pay too.
        compute_units: what it used.
        logs: what the programs logged.
    """

    slot: int
    error: Any
    fee: Lamports
    compute_units: int
    logs: tuple[str, ...]


class _Meta(msgspec.Struct, rename="camel"):
    fee: int
    err: Any = None
    compute_units_consumed: int = 0
    log_messages: list[str] | None = None


class _Answer(msgspec.Struct):
    slot: int
    meta: _Meta


_MAYBE: Any = _Answer | None  # a union, which `type[...]` can't name


async def fetch_transaction(connection: Connection, signature: Signature) -> LandedTransaction | None:
    """The transaction of `signature`; None when it is not on chain, or not yet in the node's ledger.

    Sees confirmed and finalized transactions. Network: one call.
    """
    level = connection.settled_commitment
    settings = {"commitment": level, "encoding": "base64", "maxSupportedTransactionVersion": 0}
    answer: _Answer | None = await connection.call("getTransaction", str(signature), settings, answer=_MAYBE)
    if answer is None:
        return None
    meta = answer.meta
    return LandedTransaction(
        slot=answer.slot,
        error=meta.err,
        fee=Lamports(meta.fee),
        compute_units=meta.compute_units_consumed,
        logs=tuple(meta.log_messages or ()),
    )
