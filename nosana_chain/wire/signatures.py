"""Which transactions name an address: their signatures, the newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import msgspec
from solders.pubkey import Pubkey
from solders.signature import Signature

from nosana_chain.units import I64_MAX, UnixSeconds
from nosana_chain.wire.connection import Commitment, Connection

METHOD = "getSignaturesForAddress"
PAGE = 1000  #: the most that one call gives (MAX_GET_CONFIRMED_SIGNATURES_FOR_ADDRESS2_LIMIT of the validator)

_Count = Annotated[int, msgspec.Meta(ge=0, le=I64_MAX)]


class _Entry(msgspec.Struct, rename="camel"):
    signature: str
    slot: _Count
    err: Any = None
    block_time: _Count | None = None
    confirmation_status: Commitment | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A transaction, as the list of an address names it.

    Attributes:
        signature: its first one.
        slot: where it landed.
        failed: it did nothing.
        is_final: no fork can take it away any more. False also where the endpoint doesn't tell.
        block_time: of its block; None where it isn't told.
    """

    signature: Signature
    slot: int
    failed: bool = False
    is_final: bool = False
    block_time: UnixSeconds | None = None


async def fetch_signatures(
    connection: Connection,
    address: Pubkey,
    *,
    before: Signature | None = None,
    until: Signature | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """The newest transactions that name `address`, the newest first; those of one slot in the block's order, reversed.

    That order within a slot is promised by validators since 1.18; older ones sorted by signature. All that the
    connection's commitment has are listed, but no less than confirmed ones.

    Args:
        connection: the cluster.
        address: an account, a program, a wallet: anything that transactions name.
        before: only what came before this transaction.
        until: only what came after this one. An endpoint that doesn't know it lists everything.
        limit: the most of them, 1 to 1000.

    Network: 1 call.

    Raises:
        RpcError: the endpoint doesn't tell, or contradicts itself.
    """
    options: dict[str, Any] = {"commitment": connection.settled_commitment, "limit": limit}
    bounds = {"before": before, "until": until}
    options |= {name: str(signature) for name, signature in bounds.items() if signature is not None}
    entries = await connection.call(METHOD, str(address), options, answer=list[_Entry])
    try:
        return _listed(entries, limit)
    except ValueError as error:
        raise connection.unreadable(METHOD) from error


def _listed(entries: list[_Entry], limit: int) -> list[Listed]:
    """ValueError for more than was asked for, for slots that rise, and for what is no signature."""
    if len(entries) > limit or any(above.slot < below.slot for above, below in pairwise(entries)):
        raise ValueError(len(entries))
    return [
        Listed(
            signature=Signature.from_string(entry.signature),
            slot=entry.slot,
            failed=entry.err is not None,
            is_final=entry.confirmation_status == "finalized",
            block_time=None if entry.block_time is None else UnixSeconds(entry.block_time),
        )
        for entry in entries
    ]
