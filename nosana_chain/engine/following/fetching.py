"""What a feed asks of a cluster: lists, transactions, the order of a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.engine.following.listing import FetchPage
from nosana_chain.errors import RpcError
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.gathering import gathered
from nosana_chain.wire.retry import Sleep
from nosana_chain.wire.signatures import PAGE, Listed, fetch_signatures
from nosana_chain.wire.transactions import fetch_transaction

_LOOKS = 5  # at a transaction that is listed and not shown: the two come from different stores of a node


class _Block(msgspec.Struct):
    signatures: list[str] | None = None


_MAYBE_BLOCK: Any = _Block | None


def pages_of(connection: Connection, address: Pubkey, *, limit: int = PAGE) -> FetchPage:
    """Lists of one address."""

    async def fetch(before: Signature | None, until: Signature | None) -> list[Listed]:
        return await fetch_signatures(connection, address, before=before, until=until, limit=limit)

    return fetch


async def fetch_landed(
    connection: Connection, listed: Sequence[Listed], *, sleep: Sleep
) -> list[LandedTransaction | None]:
    """The listed transactions, in their order, 8 at a time; None for one that the endpoint doesn't show.

    The time of the block is the list's, where that tells it. Network: 1 call each; more while the node lags.
    """
    return await gathered([_landed(connection, entry, sleep) for entry in listed])


async def fetch_block_order(connection: Connection, slot: int) -> list[Signature] | None:
    """The signatures of a block in their order; None where the endpoint doesn't tell. Network: 1 call."""
    options = {
        "commitment": connection.settled_commitment,
        "transactionDetails": "signatures",
        "rewards": False,
        "maxSupportedTransactionVersion": 0,
    }
    ask = partial(connection.call, "getBlock", slot, options, answer=_MAYBE_BLOCK)
    try:
        block = await ask()
        return None if block is None else [Signature.from_string(text) for text in block.signatures or ()]
    except (RpcError, ValueError):
        return None


async def _landed(connection: Connection, entry: Listed, sleep: Sleep) -> LandedTransaction | None:
    pause = connection.network.slot_seconds / 2
    for look in range(_LOOKS):
        found = await fetch_transaction(connection, entry.signature)
        if found is not None:
            return found if entry.block_time is None else replace(found, block_time=entry.block_time)
        if look < _LOOKS - 1:
            connection.transport.turn_away("it lists a transaction that it doesn't show")
            await sleep(pause * 2**look)
    return None
